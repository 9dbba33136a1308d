//! EPUB books: chapters in reading order, each a page, with what the book says about itself (EPUB 3.3).
//!
//! The package file names the chapters and their order; they are web pages and read as such. Styles, fonts and
//! pictures are not read. Chapters locked by a shop's protection are told.

use std::collections::BTreeMap;

use quick_xml::events::Event;
use redwell_model::{ExceptionKind, Format, Metadata, ProcessingException, Stage};

use super::canonical::{canonical_pages, cut_notice};
use super::mark::Tally;
use super::markup::{Markup, attribute};
use super::package::Package;
use super::pptx::unframed;
use super::{Extracted, Input, html, properties};

/// Reads a book.
#[must_use]
pub fn extract(input: &Input<'_>) -> Extracted {
    let mut found = Extracted::new(Format::Epub);
    let mut package = Package::open(input);
    let book = book_part(&mut package);
    let xml = book.as_ref().and_then(|book| package.text(book)).unwrap_or_default();
    let folder = book.as_deref().and_then(|book| book.rsplit_once('/')).map_or("", |(folder, _)| folder);
    let locked = locked_parts(&mut package);
    let limit = input.options.max_text_bytes;
    let (mut pages, mut left, mut evidence) = (Vec::new(), limit, Tally::default());
    for (page, part) in (1_u32..).zip(chapters(&mut package, &xml, folder)) {
        let lost = if locked.contains(&part) {
            Some((ExceptionKind::Encrypted, "is locked by the shop's protection; ask the custodian for an open copy"))
        } else if package.contains(&part) {
            None
        } else {
            Some((ExceptionKind::PartLost, "is missing in the file"))
        };
        let text = match lost {
            Some((kind, why)) => {
                let reason = format!("chapter {page} {why}");
                found
                    .exceptions
                    .push(ProcessingException::new(Stage::Extract, kind, "html5ever", reason).on_page(page));
                String::new()
            }
            None => {
                let page = package.text(&part).map(|page| html::render(&page, left)).unwrap_or_default();
                evidence.add(page.evidence);
                page.text
            }
        };
        left = left.saturating_sub(text.len());
        pages.push(text);
    }
    if pages.is_empty() {
        let reason = "the list of chapters is missing; ask for an intact copy";
        found.exceptions.push(ProcessingException::new(Stage::Extract, ExceptionKind::Damaged, "quick-xml", reason));
    }
    let (text, starts, cut) = canonical_pages(&pages, limit);
    found.text = text;
    if cut {
        found.exceptions.push(cut_notice(limit));
    }
    found.metadata = metadata(&xml);
    evidence.write(&mut found.metadata);
    found.metadata.page_count = u32::try_from(starts.len()).ok().filter(|count| *count > 0);
    found.layout.pages = starts.into_iter().map(unframed).collect();
    found.exceptions.append(&mut package.exceptions);
    found
}

/// The part that describes the book.
fn book_part(package: &mut Package<'_>) -> Option<String> {
    let named = package.text("META-INF/container.xml").and_then(|xml| {
        let mut markup = Markup::lenient(&xml);
        loop {
            match markup.event() {
                Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == b"rootfile" => {
                    return attribute(&element, "full-path");
                }
                Event::Eof => return None,
                _ => {}
            }
        }
    });
    let named = named.filter(|name| package.contains(name));
    named.or_else(|| package.names().into_iter().find(|name| name.ends_with(".opf")))
}

/// The parts of the chapters in reading order; all pages in the order of their names where there is none.
fn chapters(package: &mut Package<'_>, xml: &str, folder: &str) -> Vec<String> {
    let (mut items, mut spine) = (BTreeMap::new(), Vec::new());
    let mut markup = Markup::lenient(xml);
    loop {
        match markup.event() {
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                b"item" => {
                    let kind = attribute(&element, "media-type").unwrap_or_default();
                    if kind.contains("html") || kind.contains("xml") {
                        let href = attribute(&element, "href").unwrap_or_default();
                        let href = href.split('#').next().unwrap_or_default();
                        let part = properties::resolve(folder, &unescaped(href));
                        items.insert(attribute(&element, "id").unwrap_or_default(), part);
                    }
                }
                b"itemref" if spine.len() < 100_000 => spine.extend(attribute(&element, "idref")),
                _ => {}
            },
            Event::Eof => break,
            _ => {}
        }
    }
    let chapters: Vec<String> = spine.iter().filter_map(|id| items.remove(id)).collect();
    if !chapters.is_empty() {
        return chapters;
    }
    let is_page = |name: &String| [".xhtml", ".html", ".htm"].iter().any(|end| name.ends_with(end));
    package.names().into_iter().filter(is_page).collect()
}

