//! One annotation: its dictionary, and the appearance that makes every viewer draw it the same.
//!
//! The appearance multiplies its colour with the page, as a marker pen does, so black text stays black. Coordinates
//! are page space throughout; a viewer turns them with the page.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lopdf::{Object, ObjectId, Stream, StringFormat, dictionary};
use redwell_model::layout::Quad;

use super::{PdfHighlight, Shape};

/// Width of a region's border, in points.
const BORDER: f32 = 1.5;

/// The graphics state all marks share.
pub(super) fn multiply() -> Object {
    Object::Dictionary(dictionary! { "Type" => "ExtGState", "BM" => "Multiply", "ca" => 1, "CA" => 1, "AIS" => false })
}

/// The annotation dictionary.
pub(super) fn annotation(highlight: &PdfHighlight, page: ObjectId, appearance: ObjectId) -> Object {
    let bounds = bounds(highlight);
    let mut own = dictionary! {
        "Type" => "Annot",
        "Rect" => numbers(&bounds),
        "P" => Object::Reference(page),
        "C" => numbers(&unit(highlight.colour)),
        "CA" => 1,
        "F" => 4,
        "NM" => text(&highlight.id),
        "T" => text(&highlight.author),
        "Subj" => text(&highlight.subject),
        "Contents" => text(&highlight.contents),
        "CreationDate" => date(highlight.created_at),
        "M" => date(highlight.modified_at),
        "AP" => Object::Dictionary(dictionary! { "N" => Object::Reference(appearance) }),
    };
    match highlight.shape {
        Shape::Passage => {
            own.set("Subtype", Object::Name(b"Highlight".to_vec()));
            let corners: Vec<f32> = highlight.quads.iter().flatten().copied().map(sane).collect();
            own.set("QuadPoints", numbers(&corners));
        }
        Shape::Region => {
            own.set("Subtype", Object::Name(b"Square".to_vec()));
            own.set("BS", Object::Dictionary(dictionary! { "W" => Object::Real(BORDER), "S" => "S" }));
            own.set("C", numbers(&unit(darker(highlight.colour))));
            own.set("IC", numbers(&unit(highlight.colour)));
        }
    }
    Object::Dictionary(own)
}

/// The drawing: a form in page space as large as the annotation.
pub(super) fn appearance(highlight: &PdfHighlight, state: ObjectId) -> Stream {
    let mut drawing = String::from("/M gs\n");
    let [red, green, blue] = unit(highlight.colour);
    writeln!(drawing, "{red} {green} {blue} rg").expect("a text takes every write");
    match highlight.shape {
        Shape::Passage => {
            for quad in &highlight.quads {
                let [tl_x, tl_y, tr_x, tr_y, bl_x, bl_y, br_x, br_y] = quad.map(sane);
                writeln!(drawing, "{tl_x} {tl_y} m {tr_x} {tr_y} l {br_x} {br_y} l {bl_x} {bl_y} l h f")
                    .expect("a text takes every write");
            }
        }
        Shape::Region => {
            let [x0, y0, x1, y1] = bounds(highlight);
            let [red, green, blue] = unit(darker(highlight.colour));
            let (left, lower, inset) = (x0 + BORDER / 2.0, y0 + BORDER / 2.0, BORDER);
            let (width, height) = ((x1 - x0 - inset).max(0.0), (y1 - y0 - inset).max(0.0));
            writeln!(drawing, "{red} {green} {blue} RG {BORDER} w {left} {lower} {width} {height} re B")
                .expect("a text takes every write");
        }
    }
    let form = dictionary! {
        "Type" => "XObject",
        "Subtype" => "Form",
        "FormType" => 1,
        "BBox" => numbers(&bounds(highlight)),
        "Resources" => Object::Dictionary(dictionary! {
            "ExtGState" => Object::Dictionary(dictionary! { "M" => Object::Reference(state) }),
        }),
    };
    Stream::new(form, drawing.into_bytes())
}

/// A text string: ASCII as it is, anything else as UTF-16 with a byte-order mark.
pub(super) fn text_bytes(text: &str) -> Vec<u8> {
    if text.bytes().all(|b| matches!(b, b'\t' | b'\n' | b'\r' | 0x20..=0x7e)) {
        return text.as_bytes().to_vec();
    }
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    units.flat_map(u16::to_be_bytes).collect()
}

fn text(text: &str) -> Object {
    let bytes = text_bytes(text);
    let format = if bytes.starts_with(b"\xfe\xff") { StringFormat::Hexadecimal } else { StringFormat::Literal };
    Object::String(bytes, format)
}

fn date(at: Timestamp) -> Object {
    let utc = at.to_zoned(TimeZone::UTC);
    text(&format!("D:{}+00'00'", utc.strftime("%Y%m%d%H%M%S")))
}

/// The smallest rectangle around all quads.
fn bounds(highlight: &PdfHighlight) -> [f32; 4] {
    let mut quads = highlight.quads.iter();
    let first = quads.next().map_or([0.0; 4], around);
    quads.map(around).fold(first, |a, b| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])])
}

fn around(quad: &Quad) -> [f32; 4] {
    let [x0, y0, x1, y1, x2, y2, x3, y3] = quad.map(sane);
    [x0.min(x1).min(x2.min(x3)), y0.min(y1).min(y2.min(y3)), x0.max(x1).max(x2.max(x3)), y0.max(y1).max(y2.max(y3))]
}

/// A coordinate rounded to a thousandth of a point; what is no number becomes 0.
fn sane(coordinate: f32) -> f32 {
    if coordinate.is_finite() { (coordinate.clamp(-1e6, 1e6) * 1000.0).round() / 1000.0 } else { 0.0 }
}

fn numbers(values: &[f32]) -> Object {
    Object::Array(values.iter().map(|value| Object::Real(*value)).collect())
}

/// A colour as PDF writes it, to three decimals.
fn unit(colour: [u8; 3]) -> [f32; 3] {
    colour.map(|part| (f32::from(part) / 255.0 * 1000.0).round() / 1000.0)
}

/// The same hue, dark enough for a border.
fn darker(colour: [u8; 3]) -> [u8; 3] {
    colour.map(|part| part / 5 * 3)
}
