//! PPTX: a title, bullets, tables and speaker notes on each slide. A slide starts at `# `; `## Notes` starts its notes.

use std::fmt::Write;

use super::{content_types, core_properties, package_relationships, part, relationships, xml};
use crate::archive::{self, Member};
use crate::blocks::{self, Block, Span};
use crate::source::Source;

const NAMESPACES: &str = "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
    xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
    xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\"";
const GROUP: &str = "<p:nvGrpSpPr><p:cNvPr id=\"1\" name=\"\"/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>";
const MAP: &str = "<p:clrMap bg1=\"lt1\" tx1=\"dk1\" bg2=\"lt2\" tx2=\"dk2\" accent1=\"accent1\" accent2=\"accent2\" accent3=\"accent3\" \
    accent4=\"accent4\" accent5=\"accent5\" accent6=\"accent6\" hlink=\"hlink\" folHlink=\"folHlink\"/>";

/// Renders a text as a PPTX file.
pub(crate) fn render(source: &Source) -> anyhow::Result<Vec<u8>> {
    let mut slides: Vec<Vec<Block>> = Vec::new();
    for block in blocks::parse(&source.body) {
        if matches!(block, Block::Heading { level: 1, .. }) {
            slides.push(Vec::new());
        }
        slides
            .last_mut()
            .ok_or_else(|| anyhow::anyhow!("`{}` has text before its first slide", source.path))?
            .push(block);
    }
    let count = slides.len();
    let accent = source.get("accent").unwrap_or("1F3A5F");
    let mut members = vec![
        Member::new("_rels/.rels", package_relationships("ppt/presentation.xml")),
        Member::new("docProps/core.xml", core_properties(source)?),
        Member::new("ppt/presentation.xml", presentation(count)),
        Member::new("ppt/_rels/presentation.xml.rels", presentation_relationships(count)),
        Member::new("ppt/theme/theme1.xml", theme(accent)),
        Member::new("ppt/theme/theme2.xml", theme(accent)),
        Member::new(
            "ppt/slideMasters/slideMaster1.xml",
            master(
                "sldMaster",
                "<p:sldLayoutIdLst><p:sldLayoutId id=\"2147483649\" r:id=\"rId1\"/></p:sldLayoutIdLst>",
            ),
        ),
        Member::new(
            "ppt/slideMasters/_rels/slideMaster1.xml.rels",
            links(&[("slideLayout", "../slideLayouts/slideLayout1.xml"), ("theme", "../theme/theme1.xml")]),
        ),
        Member::new(
            "ppt/slideLayouts/slideLayout1.xml",
            part(&format!(
                "<p:sldLayout {NAMESPACES} type=\"blank\"><p:cSld name=\"Blank\"><p:spTree>{GROUP}</p:spTree></p:cSld></p:sldLayout>"
            )),
        ),
        Member::new(
            "ppt/slideLayouts/_rels/slideLayout1.xml.rels",
            links(&[("slideMaster", "../slideMasters/slideMaster1.xml")]),
        ),
        Member::new("ppt/notesMasters/notesMaster1.xml", master("notesMaster", "")),
        Member::new("ppt/notesMasters/_rels/notesMaster1.xml.rels", links(&[("theme", "../theme/theme2.xml")])),
    ];
    let mut overrides = vec![
        ("ppt/presentation.xml".to_owned(), "presentationml.presentation.main"),
        ("ppt/slideMasters/slideMaster1.xml".to_owned(), "presentationml.slideMaster"),
        ("ppt/slideLayouts/slideLayout1.xml".to_owned(), "presentationml.slideLayout"),
        ("ppt/notesMasters/notesMaster1.xml".to_owned(), "presentationml.notesMaster"),
        ("ppt/theme/theme1.xml".to_owned(), "theme"),
        ("ppt/theme/theme2.xml".to_owned(), "theme"),
    ];
    for (index, slide) in slides.iter().enumerate() {
        let number = index + 1;
        let is_notes =
            |block: &Block| matches!(block, Block::Heading { level: 2, spans } if blocks::plain(spans) == "Notes");
        let cut = slide.iter().position(is_notes).unwrap_or(slide.len());
        let notes = slide.get(cut + 1..).unwrap_or_default();
        let note_link = format!("../notesSlides/notesSlide{number}.xml");
        let mut targets = vec![("slideLayout", "../slideLayouts/slideLayout1.xml")];
        if !notes.is_empty() {
            targets.push(("notesSlide", &note_link));
            let shape = shape(
                2,
                "Notes",
                "<p:nvPr><p:ph type=\"body\" idx=\"1\"/></p:nvPr>",
                [0, 0, 0, 0],
                &paragraphs(notes, 1200),
            );
            overrides.push((format!("ppt/notesSlides/notesSlide{number}.xml"), "presentationml.notesSlide"));
            members.push(Member::new(
                &format!("ppt/notesSlides/notesSlide{number}.xml"),
                part(&format!("<p:notes {NAMESPACES}><p:cSld><p:spTree>{GROUP}{shape}</p:spTree></p:cSld></p:notes>")),
            ));
            let back = format!("../slides/slide{number}.xml");
            members.push(Member::new(
                &format!("ppt/notesSlides/_rels/notesSlide{number}.xml.rels"),
                links(&[("notesMaster", "../notesMasters/notesMaster1.xml"), ("slide", &back)]),
            ));
        }
        overrides.push((format!("ppt/slides/slide{number}.xml"), "presentationml.slide"));
        members.push(Member::new(&format!("ppt/slides/slide{number}.xml"), slide_part(&slide[..cut], accent)));
        members.push(Member::new(&format!("ppt/slides/_rels/slide{number}.xml.rels"), links(&targets)));
    }
    members.insert(0, Member::new("[Content_Types].xml", content_types(&overrides)));
    Ok(archive::zip(&members))
}

