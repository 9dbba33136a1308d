//! The statements that write rows, one method each.

use jiff::Timestamp;
use redwell_model::digest::from_hexadecimal;
use redwell_model::{Digests, DuplicateScope, Format, ItemOutcome, Metadata, Ordinal, ProcessingException, Sha256};
use rusqlite::OptionalExtension;

use super::MatterWriter;
use crate::extract::recognition::RecognisedPages;
use crate::matter_folder::FolderError;

/// One version of one thing found on disk.
#[derive(Debug)]
pub struct NewSource<'a> {
    /// Its absolute path, as the system spells it.
    pub location: &'a [u8],
    /// `file`, `link`, `special` or `folder`; only files count as sources.
    pub kind: &'static str,
    /// Whom it was collected from.
    pub custodian: &'a str,
    /// Its length.
    pub size_bytes: u64,
    /// When it was last changed, in nanoseconds since 1970.
    pub modified_ns: Option<i64>,
    /// The digest of its content, where it could be read.
    pub sha256: Option<Sha256>,
}

/// An item about to be recorded.
#[derive(Debug)]
pub struct NewItem<'a> {
    /// The source it is or lies in.
    pub source: i64,
    /// The item that directly holds it.
    pub parent: Option<i64>,
    /// Its place among the items its parent holds, from 0.
    pub position: u32,
    /// Whether duplicates of it are suppressed: it lies in nothing, or in containers only.
    pub is_top_level: bool,
    /// Its path as collected.
    pub path: &'a str,
    /// Its name, without folders.
    pub name: &'a str,
    /// Whom it was collected from.
    pub custodian: &'a str,
    /// What kind of file it is.
    pub format: Format,
    /// Its length.
    pub size_bytes: u64,
    /// Its digests, where its bytes could be had.
    pub digests: Option<&'a Digests>,
    /// When it was last changed on disk or in its container.
    pub modified: Option<Timestamp>,
    /// What became of it.
    pub outcome: ItemOutcome,
    /// Its number, when it is a document.
    pub ordinal: Option<Ordinal>,
    /// The item it repeats, when it is a duplicate.
    pub duplicate_of: Option<i64>,
    /// What it is compared by, when that is not its content.
    pub identity: Option<Sha256>,
}

/// A document about to be recorded or changed.
#[derive(Debug)]
pub struct NewDocument<'a> {
    /// What people call it.
    pub title: &'a str,
    /// The language of its text.
    pub language: Option<&'a str>,
    /// The document that directly holds it.
    pub parent: Option<Ordinal>,
    /// Whether its text has no letter or digit.
    pub is_empty: bool,
    /// Whether its text has a box for every character.
    pub has_boxes: bool,
    /// How much of the text was recognised in pictures.
    pub recognised: Option<RecognisedPages>,
    /// What the file says about itself.
    pub metadata: &'a Metadata,
    /// Its text.
    pub text: NewText<'a>,
}

/// A canonical text about to be recorded.
#[derive(Debug, Clone, Copy)]
pub struct NewText<'a> {
    /// Digest of the text in UTF-8.
    pub sha256: Sha256,
    /// Its length.
    pub code_points: u32,
    /// The text, packed.
    pub text: &'a [u8],
    /// Pages and boxes, packed.
    pub layout: &'a [u8],
}

/// An item recorded before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownItem {
    /// Its row.
    pub id: i64,
    /// Its place among the items its parent holds.
    pub position: u32,
    /// Its path as collected.
    pub path: String,
    /// What kind of file it is.
    pub format: Format,
    /// Its length.
    pub size_bytes: u64,
    /// Its digests, where its bytes could be had.
    pub digests: Option<Digests>,
    /// What its container says of its last change.
    pub modified: Option<Timestamp>,
    /// The item that stands for its content: itself, or the one it repeats.
    pub original: i64,
    /// The document that stands for its content, where there is one.
    pub ordinal: Option<Ordinal>,
}

