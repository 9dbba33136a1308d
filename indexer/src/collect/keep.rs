//! Bytes taken in: read as they stood at one moment, digested in one pass, kept as natives.
//!
//! A source larger than is held in memory is digested and copied piece by piece.

use std::fs::{self, File, Metadata};
use std::io::{self, Read, Seek};
use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use redwell_model::{Digests, Sha256};

use super::CollectError;
use super::digests::{Digesting, digests_and_trimmed};
use super::walk::modified_ns;
use crate::matter_folder::{NativeStorage, Natives};

/// Largest source held in memory from its digest to its reading.
const LARGEST_HELD_BYTES: u64 = 64 << 20;

/// How often a file that changes while it is read is read again.
const MOST_READINGS: usize = 3;

/// An item whose bytes are kept as a native and perhaps still in memory.
#[derive(Debug)]
pub(crate) struct Kept {
    pub(crate) name: String,
    pub(crate) size_bytes: u64,
    pub(crate) digests: Digests,
    pub(crate) modified: Option<Timestamp>,
    pub(crate) bytes: Option<Vec<u8>>,
    /// The digest of its bytes without the blanks at their end, where it was taken.
    pub(crate) trimmed: Option<Sha256>,
}

/// What one reading of a source gave.
struct Taken {
    size_bytes: u64,
    digests: Digests,
    /// Its bytes, when they are few enough.
    bytes: Option<Vec<u8>>,
    trimmed: Option<Sha256>,
}

/// The bytes of an item.
#[derive(Debug)]
pub(crate) enum Held {
    /// In memory.
    Bytes(Vec<u8>),
    /// In their native: there are too many.
    File(File),
}

/// Takes bytes in.
#[derive(Debug)]
pub(crate) struct Keeper {
    natives: Arc<Natives>,
    storage: NativeStorage,
}

impl Keeper {
    /// One that keeps sources in this way.
    pub(crate) fn new(natives: Arc<Natives>, storage: NativeStorage) -> Self {
        Self { natives, storage }
    }

    /// Takes what was found inside an item.
    pub(crate) fn take(&self, name: String, modified: Option<Timestamp>, bytes: Vec<u8>) -> Result<Kept, CollectError> {
        let (digests, trimmed) = digests_and_trimmed(&bytes);
        self.natives.keep(&digests.sha256, &bytes)?;
        let size_bytes = bytes.len() as u64;
        Ok(Kept { name, size_bytes, digests, modified, bytes: Some(bytes), trimmed: Some(trimmed) })
    }

    /// Takes a source; the inner error is a sentence on why its bytes cannot be had.
    pub(crate) fn take_source(
        &self,
        name: String,
        modified: Option<Timestamp>,
        location: &Path,
        size_bytes: u64,
    ) -> Result<Result<Kept, String>, CollectError> {
        let state = |metadata: io::Result<Metadata>| metadata.map(|state| (state.len(), modified_ns(&state)));
        for _ in 0..MOST_READINGS {
            let file = match File::open(location) {
                Ok(file) => file,
                Err(error) => return Ok(Err(not_read(&error))),
            };
            let before = state(file.metadata());
            let taken = if size_bytes > LARGEST_HELD_BYTES {
                self.take_in_pieces(&file, location)?
            } else {
                self.take_whole(&file, before.as_ref().map_or(0, |(length, _)| *length), location)?
            };
            let Taken { size_bytes, digests, bytes, trimmed } = match taken {
                Ok(taken) => taken,
                Err(error) => return Ok(Err(not_read(&error))),
            };
            // What is copied is the file that was opened; what is linked is whatever lies there.
            let now = if self.storage == NativeStorage::Copy { file.metadata() } else { fs::metadata(location) };
            // Half of what was there before and half of what came after is no document of anybody.
            if let (Ok(before), Ok(after)) = (before, state(now))
                && before == after
                && size_bytes == after.0
            {
                return Ok(Ok(Kept { name, size_bytes, digests, modified, bytes, trimmed }));
            }
        }
        Ok(Err("it changed while it was read; run the same ingest again when nothing writes to it".to_owned()))
    }

    /// The bytes of an item, from memory or from its native.
    pub(crate) fn open(&self, kept: &mut Kept) -> Result<Held, CollectError> {
        Ok(match kept.bytes.take() {
            Some(bytes) => Held::Bytes(bytes),
            None if kept.size_bytes > LARGEST_HELD_BYTES => Held::File(self.natives.open_file(&kept.digests.sha256)?),
            None => Held::Bytes(self.natives.read(&kept.digests.sha256)?),
        })
    }

