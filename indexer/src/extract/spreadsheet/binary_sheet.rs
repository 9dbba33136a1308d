//! What calamine does not tell of a sheet of an Excel 97 workbook ([MS-XLS]): hidden rows and columns, headers and
//! footers, comments, text boxes, how many formulas there are.
//!
//! One pass over the records of each sheet. Older workbooks (Excel 5 and 95) keep comments in another form; theirs are
//! read too.

use std::collections::BTreeMap;

use super::sheet_part::{Around, put, without_codes};
use crate::extract::compound_file::{long, short};
use crate::extract::mark::{By, Tally, plainly_marked};

/// Objects and comments of a sheet taken at most.
const MOST_OBJECTS: usize = 100_000;

const END: u16 = 0x000a;
const BEGINNING: u16 = 0x0809;

/// What stands around the cells of each sheet, in the order of the workbook.
pub(super) fn read(stream: &[u8], tally: &mut Tally) -> Vec<Around> {
    let globals = Records { stream, at: 0 };
    let places = globals.take_while(|(kind, _)| *kind != END).filter(|(kind, _)| *kind == 0x0085);
    let places: Vec<usize> =
        places.filter_map(|(_, content)| usize::try_from(long(content, 0)?).ok()).take(MOST_OBJECTS).collect();
    // A sheet is read once, however often a broken list names it.
    let mut known = BTreeMap::new();
    places
        .into_iter()
        .map(|at| if known.insert(at, ()).is_none() { sheet(Records { stream, at }, tally) } else { Around::default() })
        .collect()
}

/// The records of a stream from a place on.
struct Records<'s> {
    stream: &'s [u8],
    at: usize,
}

impl<'s> Iterator for Records<'s> {
    type Item = (u16, &'s [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (kind, length) = (short(self.stream, self.at)?, usize::from(short(self.stream, self.at + 2)?));
        let start = self.at + 4;
        let content = self.stream.get(start..self.stream.len().min(start + length))?;
        self.at = start + length;
        Some((kind, content))
    }
}

fn sheet(mut records: Records<'_>, tally: &mut Tally) -> Around {
    let mut around = Around::default();
    let (mut is_old, mut depth) = (false, 0_u32);
    // The text of each object by its number, and the comments that refer to them.
    let mut objects: BTreeMap<u16, (bool, String)> = BTreeMap::new();
    let (mut object, mut notes) = ((0, false), Vec::new());
    while let Some((kind, content)) = records.next() {
        match kind {
            BEGINNING => {
                is_old = depth == 0 && short(content, 0) == Some(0x0500);
                depth += 1;
            }
            END if depth <= 1 => break,
            END => depth -= 1,
            _ if depth > 1 => {}
            0x0006 => tally.count("formulas"),
            0x0208 if short(content, 12).is_some_and(|flags| flags & 0x20 != 0) => {
                if let Some(row) = short(content, 0) {
                    tally.count("hidden_rows");
                    around.unseen.rows.insert(u32::from(row));
                }
            }
            0x007d if short(content, 8).is_some_and(|flags| flags & 1 != 0) => {
                if let (Some(first), Some(last)) = (short(content, 0), short(content, 2)) {
                    tally.count_many("hidden_columns", u64::from(last.min(255).saturating_sub(first)) + 1);
                    around.unseen.columns.push((u32::from(first), u32::from(last)));
                }
            }
            0x0014 | 0x0015 => margin(kind == 0x0014, content, is_old, &mut around),
            0x005d if short(content, 0) == Some(0x15) => {
                object = (short(content, 6).unwrap_or(0), short(content, 4) == Some(0x19));
            }
            0x01b6 if objects.len() < MOST_OBJECTS => {
                let text = shape_text(content, &mut records);
                objects.insert(object.0, (object.1, text));
            }
            0x001c if notes.len() < MOST_OBJECTS => notes.push(content),
            _ => {}
        }
    }
    for note in notes {
        comment(note, is_old, &objects, &mut around, tally);
    }
    for (is_note, text) in objects.values() {
        let text = plainly_marked("Text box", text);
        if !is_note && !text.is_empty() {
            tally.count("text_boxes");
            around.below.push(text);
        }
    }
    around
}

fn margin(is_header: bool, content: &[u8], is_old: bool, around: &mut Around) {
    let text = if is_old { narrow(content.get(1..).unwrap_or_default()) } else { string(content).unwrap_or_default() };
    let text = plainly_marked(if is_header { "Header" } else { "Footer" }, &without_codes(&text));
    if text.is_empty() {
        return;
    }
    if is_header {
        around.header.push_str(&text);
        around.header.push('\n');
    } else {
        around.below.push(text);
    }
}

fn comment(note: &[u8], is_old: bool, objects: &BTreeMap<u16, (bool, String)>, around: &mut Around, tally: &mut Tally) {
    let (Some(row), Some(column), Some(third)) = (short(note, 0), short(note, 2), short(note, 4)) else { return };
    let cell = cell_name(column, row);
    if is_old {
        let length = usize::from(third).min(note.len().saturating_sub(6));
        put("Comment", &cell, &By::default(), &narrow(&note[6..6 + length]), &mut around.below, tally);
        return;
    }
    let Some((_, text)) = short(note, 6).and_then(|object| objects.get(&object)) else { return };
    let author = note.get(8..).and_then(string).unwrap_or_default();
    put("Comment", &cell, &By::new(Some(&author), None), text, &mut around.below, tally);
}

