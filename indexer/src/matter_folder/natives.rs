//! Original bytes, kept once under the digest of their content: `natives/ab/SHA256`.
//!
//! One level of folders: with two, as matters made before have, there would be a folder for nearly every native, and making
//! it costs more than writing most of them. What lies two levels deep is still found.
//!
//! A source is copied, or on request its native is another name for the same file or a link to where it lies; what is
//! found inside a source has no place of its own and is always written. Either way readers open one path.
//!
//! A native appears whole or not at all: it is written beside its place and renamed into it, or, when it is small and new,
//! in one call. Nothing is waited for to reach the disk; a short native is noticed by its length and written again by the
//! next ingest.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use redwell_model::Sha256;
use serde::{Deserialize, Serialize};

use super::FolderError;

/// Natives up to this size are written where they belong: moving a file costs as much as writing a small one.
const SMALL_BYTES: usize = 256 << 10;

/// The folder in which natives are written before they are renamed.
pub(crate) const ARRIVING: &str = "arriving";

/// How the original bytes of sources are kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NativeStorage {
    /// Copied: the matter needs its sources no more.
    #[default]
    Copy,
    /// Hard-linked where the file system can, which takes no room: the source may be removed, but not be changed in place.
    /// Copied elsewhere.
    Link,
    /// Left in place and pointed to: the source may be neither removed nor changed.
    Reference,
}

/// The natives of one matter, for the one process that writes there.
#[derive(Debug)]
pub struct Natives {
    folder: PathBuf,
    next: AtomicU64,
}

/// Where a native with this digest is put.
fn place_of(matter_folder: &Path, digest: &Sha256) -> PathBuf {
    let hex = digest.to_string();
    matter_folder.join("natives").join(&hex[..2]).join(&hex)
}

/// Where the native with this digest lies, or would lie.
pub(super) fn path(matter_folder: &Path, digest: &Sha256) -> PathBuf {
    let place = place_of(matter_folder, digest);
    if fs::symlink_metadata(&place).is_ok() {
        return place;
    }
    let hex = digest.to_string();
    let earlier = matter_folder.join("natives").join(&hex[..2]).join(&hex[2..4]).join(&hex);
    if fs::symlink_metadata(&earlier).is_ok() { earlier } else { place }
}

impl Natives {
    /// The natives of a matter folder. What a killed writer was still writing is removed.
    pub(crate) fn open(matter_folder: &Path) -> Result<Self, FolderError> {
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
        let place = place_of(&self.folder, digest);
        if (bytes.len() <= SMALL_BYTES && write_in_place(&place, bytes)) || is_kept(&place, bytes.len() as u64) {
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

    /// Keeps a source that lies at `location` and has this digest, by a link of the kind asked for; whether that could be
    /// done. Where it could not, it must be copied.
    ///
    /// # Errors
    /// When nothing can be written here.
    pub fn link(
        &self,
        storage: NativeStorage,
        digest: &Sha256,
        size_bytes: u64,
        location: &Path,
    ) -> Result<bool, FolderError> {
        let place = place_of(&self.folder, digest);
        if storage != NativeStorage::Copy && is_kept(&place, size_bytes) {
            return Ok(true);
        }
        let arriving = self.arriving();
        let linked = match storage {
            NativeStorage::Copy => return Ok(false),
            // Other file systems, and some that know no links, refuse.
            NativeStorage::Link => fs::hard_link(location, &arriving),
            NativeStorage::Reference => std::os::unix::fs::symlink(location, &arriving),
        };
        if linked.is_err() {
            return Ok(false);
        }
        settle(&arriving, &place).map(|()| true)
    }

    /// Opens a native that is too large to be read at once.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub fn open_file(&self, digest: &Sha256) -> Result<File, FolderError> {
        let place = path(&self.folder, digest);
        File::open(&place).map_err(FolderError::files(&place, "read"))
    }

    /// Begins a native whose bytes come in pieces and whose digest is not known yet.
    ///
    /// # Errors
    /// When nothing can be written here.
    pub fn begin(&self) -> Result<Arriving<'_>, FolderError> {
        let place = self.arriving();
        let file = File::create(&place).map_err(FolderError::files(&place, "created"))?;
        Ok(Arriving { folder: &self.folder, place, file })
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

/// A native that is being written. One that is not kept in the end is removed.
#[derive(Debug)]
pub struct Arriving<'n> {
    folder: &'n Path,
    place: PathBuf,
    file: File,
}

impl Arriving<'_> {
    /// Takes the next bytes.
    ///
    /// # Errors
    /// When they cannot be written, as when the disk is full.
    pub fn write(&mut self, block: &[u8]) -> Result<(), FolderError> {
        self.file.write_all(block).map_err(FolderError::files(&self.place, "written"))
    }

