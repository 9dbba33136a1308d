//! What calamine does not tell of a sheet of a ZIP-based workbook: hidden rows and columns, headers and footers,
//! comments and their replies, text boxes and charts. All of it is evidence, marked as `extract::mark` says.

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, Event};

use super::cell::Unseen;
use crate::extract::body::Body;
use crate::extract::drawing;
use crate::extract::mark::{By, Tally, marked, plainly_marked};
use crate::extract::markup::{Markup, attribute, push_reference};
use crate::extract::package::Package;
use crate::extract::properties;

/// Ranges of hidden rows or columns kept at most.
const MOST_RANGES: usize = 100_000;

/// What stands around the cells of one sheet.
#[derive(Debug, Default)]
pub(super) struct Around {
    /// Rows and columns that are not shown.
    pub(super) unseen: Unseen,
    /// What is shown above the sheet's cells and below them.
    pub(super) header: String,
    pub(super) below: Vec<String>,
}

/// People who write threaded comments, by identifier.
pub(super) type People = BTreeMap<String, String>;

/// Reads the list of people of a workbook.
pub(super) fn people(package: &mut Package<'_>) -> People {
    let mut people = People::new();
    for name in package.names().into_iter().filter(|name| name.starts_with("xl/persons/")) {
        let Some(xml) = package.text(&name) else { continue };
        let mut markup = Markup::lenient(&xml);
        loop {
            match markup.event() {
                Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == b"person" => {
                    let name = attribute(&element, "displayName").unwrap_or_default();
                    people.insert(attribute(&element, "id").unwrap_or_default(), name);
                }
                Event::Eof => break,
                _ => {}
            }
        }
    }
    people
}

/// The parts of the sheets, by the sheet's name.
pub(super) fn parts(package: &mut Package<'_>) -> BTreeMap<String, String> {
    let main = properties::main_part(package).unwrap_or_else(|| "xl/workbook.xml".to_owned());
    let related = properties::relationships(package, &main);
    let mut parts = BTreeMap::new();
    let Some(xml) = package.text(&main) else { return parts };
    let mut markup = Markup::lenient(&xml);
    loop {
        match markup.event() {
            Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == b"sheet" => {
                // The relationship's identifier has a prefix of its own choosing.
                let ids: Vec<String> = element
                    .attributes()
                    .with_checks(false)
                    .filter_map(Result::ok)
                    .map(|attribute| String::from_utf8_lossy(&attribute.value).into_owned())
                    .collect();
                let target = related.iter().find(|(id, kind, _)| ids.contains(id) && kind.ends_with("sheet"));
                if let (Some(name), Some((_, _, target))) = (attribute(&element, "name"), target) {
                    parts.insert(name, target.clone());
                }
            }
            Event::Eof => return parts,
            _ => {}
        }
    }
}

/// Reads what stands around the cells of one sheet.
pub(super) fn read(package: &mut Package<'_>, part: &str, people: &People, limit: usize, tally: &mut Tally) -> Around {
    let mut around = Around::default();
    if let Some(xml) = package.text(part).filter(|_| part.ends_with(".xml")) {
        cells(&xml, &mut around, tally);
    }
    let related = properties::relationships(package, part);
    let is_threaded = related.iter().any(|(_, kind, _)| kind.ends_with("/threadedComment"));
    for (_, kind, target) in related {
        let kind = kind.rsplit('/').next().unwrap_or_default();
        if !["comments", "threadedComment", "drawing"].contains(&kind) || !target.ends_with(".xml") {
            continue;
        }
        let Some(xml) = package.text(&target) else { continue };
        match kind {
            "comments" => comments(&xml, is_threaded, limit, &mut around.below, tally),
            "threadedComment" => threaded(&xml, people, limit, &mut around.below, tally),
            _ => {
                around.below.push(plainly_marked("Text box", &drawing::text_of(&xml, limit)));
                for (_, kind, target) in properties::relationships(package, &target) {
                    let what = match kind.rsplit('/').next() {
                        Some("chart" | "chartEx") => "Chart",
                        Some("diagramData") => "Diagram",
                        _ => continue,
                    };
                    if let Some(xml) = package.text(&target) {
                        around.below.push(plainly_marked(what, &drawing::text_of(&xml, limit)));
                    }
                }
            }
        }
    }
    around.below.retain(|text| !text.is_empty());
    around
}

