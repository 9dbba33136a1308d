//! RTF tokens become text: which groups count, which characters bytes are, where tables begin and end.

use jiff::Timestamp;
use redwell_model::Metadata;

use super::font::{Charset, Fonts};
use super::token::{Token, Tokens};
use crate::extract::body::Body;

/// Groups nested deeper than this are read as if they were not groups.
const DEEPEST_GROUP: usize = 50_000;

/// Where the text of a group goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Destination {
    Text,
    Nowhere,
    Fonts,
    /// Document information: the group itself, then one of its entries.
    Information,
    Entry(&'static str),
    /// An aside that ends with its group.
    Aside,
    Header,
}

/// What a group inherits and may change.
#[derive(Debug, Clone, Copy)]
struct Group {
    destination: Destination,
    charset: Charset,
    /// How many characters follow a `\u` for readers that do not know it.
    fallback: u32,
    deleted: bool,
    /// The first group inside is for readers that do not know Unicode.
    skips_first: bool,
    /// Whether this group opened the aside or header it is in.
    is_opener: bool,
}

#[derive(Debug)]
pub(super) struct Writer {
    body: Body,
    fonts: Fonts,
    metadata: Metadata,
    headers: Vec<String>,
    group: Group,
    outer: Vec<Group>,
    too_deep: usize,
    /// Bytes not decoded yet, and how they will be.
    bytes: Vec<u8>,
    /// The first half of a surrogate pair.
    high: Option<u32>,
    /// Characters still to be passed over after a `\u`.
    skip: u32,
    /// Whether the last token was `\*`.
    starred: bool,
    bracket: bool,
    notes: u32,
    in_table: bool,
    /// Cells since the last row end.
    cells: u32,
    entry: String,
    date: [i32; 5],
}

