//! Agile encryption ([MS-OFFCRYPTO] 2.3.4.10 to 2.3.4.15): AES in chained blocks, keys by a hash the file names.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha384, Sha512};

use super::cipher::{self, BLOCK};
use super::{Scheme, utf16};

/// Bytes of the package decrypted with one start value.
const SEGMENT: usize = 4096;

/// More rounds than any program asks for; a file that asks for more is out to burn time.
const MOST_ROUNDS: u32 = 10_000_000;

/// What the keys for the three secrets are told apart by.
const FOR_VERIFIER: [u8; 8] = [0xfe, 0xa7, 0xd2, 0x76, 0x3b, 0x4b, 0x9e, 0x79];
const FOR_VERIFIER_HASH: [u8; 8] = [0xd7, 0xaa, 0x0f, 0x6d, 0x30, 0x61, 0x34, 0x4e];
const FOR_KEY: [u8; 8] = [0x14, 0x6e, 0x0b, 0xe7, 0xab, 0xac, 0xd0, 0xd6];

/// Hashes a file may name.
#[derive(Debug, Clone, Copy)]
enum Hash {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

/// What `EncryptionInfo` says.
pub(super) struct Agile {
    package: Parameters,
    password: Parameters,
    rounds: u32,
    verifier: Vec<u8>,
    verifier_hash: Vec<u8>,
    key: Vec<u8>,
}

/// How one of the two keys is used.
struct Parameters {
    salt: Vec<u8>,
    key_bytes: usize,
    hash: Hash,
}

impl Agile {
    /// Reads the XML after the version.
    pub(super) fn read(xml: &[u8]) -> Option<Self> {
        let mut reader = Reader::from_reader(xml);
        let (mut package, mut encryptor) = (None, None);
        loop {
            match reader.read_event().ok()? {
                Event::Start(tag) | Event::Empty(tag) => match tag.local_name().as_ref() {
                    b"keyData" => package = Parameters::read(&tag),
                    b"encryptedKey" => encryptor = Some(tag.into_owned()),
                    _ => {}
                },
                Event::Eof => break,
                _ => {}
            }
        }
        let encryptor = encryptor?;
        let rounds = attribute(&encryptor, "spinCount")?.parse().ok().filter(|rounds| *rounds <= MOST_ROUNDS)?;
        Some(Self {
            package: package?,
            password: Parameters::read(&encryptor)?,
            rounds,
            verifier: base64(&attribute(&encryptor, "encryptedVerifierHashInput")?)?,
            verifier_hash: base64(&attribute(&encryptor, "encryptedVerifierHashValue")?)?,
            key: base64(&attribute(&encryptor, "encryptedKeyValue")?)?,
        })
    }

    /// The hash of a password all keys are made from.
    fn spun(&self, password: &str) -> Vec<u8> {
        let hash = self.password.hash;
        let mut spun = hash.of(&[&self.password.salt, &utf16(password)]);
        for round in 0..self.rounds {
            spun = hash.of(&[&round.to_le_bytes(), &spun]);
        }
        spun
    }

    /// A secret kept under the password.
    fn secret(&self, spun: &[u8], purpose: [u8; 8], encrypted: &[u8]) -> Option<Vec<u8>> {
        let mut plain = encrypted.to_vec();
        let key = self.password.key(spun, purpose);
        cipher::decrypt_chained(&key, &fitted(self.password.salt.clone(), BLOCK), &mut plain)?;
        Some(plain)
    }
}

impl Scheme for Agile {
    fn unlock(&self, password: &str) -> Option<Vec<u8>> {
        let spun = self.spun(password);
        let verifier = self.secret(&spun, FOR_VERIFIER, &self.verifier)?;
        let expected = self.secret(&spun, FOR_VERIFIER_HASH, &self.verifier_hash)?;
        let actual = self.password.hash.of(&[verifier.get(..self.password.salt.len())?]);
        if expected.get(..actual.len())? != actual {
            return None;
        }
        let mut key = self.secret(&spun, FOR_KEY, &self.key)?;
        key.truncate(self.package.key_bytes);
        Some(key)
    }

    fn decrypt(&self, key: &[u8], package: &mut [u8]) -> Option<()> {
        for (number, segment) in (0_u32..).zip(package.chunks_mut(SEGMENT)) {
            let start = self.package.hash.of(&[&self.package.salt, &number.to_le_bytes()]);
            cipher::decrypt_chained(key, &fitted(start, BLOCK), segment)?;
        }
        Some(())
    }
}

impl Parameters {
    fn read(tag: &BytesStart<'_>) -> Option<Self> {
        let is_known =
            attribute(tag, "cipherAlgorithm")? == "AES" && attribute(tag, "cipherChaining")? == "ChainingModeCBC";
        let hash = match attribute(tag, "hashAlgorithm")?.replace('-', "").as_str() {
            "SHA1" => Hash::Sha1,
            "SHA256" => Hash::Sha256,
            "SHA384" => Hash::Sha384,
            "SHA512" => Hash::Sha512,
            _ => return None,
        };
        let key_bytes = attribute(tag, "keyBits")?.parse::<usize>().ok()? / 8;
        let salt = base64(&attribute(tag, "saltValue")?)?;
        (is_known && matches!(key_bytes, 16 | 24 | 32)).then_some(Self { salt, key_bytes, hash })
    }

