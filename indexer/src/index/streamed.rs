//! The files of an index as the writer reads them: through a small buffer, not mapped into memory.
//!
//! Merging reads every file of the segments merged from beginning to end, once. Mapped, they would all stay in memory
//! until the merge is over, and an ingest would seem to need as much as its index is large. Searches map, because they
//! come back to the same pages.

use std::fmt;
use std::fs::File;
use std::io;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tantivy::directory::error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, OwnedBytes, WatchCallback, WatchHandle, WritePtr,
};
use tantivy::{HasLen, TantivyError};

/// Bytes read ahead in one file.
const BLOCK_BYTES: usize = 128 << 10;

/// How often a lock is tried for, over half a second, before somebody is said to be writing.
const MOST_ATTEMPTS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(5);

/// A folder of index files; everything but reading is left to tantivy's own.
#[derive(Debug, Clone)]
pub(super) struct StreamedDirectory {
    inner: MmapDirectory,
    folder: PathBuf,
}

impl StreamedDirectory {
    pub(super) fn open(folder: &Path) -> Result<Self, OpenDirectoryError> {
        Ok(Self { inner: MmapDirectory::open(folder)?, folder: folder.to_owned() })
    }
}

impl Directory for StreamedDirectory {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::NotFound => OpenReadError::FileDoesNotExist(path.to_owned()),
            _ => OpenReadError::wrap_io_error(error, path.to_owned()),
        };
        let file = File::open(self.folder.join(path)).map_err(failed)?;
        let length = file.metadata().map_err(failed)?.len();
        let length = usize::try_from(length).map_err(|_| failed(io::ErrorKind::FileTooLarge.into()))?;
        Ok(Arc::new(StreamedFile { file, length, block: Mutex::new((0, OwnedBytes::empty())) }))
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.inner.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.inner.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.inner.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.inner.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.inner.atomic_write(path, data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.inner.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        let mut attempt = 0;
        loop {
            match self.inner.acquire_lock(lock) {
                // A process that is being started holds whatever its parent had open until it becomes another program.
                Err(LockError::LockBusy) if attempt < MOST_ATTEMPTS => std::thread::sleep(PAUSE),
                acquired => return acquired,
            }
            attempt += 1;
        }
    }

    fn watch(&self, callback: WatchCallback) -> Result<WatchHandle, TantivyError> {
        self.inner.watch(callback)
    }
}

/// An open file with the block last read of it.
struct StreamedFile {
    file: File,
    length: usize,
    block: Mutex<(usize, OwnedBytes)>,
}

impl StreamedFile {
    fn read(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        let mut bytes = vec![0; range.len()];
        self.file.read_exact_at(&mut bytes, range.start as u64)?;
        Ok(OwnedBytes::new(bytes))
    }
}

impl FileHandle for StreamedFile {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.len() >= BLOCK_BYTES {
            return self.read(range);
        }
        let mut block = self.block.lock().unwrap_or_else(PoisonError::into_inner);
        let (start, bytes) = &*block;
        if range.start < *start || range.end > start + bytes.len() {
            let end = (range.start + BLOCK_BYTES).min(self.length).max(range.end);
            *block = (range.start, self.read(range.start..end)?);
        }
        let (start, bytes) = &*block;
        Ok(bytes.slice(range.start - start..range.end - start))
    }
}

impl HasLen for StreamedFile {
    fn len(&self) -> usize {
        self.length
    }
}

impl fmt::Debug for StreamedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamedFile").field("length", &self.length).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_range_in_any_order_is_what_the_file_holds(ranges in prop::collection::vec((0_usize..400_000, 0_usize..200_000), 1..12)) {
            let folder = tempfile::tempdir().unwrap();
            let bytes: Vec<u8> = (0..400_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
            std::fs::write(folder.path().join("a"), &bytes).unwrap();
            let file = StreamedDirectory::open(folder.path()).unwrap().get_file_handle(Path::new("a")).unwrap();
            prop_assert_eq!(file.len(), bytes.len());
            for (start, length) in ranges {
                let range = start..(start + length).min(bytes.len());
                let read = file.read_bytes(range.clone()).unwrap();
                prop_assert!(read.as_slice() == &bytes[range]);
            }
        }
    }

    #[test]
    fn a_lock_held_for_an_instant_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let directory = StreamedDirectory::open(folder.path()).unwrap();
        let lock = &*tantivy::directory::INDEX_WRITER_LOCK;
        let held = directory.acquire_lock(lock).unwrap();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| directory.acquire_lock(lock).is_ok());
            std::thread::sleep(4 * PAUSE);
            drop(held);
            assert!(waiting.join().unwrap());
        });
        let _held = directory.acquire_lock(lock).unwrap();
        assert!(matches!(directory.acquire_lock(lock), Err(LockError::LockBusy)));
    }

    #[test]
    fn a_file_that_is_not_there_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let directory = StreamedDirectory::open(folder.path()).unwrap();
        let refused = directory.get_file_handle(Path::new("none")).unwrap_err();
        assert!(matches!(refused, OpenReadError::FileDoesNotExist(_)), "{refused}");
    }
}
