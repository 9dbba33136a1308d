//! `/matters/{matter}/document-lists`: documents kept under a name, which `list:"…"` in a query means.

#![expect(unused_qualifications, reason = "the description of parameters is written out by a macro")]

use axum::Json;
use axum::http::StatusCode;
use redwell_search::DocumentSet;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::saved_searches::name;
use super::search::dialect;
use super::selection::Selection;
use super::{Address, Body, ErrorBody, MatterPath, People, blocking};
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::matter::find::{self, Known, Question};
use crate::matter::kept::Kept;
use crate::store::{DocumentList as Row, NewDocumentList as NewRow, moment};

/// The list in an address.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct DocumentListPath {
    /// The matter's short name.
    pub matter: String,
    /// The list's name.
    pub list: String,
}

/// Documents kept under a name.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentList {
    /// Its name.
    pub name: String,
    /// How many documents it has.
    pub documents: u64,
    /// Who kept it as it is, by sign-in name.
    pub by: String,
    /// When.
    pub at: String,
}

/// The lists of a matter.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentLists {
    /// By name.
    pub items: Vec<DocumentList>,
}

/// Documents to keep: by their numbers, or those a query finds now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDocumentList {
    /// What the list is to be called; one of that name is replaced.
    pub name: String,
    /// Control numbers.
    #[serde(default)]
    #[schema(required = false)]
    pub control_numbers: Vec<String>,
    /// A query; what it finds now is kept.
    #[schema(nullable = false)]
    pub query: Option<String>,
    /// How the query is read; `redwell` unless given.
    #[schema(nullable = false)]
    pub dialect: Option<String>,
    /// Documents selected.
    #[schema(nullable = false)]
    pub selection: Option<Selection>,
    /// Whether the documents are added to what the list has, instead of taking its place.
    #[serde(default)]
    #[schema(required = false)]
    pub add: bool,
}

/// Lists the lists of documents.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/document-lists", tag = "search",
    operation_id = "list_document_lists", params(MatterPath),
    responses((status = 200, body = DocumentLists), (status = 404, body = ErrorBody)))]
pub(crate) async fn list(member: Member<right::ReadDocuments>) -> Result<Json<DocumentLists>, ApiError> {
    let mut people = People::new(member.app.store());
    let mut items = Vec::new();
    for row in member.app.store().document_lists(&member.slug).await? {
        items.push(shown(row, &mut people).await?);
    }
    Ok(Json(DocumentLists { items }))
}

/// Keeps a list of documents.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/document-lists", tag = "search",
    operation_id = "keep_document_list", params(MatterPath), request_body = NewDocumentList,
    responses((status = 201, body = DocumentList), (status = 403, body = ErrorBody),
              (status = 422, description = "`bad_query`, `bad_name` or `bad_control_number`", body = ErrorBody)))]
pub(crate) async fn keep(
    member: Member<right::PrepareDeliverables>,
    Body(new): Body<NewDocumentList>,
) -> Result<(StatusCode, Json<DocumentList>), ApiError> {
    let name = name(&new.name)?;
    let (open, store) = (member.open().await?, member.app.store());
    let mut documents = DocumentSet::new();
    for number in &new.control_numbers {
        let unknown = || {
            let message = format!("`{number}` is no control number of this matter; take it out of the list");
            ApiError::unprocessable("bad_control_number", message)
        };
        documents.insert(open.ordinal(number.trim()).ok_or_else(unknown)?);
    }
    if let Some(query) = new.query {
        let question = Question { query, dialect: dialect(new.dialect.as_deref())?, ..Question::default() };
        let (review, vocabulary) = (open.review(store).await?, open.vocabulary(store).await?);
        let asked = (question.dialect, question.query.as_str());
        let kept = Kept::named_in(store, &member.slug, Some(member.user.id), asked).await?;
        let found = blocking(move || {
            let facts = open.facts()?;
            let known = Known { facts: &facts, review: &review, vocabulary: &vocabulary, kept: &kept };
            let understood = find::understand(&question, known, &open)?;
            Ok::<_, ApiError>(open.engine().documents(&understood.query, None)?)
        });
        documents |= found.await??;
    }
    if let Some(selection) = new.selection {
        documents |= selection.answer(&member, |_, _, selected| Ok(selected.all)).await?;
    }
    let at = moment(member.app.now());
    let writing = store.write().await?;
    if new.add
        && let Some(before) = writing.document_list(&member.slug, &name).await?
    {
        documents |= before.documents;
    }
    let row = Row { name, documents, user_id: member.user.id, at: at.clone() };
    let (matter, user_id) = (&member.slug, member.user.id);
    let new = NewRow { matter, name: &row.name, documents: Some(&row.documents), user_id, at };
    writing.add_document_list(new).await?;
    let detail = serde_json::json!({ "documents": row.documents.len() });
    writing.audit(member.audit("document_list.keep", &row.name, detail)).await?;
    writing.commit().await?;
    Ok((StatusCode::CREATED, Json(shown(row, &mut People::new(store)).await?)))
}

/// Deletes a list of documents; the documents stay.
#[utoipa::path(delete, path = "/api/v1/matters/{matter}/document-lists/{list}", tag = "search",
    operation_id = "delete_document_list", params(DocumentListPath),
    responses((status = 204), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub(crate) async fn delete(
    member: Member<right::PrepareDeliverables>,
    Address(path): Address<DocumentListPath>,
) -> Result<StatusCode, ApiError> {
    let writing = member.app.store().write().await?;
    writing.document_list(&member.slug, &path.list).await?.ok_or(ApiError::NotFound)?;
    let at = moment(member.app.now());
    let gone = NewRow { matter: &member.slug, name: &path.list, documents: None, user_id: member.user.id, at };
    writing.add_document_list(gone).await?;
    writing.audit(member.audit("document_list.delete", &path.list, serde_json::json!({}))).await?;
    writing.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn shown(row: Row, people: &mut People<'_>) -> Result<DocumentList, ApiError> {
    let (by, _) = people.names(row.user_id).await?;
    Ok(DocumentList { name: row.name, documents: row.documents.len(), by, at: row.at })
}