impl MatterWriter {
    /// Records a source.
    ///
    /// # Errors
    /// When the database fails.
    pub fn add_source(&mut self, source: &NewSource<'_>) -> Result<i64, FolderError> {
        let sql = "insert into sources (location, kind, custodian, size_bytes, modified_ns, sha256) \
                   values (?1, ?2, ?3, ?4, ?5, ?6)";
        let sha256 = source.sha256.as_ref().map(Sha256::as_bytes);
        let NewSource { location, kind, custodian, size_bytes, modified_ns, .. } = source;
        self.execute(sql, (location, kind, custodian, signed(*size_bytes), modified_ns, sha256))?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Records that a source was touched without its content changing.
    ///
    /// # Errors
    /// When the database fails.
    pub fn touch_source(&mut self, source: i64, modified_ns: Option<i64>) -> Result<(), FolderError> {
        self.execute("update sources set modified_ns = ?2 where id = ?1", (source, modified_ns))
    }

    /// Records that a source is gone from its place, or there again.
    ///
    /// # Errors
    /// When the database fails.
    pub fn set_missing(&mut self, location: &[u8], is_missing: bool) -> Result<(), FolderError> {
        let since = is_missing.then(|| Timestamp::now().to_string());
        self.execute("update sources set missing_since = ?2 where location = ?1", (location, since))
    }

    /// Records what a source holds, once it could be read.
    ///
    /// # Errors
    /// When the database fails.
    pub fn fill_source(&mut self, source: i64, size_bytes: u64, sha256: &Sha256) -> Result<(), FolderError> {
        let sql = "update sources set kind = 'file', size_bytes = ?2, sha256 = ?3 where id = ?1";
        self.execute(sql, (source, signed(size_bytes), sha256.as_bytes()))
    }

    /// The number the next document gets. Numbers are dense and never reused.
    pub fn next_ordinal(&mut self) -> Ordinal {
        self.last_ordinal += 1;
        self.last_ordinal
    }

    /// Records an item.
    ///
    /// # Errors
    /// When the database fails.
    pub fn add_item(&mut self, item: &NewItem<'_>) -> Result<i64, FolderError> {
        let sql = "insert into items (source, parent, position, is_top_level, path, name, custodian, format, \
                   size_bytes, sha256, md5, sha1, modified, outcome, ordinal, duplicate_of, identity) \
                   values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)";
        let digests = item.digests;
        self.execute(
            sql,
            rusqlite::params![
                item.source,
                item.parent,
                item.position,
                item.is_top_level,
                item.path,
                item.name,
                item.custodian,
                item.format.as_str(),
                signed(item.size_bytes),
                digests.map(|digests| digests.sha256.as_bytes()),
                digests.and_then(|digests| from_hexadecimal::<16>(digests.md5.as_bytes())),
                digests.and_then(|digests| from_hexadecimal::<20>(digests.sha1.as_bytes())),
                item.modified.map(|modified| modified.to_string()),
                item.outcome.as_str(),
                item.ordinal,
                item.duplicate_of,
                item.identity.as_ref().map(Sha256::as_bytes),
            ],
        )?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Changes what became of an item that was tried again.
    ///
    /// # Errors
    /// When the database fails.
    pub fn change_item(&mut self, id: i64, item: &NewItem<'_>) -> Result<(), FolderError> {
        let sql = "update items set format = ?2, size_bytes = ?3, sha256 = ?4, md5 = ?5, sha1 = ?6, outcome = ?7, \
                   ordinal = ?8, duplicate_of = ?9, identity = ?10 where id = ?1";
        let digests = item.digests;
        self.execute(
            sql,
            rusqlite::params![
                id,
                item.format.as_str(),
                signed(item.size_bytes),
                digests.map(|digests| digests.sha256.as_bytes()),
                digests.and_then(|digests| from_hexadecimal::<16>(digests.md5.as_bytes())),
                digests.and_then(|digests| from_hexadecimal::<20>(digests.sha1.as_bytes())),
                item.outcome.as_str(),
                item.ordinal,
                item.duplicate_of,
                item.identity.as_ref().map(Sha256::as_bytes),
            ],
        )
    }

    /// Records a document at text revision 1, to be indexed. Its item comes first, its attachments after it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn add_document(
        &mut self,
        ordinal: Ordinal,
        item: i64,
        custodian: &str,
        document: &NewDocument<'_>,
    ) -> Result<(), FolderError> {
        let sql = "insert into documents (ordinal, item, title, custodians, date, language, parent, family, \
                   text_revision, text_code_points, is_empty, has_boxes, metadata, recognised_pages, \
                   recognition_confidence, needs_index) values (?1, ?2, ?3, ?4, ?5, ?6, ?7, \
                   coalesce((select family from documents where ordinal = ?7), ?1), 1, ?8, ?9, ?10, ?11, ?12, ?13, 1)";
        self.execute(
            sql,
            rusqlite::params![
                ordinal,
                item,
                document.title,
                json(&[custodian]),
                document.metadata.date().map(|date| date.to_string()),
                document.language,
                document.parent,
                document.text.code_points,
                document.is_empty,
                document.has_boxes,
                json(document.metadata),
                document.recognised.map_or(0, |recognised| recognised.pages),
                document.recognised.map(|recognised| recognised.confidence),
            ],
        )?;
        self.add_text(ordinal, 1, document.text)
    }

    /// Changes a document that was tried again; whether its text differs. If so it becomes a new revision, and the old
    /// ones stay.
    ///
    /// # Errors
    /// When the database fails.
    pub fn change_document(&mut self, ordinal: Ordinal, document: &NewDocument<'_>) -> Result<bool, FolderError> {
        let newest = "select revision, sha256 from texts where ordinal = ?1 order by revision desc limit 1";
        let columns = |row: &rusqlite::Row<'_>| Ok((row.get::<_, u32>(0)?, row.get::<_, Vec<u8>>(1)?));
        let kept = self.find(|db| db.prepare_cached(newest)?.query_row([ordinal], columns))?;
        let revision = if kept.1 == document.text.sha256.as_bytes() {
            let sql = "update texts set layout = ?3 where ordinal = ?1 and revision = ?2";
            self.execute(sql, (ordinal, kept.0, document.text.layout))?;
            kept.0
        } else {
            self.add_text(ordinal, kept.0 + 1, document.text)?;
            kept.0 + 1
        };
        let sql = "update documents set title = ?2, date = ?3, language = ?4, text_revision = ?5, \
                   text_code_points = ?6, is_empty = ?7, has_boxes = ?8, metadata = ?9, recognised_pages = ?10, \
                   recognition_confidence = ?11, needs_index = 1 where ordinal = ?1";
        self.execute(
            sql,
            rusqlite::params![
                ordinal,
                document.title,
                document.metadata.date().map(|date| date.to_string()),
                document.language,
                revision,
                document.text.code_points,
                document.is_empty,
                document.has_boxes,
                json(document.metadata),
                document.recognised.map_or(0, |recognised| recognised.pages),
                document.recognised.map(|recognised| recognised.confidence),
            ],
        )?;
        Ok(revision != kept.0)
    }

    fn add_text(&self, ordinal: Ordinal, revision: u32, text: NewText<'_>) -> Result<(), FolderError> {
        let sql = "insert into texts (ordinal, revision, sha256, code_points, text, layout) \
                   values (?1, ?2, ?3, ?4, ?5, ?6)";
        let NewText { sha256, code_points, text, layout } = text;
        self.execute(sql, (ordinal, revision, sha256.as_bytes(), code_points, text, layout))
    }

    /// Records the exceptions of an item in place of those it had.
    ///
    /// # Errors
    /// When the database fails.
    pub fn replace_exceptions(&mut self, item: i64, exceptions: &[ProcessingException]) -> Result<(), FolderError> {
        self.execute("delete from exceptions where item = ?1", [item])?;
        self.add_exceptions(item, exceptions)
    }

    /// Records exceptions of an item.
    ///
    /// # Errors
    /// When the database fails.
    pub fn add_exceptions(&mut self, item: i64, exceptions: &[ProcessingException]) -> Result<(), FolderError> {
        let sql = "insert into exceptions (item, stage, kind, reason, tool, page) values (?1, ?2, ?3, ?4, ?5, ?6)";
        for ProcessingException { stage, kind, reason, tool, page } in exceptions {
            self.execute(sql, (item, stage.as_str(), kind.as_str(), reason, tool, page))?;
        }
        Ok(())
    }

    /// The top-level item that stands for this content, or for this mail, in the scope of the matter's duplicates.
    ///
    /// # Errors
    /// When the database fails.
    pub fn original_with(
        &self,
        sha256: &Sha256,
        identity: Option<&Sha256>,
        custodian: &str,
    ) -> Result<Option<KnownItem>, FolderError> {
        let custodian = match self.duplicates {
            DuplicateScope::Global => None,
            DuplicateScope::Custodian => Some(custodian),
            DuplicateScope::None => return Ok(None),
        };
        let find = |column: &str, digest: &Sha256| {
            let sql = format!(
                "{KNOWN_ITEM} where i.{column} = ?1 and {IS_KNOWN} order by i.outcome = 'duplicate', i.id limit 1"
            );
            self.find(|db| db.prepare_cached(&sql)?.query_row((digest.as_bytes(), custodian), known_item).optional())
        };
        match (find("sha256", sha256)?, identity) {
            (None, Some(identity)) => find("identity", identity),
            (found, _) => Ok(found),
        }
    }

    /// The items an item directly holds, in order.
    ///
    /// # Errors
    /// When the database fails.
    pub fn children_of(&self, item: i64) -> Result<Vec<KnownItem>, FolderError> {
        let sql = format!("{KNOWN_ITEM} where i.parent = ?1 order by i.position");
        self.find(|db| db.prepare_cached(&sql)?.query_map([item], known_item)?.collect())
    }

    /// Adds a custodian to a document's; whether it was not there yet. The index learns of it later.
    ///
    /// # Errors
    /// When the database fails.
    pub fn add_custodian(&mut self, ordinal: Ordinal, custodian: &str) -> Result<bool, FolderError> {
        let sql = "select custodians from documents where ordinal = ?1";
        let kept: String = self.find(|db| db.prepare_cached(sql)?.query_row([ordinal], |row| row.get(0)))?;
        let mut custodians: Vec<String> = serde_json::from_str(&kept).unwrap_or_default();
        let Err(place) = custodians.binary_search_by(|kept| kept.as_str().cmp(custodian)) else { return Ok(false) };
        custodians.insert(place, custodian.to_owned());
        let sql = "update documents set custodians = ?2, needs_index = 1 where ordinal = ?1";
        self.execute(sql, (ordinal, json(&custodians)))?;
        Ok(true)
    }

    /// Documents the index does not hold as they are now, ascending, above `after`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn documents_to_index(&self, after: Ordinal, limit: usize) -> Result<Vec<Ordinal>, FolderError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let sql = "select ordinal from documents where needs_index and ordinal > ?1 order by ordinal limit ?2";
        self.find(|db| db.prepare_cached(sql)?.query_map((after, limit), |row| row.get(0))?.collect())
    }

