//! Word documents (Office Open XML): every story of the document in reading order.
//!
//! Headers, body, footnotes, endnotes, footers, comments, then text of diagrams and charts. Insertions still tracked
//! are plain text, because that is how the document reads now; deletions stand in `[deleted: …]`, notes are marked
//! `[1]` where they are referred to. Hidden text is kept; field codes are not text.

mod story;

use redwell_model::{ExceptionKind, Format, ProcessingException, Stage};

use self::story::{Marks, Note};
use super::package::Package;
use super::{Extracted, Input, drawing, properties};

/// Reads a Word document.
#[must_use]
pub fn extract(input: &Input<'_>) -> Extracted {
    let mut found = Extracted::new(Format::Docx);
    let mut package = Package::open(input);
    let limit = input.options.max_text_bytes;
    let main = properties::main_part(&mut package).unwrap_or_else(|| "word/document.xml".to_owned());
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let part = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let mut marks = Marks::default();
    let mut text = String::new();

    let numbered = |package: &Package<'_>, stem: &str| {
        let prefix = part(stem);
        let is_one = |name: &String| {
            name.strip_prefix(&prefix)
                .and_then(|rest| rest.strip_suffix(".xml"))
                .is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
        };
        package.names().into_iter().filter(is_one).collect::<Vec<_>>()
    };
    for name in numbered(&package, "header") {
        append_once(&mut text, &story_text(&mut package, &name, limit, &mut Marks::default()));
    }
    match package.text(&main) {
        Some(xml) => {
            let (body, complete) = story::read(&xml, limit, &mut marks);
            append(&mut text, &body);
            if !complete {
                found.exceptions.push(broken(&main));
            }
        }
        None => found.exceptions.push(ProcessingException::new(
            Stage::Extract,
            ExceptionKind::Damaged,
            "quick-xml",
            format!("the main part `{main}` is missing; ask for an intact copy"),
        )),
    }
    for (file, element, references, label) in
        [("footnotes.xml", "footnote", &marks.footnotes, ""), ("endnotes.xml", "endnote", &marks.endnotes, "e")]
    {
        let Some(xml) = package.text(&part(file)) else { continue };
        let notes = story::read_notes(&xml, element, limit);
        append(&mut text, &in_reference_order(&notes, references, label));
    }
    for name in numbered(&package, "footer") {
        append_once(&mut text, &story_text(&mut package, &name, limit, &mut Marks::default()));
    }
    if let Some(xml) = package.text(&part("comments.xml")) {
        let mut comments = String::new();
        for (n, note) in story::read_notes(&xml, "comment", limit).iter().enumerate() {
            let author = if note.author.is_empty() { "unknown" } else { &note.author };
            comments.push_str(&format!("[comment {} by {author}] {}\n", n + 1, note.text.trim()));
        }
        append(&mut text, &comments);
    }
    append(&mut text, &drawing::text_of_parts(&mut package, &[&part("diagrams/data"), &part("charts/chart")], limit));

    found.set_text(&text, input.options);
    found.metadata = properties::read(&mut package);
    for (name, count) in [("tracked_insertions", marks.insertions), ("tracked_deletions", marks.deletions)] {
        if count > 0 {
            found.metadata.other.insert(name.to_owned(), count.to_string());
        }
    }
    found.exceptions.append(&mut package.exceptions);
    found
}

fn story_text(package: &mut Package<'_>, name: &str, limit: usize, marks: &mut Marks) -> String {
    package.text(name).map(|xml| story::read(&xml, limit, marks).0).unwrap_or_default()
}

/// Adds a story after a blank line.
fn append(text: &mut String, story: &str) {
    let story = story.trim_end();
    if !story.trim().is_empty() {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(story.trim_start_matches('\n'));
    }
}

/// Adds a header or footer unless the same stands there already: most documents repeat one for first, odd and even pages.
fn append_once(text: &mut String, story: &str) {
    if !text.contains(story.trim()) {
        append(text, story);
    }
}

fn in_reference_order(notes: &[Note], references: &[String], label: &str) -> String {
    let mut text = String::new();
    for (n, id) in references.iter().enumerate() {
        if let Some(note) = notes.iter().find(|note| note.id == *id) {
            text.push_str(&format!("[{label}{}] {}\n", n + 1, note.text.trim()));
        }
    }
    for note in notes.iter().filter(|note| !references.contains(&note.id) && !note.text.trim().is_empty()) {
        text.push_str(note.text.trim());
        text.push('\n');
    }
    text
}

fn broken(part: &str) -> ProcessingException {
    ProcessingException::new(
        Stage::Extract,
        ExceptionKind::Damaged,
        "quick-xml",
        format!("the part `{part}` is broken; the text up to there was read"),
    )
}

#[cfg(test)]
mod tests {
    use crate::extract::tests::{kinds, read_one, zip_of};
    use proptest::prelude::*;
    use redwell_model::{ExceptionKind, Format};

