//! Web pages and the HTML bodies of mail, as the text a reader sees.
//!
//! Only html5ever's tokenizer is used, no tree: text comes out in document order, a page nested a million deep costs
//! nothing, and nothing is fetched. Scripts, styles and comments are dropped; text hidden by style sheets is kept,
//! because it is in the file.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use redwell_model::{Format, Metadata};

use super::body::Body;
use super::decode::{decode, garbled_notice};
use super::{Extracted, Input};

/// How far into a page its encoding may be declared.
const DECLARATION_BYTES: usize = 4096;

/// What a page says.
#[derive(Debug, Default)]
pub struct Page {
    /// Its text, not yet canonical.
    pub text: String,
    /// Its `<title>`.
    pub title: String,
    /// Its `<meta name=…>` values, in order.
    pub meta: Vec<(String, String)>,
}

/// Reads a web page.
#[must_use]
pub fn extract(input: &Input<'_>) -> Extracted {
    let decoded = decode(input.bytes, declared_encoding(input.bytes).as_deref());
    let page = render(&decoded.text, input.options.max_text_bytes);
    let mut found = Extracted::new(Format::Html);
    let start = &page.text[..page.text.floor_char_boundary(400)];
    let text = match page.title.as_str() {
        "" => page.text,
        title if start.contains(title) => page.text,
        title => format!("{title}\n\n{}", page.text),
    };
    found.set_text(&text, input.options);
    found.metadata = metadata(page.title, page.meta);
    if decoded.has_errors {
        found.exceptions.push(garbled_notice("html5ever", decoded.encoding));
    }
    found
}

/// The text of a page that is already characters.
#[must_use]
pub fn render(html: &str, limit: usize) -> Page {
    let sink = Sink { state: RefCell::new(State::new(limit)) };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let queue = BufferQueue::default();
    for piece in pieces(html) {
        queue.push_back(StrTendril::from_slice(piece));
        while let html5ever::TokenizerResult::Script(()) = tokenizer.feed(&queue) {}
        if tokenizer.sink.state.borrow().body.is_full() {
            break;
        }
    }
    tokenizer.end();
    let state = tokenizer.sink.state.into_inner();
    let title = state.title.split_whitespace().collect::<Vec<_>>().join(" ");
    Page { text: state.body.finish(), title, meta: state.meta }
}

/// The encoding a page names in its first bytes, in `<meta charset>`, `http-equiv` or an XML declaration.
#[must_use]
pub fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARATION_BYTES)]).to_ascii_lowercase();
    let after = ["charset=", "encoding="].iter().find_map(|key| head.split_once(key))?.1;
    let label = after.trim_start_matches(['"', '\'', ' ']);
    let end = label.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:".contains(c))).unwrap_or(label.len());
    (end > 0).then(|| label[..end].to_owned())
}

fn metadata(title: String, meta: Vec<(String, String)>) -> Metadata {
    let mut metadata = Metadata { title: (!title.is_empty()).then_some(title), ..Metadata::default() };
    for (name, value) in meta {
        match name.as_str() {
            "author" | "dc.creator" => metadata.authors.push(value),
            "generator" => metadata.producer = Some(value),
            "description" | "keywords" => {
                metadata.other.insert(name, value);
            }
            _ => {}
        }
    }
    metadata
}

/// A text in pieces of some 64 KiB, so that a full body stops the reading early.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let (piece, after) = rest.split_at(rest.ceil_char_boundary(rest.len().min(1 << 16)));
        rest = after;
        Some(piece)
    })
}

struct Sink {
    state: RefCell<State>,
}

#[derive(PartialEq, Eq)]
enum Inside {
    Text,
    Title,
    Dropped,
}