impl Writer {
    pub(super) fn new(limit: usize) -> Self {
        let group = Group {
            destination: Destination::Text,
            charset: Charset::Document,
            fallback: 1,
            deleted: false,
            skips_first: false,
            is_opener: false,
        };
        Self {
            body: Body::new(limit),
            fonts: Fonts::default(),
            metadata: Metadata::default(),
            headers: Vec::new(),
            group,
            outer: Vec::new(),
            too_deep: 0,
            bytes: Vec::new(),
            high: None,
            skip: 0,
            starred: false,
            bracket: false,
            notes: 0,
            in_table: false,
            cells: 0,
            entry: String::new(),
            date: [0; 5],
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.body.is_full()
    }

    pub(super) fn finish(mut self) -> (String, Metadata) {
        self.flush();
        self.close_bracket();
        let mut text = String::new();
        for header in &self.headers {
            if !text.contains(header.trim()) {
                text.push_str(header.trim());
                text.push_str("\n\n");
            }
        }
        text.push_str(&self.body.finish());
        (text, self.metadata)
    }

    pub(super) fn take(&mut self, token: Token<'_>, tokens: &mut Tokens<'_>) {
        if let Token::Byte(byte) = token {
            if self.skip > 0 {
                self.skip -= 1;
            } else if self.group.destination != Destination::Nowhere {
                self.bytes.push(byte);
            }
            return;
        }
        self.flush();
        let starred = std::mem::take(&mut self.starred);
        match token {
            Token::Open => self.open(),
            Token::Close => self.close(),
            Token::Word("bin", Some(length)) => tokens.skip(usize::try_from(length).unwrap_or(0)),
            Token::Word("u", Some(code)) => self.unicode(code),
            _ if self.skip > 0 => self.skip -= 1,
            Token::Word(word, number) => self.word(word, number, starred),
            Token::Symbol(symbol) => self.symbol(symbol),
            Token::Byte(_) => {}
        }
    }

    fn open(&mut self) {
        self.skip = 0;
        if self.outer.len() >= DEEPEST_GROUP {
            self.too_deep += 1;
            return;
        }
        self.outer.push(self.group);
        let skipped = std::mem::take(&mut self.group.skips_first);
        if let Some(outer) = self.outer.last_mut() {
            outer.skips_first = false;
        }
        self.group.is_opener = false;
        if skipped {
            self.group.destination = Destination::Nowhere;
        }
    }

    fn close(&mut self) {
        self.skip = 0;
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let Some(outer) = self.outer.pop() else { return };
        let inner = std::mem::replace(&mut self.group, outer);
        match inner.destination {
            Destination::Aside if inner.is_opener => self.body.close_aside(),
            Destination::Header if inner.is_opener => {
                let header = self.body.take_aside();
                self.headers.push(header);
            }
            Destination::Entry(name) if inner.is_opener => self.end_entry(name),
            _ => {}
        }
    }

    fn word(&mut self, word: &str, number: Option<i32>, starred: bool) {
        if self.group.destination == Destination::Nowhere && word != "ud" {
            return;
        }
        if self.group.destination == Destination::Fonts {
            self.fonts.define(word, number);
            return;
        }
        if matches!(self.group.destination, Destination::Information | Destination::Entry(_))
            && self.information(word, number)
        {
            return;
        }
        if self.destination(word, starred) || self.character(word) || self.table(word) {
            return;
        }
        let on = number != Some(0);
        match word {
            "ansicpg" => self.fonts.set_document_page(number.unwrap_or(1252)),
            "mac" => self.fonts.set_document_page(10_000),
            "f" => self.group.charset = self.fonts.charset(number.unwrap_or(0)),
            "plain" => {
                self.group.charset = Charset::Document;
                self.group.deleted = false;
            }
            "uc" => self.group.fallback = number.and_then(|n| u32::try_from(n).ok()).unwrap_or(1).min(16),
            "deleted" => self.group.deleted = on,
            _ => {}
        }
    }

    /// Words that send the group's text elsewhere.
    fn destination(&mut self, word: &str, starred: bool) -> bool {
        match word {
            "fonttbl" => self.group.destination = Destination::Fonts,
            "info" => self.group.destination = Destination::Information,
            "colortbl" | "stylesheet" | "pict" | "objdata" | "xe" | "tc" | "tcn" | "rxe" | "txe" | "nonesttables"
            | "private" | "falt" | "sp" | "fldtype" | "ftnsep" | "ftnsepc" | "aftnsep" | "aftnsepc" => {
                self.group.destination = Destination::Nowhere;
            }
            "header" | "headerl" | "headerr" | "headerf" | "footer" | "footerl" | "footerr" | "footerf" => {
                self.open_aside(Destination::Header);
            }
            "footnote" => {
                self.notes += 1;
                let mark = format!("[{}]", self.notes);
                self.text(&mark);
                self.open_aside(Destination::Aside);
                self.text(&format!("{mark} "));
            }
            "annotation" => {
                self.open_aside(Destination::Aside);
                self.text("[comment] ");
            }
            "shptxt" => self.open_aside(Destination::Aside),
            "upr" => self.group.skips_first = true,
            "ud" => self.group.destination = self.outer.last().map_or(Destination::Text, |outer| outer.destination),
            "shpinst" | "nesttableprops" | "shppict" => {}
            _ if starred => self.group.destination = Destination::Nowhere,
            _ => return false,
        }
        true
    }

    fn open_aside(&mut self, destination: Destination) {
        self.close_bracket();
        self.body.open_aside();
        self.group.destination = destination;
        self.group.is_opener = true;
    }

    /// Words that stand for characters.
    fn character(&mut self, word: &str) -> bool {
        let text = match word {
            "tab" => "\t",
            "emdash" => "—",
            "endash" => "–",
            "lquote" => "‘",
            "rquote" => "’",
            "ldblquote" => "“",
            "rdblquote" => "”",
            "bullet" => "•",
            "emspace" | "enspace" | "qmspace" => " ",
            "zwj" => "\u{200d}",
            "zwnj" => "\u{200c}",
            "line" | "lbr" => "\n",
            "par" | "sect" | "page" | "column" => {
                self.arrange_table();
                self.close_bracket();
                self.body.end_paragraph();
                return true;
            }
            _ => return false,
        };
        self.text(text);
        true
    }

    /// Words that build tables. RTF has rows only; the table around them is ours.
    fn table(&mut self, word: &str) -> bool {
        match word {
            "intbl" => self.in_table = true,
            "pard" => self.in_table = false,
            "cell" => {
                self.in_table = true;
                self.arrange_table();
                self.close_bracket();
                self.body.end_cell();
                self.cells += 1;
            }
            "row" => {
                self.close_bracket();
                self.body.end_row();
                self.cells = 0;
            }
            "nestcell" => self.body.push("\t"),
            "nestrow" => self.body.push("\n"),
            _ => return false,
        }
        true
    }

    /// Opens a table before its first cell, closes it after its last row.
    fn arrange_table(&mut self) {
        let open = self.body.open_tables() > 0;
        if self.in_table && !open {
            self.body.open_table();
            self.cells = 0;
        } else if !self.in_table && open && self.cells == 0 {
            self.body.close_table();
        }
    }

    fn information(&mut self, word: &str, number: Option<i32>) -> bool {
        const ENTRIES: [&str; 12] = [
            "title", "subject", "author", "manager", "company", "operator", "category", "keywords", "comment",
            "doccomm", "creatim", "revtim",
        ];
        if let Some(entry) = ENTRIES.iter().find(|entry| **entry == word) {
            self.group.destination = Destination::Entry(entry);
            self.group.is_opener = true;
            self.entry.clear();
            self.date = [0; 5];
            return true;
        }
        let part = ["yr", "mo", "dy", "hr", "min"].iter().position(|part| *part == word);
        if let (Some(part), Some(number)) = (part, number) {
            self.date[part] = number;
        }
        part.is_some()
    }

    fn end_entry(&mut self, name: &'static str) {
        let text = std::mem::take(&mut self.entry);
        let text = text.trim();
        match name {
            "creatim" => self.metadata.created = moment(self.date),
            "revtim" => self.metadata.modified = moment(self.date),
            _ if text.is_empty() => {}
            "title" => self.metadata.title = Some(text.to_owned()),
            "author" => self.metadata.authors.push(text.to_owned()),
            "operator" => drop(self.metadata.other.insert("last_modified_by".to_owned(), text.to_owned())),
            name => drop(self.metadata.other.insert(name.to_owned(), text.to_owned())),
        }
    }

    fn symbol(&mut self, symbol: u8) {
        match symbol {
            b'*' => self.starred = true,
            _ if self.group.destination == Destination::Nowhere => {}
            b'~' => self.text("\u{a0}"),
            b'_' => self.text("-"),
            b'\r' | b'\n' => drop(self.character("par")),
            b'\t' => self.text("\t"),
            _ => {}
        }
    }

    fn unicode(&mut self, code: i32) {
        self.skip = self.group.fallback;
        // Written as signed 16 bits; some writers give the code point itself.
        let unit = u32::try_from(if code < 0 { code.saturating_add(0x1_0000) } else { code }).unwrap_or(0xfffd);
        let c = match (self.high.take(), unit) {
            (_, 0xd800..=0xdbff) => {
                self.high = Some(unit);
                return;
            }
            (Some(high), 0xdc00..=0xdfff) => char::from_u32(0x1_0000 + ((high - 0xd800) << 10) + (unit - 0xdc00)),
            (_, 0xf020..=0xf0ff) => crate::extract::symbol::character("symbol", unit),
            (_, unit) => char::from_u32(unit),
        };
        if self.group.destination != Destination::Nowhere {
            self.text(c.unwrap_or('\u{fffd}').encode_utf8(&mut [0; 4]));
        }
    }

    /// Decodes the bytes met so far.
    fn flush(&mut self) {
        if !self.bytes.is_empty() {
            let bytes = std::mem::take(&mut self.bytes);
            let text = self.fonts.decode(&bytes, self.group.charset);
            self.text(&text);
            self.bytes = bytes;
            self.bytes.clear();
        }
    }

    fn text(&mut self, text: &str) {
        match self.group.destination {
            Destination::Entry(_) => self.entry.push_str(text),
            Destination::Text | Destination::Aside | Destination::Header => {
                if self.group.destination == Destination::Text {
                    self.arrange_table();
                }
                if self.group.deleted && !self.bracket {
                    self.body.push("[deleted: ");
                    self.bracket = true;
                } else if !self.group.deleted {
                    self.close_bracket();
                }
                self.body.push(text);
            }
            Destination::Nowhere | Destination::Fonts | Destination::Information => {}
        }
    }

    fn close_bracket(&mut self) {
        if std::mem::take(&mut self.bracket) {
            self.body.push("]");
        }
    }
}

fn moment([year, month, day, hour, minute]: [i32; 5]) -> Option<Timestamp> {
    let small = |n: i32| i8::try_from(n).ok();
    let year = i16::try_from(year).ok().filter(|year| *year > 0)?;
    let at = jiff::civil::DateTime::new(year, small(month)?, small(day)?, small(hour)?, small(minute)?, 0, 0).ok()?;
    Some(at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
}
