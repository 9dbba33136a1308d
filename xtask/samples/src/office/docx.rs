//! DOCX: headings, clauses, bullets, tables, header and footer, tracked changes and comments.

use std::fmt::Write;

use super::{content_types, core_properties, package_relationships, part, relationships, xml};
use crate::archive::{self, Member};
use crate::blocks::{self, Block, Change, Span};
use crate::source::Source;

const NAMESPACES: &str = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"";

/// Renders a text as a DOCX file.
pub(crate) fn render(source: &Source) -> anyhow::Result<Vec<u8>> {
    let blocks = blocks::parse(&source.body);
    let reviser = xml(source.get("reviser").unwrap_or("Reviser"));
    let mut writer = Writer { reviser, date: source.date()?.office(), comments: String::new(), next: 1 };
    let body: String = blocks.iter().map(|block| writer.block(block)).collect();
    let document = part(&format!(
        "<w:document {NAMESPACES}><w:body>{body}<w:sectPr><w:headerReference w:type=\"default\" r:id=\"rId3\"/>\
         <w:footerReference w:type=\"default\" r:id=\"rId4\"/><w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
         <w:pgMar w:top=\"1417\" w:right=\"1304\" w:bottom=\"1304\" w:left=\"1304\" w:header=\"680\" w:footer=\"567\" w:gutter=\"0\"/>\
         </w:sectPr></w:body></w:document>"
    ));
    let comments = part(&format!("<w:comments {NAMESPACES}>{}</w:comments>", writer.comments));
    let (header, footer) = (source.list("header").join("\t"), source.list("footer").join("\t"));
    let edge = |name: &str, text: &str| {
        let content = xml(text).replace("{page}", "</w:t></w:r><w:fldSimple w:instr=\" PAGE \"><w:r><w:t>1</w:t></w:r></w:fldSimple><w:r><w:t xml:space=\"preserve\">");
        let content = content.replace(" / {pages}", "").replace(" of {pages}", "").replace('\t', "</w:t><w:tab/><w:t>");
        part(&format!(
            "<w:{name} {NAMESPACES}><w:p><w:pPr><w:pStyle w:val=\"Edge\"/></w:pPr><w:r><w:t xml:space=\"preserve\">{content}</w:t></w:r></w:p></w:{name}>"
        ))
    };
    let links =
        [("rId1", "styles"), ("rId2", "numbering"), ("rId3", "header"), ("rId4", "footer"), ("rId5", "comments")];
    let links = links.map(|(id, kind)| (id.to_owned(), kind, format!("{kind}.xml")));
    let kinds = ["document.main", "styles", "numbering", "header", "footer", "comments"];
    let overrides = kinds.map(|kind| {
        let name = kind.trim_end_matches(".main");
        (format!("word/{name}.xml"), kind)
    });
    let overrides: Vec<(String, String)> =
        overrides.into_iter().map(|(name, kind)| (name, format!("wordprocessingml.{kind}"))).collect();
    let overrides: Vec<(String, &str)> = overrides.iter().map(|(name, kind)| (name.clone(), kind.as_str())).collect();
    let serif = source.get("font") == Some("serif");
    Ok(archive::zip(&[
        Member::new("[Content_Types].xml", content_types(&overrides)),
        Member::new("_rels/.rels", package_relationships("word/document.xml")),
        Member::new("docProps/core.xml", core_properties(source)?),
        Member::new("word/document.xml", document),
        Member::new("word/_rels/document.xml.rels", relationships(&links)),
        Member::new("word/styles.xml", styles(serif)),
        Member::new("word/numbering.xml", numbering()),
        Member::new("word/header.xml", edge("hdr", &header)),
        Member::new("word/footer.xml", edge("ftr", &footer)),
        Member::new("word/comments.xml", comments),
    ]))
}

struct Writer {
    reviser: String,
    date: String,
    comments: String,
    next: usize,
}

