//! Standard encryption ([MS-OFFCRYPTO] 2.3.4.5 to 2.3.4.9): AES block by block, keys by SHA-1.

use sha1::{Digest as _, Sha1};

use super::{Scheme, cipher, utf16};
use crate::extract::compound_file::long;

/// How often a password is hashed.
const ROUNDS: u32 = 50_000;

/// What `EncryptionInfo` says.
pub(super) struct Standard {
    salt: Vec<u8>,
    verifier: Vec<u8>,
    verifier_hash: Vec<u8>,
    key_bytes: usize,
}

impl Standard {
    pub(super) fn read(info: &[u8]) -> Option<Self> {
        // Version and flags, then a header of its own length: flags, extra size, cipher, hash, bits of the key, …
        let header_bytes = usize::try_from(long(info, 8)?).ok()?;
        let key_bits = usize::try_from(long(info, 12 + 16)?).ok()?;
        let key_bytes = if key_bits == 0 { 16 } else { key_bits / 8 };
        let verifier = info.get(12_usize.checked_add(header_bytes)?..)?;
        if long(verifier, 0)? != 16 || !matches!(key_bytes, 16 | 24 | 32) {
            return None;
        }
        let part = |from: usize, length: usize| Some(verifier.get(from..from + length)?.to_vec());
        Some(Self { salt: part(4, 16)?, verifier: part(20, 16)?, verifier_hash: part(40, 32)?, key_bytes })
    }

    fn key(&self, password: &str) -> Vec<u8> {
        let mut hash = Sha1::digest([self.salt.as_slice(), &utf16(password)].concat());
        for round in 0..ROUNDS {
            hash = Sha1::new().chain_update(round.to_le_bytes()).chain_update(hash).finalize();
        }
        hash = Sha1::new().chain_update(hash).chain_update(0_u32.to_le_bytes()).finalize();
        let half = |fill: u8| {
            let mut block = [fill; 64];
            block.iter_mut().zip(&hash).for_each(|(byte, mask)| *byte ^= mask);
            Sha1::digest(block)
        };
        let mut key = [half(0x36), half(0x5c)].concat();
        key.truncate(self.key_bytes);
        key
    }
}

impl Scheme for Standard {
    fn unlock(&self, password: &str) -> Option<Vec<u8>> {
        let key = self.key(password);
        let (mut verifier, mut hash) = (self.verifier.clone(), self.verifier_hash.clone());
        cipher::decrypt(&key, &mut verifier)?;
        cipher::decrypt(&key, &mut hash)?;
        (Sha1::digest(&verifier).as_slice() == hash.get(..20)?).then_some(key)
    }

    fn decrypt(&self, key: &[u8], package: &mut [u8]) -> Option<()> {
        cipher::decrypt(key, package)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A package locked with AES-128: `EncryptionInfo` and the encrypted bytes.
    pub(in super::super) fn lock(package: &[u8], password: &str) -> (Vec<u8>, Vec<u8>) {
        let empty = |length| vec![0; length];
        let made = Standard { salt: vec![5; 16], verifier: empty(16), verifier_hash: empty(32), key_bytes: 16 };
        let key = made.key(password);
        let encrypt = |data: &[u8]| cipher::tests::encrypt(&key, None, data);
        let verifier = [8_u8; 16];
        let mut info: Vec<u8> = [3_u16, 2].into_iter().flat_map(u16::to_le_bytes).collect();
        // Flags, the length of the header, and the header: flags, extra size, AES-128, SHA-1, bits, provider, two reserved.
        let header = [0x24_u32, 0, 0x660e, 0x8004, 128, 0x18, 0, 0];
        info.extend([0x24_u32, 32].into_iter().chain(header).chain([16]).flat_map(u32::to_le_bytes));
        info.extend(&made.salt);
        info.extend(encrypt(&verifier));
        info.extend(20_u32.to_le_bytes());
        info.extend(encrypt(&Sha1::digest(verifier)));
        (info, encrypt(package))
    }
}
