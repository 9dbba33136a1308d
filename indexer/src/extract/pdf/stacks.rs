//! Vertical writing that a file draws glyph by glyph: characters of East Asia, each exactly below the one before.
//!
//! Such glyphs claim to be written from left to right; taken at their word, the columns of a page would be read across.
//! They are turned here into what vertical fonts give, and need no special case after that.

use kurbo::Vec2;

use super::text_device::{PageGlyph, PageGlyphs};

/// Fewer glyphs than this below each other may be cells of a table.
const FEWEST: usize = 4;

/// Turns the glyphs of every stack to run downwards.
pub(super) fn turn(page: &mut PageGlyphs) {
    let mut from = 0;
    while from < page.glyphs.len() {
        let mut to = from + 1;
        while to < page.glyphs.len() && is_below(page, to - 1, to) {
            to += 1;
        }
        if to - from >= FEWEST {
            for glyph in &mut page.glyphs[from..to] {
                let up = above(glyph);
                glyph.origin += up * (0.88 * glyph.size);
                glyph.direction = -up;
                glyph.advance = glyph.size;
            }
        }
        from = to;
    }
}

/// Whether a glyph stands exactly below another, and both are of a script that is written downwards.
fn is_below(page: &PageGlyphs, upper: usize, lower: usize) -> bool {
    let (one, other) = (&page.glyphs[upper], &page.glyphs[lower]);
    let offset = other.origin - one.origin;
    let (aside, down) = (offset.dot(one.direction), -offset.dot(above(one)));
    aside.abs() < 0.1 * one.size
        && (0.8 * one.size..1.3 * one.size).contains(&down)
        && (one.size - other.size).abs() < 0.01 * one.size
        && one.direction.dot(other.direction) > 0.999
        && is_east_asian(page.text(one))
        && is_east_asian(page.text(other))
}

fn above(glyph: &PageGlyph) -> Vec2 {
    Vec2::new(-glyph.direction.y, glyph.direction.x)
}

/// Ideographs, kana and their punctuation.
fn is_east_asian(text: &[char]) -> bool {
    matches!(text, [c] if matches!(u32::from(*c), 0x2e80..=0x9fff | 0xf900..=0xfaff | 0xff01..=0xff9f | 0x20000..=0x3ffff))
}
