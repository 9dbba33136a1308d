//! `/matters/{matter}/saved-searches`: searches kept under a name, for oneself or for everybody on the matter.

#![expect(unused_qualifications, reason = "the description of parameters is written out by a macro")]

use axum::Json;
use axum::http::StatusCode;
use redwell_model::Right;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::filters::Filters;
use super::search::{SortName, dialect, order};
use super::{Address, Body, ErrorBody, MatterPath, People, subscriptions};
use crate::auth::member::Needed;
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::store::{SavedSearch as Row, SavedSearchContent, SavedSearchKind, Writing, moment};

/// Characters of a name of something kept.
const NAME_CHARS: usize = 120;

/// The saved search in an address.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct SavedSearchPath {
    /// The matter's short name.
    pub matter: String,
    /// The saved search's number.
    pub saved_search: i64,
}

/// A search kept under a name.
#[derive(Debug, Serialize, ToSchema)]
pub struct SavedSearch {
    /// Its number in the matter.
    pub id: i64,
    /// What it is called; `saved:"…"` in a query means it.
    pub name: String,
    /// The query as typed.
    pub query: String,
    /// How it is read.
    pub dialect: String,
    /// The query in canonical form.
    pub canonical: String,
    /// Values documents must have besides; `saved:"…"` leaves them out.
    pub filters: Filters,
    /// In which order documents are given.
    pub sort: Vec<SortName>,
    /// Whether everybody on the matter sees it.
    pub is_shared: bool,
    /// Whether it is the asking person's own.
    pub is_own: bool,
    /// Who saved it, by sign-in name.
    pub owner: String,
    /// When it was saved.
    pub created_at: String,
    /// When it was changed last.
    pub changed_at: String,
    /// Documents it finds that the person asking has not seen yet; absent when they are not told of new matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub new_documents: Option<u64>,
    /// Why new matches cannot be told, a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub new_problem: Option<String>,
}

/// The saved searches a person sees.
#[derive(Debug, Serialize, ToSchema)]
pub struct SavedSearchList {
    /// By name.
    pub items: Vec<SavedSearch>,
}

/// A search to save.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSavedSearch {
    /// What it is to be called.
    pub name: String,
    /// The query as typed.
    #[serde(default)]
    pub query: String,
    /// How it is read; `redwell` unless given.
    #[schema(nullable = false)]
    pub dialect: Option<String>,
    /// Values documents must have besides.
    #[serde(default)]
    #[schema(required = false)]
    pub filters: Filters,
    /// In which order documents are given.
    #[serde(default)]
    #[schema(required = false)]
    pub sort: Vec<SortName>,
    /// Whether everybody on the matter is to see it; who leads the review may share.
    #[serde(default)]
    #[schema(required = false)]
    pub is_shared: bool,
}

/// What to change of a saved search; what is left out stays.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SavedSearchChange {
    /// What it is to be called.
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// The query as typed.
    #[schema(nullable = false)]
    pub query: Option<String>,
    /// How it is read.
    #[schema(nullable = false)]
    pub dialect: Option<String>,
    /// Values documents must have besides.
    #[schema(nullable = false)]
    pub filters: Option<Filters>,
    /// In which order documents are given.
    #[schema(nullable = false)]
    pub sort: Option<Vec<SortName>>,
    /// Whether everybody on the matter is to see it.
    #[schema(nullable = false)]
    pub is_shared: Option<bool>,
}

/// Lists saved searches: one's own, and those shared.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/saved-searches", tag = "search",
    operation_id = "list_saved_searches", params(MatterPath),
    responses((status = 200, body = SavedSearchList), (status = 404, body = ErrorBody)))]
