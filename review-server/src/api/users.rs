//! `/users`: people, for administrators of the installation.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ErrorBody;

/// A person who can sign in.
#[derive(Debug, Serialize, ToSchema)]
pub struct User {
    /// A number that never changes.
    pub id: i64,
    /// The sign-in name.
    pub name: String,
    /// The name shown to others.
    pub display_name: String,
    /// Whether they manage the installation.
    pub is_administrator: bool,
    /// When they were added.
    pub created_at: String,
}

/// Everybody who can sign in.
#[derive(Debug, Serialize, ToSchema)]
pub struct UserList {
    /// By sign-in name.
    pub items: Vec<User>,
}

/// A person to add.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewUser {
    /// The sign-in name: lower-case letters, digits, `.`, `-`, `_`, `@`.
    pub name: String,
    /// The name shown to others.
    pub display_name: String,
    /// The first password, at least 12 characters.
    pub password: String,
    /// Whether they manage the installation.
    #[serde(default)]
    #[schema(required = false)]
    pub is_administrator: bool,
}

/// Lists everybody who can sign in.
#[utoipa::path(get, path = "/api/v1/users", tag = "users", operation_id = "list_users",
    responses((status = 200, body = UserList), (status = 403, body = ErrorBody)))]
pub(crate) async fn list() {}

/// Adds a person.
#[utoipa::path(post, path = "/api/v1/users", tag = "users", operation_id = "add_user", request_body = NewUser,
    responses((status = 201, body = User), (status = 403, body = ErrorBody),
              (status = 409, description = "`name_taken`", body = ErrorBody),
              (status = 422, description = "`bad_name` or `bad_password`", body = ErrorBody)))]
pub(crate) async fn create() {}
