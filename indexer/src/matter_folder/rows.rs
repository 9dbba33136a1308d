//! What readers of a matter folder get back.

use jiff::Timestamp;
use redwell_model::{Accounting, ControlNumber, Digests, Format, Metadata, Ordinal, ProcessingException, Sha256};
use serde::{Deserialize, Serialize};

use crate::extract::recognition::Availability;
use crate::isolate::sandbox::Confinement;

/// One document with its metadata.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DocumentRow {
    /// Its permanent number.
    pub control_number: ControlNumber,
    /// The numeric part of it.
    pub ordinal: Ordinal,
    /// What people call it: the mail's subject, else the title, else the file name; never empty.
    pub title: String,
    /// Its name, without folders.
    pub file_name: String,
    /// Its path as collected, with `/` between folders and containers.
    pub path: String,
    /// What kind of file it is.
    pub format: Format,
    /// Whom it was first collected from.
    pub custodian: String,
    /// Everyone it was collected from, sorted: the first one and those of suppressed duplicates.
    pub custodians: Vec<String>,
    /// Size of the original in bytes.
    pub size_bytes: u64,
    /// Digests of the original.
    pub digests: Digests,
    /// The moment it is sorted and found by.
    pub date: Option<Timestamp>,
    /// The language of its text as an ISO 639-1 code, where one was told.
    pub language: Option<String>,
    /// The document that directly holds it.
    pub parent: Option<Ordinal>,
    /// The first document of its family; itself when it has none.
    pub family: Ordinal,
    /// The revision of its text, from 1.
    pub text_revision: u32,
    /// Length of its text in code points.
    pub text_code_points: u32,
    /// Whether it yielded no text.
    pub is_empty: bool,
    /// Whether its text has a box for every character.
    pub has_boxes: bool,
    /// How many of its pages have text that was recognised in pictures.
    pub recognised_pages: u32,
    /// How sure the program was of them, on average, 0 to 1.
    pub recognition_confidence: Option<f32>,
    /// How many exceptions it has.
    pub exception_count: u32,
    /// What the file says about itself.
    pub metadata: Metadata,
}

/// A canonical text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentText {
    /// The revision, from 1.
    pub revision: u32,
    /// NFC, `\n` line ends.
    pub text: String,
    /// Digest of the text in UTF-8.
    pub sha256: Sha256,
}

/// One place a document's content was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// Whom it was collected from.
    pub custodian: String,
    /// Its path as collected.
    pub path: String,
    /// Whether this one was suppressed as a duplicate.
    pub is_duplicate: bool,
    /// When the file was last changed on disk, where known.
    pub modified: Option<Timestamp>,
}

/// An exception and the item it is on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionRow {
    /// The item's path as collected.
    pub path: String,
    /// Whom it was collected from.
    pub custodian: String,
    /// The document, where the item became one.
    pub control_number: Option<ControlNumber>,
    /// The digest of the item's content, where its bytes could be had.
    #[serde(default)]
    pub sha256: Option<Sha256>,
    /// What went less than perfectly.
    #[serde(flatten)]
    pub exception: ProcessingException,
}

/// Counts of a whole matter.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Items by outcome.
    #[serde(flatten)]
    pub accounting: Accounting,
    /// Exceptions recorded and not cleared by a retry.
    pub exceptions: u64,
    /// Documents without text.
    pub empty: u64,
    /// Bytes of all source files.
    pub size_bytes: u64,
    /// Sources that were gone from their place when last looked for; what was made of them is kept.
    pub missing: u64,
    /// Documents in the full-text index.
    pub indexed: u64,
    /// Whether the last run came to its end.
    pub complete: bool,
    /// What the kernel kept the reading processes of the last run from; absent when none was needed yet.
    pub confinement: Option<Confinement>,
    /// Documents with text that was recognised in pictures.
    pub recognised: u64,
    /// Whether the last run that read anything could recognise text in pictures, and how.
    pub recognition: Option<Availability>,
}
