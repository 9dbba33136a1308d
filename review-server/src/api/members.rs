//! `/matters/{matter}/members`: who is on a matter, and as what.

use axum::Json;
use axum::http::StatusCode;
use redwell_model::Role;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::matters::RoleName;
use super::{Address, Body, ErrorBody, MatterPath, MemberPath};
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::store::MemberRow;

/// A person on a matter.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatterMember {
    /// The sign-in name.
    pub user: String,
    /// The name shown to others.
    pub display_name: String,
    /// What they are in the matter.
    pub role: RoleName,
}

/// The people on a matter.
#[derive(Debug, Serialize, ToSchema)]
pub struct MemberList {
    /// By sign-in name.
    pub items: Vec<MatterMember>,
}

/// What a person is to be in the matter.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MemberRole {
    /// The role.
    pub role: RoleName,
}

/// Lists the people on a matter.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/members", tag = "members", operation_id = "list_members",
    params(MatterPath),
    responses((status = 200, body = MemberList), (status = 403, body = ErrorBody)))]
pub(crate) async fn list(member: Member<right::ManageMembers>) -> Result<Json<MemberList>, ApiError> {
    let rows = member.app.store().members(&member.slug).await?;
    Ok(Json(MemberList { items: rows.into_iter().map(MatterMember::from).collect() }))
}

/// Adds a person to a matter or changes their role.
#[utoipa::path(put, path = "/api/v1/matters/{matter}/members/{name}", tag = "members", operation_id = "put_member",
    params(MemberPath), request_body = MemberRole,
    responses((status = 200, body = MatterMember), (status = 403, body = ErrorBody),
              (status = 409, description = "`last_administrator`", body = ErrorBody),
              (status = 422, description = "`no_such_user`", body = ErrorBody)))]
pub(crate) async fn put(
    member: Member<right::ManageMembers>,
    Address(path): Address<MemberPath>,
    Body(MemberRole { role }): Body<MemberRole>,
) -> Result<Json<MatterMember>, ApiError> {
    let (store, role) = (member.app.store(), Role::from(role));
    let user = store.user_by_name(&path.name).await?;
    let user = user.ok_or_else(|| ApiError::unprocessable("no_such_user", "nobody signs in under that name"))?;
    let writing = store.write().await?;
    let before = writing.members(&member.slug).await?;
    if role != Role::Administrator {
        keep_an_administrator(&before, user.id)?;
    }
    writing.put_member(&member.slug, user.id, role).await?;
    let was = before.iter().find(|row| row.user_id == user.id).map(|row| row.role.as_str());
    let detail = serde_json::json!({ "role": role.as_str(), "was": was });
    writing.audit(member.audit("member.put", &user.name, detail)).await?;
    writing.commit().await?;
    Ok(Json(MatterMember { user: user.name, display_name: user.display_name, role: role.into() }))
}

/// Takes a person off a matter.
#[utoipa::path(delete, path = "/api/v1/matters/{matter}/members/{name}", tag = "members",
    operation_id = "remove_member", params(MemberPath),
    responses((status = 204, description = "removed"), (status = 403, body = ErrorBody),
              (status = 409, description = "`last_administrator`", body = ErrorBody)))]
pub(crate) async fn remove(
    member: Member<right::ManageMembers>,
    Address(path): Address<MemberPath>,
) -> Result<StatusCode, ApiError> {
    let writing = member.app.store().write().await?;
    let before = writing.members(&member.slug).await?;
    let row = before.iter().find(|row| row.name == path.name).ok_or(ApiError::NotFound)?;
    keep_an_administrator(&before, row.user_id)?;
    writing.remove_member(&member.slug, row.user_id).await?;
    let detail = serde_json::json!({ "was": row.role.as_str() });
    writing.audit(member.audit("member.remove", &row.name, detail)).await?;
    writing.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Refuses to leave a matter with nobody who can manage its members.
fn keep_an_administrator(members: &[MemberRow], changed: i64) -> Result<(), ApiError> {
    if MemberRow::is_last_administrator(members, changed) {
        let message = "a matter keeps at least one administrator; make somebody else one first";
        return Err(ApiError::conflict("last_administrator", message));
    }
    Ok(())
}

impl From<MemberRow> for MatterMember {
    fn from(row: MemberRow) -> Self {
        Self { user: row.name, display_name: row.display_name, role: row.role.into() }
    }
}