    /// Records that the index holds these documents as they are now.
    ///
    /// # Errors
    /// When the database fails.
    pub fn mark_indexed(&mut self, ordinals: impl Iterator<Item = Ordinal>) -> Result<(), FolderError> {
        let sql = "update documents set needs_index = 0 where needs_index and ordinal between ?1 and ?2";
        let mut ordinals: Vec<Ordinal> = ordinals.collect();
        ordinals.sort_unstable();
        for run in ordinals.chunk_by(|one, next| next - one <= 1) {
            self.execute(sql, (run[0], run[run.len() - 1]))?;
        }
        Ok(())
    }

    /// Records that the index holds nothing.
    ///
    /// # Errors
    /// When the database fails.
    pub fn mark_nothing_indexed(&mut self) -> Result<(), FolderError> {
        self.execute("update documents set needs_index = 1", ())
    }
}

/// Whether item `i`, or the one it repeats, may stand for others, of the custodian `?2` where one is given.
pub(in crate::matter_folder) const IS_KNOWN: &str =
    "i.is_top_level and i.outcome <> 'excluded' and (?2 is null or i.custodian = ?2)";

const KNOWN_ITEM: &str = "select i.id, i.position, i.path, i.format, i.size_bytes, i.sha256, i.md5, i.sha1, i.modified, \
     coalesce(i.duplicate_of, i.id) as original, \
     (select o.ordinal from items o where o.id = coalesce(i.duplicate_of, i.id)) as ordinal from items i";

fn known_item(row: &rusqlite::Row<'_>) -> rusqlite::Result<KnownItem> {
    use crate::matter_folder::columns;
    let has_bytes = row.get_ref("sha256")?.as_blob_or_null()?.is_some();
    Ok(KnownItem {
        id: row.get("id")?,
        position: row.get("position")?,
        path: row.get("path")?,
        format: columns::parsed(row, "format")?,
        size_bytes: u64::try_from(row.get::<_, i64>("size_bytes")?).unwrap_or_default(),
        digests: if has_bytes { Some(columns::digests(row)?) } else { None },
        modified: columns::moment(row, "modified")?,
        original: row.get("original")?,
        ordinal: row.get("ordinal")?,
    })
}

/// A length for SQLite, whose integers are signed.
fn signed(size_bytes: u64) -> i64 {
    i64::try_from(size_bytes).unwrap_or(i64::MAX)
}

pub(super) fn json<T: serde::Serialize + ?Sized>(value: &T) -> String {
    serde_json::to_string(value).expect("metadata, names, settings and counts are always JSON")
}
