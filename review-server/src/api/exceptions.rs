//! `/matters/{matter}/exceptions`: what went less than perfectly in processing.

use axum::Json;
use redwell_indexer::matter_folder::ExceptionRow;
use serde::Serialize;
use utoipa::ToSchema;

use super::search::page_size;
use super::{Asked, ErrorBody, MatterPath, PageQuery, bad_cursor, blocking};
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::matter::page::BadCursor;

/// An exception and the item it is on.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatterException {
    /// The item's path as collected.
    pub path: String,
    /// Whom it was collected from.
    pub custodian: String,
    /// The document, where the item became one.
    pub control_number: Option<String>,
    /// Where in processing.
    pub stage: String,
    /// Which kind, from the closed list.
    pub kind: String,
    /// Why, as a sentence.
    pub reason: String,
    /// The reader that reported it.
    pub tool: String,
    /// The page concerned, from 1.
    pub page: Option<u32>,
}

/// A page of exceptions.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExceptionList {
    /// In the order of collection.
    pub items: Vec<MatterException>,
    /// Give this as `cursor` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_cursor: Option<String>,
}

/// Lists processing exceptions.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/exceptions", tag = "matters", operation_id = "list_exceptions",
    params(MatterPath, PageQuery),
    responses((status = 200, body = ExceptionList), (status = 404, body = ErrorBody)))]
pub(crate) async fn list(
    member: Member<right::ReadDocuments>,
    Asked(asked): Asked<PageQuery>,
) -> Result<Json<ExceptionList>, ApiError> {
    let limit = page_size(asked.limit)?;
    let skip = match asked.cursor {
        Some(cursor) => usize::from_str_radix(&cursor, 16).map_err(|_| bad_cursor(BadCursor))?,
        None => 0,
    };
    let open = member.open().await?;
    let all = blocking(move || open.folder().exceptions(None)).await??;
    let next = skip.saturating_add(limit);
    let next_cursor = (next < all.len()).then(|| format!("{next:x}"));
    let items = all.into_iter().skip(skip).take(limit).map(MatterException::from).collect();
    Ok(Json(ExceptionList { items, next_cursor }))
}

impl From<ExceptionRow> for MatterException {
    fn from(row: ExceptionRow) -> Self {
        let exception = row.exception;
        Self {
            path: row.path,
            custodian: row.custodian,
            control_number: row.control_number.map(|number| number.to_string()),
            stage: exception.stage.as_str().to_owned(),
            kind: exception.kind.as_str().to_owned(),
            reason: exception.reason,
            tool: exception.tool,
            page: exception.page,
        }
    }
}