impl Writer {
    fn block(&mut self, block: &Block) -> String {
        let paragraph = |properties: &str, runs: &str| format!("<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>");
        let style = |name: &str| format!("<w:pStyle w:val=\"{name}\"/>");
        match block {
            Block::Heading { level, spans } => {
                paragraph(&style(&format!("Heading{}", (*level).min(3))), &self.runs(spans))
            }
            Block::Paragraph(spans) => paragraph("", &self.runs(spans)),
            Block::Right(spans) => paragraph("<w:jc w:val=\"right\"/>", &self.runs(spans)),
            Block::Remark(spans) => paragraph(&style("Quote"), &self.runs(spans)),
            Block::Bullet(spans) => {
                let list = "<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"1\"/></w:numPr>";
                paragraph(&format!("{}{list}", style("ListBullet")), &self.runs(spans))
            }
            Block::Clause { label, depth, spans } => {
                let left = 680 * depth;
                let indent = format!(
                    "<w:tabs><w:tab w:val=\"left\" w:pos=\"{left}\"/></w:tabs><w:ind w:left=\"{left}\" w:hanging=\"680\"/>"
                );
                let label = format!("<w:r><w:t>{}</w:t><w:tab/></w:r>", xml(label));
                paragraph(&indent, &format!("{label}{}", self.runs(spans)))
            }
            Block::Table(rows) => self.table(rows),
            Block::Bars { title, bars } => {
                let head = vec![title.clone(), String::new()];
                let rows = bars.iter().map(|(label, value)| vec![label.clone(), value.clone()]);
                self.table(&std::iter::once(head).chain(rows).collect::<Vec<_>>())
            }
            Block::PageBreak => "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>".to_owned(),
            Block::Rule => paragraph(
                "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"6\" w:space=\"1\" w:color=\"888888\"/></w:pBdr>",
                "",
            ),
        }
    }

    fn runs(&mut self, spans: &[Span]) -> String {
        let mut runs = String::new();
        for span in spans {
            let id = self.next;
            let by = format!("w:id=\"{id}\" w:author=\"{}\" w:date=\"{}\"", self.reviser, self.date);
            if span.change.is_some() {
                self.next += 1;
            }
            let _ = match span.change {
                None => write!(runs, "{}", run(span, "w:t")),
                Some(Change::Inserted) => write!(runs, "<w:ins {by}>{}</w:ins>", run(span, "w:t")),
                Some(Change::Deleted) => write!(runs, "<w:del {by}>{}</w:del>", run(span, "w:delText")),
                Some(Change::Comment) => {
                    // A comment says who made it: `{>Name: text<}`.
                    let (author, text) = span.text.split_once(": ").unwrap_or(("", &span.text));
                    let by = format!("w:id=\"{id}\" w:author=\"{}\" w:date=\"{}\"", xml(author), self.date);
                    let text = run(&Span { text: text.to_owned(), change: None, ..span.clone() }, "w:t");
                    let _ = write!(self.comments, "<w:comment {by}><w:p>{text}</w:p></w:comment>");
                    write!(
                        runs,
                        "<w:commentRangeStart w:id=\"{id}\"/><w:commentRangeEnd w:id=\"{id}\"/><w:r><w:commentReference w:id=\"{id}\"/></w:r>"
                    )
                }
            };
        }
        runs
    }

    fn table(&mut self, rows: &[Vec<String>]) -> String {
        let columns = rows.iter().map(Vec::len).max().unwrap_or(1);
        let width = 9298 / columns;
        let grid = format!("<w:gridCol w:w=\"{width}\"/>").repeat(columns);
        let borders: String = ["top", "left", "bottom", "right", "insideH", "insideV"]
            .map(|side| format!("<w:{side} w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"999999\"/>"))
            .concat();
        let mut table = format!(
            "<w:tbl><w:tblPr><w:tblW w:w=\"9298\" w:type=\"dxa\"/><w:tblBorders>{borders}</w:tblBorders></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
        );
        for (index, row) in rows.iter().enumerate() {
            table.push_str("<w:tr>");
            for column in 0..columns {
                let spans = blocks::spans(row.get(column).map_or("", String::as_str));
                let spans: Vec<Span> =
                    spans.into_iter().map(|span| Span { bold: span.bold || index == 0, ..span }).collect();
                let shade = if index == 0 { "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"E7ECF2\"/>" } else { "" };
                let runs = self.runs(&spans);
                let _ = write!(
                    table,
                    "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{shade}</w:tcPr><w:p><w:pPr><w:spacing w:after=\"40\"/></w:pPr>{runs}</w:p></w:tc>"
                );
            }
            table.push_str("</w:tr>");
        }
        table + "</w:tbl><w:p/>"
    }
}

