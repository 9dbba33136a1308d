//! XML of no kind known otherwise: its character data, one element with text of its own a line.
//!
//! Entities are never fetched and never expanded beyond the five that XML itself defines and character references, so
//! entity bombs and outside entities stay what they are: names. Broken XML is read as far as it goes and then once
//! more as plain text.

use quick_xml::events::Event;
use redwell_model::{ExceptionKind, Format, ProcessingException, Stage};

use super::body::Body;
use super::decode::{decode, garbled_notice};
use super::html::declared_encoding;
use super::markup::{Markup, push_reference};
use super::{Extracted, Input};

/// Reads an XML file.
#[must_use]
pub fn extract(input: &Input<'_>) -> Extracted {
    let decoded = decode(input.bytes, declared_encoding(input.bytes).as_deref());
    let mut found = Extracted::new(Format::Xml);
    match text_of(&decoded.text, input.options.max_text_bytes) {
        Ok(text) => found.set_text(&text, input.options),
        Err(position) => {
            found.set_text(&decoded.text, input.options);
            found.exceptions.push(ProcessingException::new(
                Stage::Extract,
                ExceptionKind::Damaged,
                "quick-xml",
                format!("the XML is broken at byte {position}; the file is shown as plain text"),
            ));
        }
    }
    if decoded.has_errors {
        found.exceptions.push(garbled_notice("quick-xml", decoded.encoding));
    }
    found
}

/// Names that vocabularies for texts (Akoma Ntoso, `DocBook`, JATS, TEI) give to parts of a line.
const INLINE: [&[u8]; 15] = [
    b"span",
    b"em",
    b"strong",
    b"emphasis",
    b"italic",
    b"bold",
    b"underline",
    b"sup",
    b"sub",
    b"superscript",
    b"subscript",
    b"ref",
    b"xref",
    b"term",
    b"hi",
];

/// An element that is open.
struct Open {
    is_inline: bool,
    /// Whether it has text of its own, which makes what follows inline.
    has_text: bool,
}

/// The character data of a document, or the position where it stops being XML.
fn text_of(xml: &str, limit: usize) -> Result<String, u64> {
    let mut markup = Markup::strict(xml);
    let mut body = Body::new(limit);
    let mut open: Vec<Open> = Vec::new();
    while !body.is_full() {
        match markup.event() {
            Event::Start(start) => {
                let is_inline = INLINE.contains(&start.local_name().as_ref());
                let is_in_text = open.last().is_some_and(|parent| parent.has_text);
                if !is_inline && !is_in_text {
                    body.end_line();
                }
                open.push(Open { is_inline, has_text: is_inline && is_in_text });
            }
            Event::Empty(_) if !body.ends_blank() => body.push(" "),
            Event::End(_) => {
                let ended = open.pop();
                let has_text = ended.as_ref().is_some_and(|ended| ended.has_text);
                let is_inline = ended.is_some_and(|ended| ended.is_inline);
                if let Some(parent) = open.last_mut() {
                    parent.has_text |= is_inline && has_text;
                }
                if !is_inline && !open.last().is_some_and(|parent| parent.has_text) {
                    body.end_line();
                }
            }
            Event::Text(text) => {
                let text = String::from_utf8_lossy(&text);
                if !text.trim().is_empty() {
                    if let Some(own) = open.last_mut() {
                        own.has_text = true;
                    }
                    push_flowing(&text, &mut body);
                } else if !body.ends_blank() {
                    body.push(" ");
                }
            }
            Event::CData(text) => body.push(&String::from_utf8_lossy(&text)),
            Event::GeneralRef(reference) => push_reference(&reference, &mut |text| body.push(text)),
            Event::Eof => break,
            _ => {}
        }
    }
    match markup.error_position() {
        Some(position) => Err(position),
        None => Ok(body.finish()),
    }
}

/// Adds text with every run of white space as one space.
fn push_flowing(text: &str, body: &mut Body) {
    if text.starts_with(char::is_whitespace) && !body.ends_blank() {
        body.push(" ");
    }
    for (n, word) in text.split_whitespace().enumerate() {
        if n > 0 {
            body.push(" ");
        }
        body.push(word);
    }
    if text.ends_with(char::is_whitespace) && !body.ends_blank() {
        body.push(" ");
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::tests::{kinds, read_one};
    use redwell_model::ExceptionKind;

    fn check(xml: &str, expected: &str) {
        let found = read_one("a.xml", xml.as_bytes());
        assert_eq!((found.text.as_str(), kinds(&found)), (expected, vec![]), "{xml}");
    }

    #[test]
    fn elements_are_lines_and_mixed_content_flows() {
        check("<a><b>one</b><c>two <i>three</i>, four</c><d><![CDATA[<5>]]></d></a>", "one\ntwo three, four\n<5>");
        check(
            "<doc><p><span>recorded that “</span><span>the <i>sale</i></span><sup>1</sup>”</p><p><span>2.</span></p></doc>",
            "recorded that “the sale1”\n2.",
        );
        check("<?xml version='1.0'?>\n<a>x &amp; y &#233;\n  z</a>", "x & y é z");
    }

    #[test]
    fn entities_stay_names() {
        check("<!DOCTYPE a [<!ENTITY b 'bbb'><!ENTITY c SYSTEM 'file:///etc/passwd'>]><a>x&b;&c;</a>", "x&b;&c;");
    }

    #[test]
    fn broken_xml_is_shown_as_it_is() {
        let found = read_one("a.xml", b"<?xml version='1.0'?><a><b>x</a>");
        assert_eq!(kinds(&found), vec![ExceptionKind::Damaged]);
        assert_eq!(found.text, "<?xml version='1.0'?><a><b>x</a>");
    }

    #[test]
    fn depth_does_no_harm() {
        let depth = 200_000;
        check(&format!("{}x{}", "<a>".repeat(depth), "</a>".repeat(depth)), "x");
    }
}
