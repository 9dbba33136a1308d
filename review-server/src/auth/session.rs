//! Sessions: a random token in a cookie, of which the server keeps only the digest, with an idle and an absolute end.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use jiff::{SignedDuration, Timestamp};
use redwell_model::Sha256;
use redwell_model::digest::to_hexadecimal;

use crate::app::App;
use crate::error::ApiError;
use crate::store::{SessionRow, StoreError, UserRow, moment};

/// The cookie's name.
pub const COOKIE: &str = "redwell_session";
/// A session ends after this long without a request.
pub const IDLE: SignedDuration = SignedDuration::from_hours(4);
/// A session ends this long after signing in, whatever happens.
pub const ABSOLUTE: SignedDuration = SignedDuration::from_hours(16);
/// How stale the time of last use may be; spares a write a request.
const TOUCH_AFTER: SignedDuration = SignedDuration::from_mins(5);

/// The person asking. Extracting it refuses requests without a live session.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The person.
    pub user: UserRow,
    /// Digest of the session's token.
    pub token_sha256: String,
}

/// A new token, and what to keep of it: 256 random bits in hexadecimal.
#[must_use]
pub fn new_token() -> (String, String) {
    let token = to_hexadecimal(&rand::random::<[u8; 32]>());
    let digest = Sha256::of(token.as_bytes()).to_string();
    (token, digest)
}

/// The header that gives a browser its token, or takes it away (`None`).
///
/// # Panics
/// Never: tokens are hexadecimal digits.
#[must_use]
pub fn cookie(token: Option<&str>, is_secure: bool) -> HeaderValue {
    let secure = if is_secure { "; Secure" } else { "" };
    let text = match token {
        Some(token) => format!("{COOKIE}={token}; HttpOnly; SameSite=Strict; Path=/{secure}"),
        None => format!("{COOKIE}=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0{secure}"),
    };
    HeaderValue::try_from(text).expect("hexadecimal digits and ASCII words make a header")
}

/// Digest of the token a request carries, if any.
#[must_use]
pub fn token_digest(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let pairs = cookies.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let (_, token) = pairs.into_iter().find(|(name, _)| *name == COOKIE)?;
    Some(Sha256::of(token.as_bytes()).to_string())
}

/// Whether a session is still good.
#[must_use]
pub fn is_live(session: &SessionRow, now: Timestamp) -> bool {
    let within = |since: &str, limit: SignedDuration| {
        since.parse::<Timestamp>().is_ok_and(|since| now.duration_since(since) < limit)
    };
    within(&session.created_at, ABSOLUTE) && within(&session.seen_at, IDLE)
}

/// The person whose session has this digest of a token, while it is live.
///
/// # Errors
/// When the database fails.
pub async fn person(app: &App, token_sha256: &str) -> Result<Option<UserRow>, StoreError> {
    let now = app.now();
    let Some(session) = app.store().session(token_sha256).await? else { return Ok(None) };
    if !is_live(&session, now) {
        return Ok(None);
    }
    let seen: Option<Timestamp> = session.seen_at.parse().ok();
    if seen.is_none_or(|seen| now.duration_since(seen) > TOUCH_AFTER) {
        let writing = app.store().write().await?;
        writing.touch_session(token_sha256, moment(now)).await?;
        writing.commit().await?;
    }
    app.store().user(session.user_id).await
}

impl FromRequestParts<App> for SignedIn {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let token_sha256 = token_digest(&parts.headers).ok_or(ApiError::NotSignedIn)?;
        let user = person(app, &token_sha256).await?.ok_or(ApiError::NotSignedIn)?;
        Ok(Self { user, token_sha256 })
    }
}

impl SignedIn {
    /// Refuses everybody who does not manage the installation.
    ///
    /// # Errors
    /// When the person does not.
    pub fn must_manage_the_installation(&self) -> Result<(), ApiError> {
        if self.user.is_administrator { Ok(()) } else { Err(ApiError::NotPermitted) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(created: &str, seen: &str, now: &str, expected: bool) {
        let session =
            SessionRow { token_sha256: String::new(), user_id: 1, created_at: created.into(), seen_at: seen.into() };
        assert_eq!(is_live(&session, now.parse().unwrap()), expected, "{created} {seen} {now}");
    }

    #[test]
    fn sessions_end_when_idle_and_in_any_case() {
        check("2026-01-05T08:00:00Z", "2026-01-05T08:00:00Z", "2026-01-05T11:59:59Z", true);
        check("2026-01-05T08:00:00Z", "2026-01-05T08:00:00Z", "2026-01-05T12:00:00Z", false);
        check("2026-01-05T08:00:00Z", "2026-01-05T23:59:00Z", "2026-01-05T23:59:30Z", true);
        check("2026-01-05T08:00:00Z", "2026-01-05T23:59:00Z", "2026-01-06T00:00:00Z", false);
        check("garbled", "2026-01-05T08:00:00Z", "2026-01-05T08:00:01Z", false);
    }

    #[test]
    fn tokens_are_long_and_different() {
        let ((one, digest), (two, _)) = (new_token(), new_token());
        assert_eq!(one.len(), 64);
        assert_ne!(one, two);
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, format!("a=b; {COOKIE}={one}").parse().unwrap());
        assert_eq!(token_digest(&headers), Some(digest));
    }
}
