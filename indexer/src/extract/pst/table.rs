//! The upper half of a store ([MS-PST] 2.3): heaps of small pieces in a node, and in them lists and tables of properties.
//!
//! A list belongs to one thing, a folder, a message or an attachment; a table has a row for each recipient or attachment.
//! What cannot be found is left out.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::node::{Node, Store};
use crate::extract::compound_file::{long, short};
use crate::extract::mapi::Properties;
use crate::extract::mapi::property::kind;

/// Most values of one property.
const MOST_VALUES: u32 = 10_000;

/// Deepest tree in a heap.
const DEEPEST: usize = 8;

/// A node's data, cut into pieces.
pub(super) struct Heap<'s, 'b> {
    store: &'s Store<'b>,
    blocks: Vec<Vec<u8>>,
    own: BTreeMap<u32, Node>,
}

impl<'s, 'b> Heap<'s, 'b> {
    pub(super) fn of(store: &'s Store<'b>, node: Node) -> Self {
        Self { store, blocks: store.data(node.data), own: store.own_nodes(node.own) }
    }

    /// The nodes of this node's own.
    pub(super) fn own(&self) -> &BTreeMap<u32, Node> {
        &self.own
    }

    /// What the heap holds: the mark in its header.
    fn mark(&self) -> Option<u8> {
        let first = self.blocks.first()?;
        (first.get(2) == Some(&0xec)).then(|| first.get(3).copied()).flatten()
    }

    /// One piece. Its number tells the block and the place in it.
    fn piece(&self, number: u32) -> Option<&[u8]> {
        let (index, block) = if self.store.is_large() {
            (number >> 5 & 0x3fff, number >> 19)
        } else {
            (number >> 5 & 0x7ff, number >> 16)
        };
        let block = self.blocks.get(usize::try_from(block).ok()?)?;
        let map = usize::from(short(block, 0)?);
        let at = map + 4 + 2 * (usize::try_from(index).ok()?.checked_sub(1)?);
        if index > u32::from(short(block, map)?) {
            return None;
        }
        block.get(usize::from(short(block, at)?)..usize::from(short(block, at + 2)?))
    }

