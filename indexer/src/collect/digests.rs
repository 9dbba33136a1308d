//! The three digests of a file in one pass over its bytes.

use md5::Digest as _;
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
            md5: hexadecimal(&self.md5.finalize()),
            sha1: hexadecimal(&self.sha1.finalize()),
        }
    }
}

/// The digests of these bytes.
pub(crate) fn digests(bytes: &[u8]) -> Digests {
    let mut digesting = Digesting::default();
    digesting.update(bytes);
    digesting.finish()
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_the_published_vectors() {
        // RFC 1321, FIPS 180-2.
        let digests = digests(b"abc");
        assert_eq!(digests.md5, "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(digests.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert_eq!(digests.sha256, Sha256::of(b"abc"));
    }
}
