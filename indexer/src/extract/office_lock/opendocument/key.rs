//! Keys of OpenDocument files: the password hashed, then stretched with a salt.

use argon2::{Algorithm, Argon2, Params, Version};
use sha1::{Digest as _, Sha1};
use sha2::Sha256;

/// More rounds than any program asks for.
const MOST_ROUNDS: u32 = 1_000_000;

/// More memory and more passes over it than any program asks for; `LibreOffice` takes 64 MiB, three passes and four lanes.
const MOST_MEMORY_KIB: u32 = 512 << 10;
const MOST_PASSES: u32 = 20;
const MOST_LANES: u32 = 64;

/// A hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Hash {
    #[default]
    Sha1,
    Sha256,
}

impl Hash {
    pub(super) fn of(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => Sha1::digest(bytes).to_vec(),
            Self::Sha256 => Sha256::digest(bytes).to_vec(),
        }
    }
}

/// How a key is made of a hashed password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) enum Derivation {
    /// PBKDF2 with HMAC-SHA-1; how long the key is, where the file says so.
    Pbkdf2 { rounds: u32, bytes: Option<usize> },
    /// Argon2id; keys of 32 bytes.
    Argon2 { rounds: u32, memory_kib: u32, lanes: u32 },
    /// None that is known.
    #[default]
    Unknown,
}

impl Derivation {
    /// The key made of a hashed password; `usual` is its length where the file does not say. `None` where a file asks for
    /// what no program does, to burn time or memory.
    pub(super) fn key(self, secret: &[u8], salt: &[u8], usual: usize) -> Option<Vec<u8>> {
        match self {
            Self::Pbkdf2 { rounds, bytes } => {
                let bytes = bytes.unwrap_or(usual);
                (rounds <= MOST_ROUNDS && bytes <= 40).then(|| derived(secret, salt, rounds, bytes))
            }
            Self::Argon2 { rounds, memory_kib, lanes } => {
                let is_sensible = rounds <= MOST_PASSES && memory_kib <= MOST_MEMORY_KIB && lanes <= MOST_LANES;
                let parameters = Params::new(memory_kib, rounds, lanes, Some(32)).ok().filter(|_| is_sensible)?;
                let mut key = vec![0; 32];
                let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters);
                argon.hash_password_into(secret, salt, &mut key).ok()?;
                Some(key)
            }
            Self::Unknown => None,
        }
    }
}

/// A key of so many bytes, at most 40 (PBKDF2 with HMAC-SHA-1, RFC 8018).
fn derived(secret: &[u8], salt: &[u8], rounds: u32, bytes: usize) -> Vec<u8> {
    // The secret is a hash and so always shorter than a block of the hash function.
    let padded = |mask: u8| {
        let mut block = [mask; 64];
        block.iter_mut().zip(secret).for_each(|(byte, with)| *byte ^= with);
        Sha1::new_with_prefix(block)
    };
    let (inner, outer) = (padded(0x36), padded(0x5c));
    let keyed = |message: &[u8]| outer.clone().chain_update(inner.clone().chain_update(message).finalize()).finalize();
    let mut key = Vec::new();
    for block in 1..=2_u32 {
        if key.len() >= bytes {
            break;
        }
        let mut last = keyed(&[salt, &block.to_be_bytes()].concat());
        let mut sum = last;
        for _ in 1..rounds {
            last = keyed(&last);
            sum.iter_mut().zip(&last).for_each(|(byte, with)| *byte ^= with);
        }
        key.extend_from_slice(&sum);
    }
    key.truncate(bytes);
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_those_of_the_standard() {
        // RFC 6070, second case.
        assert_eq!(derived(b"password", b"salt", 2, 32)[..4], [0xea, 0x6c, 0x01, 0x4d]);
        assert_eq!(derived(b"password", b"salt", 2, 16).len(), 16);
    }

    #[test]
    fn absurd_demands_are_refused() {
        let check = |derivation: Derivation| assert_eq!(derivation.key(b"secret", b"salty salt", 32), None);
        check(Derivation::Pbkdf2 { rounds: u32::MAX, bytes: None });
        check(Derivation::Pbkdf2 { rounds: 1, bytes: Some(1 << 40) });
        check(Derivation::Argon2 { rounds: 3, memory_kib: u32::MAX, lanes: 4 });
        check(Derivation::Argon2 { rounds: u32::MAX, memory_kib: 64, lanes: 4 });
        check(Derivation::Argon2 { rounds: 0, memory_kib: 0, lanes: 0 });
        check(Derivation::Unknown);
    }
}
