//! The standard security handler of PDF with RC4 and 128-bit keys (ISO 32000-1, section 7.6, revision 3).
//!
//! Old and weak, which is what one meets; a password is asked for all the same, and that is what the sample is for.

use md5::{Digest, Md5};

const PADDING: [u8; 32] = [
    0x28, 0xbf, 0x4e, 0x5e, 0x4e, 0x75, 0x8a, 0x41, 0x64, 0x00, 0x4e, 0x56, 0xff, 0xfa, 0x01, 0x08, 0x2e, 0x2e, 0x00,
    0xb6, 0xd0, 0x68, 0x3e, 0x80, 0x2f, 0x0c, 0xa9, 0xfe, 0x64, 0x53, 0x69, 0x7a,
];
/// Printing allowed, all else not.
const PERMISSIONS: i32 = -3900;

/// The key of a file and the two entries that let a reader check a password.
#[derive(Debug)]
pub(crate) struct Encryption {
    key: Vec<u8>,
    owner: Vec<u8>,
    user: Vec<u8>,
}

impl Encryption {
    pub(crate) fn new(password: &str, file_id: &[u8]) -> Self {
        let padded = pad(password);
        let owner = twenty_rounds(&hash_many(&[&padded]), &padded);
        let key = hash_many(&[&padded, &owner, &PERMISSIONS.to_le_bytes(), file_id]);
        let mut check = Md5::new();
        check.update(PADDING);
        check.update(file_id);
        let mut user = twenty_rounds(&key, &check.finalize());
        user.resize(32, 0);
        Self { key, owner, user }
    }

    /// The encryption dictionary.
    pub(crate) fn dictionary(&self) -> String {
        let (owner, user) = (super::file::hexadecimal(&self.owner), super::file::hexadecimal(&self.user));
        format!("<< /Filter /Standard /V 2 /R 3 /Length 128 /P {PERMISSIONS} /O {owner} /U {user} >>")
    }

    /// Encrypts a string or stream of the object given.
    pub(crate) fn apply(&self, object: usize, data: &[u8]) -> Vec<u8> {
        let mut hash = Md5::new();
        hash.update(&self.key);
        hash.update(&object.to_le_bytes()[..3]);
        hash.update([0, 0]);
        rc4(&hash.finalize(), data)
    }
}

fn pad(password: &str) -> Vec<u8> {
    password.bytes().chain(PADDING).take(32).collect()
}

fn hash_many(parts: &[&[u8]]) -> Vec<u8> {
    let mut hash = Md5::new();
    for part in parts {
        hash.update(part);
    }
    let mut digest = hash.finalize().to_vec();
    for _ in 0..50 {
        digest = Md5::digest(&digest).to_vec();
    }
    digest
}

fn twenty_rounds(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut data = data.to_vec();
    for round in 0..20_u8 {
        let key: Vec<u8> = key.iter().map(|byte| byte ^ round).collect();
        data = rc4(&key, &data);
    }
    data
}

fn rc4(key: &[u8], data: &[u8]) -> Vec<u8> {
    let mut state: [u8; 256] = std::array::from_fn(|index| index.to_le_bytes()[0]);
    let mut other = 0_u8;
    for index in 0..256 {
        other = other.wrapping_add(state[index]).wrapping_add(key[index % key.len()]);
        state.swap(index, usize::from(other));
    }
    let (mut first, mut second) = (0_u8, 0_u8);
    let next = |byte: &u8| {
        first = first.wrapping_add(1);
        second = second.wrapping_add(state[usize::from(first)]);
        state.swap(usize::from(first), usize::from(second));
        byte ^ state[usize::from(state[usize::from(first)].wrapping_add(state[usize::from(second)]))]
    };
    data.iter().map(next).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cipher_gives_the_published_bytes() {
        assert_eq!(rc4(b"Key", b"Plaintext"), [0xbb, 0xf3, 0x16, 0xe8, 0xd9, 0x40, 0xaf, 0x0a, 0xd3]);
    }
}
