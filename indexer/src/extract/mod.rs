//! Bytes to text, boxes and metadata: one match on format, then one file per format.
//!
//! Nothing here touches a disk, a clock or a process: bytes in, values out. Hostile bytes are normal input, so
//! whatever goes wrong inside one file becomes a [`ProcessingException`] on it. This module runs in worker processes
//! only; crashes, hangs and memory bombs are the business of [`crate::isolate`].

#![warn(clippy::disallowed_methods)]

pub mod body;
pub mod canonical;
pub mod cms;
pub mod compound_file;
pub mod compressed;
pub mod content_line;
#[cfg(test)]
mod damage;
pub mod decode;
pub mod doc;
pub mod docx;
pub mod drawing;
pub mod embedded;
pub mod eml;
pub mod epub;
pub mod expansion;
pub mod flat_opc;
pub mod html;
pub mod ics;
pub mod identify;
pub mod mail_header;
pub mod mapi;
pub mod mark;
pub mod markup;
pub mod mbox;
pub mod member_name;
pub mod msg;
pub mod numbering;
pub mod office_lock;
pub mod opendocument;
pub mod package;
pub mod paged;
pub mod pdf;
pub mod picture;
pub mod plain;
pub mod ppt;
pub mod pptx;
pub mod properties;
pub mod property_set;
pub mod pst;
pub mod recognition;
mod revision;
pub mod rtf;
pub mod seven_zip;
pub mod sniff;
pub mod source;
pub mod spreadsheet;
pub mod symbol;
pub mod tar_archive;
pub mod tnef;
pub mod vcf;
pub mod xml;
pub mod zip_archive;

use jiff::Timestamp;
use redwell_model::{ExceptionKind, Format, Layout, Metadata, ProcessingException, Stage};
use serde::{Deserialize, Serialize};

use self::recognition::{Recogniser, Recognition};
use self::source::{Container, Source};

/// How far extraction may go, and by which means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Options {
    /// Which PDF reader gives the text.
    pub pdf_engine: PdfEngine,
    /// Most bytes of text from one file; the rest is cut and an `output_limit` exception recorded.
    pub max_text_bytes: usize,
    /// Most entries taken from one container.
    pub max_entries: usize,
    /// Most bytes a container may expand to, as a multiple of its own size (and always at least 64 MiB).
    pub max_expansion: u64,
    /// Tried in turn on a file that is locked, after the empty one.
    #[serde(default)]
    pub passwords: Vec<String>,
    /// When and how the text of pictures is recognised.
    #[serde(default)]
    pub recognition: Recognition,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            pdf_engine: PdfEngine::Auto,
            max_text_bytes: 200 << 20,
            max_entries: 200_000,
            max_expansion: 100,
            passwords: Vec::new(),
            recognition: Recognition::default(),
        }
    }
}

/// Which PDF reader gives the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PdfEngine {
    /// hayro first, pdf-extract for files or pages it cannot read.
    Auto,
    /// hayro alone.
    Hayro,
    /// pdf-extract alone, for comparison.
    PdfExtract,
}

/// One file to read.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// Its name, for telling formats apart when the content does not.
    pub name: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
    /// Limits and choices.
    pub options: &'a Options,
}

/// What was found inside a container or a message, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Child {
    /// Its path inside the parent, with `/` between folders, made safe; never empty.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// When the parent says it was last changed.
    pub modified: Option<Timestamp>,
}

/// What was read from one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Extracted {
    /// What kind of file it is, by content.
    pub format: Format,
    /// The canonical text: NFC, `\n` line ends. Empty for containers.
    pub text: String,
    /// Pages and boxes; boxes agree with `text` code point by code point, or are absent.
    pub layout: Layout,
    /// What the file says about itself.
    pub metadata: Metadata,
    /// What went less than perfectly.
    pub exceptions: Vec<ProcessingException>,
}

/// Reads one file one level deep, without recognition: what it holds inside is handed to `on_child` in order and not read
/// itself.
pub fn extract(input: &Input<'_>, on_child: &mut dyn FnMut(Child)) -> Extracted {
    extract_recognising(input, &mut recognition::unavailable, on_child)
}

/// Reads one file one level deep. Pictures of pages whose text is wanted go through `recogniser`, if the options name a tool.
pub fn extract_recognising(
    input: &Input<'_>,
    recogniser: &mut dyn Recogniser,
    on_child: &mut dyn FnMut(Child),
) -> Extracted {
    let identified = identify::identify(input.name, input.bytes);
    let mut found = if input.bytes.is_empty() {
        Extracted::new(identified.format)
    } else if identified.is_encrypted {
        unlocked(input, recogniser, on_child).unwrap_or_else(|| locked(identified.format))
    } else {
        read(input, identified.format, recogniser, on_child)
    };
    if let Some(exception) = identified.exception {
        found.exceptions.insert(0, exception);
    }
    found
}

