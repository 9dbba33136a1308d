//! `/matters/{matter}/deliverables`: work product prepared for the client.

use axum::Json;
use axum::body::Body as Bytes;
use axum::http::{HeaderMap, Response, StatusCode};
use redwell_model::{Right, Role};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::search::dialect;
use super::{Address, Body, DeliverablePath, ErrorBody, MatterPath, People};
use crate::auth::member::Needed;
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::file_response::{self, Served};
use crate::hub::Event;
use crate::preparation;
use crate::store::{DeliverableRow, State, moment};

/// How far a deliverable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeliverableState {
    /// Its files are being made.
    Preparing,
    /// It can be checked and released.
    Ready,
    /// It could not be made.
    Failed,
    /// The client can download it.
    Released,
    /// It was released and then taken back.
    Withdrawn,
}

/// What kind of work product it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeliverableKind {
    /// Findings: annotated passages as a report, with the documents.
    Findings,
}

/// What a deliverable was made from.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliverableSource {
    /// The query, in canonical form.
    pub query: String,
}

/// Work product prepared for the client.
#[derive(Debug, Serialize, ToSchema)]
pub struct Deliverable {
    /// Its number in the matter.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// What kind it is.
    pub kind: DeliverableKind,
    /// What it was made from.
    pub source: DeliverableSource,
    /// How far it is.
    pub state: DeliverableState,
    /// When it was asked for.
    pub created_at: String,
    /// Who asked for it, by sign-in name.
    pub created_by: String,
    /// When it was released.
    pub released_at: Option<String>,
    /// Size of the package in bytes.
    pub size_bytes: Option<u64>,
    /// Digest of the package.
    pub sha256: Option<String>,
    /// Name of the package when saved.
    pub file_name: Option<String>,
    /// Documents in it.
    pub documents: u64,
    /// Annotations in it.
    pub annotations: u64,
    /// Files in it.
    pub files: u64,
    /// Why it could not be made.
    pub error: Option<String>,
}

/// The deliverables of a matter.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliverableList {
    /// Newest first; clients see released ones only.
    pub items: Vec<Deliverable>,
}

/// A deliverable to prepare.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDeliverable {
    /// Its title.
    pub title: String,
    /// Which documents go in; empty for all.
    #[serde(default)]
    pub query: String,
    /// How the query is read; `redwell` unless given.
    #[schema(nullable = false)]
    pub dialect: Option<String>,
}

/// Lists deliverables.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/deliverables", tag = "deliverables",
    operation_id = "list_deliverables", params(MatterPath),
    responses((status = 200, body = DeliverableList), (status = 404, body = ErrorBody)))]
pub(crate) async fn list(member: Member<right::SeeProgress>) -> Result<Json<DeliverableList>, ApiError> {
    let store = member.app.store();
    let mut people = People::new(store);
    let mut items = Vec::new();
    for row in store.deliverables(&member.slug).await? {
        if may_see(member.role, &row) {
            items.push(shown(row, &mut people).await?);
        }
    }
    Ok(Json(DeliverableList { items }))
}

/// Prepares a deliverable in the background.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/deliverables", tag = "deliverables",
    operation_id = "prepare_deliverable", params(MatterPath), request_body = NewDeliverable,
    responses((status = 202, body = Deliverable), (status = 403, body = ErrorBody),
              (status = 422, description = "`bad_query` or `bad_title`", body = ErrorBody)))]
pub(crate) async fn prepare(
    member: Member<right::PrepareDeliverables>,
    Body(new): Body<NewDeliverable>,
) -> Result<(StatusCode, Json<Deliverable>), ApiError> {
    let title = new.title.trim().to_owned();
    if title.is_empty() || title.chars().count() > 200 {
        return Err(ApiError::unprocessable("bad_title", "a deliverable's title has 1 to 200 characters"));
    }
    let dialect = dialect(new.dialect.as_deref())?;
    let canonical = redwell_search::parse(dialect, &new.query)?.canonical;
    let open = member.open().await?;
    let store = member.app.store();
    let writing = store.write().await?;
    let at = moment(member.app.now());
    let row = writing.add_deliverable(&member.slug, title, canonical, member.user.id, at).await?;
    let number = row.number.to_string();
    writing.audit(member.audit("deliverable.prepare", &number, serde_json::json!({}))).await?;
    writing.commit().await?;
    preparation::start(&member.app, open, &member.slug, row.clone(), member.user.display_name.clone());
    Ok((StatusCode::ACCEPTED, Json(shown(row, &mut People::new(store)).await?)))
}

/// Shows one deliverable.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/deliverables/{deliverable}", tag = "deliverables",
    operation_id = "show_deliverable", params(DeliverablePath),
    responses((status = 200, body = Deliverable), (status = 404, body = ErrorBody)))]
pub(crate) async fn show(
    member: Member<right::SeeProgress>,
    Address(path): Address<DeliverablePath>,
) -> Result<Json<Deliverable>, ApiError> {
    let row = visible(&member, path.deliverable).await?;
    Ok(Json(shown(row, &mut People::new(member.app.store())).await?))
}

/// Releases a deliverable to the client.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/deliverables/{deliverable}/release", tag = "deliverables",
    operation_id = "release_deliverable", params(DeliverablePath),
    responses((status = 200, body = Deliverable), (status = 403, body = ErrorBody),
              (status = 409, description = "`wrong_state`", body = ErrorBody)))]
