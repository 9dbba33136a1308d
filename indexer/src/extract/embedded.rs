//! Files embedded in documents, taken out of what they are wrapped in and named as their author named them.
//!
//! An embedded object is a file of its own (a workbook in a ZIP part), an OLE compound file that is a document itself
//! (Word 97 in a storage), or a wrapper around one (`Ole10Native`, `Package`, `CONTENTS`). Pictures drawn in a
//! document are part of it and not handed out; neither are typeset equations and form controls.

use jiff::Timestamp;
use redwell_model::{ExceptionKind, Metadata, ProcessingException, Stage};

use super::compound_file::{self, CompoundFile, EntryId, long, write_storage};
use super::member_name::{safe_name, safe_path};
use super::package::Package;
use super::{Child, Input, identify};

/// Hands out what is embedded in one document.
pub struct Embedded<'o> {
    on_child: &'o mut dyn FnMut(Child),
    count: usize,
    most: usize,
    /// Bytes that may still be handed out.
    left: usize,
    /// What could not be handed out.
    pub exceptions: Vec<ProcessingException>,
}

impl std::fmt::Debug for Embedded<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Embedded").field("count", &self.count).finish_non_exhaustive()
    }
}

impl<'o> Embedded<'o> {
    /// Hands out within the limits of this document.
    pub fn of(input: &Input<'_>, on_child: &'o mut dyn FnMut(Child)) -> Self {
        let factor = usize::try_from(input.options.max_expansion).unwrap_or(usize::MAX);
        let left = input.bytes.len().saturating_mul(factor).max(64 << 20);
        Self { on_child, count: 0, most: input.options.max_entries, left, exceptions: Vec::new() }
    }

    /// Hands out the embedded files of an Office Open XML package.
    pub fn package(&mut self, package: &mut Package<'_>) {
        for part in package.names() {
            let is_embedded = part.contains("/embeddings/") && !part.contains("/_rels/") && !part.ends_with('/');
            let is_chunk = part.contains("/afchunk");
            if !is_embedded && !is_chunk {
                continue;
            }
            let Some(bytes) = package.bytes(&part) else { continue };
            self.object(part.rsplit('/').next().unwrap_or(&part), bytes);
        }
    }

    /// Hands out an embedded object; `name` is what it is called where it says no name of its own.
    pub fn object(&mut self, name: &str, bytes: Vec<u8>) {
        if bytes.is_empty() {
            return;
        }
        if bytes.starts_with(compound_file::SIGNATURE) {
            match CompoundFile::open(&bytes).and_then(|file| inside(&file, file.root())) {
                Some(Inside::File { name: own, bytes }) => self.hand_out(own.as_deref(), name, bytes),
                Some(Inside::Itself) | None => self.hand_out(None, name, bytes),
                Some(Inside::Nothing) => {}
            }
        } else {
            self.hand_out(None, name, bytes);
        }
    }

    /// Hands out what a storage of a compound file holds, such as an entry of Word's `ObjectPool`.
    pub fn storage(&mut self, file: &CompoundFile<'_>, storage: EntryId, name: &str) {
        match inside(file, storage) {
            Some(Inside::File { name: own, bytes }) => self.hand_out(own.as_deref(), name, bytes),
            Some(Inside::Itself) => match write_storage(file, storage, self.left) {
                Some(bytes) => self.hand_out(None, name, bytes),
                None => self.stop(),
            },
            Some(Inside::Nothing) | None => {}
        }
    }

    /// Hands out a file that its document names and keeps as it was.
    pub fn attached(&mut self, name: &str, bytes: Vec<u8>, modified: Option<Timestamp>) {
        self.hand_out_dated(Some(name), "attachment", bytes, modified);
    }

    /// How many bytes may still be handed out.
    #[must_use]
    pub fn bytes_left(&self) -> u64 {
        self.left as u64
    }

