//! Glyphs to lines: which glyphs stand side by side on one baseline, and in which order lines are read.
//!
//! Lines are read in the order the file draws them, by their first glyph: writers of documents draw columns, footnotes
//! and tables in reading order far more often than geometry alone can tell. Inside a line geometry rules, because
//! writers draw its pieces in any order. Works in a frame turned with the text, so that rotated pages, vertical writing
//! and stamps at an angle are no special cases.

use std::ops::Range;

use kurbo::Vec2;

use super::text_device::{PageGlyph, PageGlyphs};

/// Gaps up to this many font sizes stay inside a line whatever else stands on its baseline.
const WIDEST_GAP: f64 = 1.2;
/// Gaps up to this many font sizes are inside a line even if something else was drawn in between. Wider ones may be the
/// gutter between two columns.
const WORD_GAP: f64 = 0.45;
/// Pieces drawn within this many pieces of each other count as drawn together.
const TOGETHER: usize = 3;
/// How far back the pen may go, in font sizes, for kerning and marks.
const WIDEST_OVERLAP: f64 = 0.45;

/// How many glyphs are looked at for one that repeats another.
const NEAR: usize = 16;

/// Glyphs on one baseline, side by side.
#[derive(Debug, Clone)]
pub(super) struct Line {
    /// The way it is written.
    pub(super) direction: Vec2,
    /// Its distance from the origin, across the direction; larger is earlier on the page.
    pub(super) baseline: f64,
    /// Where it begins and ends along the direction.
    pub(super) start: f64,
    pub(super) end: f64,
    /// The largest font size on it.
    pub(super) size: f64,
    /// Its glyphs by position, as a part of [`Lines::order`].
    pub(super) glyphs: Range<usize>,
    angle: i32,
    /// The number of its first glyph, for the order of lines.
    first: usize,
    /// Which piece of the page it is, or ends with.
    piece: usize,
}

/// The lines of a page in reading order.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) lines: Vec<Line>,
    /// Numbers of glyphs of the page.
    pub(super) order: Vec<usize>,
}

impl Line {
    fn starting_with(glyph: &PageGlyph, number: usize, piece: usize, at: usize) -> Self {
        let direction = glyph.direction;
        let (along, across) = position(glyph, direction);
        Self {
            direction,
            baseline: across,
            start: along,
            end: along + glyph.advance,
            size: visible_size(glyph.size),
            glyphs: at..at + 1,
            angle: half_degrees(direction),
            first: number,
            piece,
        }
    }

    /// Whether something of this size at this place along and across continues the line.
    fn is_continued_at(&self, along: f64, across: f64, size: f64) -> bool {
        let larger = self.size.max(size);
        let gap = along - self.end;
        gap > -WIDEST_OVERLAP * larger && gap < WIDEST_GAP * larger && self.shares_baseline(across, size)
    }

    /// Whether something of this size at this height stands on the line, be it as a superscript.
    fn shares_baseline(&self, across: f64, size: f64) -> bool {
        let offset = across - self.baseline;
        if offset.abs() < 0.3 * self.size.max(size) {
            return true;
        }
        let (raised, small, large) =
            if size < self.size { (offset, size, self.size) } else { (-offset, self.size, size) };
        small < 0.85 * large && raised > 0.0 && raised < 0.6 * large
    }
}

/// Groups the glyphs of a page into lines.
pub(super) fn find(page: &PageGlyphs) -> Lines {
    let (pieces, order) = pieces(page);
    join(page, pieces, &order)
}

/// Runs of glyphs that follow each other both in the file and on the page.
fn pieces(page: &PageGlyphs) -> (Vec<Line>, Vec<usize>) {
    let mut pieces: Vec<Line> = Vec::new();
    let mut order: Vec<usize> = Vec::with_capacity(page.glyphs.len());
    for (number, glyph) in page.glyphs.iter().enumerate() {
        let text = page.text(glyph);
        if text.is_empty() {
            continue;
        }
        let size = visible_size(glyph.size);
        if let Some(piece) = pieces.last_mut()
            && glyph.direction.dot(piece.direction) > 0.9999
        {
            let (along, across) = position(glyph, piece.direction);
            if piece.is_continued_at(along, across, size) {
                let recent = &order[piece.glyphs.clone()];
                let struck_twice = recent.iter().rev().take(3).any(|&other| coincide(page, other, number));
                if struck_twice {
                    continue;
                }
                if size > 1.2 * piece.size {
                    piece.baseline = across;
                }
                piece.size = piece.size.max(size);
                piece.end = along + glyph.advance;
                order.push(number);
                piece.glyphs.end = order.len();
                continue;
            }
        }
        pieces.push(Line::starting_with(glyph, number, pieces.len(), order.len()));
        order.push(number);
    }
    (pieces, order)
}

