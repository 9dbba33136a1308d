//! Which source was first with a content, while it is still being read and the database does not know yet.
//!
//! Whoever is surely not the first need not be read: the one thread that records sources in order will find the first
//! recorded before it. Whether something *is* a duplicate is decided there alone; this only saves work.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use redwell_model::Sha256;

/// The first source with each content, of those in work.
#[derive(Debug, Default)]
pub(crate) struct Claims {
    first: Mutex<HashMap<Sha256, u64>>,
}

impl Claims {
    /// Says that the source with this number holds this content; whether an earlier one does too.
    pub(crate) fn is_claimed_before(&self, sha256: Sha256, source: u64) -> bool {
        let mut all = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        let first = all.entry(sha256).or_insert(source);
        *first = source.min(*first);
        *first < source
    }

    /// Forgets contents of a source that the database knows by now.
    pub(crate) fn release(&self, source: u64, contents: &[Sha256]) {
        let mut all = self.first.lock().unwrap_or_else(PoisonError::into_inner);
        for sha256 in contents {
            if all.get(sha256) == Some(&source) {
                all.remove(sha256);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_earlier_source_spares_reading() {
        let claims = Claims::default();
        let content = Sha256::of(b"abc");
        assert!(!claims.is_claimed_before(content, 5));
        assert!(!claims.is_claimed_before(content, 3), "an earlier one reads it again");
        assert!(claims.is_claimed_before(content, 5));
        assert!(!claims.is_claimed_before(content, 3));
        claims.release(5, &[content]);
        assert!(claims.is_claimed_before(content, 4), "not its own to forget");
        claims.release(3, &[content]);
        assert!(!claims.is_claimed_before(content, 9));
    }
}
