//! `/session`: signing in and out, and one's own password.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ErrorBody;

/// A name and a password.
#[derive(Deserialize, ToSchema)]
pub struct SignIn {
    /// The sign-in name.
    pub name: String,
    /// The password.
    pub password: String,
}

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    /// The person.
    pub user: SignedInUser,
}

/// A person, as they see themselves.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedInUser {
    /// A number that never changes.
    pub id: i64,
    /// The sign-in name.
    pub name: String,
    /// The name shown to others.
    pub display_name: String,
    /// Whether they manage the installation.
    pub is_administrator: bool,
}

/// A change of one's own password.
#[derive(Deserialize, ToSchema)]
pub struct PasswordChange {
    /// The password so far.
    pub current: String,
    /// The password from now on, at least 12 characters.
    pub new: String,
}

/// Signs in and sets the session cookie.
#[utoipa::path(post, path = "/api/v1/session", tag = "session", operation_id = "sign_in",
    request_body = SignIn,
    responses((status = 200, body = Session), (status = 401, description = "`sign_in_failed`", body = ErrorBody),
              (status = 429, description = "`too_many_attempts`, with `Retry-After`", body = ErrorBody)))]
pub(crate) async fn sign_in() {}

/// Tells who is signed in.
#[utoipa::path(get, path = "/api/v1/session", tag = "session", operation_id = "current_session",
    responses((status = 200, body = Session), (status = 401, description = "`not_signed_in`", body = ErrorBody)))]
pub(crate) async fn current() {}

/// Signs out.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session", operation_id = "sign_out",
    responses((status = 204, description = "signed out")))]
pub(crate) async fn sign_out() {}

/// Changes one's own password; every other session of the person ends.
#[utoipa::path(put, path = "/api/v1/session/password", tag = "session", operation_id = "change_password",
    request_body = PasswordChange,
    responses((status = 204, description = "changed"), (status = 401, body = ErrorBody),
              (status = 422, description = "`bad_password`", body = ErrorBody)))]
pub(crate) async fn change_password() {}
