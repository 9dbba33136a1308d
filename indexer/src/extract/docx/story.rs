//! One story of a Word document (the body, a header, a note): its XML as text, in one pass without recursion.

use quick_xml::events::{BytesStart, Event};

use crate::extract::body::Body;
use crate::extract::markup::{Markup, attribute, push_reference};
use crate::extract::symbol;

/// What a story refers to and tracks.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Identifiers of footnotes in the order they are referred to.
    pub(super) footnotes: Vec<String>,
    /// Identifiers of endnotes in the order they are referred to.
    pub(super) endnotes: Vec<String>,
    /// Tracked insertions.
    pub(super) insertions: u32,
    /// Tracked deletions.
    pub(super) deletions: u32,
}

/// A footnote, endnote or comment.
#[derive(Debug)]
pub(super) struct Note {
    pub(super) id: String,
    pub(super) author: String,
    pub(super) text: String,
}

/// The text of a story, and whether its XML was whole.
pub(super) fn read(xml: &str, limit: usize, marks: &mut Marks) -> (String, bool) {
    let mut markup = Markup::lenient(xml);
    let mut writer = Writer::new(limit, marks);
    while !writer.body.is_full() {
        match markup.event() {
            Event::Eof => break,
            event => writer.take(&event),
        }
    }
    (writer.finish(), markup.error_position().is_none())
}

/// The notes of a part, each element `name` with an identifier; separators are left out.
pub(super) fn read_notes(xml: &str, name: &str, limit: usize) -> Vec<Note> {
    let mut markup = Markup::lenient(xml);
    let (mut notes, mut left) = (Vec::new(), limit);
    loop {
        let (id, author, kind) = match markup.event() {
            Event::Start(element) if element.local_name().as_ref() == name.as_bytes() => (
                attribute(&element, "id").unwrap_or_default(),
                attribute(&element, "author").unwrap_or_default(),
                attribute(&element, "type").unwrap_or_default(),
            ),
            Event::Eof => return notes,
            _ => continue,
        };
        let mut marks = Marks::default();
        let mut writer = Writer::new(left, &mut marks);
        loop {
            match markup.event() {
                Event::End(element) if element.local_name().as_ref() == name.as_bytes() => break,
                Event::Eof => break,
                event => writer.take(&event),
            }
        }
        let text = writer.finish();
        left = left.saturating_sub(text.len());
        if kind.is_empty() || kind == "normal" {
            notes.push(Note { id, author, text });
        }
        if left == 0 {
            return notes;
        }
    }
}

struct Writer<'m> {
    body: Body,
    marks: &'m mut Marks,
    /// Open elements inside one that is left out, itself included.
    skipped: u32,
    /// Open elements whose characters are text.
    in_text: u32,
    /// Open deletions.
    deleted: u32,
    /// Whether `[deleted: ` was written and not closed.
    bracket: bool,
}

impl<'m> Writer<'m> {
    fn new(limit: usize, marks: &'m mut Marks) -> Self {
        Self { body: Body::new(limit), marks, skipped: 0, in_text: 0, deleted: 0, bracket: false }
    }

    fn finish(mut self) -> String {
        self.close_bracket();
        self.body.finish()
    }

    fn take(&mut self, event: &Event<'_>) {
        if self.skipped > 0 {
            match event {
                Event::Start(_) => self.skipped += 1,
                Event::End(_) => self.skipped -= 1,
                _ => {}
            }
            return;
        }
        match event {
            Event::Start(element) => self.start(element),
            Event::Empty(element) => self.empty(element),
            Event::End(element) => self.end(element.local_name().as_ref()),
            Event::Text(text) if self.in_text > 0 => self.text(&String::from_utf8_lossy(text)),
            Event::CData(text) if self.in_text > 0 => self.text(&String::from_utf8_lossy(text)),
            Event::GeneralRef(reference) if self.in_text > 0 => {
                push_reference(reference, &mut |text| self.text(text));
            }
            _ => {}
        }
    }

    fn start(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            // Properties, field codes, and the second copy of a shape kept for old programs.
            b"pPr" | b"rPr" | b"tblPr" | b"tblPrEx" | b"tblGrid" | b"trPr" | b"tcPr" | b"sectPr" | b"sdtPr"
            | b"instrText" | b"delInstrText" | b"fldData" | b"Fallback" | b"bodyPr" | b"lstStyle" => self.skipped = 1,
            b"t" | b"delText" => self.in_text += 1,
            b"ins" | b"moveTo" => self.marks.insertions += 1,
            b"del" | b"moveFrom" => {
                self.marks.deletions += 1;
                self.deleted += 1;
            }
            b"tbl" => self.body.open_table(),
            b"txbxContent" => {
                self.close_bracket();
                self.body.open_aside();
            }
            _ => self.empty(element),
        }
    }

    /// What stands for a character by itself, whether written as an empty element or not.
    fn empty(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            b"tab" | b"ptab" => self.text("\t"),
            b"br" | b"cr" => self.text("\n"),
            b"noBreakHyphen" => self.text("-"),
            b"sym" => {
                let code = attribute(element, "char").and_then(|code| u32::from_str_radix(&code, 16).ok());
                let font = attribute(element, "font").unwrap_or_default();
                if let Some(c) = code.and_then(|code| symbol::character(&font, code)) {
                    self.text(c.encode_utf8(&mut [0; 4]));
                }
            }
            b"footnoteReference" => {
                let mark = refer(&mut self.marks.footnotes, element, "");
                self.text(&mark);
            }
            b"endnoteReference" => {
                let mark = refer(&mut self.marks.endnotes, element, "e");
                self.text(&mark);
            }

            _ => {}
        }
    }

    fn end(&mut self, name: &[u8]) {
        match name {
            b"t" | b"delText" => self.in_text = self.in_text.saturating_sub(1),
            b"del" | b"moveFrom" => self.deleted = self.deleted.saturating_sub(1),
            b"p" => {
                self.close_bracket();
                self.body.end_paragraph();
            }
            b"tc" => self.body.end_cell(),
            b"tr" => self.body.end_row(),
            b"tbl" => self.body.close_table(),
            b"txbxContent" => self.body.close_aside(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.deleted > 0 && !self.bracket {
            self.body.push("[deleted: ");
            self.bracket = true;
        } else if self.deleted == 0 {
            self.close_bracket();
        }
        self.body.push(text);
    }

    fn close_bracket(&mut self) {
        if self.bracket {
            self.body.push("]");
            self.bracket = false;
        }
    }
}

/// Counts a reference to a note and gives its mark.
fn refer(notes: &mut Vec<String>, element: &BytesStart<'_>, label: &str) -> String {
    notes.push(attribute(element, "id").unwrap_or_default());
    format!("[{label}{}]", notes.len())
}
