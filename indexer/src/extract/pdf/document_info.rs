//! What a PDF says about itself: its information dictionary.
//!
//! XMP metadata is not read; writers that keep both keep them alike.

use hayro_syntax::Pdf;
use hayro_syntax::object::{DateTime, Dict};
use jiff::Timestamp;
use jiff::civil;
use jiff::tz::Offset;
use redwell_model::Metadata;
use unicode_normalization::UnicodeNormalization;

use super::pdf_string;

/// The metadata of a document with this many pages.
pub(super) fn metadata(pdf: &Pdf, pages: usize) -> Metadata {
    let info = pdf.metadata();
    let text = |bytes: &Option<Box<[u8]>>| bytes.as_deref().and_then(clean);
    let mut metadata = Metadata {
        title: text(&info.title),
        authors: text(&info.author).into_iter().collect(),
        created: info.creation_date.and_then(moment),
        modified: info.modification_date.and_then(moment),
        page_count: u32::try_from(pages).ok(),
        producer: text(&info.producer),
        ..Metadata::default()
    };
    for (name, value) in [("subject", &info.subject), ("keywords", &info.keywords), ("creator", &info.creator)] {
        if let Some(value) = text(value) {
            metadata.other.insert(name.to_owned(), value);
        }
    }
    metadata
}

/// How many pages the root of the page tree promises.
pub(super) fn promised_pages(pdf: &Pdf) -> Option<usize> {
    let catalogue = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id())?;
    let count = catalogue.get::<Dict<'_>>(b"Pages")?.get::<i32>(b"Count")?;
    usize::try_from(count).ok().filter(|count| *count < 1_000_000)
}

/// A text string in canonical form on one line; `None` when nothing is left.
fn clean(bytes: &[u8]) -> Option<String> {
    let decoded = pdf_string::decode(bytes);
    let words: Vec<&str> =
        decoded.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    let text: String = words.join(" ").nfc().collect();
    if text.is_empty() { None } else { Some(text) }
}

/// The moment a PDF date names. A date without an offset is taken as UTC.
fn moment(date: DateTime) -> Option<Timestamp> {
    let signed = |value: u8| i8::try_from(value).ok();
    let local = civil::DateTime::new(
        i16::try_from(date.year).ok()?,
        signed(date.month)?,
        signed(date.day)?,
        signed(date.hour)?,
        signed(date.minute)?,
        signed(date.second)?,
        0,
    )
    .ok()?;
    let minutes = i32::from(date.utc_offset_minute) * if date.utc_offset_hour < 0 { -1 } else { 1 };
    let offset = Offset::from_seconds((i32::from(date.utc_offset_hour) * 60 + minutes) * 60).ok()?;
    offset.to_timestamp(local).ok()
}

/// The moment a date names (ISO 32000-2, 7.9.4): `D:20210304050607+05'30'`, where the end may be missing.
pub(super) fn moment_of(date: &[u8]) -> Option<Timestamp> {
    let date = date.strip_prefix(b"D:").unwrap_or(date);
    let digits = date.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (local, offset) = date.split_at(digits);
    let number = |digits: &[u8]| std::str::from_utf8(digits).ok()?.parse::<u8>().ok();
    let part = |at: usize, missing: u8| local.get(at..at + 2).map_or(Some(missing), number);
    let hours = offset.get(1..3).map_or(Some(0), number)?;
    let hours = i8::try_from(hours).ok()?;
    moment(DateTime {
        year: std::str::from_utf8(local.get(..4)?).ok()?.parse().ok()?,
        month: part(4, 1)?,
        day: part(6, 1)?,
        hour: part(8, 0)?,
        minute: part(10, 0)?,
        second: part(12, 0)?,
        utc_offset_hour: if offset.first() == Some(&b'-') { -hours } else { hours },
        utc_offset_minute: offset.get(4..6).and_then(number).unwrap_or(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(date: [u16; 6], offset: (i8, u8), expected: &str) {
        let [year, month, day, hour, minute, second] = date;
        let small = |value: u16| u8::try_from(value).unwrap();
        let date = DateTime {
            year,
            month: small(month),
            day: small(day),
            hour: small(hour),
            minute: small(minute),
            second: small(second),
            utc_offset_hour: offset.0,
            utc_offset_minute: offset.1,
        };
        assert_eq!(moment(date).map_or("none".to_owned(), |at| at.to_string()), expected);
    }

    #[test]
    fn dates_become_moments() {
        check([2021, 3, 4, 5, 6, 7], (0, 0), "2021-03-04T05:06:07Z");
        check([2021, 3, 4, 5, 6, 7], (5, 30), "2021-03-03T23:36:07Z");
        check([2021, 3, 4, 5, 6, 7], (-8, 0), "2021-03-04T13:06:07Z");
        check([2021, 2, 31, 5, 6, 7], (0, 0), "none");
    }

    #[test]
    fn dates_are_read_as_far_as_they_go() {
        let check = |date: &str, expected: &str| {
            assert_eq!(moment_of(date.as_bytes()).map_or("none".to_owned(), |at| at.to_string()), expected, "{date}");
        };
        check("D:20210304050607Z", "2021-03-04T05:06:07Z");
        check("D:20210304050607+05'30'", "2021-03-03T23:36:07Z");
        check("20210304050607-08'00", "2021-03-04T13:06:07Z");
        check("D:2021", "2021-01-01T00:00:00Z");
        check("D:202103040", "2021-03-04T00:00:00Z");
        check("D:20213304", "none");
        check("D:", "none");
        check("yesterday", "none");
    }

    #[test]
    fn values_stand_on_one_line() {
        assert_eq!(clean(b" Lease\r\nof  land\0"), Some("Lease of land".to_owned()));
        assert_eq!(clean(b"\xfe\xff\0 \0\0"), None);
    }
}
