//! Stores made here, whole and broken.

use std::io::Write as _;
use std::sync::LazyLock;

use super::node::Layout;
use super::*;
use crate::extract::mapi::property::kind;
use crate::extract::tests::{kinds, options, read_all};
use proptest::prelude::*;

/// A store in one of the layouts, disguised by substitution.
struct Builder {
    layout: Layout,
    bytes: Vec<u8>,
    blocks: Vec<(u64, usize, usize, usize)>,
    nodes: Vec<(u32, u64, u64, u32)>,
}

impl Builder {
    fn new(layout: Layout) -> Self {
        Self { layout, bytes: vec![0; 1024], blocks: Vec::new(), nodes: Vec::new() }
    }

    /// Numbers as wide as the layout has them.
    fn numbers(&self, numbers: &[u64]) -> Vec<u8> {
        let width = if self.layout == Layout::Short { 4 } else { 8 };
        numbers.iter().flat_map(|number| number.to_le_bytes()[..width].to_vec()).collect()
    }

    fn place(&mut self, number: u64, bytes: &[u8]) -> u64 {
        let mut stored = bytes.to_vec();
        if self.layout == Layout::Large && bytes.len() > 100 {
            let mut packer = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
            packer.write_all(bytes).unwrap();
            let packed = packer.finish().unwrap();
            // Of the same length, it would be taken for what was not packed.
            stored = if packed.len() == bytes.len() { stored } else { packed };
        }
        self.blocks.push((number, self.bytes.len(), stored.len(), bytes.len()));
        self.bytes.extend(stored);
        self.bytes.resize(self.bytes.len().next_multiple_of(64), 0);
        number
    }

    fn data(&mut self, bytes: &[u8]) -> u64 {
        let number = 4 * (self.blocks.len() as u64 + 1);
        self.place(number, &cipher::tests::permuted(bytes))
    }

    /// A block that lists a node's own nodes.
    fn own(&mut self, nodes: &[(u32, u64, u64)]) -> u64 {
        let mut list = vec![2, 0];
        list.extend(u16::try_from(nodes.len()).unwrap().to_le_bytes());
        list.resize(if self.layout == Layout::Short { 4 } else { 8 }, 0);
        for (number, data, own) in nodes {
            list.extend(self.numbers(&[u64::from(*number), *data, *own]));
        }
        let number = 4 * (self.blocks.len() as u64 + 1) + 2;
        self.place(number, &list)
    }

    /// A page of a tree: its entries, and its height above the leaves.
    fn page(&mut self, entries: &[Vec<u8>], level: u8) -> u64 {
        let (page, foot) = match self.layout {
            Layout::Short => (512, 496),
            Layout::Long => (512, 488),
            Layout::Large => (4096, 4056),
        };
        self.bytes.resize(self.bytes.len().next_multiple_of(page), 0);
        let at = self.bytes.len();
        let (count, size) = (u8::try_from(entries.len()).unwrap(), u8::try_from(entries[0].len()).unwrap());
        let entries = entries.concat();
        assert!(entries.len() <= foot, "one page is enough here");
        self.bytes.extend(entries);
        self.bytes.resize(at + page, 0);
        let width = if self.layout == Layout::Large { 2 } else { 1 };
        self.bytes[at + foot] = count;
        self.bytes[at + foot + 2 * width] = size;
        self.bytes[at + foot + 2 * width + 1] = level;
        at as u64
    }

    fn finish(mut self) -> Vec<u8> {
        let block = |(number, at, stored, whole): &(u64, usize, usize, usize)| {
            let mut entry = self.numbers(&[*number, *at as u64]);
            let whole = if self.layout == Layout::Large { *whole } else { 1 };
            for short in [*stored, whole, 1, 0].iter().take(if self.layout == Layout::Short { 2 } else { 4 }) {
                entry.extend(u16::try_from(*short).unwrap().to_le_bytes());
            }
            entry
        };
        let blocks: Vec<Vec<u8>> = self.blocks.iter().map(block).collect();
        let node = |(number, data, own, parent): &(u32, u64, u64, u32)| {
            let mut entry = self.numbers(&[u64::from(*number), *data, *own]);
            entry.extend(parent.to_le_bytes());
            entry.resize(if self.layout == Layout::Short { 16 } else { 32 }, 0);
            entry
        };
        let nodes: Vec<Vec<u8>> = self.nodes.iter().map(node).collect();
        // Two leaves and a page above both.
        let leaves: Vec<u64> = blocks.chunks(blocks.len().div_ceil(2)).map(|part| self.page(part, 0)).collect();
        let above: Vec<Vec<u8>> = leaves.iter().map(|at| self.numbers(&[4, 0, *at])).collect();
        let block_root = self.page(&above, 1);
        let node_root = self.page(&nodes, 0);
        let (version, cipher, places) = match self.layout {
            Layout::Short => (14, 461, [188, 196]),
            Layout::Long => (23, 513, [224, 240]),
            Layout::Large => (36, 513, [224, 240]),
        };
        self.bytes[..4].copy_from_slice(b"!BDN");
        self.bytes[10] = version;
        self.bytes[cipher] = 1;
        for (at, root) in places.into_iter().zip([node_root, block_root]) {
            let root = self.numbers(&[root]);
            self.bytes[at..at + root.len()].copy_from_slice(&root);
        }
        self.bytes
    }
}

