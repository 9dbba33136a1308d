//! `/matters/{matter}/members`: who is on a matter, and as what.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::matters::RoleName;
use super::{ErrorBody, MatterPath, MemberPath};

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
pub(crate) async fn list() {}

/// Adds a person to a matter or changes their role.
#[utoipa::path(put, path = "/api/v1/matters/{matter}/members/{name}", tag = "members", operation_id = "put_member",
    params(MemberPath), request_body = MemberRole,
    responses((status = 200, body = MatterMember), (status = 403, body = ErrorBody),
              (status = 409, description = "`last_administrator`", body = ErrorBody),
              (status = 422, description = "`no_such_user`", body = ErrorBody)))]
pub(crate) async fn put() {}

/// Takes a person off a matter.
#[utoipa::path(delete, path = "/api/v1/matters/{matter}/members/{name}", tag = "members",
    operation_id = "remove_member", params(MemberPath),
    responses((status = 204, description = "removed"), (status = 403, body = ErrorBody),
              (status = 409, description = "`last_administrator`", body = ErrorBody)))]
pub(crate) async fn remove() {}
