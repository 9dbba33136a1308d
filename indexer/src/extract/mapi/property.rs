//! Properties: a number, a type and a value; and the names that numbers from 0x8000 on stand for.
//!
//! Values are kept as the bytes they came in and read when asked for, because the encoding of 8-bit text is a property
//! itself. Where a file has the same property as Unicode and as 8-bit text, Unicode wins.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::code_page;
use crate::extract::decode::decode;

/// Numbers of properties, by the names of [MS-OXPROPS] in plain words.
pub mod tag {
    #![expect(missing_docs, reason = "the names say what they are")]
    pub const IMPORTANCE: u16 = 0x0017;
    pub const MESSAGE_CLASS: u16 = 0x001a;
    pub const PRIORITY: u16 = 0x0026;
    pub const SENSITIVITY: u16 = 0x0036;
    pub const SUBJECT: u16 = 0x0037;
    pub const CLIENT_SUBMIT_TIME: u16 = 0x0039;
    pub const SUBJECT_PREFIX: u16 = 0x003d;
    pub const FROM_NAME: u16 = 0x0042;
    pub const REPLY_TO_NAMES: u16 = 0x0050;
    pub const FROM_ADDRESS: u16 = 0x0065;
    pub const CONVERSATION_TOPIC: u16 = 0x0070;
    pub const CONVERSATION_INDEX: u16 = 0x0071;
    pub const TRANSPORT_HEADERS: u16 = 0x007d;
    pub const RECIPIENT_TYPE: u16 = 0x0c15;
    pub const SENDER_NAME: u16 = 0x0c1a;
    pub const SENDER_ADDRESS: u16 = 0x0c1f;
    pub const DISPLAY_BCC: u16 = 0x0e02;
    pub const DISPLAY_CC: u16 = 0x0e03;
    pub const DISPLAY_TO: u16 = 0x0e04;
    pub const DELIVERY_TIME: u16 = 0x0e06;
    pub const NORMALIZED_SUBJECT: u16 = 0x0e1d;
    pub const BODY: u16 = 0x1000;
    pub const REPORT_TEXT: u16 = 0x1001;
    pub const RTF_COMPRESSED: u16 = 0x1009;
    pub const HTML: u16 = 0x1013;
    pub const MESSAGE_ID: u16 = 0x1035;
    pub const REFERENCES: u16 = 0x1039;
    pub const IN_REPLY_TO: u16 = 0x1042;
    pub const DISPLAY_NAME: u16 = 0x3001;
    pub const EMAIL_ADDRESS: u16 = 0x3003;
    pub const CREATED: u16 = 0x3007;
    pub const MODIFIED: u16 = 0x3008;
    pub const ATTACH_DATA: u16 = 0x3701;
    pub const ATTACH_EXTENSION: u16 = 0x3703;
    pub const ATTACH_SHORT_NAME: u16 = 0x3704;
    pub const ATTACH_METHOD: u16 = 0x3705;
    pub const ATTACH_LONG_NAME: u16 = 0x3707;
    pub const ATTACH_PATH: u16 = 0x3708;
    pub const ATTACH_LONG_PATH: u16 = 0x370d;
    pub const ATTACH_MEDIA_TYPE: u16 = 0x370e;
    pub const SMTP_ADDRESS: u16 = 0x39fe;
    pub const INTERNET_CODE_PAGE: u16 = 0x3fde;
    pub const LOCALE: u16 = 0x3ff1;
    pub const MESSAGE_CODE_PAGE: u16 = 0x3ffd;
    pub const SENDER_SMTP: u16 = 0x5d01;
    pub const FROM_SMTP: u16 = 0x5d02;
}

