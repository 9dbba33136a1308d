//! Pages to one document: their texts one after the other, parted by a line end, with a box for every character.

use redwell_model::{CharBox, ExceptionKind, Format, Layout, Metadata, Page, ProcessingException, Stage};

use super::page_text::PageText;
use super::{hyphens, quality};
use crate::extract::{Extracted, recognition};

/// The text of the pages so far, one after the other.
pub(in crate::extract) struct JoinedPages {
    text: String,
    code_points: u32,
    layout: Layout,
    max_bytes: usize,
    /// Whether no more text fits.
    pub(in crate::extract) is_full: bool,
}

/// Where the text of a page is from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::extract) enum Source {
    /// From the file, by this reader.
    Reader(&'static str),
    /// From recognition, which was this sure of it.
    Recognised(f32),
}

impl JoinedPages {
    pub(in crate::extract) fn new(max_bytes: usize) -> Self {
        Self { text: String::new(), code_points: 0, layout: Layout::default(), max_bytes, is_full: false }
    }

    pub(in crate::extract) fn push(&mut self, mut page: PageText, (frame, rotate): ([f32; 4], u16), source: Source) {
        if !self.layout.pages.is_empty() {
            self.text.push('\n');
            self.layout.boxes.push(CharBox::default());
            self.code_points += 1;
        }
        let (engine, quality) = match source {
            Source::Reader(name) => (name, quality::quality(&page.text)),
            Source::Recognised(confidence) => (recognition::NAME, confidence),
        };
        let room = self.max_bytes.saturating_sub(self.text.len());
        if page.text.len() > room {
            self.is_full = true;
            page.text.truncate(page.text.floor_char_boundary(room));
            page.boxes.truncate(page.text.chars().count());
        }
        self.layout.pages.push(Page { start: self.code_points, frame, rotate, quality, engine: engine.to_owned() });
        self.code_points = self.code_points.saturating_add(u32::try_from(page.boxes.len()).unwrap_or(u32::MAX));
        self.text.push_str(&page.text);
        self.layout.boxes.append(&mut page.boxes);
    }

    pub(in crate::extract) fn finish(
        mut self,
        format: Format,
        metadata: Metadata,
        mut exceptions: Vec<ProcessingException>,
    ) -> Extracted {
        if self.is_full {
            let reason = format!(
                "the text is longer than the limit of {} bytes; what comes after page {} was left out",
                self.max_bytes,
                self.layout.pages.len()
            );
            exceptions.push(ProcessingException::new(Stage::Extract, ExceptionKind::OutputLimit, "", reason));
        }
        hyphens::join(&mut self.text, &mut self.layout);
        if self.layout.boxes.iter().all(CharBox::is_empty) {
            // Text of the second reader alone: none of it has a place.
            self.layout.boxes = Vec::new();
        }
        Extracted { format, text: self.text, layout: self.layout, metadata, exceptions }
    }
}
