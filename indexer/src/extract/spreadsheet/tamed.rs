//! Workbooks made harmless for calamine, which asks for the memory that a file says it needs: a cell far out, a size or a count
//! that is not true would end the reader, and cost all of a workbook of which a few bytes are damaged.

use std::borrow::Cow;
use std::io::{Cursor, Write as _};

use zip::write::SimpleFileOptions;

use crate::extract::compound_file::{self, CompoundFile, long, short, write_streams};
use crate::extract::package::Package;

/// Columns of a sheet of Excel 97.
const COLUMNS: u16 = 256;

/// Most cells of all sheets, empty ones between them included; the memory of a reader holds no more.
const MOST_CELLS: u64 = 24_000_000;

const BEGINNING: u16 = 0x0809;
const DIMENSIONS: u16 = 0x0200;
const FORMULA: u16 = 0x0006;
const MANY_NUMBERS: u16 = 0x00bd;
const CELLS: [u16; 8] = [0x0203, 0x0204, 0x00d6, 0x0205, 0x027e, 0x00fd, MANY_NUMBERS, FORMULA];

/// A record that programs pass over.
const NOTHING: u16 = 0x0eff;

/// The rectangle around cells.
#[derive(Debug, Default)]
struct Around {
    rows: Option<(u16, u16)>,
    columns: Option<(u16, u16)>,
}

impl Around {
    fn add(&mut self, row: u16, first: u16, last: u16) {
        let (top, bottom) = self.rows.unwrap_or((row, row));
        self.rows = Some((top.min(row), bottom.max(row)));
        let (left, right) = self.columns.unwrap_or((first, last));
        self.columns = Some((left.min(first), right.max(last)));
    }

    fn cells(&self) -> u64 {
        let side = |bounds: Option<(u16, u16)>| bounds.map_or(0, |(first, last)| u64::from(last - first) + 1);
        side(self.rows) * side(self.columns)
    }
}

/// A workbook of Excel 97 with nothing but its stream, without what cannot be true. Chains of blocks that never end, which calamine
/// follows until memory does, are gone with everything else around it. `None` where its cells lie too far apart.
pub(super) fn binary(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    if !bytes.starts_with(compound_file::SIGNATURE) {
        return Some(Cow::Borrowed(bytes));
    }
    let stream = CompoundFile::open(bytes).and_then(|file| {
        let stream = |name| Some((name, file.content(file.child(file.root(), name)?)?));
        stream("Workbook").or_else(|| stream("Book"))
    });
    let mut streams = Vec::new();
    if let Some((name, mut stream)) = stream {
        without_the_impossible(&mut stream)?;
        streams.push((name.to_owned(), stream));
    }
    Some(Cow::Owned(write_streams(streams)))
}

/// Takes records that cannot be true out of a stream. `None` where its cells lie too far apart.
fn without_the_impossible(stream: &mut [u8]) -> Option<()> {
    let (mut at, mut cells) = (0, 0_u64);
    let [mut values, mut formulas] = [Around::default(), Around::default()];
    while let (Some(kind), Some(length)) = (short(stream, at), short(stream, at + 2)) {
        let content = stream.get(at + 4..at + 4 + usize::from(length)).unwrap_or_default();
        let is_impossible = match kind {
            BEGINNING => {
                cells = cells.saturating_add(values.cells()).saturating_add(formulas.cells());
                [values, formulas] = [Around::default(), Around::default()];
                false
            }
            DIMENSIONS => promised(content).is_none_or(|cells| cells > 1_000_000),
            kind if CELLS.contains(&kind) => match place(kind, content) {
                Some((row, first, last)) if first <= last && last < COLUMNS => {
                    values.add(row, first, last);
                    if kind == FORMULA {
                        formulas.add(row, first, last);
                    }
                    false
                }
                _ => true,
            },
            _ => false,
        };
        if is_impossible {
            stream[at..at + 2].copy_from_slice(&NOTHING.to_le_bytes());
        }
        at += 4 + usize::from(length);
    }
    cells = cells.saturating_add(values.cells()).saturating_add(formulas.cells());
    (cells <= MOST_CELLS).then_some(())
}