/// Hidden rows and columns, headers, footers, and how many formulas there are.
fn cells(xml: &str, around: &mut Around, tally: &mut Tally) {
    let formulas = xml.matches("<f>").count() + xml.matches("<f ").count();
    tally.count_many("formulas", u64::try_from(formulas).unwrap_or(u64::MAX));
    if !xml.contains("hidden=") && !xml.contains("headerFooter") {
        return;
    }
    let mut markup = Markup::lenient(xml);
    let (mut row, mut margin, mut seen) = (0_u32, None, Vec::new());
    let mut text = String::new();
    loop {
        match markup.event() {
            Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == b"row" => {
                row = number(&element, "r").unwrap_or(row + 1);
                if is_hidden(&element) && around.unseen.rows.len() < MOST_RANGES {
                    around.unseen.rows.insert(row.saturating_sub(1));
                    tally.count("hidden_rows");
                }
            }
            Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == b"col" => {
                if let (true, Some(min), Some(max)) =
                    (is_hidden(&element), number(&element, "min"), number(&element, "max"))
                    && around.unseen.columns.len() < MOST_RANGES
                {
                    tally.count_many("hidden_columns", u64::from(max.saturating_sub(min)) + 1);
                    around.unseen.columns.push((min.saturating_sub(1), max.saturating_sub(1)));
                }
            }
            Event::Start(element) if is_margin(element.local_name().as_ref()) => {
                margin = Some(if element.local_name().as_ref().ends_with(b"Header") { "Header" } else { "Footer" });
                text.clear();
            }
            Event::Text(piece) if margin.is_some() => text.push_str(&String::from_utf8_lossy(&piece)),
            Event::GeneralRef(reference) if margin.is_some() => {
                push_reference(&reference, &mut |piece| text.push_str(piece));
            }
            Event::End(element) if is_margin(element.local_name().as_ref()) => {
                let Some(what) = margin.take() else { continue };
                let shown = plainly_marked(what, &without_codes(&text));
                if shown.is_empty() || seen.contains(&shown) {
                    continue;
                }
                seen.push(shown.clone());
                if what == "Header" {
                    around.header.push_str(&shown);
                    around.header.push('\n');
                } else {
                    around.below.push(shown);
                }
            }
            Event::Eof => return,
            _ => {}
        }
    }
}

fn is_margin(name: &[u8]) -> bool {
    matches!(name, b"oddHeader" | b"oddFooter" | b"evenHeader" | b"evenFooter" | b"firstHeader" | b"firstFooter")
}

fn is_hidden(element: &BytesStart<'_>) -> bool {
    attribute(element, "hidden").is_some_and(|hidden| hidden == "1" || hidden == "true")
}

fn number(element: &BytesStart<'_>, name: &str) -> Option<u32> {
    attribute(element, name)?.parse().ok()
}

/// A header's text without its codes: `&L`, `&C`, `&R` part it in three, `&"Arial,Bold"` and `&12` format it, `&P` and
/// the like fill themselves in.
pub(super) fn without_codes(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match (c, rest.peek().copied()) {
            ('&', Some('&')) => {
                rest.next();
                out.push('&');
            }
            ('&', Some('"')) => {
                rest.next();
                for c in rest.by_ref() {
                    if c == '"' {
                        break;
                    }
                }
            }
            ('&', Some('K')) => {
                rest.next();
                let mut left = 6;
                while left > 0 && rest.next_if(|c| c.is_ascii_hexdigit() || matches!(c, '+' | '-')).is_some() {
                    left -= 1;
                }
            }
            ('&', Some('0'..='9')) => while rest.next_if(char::is_ascii_digit).is_some() {},
            ('&', Some(code)) => {
                rest.next();
                if matches!(code, 'L' | 'C' | 'R') && !out.is_empty() && !out.ends_with('\n') {
                    out.push('\n');
                }
            }
            (c, _) => out.push(c),
        }
    }
    out
}