    fn key(&self, spun: &[u8], purpose: [u8; 8]) -> Vec<u8> {
        fitted(self.hash.of(&[spun, &purpose]), self.key_bytes)
    }
}

impl Hash {
    fn of(self, parts: &[&[u8]]) -> Vec<u8> {
        fn digest<D: Digest>(parts: &[&[u8]]) -> Vec<u8> {
            let mut digest = D::new();
            parts.iter().for_each(|part| digest.update(part));
            digest.finalize().to_vec()
        }
        match self {
            Self::Sha1 => digest::<Sha1>(parts),
            Self::Sha256 => digest::<Sha256>(parts),
            Self::Sha384 => digest::<Sha384>(parts),
            Self::Sha512 => digest::<Sha512>(parts),
        }
    }
}

/// Bytes cut to a length, or filled up to it as the format says.
fn fitted(mut bytes: Vec<u8>, length: usize) -> Vec<u8> {
    bytes.resize(length, 0x36);
    bytes
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found =
        tag.attributes().filter_map(Result::ok).find(|found| found.key.local_name().as_ref() == name.as_bytes())?;
    Some(String::from_utf8_lossy(&found.value).into_owned())
}

fn base64(text: &str) -> Option<Vec<u8>> {
    STANDARD.decode(text.trim()).ok()
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use crate::extract::office_lock::cipher::tests::encrypt;

    /// A package locked with AES-256 and SHA-512: `EncryptionInfo` and the encrypted bytes.
    pub(in super::super) fn lock(package: &[u8], password: &str) -> (Vec<u8>, Vec<u8>) {
        let parameters = |salt| Parameters { salt: vec![salt; 16], key_bytes: 32, hash: Hash::Sha512 };
        let mut made = Agile {
            package: parameters(1),
            password: parameters(2),
            rounds: 1_000,
            verifier: Vec::new(),
            verifier_hash: Vec::new(),
            key: Vec::new(),
        };
        let (spun, verifier, key) = (made.spun(password), [7_u8; 16], [9_u8; 32]);
        let keep = |purpose, secret: &[u8]| encrypt(&made.password.key(&spun, purpose), Some([2; 16]), secret);
        let verifier_hash = keep(FOR_VERIFIER_HASH, &Hash::Sha512.of(&[&verifier]));
        (made.verifier, made.key) = (keep(FOR_VERIFIER, &verifier), keep(FOR_KEY, &key));
        made.verifier_hash = verifier_hash;
        let mut encrypted = Vec::new();
        for (number, segment) in (0_u32..).zip(package.chunks(SEGMENT)) {
            let start = made.package.hash.of(&[&made.package.salt, &number.to_le_bytes()]);
            encrypted.extend(encrypt(&key, Some(start[..16].try_into().unwrap()), segment));
        }
        let common = r#"saltSize="16" blockSize="16" keyBits="256" hashSize="64" cipherAlgorithm="AES" cipherChaining="ChainingModeCBC" hashAlgorithm="SHA512""#;
        let xml = format!(
            r#"<encryption xmlns="http://schemas.microsoft.com/office/2006/encryption" xmlns:p="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><keyData {common} saltValue="{}"/><keyEncryptors><keyEncryptor uri="http://schemas.microsoft.com/office/2006/keyEncryptor/password"><p:encryptedKey spinCount="1000" {common} saltValue="{}" encryptedVerifierHashInput="{}" encryptedVerifierHashValue="{}" encryptedKeyValue="{}"/></keyEncryptor></keyEncryptors></encryption>"#,
            STANDARD.encode(&made.package.salt),
            STANDARD.encode(&made.password.salt),
            STANDARD.encode(&made.verifier),
            STANDARD.encode(&made.verifier_hash),
            STANDARD.encode(&made.key),
        );
        ([&[4, 0, 4, 0, 0x40, 0, 0, 0], xml.as_bytes()].concat(), encrypted)
    }

    #[test]
    fn a_file_that_asks_for_too_many_rounds_is_refused() {
        let (info, _) = lock(b"x", "y");
        let xml = String::from_utf8(info[8..].to_vec()).unwrap();
        assert!(Agile::read(xml.as_bytes()).is_some());
        assert!(Agile::read(xml.replace("\"1000\"", "\"4000000000\"").as_bytes()).is_none());
        assert!(Agile::read(xml.replace("SHA512", "MD2").as_bytes()).is_none());
        assert!(Agile::read(b"<encryption/>").is_none());
    }
}
