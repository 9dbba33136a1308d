//! `/matters/{matter}/documents/{control_number}`: one document with everything known about it.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use redwell_indexer::matter_folder::{DocumentRow, ExceptionRow};
use redwell_model::{Format, Layout, Metadata, Page, When};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Address, DocumentPath, ErrorBody, blocking, document_row, natives};
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::matter::OpenMatter;

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
    /// When the mail reached the mailbox it was collected from.
    pub received: Option<String>,
    /// How urgent its sender called it.
    pub importance: Option<String>,
    /// The identifier of the mail it answers.
    pub in_reply_to: Option<String>,
    /// Identifiers of the mails before it, oldest first.
    pub references: Vec<String>,
    /// When the file says it was created: a moment, or a day where it states no time.
    pub created: Option<String>,
    /// When the file says it was last changed: a moment, or a day where it states no time.
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
    /// When it is from: a moment, or a day where the file states no time.
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
pub(crate) async fn show(
    member: Member<right::ReadDocuments>,
    Address(path): Address<DocumentPath>,
) -> Result<Json<Document>, ApiError> {
    let open = member.open().await?;
    let row = document_row(&open, &path.control_number).await?;
    let writing = member.app.store().write().await?;
    writing.audit(member.audit("document.view", &path.control_number, serde_json::json!({}))).await?;
    writing.commit().await?;
    let folder = Arc::clone(&open);
    Ok(Json(blocking(move || document(&folder, row)).await??))
}

/// Gives a document's canonical text.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/documents/{control_number}/text", tag = "documents",
    operation_id = "document_text", params(DocumentPath),
    responses((status = 200, body = CanonicalText), (status = 404, body = ErrorBody)))]
pub(crate) async fn text(
    member: Member<right::ReadDocuments>,
    Address(path): Address<DocumentPath>,
) -> Result<Json<CanonicalText>, ApiError> {
    let open = member.open().await?;
    let row = document_row(&open, &path.control_number).await?;
    let found = blocking(move || open.folder().text(row.ordinal)).await??.ok_or(ApiError::NotFound)?;
    let (revision, sha256) = (found.revision, found.sha256.to_string());
    Ok(Json(CanonicalText { revision, sha256, text: found.text }))
}

fn document(open: &OpenMatter, row: DocumentRow) -> Result<Document, ApiError> {
    let folder = open.folder();
    let layout = folder.layout(row.ordinal)?;
    let family = folder.family(row.ordinal)?;
    let locations = folder.locations(row.ordinal)?.into_iter().map(|location| DocumentLocation {
        custodian: location.custodian,
        path: location.path,
        is_duplicate: location.is_duplicate,
    });
    let exceptions = folder.exceptions(Some(row.ordinal))?;
    // Pictures that browsers show are shown; of the others there is the text.
    let has_page_view = match row.format {
        Format::Pdf => true,
        Format::Image if !layout.pages.is_empty() => {
            natives::shown_as(&folder.native_path(&row.digests.sha256), row.format).is_some()
        }
        _ => false,
    };
    Ok(Document {
        control_number: row.control_number.to_string(),
        ordinal: row.ordinal,
        pages: pages(layout),
        family: family.iter().map(|member| family_member(member, &row)).collect(),
        locations: locations.collect(),
        exceptions: exceptions.into_iter().map(DocumentException::from).collect(),
        r#type: row.format.as_str().to_owned(),
        type_label: row.format.label().to_owned(),
        media_type: row.format.media_type().to_owned(),
        has_page_view,
        title: row.title,
        file_name: row.file_name,
        path: row.path,
        custodian: row.custodian,
        custodians: row.custodians,
        size_bytes: row.size_bytes,
        sha256: row.digests.sha256.to_string(),
        md5: row.digests.md5,
        sha1: row.digests.sha1,
        date: row.metadata.when().map(|when| when.to_string()),
        language: row.language,
        is_empty: row.is_empty,
        text_revision: row.text_revision,
        text_code_points: row.text_code_points,
        has_boxes: row.has_boxes,
        metadata: row.metadata.into(),
    })
}

fn pages(layout: Layout) -> Vec<DocumentPage> {
    let page = |(number, page): (u32, Page)| {
        let [left, lower, right, upper] = page.frame;
        DocumentPage {
            number,
            start: page.start,
            frame: page.frame,
            rotate: page.rotate,
            width: right - left,
            height: upper - lower,
            quality: page.quality,
            engine: page.engine,
        }
    };
    (1..).zip(layout.pages).map(page).collect()
}

fn family_member(member: &DocumentRow, current: &DocumentRow) -> FamilyMember {
    FamilyMember {
        control_number: member.control_number.to_string(),
        title: member.title.clone(),
        r#type: member.format.as_str().to_owned(),
        type_label: member.format.label().to_owned(),
        is_current: member.ordinal == current.ordinal,
        is_parent: member.ordinal == member.family,
    }
}

impl From<ExceptionRow> for DocumentException {
    fn from(row: ExceptionRow) -> Self {
        let exception = row.exception;
        Self {
            stage: exception.stage.as_str().to_owned(),
            kind: exception.kind.as_str().to_owned(),
            reason: exception.reason,
            tool: exception.tool,
            page: exception.page,
        }
    }
}

impl From<Metadata> for DocumentMetadata {
    fn from(metadata: Metadata) -> Self {
        let addresses = |list: Vec<redwell_model::Address>| list.iter().map(ToString::to_string).collect();
        let moment = |at: Option<jiff::Timestamp>| at.map(|at| at.to_string());
        let stated = |at: Option<jiff::Timestamp>| at.map(|at| When::stated(at).to_string());
        Self {
            title: metadata.title,
            authors: metadata.authors,
            subject: metadata.subject,
            from: addresses(metadata.from),
            to: addresses(metadata.to),
            cc: addresses(metadata.cc),
            bcc: addresses(metadata.bcc),
            sent: moment(metadata.sent),
            sent_offset_minutes: metadata.sent_offset_minutes,
            received: moment(metadata.received),
            importance: metadata.importance,
            in_reply_to: metadata.in_reply_to,
            references: metadata.references,
            created: stated(metadata.created),
            modified: stated(metadata.modified),
            page_count: metadata.page_count,
            producer: metadata.producer,
            message_id: metadata.message_id,
            other: metadata.other,
        }
    }
}
