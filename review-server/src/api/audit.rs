//! `/matters/{matter}/audit`: the matter's part of the audit log.

use axum::Json;
use redwell_model::audit::AuditEntry;
use serde::Serialize;
use utoipa::ToSchema;

use super::search::page_size;
use super::{ErrorBody, MatterPath, PageQuery, Parameters, bad_cursor};
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::matter::page::BadCursor;

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
pub(crate) async fn list(
    member: Member<right::ReadAudit>,
    Parameters(asked): Parameters<PageQuery>,
) -> Result<Json<AuditList>, ApiError> {
    let limit = page_size(asked.limit)?;
    let before = match asked.cursor {
        Some(cursor) => Some(u64::from_str_radix(&cursor, 16).map_err(|_| bad_cursor(BadCursor))?),
        None => None,
    };
    // Positions count all matters together; a number too large to be one is simply past the end.
    let before = before.map(|before| before.min(i64::MAX.unsigned_abs()));
    let mut entries = member.app.store().audit(member.slug.as_str(), before, limit as u64 + 1).await?;
    let has_more = entries.len() > limit;
    entries.truncate(limit);
    let next_cursor = entries.last().filter(|_| has_more).map(|last| format!("{:x}", last.sequence));
    Ok(Json(AuditList { items: entries.into_iter().map(AuditItem::from).collect(), next_cursor }))
}

impl From<AuditEntry> for AuditItem {
    fn from(entry: AuditEntry) -> Self {
        let AuditEntry { sequence, at, actor, action, subject, detail, .. } = entry;
        Self { sequence, at, actor, action, subject, detail }
    }
}
