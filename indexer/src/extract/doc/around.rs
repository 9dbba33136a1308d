//! What stands beside the body of a Word 97 file and where it is referred to: notes, comments, text boxes, headers.

use std::collections::BTreeMap;

use super::Document;
use super::fib::{Part, Table, positions};
use super::story::Story;
use crate::extract::compound_file::{long, short};
use crate::extract::mark::{By, Tally, marked, plainly_marked};
use crate::extract::revision::packed_date;

/// Notes, comments and boxes read at most.
const MOST_NOTES: usize = 100_000;

/// Marked texts by the position in the body they follow.
#[derive(Debug, Default)]
pub(super) struct Around {
    pub(super) texts: BTreeMap<u32, Vec<String>>,
    /// Texts whose place is not known.
    pub(super) loose: Vec<String>,
    pub(super) headers: Vec<String>,
    pub(super) footers: Vec<String>,
}

/// Reads everything around the body.
pub(super) fn read(document: &Document<'_>, limit: usize, tally: &mut Tally) -> Around {
    let mut around = Around::default();
    let kinds = [
        ("Footnote", "footnotes", Table::FootnoteReferences, 2, Table::FootnoteTexts, Part::Footnotes),
        ("Endnote", "endnotes", Table::EndnoteReferences, 2, Table::EndnoteTexts, Part::Endnotes),
    ];
    for (what, kind, references, size, texts, part) in kinds {
        let (at, _) = positions(document.table(references), size);
        for (n, text) in texts_of(document, texts, 0, part, limit, tally).into_iter().enumerate() {
            let text = plainly_marked(&format!("{what} {}", n + 1), &text);
            tally.count_many(kind, u64::from(!text.is_empty()));
            around.put(at.get(n).copied(), text);
        }
    }
    comments(document, &mut around, limit, tally);
    text_boxes(document, &mut around, limit, tally);
    margins(document, &mut around, limit, tally);
    around
}

impl Around {
    fn put(&mut self, at: Option<u32>, text: String) {
        match at {
            _ if text.is_empty() => {}
            Some(at) => self.texts.entry(at).or_default().push(text),
            None => self.loose.push(text),
        }
    }
}

/// The texts of a part, as its table of positions (with data of `size` bytes) parts them.
fn texts_of(
    document: &Document<'_>,
    table: Table,
    size: usize,
    part: Part,
    limit: usize,
    tally: &mut Tally,
) -> Vec<String> {
    let (first, after) = document.header.part(part);
    let (positions, _) = positions(document.table(table), size);
    let mut left = limit;
    let mut texts = Vec::new();
    for pair in positions.windows(2).take(MOST_NOTES) {
        let (start, end) = (first.saturating_add(pair[0]), first.saturating_add(pair[1]).min(after));
        if start >= end || left == 0 {
            texts.push(String::new());
            continue;
        }
        let text = Story::of(document, left, tally).read(start, end, &BTreeMap::new());
        left = left.saturating_sub(text.len());
        texts.push(text);
    }
    texts
}

fn comments(document: &Document<'_>, around: &mut Around, limit: usize, tally: &mut Tally) {
    const DATA: usize = 30;
    let (at, data) = positions(document.table(Table::CommentReferences), DATA);
    let owners = strings(document.table(Table::CommentAuthors));
    let details = document.table(Table::CommentDetails);
    for (n, text) in texts_of(document, Table::CommentTexts, 0, Part::Comments, limit, tally).into_iter().enumerate() {
        let owner = data.get(n * DATA..).and_then(|data| short(data, 20)).and_then(|n| owners.get(usize::from(n)));
        let date = long(details, 18 * n).and_then(packed_date);
        let is_reply = long(details, 18 * n + 6).is_some_and(|depth| (1..1000).contains(&depth));
        let by = By::new(owner.map(String::as_str), date.as_deref());
        let text = marked(if is_reply { "Reply" } else { "Comment" }, &by, &text);
        tally.count_many("comments", u64::from(!text.is_empty()));
        around.put(at.get(n).copied(), text);
    }
}

fn text_boxes(document: &Document<'_>, around: &mut Around, limit: usize, tally: &mut Tally) {
    const BOX: usize = 22;
    const SHAPE: usize = 26;
    let (_, boxes) = positions(document.table(Table::TextBoxes), BOX);
    let (places, shapes) = positions(document.table(Table::Shapes), SHAPE);
    let by_shape: BTreeMap<u32, u32> =
        shapes.chunks_exact(SHAPE).zip(&places).filter_map(|(shape, at)| Some((long(shape, 0)?, *at))).collect();
    for (n, text) in texts_of(document, Table::TextBoxes, BOX, Part::TextBoxes, limit, tally).into_iter().enumerate() {
        let text = plainly_marked("Text box", &text);
        tally.count_many("text_boxes", u64::from(!text.is_empty()));
        let shape = boxes.get(n * BOX..).and_then(|one| long(one, 14));
        around.put(shape.and_then(|shape| by_shape.get(&shape)).copied(), text);
    }
    let (start, end) = document.header.part(Part::MarginTextBoxes);
    let text = Story::of(document, limit, tally).read(start, end, &BTreeMap::new());
    around.loose.extend(Some(plainly_marked("Text box", &text)).filter(|text| !text.is_empty()));
}

/// Headers and footers, each once. The first six texts are separators of notes; then six for each section.
fn margins(document: &Document<'_>, around: &mut Around, limit: usize, tally: &mut Tally) {
    for (n, text) in texts_of(document, Table::Margins, 0, Part::Margins, limit, tally).into_iter().enumerate().skip(6)
    {
        let is_header = matches!(n % 6, 0 | 1 | 4);
        let text = plainly_marked(if is_header { "Header" } else { "Footer" }, &text);
        let margins = if is_header { &mut around.headers } else { &mut around.footers };
        if !text.is_empty() && !margins.contains(&text) && margins.len() < 1000 {
            margins.push(text);
        }
    }
}

/// The names of people who changed the text ([MS-DOC] 2.9.229, a table of strings).
pub(super) fn revisers(table: &[u8]) -> Vec<String> {
    if short(table, 0) != Some(0xffff) {
        return Vec::new();
    }
    strings(table.get(6..).unwrap_or_default())
}

/// Strings one after the other: length, UTF-16.
fn strings(mut rest: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    while let Some(length) = short(rest, 0).map(|length| 2 * usize::from(length)) {
        let Some(bytes) = rest.get(2..2 + length).filter(|_| found.len() < 10_000) else { break };
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
        found.push(String::from_utf16_lossy(&units));
        rest = &rest[2 + length..];
    }
    found
}
