//! Worker processes: every byte that came from outside is parsed in a process that may die.
//!
//! A worker is this same program run as `redwell worker`, spoken to over pipes in [`frame`]s and used for many files.
//! The parent gives it one file at a time, takes children, text and layout back, and kills it when it is late; the
//! worker limits its own memory and processor time, and gives up files and network ([`sandbox`]), before it reads anything. Whatever becomes of a worker is turned
//! into a processing exception of that one file, and the next file gets a new worker.
//!
//! Text in pictures is recognised in a third kind of process, [`recogniser`], which may start the program that does it. The
//! parent carries pictures there and words back; while it does, the worker's clock stands still.
//!
//! What a file means is not decided here: [`crate::extract`] reads it, [`crate::collect`] records it.

#[cfg(test)]
pub(crate) mod fake_reader;
pub(crate) mod frame;
mod handle;
mod limits;
mod pool;
pub mod recogniser;
pub mod sandbox;
mod stored_file;
pub mod tesseract;
mod watchdog;
pub mod worker;

pub use handle::{Arrival, Bytes, ReadFile, WorkerProgram};
pub use limits::Limits;
pub use pool::{NoWorker, WorkerPool};
