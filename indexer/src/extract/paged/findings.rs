//! What is to be said about pages: one exception a page when few are concerned, one for all when many are.

use std::borrow::Cow;
use std::collections::BTreeMap;

use redwell_model::{ExceptionKind, ProcessingException, Stage};

use crate::extract::recognition::Recognition;

/// Up to this many pages get an exception each.
const ONE_BY_ONE: usize = 5;

/// What is wrong with a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::extract) enum Finding {
    /// It is a picture, or its letters are drawn as shapes.
    Picture,
    /// It is a picture with a stamp in its margin.
    StampedPicture,
    /// It shows text that no reader could take.
    Unreadable,
    /// Too many of its characters mean nothing.
    Garbled,
    /// It draws more than any honest page.
    TooMuch,
    /// The reader crashed on it.
    Crashed,
    /// It could not be drawn for recognition.
    NotDrawn,
    /// It is compressed in a way that is not opened, by its number in TIFF.
    Compressed(u16),
    /// Recognition failed on it, in this way; beyond the most pages of a file with [`ExceptionKind::NeedsOcr`].
    NotRecognised(ExceptionKind),
}

/// What is wrong with which pages of a document.
#[derive(Debug)]
pub(in crate::extract) struct Findings<'a> {
    /// The reader of the format.
    tool: &'static str,
    recognition: &'a Recognition,
    page_count: usize,
    pages: BTreeMap<Finding, Vec<usize>>,
}

impl Finding {
    fn kind(self) -> ExceptionKind {
        match self {
            Self::Picture | Self::StampedPicture | Self::Unreadable => ExceptionKind::NeedsOcr,
            Self::Garbled => ExceptionKind::GarbledText,
            Self::TooMuch => ExceptionKind::OutputLimit,
            Self::Crashed | Self::NotDrawn => ExceptionKind::PartLost,
            Self::Compressed(_) => ExceptionKind::UnsupportedFormat,
            Self::NotRecognised(kind) => kind,
        }
    }

    /// The rest of a sentence that begins with one page, or with several.
    fn predicate(self, several: bool) -> Cow<'static, str> {
        use ExceptionKind::{MemoryLimit, NeedsOcr, TimeLimit};
        let fixed = match (self, several) {
            (Self::Compressed(number), _) => {
                let verb = if several { "are" } else { "is" };
                let name = compression(number);
                return Cow::Owned(format!(
                    "{verb} compressed in a way Redwell does not open ({name}, compression {number}); ask for a copy as PDF or \
                     with another compression"
                ));
            }
            (Self::Picture, false) => "is a picture; its text was not read and needs recognition (OCR)",
            (Self::Picture, true) => "are pictures; their text was not read and needs recognition (OCR)",
            (Self::StampedPicture, false) => {
                "is a picture with a stamp; the text in the picture was not read and needs recognition (OCR)"
            }
            (Self::StampedPicture, true) => {
                "are pictures with a stamp; the text in the pictures was not read and needs recognition (OCR)"
            }
            (Self::Unreadable, false) => "shows text that cannot be decoded; it needs recognition (OCR)",
            (Self::Unreadable, true) => "show text that cannot be decoded; they need recognition (OCR)",
            (Self::Garbled, false) => "has text in a font that does not tell its letters; much of it is unreadable",
            (Self::Garbled, true) => "have text in fonts that do not tell their letters; much of it is unreadable",
            (Self::TooMuch, false) => "draws more than any ordinary page and was left out",
            (Self::TooMuch, true) => "draw more than any ordinary page and were left out",
            (Self::Crashed, false) => "is damaged and could not be read; look at the original",
            (Self::Crashed, true) => "are damaged and could not be read; look at the original",
            (Self::NotDrawn, false) => {
                "could not be drawn for recognition (OCR); only text the file itself has was kept"
            }
            (Self::NotDrawn, true) => {
                "could not be drawn for recognition (OCR); only text the file itself has was kept"
            }
            (Self::NotRecognised(TimeLimit), _) => {
                "took longer to recognise (OCR) than `--ocr-seconds` allows; only text the file itself has was kept"
            }
            (Self::NotRecognised(MemoryLimit), _) => {
                "needed more memory to recognise (OCR) than `--ocr-memory-mib` allows; only text the file itself has \
                 was kept"
            }
            (Self::NotRecognised(NeedsOcr), false) => {
                "comes after the most pages that are recognised (OCR) in one file, which `--ocr-pages` raises"
            }
            (Self::NotRecognised(NeedsOcr), true) => {
                "come after the most pages that are recognised (OCR) in one file, which `--ocr-pages` raises"
            }
            (Self::NotRecognised(_), _) => {
                "made the recognition program (OCR) fail; only text the file itself has was kept"
            }
        };
        Cow::Borrowed(fixed)
    }

    /// What people can do, as the end of the sentence.
    fn advice(self, recognition: &Recognition) -> String {
        match self {
            Self::Picture | Self::StampedPicture | Self::Unreadable => recognition.advice().to_owned(),
            Self::Garbled if !recognition.is_available() => {
                format!("; recognition (OCR) may read it{}", recognition.advice())
            }
            _ => String::new(),
        }
    }
}