fn links(targets: &[(&'static str, &str)]) -> String {
    let entries = targets
        .iter()
        .enumerate()
        .map(|(index, (kind, target))| (format!("rId{}", index + 1), *kind, (*target).to_owned()));
    relationships(&entries.collect::<Vec<_>>())
}

fn presentation(count: usize) -> String {
    let slides: String =
        (0..count).map(|index| format!("<p:sldId id=\"{}\" r:id=\"rId{}\"/>", 256 + index, index + 3)).collect();
    part(&format!(
        "<p:presentation {NAMESPACES}><p:sldMasterIdLst><p:sldMasterId id=\"2147483648\" r:id=\"rId1\"/></p:sldMasterIdLst>\
         <p:notesMasterIdLst><p:notesMasterId r:id=\"rId2\"/></p:notesMasterIdLst><p:sldIdLst>{slides}</p:sldIdLst>\
         <p:sldSz cx=\"12192000\" cy=\"6858000\"/><p:notesSz cx=\"6858000\" cy=\"9144000\"/></p:presentation>"
    ))
}

fn presentation_relationships(count: usize) -> String {
    let mut entries = vec![
        ("rId1".to_owned(), "slideMaster", "slideMasters/slideMaster1.xml".to_owned()),
        ("rId2".to_owned(), "notesMaster", "notesMasters/notesMaster1.xml".to_owned()),
    ];
    entries.extend(
        (0..count).map(|index| (format!("rId{}", index + 3), "slide", format!("slides/slide{}.xml", index + 1))),
    );
    entries.push((format!("rId{}", count + 3), "theme", "theme/theme1.xml".to_owned()));
    relationships(&entries)
}

fn master(name: &str, layouts: &str) -> String {
    part(&format!("<p:{name} {NAMESPACES}><p:cSld><p:spTree>{GROUP}</p:spTree></p:cSld>{MAP}{layouts}</p:{name}>"))
}

fn theme(accent: &str) -> String {
    let colour = |name: &str, value: &str| format!("<a:{name}><a:srgbClr val=\"{value}\"/></a:{name}>");
    let mut colours: String = [("dk1", "1A1A1A"), ("lt1", "FFFFFF"), ("dk2", accent), ("lt2", "EEF1F5")]
        .map(|(name, value)| colour(name, value))
        .concat();
    for index in 1..=6 {
        colours.push_str(&colour(&format!("accent{index}"), accent));
    }
    colours.push_str(&(colour("hlink", "0563C1") + &colour("folHlink", "954F72")));
    let fill = "<a:solidFill><a:schemeClr val=\"phClr\"/></a:solidFill>".repeat(3);
    let lines = "<a:ln w=\"6350\"><a:solidFill><a:schemeClr val=\"phClr\"/></a:solidFill></a:ln>".repeat(3);
    let effects = "<a:effectStyle><a:effectLst/></a:effectStyle>".repeat(3);
    let font = "<a:latin typeface=\"Calibri\"/><a:ea typeface=\"\"/><a:cs typeface=\"\"/>";
    part(&format!(
        "<a:theme xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" name=\"Plain\"><a:themeElements><a:clrScheme name=\"Plain\">{colours}</a:clrScheme>\
         <a:fontScheme name=\"Plain\"><a:majorFont>{font}</a:majorFont><a:minorFont>{font}</a:minorFont></a:fontScheme><a:fmtScheme name=\"Plain\">\
         <a:fillStyleLst>{fill}</a:fillStyleLst><a:lnStyleLst>{lines}</a:lnStyleLst><a:effectStyleLst>{effects}</a:effectStyleLst>\
         <a:bgFillStyleLst>{fill}</a:bgFillStyleLst></a:fmtScheme></a:themeElements></a:theme>"
    ))
}

fn slide_part(blocks: &[Block], accent: &str) -> String {
    let mut shapes = String::new();
    let mut text: Vec<Block> = Vec::new();
    let mut id = 3;
    for block in blocks {
        match block {
            Block::Heading { level: 1, spans } => {
                let run = format!(
                    "<a:p><a:r><a:rPr lang=\"en-GB\" sz=\"3000\" b=\"1\"><a:solidFill><a:srgbClr val=\"{accent}\"/></a:solidFill></a:rPr><a:t>{}</a:t></a:r></a:p>",
                    xml(&blocks::plain(spans))
                );
                shapes.push_str(&shape(
                    2,
                    "Title",
                    "<p:nvPr><p:ph type=\"title\"/></p:nvPr>",
                    [609_600, 380_000, 10_972_800, 900_000],
                    &run,
                ));
            }
            Block::Table(rows) => {
                let top = 1_500_000 + text.len() * 460_000;
                shapes.push_str(&table(id + 1, rows, top));
                id += 1;
            }
            Block::Heading { .. }
            | Block::Paragraph(_)
            | Block::Right(_)
            | Block::Remark(_)
            | Block::Bullet(_)
            | Block::Clause { .. } => text.push(block.clone()),
            Block::Bars { .. } | Block::PageBreak | Block::Rule => {}
        }
    }
    if !text.is_empty() {
        shapes.push_str(&shape(
            3,
            "Content",
            "<p:nvPr/>",
            [609_600, 1_400_000, 10_972_800, 4_900_000],
            &paragraphs(&text, 2000),
        ));
    }
    part(&format!("<p:sld {NAMESPACES}><p:cSld><p:spTree>{GROUP}{shapes}</p:spTree></p:cSld></p:sld>"))
}

fn shape(id: usize, name: &str, placeholder: &str, [x, y, width, height]: [usize; 4], paragraphs: &str) -> String {
    let frame = if width == 0 {
        String::new()
    } else {
        format!(
            "<a:xfrm><a:off x=\"{x}\" y=\"{y}\"/><a:ext cx=\"{width}\" cy=\"{height}\"/></a:xfrm><a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom>"
        )
    };
    format!(
        "<p:sp><p:nvSpPr><p:cNvPr id=\"{id}\" name=\"{name}\"/><p:cNvSpPr/>{placeholder}</p:nvSpPr><p:spPr>{frame}</p:spPr>\
         <p:txBody><a:bodyPr wrap=\"square\"/><a:lstStyle/>{paragraphs}</p:txBody></p:sp>"
    )
}

fn paragraphs(blocks: &[Block], size: usize) -> String {
    let mut paragraphs = String::new();
    for block in blocks {
        let (properties, spans): (&str, &[Span]) = match block {
            Block::Bullet(spans) => (
                "<a:pPr marL=\"342900\" indent=\"-342900\"><a:spcAft><a:spcPts val=\"600\"/></a:spcAft><a:buFont typeface=\"Arial\"/><a:buChar char=\"•\"/></a:pPr>",
                spans,
            ),
            Block::Paragraph(spans)
            | Block::Right(spans)
            | Block::Remark(spans)
            | Block::Heading { spans, .. }
            | Block::Clause { spans, .. } => ("<a:pPr><a:spcAft><a:spcPts val=\"600\"/></a:spcAft></a:pPr>", spans),
            Block::Table(_) | Block::Bars { .. } | Block::PageBreak | Block::Rule => continue,
        };
        let _ = write!(paragraphs, "<a:p>{properties}{}</a:p>", runs(spans, size));
    }
    paragraphs
}

fn runs(spans: &[Span], size: usize) -> String {
    let run = |span: &Span| {
        let (bold, italic) = (u8::from(span.bold), u8::from(span.italic));
        format!(
            "<a:r><a:rPr lang=\"en-GB\" sz=\"{size}\" b=\"{bold}\" i=\"{italic}\"/><a:t>{}</a:t></a:r>",
            xml(&span.text.replace('\n', " "))
        )
    };
    spans.iter().map(run).collect()
}

fn table(id: usize, rows: &[Vec<String>], top: usize) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(1);
    let width = 10_972_800 / columns;
    let grid = format!("<a:gridCol w=\"{width}\"/>").repeat(columns);
    let cell = |text: &String| {
        format!(
            "<a:tc><a:txBody><a:bodyPr/><a:lstStyle/><a:p>{}</a:p></a:txBody><a:tcPr/></a:tc>",
            runs(&blocks::spans(text), 1500)
        )
    };
    let rows_xml: String = rows
        .iter()
        .map(|row| format!("<a:tr h=\"400000\">{}</a:tr>", row.iter().map(cell).collect::<String>()))
        .collect();
    format!(
        "<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id=\"{id}\" name=\"Table\"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr>\
         <p:xfrm><a:off x=\"609600\" y=\"{top}\"/><a:ext cx=\"10972800\" cy=\"{}\"/></p:xfrm><a:graphic><a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/table\">\
         <a:tbl><a:tblPr firstRow=\"1\" bandRow=\"1\"/><a:tblGrid>{grid}</a:tblGrid>{rows_xml}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>",
        400_000 * rows.len()
    )
}
