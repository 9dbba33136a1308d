//! `/matters/{matter}/search-history`: what a person searched for lately. Theirs alone: nobody else is shown it.

use axum::Json;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Body, ErrorBody, MatterPath};
use crate::auth::member::Needed;
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::store::{NewSearch, moment};

/// A search made before.
#[derive(Debug, Serialize, ToSchema)]
pub struct PastSearch {
    /// Its number.
    pub id: i64,
    /// The query as typed.
    pub query: String,
    /// How it was read.
    pub dialect: String,
    /// The query in canonical form.
    pub canonical: String,
    /// Documents it found then.
    pub total: u64,
    /// When.
    pub at: String,
}

/// What a person searched for in a matter.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchHistory {
    /// Whether searches are kept.
    pub is_kept: bool,
    /// Newest first, at most 200, each query once.
    pub items: Vec<PastSearch>,
}

/// Whether searches are to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HistoryChoice {
    /// Whether they are; `false` forgets what is there.
    pub is_kept: bool,
}

/// Shows what one searched for lately.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/search-history", tag = "search",
    operation_id = "search_history", params(MatterPath),
    responses((status = 200, body = SearchHistory), (status = 404, body = ErrorBody)))]
pub(crate) async fn show(member: Member<right::ReadDocuments>) -> Result<Json<SearchHistory>, ApiError> {
    Ok(Json(current(&member).await?))
}

/// Switches keeping one's searches on or off.
#[utoipa::path(put, path = "/api/v1/matters/{matter}/search-history", tag = "search",
    operation_id = "keep_search_history", params(MatterPath), request_body = HistoryChoice,
    responses((status = 200, body = SearchHistory), (status = 404, body = ErrorBody)))]
pub(crate) async fn choose(
    member: Member<right::ReadDocuments>,
    Body(choice): Body<HistoryChoice>,
) -> Result<Json<SearchHistory>, ApiError> {
    let writing = member.app.store().write().await?;
    let at = moment(member.app.now());
    writing.keep_search_history(&member.slug, member.user.id, choice.is_kept, at).await?;
    let detail = serde_json::json!({ "is_kept": choice.is_kept });
    writing.audit(member.audit("search_history.choose", &member.user.name, detail)).await?;
    writing.commit().await?;
    Ok(Json(current(&member).await?))
}

/// Forgets what one searched for.
#[utoipa::path(delete, path = "/api/v1/matters/{matter}/search-history", tag = "search",
    operation_id = "clear_search_history", params(MatterPath),
    responses((status = 204), (status = 404, body = ErrorBody)))]
pub(crate) async fn clear(member: Member<right::ReadDocuments>) -> Result<StatusCode, ApiError> {
    let writing = member.app.store().write().await?;
    writing.clear_search_history(&member.slug, member.user.id).await?;
    writing.audit(member.audit("search_history.clear", &member.user.name, serde_json::json!({}))).await?;
    writing.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Keeps a search, if the person wants that.
pub(super) async fn remember<R: Needed>(member: &Member<R>, new: NewSearch<'_>) -> Result<(), ApiError> {
    let store = member.app.store();
    if new.query.trim().is_empty() || !store.keeps_search_history(&member.slug, member.user.id).await? {
        return Ok(());
    }
    let writing = store.write().await?;
    writing.add_search(&member.slug, member.user.id, new, moment(member.app.now())).await?;
    Ok(writing.commit().await?)
}

async fn current<R: Needed>(member: &Member<R>) -> Result<SearchHistory, ApiError> {
    let store = member.app.store();
    let rows = store.search_history(&member.slug, member.user.id).await?;
    let items = rows.into_iter().map(|row| PastSearch {
        id: row.id,
        query: row.query,
        dialect: row.dialect,
        canonical: row.canonical,
        total: row.total,
        at: row.at,
    });
    let is_kept = store.keeps_search_history(&member.slug, member.user.id).await?;
    Ok(SearchHistory { is_kept, items: items.collect() })
}
