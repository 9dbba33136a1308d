//! Where an index lies, how to tell that it changed, and how one takes another's place.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rustix::fs::{CWD, RenameFlags, renameat_with};

use super::IndexError;

/// The index in use.
pub(super) fn in_use(matter_folder: &Path) -> PathBuf {
    matter_folder.join("index")
}

/// The index being rebuilt.
pub(super) fn being_built(matter_folder: &Path) -> PathBuf {
    matter_folder.join("index.new")
}

/// What changes with every commit and every replacement of an index: the identity of the file that lists its segments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    device: u64,
    inode: u64,
    seconds: i64,
    nanoseconds: i64,
    size: u64,
    /// What the file says, while it is so young that another may take its place, its number and its time.
    young: Option<Vec<u8>>,
}

/// For how long a file is young. Clocks of file systems tick every few milliseconds.
const YOUNG: Duration = Duration::from_secs(1);

impl Version {
    /// The version of the index in a folder, as it is now.
    pub(super) fn of(index: &Path) -> Result<Self, IndexError> {
        let file = index.join("meta.json");
        let looked = fs::metadata(&file).and_then(|found| {
            let age = SystemTime::now().duration_since(found.modified()?).unwrap_or_default();
            let young = if age < YOUNG { Some(fs::read(&file)?) } else { None };
            Ok((found, young))
        });
        match looked {
            Ok((found, young)) => Ok(Self {
                device: found.dev(),
                inode: found.ino(),
                seconds: found.mtime(),
                nanoseconds: found.mtime_nsec(),
                size: found.size(),
                young,
            }),
            Err(why) if why.kind() == io::ErrorKind::NotFound => Err(IndexError::Missing { path: index.to_owned() }),
            Err(why) => Err(unusable(index)(why)),
        }
    }
}

/// Removes a folder and all in it, if it is there.
pub(super) fn clear(folder: &Path) -> Result<(), IndexError> {
    match fs::remove_dir_all(folder) {
        Ok(()) => Ok(()),
        Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(why) => Err(unusable(folder)(why)),
    }
}

/// Puts `index.new` in the place of `index` and removes what was there.
///
/// The two change places in one step where the file system can, so there is an index at every moment. Engines that
/// have the old one open keep its files until they look again.
pub(super) fn replace(matter_folder: &Path) -> Result<(), IndexError> {
    let (new, current) = (being_built(matter_folder), in_use(matter_folder));
    if current.exists() {
        if renameat_with(CWD, &new, CWD, &current, RenameFlags::EXCHANGE).is_err() {
            let old = matter_folder.join("index.old");
            clear(&old)?;
            fs::rename(&current, &old).map_err(unusable(&current))?;
            fs::rename(&new, &current).map_err(unusable(&current))?;
            clear(&old)?;
        }
    } else {
        fs::rename(&new, &current).map_err(unusable(&current))?;
    }
    let synced = fs::File::open(matter_folder).and_then(|folder| folder.sync_all());
    synced.map_err(unusable(matter_folder))?;
    clear(&new)
}

/// Says which index a failure is about.
pub(super) fn unusable<E: std::error::Error + Send + Sync + 'static>(path: &Path) -> impl FnOnce(E) -> IndexError {
    let path = path.to_owned();
    move |source| IndexError::Unusable { path, source: Box::new(source) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_segments_that_took_anothers_place_is_another() {
        let index = tempfile::tempdir().unwrap();
        let file = index.path().join("meta.json");
        fs::write(&file, "one").unwrap();
        let (before, time) = (Version::of(index.path()).unwrap(), fs::metadata(&file).unwrap().modified().unwrap());
        assert_eq!(Version::of(index.path()).unwrap(), before);
        // The same number, size and time.
        fs::write(&file, "two").unwrap();
        fs::File::options().write(true).open(&file).unwrap().set_modified(time).unwrap();
        assert_ne!(Version::of(index.path()).unwrap(), before);
    }
}
