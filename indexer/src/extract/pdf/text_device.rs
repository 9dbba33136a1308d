//! Listens to hayro drawing a page and keeps the glyphs: which characters, where, in what order.
//!
//! Nothing is drawn and nothing is laid out here. White, clipped, invisible and off-page text is kept like any other:
//! a reviewer must find what the file holds, not only what a printer would show. Pictures and lines are only counted,
//! so that a page of pictures can be told from a blank one.

use std::collections::HashMap;
use std::panic::resume_unwind;

use hayro_cmap::WritingMode;
use hayro_interpret::font::{Glyph, GlyphIdentifier, GlyphRun};
use hayro_interpret::{BlendMode, ClipPath, Device, DrawMode, DrawProps, Image, ImageDrawProps, SoftMask};
use hayro_syntax::object::{self, Dict};
use kurbo::{Affine, BezPath, Point, Rect, Shape, Vec2};

use super::glyph_text::GlyphText;
use super::pdf_string;

/// Most glyphs taken from one page. A dense page has ten thousand; forms that call each other have billions.
const MAX_GLYPHS: usize = 500_000;
/// Most characters they may stand for together.
const MAX_CHARACTERS: usize = 4_000_000;
/// Most calls taken from one page, glyphs or not.
const MAX_CALLS: usize = 30_000_000;
/// Most marked-content sequences open at a time.
const MAX_MARKED: usize = 10_000;
/// Coordinates and advances further out than this are drawn in to it.
const FAR: f64 = 1e7;
/// How far above and below the baseline a nominal box reaches, in font sizes, before the outline is added.
const ASCENT: f64 = 0.73;
const DESCENT: f64 = 0.21;

/// What unwinds out of the interpreter when a page asks for more than the limits allow.
#[derive(Debug)]
pub(super) struct PageLimit;

/// One glyph on the page.
#[derive(Debug, Clone, Copy)]
pub(super) struct PageGlyph {
    /// Where the pen stands before it, on the baseline.
    pub(super) origin: Point,
    /// The way the pen moves; a unit vector.
    pub(super) direction: Vec2,
    /// How far the pen moves.
    pub(super) advance: f64,
    /// The font size on the page.
    pub(super) size: f64,
    /// Its box: the nominal one joined with the outline.
    pub(super) area: Rect,
    start: u32,
    length: u32,
}

/// The glyphs of one page, in the order they are drawn, and a count of what else is drawn.
#[derive(Debug, Default)]
pub(super) struct PageGlyphs {
    pub(super) glyphs: Vec<PageGlyph>,
    characters: Vec<char>,
    /// Pictures drawn.
    pub(super) pictures: usize,
    /// The one that covers most.
    pub(super) largest_picture: Rect,
    /// Its pixels across and down.
    pub(super) largest_picture_pixels: (u32, u32),
    /// Lines and areas drawn.
    pub(super) drawings: usize,
}

impl PageGlyphs {
    /// The characters a glyph stands for; none when another glyph speaks for it.
    pub(super) fn text(&self, glyph: &PageGlyph) -> &[char] {
        let start = glyph.start as usize;
        &self.characters[start..start + glyph.length as usize]
    }

    /// Parts off the glyphs that another drawing of the same page leaves out. Both draw in the same order.
    pub(super) fn take_missing_in(&mut self, other: &Self) -> Self {
        let mut shown = other.glyphs.iter().peekable();
        let is_missing = |glyph: &mut PageGlyph| {
            shown.next_if(|next| next.origin == glyph.origin && next.area == glyph.area).is_none()
        };
        let missing: Vec<PageGlyph> = self.glyphs.extract_if(.., is_missing).collect();
        let characters = if missing.is_empty() { Vec::new() } else { self.characters.clone() };
        Self { glyphs: missing, characters, ..Self::default() }
    }

    fn store(&mut self, text: impl IntoIterator<Item = char>) -> (u32, u32) {
        let start = self.characters.len();
        self.characters.extend(text);
        let length = self.characters.len() - start;
        (u32::try_from(start).unwrap_or(0), u32::try_from(length).unwrap_or(0))
    }
}

/// Collects the glyphs of a document's pages, one page after the other.
#[derive(Default)]
pub(super) struct TextDevice {
    page: PageGlyphs,
    glyph_text: GlyphText,
    outlines: HashMap<GlyphIdentifier, Option<Rect>>,
    marked: Vec<MarkedContent>,
    last_run: Option<LastRun>,
    stretched: bool,
    calls: usize,
}

