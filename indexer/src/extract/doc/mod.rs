//! Word 97 to 2003 documents, and the text of Word 6 and 95 ones, read by Redwell's own small reader ([MS-DOC]).
//!
//! Headers, body, footers; notes, comments, text boxes, deletions still tracked and hidden text follow their
//! paragraph, marked as [`super::mark`] says; the numbers of paragraphs begin them. Codes of fields are dropped, their
//! results kept. Formatting and pictures are not read.

mod around;
mod fib;
mod lists;
mod pieces;
mod properties;
mod story;
#[cfg(test)]
pub(crate) mod tests;

use redwell_model::{ExceptionKind, Format, ProcessingException, Stage};

use self::fib::{Header, Part, Table};
use self::lists::Lists;
use self::pieces::Text;
use self::properties::{Character, Paragraph, Runs};
use self::story::Story;
use super::compound_file::CompoundFile;
use super::embedded::Embedded;
use super::mark::Tally;
use super::{Child, Extracted, Input, office_lock, property_set};

/// A document's streams, opened.
#[derive(Debug)]
struct Document<'d> {
    header: &'d Header<'d>,
    tables: &'d [u8],
    text: Text<'d>,
    characters: Runs<Character>,
    paragraphs: Runs<Paragraph>,
    lists: Lists,
    revisers: Vec<String>,
}

impl Document<'_> {
    fn table(&self, table: Table) -> &[u8] {
        self.header.table(self.tables, table)
    }
}

/// Reads a Word document of the binary format.
#[must_use]
pub fn extract(input: &Input<'_>, on_child: &mut dyn FnMut(Child)) -> Extracted {
    let mut found = Extracted::new(Format::Doc);
    let Some(file) = CompoundFile::open(input.bytes) else {
        found.exceptions.push(damaged("the file's directory is broken; ask for an intact copy"));
        return found;
    };
    found.metadata = property_set::read(&file);
    let Some(stream) = file.stream(file.root(), "WordDocument") else {
        found.exceptions.push(damaged("the document's text is missing; ask for an intact copy"));
        return found;
    };
    let Some(header) = Header::read(&stream) else {
        found.exceptions.push(damaged("the document's header is broken; ask for an intact copy"));
        return found;
    };
    // Old files keep their tables beside the text.
    let tables = match header.is_old {
        true => stream.clone(),
        false => file.stream(file.root(), if header.table == 1 { "1Table" } else { "0Table" }).unwrap_or_default(),
    };
    let was_locked = header.is_encrypted;
    let (stream, tables) = if was_locked {
        match office_lock::document::open(&stream, &tables, &input.options.passwords) {
            Some(opened) => opened,
            None => return Extracted { metadata: found.metadata, ..super::locked(Format::Doc) },
        }
    } else {
        (stream, tables)
    };
    let Some(header) = Header::read(&stream) else { return found };
    let document = Document {
        header: &header,
        tables: &tables,
        text: Text::of(&stream, &tables, &header),
        characters: properties::characters(&stream, &tables, &header),
        paragraphs: properties::paragraphs(&stream, &tables, &header),
        lists: Lists::of(&tables, &header),
        revisers: around::revisers(header.table(&tables, Table::Revisers)),
    };
    if document.text.is_empty() {
        found.exceptions.push(damaged("the list of the text's pieces is broken; ask for an intact copy"));
        return found;
    }
    let mut tally = Tally::default();
    let text = read(&document, input.options.max_text_bytes, &mut tally);
    found.set_text(&text, input.options);
    if was_locked {
        found.metadata.other.insert("encrypted".to_owned(), "true".to_owned());
    }
    tally.note_macros(file.child(file.root(), "Macros").is_some());
    tally.write(&mut found.metadata);
    let mut embedded = Embedded::of(input, on_child);
    if let Some(pool) = file.child(file.root(), "ObjectPool") {
        for object in file.children(pool) {
            embedded.storage(&file, object, &file.entry(object).name);
        }
    }
    embedded.finish(&mut found.metadata, &mut found.exceptions);
    found
}

/// Every part of the document in reading order.
fn read(document: &Document<'_>, limit: usize, tally: &mut Tally) -> String {
    let around = around::read(document, limit, tally);
    let (start, end) = document.header.part(Part::Body);
    let mut parts = vec![around.headers.join("\n")];
    parts.push(Story::of(document, limit, tally).read(start, end, &around.texts));
    if document.header.is_old {
        // The tables that would tell where these belong have another form in old files.
        for part in [Part::Footnotes, Part::Comments, Part::Endnotes, Part::Margins] {
            let (start, end) = document.header.part(part);
            parts.push(Story::of(document, limit, tally).read(start, end, &std::collections::BTreeMap::new()));
        }
    }
    parts.push(around.loose.join("\n"));
    parts.push(around.footers.join("\n"));
    parts.retain(|part| !part.trim().is_empty());
    parts.iter().map(|part| part.trim_end()).collect::<Vec<_>>().join("\n\n")
}

fn damaged(reason: &str) -> ProcessingException {
    ProcessingException::new(Stage::Extract, ExceptionKind::Damaged, "doc", reason)
}
