//! Outlook messages in files of their own ([MS-OXMSG]): a compound file whose streams are properties.
//!
//! An attached message lies in the same file as a storage; it is handed on as a file of its own, made of the same
//! streams and the parent's table of names, so nothing of it is lost. What the object means is told in [`super::mapi`].

use std::collections::BTreeMap;

use redwell_model::{ExceptionKind, Format, ProcessingException, Stage};

use super::compound_file::{CompoundFile, EntryId, short, write_storage, write_streams};
use super::mapi::property::kind;
use super::mapi::streams::{NAMES, PROPERTIES, RECIPIENT};
use super::mapi::{Attachment, Content, Names, Object, Properties, message, names, streams, tag};
use super::{Child, Extracted, Input};

/// Most values of one property, recipients and attachments read.
const MOST_VALUES: usize = 10_000;

/// Most bytes of an attached message or object taken out.
const LARGEST_ATTACHED: usize = 1 << 30;

/// Storages inside one another at most in an attached message.
const DEEPEST: usize = 32;

/// Reads a message and hands its attachments to `on_child`.
#[must_use]
pub fn extract(input: &Input<'_>, on_child: &mut dyn FnMut(Child)) -> Extracted {
    let Some(file) = CompoundFile::open(input.bytes) else { return damaged("its directory cannot be found") };
    let mut object = object(&file, input.options.max_entries);
    if object.properties.iter().next().is_none() {
        return damaged("it holds no properties");
    }
    message::extract(&mut object, Format::Msg, input, on_child)
}

fn damaged(why: &str) -> Extracted {
    let mut found = Extracted::new(Format::Msg);
    let reason = format!("the message cannot be read: {why}; ask for an intact copy");
    found.exceptions.push(ProcessingException::new(Stage::Extract, ExceptionKind::Damaged, "msg", reason));
    found
}

fn object(file: &CompoundFile<'_>, most: usize) -> Object {
    let root = file.root();
    let mut object = Object { properties: properties(file, root), ..Object::default() };
    let names = file.child(root, NAMES);
    object.names = names.map(|storage| names_of(file, storage)).unwrap_or_default();
    let children = file.children(root);
    let mut storages: Vec<(String, EntryId)> =
        children.into_iter().map(|id| (file.entry(id).name.to_ascii_lowercase(), id)).collect();
    // The directory is sorted for searching; the numbers in the names tell the order of the message.
    storages.sort();
    for (name, storage) in storages.into_iter().filter(|(_, id)| file.entry(*id).is_storage) {
        if name.starts_with(RECIPIENT) && object.recipients.len() < MOST_VALUES {
            object.recipients.push(properties(file, storage));
        }
        // One more than may be handed on, so that it is told.
        if name.starts_with(streams::ATTACHMENT) && object.attachments.len() <= most {
            let mut properties = properties(file, storage);
            let content = content(file, storage, names, &mut properties);
            object.attachments.push(Attachment { properties, content });
        }
    }
    object
}

fn content(file: &CompoundFile<'_>, storage: EntryId, names: Option<EntryId>, properties: &mut Properties) -> Content {
    let inner = file.child(storage, "__substg1.0_3701000D").filter(|id| file.entry(*id).is_storage);
    if let Some(inner) = inner {
        let is_message = file.child(inner, PROPERTIES).is_some();
        let bytes = if is_message {
            attached_message(file, inner, names)
        } else {
            write_storage(file, inner, LARGEST_ATTACHED)
        };
        return match bytes {
            Some(bytes) if is_message => Content::Message(bytes, "msg"),
            Some(bytes) => Content::File(bytes),
            None => Content::Missing,
        };
    }
    match properties.remove(tag::ATTACH_DATA).and_then(|data| data.values.into_iter().next()) {
        Some(bytes) => Content::File(bytes),
        None => Content::Missing,
    }
}

