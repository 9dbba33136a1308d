//! Annotated copies of PDF files: real annotations that every viewer shows, appended to the original bytes.
//!
//! The copy is an incremental update (ISO 32000-1, 7.5.6): the original is its prefix, byte for byte, so a recipient
//! can cut the copy at the original's length and verify its digest. Nothing is repaired and nothing is re-encoded; a
//! file that cannot be extended safely is refused with a reason, and whoever called hands over the original instead.
//!
//! The parser meets hostile files here: run it in a worker process (`crate::deliver::worker`). No clock and no random
//! value enters the result.

mod mark;
mod update;

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use jiff::Timestamp;
use lopdf::{Dictionary, Document, Object, ObjectId};
use redwell_model::layout::Quad;
use serde::{Deserialize, Serialize};

use update::Update;

/// Largest PDF that is annotated, in bytes.
const MAX_BYTES: usize = 1 << 30;
/// Most quads that are drawn in one file.
const MAX_QUADS: usize = 200_000;

/// What an annotation marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Lines of text: a `/Highlight`.
    Passage,
    /// A part of the page without text: a `/Square`.
    Region,
}

/// One annotation on one page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PdfHighlight {
    /// Unique in the file.
    pub id: String,
    /// The page, from 1.
    pub page: u32,
    /// What is marked.
    pub shape: Shape,
    /// Where, in page space: one quad a line of text; a region has one.
    pub quads: Vec<Quad>,
    /// Red, green and blue of the mark; drawn by multiplication, so text stays legible.
    pub colour: [u8; 3],
    /// Who made it.
    pub author: String,
    /// What the pop-up says.
    pub contents: String,
    /// A short heading of the pop-up.
    pub subject: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub modified_at: Timestamp,
}

/// Why a PDF file could not be annotated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AnnotateError {
    /// The file is too large, or has too many marks.
    #[error("the file is too large to annotate: {what}")]
    TooLarge {
        /// What there is too much of.
        what: String,
    },
    /// The file is not sound enough to be extended.
    #[error("the file is damaged: {what}")]
    Damaged {
        /// What was found.
        what: String,
    },
    /// The file is encrypted in a way that keeps marks out.
    #[error("the file is encrypted: {what}")]
    Encrypted {
        /// What was found.
        what: String,
    },
    /// The file has no such page.
    #[error("the file has no page `{page}`")]
    NoSuchPage {
        /// The page that was asked for.
        page: u32,
    },
}

impl AnnotateError {
    fn damaged(what: &str) -> Self {
        Self::Damaged { what: what.to_owned() }
    }
}

/// Returns the file with the annotations appended; the original bytes are its prefix.
///
/// # Errors
/// When the file is not a sound PDF, is locked or encrypted with AES, lacks a page that is marked, or is larger than
/// 1 GiB. Never panics, whatever the bytes.
pub fn annotate_pdf(original: &[u8], highlights: &[PdfHighlight]) -> Result<Vec<u8>, AnnotateError> {
    if original.len() > MAX_BYTES {
        return Err(AnnotateError::TooLarge { what: format!("{} bytes", original.len()) });
    }
    let quads: usize = highlights.iter().map(|highlight| highlight.quads.len()).sum();
    if quads > MAX_QUADS {
        return Err(AnnotateError::TooLarge { what: format!("{quads} marked lines") });
    }
    if highlights.is_empty() {
        return Ok(original.to_vec());
    }
    catch_unwind(AssertUnwindSafe(|| annotate(original, highlights)))
        .unwrap_or_else(|_| Err(AnnotateError::damaged("the reader gave up on it")))
}

fn annotate(original: &[u8], highlights: &[PdfHighlight]) -> Result<Vec<u8>, AnnotateError> {
    let document = Document::load_mem(original).map_err(|error| AnnotateError::damaged(&brief(&error)))?;
    let mut update = Update::after(original, &document)?;
    let pages = document.get_pages();
    let mut by_page: BTreeMap<u32, Vec<&PdfHighlight>> = BTreeMap::new();
    for highlight in highlights.iter().filter(|highlight| !highlight.quads.is_empty()) {
        by_page.entry(highlight.page).or_default().push(highlight);
    }
    let state = update.add(mark::multiply())?;
    for (number, on_page) in &by_page {
        let page = *pages.get(number).ok_or(AnnotateError::NoSuchPage { page: *number })?;
        let mut marks = Vec::with_capacity(on_page.len());
        for highlight in on_page {
            let appearance = update.add(Object::Stream(mark::appearance(highlight, state)))?;
            marks.push(Object::Reference(update.add(mark::annotation(highlight, page, appearance))?));
        }
        attach(&document, &mut update, page, marks)?;
    }
    let annotated = update.finish()?;
    verify(&annotated, highlights)?;
    Ok(annotated)
}

/// Adds marks to a page's list of annotations, wherever the page keeps it.
fn attach(
    document: &Document,
    update: &mut Update<'_>,
    page: ObjectId,
    marks: Vec<Object>,
) -> Result<(), AnnotateError> {
    let own = document.get_dictionary(page).map_err(|error| AnnotateError::damaged(&brief(&error)))?;
    let held = own.get(b"Annots").ok();
    let list = match held {
        Some(Object::Reference(id)) => match document.get_object(*id) {
            Ok(Object::Array(list)) => {
                // The list is an object of its own, perhaps shared by nobody else: it alone is replaced.
                update.replace(*id, Object::Array(list.iter().cloned().chain(marks).collect()));
                return Ok(());
            }
            _ => Vec::new(),
        },
        Some(Object::Array(list)) => list.clone(),
        _ => Vec::new(),
    };
    let mut changed: Dictionary = own.clone();
    changed.set("Annots", Object::Array(list.into_iter().chain(marks).collect()));
    update.replace(page, Object::Dictionary(changed));
    Ok(())
}

/// Reads the result back: what was written must be there.
fn verify(annotated: &[u8], highlights: &[PdfHighlight]) -> Result<(), AnnotateError> {
    let document = Document::load_mem(annotated).map_err(|error| AnnotateError::damaged(&brief(&error)))?;
    let pages = document.get_pages();
    let drawn = || highlights.iter().filter(|highlight| !highlight.quads.is_empty());
    let marked: BTreeSet<u32> = drawn().map(|highlight| highlight.page).collect();
    let mut found: BTreeSet<(u32, Vec<u8>)> = BTreeSet::new();
    for number in marked {
        let page = *pages.get(&number).ok_or_else(|| AnnotateError::damaged("the copy lost a page"))?;
        let annotations =
            document.get_page_annotations(page).map_err(|error| AnnotateError::damaged(&brief(&error)))?;
        let names = annotations.iter().filter_map(|annotation| annotation.get(b"NM").and_then(Object::as_str).ok());
        found.extend(names.map(|name| (number, name.to_vec())));
    }
    if drawn().any(|highlight| !found.contains(&(highlight.page, mark::text_bytes(&highlight.id)))) {
        return Err(AnnotateError::damaged("its table of objects cannot be extended"));
    }
    Ok(())
}

/// The reader's complaint, short enough for a manifest.
fn brief(error: &lopdf::Error) -> String {
    let text = error.to_string();
    match text.char_indices().nth(120) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
pub(super) mod tests;
