//! One slide of a `PowerPoint` 97 file: texts of its shapes in order, whether it is shown, its comments.

use std::collections::BTreeSet;

use super::record::{Record, records};
use crate::extract::compound_file::{long, short};
use crate::extract::mark::{By, Tally, marked, plainly_marked};

pub(super) const TEXT_CHARACTERS: u16 = 0x0fa0;
pub(super) const TEXT_BYTES: u16 = 0x0fa8;
const OUTLINE_REFERENCE: u16 = 0x0f9e;
const SHAPE_PROPERTIES: u16 = 0xf00b;
const MARGINS: u16 = 0x0fd9;
const STRING: u16 = 0x0fba;
const SLIDE_ATOM: u16 = 0x03ef;
const SHOW_INFORMATION: u16 = 0x03f9;
const COMMENT: u16 = 0x2ee0;
const COMMENT_ATOM: u16 = 0x2ee1;

const SHAPE: u16 = 0xf004;
const PLACEHOLDER: u16 = 0x0bc3;

/// What fills itself in: slide number, dates, header and footer. The text has `*` in its place.
const FILLED_IN: [u16; 6] = [0x0fd8, 0x0ff7, 0x0ff8, 0x0ff9, 0x0ffa, 0x1015];

/// What a master shows on every slide: the texts of its shapes that are no placeholders, marked; empty for none.
pub(super) fn shown_by_master(master: &[u8], limit: usize) -> String {
    let shapes = records(master).filter(|record| record.kind == SHAPE && record.is_container);
    let is_placeholder = |shape: &[u8]| records(shape).any(|record| record.kind == PLACEHOLDER);
    let texts = shapes.filter(|shape| !is_placeholder(shape.content)).map(|shape| text(shape.content, &[], limit));
    let texts: Vec<String> = texts.filter(|text| !text.trim().is_empty()).take(1000).collect();
    plainly_marked("Slide master", &texts.join("\n"))
}

/// The text of a slide's shapes, a line a paragraph; `outline` holds texts the shapes only refer to.
pub(super) fn text(slide: &[u8], outline: &[Record<'_>], limit: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    let (mut bytes, mut used) = (0, BTreeSet::new());
    let mut is_last_plain = false;
    for record in records(slide) {
        match record.kind {
            TEXT_CHARACTERS | TEXT_BYTES => {
                let text = characters(record);
                bytes += text.len();
                lines.push(text);
                is_last_plain = true;
            }
            OUTLINE_REFERENCE => {
                let n = long(record.content, 0).and_then(|n| usize::try_from(n).ok());
                // A text refers to is shown once, however often a broken file refers to it.
                if let Some((n, text)) = n.and_then(|n| Some((n, outline.get(n)?))).filter(|(n, _)| !used.contains(n)) {
                    used.insert(n);
                    let text = characters(*text);
                    bytes += text.len();
                    lines.push(text);
                    is_last_plain = true;
                }
            }
            SHAPE_PROPERTIES => {
                let drawn = drawn_text(record);
                bytes += drawn.len();
                lines.push(drawn);
                is_last_plain = false;
            }
            kind if FILLED_IN.contains(&kind) && is_last_plain => {
                if let Some(last) = lines.last_mut().filter(|last| last.trim().chars().all(|c| c == '*')) {
                    last.clear();
                }
            }
            _ => {}
        }
        if bytes > limit {
            break;
        }
    }
    let unused = outline.iter().enumerate().filter(|(n, _)| !used.contains(n)).map(|(_, text)| characters(*text));
    // Titles come first where no shape says where they stand.
    let mut all: Vec<String> = unused.collect();
    all.append(&mut lines);
    all.retain(|text| !text.trim().is_empty());
    all.join("\n")
}

/// The letters of a shape drawn as letters, marked ([MS-ODRAW] 2.3.22.1, the property `gtextUNICODE`).
fn drawn_text(record: Record<'_>) -> String {
    let count = usize::from(record.instance);
    let mut long_values = record.content.get(6 * count..).unwrap_or_default();
    for property in record.content.chunks_exact(6).take(count) {
        let code = short(property, 0).unwrap_or(0);
        if code & 0x8000 == 0 {
            continue;
        }
        let length =
            long(property, 2).and_then(|length| usize::try_from(length).ok()).unwrap_or(0).min(long_values.len());
        if code & 0x3fff == 0x00c0 {
            return plainly_marked("Drawn text", utf16(&long_values[..length]).trim_end_matches('\0'));
        }
        long_values = &long_values[length..];
    }
    String::new()
}

/// Headers and footers somebody wrote, marked; `part` is a slide or the document.
pub(super) fn margins(part: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for list in records(part).filter(|record| record.kind == MARGINS && record.is_container).take(16) {
        for text in records(list.content).filter(|record| record.kind == STRING) {
            let what = if text.instance == 2 { "Footer" } else { "Header" };
            let text = plainly_marked(what, &utf16(text.content));
            if !text.is_empty() && !found.contains(&text) {
                found.push(text);
            }
        }
    }
    found
}

/// A text: paragraphs end with a carriage return, lines with a vertical tab.
fn characters(record: Record<'_>) -> String {
    let text = if record.kind == TEXT_BYTES {
        record.content.iter().copied().map(char::from).collect()
    } else {
        utf16(record.content)
    };
    text.replace(['\r', '\u{b}'], "\n")
}

fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}

/// Whether a slide is left out when the presentation is shown.
pub(super) fn is_hidden(slide: &[u8]) -> bool {
    let mut shown = records(slide).filter(|record| record.kind == SHOW_INFORMATION);
    shown.next().and_then(|record| short(record.content, 10)).is_some_and(|flags| flags & 0x0004 != 0)
}

/// The identifier of a slide's notes.
pub(super) fn notes(slide: &[u8]) -> Option<u32> {
    let atom = records(slide).find(|record| record.kind == SLIDE_ATOM)?;
    long(atom.content, 16).filter(|id| *id != 0)
}

/// A slide's comments, marked, a line each.
pub(super) fn comments(slide: &[u8], limit: usize, tally: &mut Tally) -> String {
    let mut lines = Vec::new();
    for comment in records(slide).filter(|record| record.kind == COMMENT && record.is_container).take(10_000) {
        let (mut author, mut text, mut date) = (String::new(), String::new(), None);
        for part in records(comment.content) {
            match (part.kind, part.instance) {
                (STRING, 0) => author = utf16(part.content),
                (STRING, 1) => text = utf16(part.content).replace(['\r', '\u{b}'], "\n"),
                (COMMENT_ATOM, _) => date = day(part.content),
                _ => {}
            }
        }
        let comment = marked("Comment", &By::new(Some(&author), date.as_deref()), &text);
        if !comment.is_empty() && lines.iter().map(String::len).sum::<usize>() < limit {
            tally.count("comments");
            lines.push(comment);
        }
    }
    lines.join("\n")
}

/// The day of a comment, after its number.
fn day(atom: &[u8]) -> Option<String> {
    let (year, month, day) = (short(atom, 4)?, short(atom, 6)?, short(atom, 10)?);
    (year > 1900 && (1..=12).contains(&month) && (1..=31).contains(&day))
        .then(|| format!("{year:04}-{month:02}-{day:02}"))
}
