//! OpenDocument texts, spreadsheets and presentations, read by Redwell's own small reader (ODF 1.3).
//!
//! Spreadsheets are not given to calamine, because a repeated cell would become a table of millions there: here it is
//! repeated a bounded number of times. Sheets and slides are pages. What is not running text is marked as
//! [`super::mark`] says.

mod lists;
mod object;
mod story;
mod style;

use quick_xml::events::Event;
use redwell_model::{ExceptionKind, Format, Metadata, ProcessingException, Stage};

use self::lists::Lists;
use self::style::Hidden;
use super::canonical::{canonical_pages, cut_notice};
use super::decode::decode;
use super::embedded::Embedded;
use super::html::declared_encoding;
use super::mark::Tally;
use super::markup::{Markup, attribute};
use super::package::Package;
use super::pptx::unframed;
use super::{Child, Extracted, Input, office_lock, properties, sniff};

/// Reads an OpenDocument file.
#[must_use]
pub fn extract(input: &Input<'_>, format: Format, on_child: &mut dyn FnMut(Child)) -> Extracted {
    read(input, format, on_child, false)
}

/// Reads a file, which may be what was found in a locked one. Nothing honest is locked twice.
fn read(input: &Input<'_>, format: Format, on_child: &mut dyn FnMut(Child), was_locked: bool) -> Extracted {
    let mut found = Extracted::new(format);
    if !input.bytes.starts_with(b"PK") && sniff::looks_like_text(input.bytes) {
        return flat(input, format);
    }
    let mut package = Package::open(input);
    let manifest = package.text("META-INF/manifest.xml").unwrap_or_default();
    if manifest.contains("encryption-data") {
        let passwords = if was_locked { &[][..] } else { &input.options.passwords };
        let opened = office_lock::opendocument::open(&mut package, &manifest, passwords);
        let Some(bytes) = opened else { return super::locked(format) };
        let mut found = read(&Input { bytes: &bytes, ..*input }, format, on_child, true);
        found.metadata.other.insert("encrypted".to_owned(), "true".to_owned());
        return found;
    }
    let mut tally = Tally::default();
    match package.text("content.xml") {
        Some(xml) => {
            let styles = package.text("styles.xml").unwrap_or_default();
            tally = content(&xml, &styles, input, format, &mut found);
        }
        None => found.exceptions.push(damaged("the content is missing; ask for an intact copy")),
    }
    found.metadata = package.text("meta.xml").map(|xml| metadata(&xml)).unwrap_or_default();
    tally.note_macros(package.has_macros());
    tally.write(&mut found.metadata);
    let mut embedded = Embedded::of(input, on_child);
    object::hand_out(&mut package, &manifest, &mut embedded);
    embedded.finish(&mut found.metadata, &mut found.exceptions);
    if !found.layout.pages.is_empty() {
        found.metadata.page_count = u32::try_from(found.layout.pages.len()).ok();
    }
    found.exceptions.append(&mut package.exceptions);
    found
}

/// Reads a document that is one XML file: styles, content and what it says of itself all in one.
fn flat(input: &Input<'_>, format: Format) -> Extracted {
    let mut found = Extracted::new(format);
    let xml = decode(input.bytes, declared_encoding(input.bytes).as_deref()).text;
    let tally = content(&xml, &xml, input, format, &mut found);
    let said = xml.split_once("<office:meta>").and_then(|(_, rest)| rest.split_once("</office:meta>"));
    found.metadata = said.map(|(meta, _)| metadata(meta)).unwrap_or_default();
    if !found.layout.pages.is_empty() {
        found.metadata.page_count = u32::try_from(found.layout.pages.len()).ok();
    }
    tally.write(&mut found.metadata);
    found
}

/// Reads the content; `styles` are the styles kept beside it.
fn content(xml: &str, styles: &str, input: &Input<'_>, format: Format, found: &mut Extracted) -> Tally {
    let limit = input.options.max_text_bytes;
    let mut hidden = Hidden::default();
    hidden.read(styles);
    hidden.read(xml);
    let mut lists = Lists::default();
    if format == Format::Odt {
        lists.read(styles);
        lists.read(xml);
    }
    let read = story::read(xml, format, hidden, lists, limit);
    if !read.complete {
        found.exceptions.push(damaged("the content is broken; the text up to there was read"));
    }
    let mut pages = read.pages;
    if format == Format::Odt {
        // A text has no pages of its own: headers, footers and the body are one.
        let (headers, footers) = story::margins(styles, limit);
        pages = vec![[headers, pages.join("\n"), footers].join("\n\n")];
    }
    let (text, starts, cut) = canonical_pages(&pages, limit);
    found.text = text;
    if cut {
        found.exceptions.push(cut_notice(limit));
    }
    if format != Format::Odt {
        found.layout.pages = starts.into_iter().map(unframed).collect();
    }
    read.tally
}

