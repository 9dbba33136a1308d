//! What a matter folder knows already of something about to be read.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use redwell_model::Sha256;
use rusqlite::OptionalExtension;

use super::writer::IS_KNOWN;
use super::{FolderError, MatterFolder, columns};

/// What was last seen at a place on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KnownSource {
    /// Its row.
    pub(crate) id: i64,
    /// Its length.
    pub(crate) size_bytes: u64,
    /// When it had last been changed, in nanoseconds since 1970.
    pub(crate) modified_ns: Option<i64>,
    /// The digest of its content, where it could be read.
    pub(crate) sha256: Option<Sha256>,
}

/// A place on disk where a source was seen once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KnownPlace {
    /// The place, spelt as the system spells it.
    pub(crate) location: Vec<u8>,
    /// Whether the last run that looked found it gone.
    pub(crate) is_missing: bool,
}

impl KnownPlace {
    /// The place as a path.
    pub(crate) fn path(&self) -> &Path {
        Path::new(OsStr::from_bytes(&self.location))
    }
}

/// A path, and what everything under it sorts between: for `/a/b`, `/a/b/` and `/a/b0`, `0` being the character after `/`.
fn span(root: &Path) -> (&[u8], Vec<u8>, Vec<u8>) {
    let root = root.as_os_str().as_bytes();
    let [first, last] = [b'/', b'0'].map(|end| [root.strip_suffix(b"/").unwrap_or(root), &[end]].concat());
    (root, first, last)
}

impl MatterFolder {
    /// Whether a source was ever recorded.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn has_sources(&self) -> Result<bool, FolderError> {
        self.read(|connection| connection.prepare_cached("select 1 from sources")?.exists(()))
    }

    /// The places at or under a path where files were seen, in order.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn sources_under(&self, root: &Path) -> Result<Vec<KnownPlace>, FolderError> {
        let sql = "select location, max(missing_since is not null) as is_missing from sources where kind = 'file' \
                   and (location = ?1 or (location >= ?2 and location < ?3)) group by location order by location";
        let place = |row: &rusqlite::Row<'_>| {
            Ok(KnownPlace { location: row.get("location")?, is_missing: row.get("is_missing")? })
        };
        self.read(|connection| connection.prepare_cached(sql)?.query_map(span(root), place)?.collect())
    }

    /// Whether a file was ever seen at or under a path.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn has_sources_under(&self, root: &Path) -> Result<bool, FolderError> {
        let sql = "select exists (select 1 from sources where kind = 'file' \
                   and (location = ?1 or (location >= ?2 and location < ?3)))";
        self.read(|connection| connection.prepare_cached(sql)?.query_row(span(root), |row| row.get(0)))
    }

    /// What was last seen at this place, spelt as the system spells it.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn known_source(&self, location: &[u8]) -> Result<Option<KnownSource>, FolderError> {
        let sql =
            "select id, size_bytes, modified_ns, sha256 from sources where location = ?1 order by id desc limit 1";
        let known = |row: &rusqlite::Row<'_>| {
            let has_content = row.get_ref("sha256")?.as_blob_or_null()?.is_some();
            Ok(KnownSource {
                id: row.get("id")?,
                size_bytes: u64::try_from(row.get::<_, i64>("size_bytes")?).unwrap_or_default(),
                modified_ns: row.get("modified_ns")?,
                sha256: if has_content { Some(columns::sha256(row, "sha256")?) } else { None },
            })
        };
        self.read(|connection| connection.prepare_cached(sql)?.query_row([location], known).optional())
    }

    /// Whether an item stands for this content, of this custodian where one is given.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn has_original_with(&self, sha256: &Sha256, custodian: Option<&str>) -> Result<bool, FolderError> {
        let sql = format!("select 1 from items i where i.sha256 = ?1 and {IS_KNOWN}");
        self.read(|connection| connection.prepare_cached(&sql)?.exists((sha256.as_bytes(), custodian)))
    }
}
