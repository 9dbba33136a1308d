//! Where the characters of a canonical text stand on its pages.
//!
//! Page space is PDF user space: points of 1/72 inch, origin bottom-left, before `/Rotate`. Every page has a frame
//! and the code point its text starts at; PDF documents also have one box per code point, so that a range becomes
//! quads and a rectangle becomes a range, by the same data in either direction.

use serde::{Deserialize, Serialize};

use crate::text_range::CodePointRange;

/// The box of one code point in page space. White space that the page does not draw has an empty box.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct CharBox {
    /// Left edge.
    pub x0: f32,
    /// Lower edge.
    pub y0: f32,
    /// Right edge.
    pub x1: f32,
    /// Upper edge.
    pub y1: f32,
}

/// Four corners in page space: top-left, top-right, bottom-left, bottom-right, each as x then y. The order PDF
/// writers use for `/QuadPoints`.
pub type Quad = [f32; 8];

/// The quads of a range on one page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PageQuads {
    /// The page, from 1.
    pub page: u32,
    /// One quad a line of text.
    pub quads: Vec<Quad>,
}

/// One page: where its text starts, and its frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// The code point its text starts at.
    pub start: u32,
    /// The visible frame in page space: left, lower, right, upper (the crop box within the media box).
    pub frame: [f32; 4],
    /// Clockwise turn for display: 0, 90, 180 or 270.
    pub rotate: u16,
    /// Share of characters that decoded to sensible text, 0 to 1; 1 for an empty page.
    pub quality: f32,
    /// The reader that gave the text: `hayro`, `pdf-extract`; empty where pages have no reader of their own.
    pub engine: String,
}

/// The pages of a document, and the boxes of its characters where the format has them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Layout {
    /// Pages in order; empty for formats without pages.
    pub pages: Vec<Page>,
    /// One box per code point of the text, or none at all.
    pub boxes: Vec<CharBox>,
}

impl CharBox {
    /// Whether it covers no area.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.x1 <= self.x0 || self.y1 <= self.y0
    }

    /// The smallest box around both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        Self {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }

    /// The corners in [`Quad`] order.
    #[must_use]
    pub fn quad(self) -> Quad {
        [self.x0, self.y1, self.x1, self.y1, self.x0, self.y0, self.x1, self.y0]
    }

    fn contains_centre_of(&self, other: &Self) -> bool {
        let (x, y) = (f32::midpoint(other.x0, other.x1), f32::midpoint(other.y0, other.y1));
        self.x0 <= x && x <= self.x1 && self.y0 <= y && y <= self.y1
    }

    /// Whether `next` continues the line this box stands on, in horizontal or in vertical writing.
    fn shares_line_with(&self, next: &Self) -> bool {
        let overlap = |a0: f32, a1: f32, b0: f32, b1: f32| a1.min(b1) - a0.max(b0);
        let (height, width) = ((self.y1 - self.y0).min(next.y1 - next.y0), (self.x1 - self.x0).min(next.x1 - next.x0));
        let beside = overlap(self.y0, self.y1, next.y0, next.y1) > 0.5 * height
            && overlap(self.x0, self.x1, next.x0, next.x1) > -4.0 * height.max(1.0);
        let below = overlap(self.x0, self.x1, next.x0, next.x1) > 0.8 * width.max(0.1)
            && overlap(self.y0, self.y1, next.y0, next.y1) > -0.5 * width
            && self.y1 - self.y0 > 4.0 * (self.x1 - self.x0);
        beside || below
    }
}

impl Layout {
    /// The page a code point stands on, from 1; `None` where the document has no pages.
    #[must_use]
    pub fn page_of(&self, code_point: u32) -> Option<u32> {
        let after = self.pages.partition_point(|page| page.start <= code_point);
        if self.pages.is_empty() { None } else { u32::try_from(after.max(1)).ok() }
    }

    /// The code points of a page, from 1, in a text of this length.
    #[must_use]
    pub fn page_range(&self, page: u32, text_length: u32) -> Option<CodePointRange> {
        let index = usize::try_from(page).ok()?.checked_sub(1)?;
        let start = self.pages.get(index)?.start;
        let end = self.pages.get(index + 1).map_or(text_length, |next| next.start);
        Some(CodePointRange { start, end: end.max(start) })
    }

