//! OpenDocument files locked with a password: a package that is not (ODF 1.3, part 2, 4.8).
//!
//! Each part is packed and then encrypted with a key of its own; newer programs do the same with the package as a whole. What
//! `OpenOffice` and `LibreOffice` have ever written is opened: Blowfish, then AES in chained blocks, then AES
//! in counter mode. Packages encrypted for somebody's key (`OpenPGP`) are not. Tags of counter mode are not checked: what is
//! left of a damaged file is read.

mod key;
mod manifest;

use std::io::{Cursor, Read as _, Write as _};

use flate2::read::DeflateDecoder;
use zip::write::SimpleFileOptions;

use self::key::Hash;
use self::manifest::{Cipher, Locked, locked};
use super::cipher;
use crate::extract::identify::is_zip;
use crate::extract::package::Package;

/// The part that is a package itself.
const WHOLE: &str = "encrypted-package";

/// Most bytes of all parts together.
const LARGEST: u64 = 1 << 30;

/// Bytes of a tag at the end of what is encrypted in counter mode.
const TAG: usize = 16;

/// The package opened with the first password that fits; `None` if none does.
pub(in crate::extract) fn open(package: &mut Package<'_>, manifest: &str, passwords: &[String]) -> Option<Vec<u8>> {
    let parts = locked(manifest);
    if let Some(whole) = parts.iter().find(|part| part.name == WHOLE) {
        let encrypted = package.bytes(WHOLE)?;
        return secrets(passwords, whole.hashed_by).find_map(|secret| whole.package(&encrypted, &secret));
    }
    let first = parts.iter().find(|part| part.name == "content.xml")?;
    let content = package.bytes(&first.name)?;
    let secret = secrets(passwords, first.hashed_by).find(|secret| first.is_opened_by(&content, secret))?;
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut left = LARGEST;
    for name in package.names() {
        let is_seen = !["Pictures/", "Thumbnails/", "Configurations2/"].iter().any(|folder| name.starts_with(folder));
        if name.ends_with('/') || !is_seen {
            continue;
        }
        let mut bytes = if name == "META-INF/manifest.xml" {
            manifest.replace("encryption-data", "opened").into_bytes()
        } else {
            package.bytes(&name)?
        };
        if let Some(part) = parts.iter().find(|part| part.name == name) {
            let packed = part.decrypted(&bytes, &secret)?;
            bytes = unpacked(&packed, left);
        }
        left = left.saturating_sub(bytes.len() as u64);
        writer.start_file(name, SimpleFileOptions::default()).ok()?;
        writer.write_all(&bytes).ok()?;
    }
    Some(writer.finish().ok()?.into_inner())
}

/// What keys are made of, password by password. Old programs took the bytes of the system for a password; where those of
/// Western systems differ from UTF-8 they are tried after it.
fn secrets(passwords: &[String], hash: Hash) -> impl Iterator<Item = Vec<u8>> {
    passwords.iter().flat_map(move |password| {
        let western = encoding_rs::WINDOWS_1252.encode(password);
        let western = (!password.is_ascii() && !western.2 && hash == Hash::Sha1).then(|| western.0.into_owned());
        std::iter::once(password.clone().into_bytes()).chain(western).map(move |bytes| hash.of(&bytes))
    })
}

impl Locked {
    /// The packed bytes of a part; right only if the secret is.
    fn decrypted(&self, encrypted: &[u8], secret: &[u8]) -> Option<Vec<u8>> {
        let cipher = self.cipher?;
        let key = self.derivation.key(secret, &self.salt, if cipher == Cipher::Blowfish { 16 } else { 32 })?;
        match cipher {
            Cipher::AesChained => {
                let mut packed = encrypted.to_vec();
                cipher::decrypt_chained(&key, &self.start, &mut packed)?;
                // The last byte counts those that only fill the last block.
                let fill = usize::from(*packed.last()?);
                packed.truncate(packed.len().saturating_sub(fill));
                Some(packed)
            }
            Cipher::AesCounted => {
                // The start value stands before the bytes once more.
                let encrypted = encrypted.strip_prefix(self.start.as_slice()).unwrap_or(encrypted);
                let mut packed = encrypted.get(..encrypted.len().checked_sub(TAG)?)?.to_vec();
                cipher::decrypt_counted(&key, &self.start, &mut packed)?;
                Some(packed)
            }
            Cipher::Blowfish => {
                let mut packed = encrypted.to_vec();
                cipher::decrypt_fed_back(&key, &self.start, &mut packed)?;
                Some(packed)
            }
        }
    }

