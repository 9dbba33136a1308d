//! Folders on this machine that documents may be read from: those the administrator allowed, and what lies in them.
//!
//! Every path is made canonical before it is compared, so neither `..` nor a link leads out. The data folder itself is
//! never a place: it holds other matters.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use redwell_model::MatterSlug;

/// The folders an administrator allowed.
#[derive(Debug, Clone, Default)]
pub struct Places {
    /// As given; `{matter}` stands for the matter's short name.
    pub allowed: Vec<PathBuf>,
}

/// What lies in a folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Listing {
    /// The folders in it, by name.
    pub folders: Vec<Folder>,
    /// Files directly in it.
    pub files: u64,
    /// Links and others that are not followed.
    pub others: u64,
    /// Whether there is more than was looked at.
    pub is_cut: bool,
}

/// A folder in a folder.
#[derive(Debug, PartialEq, Eq)]
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
    /// Files directly in it.
    pub files: u64,
    /// Folders directly in it.
    pub folders: u64,
}

/// Entries of one folder looked at.
const MOST_ENTRIES: usize = 10_000;
/// Folders of one folder whose own entries are counted.
const MOST_COUNTED: usize = 500;

impl Places {
    /// The allowed folders of a matter that exist.
    #[must_use]
    pub fn roots(&self, slug: &MatterSlug) -> Vec<PathBuf> {
        let named = self.allowed.iter().map(|path| match path.to_str() {
            Some(text) => PathBuf::from(text.replace("{matter}", slug.as_str())),
            None => path.clone(),
        });
        named.filter_map(|path| path.canonicalize().ok()).filter(|path| path.is_dir()).collect()
    }

    /// The canonical path of a place that lies in an allowed folder; nothing for every other.
    #[must_use]
    pub fn within(&self, slug: &MatterSlug, data: &Path, path: &Path) -> Option<PathBuf> {
        if !path.is_absolute() {
            return None;
        }
        let (path, data) = (path.canonicalize().ok()?, data.canonicalize().ok()?);
        let is_inside = self.roots(slug).iter().any(|root| path.starts_with(root));
        (is_inside && !path.starts_with(data)).then_some(path)
    }

    /// What lies in an allowed folder.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn listing(&self, data: &Path, folder: &Path) -> io::Result<Listing> {
        let data = data.canonicalize()?;
        let mut listing = Listing::default();
        for (number, entry) in fs::read_dir(folder)?.enumerate() {
            if number == MOST_ENTRIES {
                listing.is_cut = true;
                break;
            }
            let entry = entry?;
            let kind = entry.file_type()?;
            if kind.is_file() {
                listing.files += 1;
            } else if kind.is_dir() && entry.path() != data {
                listing.folders.push(Folder { path: entry.path(), files: 0, folders: 0 });
            } else {
                listing.others += 1;
            }
        }
        listing.folders.sort_by(|a, b| a.path.cmp(&b.path));
        for folder in listing.folders.iter_mut().take(MOST_COUNTED) {
            // One that cannot be looked into counts as empty here; the run says more of it.
            let Ok(entries) = fs::read_dir(&folder.path) else { continue };
            for kind in entries.take(MOST_ENTRIES).flatten().filter_map(|entry| entry.file_type().ok()) {
                folder.files += u64::from(kind.is_file());
                folder.folders += u64::from(kind.is_dir());
            }
        }
        Ok(listing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_leads_out_of_the_allowed_folders() {
        let folder = tempfile::tempdir().unwrap();
        let base = folder.path().canonicalize().unwrap();
        for path in ["in/acme/mail", "in/zenith", "in/acme/data/matters", "secret"] {
            fs::create_dir_all(base.join(path)).unwrap();
        }
        fs::write(base.join("in/acme/a.txt"), "a").unwrap();
        fs::write(base.join("in/acme/mail/b.eml"), "b").unwrap();
        std::os::unix::fs::symlink(base.join("secret"), base.join("in/acme/link")).unwrap();
        let places = Places { allowed: vec![base.join("in/{matter}")] };
        let (slug, data) = ("acme".parse().unwrap(), base.join("in/acme/data"));
        let check = |path: &str, expected: Option<&str>| {
            let found = places.within(&slug, &data, &base.join(path));
            assert_eq!(found, expected.map(|path| base.join(path)), "{path}");
        };
        check("in/acme", Some("in/acme"));
        check("in/acme/mail/../a.txt", Some("in/acme/a.txt"));
        check("in/acme/..", None);
        check("in/acme/../../secret", None);
        check("in/acme/link", None);
        check("in/zenith", None);
        check("in/acme/data/matters", None);
        check("in/acme/nowhere", None);
        assert_eq!(places.within(&slug, &data, Path::new("in/acme")), None);
        assert_eq!(Places::default().within(&slug, &data, &base.join("in/acme")), None);
        let listing = places.listing(&data, &base.join("in/acme")).unwrap();
        let mail = Folder { path: base.join("in/acme/mail"), files: 1, folders: 0 };
        assert_eq!(listing, Listing { folders: vec![mail], files: 1, others: 2, is_cut: false });
    }
}
