//! The package: a snapshot's files in one ZIP archive, written so that it is there whole or not at all.
//!
//! Names, order, times and permissions inside the archive follow from the snapshot alone.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use redwell_model::{ControlNumber, Format, Sha256};
use serde::Serialize;
use sha2::Digest as _;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use super::arrange::{Arranged, in_order};
use super::manifest::{self, Manifest};
use super::pdf::{PdfHighlight, Shape};
use super::snapshot::{Snapshot, SnapshotAnnotation, SnapshotDocument};
use super::worker::Annotator;
use super::{report, workbook};

/// What was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Package {
    /// The digest of the archive.
    pub sha256: Sha256,
    /// Its size.
    pub size_bytes: u64,
    /// Files in it, the manifest included.
    pub files: u64,
    /// Documents the query found.
    pub documents: u64,
    /// Annotations in it.
    pub annotations: u64,
}

/// How far the work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Document files put in.
    pub done: u64,
    /// Document files there are to put in.
    pub total: u64,
}

/// Why a package could not be made.
#[derive(Debug, thiserror::Error)]
pub enum DeliverError {
    /// A native file cannot be read.
    #[error("the file of `{control_number}` cannot be read; run `redwell verify`")]
    Native {
        /// The document.
        control_number: ControlNumber,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A native file is not the one that was ingested.
    #[error("the file of `{control_number}` is not the one that was ingested; run `redwell verify`")]
    NativeChanged {
        /// The document.
        control_number: ControlNumber,
    },
    /// Two documents have one control number.
    #[error("the snapshot has two documents `{control_number}`")]
    Doubled {
        /// The number.
        control_number: ControlNumber,
    },
    /// There is more than a workbook can hold.
    #[error("{count} {what} are more than a workbook holds; narrow the query to prepare several packages")]
    TooMany {
        /// How many.
        count: usize,
        /// Of what.
        what: &'static str,
    },
    /// The workbook cannot be made.
    #[error("the workbook cannot be written")]
    Workbook(#[from] rust_xlsxwriter::XlsxError),
    /// The archive cannot be made.
    #[error("the archive cannot be written")]
    Archive(#[from] zip::result::ZipError),
    /// The disk does not take it.
    #[error("`{}` cannot be written", path.display())]
    Write {
        /// The archive.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// Makes the package of a snapshot as a ZIP archive at `out`, replacing what is there.
///
/// # Errors
/// When a native file is missing or is not the one that was ingested, or the disk does not take the archive. Then
/// nothing is left at `out` that was not there before. A PDF that cannot be annotated is no error: the package holds
/// the original, and the manifest says why.
pub fn prepare(
    snapshot: &Snapshot,
    out: &Path,
    annotator: &Annotator,
    progress: &mut dyn FnMut(Progress),
) -> Result<Package, DeliverError> {
    let at_out = |source| DeliverError::Write { path: out.to_owned(), source };
    let arranged = Arranged::of(snapshot);
    let doubled = arranged.documents.windows(2).find(|pair| pair[0].control_number == pair[1].control_number);
    if let Some(pair) = doubled {
        return Err(DeliverError::Doubled { control_number: pair[0].control_number.clone() });
    }
    let folder = out.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(at_out)?;
    let mut unfinished = tempfile::NamedTempFile::new_in(folder).map_err(at_out)?;

    let files = write_archive(&arranged, unfinished.as_file_mut(), annotator, progress)?;
    let file = unfinished.as_file_mut();
    file.sync_all().map_err(at_out)?;
    file.rewind().map_err(at_out)?;
    let (sha256, size_bytes) = digest(file).map_err(at_out)?;
    unfinished.persist(out).map_err(|error| at_out(error.error))?;
    Ok(Package {
        sha256,
        size_bytes,
        files: count(files.len()),
        documents: count(arranged.documents.len()),
        annotations: count(arranged.findings.len()),
    })
}

/// Writes every file of the package and gives the list of them, the manifest last.
fn write_archive(
    arranged: &Arranged<'_>,
    file: &mut fs::File,
    annotator: &Annotator,
    progress: &mut dyn FnMut(Progress),
) -> Result<Vec<manifest::File>, DeliverError> {
    let mut archive = Archive::new(file, arranged.snapshot.created_at);
    let mut manifest = Manifest::of(arranged);
    archive.add("findings.html", report::html(arranged).as_bytes(), CompressionMethod::Deflated)?;
    archive.add("findings.xlsx", &workbook::xlsx(arranged)?, CompressionMethod::Stored)?;
    let packaged: Vec<&SnapshotDocument> =
        arranged.documents.iter().copied().filter(|document| document.packaged_as().is_some()).collect();
    let total = count(packaged.len());
    for (n, document) in packaged.into_iter().enumerate() {
        progress(Progress { done: count(n), total });
        manifest.documents.push(add_document(arranged, document, annotator, &mut archive)?);
    }
    progress(Progress { done: total, total });
    manifest.files = archive.files.clone();
    manifest.counts.files = manifest.files.len();
    archive.add("manifest.json", &manifest.to_json(), CompressionMethod::Deflated)?;
    archive.finish()
}

/// Puts a document's file in: the annotated copy of a PDF, the original of anything else.
fn add_document(
    arranged: &Arranged<'_>,
    document: &SnapshotDocument,
    annotator: &Annotator,
    archive: &mut Archive<'_>,
) -> Result<manifest::Document, DeliverError> {
    let control_number = document.control_number.clone();
    let original = fs::read(&document.native)
        .map_err(|source| DeliverError::Native { control_number: control_number.clone(), source })?;
    if Sha256::of(&original) != document.sha256 {
        return Err(DeliverError::NativeChanged { control_number });
    }
    let original_bytes = count(original.len());
    let highlights = highlights(arranged, document);
    let (bytes, reason) = match document.format {
        Format::Pdf if highlights.is_empty() => (original, Some("its annotations have no place on a page".to_owned())),
        Format::Pdf => match annotator.annotate(original, &highlights) {
            Ok(annotated) => (annotated, None),
            Err(error) => {
                // The original was handed over to be annotated; it is read again rather than kept twice.
                let original = fs::read(&document.native)
                    .map_err(|source| DeliverError::Native { control_number: control_number.clone(), source })?;
                (original, Some(error.to_string()))
            }
        },
        other => (original, Some(format!("a file of type `{other}` carries no marks"))),
    };
    let file = document.packaged_as().expect("only documents with a file in the package come here");
    archive.add(&file, &bytes, CompressionMethod::Deflated)?;
    Ok(manifest::Document {
        control_number,
        file,
        original_sha256: document.sha256,
        original_bytes,
        annotations: document.annotations.len(),
        annotated: reason.is_none(),
        reason,
    })
}

/// The marks of a document: one for each page an annotation stands on.
fn highlights(arranged: &Arranged<'_>, document: &SnapshotDocument) -> Vec<PdfHighlight> {
    let mut marks = Vec::new();
    for annotation in in_order(document) {
        let on_pages: BTreeMap<u32, _> = annotation.pages.iter().map(|on| (on.page, &on.quads)).collect();
        for (n, (page, quads)) in on_pages.into_iter().filter(|(_, quads)| !quads.is_empty()).enumerate() {
            let id = if n == 0 { annotation.id.clone() } else { format!("{}-{}", annotation.id, n + 1) };
            let is_region = annotation.quote.trim().is_empty();
            marks.push(PdfHighlight {
                id,
                page,
                shape: if is_region { Shape::Region } else { Shape::Passage },
                quads: quads.clone(),
                colour: tint(arranged.colour(annotation)),
                author: annotation.author.clone(),
                contents: contents(arranged, annotation),
                subject: subject(arranged, annotation),
                created_at: annotation.created_at,
                modified_at: annotation.changed_at,
            });
        }
    }
    marks
}

/// What the pop-up says: the paths of the concepts, a blank line, the note.
fn contents(arranged: &Arranged<'_>, annotation: &SnapshotAnnotation) -> String {
    let paths: Vec<String> = annotation.concepts.iter().map(|iri| arranged.path(iri)).collect();
    let parts = [paths.join("\n"), annotation.note.trim().to_owned()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n\n")
}

/// The last labels of the concepts, or what else it is.
fn subject(arranged: &Arranged<'_>, annotation: &SnapshotAnnotation) -> String {
    let labels: Vec<String> =
        annotation.concepts.iter().filter_map(|iri| arranged.levels(iri).last().cloned()).collect();
    if labels.is_empty() { "Note".to_owned() } else { labels.join(", ") }
}

/// The colour a branch is drawn in when it is multiplied with a page; grey where there is no concept.
fn tint(colour: Option<u8>) -> [u8; 3] {
    match colour {
        Some(0) => [0x9e, 0xd3, 0xf2],
        Some(1) => [0xff, 0xc9, 0xa0],
        Some(2) => [0x9f, 0xe3, 0xcc],
        Some(3) => [0xf3, 0xc2, 0xde],
        Some(4) => [0xf7, 0xec, 0x8f],
        Some(_) => [0xcf, 0xc7, 0xfb],
        None => [0xc9, 0xce, 0xd8],
    }
}

/// An archive being written, and the list of what is in it.
struct Archive<'f> {
    zip: ZipWriter<&'f mut fs::File>,
    options: SimpleFileOptions,
    files: Vec<manifest::File>,
}

impl<'f> Archive<'f> {
    fn new(file: &'f mut fs::File, at: Timestamp) -> Self {
        let options = SimpleFileOptions::default().unix_permissions(0o644).last_modified_time(zip_time(at));
        Self { zip: ZipWriter::new(file), options, files: Vec::new() }
    }

    fn add(&mut self, path: &str, bytes: &[u8], method: CompressionMethod) -> Result<(), DeliverError> {
        let is_large = bytes.len() >= 0x7fff_ffff;
        self.zip.start_file(path, self.options.compression_method(method).large_file(is_large))?;
        self.zip.write_all(bytes).map_err(zip::result::ZipError::Io)?;
        self.files.push(manifest::File { path: path.to_owned(), bytes: count(bytes.len()), sha256: Sha256::of(bytes) });
        Ok(())
    }

    fn finish(self) -> Result<Vec<manifest::File>, DeliverError> {
        self.zip.finish()?;
        Ok(self.files)
    }
}

/// The snapshot's time as ZIP writes it: UTC to two seconds, from 1980 on.
fn zip_time(at: Timestamp) -> zip::DateTime {
    let utc = at.to_zoned(TimeZone::UTC);
    let part = |value: i8| u8::try_from(value).unwrap_or_default();
    zip::DateTime::from_date_and_time(
        u16::try_from(utc.year()).unwrap_or_default(),
        part(utc.month()),
        part(utc.day()),
        part(utc.hour()),
        part(utc.minute()),
        part(utc.second()),
    )
    .unwrap_or_default()
}

fn digest(file: &mut fs::File) -> io::Result<(Sha256, u64)> {
    let (mut hasher, mut size, mut buffer) = (sha2::Sha256::new(), 0, vec![0; 1 << 20]);
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok((Sha256::from_bytes(hasher.finalize().into()), size));
        }
        hasher.update(&buffer[..read]);
        size += count(read);
    }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).expect("a count in memory fits 64 bits")
}

#[cfg(test)]
mod tests;