fn comments(xml: &str, is_threaded: bool, limit: usize, out: &mut Vec<String>, tally: &mut Tally) {
    let mut markup = Markup::lenient(xml);
    let (mut authors, mut author) = (Vec::new(), None);
    let (mut cell, mut by, mut body, mut in_text) = (String::new(), String::new(), Body::new(limit), 0_u32);
    loop {
        match markup.event() {
            Event::Start(element) => match element.local_name().as_ref() {
                b"author" => author = Some(String::new()),
                b"comment" => {
                    cell = attribute(&element, "ref").unwrap_or_default();
                    let id = attribute(&element, "authorId").and_then(|id| id.parse::<usize>().ok());
                    by = id.and_then(|id| authors.get(id)).cloned().unwrap_or_default();
                    body = Body::new(limit);
                }
                b"t" => in_text += 1,
                _ => {}
            },
            Event::Text(text) if in_text > 0 => body.push(&String::from_utf8_lossy(&text)),
            Event::Text(text) => author.iter_mut().for_each(|author| author.push_str(&String::from_utf8_lossy(&text))),
            Event::GeneralRef(reference) if in_text > 0 => push_reference(&reference, &mut |text| body.push(text)),
            Event::End(element) => match element.local_name().as_ref() {
                b"author" => authors.extend(author.take()),
                b"t" => in_text = in_text.saturating_sub(1),
                // The copy of a threaded comment kept for old programs says so in its author's name.
                b"comment" if is_threaded && by.starts_with("tc=") => {}
                b"comment" => {
                    let text = std::mem::replace(&mut body, Body::new(limit)).finish();
                    put("Comment", &cell, &By::new(Some(&by), None), &text, out, tally);
                }
                _ => {}
            },
            Event::Eof => return,
            _ => {}
        }
    }
}

fn threaded(xml: &str, people: &People, limit: usize, out: &mut Vec<String>, tally: &mut Tally) {
    let mut markup = Markup::lenient(xml);
    let (mut what, mut cell, mut by) = ("Comment", String::new(), By::default());
    let (mut body, mut in_text) = (Body::new(limit), 0_u32);
    loop {
        match markup.event() {
            Event::Start(element) => match element.local_name().as_ref() {
                b"threadedComment" => {
                    cell = attribute(&element, "ref").unwrap_or_default();
                    what = if attribute(&element, "parentId").is_some() { "Reply" } else { "Comment" };
                    let person = attribute(&element, "personId").and_then(|id| people.get(&id));
                    by = By::new(person.map(String::as_str), attribute(&element, "dT").as_deref());
                    body = Body::new(limit);
                }
                b"text" => in_text += 1,
                _ => {}
            },
            Event::Text(text) if in_text > 0 => body.push(&String::from_utf8_lossy(&text)),
            Event::GeneralRef(reference) if in_text > 0 => push_reference(&reference, &mut |text| body.push(text)),
            Event::End(element) => match element.local_name().as_ref() {
                b"text" => in_text = in_text.saturating_sub(1),
                b"threadedComment" => {
                    let text = std::mem::replace(&mut body, Body::new(limit)).finish();
                    put(what, &cell, &by, &text, out, tally);
                }
                _ => {}
            },
            Event::Eof => return,
            _ => {}
        }
    }
}

/// Adds a comment on a cell.
pub(super) fn put(what: &str, cell: &str, by: &By, text: &str, out: &mut Vec<String>, tally: &mut Tally) {
    let what = if cell.is_empty() { what.to_owned() } else { format!("{what} on {cell}") };
    let comment = marked(&what, by, text);
    if !comment.is_empty() {
        tally.count("comments");
        out.push(comment);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_headers_are_no_text() {
        let check = |text: &str, expected: &str| assert_eq!(without_codes(text), expected, "{text}");
        check("&LDraft&C&\"Arial,Bold\"&14Secret &P of &N&RA && B", "Draft\nSecret  of \nA & B");
        check("&K01+000colour &", "colour &");
    }

    #[test]
    fn threaded_comments_are_read_once() {
        let (mut out, mut tally) = (Vec::new(), Tally::default());
        let legacy = r#"<comments><authors><author>tc={1}</author><author>Bob</author></authors><commentList><comment ref="A1" authorId="0"><text><t>[Threaded comment] why?</t></text></comment><comment ref="B2" authorId="1"><text><r><t>old &amp; </t></r><r><t>true</t></r></text></comment></commentList></comments>"#;
        comments(legacy, true, 1000, &mut out, &mut tally);
        let people = People::from([("{P}".to_owned(), "Ann".to_owned())]);
        let thread = r#"<T><threadedComment ref="A1" dT="2020-01-02T03:04:05" personId="{P}" id="1"><text>why?</text></threadedComment><threadedComment ref="A1" parentId="1"><text>so</text></threadedComment></T>"#;
        threaded(thread, &people, 1000, &mut out, &mut tally);
        assert_eq!(
            out,
            ["[Comment on B2 by Bob: old & true]", "[Comment on A1 by Ann, 2020-01-02: why?]", "[Reply on A1: so]"]
        );
    }
}
