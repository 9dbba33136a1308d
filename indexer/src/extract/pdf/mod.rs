//! Portable Document Format.
//!
//! Two readers stand behind one entry: hayro gives text and a box for every character; pdf-extract gives text without
//! boxes and is asked only for files and pages that hayro cannot read. Pages that are pictures are drawn and given to
//! recognition where there is one, and reported where not. Every page is read on its own, so that what is wrong with one
//! page costs that page. Attached files are handed out.

mod annotations;
mod assemble;
mod attachments;
mod bidi;
mod decoded_size;
mod document_info;
mod first_reader;
mod glyph_text;
mod half_locked;
mod lines;
mod painter;
mod pdf_string;
mod second_reader;
mod stacks;
mod text_device;

#[cfg(test)]
mod fixture;
#[cfg(test)]
pub(crate) mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use redwell_model::{ExceptionKind, Format, Layout, Metadata, ProcessingException, Stage};

use self::first_reader::{Document, OpenError, PageReader, PageReading};
use self::second_reader::SecondReader;
use super::embedded::Embedded;
use super::paged::findings::{Finding, Findings};
use super::paged::joined::{JoinedPages, Source};
use super::paged::quality;
use super::recognition::Recogniser;
use super::recognition::policy::{PageFound, Recognising, Turns};
use super::{Child, Extracted, Input, PdfEngine};

/// Reads a PDF file.
pub fn extract(input: &Input<'_>, recogniser: &mut dyn Recogniser, on_child: &mut dyn FnMut(Child)) -> Extracted {
    let opened = Document::open(input.bytes, &input.options.passwords);
    let mut embedded = Embedded::of(input, on_child);
    // Nothing that becomes of the pages shall cost what is attached, so that comes first.
    let lost = match &opened {
        Ok(document) if document.attachments_are_locked => Ok(vec![ProcessingException::new(
            Stage::Expand,
            ExceptionKind::Encrypted,
            first_reader::NAME,
            ATTACHMENTS_LOCKED,
        )]),
        Ok(document) => catch_unwind(AssertUnwindSafe(|| attachments::hand_out(&document.pdf, &mut embedded))),
        Err(_) => Ok(Vec::new()),
    };
    let mut found = read(input, opened, recogniser);
    found.exceptions.extend(lost.unwrap_or_else(|_| {
        let reason = "the list of attached files is damaged; some may not have been taken out";
        vec![ProcessingException::new(Stage::Expand, ExceptionKind::PartLost, first_reader::NAME, reason)]
    }));
    embedded.finish(&mut found.metadata, &mut found.exceptions);
    found
}

fn read(input: &Input<'_>, opened: Result<Document, OpenError>, recogniser: &mut dyn Recogniser) -> Extracted {
    let mut second = LazySecondReader { bytes: input.bytes, opened: None };
    match (opened, input.options.pdf_engine) {
        (Ok(document), PdfEngine::PdfExtract) => match second.get() {
            Some(reader) => read_second(input, reader, document_info::metadata(&document.pdf, reader.page_count())),
            None => failure(ExceptionKind::Damaged, second_reader::NAME, DAMAGED),
        },
        (Ok(document), PdfEngine::Auto) => read_first(input, &document, Some(&mut second), recogniser),
        (Ok(document), PdfEngine::Hayro) => read_first(input, &document, None, recogniser),
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
const ATTACHMENTS_LOCKED: &str = "the files attached to it are encrypted and were not taken out; its pages were read; ask the \
     custodian for a copy that is not encrypted";
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

/// Reads page after page with hayro, with the second reader where there is one and hayro does badly, and by recognition
/// where neither gives usable text.
fn read_first(
    input: &Input<'_>,
    document: &Document,
    mut second: Option<&mut LazySecondReader<'_>>,
    recogniser: &mut dyn Recogniser,
) -> Extracted {
    let pages = document.pages();
    let recognition = &input.options.recognition;
    let mut joined = JoinedPages::new(input.options.max_text_bytes);
    let mut findings = Findings::new(first_reader::NAME, pages.len(), recognition);
    let mut reader = PageReader::new(document);
    let mut recognising = Recognising::new(recognition, recogniser);
    let mut turns = Turns::default();
    for (index, page) in pages.iter().enumerate() {
        if joined.is_full {
            break;
        }
        let PageReading { text, finding, hidden, scan_dpi } = reader.read(page);
        let mut found = PageFound { text, finding, source: Source::Reader(first_reader::NAME) };
        if matches!(found.finding, Some(Finding::Garbled | Finding::Unreadable | Finding::Crashed))
            && let Some(second) = second.as_deref_mut()
            && let Some(reader) = second.get()
            // Page numbers mean the same page in both readers only if they agree on how many there are.
            && reader.page_count() == pages.len()
            && let Some(other) = reader.read(index)
            && quality::is_better(&other.text, &found.text.text)
        {
            found.finding = if quality::is_garbled(&other.text) { Some(Finding::Garbled) } else { None };
            found.text = other;
            found.source = Source::Reader(second_reader::NAME);
        }
        if recognising.wants(found.finding) {
            let drawn = || painter::draw(page, scan_dpi, recognition.max_pixels);
            found = recognising.improve(found, drawn);
            turns.note(index + 1, recognising.take_turn());
        }
        if let Some(finding) = found.finding {
            findings.add(index, finding);
        }
        let text = first_reader::with_what_is_beside(page, found.text, hidden);
        joined.push(text, first_reader::frame(page), found.source);
    }
    let mut metadata = document_info::metadata(&document.pdf, pages.len());
    turns.write(&mut metadata);
    let mut exceptions = findings.into_exceptions();
    exceptions.extend(missing_pages(document));
    joined.finish(Format::Pdf, metadata, exceptions)
}

/// Reads every page with pdf-extract.
fn read_second(input: &Input<'_>, reader: &SecondReader, mut metadata: Metadata) -> Extracted {
    let mut joined = JoinedPages::new(input.options.max_text_bytes);
    let mut findings = Findings::new(second_reader::NAME, reader.page_count(), &input.options.recognition);
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
        joined.push(text.unwrap_or_default(), reader.frame(index), Source::Reader(second_reader::NAME));
    }
    metadata.page_count = u32::try_from(reader.page_count()).ok();
    joined.finish(Format::Pdf, metadata, findings.into_exceptions())
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
