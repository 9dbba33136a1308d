//! `OpenDocument` text: headings, paragraphs, bullets and tables.

use std::fmt::Write;

use super::{part, xml};
use crate::archive::{self, Member};
use crate::blocks::{self, Block, Span};
use crate::source::Source;

const NAMESPACES: &str = "xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" \
    xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" xmlns:table=\"urn:oasis:names:tc:opendocument:xmlns:table:1.0\" \
    xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" xmlns:fo=\"urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0\" \
    xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:meta=\"urn:oasis:names:tc:opendocument:xmlns:meta:1.0\" office:version=\"1.3\"";

/// Renders a text as an ODT file.
pub(crate) fn render(source: &Source) -> anyhow::Result<Vec<u8>> {
    let mut body = String::new();
    for block in blocks::parse(&source.body) {
        let _ = match block {
            Block::Heading { level, spans } => {
                write!(
                    body,
                    "<text:h text:style-name=\"Heading_20_{level}\" text:outline-level=\"{level}\">{}</text:h>",
                    inline(&spans)
                )
            }
            Block::Paragraph(spans) | Block::Right(spans) | Block::Remark(spans) => {
                write!(body, "<text:p>{}</text:p>", inline(&spans))
            }
            Block::Clause { label, spans, .. } => {
                write!(body, "<text:p>{}<text:tab/>{}</text:p>", xml(&label), inline(&spans))
            }
            Block::Bullet(spans) => write!(
                body,
                "<text:list><text:list-item><text:p>{}</text:p></text:list-item></text:list>",
                inline(&spans)
            ),
            Block::Table(rows) => write!(body, "{}", table(&rows)),
            Block::Bars { .. } | Block::PageBreak | Block::Rule => Ok(()),
        };
    }
    let content = part(&format!(
        "<office:document-content {NAMESPACES}><office:automatic-styles><style:style style:name=\"B\" style:family=\"text\">\
         <style:text-properties fo:font-weight=\"bold\"/></style:style><style:style style:name=\"I\" style:family=\"text\">\
         <style:text-properties fo:font-style=\"italic\"/></style:style></office:automatic-styles>\
         <office:body><office:text>{body}</office:text></office:body></office:document-content>"
    ));
    let meta = part(&format!(
        "<office:document-meta {NAMESPACES}><office:meta><dc:title>{}</dc:title><meta:initial-creator>{author}</meta:initial-creator>\
         <dc:creator>{author}</dc:creator><meta:creation-date>{date}</meta:creation-date><dc:date>{date}</dc:date></office:meta></office:document-meta>",
        xml(source.text("title")),
        author = xml(source.text("author")),
        date = source.date()?.office().trim_end_matches('Z'),
    ));
    let kind = "application/vnd.oasis.opendocument.text";
    let entries: String =
        [("/", kind), ("content.xml", "text/xml"), ("styles.xml", "text/xml"), ("meta.xml", "text/xml")]
            .map(|(path, kind)| {
                format!("<manifest:file-entry manifest:full-path=\"{path}\" manifest:media-type=\"{kind}\"/>")
            })
            .concat();
    let manifest = part(&format!(
        "<manifest:manifest xmlns:manifest=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0\" manifest:version=\"1.3\">{entries}</manifest:manifest>"
    ));
    let styles = part(&format!("<office:document-styles {NAMESPACES}><office:styles/></office:document-styles>"));
    Ok(archive::zip(&[
        Member { name: "mimetype".to_owned(), bytes: kind.into(), stored: true },
        Member::new("content.xml", content),
        Member::new("styles.xml", styles),
        Member::new("meta.xml", meta),
        Member::new("META-INF/manifest.xml", manifest),
    ]))
}

fn inline(spans: &[Span]) -> String {
    let mut text = String::new();
    for span in spans {
        let content = xml(&span.text).replace('\n', "<text:line-break/>");
        let _ = match (span.bold, span.italic) {
            (true, _) => write!(text, "<text:span text:style-name=\"B\">{content}</text:span>"),
            (false, true) => write!(text, "<text:span text:style-name=\"I\">{content}</text:span>"),
            (false, false) => write!(text, "{content}"),
        };
    }
    text
}

fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(1);
    let mut table = format!("<table:table><table:table-column table:number-columns-repeated=\"{columns}\"/>");
    for row in rows {
        let cells: String = row
            .iter()
            .map(|cell| {
                format!(
                    "<table:table-cell office:value-type=\"string\"><text:p>{}</text:p></table:table-cell>",
                    inline(&blocks::spans(cell))
                )
            })
            .collect();
        let _ = write!(table, "<table:table-row>{cells}</table:table-row>");
    }
    table + "</table:table>"
}
