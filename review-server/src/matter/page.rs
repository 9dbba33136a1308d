//! One page of documents found, with what a list shows of each.

use rayon::prelude::*;
use redwell_indexer::matter_folder::DocumentRow;
use redwell_model::Ordinal;
use redwell_model::digest::to_hexadecimal;
use redwell_search::engine::{Cursor, HitPage, Sort};
use redwell_search::evaluate::hit_ranges;
use redwell_search::snippets::{Snippet, snippets};

use super::OpenMatter;
use super::facts::Facts;
use super::find::Understood;
use crate::error::ApiError;

/// Most snippets of one document.
const SNIPPETS: usize = 2;

/// Which page is wanted.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// In which order: the first decides, the next where it leaves a tie.
    pub sort: Vec<Sort>,
    /// Where it begins.
    pub start: Start,
    /// Hits on it.
    pub limit: usize,
}

/// Where a page begins.
#[derive(Debug, Clone)]
pub enum Start {
    /// After this hit; at the first one without.
    After(Option<Cursor>),
    /// At the row of this number, from 0, of the order of this name; of the order as it is now without.
    Row(u64, Option<String>),
}

/// A document found.
#[derive(Debug, Clone)]
pub struct Found {
    /// The document.
    pub row: DocumentRow,
    /// How well it matches.
    pub score: f32,
    /// How many documents its family has.
    pub family_size: u32,
    /// Passages marked in its text.
    pub hits: usize,
    /// Pieces of its text around hits.
    pub snippets: Vec<Snippet>,
}

/// One page of documents found.
#[derive(Debug, Clone)]
pub struct Page {
    /// Documents that match in all.
    pub total: u64,
    /// Those of this page.
    pub found: Vec<Found>,
    /// Where the next page begins.
    pub next: Option<Cursor>,
    /// What the order goes by that this page is of, where it is known.
    pub order: Option<String>,
}

/// Finds a page. Reads texts and runs on many cores; call it off the async threads.
///
/// # Errors
/// When the query is too broad, or index or folder cannot be read.
pub fn find(open: &OpenMatter, facts: &Facts, understood: &Understood, wanted: &Wanted) -> Result<Page, ApiError> {
    let Understood { query, within, .. } = understood;
    let engine = open.engine();
    let (page, ordinals, order) = match &wanted.start {
        Start::After(cursor) => {
            let page = engine.search(query, within.as_ref(), &wanted.sort, cursor.as_ref(), wanted.limit)?;
            let ordinals: Vec<Ordinal> = page.hits.iter().map(|hit| hit.ordinal).collect();
            // A page that is the whole result is its order too.
            let is_whole = cursor.is_none() && page.next.is_none();
            let order = is_whole.then(|| open.remember_order(understood, &wanted.sort, &ordinals).name);
            (page, ordinals, order)
        }
        Start::Row(row, name) => {
            let order = match name {
                Some(name) => open.order_named(name).ok_or_else(forgotten)?,
                None => open.order(understood, &wanted.sort)?,
            };
            let rows = usize::try_from(*row).ok().and_then(|row| order.ordinals.get(row..)).unwrap_or_default();
            let ordinals: Vec<Ordinal> = rows.iter().take(wanted.limit).copied().collect();
            // Scores rest on all documents, so those of a few are the same as those among many.
            let rows = ordinals.iter().copied().collect();
            let page = engine.search(query, Some(&rows), &wanted.sort, None, wanted.limit)?;
            let total = order.ordinals.len() as u64;
            (HitPage { total, next: None, ..page }, ordinals, Some(order.name))
        }
    };
    let rows = open.folder().documents(&ordinals)?;
    let found = rows.into_par_iter().map(|row| {
        let score = page.hits.iter().find(|hit| hit.ordinal == row.ordinal).map_or(0.0, |hit| hit.score);
        let text = open.folder().text(row.ordinal)?.map(|text| text.text).unwrap_or_default();
        let ranges = if query.has_text_words() { hit_ranges(query, &text) } else { Vec::new() };
        let snippets = snippets(&text, &ranges, SNIPPETS);
        Ok(Found { score, family_size: facts.family_size(row.family), hits: ranges.len(), snippets, row })
    });
    let found: Result<Vec<Found>, ApiError> = found.collect();
    Ok(Page { total: page.total, found: found?, next: page.next, order })
}

/// What is said when an order is not remembered any more.
#[must_use]
pub fn forgotten() -> ApiError {
    ApiError::conflict("order_forgotten", "the order of that result is not remembered any more; ask for it again")
}

/// A cursor as clients carry it.
#[must_use]
pub fn cursor_to_text(cursor: &Cursor) -> String {
    to_hexadecimal(&serde_json::to_vec(cursor).unwrap_or_default())
}

/// A cursor as clients bring it back; `Err` when it is none of ours.
///
/// # Errors
/// When the text was not made by [`cursor_to_text`].
pub fn cursor_from_text(text: &str) -> Result<Cursor, BadCursor> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return Err(BadCursor);
    }
    let bytes = (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16));
    let json: Vec<u8> = bytes.collect::<Result<_, _>>().map_err(|_| BadCursor)?;
    serde_json::from_slice(&json).map_err(|_| BadCursor)
}

/// A cursor that is none of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the cursor is not one this server gave; begin with the first page")]
pub struct BadCursor;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use redwell_search::engine::SortKey;

    #[test]
    fn strange_cursors_are_refused() {
        for text in ["", "x", "000000000000000g00000001", "ééééééééééééé", "0000000000000001000000010"] {
            assert_eq!(cursor_from_text(text), Err(BadCursor), "{text}");
        }
    }

    proptest! {
        #[test]
        fn cursors_come_back_as_they_went(key: i64, name in "\\PC{0,12}", ordinal: u32) {
            let cursor = Cursor { keys: vec![SortKey::Number(key), SortKey::Text(name)], ordinal };
            prop_assert_eq!(cursor_from_text(&cursor_to_text(&cursor)), Ok(cursor));
        }
    }
}
