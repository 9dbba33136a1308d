//! The text of a page while its tags go by: white space, blocks, lists, tables, and what is hidden.
//!
//! End tags may be missing everywhere. What something hidden contains is put aside like hidden text of any other
//! format; hidden rows and cells of a table that is seen are marked where they stand.

use std::cell::RefCell;

use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};

use super::hidden::{Hiding, is_void};
use super::style::{Look, StyleRules};
use super::{Page, attribute, is_block, is_paragraph};
use crate::extract::body::Body;
use crate::extract::mark::{PLACE, Tally, plainly_marked};

/// Most lists one in the other.
const DEEPEST_LIST: usize = 1000;

/// Takes tokens one after the other.
pub(super) struct Sink {
    pub(super) text: RefCell<PageText>,
}

#[derive(PartialEq, Eq)]
enum Inside {
    Text,
    Title,
    Dropped,
    /// In style rules for these media.
    Style {
        media: String,
    },
}

pub(super) struct PageText {
    body: Body,
    title: String,
    meta: Vec<(String, String)>,
    inside: Inside,
    /// White space met since the last word.
    space: bool,
    /// Open `<pre>` elements.
    preformatted: u32,
    /// Whether in the header of inline XBRL: facts for machines, which nobody parted because nobody sees them.
    in_facts: bool,
    /// The next number of each open list; `None` in lists without numbers.
    lists: Vec<Option<u64>>,
    tables: Vec<Table>,
    /// Whether `<a/>` is an element without content, as in XML, or one that was only begun, as in HTML.
    is_xml: bool,
    css: String,
    rules: StyleRules,
    hiding: Hiding,
    /// What is open around the hidden text being read.
    around: Option<Around>,
    evidence: Tally,
}

/// An open table.
#[derive(Default)]
struct Table {
    row: bool,
    cell: bool,
    hidden_section: bool,
    hidden_row: bool,
    hidden_cell: bool,
}

