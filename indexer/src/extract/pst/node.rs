//! The lower half of a store ([MS-PST] 2.2): numbered nodes whose data lies in blocks.
//!
//! Three layouts are read: with 32-bit numbers (Outlook 97 to 2002), with 64-bit numbers (2003 on), and the large pages
//! of OST files since 2013, whose blocks may be compressed. Both trees are read once into maps; pages are counted, so
//! that a tree that bites its tail ends. Checksums are not compared: what can still be read of a damaged store should be.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;

use super::cipher::Cipher;
use crate::extract::compound_file::{long, short};
use crate::extract::source::{Source, bytes_at};

/// Bytes of the header that are looked at: the longest of the three layouts.
const HEADER_BYTES: usize = 564;

/// Deepest tree of pages or blocks.
const DEEPEST: usize = 12;

/// Largest content of one block, unpacked.
const LARGEST_BLOCK: u64 = 1 << 20;

/// One node.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Node {
    /// The block its data begins in.
    pub(super) data: u64,
    /// The block that lists nodes of its own; 0 for none.
    pub(super) own: u64,
    /// The node it belongs to.
    pub(super) parent: u32,
}

#[derive(Debug, Clone, Copy)]
struct Place {
    at: u64,
    length: usize,
    unpacked: usize,
}

/// Where things stand in one of the three layouts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    Short,
    Long,
    Large,
}

/// An open store.
pub(super) struct Store<'s> {
    source: RefCell<&'s mut dyn Source>,
    size_bytes: u64,
    layout: Layout,
    cipher: Cipher,
    nodes: BTreeMap<u32, Node>,
    blocks: BTreeMap<u64, Place>,
}

/// Why a store cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It needs the key of the person it belonged to.
    Encrypted,
    /// The trees cannot be found.
    Damaged,
}

impl<'s> Store<'s> {
    pub(super) fn open(source: &'s mut dyn Source, size_bytes: u64) -> Result<Self, Refusal> {
        let header = bytes_at(source, 0, HEADER_BYTES);
        let bytes = header.as_slice();
        let layout = match short(bytes, 10).ok_or(Refusal::Damaged)? {
            14 | 15 => Layout::Short,
            36.. => Layout::Large,
            _ => Layout::Long,
        };
        let [cipher, nodes, blocks] = if layout == Layout::Short { [461, 188, 196] } else { [513, 224, 240] };
        let cipher = *bytes.get(cipher).ok_or(Refusal::Damaged)?;
        let cipher = Cipher::of(cipher).ok_or(Refusal::Encrypted)?;
        let source = RefCell::new(source);
        let mut store = Self { source, size_bytes, layout, cipher, nodes: BTreeMap::new(), blocks: BTreeMap::new() };
        let root = |at| store.number(bytes, at).ok_or(Refusal::Damaged);
        let (nodes, blocks) = (root(nodes)?, root(blocks)?);
        let mut found = BTreeMap::new();
        store.leaves(blocks, &mut |store, entry| {
            let wide = store.width();
            let place = store.number(entry, 0).zip(store.number(entry, wide)).zip(short(entry, 2 * wide));
            if let Some(((block, at), length)) = place {
                let length = usize::from(length);
                let unpacked = if store.layout == Layout::Large { short(entry, 2 * wide + 2) } else { None };
                let unpacked = unpacked.map_or(length, usize::from);
                found.insert(block & !1, Place { at, length, unpacked });
            }
        });
        store.blocks = found;
        let mut found = BTreeMap::new();
        store.leaves(nodes, &mut |store, entry| {
            let wide = store.width();
            let number = long(entry, 0).zip(store.number(entry, wide)).zip(store.number(entry, 2 * wide));
            if let Some(((number, data), own)) = number {
                let parent = long(entry, 3 * wide).unwrap_or_default();
                found.insert(number, Node { data, own, parent });
            }
        });
        store.nodes = found;
        if store.nodes.is_empty() { Err(Refusal::Damaged) } else { Ok(store) }
    }

    /// How many bytes numbers of blocks and places take.
    fn width(&self) -> usize {
        if self.layout == Layout::Short { 4 } else { 8 }
    }

    pub(super) fn is_large(&self) -> bool {
        self.layout == Layout::Large
    }

    pub(super) fn number(&self, bytes: &[u8], at: usize) -> Option<u64> {
        if self.layout == Layout::Short {
            return long(bytes, at).map(u64::from);
        }
        bytes.get(at..at.checked_add(8)?)?.try_into().ok().map(u64::from_le_bytes)
    }

    /// Every node, by number.
    pub(super) fn nodes(&self) -> impl Iterator<Item = (u32, Node)> {
        self.nodes.iter().map(|(number, node)| (*number, *node))
    }

    pub(super) fn node(&self, number: u32) -> Option<Node> {
        self.nodes.get(&number).copied()
    }