pub(crate) async fn release(
    member: Member<right::ReleaseDeliverables>,
    Address(path): Address<DeliverablePath>,
) -> Result<Json<Deliverable>, ApiError> {
    advance(&member, path.deliverable, State::Released).await
}

/// Takes a released deliverable back.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/deliverables/{deliverable}/withdraw", tag = "deliverables",
    operation_id = "withdraw_deliverable", params(DeliverablePath),
    responses((status = 200, body = Deliverable), (status = 403, body = ErrorBody),
              (status = 409, description = "`wrong_state`", body = ErrorBody)))]
pub(crate) async fn withdraw(
    member: Member<right::ReleaseDeliverables>,
    Address(path): Address<DeliverablePath>,
) -> Result<Json<Deliverable>, ApiError> {
    advance(&member, path.deliverable, State::Withdrawn).await
}

/// Downloads a deliverable, or a part of it; each download is recorded in the audit log.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/deliverables/{deliverable}/download", tag = "deliverables",
    operation_id = "download_deliverable", params(DeliverablePath),
    responses((status = 200, description = "the package", content_type = "application/zip"),
              (status = 206, description = "a part of it", content_type = "application/zip"),
              (status = 404, body = ErrorBody), (status = 409, description = "`wrong_state`", body = ErrorBody)))]
pub(crate) async fn download(
    member: Member<right::SeeProgress>,
    Address(path): Address<DeliverablePath>,
    headers: HeaderMap,
) -> Result<Response<Bytes>, ApiError> {
    let row = visible(&member, path.deliverable).await?;
    let Some(finished) = row.finished else {
        return Err(ApiError::conflict("wrong_state", "there is no package to download yet"));
    };
    let range = headers.get("range").and_then(|range| range.to_str().ok()).unwrap_or_default();
    let number = row.number.to_string();
    // Every request is recorded, a part of the file like the whole: together they show what left the house.
    let detail = serde_json::json!({ "sha256": finished.sha256, "range": range });
    let writing = member.app.store().write().await?;
    writing.audit(member.audit("deliverable.download", &number, detail)).await?;
    writing.commit().await?;
    let file = member.app.deliverables_folder(&member.slug).join(&finished.file_name);
    let served = Served {
        path: &file,
        sha256: &finished.sha256,
        media_type: "application/zip",
        file_name: &finished.file_name,
        is_inline: false,
    };
    file_response::respond(&headers, served).await
}

/// Clients see what was released to them and nothing else.
fn may_see(role: Role, row: &DeliverableRow) -> bool {
    row.state == State::Released || role.may(Right::PrepareDeliverables)
}

async fn visible<R: Needed>(member: &Member<R>, number: i64) -> Result<DeliverableRow, ApiError> {
    let row = member.app.store().deliverable(&member.slug, number).await?;
    row.filter(|row| may_see(member.role, row)).ok_or(ApiError::NotFound)
}

/// Releases or withdraws, where the state allows it.
async fn advance<R: Needed>(member: &Member<R>, number: i64, to: State) -> Result<Json<Deliverable>, ApiError> {
    let store = member.app.store();
    let writing = store.write().await?;
    let before = writing.deliverable(&member.slug, number).await?.ok_or(ApiError::NotFound)?;
    let (allowed, action, released_at) = match to {
        State::Released => {
            let at = moment(member.app.now());
            (matches!(before.state, State::Ready | State::Withdrawn), "deliverable.release", Some(at))
        }
        _ => (before.state == State::Released, "deliverable.withdraw", before.released_at),
    };
    if !allowed {
        let state = before.state.as_str();
        return Err(ApiError::conflict("wrong_state", format!("the deliverable is {state}; that is not possible now")));
    }
    let row = writing.set_deliverable_state(&member.slug, number, to, released_at).await?;
    let sha256 = row.finished.as_ref().map(|finished| finished.sha256.clone());
    let subject = number.to_string();
    writing.audit(member.audit(action, &subject, serde_json::json!({ "sha256": sha256 }))).await?;
    writing.commit().await?;
    let change = super::events::DeliverableChange { id: number, state: to.into() };
    member.app.hub().tell(&member.slug, Event::Deliverable(change));
    Ok(Json(shown(row, &mut People::new(store)).await?))
}

async fn shown(row: DeliverableRow, people: &mut People<'_>) -> Result<Deliverable, ApiError> {
    let (created_by, _) = people.names(row.created_by).await?;
    let counted = row.finished.as_ref();
    Ok(Deliverable {
        id: row.number,
        title: row.title,
        kind: DeliverableKind::Findings,
        source: DeliverableSource { query: row.query },
        state: row.state.into(),
        created_at: row.created_at,
        created_by,
        released_at: row.released_at,
        documents: counted.map_or(0, |finished| finished.documents),
        annotations: counted.map_or(0, |finished| finished.annotations),
        files: counted.map_or(0, |finished| finished.files),
        size_bytes: counted.map(|finished| finished.size_bytes),
        sha256: counted.map(|finished| finished.sha256.clone()),
        file_name: row.finished.map(|finished| finished.file_name),
        error: row.error,
    })
}

impl From<State> for DeliverableState {
    fn from(state: State) -> Self {
        match state {
            State::Preparing => Self::Preparing,
            State::Ready => Self::Ready,
            State::Failed => Self::Failed,
            State::Released => Self::Released,
            State::Withdrawn => Self::Withdrawn,
        }
    }
}
