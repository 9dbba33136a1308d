//! Web pages and the HTML bodies of mail, as the text a reader sees.
//!
//! Only html5ever's tokenizer is used, no tree: text comes out in document order, a page nested a million deep costs
//! nothing, and nothing is fetched. Scripts and comments are dropped; text that is kept from the eye is marked as hidden,
//! because it is in the file.

mod hidden;
mod page_text;
mod style;

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, Tokenizer, TokenizerOpts};
use redwell_model::{Format, Metadata};

use self::page_text::{PageText, Sink};
use super::decode::{decode, garbled_notice};
use super::mark::Tally;
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
    /// Whether some of it is hidden.
    pub evidence: Tally,
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
    page.evidence.write(&mut found.metadata);
    if decoded.has_errors {
        found.exceptions.push(garbled_notice("html5ever", decoded.encoding));
    }
    found
}

/// The text of a page that is already characters.
#[must_use]
pub fn render(html: &str, limit: usize) -> Page {
    let is_xml = html.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).starts_with("<?xml");
    let sink = Sink { text: RefCell::new(PageText::new(limit, is_xml)) };
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let queue = BufferQueue::default();
    for piece in pieces(html) {
        queue.push_back(StrTendril::from_slice(piece));
        while let html5ever::TokenizerResult::Script(()) = tokenizer.feed(&queue) {}
        if tokenizer.sink.text.borrow().is_full() {
            break;
        }
    }
    tokenizer.end();
    tokenizer.sink.text.into_inner().finish()
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
        check("a<img src=x alt=logo>b<input type=hidden value=x><input value=typed>", "a logo b typed");
    }

    #[test]
    fn what_is_kept_from_the_eye_is_marked() {
        check("a<p hidden>b</p>c", "a\n[Hidden: b]\nc");
        check("shall <span style='display: none'>not</span> pay<p>c", "shall ‸ pay\n[Hidden: not]\n\nc");
        check("wo<span style='DISPLAY:NONE;color:red'> x </span>rd", "word\n[Hidden: x]");
        check("<template><p>a<p>b</template>c", "[Hidden: a\n\nb]\nc");
        check("<div style='visibility:hidden'>a<i style='visibility:visible'>b</i></div>c", "‸b\n[Hidden: a]\nc");
        check("<div style='display:none'>a<i style='visibility:visible'>b</i></div>c", "[Hidden: ab]\nc");
        check("<div hidden style='display:block'>a</div>c", "a\nc");
        check("<body style='visibility:hidden'>a", "a");
        check("a <img style='display:none' alt=pixel> b", "a ‸ b\n[Hidden: pixel]");
        check("<span style='display:none'>&zwnj;&nbsp;&#847; </span>a", "a");
        let said = read_one("a.html", b"<html><p hidden>b").metadata.other;
        assert_eq!(said.get("hidden_text").map(String::as_str), Some("true"));
        assert!(read_one("a.html", b"<html><p hidden> </p>c").metadata.other.is_empty());
    }

    #[test]
    fn hidden_elements_end_without_end_tags() {
        check("<p hidden>a<p>b", "[Hidden: a]\n\nb");
        check("<div><p hidden>a<b>c</div>b", "[Hidden: ac]\nb");
        check("<ul><li hidden>a<li>b</ul>", "[Hidden: • a]\n• b");
        check("<ul><li hidden>a<ul><li>x<li>y</ul><li>b</ul>", "[Hidden: • a\n• x\n• y]\n• b");
        check("<span hidden>a</b>b</span>c", "‸c\n[Hidden: ab]");
        check("<span hidden>a", "[Hidden: a]");
        let book = read_one("a.html", b"<?xml version='1.0'?><html><div style='display:none'/>b</html>");
        assert_eq!(book.text, "b");
        check("<div style='display:none'/>b", "[Hidden: b]");
    }

    #[test]
    fn hidden_rows_and_cells_stay_in_their_table() {
        check(
            "<table><tr><td>a<td hidden>b<td>c<tr hidden><td>d<td>e<tr><td>f</table>",
            "a\t[Hidden: b]\tc\n[Hidden: d\te]\nf",
        );
        check("<table><tbody hidden><tr><td>a<tr><td>b<tbody><tr><td>c</table>", "[Hidden: a]\n[Hidden: b]\nc");
        check("<table hidden><tr><td>a<td>b</table>c", "[Hidden: a\tb]\nc");
        check("<table><tr><td>x <i hidden>a</i><td>b</table>c", "x ‸ [Hidden: a]\tb\nc");
    }

    #[test]
    fn facts_for_machines_are_hidden() {
        check(
            "<div><ix:header><ix:hidden><ix:nonNumeric>FALSE</ix:nonNumeric><ix:nonNumeric>2025</ix:nonNumeric></ix:hidden>\
             <xbrli:context><xbrli:identifier>0012</xbrli:identifier></xbrli:context></ix:header></div>\
             <p>Revenue was <ix:nonFraction>5</ix:nonFraction>m.",
            "[Hidden: FALSE\n2025\n0012]\n\nRevenue was 5m.",
        );
        check("a<ix:hidden><ix:nonNumeric>x</ix:nonNumeric></ix:hidden>b", "a\n[Hidden: x]\nb");
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
        check(&format!("{}deep", "<div hidden><table><tr><td>".repeat(200_000)), "[Hidden: deep]");
        check(&format!("<i hidden>{}deep", "<p></b></div></a>".repeat(200_000)), "[Hidden: deep]");
    }

    proptest! {
        #[test]
        fn broken_pages_do_no_harm(pieces in prop::collection::vec(
            "</?(table|tr|td|li|ol|pre|title|script|p|br|textarea|style|div|i|template|ix:header)( hidden| class=x| \
             style=visibility:(hidden|visible))?/?>|<!--|-->|&#?[a-z0-9]{0,5};?|text| |<|\"|[.]x[{]|display:none|[}]", 0..60,
        )) {
            read_one("a.html", format!("<html>{}", pieces.concat()).as_bytes());
        }
    }
}
