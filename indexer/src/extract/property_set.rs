//! Property sets of compound files ([MS-OLEPS]): title, author, dates and custom properties of Word, Excel and
//! `PowerPoint` 97 files.
//!
//! Only strings, numbers and moments are read. Sizes and offsets are never believed beyond the stream.

use encoding_rs::Encoding;
use jiff::Timestamp;
use redwell_model::Metadata;

use super::compound_file::{CompoundFile, long, short};

/// Properties of one set read at most.
const MOST_PROPERTIES: usize = 1000;

/// Longest value kept.
const LONGEST_VALUE: usize = 32_768;

/// A value of a property.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Value {
    Text(String),
    Number(i64),
    Moment(Timestamp),
}

/// Reads what the two property sets of a compound file say about the document.
#[must_use]
pub fn read(file: &CompoundFile<'_>) -> Metadata {
    let mut metadata = Metadata::default();
    if let Some(stream) = file.stream(file.root(), "\u{5}SummaryInformation") {
        for (id, value) in Section::read(&stream, 0).values {
            summary(&mut metadata, id, value);
        }
    }
    if let Some(stream) = file.stream(file.root(), "\u{5}DocumentSummaryInformation") {
        for (id, value) in Section::read(&stream, 0).values {
            match (id, value) {
                (2, Value::Text(text)) => note(&mut metadata, "category", text),
                (14, Value::Text(text)) => note(&mut metadata, "manager", text),
                (15, Value::Text(text)) => note(&mut metadata, "company", text),
                _ => {}
            }
        }
        let Section { values, names } = Section::read(&stream, 1);
        for (id, value) in values {
            let Some((_, name)) = names.iter().find(|(known, _)| *known == id) else { continue };
            let text = match value {
                Value::Text(text) => text,
                Value::Number(number) => number.to_string(),
                Value::Moment(moment) => moment.to_string(),
            };
            note(&mut metadata, &format!("custom.{name}"), text);
        }
    }
    metadata
}

fn summary(metadata: &mut Metadata, id: u32, value: Value) {
    match (id, value) {
        (2, Value::Text(text)) => metadata.title = Some(text),
        (4, Value::Text(text)) => metadata.authors.push(text),
        (18, Value::Text(text)) => metadata.producer = Some(text),
        (11, Value::Moment(moment)) => note(metadata, "last_printed", moment.to_string()),
        (12, Value::Moment(moment)) => metadata.created = Some(moment),
        (13, Value::Moment(moment)) => metadata.modified = Some(moment),
        (14, Value::Number(pages)) => metadata.page_count = u32::try_from(pages).ok().filter(|pages| *pages > 0),
        (id, Value::Text(text)) => {
            let names = [
                (3, "subject"),
                (5, "keywords"),
                (6, "description"),
                (7, "template"),
                (8, "last_modified_by"),
                (9, "revision"),
            ];
            if let Some((_, name)) = names.iter().find(|(known, _)| *known == id) {
                note(metadata, name, text);
            }
        }
        _ => {}
    }
}

fn note(metadata: &mut Metadata, name: &str, value: String) {
    metadata.other.insert(name.to_owned(), value);
}

/// A section of a property set.
#[derive(Debug, Default)]
struct Section {
    /// The values by identifier.
    values: Vec<(u32, Value)>,
    /// The names a custom section gives to its identifiers.
    names: Vec<(u32, String)>,
}

impl Section {
    /// Reads the n-th section.
    fn read(stream: &[u8], n: usize) -> Self {
        let listed = long(stream, 24).and_then(|count| usize::try_from(count).ok()).unwrap_or(0).min(16);
        let start = long(stream, 44 + 20 * n).and_then(|start| usize::try_from(start).ok()).filter(|_| n < listed);
        let Some(section) = start.and_then(|start| stream.get(start..)) else { return Self::default() };
        let count = long(section, 4).and_then(|count| usize::try_from(count).ok()).unwrap_or(0).min(MOST_PROPERTIES);
        let places: Vec<(u32, &[u8])> = (0..count)
            .filter_map(|n| {
                let at = usize::try_from(long(section, 12 + 8 * n)?).ok()?;
                Some((long(section, 8 + 8 * n)?, section.get(at..)?))
            })
            .collect();
        let page = places.iter().find(|(id, _)| *id == 1).and_then(|(_, bytes)| short(bytes, 4)).unwrap_or(1252);
        let values = places.iter().filter(|(id, _)| *id > 1);
        let values = values.filter_map(|(id, bytes)| Some((*id, value(bytes, page)?))).collect();
        let names = places.iter().find(|(id, _)| *id == 0).map(|(_, bytes)| dictionary(bytes, page));
        Self { values, names: names.unwrap_or_default() }
    }
}

