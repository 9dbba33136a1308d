//! `/session`: signing in and out, and one's own password.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Body, ErrorBody, Peer};
use crate::app::App;
use crate::auth::session::{cookie, token_digest};
use crate::auth::sign_in::{self, Attempt};
use crate::auth::{BadPassword, SignedIn};
use crate::error::ApiError;
use crate::store::{AuditRow, UserRow, moment};

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
pub(crate) async fn sign_in(
    State(app): State<App>,
    Peer(address): Peer,
    Body(SignIn { name, password }): Body<SignIn>,
) -> Result<impl IntoResponse, ApiError> {
    let (user, token) = sign_in::sign_in(&app, Attempt { name, password, address }).await?;
    let cookie = cookie(Some(&token), app.config().behind_https);
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Json(Session::of(&user))))
}

/// Tells who is signed in.
#[utoipa::path(get, path = "/api/v1/session", tag = "session", operation_id = "current_session",
    responses((status = 200, body = Session), (status = 401, description = "`not_signed_in`", body = ErrorBody)))]
pub(crate) async fn current(signed_in: SignedIn) -> Json<Session> {
    Json(Session::of(&signed_in.user))
}

/// Signs out.
#[utoipa::path(delete, path = "/api/v1/session", tag = "session", operation_id = "sign_out",
    responses((status = 204, description = "signed out")))]
pub(crate) async fn sign_out(State(app): State<App>, headers: HeaderMap) -> Result<impl IntoResponse, ApiError> {
    if let Some(digest) = token_digest(&headers) {
        sign_in::sign_out(&app, &digest).await?;
    }
    let cookie = cookie(None, app.config().behind_https);
    Ok((StatusCode::NO_CONTENT, AppendHeaders([(header::SET_COOKIE, cookie)])))
}

/// Changes one's own password; every other session of the person ends.
#[utoipa::path(put, path = "/api/v1/session/password", tag = "session", operation_id = "change_password",
    request_body = PasswordChange,
    responses((status = 204, description = "changed"), (status = 401, body = ErrorBody),
              (status = 422, description = "`bad_password`", body = ErrorBody)))]
pub(crate) async fn change_password(
    State(app): State<App>,
    signed_in: SignedIn,
    Body(PasswordChange { current, new }): Body<PasswordChange>,
) -> Result<StatusCode, ApiError> {
    let SignedIn { user, token_sha256 } = signed_in;
    // A session left open on a desk must not be a way to guess the password, so these guesses count as attempts.
    sign_in::check(&app, Attempt { name: user.name.clone(), password: current, address: None }).await?;
    let hash = app.passwords().hash(new).await.map_err(bad_password)?;
    let writing = app.store().write().await?;
    writing.set_password(user.id, hash).await?;
    writing.end_sessions_of(user.id, &token_sha256).await?;
    let (at, detail) = (moment(app.now()), serde_json::json!({}));
    let (actor, action) = (user.name.as_str(), "user.password");
    writing.audit(AuditRow { at, actor, matter: "", action, subject: actor, detail }).await?;
    writing.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What is sent when a new password cannot be used.
pub(super) fn bad_password(error: BadPassword) -> ApiError {
    match error {
        BadPassword::TooShort | BadPassword::TooLong => ApiError::unprocessable("bad_password", error.to_string()),
        BadPassword::Hashing(error) => ApiError::Internal(error),
    }
}

impl Session {
    fn of(user: &UserRow) -> Self {
        let (name, display_name) = (user.name.clone(), user.display_name.clone());
        Self { user: SignedInUser { id: user.id, name, display_name, is_administrator: user.is_administrator } }
    }
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SignIn(`{}`)", self.name)
    }
}

impl std::fmt::Debug for PasswordChange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordChange(…)")
    }
}
