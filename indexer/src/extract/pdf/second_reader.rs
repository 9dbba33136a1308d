//! The second reader: pdf-extract, for files and pages the first cannot read.
//!
//! Its characters have no boxes worth keeping (it ignores the matrices of forms), so its text has none. It panics by
//! design on what it does not expect, which is caught; forms that call themselves overflow its stack, which cannot be
//! caught, so such pages are not given to it. Hangs and memory are the worker's business.

use std::panic::{AssertUnwindSafe, catch_unwind};

use pdf_extract::{Dictionary, Document, Object, ObjectId, PlainTextOutput, output_doc_page};

use crate::extract::paged::page_text::PageText;

/// The name of this reader, in pages and exceptions.
pub(super) const NAME: &str = "pdf-extract";

/// Most levels of page tree or of forms in forms that are followed.
const MAX_DEPTH: usize = 24;
/// Most forms looked at before a page is given up.
const MAX_FORMS: usize = 2_000;

/// A document opened a second time.
pub(super) struct SecondReader {
    document: Document,
    pages: Vec<ObjectId>,
}

impl SecondReader {
    /// Opens a file; `None` when pdf-extract cannot, or finds no page in it.
    pub(super) fn open(bytes: &[u8]) -> Option<Self> {
        let load = || -> Option<Document> {
            let mut document = Document::load_mem(bytes).ok()?;
            if document.is_encrypted() {
                document.decrypt("").ok()?;
            }
            Some(document)
        };
        catch_unwind(load).ok().flatten().and_then(|document| {
            let pages: Vec<ObjectId> = document.get_pages().into_values().collect();
            if pages.is_empty() { None } else { Some(Self { document, pages }) }
        })
    }

    pub(super) fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// The text of a page, from 0; `None` when it could not be read.
    pub(super) fn read(&self, page: usize) -> Option<PageText> {
        let id = *self.pages.get(page)?;
        let resources = self.inherited(id, b"Resources");
        // Without a media box pdf-extract panics, with a loop of parents it never ends.
        self.inherited(id, b"MediaBox")?;
        let mut budget = MAX_FORMS;
        let mut path = Vec::new();
        if let Some(Object::Dictionary(resources)) = resources
            && !self.forms_end(resources, &mut path, &mut budget)
        {
            return None;
        }
        let number = u32::try_from(page + 1).ok()?;
        let read = || {
            let mut text = String::new();
            let mut output = PlainTextOutput::new(&mut text);
            output_doc_page(&self.document, &mut output, number).map(|()| text)
        };
        let text = catch_unwind(AssertUnwindSafe(read)).ok()?.ok()?;
        let mut page = PageText::default();
        page.push_lines(&text);
        Some(page.finish())
    }

    /// The frame and turn of a page, as far as the file gives them.
    pub(super) fn frame(&self, page: usize) -> ([f32; 4], u16) {
        const A4: [f32; 4] = [0.0, 0.0, 595.0, 842.0];
        let Some(&id) = self.pages.get(page) else { return (A4, 0) };
        let rectangle = |key: &[u8]| -> Option<[f32; 4]> {
            let Object::Array(values) = self.inherited(id, key)? else { return None };
            let mut corners = values.iter().map(|value| self.resolve(value).and_then(|v| v.as_float().ok()));
            let mut next = || corners.next().flatten();
            let (a, b, c, d) = (next()?, next()?, next()?, next()?);
            Some([a.min(c), b.min(d), a.max(c), b.max(d)])
        };
        let media = rectangle(b"MediaBox").unwrap_or(A4);
        let crop = rectangle(b"CropBox").unwrap_or(media);
        let both = [crop[0].max(media[0]), crop[1].max(media[1]), crop[2].min(media[2]), crop[3].min(media[3])];
        let area = if both[0] < both[2] && both[1] < both[3] { both } else { media };
        let turn = self.inherited(id, b"Rotate").and_then(|turn| turn.as_i64().ok()).unwrap_or(0).rem_euclid(360);
        (area, u16::try_from(turn / 90 * 90).unwrap_or(0))
    }

    fn resolve<'a>(&'a self, object: &'a Object) -> Option<&'a Object> {
        self.document.dereference(object).ok().map(|(_, object)| object)
    }

    /// An entry of a page or of the nearest page-tree node above it.
    fn inherited(&self, page: ObjectId, key: &[u8]) -> Option<&Object> {
        let mut node = self.document.get_dictionary(page).ok()?;
        for _ in 0..MAX_DEPTH {
            if let Ok(value) = node.get(key) {
                return self.resolve(value);
            }
            node = self.resolve(node.get(b"Parent").ok()?)?.as_dict().ok()?;
        }
        None
    }

    /// Whether following forms into forms ends, and soon.
    fn forms_end(&self, resources: &Dictionary, path: &mut Vec<ObjectId>, budget: &mut usize) -> bool {
        let Some(Object::Dictionary(objects)) = resources.get(b"XObject").ok().and_then(|entry| self.resolve(entry))
        else {
            return true;
        };
        for (_, entry) in objects {
            let Ok(id) = entry.as_reference() else { continue };
            if path.contains(&id) || path.len() >= MAX_DEPTH || *budget == 0 {
                return false;
            }
            *budget -= 1;
            let Some(Object::Stream(form)) = self.resolve(entry) else { continue };
            let inner = form.dict.get(b"Resources").ok().and_then(|entry| self.resolve(entry));
            if let Some(Object::Dictionary(inner)) = inner {
                path.push(id);
                let ends = self.forms_end(inner, path, budget);
                path.pop();
                if !ends {
                    return false;
                }
            }
        }
        true
    }
}