/// Types of values ([MS-OXCDATA] 2.11.1).
pub mod kind {
    #![expect(missing_docs, reason = "the names say what they are")]
    pub const SHORT: u16 = 0x0002;
    pub const LONG: u16 = 0x0003;
    pub const FLOAT: u16 = 0x0004;
    pub const DOUBLE: u16 = 0x0005;
    pub const CURRENCY: u16 = 0x0006;
    pub const OLE_DATE: u16 = 0x0007;
    pub const ERROR: u16 = 0x000a;
    pub const BOOLEAN: u16 = 0x000b;
    pub const OBJECT: u16 = 0x000d;
    pub const LONG_LONG: u16 = 0x0014;
    pub const STRING_8: u16 = 0x001e;
    pub const STRING: u16 = 0x001f;
    pub const TIME: u16 = 0x0040;
    pub const GUID: u16 = 0x0048;
    pub const BINARY: u16 = 0x0102;
    /// Added to the type of one value where there are several.
    pub const MANY: u16 = 0x1000;
}

/// The set of Outlook's own numbers, which most properties are in.
pub const MAPI_SET: [u8; 16] = [0x28, 3, 2, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46];

/// The set of names that are words, such as those people file mail under.
pub const WORDS_SET: [u8; 16] = [0x29, 3, 2, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0x46];

/// What a number from 0x8000 on stands for: a set of properties and a name or number in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Name {
    /// A number in a set.
    Number([u8; 16], u32),
    /// A text in a set.
    Text([u8; 16], String),
}

/// Which numbers named properties have in one file.
pub type Names = BTreeMap<Name, u16>;

/// One property as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Property {
    /// The type of one value, without [`kind::MANY`].
    pub kind: u16,
    /// One value, or several.
    pub values: Vec<Vec<u8>>,
}

/// The properties of one thing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Properties {
    by_tag: BTreeMap<u16, Property>,
    code_page: Option<&'static str>,
}

impl Properties {
    /// Takes a property in. `kind` may be marked as many.
    pub fn insert(&mut self, tag: u16, kind: u16, values: Vec<Vec<u8>>) {
        let kind = kind & !kind::MANY;
        let is_worse = |known: &Property| {
            (known.kind == kind::STRING && kind == kind::STRING_8) || (kind == kind::ERROR) || values.is_empty()
        };
        if !self.by_tag.get(&tag).is_some_and(is_worse) {
            self.by_tag.insert(tag, Property { kind, values });
        }
    }

    /// Every property, by number.
    pub fn iter(&self) -> impl Iterator<Item = (u16, &Property)> {
        self.by_tag.iter().map(|(tag, property)| (*tag, property))
    }

    /// Every property, by number, for keeps.
    pub fn into_all(self) -> impl Iterator<Item = (u16, Property)> {
        self.by_tag.into_iter()
    }

    /// Takes a property out.
    pub fn remove(&mut self, tag: u16) -> Option<Property> {
        self.by_tag.remove(&tag)
    }

    /// Whether there is a property of this number.
    #[must_use]
    pub fn has(&self, tag: u16) -> bool {
        self.by_tag.contains_key(&tag)
    }

    /// Settles which encoding 8-bit text has: what the message says, else what its parent does.
    pub fn settle_code_page(&mut self, parent: Option<&'static str>) {
        let said = [tag::MESSAGE_CODE_PAGE, tag::INTERNET_CODE_PAGE]
            .into_iter()
            .find_map(|tag| code_page::label(self.long(tag)?))
            .or_else(|| code_page::label_of_locale(self.long(tag::LOCALE)?));
        self.code_page = parent.or(said);
    }

