//! An incremental update: new and changed objects behind the original, a cross-reference section, a trailer.
//!
//! The section has the form of the one before it, a table or a stream, because readers of the older form need not
//! know the newer. Objects are written in order of their numbers; the same input gives the same bytes.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use lopdf::encryption::{EncryptionState, encrypt_object};
use lopdf::{Dictionary, Document, Object, ObjectId, StringFormat};

use super::AnnotateError;

/// The largest object number that readers are sure to bear (ISO 32000-1, annex C).
const MAX_OBJECTS: u32 = 8_388_607;

/// Objects to be appended to a file.
#[derive(Debug)]
pub(super) struct Update<'f> {
    original: &'f [u8],
    /// Where `%PDF-` stands; positions in the file count from there.
    origin: usize,
    /// Where the last cross-reference section stands.
    previous: usize,
    is_table: bool,
    trailer: Dictionary,
    /// The reference to the encryption dictionary, and how to encrypt.
    encryption: Option<(ObjectId, EncryptionState)>,
    size: u32,
    objects: BTreeMap<ObjectId, Object>,
}

impl<'f> Update<'f> {
    /// An update of this file, read as this document.
    pub(super) fn after(original: &'f [u8], document: &Document) -> Result<Self, AnnotateError> {
        let origin = original.windows(5).position(|window| window == b"%PDF-").unwrap_or_default();
        let previous = document.xref_start;
        let section = original.get(origin + previous..).unwrap_or_default().trim_ascii_start();
        let is_table = section.starts_with(b"xref");
        if !is_table && !section.first().is_some_and(u8::is_ascii_digit) {
            return Err(AnnotateError::damaged("its last cross-reference section is not where the file says"));
        }
        // First, because a locked file shows nothing else.
        let encryption = encryption(document, section)?;
        let trailer_size = document.trailer.get(b"Size").and_then(Object::as_i64).unwrap_or_default();
        let size = document.max_id.saturating_add(1).max(u32::try_from(trailer_size).unwrap_or(u32::MAX));
        if size >= MAX_OBJECTS {
            return Err(AnnotateError::damaged("it counts more objects than a PDF file can have"));
        }
        if document.catalog().is_err() {
            return Err(AnnotateError::damaged("it has no catalog"));
        }
        let trailer = document.trailer.clone();
        Ok(Self { original, origin, previous, is_table, trailer, encryption, size, objects: BTreeMap::new() })
    }

    /// Adds a new object and gives its number.
    pub(super) fn add(&mut self, object: Object) -> Result<ObjectId, AnnotateError> {
        let id = (self.size, 0);
        self.size += 1;
        if self.size >= MAX_OBJECTS {
            return Err(AnnotateError::TooLarge { what: "it would have too many objects".to_owned() });
        }
        self.objects.insert(id, object);
        Ok(id)
    }

    /// Replaces an object of the original.
    pub(super) fn replace(&mut self, id: ObjectId, object: Object) {
        self.objects.insert(id, object);
    }

