//! The text of a Word 97 file: pieces of 8-bit or UTF-16 characters in the order of the document ([MS-DOC] 2.8.35).
//!
//! A file saved fast has many pieces in any order in the stream; together they are never longer than the stream.

use encoding_rs::Encoding;

use super::fib::{Header, Table};
use crate::extract::compound_file::{long, short};

/// Where a run of characters lies.
#[derive(Debug, Clone, Copy)]
struct Piece {
    /// Its first position in the text, and the one after its last.
    start: u32,
    end: u32,
    /// Where it lies in the stream.
    at: usize,
    is_wide: bool,
}

/// One character of the text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unit {
    /// Its position in the text.
    pub(super) position: u32,
    /// Where it lies in the stream: properties are told by that.
    pub(super) at: u32,
    /// Its UTF-16 code unit.
    pub(super) code: u16,
}

/// The whole text.
#[derive(Debug)]
pub(super) struct Text<'w> {
    stream: &'w [u8],
    pieces: Vec<Piece>,
    /// What the 8-bit characters are.
    narrow: Vec<u16>,
}

impl<'w> Text<'w> {
    /// Finds the pieces; none where the list of pieces is lost.
    pub(super) fn of(stream: &'w [u8], tables: &[u8], header: &Header<'_>) -> Self {
        let encoding = if header.is_old { encoding_of(header.language()) } else { encoding_rs::WINDOWS_1252 };
        let narrow = (0..=255_u8).map(|byte| {
            let one = [byte];
            let text = encoding.decode_without_bom_handling(&one).0;
            text.encode_utf16().next().unwrap_or(0xfffd)
        });
        let mut text = Self { stream, pieces: Vec::new(), narrow: narrow.collect() };
        match header.old_text().filter(|_| header.is_old) {
            Some(at) => text.pieces.extend(usize::try_from(at).ok().map(|at| {
                let left = stream.len().saturating_sub(at);
                Piece { start: 0, end: u32::try_from(left).unwrap_or(u32::MAX), at, is_wide: false }
            })),
            None => text.pieces = pieces(header.table(tables, Table::Pieces), stream.len(), header.is_old),
        }
        text
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// The characters between two positions.
    pub(super) fn units(&self, start: u32, end: u32) -> impl Iterator<Item = Unit> {
        let first = self.pieces.partition_point(|piece| piece.end <= start);
        self.pieces[first..].iter().take_while(move |piece| piece.start < end).flat_map(move |piece| {
            (piece.start.max(start)..piece.end.min(end)).filter_map(move |position| {
                let n = usize::try_from(position - piece.start).ok()?;
                let (at, code) = if piece.is_wide {
                    let at = piece.at.checked_add(n.checked_mul(2)?)?;
                    (at, short(self.stream, at)?)
                } else {
                    let at = piece.at.checked_add(n)?;
                    (at, self.narrow[usize::from(*self.stream.get(at)?)])
                };
                Some(Unit { position, at: u32::try_from(at).ok()?, code })
            })
        })
    }
}

fn pieces(list: &[u8], most: usize, is_old: bool) -> Vec<Piece> {
    let mut at = 0;
    // Properties shared by pieces stand in front.
    while list.get(at) == Some(&1) {
        let Some(length) = short(list, at + 1) else { return Vec::new() };
        at += 3 + usize::from(length);
    }
    let (Some(2), Some(length)) = (list.get(at), long(list, at + 1)) else { return Vec::new() };
    let table = &list[at + 5..];
    let table = &table[..table.len().min(usize::try_from(length).unwrap_or(usize::MAX))];
    let (positions, places) = super::fib::positions(table, 8);
    let (mut found, mut left) = (Vec::new(), u32::try_from(most).unwrap_or(u32::MAX));
    for (pair, place) in positions.windows(2).zip(places.chunks_exact(8)) {
        let (start, Some(code)) = (pair[0], long(place, 2)) else { break };
        let length = pair[1].saturating_sub(start).min(left);
        if found.last().is_some_and(|last: &Piece| last.end > start) || length == 0 {
            continue;
        }
        left -= length;
        let is_wide = !is_old && code & 0x4000_0000 == 0;
        let at = if is_wide || is_old { code & 0x3fff_ffff } else { (code & 0x3fff_ffff) / 2 };
        let Ok(at) = usize::try_from(at) else { continue };
        found.push(Piece { start, end: start + length, at, is_wide });
    }
    found
}

/// The code page of a language, for files from before Unicode.
fn encoding_of(language: u16) -> &'static Encoding {
    match language & 0x03ff {
        0x19 | 0x22 | 0x23 | 0x02 | 0x2f => encoding_rs::WINDOWS_1251,
        0x05 | 0x0e | 0x15 | 0x18 | 0x1b | 0x24 => encoding_rs::WINDOWS_1250,
        0x08 => encoding_rs::WINDOWS_1253,
        0x1f => encoding_rs::WINDOWS_1254,
        0x0d => encoding_rs::WINDOWS_1255,
        0x01 => encoding_rs::WINDOWS_1256,
        0x25..=0x27 => encoding_rs::WINDOWS_1257,
        _ => encoding_rs::WINDOWS_1252,
    }
}
