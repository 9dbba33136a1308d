//! TNEF, the `winmail.dat` in which Outlook packs what mail has no room for ([MS-OXTNEF]): body and attachments.
//!
//! The packet is an item of its own: its body is its text, its attachments are its children. Properties are read
//! into the same objects as those of MSG files; what they mean is told in [`super::mapi`]. An attached message is a
//! packet in the packet and is handed on as one. Lengths are checked against the bytes there are.

use redwell_model::{ExceptionKind, Format, ProcessingException, Stage};

use super::mapi::property::kind;
use super::mapi::{Attachment, Content, Name, Object, Properties, message, property, tag};
use super::{Child, Extracted, Input};

/// The first bytes of every packet.
pub const SIGNATURE: &[u8] = b"\x78\x9f\x3e\x22";

/// Most properties, values of one, recipients or attachments read.
const MOST: u32 = 100_000;

/// What an attached message's bytes begin with: the name of its interface.
const INTERFACE_BYTES: usize = 16;

/// Reads a packet and hands its attachments to `on_child`.
#[must_use]
pub fn extract(input: &Input<'_>, on_child: &mut dyn FnMut(Child)) -> Extracted {
    let mut packet = Packet::default();
    let is_whole = packet.read(input.bytes);
    packet.finish();
    let mut found = message::extract(&mut packet.object, Format::Tnef, input, on_child);
    if !is_whole {
        let (kind, reason) = if packet.attributes == 0 {
            (ExceptionKind::Damaged, "the packet cannot be read; ask for an intact copy")
        } else {
            (ExceptionKind::PartLost, "the packet breaks off; what came before was read")
        };
        found.exceptions.push(ProcessingException::new(Stage::Expand, kind, "tnef", reason));
    }
    found
}

/// What was read so far.
#[derive(Default)]
struct Packet {
    object: Object,
    /// What older attributes say, for where no property does.
    older: Properties,
    code_page: Option<u32>,
    attributes: usize,
}

impl Packet {
    /// Reads attribute after attribute; whether the last ended with the bytes.
    fn read(&mut self, bytes: &[u8]) -> bool {
        let mut bytes = Bytes { rest: bytes.get(6..).unwrap_or_default() };
        while !bytes.rest.is_empty() {
            // A few zeros after the last attribute are no attribute.
            if bytes.rest.len() < 9 && bytes.rest.iter().all(|b| *b == 0) {
                break;
            }
            if self.attribute(&mut bytes).is_none() {
                return false;
            }
            self.attributes += 1;
        }
        self.attributes > 0
    }

    fn attribute(&mut self, bytes: &mut Bytes<'_>) -> Option<()> {
        let level = bytes.take(1)?[0];
        let (id, _kind, length) = (bytes.short()?, bytes.short()?, bytes.long()?);
        let data = bytes.take(usize::try_from(length).ok()?)?;
        let _checksum = bytes.short()?;
        match level {
            1 => self.of_message(id, data),
            2 => self.of_attachment(id, data),
            _ => return None,
        }
        Some(())
    }

    fn of_message(&mut self, id: u16, data: &[u8]) {
        let eight_bit = |older: &mut Properties, tag| older.insert(tag, kind::STRING_8, vec![data.to_vec()]);
        match id {
            0x9003 => {
                let _ = properties(&mut Bytes { rest: data }, &mut self.object, Place::Message);
            }
            0x9004 => {
                let _ = recipients(data, &mut self.object);
            }
            0x9007 => self.code_page = Bytes { rest: data }.long(),
            0x8004 => eight_bit(&mut self.older, tag::SUBJECT),
            0x800c => eight_bit(&mut self.older, tag::BODY),
            0x8008 => eight_bit(&mut self.older, tag::MESSAGE_CLASS),
            0x8005 | 0x8006 => {
                let tag = if id == 0x8005 { tag::CLIENT_SUBMIT_TIME } else { tag::DELIVERY_TIME };
                if let Some(ticks) = date(data) {
                    self.older.insert(tag, kind::TIME, vec![ticks.to_le_bytes().to_vec()]);
                }
            }
            _ => {}
        }
    }

    fn of_attachment(&mut self, id: u16, data: &[u8]) {
        // Each attachment begins with how it is drawn.
        if id == 0x9002 || self.object.attachments.is_empty() {
            if self.object.attachments.len() >= usize::try_from(MOST).unwrap_or(usize::MAX) {
                return;
            }
            self.object.attachments.push(Attachment::default());
        }
        let Some(one) = self.object.attachments.last_mut() else { return };
        match id {
            0x800f => one.content = Content::File(data.to_vec()),
            0x8010 if !one.properties.has(tag::ATTACH_LONG_NAME) => {
                one.properties.insert(tag::ATTACH_SHORT_NAME, kind::STRING_8, vec![data.to_vec()]);
            }
            0x8013 => {
                if let Some(ticks) = date(data) {
                    one.properties.insert(tag::MODIFIED, kind::TIME, vec![ticks.to_le_bytes().to_vec()]);
                }
            }
            0x9005 => {
                let _ = properties(&mut Bytes { rest: data }, &mut self.object, Place::Attachment);
            }
            _ => {}
        }
    }