/// A heap of these pieces; the first is the root.
fn heap(mark: u8, pieces: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = vec![0, 0, 0xec, mark, 0x20, 0, 0, 0, 0, 0, 0, 0];
    let mut map = Vec::new();
    for piece in pieces {
        map.push(u16::try_from(bytes.len()).unwrap());
        bytes.extend(piece);
    }
    map.push(u16::try_from(bytes.len()).unwrap());
    let at = u16::try_from(bytes.len()).unwrap();
    bytes[..2].copy_from_slice(&at.to_le_bytes());
    bytes.extend(u16::try_from(pieces.len()).unwrap().to_le_bytes());
    bytes.extend([0, 0]);
    bytes.extend(map.into_iter().flat_map(u16::to_le_bytes));
    bytes
}

fn piece(number: usize) -> u32 {
    u32::try_from(number << 5).unwrap()
}

/// A list of properties; short values are kept in the record.
fn list(properties: &[(u16, u16, Vec<u8>)]) -> Vec<u8> {
    let (mut records, mut pieces) = (Vec::new(), vec![Vec::new(), Vec::new()]);
    for (tag, kind, value) in properties {
        records.extend(tag.to_le_bytes());
        records.extend(kind.to_le_bytes());
        if matches!(*kind, kind::LONG | kind::BOOLEAN) {
            records.extend(value);
        } else {
            pieces.push(value.clone());
            records.extend(piece(pieces.len()).to_le_bytes());
        }
    }
    pieces[0] = [vec![0xb5, 2, 6, 0], piece(2).to_le_bytes().to_vec()].concat();
    pieces[1] = records;
    heap(0xbc, &pieces)
}

/// A table with a text and a number in each row.
fn table(rows: &[(u32, u16, &str, u32)]) -> Vec<u8> {
    let mut pieces = vec![Vec::new(), Vec::new()];
    let mut matrix = Vec::new();
    let text = rows.first().map_or(0, |row| row.1);
    for (number, _, value, other) in rows {
        pieces.push(wide(value));
        for cell in [*number, piece(pieces.len()), *other] {
            matrix.extend(cell.to_le_bytes());
        }
        matrix.push(0b1110_0000);
    }
    let mut info = vec![0x7c, 3];
    for end in [12_u16, 12, 12, 13] {
        info.extend(end.to_le_bytes());
    }
    info.extend([0; 4]);
    info.extend(piece(2).to_le_bytes());
    info.extend([0; 4]);
    for (tag, kind, at) in [(0x67f2, kind::LONG, 0), (text, kind::STRING, 4), (tag::RECIPIENT_TYPE, kind::LONG, 8)] {
        info.extend(kind.to_le_bytes());
        info.extend(tag.to_le_bytes());
        info.extend(u16::to_le_bytes(at));
        info.extend([4, u8::try_from(at / 4).unwrap()]);
    }
    pieces[0] = info;
    pieces[1] = matrix;
    heap(0x7c, &pieces)
}

