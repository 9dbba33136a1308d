//! `…/documents/{control_number}/history`: who did what to a document, and when.

use serde::Serialize;
use utoipa::ToSchema;

use super::{DocumentPath, ErrorBody};

/// What was done to a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HistoryAction {
    /// A concept was recorded.
    Coded,
    /// A concept was taken back.
    Uncoded,
    /// A passage was annotated.
    Annotated,
    /// An annotation was changed.
    ChangedAnnotation,
    /// An annotation was deleted.
    DeletedAnnotation,
    /// A deleted annotation was restored.
    RestoredAnnotation,
    /// The document was opened.
    Viewed,
}

/// One thing done to a document.
#[derive(Debug, Serialize, ToSchema)]
pub struct HistoryItem {
    /// When.
    pub at: String,
    /// Who, by sign-in name.
    pub by: String,
    /// The name shown to others.
    pub by_name: String,
    /// What.
    pub action: HistoryAction,
    /// The concept, for coding.
    pub concept: Option<String>,
    /// The annotation's number.
    pub annotation: Option<i64>,
    /// The note at that time.
    pub note: Option<String>,
    /// The words of the passage.
    pub quote: Option<String>,
}

/// What was done to a document.
#[derive(Debug, Serialize, ToSchema)]
pub struct History {
    /// Newest first.
    pub items: Vec<HistoryItem>,
}

/// Tells who did what to a document.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/documents/{control_number}/history", tag = "review",
    operation_id = "document_history", params(DocumentPath),
    responses((status = 200, body = History), (status = 404, body = ErrorBody)))]
pub(crate) async fn show() {}