    /// Whether a secret opens this part.
    fn is_opened_by(&self, encrypted: &[u8], secret: &[u8]) -> bool {
        let Some((packed, hash)) = self.decrypted(encrypted, secret).zip(self.checked_by) else { return false };
        let checked = &packed[..packed.len().min(1024)];
        // OpenOffice hashes messages of these lengths in a way of its own.
        let is_odd = hash == Hash::Sha1 && (52..56).contains(&(checked.len() % 64));
        hash.of(checked) == self.checksum || is_odd && unpacked(&packed, 64).starts_with(b"<?xml")
    }

    /// The package that this part is, if the secret is the right one.
    fn package(&self, encrypted: &[u8], secret: &[u8]) -> Option<Vec<u8>> {
        let packed = self.decrypted(encrypted, secret)?;
        is_zip(&unpacked(&packed, 4)).then(|| unpacked(&packed, LARGEST))
    }
}

/// What is packed, up to so many bytes; of what is damaged, what it still gives.
fn unpacked(packed: &[u8], most: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = DeflateDecoder::new(packed).take(most).read_to_end(&mut bytes);
    bytes
}

#[cfg(test)]
pub(in crate::extract) mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    use proptest::prelude::*;
    use redwell_model::ExceptionKind;

    use super::key::Derivation;
    use super::*;
    use crate::extract::tests::{kinds, options, read_one, zip_of};
    use crate::extract::{Extracted, Input, Options};

    const TEXT: &[u8] = b"<?xml version=\"1.0\"?><office:document-content><office:body><text:p>Only for counsel.</text:p></office:body></office:document-content>";
    const KIND: (&str, &[u8]) = ("mimetype", b"application/vnd.oasis.opendocument.text");
    const SALT: [u8; 16] = [4; 16];

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    /// A package with this part, of which the manifest says so.
    fn package_of(
        name: &str,
        encrypted: &[u8],
        checksum: &str,
        algorithm: &str,
        derivation: &str,
        hash: &str,
    ) -> Vec<u8> {
        let salt = STANDARD.encode(SALT);
        let manifest = format!(
            "<manifest:manifest><manifest:file-entry manifest:full-path=\"{name}\"><manifest:encryption-data {checksum}><manifest:algorithm {algorithm}/><manifest:key-derivation {derivation} manifest:salt=\"{salt}\"/>{hash}</manifest:encryption-data></manifest:file-entry></manifest:manifest>"
        );
        zip_of(&[KIND, (name, encrypted), ("META-INF/manifest.xml", manifest.as_bytes())])
    }

    /// A text locked with this password, as `LibreOffice` did from 2012 on.
    pub(in crate::extract) fn locked_text(password: &str) -> Vec<u8> {
        let mut packed = packed(TEXT);
        let checksum = STANDARD.encode(Hash::Sha256.of(&packed));
        let fill = 16 - packed.len() % 16;
        packed.resize(packed.len() + fill, u8::try_from(fill).unwrap());
        let derivation = Derivation::Pbkdf2 { rounds: 3, bytes: None };
        let key = derivation.key(&Hash::Sha256.of(password.as_bytes()), &SALT, 32).unwrap();
        let encrypted = cipher::tests::encrypt(&key, Some([2; 16]), &packed);
        let start = STANDARD.encode([2; 16]);
        package_of(
            "content.xml",
            &encrypted,
            &format!(
                "manifest:checksum-type=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0#sha256-1k\" manifest:checksum=\"{checksum}\""
            ),
            &format!(
                "manifest:algorithm-name=\"http://www.w3.org/2001/04/xmlenc#aes256-cbc\" manifest:initialisation-vector=\"{start}\""
            ),
            "manifest:key-derivation-name=\"PBKDF2\" manifest:iteration-count=\"3\"",
            "<manifest:start-key-generation manifest:start-key-generation-name=\"http://www.w3.org/2000/09/xmldsig#sha256\"/>",
        )
    }

    /// The same as `OpenOffice` does it, the password in these bytes.
    fn locked_by_openoffice(password: &[u8], checksum: impl Fn(&[u8]) -> Vec<u8>, text: &[u8]) -> Vec<u8> {
        let mut packed = packed(text);
        let checksum = STANDARD.encode(checksum(&packed));
        let derivation = Derivation::Pbkdf2 { rounds: 3, bytes: None };
        let key = derivation.key(&Hash::Sha1.of(password), &SALT, 16).unwrap();
        cipher::tests::encrypt_fed_back(&key, [2; 8], &mut packed);
        package_of(
            "content.xml",
            &packed,
            &format!("manifest:checksum-type=\"SHA1/1K\" manifest:checksum=\"{checksum}\""),
            &format!(
                "manifest:algorithm-name=\"Blowfish CFB\" manifest:initialisation-vector=\"{}\"",
                STANDARD.encode([2; 8])
            ),
            "manifest:key-derivation-name=\"PBKDF2\" manifest:iteration-count=\"3\"",
            "",
        )
    }

    /// A package locked as a whole, as `LibreOffice` does it.
    fn locked_whole(password: &str, package: &[u8]) -> Vec<u8> {
        locked_whole_and(password, package, |_| ())
    }

    /// The same with something done to what is encrypted.
    fn locked_whole_and(password: &str, package: &[u8], change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
        let derivation = Derivation::Argon2 { rounds: 1, memory_kib: 64, lanes: 4 };
        let key = derivation.key(&Hash::Sha256.of(password.as_bytes()), &SALT, 32).unwrap();
        let mut packed = packed(package);
        // Counting out is counting in.
        cipher::decrypt_counted(&key, &[2; 12], &mut packed).unwrap();
        let mut encrypted = [&[2; 12], packed.as_slice(), &[0; TAG]].concat();
        change(&mut encrypted);
        package_of(
            WHOLE,
            &encrypted,
            "",
            &format!(
                "manifest:algorithm-name=\"http://www.w3.org/2009/xmlenc11#aes256-gcm\" manifest:initialisation-vector=\"{}\"",
                STANDARD.encode([2; 12])
            ),
            "manifest:key-derivation-name=\"urn:org:documentfoundation:names:experimental:office:manifest:argon2id\" loext:argon2-iterations=\"1\" loext:argon2-memory=\"64\" loext:argon2-lanes=\"4\"",
            "<manifest:start-key-generation manifest:start-key-generation-name=\"http://www.w3.org/2001/04/xmlenc#sha256\"/>",
        )
    }

    fn read(bytes: &[u8], passwords: &[&str]) -> Extracted {
        let passwords = passwords.iter().map(|password| (*password).to_owned()).collect();
        let options = Options { passwords, ..options() };
        crate::extract::extract(&Input { name: "a.odt", bytes, options: &options }, &mut |_| ())
    }

    #[track_caller]
    fn check(bytes: &[u8], password: &str) {
        assert_eq!(kinds(&read_one("a.odt", bytes)), vec![ExceptionKind::Encrypted]);
        assert_eq!(kinds(&read(bytes, &["wrong"])), vec![ExceptionKind::Encrypted]);
        let found = read(bytes, &["wrong", password]);
        assert_eq!((found.text.as_str(), kinds(&found)), ("Only for counsel.", vec![]));
        assert_eq!(found.metadata.other["encrypted"], "true");
    }

    #[test]
    fn a_locked_text_is_read_with_its_password_and_told_without() {
        check(&locked_text("secret"), "secret");
        check(&locked_whole("secret", &zip_of(&[KIND, ("content.xml", TEXT)])), "secret");
        let sha1 = |packed: &[u8]| Hash::Sha1.of(packed);
        check(&locked_by_openoffice(b"secret", sha1, TEXT), "secret");
        check(&locked_by_openoffice("gehéim".as_bytes(), sha1, TEXT), "gehéim");
        check(&locked_by_openoffice(b"geh\xe9im", sha1, TEXT), "gehéim");
    }

    #[test]
    fn a_part_hashed_in_openoffices_own_way_is_opened() {
        let mut text = TEXT.to_vec();
        for number in 0_u8.. {
            text.splice(text.len() - 10..text.len() - 10, format!(" a{number}='{number}'").into_bytes());
            if (52..56).contains(&(packed(&text).len() % 64)) {
                break;
            }
        }
        check(&locked_by_openoffice(b"secret", |_| vec![0; 20], &text), "secret");
    }

    #[test]
    fn a_locked_package_in_a_locked_package_stays_locked() {
        let bytes = locked_whole("secret", &locked_whole("secret", &zip_of(&[KIND, ("content.xml", TEXT)])));
        assert_eq!(kinds(&read(&bytes, &["secret"])), vec![ExceptionKind::Encrypted]);
    }

    #[test]
    fn what_is_left_of_a_damaged_package_is_read() {
        let package = zip_of(&[KIND, ("content.xml", TEXT), ("styles.xml", b"<styles/>")]);
        let bytes = locked_whole_and("secret", &package, |encrypted| encrypted.truncate(encrypted.len() - 60));
        let found = read(&bytes, &["secret"]);
        assert_eq!((found.text.as_str(), kinds(&found)), ("Only for counsel.", vec![ExceptionKind::Damaged]));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn damage_is_survived(which in 0_usize..3, at in any::<prop::sample::Index>(), with in any::<u8>()) {
            let mut bytes = match which {
                0 => locked_text("secret"),
                1 => locked_by_openoffice(b"secret", |packed| Hash::Sha1.of(packed), TEXT),
                _ => locked_whole("secret", &zip_of(&[KIND, ("content.xml", TEXT)])),
            };
            let at = at.index(bytes.len());
            bytes[at] = with;
            read(&bytes, &["secret"]);
        }
    }
}