fn value(bytes: &[u8], page: u16) -> Option<Value> {
    let content = bytes.get(4..)?;
    Some(match short(bytes, 0)? {
        2 => Value::Number(i64::from(short(content, 0)?.cast_signed())),
        3 => Value::Number(i64::from(long(content, 0)?.cast_signed())),
        30 => {
            let length = usize::try_from(long(content, 0)?).ok()?.min(LONGEST_VALUE);
            Value::Text(text(content.get(4..4 + length.min(content.len() - 4))?, page)?)
        }
        31 => {
            let length = usize::try_from(long(content, 0)?).ok()?.min(LONGEST_VALUE) * 2;
            Value::Text(text(content.get(4..4 + length.min(content.len() - 4))?, 1200)?)
        }
        64 => Value::Moment(moment(u64::from(long(content, 0)?) | u64::from(long(content, 4)?) << 32)?),
        _ => return None,
    })
}

fn dictionary(bytes: &[u8], page: u16) -> Vec<(u32, String)> {
    let count = long(bytes, 0).and_then(|count| usize::try_from(count).ok()).unwrap_or(0).min(MOST_PROPERTIES);
    let (mut names, mut at) = (Vec::new(), 4);
    for _ in 0..count {
        let (Some(id), Some(length)) = (long(bytes, at), long(bytes, at + 4)) else { break };
        let length =
            usize::try_from(length).unwrap_or(usize::MAX).min(LONGEST_VALUE) * if page == 1200 { 2 } else { 1 };
        let Some(name) = bytes.get(at + 8..at + 8 + length) else { break };
        names.extend(text(name, page).map(|name| (id, name)));
        // Names in UTF-16 are filled up to four bytes.
        at += 8 + if page == 1200 { length.next_multiple_of(4) } else { length };
    }
    names
}

/// A text up to its end mark; `None` where nothing is left.
fn text(bytes: &[u8], page: u16) -> Option<String> {
    let text = if page == 1200 {
        encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0.into_owned()
    } else {
        let label = match page {
            65001 => "utf-8".to_owned(),
            932 => "shift_jis".to_owned(),
            936 => "gbk".to_owned(),
            949 => "euc-kr".to_owned(),
            950 => "big5".to_owned(),
            10000 => "macintosh".to_owned(),
            page => format!("windows-{page}"),
        };
        let encoding = Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252);
        encoding.decode_without_bom_handling(bytes).0.into_owned()
    };
    let text = text.split('\0').next().unwrap_or_default().trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// A moment counted in units of 100 ns since 1601; `None` for none and for durations, which use the same type.
fn moment(ticks: u64) -> Option<Timestamp> {
    const TO_1970: i64 = 11_644_473_600;
    let seconds = i64::try_from(ticks / 10_000_000).ok()?;
    // Before 1960 it is a duration or a mistake.
    Timestamp::from_second(seconds - TO_1970).ok().filter(|at| at.as_second() > -315_619_200)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::extract::compound_file::file_of;
    use proptest::prelude::*;

    /// A property set with a title, an author in UTF-16 and the moment of creation.
    pub(crate) fn sample() -> Vec<u8> {
        let title = b"\x1e\0\0\0\x06\0\0\0T\xe9tle\0\0\0".to_vec();
        let author = b"\x1f\0\0\0\x04\0\0\0A\0n\0n\0\0\0".to_vec();
        let created = [&b"\x40\0\0\0"[..], &126_227_808_000_000_000_u64.to_le_bytes()].concat();
        let values = [(1_u32, b"\x02\0\0\0\xe4\x04\0\0".to_vec()), (2, title), (4, author), (12, created)];
        let mut section = vec![0; 4];
        section.extend(4_u32.to_le_bytes());
        let mut at = 8 + 8 * values.len();
        for (id, value) in &values {
            section.extend(id.to_le_bytes());
            section.extend(u32::try_from(at).unwrap().to_le_bytes());
            at += value.len();
        }
        section.extend(values.iter().flat_map(|(_, value)| value.clone()));
        let mut stream = vec![0xfe, 0xff];
        stream.resize(24, 0);
        stream.extend(1_u32.to_le_bytes());
        stream.extend([0; 16]);
        stream.extend(48_u32.to_le_bytes());
        stream.extend(section);
        stream
    }

    fn of(stream: &[u8]) -> Metadata {
        let bytes = file_of(&[("\u{5}SummaryInformation", stream), ("\u{5}DocumentSummaryInformation", stream)]);
        read(&CompoundFile::open(&bytes).unwrap())
    }

    #[test]
    fn it_says_who_wrote_it_and_when() {
        let said = of(&sample());
        assert_eq!((said.title.as_deref(), said.authors), (Some("Tétle"), vec!["Ann".to_owned()]));
        assert_eq!(said.created.unwrap().to_string(), "2001-01-01T00:00:00Z");
    }

    proptest! {
        #[test]
        fn broken_sets_do_no_harm(changes in prop::collection::vec((0_usize..200, any::<u8>()), 1..6), cut in 0_usize..200) {
            let mut stream = sample();
            for (at, byte) in changes {
                let at = at % stream.len();
                stream[at] = byte;
            }
            stream.truncate(cut);
            of(&stream);
        }
    }
}
