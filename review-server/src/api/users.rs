//! `/users`: people, for administrators of the installation.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::session::bad_password;
use super::{Body, ErrorBody};
use crate::app::App;
use crate::auth::SignedIn;
use crate::auth::name::check_name;
use crate::error::ApiError;
use crate::store::{AuditRow, UserRow, moment};

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
pub(crate) async fn list(State(app): State<App>, signed_in: SignedIn) -> Result<Json<UserList>, ApiError> {
    signed_in.must_manage_the_installation()?;
    let items = app.store().users().await?.into_iter().map(User::from).collect();
    Ok(Json(UserList { items }))
}

/// Adds a person.
#[utoipa::path(post, path = "/api/v1/users", tag = "users", operation_id = "add_user", request_body = NewUser,
    responses((status = 201, body = User), (status = 403, body = ErrorBody),
              (status = 409, description = "`name_taken`", body = ErrorBody),
              (status = 422, description = "`bad_name` or `bad_password`", body = ErrorBody)))]
pub(crate) async fn create(
    State(app): State<App>,
    signed_in: SignedIn,
    Body(new): Body<NewUser>,
) -> Result<(StatusCode, Json<User>), ApiError> {
    signed_in.must_manage_the_installation()?;
    check_name(&new.name).map_err(|error| ApiError::unprocessable("bad_name", error.to_string()))?;
    let password_hash = app.passwords().hash(new.password).await.map_err(bad_password)?;
    let at = moment(app.now());
    let (name, display_name) = (new.name, new.display_name);
    let is_administrator = new.is_administrator;
    let row = crate::store::NewUser { name, display_name, password_hash, is_administrator, at: at.clone() };
    let writing = app.store().write().await?;
    let added = writing.add_user(row).await?;
    let user = added.ok_or_else(|| ApiError::conflict("name_taken", "somebody signs in under that name already"))?;
    let detail = serde_json::json!({ "is_administrator": user.is_administrator });
    let (actor, action) = (signed_in.user.name.as_str(), "user.add");
    writing.audit(AuditRow { at, actor, matter: "", action, subject: &user.name, detail }).await?;
    writing.commit().await?;
    Ok((StatusCode::CREATED, Json(user.into())))
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        let UserRow { id, name, display_name, is_administrator, created_at, .. } = row;
        Self { id, name, display_name, is_administrator, created_at }
    }
}

impl std::fmt::Debug for NewUser {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "NewUser(`{}`)", self.name)
    }
}
