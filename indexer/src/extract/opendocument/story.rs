//! The content of an OpenDocument file as text, in one pass without recursion.

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, Event};
use redwell_model::Format;

use crate::extract::body::Body;
use crate::extract::markup::{Markup, attribute, push_reference};

/// Cells that repeat one value are written out this often at most.
const MOST_REPEATED: usize = 64;

/// What was read.
#[derive(Debug)]
pub(super) struct Read {
    /// One text a sheet or slide; one in all for a text document.
    pub(super) pages: Vec<String>,
    /// Whether the XML was whole.
    pub(super) complete: bool,
}

/// Reads `content.xml`.
pub(super) fn read(xml: &str, format: Format, limit: usize) -> Read {
    let mut markup = Markup::lenient(xml);
    let mut writer = Writer::new(limit);
    writer.is_sheet = format == Format::Ods;
    while !writer.body.is_full() {
        match markup.event() {
            Event::Eof => break,
            event => writer.take(&event),
        }
    }
    writer.end_page();
    Read { pages: writer.pages, complete: markup.error_position().is_none() }
}

/// The headers and footers of `styles.xml`, each once.
pub(super) fn headers(xml: &str, limit: usize) -> String {
    let mut markup = Markup::lenient(xml);
    let mut writer = Writer::new(limit);
    let (mut inside, mut found): (u32, Vec<String>) = (0, Vec::new());
    let is_header = |name: &[u8]| name.starts_with(b"header") || name.starts_with(b"footer");
    loop {
        let event = markup.event();
        match &event {
            Event::Eof => break,
            Event::Start(element) if is_margin(element.name().as_ref()) && is_header(element.local_name().as_ref()) => {
                inside += 1;
            }
            Event::End(element) if is_margin(element.name().as_ref()) && is_header(element.local_name().as_ref()) => {
                inside = inside.saturating_sub(1);
                let whole = std::mem::replace(&mut writer, Writer::new(limit));
                let text = whole.body.finish();
                if !text.trim().is_empty() && !found.contains(&text) && found.len() < 100 {
                    found.push(text);
                }
            }
            _ if inside > 0 => writer.take(&event),
            _ => {}
        }
    }
    found.join("\n")
}

/// Headers of pages (`style:`), as against header rows of tables (`table:`).
fn is_margin(name: &[u8]) -> bool {
    name.starts_with(b"style:") && !name.ends_with(b"-style") && !name.ends_with(b"-properties")
}

struct Writer {
    body: Body,
    limit: usize,
    pages: Vec<String>,
    /// Open elements inside one that is left out, itself included.
    skipped: u32,
    /// Open paragraphs: only there characters are text.
    paragraphs: u32,
    is_sheet: bool,
    /// For each open text box, how many paragraphs were open around it.
    boxes: Vec<u32>,
    notes: u32,
    /// The author of the comment being read; its date is left out.
    in_creator: bool,
    creator: String,
    in_annotation: bool,
    /// Deleted texts by the identifier of their change, and the one being read.
    deleted: BTreeMap<String, String>,
    region: String,
    /// Cells owed: how often the open cell repeats, and empty ones not written yet.
    repeats: usize,
    value: Option<String>,
    cell_start_blank: usize,
}

impl Writer {
    fn new(limit: usize) -> Self {
        Self {
            body: Body::new(limit),
            limit,
            pages: Vec::new(),
            skipped: 0,
            paragraphs: 0,
            is_sheet: false,
            boxes: Vec::new(),
            notes: 0,
            in_creator: false,
            creator: String::new(),
            in_annotation: false,
            deleted: BTreeMap::new(),
            region: String::new(),
            repeats: 1,
            value: None,
            cell_start_blank: 0,
        }
    }

    fn end_page(&mut self) {
        let page = std::mem::replace(&mut self.body, Body::new(self.limit)).finish();
        self.limit = self.limit.saturating_sub(page.len());
        if !page.trim().is_empty() || self.is_sheet {
            self.pages.push(page);
        }
    }

