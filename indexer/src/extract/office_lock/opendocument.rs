//! OpenDocument files locked with a password: a package that is not (ODF 1.3, part 2, 4.8).
//!
//! Each part is packed and then encrypted with a key of its own. Only what `LibreOffice` has written since 2012 is opened: AES
//! in chained blocks, keys by PBKDF2; older files use Blowfish, newer ones may be encrypted as a whole.

use std::io::{Cursor, Read as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::read::DeflateDecoder;
use quick_xml::events::Event;
use sha1::{Digest as _, Sha1};
use sha2::Sha256;
use zip::write::SimpleFileOptions;

use super::cipher;
use crate::extract::markup::{Markup, attribute};
use crate::extract::package::Package;

/// Most parts opened.
const MOST_PARTS: usize = 500;

/// More rounds than any program asks for.
const MOST_ROUNDS: u32 = 1_000_000;

/// Most bytes of all parts together.
const LARGEST: u64 = 1 << 30;

/// How one part is locked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Locked {
    name: String,
    checksum: Vec<u8>,
    start: Vec<u8>,
    salt: Vec<u8>,
    rounds: u32,
    is_aes: bool,
}

/// The package opened with the first password that fits; `None` if none does.
pub(in crate::extract) fn open(package: &mut Package<'_>, manifest: &str, passwords: &[String]) -> Option<Vec<u8>> {
    let parts = locked(manifest);
    let first = parts.iter().find(|part| part.name == "content.xml").filter(|part| part.is_aes)?;
    let content = package.bytes(&first.name)?;
    let hash = |password: &str| Sha256::digest(password);
    let start = super::tried(passwords).map(hash).find(|start| first.opened(&content, start).is_some())?;
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
            let packed = part.opened(&bytes, &start)?;
            bytes.clear();
            // What a damaged part still gives is read.
            let _ = DeflateDecoder::new(packed.as_slice()).take(left).read_to_end(&mut bytes);
        }
        left = left.saturating_sub(bytes.len() as u64);
        writer.start_file(name, SimpleFileOptions::default()).ok()?;
        writer.write_all(&bytes).ok()?;
    }
    Some(writer.finish().ok()?.into_inner())
}

impl Locked {
    /// The packed bytes of a part, if the start key is the right one.
    fn opened(&self, encrypted: &[u8], start: &[u8]) -> Option<Vec<u8>> {
        let key = derived(start, &self.salt, self.rounds);
        let mut packed = encrypted.to_vec();
        cipher::decrypt_chained(&key, &self.start, &mut packed)?;
        // The last byte counts those that only fill the last block.
        let fill = usize::from(*packed.last()?);
        let end = packed.len().saturating_sub(fill);
        packed.truncate(end);
        let checked = &packed[..packed.len().min(1024)];
        (Sha256::digest(checked).as_slice() == self.checksum).then_some(packed)
    }
}

/// Which parts a package's manifest says are locked, and how.
fn locked(manifest: &str) -> Vec<Locked> {
    let mut markup = Markup::lenient(manifest);
    let (mut parts, mut part): (Vec<Locked>, Locked) = (Vec::new(), Locked::default());
    loop {
        match markup.event() {
            Event::Start(element) | Event::Empty(element) => {
                let said = |name| attribute(&element, name).unwrap_or_default();
                let bytes = |name| STANDARD.decode(said(name).trim()).unwrap_or_default();
                match element.local_name().as_ref() {
                    b"file-entry" => part = Locked { name: said("full-path"), ..Locked::default() },
                    b"encryption-data" => {
                        part.checksum = bytes("checksum");
                        part.is_aes = said("checksum-type").ends_with("sha256-1k");
                    }
                    b"algorithm" => {
                        part.start = bytes("initialisation-vector");
                        part.is_aes &= said("algorithm-name").ends_with("aes256-cbc");
                    }
                    b"key-derivation" => {
                        part.salt = bytes("salt");
                        part.rounds = said("iteration-count").parse().unwrap_or(0).min(MOST_ROUNDS);
                        part.is_aes &= said("key-derivation-name").ends_with("PBKDF2")
                            || said("key-derivation-name").ends_with("pbkdf2");
                    }
                    b"start-key-generation" => part.is_aes &= said("start-key-generation-name").ends_with("sha256"),
                    _ => {}
                }
            }
            Event::End(element) if element.local_name().as_ref() == b"encryption-data" && parts.len() < MOST_PARTS => {
                parts.push(part.clone());
            }
            Event::Eof => return parts,
            _ => {}
        }
    }
}

