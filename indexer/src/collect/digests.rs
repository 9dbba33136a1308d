//! The three digests of a file in one pass over its bytes.

use md5::Digest as _;
use redwell_model::digest::to_hexadecimal;
use redwell_model::{Digests, Sha256};

/// Digests of bytes that come in pieces.
#[derive(Default)]
pub(crate) struct Digesting {
    sha256: sha2::Sha256,
    md5: md5::Md5,
    sha1: sha1::Sha1,
}

/// Small enough to stay in the processor's nearest cache while three digests pass over it.
const BLOCK_BYTES: usize = 16 << 10;

impl Digesting {
    /// Takes the next bytes.
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        for block in bytes.chunks(BLOCK_BYTES) {
            self.sha256.update(block);
            self.md5.update(block);
            self.sha1.update(block);
        }
    }

    /// The digests of all bytes taken.
    pub(crate) fn finish(self) -> Digests {
        Digests {
            sha256: Sha256::from_bytes(self.sha256.finalize().into()),
            md5: to_hexadecimal(&self.md5.finalize()),
            sha1: to_hexadecimal(&self.sha1.finalize()),
        }
    }
}

/// The digests of these bytes.
#[cfg(test)]
pub(crate) fn digests(bytes: &[u8]) -> Digests {
    digests_and_trimmed(bytes).0
}

/// The digests of these bytes, and the SHA-256 of them without the blanks at their end: a plain text mostly is its own
/// canonical text but for a last line end, and need not be digested twice.
pub(crate) fn digests_and_trimmed(bytes: &[u8]) -> (Digests, Sha256) {
    let (text, blanks) = bytes.split_at(bytes.trim_ascii_end().len());
    let mut digesting = Digesting::default();
    digesting.update(text);
    let trimmed = Sha256::from_bytes(digesting.sha256.clone().finalize().into());
    digesting.update(blanks);
    (digesting.finish(), trimmed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_published_vectors() {
        // RFC 1321, FIPS 180-2.
        let of_abc = digests(b"abc");
        assert_eq!(of_abc.md5, "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(of_abc.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(of_abc.sha256, Sha256::of(b"abc"));
        assert_eq!(digests_and_trimmed(b"abc \r\n"), (digests(b"abc \r\n"), Sha256::of(b"abc")));
    }
}