    /// The original with the update behind it.
    pub(super) fn finish(self) -> Result<Vec<u8>, AnnotateError> {
        let mut out = self.original.to_vec();
        if !out.ends_with(b"\n") && !out.ends_with(b"\r") {
            out.push(b'\n');
        }
        let mut places: BTreeMap<u32, (usize, u16)> = BTreeMap::new();
        for (id, mut object) in self.objects {
            if let Some((_, state)) = &self.encryption {
                encrypt_object(state, id, &mut object)
                    .map_err(|error| AnnotateError::Encrypted { what: error.to_string() })?;
            }
            places.insert(id.0, (out.len() - self.origin, id.1));
            let mut text = Vec::new();
            write_object(&mut text, &object, 0)?;
            out.extend_from_slice(format!("{} {} obj\n", id.0, id.1).as_bytes());
            out.extend_from_slice(&text);
            out.extend_from_slice(b"\nendobj\n");
        }
        let mut trailer = Dictionary::new();
        for key in [b"Root".as_slice(), b"Info", b"ID"] {
            if let Ok(value) = self.trailer.get(key) {
                trailer.set(key, value.clone());
            }
        }
        if let Some((id, _)) = self.encryption {
            trailer.set("Encrypt", Object::Reference(id));
        }
        trailer.set("Prev", Object::Integer(integer(self.previous)?));
        let at = out.len() - self.origin;
        if self.is_table {
            trailer.set("Size", Object::Integer(i64::from(self.size)));
            write_table(&mut out, &places);
            out.extend_from_slice(b"trailer\n");
            write_object(&mut out, &Object::Dictionary(trailer), 0)?;
        } else {
            // The stream is an object itself and lists itself.
            places.insert(self.size, (at, 0));
            trailer.set("Size", Object::Integer(i64::from(self.size) + 1));
            out.extend_from_slice(format!("{} 0 obj\n", self.size).as_bytes());
            write_object(&mut out, &Object::Stream(table_stream(trailer, &places)?), 0)?;
            out.extend_from_slice(b"\nendobj");
        }
        out.extend_from_slice(format!("\nstartxref\n{at}\n%%EOF\n").as_bytes());
        Ok(out)
    }
}

/// How to encrypt new objects, where the file is encrypted and opens without a password.
fn encryption(document: &Document, section: &[u8]) -> Result<Option<(ObjectId, EncryptionState)>, AnnotateError> {
    let refuse = |what: &str| Err(AnnotateError::Encrypted { what: what.to_owned() });
    if document.trailer.get(b"Encrypt").is_ok() {
        return refuse("it opens with a password only");
    }
    let Some(state) = document.encryption_state.clone() else { return Ok(None) };
    // AES needs random bytes, and a deliverable must come out the same every time.
    let reproducible = |method: &[u8]| method == b"V2" || method == b"Identity";
    if !reproducible(state.get_string_filter().method()) || !reproducible(state.get_stream_filter().method()) {
        return refuse("AES needs random bytes, and a package must come out the same every time");
    }
    match encrypt_reference(section) {
        Some(id) => Ok(Some((id, state))),
        None => refuse("its encryption dictionary is not an object of its own"),
    }
}

/// The reference behind `/Encrypt` in the trailer at the start of these bytes.
fn encrypt_reference(section: &[u8]) -> Option<ObjectId> {
    let key = b"/Encrypt";
    let at = section.windows(key.len()).position(|window| window == key)?;
    let rest = section.get(at + key.len()..)?;
    let rest = String::from_utf8_lossy(&rest[..rest.len().min(40)]).into_owned();
    let mut words = rest.split_ascii_whitespace();
    let id = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    words.next().filter(|word| word.starts_with('R')).map(|_| id)
}

/// A cross-reference table: a header for every run of numbers, twenty bytes an entry.
fn write_table(out: &mut Vec<u8>, places: &BTreeMap<u32, (usize, u16)>) {
    out.extend_from_slice(b"xref\n");
    for (first, run) in runs(places) {
        let mut text = format!("{first} {}\n", run.len());
        for (at, generation) in run {
            writeln!(text, "{at:010} {generation:05} n ").expect("a text takes every write");
        }
        out.extend_from_slice(text.as_bytes());
    }
}

/// A cross-reference stream: one byte of kind, eight of position, two of generation an entry.
fn table_stream(mut trailer: Dictionary, places: &BTreeMap<u32, (usize, u16)>) -> Result<lopdf::Stream, AnnotateError> {
    let (mut index, mut content) = (Vec::new(), Vec::new());
    for (first, run) in runs(places) {
        index.extend([Object::Integer(i64::from(first)), Object::Integer(integer(run.len())?)]);
        for (at, generation) in run {
            content.push(1);
            content.extend_from_slice(&integer(at)?.to_be_bytes());
            content.extend_from_slice(&generation.to_be_bytes());
        }
    }
    trailer.set("Type", Object::Name(b"XRef".to_vec()));
    trailer.set("Index", Object::Array(index));
    trailer.set("W", Object::Array([1, 8, 2].map(Object::Integer).to_vec()));
    Ok(lopdf::Stream::new(trailer, content))
}

