//! The lists of a Word 97 file and the styles whose paragraphs belong to them ([MS-DOC] 2.9.131, 2.9.148, 2.9.260).
//!
//! Which number a paragraph has is counted by [`crate::extract::numbering`].

use std::collections::BTreeMap;

use super::fib::{Header, Table};
use super::properties::{Paragraph, paragraph};
use crate::extract::compound_file::{long, short};
use crate::extract::numbering::{Counted, Level, List, Numbering, Numeral, Piece, Suffix};

/// Levels of a list.
const LEVELS: usize = 9;

/// Most lists and styles read.
const MOST: usize = 10_000;

/// Styles based on styles: beyond this the chain goes round.
const LONGEST_CHAIN: usize = 20;

/// Lists, and what the styles say of them.
#[derive(Debug, Default)]
pub(super) struct Lists {
    numbering: Numbering,
    styles: BTreeMap<u16, Style>,
}

#[derive(Debug, Default)]
struct Style {
    based_on: u16,
    said: Paragraph,
}

impl Lists {
    /// Reads the lists of a document; none of old files, which keep them elsewhere.
    pub(super) fn of(tables: &[u8], header: &Header<'_>) -> Self {
        let mut numbering = Numbering::default();
        // The levels follow the table they belong to without being counted to it.
        let forms = header.from(tables, Table::Lists);
        if read_forms(forms, &mut numbering).is_none() && numbering.forms.is_empty() {
            return Self::default();
        }
        read_lists(header.table(tables, Table::ListUses), &mut numbering);
        let styles = styles(header.table(tables, Table::Styles)).unwrap_or_default();
        Self { numbering, styles }
    }

    /// Counts a paragraph and gives its number.
    pub(super) fn number(&self, told: Paragraph, counted: &mut Counted) -> String {
        if self.numbering.lists.is_empty() {
            return String::new();
        }
        let (mut list, mut level) = (told.list, told.level);
        let mut style = told.style;
        for _ in 0..LONGEST_CHAIN {
            let Some(known) = self.styles.get(&style) else { break };
            list = list.or(known.said.list);
            level = level.or(known.said.level);
            style = known.based_on;
        }
        match list {
            // Beyond, the number was taken away and the indentation kept.
            Some(list @ 1..=0x07fe) => self.numbering.next(counted, u32::from(list), usize::from(level.unwrap_or(0))),
            _ => String::new(),
        }
    }
}

/// Reads what lists look like; `None` when the table breaks off.
fn read_forms(table: &[u8], numbering: &mut Numbering) -> Option<()> {
    const LSTF: usize = 28;
    let count = usize::from(short(table, 0)?).min(MOST);
    let mut rest = table.get(2 + LSTF * count..)?;
    for list in table[2..].chunks_exact(LSTF).take(count) {
        let levels = if list[26] & 1 == 1 { 1 } else { LEVELS };
        let form = numbering.forms.entry(long(list, 0)?).or_default();
        for n in 0..levels {
            form.insert(n, level(&mut rest)?);
        }
    }
    Some(())
}

/// Reads a level and moves behind it.
fn level(rest: &mut &[u8]) -> Option<Level> {
    let fixed = rest.get(..28)?;
    let after = 28 + usize::from(fixed[24]) + usize::from(fixed[25]);
    let length = usize::from(short(rest, after)?);
    let text = rest.get(after + 2..after + 2 + 2 * length)?;
    let mut form = Vec::new();
    for unit in text.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])) {
        if usize::from(unit) < LEVELS {
            form.push(Piece::Number(usize::from(unit)));
            continue;
        }
        let shown = char::from_u32(u32::from(unit)).unwrap_or('\u{fffd}');
        match form.last_mut() {
            Some(Piece::Text(text)) => text.push(shown),
            _ => form.push(Piece::Text(shown.to_string())),
        }
    }
    *rest = &rest[after + 2 + 2 * length..];
    Some(Level {
        start: long(fixed, 0)?.min(0x7fff),
        numeral: Numeral::coded(fixed[4]),
        form,
        font: String::new(),
        restart: (fixed[5] & 8 != 0).then_some(usize::from(fixed[26])),
        is_legal: fixed[5] & 4 != 0,
        suffix: match fixed[15] {
            1 => Suffix::Space,
            2 => Suffix::Nothing,
            _ => Suffix::Tab,
        },
    })
}

/// Reads which list has which form and what it changes of that; `None` when the table breaks off.
fn read_lists(table: &[u8], numbering: &mut Numbering) -> Option<()> {
    const LFO: usize = 16;
    let count = usize::try_from(long(table, 0)?).ok()?.min(MOST);
    let mut rest = table.get(4 + LFO * count..).unwrap_or_default();
    for (number, use_of) in (1_u32..).zip(table[4..].chunks_exact(LFO).take(count)) {
        numbering.lists.insert(number, List { form: long(use_of, 0)?, ..List::default() });
    }
    for (number, use_of) in (1_u32..).zip(table[4..].chunks_exact(LFO).take(count)) {
        rest = rest.get(4..)?;
        let list = numbering.lists.entry(number).or_default();
        for _ in 0..use_of[12].min(9) {
            let (start, flags) = (long(rest, 0)?, long(rest, 4)?);
            rest = &rest[8..];
            let at = usize::from(u8::try_from(flags & 15).unwrap_or(0));
            let own = if flags & 0x20 != 0 { Some(level(&mut rest)?) } else { None };
            if flags & 0x10 != 0 {
                list.starts.insert(at, own.as_ref().map_or(start.min(0x7fff), |level| level.start));
            }
            list.levels.extend(own.map(|level| (at, level)));
        }
    }
    Some(())
}

/// What the styles of paragraphs say of lists; `None` when the table breaks off at its beginning.
fn styles(table: &[u8]) -> Option<BTreeMap<u16, Style>> {
    let head = usize::from(short(table, 0)?);
    let (count, base) = (short(table, 2)?, usize::from(short(table, 4)?));
    let mut rest = table.get(2 + head..)?;
    let mut styles = BTreeMap::new();
    for number in 0..count {
        let Some(length) = short(rest, 0).map(usize::from) else { break };
        let Some(style) = rest.get(2..2 + length) else { break };
        // Each style begins at an even place.
        rest = rest.get(2 + length + length % 2..).unwrap_or_default();
        styles.extend(paragraph_style(style, base).map(|style| (number, style)));
    }
    Some(styles)
}

fn paragraph_style(style: &[u8], base: usize) -> Option<Style> {
    let kind = short(style, 2)?;
    if kind & 15 != 1 {
        return None;
    }
    let name = usize::from(short(style, base)?);
    let properties = base + 2 + 2 * name + 2;
    let length = usize::from(short(style, properties)?);
    // The style's own number stands in front.
    let list = style.get(properties + 4..properties + 2 + length).unwrap_or_default();
    Some(Style { based_on: kind >> 4, said: paragraph(0, list).unwrap_or_default() })
}
