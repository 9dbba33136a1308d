//! What lies under the paths given, sorted; nothing followed, nothing left out, nothing read.
//!
//! Links, devices and folders that cannot be opened are found too: they become failed items, so that the report says
//! what was not taken.

use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::CollectError;

/// One thing found on disk. All of them are listed before the first is read, so each is kept small.
#[derive(Debug, Clone)]
pub(crate) struct Found {
    root: Arc<Root>,
    /// Where it is under the root, as the system spells it; empty when it is the root.
    below: Box<[u8]>,
    /// What it is.
    pub(crate) kind: Kind,
    /// Its length.
    pub(crate) size_bytes: u64,
    /// When it was last changed, in nanoseconds since 1970.
    pub(crate) modified_ns: Option<i64>,
}

/// A path that was given.
#[derive(Debug)]
struct Root {
    /// Where it is, as an absolute path.
    location: PathBuf,
    /// What the paths of everything under it begin with.
    path: String,
    custodian: String,
}

/// What a thing found on disk is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A file: a source.
    File,
    /// A symbolic link, which is not followed.
    Link,
    /// A pipe, a socket or a device.
    Special,
    /// A folder, or a place in one, that could not be looked into, and why.
    Folder(String),
}

/// Lists everything under the paths given: the paths in the order given, within each sorted by the bytes of the path.
///
/// # Errors
/// When a path does not exist, or holds the data folder.
pub(crate) fn walk(paths: &[PathBuf], custodian: Option<&str>, data: &Path) -> Result<Vec<Found>, CollectError> {
    let data = fs::canonicalize(data).unwrap_or_else(|_| data.to_owned());
    let mut all = Vec::new();
    for path in paths {
        let root = fs::canonicalize(path).map_err(|source| CollectError::NotFound { path: path.clone(), source })?;
        if data.starts_with(&root) {
            return Err(CollectError::HoldsData { path: path.clone(), data });
        }
        let metadata = fs::metadata(&root).map_err(|source| CollectError::NotFound { path: path.clone(), source })?;
        let name = last_component(&root);
        // A file alone says less about whom it came from than the folder it lies in.
        let default =
            if metadata.is_dir() { name.clone() } else { root.parent().map(last_component).unwrap_or_default() };
        let custodian = custodian.map_or(default, str::to_owned);
        let root = Arc::new(Root { location: root, path: name, custodian });
        let mut found = Vec::new();
        visit(&root, &root.location, &Ok(metadata), &mut found);
        found.sort_by(|a, b| a.below.cmp(&b.below));
        all.extend(found);
    }
    if paths.len() > 1 {
        // The same place named twice is one place.
        let mut seen = std::collections::HashSet::new();
        all.retain(|found| seen.insert(found.location()));
    }
    Ok(all)
}

fn visit(root: &Arc<Root>, location: &Path, metadata: &io::Result<Metadata>, found: &mut Vec<Found>) {
    let kind = match metadata {
        Err(error) => Kind::Folder(error.to_string()),
        Ok(metadata) if metadata.is_file() => Kind::File,
        Ok(metadata) if metadata.is_symlink() => Kind::Link,
        Ok(metadata) if metadata.is_dir() => {
            match fs::read_dir(location).and_then(Iterator::collect::<io::Result<Vec<_>>>) {
                Ok(entries) => {
                    for entry in entries {
                        visit(root, &entry.path(), &entry.metadata(), found);
                    }
                    return;
                }
                Err(error) => Kind::Folder(error.to_string()),
            }
        }
        Ok(_) => Kind::Special,
    };
    let below = location.strip_prefix(&root.location).expect("a walk goes downwards only");
    let below = below.as_os_str().as_bytes().into();
    found.push(Found::new(Arc::clone(root), below, kind, metadata.as_ref().ok()));
}

/// When a file was last changed, in nanoseconds since 1970.
pub(crate) fn modified_ns(metadata: &Metadata) -> Option<i64> {
    metadata.mtime().checked_mul(1_000_000_000)?.checked_add(metadata.mtime_nsec())
}

