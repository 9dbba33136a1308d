//! The keys of Word, Excel and `PowerPoint` files of 97 to 2003 and the cipher RC4 ([MS-OFFCRYPTO] 2.3.5 and 2.3.6).
//!
//! Each block of a stream has a key of its own, made of the password, a salt and the block's number. Whether a password is
//! the right one is told by a verifier. Used to open, never to lock.

use md5::{Digest as _, Md5};
use sha1::Sha1;

use super::utf16;
use crate::extract::compound_file::{long, short};

/// What a file says about how it is locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::extract) struct Lock {
    salt: Vec<u8>,
    verifier: Vec<u8>,
    hash: Vec<u8>,
    kind: Kind,
}

/// How keys are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Of Office 97: MD5 and 40 bits.
    Md5,
    /// Of Office 2002, with SHA-1 and a key of so many bytes.
    Sha1(usize),
}

/// What opens a file.
#[derive(Debug, Clone)]
pub(in crate::extract) struct Key {
    secret: Vec<u8>,
    kind: Kind,
}

impl Lock {
    /// Reads what follows after `version` in a file's description; `None` for schemes that are not known.
    pub(in crate::extract) fn read(info: &[u8]) -> Option<Self> {
        let part = |bytes: &[u8], from: usize, length: usize| Some(bytes.get(from..from + length)?.to_vec());
        match (short(info, 0)?, short(info, 2)?) {
            (1, 1) => Some(Self {
                salt: part(info, 4, 16)?,
                verifier: part(info, 20, 16)?,
                hash: part(info, 36, 16)?,
                kind: Kind::Md5,
            }),
            (2..=4, 2) => {
                let header = usize::try_from(long(info, 8)?).ok()?;
                let bits = usize::try_from(long(info, 12 + 16)?).ok()?;
                let bytes = if bits == 0 { 5 } else { bits / 8 };
                let check = info.get(12_usize.checked_add(header)?..)?;
                let is_rc4 = long(info, 12 + 8)? == 0x6801 && (5..=16).contains(&bytes) && long(check, 0)? == 16;
                is_rc4.then_some(())?;
                Some(Self {
                    salt: part(check, 4, 16)?,
                    verifier: part(check, 20, 16)?,
                    hash: part(check, 40, 20)?,
                    kind: Kind::Sha1(bytes),
                })
            }
            _ => None,
        }
    }

    /// The key, from the first password that fits.
    pub(in crate::extract) fn unlock(&self, passwords: &[String]) -> Option<Key> {
        super::tried(passwords).find_map(|password| {
            let key = self.key(password);
            let mut check = [self.verifier.as_slice(), &self.hash].concat();
            key.decrypt_block(0, &mut check);
            let (verifier, hash) = check.split_at(16);
            let expected = match self.kind {
                Kind::Md5 => Md5::digest(verifier).to_vec(),
                Kind::Sha1(_) => Sha1::digest(verifier).to_vec(),
            };
            (expected == hash).then_some(key)
        })
    }

    fn key(&self, password: &str) -> Key {
        let password = utf16(password);
        let secret = match self.kind {
            Kind::Md5 => {
                let once = Md5::digest(&password);
                let salted = [&once[..5], &self.salt].concat().repeat(16);
                Md5::digest(salted)[..5].to_vec()
            }
            Kind::Sha1(_) => Sha1::digest([self.salt.as_slice(), &password].concat()).to_vec(),
        };
        Key { secret, kind: self.kind }
    }
}

impl Key {
    /// Decrypts bytes that begin the block of this number.
    pub(in crate::extract) fn decrypt_block(&self, block: u32, data: &mut [u8]) {
        let mut rc4 = self.cipher(block);
        data.iter_mut().for_each(|byte| *byte ^= rc4.next());
    }

    /// Decrypts a stream from its beginning in blocks of `size` bytes.
    pub(in crate::extract) fn decrypt_stream(&self, size: usize, data: &mut [u8]) {
        for (block, part) in (0_u32..).zip(data.chunks_mut(size)) {
            self.decrypt_block(block, part);
        }
    }

