//! RTF tokens become text: which groups count, which characters bytes are, where tables begin and end.

use jiff::Timestamp;
use redwell_model::Metadata;

use super::font::{Charset, Fonts};
use super::token::{Token, Tokens};
use crate::extract::body::Body;
use crate::extract::mark::{By, NOTE_PLACE, Tally, marked, plainly_marked};
use crate::extract::revision::{Beside, Revisions, packed_date};

/// Groups nested deeper than this are read as if they were not groups.
const DEEPEST_GROUP: usize = 50_000;

/// Embedded objects taken at most.
const MOST_OBJECTS: usize = 10_000;

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
    Aside(Aside),
    /// The list of people who changed the text.
    Revisers,
    /// The name of a comment's author, and the moment it was written.
    Commentator,
    CommentMoment,
    /// The digits of an embedded object.
    Object,
}

/// A text beside the running text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Aside {
    Header,
    Footer,
    Footnote,
    Comment,
    TextBox,
}

/// What a group inherits and may change.
#[derive(Debug, Clone, Copy)]
struct Group {
    destination: Destination,
    charset: Charset,
    /// How many characters follow a `\u` for readers that do not know it.
    fallback: u32,
    deleted: bool,
    hidden: bool,
    inserted: bool,
    /// Who changed the text, by number, and when, as Word packs it.
    reviser: usize,
    changed: u32,
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
    footers: Vec<String>,
    tally: Tally,
    revisers: Vec<String>,
    commentator: String,
    comment_moment: String,
    /// Embedded objects, in digits.
    objects: Vec<Vec<u8>>,
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
    revisions: Revisions,
    notes: [u32; 2],
    is_endnote: bool,
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
            hidden: false,
            inserted: false,
            reviser: 0,
            changed: 0,
            skips_first: false,
            is_opener: false,
        };
        Self {
            body: Body::new(limit),
            fonts: Fonts::default(),
            metadata: Metadata::default(),
            headers: Vec::new(),
            footers: Vec::new(),
            tally: Tally::default(),
            revisers: Vec::new(),
            commentator: String::new(),
            comment_moment: String::new(),
            objects: Vec::new(),
            group,
            outer: Vec::new(),
            too_deep: 0,
            bytes: Vec::new(),
            high: None,
            skip: 0,
            starred: false,
            revisions: Revisions::default(),
            notes: [0; 2],
            is_endnote: false,
            in_table: false,
            cells: 0,
            entry: String::new(),
            date: [0; 5],
        }
    }

    pub(super) fn is_full(&self) -> bool {
        self.body.is_full()
    }

    pub(super) fn finish(mut self) -> (String, Metadata, Vec<Vec<u8>>) {
        self.flush();
        self.close_beside();
        let mut text = self.headers.join("\n");
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&self.body.finish());
        if !self.footers.is_empty() {
            text.push_str("\n\n");
            text.push_str(&self.footers.join("\n"));
        }
        self.tally.write(&mut self.metadata);
        (text, self.metadata, self.objects)
    }

    pub(super) fn take(&mut self, token: Token<'_>, tokens: &mut Tokens<'_>) {
        if let Token::Byte(byte) = token {
            if self.skip > 0 {
                self.skip -= 1;
            } else if self.group.destination == Destination::Object {
                self.objects.last_mut().into_iter().for_each(|digits| digits.push(byte));
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
            Destination::Aside(aside) if inner.is_opener => self.close_aside(aside),
            Destination::Entry(name) if inner.is_opener => self.end_entry(name),
            _ => {}
        }
    }

    fn close_aside(&mut self, aside: Aside) {
        self.close_beside();
        let text = self.body.take_aside();
        match aside {
            Aside::Header | Aside::Footer => {
                let is_header = aside == Aside::Header;
                let margins = if is_header { &mut self.headers } else { &mut self.footers };
                let text = plainly_marked(if is_header { "Header" } else { "Footer" }, &text);
                if !text.is_empty() && !margins.contains(&text) {
                    margins.push(text);
                }
            }
            Aside::Footnote => {
                let is_endnote = std::mem::take(&mut self.is_endnote);
                let count = &mut self.notes[usize::from(is_endnote)];
                *count += 1;
                let what = format!("{} {count}", if is_endnote { "Endnote" } else { "Footnote" });
                self.tally.count(if is_endnote { "endnotes" } else { "footnotes" });
                self.body.mark_place(NOTE_PLACE);
                self.body.put_aside(plainly_marked(&what, &text));
            }
            Aside::Comment => {
                let moment = std::mem::take(&mut self.comment_moment).trim().parse::<i64>().ok();
                // Written with a sign or without.
                let moment = moment.and_then(|moment| u32::try_from(moment & 0xffff_ffff).ok());
                let date = moment.and_then(packed_date);
                let author = std::mem::take(&mut self.commentator);
                let comment = marked("Comment", &By::new(Some(&author), date.as_deref()), &text);
                self.tally.count_many("comments", u64::from(!comment.is_empty()));
                self.body.put_aside(comment);
            }
            Aside::TextBox => {
                let text = plainly_marked("Text box", &text);
                self.tally.count_many("text_boxes", u64::from(!text.is_empty()));
                self.body.put_aside(text);
            }
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
                (self.group.deleted, self.group.hidden, self.group.inserted) = (false, false, false);
            }
            "uc" => self.group.fallback = number.and_then(|n| u32::try_from(n).ok()).unwrap_or(1).min(16),
            "deleted" => self.group.deleted = on,
            "v" => self.group.hidden = on,
            "revised" => self.group.inserted = on,
            "revauth" | "revauthdel" => {
                self.group.reviser = number.and_then(|n| usize::try_from(n).ok()).unwrap_or(0);
            }
            "revdttm" | "revdttmdel" => self.group.changed = number.map_or(0, i32::cast_unsigned),
            "ftnalt" => self.is_endnote = true,
            _ => {}
        }
    }

    /// Words that send the group's text elsewhere.
    fn destination(&mut self, word: &str, starred: bool) -> bool {
        match word {
            "fonttbl" => self.group.destination = Destination::Fonts,
            "info" => self.group.destination = Destination::Information,
            "colortbl" | "stylesheet" | "pict" | "xe" | "tc" | "tcn" | "rxe" | "txe" | "nonesttables" | "private"
            | "list" | "listoverride" | "falt" | "sp" | "fldtype" | "ftnsep" | "ftnsepc" | "aftnsep" | "aftnsepc" => {
                self.group.destination = Destination::Nowhere;
            }
            "header" | "headerl" | "headerr" | "headerf" => self.open_aside(Aside::Header),
            "footer" | "footerl" | "footerr" | "footerf" => self.open_aside(Aside::Footer),
            "footnote" => {
                self.is_endnote = false;
                self.open_aside(Aside::Footnote);
            }
            "annotation" => self.open_aside(Aside::Comment),
            "shptxt" => self.open_aside(Aside::TextBox),
            "objdata" if self.objects.len() < MOST_OBJECTS => {
                self.objects.push(Vec::new());
                self.group.destination = Destination::Object;
            }
            "revtbl" => self.group.destination = Destination::Revisers,
            "atnauthor" => {
                self.commentator.clear();
                self.group.destination = Destination::Commentator;
            }
            "atndate" => {
                self.comment_moment.clear();
                self.group.destination = Destination::CommentMoment;
            }
            "upr" => self.group.skips_first = true,
            "ud" => self.group.destination = self.outer.last().map_or(Destination::Text, |outer| outer.destination),
            "shpinst" | "nesttableprops" | "shppict" => {}
            _ if starred => self.group.destination = Destination::Nowhere,
            _ => return false,
        }
        true
    }

    fn open_aside(&mut self, aside: Aside) {
        self.close_beside();
        self.body.open_aside();
        self.group.destination = Destination::Aside(aside);
        self.group.is_opener = true;
        (self.group.deleted, self.group.hidden) = (false, false);
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
                self.close_beside();
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
                self.close_beside();
                self.body.end_cell();
                self.cells += 1;
            }
            "row" => {
                self.close_beside();
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
            Destination::Text | Destination::Aside(_) => {
                if self.group.destination == Destination::Text {
                    self.arrange_table();
                }
                self.arrange_beside();
                self.body.push(text);
            }
            Destination::Revisers => {
                let mut names = text.split(';');
                // Each name stands in a group of its own and ends with a semicolon.
                if self.revisers.len() < 10_000 {
                    self.revisers
                        .extend(names.next().filter(|name| !name.is_empty()).map(|name| name.trim().to_owned()));
                }
            }
            Destination::Commentator => self.commentator.push_str(text),
            Destination::CommentMoment => self.comment_moment.push_str(text),
            Destination::Nowhere | Destination::Fonts | Destination::Information | Destination::Object => {}
        }
    }

    /// Turns to or from what stands beside the running text.
    fn arrange_beside(&mut self) {
        let beside = if self.group.deleted {
            Some(Beside::Deleted(self.by()))
        } else {
            self.group.hidden.then_some(Beside::Hidden)
        };
        let by = self.by();
        self.revisions.note_insertion(self.group.inserted && !self.group.deleted, || by, &mut self.tally);
        self.revisions.turn_to(beside, &mut self.body, &mut self.tally);
    }

    fn by(&self) -> By {
        let author = self.revisers.get(self.group.reviser).filter(|name| *name != "Unknown");
        By::new(author.map(String::as_str), packed_date(self.group.changed).as_deref())
    }

    fn close_beside(&mut self) {
        self.revisions.close(&mut self.body, &mut self.tally);
    }
}

fn moment([year, month, day, hour, minute]: [i32; 5]) -> Option<Timestamp> {
    let small = |n: i32| i8::try_from(n).ok();
    let year = i16::try_from(year).ok().filter(|year| *year > 0)?;
    let at = jiff::civil::DateTime::new(year, small(month)?, small(day)?, small(hour)?, small(minute)?, 0, 0).ok()?;
    Some(at.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
}
