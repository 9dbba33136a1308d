//! What a matter folder knows already of something about to be read.

use redwell_model::Sha256;
use rusqlite::OptionalExtension;

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

impl MatterFolder {
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

    /// Whether an item stands for this content.
    ///
    /// # Errors
    /// When the database fails.
    pub(crate) fn has_original_with(&self, sha256: &Sha256) -> Result<bool, FolderError> {
        let sql = "select 1 from items where sha256 = ?1 and is_top_level and outcome <> 'duplicate'";
        self.read(|connection| connection.prepare_cached(sql)?.exists([sha256.as_bytes()]))
    }
}