/// Joins pieces that stand side by side on one baseline, and drops those that only repeat what they cover.
fn join(page: &PageGlyphs, mut pieces: Vec<Line>, order: &[usize]) -> Lines {
    pieces.sort_by(|a, b| a.angle.cmp(&b.angle).then(b.baseline.total_cmp(&a.baseline)).then(a.first.cmp(&b.first)));
    let mut joined = Lines { lines: Vec::with_capacity(pieces.len()), order: Vec::with_capacity(order.len()) };
    let mut from = 0;
    while from < pieces.len() {
        let (angle, baseline) = (pieces[from].angle, pieces[from].baseline);
        let level =
            |piece: &Line| piece.angle == angle && baseline - piece.baseline < 0.3 * pieces[from].size.min(piece.size);
        let length = pieces[from..].iter().take_while(|piece| level(piece)).count().max(1);
        let row = &mut pieces[from..from + length];
        row.sort_by(|a, b| a.start.total_cmp(&b.start).then(a.first.cmp(&b.first)));
        join_row(page, row, order, &mut joined);
        from += length;
    }
    joined.lines.sort_by_key(|line| line.first);
    joined
}

fn join_row(page: &PageGlyphs, row: &[Line], order: &[usize], joined: &mut Lines) {
    let first_line = joined.lines.len();
    for piece in row {
        let glyphs = &order[piece.glyphs.clone()];
        let at = joined.order.len();
        if joined.lines.len() > first_line
            && let Some(line) = joined.lines.last_mut()
        {
            let larger = line.size.max(piece.size);
            let gap = piece.start - line.end;
            if gap <= -WIDEST_OVERLAP * larger
                && repeats(page, glyphs, &joined.order[line.glyphs.clone()], line.direction)
            {
                line.first = line.first.min(piece.first);
                continue;
            }
            let is_near =
                gap < WORD_GAP * larger || gap < WIDEST_GAP * larger && line.piece.abs_diff(piece.piece) <= TOGETHER;
            if gap > -WIDEST_OVERLAP * larger && is_near {
                line.piece = piece.piece;
                line.end = line.end.max(piece.end);
                line.size = larger;
                line.first = line.first.min(piece.first);
                joined.order.extend_from_slice(glyphs);
                line.glyphs.end = joined.order.len();
                continue;
            }
        }
        joined.order.extend_from_slice(glyphs);
        joined.lines.push(Line { glyphs: at..joined.order.len(), ..piece.clone() });
    }
}

/// Whether each of some glyphs stands, but for a hair, where the same glyph stands already: shadows and fake bold.
fn repeats(page: &PageGlyphs, glyphs: &[usize], others: &[usize], direction: Vec2) -> bool {
    let along = |number: usize| position(&page.glyphs[number], direction).0;
    glyphs.len() <= others.len()
        && glyphs.iter().all(|&glyph| {
            // The others are sorted by position, so the one looked for is among the next few.
            let from = along(glyph) - visible_size(page.glyphs[glyph].size);
            let near = others.partition_point(|&other| along(other) < from);
            others[near..].iter().take(NEAR).any(|&other| coincide(page, other, glyph))
        })
}

fn coincide(page: &PageGlyphs, one: usize, other: usize) -> bool {
    let (one, other) = (&page.glyphs[one], &page.glyphs[other]);
    let offset = one.origin - other.origin;
    let reach = 0.12 * visible_size(one.size);
    offset.x.abs() < reach && offset.y.abs() < reach && page.text(one) == page.text(other)
}

/// Where a glyph begins, along a direction and across it.
pub(super) fn position(glyph: &PageGlyph, direction: Vec2) -> (f64, f64) {
    let origin = glyph.origin.to_vec2();
    (origin.dot(direction), origin.dot(Vec2::new(-direction.y, direction.x)))
}

/// A font size that can be divided by and compared to.
pub(super) fn visible_size(size: f64) -> f64 {
    if size > 0.01 { size } else { 1.0 }
}

#[expect(clippy::cast_possible_truncation, reason = "an angle is at most 360 half degrees")]
fn half_degrees(direction: Vec2) -> i32 {
    let angle = (direction.y.atan2(direction.x).to_degrees() * 2.0).round() as i32;
    if angle == -360 { 360 } else { angle }
}