/// What people call a compression of TIFF.
fn compression(number: u16) -> &'static str {
    match number {
        6 => "the old form of JPEG, in pieces",
        9 | 10 | 34_661 => "JBIG",
        32_766 => "NeXT",
        32_771 => "fax in words",
        32_809 => "ThunderScan",
        34_676 | 34_677 => "SGI Log",
        34_712 => "JPEG 2000",
        34_887 => "LERC",
        34_925 => "LZMA",
        50_000 => "Zstandard",
        50_001 => "WebP",
        50_002 => "JPEG XL",
        _ => "of a kind of its own",
    }
}

impl<'a> Findings<'a> {
    pub(in crate::extract) fn new(tool: &'static str, page_count: usize, recognition: &'a Recognition) -> Self {
        Self { tool, recognition, page_count, pages: BTreeMap::new() }
    }

    /// Notes a finding about a page, from 0. Pages come in order.
    pub(in crate::extract) fn add(&mut self, page: usize, finding: Finding) {
        self.pages.entry(finding).or_default().push(page + 1);
    }

    /// The exceptions to record.
    pub(in crate::extract) fn into_exceptions(self) -> Vec<ProcessingException> {
        let mut exceptions = Vec::new();
        for (finding, pages) in &self.pages {
            let predicate = |several| format!("{}{}", finding.predicate(several), finding.advice(self.recognition));
            let exception = |reason: String| {
                ProcessingException::new(Stage::Extract, finding.kind(), self.tool_of(*finding), reason)
            };
            if pages.len() == self.page_count && pages.len() > 1 {
                exceptions.push(exception(format!("all pages {}", predicate(true))));
            } else if pages.len() <= ONE_BY_ONE {
                for page in pages {
                    let exception = exception(format!("page {page} {}", predicate(false)));
                    exceptions.push(match u32::try_from(*page) {
                        Ok(page) => exception.on_page(page),
                        Err(_) => exception,
                    });
                }
            } else {
                exceptions.push(exception(format!("pages {} {}", ranges(pages), predicate(true))));
            }
        }
        exceptions
    }

    fn tool_of(&self, finding: Finding) -> &str {
        match (finding, &self.recognition.tool) {
            (Finding::NotRecognised(_), Some(tool)) => &tool.name,
            _ => self.tool,
        }
    }
}

/// Page numbers in rising order, as people write them: `2-4, 7 and 9`.
fn ranges(pages: &[usize]) -> String {
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for &page in pages {
        match parts.last_mut() {
            Some((_, last)) if *last + 1 == page => *last = page,
            _ => parts.push((page, page)),
        }
    }
    let mut written: Vec<String> = parts
        .into_iter()
        .map(|(first, last)| if first == last { first.to_string() } else { format!("{first}-{last}") })
        .collect();
    match written.pop() {
        Some(last) if !written.is_empty() => format!("{} and {last}", written.join(", ")),
        Some(only) => only,
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(page_count: usize, pages: &[usize], expected: &[&str]) {
        let recognition = Recognition::default();
        let mut findings = Findings::new("hayro", page_count, &recognition);
        for page in pages {
            findings.add(page - 1, Finding::Picture);
        }
        let reasons: Vec<String> = findings.into_exceptions().into_iter().map(|e| e.reason).collect();
        assert_eq!(reasons.len(), expected.len(), "{reasons:?}");
        for (reason, expected) in reasons.iter().zip(expected) {
            assert!(reason.starts_with(expected), "{reason}");
        }
    }

    #[test]
    fn many_pages_share_one_exception() {
        check(3, &[], &[]);
        check(1, &[1], &["page 1 is a picture"]);
        check(3, &[1, 2, 3], &["all pages are pictures"]);
        check(9, &[2, 4], &["page 2 is", "page 4 is"]);
        check(20, &[1, 2, 3, 7, 9, 10, 11, 12], &["pages 1-3, 7 and 9-12 are pictures"]);
    }
}
