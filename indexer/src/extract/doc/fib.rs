//! The header of a Word 97 file: which version wrote it, where its tables lie, how long its parts are ([MS-DOC] 2.5).

use crate::extract::compound_file::{long, short};

/// Longest table or list read.
const LARGEST_TABLE: usize = 64 << 20;

/// Pairs of position and length in the header, by their index.
#[derive(Debug, Clone, Copy)]
pub(super) enum Table {
    Styles = 1,
    FootnoteReferences = 2,
    FootnoteTexts = 3,
    CommentReferences = 4,
    CommentTexts = 5,
    Margins = 11,
    CharacterPages = 12,
    ParagraphPages = 13,
    Pieces = 33,
    CommentAuthors = 36,
    Shapes = 40,
    EndnoteReferences = 46,
    EndnoteTexts = 47,
    Revisers = 51,
    TextBoxes = 56,
    Lists = 73,
    ListUses = 74,
    CommentDetails = 112,
}

/// The parts of a document, one after the other in its text; the fourth is of no use any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Body = 0,
    Footnotes = 1,
    Margins = 2,
    Comments = 4,
    Endnotes = 5,
    TextBoxes = 6,
    MarginTextBoxes = 7,
}

/// The header of a file.
#[derive(Debug)]
pub(super) struct Header<'w> {
    stream: &'w [u8],
    /// Word 6 and 95 have shorter headers and no stream for tables.
    pub(super) is_old: bool,
    pub(super) is_encrypted: bool,
    /// The table stream's number.
    pub(super) table: u8,
    lengths: [u32; 8],
}

impl<'w> Header<'w> {
    /// Reads the header; `None` where the stream does not begin with one.
    pub(super) fn read(stream: &'w [u8]) -> Option<Self> {
        let (magic, version, flags) = (short(stream, 0)?, short(stream, 2)?, short(stream, 10)?);
        if !matches!(magic, 0xa5ec | 0xa5dc | 0xa697..=0xa699) {
            return None;
        }
        let is_old = version < 0x00c0;
        let first = if is_old { 0x34 } else { 76 };
        let mut lengths = [0; 8];
        for (n, length) in lengths.iter_mut().enumerate() {
            *length = long(stream, first + 4 * n)?.min(0x7fff_ffff);
        }
        let table = u8::from(flags & 0x0200 != 0);
        Some(Self { stream, is_old, is_encrypted: flags & 0x8100 != 0, table, lengths })
    }

    /// Where the 8-bit text of an old file lies that was not saved piecemeal.
    pub(super) fn old_text(&self) -> Option<u32> {
        let is_piecemeal = short(self.stream, 10)? & 0x0004 != 0;
        if is_piecemeal { None } else { long(self.stream, 0x18) }
    }

    /// The language an old file was written in.
    pub(super) fn language(&self) -> u16 {
        short(self.stream, 6).unwrap_or(0)
    }

    /// The first position of a part in the text, and the one after its last.
    pub(super) fn part(&self, part: Part) -> (u32, u32) {
        let before = self.lengths[..part as usize].iter().fold(0_u32, |sum, length| sum.saturating_add(*length));
        (before, before.saturating_add(self.lengths[part as usize]))
    }

    /// The bytes of a table, empty where there is none.
    pub(super) fn table<'t>(&self, tables: &'t [u8], table: Table) -> &'t [u8] {
        let Some((start, length)) = self.place(table) else { return &[] };
        let end = start.saturating_add(length.min(LARGEST_TABLE)).min(tables.len());
        tables.get(start..end).unwrap_or_default()
    }

    /// A table and everything behind it, for one that is followed by what belongs to it.
    pub(super) fn from<'t>(&self, tables: &'t [u8], table: Table) -> &'t [u8] {
        let place = self.place(table).filter(|(_, length)| *length > 0);
        place.and_then(|(start, _)| tables.get(start..)).unwrap_or_default()
    }

    fn place(&self, table: Table) -> Option<(usize, usize)> {
        let at = match (self.is_old, table) {
            (false, table) if (table as usize) < usize::from(short(self.stream, 152).unwrap_or(0)) => {
                154 + 8 * table as usize
            }
            (true, Table::Pieces) => 0x160,
            _ => return None,
        };
        let one = |at| usize::try_from(long(self.stream, at)?).ok();
        Some((one(at)?, one(at + 4)?))
    }
}

/// The positions of a table of positions with data of `size` bytes each, and the data.
pub(super) fn positions(table: &[u8], size: usize) -> (Vec<u32>, &[u8]) {
    let count = table.len().saturating_sub(4) / (4 + size);
    let positions = (0..=count).filter_map(|n| long(table, 4 * n)).collect();
    (positions, table.get(4 * (count + 1)..).unwrap_or_default())
}
