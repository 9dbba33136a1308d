//! The bytes of a container, read from where they lie.
//!
//! A store of mail may be larger than any memory, and nothing but its parts is ever wanted of it. Readers of containers
//! take their bytes from a [`Source`]; small ones lie in memory, large ones are fetched piece by piece.

use std::io::{Cursor, Read, Seek, SeekFrom};

use super::{Input, Options};

/// Bytes that can be read from any place on.
pub trait Source: Read + Seek {}

impl<S: Read + Seek> Source for S {}

/// A container to read.
#[derive(Debug, Clone, Copy)]
pub struct Container<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its length.
    pub size_bytes: u64,
    /// Limits and choices.
    pub options: &'a Options,
}

impl<'a> Container<'a> {
    /// A container that lies in memory.
    #[must_use]
    pub fn of(input: &Input<'a>) -> (Self, Cursor<&'a [u8]>) {
        let size_bytes = input.bytes.len() as u64;
        (Self { name: input.name, size_bytes, options: input.options }, Cursor::new(input.bytes))
    }
}

/// Up to so many bytes from a place on; fewer at the end, or where the source fails.
pub(in crate::extract) fn bytes_at(source: &mut dyn Source, at: u64, length: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    if source.seek(SeekFrom::Start(at)).is_ok() {
        // What cannot be read is missing, as what was cut off is.
        let _ = source.take(length as u64).read_to_end(&mut bytes);
    }
    bytes
}
