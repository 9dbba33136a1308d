//! The comments of a workbook in binary parts (XLSB, [MS-XLSB] 2.1.7.11), and which part holds which sheet.
//!
//! Only what calamine does not tell; every other record is passed over.

use std::collections::BTreeMap;

use super::sheet_part::put;
use crate::extract::compound_file::long;
use crate::extract::mark::{By, Tally};
use crate::extract::package::Package;
use crate::extract::properties;

/// Comments and people taken at most.
const MOST: usize = 100_000;

const SHEET: u32 = 156;
const AUTHOR: u32 = 632;
const COMMENT: u32 = 635;
const COMMENT_TEXT: u32 = 637;

/// The parts of the sheets, by the sheet's name.
pub(super) fn parts(package: &mut Package<'_>) -> BTreeMap<String, String> {
    let main = "xl/workbook.bin";
    let related = properties::relationships(package, main);
    let bytes = package.bytes(main).unwrap_or_default();
    records(&bytes)
        .filter(|(kind, _)| *kind == SHEET)
        .take(MOST)
        .filter_map(|(_, content)| {
            let (id, after) = text(content.get(8..)?)?;
            let (name, _) = text(after)?;
            let (_, _, target) = related.iter().find(|(known, _, _)| *known == id)?;
            Some((name, target.clone()))
        })
        .collect()
}

/// The comments on the cells of one sheet, marked.
pub(super) fn comments(package: &mut Package<'_>, part: &str, out: &mut Vec<String>, tally: &mut Tally) {
    for (_, kind, target) in properties::relationships(package, part) {
        if kind.rsplit('/').next() != Some("comments") || !target.ends_with(".bin") {
            continue;
        }
        let bytes = package.bytes(&target).unwrap_or_default();
        read(&bytes, out, tally);
    }
}

fn read(bytes: &[u8], out: &mut Vec<String>, tally: &mut Tally) {
    let (mut authors, mut place) = (Vec::new(), None);
    for (kind, content) in records(bytes).take(4 * MOST) {
        match kind {
            AUTHOR => authors.extend(text(content).map(|(name, _)| name)),
            // Who, then the first and last row and column.
            COMMENT => place = long(content, 0).zip(long(content, 4)).zip(long(content, 12)),
            COMMENT_TEXT => {
                let Some(((author, row), column)) = place.take() else { continue };
                let by = usize::try_from(author).ok().and_then(|author| authors.get(author)).map(String::as_str);
                if let Some((said, _)) = content.get(1..).and_then(text) {
                    put("Comment", &cell_name(column, row), &By::new(by, None), &said, out, tally);
                }
            }
            _ => {}
        }
    }
}

/// The records of a part ([MS-XLSB] 2.1.4): kind and length take as many bytes as they need.
fn records(bytes: &[u8]) -> impl Iterator<Item = (u32, &[u8])> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        let kind = number(&mut rest, 2)?;
        let length = usize::try_from(number(&mut rest, 4)?).ok()?;
        let content = rest.get(..length)?;
        rest = &rest[length..];
        Some((kind, content))
    })
}

/// A number in bytes of seven bits each, the lowest first, as long as the highest bit says that more follow.
fn number(rest: &mut &[u8], most: u32) -> Option<u32> {
    let mut value = 0_u32;
    for n in 0..most {
        let (&byte, after) = rest.split_first()?;
        *rest = after;
        value |= u32::from(byte & 0x7f) << (7 * n);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some(value)
}

/// A string: the number of its characters, UTF-16; and what follows it.
fn text(bytes: &[u8]) -> Option<(String, &[u8])> {
    let length = usize::try_from(long(bytes, 0)?).ok()?.checked_mul(2)?;
    let end = length.checked_add(4)?;
    let units = bytes.get(4..end)?.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
    Some((char::decode_utf16(units).map(|c| c.unwrap_or('\u{fffd}')).collect(), &bytes[end..]))
}

/// A cell as people name it: `B3`.
fn cell_name(column: u32, row: u32) -> String {
    let (mut letters, mut rest) = (Vec::new(), column.saturating_add(1));
    while rest > 0 {
        letters.push(char::from(b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0)));
        rest = (rest - 1) / 26;
    }
    let letters: String = letters.iter().rev().collect();
    format!("{letters}{}", row.saturating_add(1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::Input;
    use crate::extract::tests::{options, zip_of};
    use proptest::prelude::*;

    fn record(kind: &[u8], content: &[u8]) -> Vec<u8> {
        [kind, &[u8::try_from(content.len()).unwrap()], content].concat()
    }

    fn string(text: &str) -> Vec<u8> {
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        [&u32::try_from(text.encode_utf16().count()).unwrap().to_le_bytes()[..], &units].concat()
    }

    /// The comment `why?` of Ann on C5.
    fn part() -> Vec<u8> {
        let place: Vec<u8> = [0, 4, 4, 2, 2].iter().flat_map(|n: &u32| n.to_le_bytes()).chain([0; 16]).collect();
        [
            record(&[0xf4, 4], &[]),
            record(&[0xf8, 4], &string("Ann")),
            record(&[0xfb, 4], &place),
            record(&[0xfd, 4], &[vec![0], string("why?")].concat()),
        ]
        .concat()
    }

    #[test]
    fn comments_are_found_through_the_workbook() {
        let related = |kind: &str, target: &str| {
            format!("<Relationships><Relationship Id=\"rId1\" Type=\"x/{kind}\" Target=\"{target}\"/></Relationships>")
        };
        let sheet = [vec![0; 8], string("rId1"), string("Sheet é")].concat();
        let bytes = zip_of(&[
            ("xl/workbook.bin", &record(&[0x9c, 1], &sheet)),
            ("xl/_rels/workbook.bin.rels", related("worksheet", "worksheets/sheet1.bin").as_bytes()),
            ("xl/worksheets/_rels/sheet1.bin.rels", related("comments", "../comments1.bin").as_bytes()),
            ("xl/comments1.bin", &part()),
        ]);
        let options = options();
        let mut package = Package::open(&Input { name: "a.xlsb", bytes: &bytes, options: &options });
        let parts = parts(&mut package);
        assert_eq!(parts, BTreeMap::from([("Sheet é".to_owned(), "xl/worksheets/sheet1.bin".to_owned())]));
        let (mut found, mut tally) = (Vec::new(), Tally::default());
        comments(&mut package, &parts["Sheet é"], &mut found, &mut tally);
        assert_eq!(found, ["[Comment on C5 by Ann: why?]"]);
    }

    proptest! {
        #[test]
        fn broken_parts_do_no_harm(changes in prop::collection::vec((0_usize..100, any::<u8>()), 0..6), cut in 0_usize..100) {
            let mut bytes = part();
            for (at, byte) in changes {
                let at = at % bytes.len();
                bytes[at] = byte;
            }
            bytes.truncate(cut);
            read(&bytes, &mut Vec::new(), &mut Tally::default());
        }
    }
}