fn run(span: &Span, element: &str) -> String {
    let bold = if span.bold { "<w:b/>" } else { "" };
    let italic = if span.italic { "<w:i/>" } else { "" };
    let text = xml(&span.text).replace('\n', &format!("</{element}><w:br/><{element} xml:space=\"preserve\">"));
    format!("<w:r><w:rPr>{bold}{italic}</w:rPr><{element} xml:space=\"preserve\">{text}</{element}></w:r>")
}

fn styles(serif: bool) -> String {
    let font = if serif { "Cambria" } else { "Calibri" };
    let mut styles = format!(
        "<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"{font}\" w:hAnsi=\"{font}\" w:cs=\"{font}\"/>\
         <w:sz w:val=\"21\"/><w:lang w:val=\"en-GB\"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr><w:spacing w:after=\"120\" w:line=\"264\" w:lineRule=\"auto\"/></w:pPr>\
         </w:pPrDefault></w:docDefaults><w:style w:type=\"paragraph\" w:default=\"1\" w:styleId=\"Normal\"><w:name w:val=\"Normal\"/></w:style>"
    );
    for (level, size) in [(1, 36), (2, 26), (3, 22)] {
        let _ = write!(
            styles,
            "<w:style w:type=\"paragraph\" w:styleId=\"Heading{level}\"><w:name w:val=\"heading {level}\"/><w:basedOn w:val=\"Normal\"/>\
             <w:next w:val=\"Normal\"/><w:pPr><w:keepNext/><w:spacing w:before=\"240\" w:after=\"100\"/><w:outlineLvl w:val=\"{}\"/></w:pPr>\
             <w:rPr><w:b/><w:color w:val=\"1F3A5F\"/><w:sz w:val=\"{size}\"/></w:rPr></w:style>",
            level - 1
        );
    }
    for (id, name, properties) in [
        ("ListBullet", "List Bullet", "<w:spacing w:after=\"60\"/>"),
        (
            "Quote",
            "Quote",
            "<w:pBdr><w:left w:val=\"single\" w:sz=\"12\" w:space=\"8\" w:color=\"1F3A5F\"/></w:pBdr><w:ind w:left=\"340\"/>",
        ),
        ("Edge", "header", "<w:tabs><w:tab w:val=\"right\" w:pos=\"9298\"/></w:tabs>"),
    ] {
        let small = if id == "Edge" { "<w:rPr><w:color w:val=\"666666\"/><w:sz w:val=\"16\"/></w:rPr>" } else { "" };
        let _ = write!(
            styles,
            "<w:style w:type=\"paragraph\" w:styleId=\"{id}\"><w:name w:val=\"{name}\"/><w:basedOn w:val=\"Normal\"/><w:pPr>{properties}</w:pPr>{small}</w:style>"
        );
    }
    part(&(styles + "</w:styles>"))
}

fn numbering() -> String {
    part(&format!(
        "<w:numbering {NAMESPACES}><w:abstractNum w:abstractNumId=\"0\"><w:multiLevelType w:val=\"hybridMultilevel\"/><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/>\
         <w:numFmt w:val=\"bullet\"/><w:lvlText w:val=\"•\"/><w:lvlJc w:val=\"left\"/><w:pPr><w:ind w:left=\"567\" w:hanging=\"283\"/></w:pPr></w:lvl></w:abstractNum>\
         <w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num></w:numbering>"
    ))
}