    /// Fills gaps and finds the content of attachments among their properties.
    fn finish(&mut self) {
        let own = &mut self.object.properties;
        for (tag, property) in self.older.iter().filter(|(tag, _)| !own.has(*tag)).collect::<Vec<_>>() {
            own.insert(tag, property.kind, property.values.clone());
        }
        if let Some(code_page) = self.code_page {
            own.insert(tag::MESSAGE_CODE_PAGE, kind::LONG, vec![code_page.to_le_bytes().to_vec()]);
        }
        for one in &mut self.object.attachments {
            let Some(data) = one.properties.remove(tag::ATTACH_DATA) else { continue };
            let is_object = data.kind == kind::OBJECT;
            let Some(bytes) = data.values.into_iter().next() else { continue };
            let inner = bytes.get(INTERFACE_BYTES..).unwrap_or_default();
            if is_object && inner.starts_with(SIGNATURE) {
                one.content = Content::Message(inner.to_vec(), "tnef");
            } else if is_object {
                one.content = Content::File(inner.to_vec());
            } else if matches!(one.content, Content::Missing) {
                one.content = Content::File(bytes);
            }
        }
    }
}

/// Whose properties are read.
#[derive(Clone, Copy)]
enum Place {
    Message,
    /// The last attachment begun.
    Attachment,
    /// The last recipient begun.
    Recipient,
}

fn recipients(data: &[u8], object: &mut Object) -> Option<()> {
    let mut bytes = Bytes { rest: data };
    let count = bytes.long()?;
    for _ in 0..count.min(MOST) {
        object.recipients.push(Properties::default());
        properties(&mut bytes, object, Place::Recipient)?;
    }
    Some(())
}

/// Reads a list of properties ([MS-OXTNEF] 2.1.3.4); `None` where it breaks off.
fn properties(bytes: &mut Bytes<'_>, object: &mut Object, place: Place) -> Option<()> {
    let count = bytes.long()?;
    for _ in 0..count.min(MOST) {
        let (kind, tag) = (bytes.short()?, bytes.short()?);
        if tag >= 0x8000 {
            let name = name(bytes)?;
            object.names.insert(name, tag);
        }
        let is_many = kind & kind::MANY != 0;
        let is_long = matches!(kind & !kind::MANY, kind::STRING_8 | kind::STRING | kind::BINARY | kind::OBJECT);
        let values = if is_many || is_long { bytes.long()?.min(MOST) } else { 1 };
        let mut found = Vec::new();
        for _ in 0..values {
            let length = match kind & !kind::MANY {
                _ if is_long => usize::try_from(bytes.long()?).ok()?,
                kind::SHORT | kind::LONG | kind::FLOAT | kind::ERROR | kind::BOOLEAN => 4,
                kind::DOUBLE | kind::CURRENCY | kind::OLE_DATE | kind::LONG_LONG | kind::TIME => 8,
                kind::GUID => 16,
                1 => 0,
                _ => return None,
            };
            found.push(bytes.take(length)?.to_vec());
            // Values end on a multiple of four; the last one may lack what is missing to it.
            bytes.skip(length.next_multiple_of(4) - length);
        }
        let target = match place {
            Place::Message => &mut object.properties,
            Place::Attachment => &mut object.attachments.last_mut()?.properties,
            Place::Recipient => object.recipients.last_mut()?,
        };
        target.insert(tag, kind, found);
    }
    Some(())
}

fn name(bytes: &mut Bytes<'_>) -> Option<Name> {
    let set = bytes.take(16)?.try_into().ok()?;
    if bytes.long()? == 0 {
        return Some(Name::Number(set, bytes.long()?));
    }
    let length = usize::try_from(bytes.long()?).ok()?;
    let text = property::utf16(bytes.take(length)?);
    bytes.skip(length.next_multiple_of(4) - length);
    Some(Name::Text(set, text))
}

/// A date as seven short numbers, in units of 100 ns since 1601.
fn date(data: &[u8]) -> Option<u64> {
    let mut bytes = Bytes { rest: data };
    let mut number = || bytes.short().and_then(|n| i16::try_from(n).ok());
    let (year, month, day) = (number()?, number()?, number()?);
    let (hour, minute, second) = (number()?, number()?, number()?);
    let small = |n: i16| i8::try_from(n).ok();
    let at =
        jiff::civil::DateTime::new(year, small(month)?, small(day)?, small(hour)?, small(minute)?, small(second)?, 0);
    let seconds = at.ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second();
    u64::try_from(seconds.checked_add(11_644_473_600)?).ok()?.checked_mul(10_000_000)
}

/// Bytes taken from the front.
struct Bytes<'b> {
    rest: &'b [u8],
}

