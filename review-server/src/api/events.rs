//! `/matters/{matter}/events`: changes as they happen, as server-sent events.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::Sse;
use axum::response::sse::{self, KeepAlive};
use futures::Stream;
use redwell_model::{Right, Role};
use serde::Serialize;
use tokio::sync::broadcast::error::RecvError;
use utoipa::ToSchema;

use super::intake::IntakeRun;
use super::{ErrorBody, MatterPath};
use crate::auth::{Member, right, session};
use crate::hub::Event;

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

/// The data of a `hit_report` event: a hit report that came further.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HitReportChange {
    /// Which report.
    pub id: i64,
    /// Its state now.
    pub state: super::hit_reports::HitReportState,
    /// Terms counted so far.
    pub counted: u32,
    /// Terms in all.
    pub terms: u32,
}

/// The data of a `bulk` event: a bulk action that came further.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BulkChange {
    /// Which action.
    pub id: i64,
    /// Documents looked at so far.
    pub done: u64,
    /// Documents it is about.
    pub documents: u64,
    /// Whether it is still at work.
    pub is_running: bool,
}

/// The data of a `batch` event: a batch somebody took, gave back or checked in, or a set that was made or withdrawn.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BatchChange {
    /// Which set.
    pub batch_set: i64,
    /// Which of its batches, by its number in the matter; absent when it is about the set.
    pub batch: Option<i64>,
}

/// Streams changes: events `change`, `batch`, `bulk`, `deliverable`, `hit_report` and `intake`, and `reload` when some were missed.
///
/// `intake` carries an `IntakeRun`; who may not manage processing gets `reload` when a run ends.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/events", tag = "review", operation_id = "events",
    params(MatterPath),
    responses((status = 200, description = "a stream of server-sent events", content_type = "text/event-stream"),
              (status = 404, body = ErrorBody)))]
pub(crate) async fn stream(
    member: Member<right::SeeProgress>,
) -> Sse<impl Stream<Item = Result<sse::Event, Infallible>>> {
    let mut changes = member.app.hub().listen(&member.slug);
    let mut closing = member.app.hub().closing();
    let events = async_stream::stream! {
        loop {
            let received = tokio::select! {
                received = changes.recv() => received,
                _ = closing.wait_for(|closing| *closing) => break,
            };
            let event = match received {
                Ok(event) => event,
                Err(RecvError::Lagged(_)) => {
                    yield Ok(sse::Event::default().event("reload").data("{}"));
                    continue;
                }
                Err(RecvError::Closed) => break,
            };
            // Signed out or taken off the matter meanwhile: the stream ends before another word is said.
            let Some(role) = role_now(&member).await else { break };
            if let Some(event) = shown(&event, role) {
                yield Ok(event);
            }
        }
    };
    Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)))
}

/// What the person is in the matter by now; `None` when they are gone.
async fn role_now(member: &Member<right::SeeProgress>) -> Option<Role> {
    let user = session::person(&member.app, &member.token_sha256).await.ok()??;
    member.app.store().role_of(&member.slug, user.id).await.ok()?
}

fn shown(event: &Event, role: Role) -> Option<sse::Event> {
    let (name, json) = match event {
        Event::Change(change) if role.may(Right::ReadDocuments) => ("change", serde_json::to_string(change).ok()?),
        Event::Change(_) => return None,
        Event::Batch(change) if role.may(Right::ReadDocuments) => ("batch", serde_json::to_string(change).ok()?),
        Event::Batch(_) => return None,
        Event::Bulk(change) if role.may(Right::ReadDocuments) => ("bulk", serde_json::to_string(change).ok()?),
        Event::Bulk(_) => return None,
        Event::Intake(child) if role.may(Right::ManageProcessing) => {
            ("intake", serde_json::to_string(&IntakeRun::of(child)).ok()?)
        }
        Event::Intake(child) if child.has_ended() => ("reload", "{}".to_owned()),
        Event::Intake(_) => return None,
        Event::HitReport(change) if role.may(Right::ReadDocuments) => {
            ("hit_report", serde_json::to_string(change).ok()?)
        }
        Event::HitReport(_) => return None,
        Event::Deliverable(change) => ("deliverable", serde_json::to_string(change).ok()?),
    };
    Some(sse::Event::default().event(name).data(json))
}
