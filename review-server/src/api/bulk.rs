//! `/matters/{matter}/bulk`: coding many documents at once, watching it, and taking it back as a whole.

#![expect(unused_qualifications, reason = "the description of parameters is written out by a macro")]

use axum::Json;
use axum::http::StatusCode;
use redwell_model::Right;
use redwell_search::DocumentSet;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::coding::{check_concepts, check_request_id, decided};
use super::selection::{Selected, Selection};
use super::{Address, Body, ErrorBody, MatterPath, People};
use crate::auth::member::Needed;
use crate::auth::{Member, right};
use crate::bulk;
use crate::error::ApiError;
use crate::review::bulk::effective;
use crate::store::{BulkAction as Row, BulkOrder, NewBulkAction, moment};

/// The bulk action in an address.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct BulkPath {
    /// The matter's short name.
    pub matter: String,
    /// The action's number.
    pub action: i64,
}

/// What is to be decided on the documents selected.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkRequest {
    /// On which documents.
    pub selection: Selection,
    /// IRIs of concepts to record.
    #[serde(default)]
    #[schema(required = false)]
    pub set: Vec<String>,
    /// IRIs of concepts to take back.
    #[serde(default)]
    #[schema(required = false)]
    pub clear: Vec<String>,
    /// Anything the client makes up once per action; a repetition is not a second action.
    pub request_id: String,
}

/// What a bulk action would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkPreview {
    /// Documents selected.
    pub selected: u64,
    /// Documents meant, with families and duplicates when these are asked for.
    pub documents: u64,
    /// Documents that would be changed.
    pub changed: u64,
    /// Documents that are so already.
    pub kept: u64,
    /// Families of which some members are meant, but not all.
    pub families_in_part: u64,
}

/// A bulk action.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkAction {
    /// Its number in the matter.
    pub id: i64,
    /// Who ordered it, by sign-in name.
    pub by: String,
    /// The name shown to others.
    pub by_name: String,
    /// When.
    pub at: String,
    /// IRIs of concepts recorded.
    pub set: Vec<String>,
    /// IRIs of concepts taken back.
    pub clear: Vec<String>,
    /// The action it takes back, when it is an undo.
    pub undoes: Option<i64>,
    /// The action that takes it back, once somebody did.
    pub undone_by: Option<i64>,
    /// Documents it is about.
    pub documents: u64,
    /// Documents looked at so far.
    pub done: u64,
    /// Documents changed so far.
    pub changed: u64,
    /// Documents left: they were so already, or, for an undo, somebody decided otherwise since.
    pub kept: u64,
    /// Whether it is still at work.
    pub is_running: bool,
    /// Whether the person asking may take it back.
    pub may_undo: bool,
}

/// Bulk actions.
#[derive(Debug, Serialize, ToSchema)]
pub struct BulkActions {
    /// The newest fifty, newest first.
    pub items: Vec<BulkAction>,
}

/// Says what a bulk action would do.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/bulk/preview", tag = "review", operation_id = "preview_bulk",
    params(MatterPath), request_body = BulkRequest,
    responses((status = 200, body = BulkPreview), (status = 403, body = ErrorBody),
              (status = 422, description = "`nothing_selected` or `unknown_concept`", body = ErrorBody)))]
pub(crate) async fn preview(
    member: Member<right::Code>,
    Body(request): Body<BulkRequest>,
) -> Result<Json<BulkPreview>, ApiError> {
    let BulkRequest { selection, set, clear, .. } = request;
    let answer = selection.answer(&member, move |_, known, Selected { own, all }| {
        let changes = |ordinal: &u32| !effective(known.review, *ordinal, &set, &clear).is_empty();
        let changed = all.iter().filter(changes).count() as u64;
        Ok(BulkPreview {
            selected: own.len(),
            documents: all.len(),
            changed,
            kept: all.len() - changed,
            families_in_part: known.facts.families_in_part(&all),
        })
    });
    Ok(Json(answer.await?))
}

/// Begins to code many documents. What comes of it is asked for by number, and told to open browsers.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/bulk", tag = "review", operation_id = "begin_bulk",
    params(MatterPath), request_body = BulkRequest,
    responses((status = 202, body = BulkAction), (status = 403, body = ErrorBody),
              (status = 422, description = "`nothing_selected`, `unknown_concept` or `empty_decision`",
               body = ErrorBody)))]
pub(crate) async fn begin(
    member: Member<right::Code>,
    Body(request): Body<BulkRequest>,
) -> Result<(StatusCode, Json<BulkAction>), ApiError> {
    let BulkRequest { selection, set, clear, request_id } = request;
    check_request_id(&request_id)?;
    decided(set.clone(), clear.clone())?;
    let open = member.open().await?;
    check_concepts(&set, &*open.vocabulary(member.app.store()).await?)?;
    let documents = selection.answer(&member, |_, _, selected| Ok(selected.all)).await?;
    ordered(&member, BulkOrder::Code { set, clear }, &documents, &request_id).await
}