/// An attached message as a file: its streams, the parent's names, and the longer header only files of their own have.
fn attached_message(file: &CompoundFile<'_>, storage: EntryId, names: Option<EntryId>) -> Option<Vec<u8>> {
    let mut copied = Vec::new();
    let mut left = LARGEST_ATTACHED;
    if let Some(names) = names {
        copy(file, names, &format!("{NAMES}/"), 0, &mut left, &mut copied)?;
    }
    copy(file, storage, "", 0, &mut left, &mut copied)?;
    let properties = copied.iter_mut().find(|(path, _)| path.eq_ignore_ascii_case(PROPERTIES))?;
    if properties.1.len() % 16 == 8 {
        properties.1.splice(24..24, [0; 8]);
    }
    Some(write_streams(copied))
}

fn copy(
    file: &CompoundFile<'_>,
    storage: EntryId,
    path: &str,
    depth: usize,
    left: &mut usize,
    copied: &mut Vec<(String, Vec<u8>)>,
) -> Option<()> {
    for id in file.children(storage) {
        let name = &file.entry(id).name;
        // Names with a slash would make storages where there are none; Outlook writes none.
        let inner = format!("{path}{}", name.replace('/', "_"));
        match file.content(id) {
            Some(content) => {
                *left = left.checked_sub(content.len() + 512)?;
                copied.push((inner, content));
            }
            None if depth < DEEPEST => copy(file, id, &format!("{inner}/"), depth + 1, left, copied)?,
            None => {}
        }
    }
    Some(())
}

/// The properties of one storage: short ones in one stream, each longer one in its own.
fn properties(file: &CompoundFile<'_>, storage: EntryId) -> Properties {
    let mut streams: BTreeMap<String, EntryId> = BTreeMap::new();
    for id in file.children(storage) {
        streams.insert(file.entry(id).name.to_ascii_lowercase(), id);
    }
    let mut found = Properties::default();
    let fixed = streams.get(PROPERTIES).and_then(|id| file.content(*id)).unwrap_or_default();
    // The header is 32 bytes in a message of its own, 24 in an attached one, 8 in a recipient or an attachment.
    let is_message = file.child(storage, NAMES).is_some() || storage == file.root();
    let header = match fixed.len() % 16 {
        0 => 32,
        _ if is_message || streams.keys().any(|name| name.starts_with(RECIPIENT)) => 24,
        _ => 8,
    };
    for entry in fixed.get(header.min(fixed.len())..).unwrap_or_default().chunks_exact(16) {
        let (Some(kind), Some(tag)) = (short(entry, 0), short(entry, 2)) else { continue };
        let length = match kind {
            kind::SHORT | kind::BOOLEAN => 2,
            kind::LONG | kind::FLOAT | kind::ERROR => 4,
            kind::DOUBLE | kind::CURRENCY | kind::OLE_DATE | kind::LONG_LONG | kind::TIME => 8,
            _ => continue,
        };
        found.insert(tag, kind, vec![entry[8..8 + length].to_vec()]);
    }
    for (name, id) in &streams {
        let Some((tag, kind)) = name.strip_prefix(streams::VALUE).and_then(tag_and_kind) else { continue };
        let Some(content) = file.content(*id) else { continue };
        let is_many = kind & kind::MANY != 0;
        let values = match kind & !kind::MANY {
            kind::STRING | kind::STRING_8 | kind::BINARY if is_many => {
                (0..MOST_VALUES).map_while(|n| file.content(*streams.get(&format!("{name}-{n:08x}"))?)).collect()
            }
            _ => vec![content],
        };
        found.insert(tag, kind, values);
    }
    found
}

/// The number and type in the name of a stream such as `__substg1.0_0037001F`.
fn tag_and_kind(digits: &str) -> Option<(u16, u16)> {
    let (tag, kind) = digits.split_at_checked(4).filter(|(_, kind)| kind.len() == 4)?;
    Some((u16::from_str_radix(tag, 16).ok()?, u16::from_str_radix(kind, 16).ok()?))
}

/// The names of the numbers from 0x8000 on ([MS-OXMSG] 2.2.3).
fn names_of(file: &CompoundFile<'_>, storage: EntryId) -> Names {
    let stream = |tag: u16| file.stream(storage, &format!("__substg1.0_{tag:04X}0102")).unwrap_or_default();
    names::read(&stream(2), &stream(3), &stream(4))
}

#[cfg(test)]
pub(crate) mod tests;