    fn cipher(&self, block: u32) -> Rc4 {
        let numbered = [self.secret.as_slice(), &block.to_le_bytes()].concat();
        match self.kind {
            Kind::Md5 => Rc4::new(&Md5::digest(numbered)),
            Kind::Sha1(bytes) => {
                let mut key = Sha1::digest(numbered)[..bytes].to_vec();
                if bytes == 5 {
                    // Keys of 40 bits are filled up with zeros.
                    key.resize(16, 0);
                }
                Rc4::new(&key)
            }
        }
    }
}

/// The cipher: a permutation that gives a stream of bytes.
struct Rc4 {
    state: [u8; 256],
    i: u8,
    j: u8,
}

impl Rc4 {
    fn new(key: &[u8]) -> Self {
        let mut state = [0; 256];
        (0..=255_u8).for_each(|n| state[usize::from(n)] = n);
        let mut j = 0_u8;
        for (n, turn) in (0..256).zip(key.iter().cycle()) {
            j = j.wrapping_add(state[n]).wrapping_add(*turn);
            state.swap(n, usize::from(j));
        }
        Self { state, i: 0, j: 0 }
    }

    fn next(&mut self) -> u8 {
        self.i = self.i.wrapping_add(1);
        let (i, at) = (usize::from(self.i), self.state[usize::from(self.i)]);
        self.j = self.j.wrapping_add(at);
        let j = usize::from(self.j);
        self.state.swap(i, j);
        self.state[usize::from(self.state[i].wrapping_add(self.state[j]))]
    }
}

#[cfg(test)]
pub(in crate::extract) mod tests {
    use super::*;

    /// A description of a lock that this password opens, and its key; `bytes` of the key, or 0 for Office 97.
    pub(in crate::extract) fn lock(password: &str, bytes: usize) -> (Vec<u8>, Key) {
        let kind = if bytes == 0 { Kind::Md5 } else { Kind::Sha1(bytes) };
        let lock = Lock { salt: vec![7; 16], verifier: Vec::new(), hash: Vec::new(), kind };
        let key = lock.key(password);
        let hash = if bytes == 0 { Md5::digest([3; 16]).to_vec() } else { Sha1::digest([3; 16]).to_vec() };
        let mut check = [vec![3; 16], hash].concat();
        key.decrypt_block(0, &mut check);
        let longs = |numbers: &[u32]| numbers.iter().flat_map(|n| n.to_le_bytes()).collect::<Vec<u8>>();
        let info = if bytes == 0 {
            [longs(&[0x0001_0001]), vec![7; 16], check].concat()
        } else {
            let bits = u32::try_from(8 * bytes).unwrap();
            let head = longs(&[0x0002_0002, 4, 32, 4, 0, 0x6801, 0x8004, bits, 1, 0, 0, 16]);
            [head, vec![7; 16], check[..16].to_vec(), longs(&[20]), check[16..].to_vec()].concat()
        };
        (info, key)
    }

    #[test]
    fn the_cipher_is_the_published_one() {
        // RFC 6229 and the vectors everybody quotes.
        let check = |key: &[u8], plain: &[u8], expected: &[u8]| {
            let mut rc4 = Rc4::new(key);
            let out: Vec<u8> = plain.iter().map(|byte| byte ^ rc4.next()).collect();
            assert_eq!(out, expected);
        };
        check(b"Key", b"Plaintext", b"\xbb\xf3\x16\xe8\xd9\x40\xaf\x0a\xd3");
        check(b"\x01\x02\x03\x04\x05", &[0; 8], b"\xb2\x39\x63\x05\xf0\x3d\xc0\x27");
    }

    #[test]
    fn the_right_password_opens() {
        for bytes in [0, 5, 16] {
            let (info, key) = lock("pässword", bytes);
            let lock = Lock::read(&info).unwrap();
            assert!(lock.unlock(&["wrong".to_owned()]).is_none());
            let found = lock.unlock(&["wrong".to_owned(), "pässword".to_owned()]).unwrap();
            assert_eq!(found.secret, key.secret);
            assert!(Lock::read(&info[..info.len() - 1]).is_none());
        }
    }
}