    /// A piece, or the data of a node of its own, whichever the number is of.
    fn value(&self, number: u32) -> Option<Cow<'_, [u8]>> {
        if number == 0 {
            return None;
        }
        if number & 0x1f == 0 {
            return self.piece(number).map(Cow::Borrowed);
        }
        self.own.get(&number).map(|node| Cow::Owned(self.store.content(node.data)))
    }

    /// The records of a tree in the heap: key and data in one.
    fn records(&self, header: u32) -> Option<(usize, Vec<&[u8]>)> {
        let header = self.piece(header).filter(|header| header.first() == Some(&0xb5))?;
        let (key, data, levels) = (usize::from(*header.get(1)?), usize::from(*header.get(2)?), *header.get(3)?);
        let mut open = vec![(long(header, 4)?, usize::from(levels))];
        let mut found = Vec::new();
        let mut left = self.blocks.iter().map(Vec::len).sum::<usize>();
        while let Some((number, level)) = open.pop().filter(|(_, level)| *level < DEEPEST && left > 0) {
            left -= 1;
            let Some(piece) = self.piece(number) else { continue };
            if level == 0 {
                found.extend(piece.chunks_exact((key + data).max(1)));
                left = left.saturating_sub(piece.len());
            } else {
                let below: Vec<_> = piece.chunks_exact(key + 4).filter_map(|record| long(record, key)).collect();
                open.extend(below.into_iter().rev().map(|number| (number, level - 1)));
            }
        }
        Some((key, found))
    }

    /// The list of properties in this heap.
    pub(super) fn properties(&self) -> Properties {
        let mut found = Properties::default();
        let root = self.blocks.first().and_then(|first| long(first, 4));
        let Some((_, records)) = root.filter(|_| self.mark() == Some(0xbc)).and_then(|root| self.records(root)) else {
            return found;
        };
        for record in records {
            let (Some(tag), Some(kind), Some(value)) = (short(record, 0), short(record, 2), record.get(4..8)) else {
                continue;
            };
            if let Some(values) = self.values(kind, value) {
                found.insert(tag, kind, values);
            }
        }
        found
    }

    /// The node of its own that a property points to: an attached message, or an object of another program.
    pub(super) fn object(&self, properties: &Properties, tag: u16) -> Option<Node> {
        properties.object(tag).and_then(|bytes| self.own.get(&long(bytes, 0)?).copied())
    }

    /// The values of a property of which `inline` is kept: the value itself or where it is.
    fn values(&self, kind: u16, inline: &[u8]) -> Option<Vec<Vec<u8>>> {
        let width = match kind {
            kind::SHORT => 2,
            kind::BOOLEAN => 1,
            kind::LONG | kind::FLOAT | kind::ERROR => 4,
            _ => {
                let number = long(inline, 0)?;
                if number == 0 && kind & kind::MANY == 0 && !matches!(kind, kind::TIME | kind::DOUBLE | kind::GUID) {
                    // An empty text or nothing.
                    return Some(vec![Vec::new()]);
                }
                return several(kind, self.value(number)?.into_owned());
            }
        };
        Some(vec![inline.get(..width)?.to_vec()])
    }

    /// The rows of the table in this heap: the number of each row's node, and its properties.
    pub(super) fn rows(&self, most: usize) -> Vec<(u32, Properties)> {
        let root = self.blocks.first().and_then(|first| long(first, 4));
        let Some(info) = root.filter(|_| self.mark() == Some(0x7c)).and_then(|root| self.piece(root)) else {
            return Vec::new();
        };
        let (Some(bits), Some(end), Some(place)) = (short(info, 6), short(info, 8), long(info, 14)) else {
            return Vec::new();
        };
        let (bits, size) = (usize::from(bits), usize::from(end));
        let columns: Vec<&[u8]> = info.get(22..).unwrap_or_default().chunks_exact(8).collect();
        let blocks = if place & 0x1f == 0 {
            self.piece(place).map(|piece| vec![piece.to_vec()]).unwrap_or_default()
        } else {
            self.own.get(&place).map(|node| self.store.data(node.data)).unwrap_or_default()
        };
        // Rows do not go over the end of a block.
        let rows = blocks.iter().flat_map(|block| block.chunks_exact(size.max(4)));
        rows.take(most).map(|row| (long(row, 0).unwrap_or_default(), self.row(row, bits, &columns))).collect()
    }

    fn row(&self, row: &[u8], bits: usize, columns: &[&[u8]]) -> Properties {
        let mut found = Properties::default();
        for column in columns {
            let (Some(kind), Some(tag), Some(at)) = (short(column, 0), short(column, 2), short(column, 4)) else {
                continue;
            };
            let (width, bit) = (usize::from(column[6]), usize::from(column[7]));
            let is_there = row.get(bits + bit / 8).is_some_and(|byte| byte & (0x80 >> (bit % 8)) != 0);
            let at = usize::from(at);
            let Some(cell) = row.get(at..at + width).filter(|_| is_there) else { continue };
            let values = match (kind, width) {
                (kind::TIME | kind::DOUBLE | kind::CURRENCY | kind::OLE_DATE | kind::LONG_LONG, 8) => {
                    Some(vec![cell.to_vec()])
                }
                _ => self.values(kind, cell),
            };
            if let Some(values) = values {
                found.insert(tag, kind, values);
            }
        }
        found
    }
}

/// The values in the bytes of a property: several are kept with a table of where each begins.
fn several(kind: u16, bytes: Vec<u8>) -> Option<Vec<Vec<u8>>> {
    if kind & kind::MANY == 0 {
        return Some(vec![bytes]);
    }
    let width = match kind & !kind::MANY {
        kind::SHORT => 2,
        kind::LONG | kind::FLOAT => 4,
        kind::DOUBLE | kind::CURRENCY | kind::OLE_DATE | kind::LONG_LONG | kind::TIME => 8,
        kind::GUID => 16,
        _ => {
            let count = long(&bytes, 0)?.min(MOST_VALUES);
            let starts = (0..=usize::try_from(count).ok()?).map(|n| long(&bytes, 4 + 4 * n));
            let mut starts: Vec<_> = starts.map(|at| at.and_then(|at| usize::try_from(at).ok())).collect();
            // What stands after the last start is the first value already.
            if let Some(last) = starts.last_mut() {
                *last = Some(bytes.len());
            }
            let pairs = starts.windows(2).filter_map(|pair| bytes.get(pair[0]?..pair[1]?));
            return Some(pairs.map(<[u8]>::to_vec).collect());
        }
    };
    Some(bytes.chunks_exact(width).map(<[u8]>::to_vec).collect())
}
