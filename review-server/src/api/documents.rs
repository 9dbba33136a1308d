//! `/matters/{matter}/documents/{control_number}`: one document with everything known about it.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{DocumentPath, ErrorBody};

/// One page: where its text starts, and its frame.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentPage {
    /// Its number, from 1.
    pub number: u32,
    /// The code point its text starts at.
    pub start: u32,
    /// Its visible frame in PDF user space: left, lower, right, upper.
    pub frame: [f32; 4],
    /// Clockwise turn for display: 0, 90, 180 or 270.
    pub rotate: u16,
    /// Width of the frame before turning, in points.
    pub width: f32,
    /// Height of the frame before turning, in points.
    pub height: f32,
    /// Share of characters that decoded to sensible text, 0 to 1.
    pub quality: f32,
    /// The reader that gave the text.
    pub engine: String,
}

/// What a document says about itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentMetadata {
    /// The title the file carries.
    pub title: Option<String>,
    /// Authors as the file names them.
    pub authors: Vec<String>,
    /// The mail's subject.
    pub subject: Option<String>,
    /// Who sent the mail.
    pub from: Vec<String>,
    /// Whom it was sent to.
    pub to: Vec<String>,
    /// Who was copied in.
    pub cc: Vec<String>,
    /// Who was copied in unseen.
    pub bcc: Vec<String>,
    /// When the mail was sent.
    pub sent: Option<String>,
    /// The offset from UTC that `sent` was written with, in minutes.
    pub sent_offset_minutes: Option<i32>,
    /// When the file says it was created.
    pub created: Option<String>,
    /// When the file says it was last changed.
    pub modified: Option<String>,
    /// Pages, slides or sheets.
    pub page_count: Option<u32>,
    /// The program the file names as its producer.
    pub producer: Option<String>,
    /// The mail's own identifier.
    pub message_id: Option<String>,
    /// Anything else, by name.
    pub other: BTreeMap<String, String>,
}

/// A document of the same family.
#[derive(Debug, Serialize, ToSchema)]
pub struct FamilyMember {
    /// Its control number.
    pub control_number: String,
    /// What people call it.
    pub title: String,
    /// What kind of file it is.
    pub r#type: String,
    /// The same, for people.
    pub type_label: String,
    /// Whether it is the document asked about.
    pub is_current: bool,
    /// Whether it is the first of the family.
    pub is_parent: bool,
}

/// One place the document's content was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentLocation {
    /// Whom it was collected from.
    pub custodian: String,
    /// Its path as collected.
    pub path: String,
    /// Whether this one was suppressed as a duplicate.
    pub is_duplicate: bool,
}

/// Something that went less than perfectly in processing.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentException {
    /// Where in processing.
    pub stage: String,
    /// Which kind, from the closed list.
    pub kind: String,
    /// Why, as a sentence.
    pub reason: String,
    /// The reader that reported it.
    pub tool: String,
    /// The page concerned, from 1.
    pub page: Option<u32>,
}

/// One document with everything known about it but its text.
#[derive(Debug, Serialize, ToSchema)]
pub struct Document {
    /// Its control number.
    pub control_number: String,
    /// The numeric part of it.
    pub ordinal: u32,
    /// What people call it.
    pub title: String,
    /// Its name, without folders.
    pub file_name: String,
    /// Its path as collected.
    pub path: String,
    /// What kind of file it is.
    pub r#type: String,
    /// The same, for people.
    pub type_label: String,
    /// The media type of its original.
    pub media_type: String,
    /// Whom it was first collected from.
    pub custodian: String,
    /// Everyone it was collected from.
    pub custodians: Vec<String>,
    /// Size of the original in bytes.
    pub size_bytes: u64,
    /// Digest of the original.
    pub sha256: String,
    /// Digest of the original, for load files.
    pub md5: String,
    /// Digest of the original, for load files.
    pub sha1: String,
    /// The moment it is sorted and found by.
    pub date: Option<String>,
    /// The language of its text.
    pub language: Option<String>,
    /// Whether it yielded no text.
    pub is_empty: bool,
    /// The revision of its text, from 1.
    pub text_revision: u32,
    /// Length of its text in code points.
    pub text_code_points: u32,
    /// Its pages; empty for formats without.
    pub pages: Vec<DocumentPage>,
    /// Whether its text has a box for every character.
    pub has_boxes: bool,
    /// Whether its pages can be shown as they look.
    pub has_page_view: bool,
    /// What it says about itself.
    pub metadata: DocumentMetadata,
    /// Its family in order, itself among them; one when it has no family.
    pub family: Vec<FamilyMember>,
    /// Everywhere its content was found.
    pub locations: Vec<DocumentLocation>,
    /// What went less than perfectly.
    pub exceptions: Vec<DocumentException>,
}

/// A document's canonical text.
#[derive(Debug, Serialize, ToSchema)]
pub struct CanonicalText {
    /// The revision, from 1.
    pub revision: u32,
    /// Digest of the text in UTF-8.
    pub sha256: String,
    /// The text.
    pub text: String,
}

/// Shows one document; the view is recorded in the audit log.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/documents/{control_number}", tag = "documents",
    operation_id = "show_document", params(DocumentPath),
    responses((status = 200, body = Document), (status = 404, body = ErrorBody)))]
pub(crate) async fn show() {}

/// Gives a document's canonical text.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/documents/{control_number}/text", tag = "documents",
    operation_id = "document_text", params(DocumentPath),
    responses((status = 200, body = CanonicalText), (status = 404, body = ErrorBody)))]
pub(crate) async fn text() {}
