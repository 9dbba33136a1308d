//! Original bytes, kept once under the digest of their content: `natives/ab/cd/SHA256`.
//!
//! A native appears whole or not at all: it is written beside its place and renamed into it. Nothing is waited for to
//! reach the disk; after a power cut a short native is noticed by its length and written again by the next ingest.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use redwell_model::Sha256;

use super::FolderError;

/// The folder in which natives are written before they are renamed.
pub(crate) const ARRIVING: &str = "arriving";

/// The natives of one matter, for the one process that writes there.
#[derive(Debug)]
pub struct Natives {
    folder: PathBuf,
    next: AtomicU64,
}

/// Where the native with this digest is kept.
pub(super) fn path(matter_folder: &Path, digest: &Sha256) -> PathBuf {
    let hex = digest.to_string();
    matter_folder.join("natives").join(&hex[..2]).join(&hex[2..4]).join(&hex)
}

impl Natives {
    /// The natives of a matter folder. What a killed writer was still writing is removed.
    pub(super) fn open(matter_folder: &Path) -> Result<Self, FolderError> {
        let arriving = matter_folder.join("natives").join(ARRIVING);
        match fs::remove_dir_all(&arriving) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(FolderError::files(&arriving, "emptied")(error));
            }
            _ => {}
        }
        fs::create_dir_all(&arriving).map_err(FolderError::files(&arriving, "created"))?;
        Ok(Self { folder: matter_folder.to_owned(), next: AtomicU64::new(0) })
    }

    /// Keeps these bytes, whose digest is known.
    ///
    /// # Errors
    /// When they cannot be written, as when the disk is full.
    pub fn keep(&self, digest: &Sha256, bytes: &[u8]) -> Result<(), FolderError> {
        let place = path(&self.folder, digest);
        if is_kept(&place, bytes.len() as u64) {
            return Ok(());
        }
        let arriving = self.arriving();
        let write = || {
            let mut file = File::create(&arriving)?;
            file.write_all(bytes)
        };
        write().map_err(FolderError::files(&arriving, "written"))?;
        settle(&arriving, &place)
    }

    /// Keeps a file that is too large to hold in memory, passing its bytes to `seen` on the way. `digest` is asked
    /// for afterwards.
    ///
    /// # Errors
    /// When it cannot be written; the outer error is about this folder, the inner one about the source.
    pub fn keep_stream(
        &self,
        mut source: impl Read,
        seen: &mut dyn FnMut(&[u8]),
        digest: &mut dyn FnMut() -> Sha256,
    ) -> Result<io::Result<u64>, FolderError> {
        let arriving = self.arriving();
        let mut file = File::create(&arriving).map_err(FolderError::files(&arriving, "created"))?;
        let mut block = vec![0; 1 << 20];
        let mut size_bytes = 0_u64;
        loop {
            match source.read(&mut block) {
                Ok(0) => break,
                Ok(read) => {
                    seen(&block[..read]);
                    file.write_all(&block[..read]).map_err(FolderError::files(&arriving, "written"))?;
                    size_bytes += read as u64;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    fs::remove_file(&arriving).map_err(FolderError::files(&arriving, "removed"))?;
                    return Ok(Err(error));
                }
            }
        }
        settle(&arriving, &path(&self.folder, &digest()))?;
        Ok(Ok(size_bytes))
    }

    /// Reads a native back.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(&self, digest: &Sha256) -> Result<Vec<u8>, FolderError> {
        let place = path(&self.folder, digest);
        fs::read(&place).map_err(FolderError::files(&place, "read"))
    }

    fn arriving(&self) -> PathBuf {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        self.folder.join("natives").join(ARRIVING).join(number.to_string())
    }
}

fn is_kept(place: &Path, size_bytes: u64) -> bool {
    fs::metadata(place).is_ok_and(|kept| kept.len() == size_bytes)
}

fn settle(arriving: &Path, place: &Path) -> Result<(), FolderError> {
    if fs::rename(arriving, place).is_ok() {
        return Ok(());
    }
    let folder = place.parent().expect("a native lies in a folder named after its digest");
    fs::create_dir_all(folder).map_err(FolderError::files(folder, "created"))?;
    fs::rename(arriving, place).map_err(FolderError::files(place, "written"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_each_content_once() {
        let folder = tempfile::tempdir().unwrap();
        let natives = Natives::open(folder.path()).unwrap();
        let digest = Sha256::of(b"abc");
        natives.keep(&digest, b"abc").unwrap();
        natives.keep(&digest, b"abc").unwrap();
        assert_eq!(natives.read(&digest).unwrap(), b"abc");
        fs::write(path(folder.path(), &digest), b"a").unwrap();
        natives.keep(&digest, b"abc").unwrap();
        assert_eq!(natives.read(&digest).unwrap(), b"abc", "a native cut short is written again");
        let mut seen = Vec::new();
        let size = natives.keep_stream(&b"abc"[..], &mut |block| seen.extend_from_slice(block), &mut || digest);
        assert_eq!((size.unwrap().unwrap(), seen.as_slice()), (3, &b"abc"[..]));
        let left = fs::read_dir(folder.path().join("natives").join(ARRIVING)).unwrap().count();
        assert_eq!(left, 0);
    }
}