fn damaged(reason: &str) -> ProcessingException {
    ProcessingException::new(Stage::Extract, ExceptionKind::Damaged, "quick-xml", reason)
}

fn metadata(xml: &str) -> Metadata {
    let mut metadata = Metadata::default();
    let mut last_author = None;
    for (name, value) in properties::leaves(xml) {
        match name.as_str() {
            "title" => metadata.title = Some(value),
            "initial-creator" => metadata.authors.push(value),
            "creator" => last_author = Some(value),
            "creation-date" => metadata.created = properties::timestamp(&value),
            "date" => metadata.modified = properties::timestamp(&value),
            "generator" => metadata.producer = Some(value),
            "subject" | "description" | "keyword" => drop(metadata.other.insert(name, value)),
            _ => {}
        }
    }
    match last_author {
        Some(author) if metadata.authors.is_empty() => metadata.authors.push(author),
        Some(author) => drop(metadata.other.insert("last_modified_by".to_owned(), author)),
        None => {}
    }
    let mut markup = Markup::lenient(xml);
    loop {
        match markup.event() {
            Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == b"document-statistic" => {
                metadata.page_count = attribute(&element, "page-count").and_then(|count| count.parse().ok());
            }
            Event::Eof => return metadata,
            _ => {}
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use crate::extract::tests::{kinds, read_all, read_one, zip_of};
    use proptest::prelude::*;
    use redwell_model::ExceptionKind;

    /// A document of this kind with this body.
    pub(crate) fn sample(kind: &str, body: &str) -> Vec<u8> {
        let mimetype = format!("application/vnd.oasis.opendocument.{kind}");
        let content = format!("<office:document-content><office:body>{body}</office:body></office:document-content>");
        let meta = "<m><meta:initial-creator>A</meta:initial-creator><meta:creation-date>2001-02-03T04:05:06</meta:creation-date></m>";
        zip_of(&[("mimetype", mimetype.as_bytes()), ("content.xml", content.as_bytes()), ("meta.xml", meta.as_bytes())])
    }

    fn check(kind: &str, name: &str, body: &str, expected: &str) {
        let found = read_one(name, &sample(kind, body));
        assert_eq!((found.text.as_str(), kinds(&found)), (expected, vec![]), "{body}");
    }

    #[test]
    fn paragraphs_spaces_and_notes() {
        check(
            "text",
            "a.odt",
            "<text:h>Title</text:h><text:p>a<text:s text:c=\"2\"/>b\n   c<text:tab/>d<text:line-break/>e</text:p>",
            "Title\na  b c\td\ne",
        );
        check(
            "text",
            "a.odt",
            "<text:p>fact<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>source</text:p></text:note-body></text:note>, so</text:p>",
            "fact†, so\n[Footnote 1: source]",
        );
        check(
            "text",
            "a.odt",
            "<text:p>x<office:annotation><dc:creator>Ann</dc:creator><dc:date>2001</dc:date><text:p>why?</text:p></office:annotation>y</text:p>",
            "xy\n[Comment by Ann, 2001: why?]",
        );
    }

    #[test]
    fn deletions_stand_where_they_were() {
        check(
            "text",
            "a.odt",
            "<text:tracked-changes><text:changed-region text:id=\"c1\"><text:deletion><office:change-info><dc:creator>X</dc:creator></office:change-info><text:p>not</text:p></text:deletion></text:changed-region></text:tracked-changes><text:p>shall <text:change text:change-id=\"c1\"/>pay</text:p>",
            "shall ‸pay\n[Deleted by X: not]",
        );
    }

    #[test]
    fn tables_and_sheets_become_rows() {
        let table = "<table:table table:name=\"T\"><table:table-row><table:table-cell><text:p>a</text:p><text:p>b</text:p></table:table-cell><table:table-cell table:number-columns-repeated=\"2\"/><table:table-cell office:value-type=\"date\" office:date-value=\"2001-02-03T00:00:00\"><text:p>3 Feb</text:p></table:table-cell><table:table-cell table:number-columns-repeated=\"16000\"/></table:table-row><table:table-row table:number-rows-repeated=\"1000000\"><table:table-cell/></table:table-row></table:table>";
        check("spreadsheet", "a.ods", table, "T\na b\t\t\t2001-02-03");
        check("text", "a.odt", table, "a b\t\t\t2001-02-03");
    }

    #[test]
    fn what_repeats_is_written_again_or_told() {
        let row = |rows: u32, cells: u32| {
            format!(
                "<table:table table:name=\"T\"><table:table-row table:number-rows-repeated=\"{rows}\"><table:table-cell table:number-columns-repeated=\"{cells}\"><text:p>a</text:p></table:table-cell></table:table-row></table:table>"
            )
        };
        check("spreadsheet", "a.ods", &row(3, 2), "T\na\ta\na\ta\na\ta");
        let many = format!("T\n{}[Repeated: 1048576 times in all]", "a\n".repeat(64));
        check("spreadsheet", "a.ods", &row(1_048_576, 1), &many);
        check(
            "spreadsheet",
            "a.ods",
            &row(1, 16_384),
            &format!("T\n{}[Repeated: 16384 times in all]", "a\t".repeat(64)),
        );
    }

    #[test]
    fn a_table_in_a_cell_leaves_the_row_and_the_cell_as_they_were() {
        let cell = |text: &str, inner: &str| {
            format!(
                "<table:table-cell table:number-columns-repeated=\"2\"><text:p>{text}</text:p>{inner}</table:table-cell>"
            )
        };
        let table = |rows: u32, cells: &str| {
            format!(
                "<table:table table:name=\"T\"><table:table-row table:number-rows-repeated=\"{rows}\">{cells}</table:table-row></table:table>"
            )
        };
        check("text", "a.odt", &table(2, &cell("a", &table(1, &cell("b", "")))), "a b b\ta b b\na b b\ta b b");
        check("text", "a.odt", &table(1, &cell("a", &table(2, &cell("b", "")))), "a b b b b\ta b b b b");
        // Empty cells before it are owed by the row around it.
        let one = |text: &str| format!("<table:table-cell><text:p>{text}</text:p></table:table-cell>");
        let before = format!("{}<table:table-cell/>", one("x"));
        let row = format!("{before}{}", cell("a", &table(1, &one("b"))));
        check("text", "a.odt", &table(1, &row), "x\t\ta b\ta b");
    }

    #[test]
    fn slides_are_pages_with_notes() {
        let slides = "<draw:page draw:name=\"p1\"><draw:frame><draw:text-box><text:p>One</text:p></draw:text-box></draw:frame><presentation:notes><text:p>say</text:p></presentation:notes></draw:page><draw:page><text:p>Two</text:p></draw:page>";
        let found = read_one("a.odp", &sample("presentation", slides));
        assert_eq!(found.text, "One\n[Speaker notes: say]\n\nTwo");
        assert_eq!((found.layout.pages.len(), found.metadata.page_count), (2, Some(2)));
        assert_eq!(found.metadata.created.unwrap().to_string(), "2001-02-03T04:05:06Z");
    }

    #[test]
    fn what_is_hidden_is_marked() {
        let with_styles = |kind: &str, name: &str, styles: &str, body: &str| {
            let mimetype = format!("application/vnd.oasis.opendocument.{kind}");
            let content = format!(
                "<c><office:automatic-styles>{styles}</office:automatic-styles><office:body>{body}</office:body></c>"
            );
            let found =
                read_one(name, &zip_of(&[("mimetype", mimetype.as_bytes()), ("content.xml", content.as_bytes())]));
            (found.text, found.metadata.other)
        };
        let (text, said) = with_styles(
            "text",
            "a.odt",
            "<style:style style:name=\"T1\"><style:text-properties text:display=\"none\"/></style:style>",
            "<text:p>we <text:span text:style-name=\"T1\">secretly </text:span>agree</text:p><text:p text:style-name=\"T1\">all</text:p><text:section text:display=\"none\"><text:p>part</text:p></text:section>",
        );
        assert_eq!(text, "we ‸agree\n[Hidden: secretly]\n[Hidden: all]\n[Hidden: part]");
        assert_eq!(said["hidden_text"], "true");
        let (text, said) = with_styles(
            "spreadsheet",
            "a.ods",
            "<style:style style:name=\"ta2\"><style:table-properties table:display=\"false\"/></style:style>",
            "<table:table table:name=\"S\" table:style-name=\"ta2\"><table:table-column/><table:table-column table:visibility=\"collapse\"/><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell><office:annotation><dc:creator>Ann</dc:creator><text:p>why?</text:p></office:annotation><text:p>b</text:p></table:table-cell></table:table-row><table:table-row table:visibility=\"collapse\"><table:table-cell><text:p>c</text:p></table:table-cell></table:table-row></table:table>",
        );
        assert_eq!(text, "S (hidden)\na\t[Hidden: b]\n[Hidden: c]\n[Comment on B1 by Ann: why?]");
        let kinds = ["hidden_sheets", "hidden_rows", "hidden_columns", "comments"];
        assert_eq!(kinds.map(|kind| said[kind].as_str()), ["1", "1", "1", "1"]);
        let (text, _) = with_styles(
            "presentation",
            "a.odp",
            "<style:style style:name=\"dp1\"><style:drawing-page-properties presentation:visibility=\"hidden\"/></style:style>",
            "<draw:page draw:style-name=\"dp1\"><text:p>x</text:p></draw:page>",
        );
        assert_eq!(text, "[Hidden slide]\nx");
    }

    #[test]
    fn a_flat_file_is_read_like_a_package() {
        let check = |name: &str, kind: &str, body: &str, expected: &str| {
            let xml = format!(
                "<?xml version=\"1.0\"?><office:document xmlns:office=\"o\" office:mimetype=\"application/vnd.oasis.opendocument.{kind}\"><office:meta><meta:initial-creator>A</meta:initial-creator></office:meta><office:master-styles><style:master-page><style:header><text:p>top</text:p></style:header></style:master-page></office:master-styles><office:body>{body}</office:body></office:document>"
            );
            let found = read_one(name, xml.as_bytes());
            assert_eq!((found.text.as_str(), kinds(&found)), (expected, vec![]));
            assert_eq!(found.metadata.authors, ["A"]);
        };
        check("a.fodt", "text", "<text:p>x</text:p>", "[Header: top]\n\nx");
        check(
            "a.fods",
            "spreadsheet",
            "<table:table table:name=\"T\"><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell></table:table-row></table:table>",
            "T\na",
        );
    }

    #[test]
    fn objects_are_children() {
        let manifest = r#"<m><e manifest:full-path="Object 1/" manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/><e manifest:full-path="Object 2/" manifest:media-type="application/vnd.oasis.opendocument.chart"/><e manifest:full-path="Object 3" manifest:media-type="application/vnd.sun.star.oleobject"/></m>"#;
        let ole = crate::extract::compound_file::file_of(&[("CONTENTS", b"%PDF-1.4")]);
        let bytes = zip_of(&[
            ("mimetype", b"application/vnd.oasis.opendocument.text"),
            ("content.xml", b"<office:body><text:p>x</text:p></office:body>"),
            ("META-INF/manifest.xml", manifest.as_bytes()),
            ("Object 1/content.xml", b"<office:body><table:table table:name=\"S\"><table:table-row><table:table-cell><text:p>inner</text:p></table:table-cell></table:table-row></table:table></office:body>"),
            ("Object 2/content.xml", b"<x/>"),
            ("Object 3", &ole),
            ("Basic/script.xml", b"<x/>"),
        ]);
        let (found, children) = read_all("a.odt", &bytes);
        let names: Vec<&str> = children.iter().map(|child| child.name.as_str()).collect();
        assert_eq!(names, ["Object 1.ods", "Object 3.pdf"]);
        assert_eq!(read_one("Object 1.ods", &children[0].bytes).text, "S\ninner");
        assert_eq!(["embedded_files", "macros"].map(|kind| found.metadata.other[kind].as_str()), ["2", "true"]);
    }

    #[test]
    fn a_locked_file_is_told() {
        let bytes = zip_of(&[
            ("mimetype", b"application/vnd.oasis.opendocument.text"),
            ("META-INF/manifest.xml", b"<manifest:encryption-data/>"),
        ]);
        assert_eq!(kinds(&read_one("a.odt", &bytes)), vec![ExceptionKind::Encrypted]);
    }

    proptest! {
        #[test]
        fn broken_files_do_no_harm(pieces in prop::collection::vec(
            "<(/?)(text:p|text:note|table:table|table:table-row|table:table-cell|draw:page|draw:text-box|office:annotation|text:deletion)>|x|&", 0..60,
        )) {
            read_one("a.odt", &sample("text", &pieces.concat()));
            read_one("a.ods", &sample("spreadsheet", &pieces.concat()));
        }
    }
}
