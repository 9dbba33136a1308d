//! Portable Document Format.
//!
//! Two readers stand behind one entry: hayro gives text and a box for every character; pdf-extract gives text without
//! boxes and is asked only for files and pages that hayro cannot read. Neither draws pages nor recognises text in
//! pictures: such pages are reported. Every page is read on its own, so that what is wrong with one page costs that
//! page. Attached files are handed out.

mod annotations;
mod assemble;
mod attachments;
mod bidi;
mod decoded_size;
mod document_info;
mod findings;
mod first_reader;
mod glyph_text;
mod lines;
mod page_text;
mod pdf_string;
mod quality;
mod second_reader;
mod stacks;
mod text_device;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use redwell_model::{CharBox, ExceptionKind, Format, Layout, Metadata, Page, ProcessingException, Stage};

use self::findings::{Finding, Findings};
use self::first_reader::{Document, OpenError, PageReader};
use self::page_text::PageText;
use self::second_reader::SecondReader;
use super::embedded::Embedded;
use super::{Child, Extracted, Input, PdfEngine};

/// Reads a PDF file.
pub fn extract(input: &Input<'_>, on_child: &mut dyn FnMut(Child)) -> Extracted {
    let opened = Document::open(input.bytes, &input.options.passwords);
    let mut embedded = Embedded::of(input, on_child);
    // Nothing that becomes of the pages shall cost what is attached, so that comes first.
    let lost = match &opened {
        Ok(document) => catch_unwind(AssertUnwindSafe(|| attachments::hand_out(&document.pdf, &mut embedded))),
        Err(_) => Ok(Vec::new()),
    };
    let mut found = read(input, opened);
    found.exceptions.extend(lost.unwrap_or_else(|_| {
        let reason = "the list of attached files is damaged; some may not have been taken out";
        vec![ProcessingException::new(Stage::Expand, ExceptionKind::PartLost, first_reader::NAME, reason)]
    }));
    embedded.finish(&mut found.metadata, &mut found.exceptions);
    found
}

fn read(input: &Input<'_>, opened: Result<Document, OpenError>) -> Extracted {
    let mut second = LazySecondReader { bytes: input.bytes, opened: None };
    match (opened, input.options.pdf_engine) {
        (Ok(document), PdfEngine::PdfExtract) => match second.get() {
            Some(reader) => read_second(input, reader, document_info::metadata(&document.pdf, reader.page_count())),
            None => failure(ExceptionKind::Damaged, second_reader::NAME, DAMAGED),
        },
        (Ok(document), PdfEngine::Auto) => read_first(input, &document, Some(&mut second)),
        (Ok(document), PdfEngine::Hayro) => read_first(input, &document, None),
        (Err(OpenError::Locked), _) => failure(ExceptionKind::Encrypted, first_reader::NAME, LOCKED),
        (Err(OpenError::UnknownEncryption), PdfEngine::Hayro) => {
            failure(ExceptionKind::Encrypted, first_reader::NAME, UNKNOWN_ENCRYPTION)
        }
        (Err(OpenError::Invalid), PdfEngine::Hayro) => failure(ExceptionKind::Damaged, first_reader::NAME, DAMAGED),
        (Err(error), PdfEngine::Auto | PdfEngine::PdfExtract) => match second.get() {
            Some(reader) => read_second(input, reader, Metadata::default()),
            None if error == OpenError::UnknownEncryption => {
                failure(ExceptionKind::Encrypted, first_reader::NAME, UNKNOWN_ENCRYPTION)
            }
            None => failure(ExceptionKind::Damaged, first_reader::NAME, DAMAGED),
        },
    }
}

const LOCKED: &str = "the file is locked with a password; ask the custodian for it, or for a copy that is not locked, \
     and run `redwell retry --passwords FILE`";
const UNKNOWN_ENCRYPTION: &str = "the file is encrypted in a way Redwell cannot open; ask the custodian for a copy \
     that is not encrypted";
const DAMAGED: &str = "the file is damaged and no page of it can be read; ask the custodian for another copy";

fn failure(kind: ExceptionKind, tool: &str, reason: &str) -> Extracted {
    Extracted {
        format: Format::Pdf,
        text: String::new(),
        layout: Layout::default(),
        metadata: Metadata::default(),
        exceptions: vec![ProcessingException::new(Stage::Extract, kind, tool, reason)],
    }
}

/// Opens the second reader when it is first needed; most files never do.
struct LazySecondReader<'a> {
    bytes: &'a [u8],
    opened: Option<Option<SecondReader>>,
}

impl LazySecondReader<'_> {
    fn get(&mut self) -> Option<&SecondReader> {
        self.opened.get_or_insert_with(|| SecondReader::open(self.bytes)).as_ref()
    }
}

