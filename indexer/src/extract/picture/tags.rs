//! The tags of TIFF and Exif (TIFF 6.0, section 2): what a camera or a scanner says about a picture.
//!
//! Only texts and numbers of the first directory and of the Exif directory are taken. Offsets are not trusted: what lies
//! outside the bytes is not there.

use std::collections::BTreeMap;

use image::metadata::Orientation;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};

pub(super) const DESCRIPTION: u16 = 0x010e;
pub(super) const MAKE: u16 = 0x010f;
pub(super) const MODEL: u16 = 0x0110;
const ORIENTATION: u16 = 0x0112;
const DENSITY: u16 = 0x011a;
const DENSITY_UNIT: u16 = 0x0128;
pub(super) const SOFTWARE: u16 = 0x0131;
const CHANGED: u16 = 0x0132;
pub(super) const ARTIST: u16 = 0x013b;
const EXIF: u16 = 0x8769;
const TAKEN: u16 = 0x9003;
const TAKEN_OFFSET: u16 = 0x9011;

/// Most entries looked at in a directory.
const MAX_ENTRIES: usize = 500;
/// Longest text kept, in bytes.
const MAX_TEXT: usize = 4_096;

/// What the tags of a picture say.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Tags {
    values: BTreeMap<u16, Value>,
}

#[derive(Debug, Clone, PartialEq)]
enum Value {
    Text(String),
    Number(f64),
}

/// The bytes of a TIFF structure and the order of theirs.
struct Bytes<'b> {
    bytes: &'b [u8],
    is_little: bool,
}

impl Tags {
    /// Reads a TIFF structure, such as an Exif block; what does not make sense is left out.
    pub(super) fn read(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"Exif\0\0").unwrap_or(bytes);
        let mut tags = Self::default();
        let is_little = match bytes.get(..4) {
            Some(b"II*\0") => true,
            Some(b"MM\0*") => false,
            _ => return tags,
        };
        let bytes = Bytes { bytes, is_little };
        if let Some(first) = bytes.long(4) {
            tags.take_directory(&bytes, first);
        }
        if let Some(Value::Number(exif)) = tags.values.get(&EXIF) {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it was read from 32 bits")]
            tags.take_directory(&bytes, *exif as u32);
        }
        tags
    }

    fn take_directory(&mut self, bytes: &Bytes<'_>, at: u32) {
        let at = at as usize;
        let count = usize::from(bytes.short(at).unwrap_or(0)).min(MAX_ENTRIES);
        for number in 0..count {
            let Some(entry) = at.checked_add(2 + 12 * number) else { return };
            if let Some((tag, value)) = bytes.entry(entry) {
                self.values.entry(tag).or_insert(value);
            }
        }
    }

    /// The text of a tag, where it says anything.
    pub(super) fn text(&self, tag: u16) -> Option<&str> {
        match self.values.get(&tag)? {
            Value::Text(text) => Some(text),
            Value::Number(_) => None,
        }
    }

    fn number(&self, tag: u16) -> Option<f64> {
        match self.values.get(&tag)? {
            Value::Number(number) => Some(*number),
            Value::Text(_) => None,
        }
    }

    /// How the picture must be turned to be seen upright.
    pub(super) fn orientation(&self) -> Orientation {
        let code = (1_u8..=8).find(|code| self.number(ORIENTATION) == Some(f64::from(*code)));
        code.and_then(Orientation::from_exif).unwrap_or(Orientation::NoTransforms)
    }

    /// Pixels an inch.
    pub(super) fn dpi(&self) -> Option<f64> {
        let unit = self.number(DENSITY_UNIT).unwrap_or(2.0);
        let density = self.number(DENSITY).filter(|density| density.is_finite() && *density > 0.0)?;
        if unit > 2.5 {
            Some(density * 2.54)
        } else if unit > 1.5 {
            Some(density)
        } else {
            None
        }
    }

    /// When the picture was taken, else when it was last changed; in UTC where the offset is not told.
    pub(super) fn moment(&self) -> Option<Timestamp> {
        let (written, offset) = match self.text(TAKEN) {
            Some(taken) => (taken, self.text(TAKEN_OFFSET)),
            None => (self.text(CHANGED)?, None),
        };
        let local = DateTime::strptime("%Y:%m:%d %H:%M:%S", written).ok()?;
        let offset = offset.and_then(offset_of).unwrap_or(Offset::UTC);
        local.to_zoned(TimeZone::fixed(offset)).ok().map(|zoned| zoned.timestamp())
    }
}