    /// The encoding 8-bit text has, where one is known.
    #[must_use]
    pub fn code_page(&self) -> Option<&'static str> {
        self.code_page
    }

    /// A text, without the zeros it may end with; `None` where it is absent or empty.
    #[must_use]
    pub fn text(&self, tag: u16) -> Option<String> {
        self.texts(tag).into_iter().next()
    }

    /// Every value of a text with several.
    #[must_use]
    pub fn texts(&self, tag: u16) -> Vec<String> {
        let Some(property) = self.by_tag.get(&tag) else { return Vec::new() };
        let one = |bytes: &Vec<u8>| match property.kind {
            kind::STRING => Some(utf16(bytes)),
            kind::STRING_8 => {
                let end = bytes.iter().rposition(|b| *b != 0).map_or(0, |last| last + 1);
                Some(decode(&bytes[..end], self.code_page).text.into_owned())
            }
            _ => None,
        };
        property.values.iter().filter_map(one).filter(|text| !text.trim().is_empty()).collect()
    }

    /// A whole number of any width.
    #[must_use]
    pub fn long(&self, tag: u16) -> Option<i32> {
        let property = self.by_tag.get(&tag)?;
        let bytes = property.values.first()?;
        match property.kind {
            kind::SHORT => Some(i32::from(i16::from_le_bytes(bytes.get(..2)?.try_into().ok()?))),
            kind::LONG => Some(i32::from_le_bytes(bytes.get(..4)?.try_into().ok()?)),
            kind::BOOLEAN => bytes.first().map(|b| i32::from(*b != 0)),
            _ => None,
        }
    }

    /// A number with a fraction.
    #[must_use]
    pub fn double(&self, tag: u16) -> Option<f64> {
        let property = self.by_tag.get(&tag).filter(|property| property.kind == kind::DOUBLE)?;
        property.values.first()?.get(..8)?.try_into().ok().map(f64::from_le_bytes)
    }

    /// A moment.
    #[must_use]
    pub fn time(&self, tag: u16) -> Option<Timestamp> {
        let property = self.by_tag.get(&tag).filter(|property| property.kind == kind::TIME)?;
        file_time(u64::from_le_bytes(property.values.first()?.get(..8)?.try_into().ok()?))
    }

    /// What stands for an object.
    #[must_use]
    pub fn object(&self, tag: u16) -> Option<&[u8]> {
        let property = self.by_tag.get(&tag).filter(|property| property.kind == kind::OBJECT)?;
        property.values.first().map(Vec::as_slice)
    }

    /// Bytes.
    #[must_use]
    pub fn binary(&self, tag: u16) -> Option<&[u8]> {
        let property = self.by_tag.get(&tag)?;
        let is_binary = matches!(property.kind, kind::BINARY | kind::OBJECT);
        property.values.first().map(Vec::as_slice).filter(|bytes| is_binary && !bytes.is_empty())
    }
}

/// A moment in units of 100 ns since 1601. The first and the last possible one stand for "none".
#[must_use]
pub fn file_time(ticks: u64) -> Option<Timestamp> {
    let none = ticks == 0 || ticks >= 0x0cb3_4557_a3dd_4000;
    let ticks = i128::from(ticks) - 116_444_736_000_000_000;
    Timestamp::from_nanosecond(ticks.checked_mul(100)?).ok().filter(|_| !none)
}

/// UTF-16, lowest byte first, without the zeros at its end.
#[must_use]
pub fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    let end = units.iter().rposition(|unit| *unit != 0).map_or(0, |last| last + 1);
    String::from_utf16_lossy(&units[..end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unicode_wins_over_8_bit_text() {
        let mut properties = Properties::default();
        properties.insert(tag::SUBJECT, kind::STRING, vec![b"J\0\xfc\0\0\0".to_vec()]);
        properties.insert(tag::SUBJECT, kind::STRING_8, vec![b"J?".to_vec()]);
        assert_eq!(properties.text(tag::SUBJECT).as_deref(), Some("Jü"));
    }

    #[test]
    fn eight_bit_text_has_the_code_page_of_the_message() {
        let mut properties = Properties::default();
        properties.insert(tag::BODY, kind::STRING_8, vec![b"\xcf\xf0\xe8\xe2\xe5\xf2\0".to_vec()]);
        properties.insert(tag::MESSAGE_CODE_PAGE, kind::LONG, vec![1251_u32.to_le_bytes().to_vec()]);
        properties.settle_code_page(None);
        assert_eq!(properties.text(tag::BODY).as_deref(), Some("Привет"));
    }

    #[test]
    fn moments_that_mean_none_are_none() {
        assert_eq!(file_time(0), None);
        assert_eq!(file_time(0x0cb3_4557_a3dd_4000), None);
        assert_eq!(file_time(126_444_736_000_000_000).unwrap().to_string(), "2001-09-09T01:46:40Z");
    }
}