struct MarkedContent {
    actual_text: Option<String>,
    first_glyph: usize,
}

/// Enough of the last run to tell that the next call draws it a second time.
struct LastRun {
    glyphs: usize,
    origin: Point,
}

impl TextDevice {
    /// Forgets the page before, whatever became of it. What was learnt about fonts is kept.
    pub(super) fn begin_page(&mut self) {
        self.page = PageGlyphs::default();
        self.marked.clear();
        self.last_run = None;
        self.stretched = false;
        self.calls = 0;
    }

    /// Hands out what was collected since [`Self::begin_page`].
    pub(super) fn take_page(&mut self) -> PageGlyphs {
        std::mem::take(&mut self.page)
    }

    fn count_call(&mut self) {
        self.calls += 1;
        let page = &self.page;
        if self.calls > MAX_CALLS
            || page.glyphs.len() > MAX_GLYPHS
            || page.characters.len() > MAX_CHARACTERS
            || self.marked.len() > MAX_MARKED
        {
            // The interpreter cannot be stopped in any other way; the page's reader catches this.
            resume_unwind(Box::new(PageLimit));
        }
    }

    /// Substitute fonts are stretched glyph by glyph, their advance is not. hayro does not say when it does so, but
    /// then the proportions change inside a run.
    fn notice_stretch(&mut self, run: &GlyphRun<'_, '_>, to_page: Affine) {
        let [first, rest @ ..] = run.glyphs() else { return };
        if rest.is_empty() {
            return;
        }
        let proportion = |transform: Affine| {
            let [a, b, c, d, ..] = (to_page * transform).as_coeffs();
            a.hypot(b) / c.hypot(d).max(1e-12)
        };
        let expected = proportion(first.transform());
        self.stretched = rest.iter().any(|g| (proportion(g.transform()) - expected).abs() > 1e-3 * expected);
    }

    fn outline_box(&mut self, glyph: &Glyph<'_>) -> Option<Rect> {
        let Glyph::Outline(outline) = glyph else { return None };
        *self.outlines.entry(outline.identifier()).or_insert_with(|| {
            let path = outline.outline();
            if path.elements().is_empty() { None } else { Some(path.bounding_box()) }
        })
    }

    fn keep(&mut self, glyph: &Glyph<'_>, transform: Affine, mode: WritingMode) {
        let [a, b, c, d, x, y] = transform.as_coeffs();
        let (across, up) = (a.hypot(b), c.hypot(d));
        if !(across + up + x + y).is_finite() || up > 1e6 || across > 1e6 {
            return;
        }
        let advance = f64::from(
            match glyph {
                Glyph::Outline(outline) => outline.advance_width(),
                Glyph::Type3(type3) => type3.advance_width(),
            }
            .unwrap_or(500.0),
        );
        let size = up * 1000.0;
        let advance = advance * if self.stretched && up > 0.0 { up } else { across };
        let advance = if advance.is_finite() { advance.clamp(-FAR, FAR) } else { 0.0 };
        let right = if across > 0.0 { Vec2::new(a, b) / across } else { Vec2::new(1.0, 0.0) };
        let above = if up > 0.0 { Vec2::new(c, d) / up } else { Vec2::new(0.0, 1.0) };
        let origin = Point::new(x.clamp(-FAR, FAR), y.clamp(-FAR, FAR));

        let (low, high) = (above * (-DESCENT * size), above * (ASCENT * size));
        let end = origin + right * advance;
        let mut area = Rect::from_points(origin + low, origin + high).union(Rect::from_points(end + low, end + high));
        if let Some(outline) = self.outline_box(glyph) {
            let ink = transform.transform_rect_bbox(outline);
            // Damaged outlines can span the page; such a box would say nothing.
            if ink.width() < 4.0 * size && ink.height() < 4.0 * size {
                area = area.union(ink);
            }
        }
        let (origin, direction, advance) = match mode {
            WritingMode::Horizontal => (origin, right, advance),
            WritingMode::Vertical => (origin + above * (0.88 * size), -above, size),
        };
        let (start, length) = match self.glyph_text.characters(glyph) {
            hayro_cmap::BfString::Char(character) => self.page.store([character]),
            hayro_cmap::BfString::String(text) => self.page.store(text.chars()),
        };
        self.page.glyphs.push(PageGlyph { origin, direction, advance, size, area, start, length });
    }