/// Reads page after page with hayro, and with the second reader where there is one and hayro does badly.
fn read_first(input: &Input<'_>, document: &Document, mut second: Option<&mut LazySecondReader<'_>>) -> Extracted {
    let pages = document.pages();
    let mut joined = JoinedPages::new(input.options.max_text_bytes);
    let mut findings = Findings::new(pages.len());
    let mut reader = PageReader::new(document);
    for (index, page) in pages.iter().enumerate() {
        if joined.is_full {
            break;
        }
        let (mut text, mut finding) = reader.read(page);
        let mut engine = first_reader::NAME;
        if matches!(finding, Some(Finding::Garbled | Finding::Unreadable | Finding::Crashed))
            && let Some(second) = second.as_deref_mut()
            && let Some(reader) = second.get()
            // Page numbers mean the same page in both readers only if they agree on how many there are.
            && reader.page_count() == pages.len()
            && let Some(other) = reader.read(index)
            && quality::is_better(&other.text, &text.text)
        {
            finding = if quality::is_garbled(&other.text) { Some(Finding::Garbled) } else { None };
            text = other;
            engine = second_reader::NAME;
        }
        if let Some(finding) = finding {
            findings.add(index, finding);
        }
        joined.push(text, first_reader::frame(page), engine);
    }
    let metadata = document_info::metadata(&document.pdf, pages.len());
    let mut exceptions = findings.into_exceptions();
    exceptions.extend(missing_pages(document));
    joined.finish(metadata, exceptions)
}

/// Reads every page with pdf-extract.
fn read_second(input: &Input<'_>, reader: &SecondReader, mut metadata: Metadata) -> Extracted {
    let mut joined = JoinedPages::new(input.options.max_text_bytes);
    let mut findings = Findings::new(reader.page_count());
    for index in 0..reader.page_count() {
        if joined.is_full {
            break;
        }
        let text = reader.read(index);
        match &text {
            None => findings.add(index, Finding::Crashed),
            Some(text) if quality::is_garbled(&text.text) => findings.add(index, Finding::Garbled),
            Some(_) => {}
        }
        joined.push(text.unwrap_or_default(), reader.frame(index), second_reader::NAME);
    }
    metadata.page_count = u32::try_from(reader.page_count()).ok();
    joined.finish(metadata, findings.into_exceptions())
}

/// A page tree that promises more pages than there are has lost some.
fn missing_pages(document: &Document) -> Option<ProcessingException> {
    let promised = document_info::promised_pages(&document.pdf)?;
    let found = document.pages().len();
    if promised <= found {
        return None;
    }
    let reason =
        format!("the file says it has {promised} pages but {found} could be found; ask the custodian for another copy");
    Some(ProcessingException::new(Stage::Extract, ExceptionKind::PartLost, first_reader::NAME, reason))
}

/// The text of the pages so far, one after the other.
struct JoinedPages {
    text: String,
    code_points: u32,
    layout: Layout,
    max_bytes: usize,
    is_full: bool,
}

impl JoinedPages {
    fn new(max_bytes: usize) -> Self {
        Self { text: String::new(), code_points: 0, layout: Layout::default(), max_bytes, is_full: false }
    }

    fn push(&mut self, mut page: PageText, (frame, rotate): ([f32; 4], u16), engine: &str) {
        if !self.layout.pages.is_empty() {
            self.text.push('\n');
            self.layout.boxes.push(CharBox::default());
            self.code_points += 1;
        }
        let quality = quality::quality(&page.text);
        let room = self.max_bytes.saturating_sub(self.text.len());
        if page.text.len() > room {
            self.is_full = true;
            page.text.truncate(page.text.floor_char_boundary(room));
            page.boxes.truncate(page.text.chars().count());
        }
        self.layout.pages.push(Page { start: self.code_points, frame, rotate, quality, engine: engine.to_owned() });
        self.code_points = self.code_points.saturating_add(u32::try_from(page.boxes.len()).unwrap_or(u32::MAX));
        self.text.push_str(&page.text);
        self.layout.boxes.append(&mut page.boxes);
    }

    fn finish(mut self, metadata: Metadata, mut exceptions: Vec<ProcessingException>) -> Extracted {
        if self.is_full {
            let reason = format!(
                "the text is longer than the limit of {} bytes; what comes after page {} was left out",
                self.max_bytes,
                self.layout.pages.len()
            );
            exceptions.push(ProcessingException::new(Stage::Extract, ExceptionKind::OutputLimit, "", reason));
        }
        if self.layout.boxes.iter().all(CharBox::is_empty) {
            // Text of the second reader alone: none of it has a place.
            self.layout.boxes = Vec::new();
        }
        Extracted { format: Format::Pdf, text: self.text, layout: self.layout, metadata, exceptions }
    }
}
