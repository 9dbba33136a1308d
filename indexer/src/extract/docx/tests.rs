//! Word documents made here, whole and broken.

use crate::extract::tests::{kinds, read_one, zip_of};
use proptest::prelude::*;
use redwell_model::{ExceptionKind, Format};

/// A document with this body.
pub(crate) fn document(body: &str, more: &[(&str, &str)]) -> Vec<u8> {
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
    check("<w:p><w:r><w:instrText>PAGE</w:instrText><w:t>seen</w:t></w:r></w:p>", &[], "seen");
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
    let body = "<w:p><w:r><w:t>shall </w:t></w:r><w:del w:id=\"1\" w:author=\"Jane Doe\" w:date=\"2023-03-14T09:00:00Z\"><w:r><w:delText>not </w:delText></w:r><w:r><w:delText>ever </w:delText></w:r></w:del><w:ins w:id=\"2\"><w:r><w:t>promptly </w:t></w:r></w:ins><w:r><w:t>pay</w:t></w:r></w:p>";
    check(body, &[], "shall ‸promptly pay\n[Deleted by Jane Doe, 2023-03-14: not ever]");
    let said = read_one("a.docx", &document(body, &[])).metadata.other;
    let kinds = ["tracked_changes", "tracked_insertions", "tracked_deletions", "tracked_change_authors"];
    assert_eq!(kinds.map(|kind| said[kind].as_str()), ["2", "1", "1", "Jane Doe"]);
    check(
        "<w:p><w:moveFrom w:author=\"A\"><w:r><w:t>gone</w:t></w:r></w:moveFrom></w:p><w:p><w:r><w:t>pay</w:t></w:r><w:del><w:r><w:delText>ed</w:delText></w:r></w:del><w:ins><w:r><w:t>s</w:t></w:r></w:ins></w:p>",
        &[],
        "[Moved away by A: gone]\npays\n[Deleted: ed]",
    );
}

#[test]
fn hidden_text_is_kept_and_marked() {
    let run = |properties: &str, text: &str| format!("<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>");
    let styles = "<w:styles><w:style w:styleId=\"H\"><w:rPr><w:vanish/></w:rPr></w:style><w:style w:styleId=\"I\"><w:basedOn w:val=\"H\"/></w:style><w:style w:styleId=\"M\"><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr></w:style></w:styles>";
    let body = format!(
        "<w:p>{}{}{}</w:p><w:p><w:pPr><w:pStyle w:val=\"I\"/></w:pPr><w:r><w:t>all of it</w:t></w:r></w:p><w:p><w:pPr><w:rPr><w:vanish/></w:rPr></w:pPr>{}{}</w:p>",
        run("", "we "),
        run("<w:b/><w:vanish/>", "secretly "),
        run("<w:vanish w:val=\"0\"/>", "agree"),
        run("<w:rStyle w:val=\"M\"/>", "seen "),
        run("<w:rStyle w:val=\"H\"/>", "unseen"),
    );
    check(
        &body,
        &[("word/styles.xml", styles)],
        "we ‸agree\n[Hidden: secretly]\n[Hidden: all of it]\nseen ‸\n[Hidden: unseen]",
    );
    let said = read_one("a.docx", &document(&body, &[])).metadata.other;
    assert_eq!(said.get("hidden_text").map(String::as_str), Some("true"));
}

#[test]
fn comments_follow_their_paragraph_with_their_replies() {
    let comment = |id: &str, paragraph: &str, text: &str| {
        format!(
            "<w:comment w:id=\"{id}\" w:author=\"Ann\" w:date=\"2020-01-02T03:04:05Z\"><w:p w14:paraId=\"{paragraph}\"><w:r><w:t>{text}</w:t></w:r></w:p></w:comment>"
        )
    };
    let comments =
        format!("<w:c>{}{}{}</w:c>", comment("1", "A", "why?"), comment("2", "B", "so"), comment("3", "C", "lost"));
    check(
        "<w:p><w:r><w:t>one </w:t></w:r><w:commentRangeStart w:id=\"1\"/><w:r><w:t>two</w:t><w:commentReference w:id=\"1\"/></w:r><w:r><w:commentReference w:id=\"2\"/><w:t> three</w:t></w:r></w:p><w:p><w:r><w:t>next</w:t></w:r></w:p>",
        &[
            ("word/comments.xml", &comments),
            (
                "word/commentsExtended.xml",
                "<e><w15:commentEx w15:paraId=\"A\" w15:done=\"1\"/><w15:commentEx w15:paraId=\"B\" w15:paraIdParent=\"A\" w15:done=\"0\"/></e>",
            ),
        ],
        "one two three\n[Resolved comment by Ann, 2020-01-02: why?]\n[Reply by Ann, 2020-01-02: so]\nnext\n\n[Comment by Ann, 2020-01-02: lost]",
    );
}

#[test]
fn watermarks_and_footers_are_kept() {
    check(
        "<w:p><w:r><w:pict><v:shape><v:textpath string=\"DRAFT\"/></v:shape></w:pict><w:t>body</w:t></w:r></w:p>",
        &[("word/footer1.xml", "<w:ftr><w:p><w:r><w:t>a</w:t></w:r></w:p><w:p><w:r><w:t>b</w:t></w:r></w:p></w:ftr>")],
        "body\n[Drawn text: DRAFT]\n\n[Footer: a\nb]",
    );
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
        "[Header: Secret]\n\nfact†, so on\n[Footnote 1: source]\n[Text box: boxed]\n\n[Comment by Ann: why?]",
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
