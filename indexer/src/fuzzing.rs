//! What a fuzzer drives: each reader of outside bytes under a name, with what must hold of whatever it gives.
//!
//! `cargo xtask fuzz NAME` builds the program in `indexer/fuzz` over this. Targets call readers directly, so that no
//! try is wasted on telling formats apart; packed formats are given one part, which is packed here, because noise in a
//! ZIP only ever tests the ZIP reader.

use std::io::{Cursor, Read as _, Write as _};

use redwell_model::Format;
use redwell_search::translate::{list_to_csv, translate_list};
use redwell_search::{Dialect, detect, explain, parse, print_in};
use unicode_normalization::is_nfc;
use zip::write::SimpleFileOptions;

use crate::extract::recognition::{self, Recognition, Tool};
use crate::extract::source::Container;
use crate::extract::{self, Child, Extracted, Input, Options, identify};
use crate::isolate::frame;
use crate::matter_folder::layout_code;

/// One thing to drive.
#[derive(Debug)]
pub struct Target {
    /// Its name on the command line.
    pub name: &'static str,
    what: What,
}

/// A reader of files.
type Reader = fn(&Input<'_>, &mut dyn FnMut(Child)) -> Extracted;

/// Parts of a package, by name.
type Parts = &'static [(&'static str, &'static [u8])];

#[derive(Debug)]
enum What {
    /// A reader given a whole file of these formats.
    Whole(&'static [Format], Reader),
    /// A reader of packages given one part; the others are always the same.
    Part(&'static str, Parts, Reader),
    /// Anything else that takes bytes.
    Other(fn(&[u8])),
}

/// Every target, by name.
pub const TARGETS: &[Target] = &[
    whole("any", &[], extract::extract),
    whole("cms", &[Format::Cms], extract::cms::extract),
    whole("doc", &[Format::Doc], extract::doc::extract),
    part("docx", "word/document.xml", &[], extract::docx::extract),
    whole("eml", &[Format::Eml], extract::eml::extract),
    other("frame", frame::read_any),
    whole("html", &[Format::Html], |input, _| extract::html::extract(input)),
    whole("ics", &[Format::Ics], extract::ics::extract),
    other("layout", layout),
    whole("mbox", &[Format::Mbox], |input, on_child| {
        let (container, mut source) = Container::of(input);
        extract::mbox::extract(&container, &mut source, on_child)
    }),
    whole("msg", &[Format::Msg], extract::msg::extract),
    part("odt", "content.xml", &[("mimetype", b"application/vnd.oasis.opendocument.text")], |input, on_child| {
        extract::opendocument::extract(input, Format::Odt, on_child)
    }),
    whole("pdf", &[Format::Pdf], |input, on_child| {
        extract::pdf::extract(input, &mut recognition::unavailable, on_child)
    }),
    whole("picture", &[Format::Image], picture),
    whole("ppt", &[Format::Ppt], extract::ppt::extract),
    part("pptx", "ppt/slides/slide1.xml", &[], extract::pptx::extract),
    whole("pst", &[Format::Pst], |input, on_child| {
        let (container, mut source) = Container::of(input);
        extract::pst::extract(&container, &mut source, on_child)
    }),
    other("query_dtsearch", |bytes| query(Dialect::DtSearch, bytes)),
    other("query_lucene", |bytes| query(Dialect::Lucene, bytes)),
    other("query_redwell", |bytes| query(Dialect::Redwell, bytes)),
    other("query_westlaw", |bytes| query(Dialect::Westlaw, bytes)),
    whole("rtf", &[Format::Rtf], extract::rtf::extract),
    whole("text", &[Format::Text, Format::Csv], |input, _| extract::plain::extract(input, Format::Text)),
    whole("tnef", &[Format::Tnef], extract::tnef::extract),
    other("terms", terms),
    other("tesseract", tesseract),
    whole("vcf", &[Format::Vcf], |input, _| extract::vcf::extract(input)),
    whole("xls", &[Format::Xls], |input, on_child| extract::spreadsheet::extract(input, Format::Xls, on_child)),
    part("xlsx", "xl/worksheets/sheet1.xml", XLSX_PARTS, |input, on_child| {
        extract::spreadsheet::extract(input, Format::Xlsx, on_child)
    }),
];

/// Pictures are opened as if there were someone to read them.
fn picture(input: &Input<'_>, _: &mut dyn FnMut(Child)) -> Extracted {
    let tool = Some(Tool { name: "nobody".to_owned(), program: "/nowhere".into() });
    let options = Options {
        recognition: Recognition { tool, max_pixels: 1_000_000, ..Recognition::default() },
        ..input.options.clone()
    };
    extract::picture::extract(&Input { options: &options, ..*input }, &mut |_: &recognition::Picture| Ok(Vec::new()))
}

fn tesseract(table: &[u8]) {
    for word in recognition::tsv::words(table, 1000, 1000) {
        assert!(word.left + word.width <= 1000 && word.top + word.height <= 1000);
    }
}

/// Reads a query: its positions lie inside it, and whatever it means is printed so that it reads back as the same.
fn query(dialect: Dialect, bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let length = text.chars().count();
    for (_, why) in detect(&text) {
        assert!(why.start < why.end && why.end as usize <= length, "a piece outside of the query");
    }
    match parse(dialect, &text) {
        Ok(parsed) => {
            for warning in &parsed.warnings {
                assert!(
                    warning.start <= warning.end && warning.end as usize <= length,
                    "a warning outside of the query"
                );
            }
            assert!(!explain(&parsed.query).is_empty(), "a query without a sentence");
            let again = |dialect, text: &str| parse(dialect, text).map(|again| again.query);
            // Only what comes near the limits of length and depth may be refused when it is written out.
            if length < 2_000 {
                assert_eq!(
                    again(Dialect::Redwell, &parsed.canonical),
                    Ok(parsed.query.clone()),
                    "{}",
                    parsed.canonical
                );
            }
            for other in Dialect::ALL {
                if let (true, Ok(printed)) = (length < 2_000, print_in(&parsed.query, other)) {
                    assert_eq!(again(other, &printed), Ok(parsed.query.clone()), "{printed}");
                }
            }
        }
        Err(error) => assert!(error.position as usize <= length, "an error outside of the query"),
    }
}

/// Reads a list of terms; no line is lost.
fn terms(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for dialect in Dialect::ALL {
        let lines = translate_list(&text, dialect);
        assert!(lines.iter().is_sorted_by_key(|line| line.line), "lines out of order");
        assert!(list_to_csv(&lines).starts_with("line,"), "a table without a heading");
    }
}

const fn whole(name: &'static str, formats: &'static [Format], reader: Reader) -> Target {
    Target { name, what: What::Whole(formats, reader) }
}

const fn part(name: &'static str, part: &'static str, others: Parts, reader: Reader) -> Target {
    Target { name, what: What::Part(part, others, reader) }
}

const fn other(name: &'static str, run: fn(&[u8])) -> Target {
    Target { name, what: What::Other(run) }
}

/// The target with this name.
#[must_use]
pub fn target(name: &str) -> Option<&'static Target> {
    TARGETS.iter().find(|target| target.name == name)
}

impl Target {
    /// Reads these bytes.
    ///
    /// # Panics
    /// When what was read breaks a promise.
    pub fn run(&self, bytes: &[u8]) {
        match self.what {
            What::Whole(_, reader) => read_with(bytes, reader),
            What::Part(part, others, reader) => read_with(&packed(part, bytes, others), reader),
            What::Other(run) => run(bytes),
        }
    }

    /// What to begin with, made from a file with this name and content; nothing when the file is of no use.
    #[must_use]
    pub fn seed(&self, name: &str, bytes: &[u8]) -> Option<Vec<u8>> {
        match self.what {
            What::Whole(formats, _) => {
                let is_read = formats.is_empty() || formats.contains(&identify::identify(name, bytes).format);
                is_read.then(|| bytes.to_vec())
            }
            What::Part(part, ..) => part_of(bytes, part),
            What::Other(_) => None,
        }
    }
}

/// What a workbook needs beside its sheet to be read at all.
const XLSX_PARTS: Parts = &[
    ("[Content_Types].xml", b"<Types/>"),
    (
        "_rels/.rels",
        b"<Relationships><Relationship Id='r1' Target='xl/workbook.xml' \
          Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument'/></Relationships>",
    ),
    (
        "xl/workbook.xml",
        b"<workbook xmlns:r='http://schemas.openxmlformats.org/officeDocument/2006/relationships'><sheets>\
          <sheet name='A' sheetId='1' r:id='r1'/></sheets></workbook>",
    ),
    (
        "xl/_rels/workbook.xml.rels",
        b"<Relationships><Relationship Id='r1' Target='worksheets/sheet1.xml' \
          Type='http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet'/></Relationships>",
    ),
];

/// Reads bytes with one reader and holds what it gives to its promises.
fn read_with(bytes: &[u8], read: Reader) {
    let options = Options { max_text_bytes: 1 << 20, max_entries: 1_000, ..Options::default() };
    hold_to_promises(&Input { name: "fuzz", bytes, options: &options }, read);
}

/// Reads a file with one reader and holds what it gives to the promises every reader makes.
///
/// # Panics
/// When one is broken.
pub(crate) fn hold_to_promises(input: &Input<'_>, read: Reader) {
    let (most_text, most_children) = (input.options.max_text_bytes, input.options.max_entries);
    let mut children = 0;
    let extracted = read(input, &mut |child| {
        assert!(!child.name.is_empty(), "a child without a name");
        assert!(!child.name.starts_with('/') && !child.name.split('/').any(|part| part == ".."), "a name that leaves");
        children += 1;
    });
    assert!(children <= most_children, "more children than allowed");
    let Extracted { text, layout, exceptions, .. } = extracted;
    assert!(text.len() <= most_text + 4_096, "more text than allowed");
    assert!(is_nfc(&text), "a text that is not normalised");
    assert!(!text.contains('\r'), "a text with another line end");
    let length = text.chars().count();
    assert!(layout.boxes.is_empty() || layout.boxes.len() == length, "boxes that do not fit the text");
    assert!(layout.pages.iter().all(|page| page.start as usize <= length), "a page beyond the text");
    assert!(layout.pages.is_sorted_by_key(|page| page.start), "pages out of order");
    assert!(exceptions.len() < 10_000, "no end of exceptions");
}

/// Unpacks boxes as a worker may send them; whatever they are, they can be packed again.
fn layout(packed: &[u8]) {
    if let Some(layout) = layout_code::decode(packed) {
        let again = layout_code::decode(&layout_code::encode(&layout)).expect("what was packed here is unpacked here");
        assert_eq!((again.boxes.len(), again.pages.len()), (layout.boxes.len(), layout.pages.len()));
    }
}

/// A package with this part, and these others.
fn packed(part: &str, bytes: &[u8], others: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in others.iter().copied().chain([(part, bytes)]) {
        zip.start_file(name, stored).expect("a ZIP in memory");
        zip.write_all(bytes).expect("a ZIP in memory");
    }
    zip.finish().expect("a ZIP in memory").into_inner()
}

/// The part of that name in a package.
fn part_of(package: &[u8], part: &str) -> Option<Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(package)).ok()?;
    let mut bytes = Vec::new();
    zip.by_name(part).ok()?.take(1 << 20).read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_bears_nothing_and_noise() {
        let noise: Vec<u8> = (0..2_000_u32).map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()[3]).collect();
        for target in TARGETS {
            for bytes in [&b""[..], b"<a>x</a>", &noise] {
                target.run(bytes);
                target.seed("a", bytes).iter().for_each(|seed| target.run(seed));
            }
        }
    }

    #[track_caller]
    fn check(name: &str, bytes: &[u8]) {
        let What::Part(part, others, reader) = target(name).unwrap().what else { panic!("{name} takes no part") };
        let package = packed(part, bytes, others);
        assert_eq!(target(name).unwrap().seed("a", &package).as_deref(), Some(bytes));
        let found = reader(&Input { name: "a", bytes: &package, options: &Options::default() }, &mut |_| {});
        assert!(found.text.contains("seen"), "{name}: {:?}", found.text);
    }

    #[test]
    fn parts_reach_their_readers() {
        check("docx", b"<w:document><w:body><w:p><w:r><w:t>seen</w:t></w:r></w:p></w:body></w:document>");
        check("xlsx", b"<worksheet><sheetData><row r='1'><c r='A1' t='inlineStr'><is><t>seen</t></is></c></row></sheetData></worksheet>");
        check("pptx", b"<p:sld><p:cSld><p:spTree><p:sp><p:txBody><a:p><a:r><a:t>seen</a:t></a:r></a:p></p:txBody></p:sp></p:spTree></p:cSld></p:sld>");
        check("odt", b"<office:document-content><office:body><office:text><text:p>seen</text:p></office:text></office:body></office:document-content>");
    }
}
