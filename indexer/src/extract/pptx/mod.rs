//! `PowerPoint` presentations (Office Open XML): slides in order, each a page, with their notes and comments.
//!
//! Text of tables, diagrams and charts stands with its slide; notes, comments and hidden slides are marked as
//! [`super::mark`] says, and so is what masters and layouts show on slides, once each. Their placeholders are not the author's text
//! and are left out. Dates and slide numbers that fill themselves in stand on a slide as the file last had them.

mod comment;

use std::collections::BTreeSet;

use quick_xml::events::Event;
use redwell_model::{ExceptionKind, Format, Page, ProcessingException, Stage};

use self::comment::Authors;
use super::canonical::{canonical_pages, cut_notice};
use super::mark::{Tally, plainly_marked};
use super::markup::{Markup, attribute};
use super::package::Package;
use super::{Child, Extracted, Input, drawing, properties};

/// Reads a presentation.
#[must_use]
pub fn extract(input: &Input<'_>, on_child: &mut dyn FnMut(Child)) -> Extracted {
    let mut found = Extracted::new(Format::Pptx);
    let mut package = Package::open(input);
    let main = properties::main_part(&mut package).unwrap_or_else(|| "ppt/presentation.xml".to_owned());
    let slides = slides(&mut package, &main);
    if slides.is_empty() && !package.contains(&main) {
        found.exceptions.push(ProcessingException::new(
            Stage::Extract,
            ExceptionKind::Damaged,
            "quick-xml",
            "the list of slides is missing; ask for an intact copy",
        ));
    }
    let authors = Authors::of(&mut package, &main);
    let mut tally = Tally::default();
    let mut pages = Vec::with_capacity(slides.len());
    let mut left = input.options.max_text_bytes;
    let mut masters = Masters::default();
    for (page, name) in (1_u32..).zip(&slides) {
        let Some(mut text) = slide(&mut package, name, left, &authors, &mut tally) else {
            found.exceptions.push(
                ProcessingException::new(
                    Stage::Extract,
                    ExceptionKind::PartLost,
                    "quick-xml",
                    format!("slide {page} is missing in the file"),
                )
                .on_page(page),
            );
            pages.push(String::new());
            continue;
        };
        masters.append(&mut package, name, left, &mut text);
        left = left.saturating_sub(text.len());
        pages.push(text);
    }
    let (text, starts, cut) = canonical_pages(&pages, input.options.max_text_bytes);
    found.text = text;
    if cut {
        found.exceptions.push(cut_notice(input.options.max_text_bytes));
    }
    found.layout.pages = starts.into_iter().map(unframed).collect();
    properties::finish(package, tally, &mut found, input, on_child);
    found.metadata.page_count = u32::try_from(slides.len()).ok();
    found
}

/// Masters and layouts met so far: what stands on them is shown once, with the first slide that has it.
#[derive(Debug, Default)]
struct Masters {
    parts: BTreeSet<String>,
    texts: BTreeSet<String>,
}

impl Masters {
    /// Adds what the layout and the master of a slide show on it, unless a slide before had it.
    fn append(&mut self, package: &mut Package<'_>, slide: &str, limit: usize, text: &mut String) {
        let mut part = slide.to_owned();
        for (kind, what) in [("slideLayout", "Slide layout"), ("slideMaster", "Slide master")] {
            let related = properties::relationships(package, &part);
            let found = related.into_iter().find(|(_, related, _)| related.rsplit('/').next() == Some(kind));
            let Some((_, _, target)) = found else { return };
            part.clone_from(&target);
            if !self.parts.insert(target) {
                continue;
            }
            let Some(xml) = package.text(&part) else { continue };
            let shown = plainly_marked(what, &drawing::static_text_of(&xml, limit));
            if !shown.is_empty() && self.texts.insert(shown.clone()) {
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push('\n');
                }
                text.push_str(&shown);
            }
        }
    }
}

/// A page that has a start but no frame.
#[must_use]
pub fn unframed(start: u32) -> Page {
    Page { start, frame: [0.0; 4], rotate: 0, quality: 1.0, engine: String::new() }
}

