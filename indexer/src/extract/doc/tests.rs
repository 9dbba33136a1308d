//! Word 97 documents made here, whole and broken.

use super::fib::Table;
use crate::extract::compound_file::file_of;
use crate::extract::property_set;
use crate::extract::tests::{kinds, read_all, read_one};
use crate::extract::{Input, Options};
use proptest::prelude::*;
use redwell_model::{ExceptionKind, Format};

/// Where the text begins in the stream.
const TEXT: usize = 2048;

/// A document put together: the texts of its parts, runs with properties, tables.
#[derive(Default)]
struct Made {
    parts: [&'static str; 8],
    /// First and last position of a run, and its properties.
    characters: Vec<(u32, u32, Vec<u8>)>,
    paragraphs: Vec<(u32, u32, Vec<u8>)>,
    tables: Vec<(Table, Vec<u8>)>,
    is_wide: bool,
}

fn longs(numbers: &[u32]) -> Vec<u8> {
    numbers.iter().flat_map(|number| number.to_le_bytes()).collect()
}

impl Made {
    fn streams(mut self) -> (Vec<u8>, Vec<u8>) {
        let mut stream = vec![0; TEXT];
        stream[..4].copy_from_slice(&[0xec, 0xa5, 0xc1, 0]);
        stream[10..12].copy_from_slice(&[0, 2]);
        stream[152] = 0x88;
        let mut length = 0_u32;
        for (n, part) in self.parts.iter().enumerate() {
            let units = u32::try_from(part.encode_utf16().count()).unwrap();
            stream[76 + 4 * n..80 + 4 * n].copy_from_slice(&units.to_le_bytes());
            length += units;
            if self.is_wide {
                stream.extend(part.encode_utf16().flat_map(u16::to_le_bytes));
            } else {
                stream.extend(encoding_rs::WINDOWS_1252.encode(part).0.iter());
            }
        }
        let code = if self.is_wide { 2048 } else { 0x4000_0000 | 4096 };
        let mut pieces = vec![2];
        pieces.extend(16_u32.to_le_bytes());
        pieces.extend(longs(&[0, length]));
        pieces.extend([0, 0]);
        pieces.extend(u32::to_le_bytes(code));
        pieces.extend([0, 0]);
        self.tables.push((Table::Pieces, pieces));
        for (table, runs, size) in
            [(Table::CharacterPages, &self.characters, 1), (Table::ParagraphPages, &self.paragraphs, 13)]
        {
            if runs.is_empty() {
                continue;
            }
            stream.resize(stream.len().next_multiple_of(512), 0);
            let number = u32::try_from(stream.len() / 512).unwrap();
            stream.extend(page(runs, size));
            self.tables.push((table, longs(&[0, u32::MAX, number])));
        }
        let mut tables = vec![0; 16];
        for (table, bytes) in &self.tables {
            let at = 154 + 8 * *table as usize;
            let place = [tables.len(), bytes.len()].map(|n| u32::try_from(n).unwrap());
            stream[at..at + 8].copy_from_slice(&longs(&place));
            tables.extend(bytes);
        }
        (stream, tables)
    }

    fn file(self) -> Vec<u8> {
        let (stream, tables) = self.streams();
        let summary = property_set::tests::sample();
        file_of(&[("WordDocument", &stream), ("1Table", &tables), ("\u{5}SummaryInformation", &summary)])
    }