    /// The quads that cover a range: by page, one a line. Empty where the document has no boxes.
    #[must_use]
    pub fn quads(&self, range: CodePointRange) -> Vec<PageQuads> {
        let mut found: Vec<PageQuads> = Vec::new();
        let mut line: Option<(u32, CharBox)> = None;
        let mut close = |line: Option<(u32, CharBox)>| {
            let Some((page, area)) = line else { return };
            match found.last_mut() {
                Some(last) if last.page == page => last.quads.push(area.quad()),
                _ => found.push(PageQuads { page, quads: vec![area.quad()] }),
            }
        };
        let end = (range.end as usize).min(self.boxes.len());
        for at in (range.start as usize).min(end)..end {
            let area = self.boxes[at];
            let Some(page) = u32::try_from(at).ok().and_then(|at| self.page_of(at)) else { continue };
            if area.is_empty() {
                continue;
            }
            line = match line {
                Some((on, whole)) if on == page && whole.shares_line_with(&area) => Some((page, whole.union(area))),
                other => {
                    close(other);
                    Some((page, area))
                }
            };
        }
        close(line);
        found
    }

    /// The tightest range holding every character of a page whose centre lies in a rectangle (left, lower, right,
    /// upper); `None` when there is no such character.
    #[must_use]
    pub fn range_in(&self, page: u32, rectangle: [f32; 4]) -> Option<CodePointRange> {
        let [x0, y0, x1, y1] = rectangle;
        let area = CharBox { x0: x0.min(x1), y0: y0.min(y1), x1: x0.max(x1), y1: y0.max(y1) };
        let range = self.page_range(page, u32::try_from(self.boxes.len()).ok()?)?;
        let inside = |at: &u32| {
            let own = &self.boxes[*at as usize];
            !own.is_empty() && area.contains_centre_of(own)
        };
        let end = range.end.min(u32::try_from(self.boxes.len()).ok()?);
        let first = (range.start..end).find(inside)?;
        let last = (range.start..end).rev().find(inside)?;
        Some(CodePointRange { start: first, end: last + 1 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two lines of five characters on page 1, one line on page 2; each character 10 wide and 12 high.
    fn sample() -> Layout {
        let page =
            |start| Page { start, frame: [0.0, 0.0, 612.0, 792.0], rotate: 0, quality: 1.0, engine: "hayro".into() };
        let mut boxes = Vec::new();
        for (line, y) in [(0, 700.0), (1, 680.0), (2, 700.0)] {
            for n in 0..5_u8 {
                let x = 100.0 + 10.0 * f32::from(n);
                boxes.push(CharBox { x0: x, y0: y, x1: x + 10.0, y1: y + 12.0 });
            }
            if line < 2 {
                boxes.push(CharBox::default()); // the line end
            }
        }
        Layout { pages: vec![page(0), page(12)], boxes }
    }

    #[test]
    fn a_range_becomes_one_quad_a_line_and_page() {
        let quads = sample().quads(CodePointRange::new(3, 14));
        assert_eq!(quads.len(), 2);
        assert_eq!(quads[0].page, 1);
        assert_eq!(
            quads[0].quads,
            vec![
                [130.0, 712.0, 150.0, 712.0, 130.0, 700.0, 150.0, 700.0],
                [100.0, 692.0, 150.0, 692.0, 100.0, 680.0, 150.0, 680.0],
            ]
        );
        assert_eq!(
            quads[1],
            PageQuads { page: 2, quads: vec![[100.0, 712.0, 120.0, 712.0, 100.0, 700.0, 120.0, 700.0]] }
        );
    }

    #[test]
    fn a_rectangle_becomes_a_range_and_back() {
        let layout = sample();
        assert_eq!(layout.range_in(1, [118.0, 699.0, 141.0, 713.0]), Some(CodePointRange::new(2, 4)));
        assert_eq!(layout.range_in(2, [0.0, 0.0, 612.0, 792.0]), Some(CodePointRange::new(12, 17)));
        assert_eq!(layout.range_in(1, [0.0, 0.0, 10.0, 10.0]), None);
        assert_eq!(layout.range_in(3, [0.0, 0.0, 612.0, 792.0]), None);
    }

    #[test]
    fn pages_are_found_by_position() {
        let layout = sample();
        assert_eq!((layout.page_of(0), layout.page_of(11), layout.page_of(12)), (Some(1), Some(1), Some(2)));
        assert_eq!(Layout::default().page_of(0), None);
        assert_eq!(layout.page_range(2, 17), Some(CodePointRange::new(12, 17)));
    }
}
