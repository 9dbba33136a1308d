//! Outlook stores, PST and OST ([MS-PST]): every message a child, under the path of its folder.
//!
//! Each message is handed on as an MSG file with its attachments inside, so that it is read as a message and its family
//! with it; every property comes along. Folders are found by the numbers of their parents, not by their tables, so a
//! message outlives its folder: it is then put under `(lost folder)`. Settings kept as hidden messages are left out. The
//! password of a store protects nothing and is not asked for.

mod cipher;
mod node;
mod table;

use std::collections::BTreeMap;

use redwell_model::{ExceptionKind, Format};

use self::node::{Node, Refusal, Store};
use self::table::Heap;
use super::compound_file::{long, write_streams};
use super::expansion::{Complaints, budget};
use super::mapi::property::kind;
use super::mapi::streams::{Stored, of_message};
use super::mapi::{Names, Properties, names, tag};
use super::member_name::safe_name;
use super::source::{Container, Source};
use super::{Child, Extracted};

/// Kinds of nodes: the low five bits of their numbers.
const FOLDER: u32 = 0x02;
const MESSAGE: u32 = 0x04;

/// Nodes with fixed numbers.
const MESSAGE_STORE: u32 = 0x21;
const NAME_MAP: u32 = 0x61;
const ROOT_FOLDER: u32 = 0x122;
const ATTACHMENT_TABLE: u32 = 0x671;
const RECIPIENT_TABLE: u32 = 0x692;

/// The folder under which a person's own folders lie.
const SUBTREE: u16 = 0x35e0;

/// Most recipients or attachments of a message.
const MOST_ROWS: usize = 10_000;

/// Most bytes of one message with its attachments: it lies in memory several times while it becomes a file.
const LARGEST_MESSAGE: usize = 256 << 20;

/// Deepest nesting of attached messages.
const DEEPEST: usize = 8;

/// Longest subject in a child's name, in bytes.
const LONGEST_SUBJECT: usize = 80;

/// Folders inside one another at most.
const MOST_FOLDERS: usize = 32;

/// Reads a store's messages.
#[must_use]
pub fn extract(container: &Container<'_>, source: &mut dyn Source, on_child: &mut dyn FnMut(Child)) -> Extracted {
    let mut found = Extracted::new(Format::Pst);
    let mut complaints = Complaints::of("pst");
    match Store::open(source, container.size_bytes) {
        Ok(store) => hand_on(&store, container, on_child, &mut complaints),
        Err(Refusal::Encrypted) => {
            let reason =
                "the store can be opened only with the Windows account it belonged to; ask the custodian for an export";
            complaints.push(ExceptionKind::Encrypted, reason.to_owned());
        }
        Err(Refusal::Damaged) => {
            let reason =
                "the store's directory cannot be read; repair a copy with Outlook's scanpst and collect it again";
            complaints.push(ExceptionKind::Damaged, reason.to_owned());
        }
    }
    found.exceptions = complaints.into_exceptions();
    found
}

fn hand_on(store: &Store<'_>, container: &Container<'_>, on_child: &mut dyn FnMut(Child), complaints: &mut Complaints) {
    let names = store.node(NAME_MAP).map(|node| name_map(store, node)).unwrap_or_default();
    let paths = folder_paths(store);
    let mut messages: Vec<(&str, u32, Node)> = store
        .nodes()
        .filter(|(number, _)| number & 0x1f == MESSAGE)
        .map(|(number, node)| (paths.get(&node.parent).map_or("(lost folder)", String::as_str), number, node))
        .collect();
    messages.sort_by_key(|(path, number, _)| (*path, *number));
    let mut budget = budget(container);
    let (mut path_before, mut position) = ("", 0);
    for (n, (path, _, node)) in messages.iter().enumerate() {
        if n >= container.options.max_entries {
            return complaints.stopped(&format!("it has more than {n} messages"));
        }
        position = if *path == path_before { position + 1 } else { 1 };
        path_before = path;
        let mut left = LARGEST_MESSAGE;
        let message = stored(store, *node, 0, &mut left);
        let place = if path.is_empty() { format!("{position:04}") } else { format!("{path}/{position:04}") };
        if message.properties.iter().next().is_none() {
            let reason = format!("message `{place}` cannot be read; the others were read");
            complaints.push(ExceptionKind::PartLost, reason);
            continue;
        }
        if left == 0 {
            let reason =
                format!("message `{place}` is too large to be taken out whole; the rest is only in the original");
            complaints.push(ExceptionKind::PartLost, reason);
        }
        let name = format!("{place}{}.msg", subject(&message.properties));
        let modified = message.properties.time(tag::MODIFIED);
        let bytes = write_streams(of_message(message, &names));
        match budget.checked_sub(bytes.len() as u64) {
            Some(rest) => budget = rest,
            None => return complaints.stopped("it expands too far for its size"),
        }
        on_child(Child { name, bytes, modified });
    }
}

