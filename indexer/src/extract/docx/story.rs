//! One story of a Word document (the body, a header, a note): its XML as text, in one pass without recursion.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::events::{BytesStart, Event};

use super::field::Fields;
use super::lists::{Lists, Numbered};
use crate::extract::body::Body;
use crate::extract::mark::{By, NOTE_PLACE, PLACE, Tally, marked, plainly_marked};
use crate::extract::markup::{Markup, attribute, push_reference};
use crate::extract::symbol;

/// What a story refers to: notes and comments by identifier, ready to be shown, and styles whose text is hidden.
#[derive(Debug, Default)]
pub(super) struct Around {
    pub(super) footnotes: BTreeMap<String, String>,
    pub(super) endnotes: BTreeMap<String, String>,
    pub(super) comments: BTreeMap<String, String>,
    pub(super) hidden_styles: BTreeSet<String>,
    /// What has been shown already.
    pub(super) shown: BTreeSet<(u8, String)>,
    /// Notes referred to so far.
    pub(super) footnote_count: u32,
    pub(super) endnote_count: u32,
    pub(super) tally: Tally,
    pub(super) lists: Lists,
    /// Whether it is a Word 2003 document, where notes, comments and margins stand inside the text.
    pub(super) is_flat: bool,
    /// Headers and footers met in such a document, marked.
    pub(super) margins: [Vec<String>; 2],
}

impl Around {
    /// What nothing in the document refers to.
    pub(super) fn left_over(&self) -> Vec<String> {
        let kinds = [(0, &self.footnotes, "Footnote"), (1, &self.endnotes, "Endnote"), (2, &self.comments, "")];
        let mut left = Vec::new();
        for (kind, texts, what) in kinds {
            for (_, text) in texts.iter().filter(|(id, _)| !self.shown.contains(&(kind, (*id).clone()))) {
                left.push(if what.is_empty() { text.clone() } else { plainly_marked(what, text) });
            }
        }
        left
    }
}

/// The text of a story, and whether its XML was whole.
pub(super) fn read(xml: &str, limit: usize, around: &mut Around) -> (String, bool) {
    let mut markup = Markup::lenient(xml);
    around.lists.restart();
    let mut writer = Writer::new(limit, around);
    while !writer.body.is_full() {
        match markup.event() {
            Event::Eof => break,
            event => writer.take(&event),
        }
    }
    (writer.finish(), markup.error_position().is_none())
}

/// What stands beside the running text.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Beside {
    Deleted(By),
    Moved(By),
    Hidden,
}

pub(super) struct Writer<'a> {
    body: Body,
    around: &'a mut Around,
    /// Open elements inside one that is left out, itself included.
    skipped: u32,
    /// Open elements whose characters are text.
    in_text: u32,
    /// Open elements that hold the codes of fields.
    in_code: u32,
    fields: Fields,
    /// Open elements of a paragraph's or a run's properties.
    in_paragraph_properties: u32,
    in_run_properties: bool,
    /// What the open paragraph's properties say of its number, and whether its end is neither deleted nor hidden.
    numbered: Numbered,
    has_end: bool,
    /// Of a paragraph without end of its own: counted once something of it is seen.
    unseen: Option<Numbered>,
    /// Open deletions and moves away.
    deleted: Vec<Beside>,
    /// Of each open paragraph and run, whether its text is hidden.
    hidden_paragraphs: Vec<bool>,
    hidden_runs: Vec<bool>,
    /// What is being written beside the running text.
    open: Option<Beside>,
    /// Of each open annotation of Word 2003, what it is.
    annotations: Vec<Annotation>,
}

/// What Word 2003 keeps where later Word refers to another part.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Annotation {
    Deletion,
    Comment(By),
    Other,
}

impl<'a> Writer<'a> {
    pub(super) fn new(limit: usize, around: &'a mut Around) -> Self {
        Self {
            body: Body::new(limit),
            around,
            skipped: 0,
            in_text: 0,
            in_code: 0,
            fields: Fields::default(),
            in_paragraph_properties: 0,
            in_run_properties: false,
            numbered: Numbered::default(),
            has_end: true,
            unseen: None,
            deleted: Vec::new(),
            hidden_paragraphs: Vec::new(),
            hidden_runs: Vec::new(),
            open: None,
            annotations: Vec::new(),
        }
    }

    pub(super) fn finish(mut self) -> String {
        self.close_beside();
        self.body.finish()
    }