    fn take(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(_) if self.skipped > 0 => self.skipped += 1,
            Event::End(_) if self.skipped > 0 => self.skipped -= 1,
            _ if self.skipped > 0 => {}
            Event::Start(element) => self.start(element),
            Event::Empty(element) => self.empty(element),
            Event::End(element) => self.end(element.local_name().as_ref()),
            Event::Text(text) => self.text(&String::from_utf8_lossy(text)),
            Event::CData(text) => self.text(&String::from_utf8_lossy(text)),
            Event::GeneralRef(reference) => push_reference(reference, &mut |text| self.text(text)),
            _ => {}
        }
    }

    fn start(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            b"p" | b"h" => self.paragraphs += 1,
            b"page" => {
                if !self.is_sheet && self.body.open_tables() == 0 {
                    self.end_page();
                }
            }
            b"notes" => {
                self.body.end_line();
                self.body.push("Notes:\n");
            }
            b"table" => {
                if self.is_sheet
                    && self.body.open_tables() == 0
                    && let Some(name) = attribute(element, "name")
                {
                    self.body.push(&name);
                }
                self.body.open_table();
            }
            b"table-row" => self.cell_start_blank = 0,
            b"table-cell" | b"covered-table-cell" => self.open_cell(element),
            b"note" => self.body.open_aside(),
            // A box inside a paragraph would tear its sentence; on a slide it is a block of its own.
            b"text-box" => {
                self.boxes.push(self.paragraphs);
                if self.paragraphs > 0 {
                    self.body.open_aside();
                }
            }
            b"note-citation"
            | b"change-info"
            | b"date-string"
            | b"meta-creator-initials"
            | b"settings"
            | b"object"
            | b"automatic-styles"
            | b"master-styles"
            | b"event-listeners" => self.skipped = 1,
            b"desc" | b"title" if element.name().as_ref().starts_with(b"svg:") => self.skipped = 1,
            b"date" if element.name().as_ref().starts_with(b"dc:") => self.skipped = 1,
            b"annotation" => {
                self.body.open_aside();
                self.in_annotation = true;
                self.creator.clear();
            }
            b"creator" if self.in_annotation => self.in_creator = true,
            b"changed-region" => self.region = attribute(element, "id").unwrap_or_default(),
            b"deletion" => self.body.open_aside(),
            _ => self.empty(element),
        }
    }

    fn empty(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            b"s" => {
                let count = attribute(element, "c").and_then(|c| c.parse().ok()).unwrap_or(1_usize);
                self.body.push(&" ".repeat(count.min(100)));
            }
            b"tab" => self.body.push("\t"),
            b"line-break" => self.body.line_break(),
            b"p" | b"h" => self.body.end_paragraph(),
            b"table-cell" | b"covered-table-cell" => {
                self.open_cell(element);
                self.end_cell();
            }
            b"change" => {
                let deleted = attribute(element, "change-id").and_then(|id| self.deleted.get(&id));
                if let Some(text) = deleted.map(|text| format!("[deleted: {text}]")) {
                    self.body.push(&text);
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &[u8]) {
        match name {
            b"p" | b"h" => {
                self.paragraphs = self.paragraphs.saturating_sub(1);
                self.body.end_paragraph();
            }
            b"table-cell" | b"covered-table-cell" => self.end_cell(),
            b"table-row" => {
                self.cell_start_blank = 0;
                self.body.end_row();
            }
            b"table" => {
                self.body.close_table();
                if self.is_sheet && self.body.open_tables() == 0 {
                    self.end_page();
                }
            }
            b"note" => {
                self.notes += 1;
                let mark = format!("[{}]", self.notes);
                let note = self.body.take_aside();
                self.body.push(&mark);
                self.put_aside(&format!("{mark} {}", note.trim()));
            }
            b"text-box" => match self.boxes.pop() {
                Some(1..) => self.body.close_aside(),
                _ => self.body.end_line(),
            },
            b"creator" => self.in_creator = false,
            b"annotation" => {
                let comment = self.body.take_aside();
                self.in_annotation = false;
                let author = if self.creator.is_empty() { "unknown" } else { &self.creator };
                let comment = format!("[comment by {author}] {}", comment.trim());
                self.put_aside(&comment);
            }
            b"deletion" => {
                let text = self.body.take_aside();
                self.deleted.insert(std::mem::take(&mut self.region), text.trim().to_owned());
            }
            _ => {}
        }
    }

    fn put_aside(&mut self, text: &str) {
        self.body.open_aside();
        self.body.push(text);
        self.body.close_aside();
    }

    fn open_cell(&mut self, element: &BytesStart<'_>) {
        let repeated = attribute(element, "number-columns-repeated").and_then(|n| n.parse().ok()).unwrap_or(1_usize);
        self.repeats = repeated.clamp(1, MOST_REPEATED);
        self.value = attribute(element, "date-value")
            .map(|date| date.trim_end_matches("T00:00:00").replace('T', " "))
            .or_else(|| attribute(element, "time-value"));
    }

    /// Ends a cell. Empty ones are only counted: a row ends with its last filled cell.
    fn end_cell(&mut self) {
        let repeats = std::mem::replace(&mut self.repeats, 1);
        let value = self.value.take();
        let shown = self.body.take_cell_text();
        let text = match value {
            Some(value) => value,
            None => shown,
        };
        if text.trim().is_empty() {
            self.cell_start_blank = (self.cell_start_blank + repeats).min(MOST_REPEATED);
            return;
        }
        for _ in 0..std::mem::take(&mut self.cell_start_blank) {
            self.body.end_cell();
        }
        for _ in 0..repeats {
            self.body.push(&text);
            self.body.end_cell();
        }
    }

    fn text(&mut self, text: &str) {
        if self.in_creator {
            self.creator.push_str(text.trim());
        } else if self.paragraphs > 0 {
            push_collapsed(text, &mut self.body);
        }
    }
}

/// Adds text with every run of white space as one space, as OpenDocument says.
fn push_collapsed(text: &str, body: &mut Body) {
    let is_blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
    if text.starts_with(is_blank) && !body.ends_blank() {
        body.push(" ");
    }
    for (n, word) in text.split(is_blank).filter(|word| !word.is_empty()).enumerate() {
        if n > 0 {
            body.push(" ");
        }
        body.push(word);
    }
    if text.ends_with(is_blank) && !body.ends_blank() {
        body.push(" ");
    }
}
