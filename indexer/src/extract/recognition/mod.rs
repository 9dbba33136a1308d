//! Text recognition (OCR): what extraction asks of it, and what it makes of the answer.
//!
//! Pictures of pages go out through a [`Recogniser`]; words with boxes come back. Which program reads them, and in
//! which process, is the business of [`crate::isolate`]: nothing here starts anything or touches a disk.

pub(in crate::extract) mod page;
pub(in crate::extract) mod policy;
pub mod tsv;
mod turn;

use std::path::PathBuf;

use redwell_model::{ExceptionKind, Layout, Page};
use serde::{Deserialize, Serialize};

/// The name of this source of text, in pages.
pub(crate) const NAME: &str = "ocr";

/// So many pages of one file may cost a process each before the rest is left alone.
const MOST_DEADLY: usize = 4;

/// When pages are given to recognition.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Policy {
    /// Never.
    Off,
    /// Where a page has no usable text.
    #[default]
    Auto,
    /// Always; the result is kept where it is better than the text the page has.
    On,
}

/// The program that reads pictures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// Its name and version, such as `tesseract 5.3.0`.
    pub name: String,
    /// Where it lies.
    pub program: PathBuf,
}

/// How far recognition may go with one file, and by which means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recognition {
    /// When pages are given to it.
    pub policy: Policy,
    /// The program that reads pictures, where there is one.
    pub tool: Option<Tool>,
    /// The languages looked for, as the program names them, joined by `+`.
    pub languages: String,
    /// Most pixels of a picture that is recognised; larger ones are scaled down.
    pub max_pixels: u64,
    /// Most pages of one file that are recognised.
    pub max_pages: usize,
    /// Numbers of pages, among those wanted, that are not to be drawn because a process died of it.
    #[serde(default)]
    pub not_drawn: Vec<usize>,
    /// No page is drawn from this number on, because too many processes died of it.
    #[serde(default)]
    pub not_drawn_from: Option<usize>,
}

impl Default for Recognition {
    fn default() -> Self {
        Self {
            policy: Policy::Auto,
            tool: None,
            languages: "eng".to_owned(),
            max_pixels: 100_000_000,
            max_pages: 2_000,
            not_drawn: Vec::new(),
            not_drawn_from: None,
        }
    }
}

/// A page as a picture, for reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Pixels an inch of the page.
    pub dpi: u32,
    /// A byte a pixel, 0 for black, row after row from the top.
    pub grey: Vec<u8>,
}

/// A word as it was recognised. Boxes count in pixels from the top-left corner of the picture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Word {
    /// What it says; never empty, no white space.
    pub text: String,
    /// How sure the program is, 0 to 1.
    pub confidence: f32,
    /// Left edge.
    pub left: u32,
    /// Upper edge.
    pub top: u32,
    /// Extent to the right.
    pub width: u32,
    /// Extent downwards.
    pub height: u32,
    /// The block of text it belongs to, the paragraph in it and the line in that. Words come in reading order.
    pub place: [u32; 3],
}

/// Who reads pictures: in a worker, the parent at the other end of the pipe.
pub trait Recogniser {
    /// Hears that the picture of a page is about to be made, the one with this number among those that are wanted. If the
    /// process does not survive that, others can tell why.
    fn before_drawing(&mut self, _number: usize) {}

    /// Reads the words in a picture, in reading order.
    ///
    /// # Errors
    /// What became of the attempt, as a kind of exception.
    fn recognise(&mut self, picture: &Picture) -> Result<Vec<Word>, ExceptionKind>;
}

impl<F: FnMut(&Picture) -> Result<Vec<Word>, ExceptionKind>> Recogniser for F {
    fn recognise(&mut self, picture: &Picture) -> Result<Vec<Word>, ExceptionKind> {
        self(picture)
    }
}

/// How much of a document's text was recognised in pictures.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RecognisedPages {
    /// Pages whose text is recognised.
    pub pages: u32,
    /// How sure the program is of them, on average, 0 to 1.
    pub confidence: f32,
}