/// The parts that are encrypted.
fn locked_parts(package: &mut Package<'_>) -> Vec<String> {
    let Some(xml) = package.text("META-INF/encryption.xml") else { return Vec::new() };
    let mut markup = Markup::lenient(&xml);
    let mut found = Vec::new();
    loop {
        match markup.event() {
            Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == b"CipherReference" => {
                found.extend(attribute(&element, "URI").map(|part| unescaped(&part)));
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

fn metadata(xml: &str) -> Metadata {
    let mut metadata = Metadata::default();
    for (name, value) in properties::leaves(xml) {
        match name.as_str() {
            "title" if metadata.title.is_none() => metadata.title = Some(value),
            "creator" => metadata.authors.push(value),
            "date" if metadata.created.is_none() => metadata.created = properties::timestamp(&value),
            "publisher" | "language" | "identifier" | "description" | "subject" => {
                metadata.other.entry(name).or_insert(value);
            }
            _ => {}
        }
    }
    metadata
}

/// A reference without `%20` and the like.
fn unescaped(reference: &str) -> String {
    let mut bytes = Vec::with_capacity(reference.len());
    let mut rest = reference.as_bytes().iter();
    while let Some(&byte) = rest.next() {
        let digits = rest.as_slice().get(..2).filter(|_| byte == b'%').and_then(|two| std::str::from_utf8(two).ok());
        match digits.and_then(|two| u8::from_str_radix(two, 16).ok()) {
            Some(meant) => {
                bytes.push(meant);
                rest.nth(1);
            }
            None => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
pub(crate) mod tests {
    use crate::extract::tests::{kinds, read_one, zip_of};
    use proptest::prelude::*;
    use redwell_model::{ExceptionKind, Format};

    const BOOK: &[u8] = br#"<package><metadata><dc:title>T</dc:title><dc:creator>A</dc:creator><dc:creator>B</dc:creator><dc:date>2001-02-03T00:00:00Z</dc:date></metadata><manifest><item id="a" href="one%20a.xhtml" media-type="application/xhtml+xml"/><item id="b" href="../b.xhtml" media-type="application/xhtml+xml"/><item id="c" href="c.png" media-type="image/png"/></manifest><spine><itemref idref="b"/><itemref idref="a"/></spine></package>"#;

    /// A book of two chapters; the first is to be given.
    pub(crate) fn sample(more: &[(&str, &[u8])]) -> Vec<u8> {
        let mut members: Vec<(&str, &[u8])> = vec![
            ("mimetype", b"application/epub+zip"),
            ("META-INF/container.xml", br#"<c><rootfile full-path="in/book.opf"/></c>"#),
            ("in/book.opf", BOOK),
            ("in/one a.xhtml", b"<html><head><title>x</title></head><body><p>last</p></body></html>"),
        ];
        members.extend(more);
        zip_of(&members)
    }

    #[test]
    fn chapters_are_pages_in_reading_order() {
        let found = read_one("a.epub", &sample(&[("b.xhtml", b"<h1>First</h1><p>one</p>")]));
        assert_eq!((found.format, found.text.as_str(), kinds(&found)), (Format::Epub, "First\n\none\n\nlast", vec![]));
        let said = &found.metadata;
        assert_eq!(
            (said.title.as_deref(), said.authors.join("; "), said.page_count),
            (Some("T"), "A; B".to_owned(), Some(2))
        );
    }

    #[test]
    fn lost_and_locked_chapters_are_told() {
        let found = read_one("a.epub", &sample(&[]));
        assert_eq!((found.text.as_str(), kinds(&found)), ("last", vec![ExceptionKind::PartLost]));
        let lock = br#"<e><CipherReference URI="in/one%20a.xhtml"/></e>"#;
        let found = read_one("a.epub", &sample(&[("b.xhtml", b"one"), ("META-INF/encryption.xml", lock)]));
        assert_eq!((found.text.as_str(), kinds(&found)), ("one", vec![ExceptionKind::Encrypted]));
        let bare = zip_of(&[("mimetype", b"application/epub+zip")]);
        assert_eq!(kinds(&read_one("a.epub", &bare)), vec![ExceptionKind::Damaged]);
    }

    proptest! {
        #[test]
        fn broken_files_do_no_harm(at in 0_usize..3000, byte: u8, cut in 0_usize..3000) {
            let mut bytes = sample(&[("b.xhtml", b"<p>one")]);
            let at = at % bytes.len();
            bytes[at] = byte;
            bytes.truncate(cut.max(30));
            read_one("a.epub", &bytes);
        }
    }
}
