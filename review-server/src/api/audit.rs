//! `/matters/{matter}/audit`: the matter's part of the audit log.

use serde::Serialize;
use utoipa::ToSchema;

use super::{ErrorBody, MatterPath, PageQuery};

/// One entry of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditItem {
    /// Its position in the log of the whole installation.
    pub sequence: u64,
    /// When.
    pub at: String,
    /// Who, by sign-in name.
    pub actor: String,
    /// What was done, such as `deliverable.download`.
    pub action: String,
    /// To what.
    pub subject: String,
    /// Anything else, as JSON text.
    pub detail: String,
}

/// A page of the audit log.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditList {
    /// Newest first.
    pub items: Vec<AuditItem>,
    /// Give this as `cursor` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_cursor: Option<String>,
}

/// Lists the audit log of a matter.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/audit", tag = "members", operation_id = "list_audit",
    params(MatterPath, PageQuery),
    responses((status = 200, body = AuditList), (status = 403, body = ErrorBody)))]
pub(crate) async fn list() {}
