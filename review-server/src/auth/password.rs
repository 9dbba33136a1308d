//! Passwords: Argon2id, off the async threads, and as slow for names that do not exist as for those that do.

use std::sync::Arc;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

/// Shortest password, in characters.
pub const MIN_CHARS: usize = 12;
/// Longest password, in bytes; longer ones would only burn time.
pub const MAX_BYTES: usize = 1_024;

/// How dear one guess is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Default for PasswordCost {
    /// OWASP's recommendation for Argon2id with one lane.
    fn default() -> Self {
        Self { memory_kib: 19 * 1_024, passes: 2 }
    }
}

/// Why a password cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadPassword {
    /// It is too short.
    #[error("a password has at least {MIN_CHARS} characters")]
    TooShort,
    /// It is too long.
    #[error("a password has at most {MAX_BYTES} bytes")]
    TooLong,
    /// It cannot be hashed.
    #[error("the password could not be hashed")]
    Hashing(#[source] anyhow::Error),
}

/// Hashes and checks passwords, a few at a time.
#[derive(Clone)]
pub struct Passwords {
    argon2: Argon2<'static>,
    /// What a guess at an unknown name is compared with.
    decoy: Arc<str>,
    turns: Arc<Semaphore>,
}

impl std::fmt::Debug for Passwords {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Passwords(…)")
    }
}

impl Passwords {
    /// Checks and hashes at this cost.
    ///
    /// # Errors
    /// When the cost is outside what Argon2 takes.
    pub fn new(cost: PasswordCost) -> Result<Self, BadPassword> {
        let params = Params::new(cost.memory_kib, cost.passes, 1, None).map_err(hashing)?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let decoy = argon2.hash_password(b"nobody has this password").map_err(hashing)?.to_string();
        // Each guess takes tens of megabytes; two at a time keep a flood from taking the machine.
        Ok(Self { argon2, decoy: decoy.into(), turns: Arc::new(Semaphore::new(2)) })
    }

    /// The hash of a new password, in PHC form.
    ///
    /// # Errors
    /// When it is too short or too long.
    pub async fn hash(&self, password: String) -> Result<String, BadPassword> {
        if password.chars().count() < MIN_CHARS {
            return Err(BadPassword::TooShort);
        }
        if password.len() > MAX_BYTES {
            return Err(BadPassword::TooLong);
        }
        let argon2 = self.argon2.clone();
        let _turn = self.turns.acquire().await.map_err(hashing)?;
        let hashed = tokio::task::spawn_blocking(move || argon2.hash_password(password.as_bytes()));
        Ok(hashed.await.map_err(hashing)?.map_err(hashing)?.to_string())
    }

    /// Whether a password belongs to a hash; `None` stands for a name that does not exist and takes as long.
    ///
    /// # Errors
    /// When the check could not be carried out.
    pub async fn is_right(&self, password: String, hash: Option<&str>) -> Result<bool, BadPassword> {
        if password.len() > MAX_BYTES {
            return Ok(false);
        }
        let known = hash.is_some();
        let stored = hash.unwrap_or(&self.decoy).to_owned();
        let argon2 = self.argon2.clone();
        let _turn = self.turns.acquire().await.map_err(hashing)?;
        let checked = tokio::task::spawn_blocking(move || {
            let parsed = PasswordHash::new(&stored).map_err(hashing)?;
            Ok(argon2.verify_password(password.as_bytes(), &parsed).is_ok())
        });
        Ok(checked.await.map_err(hashing)?? && known)
    }
}

fn hashing(error: impl std::error::Error + Send + Sync + 'static) -> BadPassword {
    BadPassword::Hashing(anyhow::Error::new(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_hash_fits_its_password_only() {
        let passwords = Passwords::new(PasswordCost { memory_kib: 8, passes: 1 }).unwrap();
        let hash = passwords.hash("correct horse battery".into()).await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(passwords.is_right("correct horse battery".into(), Some(&hash)).await.unwrap());
        assert!(!passwords.is_right("correct horse batterz".into(), Some(&hash)).await.unwrap());
        assert!(!passwords.is_right("nobody has this password".into(), None).await.unwrap());
        assert!(matches!(passwords.hash("short".into()).await, Err(BadPassword::TooShort)));
    }
}