/// A key of 256 bits (PBKDF2 with HMAC-SHA-1, RFC 8018).
fn derived(secret: &[u8], salt: &[u8], rounds: u32) -> Vec<u8> {
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
        let mut last = keyed(&[salt, &block.to_be_bytes()].concat());
        let mut sum = last;
        for _ in 1..rounds {
            last = keyed(&last);
            sum.iter_mut().zip(&last).for_each(|(byte, with)| *byte ^= with);
        }
        key.extend_from_slice(&sum);
    }
    key.truncate(32);
    key
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::tests::{kinds, options, read_one, zip_of};
    use crate::extract::{Input, Options};
    use proptest::prelude::*;
    use redwell_model::ExceptionKind;

    fn locked_text(password: &str) -> Vec<u8> {
        let content = b"<office:document-content><office:body><text:p>Only for counsel.</text:p></office:body></office:document-content>";
        let mut packer = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(content).unwrap();
        let mut packed = packer.finish().unwrap();
        let checksum = STANDARD.encode(Sha256::digest(&packed));
        let fill = 16 - packed.len() % 16;
        packed.resize(packed.len() + fill, u8::try_from(fill).unwrap());
        let key = derived(&Sha256::digest(password), &[4; 16], 3);
        let encrypted = cipher::tests::encrypt(&key, Some([2; 16]), &packed);
        let (start, salt) = (STANDARD.encode([2; 16]), STANDARD.encode([4; 16]));
        let manifest = format!(
            "<manifest:manifest><manifest:file-entry manifest:full-path=\"content.xml\"><manifest:encryption-data manifest:checksum-type=\"urn:oasis:names:tc:opendocument:xmlns:manifest:1.0#sha256-1k\" manifest:checksum=\"{checksum}\"><manifest:algorithm manifest:algorithm-name=\"http://www.w3.org/2001/04/xmlenc#aes256-cbc\" manifest:initialisation-vector=\"{start}\"/><manifest:key-derivation manifest:key-derivation-name=\"PBKDF2\" manifest:iteration-count=\"3\" manifest:salt=\"{salt}\"/><manifest:start-key-generation manifest:start-key-generation-name=\"http://www.w3.org/2000/09/xmldsig#sha256\"/></manifest:encryption-data></manifest:file-entry></manifest:manifest>"
        );
        zip_of(&[
            ("mimetype", b"application/vnd.oasis.opendocument.text"),
            ("content.xml", &encrypted),
            ("META-INF/manifest.xml", manifest.as_bytes()),
        ])
    }

    #[test]
    fn keys_are_those_of_the_standard() {
        // RFC 6070, second case.
        assert_eq!(derived(b"password", b"salt", 2)[..4], [0xea, 0x6c, 0x01, 0x4d]);
    }

    #[test]
    fn a_locked_text_is_read_with_its_password_and_told_without() {
        let bytes = locked_text("secret");
        assert_eq!(kinds(&read_one("a.odt", &bytes)), vec![ExceptionKind::Encrypted]);
        let options = Options { passwords: vec!["wrong".to_owned(), "secret".to_owned()], ..options() };
        let found = crate::extract::extract(&Input { name: "a.odt", bytes: &bytes, options: &options }, &mut |_| ());
        assert_eq!((found.text.as_str(), kinds(&found)), ("Only for counsel.", vec![]));
        assert_eq!(found.metadata.other["encrypted"], "true");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn damage_is_survived(at in 0_usize..3000, with in any::<u8>()) {
            let mut bytes = locked_text("secret");
            let at = at % bytes.len();
            bytes[at] = with;
            let options = Options { passwords: vec!["secret".to_owned()], ..options() };
            crate::extract::extract(&Input { name: "a.odt", bytes: &bytes, options: &options }, &mut |_| ());
        }
    }
}