/// The parts of the slides in the order they are shown.
fn slides(package: &mut Package<'_>, main: &str) -> Vec<String> {
    let related = properties::relationships(package, main);
    let mut slides = Vec::new();
    if let Some(xml) = package.text(main) {
        let mut markup = Markup::lenient(&xml);
        loop {
            match markup.event() {
                Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == b"sldId" => {
                    // `id` and `r:id` share their local name: the relationship is the one that is known.
                    let is_known = |id: &String, value: &str| *id == value;
                    let target = element.attributes().with_checks(false).filter_map(Result::ok).find_map(|attribute| {
                        let value = String::from_utf8_lossy(&attribute.value).into_owned();
                        related.iter().find(|(id, _, _)| is_known(id, &value)).map(|(_, _, target)| target.clone())
                    });
                    slides.extend(target);
                }
                Event::Eof => break,
                _ => {}
            }
        }
    }
    if slides.is_empty() {
        // Without a list the numbers in the names are the best order there is.
        slides = package.names().into_iter().filter(|name| slide_number(name).is_some()).collect();
        slides.sort_by_key(|name| slide_number(name));
    }
    slides
}

fn slide_number(name: &str) -> Option<u32> {
    name.strip_prefix("ppt/slides/slide")?.strip_suffix(".xml")?.parse().ok()
}

/// A slide's text with its diagrams, charts, notes and comments; `None` when it is missing.
fn slide(package: &mut Package<'_>, name: &str, limit: usize, authors: &Authors, tally: &mut Tally) -> Option<String> {
    let xml = package.text(name)?;
    let mut text = String::new();
    if is_hidden(&xml) {
        tally.count("hidden_slides");
        text.push_str("[Hidden slide]\n");
    }
    text.push_str(&drawing::text_of(&xml, limit));
    for (_, kind, target) in properties::relationships(package, name) {
        let kind = kind.rsplit('/').next().unwrap_or_default();
        if !["diagramData", "chart", "chartEx", "notesSlide", "comments"].contains(&kind) {
            continue;
        }
        let Some(xml) = package.text(&target) else { continue };
        let more = match kind {
            "comments" => authors.comments(&xml, limit, tally),
            "notesSlide" => {
                let notes = plainly_marked("Speaker notes", &drawing::notes_of(&xml, limit));
                tally.count_many("speaker_notes", u64::from(!notes.is_empty()));
                notes
            }
            _ => drawing::text_of(&xml, limit),
        };
        if !more.trim().is_empty() {
            text.push('\n');
            text.push_str(more.trim_start());
        }
    }
    Some(text)
}