/// The text of a shape: its length stands in the record, its characters in those that continue it.
fn shape_text(content: &[u8], records: &mut Records<'_>) -> String {
    let mut left = short(content, 10).map_or(0, usize::from);
    let mut text = String::new();
    while left > 0 {
        let before = records.at;
        let Some((0x003c, more)) = records.next() else {
            records.at = before;
            break;
        };
        let Some((flag, characters)) = more.split_first() else { break };
        let width = 1 + usize::from(flag & 1);
        let taken = (characters.len() / width).min(left);
        if taken == 0 {
            break;
        }
        let bytes = &characters[..taken * width];
        text.push_str(&if width == 2 { wide(bytes) } else { bytes.iter().copied().map(char::from).collect() });
        left -= taken;
    }
    text.replace('\r', "\n")
}

/// A string: its length in characters, a flag, and one or two bytes each.
fn string(bytes: &[u8]) -> Option<String> {
    let (length, flag) = (usize::from(short(bytes, 0)?), *bytes.get(2)?);
    let characters = &bytes[3..];
    Some(if flag & 1 == 1 {
        wide(&characters[..characters.len().min(2 * length)])
    } else {
        characters.iter().take(length).copied().map(char::from).collect()
    })
}

fn wide(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    String::from_utf16_lossy(&units)
}

fn narrow(bytes: &[u8]) -> String {
    encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned()
}

/// A cell as people name it: `B3`.
fn cell_name(column: u16, row: u16) -> String {
    let letter = |n: u16| char::from(b'A' + u8::try_from(n % 26).unwrap_or(0));
    let row = u32::from(row) + 1;
    match column / 26 {
        0 => format!("{}{row}", letter(column)),
        high => format!("{}{}{row}", letter(high - 1), letter(column)),
    }
}

#[cfg(test)]
pub(in crate::extract) mod tests {
    use super::*;
    use proptest::prelude::*;

    fn record(kind: u16, content: &[u8]) -> Vec<u8> {
        let length = u16::try_from(content.len()).unwrap();
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), content].concat()
    }

    /// The stream of a workbook of one sheet.
    pub(in crate::extract) fn sample() -> Vec<u8> {
        let begin = record(BEGINNING, &[0, 6, 5, 0]);
        let end = record(END, &[]);
        let globals = begin.len() + 8 + 4 + end.len();
        let mut list = u32::try_from(globals).unwrap().to_le_bytes().to_vec();
        list.extend([0, 0, 0, 0]);
        let mut row = vec![0; 16];
        (row[0], row[12]) = (4, 0x20);
        let mut shape = vec![0; 18];
        shape[10] = 4;
        [
            begin.clone(),
            record(0x0085, &list),
            end.clone(),
            begin,
            record(0x0208, &row),
            record(0x007d, &[1, 0, 2, 0, 0, 0, 0, 0, 1, 0]),
            record(0x0014, b"\x07\0\0&CDraft"),
            record(0x005d, &[0x15, 0, 0x12, 0, 0x19, 0, 3, 0]),
            record(0x01b6, &shape),
            record(0x003c, b"\0wh"),
            record(0x003c, b"\x01y\0?\0"),
            record(0x005d, &[0x15, 0, 0x12, 0, 6, 0, 4, 0]),
            record(0x01b6, &shape),
            record(0x003c, b"\0boxd"),
            record(0x001c, b"\x02\0\x1b\0\0\0\x03\0\x03\0\0Ann\0"),
            record(0x0006, &[0; 22]),
            end,
        ]
        .concat()
    }

    #[test]
    fn what_stands_around_cells_is_read() {
        let mut tally = Tally::default();
        let sheets = read(&sample(), &mut tally);
        assert_eq!(sheets.len(), 1);
        let around = &sheets[0];
        assert_eq!(
            (around.header.as_str(), around.below.join("|")),
            ("[Header: Draft]\n", "[Comment on AB3 by Ann: why?]|[Text box: boxd]".to_owned())
        );
        assert!(around.unseen.rows.contains(&4));
        assert_eq!(around.unseen.columns, [(1, 2)]);
        let mut metadata = redwell_model::Metadata::default();
        tally.write(&mut metadata);
        let said = ["hidden_rows", "hidden_columns", "comments", "formulas"].map(|kind| metadata.other[kind].as_str());
        assert_eq!(said, ["1", "2", "1", "1"]);
    }

    proptest! {
        #[test]
        fn broken_records_do_no_harm(changes in prop::collection::vec((0_usize..400, any::<u8>()), 1..6), cut in 0_usize..400) {
            let mut stream = sample();
            for (at, byte) in changes {
                let at = at % stream.len();
                stream[at] = byte;
            }
            stream.truncate(cut);
            read(&stream, &mut Tally::default());
        }
    }
}