    fn take_whole(&self, mut file: &File, length: u64, location: &Path) -> Result<io::Result<Taken>, CollectError> {
        let mut bytes = Vec::with_capacity(usize::try_from(length.min(LARGEST_HELD_BYTES)).unwrap_or_default());
        // Some files of the system say that they have no length, and have one.
        let read = if length == 0 { file.read_to_end(&mut bytes) } else { file.take(length).read_to_end(&mut bytes) };
        if let Err(error) = read {
            return Ok(Err(error));
        }
        let (digests, trimmed) = digests_and_trimmed(&bytes);
        let size_bytes = bytes.len() as u64;
        if !self.natives.link(self.storage, &digests.sha256, size_bytes, location)? {
            self.natives.keep(&digests.sha256, &bytes)?;
        }
        Ok(Ok(Taken { size_bytes, digests, bytes: Some(bytes), trimmed: Some(trimmed) }))
    }

    fn take_in_pieces(&self, file: &File, location: &Path) -> Result<io::Result<Taken>, CollectError> {
        if self.storage != NativeStorage::Copy {
            let taken = match in_pieces(file, &mut |_| Ok(())) {
                Ok(taken) => taken?,
                Err(error) => return Ok(Err(error)),
            };
            if self.natives.link(self.storage, &taken.digests.sha256, taken.size_bytes, location)? {
                return Ok(Ok(taken));
            }
        }
        let mut arriving = self.natives.begin()?;
        match in_pieces(file, &mut |block| Ok(arriving.write(block)?)) {
            Ok(taken) => {
                let taken = taken?;
                arriving.keep(&taken.digests.sha256)?;
                Ok(Ok(taken))
            }
            Err(error) => Ok(Err(error)),
        }
    }
}

/// The digests of a file, however large.
pub(crate) fn digests_of(location: &Path) -> Result<Digests, CollectError> {
    let unreadable = |source| CollectError::NotFound { path: location.to_owned(), source };
    let read = File::open(location).and_then(|file| in_pieces(&file, &mut |_| Ok(())));
    read.map_err(unreadable)?.map(|taken| taken.digests)
}

/// Why the bytes of a source cannot be had.
fn not_read(error: &io::Error) -> String {
    format!("the system does not let it be read: {error}")
}

/// Reads a file from its beginning, piece by piece; what it comes to, but for the bytes. The outer error is about the file, the inner one of the receiver.
fn in_pieces(
    mut file: &File,
    on_piece: &mut dyn FnMut(&[u8]) -> Result<(), CollectError>,
) -> io::Result<Result<Taken, CollectError>> {
    file.rewind()?;
    let mut digesting = Digesting::default();
    let mut block = vec![0; 1 << 20];
    let mut size_bytes = 0_u64;
    loop {
        match file.read(&mut block) {
            Ok(0) => return Ok(Ok(Taken { size_bytes, digests: digesting.finish(), bytes: None, trimmed: None })),
            Ok(read) => {
                digesting.update(&block[..read]);
                size_bytes += read as u64;
                if let Err(error) = on_piece(&block[..read]) {
                    return Ok(Err(error));
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_larger_than_memory_should_hold_is_taken_in_pieces() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("large.bin");
        let bytes: Vec<u8> = (0..3_000_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        fs::write(&source, &bytes).unwrap();
        for storage in [NativeStorage::Copy, NativeStorage::Link, NativeStorage::Reference] {
            let matter = tempfile::tempdir().unwrap();
            let keeper = Keeper::new(Arc::new(Natives::open(matter.path()).unwrap()), storage);
            for claimed in [bytes.len() as u64, LARGEST_HELD_BYTES + 1] {
                let mut kept = keeper.take_source("large.bin".into(), None, &source, claimed).unwrap().unwrap();
                assert_eq!((kept.size_bytes, &kept.digests), (bytes.len() as u64, &digests_and_trimmed(&bytes).0));
                assert_eq!(kept.bytes.is_none(), claimed > LARGEST_HELD_BYTES);
                let Held::Bytes(kept) = keeper.open(&mut kept).unwrap() else { panic!("it is small") };
                assert_eq!(kept, bytes, "{storage:?}");
            }
        }
        let matter = tempfile::tempdir().unwrap();
        let keeper = Keeper::new(Arc::new(Natives::open(matter.path()).unwrap()), NativeStorage::Copy);
        let refused = keeper.take_source("none".into(), None, &folder.path().join("none"), 1).unwrap().unwrap_err();
        assert!(refused.starts_with("the system does not let it be read"), "{refused}");
    }
}