pub(crate) async fn list(member: Member<right::ReadDocuments>) -> Result<Json<SavedSearchList>, ApiError> {
    let mut people = People::new(member.app.store());
    let mut items = Vec::new();
    let marks = member.app.store().search_marks(&member.slug, member.user.id).await?;
    for row in member.app.store().saved_searches(&member.slug, member.user.id).await? {
        let new = subscriptions::new_of(&member, &row, &marks).await;
        let mut item = shown(row, member.user.id, &mut people).await?;
        match new {
            Ok(new) => item.new_documents = new.map(|documents| documents.len()),
            Err(ApiError::Internal(cause)) => return Err(ApiError::Internal(cause)),
            Err(other) => item.new_problem = Some(other.to_string()),
        }
        items.push(item);
    }
    Ok(Json(SavedSearchList { items }))
}

/// Saves a search.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/saved-searches", tag = "search",
    operation_id = "save_search", params(MatterPath), request_body = NewSavedSearch,
    responses((status = 201, body = SavedSearch), (status = 403, body = ErrorBody),
              (status = 409, description = "`name_taken`", body = ErrorBody),
              (status = 422, description = "`bad_query` or `bad_name`", body = ErrorBody)))]
pub(crate) async fn save(
    member: Member<right::ReadDocuments>,
    Body(new): Body<NewSavedSearch>,
) -> Result<(StatusCode, Json<SavedSearch>), ApiError> {
    let dialect = dialect(new.dialect.as_deref())?;
    order(&new.sort)?;
    let content = SavedSearchContent {
        name: name(&new.name)?,
        canonical: redwell_search::parse(dialect, &new.query)?.canonical,
        query: new.query,
        dialect: dialect.as_str().to_owned(),
        filters: json(new.filters),
        sort: sort_text(&new.sort),
        is_shared: new.is_shared,
    };
    let row = put(&member, None, content).await?;
    Ok((StatusCode::CREATED, Json(shown(row, member.user.id, &mut People::new(member.app.store())).await?)))
}

/// Renames, changes or shares a saved search of one's own.
#[utoipa::path(patch, path = "/api/v1/matters/{matter}/saved-searches/{saved_search}", tag = "search",
    operation_id = "change_saved_search", params(SavedSearchPath), request_body = SavedSearchChange,
    responses((status = 200, body = SavedSearch), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 409, description = "`name_taken`", body = ErrorBody),
              (status = 422, description = "`bad_query` or `bad_name`", body = ErrorBody)))]
pub(crate) async fn change(
    member: Member<right::ReadDocuments>,
    Address(path): Address<SavedSearchPath>,
    Body(wanted): Body<SavedSearchChange>,
) -> Result<Json<SavedSearch>, ApiError> {
    let before = own(&member, path.saved_search).await?;
    let mut content = before.content;
    if let Some(new) = &wanted.name {
        content.name = name(new)?;
    }
    let chosen = dialect(Some(wanted.dialect.as_deref().unwrap_or(&content.dialect)))?;
    content.query = wanted.query.unwrap_or(content.query);
    content.canonical = redwell_search::parse(chosen, &content.query)?.canonical;
    content.dialect = chosen.as_str().to_owned();
    content.filters = wanted.filters.map_or(content.filters, json);
    order(wanted.sort.as_deref().unwrap_or_default())?;
    content.sort = wanted.sort.map_or(content.sort, |sort| sort_text(&sort));
    content.is_shared = wanted.is_shared.unwrap_or(content.is_shared);
    let row = put(&member, Some(path.saved_search), content).await?;
    Ok(Json(shown(row, member.user.id, &mut People::new(member.app.store())).await?))
}

/// Deletes a saved search of one's own.
#[utoipa::path(delete, path = "/api/v1/matters/{matter}/saved-searches/{saved_search}", tag = "search",
    operation_id = "delete_saved_search", params(SavedSearchPath),
    responses((status = 204), (status = 404, body = ErrorBody)))]
