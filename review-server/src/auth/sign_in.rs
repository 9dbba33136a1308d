//! Signing in and out. Every attempt is counted before the password is looked at, so that many at once gain nothing.

use std::net::IpAddr;

use super::lockout::{FORGOTTEN_AFTER, FREE_FOR_A_NAME, FREE_FOR_AN_ADDRESS, blocked_until};
use super::password::BadPassword;
use super::session::{ABSOLUTE, IDLE, new_token};
use crate::app::App;
use crate::error::ApiError;
use crate::store::{Attempts, AuditRow, SessionRow, UserRow, Writing, moment};

/// Longest name looked at; longer ones belong to nobody.
const MAX_NAME_BYTES: usize = 128;

/// Somebody's claim to be somebody.
pub struct Attempt {
    /// The sign-in name.
    pub name: String,
    /// The password.
    pub password: String,
    /// Where it comes from, when known.
    pub address: Option<IpAddr>,
}

impl std::fmt::Debug for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Attempt(`{}`)", self.name)
    }
}

/// Signs a person in; the person, and the token for their browser.
///
/// # Errors
/// When name and password do not belong together, or there were too many failures before.
pub async fn sign_in(app: &App, attempt: Attempt) -> Result<(UserRow, String), ApiError> {
    let address = attempt.address;
    let user = check(app, attempt).await?;
    let now = app.now();
    let (token, token_sha256) = new_token();
    let at = moment(now);
    let writing = app.store().write().await?;
    writing.forget_sessions(&moment(now - ABSOLUTE), &moment(now - IDLE)).await?;
    let session = SessionRow { token_sha256, user_id: user.id, created_at: at.clone(), seen_at: at };
    writing.add_session(session).await?;
    audit(&writing, app, &user.name, "session.sign_in", address).await?;
    writing.commit().await?;
    Ok((user, token))
}

/// Ends a session.
///
/// # Errors
/// When the database fails.
pub async fn sign_out(app: &App, token_sha256: &str) -> Result<(), ApiError> {
    let Some(session) = app.store().session(token_sha256).await? else { return Ok(()) };
    let user = app.store().user(session.user_id).await?;
    let writing = app.store().write().await?;
    writing.end_session(token_sha256).await?;
    audit(&writing, app, user.as_ref().map_or("-", |user| &user.name), "session.sign_out", None).await?;
    Ok(writing.commit().await?)
}

/// Checks a name and a password, counting failures.
///
/// # Errors
/// When they do not belong together, or there were too many failures before.
pub async fn check(app: &App, attempt: Attempt) -> Result<UserRow, ApiError> {
    let Attempt { mut name, password, address } = attempt;
    if name.len() > MAX_NAME_BYTES {
        name.clear();
    }
    let name_subject = format!("name:{name}");
    let address_subject = address.map(|address| format!("address:{address}"));
    let writing = app.store().write().await?;
    writing.forget_attempts_before(&moment(app.now() - FORGOTTEN_AFTER)).await?;
    count_attempt(&writing, app, &name_subject, FREE_FOR_A_NAME).await?;
    if let Some(subject) = &address_subject {
        count_attempt(&writing, app, subject, FREE_FOR_AN_ADDRESS).await?;
    }
    writing.commit().await?;

    let user = app.store().user_by_name(&name).await?;
    let hash = user.as_ref().map(|user| user.password_hash.as_str());
    let is_right = app.passwords().is_right(password, hash).await.map_err(|error| match error {
        BadPassword::Hashing(error) => ApiError::Internal(error),
        BadPassword::TooShort | BadPassword::TooLong => ApiError::SignInFailed,
    })?;
    let writing = app.store().write().await?;
    let Some(user) = user.filter(|_| is_right) else {
        audit(&writing, app, "-", "session.failed_sign_in", address).await?;
        writing.commit().await?;
        return Err(ApiError::SignInFailed);
    };
    writing.forget_attempts(&name_subject).await?;
    if let Some(subject) = &address_subject {
        take_back(&writing, subject).await?;
    }
    writing.commit().await?;
    Ok(user)
}

/// Counts an attempt as a failure until it turns out to be none; refuses it while its subject must wait.
async fn count_attempt(writing: &Writing<'_>, app: &App, subject: &str, free: u64) -> Result<(), ApiError> {
    let now = app.now();
    let before = writing.attempts(subject).await?;
    if let Some(until) = before.as_ref().and_then(|before| before.blocked_until.parse::<jiff::Timestamp>().ok()) {
        let left = until.duration_since(now).as_secs();
        if until > now {
            return Err(ApiError::TooManyAttempts { seconds: u64::try_from(left).unwrap_or_default() + 1 });
        }
    }
    let failures = before.map_or(0, |before| before.failures) + 1;
    let blocked_until = moment(blocked_until(failures, free, now));
    let attempts = Attempts { subject: subject.to_owned(), failures, last_at: moment(now), blocked_until };
    Ok(writing.put_attempts(attempts).await?)
}

/// Takes one counted attempt back. The others stay: whoever has an account cannot wash an address clean with it.
async fn take_back(writing: &Writing<'_>, subject: &str) -> Result<(), ApiError> {
    if let Some(mut attempts) = writing.attempts(subject).await? {
        attempts.failures = attempts.failures.saturating_sub(1);
        writing.put_attempts(attempts).await?;
    }
    Ok(())
}

async fn audit(
    writing: &Writing<'_>,
    app: &App,
    actor: &str,
    action: &str,
    address: Option<IpAddr>,
) -> Result<(), ApiError> {
    let detail = match address {
        Some(address) => serde_json::json!({ "address": address.to_string() }),
        None => serde_json::json!({}),
    };
    let at = moment(app.now());
    // What was typed as a name is not kept: people type passwords there.
    writing.audit(AuditRow { at, actor, matter: "", action, subject: actor, detail }).await?;
    Ok(())
}