    /// Gives the entries of the leaves of a tree of pages, in order.
    fn leaves(&self, root: u64, on_entry: &mut dyn FnMut(&Self, &[u8])) {
        let page_size = if self.layout == Layout::Large { 4096 } else { 512 };
        let mut seen = BTreeSet::new();
        let mut open = vec![(root, 0_usize)];
        while let Some((at, depth)) = open.pop() {
            let page = if depth < DEEPEST && seen.insert(at) { self.bytes(at, page_size) } else { None };
            let Some(page) = page else { continue };
            let (count, size, level) = match self.layout {
                Layout::Short => (usize::from(page[496]), page[498], page[499]),
                Layout::Long => (usize::from(page[488]), page[490], page[491]),
                Layout::Large => (usize::from(short(&page, 4056).unwrap_or_default()), page[4060], page[4061]),
            };
            let entries = page.chunks_exact(usize::from(size).max(1)).take(count.min(page_size / 8));
            if level == 0 {
                entries.for_each(|entry| on_entry(self, entry));
            } else {
                let wide = self.width();
                let below = entries.filter_map(|entry| self.number(entry, 2 * wide));
                // Taken from the end: the first comes first.
                let below: Vec<_> = below.collect();
                open.extend(below.into_iter().rev().map(|at| (at, depth + 1)));
            }
        }
    }

    /// Exactly so many bytes; nothing where the store is shorter.
    fn bytes(&self, at: u64, length: usize) -> Option<Vec<u8>> {
        at.checked_add(length as u64).filter(|end| *end <= self.size_bytes)?;
        let bytes = bytes_at(&mut **self.source.borrow_mut(), at, length);
        (bytes.len() == length).then_some(bytes)
    }

    /// A block as it was before it was packed and disguised.
    fn block(&self, number: u64) -> Option<Vec<u8>> {
        let place = self.blocks.get(&(number & !1))?;
        let mut bytes = self.bytes(place.at, place.length)?;
        if place.unpacked != place.length {
            let mut unpacked = Vec::new();
            flate2::read::ZlibDecoder::new(bytes.as_slice()).take(LARGEST_BLOCK).read_to_end(&mut unpacked).ok()?;
            bytes = unpacked;
        }
        // Blocks that list others are never disguised.
        if number & 2 == 0 && self.cipher != Cipher::None {
            let key = u32::try_from(number & 0xffff_ffff).unwrap_or_default();
            self.cipher.decode(&mut bytes, key);
        }
        Some(bytes)
    }

    /// The blocks of a node's data, in order; together never longer than the whole store.
    pub(super) fn data(&self, number: u64) -> Vec<Vec<u8>> {
        let mut found = Vec::new();
        let mut left = self.size_bytes.saturating_mul(if self.is_large() { 8 } else { 1 });
        self.gather(number, 0, &mut left, &mut found);
        found
    }

    fn gather(&self, number: u64, depth: usize, left: &mut u64, found: &mut Vec<Vec<u8>>) {
        let Some(block) = self.block(number).filter(|_| number != 0 && depth < DEEPEST) else { return };
        if number & 2 == 0 {
            if let Some(rest) = left.checked_sub(block.len() as u64) {
                *left = rest;
                found.push(block);
            }
            return;
        }
        // A list: type, level, count, total length, then the blocks.
        if block.first() != Some(&1) {
            return;
        }
        let count = usize::from(short(&block, 2).unwrap_or_default());
        for n in 0..count {
            let Some(inner) = self.number(&block, 8 + n * self.width()).filter(|_| *left > 0) else { return };
            // Lists count against what is left too: a list of lists of nothing must end.
            *left = left.saturating_sub(1);
            self.gather(inner, depth + 1, left, found);
        }
    }

    /// The data of a node in one piece.
    pub(super) fn content(&self, number: u64) -> Vec<u8> {
        self.data(number).concat()
    }

    /// The nodes a node has of its own.
    pub(super) fn own_nodes(&self, number: u64) -> BTreeMap<u32, Node> {
        let mut found = BTreeMap::new();
        let mut left = self.size_bytes / 8 + 1;
        self.gather_own(number, 0, &mut left, &mut found);
        found
    }

    fn gather_own(&self, number: u64, depth: usize, left: &mut u64, found: &mut BTreeMap<u32, Node>) {
        let Some(block) = self.block(number).filter(|_| number & 2 != 0 && depth < DEEPEST) else { return };
        let (Some(2), Some(level)) = (block.first(), block.get(1)) else { return };
        let wide = self.width();
        let (size, start) = (if *level == 0 { 3 * wide } else { 2 * wide }, if wide == 4 { 4 } else { 8 });
        let count = usize::from(short(&block, 2).unwrap_or_default());
        for entry in block.get(start..).unwrap_or_default().chunks_exact(size).take(count) {
            if *left == 0 {
                return;
            }
            *left -= 1;
            let (Some(key), Some(data)) = (long(entry, 0), self.number(entry, wide)) else { continue };
            if *level == 0 {
                let own = self.number(entry, 2 * wide).unwrap_or_default();
                found.insert(key, Node { data, own, parent: 0 });
            } else {
                self.gather_own(data, depth + 1, left, found);
            }
        }
    }
}