    /// Keeps what was written under its digest.
    ///
    /// # Errors
    /// When it cannot be put in its place.
    pub fn keep(self, digest: &Sha256) -> Result<(), FolderError> {
        settle(&self.place, &place_of(self.folder, digest))
    }
}

impl Drop for Arriving<'_> {
    fn drop(&mut self) {
        // Gone already when it was kept.
        drop(fs::remove_file(&self.place));
    }
}

/// Writes a native that does not exist yet where it belongs; whether that went well. Nobody looks for it before it is recorded,
/// and one that was cut off is told by its length.
fn write_in_place(place: &Path, bytes: &[u8]) -> bool {
    let create = || File::options().write(true).create_new(true).open(place);
    let created = create().or_else(|error| match place.parent() {
        Some(folder) if error.kind() == io::ErrorKind::NotFound => fs::create_dir_all(folder).and_then(|()| create()),
        _ => Err(error),
    });
    created.is_ok_and(|mut file| file.write_all(bytes).is_ok())
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
        let mut arriving = natives.begin().unwrap();
        arriving.write(b"d").unwrap();
        arriving.write(b"ef").unwrap();
        arriving.keep(&Sha256::of(b"def")).unwrap();
        assert_eq!(natives.read(&Sha256::of(b"def")).unwrap(), b"def");
        natives.begin().unwrap().write(b"given up").unwrap();
        let left = fs::read_dir(folder.path().join("natives").join(ARRIVING)).unwrap().count();
        assert_eq!(left, 0);
    }

    #[test]
    fn what_was_kept_two_levels_deep_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let natives = Natives::open(folder.path()).unwrap();
        let digest = Sha256::of(b"abc");
        let hex = digest.to_string();
        let earlier = folder.path().join("natives").join(&hex[..2]).join(&hex[2..4]);
        fs::create_dir_all(&earlier).unwrap();
        fs::write(earlier.join(&hex), "abc").unwrap();
        assert_eq!(natives.read(&digest).unwrap(), b"abc");
        assert_eq!(path(folder.path(), &digest), earlier.join(&hex));
        // Met again, it is put where natives are put now.
        natives.keep(&digest, b"abc").unwrap();
        assert_eq!(path(folder.path(), &digest), folder.path().join("natives").join(&hex[..2]).join(&hex));
    }

    #[test]
    fn sources_are_linked_on_request() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("a.txt");
        fs::write(&source, "abc").unwrap();
        let digest = Sha256::of(b"abc");
        for (storage, is_linked, outlives) in [
            (NativeStorage::Copy, false, false),
            (NativeStorage::Link, true, true),
            (NativeStorage::Reference, true, false),
        ] {
            let matter = folder.path().join(format!("{storage:?}"));
            let natives = Natives::open(&matter).unwrap();
            assert_eq!(natives.link(storage, &digest, 3, &source).unwrap(), is_linked, "{storage:?}");
            assert_eq!(natives.read(&digest).is_ok(), is_linked);
            let kept = folder.path().join("kept");
            fs::rename(&source, &kept).unwrap();
            assert_eq!(natives.read(&digest).is_ok(), outlives, "{storage:?}");
            // What is pointed to in vain is written again.
            natives.keep(&digest, b"abc").unwrap();
            assert_eq!(natives.read(&digest).unwrap(), b"abc");
            fs::rename(&kept, &source).unwrap();
        }
    }
}
