//! Anchors: where the passage of an annotation is, kept in a way that survives and can be checked.
//!
//! After the W3C Web Annotation model: a position (code points), a quote with its surroundings, and on PDF pages the
//! quads, together with the digest of the text they were taken from.

use serde::{Deserialize, Serialize};

use crate::digest::Sha256;
use crate::layout::{Layout, PageQuads};
use crate::text_range::{CodePointRange, TextRuler};

/// Code points of surroundings kept on either side of a quote.
pub const CONTEXT_CODE_POINTS: u32 = 32;

/// Where a passage is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Anchor {
    /// The passage in the canonical text; empty for a region that covers no text.
    pub range: CodePointRange,
    /// The words of the passage.
    pub quote: String,
    /// Up to 32 code points before it.
    pub prefix: String,
    /// Up to 32 code points after it.
    pub suffix: String,
    /// The revision of the text the positions were taken from.
    pub text_revision: u32,
    /// The digest of that text in UTF-8.
    pub text_sha256: Sha256,
    /// Where it stands on the pages; empty for formats without boxes.
    pub quads: Vec<PageQuads>,
}

impl Anchor {
    /// The anchor of a passage in a text. The range is cut at the text's end.
    #[must_use]
    pub fn of_passage(text: &str, text_revision: u32, layout: &Layout, range: CodePointRange) -> Self {
        let ruler = TextRuler::new(text);
        let end = range.end.min(ruler.code_points());
        let range = CodePointRange { start: range.start.min(end), end };
        let before = CodePointRange { start: range.start.saturating_sub(CONTEXT_CODE_POINTS), end: range.start };
        let after = CodePointRange { start: range.end, end: range.end.saturating_add(CONTEXT_CODE_POINTS) };
        Self {
            range,
            quote: ruler.slice(range).to_owned(),
            prefix: ruler.slice(before).to_owned(),
            suffix: ruler.slice(after).to_owned(),
            text_revision,
            text_sha256: Sha256::of(text.as_bytes()),
            quads: layout.quads(range),
        }
    }

    /// The first page it stands on, from 1, where the document has pages.
    #[must_use]
    pub fn page(&self, layout: &Layout) -> Option<u32> {
        self.quads.first().map(|on| on.page).or_else(|| layout.page_of(self.range.start))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_the_quote_with_its_surroundings() {
        let anchor = Anchor::of_passage("Early 💼 notice of breach", 1, &Layout::default(), CodePointRange::new(8, 14));
        assert_eq!(
            (anchor.prefix.as_str(), anchor.quote.as_str(), anchor.suffix.as_str()),
            ("Early 💼 ", "notice", " of breach")
        );
        let past_the_end = Anchor::of_passage("short", 1, &Layout::default(), CodePointRange::new(3, 99));
        assert_eq!(past_the_end.quote, "rt");
    }
}