/// Whether a run could recognise text, and how.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Availability {
    /// When pages were given to recognition.
    pub policy: Policy,
    /// Name and version of the program; absent when there was none.
    pub tool: Option<String>,
    /// The languages looked for.
    pub languages: String,
}

/// How light a colour is (ITU-R BT.601).
pub(in crate::extract) fn luminance([r, g, b]: [u8; 3]) -> u8 {
    let sum = 299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b);
    u8::try_from(sum / 1000).unwrap_or(u8::MAX)
}

/// A recogniser where there is none.
///
/// # Errors
/// Always.
pub fn unavailable(_: &Picture) -> Result<Vec<Word>, ExceptionKind> {
    Err(ExceptionKind::NeedsOcr)
}

impl RecognisedPages {
    /// Counts the pages of a text of this length whose text is recognised; nothing when there are none.
    #[must_use]
    pub fn of(layout: &Layout, text_length: u32) -> Option<Self> {
        let has_text = |(number, page): &(u32, &Page)| {
            // A line end parts pages and belongs to neither.
            let range = layout.page_range(*number, text_length);
            let parting = u32::from(usize::try_from(*number).is_ok_and(|number| number < layout.pages.len()));
            page.engine == NAME && range.is_some_and(|range| range.end - range.start > parting)
        };
        let sure = (1..).zip(&layout.pages).filter(has_text).map(|(_, page)| f64::from(page.quality));
        let (pages, sum) = sure.fold((0_u32, 0.0), |(pages, sum), sure| (pages + 1, sum + sure));
        #[expect(clippy::cast_possible_truncation, reason = "an average of numbers of single precision")]
        (pages > 0).then(|| Self { pages, confidence: (sum / f64::from(pages)) as f32 })
    }
}

impl Recognition {
    /// What a run with these settings could do.
    #[must_use]
    pub fn availability(&self) -> Availability {
        let tool = self.tool.as_ref().map(|tool| tool.name.clone());
        Availability { policy: self.policy, tool, languages: self.languages.clone() }
    }

    /// Whether it reads anything at all.
    #[must_use]
    pub fn is_available(&self) -> bool {
        self.policy != Policy::Off && self.tool.is_some()
    }

    /// Whether the picture of the page with this number, among those wanted, may be made.
    pub(crate) fn may_draw(&self, number: usize) -> bool {
        !self.not_drawn.contains(&number) && self.not_drawn_from.is_none_or(|from| number < from)
    }

    /// The same without the page with this number, and without any after it if too many had to be left out already.
    #[must_use]
    pub(crate) fn without(&self, number: usize) -> Self {
        let mut without = self.clone();
        without.not_drawn.push(number);
        if without.not_drawn.len() >= MOST_DEADLY {
            without.not_drawn_from = Some(number);
        }
        without
    }

    /// What people can do about a page that needs recognition, as the end of a sentence.
    pub(crate) fn advice(&self) -> &'static str {
        match (self.policy, &self.tool) {
            (Policy::Off, _) => ", which was switched off: run `redwell retry --ocr auto`",
            (_, None) => {
                ", for which tesseract is not installed: install it (on Debian the package `tesseract-ocr`) and run \
                 `redwell retry`"
            }
            (_, Some(_)) => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_pages_do_not_count_as_recognised() {
        let page = |start, engine: &str, quality| Page {
            start,
            frame: [0.0; 4],
            rotate: 0,
            quality,
            engine: engine.to_owned(),
        };
        let count = |pages: Vec<Page>, length| {
            let layout = Layout { pages, boxes: Vec::new() };
            RecognisedPages::of(&layout, length).map(|found| (found.pages, found.confidence))
        };
        assert_eq!(count(vec![page(0, "ocr", 0.5), page(5, "hayro", 1.0), page(9, "ocr", 1.0)], 20), Some((2, 0.75)));
        assert_eq!(count(vec![page(0, "ocr", 0.5), page(5, "ocr", 1.0), page(6, "ocr", 1.0)], 6), Some((1, 0.5)));
        assert_eq!(count(vec![page(0, "ocr", 1.0)], 0), None);
        assert_eq!(count(Vec::new(), 7), None);
    }
}