    /// Gives the glyphs from `first` on the text their author says they stand for.
    fn replace_text(&mut self, first: usize, actual: &str) {
        let page = &mut self.page;
        let count = page.glyphs.len().saturating_sub(first);
        if count == 0 {
            return;
        }
        let letters = |text: &mut dyn Iterator<Item = char>| -> String {
            text.filter(|c| !c.is_whitespace() && *c != char::REPLACEMENT_CHARACTER).collect()
        };
        let mut shown = page.glyphs[first..].iter().flat_map(|glyph| page.text(glyph).iter().copied());
        if letters(&mut shown) == letters(&mut actual.chars()) {
            return;
        }
        let characters: Vec<char> = actual.chars().collect();
        let head = page.glyphs[first];
        let normal = Vec2::new(-head.direction.y, head.direction.x);
        let on_one_line = page.glyphs[first..].iter().all(|glyph| {
            let offset = glyph.origin - head.origin;
            offset.dot(normal).abs() < 0.5 * head.size && glyph.direction.dot(head.direction) > 0.99
        });
        if on_one_line && characters.len() != count {
            // One glyph speaks for all, over their common box.
            let last = page.glyphs[page.glyphs.len() - 1];
            let area = page.glyphs[first..].iter().map(|glyph| glyph.area).reduce(|a, b| a.union(b));
            let (start, length) = page.store(characters);
            for glyph in &mut page.glyphs[first..] {
                glyph.length = 0;
            }
            let reach = (last.origin - head.origin).dot(head.direction) + last.advance;
            let speaker = &mut page.glyphs[first];
            (speaker.start, speaker.length) = (start, length);
            speaker.advance = reach.max(head.advance);
            speaker.area = area.unwrap_or(head.area);
        } else {
            for n in 0..count {
                let share = &characters[n * characters.len() / count..(n + 1) * characters.len() / count];
                let (start, length) = page.store(share.iter().copied());
                (page.glyphs[first + n].start, page.glyphs[first + n].length) = (start, length);
            }
        }
    }
}

impl Device<'_> for TextDevice {
    fn draw_path(&mut self, _: &BezPath, _: DrawProps<'_>, _: &DrawMode) {
        self.page.drawings += 1;
        self.count_call();
    }

    fn draw_rect(&mut self, _: &Rect, _: DrawProps<'_>, _: &DrawMode) {
        self.count_call();
    }

    fn push_clip_path(&mut self, _: &ClipPath) {
        self.count_call();
    }

    fn push_clip_rect(&mut self, _: &Rect) {
        self.count_call();
    }

    fn push_transparency_group(&mut self, _: f32, _: Option<SoftMask<'_>>, _: BlendMode) {}

    fn draw_image(&mut self, image: Image<'_, '_>, props: ImageDrawProps<'_>) {
        self.page.pictures += 1;
        let pixels = Rect::new(0.0, 0.0, f64::from(image.width()), f64::from(image.height()));
        let area = props.transform.transform_rect_bbox(pixels);
        if area.area() > self.page.largest_picture.area() {
            self.page.largest_picture = area;
            self.page.largest_picture_pixels = (image.width(), image.height());
        }
        self.count_call();
    }

    fn pop_clip(&mut self) {}

    fn pop_transparency_group(&mut self) {}

    fn begin_marked_content(&mut self, _: &[u8], properties: Option<&Dict<'_>>) {
        self.count_call();
        let actual_text = properties
            .and_then(|dict| dict.get::<object::String<'_>>(&b"ActualText"[..]))
            .map(|text| pdf_string::decode(text.as_bytes()));
        self.marked.push(MarkedContent { actual_text, first_glyph: self.page.glyphs.len() });
    }

    fn end_marked_content(&mut self) {
        if let Some(MarkedContent { actual_text: Some(text), first_glyph }) = self.marked.pop() {
            self.replace_text(first_glyph, &text);
        }
    }

    fn draw_glyph_run(&mut self, run: &GlyphRun<'_, '_>, props: DrawProps<'_>, mode: &DrawMode) {
        self.count_call();
        let Some(first) = run.glyphs().first() else { return };
        let origin = (props.transform * first.transform()) * Point::ZERO;
        let again = self
            .last_run
            .as_ref()
            .is_some_and(|last| last.glyphs == run.glyphs().len() && (last.origin - origin).hypot() < 1e-6);
        self.last_run = Some(LastRun { glyphs: run.glyphs().len(), origin });
        if again && matches!(mode, DrawMode::Stroke(_)) {
            return; // the outline of a run that was just filled
        }
        self.notice_stretch(run, props.transform);
        for glyph in run.glyphs() {
            self.keep(glyph, props.transform * glyph.transform(), run.writing_mode());
        }
    }
}
