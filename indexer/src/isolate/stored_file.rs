//! A file that stays with the parent, read by a worker in pieces.
//!
//! Readers jump: a store of mail is a tree of small blocks. The pieces used last are kept, so that a jump back costs nothing.

use std::collections::VecDeque;
use std::io::{self, Read, Seek, SeekFrom};

use super::frame::MOST_PIECE_BYTES;

/// Pieces kept.
const MOST_KEPT: usize = 24;

/// Gives so many bytes from a place on.
type Fetch<'f> = &'f mut dyn FnMut(u64, u64) -> io::Result<Vec<u8>>;

/// A file read in pieces.
pub(super) struct StoredFile<'f> {
    size_bytes: u64,
    at: u64,
    fetch: Fetch<'f>,
    /// Pieces with their places, the one used last first.
    kept: VecDeque<(u64, Vec<u8>)>,
}

impl<'f> StoredFile<'f> {
    pub(super) fn new(size_bytes: u64, fetch: Fetch<'f>) -> Self {
        Self { size_bytes, at: 0, fetch, kept: VecDeque::new() }
    }

    /// The piece that begins here.
    fn piece(&mut self, start: u64) -> io::Result<&[u8]> {
        match self.kept.iter().position(|(kept, _)| *kept == start) {
            Some(0) => {}
            Some(position) => {
                if let Some(piece) = self.kept.remove(position) {
                    self.kept.push_front(piece);
                }
            }
            None => {
                let length = MOST_PIECE_BYTES.min(self.size_bytes - start);
                let bytes = (self.fetch)(start, length)?;
                if bytes.len() as u64 != length {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                self.kept.truncate(MOST_KEPT - 1);
                self.kept.push_front((start, bytes));
            }
        }
        Ok(&self.kept[0].1)
    }
}

impl Read for StoredFile<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at >= self.size_bytes || into.is_empty() {
            return Ok(0);
        }
        let offset = self.at % MOST_PIECE_BYTES;
        let piece = self.piece(self.at - offset)?;
        let rest = &piece[usize::try_from(offset).map_err(io::Error::other)?..];
        let read = rest.len().min(into.len());
        into[..read].copy_from_slice(&rest[..read]);
        self.at += read as u64;
        Ok(read)
    }
}

impl Seek for StoredFile<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let place = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::End(by) => self.size_bytes.checked_add_signed(by),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
        };
        self.at = place.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn reads_what_a_file_in_memory_reads(size in 0_u64..3_000_000, steps in prop::collection::vec((0_u64..3_100_000, 0_usize..100_000, -50_i64..50), 1..20)) {
            let bytes: Vec<u8> = (0..size).map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
            let mut fetch = |at: u64, length: u64| {
                let at = usize::try_from(at).unwrap();
                Ok(bytes[at..at + usize::try_from(length).unwrap()].to_vec())
            };
            let mut stored = StoredFile::new(size, &mut fetch);
            let mut held = io::Cursor::new(&bytes);
            for (at, length, by) in steps {
                prop_assert_eq!(stored.seek(SeekFrom::Start(at)).unwrap(), held.seek(SeekFrom::Start(at)).unwrap());
                prop_assert_eq!(stored.seek(SeekFrom::Current(by)).ok(), held.seek(SeekFrom::Current(by)).ok());
                let (mut mine, mut theirs) = (Vec::new(), Vec::new());
                (&mut stored).take(length as u64).read_to_end(&mut mine).unwrap();
                (&mut held).take(length as u64).read_to_end(&mut theirs).unwrap();
                prop_assert!(mine == theirs);
            }
        }
    }
}