    /// Hands out a package as `Ole10Native` and RTF keep it.
    pub fn native(&mut self, bytes: &[u8], name: &str) {
        let (own, content) = packaged(bytes).map_or((None, bytes), |(own, content)| (Some(own), content));
        self.hand_out(own.as_deref(), name, content.to_vec());
    }

    fn hand_out(&mut self, own: Option<&str>, fallback: &str, bytes: Vec<u8>) {
        self.hand_out_dated(own, fallback, bytes, None);
    }

    fn hand_out_dated(&mut self, own: Option<&str>, fallback: &str, bytes: Vec<u8>, modified: Option<Timestamp>) {
        if bytes.is_empty() {
            return;
        }
        if self.count >= self.most || bytes.len() > self.left {
            self.stop();
            return;
        }
        self.count += 1;
        self.left -= bytes.len();
        let fallback = safe_name(fallback, "embedded");
        let name = match own.map(|own| own.rsplit(['/', '\\']).next().unwrap_or(own).trim()) {
            Some(own) if !own.is_empty() => safe_path(own, &fallback),
            _ => with_extension(&fallback, &bytes),
        };
        (self.on_child)(Child { name, bytes, modified });
    }

    /// Notes that something is left out for want of room.
    pub fn stop(&mut self) {
        if self.exceptions.is_empty() {
            self.exceptions.push(ProcessingException::new(
                Stage::Expand,
                ExceptionKind::ContainerLimit,
                "",
                "the document holds more embedded files, or larger ones, than allowed; some were not read",
            ));
        }
    }

    /// Notes how many there were and what went wrong.
    pub fn finish(self, metadata: &mut Metadata, exceptions: &mut Vec<ProcessingException>) {
        if self.count > 0 {
            metadata.other.insert("embedded_files".to_owned(), self.count.to_string());
        }
        exceptions.extend(self.exceptions);
    }
}

/// What an OLE object holds.
enum Inside {
    File {
        name: Option<String>,
        bytes: Vec<u8>,
    },
    /// It is a document itself.
    Itself,
    /// Nothing anybody wrote: a picture of something, an equation, a control.
    Nothing,
}

/// Looks into an OLE object; `None` where nothing in it is known.
fn inside(file: &CompoundFile<'_>, storage: EntryId) -> Option<Inside> {
    if let Some(native) = file.stream(storage, "\u{1}Ole10Native") {
        let content = match packaged(&native) {
            Some((name, content)) => Inside::File { name: Some(name), bytes: content.to_vec() },
            None => Inside::File { name: None, bytes: native.get(4..).unwrap_or_default().to_vec() },
        };
        return Some(content);
    }
    for wrapper in ["Package", "EmbeddedOdf", "CONTENTS"] {
        if let Some(bytes) = file.stream(storage, wrapper).filter(|bytes| !bytes.is_empty()) {
            return Some(Inside::File { name: None, bytes });
        }
    }
    let names: Vec<String> = file.children(storage).into_iter().map(|id| file.entry(id).name.clone()).collect();
    let has = |name: &str| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    if ["WordDocument", "Workbook", "Book", "PowerPoint Document", "VisioDocument", "__properties_version1.0", "Quill"]
        .into_iter()
        .any(has)
    {
        return Some(Inside::Itself);
    }
    let is_control = |name: &String| {
        name.starts_with(['\u{1}', '\u{2}', '\u{3}'])
            || ["Equation Native", "contents", "f", "o", "PRINT"].contains(&name.as_str())
    };
    names.iter().all(is_control).then_some(Inside::Nothing)
}

/// The name and content of a package ([MS-OLEDS] keeps only its length; the rest is the Packager's own form).
fn packaged(native: &[u8]) -> Option<(String, &[u8])> {
    let mut at = 4;
    // 2 is an embedded file; 3 a link to one, which has no content.
    if native.get(at..at + 2)? != [2, 0] {
        return None;
    }
    at += 2;
    let string = |at: &mut usize| {
        let rest = native.get(*at..)?;
        let length = rest.iter().take(4096).position(|byte| *byte == 0)?;
        *at += length + 1;
        Some(encoding_rs::WINDOWS_1252.decode_without_bom_handling(&rest[..length]).0.into_owned())
    };
    let label = string(&mut at)?;
    let path = string(&mut at)?;
    at += 4;
    let temporary = usize::try_from(long(native, at)?).ok()?;
    at = at.checked_add(4)?.checked_add(temporary)?;
    let length = usize::try_from(long(native, at)?).ok()?;
    let rest = native.get(at + 4..)?;
    let content = &rest[..rest.len().min(length)];
    let name = if label.trim().is_empty() { path } else { label };
    Some((name, content))
}