fn last_component(path: &Path) -> String {
    path.file_name().map_or_else(|| "root".to_owned(), |name| name.to_string_lossy().into_owned())
}

impl Found {
    /// A file, or what is now in the place of one, that was collected before under this path.
    pub(crate) fn again(location: PathBuf, path: String, custodian: String) -> Self {
        let metadata = fs::symlink_metadata(&location);
        let kind = match &metadata {
            Ok(metadata) if metadata.is_symlink() => Kind::Link,
            Ok(metadata) if metadata.is_file() => Kind::File,
            Ok(metadata) if metadata.is_dir() => Kind::Folder("run `redwell ingest` on it again".to_owned()),
            Ok(_) => Kind::Special,
            Err(error) => Kind::Folder(error.to_string()),
        };
        let root = Arc::new(Root { location, path, custodian });
        Self::new(root, Box::default(), kind, metadata.as_ref().ok())
    }

    fn new(root: Arc<Root>, below: Box<[u8]>, kind: Kind, metadata: Option<&Metadata>) -> Self {
        let size_bytes = metadata.filter(|metadata| metadata.is_file()).map_or(0, Metadata::len);
        Self { root, below, kind, size_bytes, modified_ns: metadata.and_then(modified_ns) }
    }

    /// Where it is, as an absolute path.
    pub(crate) fn location(&self) -> PathBuf {
        if self.below.is_empty() {
            return self.root.location.clone();
        }
        self.root.location.join(OsStr::from_bytes(&self.below))
    }

    /// Where the path given is under which it was found, and where it is under that.
    pub(crate) fn place(&self) -> (&Path, &[u8]) {
        (&self.root.location, &self.below)
    }

    /// Its path as collected: from the last component of the path given, with `/` between folders.
    pub(crate) fn path(&self) -> String {
        if self.below.is_empty() {
            return self.root.path.clone();
        }
        format!("{}/{}", self.root.path, String::from_utf8_lossy(&self.below))
    }

    /// Whom it was collected from.
    pub(crate) fn custodian(&self) -> &str {
        &self.root.custodian
    }

    /// Its name, without folders.
    pub(crate) fn name(&self) -> String {
        let path = self.path();
        path.rsplit('/').next().unwrap_or(&path).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_files_sorted_and_links_as_what_they_are() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("anna");
        fs::create_dir_all(root.join("a")).unwrap();
        for name in ["a/z.txt", "a.txt", ".hidden", "b.txt"] {
            fs::write(root.join(name), name).unwrap();
        }
        std::os::unix::fs::symlink("b.txt", root.join("link")).unwrap();
        let data = folder.path().join("data");
        let list = |paths: &[PathBuf], custodian| -> Vec<(String, String, bool)> {
            let found = walk(paths, custodian, &data).unwrap();
            found.iter().map(|f| (f.path(), f.custodian().to_owned(), f.kind == Kind::File)).collect()
        };
        let expected = [".hidden", "a.txt", "a/z.txt", "b.txt", "link"];
        let found = list(&[root.clone(), root.join("b.txt")], None);
        assert_eq!(found.iter().map(|f| f.0.as_str()).collect::<Vec<_>>(), expected.map(|name| format!("anna/{name}")));
        assert!(found.iter().all(|f| f.1 == "anna" && f.2 != f.0.ends_with("link")));
        let one = ("b.txt".to_owned(), "anna".to_owned(), true);
        assert_eq!(list(&[root.join("b.txt")], None), [one]);
        assert_eq!(list(&[root.join("b.txt")], Some("Berta"))[0].1, "Berta");
        assert!(matches!(walk(&[root.join("nowhere")], None, &data), Err(CollectError::NotFound { .. })));
        let inside = root.join("data");
        fs::create_dir(&inside).unwrap();
        assert!(matches!(walk(&[root], None, &inside), Err(CollectError::HoldsData { .. })));
    }
}
