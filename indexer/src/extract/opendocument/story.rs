//! The content of an OpenDocument file as text, in one pass without recursion.

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, Event};
use redwell_model::Format;

use super::lists::Lists;
use super::style::Hidden;
use crate::extract::body::Body;
use crate::extract::mark::{By, NOTE_PLACE, PLACE, Tally, marked, plainly_marked};
use crate::extract::markup::{Markup, attribute, push_reference};

/// A cell or row that repeats is written out this often at most; that it stands more often is told.
const MOST_REPEATED: usize = 64;

/// What was read.
#[derive(Debug)]
pub(super) struct Read {
    /// One text a sheet or slide; one in all for a text document.
    pub(super) pages: Vec<String>,
    /// Whether the XML was whole.
    pub(super) complete: bool,
    /// How much evidence beside the running text there is.
    pub(super) tally: Tally,
}

/// Reads `content.xml`; `hidden` are the styles of things not shown, `lists` those of lists.
pub(super) fn read(xml: &str, format: Format, hidden: Hidden, lists: Lists, limit: usize) -> Read {
    let mut markup = Markup::lenient(xml);
    let mut writer = Writer::new(limit);
    (writer.hidden, writer.lists) = (hidden, lists);
    writer.is_sheet = format == Format::Ods;
    writer.is_text = format == Format::Odt;
    while !writer.body.is_full() {
        match markup.event() {
            Event::Eof => break,
            event => writer.take(&event),
        }
    }
    writer.end_page();
    Read { pages: writer.pages, complete: markup.error_position().is_none(), tally: writer.tally }
}

/// The headers and the footers of `styles.xml`, marked, each once.
pub(super) fn margins(xml: &str, limit: usize) -> (String, String) {
    let mut markup = Markup::lenient(xml);
    let mut writer = Writer::new(limit);
    let (mut inside, mut found): (u32, [Vec<String>; 2]) = (0, [Vec::new(), Vec::new()]);
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
                let is_footer = element.local_name().as_ref().starts_with(b"footer");
                let what = if is_footer { "Footer" } else { "Header" };
                let text = plainly_marked(what, &whole.body.finish());
                let found = &mut found[usize::from(is_footer)];
                if !text.is_empty() && !found.contains(&text) && found.len() < 100 {
                    found.push(text);
                }
            }
            _ if inside > 0 => writer.take(&event),
            _ => {}
        }
    }
    let [headers, footers] = found;
    (headers.join("\n"), footers.join("\n"))
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
    is_text: bool,
    hidden: Hidden,
    lists: Lists,
    /// Whether what follows was deleted long before and is numbered no more.
    in_changes: bool,
    tally: Tally,
    /// Footnotes and endnotes so far; whether the open note is an endnote.
    notes: [u32; 2],
    is_endnote: bool,
    /// Who made the comment or change being read, and when.
    said: Option<Said>,
    creator: String,
    date: String,
    /// Open comments and records of changes, where creator and date are named.
    in_record: u32,
    /// Deleted texts, marked, by the identifier of their change, and the one being read.
    deleted: BTreeMap<String, String>,
    region: String,
    /// Of each open paragraph and span, whether its text is hidden.
    hidden_spans: Vec<bool>,
    /// Whether hidden text is being put aside.
    in_hidden: bool,
    /// Where reading stands in the open table, and in those around it.
    grid: Grid,
    around: Vec<Grid>,
    /// Ranges of hidden columns of the sheet, and the comments on its cells.
    hidden_columns: Vec<(usize, usize)>,
    comments: Vec<String>,
}

/// Where reading stands in a table; one inside a cell has its own.
#[derive(Debug)]
struct Grid {
    /// The open cell, from 0.
    row: usize,
    column: usize,
    /// How often the open row and the open cell repeat.
    row_repeats: usize,
    repeats: usize,
    /// What the open cell is worth, where that is written instead of what it shows.
    value: Option<String>,
    /// Empty cells that are owed.
    cell_start_blank: usize,
}

impl Default for Grid {
    fn default() -> Self {
        Self { row: 0, column: 0, row_repeats: 1, repeats: 1, value: None, cell_start_blank: 0 }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said {
    Creator,
    Date,
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
            is_text: false,
            hidden: Hidden::default(),
            lists: Lists::default(),
            in_changes: false,
            tally: Tally::default(),
            notes: [0; 2],
            is_endnote: false,
            said: None,
            creator: String::new(),
            date: String::new(),
            in_record: 0,
            deleted: BTreeMap::new(),
            region: String::new(),
            hidden_spans: Vec::new(),
            in_hidden: false,
            grid: Grid::default(),
            around: Vec::new(),
            hidden_columns: Vec::new(),
            comments: Vec::new(),
        }
    }