    /// A document with this body.
    fn document(body: &str, more: &[(&str, &str)]) -> Vec<u8> {
        let xml = format!("<?xml version=\"1.0\"?><w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
        let mut members = vec![("word/document.xml", xml.as_bytes())];
        members.extend(more.iter().map(|(name, xml)| (*name, xml.as_bytes())));
        zip_of(&members)
    }

    fn check(body: &str, more: &[(&str, &str)], expected: &str) {
        let found = read_one("a.docx", &document(body, more));
        assert_eq!((found.format, found.text.as_str(), kinds(&found)), (Format::Docx, expected, vec![]), "{body}");
    }

    #[test]
    fn runs_tabs_breaks_and_symbols() {
        check(
            "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:r><w:t>Smith &amp; </w:t></w:r><w:r><w:t>Co&#x2019;s</w:t><w:tab/><w:t>a</w:t><w:br/><w:t>b</w:t><w:noBreakHyphen/><w:sym w:font=\"Wingdings\" w:char=\"F0FE\"/></w:r></w:p><w:p><w:r><w:t>next</w:t></w:r></w:p>",
            &[],
            "Smith & Co’s\ta\nb-☑\nnext",
        );
        check(
            "<w:p><w:r><w:instrText>PAGE</w:instrText><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r></w:p>",
            &[],
            "hidden",
        );
    }

    #[test]
    fn tables_become_rows() {
        let cell = |text: &str| format!("<w:tc><w:tcPr/><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>");
        let table = format!(
            "<w:tbl><w:tr>{}{}</w:tr><w:tr>{}<w:tc><w:p/></w:tc></w:tr></w:tbl><w:p/>",
            cell("a"),
            cell("b"),
            cell("c")
        );
        check(&table, &[], "a\tb\nc");
    }

    #[test]
    fn tracked_changes_are_kept_and_deletions_marked() {
        let body = "<w:p><w:r><w:t>shall </w:t></w:r><w:del w:id=\"1\"><w:r><w:delText>not </w:delText></w:r><w:r><w:delText>ever </w:delText></w:r></w:del><w:ins w:id=\"2\"><w:r><w:t>promptly </w:t></w:r></w:ins><w:r><w:t>pay</w:t></w:r></w:p>";
        check(body, &[], "shall [deleted: not ever ]promptly pay");
        let said = read_one("a.docx", &document(body, &[])).metadata.other;
        assert_eq!((said["tracked_insertions"].as_str(), said["tracked_deletions"].as_str()), ("1", "1"));
    }

    #[test]
    fn notes_comments_headers_and_boxes_are_kept() {
        check(
            "<w:p><w:r><w:t>fact</w:t><w:footnoteReference w:id=\"7\"/><w:t>, so</w:t></w:r><mc:AlternateContent><mc:Choice><w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent><w:p><w:r><w:t>boxed</w:t></w:r></w:p></w:txbxContent></mc:Fallback></mc:AlternateContent><w:r><w:t> on</w:t></w:r></w:p>",
            &[
                ("word/header1.xml", "<w:hdr><w:p><w:r><w:t>Secret</w:t></w:r></w:p></w:hdr>"),
                ("word/header2.xml", "<w:hdr><w:p><w:r><w:t>Secret</w:t></w:r></w:p></w:hdr>"),
                (
                    "word/footnotes.xml",
                    "<w:f><w:footnote w:type=\"separator\" w:id=\"0\"><w:p/></w:footnote><w:footnote w:id=\"7\"><w:p><w:r><w:t>source</w:t></w:r></w:p></w:footnote></w:f>",
                ),
                (
                    "word/comments.xml",
                    "<w:c><w:comment w:id=\"0\" w:author=\"Ann\"><w:p><w:r><w:t>why?</w:t></w:r></w:p></w:comment></w:c>",
                ),
            ],
            "Secret\n\nfact[1], so on\nboxed\n\n[1] source\n\n[comment 1 by Ann] why?",
        );
    }

    #[test]
    fn it_says_who_wrote_it_and_when() {
        let core = "<c><dc:title>T</dc:title><dc:creator>A</dc:creator><dcterms:created>2001-02-03T04:05:06Z</dcterms:created><dcterms:modified>2001-02-04T04:05:06</dcterms:modified></c>";
        let said = read_one("a.docx", &document("", &[("docProps/core.xml", core)])).metadata;
        assert_eq!((said.title.as_deref(), &said.authors), (Some("T"), &vec!["A".to_owned()]));
        assert_eq!(said.date().unwrap().to_string(), "2001-02-04T04:05:06Z");
    }

    #[test]
    fn damage_is_told_and_the_rest_read() {
        let whole = document("<w:p><w:r><w:t>kept text</w:t></w:r></w:p>", &[]);
        let cut = &whole[..whole.len() - 40];
        let found = read_one("a.docx", cut);
        assert_eq!((found.text.as_str(), kinds(&found)), ("kept text", vec![ExceptionKind::Damaged]));
        let broken = read_one("a.docx", &document("<w:p><w:r><w:t>kept</w:t></w:r></w:p><w:p <<", &[]));
        assert_eq!((broken.text.as_str(), kinds(&broken)), ("kept", vec![ExceptionKind::Damaged]));
    }

    #[test]
    fn entities_and_depth_do_no_harm() {
        let bomb = "<!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;\"><!ENTITY f SYSTEM \"file:///etc/passwd\">]><w:document><w:body><w:p><w:r><w:t>x&b;&f;</w:t></w:r></w:p></w:body></w:document>";
        let found = read_one("a.docx", &zip_of(&[("word/document.xml", bomb.as_bytes())]));
        assert_eq!(found.text, "x&b;&f;");
        let deep = format!("{}<w:p><w:r><w:t>deep</w:t></w:r></w:p>", "<w:tbl><w:tr><w:tc>".repeat(100_000));
        assert_eq!(read_one("a.docx", &document(&deep, &[])).text, "deep");
    }

    proptest! {
        #[test]
        fn broken_files_do_no_harm(at in 0_usize..4000, byte: u8, cut in 0_usize..4000) {
            let mut bytes = document("<w:p><w:r><w:t>text</w:t><w:footnoteReference w:id=\"1\"/></w:r></w:p><w:tbl><w:tr><w:tc/></w:tr></w:tbl>", &[]);
            let at = at % bytes.len();
            bytes[at] = byte;
            bytes.truncate(cut.max(30));
            read_one("a.docx", &bytes);
        }
    }
}
