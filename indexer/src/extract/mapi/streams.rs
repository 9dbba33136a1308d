//! Writing an object as the streams of an MSG file ([MS-OXMSG]), for messages that come out of stores.
//!
//! The bytes of every property are kept as they are, known or not, so that nothing is lost on the way and the message
//! reads like one that was saved by Outlook. Attached messages are written inside, as Outlook does.

use super::property::{Property, kind};
use super::{Name, Names, Properties, property, tag};

/// The stream of short properties.
pub const PROPERTIES: &str = "__properties_version1.0";
/// The storage of names.
pub const NAMES: &str = "__nameid_version1.0";
/// How storages of recipients begin, lower case.
pub const RECIPIENT: &str = "__recip_version1.0_#";
/// How storages of attachments begin, lower case.
pub const ATTACHMENT: &str = "__attach_version1.0_#";
/// How streams of longer properties begin, lower case.
pub const VALUE: &str = "__substg1.0_";

/// What a store holds of a message.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    /// Its own properties.
    pub properties: Properties,
    /// Its recipients.
    pub recipients: Vec<Properties>,
    /// Its attachments; the inner one is the message attached, if it is one.
    pub attachments: Vec<(Properties, Option<Box<Stored>>)>,
}

/// The streams of a message in a file of its own.
#[must_use]
pub fn of_message(message: Stored, names: &Names) -> Vec<(String, Vec<u8>)> {
    let mut streams = Vec::new();
    write_names(names, &mut streams);
    write_message(message, "", 8, &mut streams);
    streams
}

fn write_message(message: Stored, path: &str, reserved_after: usize, streams: &mut Vec<(String, Vec<u8>)>) {
    let (recipients, attachments) = (number(message.recipients.len()), number(message.attachments.len()));
    let mut header = vec![0; 8];
    for count in [recipients, attachments, recipients, attachments] {
        header.extend(count.to_le_bytes());
    }
    header.resize(header.len() + reserved_after, 0);
    write_properties(message.properties, path, header, streams);
    for (n, recipient) in message.recipients.into_iter().enumerate() {
        write_properties(recipient, &format!("{path}__recip_version1.0_#{n:08X}/"), vec![0; 8], streams);
    }
    for (n, (attachment, inner)) in message.attachments.into_iter().enumerate() {
        let path = format!("{path}__attach_version1.0_#{n:08X}/");
        write_properties(attachment, &path, vec![0; 8], streams);
        if let Some(inner) = inner {
            write_message(*inner, &format!("{path}__substg1.0_3701000D/"), 0, streams);
        }
    }
}

fn write_properties(properties: Properties, path: &str, header: Vec<u8>, streams: &mut Vec<(String, Vec<u8>)>) {
    let mut fixed = header;
    let mut long = Vec::new();
    for (tag, property) in properties.into_all() {
        let is_many = property.values.len() != 1;
        let code = if is_many { property.kind | kind::MANY } else { property.kind };
        let is_fixed = is_fixed(&property);
        let Property { kind, mut values } = property;
        let Some(first) = values.first() else { continue };
        fixed.extend(code.to_le_bytes());
        fixed.extend(tag.to_le_bytes());
        fixed.extend(6_u32.to_le_bytes());
        if is_fixed {
            let mut value = first.clone();
            value.resize(8, 0);
            fixed.extend(value);
            continue;
        }
        // The zero a text ends with is counted and not written.
        let zero = match kind {
            kind::STRING => 2,
            kind::STRING_8 => 1,
            _ => 0,
        };
        fixed.extend(number(values.iter().map(Vec::len).sum::<usize>() + zero).to_le_bytes());
        fixed.extend([0; 4]);
        let name = format!("{path}__substg1.0_{tag:04X}{code:04X}");
        if is_many && matches!(kind, kind::STRING | kind::STRING_8 | kind::BINARY) {
            let lengths = values.iter().flat_map(|value| number(value.len()).to_le_bytes()).collect();
            long.push((name.clone(), lengths));
            long.extend(values.into_iter().enumerate().map(|(n, value)| (format!("{name}-{n:08X}"), value)));
        } else if tag != tag::ATTACH_DATA || kind != kind::OBJECT {
            let whole = if values.len() == 1 { values.swap_remove(0) } else { values.concat() };
            long.push((name, whole));
        }
    }
    streams.push((format!("{path}{PROPERTIES}"), fixed));
    streams.append(&mut long);
}

fn is_fixed(property: &Property) -> bool {
    let fixed = [
        kind::SHORT,
        kind::LONG,
        kind::FLOAT,
        kind::DOUBLE,
        kind::CURRENCY,
        kind::OLE_DATE,
        kind::ERROR,
        kind::BOOLEAN,
        kind::LONG_LONG,
        kind::TIME,
    ];
    property.values.len() == 1 && fixed.contains(&property.kind)
}

fn write_names(names: &Names, streams: &mut Vec<(String, Vec<u8>)>) {
    let (mut sets, mut entries, mut texts) = (Vec::<[u8; 16]>::new(), Vec::new(), Vec::new());
    let mut by_tag: Vec<_> = names.iter().map(|(name, tag)| (*tag, name)).collect();
    by_tag.sort();
    for (tag, name) in by_tag {
        let (Name::Number(set, _) | Name::Text(set, _)) = name;
        let place = match *set {
            property::MAPI_SET => 1,
            property::WORDS_SET => 2,
            set => {
                let known = sets.iter().position(|known| *known == set);
                3 + known.unwrap_or_else(|| {
                    sets.push(set);
                    sets.len() - 1
                })
            }
        };
        let (value, is_text) = match name {
            Name::Number(_, value) => (*value, 0),
            Name::Text(_, text) => {
                let start = number(texts.len());
                let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
                texts.extend(number(units.len()).to_le_bytes());
                texts.extend(units);
                texts.resize(texts.len().next_multiple_of(4), 0);
                (start, 1)
            }
        };
        let kind = u16::try_from(place << 1 | is_text).unwrap_or(u16::MAX);
        entries.extend(value.to_le_bytes());
        entries.extend(kind.to_le_bytes());
        entries.extend(tag.wrapping_sub(0x8000).to_le_bytes());
    }
    streams.push((format!("{NAMES}/__substg1.0_00020102"), sets.concat()));
    streams.push((format!("{NAMES}/__substg1.0_00030102"), entries));
    streams.push((format!("{NAMES}/__substg1.0_00040102"), texts));
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