struct State {
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
    /// Of each open table: whether a row and a cell are open.
    tables: Vec<(bool, bool)>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.state.borrow_mut();
        match token {
            Token::CharacterTokens(text) => state.characters(&text),
            Token::TagToken(tag) if tag.kind == TagKind::StartTag => return state.start(&tag),
            Token::TagToken(tag) => state.end(&tag.name),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl State {
    fn new(limit: usize) -> Self {
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
        }
    }

    fn characters(&mut self, text: &str) {
        match self.inside {
            Inside::Dropped => {}
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

    fn start(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        match &*tag.name {
            "script" => return self.drop_raw(RawKind::ScriptData),
            "style" | "iframe" | "noembed" | "noframes" => return self.drop_raw(RawKind::Rawtext),
            "xmp" => {
                self.block();
                return TokenSinkResult::RawData(RawKind::Rawtext);
            }
            "textarea" => return TokenSinkResult::RawData(RawKind::Rcdata),
            "plaintext" => return TokenSinkResult::Plaintext,
            "title" if self.title.is_empty() && self.tables.is_empty() => {
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
            "tr" => self.open_row(),
            "td" | "th" => self.open_cell(),
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

    fn end(&mut self, name: &str) {
        match name {
            "title" | "script" | "style" | "iframe" | "noembed" | "noframes" => self.inside = Inside::Text,
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
        self.body.end_line();
        self.space = false;
    }

    fn paragraph(&mut self) {
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
        if self.lists.len() < 1000 {
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
        self.body.open_table();
        self.tables.push((false, false));
        self.space = false;
    }

    fn open_row(&mut self) {
        self.close_row();
        if let Some((row, _)) = self.tables.last_mut() {
            *row = true;
        }
    }

    fn open_cell(&mut self) {
        self.close_cell();
        if let Some((row, cell)) = self.tables.last_mut() {
            (*row, *cell) = (true, true);
        } else {
            self.space = true;
        }
    }

    fn close_cell(&mut self) {
        if let Some((_, cell)) = self.tables.last_mut().filter(|(_, cell)| *cell) {
            *cell = false;
            self.body.end_cell();
            self.space = false;
        }
    }

    fn close_row(&mut self) {
        self.close_cell();
        if let Some((row, _)) = self.tables.last_mut().filter(|(row, _)| *row) {
            *row = false;
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

fn attribute<'t>(tag: &'t Tag, name: &str) -> &'t str {
    tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map_or("", |attribute| &attribute.value)
}

fn is_paragraph(name: &str) -> bool {
    matches!(name, "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "blockquote" | "dl" | "caption" | "fieldset")
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "body"
            | "center"
            | "dd"
            | "details"
            | "dialog"
            | "div"
            | "dt"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "frame"
            | "header"
            | "hr"
            | "legend"
            | "main"
            | "nav"
            | "optgroup"
            | "option"
            | "section"
            | "select"
            | "summary"
            | "tbody"
            | "tfoot"
            | "thead"
    )
}

#[cfg(test)]
mod tests {
    use crate::extract::tests::{kinds, read_one};
    use proptest::prelude::*;

    fn check(page: &str, expected: &str) {
        let found = read_one("a.html", format!("<html>{page}").as_bytes());
        assert_eq!((found.text.as_str(), kinds(&found)), (expected, vec![]), "{page}");
    }

    #[test]
    fn white_space_parts_words_only() {
        check(
            "<p>one\n  <b>two</b>three &amp;&nbsp; four</p><div>five<br>six</div>",
            "one twothree & four\n\nfive\nsix",
        );
        check("<pre>a\n  b</pre>", "a\n  b");
        check("a <i> b</i> c", "a b c");
    }

    #[test]
    fn tables_become_rows_even_without_end_tags() {
        check("<table><tr><td>a<td>b<tr><th>c</th><td>d<p>e</table>f", "a\tb\nc\td e\nf");
    }

    #[test]
    fn lists_have_their_marks() {
        check("<ul><li>a<li>b</ul><ol start=3><li>c<li>d</ol>", "• a\n• b\n3. c\n4. d");
    }

    #[test]
    fn what_nobody_sees_is_dropped() {
        check("a<script>if (a < b) {}</script><style>p {}</style><!-- no --> b", "a b");
        check(
            "<div><ix:header><ix:hidden><ix:nonNumeric>FALSE</ix:nonNumeric><ix:nonNumeric>2025</ix:nonNumeric></ix:hidden>\
             <xbrli:context><xbrli:identifier>0012</xbrli:identifier></xbrli:context></ix:header></div>\
             <p>Revenue was <ix:nonFraction>5</ix:nonFraction>m.",
            "FALSE\n2025\n0012\n\nRevenue was 5m.",
        );
        check("a<img src=x alt=logo>b<input type=hidden value=x><input value=typed>", "a logo b typed");
    }

    #[test]
    fn the_title_heads_the_text_unless_it_stands_there() {
        check("<title>T &amp; U</title><p>body", "T & U\n\nbody");
        check("<title>T</title><h1>T</h1>", "T");
        let said = read_one("a.html", b"<html><title>T</title><meta name=author content=A>").metadata;
        assert_eq!((said.title.as_deref(), said.authors), (Some("T"), vec!["A".to_owned()]));
    }

    #[test]
    fn the_declared_encoding_is_used() {
        let page = b"<html><meta charset=\"windows-1251\"><p>\xc4\xe0";
        assert_eq!(read_one("a.html", page).text, "Да");
        let page = b"<html><meta http-equiv=content-type content='text/html; charset=iso-8859-1'>caf\xe9";
        assert_eq!(read_one("a.html", page).text, "café");
    }

    #[test]
    fn depth_does_no_harm() {
        check(&format!("{}deep", "<div><table><tr><td>".repeat(200_000)), "deep");
    }

    proptest! {
        #[test]
        fn broken_pages_do_no_harm(pieces in prop::collection::vec(
            "</?(table|tr|td|li|ol|pre|title|script|p|br|textarea)>|<!--|-->|&#?[a-z0-9]{0,5};?|text| |<|\"", 0..60,
        )) {
            read_one("a.html", format!("<html>{}", pieces.concat()).as_bytes());
        }
    }
}