/// A name that says nothing of the content gets the extension the content has.
fn with_extension(name: &str, bytes: &[u8]) -> String {
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    if !extension.is_empty() && !extension.eq_ignore_ascii_case("bin") && !extension.eq_ignore_ascii_case("ole") {
        return name.to_owned();
    }
    match identify::identify("", bytes).format.extensions().first() {
        Some(known) => format!("{stem}.{known}"),
        None => format!("{stem}.{}", if extension.is_empty() { "bin" } else { extension }),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::extract::compound_file::file_of;
    use crate::extract::tests::options;
    use proptest::prelude::*;

    /// A package as the Packager writes it.
    pub(crate) fn package_of(name: &str, content: &[u8]) -> Vec<u8> {
        let mut native = vec![0, 0, 0, 0, 2, 0];
        native.extend(name.as_bytes());
        native.push(0);
        native.extend(b"C:\\x\\y.txt\0\0\0\x03\0");
        native.extend(4_u32.to_le_bytes());
        native.extend(b"C:\\\0");
        native.extend(u32::try_from(content.len()).unwrap().to_le_bytes());
        native.extend(content);
        native
    }

    fn check(name: &str, bytes: &[u8], expected: &[(&str, &[u8])]) {
        let mut children = Vec::new();
        let mut take = |child: Child| children.push((child.name, child.bytes));
        let options = options();
        let mut embedded = Embedded::of(&Input { name: "a.docx", bytes, options: &options }, &mut take);
        embedded.object(name, bytes.to_vec());
        let children: Vec<(&str, &[u8])> =
            children.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        assert_eq!(children, expected, "{name}");
    }

    #[test]
    fn wrappers_are_taken_off() {
        let native = file_of(&[("\u{1}Ole10Native", &package_of("C:\\my\\plan.txt", b"buy")), ("\u{1}CompObj", b"x")]);
        check("oleObject1.bin", &native, &[("plan.txt", b"buy")]);
        let acrobat = file_of(&[("CONTENTS", b"%PDF-1.4 x")]);
        check("oleObject2.bin", &acrobat, &[("oleObject2.pdf", b"%PDF-1.4 x")]);
        let word = file_of(&[("WordDocument", b"x"), ("\u{1}CompObj", b"x")]);
        check("oleObject3.bin", &word, &[("oleObject3.doc", &word)]);
        let equation = file_of(&[("Equation Native", b"x"), ("\u{1}Ole", b"x")]);
        check("oleObject4.bin", &equation, &[]);
        check("Sheet.xlsx", b"PK", &[("Sheet.xlsx", b"PK")]);
    }

    #[test]
    fn absurd_lengths_are_not_believed() {
        let mut native = package_of("a.txt", b"abc");
        let at = native.len() - 7;
        native[at..at + 4].fill(0xff);
        check("o.bin", &file_of(&[("\u{1}Ole10Native", &native)]), &[("a.txt", b"abc")]);
        native[at - 8..at - 4].fill(0xff);
        assert!(packaged(&native).is_none());
    }

    proptest! {
        #[test]
        fn broken_wrappers_do_no_harm(at in 0_usize..60, byte: u8, cut in 0_usize..60) {
            let mut native = package_of("a.txt", b"abc");
            let at = at % native.len();
            native[at] = byte;
            native.truncate(cut);
            let content = packaged(&native).map_or(0, |(_, content)| content.len());
            prop_assert!(content <= native.len());
        }
    }
}
