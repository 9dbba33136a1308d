//! Between the columns of `matter.db` and the types of the model.
//!
//! Moments are RFC 3339 text, digests are blobs, closed lists are their stable names, open ones are JSON.

use std::str::FromStr;

use jiff::Timestamp;
use redwell_model::control_number::Prefix;
use redwell_model::digest::to_hexadecimal;
use redwell_model::{ControlNumber, Digests, DuplicateScope, Ordinal, ProcessingException, Sha256};
use rusqlite::Row;
use rusqlite::types::{FromSqlError, Type};

use super::rows::{DocumentRow, ExceptionRow, Location};

/// Says that a column holds what its type cannot be.
fn unreadable(column: &str) -> rusqlite::Error {
    let why = FromSqlError::Other(format!("column `{column}` does not read back").into());
    rusqlite::Error::FromSqlConversionFailure(0, Type::Text, Box::new(why))
}

/// A column with a value of a closed list, by its stable name.
pub(super) fn parsed<T: FromStr>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    row.get_ref(column)?.as_str()?.parse().map_err(|_| unreadable(column))
}

/// Among which items of the matter duplicates are suppressed.
pub(super) fn duplicates(connection: &rusqlite::Connection) -> rusqlite::Result<DuplicateScope> {
    connection.query_row("select duplicates from matter", (), |row| parsed(row, "duplicates"))
}

/// A column with a moment, where there is one.
pub(super) fn moment(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<Timestamp>> {
    row.get_ref(column)?.as_str_or_null()?.map(|text| text.parse().map_err(|_| unreadable(column))).transpose()
}

/// A column with JSON.
pub(super) fn json<T: serde::de::DeserializeOwned>(row: &Row<'_>, column: &str) -> rusqlite::Result<T> {
    serde_json::from_str(row.get_ref(column)?.as_str()?).map_err(|_| unreadable(column))
}

/// A digest column.
pub(super) fn sha256(row: &Row<'_>, column: &str) -> rusqlite::Result<Sha256> {
    let bytes = row.get_ref(column)?.as_blob()?;
    bytes.try_into().map(Sha256::from_bytes).map_err(|_| unreadable(column))
}

/// The three digest columns.
pub(super) fn digests(row: &Row<'_>) -> rusqlite::Result<Digests> {
    Ok(Digests { sha256: sha256(row, "sha256")?, md5: hexadecimal(row, "md5")?, sha1: hexadecimal(row, "sha1")? })
}

fn hexadecimal(row: &Row<'_>, column: &str) -> rusqlite::Result<String> {
    Ok(to_hexadecimal(row.get_ref(column)?.as_blob()?))
}

/// What a document's row is made of: `documents` as `d`, its item as `i`.
pub(super) const DOCUMENT: &str = "select d.ordinal, d.title, d.custodians, d.date, d.language, d.parent, d.family, \
     d.text_revision, d.text_code_points, d.is_empty, d.has_boxes, d.recognised_pages, \
     d.recognition_confidence, d.metadata, i.name, i.path, i.format, i.custodian, \
     i.size_bytes, i.sha256, i.md5, i.sha1, (select count(*) from exceptions e where e.item = i.id) as exception_count \
     from documents d join items i on i.id = d.item";

/// Reads what [`DOCUMENT`] selects.
pub(super) fn document(row: &Row<'_>, prefix: &Prefix) -> rusqlite::Result<DocumentRow> {
    let ordinal: Ordinal = row.get("ordinal")?;
    Ok(DocumentRow {
        control_number: ControlNumber::new(prefix.clone(), ordinal),
        ordinal,
        title: row.get("title")?,
        file_name: row.get("name")?,
        path: row.get("path")?,
        format: parsed(row, "format")?,
        custodian: row.get("custodian")?,
        custodians: json(row, "custodians")?,
        size_bytes: u64::try_from(row.get::<_, i64>("size_bytes")?).map_err(|_| unreadable("size_bytes"))?,
        digests: digests(row)?,
        date: moment(row, "date")?,
        language: row.get("language")?,
        parent: row.get("parent")?,
        family: row.get("family")?,
        text_revision: row.get("text_revision")?,
        text_code_points: row.get("text_code_points")?,
        is_empty: row.get("is_empty")?,
        has_boxes: row.get("has_boxes")?,
        recognised_pages: row.get("recognised_pages")?,
        recognition_confidence: row.get("recognition_confidence")?,
        exception_count: row.get("exception_count")?,
        metadata: json(row, "metadata")?,
    })
}

/// Reads a place: `custodian`, `path`, `outcome`, `modified`.
pub(super) fn location(row: &Row<'_>) -> rusqlite::Result<Location> {
    Ok(Location {
        custodian: row.get("custodian")?,
        path: row.get("path")?,
        is_duplicate: row.get_ref("outcome")?.as_str()? == "duplicate",
        modified: moment(row, "modified")?,
    })
}

/// What an exception's row is made of.
pub(super) const EXCEPTION: &str = "select i.path, i.custodian, i.ordinal, i.sha256, e.stage, e.kind, e.reason, e.tool, e.page \
     from exceptions e join items i on i.id = e.item";

/// Reads what [`EXCEPTION`] selects.
pub(super) fn exception(row: &Row<'_>, prefix: &Prefix) -> rusqlite::Result<ExceptionRow> {
    let ordinal: Option<Ordinal> = row.get("ordinal")?;
    let has_bytes = row.get_ref("sha256")?.as_blob_or_null()?.is_some();
    Ok(ExceptionRow {
        path: row.get("path")?,
        custodian: row.get("custodian")?,
        control_number: ordinal.map(|ordinal| ControlNumber::new(prefix.clone(), ordinal)),
        sha256: if has_bytes { Some(sha256(row, "sha256")?) } else { None },
        exception: ProcessingException {
            stage: parsed(row, "stage")?,
            kind: parsed(row, "kind")?,
            reason: row.get("reason")?,
            tool: row.get("tool")?,
            page: row.get("page")?,
        },
    })
}

/// The prefix of the matter's control numbers.
pub(super) fn prefix(connection: &rusqlite::Connection) -> rusqlite::Result<Prefix> {
    connection.query_row("select prefix from matter", [], |row| parsed(row, "prefix"))
}