fn is_hidden(xml: &str) -> bool {
    let mut markup = Markup::lenient(xml);
    loop {
        match markup.event() {
            Event::Start(element) => {
                return attribute(&element, "show").is_some_and(|show| show == "0" || show == "false");
            }
            Event::Eof => return false,
            _ => {}
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use crate::extract::tests::{kinds, read_one, zip_of};
    use proptest::prelude::*;

    const MAIN: &str = r#"<p:presentation><p:sldIdLst><p:sldId id="256" r:id="rId2"/><p:sldId id="257" r:id="rId1"/></p:sldIdLst></p:presentation>"#;
    const RELATED: &str = r#"<Relationships><Relationship Id="rId1" Type="x/slide" Target="slides/slide1.xml"/><Relationship Id="rId2" Type="x/slide" Target="slides/slide2.xml"/></Relationships>"#;
    const FIRST: &str = r#"<p:sld show="0"><p:sp><a:p><a:r><a:t>Last &amp; least</a:t></a:r></a:p></p:sp></p:sld>"#;
    const SECOND: &str = r#"<p:sld><a:p><a:r><a:t>Title</a:t></a:r></a:p><a:tbl><a:tr><a:tc><a:p><a:r><a:t>1</a:t></a:r></a:p></a:tc><a:tc><a:p><a:r><a:t>2</a:t></a:r></a:p></a:tc></a:tr></a:tbl></p:sld>"#;
    const NOTES: &str = r#"<p:notes><p:sp><p:nvPr><p:ph type="sldNum"/></p:nvPr><a:p><a:fld type="slidenum"><a:t>2</a:t></a:fld></a:p></p:sp><a:p><a:r><a:t>say hello</a:t></a:r></a:p></p:notes>"#;

    /// Two slides with notes and a comment.
    pub(crate) fn sample() -> Vec<u8> {
        zip_of(&[
            ("ppt/presentation.xml", MAIN.as_bytes()),
            ("ppt/_rels/presentation.xml.rels", RELATED.as_bytes()),
            ("ppt/slides/slide1.xml", FIRST.as_bytes()),
            ("ppt/slides/slide2.xml", SECOND.as_bytes()),
            (
                "ppt/slides/_rels/slide2.xml.rels",
                br#"<R><Relationship Id="a" Type="x/notesSlide" Target="../notesSlides/n.xml"/><Relationship Id="b" Type="x/comments" Target="../comments/c.xml"/></R>"#,
            ),
            ("ppt/commentAuthors.xml", br#"<a><p:cmAuthor id="0" name="Ann"/></a>"#),
            (
                "ppt/comments/c.xml",
                br#"<c><p:cm authorId="0" dt="2020-01-02T03:04:05"><p:pos x="1" y="2"/><p:text>why?</p:text></p:cm></c>"#,
            ),
            ("ppt/notesSlides/n.xml", NOTES.as_bytes()),
        ])
    }

    #[test]
    fn what_masters_show_is_told_once() {
        let related = |kind: &str, target: &str| {
            format!("<Relationships><Relationship Id=\"rId1\" Type=\"x/{kind}\" Target=\"{target}\"/></Relationships>")
        };
        let shape = |inner: &str, text: &str| {
            format!(
                "<p:sp><p:nvSpPr><p:nvPr>{inner}</p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:txBody></p:sp>"
            )
        };
        let master = format!(
            "<p:sldMaster>{}{}</p:sldMaster>",
            shape("<p:ph type=\"title\"/>", "Click here"),
            shape("", "Confidential")
        );
        let layout = format!("<p:sldLayout>{}</p:sldLayout>", shape("<p:ph/>", "Click here too"));
        let slide = |text: &str| format!("<p:sld>{}</p:sld>", shape("<p:ph/>", text));
        let (to_layout, to_master) =
            (related("slideLayout", "../slideLayouts/l.xml"), related("slideMaster", "../slideMasters/m.xml"));
        let bytes = zip_of(&[
            ("ppt/presentation.xml", b"<p:presentation/>"),
            ("ppt/slides/slide1.xml", slide("One").as_bytes()),
            ("ppt/slides/slide2.xml", slide("Two").as_bytes()),
            ("ppt/slides/_rels/slide1.xml.rels", to_layout.as_bytes()),
            ("ppt/slides/_rels/slide2.xml.rels", to_layout.as_bytes()),
            ("ppt/slideLayouts/l.xml", layout.as_bytes()),
            ("ppt/slideLayouts/_rels/l.xml.rels", to_master.as_bytes()),
            ("ppt/slideMasters/m.xml", master.as_bytes()),
        ]);
        let found = read_one("a.pptx", &bytes);
        assert_eq!((found.text.as_str(), kinds(&found)), ("One\n[Slide master: Confidential]\n\nTwo", vec![]));
    }

    #[test]
    fn dates_and_numbers_of_footers_are_kept() {
        let slide = br#"<p:sld><p:sp><p:nvPr><p:ph type="dt"/></p:nvPr><p:txBody><a:p><a:fld type="datetime1"><a:t>18/06/2008</a:t></a:fld></a:p></p:txBody></p:sp><p:sp><p:txBody><a:p><a:fld type="slidenum"><a:t>7</a:t></a:fld></a:p></p:txBody></p:sp></p:sld>"#;
        assert_eq!(
            read_one(
                "a.pptx",
                &zip_of(&[("ppt/presentation.xml", b"<p:presentation/>"), ("ppt/slides/slide1.xml", slide)])
            )
            .text,
            "18/06/2008\n7"
        );
    }

    #[test]
    fn slides_are_pages_in_the_order_shown() {
        let found = read_one("a.pptx", &sample());
        assert_eq!(
            found.text,
            "Title\n1\t2\n\n[Speaker notes: say hello]\n[Comment by Ann, 2020-01-02: why?]\n\n[Hidden slide]\nLast & least"
        );
        let starts: Vec<u32> = found.layout.pages.iter().map(|page| page.start).collect();
        assert_eq!((starts, found.metadata.page_count, kinds(&found)), (vec![0, 74], Some(2), vec![]));
    }

    #[test]
    fn hidden_slides_notes_and_comments_are_counted() {
        let said = read_one("a.pptx", &sample()).metadata.other;
        assert_eq!(["hidden_slides", "speaker_notes", "comments"].map(|kind| said[kind].as_str()), ["1", "1", "1"]);
    }

    proptest! {
        #[test]
        fn broken_files_do_no_harm(at in 0_usize..4000, byte: u8, cut in 0_usize..4000) {
            let mut bytes = sample();
            let at = at % bytes.len();
            bytes[at] = byte;
            bytes.truncate(cut.max(30));
            read_one("a.pptx", &bytes);
        }
    }
}