/// Places by runs of consecutive numbers.
fn runs(places: &BTreeMap<u32, (usize, u16)>) -> Vec<(u32, Vec<(usize, u16)>)> {
    let mut runs: Vec<(u32, Vec<(usize, u16)>)> = Vec::new();
    let mut expected = None;
    for (number, place) in places {
        match runs.last_mut().filter(|_| expected == Some(*number)) {
            Some((_, run)) => run.push(*place),
            None => runs.push((*number, vec![*place])),
        }
        expected = number.checked_add(1);
    }
    runs
}

fn integer(value: usize) -> Result<i64, AnnotateError> {
    i64::try_from(value).map_err(|_| AnnotateError::TooLarge { what: "its size".to_owned() })
}

/// Deepest nesting that is written.
const MAX_DEPTH: usize = 100;

/// Writes one object in PDF syntax.
fn write_object(out: &mut Vec<u8>, object: &Object, depth: usize) -> Result<(), AnnotateError> {
    if depth > MAX_DEPTH {
        return Err(AnnotateError::damaged("its objects are nested too deeply"));
    }
    match object {
        Object::Null => out.extend_from_slice(b"null"),
        Object::Boolean(value) => out.extend_from_slice(if *value { b"true" } else { b"false" }),
        Object::Integer(value) => out.extend_from_slice(value.to_string().as_bytes()),
        Object::Real(value) if value.is_finite() => out.extend_from_slice(value.to_string().as_bytes()),
        Object::Real(_) => out.push(b'0'),
        Object::Name(name) => write_name(out, name),
        Object::String(text, format) => write_string(out, text, *format),
        Object::Array(items) => {
            out.push(b'[');
            for (n, item) in items.iter().enumerate() {
                if n > 0 {
                    out.push(b' ');
                }
                write_object(out, item, depth + 1)?;
            }
            out.push(b']');
        }
        Object::Dictionary(dictionary) => write_dictionary(out, dictionary, depth)?,
        Object::Stream(stream) => {
            let mut dictionary = stream.dict.clone();
            dictionary.set("Length", Object::Integer(integer(stream.content.len())?));
            write_dictionary(out, &dictionary, depth)?;
            out.extend_from_slice(b"\nstream\n");
            out.extend_from_slice(&stream.content);
            out.extend_from_slice(b"\nendstream");
        }
        Object::Reference((number, generation)) => {
            out.extend_from_slice(format!("{number} {generation} R").as_bytes());
        }
    }
    Ok(())
}

fn write_dictionary(out: &mut Vec<u8>, dictionary: &Dictionary, depth: usize) -> Result<(), AnnotateError> {
    out.extend_from_slice(b"<<");
    for (key, value) in dictionary {
        write_name(out, key);
        out.push(b' ');
        write_object(out, value, depth + 1)?;
    }
    out.extend_from_slice(b">>");
    Ok(())
}

fn write_name(out: &mut Vec<u8>, name: &[u8]) {
    out.push(b'/');
    for byte in name {
        match byte {
            b'!'..=b'~' if !b"#()<>[]{}/%".contains(byte) => out.push(*byte),
            _ => out.extend_from_slice(format!("#{byte:02X}").as_bytes()),
        }
    }
}

fn write_string(out: &mut Vec<u8>, text: &[u8], format: StringFormat) {
    let plain = |byte: &u8| matches!(byte, b' '..=b'~' | b'\n' | b'\r' | b'\t');
    if format == StringFormat::Hexadecimal || !text.iter().all(plain) {
        out.push(b'<');
        for byte in text {
            out.extend_from_slice(format!("{byte:02X}").as_bytes());
        }
        out.push(b'>');
        return;
    }
    out.push(b'(');
    for byte in text {
        match byte {
            b'(' | b')' | b'\\' => out.extend_from_slice(&[b'\\', *byte]),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            _ => out.push(*byte),
        }
    }
    out.push(b')');
}
