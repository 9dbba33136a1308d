//! What people wrote onto a page and the page does not draw: comments, and form fields without a picture of their value.
//!
//! They come after the page's own text, each on a line of its own in brackets that say what it is, with the rectangle of
//! the annotation as the box of every character. Whatever the page draws itself is in its text already and is not
//! repeated. Links, buttons and pop-up windows say nothing and are passed over.

use hayro_syntax::object::{self, Array, Dict, Name, Object, Rect};
use hayro_syntax::page::Page;
use redwell_model::CharBox;

use super::pdf_string;
use crate::extract::paged::page_text::{Flow, PageText};

/// Most annotations looked at on a page.
const MAX_ANNOTATIONS: usize = 10_000;
/// Most levels of fields inside fields.
const MAX_DEPTH: usize = 16;
/// The annotation flags `Hidden` and `NoView` (ISO 32000-2, table 167): not drawn even with a picture.
const NOT_DRAWN: i32 = 1 << 1 | 1 << 5;

/// Adds the comments and undrawn field values of a page to its text.
pub(super) fn append(page: &Page<'_>, text: &mut PageText) {
    let Some(annotations) = page.raw().get::<Array<'_>>(b"Annots") else { return };
    let mut is_first = true;
    for annotation in annotations.iter::<Dict<'_>>().take(MAX_ANNOTATIONS) {
        let Some(line) = line(&annotation) else { continue };
        if is_first {
            text.end_paragraph();
            is_first = false;
        }
        let area = annotation.get::<Rect>(b"Rect").map(char_box).unwrap_or_default();
        for character in line.chars() {
            text.push(&[character], area, Flow::Right);
        }
        text.end_line();
    }
}

/// What an annotation says, if it says anything that is not drawn.
fn line(annotation: &Dict<'_>) -> Option<String> {
    let is_drawn = annotation.get::<Dict<'_>>(b"AP").is_some_and(|pictures| pictures.contains_key(b"N"))
        && annotation.get::<i32>(b"F").unwrap_or(0) & NOT_DRAWN == 0;
    let kind = annotation.get::<Name<'_>>(b"Subtype")?;
    match kind.as_ref() {
        b"Link" | b"Popup" | b"PrinterMark" | b"TrapNet" | b"Watermark" => None,
        b"Widget" => {
            if is_drawn {
                return None;
            }
            let value = field_value(annotation)?;
            Some(match field_name(annotation) {
                name if name.is_empty() => format!("[Form field: {value}]"),
                name => format!("[Form field {name}: {value}]"),
            })
        }
        b"FreeText" if is_drawn => None,
        _ => {
            let contents = text_of(annotation, b"Contents")?;
            Some(match text_of(annotation, b"T") {
                Some(author) => format!("[Comment by {author}: {contents}]"),
                None => format!("[Comment: {contents}]"),
            })
        }
    }
}

/// The value of a text or choice field.
fn field_value(field: &Dict<'_>) -> Option<String> {
    let kind = inherited(field, b"FT")?.into_name()?;
    if !matches!(kind.as_ref(), b"Tx" | b"Ch") {
        return None;
    }
    let value = match inherited(field, b"V")? {
        Object::String(value) => on_one_line(value.as_bytes()),
        Object::Stream(value) => on_one_line(&value.decoded_data().ok()?),
        Object::Array(values) => {
            let values: Vec<String> =
                values.iter::<object::String<'_>>().map(|value| on_one_line(value.as_bytes())).collect();
            values.join("; ")
        }
        _ => return None,
    };
    if value.is_empty() { None } else { Some(value) }
}

/// The full name of a field: the names of the fields it stands in, joined by dots.
fn field_name(field: &Dict<'_>) -> String {
    let mut names = Vec::new();
    let mut next = Some(field.clone());
    while let Some(field) = next
        && names.len() < MAX_DEPTH
    {
        names.push(text_of(&field, b"T").unwrap_or_default());
        next = field.get::<Dict<'_>>(b"Parent");
    }
    names.retain(|name| !name.is_empty());
    names.reverse();
    names.join(".")
}

/// An entry of a field or of the nearest field it stands in.
fn inherited<'a>(field: &Dict<'a>, key: &[u8]) -> Option<Object<'a>> {
    let mut field = field.clone();
    for _ in 0..MAX_DEPTH {
        if let Some(value) = field.get::<Object<'a>>(key) {
            return Some(value);
        }
        field = field.get::<Dict<'a>>(b"Parent")?;
    }
    None
}

fn text_of(dict: &Dict<'_>, key: &[u8]) -> Option<String> {
    let text = on_one_line(dict.get::<object::String<'_>>(key)?.as_bytes());
    if text.is_empty() { None } else { Some(text) }
}

fn on_one_line(bytes: &[u8]) -> String {
    let decoded = pdf_string::decode(bytes);
    decoded.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[expect(clippy::cast_possible_truncation, reason = "boxes are kept in single precision")]
fn char_box(area: Rect) -> CharBox {
    let area = CharBox { x0: area.x0 as f32, y0: area.y0 as f32, x1: area.x1 as f32, y1: area.y1 as f32 };
    if [area.x0, area.y0, area.x1, area.y1].iter().all(|edge| edge.is_finite()) { area } else { CharBox::default() }
}