impl<'b> Bytes<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let (taken, rest) = self.rest.split_at_checked(count)?;
        self.rest = rest;
        Some(taken)
    }

    fn skip(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }

    fn short(&mut self) -> Option<u16> {
        self.take(2)?.try_into().ok().map(u16::from_le_bytes)
    }

    fn long(&mut self) -> Option<u32> {
        self.take(4)?.try_into().ok().map(u32::from_le_bytes)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::extract::tests::{kinds, options, read_all};
    use proptest::prelude::*;

    fn attribute(level: u8, id: u16, data: &[u8]) -> Vec<u8> {
        let mut bytes = vec![level];
        bytes.extend(id.to_le_bytes());
        bytes.extend([0, 0]);
        bytes.extend(u32::try_from(data.len()).unwrap().to_le_bytes());
        bytes.extend(data);
        bytes.extend([0, 0]);
        bytes
    }

    fn property(tag: u16, kind: u16, value: &[u8]) -> Vec<u8> {
        let mut bytes = [kind.to_le_bytes(), tag.to_le_bytes()].concat();
        if matches!(kind, kind::STRING | kind::STRING_8 | kind::BINARY | kind::OBJECT) {
            bytes.extend(1_u32.to_le_bytes());
            bytes.extend(u32::try_from(value.len()).unwrap().to_le_bytes());
        }
        bytes.extend(value);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes
    }

    fn list(properties: &[Vec<u8>]) -> Vec<u8> {
        [u32::try_from(properties.len()).unwrap().to_le_bytes().to_vec(), properties.concat()].concat()
    }

    fn wide(text: &str) -> Vec<u8> {
        text.encode_utf16().flat_map(u16::to_le_bytes).collect()
    }

    fn packet(attributes: &[Vec<u8>]) -> Vec<u8> {
        [SIGNATURE.to_vec(), vec![1, 0], attributes.concat()].concat()
    }

    /// A packet with a body, a file and a message in it.
    pub(crate) fn sample() -> Vec<u8> {
        let inner = packet(&[attribute(1, 0x8004, b"inner\0"), attribute(1, 0x800c, b"inner body\0")]);
        packet(&[
            attribute(1, 0x9007, &1251_u32.to_le_bytes()),
            attribute(1, 0x8004, b"\xcf\xf0\xe8\xe2\xe5\xf2\0"),
            attribute(1, 0x9003, &list(&[property(tag::BODY, kind::STRING, &wide("the body"))])),
            attribute(2, 0x9002, &[0; 14]),
            attribute(2, 0x8010, b"notes.txt\0"),
            attribute(2, 0x800f, b"some notes"),
            attribute(2, 0x9002, &[0; 14]),
            attribute(
                2,
                0x9005,
                &list(&[
                    property(tag::DISPLAY_NAME, kind::STRING_8, b"inner\0"),
                    property(tag::ATTACH_DATA, kind::OBJECT, &[vec![7; 16], inner].concat()),
                ]),
            ),
        ])
    }

    #[test]
    fn body_and_attachments_are_read() {
        let (found, children) = read_all("winmail.dat", &sample());
        assert_eq!(
            (found.format, found.text.as_str(), kinds(&found)),
            (Format::Tnef, "Subject: Привет\n\nthe body", vec![])
        );
        let names: Vec<_> = children.iter().map(|child| child.name.as_str()).collect();
        assert_eq!((names, children[0].bytes.as_slice()), (vec!["notes.txt", "inner.tnef"], &b"some notes"[..]));
        assert_eq!(read_all("inner.tnef", &children[1].bytes).0.text, "Subject: inner\n\ninner body");
    }

    #[test]
    fn what_breaks_off_is_read_as_far_as_it_goes() {
        let whole = sample();
        let (found, children) = read_all("winmail.dat", &whole[..whole.len() - 30]);
        // The attachment that has no content any more, and the packet.
        assert_eq!((children.len(), kinds(&found)), (1, vec![ExceptionKind::PartLost; 2]));
        assert_eq!(kinds(&read_all("winmail.dat", &whole[..10]).0), vec![ExceptionKind::Damaged]);
    }

    #[test]
    fn numbers_are_not_believed() {
        let absurd = packet(&[attribute(1, 0x9003, &[0xff; 40]), attribute(1, 0x9004, &[0xff; 8])]);
        assert_eq!(kinds(&read_all("winmail.dat", &absurd).0), vec![]);
    }

    proptest! {
        #[test]
        fn broken_packets_do_no_harm(changes in prop::collection::vec((0_usize..1000, any::<u8>()), 1..8), cut in 0_usize..1000) {
            let mut bytes = sample();
            for (at, byte) in changes {
                let at = at % bytes.len();
                bytes[at] = byte;
            }
            bytes.truncate(cut.max(1));
            let _ = extract(&Input { name: "winmail.dat", bytes: &bytes, options: &options() }, &mut |_| ());
        }
    }
}