fn read(
    input: &Input<'_>,
    format: Format,
    recogniser: &mut dyn Recogniser,
    on_child: &mut dyn FnMut(Child),
) -> Extracted {
    if matches!(format, Format::Docx | Format::Xlsx | Format::Pptx)
        && let Some(bytes) = flat_opc::repacked(input.bytes)
    {
        return read(&Input { bytes: &bytes, ..*input }, format, recogniser, on_child);
    }
    match format {
        Format::Pdf => pdf::extract(input, recogniser, on_child),
        Format::Docx => docx::extract(input, on_child),
        Format::Doc => doc::extract(input, on_child),
        Format::Pptx => pptx::extract(input, on_child),
        Format::Ppt => ppt::extract(input, on_child),
        Format::Xlsx | Format::Xlsb | Format::Xls => spreadsheet::extract(input, format, on_child),
        Format::Odt | Format::Ods | Format::Odp => opendocument::extract(input, format, on_child),
        Format::Rtf => rtf::extract(input, on_child),
        Format::WordXml => docx::flat::extract(input),
        Format::Epub => epub::extract(input),
        Format::Html => html::extract(input),
        Format::Text | Format::Csv | Format::Markdown | Format::Json => plain::extract(input, format),
        Format::Xml => xml::extract(input),
        Format::Eml => eml::extract(input, on_child),
        Format::Msg => msg::extract(input, on_child),
        Format::Cms => cms::extract(input, on_child),
        Format::Ics => ics::extract(input, on_child),
        Format::Vcf => vcf::extract(input),
        Format::Tnef => tnef::extract(input, on_child),
        Format::Image => picture::extract(input, recogniser),
        Format::Program => {
            unread(format, ExceptionKind::UnsupportedFormat, "the file is a program; the original is kept".to_owned())
        }
        Format::Unknown => {
            let reason = "Redwell does not know this kind of file; the original is kept";
            unread(format, ExceptionKind::UnsupportedFormat, reason.to_owned())
        }
        _ => {
            let (container, mut source) = Container::of(input);
            if let Some(found) = open(&container, &mut source, format, on_child) {
                return found;
            }
            let extension = format.extensions().first().map(|e| format!(" (.{e})")).unwrap_or_default();
            let reason =
                format!("Redwell cannot read the format {}{extension} yet; the original is kept", format.label());
            unread(format, ExceptionKind::UnsupportedFormat, reason)
        }
    }
}

/// Reads a container of a format whose parts are taken from it one after the other; `None` for every other format.
fn open(
    container: &Container<'_>,
    source: &mut dyn Source,
    format: Format,
    on_child: &mut dyn FnMut(Child),
) -> Option<Extracted> {
    Some(match format {
        Format::Mbox => mbox::extract(container, source, on_child),
        Format::Pst => pst::extract(container, source, on_child),
        Format::Zip => zip_archive::extract(container, source, on_child),
        Format::SevenZip => seven_zip::extract(container, source, on_child),
        Format::Tar => tar_archive::extract(container, source, on_child),
        Format::Gzip | Format::Bzip2 | Format::Xz | Format::Zstd => {
            compressed::extract(container, source, format, on_child)
        }
        _ => return None,
    })
}

/// Largest file that is read whole, because nothing less than the whole of it can be read.
const LARGEST_WHOLE_BYTES: u64 = 1 << 30;

/// Bytes at the beginning of a large file by which its kind is told.
const HEAD_BYTES: usize = 1 << 16;

/// Reads a file too large to be handed over in one piece: a container part by part, anything else whole, up to a limit.
pub fn extract_stored(
    container: &Container<'_>,
    source: &mut dyn Source,
    recogniser: &mut dyn Recogniser,
    on_child: &mut dyn FnMut(Child),
) -> Extracted {
    let head = source::bytes_at(source, 0, HEAD_BYTES);
    let mut identified = identify::identify(container.name, &head);
    if identify::is_zip(&head) {
        identified.format = identify::zip_kind(source).unwrap_or(Format::Zip);
        identified.exception = None;
    }
    // Going back to the beginning reads nothing, so it cannot fail.
    drop(source.rewind());
    if let Some(mut found) = open(container, source, identified.format, on_child) {
        found.exceptions.splice(0..0, identified.exception);
        return found;
    }
    if container.size_bytes > LARGEST_WHOLE_BYTES {
        let gigabytes = LARGEST_WHOLE_BYTES >> 30;
        let reason = format!(
            "the file is larger than {gigabytes} GiB and can only be read as a whole, which it was not; the original is kept"
        );
        return unread(identified.format, ExceptionKind::MemoryLimit, reason);
    }
    let bytes = source::bytes_at(source, 0, usize::try_from(container.size_bytes).unwrap_or(usize::MAX));
    let input = Input { name: container.name, bytes: &bytes, options: container.options };
    extract_recognising(&input, recogniser, on_child)
}

