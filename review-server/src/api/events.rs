//! `/matters/{matter}/events`: changes as they happen, as server-sent events.

use serde::Serialize;
use utoipa::ToSchema;

use super::{ErrorBody, MatterPath};

/// What changed on a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Its coding.
    Coding,
    /// One of its annotations.
    Annotation,
}

/// The data of a `change` event: a document somebody coded or annotated.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Change {
    /// The document.
    pub control_number: String,
    /// What changed.
    pub what: ChangeKind,
    /// Who changed it, by sign-in name.
    pub by: String,
    /// The `X-Client-Id` header of the request that changed it, so that a window knows its own changes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub client_id: Option<String>,
}

/// The data of a `deliverable` event: a deliverable whose state changed.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeliverableChange {
    /// Which deliverable.
    pub id: i64,
    /// Its state now.
    pub state: super::deliverables::DeliverableState,
}

/// Streams changes: events `change` and `deliverable`, and `reload` when some were missed.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/events", tag = "review", operation_id = "events",
    params(MatterPath),
    responses((status = 200, description = "a stream of server-sent events", content_type = "text/event-stream"),
              (status = 404, body = ErrorBody)))]
pub(crate) async fn stream() {}