    pub(super) fn take(&mut self, event: &Event<'_>) {
        if self.skipped > 0 {
            match event {
                Event::Start(_) => self.skipped += 1,
                Event::End(_) => self.skipped -= 1,
                _ => {}
            }
            return;
        }
        if self.in_paragraph_properties > 0 {
            self.paragraph_property(event);
            return;
        }
        match event {
            Event::Start(element) if self.in_run_properties => {
                self.run_property(element);
                self.skipped = 1;
            }
            Event::Empty(element) if self.in_run_properties => self.run_property(element),
            Event::Start(element) => self.start(element),
            Event::Empty(element) => self.empty(element),
            Event::End(element) => self.end(element.local_name().as_ref()),
            Event::Text(text) if self.in_code > 0 => self.fields.code(&String::from_utf8_lossy(text)),
            Event::GeneralRef(reference) if self.in_code > 0 => {
                push_reference(reference, &mut |text| self.fields.code(text));
            }
            Event::Text(text) if self.in_text > 0 => self.text(&String::from_utf8_lossy(text)),
            Event::CData(text) if self.in_text > 0 => self.text(&String::from_utf8_lossy(text)),
            Event::GeneralRef(reference) if self.in_text > 0 => {
                push_reference(reference, &mut |text| self.text(text));
            }
            _ => {}
        }
    }

