//! Lines to text: words, logical order, paragraphs.
//!
//! A space stands where the file has one or where the gap asks for one. Hyphens at line ends stay here. Pieces of
//! one table row or of a widely set line share a line of text. An empty line stands where the gap between lines is
//! larger than is usual on the page.

use kurbo::Rect;
use redwell_model::CharBox;

use super::bidi::{self, Item};
use super::lines::{self, Line, Lines, position, visible_size};
use super::text_device::PageGlyphs;
use crate::extract::paged::page_text::{Flow, PageText};

/// A gap of this many font sizes is a space.
const SPACE: f64 = 0.15;
/// So is a step back of this many.
const STEP_BACK: f64 = -0.6;

/// The canonical text of a page's glyphs.
pub(super) fn assemble(page: &PageGlyphs) -> PageText {
    let lines = lines::find(page);
    let usual = usual_distance(&lines.lines);
    let mut text = PageText::default();
    let mut items = Vec::new();
    let mut before: Option<&Line> = None;
    for line in &lines.lines {
        word_items(page, &lines, line, &mut items);
        if !items.iter().any(|item| matches!(item, Item::Glyph(_))) {
            continue;
        }
        if let Some(before) = before {
            match break_between(before, line, usual) {
                Break::Space => text.space(),
                Break::Line => text.end_line(),
                Break::Paragraph => text.end_paragraph(),
            }
        }
        before = Some(line);
        let right_to_left = bidi::to_logical_order(page, &mut items);
        for item in &items {
            match *item {
                Item::Space => text.space(),
                Item::Glyph(number) => {
                    let glyph = &page.glyphs[number];
                    let flow = flow(line, right_to_left && bidi::is_right_to_left(page.text(glyph)));
                    text.push(page.text(glyph), char_box(glyph.area), flow);
                }
            }
        }
    }
    text.finish()
}

enum Break {
    Space,
    Line,
    Paragraph,
}

/// The glyphs of a line as they stand, with the spaces between them.
fn word_items(page: &PageGlyphs, lines: &Lines, line: &Line, items: &mut Vec<Item>) {
    items.clear();
    let widest = SPACE.max(letter_spacing(page, lines, line));
    let mut end: Option<(f64, f64)> = None;
    for &number in &lines.order[line.glyphs.clone()] {
        let glyph = &page.glyphs[number];
        let (along, _) = position(glyph, line.direction);
        let size = visible_size(glyph.size);
        if let Some((end, size_before)) = end {
            let gap = (along - end) / size.max(size_before);
            if gap > widest || gap < STEP_BACK {
                items.push(Item::Space);
            }
        }
        end = Some((along + glyph.advance, size));
        if page.text(glyph).iter().all(|character| character.is_whitespace()) {
            items.push(Item::Space);
        } else {
            items.push(Item::Glyph(number));
        }
    }
}

/// The gap above which a line set in spaced letters has a space; 0 for any other line.
fn letter_spacing(page: &PageGlyphs, lines: &Lines, line: &Line) -> f64 {
    let glyphs = &lines.order[line.glyphs.clone()];
    if glyphs.len() < 4 {
        return 0.0;
    }
    let gap = |pair: &[usize]| {
        let (one, other) = (&page.glyphs[pair[0]], &page.glyphs[pair[1]]);
        (position(other, line.direction).0 - position(one, line.direction).0 - one.advance) / visible_size(one.size)
    };
    let wide = glyphs.windows(2).filter(|pair| gap(pair) > SPACE).count();
    let is_letter = |number: &&usize| page.text(&page.glyphs[**number]).iter().all(|c| c.is_alphabetic());
    if wide * 2 < glyphs.len() || glyphs.iter().filter(is_letter).count() * 10 < glyphs.len() * 7 {
        return 0.0;
    }
    let mut gaps: Vec<f64> = glyphs.windows(2).map(gap).collect();
    gaps.sort_by(f64::total_cmp);
    let median = gaps[gaps.len() / 2];
    if median < 0.6 { median + SPACE } else { 0.0 }
}

/// The distance between lines that most lines of the page keep, in font sizes.
fn usual_distance(lines: &[Line]) -> f64 {
    let mut distances: Vec<f64> = lines
        .windows(2)
        .filter(|pair| pair[0].direction.dot(pair[1].direction) > 0.99)
        .map(|pair| (pair[0].baseline - pair[1].baseline) / pair[0].size.max(pair[1].size))
        .filter(|distance| (0.5..4.0).contains(distance))
        .collect();
    if distances.len() < 3 {
        return 1.2;
    }
    distances.sort_by(f64::total_cmp);
    distances[distances.len() / 2]
}

fn break_between(before: &Line, line: &Line, usual: f64) -> Break {
    let size = before.size.max(line.size);
    if before.direction.dot(line.direction) < 0.99 {
        return Break::Paragraph;
    }
    let distance = (before.baseline - line.baseline) / size;
    if distance.abs() < 0.3 && line.start > before.end - 0.45 * size {
        return Break::Space;
    }
    if distance > (1.35 * usual).max(1.5) { Break::Paragraph } else { Break::Line }
}

/// Which way the letters of one glyph run inside its box.
fn flow(line: &Line, right_to_left: bool) -> Flow {
    let direction = if right_to_left { -line.direction } else { line.direction };
    if direction.x.abs() >= direction.y.abs() {
        if direction.x >= 0.0 { Flow::Right } else { Flow::Left }
    } else if direction.y >= 0.0 {
        Flow::Up
    } else {
        Flow::Down
    }
}

#[expect(clippy::cast_possible_truncation, reason = "boxes are kept in single precision")]
fn char_box(area: Rect) -> CharBox {
    CharBox { x0: area.x0 as f32, y0: area.y0 as f32, x1: area.x1 as f32, y1: area.y1 as f32 }
}