/// How many cells a sheet says it has; `None` where what it says makes no sense.
fn promised(content: &[u8]) -> Option<u64> {
    let wide = |at| Some(u64::from(long(content, at)?));
    let narrow = |at| Some(u64::from(short(content, at)?));
    let (top, bottom, left, right) = match content.len() {
        10 => (narrow(0)?, narrow(2)?, narrow(4)?, narrow(6)?),
        14 | 16 => (wide(0)?, wide(4)?, narrow(8)?, narrow(10)?),
        _ => return None,
    };
    // An empty sheet ends where it begins.
    Some(bottom.max(1).checked_sub(top)? * right.max(1).checked_sub(if left < 256 { left } else { 0 })?)
}

/// The row of a record of cells, its first and its last column; `None` where the record is too short to have any.
fn place(kind: u16, content: &[u8]) -> Option<(u16, u16, u16)> {
    let (row, first) = (short(content, 0)?, short(content, 2)?);
    if kind != MANY_NUMBERS {
        return Some((row, first, first));
    }
    let last = short(content, content.len().checked_sub(2).filter(|at| *at >= 4)?)?;
    let numbers = usize::from(last.checked_sub(first)?) + 1;
    (content.len() == 6 + 6 * numbers).then_some((row, first, last))
}

/// A ZIP-based workbook whose shared strings are more than there is room for, without that count.
pub(super) fn zipped(package: &mut Package<'_>) -> Option<Vec<u8>> {
    let names = package.names();
    let strings = names.iter().find(|name| name.to_ascii_lowercase().ends_with("sharedstrings.xml"))?.clone();
    let xml = package.bytes(&strings)?;
    let at = xml.windows(12).take(4096).position(|window| window == b"uniqueCount=")?;
    let digits: String =
        xml[at + 12..].iter().skip(1).take_while(|byte| byte.is_ascii_digit()).map(|byte| char::from(*byte)).collect();
    // A string takes five bytes at the very least: `<si/>`.
    if digits.parse().is_ok_and(|count: usize| count <= xml.len()) || digits.is_empty() {
        return None;
    }
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for name in names.iter().filter(|name| !name.ends_with('/')) {
        let mut bytes = if *name == strings { xml.clone() } else { package.bytes(name)? };
        if *name == strings {
            bytes[at..at + 11].copy_from_slice(b"uniqueCounx");
        }
        writer.start_file(name, SimpleFileOptions::default()).ok()?;
        writer.write_all(&bytes).ok()?;
    }
    Some(writer.finish().ok()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::compound_file::file_of;
    use crate::extract::tests::{kinds, read_one, zip_of};
    use proptest::prelude::*;
    use redwell_model::ExceptionKind;

    fn record(kind: u16, content: &[u8]) -> Vec<u8> {
        [&kind.to_le_bytes()[..], &u16::try_from(content.len()).unwrap().to_le_bytes(), content].concat()
    }

    /// A number in a cell.
    fn number(row: u16, column: u16, value: f64) -> Vec<u8> {
        record(0x0203, &[&[row, column, 0].map(u16::to_le_bytes).concat(), value.to_le_bytes().as_slice()].concat())
    }

    /// A workbook of one sheet with these records.
    fn workbook(records: &[Vec<u8>]) -> Vec<u8> {
        let begin = record(BEGINNING, &[0, 6, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let end = record(0x000a, &[]);
        let sheet = |at: u32| record(0x0085, &[&at.to_le_bytes()[..], &[0, 0, 1, 0, b'S']].concat());
        let at = u32::try_from(begin.len() + sheet(0).len() + end.len()).unwrap();
        let stream = [begin.clone(), sheet(at), end.clone(), begin, records.concat(), end].concat();
        file_of(&[("Workbook", &stream)])
    }

    #[track_caller]
    fn check(records: &[Vec<u8>], expected: &str, expected_kinds: &[ExceptionKind]) {
        let found = read_one("a.xls", &workbook(records));
        assert_eq!((found.text.as_str(), kinds(&found).as_slice()), (expected, expected_kinds));
    }

    #[test]
    fn what_cannot_be_true_costs_itself() {
        check(&[number(0, 0, 1.5), number(1, 2, 2.0)], "S\n1.5\n\t\t2", &[]);
        let size = |rows: u32, columns: u16| {
            record(
                DIMENSIONS,
                &[&[0, rows].map(u32::to_le_bytes).concat()[..], &[0, columns, 0].map(u16::to_le_bytes).concat()]
                    .concat(),
            )
        };
        check(&[size(2, 3), number(0, 0, 1.5)], "S\n1.5", &[]);
        check(&[size(u32::MAX, 256), number(0, 0, 1.5)], "S\n1.5", &[]);
        check(&[record(DIMENSIONS, &[1; 5]), number(0, 0, 1.5)], "S\n1.5", &[]);
        check(&[number(0, 0, 1.5), number(9, 60_000, 3.0)], "S\n1.5", &[]);
        check(&[number(0, 0, 1.5), record(MANY_NUMBERS, &[0; 9])], "S\n1.5", &[]);
    }

    #[test]
    fn sheets_as_large_as_they_can_be_are_read_and_more_are_told() {
        let found = read_one("a.xls", &workbook(&[number(0, 0, 1.0), number(65_535, 255, 2.0)]));
        assert!(found.text.starts_with("S\n1\n") && found.text.ends_with("\t2"), "{}", found.text);
        let again = record(BEGINNING, &[0, 6, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let far = [number(0, 0, 1.0), number(65_535, 255, 2.0)].concat();
        check(&[far.clone(), record(0x000a, &[]), again, far], "", &[ExceptionKind::MemoryLimit]);
    }

    #[test]
    fn a_chain_of_blocks_that_never_ends_ends() {
        let mut bytes = workbook(&[number(0, 0, 1.5).repeat(400)]);
        let size = 512;
        let table = size + size * usize::try_from(u32::from_le_bytes(bytes[76..80].try_into().unwrap())).unwrap();
        // Every block of the table of blocks is followed by the first.
        for entry in (table..table + 64).step_by(4) {
            if u32::from_le_bytes(bytes[entry..entry + 4].try_into().unwrap()) < 0xffff_fff0 {
                bytes[entry..entry + 4].fill(0);
            }
        }
        assert!(read_one("a.xls", &bytes).text.len() < 1 << 20);
    }

    #[test]
    fn a_count_of_strings_that_is_not_true_does_not_matter() {
        let related = |target: &str, kind: &str| {
            format!(
                "<Relationship Id='{kind}' Target='{target}' Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}'/>"
            )
        };
        for count in ["1", "4000000000", "18446744073709551615"] {
            let strings = format!("<sst count='1' uniqueCount='{count}'><si><t>shared</t></si></sst>");
            let bytes = zip_of(&[
                ("[Content_Types].xml", b"<Types><Override PartName='/xl/workbook.xml' ContentType='application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'/></Types>"),
                ("_rels/.rels", format!("<Relationships>{}</Relationships>", related("xl/workbook.xml", "officeDocument")).as_bytes()),
                ("xl/workbook.xml", b"<workbook xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'><sheets><sheet name='S' sheetId='1' r:id='worksheet'/></sheets></workbook>"),
                ("xl/_rels/workbook.xml.rels", format!("<Relationships>{}{}</Relationships>", related("worksheets/sheet1.xml", "worksheet"), related("sharedStrings.xml", "sharedStrings")).as_bytes()),
                ("xl/sharedStrings.xml", strings.as_bytes()),
                ("xl/worksheets/sheet1.xml", b"<worksheet><sheetData><row r='1'><c r='A1' t='s'><v>0</v></c></row></sheetData></worksheet>"),
            ]);
            let found = read_one("a.xlsx", &bytes);
            assert_eq!((found.text.as_str(), kinds(&found)), ("S\nshared", vec![]), "{count}");
        }
    }

    proptest! {
        #[test]
        fn no_record_asks_for_much(kind in prop::sample::select(CELLS.to_vec()), row in any::<u16>(), rest in prop::collection::vec(any::<u8>(), 0..40)) {
            let content = [&row.to_le_bytes()[..], &rest].concat();
            let records = [number(0, 0, 1.0), record(kind, &content), record(DIMENSIONS, &content)];
            prop_assert!(read_one("a.xls", &workbook(&records)).text.len() < 1 << 20);
        }
    }
}
