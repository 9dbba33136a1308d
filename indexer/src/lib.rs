//! Files in, a searchable matter folder out.
//!
//! The stages in order: [`collect`] walks sources, opens containers, hashes and numbers; [`extract`] turns bytes
//! into text, boxes and metadata inside worker processes that [`isolate`] keeps; [`analyse`] derives what can be
//! derived; [`matter_folder`] keeps it; [`index`] makes it searchable. [`command`] is the command line over them, and
//! [`fuzzing`] what a fuzzer drives.

pub mod analyse;
pub mod collect;
pub mod command;
pub mod extract;
pub mod fuzzing;
pub mod index;
pub mod isolate;
pub mod matter_folder;