    fn check(self, expected: &str) {
        let found = read_one("a.doc", &self.file());
        assert_eq!((found.format, found.text.as_str(), kinds(&found)), (Format::Doc, expected, vec![]));
    }
}

/// A page of formatted runs; gaps between runs have no properties.
fn page(runs: &[(u32, u32, Vec<u8>)], size: usize) -> Vec<u8> {
    let mut bounds: Vec<(u32, &[u8])> = Vec::new();
    for (start, end, properties) in runs {
        if bounds.last().is_some_and(|(at, _)| at == start) {
            bounds.pop();
        }
        bounds.push((*start, properties));
        bounds.push((*end, &[]));
    }
    let count = bounds.len() - 1;
    let mut page = vec![0; 512];
    let mut at = 510;
    for (n, (start, properties)) in bounds.iter().enumerate() {
        page[4 * n..4 * n + 4].copy_from_slice(&(start + u32::try_from(TEXT).unwrap()).to_le_bytes());
        if n < count && !properties.is_empty() {
            // Paragraphs have the number of a style in front and count in words.
            let head = if size == 13 {
                vec![0, u8::try_from(properties.len() / 2 + 1).unwrap(), 0, 0]
            } else {
                vec![u8::try_from(properties.len()).unwrap()]
            };
            at = (at - head.len() - properties.len() - 1) & !1;
            page[at..at + head.len()].copy_from_slice(&head);
            page[at + head.len()..at + head.len() + properties.len()].copy_from_slice(properties);
            page[4 * (count + 1) + size * n] = u8::try_from(at / 2).unwrap();
        }
    }
    page[511] = u8::try_from(count).unwrap();
    page
}

#[test]
fn paragraphs_fields_and_special_characters() {
    Made {
        parts: [
            "caf\u{e9} “q”\ta\u{b}b\r\u{13}HYPERLINK x\u{14}link\u{15} \u{13}XE y\u{15}on\u{1e}e\r",
            "",
            "",
            "",
            "",
            "",
            "",
            "",
        ],
        ..Made::default()
    }
    .check("café “q”\ta\nb\nlink on-e");
    Made { parts: ["Да 😀\r", "", "", "", "", "", "", ""], is_wide: true, ..Made::default() }.check("Да 😀");
}

#[test]
fn tables_become_rows() {
    let text = "before\ra\u{7}b\rc\u{7}\u{7}\u{7}d\u{7}\u{7}\u{7}after\r";
    let in_table = vec![0x16, 0x24, 1, 0];
    let row_end = vec![0x16, 0x24, 1, 0x17, 0x24, 1];
    Made {
        parts: [text, "", "", "", "", "", "", ""],
        paragraphs: vec![(7, 14, in_table.clone()), (14, 15, row_end.clone()), (15, 18, in_table), (18, 19, row_end)],
        ..Made::default()
    }
    .check("before\na\tb c\t\nd\nafter".replace("\t\nd", "\nd").as_str());
    Made { parts: ["a\u{7}b\u{7}\u{7}c\u{7}\u{7}x\r", "", "", "", "", "", "", ""], ..Made::default() }
        .check("a\tb\nc\nx");
}

/// A level: how its number is written, and its form, in which the characters below 9 stand for numbers.
fn level(start: u32, numeral: u8, form: &str, follow: u8) -> Vec<u8> {
    let mut level = start.to_le_bytes().to_vec();
    level.extend([numeral, 0]);
    level.extend([0; 9]);
    level.push(follow);
    // Two bytes of properties of the paragraph, which say nothing here.
    level.extend([0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0xff, 0xff]);
    level.extend(u16::try_from(form.len()).unwrap().to_le_bytes());
    level.extend(form.encode_utf16().flat_map(u16::to_le_bytes));
    level
}

/// One list of two levels and its restart at 7, and a style that uses it; all in their tables.
fn list_tables() -> Vec<(Table, Vec<u8>)> {
    let mut lists = vec![1, 0];
    lists.extend(longs(&[77, 0]));
    lists.extend([0; 20]);
    lists.extend(level(1, 0, "\0.", 0));
    lists.extend(level(1, 4, "\0(\u{1})", 1));
    for _ in 2..9 {
        lists.extend(level(1, 255, "", 0));
    }
    let mut uses = longs(&[2, 77, 0, 0, 0, 77, 0, 0, 1]);
    uses.extend(longs(&[0, 0, 7, 0x10]));
    let style = |base: u16, properties: &[u8]| {
        let mut style = longs(&[0, 0]);
        style[2..4].copy_from_slice(&(1 | base << 4).to_le_bytes());
        style.extend([0; 2]);
        style.extend([1, 0, b'S', 0, 0, 0]);
        style.extend(u16::try_from(properties.len() + 2).unwrap().to_le_bytes());
        style.extend([0, 0]);
        style.extend(properties);
        [u16::try_from(style.len()).unwrap().to_le_bytes().to_vec(), style].concat()
    };
    let mut styles = vec![4, 0, 3, 0, 10, 0];
    styles.extend([0, 0]);
    styles.extend(style(0xfff, &[0x0b, 0x46, 1, 0]));
    styles.extend(style(1, &[0x0a, 0x26, 1, 0]));
    vec![(Table::Lists, lists), (Table::ListUses, uses), (Table::Styles, styles)]
}

#[test]
fn paragraphs_have_the_numbers_of_their_lists() {
    let item = |list: u8, level: u8| vec![0x0b, 0x46, list, 0, 0x0a, 0x26, level, 0x35, 8, 0];
    Made {
        parts: ["one\rsub\rtwo\rnew\roff\rgone\rend\r", "", "", "", "", "", "", ""],
        characters: vec![(20, 25, vec![0, 8, 1])],
        paragraphs: vec![
            (0, 4, item(1, 0)),
            (4, 8, item(1, 1)),
            (8, 12, item(1, 0)),
            (12, 16, item(2, 0)),
            (16, 20, item(0, 0)),
            (20, 25, item(1, 0)),
            (25, 29, item(1, 0)),
        ],
        tables: list_tables(),
        ..Made::default()
    }
    .check("1.\tone\n1(a) sub\n2.\ttwo\n7.\tnew\noff\n[Deleted: gone]\n8.\tend");
}

#[test]
fn styles_give_numbers_too() {
    let (stream, tables) = Made { tables: list_tables(), ..Made::default() }.streams();
    let header = super::fib::Header::read(&stream).unwrap();
    let lists = super::lists::Lists::of(&tables, &header);
    let mut counted = crate::extract::numbering::Counted::default();
    let mut number = |style, list| {
        let told = super::properties::Paragraph { style, list, ..super::properties::Paragraph::default() };
        lists.number(told, &mut counted)
    };
    assert_eq!([number(1, None), number(2, None), number(2, Some(0)), number(9, None)], ["1.\t", "1(a) ", "", ""]);
}

#[test]
fn changes_and_hidden_text_are_marked() {
    let moment: u32 = 10 | 9 << 6 | 14 << 11 | 3 << 16 | 123 << 20;
    let deleted = [&[0, 8, 1, 0x63, 0x48, 1, 0, 0x64, 0x68][..], &moment.to_le_bytes()].concat();
    let mut revisers = vec![0xff, 0xff, 2, 0, 0, 0];
    for name in ["Unknown", "Jane"] {
        revisers.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        revisers.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
    }
    let made = Made {
        parts: ["shall not promptly pay x\r", "", "", "", "", "", "", ""],
        characters: vec![(6, 10, deleted), (10, 19, vec![1, 8, 1]), (23, 24, vec![0x3c, 8, 1])],
        tables: vec![(Table::Revisers, revisers)],
        ..Made::default()
    };
    let found = read_one("a.doc", &made.file());
    assert_eq!(found.text, "shall ‸promptly pay ‸\n[Deleted by Jane, 2023-03-14: not]\n[Hidden: x]");
    let said = ["tracked_changes", "tracked_deletions", "tracked_insertions", "hidden_text"];
    assert_eq!(said.map(|kind| found.metadata.other[kind].as_str()), ["2", "1", "1", "true"]);
    assert_eq!((found.metadata.title.as_deref(), found.metadata.authors), (Some("Tétle"), vec!["Ann".to_owned()]));
}

#[test]
fn notes_comments_boxes_and_headers_are_marked() {
    let mut comment = vec![0; 30];
    comment[20] = 0;
    let mut owners = vec![3, 0];
    owners.extend("Bob".encode_utf16().flat_map(u16::to_le_bytes));
    let mut shape = vec![0; 26];
    shape[0] = 9;
    let mut text_box = vec![0; 22];
    text_box[14] = 9;
    let headers = [0, 0, 0, 0, 0, 0, 0, 0, 7, 7, 13, 13, 13, 13];
    Made {
        // The text, footnotes, headers, macros, comments, endnotes, boxes.
        parts: ["fact\u{2}, so\u{5}\rnext\r", "\u{2} source\r\r", "Secret\rpage.\r\r", "", "\u{5}why?\r\r", "", "boxed\r\r", ""],
        tables: vec![
            (Table::FootnoteReferences, [longs(&[4, 15]), vec![1, 0]].concat()),
            (Table::FootnoteTexts, longs(&[0, 9, 10])),
            (Table::Margins, longs(&headers)),
            (Table::CommentReferences, [longs(&[9, 15]), comment].concat()),
            (Table::CommentTexts, longs(&[0, 6, 7])),
            (Table::CommentAuthors, owners),
            (Table::Shapes, [longs(&[11, 15]), shape].concat()),
            (Table::TextBoxes, [longs(&[0, 6, 7]), text_box.clone(), text_box].concat()),
        ],
        ..Made::default()
    }
    .check("[Header: Secret]\n\nfact†, so\n[Footnote 1: source]\n[Comment by Bob: why?]\nnext\n[Text box: boxed]\n\n[Footer: page.]");
}

#[test]
fn locked_and_broken_files_are_told() {
    let (mut stream, tables) = Made { parts: ["x\r", "", "", "", "", "", "", ""], ..Made::default() }.streams();
    let with = |stream: &[u8]| kinds(&read_one("a.doc", &file_of(&[("WordDocument", stream), ("1Table", &tables)])));
    assert_eq!(with(&stream), vec![]);
    stream[11] |= 1;
    assert_eq!(with(&stream), vec![ExceptionKind::Encrypted]);
    assert_eq!(with(b"short"), vec![ExceptionKind::Damaged]);
    stream[11] = 2;
    stream[0] = 0;
    assert_eq!(with(&stream), vec![ExceptionKind::Damaged]);
    let (stream, _) = Made { parts: ["x\r", "", "", "", "", "", "", ""], ..Made::default() }.streams();
    assert_eq!(kinds(&read_one("a.doc", &file_of(&[("WordDocument", &stream)]))), vec![ExceptionKind::Damaged]);
}

/// The text and the table stream of a document locked with the password `secret`, and a key of so many bytes.
pub(crate) fn locked(bytes: usize) -> (Vec<u8>, Vec<u8>) {
    let (info, key) = crate::extract::office_lock::rc4::tests::lock("secret", bytes);
    let (mut stream, tables) =
        Made { parts: ["Only for counsel.\r", "", "", "", "", "", "", ""], ..Made::default() }.streams();
    // The tables move behind the description of the lock.
    let shift = u32::try_from(info.len()).unwrap();
    for at in (154..154 + 8 * 0x88).step_by(8) {
        let place = u32::from_le_bytes(stream[at..at + 4].try_into().unwrap());
        if place > 0 {
            stream[at..at + 4].copy_from_slice(&(place + shift).to_le_bytes());
        }
    }
    let mut tables = [info.clone(), tables].concat();
    stream[11] |= 1;
    stream[14..18].copy_from_slice(&shift.to_le_bytes());
    let (head, description) = (stream[..68].to_vec(), tables[..info.len()].to_vec());
    key.decrypt_stream(512, &mut stream);
    key.decrypt_stream(512, &mut tables);
    stream[..68].copy_from_slice(&head);
    tables[..info.len()].copy_from_slice(&description);
    (stream, tables)
}

#[test]
fn a_password_opens_a_locked_document() {
    for bytes in [0, 16] {
        let (stream, tables) = locked(bytes);
        let file = file_of(&[("WordDocument", &stream), ("1Table", &tables)]);
        assert_eq!(kinds(&read_one("a.doc", &file)), vec![ExceptionKind::Encrypted]);
        let options = Options { passwords: vec!["secret".to_owned()], ..crate::extract::tests::options() };
        let found = crate::extract::extract(&Input { name: "a.doc", bytes: &file, options: &options }, &mut |_| ());
        assert_eq!((found.text.as_str(), kinds(&found)), ("Only for counsel.", vec![]));
        assert_eq!(found.metadata.other["encrypted"], "true");
    }
}

#[test]
fn old_files_give_their_text() {
    let mut stream = vec![0; 1024];
    stream[..4].copy_from_slice(&[0xdc, 0xa5, 0x65, 0]);
    stream[0x18..0x1c].copy_from_slice(&1024_u32.to_le_bytes());
    stream[0x34] = 5;
    stream.extend(b"caf\xe9\rrest");
    assert_eq!(read_one("a.doc", &file_of(&[("WordDocument", &stream)])).text, "café");
}

#[test]
fn absurd_lengths_are_not_believed() {
    let (mut stream, mut tables) = Made { parts: ["text\r", "", "", "", "", "", "", ""], ..Made::default() }.streams();
    stream[76..108].fill(0xff);
    let file = file_of(&[("WordDocument", &stream), ("1Table", &tables)]);
    assert_eq!(read_one("a.doc", &file).text, "text");
    // A piece as long as the address space, and one that starts beyond the stream.
    let at = tables.len() - 12;
    tables[at..at + 4].fill(0x7f);
    tables[at + 6..at + 10].fill(0xff);
    read_one("a.doc", &file_of(&[("WordDocument", &stream), ("1Table", &tables)]));
}

#[test]
fn objects_are_children() {
    let (stream, tables) = Made { parts: ["x\r", "", "", "", "", "", "", ""], ..Made::default() }.streams();
    let package = crate::extract::embedded::tests::package_of("plan.txt", b"buy");
    let file = file_of(&[
        ("WordDocument", &stream),
        ("1Table", &tables),
        ("ObjectPool/_1/\u{1}Ole10Native", &package),
        ("ObjectPool/_2/Workbook", b"x"),
        ("Macros/VBA/dir", b"x"),
    ]);
    let (found, children) = read_all("a.doc", &file);
    let names: Vec<&str> = children.iter().map(|child| child.name.as_str()).collect();
    assert_eq!(names, ["plan.txt", "_2.xls"]);
    let said = ["embedded_files", "macros"].map(|kind| found.metadata.other[kind].as_str());
    assert_eq!(said, ["2", "true"]);
}

/// A document with a note, a comment, a text box and numbered paragraphs.
fn sample() -> Made {
    Made {
        parts: ["fact\u{2}, so\u{5}\ra\u{7}\u{7}\r", "\u{2} source\r\r", "", "", "\u{5}why?\r\r", "", "boxed\r\r", ""],
        characters: vec![(1, 3, vec![0, 8, 1]), (3, 4, vec![0x3c, 8, 1])],
        paragraphs: vec![(0, 9, vec![0x16, 0x24, 1, 0x0b, 0x46, 2, 0, 0])],
        tables: vec![
            (Table::FootnoteReferences, [longs(&[4, 15]), vec![1, 0]].concat()),
            (Table::FootnoteTexts, longs(&[0, 9, 10])),
            (Table::CommentTexts, longs(&[0, 6, 7])),
            (Table::TextBoxes, [longs(&[0, 6, 7]), vec![0; 44]].concat()),
        ]
        .into_iter()
        .chain(list_tables())
        .collect(),
        is_wide: false,
    }
}

/// The same as a file.
pub(crate) fn sample_file() -> Vec<u8> {
    sample().file()
}

proptest! {
    #[test]
    fn broken_files_do_no_harm(changes in prop::collection::vec((0_usize..6000, any::<u8>()), 1..6), cut in 0_usize..6000) {
        let (mut stream, mut tables) = sample().streams();
        for (at, byte) in changes {
            let at = at % (stream.len() + tables.len());
            match at.checked_sub(stream.len()) {
                Some(at) => tables[at] = byte,
                None => stream[at] = byte,
            }
        }
        stream.truncate(cut.max(64));
        let found = read_one("a.doc", &file_of(&[("WordDocument", &stream), ("1Table", &tables)]));
        prop_assert!(found.text.len() < 1 << 20);
    }

    #[test]
    fn broken_locks_do_no_harm(bytes in prop::sample::select(vec![0_usize, 16]), changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8), cut in any::<prop::sample::Index>()) {
        let (mut stream, mut tables) = locked(bytes);
        for (at, byte) in changes {
            let at = at.index(stream.len() + tables.len());
            match at.checked_sub(stream.len()) {
                Some(at) => tables[at] = byte,
                None => stream[at] = byte,
            }
        }
        let options = Options { passwords: vec!["secret".to_owned()], ..crate::extract::tests::options() };
        let read = |stream: &[u8], tables: &[u8]| {
            let bytes = file_of(&[("WordDocument", stream), ("1Table", tables)]);
            crate::extract::extract(&Input { name: "a.doc", bytes: &bytes, options: &options }, &mut |_| ()).text
        };
        prop_assert!(read(&stream, &tables).len() < 1 << 20);
        let cut = cut.index(stream.len());
        prop_assert!(read(&stream[..cut], &tables[..cut.min(tables.len())]).len() < 1 << 20);
    }
}