pub(crate) async fn delete(
    member: Member<right::ReadDocuments>,
    Address(path): Address<SavedSearchPath>,
) -> Result<StatusCode, ApiError> {
    let row = own(&member, path.saved_search).await?;
    let writing = member.app.store().write().await?;
    let (what, at) = ((Some(row.number), SavedSearchKind::Deleted), moment(member.app.now()));
    writing.add_saved_search(&member.slug, what, &row.content, member.user.id, at).await?;
    record(&member, &writing, "saved_search.delete", row.number, &row.content).await?;
    writing.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A name for something kept, as it can stand between quotes in a query.
pub(super) fn name(wanted: &str) -> Result<String, ApiError> {
    let name = wanted.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.is_empty() || name.chars().count() > NAME_CHARS || name.contains(['"', '\\', '“', '”', '„', '«', '»'])
    {
        return Err(ApiError::unprocessable("bad_name", "a name has 1 to 120 characters and no quotes or `\\`"));
    }
    Ok(name)
}

/// The saved search of this number, which must be the person's own.
async fn own<R: Needed>(member: &Member<R>, number: i64) -> Result<Row, ApiError> {
    let all = member.app.store().saved_searches(&member.slug, member.user.id).await?;
    let row = all.into_iter().find(|row| row.number == number).ok_or(ApiError::NotFound)?;
    if row.owner == member.user.id { Ok(row) } else { Err(ApiError::NotPermitted) }
}

async fn put<R: Needed>(member: &Member<R>, number: Option<i64>, content: SavedSearchContent) -> Result<Row, ApiError> {
    if content.is_shared && !member.role.may(Right::PrepareDeliverables) {
        return Err(ApiError::NotPermitted);
    }
    let writing = member.app.store().write().await?;
    let all = writing.all_saved_searches(&member.slug).await?;
    // Everybody's names are their own; names shared are everybody's.
    let beside = |row: &&Row| row.owner == member.user.id || (row.content.is_shared && content.is_shared);
    if all.iter().filter(beside).any(|row| Some(row.number) != number && row.content.name == content.name) {
        return Err(ApiError::conflict("name_taken", "a saved search of that name is there already; choose another"));
    }
    let (kind, action) = match number {
        Some(_) => (SavedSearchKind::Changed, "saved_search.change"),
        None => (SavedSearchKind::Saved, "saved_search.save"),
    };
    let at = moment(member.app.now());
    let what = (number, kind);
    let number = writing.add_saved_search(&member.slug, what, &content, member.user.id, at).await?;
    record(member, &writing, action, number, &content).await?;
    let all = writing.all_saved_searches(&member.slug).await?;
    writing.commit().await?;
    all.into_iter().find(|row| row.number == number).ok_or(ApiError::NotFound)
}

async fn record<R: Needed>(
    member: &Member<R>,
    writing: &Writing<'_>,
    action: &str,
    number: i64,
    content: &SavedSearchContent,
) -> Result<(), ApiError> {
    let detail =
        serde_json::json!({ "name": content.name, "canonical": content.canonical, "is_shared": content.is_shared });
    writing.audit(member.audit(action, &number.to_string(), detail)).await?;
    Ok(())
}

pub(super) async fn shown(row: Row, asking: i64, people: &mut People<'_>) -> Result<SavedSearch, ApiError> {
    let (owner, _) = people.names(row.owner).await?;
    let content = row.content;
    Ok(SavedSearch {
        id: row.number,
        name: content.name,
        query: content.query,
        dialect: content.dialect,
        canonical: content.canonical,
        filters: Filters::kept(&content.filters),
        sort: content.sort.split(',').filter_map(SortName::named).collect(),
        is_shared: content.is_shared,
        is_own: row.owner == asking,
        owner,
        created_at: row.created_at,
        changed_at: row.changed_at,
        new_documents: None,
        new_problem: None,
    })
}

fn json(mut filters: Filters) -> String {
    // What was new to somebody once is nothing to keep.
    filters.new.clear();
    serde_json::to_string(&filters).expect("filters are lists of texts")
}

/// An order as it is kept: the names of its keys with commas between.
fn sort_text(sort: &[SortName]) -> String {
    sort.iter().map(|sort| sort.as_str()).collect::<Vec<_>>().join(",")
}