struct Around {
    tables: Vec<Table>,
    lists: usize,
    preformatted: u32,
    space: bool,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut text = self.text.borrow_mut();
        match token {
            Token::CharacterTokens(characters) => text.characters(&characters),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => return text.open(&tag),
            Token::TagToken(tag) => text.close(&tag),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl PageText {
    pub(super) fn new(limit: usize, is_xml: bool) -> Self {
        Self {
            body: Body::new(limit),
            title: String::new(),
            meta: Vec::new(),
            inside: Inside::Text,
            space: false,
            preformatted: 0,
            in_facts: false,
            lists: Vec::new(),
            tables: Vec::new(),
            is_xml,
            css: String::new(),
            rules: StyleRules::default(),
            hiding: Hiding::default(),
            around: None,
            evidence: Tally::default(),
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.body.is_full()
    }

    pub(super) fn finish(mut self) -> Page {
        self.show();
        let title = self.title.split_whitespace().collect::<Vec<_>>().join(" ");
        Page { text: self.body.finish(), title, meta: self.meta, evidence: self.evidence }
    }

    fn characters(&mut self, text: &str) {
        match self.inside {
            Inside::Dropped => {}
            Inside::Style { .. } => self.css.push_str(text),
            Inside::Title if self.title.len() < 2000 => self.title.push_str(text),
            Inside::Title => {}
            Inside::Text if self.preformatted > 0 => self.body.push(text),
            Inside::Text => self.flowing(text),
        }
    }

    /// Text whose white space only parts words.
    fn flowing(&mut self, text: &str) {
        let is_blank = |c: char| c.is_ascii_whitespace() || c == '\u{a0}';
        self.space |= text.starts_with(is_blank);
        for word in text.split(is_blank).filter(|word| !word.is_empty()) {
            if self.space && !self.body.ends_blank() {
                self.body.push(" ");
            }
            self.body.push(word);
            self.space = true;
        }
        self.space = text.ends_with(is_blank) || (self.space && text.chars().all(is_blank));
    }

    /// An element begins: what it hides or ends by beginning, then what it means.
    fn open(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name = &*tag.name;
        if matches!(name, "script" | "style" | "iframe" | "noembed" | "noframes" | "title" | "html" | "body") {
            // A page hidden as a whole waits for its script; nobody is kept from reading it.
            return self.start(tag);
        }
        self.hiding.end_implied(name);
        self.turn(ends_line(name));
        let look = self.look(tag);
        if !self.hiding.is_open() && is_table_part(name) && !self.tables.is_empty() {
            self.hiding.start(&tag.name, Look::default());
            let hides = look.gone == Some(true) || look.invisible == Some(true);
            return self.start_table_part(tag, hides);
        }
        if is_void(name) || (tag.self_closing && (self.is_xml || name.contains(':'))) {
            let hides = look.gone == Some(true) || look.invisible == Some(true);
            if hides && self.around.is_none() {
                self.hide();
                let result = self.start(tag);
                self.show();
                return result;
            }
            let result = self.start(tag);
            if !is_void(name) {
                self.end(name);
            }
            return result;
        }
        self.hiding.start(&tag.name, look);
        self.turn(ends_line(name));
        self.start(tag)
    }

    /// What hides an element: its own style, the page's rules, the attribute, or what it is.
    fn look(&self, tag: &Tag) -> Look {
        let mut look = self.rules.look(tag);
        let has_attribute = || tag.attrs.iter().any(|attribute| &*attribute.name.local == "hidden");
        match &*tag.name {
            "template" | "ix:header" | "ix:hidden" => look.gone = Some(true),
            _ if look.gone.is_none() && has_attribute() => look.gone = Some(true),
            _ => {}
        }
        look
    }

    fn close(&mut self, tag: &Tag) {
        let at_block = ends_line(&tag.name);
        if self.hiding.ends_around(&tag.name) {
            self.turn(at_block);
            self.end(&tag.name);
        } else {
            self.end(&tag.name);
            self.hiding.end(&tag.name);
            self.turn(at_block);
        }
    }

    /// Follows what is hidden from here on; `at_block` where a line ends here anyway.
    fn turn(&mut self, at_block: bool) {
        if self.hiding.is_hidden() && self.around.is_none() {
            if at_block {
                self.block();
            }
            self.hide();
        } else if !self.hiding.is_hidden() && self.around.is_some() {
            self.show();
            if at_block {
                self.block();
            }
        }
    }

    /// What follows is hidden.
    fn hide(&mut self) {
        self.body.open_aside();
        self.around = Some(Around {
            tables: std::mem::take(&mut self.tables),
            lists: self.lists.len(),
            preformatted: self.preformatted,
            space: std::mem::take(&mut self.space),
        });
    }

    /// What follows is seen again; what was hidden is put after the paragraph.
    fn show(&mut self) {
        let Some(around) = self.around.take() else { return };
        let text = self.body.take_aside();
        self.tables = around.tables;
        self.lists.truncate(around.lists);
        self.preformatted = self.preformatted.min(around.preformatted);
        if says_nothing(&text) {
            self.space |= around.space;
            return;
        }
        if around.space && !self.body.ends_blank() {
            self.body.push(" ");
        }
        self.space = false;
        self.evidence.count("hidden_text");
        self.body.mark_place(PLACE);
        self.body.put_aside(plainly_marked("Hidden", &text));
    }

    fn start(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        match &*tag.name {
            "script" => return self.drop_raw(RawKind::ScriptData),
            "style" => {
                self.inside = Inside::Style { media: attribute(tag, "media").to_owned() };
                return TokenSinkResult::RawData(RawKind::Rawtext);
            }
            "iframe" | "noembed" | "noframes" => return self.drop_raw(RawKind::Rawtext),
            "xmp" => {
                self.block();
                return TokenSinkResult::RawData(RawKind::Rawtext);
            }
            "textarea" => return TokenSinkResult::RawData(RawKind::Rcdata),
            "plaintext" => return TokenSinkResult::Plaintext,
            "title" if self.title.is_empty() && self.tables.is_empty() && self.around.is_none() => {
                self.inside = Inside::Title;
                return TokenSinkResult::RawData(RawKind::Rcdata);
            }
            "meta" => self.meta(tag),
            "br" => self.line_break(),
            "img" => self.attribute_text(tag, "alt"),
            "input" if !["hidden", "checkbox", "radio", "password"].contains(&attribute(tag, "type")) => {
                self.attribute_text(tag, "value");
            }
            "pre" | "listing" => {
                self.paragraph();
                self.preformatted += 1;
            }
            "table" => self.open_table(),
            "tr" => self.open_row(false),
            "td" | "th" => self.open_cell(false),
            "ul" | "menu" | "dir" => self.open_list(None),
            "ol" => self.open_list(Some(attribute(tag, "start").parse().unwrap_or(1))),
            "li" => self.open_item(),
            "ix:header" => {
                self.in_facts = true;
                self.paragraph();
            }
            name if is_paragraph(name) => self.paragraph(),
            name if is_block(name) || self.in_facts => self.block(),
            _ => {}
        }
        TokenSinkResult::Continue
    }

    fn start_table_part(&mut self, tag: &Tag, hides: bool) -> TokenSinkResult<()> {
        match &*tag.name {
            "tr" => self.open_row(hides),
            "td" | "th" => self.open_cell(hides),
            _ => {
                self.close_row();
                if let Some(table) = self.tables.last_mut() {
                    table.hidden_section = hides;
                }
            }
        }
        TokenSinkResult::Continue
    }

    fn end(&mut self, name: &str) {
        match name {
            "style" => {
                if let Inside::Style { media } = std::mem::replace(&mut self.inside, Inside::Text) {
                    self.rules.add(&std::mem::take(&mut self.css), &media);
                }
            }
            "title" | "script" | "iframe" | "noembed" | "noframes" => self.inside = Inside::Text,
            "pre" | "listing" => {
                self.preformatted = self.preformatted.saturating_sub(1);
                self.paragraph();
            }
            "td" | "th" => self.close_cell(),
            "tr" => self.close_row(),
            "table" => self.close_table(),
            "ul" | "ol" | "menu" | "dir" => {
                self.lists.pop();
                self.block();
            }
            "ix:header" => {
                self.in_facts = false;
                self.paragraph();
            }
            name if is_paragraph(name) => self.paragraph(),
            name if is_block(name) || self.in_facts => self.block(),
            _ => {}
        }
    }

    fn drop_raw(&mut self, kind: RawKind) -> TokenSinkResult<()> {
        self.inside = Inside::Dropped;
        TokenSinkResult::RawData(kind)
    }

    fn block(&mut self) {
        self.body.end_block();
        self.space = false;
    }

    fn paragraph(&mut self) {
        self.body.end_block();
        self.body.blank_line();
        self.space = false;
    }

    fn line_break(&mut self) {
        self.body.line_break();
        self.space = false;
    }

    fn meta(&mut self, tag: &Tag) {
        let (name, content) = (attribute(tag, "name").to_ascii_lowercase(), attribute(tag, "content"));
        if !name.is_empty() && !content.is_empty() && self.meta.len() < 100 {
            self.meta.push((name, content.to_owned()));
        }
    }

    fn attribute_text(&mut self, tag: &Tag, name: &str) {
        let value = attribute(tag, name);
        if !value.trim().is_empty() && self.inside == Inside::Text {
            self.space = true;
            self.flowing(value);
            self.space = true;
        }
    }

    fn open_list(&mut self, number: Option<u64>) {
        self.block();
        if self.lists.len() < DEEPEST_LIST {
            self.lists.push(number);
        }
    }

    fn open_item(&mut self) {
        self.block();
        match self.lists.last_mut() {
            Some(Some(number)) => {
                let mark = format!("{number}. ");
                *number = number.saturating_add(1);
                self.body.push(&mark);
            }
            _ => self.body.push("• "),
        }
    }

    fn open_table(&mut self) {
        self.block();
        self.body.open_table();
        self.tables.push(Table::default());
    }

    fn open_row(&mut self, hides: bool) {
        self.close_row();
        if let Some(table) = self.tables.last_mut() {
            (table.row, table.hidden_row) = (true, hides || table.hidden_section);
        }
    }

    fn open_cell(&mut self, hides: bool) {
        self.close_cell();
        if let Some(table) = self.tables.last_mut() {
            (table.row, table.cell, table.hidden_cell) = (true, true, hides);
        } else {
            self.space = true;
        }
    }

    fn close_cell(&mut self) {
        let Some(table) = self.tables.last_mut().filter(|table| table.cell) else { return };
        table.cell = false;
        if table.hidden_cell || table.hidden_row {
            let text = self.body.take_cell_text();
            if says_nothing(&text) {
                self.body.push(" ");
            } else {
                self.evidence.count("hidden_text");
                let text = if table.hidden_row { text } else { plainly_marked("Hidden", &text) };
                self.body.push(&text);
            }
        }
        self.body.end_cell();
        self.space = false;
    }

    fn close_row(&mut self) {
        self.close_cell();
        if let Some(table) = self.tables.last_mut().filter(|table| table.row) {
            table.row = false;
            if std::mem::take(&mut table.hidden_row) {
                self.body.mark_row("Hidden");
            }
            self.body.end_row();
            self.space = false;
        }
    }

    fn close_table(&mut self) {
        if self.tables.is_empty() {
            return;
        }
        self.close_row();
        self.tables.pop();
        self.body.close_table();
        self.space = false;
    }
}

/// Whether something of this name stands on lines of its own.
fn ends_line(name: &str) -> bool {
    is_block(name)
        || is_paragraph(name)
        || is_table_part(name)
        || name.starts_with("ix:")
        || matches!(name, "table" | "ul" | "ol" | "li" | "menu" | "dir" | "pre" | "listing" | "template")
}

fn is_table_part(name: &str) -> bool {
    matches!(name, "tr" | "td" | "th" | "tbody" | "thead" | "tfoot")
}

/// Whether a hidden text holds no sign at all: mails are padded with thousands of characters without width.
fn says_nothing(text: &str) -> bool {
    let is_nothing = |c: char| {
        c.is_whitespace()
            || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{feff}' | '•')
    };
    text.chars().all(is_nothing)
}
