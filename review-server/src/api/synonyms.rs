//! `/matters/{matter}/synonyms`: words that mean the same, searched for where a query asks for it by `syn(…)`.

use axum::Json;
use redwell_search::{Query, Synonyms, synonyms};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use super::{Body, ErrorBody, MatterPath, People};
use crate::auth::member::Needed;
use crate::auth::{Member, right};
use crate::csv;
use crate::error::ApiError;
use crate::file_response::{MadeHeaders, made};
use crate::store::{Store, StoreError, SynonymList as Row, moment};

/// Groups of words and phrases that mean the same.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct SynonymList {
    /// Tells this list from those before it; 0 before there is one.
    pub version: i64,
    /// The groups.
    pub groups: Vec<Vec<String>>,
    /// Who wrote it, by sign-in name; `-` on the command line; absent before there is one.
    pub by: Option<String>,
    /// When.
    pub at: Option<String>,
}

/// A list to put in the place of the matter's.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewSynonymList {
    /// The version that was changed; when another is there by now, nothing is written.
    pub version: i64,
    /// The groups; empty ones count as lines when a mistake is told, and are not kept.
    pub groups: Vec<Vec<String>>,
}

/// Shows the list of synonyms.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/synonyms", tag = "search", operation_id = "show_synonyms",
    params(MatterPath), responses((status = 200, body = SynonymList), (status = 404, body = ErrorBody)))]
pub(crate) async fn show(member: Member<right::ReadDocuments>) -> Result<Json<SynonymList>, ApiError> {
    let store = member.app.store();
    Ok(Json(shown(store.synonyms(&member.slug).await?, store).await?))
}

/// Puts a list of synonyms in the place of the matter's.
#[utoipa::path(put, path = "/api/v1/matters/{matter}/synonyms", tag = "search", operation_id = "put_synonyms",
    params(MatterPath), request_body = NewSynonymList,
    responses((status = 200, body = SynonymList), (status = 403, body = ErrorBody),
              (status = 409, description = "`changed_meanwhile`", body = ErrorBody),
              (status = 422, description = "`bad_synonyms`", body = ErrorBody)))]
pub(crate) async fn put(
    member: Member<right::ManageTaxonomies>,
    Body(new): Body<NewSynonymList>,
) -> Result<Json<SynonymList>, ApiError> {
    let synonyms = Synonyms::new(&new.groups)?;
    let store = member.app.store();
    let writing = store.write().await?;
    let before = writing.synonyms(&member.slug).await?;
    if before.as_ref().map_or(0, |before| before.version) != new.version {
        let message = "somebody else changed the list meanwhile; look at it again before you change it";
        return Err(ApiError::conflict("changed_meanwhile", message));
    }
    writing.put_synonyms(&member.slug, &synonyms, Some(member.user.id), moment(member.app.now())).await?;
    let detail =
        json!({ "groups": synonyms.groups().len(), "was": before.map(|before| before.synonyms.groups().len()) });
    writing.audit(member.audit("synonyms.put", member.slug.as_str(), detail)).await?;
    writing.commit().await?;
    Ok(Json(shown(store.synonyms(&member.slug).await?, store).await?))
}

/// Gives the list as a CSV: one group a row, one word or phrase a cell. `redwell synonyms import` reads it.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/synonyms/export", tag = "search",
    operation_id = "export_synonyms", params(MatterPath),
    responses((status = 200, description = "a table", content_type = "text/csv"), (status = 404, body = ErrorBody)))]
pub(crate) async fn export(member: Member<right::ReadDocuments>) -> Result<(MadeHeaders, String), ApiError> {
    let list = list_of(&member).await?;
    let headers = made("text/csv; charset=utf-8", &format!("{}-synonyms.csv", member.slug));
    Ok((headers, format!("{}{}", csv::BEGIN, list.to_csv())))
}

/// The matter's list where a query asks for synonyms; an empty one where it does not, or where there is none.
pub(super) async fn asked_for<R: Needed>(member: &Member<R>, query: &Query) -> Result<Synonyms, StoreError> {
    if synonyms::asked_for(query).is_empty() {
        return Ok(Synonyms::default());
    }
    list_of(member).await
}

/// The matter's list; an empty one where there is none.
pub(super) async fn list_of<R: Needed>(member: &Member<R>) -> Result<Synonyms, StoreError> {
    Ok(member.app.store().synonyms(&member.slug).await?.map(|row| row.synonyms).unwrap_or_default())
}

async fn shown(row: Option<Row>, store: &Store) -> Result<SynonymList, StoreError> {
    let Some(row) = row else { return Ok(SynonymList::default()) };
    let by = match row.user_id {
        Some(user) => People::new(store).names(user).await?.0,
        None => "-".to_owned(),
    };
    let groups = row.synonyms.groups().to_vec();
    Ok(SynonymList { version: row.version, groups, by: Some(by), at: Some(row.at) })
}