    fn paragraph_property(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(element) => {
                self.in_paragraph_properties += 1;
                // What they were before a tracked change.
                if element.local_name().as_ref() == b"pPrChange" {
                    self.in_paragraph_properties -= 1;
                    self.skipped = 1;
                    return;
                }
                self.one_paragraph_property(element);
            }
            Event::End(_) => {
                self.in_paragraph_properties -= 1;
                if self.in_paragraph_properties == 0 {
                    self.number();
                }
            }
            Event::Empty(element) => self.one_paragraph_property(element),
            _ => {}
        }
    }

    fn one_paragraph_property(&mut self, element: &BytesStart<'_>) {
        let value = || attribute(element, "val");
        match element.local_name().as_ref() {
            b"pStyle" => {
                let is_hidden = self.is_hidden_style(element);
                if let Some(paragraph) = self.hidden_paragraphs.last_mut() {
                    *paragraph = is_hidden;
                }
                self.numbered.style = value();
            }
            b"numId" => self.numbered.list = value().and_then(|list| list.parse().ok()),
            b"ilvl" if !self.around.is_flat => self.numbered.level = value().and_then(|level| level.parse().ok()),
            b"del" | b"moveFrom" => self.has_end = false,
            b"vanish" if is_on(element) => self.has_end = false,
            // Word 2003 writes down what the number looks like.
            b"t" if self.around.is_flat => {
                let number: String = value().unwrap_or_default().chars().take(200).collect();
                let is_symbol = |c: char| matches!(c, '\u{b7}' | '\u{e000}'..='\u{f8ff}');
                let number = number.replace(is_symbol, "•");
                if !number.trim().is_empty() {
                    self.body.push(&format!("{number}\t"));
                }
            }
            _ => {}
        }
    }

    /// Begins a paragraph with its number. One without an end of its own runs into the next, and has a number only if
    /// something of it is seen.
    fn number(&mut self) {
        let numbered = std::mem::take(&mut self.numbered);
        if std::mem::replace(&mut self.has_end, true) {
            let number = self.around.lists.number(&numbered);
            self.body.push(&number);
        } else {
            self.unseen = Some(numbered);
        }
    }

    fn run_property(&mut self, element: &BytesStart<'_>) {
        let is_hidden = match element.local_name().as_ref() {
            b"rStyle" if self.is_hidden_style(element) => true,
            b"vanish" => is_on(element),
            _ => return,
        };
        if let Some(run) = self.hidden_runs.last_mut() {
            *run = is_hidden;
        }
    }

    fn is_hidden_style(&self, element: &BytesStart<'_>) -> bool {
        attribute(element, "val").is_some_and(|style| self.around.hidden_styles.contains(&style))
    }

    fn start(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            b"pPr" => self.in_paragraph_properties = 1,
            b"rPr" => self.in_run_properties = true,
            // Properties, field codes, and the second copy of a shape kept for old programs.
            b"sectPr" if self.around.is_flat => {}
            b"binData" | b"docPr" | b"DocumentProperties" | b"CustomDocumentProperties" | b"fonts" | b"styles"
                if self.around.is_flat =>
            {
                self.skipped = 1;
            }
            b"annotation" if self.around.is_flat => self.annotation(element),
            b"hdr" | b"ftr" | b"footnote" | b"endnote" if self.around.is_flat => {
                self.close_beside();
                self.body.open_aside();
            }
            b"tblPr" | b"tblPrEx" | b"tblGrid" | b"trPr" | b"tcPr" | b"sectPr" | b"sdtPr" | b"delInstrText"
            | b"fldData" | b"Fallback" | b"bodyPr" | b"lstStyle" => self.skipped = 1,
            b"t" | b"delText" => self.in_text += 1,
            b"instrText" => self.in_code += 1,
            b"fldSimple" => self.fields.open_simple(element),
            b"p" => {
                self.hidden_paragraphs.push(false);
                self.fields.begin_paragraph();
            }
            b"r" => {
                let inherited = self.hidden_paragraphs.last().copied().unwrap_or(false);
                self.hidden_runs.push(inherited);
            }
            b"ins" | b"moveTo" => self.around.tally.change("tracked_insertions", &by(element)),
            b"del" | b"moveFrom" => {
                let by = by(element);
                self.around.tally.change("tracked_deletions", &by);
                let is_moved = element.local_name().as_ref() == b"moveFrom";
                self.deleted.push(if is_moved { Beside::Moved(by) } else { Beside::Deleted(by) });
            }
            b"tbl" => {
                self.close_beside();
                self.body.open_table();
            }
            b"txbxContent" => {
                self.close_beside();
                self.body.open_aside();
            }
            _ => self.empty(element),
        }
    }

    /// A change or comment of Word 2003 stands around its text.
    fn annotation(&mut self, element: &BytesStart<'_>) {
        let date = attribute(element, "createdate");
        let by = By::new(attribute(element, "author").as_deref(), date.as_deref());
        let annotation = match attribute(element, "type").as_deref() {
            Some("Word.Insertion") => {
                self.around.tally.change("tracked_insertions", &by);
                Annotation::Other
            }
            Some("Word.Deletion") => {
                self.around.tally.change("tracked_deletions", &by);
                self.deleted.push(Beside::Deleted(by));
                Annotation::Deletion
            }
            Some("Word.Comment") => {
                self.close_beside();
                self.body.open_aside();
                Annotation::Comment(by)
            }
            _ => Annotation::Other,
        };
        self.annotations.push(annotation);
    }

    /// What of Word 2003's elements has just ended.
    fn end_flat(&mut self, name: &[u8]) {
        if name == b"annotation" {
            match self.annotations.pop() {
                Some(Annotation::Deletion) => drop(self.deleted.pop()),
                Some(Annotation::Comment(by)) => {
                    self.close_beside();
                    let comment = marked("Comment", &by, &self.body.take_aside());
                    self.around.tally.count_many("comments", u64::from(!comment.is_empty()));
                    self.body.put_aside(comment);
                }
                Some(Annotation::Other) | None => {}
            }
            return;
        }
        self.close_beside();
        let text = self.body.take_aside();
        let around = &mut *self.around;
        match name {
            b"hdr" | b"ftr" => {
                let is_header = name == b"hdr";
                let text = plainly_marked(if is_header { "Header" } else { "Footer" }, &text);
                let margins = &mut around.margins[usize::from(!is_header)];
                if !text.is_empty() && !margins.contains(&text) && margins.len() < 1000 {
                    margins.push(text);
                }
            }
            _ => {
                let (count, what, kind) = match name {
                    b"footnote" => (&mut around.footnote_count, "Footnote", "footnotes"),
                    _ => (&mut around.endnote_count, "Endnote", "endnotes"),
                };
                *count += 1;
                let text = plainly_marked(&format!("{what} {count}"), &text);
                if !text.is_empty() {
                    around.tally.count(kind);
                    self.body.mark_place(NOTE_PLACE);
                    self.body.put_aside(text);
                }
            }
        }
    }

    /// What stands for a character by itself, whether written as an empty element or not.
    fn empty(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            b"tab" | b"ptab" => self.text("\t"),
            b"br" | b"cr" => self.text("\n"),
            b"noBreakHyphen" => self.text("-"),
            b"p" => self.end(b"p"),
            b"fldChar" if !self.is_hidden() => {
                let number = self.fields.mark(element, &mut self.around.lists);
                self.show_number(number);
            }
            b"fldSimple" => {
                self.fields.open_simple(element);
                self.end(b"fldSimple");
            }
            b"sym" => {
                let code = attribute(element, "char").and_then(|code| u32::from_str_radix(&code, 16).ok());
                let font = attribute(element, "font").unwrap_or_default();
                if let Some(c) = code.and_then(|code| symbol::character(&font, code)) {
                    self.text(c.encode_utf8(&mut [0; 4]));
                }
            }
            b"footnoteReference" | b"endnoteReference" | b"commentReference" => self.refer(element),
            // Letters drawn as a shape, such as a watermark.
            b"textpath" => {
                let drawn = attribute(element, "string").unwrap_or_default();
                self.body.put_aside(plainly_marked("Drawn text", &drawn));
            }
            _ => {}
        }
    }

    /// Lets a note or comment follow the paragraph it is referred to in.
    fn refer(&mut self, element: &BytesStart<'_>) {
        let id = attribute(element, "id").unwrap_or_default();
        let around = &mut *self.around;
        let (kind, aside) = match element.local_name().as_ref() {
            b"footnoteReference" => {
                around.footnote_count += 1;
                let text = around.footnotes.get(&id).map(String::as_str).unwrap_or_default();
                (0, plainly_marked(&format!("Footnote {}", around.footnote_count), text))
            }
            b"endnoteReference" => {
                around.endnote_count += 1;
                let text = around.endnotes.get(&id).map(String::as_str).unwrap_or_default();
                (1, plainly_marked(&format!("Endnote {}", around.endnote_count), text))
            }
            _ => (2, around.comments.get(&id).cloned().unwrap_or_default()),
        };
        if aside.is_empty() || !around.shown.insert((kind, id)) {
            return;
        }
        self.close_beside();
        if kind < 2 {
            self.body.mark_place(NOTE_PLACE);
        }
        self.body.put_aside(aside);
    }

    fn end(&mut self, name: &[u8]) {
        match name {
            b"annotation" | b"hdr" | b"ftr" | b"footnote" | b"endnote" if self.around.is_flat => self.end_flat(name),
            b"t" | b"delText" => self.in_text = self.in_text.saturating_sub(1),
            b"instrText" => self.in_code = self.in_code.saturating_sub(1),
            b"fldSimple" => {
                let number = self.fields.close_simple(&mut self.around.lists);
                self.show_number(number);
            }
            b"rPr" => self.in_run_properties = false,
            b"r" => drop(self.hidden_runs.pop()),
            b"del" | b"moveFrom" => drop(self.deleted.pop()),
            b"p" => {
                self.close_beside();
                self.hidden_paragraphs.pop();
                self.unseen = None;
                self.body.end_paragraph();
            }
            b"tc" => {
                self.close_beside();
                self.body.end_cell();
            }
            b"tr" => self.body.end_row(),
            b"tbl" => self.body.close_table(),
            b"txbxContent" => {
                self.close_beside();
                let text = self.body.take_aside();
                if !text.trim().is_empty() {
                    self.around.tally.count("text_boxes");
                }
                self.body.put_aside(plainly_marked("Text box", &text));
            }
            _ => {}
        }
    }

    fn is_hidden(&self) -> bool {
        self.hidden_runs.last().copied().unwrap_or(false)
    }

    /// Shows the number that a field makes.
    fn show_number(&mut self, number: Option<String>) {
        if let Some(number) = number {
            self.push(&number);
        }
    }

    fn text(&mut self, text: &str) {
        self.fields.note_text(text);
        self.push(text);
    }

    fn push(&mut self, text: &str) {
        let is_hidden = self.is_hidden();
        let beside = match self.deleted.last() {
            Some(deleted) => Some(deleted.clone()),
            None => is_hidden.then_some(Beside::Hidden),
        };
        if beside != self.open {
            self.close_beside();
            if beside.is_some() {
                self.body.open_aside();
            }
            self.open = beside;
        }
        if self.open.is_none()
            && let Some(numbered) = self.unseen.take()
        {
            let number = self.around.lists.number(&numbered);
            self.body.push(&number);
        }
        self.body.push(text);
    }

    fn close_beside(&mut self) {
        let Some(beside) = self.open.take() else { return };
        let text = self.body.take_aside();
        if text.trim().is_empty() {
            return;
        }
        let aside = match beside {
            Beside::Deleted(by) => marked("Deleted", &by, &text),
            Beside::Moved(by) => marked("Moved away", &by, &text),
            Beside::Hidden => {
                self.around.tally.count("hidden_text");
                plainly_marked("Hidden", &text)
            }
        };
        self.body.mark_place(PLACE);
        self.body.put_aside(aside);
    }
}

/// Who made a change.
pub(super) fn by(element: &BytesStart<'_>) -> By {
    By::new(attribute(element, "author").as_deref(), attribute(element, "date").as_deref())
}

/// Whether a property that is on by being there is not switched off.
pub(super) fn is_on(element: &BytesStart<'_>) -> bool {
    !attribute(element, "val").is_some_and(|value| matches!(value.as_str(), "0" | "false" | "off"))
}
