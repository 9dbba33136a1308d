//! Records of a `PowerPoint` 97 stream, one after the other, containers opened ([MS-PPT] 2.3.1).

use crate::extract::compound_file::{long, short};

/// One record.
#[derive(Debug, Clone, Copy)]
pub(super) struct Record<'b> {
    /// Where its content starts and ends in the bytes walked.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: u16,
    pub(super) instance: u16,
    pub(super) is_container: bool,
    pub(super) content: &'b [u8],
}

/// The record at a place.
pub(super) fn record(bytes: &[u8], at: usize) -> Option<Record<'_>> {
    let (head, kind, length) = (short(bytes, at)?, short(bytes, at.checked_add(2)?)?, long(bytes, at.checked_add(4)?)?);
    let start = at + 8;
    let end = start.saturating_add(usize::try_from(length).ok()?).min(bytes.len());
    Some(Record {
        start,
        end,
        kind,
        instance: head >> 4,
        is_container: head & 15 == 15,
        content: bytes.get(start..end)?,
    })
}

/// Every record in some bytes, what containers hold after the container itself.
pub(super) fn records(bytes: &[u8]) -> impl Iterator<Item = Record<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let found = record(bytes, at)?;
        at = if found.is_container { found.start } else { found.end };
        Some(found)
    })
}
