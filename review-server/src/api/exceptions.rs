//! `/matters/{matter}/exceptions`: what went less than perfectly in processing.

use serde::Serialize;
use utoipa::ToSchema;

use super::{ErrorBody, MatterPath, PageQuery};

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
pub(crate) async fn list() {}
