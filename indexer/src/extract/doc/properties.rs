//! Properties of characters and paragraphs that make evidence or structure: deleted, inserted, hidden, symbols, cells
//! and row ends ([MS-DOC] 2.9.32 and 2.9.24: pages of formatted runs).
//!
//! Everything else that can be said of a run (fonts, sizes, borders) is passed over.

use super::fib::{Header, Table, positions};
use crate::extract::compound_file::{long, short};

/// Pages of properties read at most.
const MOST_PAGES: usize = 100_000;

/// What is odd about a run of characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Character {
    pub(super) is_deleted: bool,
    pub(super) is_inserted: bool,
    pub(super) is_hidden: bool,
    /// Who changed it, by number, and when.
    pub(super) reviser: u16,
    pub(super) changed: u32,
    /// The code of a symbol; its font is not looked up.
    pub(super) symbol: Option<u16>,
}

/// Where a paragraph stands in a table, and what is said of its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Paragraph {
    pub(super) is_in_table: bool,
    pub(super) is_row_end: bool,
    pub(super) style: u16,
    /// Its list, counted from 1; 0 for none in spite of its style.
    pub(super) list: Option<u16>,
    pub(super) level: Option<u8>,
}

/// Runs of the stream that share properties, sorted; runs with nothing to tell are left out.
#[derive(Debug)]
pub(super) struct Runs<T>(Vec<(u32, u32, T)>);

impl<T: Copy + Default> Runs<T> {
    /// What is told of the character at a place of the stream.
    pub(super) fn at(&self, at: u32) -> T {
        let after = self.0.partition_point(|(start, _, _)| *start <= at);
        match after.checked_sub(1).and_then(|n| self.0.get(n)) {
            Some((_, end, told)) if at < *end => *told,
            _ => T::default(),
        }
    }

    /// Where the run begins and ends in the stream that a place lies in.
    pub(super) fn bounds(&self, at: u32) -> Option<(u32, u32)> {
        let after = self.0.partition_point(|(start, _, _)| *start <= at);
        let (start, end, _) = self.0.get(after.checked_sub(1)?)?;
        (at < *end).then_some((*start, *end))
    }
}

/// The characters that are not plain.
pub(super) fn characters(stream: &[u8], tables: &[u8], header: &Header<'_>) -> Runs<Character> {
    runs(stream, header.table(tables, Table::CharacterPages), |page, count, n| {
        let at = 2 * usize::from(*page.get(4 * (count + 1) + n)?);
        let length = usize::from(*page.get(at).filter(|_| at > 0)?);
        character(page.get(at + 1..at + 1 + length)?)
    })
}

/// The paragraphs of tables and those that may have a number.
pub(super) fn paragraphs(stream: &[u8], tables: &[u8], header: &Header<'_>) -> Runs<Paragraph> {
    runs(stream, header.table(tables, Table::ParagraphPages), |page, count, n| {
        let at = 2 * usize::from(*page.get(4 * (count + 1) + 13 * n)?);
        let (at, length) = match *page.get(at).filter(|_| at > 0)? {
            0 => (at + 2, 2 * usize::from(*page.get(at + 1)?)),
            half => (at + 1, 2 * usize::from(half) - 1),
        };
        // A style's number stands in front.
        paragraph(short(page, at)?, page.get(at + 2..(at + length).min(page.len()))?)
    })
}

/// The runs of all pages a table lists; `read` tells the n-th of `count` runs of a page.
fn runs<T: Copy>(stream: &[u8], table: &[u8], read: impl Fn(&[u8], usize, usize) -> Option<T>) -> Runs<T> {
    let (_, pages) = positions(table, 4);
    let mut found = Vec::new();
    for number in pages.chunks_exact(4).take(MOST_PAGES).filter_map(|number| long(number, 0)) {
        let Some(start) = usize::try_from(number & 0x3f_ffff).ok().and_then(|n| n.checked_mul(512)) else { continue };
        let Some(page) = stream.get(start..start.saturating_add(512)) else { continue };
        let count = usize::from(page[511]);
        for n in 0..count {
            let (Some(start), Some(end)) = (long(page, 4 * n), long(page, 4 * n + 4)) else { break };
            if let Some(told) = read(&page[..511], count, n).filter(|_| start < end) {
                found.push((start, end, told));
            }
        }
    }
    found.sort_by_key(|(start, end, _)| (*start, *end));
    Runs(found)
}

fn character(properties: &[u8]) -> Option<Character> {
    let mut found = Character::default();
    each(properties, |code, operand| {
        let on = operand.first().is_some_and(|value| matches!(value, 1 | 0x81));
        match code {
            0x0800 => found.is_deleted = on,
            0x0801 => found.is_inserted = on,
            0x083c => found.is_hidden = on,
            0x4804 | 0x4863 => found.reviser = short(operand, 0).unwrap_or(0),
            0x6805 | 0x6864 => found.changed = long(operand, 0).unwrap_or(0),
            0x6a09 => found.symbol = short(operand, 2),
            _ => {}
        }
    });
    let told = found.is_deleted || found.is_inserted || found.is_hidden || found.symbol.is_some();
    told.then_some(found)
}

/// What is told of a paragraph with this style.
pub(super) fn paragraph(style: u16, properties: &[u8]) -> Option<Paragraph> {
    let mut found = Paragraph { style, ..Paragraph::default() };
    each(properties, |code, operand| {
        let on = operand.first().is_some_and(|value| *value == 1);
        match code {
            0x2416 => found.is_in_table = on,
            0x2417 => found.is_row_end = on,
            0x260a => found.level = operand.first().copied(),
            0x460b => found.list = short(operand, 0),
            _ => {}
        }
    });
    (found != Paragraph::default()).then_some(found)
}

/// Walks a list of properties: code and operand ([MS-DOC] 2.2.5.1).
fn each(mut rest: &[u8], mut take: impl FnMut(u16, &[u8])) {
    while let Some(code) = short(rest, 0) {
        rest = &rest[2..];
        let length = match code >> 13 {
            0 | 1 => 1,
            2 | 4 | 5 => 2,
            3 => 4,
            7 => 3,
            _ => {
                let first = usize::from(rest.first().copied().unwrap_or(0));
                match code {
                    0xd608 => 1 + short(rest, 0).map_or(0, usize::from),
                    0xc615 if first == 255 => return,
                    _ => 1 + first,
                }
            }
        };
        let Some(operand) = rest.get(..length) else { return };
        take(code, operand);
        rest = &rest[length..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_of_any_size_are_walked() {
        let list = [
            0x35, 0x08, 1, // bold
            0x43, 0x4a, 24, 0, // size
            0x15, 0xc6, 2, 0, 0, // tab stops
            0x00, 0x08, 1, // deleted
            0x63, 0x48, 3, 0, // by whom
            0x64, 0x68, 1, 2, 3, 4, // when
        ];
        let expected = Character { is_deleted: true, reviser: 3, changed: 0x0403_0201, ..Character::default() };
        assert_eq!(character(&list), Some(expected));
        assert_eq!(character(&list[..3]), None);
        assert_eq!(character(&[0x3c, 0x08]), None);
        let row_end = Paragraph { is_in_table: true, is_row_end: true, ..Paragraph::default() };
        assert_eq!(paragraph(0, &[0x16, 0x24, 1, 0x17, 0x24, 1]), Some(row_end));
        let item = Paragraph { style: 2, list: Some(258), level: Some(3), ..Paragraph::default() };
        assert_eq!(paragraph(2, &[0x0a, 0x26, 3, 0x0b, 0x46, 2, 1]), Some(item));
        assert_eq!(paragraph(0, &[]), None);
    }
}
