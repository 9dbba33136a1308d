//! `…/saved-searches/{saved_search}/subscription` and `…/seen`: being told of new matches of a saved search.
//!
//! What is new is what the search finds now and its subscriber has not seen: computed when asked, exact, sent to nobody.

use axum::Json;
use axum::http::StatusCode;
use redwell_search::DocumentSet;
use serde::Serialize;
use utoipa::ToSchema;

use super::asked::{Asked, QuestionBody};
use super::filters::{Filters, mark_name};
use super::saved_searches::SavedSearchPath;
use super::{Address, ErrorBody};
use crate::auth::member::Needed;
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::store::{SavedSearch, SearchMark, moment};

/// New matches that were looked at, and count as seen from now on.
#[derive(Debug, Serialize, ToSchema)]
pub struct SeenMatches {
    /// What `new` of filters names to find exactly these documents again; absent when there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub new: Option<String>,
    /// How many they are.
    pub documents: u64,
}

/// Begins to tell of new matches; what matches now counts as seen.
#[utoipa::path(put, path = "/api/v1/matters/{matter}/saved-searches/{saved_search}/subscription", tag = "search",
    operation_id = "follow_saved_search", params(SavedSearchPath),
    responses((status = 204), (status = 404, body = ErrorBody),
              (status = 422, description = "`bad_query`: the search cannot be asked", body = ErrorBody)))]
pub(crate) async fn follow(
    member: Member<right::ReadDocuments>,
    Address(path): Address<SavedSearchPath>,
) -> Result<StatusCode, ApiError> {
    let (row, marks) = named(&member, path.saved_search).await?;
    if marks.is_empty() {
        let documents = found(&member, &row).await?;
        add(&member, SearchMark { search: row.number, mark: 0, documents }).await?;
    }
    Ok(StatusCode::NO_CONTENT)
}

/// Stops to tell of new matches.
#[utoipa::path(delete, path = "/api/v1/matters/{matter}/saved-searches/{saved_search}/subscription", tag = "search",
    operation_id = "unfollow_saved_search", params(SavedSearchPath),
    responses((status = 204), (status = 404, body = ErrorBody)))]
pub(crate) async fn unfollow(
    member: Member<right::ReadDocuments>,
    Address(path): Address<SavedSearchPath>,
) -> Result<StatusCode, ApiError> {
    let (row, _) = named(&member, path.saved_search).await?;
    let writing = member.app.store().write().await?;
    writing.remove_search_marks(&member.slug, member.user.id, row.number).await?;
    writing.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Counts the new matches as seen, and says how to find exactly them.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/saved-searches/{saved_search}/seen", tag = "search",
    operation_id = "see_new_matches", params(SavedSearchPath),
    responses((status = 200, body = SeenMatches), (status = 404, body = ErrorBody),
              (status = 409, description = "`not_followed`", body = ErrorBody)))]
pub(crate) async fn seen(
    member: Member<right::ReadDocuments>,
    Address(path): Address<SavedSearchPath>,
) -> Result<Json<SeenMatches>, ApiError> {
    let (row, marks) = named(&member, path.saved_search).await?;
    let documents = new_of(&member, &row, &marks).await?;
    let not_followed = || ApiError::conflict("not_followed", "you are not told of new matches of this saved search");
    let documents = documents.ok_or_else(not_followed)?;
    let count = documents.len();
    if count == 0 {
        return Ok(Json(SeenMatches { new: None, documents: 0 }));
    }
    let mark = marks.iter().map(|own| own.mark).max().unwrap_or_default() + 1;
    add(&member, SearchMark { search: row.number, mark, documents }).await?;
    Ok(Json(SeenMatches { new: Some(mark_name((row.number, mark))), documents: count }))
}

/// What a saved search finds now that the person asking has not seen; nothing when they are not told of it.
pub(super) async fn new_of<R: Needed>(
    member: &Member<R>,
    row: &SavedSearch,
    marks: &[SearchMark],
) -> Result<Option<DocumentSet>, ApiError> {
    let mut seen: Option<DocumentSet> = None;
    for mark in marks {
        if mark.search == row.number {
            *seen.get_or_insert_default() |= &mark.documents;
        }
    }
    let Some(seen) = seen else { return Ok(None) };
    Ok(Some(found(member, row).await? - seen))
}

/// What a saved search finds now.
async fn found<R: Needed>(member: &Member<R>, row: &SavedSearch) -> Result<DocumentSet, ApiError> {
    let body = QuestionBody {
        query: row.content.query.clone(),
        dialect: Some(row.content.dialect.clone()),
        filters: Filters::kept(&row.content.filters),
    };
    let asked = Asked::by(member, body).await?;
    let answer = asked
        .answer(|open, _, understood| Ok(open.engine().documents(&understood.query, understood.within.as_ref())?));
    answer.await
}

/// The saved search of this number as the person sees it, and their marks of it.
async fn named<R: Needed>(member: &Member<R>, number: i64) -> Result<(SavedSearch, Vec<SearchMark>), ApiError> {
    let store = member.app.store();
    let all = store.saved_searches(&member.slug, member.user.id).await?;
    let row = all.into_iter().find(|row| row.number == number).ok_or(ApiError::NotFound)?;
    let mut marks = store.search_marks(&member.slug, member.user.id).await?;
    marks.retain(|mark| mark.search == number);
    Ok((row, marks))
}

async fn add<R: Needed>(member: &Member<R>, mark: SearchMark) -> Result<(), ApiError> {
    let writing = member.app.store().write().await?;
    let at = moment(member.app.now());
    writing.add_search_mark(&member.slug, member.user.id, &mark, at).await?;
    writing.commit().await?;
    Ok(())
}
