//! `…/documents/{control_number}/history`: who did what to a document, and when.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Address, DocumentPath, ErrorBody, People, document_row};
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::store::EventKind;

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
    /// The stage of review, for coding in a batch.
    pub stage: Option<String>,
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
pub(crate) async fn show(
    member: Member<right::ReadDocuments>,
    Address(path): Address<DocumentPath>,
) -> Result<Json<History>, ApiError> {
    let (open, store) = (member.open().await?, member.app.store());
    let ordinal = document_row(&open, &path.control_number).await?.ordinal;
    let mut people = People::new(store);
    let mut items = Vec::new();
    for decision in store.decisions_on(&member.slug, ordinal).await? {
        let action = if decision.is_set { HistoryAction::Coded } else { HistoryAction::Uncoded };
        let item = HistoryItem::new(decision.at, people.names(decision.user_id).await?, action);
        items.push(HistoryItem { concept: Some(decision.concept), stage: decision.stage, ..item });
    }
    for event in store.annotation_events_on(&member.slug, ordinal).await? {
        let item = HistoryItem::new(event.at, people.names(event.user_id).await?, event.kind.into());
        let (annotation, note) = (Some(event.annotation), Some(event.note));
        items.push(HistoryItem { annotation, note, quote: Some(event.anchor.quote), ..item });
    }
    for view in store.audit_on(member.slug.as_str(), &path.control_number, "document.view", VIEWS).await? {
        let by = store.user_by_name(&view.actor).await?;
        let shown = by.map_or_else(|| view.actor.clone(), |user| user.display_name);
        items.push(HistoryItem::new(view.at, (view.actor, shown), HistoryAction::Viewed));
    }
    items.sort_by(|a, b| b.at.cmp(&a.at));
    Ok(Json(History { items }))
}

/// Most views shown.
const VIEWS: u64 = 100;

impl HistoryItem {
    fn new(at: String, (by, by_name): (String, String), action: HistoryAction) -> Self {
        Self { at, by, by_name, action, concept: None, stage: None, annotation: None, note: None, quote: None }
    }
}

impl From<EventKind> for HistoryAction {
    fn from(kind: EventKind) -> Self {
        match kind {
            EventKind::Created => Self::Annotated,
            EventKind::Changed => Self::ChangedAnnotation,
            EventKind::Deleted => Self::DeletedAnnotation,
            EventKind::Restored => Self::RestoredAnnotation,
        }
    }
}