/// Takes a bulk action back: what it decided is undone wherever nobody decided otherwise since. An undo can be taken
/// back like any other action.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/bulk/{action}/undo", tag = "review", operation_id = "undo_bulk",
    params(BulkPath),
    responses((status = 202, body = BulkAction), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 409, description = "`still_running` or `already_undone`", body = ErrorBody)))]
pub(crate) async fn undo(
    member: Member<right::Code>,
    Address(path): Address<BulkPath>,
) -> Result<(StatusCode, Json<BulkAction>), ApiError> {
    let store = member.app.store();
    let row = store.bulk_action(&member.slug, path.action).await?.ok_or(ApiError::NotFound)?;
    if !may_undo(&member, &row) {
        return Err(ApiError::NotPermitted);
    }
    if row.is_running {
        return Err(ApiError::conflict("still_running", "the action is still at work; wait for its end"));
    }
    let documents = store.documents_of_bulk(&member.slug, row.user_id, row.number).await?;
    // An action is taken back once, whoever asks for it and however often.
    if store.undo_of(&member.slug, row.number).await?.is_some() {
        return Err(ApiError::conflict("already_undone", "the action was taken back already"));
    }
    let request_id = format!("undo:{}", row.number);
    ordered(&member, BulkOrder::Undo(row.number), &documents, &request_id).await
}

/// Lists bulk actions.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/bulk", tag = "review", operation_id = "list_bulk",
    params(MatterPath), responses((status = 200, body = BulkActions), (status = 404, body = ErrorBody)))]
pub(crate) async fn list(member: Member<right::ReadDocuments>) -> Result<Json<BulkActions>, ApiError> {
    let mut people = People::new(member.app.store());
    let mut items = Vec::new();
    for row in member.app.store().bulk_actions(&member.slug).await? {
        items.push(shown(&member, row, &mut people).await?);
    }
    Ok(Json(BulkActions { items }))
}

/// Shows how far a bulk action came.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/bulk/{action}", tag = "review", operation_id = "show_bulk",
    params(BulkPath), responses((status = 200, body = BulkAction), (status = 404, body = ErrorBody)))]
pub(crate) async fn show(
    member: Member<right::ReadDocuments>,
    Address(path): Address<BulkPath>,
) -> Result<Json<BulkAction>, ApiError> {
    let row = member.app.store().bulk_action(&member.slug, path.action).await?.ok_or(ApiError::NotFound)?;
    Ok(Json(shown(&member, row, &mut People::new(member.app.store())).await?))
}

async fn ordered<R: Needed>(
    member: &Member<R>,
    order: BulkOrder,
    documents: &DocumentSet,
    request_id: &str,
) -> Result<(StatusCode, Json<BulkAction>), ApiError> {
    let (app, slug, at) = (&member.app, &member.slug, moment(member.app.now()));
    let writing = app.store().write().await?;
    let new = NewBulkAction { matter: slug, user_id: member.user.id, at, request_id, order: &order, documents };
    let (number, is_new) = writing.add_bulk_action(new).await?;
    if is_new {
        let detail = match &order {
            BulkOrder::Code { set, clear } => {
                serde_json::json!({ "documents": documents.len(), "set": set, "clear": clear })
            }
            BulkOrder::Undo(other) => serde_json::json!({ "documents": documents.len(), "undoes": other }),
        };
        writing.audit(member.audit("bulk.begin", &number.to_string(), detail)).await?;
        writing.commit().await?;
        drop(bulk::start(app, slug, number));
    } else {
        drop(writing);
    }
    let row = app.store().bulk_action(slug, number).await?.ok_or(ApiError::NotFound)?;
    Ok((StatusCode::ACCEPTED, Json(shown(member, row, &mut People::new(app.store())).await?)))
}

/// One's own, and everybody's for who oversees the review.
fn may_undo<R: Needed>(member: &Member<R>, row: &Row) -> bool {
    member.role.may(Right::Code) && (row.user_id == member.user.id || member.role.may(Right::ReadAudit))
}

async fn shown<R: Needed>(member: &Member<R>, row: Row, people: &mut People<'_>) -> Result<BulkAction, ApiError> {
    let (by, by_name) = people.names(row.user_id).await?;
    let undone_by = member.app.store().undo_of(&member.slug, row.number).await?;
    let may_undo = may_undo(member, &row) && !row.is_running && undone_by.is_none() && row.progress.changed > 0;
    let (set, clear, undoes) = match row.order {
        BulkOrder::Code { set, clear } => (set, clear, None),
        BulkOrder::Undo(other) => (Vec::new(), Vec::new(), Some(other)),
    };
    Ok(BulkAction {
        id: row.number,
        by,
        by_name,
        at: row.at,
        set,
        clear,
        undoes,
        undone_by,
        documents: row.documents.len(),
        done: row.progress.done,
        changed: row.progress.changed,
        kept: row.progress.kept,
        is_running: row.is_running,
        may_undo,
    })
}
