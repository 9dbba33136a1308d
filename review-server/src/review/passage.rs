//! From what a person pointed at to a passage of the canonical text.

use redwell_model::{CodePointRange, Layout, Quad, TextRuler};

/// What a person pointed at.
#[derive(Debug, Clone, PartialEq)]
pub enum Pointed {
    /// Code points of the canonical text.
    Range {
        /// The first inside.
        start: u32,
        /// The first after.
        end: u32,
    },
    /// A rectangle on a page: left, lower, right, upper.
    Rectangle {
        /// The page, from 1.
        page: u32,
        /// The rectangle.
        rectangle: [f32; 4],
    },
    /// Quads on a page, one a line, and the words the browser saw there.
    Quads {
        /// The page, from 1.
        page: u32,
        /// The quads.
        quads: Vec<Quad>,
        /// The words; settles what is meant when quads cover a little more or less.
        quote: Option<String>,
    },
}

/// Why nothing was pointed at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadPassage {
    /// The range is empty, turned round or past the end.
    #[error("a passage begins before it ends, and ends within the {length} characters of the text")]
    Range {
        /// Length of the text in code points.
        length: u32,
    },
    /// Nothing is there.
    #[error("there is no text at that place of page {page}; mark some words")]
    Nothing {
        /// The page.
        page: u32,
    },
}

/// The passage a person pointed at.
///
/// # Errors
/// When there is no text there.
pub fn find(text: &str, layout: &Layout, pointed: &Pointed) -> Result<CodePointRange, BadPassage> {
    match pointed {
        &Pointed::Range { start, end } => {
            let length = TextRuler::new(text).code_points();
            if start < end && end <= length {
                Ok(CodePointRange { start, end })
            } else {
                Err(BadPassage::Range { length })
            }
        }
        &Pointed::Rectangle { page, rectangle } => layout.range_in(page, rectangle).ok_or(BadPassage::Nothing { page }),
        Pointed::Quads { page, quads, quote } => {
            let found = quads.iter().filter_map(|quad| layout.range_in(*page, bounds(quad)));
            let whole = found.reduce(|a, b| CodePointRange { start: a.start.min(b.start), end: a.end.max(b.end) });
            let whole = whole.ok_or(BadPassage::Nothing { page: *page })?;
            Ok(quote.as_deref().and_then(|quote| settle(text, layout, *page, whole, quote)).unwrap_or(whole))
        }
    }
}

/// The smallest upright rectangle around a quad, one point larger so that rounding in a browser loses no character.
fn bounds(quad: &Quad) -> [f32; 4] {
    let xs = [quad[0], quad[2], quad[4], quad[6]];
    let ys = [quad[1], quad[3], quad[5], quad[7]];
    let least = |of: [f32; 4]| of.into_iter().fold(f32::INFINITY, f32::min);
    let most = |of: [f32; 4]| of.into_iter().fold(f32::NEG_INFINITY, f32::max);
    [least(xs), least(ys), most(xs), most(ys)]
}

/// Where the quote stands on the page, nearest to the passage the quads gave; `None` when it does not stand there.
fn settle(text: &str, layout: &Layout, page: u32, near: CodePointRange, quote: &str) -> Option<CodePointRange> {
    let wanted: Vec<char> = quote.chars().filter(|c| !c.is_whitespace()).collect();
    if wanted.is_empty() {
        return None;
    }
    let ruler = TextRuler::new(text);
    let on_page = layout.page_range(page, ruler.code_points())?;
    // White space differs between a browser and the canonical text, so it is left out on both sides.
    let slice = ruler.slice(on_page);
    let page_chars: Vec<(u32, char)> =
        (on_page.start..).zip(slice.chars()).filter(|(_, c)| !c.is_whitespace()).collect();
    let starts = page_chars.windows(wanted.len()).filter(|window| window.iter().map(|(_, c)| c).eq(wanted.iter()));
    let ranges =
        starts.filter_map(|window| Some(CodePointRange { start: window.first()?.0, end: window.last()?.0 + 1 }));
    ranges.min_by_key(|range| range.start.abs_diff(near.start))
}

#[cfg(test)]
mod tests {
    use super::*;
    use redwell_model::{CharBox, Page};

    const TEXT: &str = "one two\none two";

    /// `TEXT` on one page, characters 10 wide, lines 20 apart.
    fn layout() -> Layout {
        let page = Page { start: 0, frame: [0.0, 0.0, 612.0, 792.0], rotate: 0, quality: 1.0, engine: "hayro".into() };
        let mut boxes = Vec::new();
        let (mut x, mut y) = (100.0, 700.0);
        for c in TEXT.chars() {
            if c == '\n' {
                boxes.push(CharBox::default());
                (x, y) = (100.0, y - 20.0);
            } else {
                boxes.push(CharBox { x0: x, y0: y, x1: x + 10.0, y1: y + 12.0 });
                x += 10.0;
            }
        }
        Layout { pages: vec![page], boxes }
    }

    fn quad(x0: f32, y0: f32, x1: f32, y1: f32) -> Quad {
        CharBox { x0, y0, x1, y1 }.quad()
    }

    fn check(pointed: &Pointed, expected: Result<(u32, u32), BadPassage>) {
        let found = find(TEXT, &layout(), pointed).map(|range| (range.start, range.end));
        assert_eq!((pointed, found), (pointed, expected));
    }

    #[test]
    fn ranges_are_checked() {
        check(&Pointed::Range { start: 4, end: 7 }, Ok((4, 7)));
        check(&Pointed::Range { start: 4, end: 4 }, Err(BadPassage::Range { length: 15 }));
        check(&Pointed::Range { start: 4, end: 16 }, Err(BadPassage::Range { length: 15 }));
    }

    #[test]
    fn places_on_a_page_become_ranges() {
        check(&Pointed::Rectangle { page: 1, rectangle: [139.0, 679.0, 171.0, 693.0] }, Ok((12, 15)));
        check(&Pointed::Rectangle { page: 1, rectangle: [0.0, 0.0, 9.0, 9.0] }, Err(BadPassage::Nothing { page: 1 }));
        let quads = vec![quad(140.0, 700.0, 170.0, 712.0), quad(100.0, 680.0, 130.0, 692.0)];
        check(&Pointed::Quads { page: 1, quads, quote: None }, Ok((4, 11)));
    }

    #[test]
    fn a_quote_settles_what_is_meant() {
        // The quads cover one letter too few; the words tell, and the nearest of two places is taken.
        let quads = vec![quad(110.0, 680.0, 170.0, 692.0)];
        let quote = |quote: &str| Pointed::Quads { page: 1, quads: quads.clone(), quote: Some(quote.into()) };
        check(&quote("one  two"), Ok((8, 15)));
        check(&quote("not there"), Ok((9, 15)));
        check(&quote(" "), Ok((9, 15)));
    }
}