/// An offset from UTC such as `+05:30`.
fn offset_of(written: &str) -> Option<Offset> {
    let (sign, rest) = match written.split_at_checked(1)? {
        ("+", rest) => (1, rest),
        ("-", rest) => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = rest.split_once(':')?;
    let (hours, minutes): (i32, i32) = (hours.parse().ok()?, minutes.parse().ok()?);
    let is_sensible = (0..=14).contains(&hours) && (0..60).contains(&minutes);
    Offset::from_seconds(sign * (hours * 60 + minutes) * 60).ok().filter(|_| is_sensible)
}

impl Bytes<'_> {
    fn short(&self, at: usize) -> Option<u16> {
        let two = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.is_little { u16::from_le_bytes(two) } else { u16::from_be_bytes(two) })
    }

    fn long(&self, at: usize) -> Option<u32> {
        let four = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.is_little { u32::from_le_bytes(four) } else { u32::from_be_bytes(four) })
    }

    /// The tag and the first value of an entry.
    fn entry(&self, at: usize) -> Option<(u16, Value)> {
        let (tag, kind, count) = (self.short(at)?, self.short(at + 2)?, self.long(at + 4)?);
        let place = |size: u32| {
            let fits = count.checked_mul(size)? <= 4;
            if fits { Some(at + 8) } else { usize::try_from(self.long(at + 8)?).ok() }
        };
        let value = match kind {
            2 => {
                let (from, length) = (place(1)?, usize::try_from(count).ok()?.min(MAX_TEXT));
                let text = self.bytes.get(from..from.checked_add(length)?)?;
                let text = String::from_utf8_lossy(text);
                let text = text.trim_matches(|c: char| c == '\0' || c.is_whitespace());
                let text = text.replace(|c: char| c.is_control(), " ");
                (!text.is_empty()).then_some(Value::Text(text))?
            }
            3 => Value::Number(f64::from(self.short(place(2)?)?)),
            4 => Value::Number(f64::from(self.long(place(4)?)?)),
            5 => {
                let from = place(8)?;
                let (above, below) = (self.long(from)?, self.long(from.checked_add(4)?)?);
                Value::Number(f64::from(above) / f64::from(below))
            }
            _ => return None,
        };
        Some((tag, value))
    }
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// A TIFF structure with these texts and short numbers in its first directory, and these in the one of Exif.
    pub(in crate::extract::picture) fn block(
        first: &[(u16, &str)],
        numbers: &[(u16, u16)],
        exif: &[(u16, &str)],
    ) -> Vec<u8> {
        let mut bytes = b"MM\0*\0\0\0\x08".to_vec();
        let entries = first.len() + numbers.len() + 1;
        let mut heap_at = 8 + 2 + 12 * entries + 4 + 2 + 12 * exif.len() + 4;
        let mut heap = Vec::new();
        let mut put_text = |bytes: &mut Vec<u8>, tag: u16, text: &str| {
            // Long enough never to fit into the entry itself.
            let text = format!("{text}    \0");
            bytes.extend(tag.to_be_bytes());
            bytes.extend([0, 2]);
            bytes.extend(u32::try_from(text.len()).unwrap().to_be_bytes());
            bytes.extend(u32::try_from(heap_at).unwrap().to_be_bytes());
            heap_at += text.len();
            heap.extend(text.into_bytes());
        };
        bytes.extend(u16::try_from(entries).unwrap().to_be_bytes());
        for (tag, number) in numbers {
            bytes.extend(tag.to_be_bytes());
            bytes.extend([0, 3, 0, 0, 0, 1]);
            bytes.extend(number.to_be_bytes());
            bytes.extend([0, 0]);
        }
        for (tag, text) in first {
            put_text(&mut bytes, *tag, text);
        }
        let exif_at = u32::try_from(8 + 2 + 12 * entries + 4).unwrap();
        bytes.extend(EXIF.to_be_bytes());
        bytes.extend([0, 4, 0, 0, 0, 1]);
        bytes.extend(exif_at.to_be_bytes());
        bytes.extend([0; 4]);
        bytes.extend(u16::try_from(exif.len()).unwrap().to_be_bytes());
        for (tag, text) in exif {
            put_text(&mut bytes, *tag, text);
        }
        bytes.extend([0; 4]);
        bytes.extend(heap);
        bytes
    }

    #[test]
    fn tags_are_read() {
        let bytes = block(
            &[(MAKE, "Acme"), (MODEL, "Snap 3")],
            &[(ORIENTATION, 6), (DENSITY, 200), (DENSITY_UNIT, 2)],
            &[(TAKEN, "2024:02:12 10:20:30"), (TAKEN_OFFSET, "+02:00")],
        );
        let tags = Tags::read(&bytes);
        assert_eq!((tags.text(MAKE), tags.text(MODEL)), (Some("Acme"), Some("Snap 3")));
        assert_eq!((tags.orientation(), tags.dpi()), (Orientation::Rotate90, Some(200.0)));
        assert_eq!(tags.moment().map(|at| at.to_string()).as_deref(), Some("2024-02-12T08:20:30Z"));
        let tags = Tags::read(&block(&[(CHANGED, "2024:02:12 10:20:30")], &[(ORIENTATION, 99)], &[]));
        assert_eq!(tags.orientation(), Orientation::NoTransforms);
        assert_eq!(tags.moment().map(|at| at.to_string()).as_deref(), Some("2024-02-12T10:20:30Z"));
        assert_eq!(Tags::read(&block(&[(CHANGED, "    :  :   ")], &[], &[])).moment(), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(mut bytes in prop::collection::vec(any::<u8>(), 8..200), is_little in any::<bool>()) {
            bytes[..4].copy_from_slice(if is_little { b"II*\0" } else { b"MM\0*" });
            bytes[4..8].copy_from_slice(&if is_little { 8_u32.to_le_bytes() } else { 8_u32.to_be_bytes() });
            let tags = Tags::read(&bytes);
            let _ = (tags.dpi(), tags.orientation(), tags.moment());
        }

        #[test]
        fn damage_never_breaks_the_reader(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
            let mut bytes = block(&[(MAKE, "Acme")], &[(ORIENTATION, 6)], &[(TAKEN, "2024:02:12 10:20:30")]);
            let at = at.index(bytes.len());
            bytes[at] = byte;
            Tags::read(&bytes).moment();
        }
    }
}