fn unread(format: Format, kind: ExceptionKind, reason: String) -> Extracted {
    let mut found = Extracted::new(format);
    found.exceptions.push(ProcessingException::new(Stage::Extract, kind, "", reason));
    found
}

/// A document whose password is known, read like any other.
fn unlocked(input: &Input<'_>, recogniser: &mut dyn Recogniser, on_child: &mut dyn FnMut(Child)) -> Option<Extracted> {
    let bytes = office_lock::open(input.bytes, &input.options.passwords)?;
    let mut found = extract_recognising(&Input { bytes: &bytes, ..*input }, recogniser, on_child);
    found.metadata.other.insert("encrypted".to_owned(), "true".to_owned());
    Some(found)
}

/// What is said of a locked file that no password opened.
pub(crate) const LOCKED: &str = "the file is locked with a password; ask the custodian for it and run `redwell retry \
     --passwords FILE`, or for a copy that is not locked";

/// A document locked with a password.
fn locked(format: Format) -> Extracted {
    unread(format, ExceptionKind::Encrypted, LOCKED.to_owned())
}

impl Extracted {
    /// Nothing read yet of a file of this format.
    #[must_use]
    pub fn new(format: Format) -> Self {
        Self {
            format,
            text: String::new(),
            layout: Layout::default(),
            metadata: Metadata::default(),
            exceptions: Vec::new(),
        }
    }

    /// Sets the text, made canonical, and notes when it had to be cut.
    pub fn set_text(&mut self, text: &str, options: &Options) {
        let (text, cut) = canonical::canonical(text, options.max_text_bytes);
        self.text = text;
        if cut {
            self.exceptions.push(canonical::cut_notice(options.max_text_bytes));
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::{Cursor, Write as _};

    use super::*;

    /// Generous limits.
    pub(crate) fn options() -> Options {
        Options { max_text_bytes: 1 << 22, max_entries: 1000, max_expansion: 200, ..Options::default() }
    }

    /// Reads bytes under a name; the children beside what was read.
    pub(crate) fn read_all(name: &str, bytes: &[u8]) -> (Extracted, Vec<Child>) {
        let mut children = Vec::new();
        let found = extract(&Input { name, bytes, options: &options() }, &mut |child| children.push(child));
        (found, children)
    }

    /// Reads bytes that hold nothing inside.
    pub(crate) fn read_one(name: &str, bytes: &[u8]) -> Extracted {
        read_all(name, bytes).0
    }

    /// The kinds of exceptions, in order.
    pub(crate) fn kinds(found: &Extracted) -> Vec<ExceptionKind> {
        found.exceptions.iter().map(|exception| exception.kind).collect()
    }

    /// A ZIP archive of these members.
    pub(crate) fn zip_of(members: &[(&str, &[u8])]) -> Vec<u8> {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in members {
            writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
            writer.write_all(bytes).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }

    #[test]
    fn what_has_no_reader_is_told() {
        let check = |name: &str, bytes: &[u8], expected: &[ExceptionKind]| {
            let found = read_one(name, bytes);
            assert_eq!((kinds(&found).as_slice(), found.text.as_str()), (expected, ""), "{name}");
        };
        check("a.rar", b"Rar!\x1a\x07\0", &[ExceptionKind::UnsupportedFormat]);
        check("a.png", b"\x89PNG\r\n\x1a\n", &[ExceptionKind::Damaged]);
        check("a.txt", b"", &[ExceptionKind::EmptyFile]);
        check("a.pdf", b"{\\rtf1}", &[ExceptionKind::FormatMismatch]);
        let found = read_one("a.rar", b"Rar!\x1a\x07\0");
        assert_eq!(
            found.exceptions[0].reason,
            "Redwell cannot read the format RAR archive (.rar) yet; the original is kept"
        );
    }

    #[test]
    fn a_long_text_is_cut_and_told() {
        let options = Options { max_text_bytes: 4, ..options() };
        let found = extract(&Input { name: "a.txt", bytes: b"a long text", options: &options }, &mut |_| ());
        assert_eq!((found.text.as_str(), kinds(&found)), ("a lo", vec![ExceptionKind::OutputLimit]));
    }
}