fn subject(properties: &Properties) -> String {
    let marked = properties.text(tag::SUBJECT).unwrap_or_default();
    let plain: String = match marked.strip_prefix('\u{1}') {
        Some(rest) => rest.chars().skip(1).collect(),
        None => marked,
    };
    let safe = safe_name(&plain, "");
    let short = safe[..safe.floor_char_boundary(LONGEST_SUBJECT)].trim_end_matches([' ', '.']);
    if short.is_empty() { String::new() } else { format!(" {short}") }
}

/// The paths of folders by their numbers, without the two levels every store has above a person's own.
fn folder_paths(store: &Store<'_>) -> BTreeMap<u32, String> {
    let subtree = store.node(MESSAGE_STORE).and_then(|node| {
        let properties = Heap::of(store, node).properties();
        // The number stands after flags and the identity of the store.
        properties.binary(SUBTREE).and_then(|entry| long(entry, 20))
    });
    let folders: BTreeMap<u32, (u32, String)> = store
        .nodes()
        .filter(|(number, _)| number & 0x1f == FOLDER)
        .map(|(number, node)| {
            let name = Heap::of(store, node).properties().text(tag::DISPLAY_NAME).unwrap_or_default();
            (number, (node.parent, safe_name(&name, &format!("folder-{number:x}"))))
        })
        .collect();
    let path = |number: u32| {
        let (mut parts, mut at) = (Vec::new(), number);
        while let Some((parent, name)) = folders.get(&at).filter(|_| parts.len() < MOST_FOLDERS) {
            if at == ROOT_FOLDER || Some(at) == subtree {
                break;
            }
            parts.push(name.as_str());
            if *parent == at {
                break;
            }
            at = *parent;
        }
        parts.reverse();
        parts.join("/")
    };
    folders.keys().map(|number| (*number, path(*number))).collect()
}

fn name_map(store: &Store<'_>, node: Node) -> Names {
    let properties = Heap::of(store, node).properties();
    let stream = |tag| properties.binary(tag).unwrap_or_default();
    names::read(stream(2), stream(3), stream(4))
}

/// A message with its recipients and attachments. `left` is how many bytes it may still take.
fn stored(store: &Store<'_>, node: Node, depth: usize, left: &mut usize) -> Stored {
    let heap = Heap::of(store, node);
    let mut message = Stored { properties: heap.properties(), ..Stored::default() };
    take(&message.properties, left);
    if let Some(table) = heap.own().get(&RECIPIENT_TABLE) {
        message.recipients = Heap::of(store, *table).rows(MOST_ROWS).into_iter().map(|(_, row)| row).collect();
    }
    let table = heap.own().get(&ATTACHMENT_TABLE).map(|table| Heap::of(store, *table).rows(MOST_ROWS));
    for (number, row) in table.unwrap_or_default() {
        if *left == 0 {
            break;
        }
        let Some(node) = heap.own().get(&number) else {
            message.attachments.push((row, None));
            continue;
        };
        let attachment = Heap::of(store, *node);
        let mut properties = attachment.properties();
        for (tag, property) in row.iter().filter(|(tag, _)| !properties.has(*tag)).collect::<Vec<_>>() {
            properties.insert(tag, property.kind, property.values.clone());
        }
        let object = attachment.object(&properties, tag::ATTACH_DATA).filter(|_| depth < DEEPEST);
        let is_message = is_message(&properties);
        if let Some(object) = object.filter(|_| !is_message) {
            // An object of another program lies in its node as the file it would be.
            properties.remove(tag::ATTACH_DATA);
            properties.insert(tag::ATTACH_DATA, kind::BINARY, vec![store.content(object.data)]);
        }
        take(&properties, left);
        let inner = object.filter(|_| is_message).map(|node| Box::new(stored(store, node, depth + 1, left)));
        message.attachments.push((properties, inner));
    }
    message
}

fn is_message(attachment: &Properties) -> bool {
    attachment.long(tag::ATTACH_METHOD) == Some(5)
}

fn take(properties: &Properties, left: &mut usize) {
    let size: usize = properties.iter().flat_map(|(_, property)| &property.values).map(Vec::len).sum();
    *left = left.saturating_sub(size);
}

#[cfg(test)]
pub(crate) mod tests;