    fn end_page(&mut self) {
        self.close_hidden();
        let mut page = std::mem::replace(&mut self.body, Body::new(self.limit)).finish();
        for comment in self.comments.drain(..) {
            page.push_str(&comment);
            page.push('\n');
        }
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
            b"p" | b"h" => {
                self.number(element);
                self.paragraphs += 1;
                self.open_span(element);
            }
            b"list" => self.lists.start_list(element),
            b"list-item" => self.lists.start_item(element),
            b"tracked-changes" => self.in_changes = true,
            b"span" => self.open_span(element),
            b"page" => {
                if !self.is_sheet && self.body.open_tables() == 0 {
                    self.end_page();
                    if self.hidden.has(element) {
                        self.tally.count("hidden_slides");
                        self.body.push("[Hidden slide]\n");
                    }
                }
            }
            b"notes" => {
                self.body.end_line();
                self.body.open_aside();
            }
            b"table" => self.open_table(element),
            b"table-row" => self.open_row(element),
            b"table-cell" | b"covered-table-cell" => self.open_cell(element),
            b"note" => {
                self.close_hidden();
                self.is_endnote = attribute(element, "note-class").is_some_and(|class| class == "endnote");
                self.body.open_aside();
            }
            b"section" if attribute(element, "display").is_some_and(|display| display == "none") => {
                self.hidden_spans.push(true);
            }
            b"section" => self.hidden_spans.push(false),
            // A box inside a paragraph would tear its sentence; on a slide it is a block of its own.
            b"text-box" => {
                self.boxes.push(self.paragraphs);
                if self.paragraphs > 0 {
                    self.close_hidden();
                    self.body.open_aside();
                }
            }
            b"note-citation"
            | b"number"
            | b"date-string"
            | b"meta-creator-initials"
            | b"settings"
            | b"object"
            | b"automatic-styles"
            | b"master-styles"
            | b"event-listeners" => self.skipped = 1,
            b"desc" | b"title" if element.name().as_ref().starts_with(b"svg:") => self.skipped = 1,
            b"annotation" | b"change-info" => {
                if element.local_name().as_ref() == b"annotation" {
                    self.close_hidden();
                    self.body.open_aside();
                }
                self.in_record += 1;
                self.creator.clear();
                self.date.clear();
            }
            b"creator" if self.in_record > 0 => self.said = Some(Said::Creator),
            b"date" if self.in_record > 0 => self.said = Some(Said::Date),
            b"date" if element.name().as_ref().starts_with(b"dc:") => self.skipped = 1,
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
            b"table-column" => self.column_style(element),
            b"table-row" => {
                self.open_row(element);
                self.grid.row = self.grid.row.saturating_add(self.grid.row_repeats);
            }
            b"hidden-text" => {
                let text = attribute(element, "string-value").unwrap_or_default();
                self.put_hidden(&text);
            }
            b"tab" => self.body.push("\t"),
            b"line-break" => self.body.line_break(),
            b"p" | b"h" => {
                self.number(element);
                self.body.end_paragraph();
            }
            b"table-cell" | b"covered-table-cell" => {
                self.open_cell(element);
                self.end_cell();
            }
            b"change" => {
                if let Some(text) = attribute(element, "change-id").and_then(|id| self.deleted.remove(&id)) {
                    self.close_hidden();
                    self.body.mark_place(PLACE);
                    self.body.put_aside(text);
                }
            }
            _ => {}
        }
    }

    fn end(&mut self, name: &[u8]) {
        match name {
            b"p" | b"h" => {
                self.close_hidden();
                self.hidden_spans.pop();
                self.paragraphs = self.paragraphs.saturating_sub(1);
                self.body.end_paragraph();
            }
            b"list" => self.lists.end_list(),
            b"tracked-changes" => self.in_changes = false,
            b"span" | b"section" => {
                self.close_hidden();
                self.hidden_spans.pop();
            }
            b"table-cell" | b"covered-table-cell" => self.end_cell(),
            b"table-row" => {
                self.grid.cell_start_blank = 0;
                self.body.end_row();
                self.repeat_row();
                self.grid.row = self.grid.row.saturating_add(self.grid.row_repeats);
            }
            b"notes" => {
                let notes = plainly_marked("Speaker notes", &self.body.take_aside());
                self.tally.count_many("speaker_notes", u64::from(!notes.is_empty()));
                self.body.push(&notes);
                self.body.end_line();
            }
            b"table" => {
                self.body.close_table();
                self.grid = self.around.pop().unwrap_or_default();
                if self.is_sheet && self.body.open_tables() == 0 {
                    self.end_page();
                }
            }
            b"note" => {
                self.close_hidden();
                let note = self.body.take_aside();
                let count = &mut self.notes[usize::from(self.is_endnote)];
                *count += 1;
                let what = format!("{} {count}", if self.is_endnote { "Endnote" } else { "Footnote" });
                self.tally.count(if self.is_endnote { "endnotes" } else { "footnotes" });
                self.body.mark_place(NOTE_PLACE);
                self.body.put_aside(plainly_marked(&what, &note));
            }
            b"text-box" => match self.boxes.pop() {
                Some(1..) if self.is_text => {
                    self.close_hidden();
                    let text = plainly_marked("Text box", &self.body.take_aside());
                    self.tally.count_many("text_boxes", u64::from(!text.is_empty()));
                    self.body.put_aside(text);
                }
                Some(1..) => self.body.close_aside(),
                _ => self.body.end_line(),
            },
            b"creator" | b"date" => self.said = None,
            b"change-info" => self.in_record = self.in_record.saturating_sub(1),
            b"insertion" => self.tally.change("tracked_insertions", &By::new(Some(&self.creator), Some(&self.date))),
            b"annotation" => {
                self.close_hidden();
                let comment = self.body.take_aside();
                self.in_record = self.in_record.saturating_sub(1);
                let by = By::new(Some(&self.creator), Some(&self.date));
                if self.is_sheet {
                    let what = format!("Comment on {}", cell_name(self.grid.column, self.grid.row));
                    self.comments.push(marked(&what, &by, &comment));
                } else {
                    self.body.put_aside(marked("Comment", &by, &comment));
                }
                self.tally.count("comments");
            }
            b"deletion" => {
                self.close_hidden();
                let text = self.body.take_aside();
                let by = By::new(Some(&self.creator), Some(&self.date));
                self.tally.change("tracked_deletions", &by);
                self.deleted.insert(std::mem::take(&mut self.region), marked("Deleted", &by, &text));
            }
            _ => {}
        }
    }

    /// Begins a paragraph with the number it has.
    fn number(&mut self, element: &BytesStart<'_>) {
        if self.is_text && !self.in_changes {
            let number = self.lists.number(element);
            self.body.push(&number);
        }
    }

    fn open_span(&mut self, element: &BytesStart<'_>) {
        let around = self.hidden_spans.last().copied().unwrap_or(false);
        self.close_hidden();
        self.hidden_spans.push(around || self.hidden.has(element));
    }

    fn close_hidden(&mut self) {
        if std::mem::take(&mut self.in_hidden) {
            let text = self.body.take_aside();
            self.put_hidden(&text);
        }
    }

    fn put_hidden(&mut self, text: &str) {
        let text = plainly_marked("Hidden", text);
        if !text.is_empty() {
            self.tally.count("hidden_text");
            self.body.mark_place(PLACE);
            self.body.put_aside(text);
        }
    }

    fn open_table(&mut self, element: &BytesStart<'_>) {
        if self.is_sheet && self.body.open_tables() == 0 {
            self.body.push(&attribute(element, "name").unwrap_or_default());
            if self.hidden.has(element) {
                self.tally.count("hidden_sheets");
                self.body.push(" (hidden)");
            }
            self.hidden_columns.clear();
        }
        // A cell that holds a table shows it, whatever its value.
        self.grid.value = None;
        self.around.push(std::mem::take(&mut self.grid));
        self.body.open_table();
    }

    fn column_style(&mut self, element: &BytesStart<'_>) {
        let repeated = attribute(element, "number-columns-repeated").and_then(|n| n.parse().ok()).unwrap_or(1_usize);
        if is_collapsed(element) && self.hidden_columns.len() < 10_000 {
            self.tally.count_many("hidden_columns", u64::try_from(repeated).unwrap_or(u64::MAX).min(16_384));
            self.hidden_columns.push((self.grid.column, self.grid.column.saturating_add(repeated)));
        }
        self.grid.column = self.grid.column.saturating_add(repeated);
    }

    fn open_row(&mut self, element: &BytesStart<'_>) {
        (self.grid.cell_start_blank, self.grid.column) = (0, 0);
        self.grid.row_repeats =
            attribute(element, "number-rows-repeated").and_then(|n| n.parse().ok()).unwrap_or(1).max(1);
        if is_collapsed(element) {
            self.tally.count_many("hidden_rows", u64::try_from(self.grid.row_repeats).unwrap_or(u64::MAX).min(1 << 20));
            self.body.mark_row("Hidden");
        }
    }

    fn open_cell(&mut self, element: &BytesStart<'_>) {
        let repeated = attribute(element, "number-columns-repeated").and_then(|n| n.parse().ok()).unwrap_or(1_usize);
        self.grid.repeats = repeated.max(1);
        if attribute(element, "formula").is_some() {
            self.tally.count("formulas");
        }
        self.grid.value = attribute(element, "date-value")
            .map(|date| date.trim_end_matches("T00:00:00").replace('T', " "))
            .or_else(|| attribute(element, "time-value"));
    }

    /// Ends a cell. Empty ones are only counted: a row ends with its last filled cell.
    fn end_cell(&mut self) {
        let repeats = std::mem::replace(&mut self.grid.repeats, 1);
        let value = self.grid.value.take();
        let shown = self.body.take_cell_text();
        let mut text = match value {
            Some(value) => value,
            None => shown,
        };
        let is_hidden = |(first, after): &(usize, usize)| (*first..*after).contains(&self.grid.column);
        if !text.trim().is_empty() && self.is_sheet && self.hidden_columns.iter().any(is_hidden) {
            text = plainly_marked("Hidden", &text);
        }
        self.grid.column = self.grid.column.saturating_add(repeats);
        if text.trim().is_empty() {
            self.grid.cell_start_blank = self.grid.cell_start_blank.saturating_add(repeats).min(MOST_REPEATED);
            return;
        }
        for _ in 0..std::mem::take(&mut self.grid.cell_start_blank) {
            self.body.end_cell();
        }
        for _ in 0..repeats.min(MOST_REPEATED) {
            self.body.push(&text);
            self.body.end_cell();
        }
        if repeats > MOST_REPEATED {
            self.body.push(&told_repeats(repeats));
            self.body.end_cell();
        }
    }

    /// Writes the row that ended as often as it repeats; beyond a limit that it does is told.
    fn repeat_row(&mut self) {
        let is_written = self.body.repeat_row(self.grid.row_repeats.min(MOST_REPEATED) - 1);
        if is_written && self.grid.row_repeats > MOST_REPEATED {
            self.body.push(&told_repeats(self.grid.row_repeats));
            self.body.end_row();
        }
    }

    fn text(&mut self, text: &str) {
        match self.said {
            Some(Said::Creator) => self.creator.push_str(text.trim()),
            Some(Said::Date) => self.date.push_str(text.trim()),
            None if self.paragraphs == 0 => {}
            None => {
                let is_hidden = self.hidden_spans.last().copied().unwrap_or(false);
                if is_hidden && !self.in_hidden {
                    self.body.open_aside();
                    self.in_hidden = true;
                } else if !is_hidden {
                    self.close_hidden();
                }
                push_collapsed(text, &mut self.body);
            }
        }
    }
}

/// What is said of a cell or row that stands more often than it is written.
fn told_repeats(times: usize) -> String {
    plainly_marked("Repeated", &format!("{times} times in all"))
}

fn is_collapsed(element: &BytesStart<'_>) -> bool {
    attribute(element, "visibility").is_some_and(|visibility| visibility == "collapse" || visibility == "filter")
}

/// A cell as people name it: `B3`.
fn cell_name(column: usize, row: usize) -> String {
    let mut letters = Vec::new();
    let mut rest = column.saturating_add(1);
    while rest > 0 {
        letters.push(b'A' + u8::try_from((rest - 1) % 26).unwrap_or(0));
        rest = (rest - 1) / 26;
    }
    let letters: String = letters.iter().rev().copied().map(char::from).collect();
    format!("{letters}{}", row.saturating_add(1))
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