fn wide(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn folder(name: &str) -> Vec<u8> {
    list(&[(tag::DISPLAY_NAME, kind::STRING, wide(name))])
}

fn mail(subject: &str) -> Vec<u8> {
    list(&[
        (tag::SUBJECT, kind::STRING, wide(&format!("\u{1}\u{5}{subject}"))),
        (tag::BODY, kind::STRING, wide("the body")),
        (tag::IMPORTANCE, kind::LONG, 2_u32.to_le_bytes().to_vec()),
        (0x8001, kind::STRING | kind::MANY, [&[1, 0, 0, 0, 8, 0, 0, 0][..], &wide("urgent")].concat()),
    ])
}

/// A store with a folder and a message with attachments.
fn store(layout: Layout) -> Vec<u8> {
    let mut store = Builder::new(layout);
    let mut entry = vec![0; 20];
    entry.extend(0x8022_u32.to_le_bytes());
    let own = store.data(&list(&[(SUBTREE, kind::BINARY, entry)]));
    store.nodes.push((MESSAGE_STORE, own, 0, 0));
    // One name: the word `Keywords` in the set of words is number 0x8001.
    let words = [16_u32.to_le_bytes().to_vec(), wide("Keywords")].concat();
    let map = store.data(&list(&[(3, kind::BINARY, vec![0, 0, 0, 0, 5, 0, 1, 0]), (4, kind::BINARY, words)]));
    store.nodes.push((NAME_MAP, map, 0, 0));
    for (number, parent, name) in
        [(ROOT_FOLDER, ROOT_FOLDER, ""), (0x8022, ROOT_FOLDER, "Top"), (0x8042, 0x8022, "In/box")]
    {
        let data = store.data(&folder(name));
        store.nodes.push((number, data, 0, parent));
    }
    let recipients = store.data(&table(&[(1, tag::DISPLAY_NAME, "Anna", 1), (2, tag::DISPLAY_NAME, "Bert", 2)]));
    let rows =
        store.data(&table(&[(0x8025, tag::ATTACH_LONG_NAME, "a.txt", 0), (0x8045, tag::ATTACH_LONG_NAME, "inner", 0)]));
    let file = store.data(&list(&[
        (tag::ATTACH_METHOD, kind::LONG, 1_u32.to_le_bytes().to_vec()),
        (tag::ATTACH_DATA, kind::BINARY, b"some notes".to_vec()),
    ]));
    let inner = store.data(&mail("inner"));
    let object = [0xc4_u32.to_le_bytes(), 9_u32.to_le_bytes()].concat();
    let attached = store.data(&list(&[
        (tag::ATTACH_METHOD, kind::LONG, 5_u32.to_le_bytes().to_vec()),
        (tag::ATTACH_DATA, kind::OBJECT, object),
    ]));
    let own_of_attached = store.own(&[(0xc4, inner, 0)]);
    let own = store.own(&[
        (ATTACHMENT_TABLE, rows, 0),
        (RECIPIENT_TABLE, recipients, 0),
        (0x8025, file, 0),
        (0x8045, attached, own_of_attached),
    ]);
    let message = store.data(&mail("Re: Frösche"));
    store.nodes.push((0x20_0024, message, own, 0x8042));
    let lost = store.data(&mail("lost"));
    store.nodes.push((0x20_0044, lost, 0, 0x9999_0002));
    store.finish()
}

/// A store of the layout in use since 2003.
pub(crate) fn sample() -> Vec<u8> {
    store(Layout::Long)
}

#[test]
fn messages_are_children_under_their_folders() {
    [Layout::Short, Layout::Long, Layout::Large].into_iter().for_each(check_messages);
}

fn check_messages(layout: Layout) {
    let (found, children) = read_all("a.pst", &store(layout));
    assert_eq!((found.format, kinds(&found)), (Format::Pst, vec![]));
    let names: Vec<_> = children.iter().map(|child| child.name.as_str()).collect();
    assert_eq!(names, ["(lost folder)/0001 lost.msg", "In_box/0001 Re_ Frösche.msg"]);
    let (mail, attached) = read_all("a.msg", &children[1].bytes);
    assert_eq!(mail.text, "To: Anna\nCc: Bert\nSubject: Re: Frösche\n\nthe body");
    assert_eq!((mail.metadata.importance.as_deref(), kinds(&mail)), (Some("high"), vec![]));
    assert_eq!(mail.metadata.other["categories"], "urgent");
    let names: Vec<_> = attached.iter().map(|child| child.name.as_str()).collect();
    assert_eq!((names, attached[0].bytes.as_slice()), (vec!["a.txt", "inner.msg"], &b"some notes"[..]));
    let inner = read_all("inner.msg", &attached[1].bytes).0;
    assert_eq!((inner.text.as_str(), kinds(&inner)), ("Subject: inner\n\nthe body", vec![]), "{layout:?}");
}

#[test]
fn the_same_store_gives_the_same_bytes() {
    assert_eq!(read_all("a.pst", &store(Layout::Long)), read_all("a.pst", &store(Layout::Long)));
}

#[test]
fn what_is_no_store_is_damaged_and_what_is_locked_is_told() {
    let check = |bytes: &[u8], expected| {
        let (found, children) = read_all("a.pst", bytes);
        assert_eq!((found.format, children.len(), kinds(&found)), (Format::Pst, 0, vec![expected]));
    };
    check(b"!BDN\0\0", ExceptionKind::Damaged);
    check(&store(Layout::Long)[..2000], ExceptionKind::Damaged);
    let mut locked = store(Layout::Long);
    locked[513] = 0x10;
    check(&locked, ExceptionKind::Encrypted);
}

#[test]
fn a_tree_that_bites_its_tail_ends() {
    let mut bytes = store(Layout::Long);
    let root = usize::try_from(u64::from_le_bytes(bytes[240..248].try_into().unwrap())).unwrap();
    for entry in 0..20 {
        bytes[root + 24 * entry + 16..root + 24 * entry + 24].copy_from_slice(&(root as u64).to_le_bytes());
    }
    bytes[root + 488] = 20;
    assert_eq!(read_all("a.pst", &bytes).1.len(), 0);
}

proptest! {
    #[test]
    fn broken_stores_do_no_harm(layout in 0_usize..3, changes in prop::collection::vec((0_usize..20_000, any::<u8>()), 1..12), cut in 0_usize..20_000) {
        static WHOLE: LazyLock<[Vec<u8>; 3]> = LazyLock::new(|| [Layout::Short, Layout::Long, Layout::Large].map(store));
        let mut bytes = WHOLE[layout].clone();
        for (at, byte) in changes {
            let at = at % bytes.len();
            bytes[at] = byte;
        }
        bytes.truncate(cut.max(1024));
        let _ = crate::extract::extract(&crate::extract::Input { name: "a.pst", bytes: &bytes, options: &options() }, &mut |_| ());
    }
}
