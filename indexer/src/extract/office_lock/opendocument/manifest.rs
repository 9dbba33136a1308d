//! What the manifest of a package says of its locked parts (ODF 1.3, part 2, 4.8; ODF 1.4).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quick_xml::events::Event;

use super::key::{Derivation, Hash};
use crate::extract::markup::{Markup, attribute};

/// Most parts opened.
const MOST_PARTS: usize = 500;

/// How one part is locked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Locked {
    pub(super) name: String,
    /// The hash of the beginning of the packed part, by which the right password is told.
    pub(super) checksum: Vec<u8>,
    pub(super) checked_by: Option<Hash>,
    pub(super) cipher: Option<Cipher>,
    /// What the first block is chained to.
    pub(super) start: Vec<u8>,
    pub(super) salt: Vec<u8>,
    pub(super) derivation: Derivation,
    /// By what the password is hashed before keys are derived from it; files of before 2012 need not say.
    pub(super) hashed_by: Hash,
}

/// The ciphers in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cipher {
    /// AES of 256 bits in chained blocks: `LibreOffice` since 2012.
    AesChained,
    /// AES of 256 bits in counter mode, with a tag at the end: `LibreOffice` since 2024, for whole packages.
    AesCounted,
    /// Blowfish, fed back: `OpenOffice`.
    Blowfish,
}

/// Which parts are locked, and how.
pub(super) fn locked(manifest: &str) -> Vec<Locked> {
    let mut markup = Markup::lenient(manifest);
    let (mut parts, mut part): (Vec<Locked>, Locked) = (Vec::new(), Locked::default());
    loop {
        match markup.event() {
            Event::Start(element) | Event::Empty(element) => {
                let said = |name| attribute(&element, name).unwrap_or_default();
                let bytes = |name| STANDARD.decode(said(name).trim()).unwrap_or_default();
                let number = |name| said(name).parse().ok();
                match element.local_name().as_ref() {
                    b"file-entry" => part = Locked { name: said("full-path"), ..Locked::default() },
                    b"encryption-data" => {
                        part.checksum = bytes("checksum");
                        part.checked_by = match said("checksum-type").to_ascii_lowercase() {
                            kind if kind.ends_with("sha256-1k") => Some(Hash::Sha256),
                            kind if kind.ends_with("sha1-1k") || kind == "sha1/1k" => Some(Hash::Sha1),
                            _ => None,
                        };
                    }
                    b"algorithm" => {
                        part.start = bytes("initialisation-vector");
                        part.cipher = match said("algorithm-name").to_ascii_lowercase() {
                            name if name.ends_with("aes256-cbc") => Some(Cipher::AesChained),
                            name if name.ends_with("aes256-gcm") => Some(Cipher::AesCounted),
                            // Named for eight bits, fed back by 64 all the same.
                            name if name.ends_with("blowfish-cfb8") || name == "blowfish cfb" => Some(Cipher::Blowfish),
                            _ => None,
                        };
                    }
                    b"key-derivation" => {
                        part.salt = bytes("salt");
                        let bytes = number("key-size").and_then(|size: u32| usize::try_from(size).ok());
                        part.derivation = match said("key-derivation-name").to_ascii_lowercase() {
                            name if name.ends_with("pbkdf2") => {
                                Derivation::Pbkdf2 { rounds: number("iteration-count").unwrap_or(0), bytes }
                            }
                            name if name.ends_with("argon2id") => Derivation::Argon2 {
                                rounds: number("argon2-iterations").unwrap_or(0),
                                memory_kib: number("argon2-memory").unwrap_or(0),
                                lanes: number("argon2-lanes").unwrap_or(0),
                            },
                            _ => Derivation::Unknown,
                        };
                    }
                    b"start-key-generation" => {
                        let name = said("start-key-generation-name").to_ascii_lowercase();
                        part.hashed_by = if name.ends_with("sha256") { Hash::Sha256 } else { Hash::Sha1 };
                    }
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
