//! Which items had exceptions, with all that is needed to try them again.

use jiff::Timestamp;
use redwell_model::{Digests, ExceptionKind, ItemOutcome, Ordinal};

use super::{FolderError, MatterFolder, columns};

/// An item to be tried again, and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Tried {
    pub(crate) id: i64,
    pub(crate) source: i64,
    /// Where its source is on disk, as the system spells it.
    pub(crate) location: Vec<u8>,
    pub(crate) parent: Option<i64>,
    pub(crate) position: u32,
    pub(crate) is_top_level: bool,
    pub(crate) path: String,
    pub(crate) name: String,
    pub(crate) custodian: String,
    pub(crate) size_bytes: u64,
    pub(crate) digests: Option<Digests>,
    pub(crate) modified: Option<Timestamp>,
    pub(crate) outcome: ItemOutcome,
    pub(crate) ordinal: Option<Ordinal>,
    /// The nearest document that holds it.
    pub(crate) parent_document: Option<Ordinal>,
    /// How many items hold it, one in the other.
    pub(crate) depth: u32,
}

/// The items that have an exception of one of these kinds, in the order they were recorded.
///
/// # Errors
/// When the database fails.
pub(crate) fn items_with(folder: &MatterFolder, kinds: &[ExceptionKind]) -> Result<Vec<Tried>, FolderError> {
    let quoted: Vec<String> = kinds.iter().map(|kind| format!("'{kind}'")).collect();
    let sql = format!(
        "select i.*, s.location, (select count(*) from ({HOLDERS})) as depth, \
         (select ordinal from ({HOLDERS}) where ordinal is not null order by depth limit 1) as parent_document \
         from items i join sources s on s.id = i.source \
         where i.outcome <> 'duplicate' and i.id in (select item from exceptions where kind in ({})) order by i.id",
        quoted.join(", ")
    );
    folder.read(|connection| connection.prepare(&sql)?.query_map((), tried)?.collect())
}

/// The items that hold `i`, the nearest first.
const HOLDERS: &str = "with recursive holder (id, parent, ordinal, depth) as ( \
     select h.id, h.parent, h.ordinal, 1 from items h where h.id = i.parent \
     union all select h.id, h.parent, h.ordinal, depth + 1 from items h join holder on h.id = holder.parent) \
     select * from holder";

fn tried(row: &rusqlite::Row<'_>) -> rusqlite::Result<Tried> {
    let has_bytes = row.get_ref("sha256")?.as_blob_or_null()?.is_some();
    Ok(Tried {
        id: row.get("id")?,
        source: row.get("source")?,
        location: row.get("location")?,
        parent: row.get("parent")?,
        position: row.get("position")?,
        is_top_level: row.get("is_top_level")?,
        path: row.get("path")?,
        name: row.get("name")?,
        custodian: row.get("custodian")?,
        size_bytes: u64::try_from(row.get::<_, i64>("size_bytes")?).unwrap_or_default(),
        digests: if has_bytes { Some(columns::digests(row)?) } else { None },
        modified: columns::moment(row, "modified")?,
        outcome: columns::parsed(row, "outcome")?,
        ordinal: row.get("ordinal")?,
        parent_document: row.get("parent_document")?,
        depth: row.get("depth")?,
    })
}
