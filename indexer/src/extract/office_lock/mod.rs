//! Office files locked with a password: the package inside, once a password fits.
//!
//! A locked DOCX, XLSX or PPTX is a compound file with the streams `EncryptionInfo` and `EncryptedPackage`. Two schemes are in
//! use ([MS-OFFCRYPTO] 2.3.4): *agile*, described in XML, and *standard*, described in fixed fields. Whether a password is
//! the right one can be told before anything is decrypted. Files of 97 to 2003 and OpenDocument files are locked stream by stream
//! and part by part; their readers come here with what they have.

mod agile;
mod cipher;
pub(super) mod document;
pub(super) mod opendocument;
pub(super) mod presentation;
pub(super) mod rc4;
mod standard;
pub(super) mod workbook;

use super::compound_file::{self, CompoundFile};

/// Programs lock workbooks that need no password, such as ones with a protected structure, with this one
/// ([MS-OFFCRYPTO] 2.4.2.3 names it), and open them without asking.
const UNASKED: &str = "VelvetSweatshop";

/// How a key is made of a password, and the package decrypted with it.
trait Scheme {
    /// The key of the package, if the password is the right one.
    fn unlock(&self, password: &str) -> Option<Vec<u8>>;

    /// Decrypts the package in place.
    fn decrypt(&self, key: &[u8], package: &mut [u8]) -> Option<()>;
}

/// The package in a locked Office file, opened with the first password that fits; nothing if none does.
#[must_use]
pub fn open(bytes: &[u8], passwords: &[String]) -> Option<Vec<u8>> {
    let file = CompoundFile::open(bytes)?;
    let info = file.stream(file.root(), "EncryptionInfo")?;
    let mut package = file.stream(file.root(), "EncryptedPackage")?;
    let version = (compound_file::short(&info, 0)?, compound_file::short(&info, 2)?);
    let scheme: Box<dyn Scheme> = match version {
        (4, 4) => Box::new(agile::Agile::read(info.get(8..)?)?),
        (2..=4, 2) => Box::new(standard::Standard::read(&info)?),
        _ => return None,
    };
    let key = tried(passwords).find_map(|password| scheme.unlock(password))?;
    let length = u64::from_le_bytes(package.get(..8)?.try_into().ok()?);
    package.drain(..8);
    scheme.decrypt(&key, &mut package)?;
    package.truncate(usize::try_from(length).ok()?);
    Some(package)
}

/// The passwords tried, in order.
fn tried(passwords: &[String]) -> impl Iterator<Item = &str> {
    std::iter::once(UNASKED).chain(passwords.iter().map(String::as_str))
}

/// A password as most schemes hash it.
fn utf16(password: &str) -> Vec<u8> {
    password.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[cfg(test)]
pub(in crate::extract) mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::extract::compound_file::file_of;
    use crate::extract::tests::{kinds, options, read_one, zip_of};
    use crate::extract::{Input, Options};
    use redwell_model::{ExceptionKind, Format};

    fn package() -> Vec<u8> {
        let types = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;
        let body = r#"<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r><w:t>Only for counsel.</w:t></w:r></w:p></w:body></w:document>"#;
        zip_of(&[("[Content_Types].xml", types.as_bytes()), ("word/document.xml", body.as_bytes())])
    }

    /// A Word document locked so.
    pub(in crate::extract) fn locked(scheme: &str, password: &str) -> Vec<u8> {
        let package = package();
        let (info, mut encrypted) = match scheme {
            "agile" => agile::tests::lock(&package, password),
            _ => standard::tests::lock(&package, password),
        };
        let mut stream = (package.len() as u64).to_le_bytes().to_vec();
        stream.append(&mut encrypted);
        file_of(&[("EncryptionInfo", &info), ("EncryptedPackage", &stream)])
    }

    #[test]
    fn the_right_password_opens_the_package() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        for scheme in ["agile", "standard"] {
            let bytes = locked(scheme, "pässword");
            assert_eq!(open(&bytes, &[]), None, "{scheme}");
            assert_eq!(open(&bytes, &words(&["wrong", ""])), None, "{scheme}");
            assert_eq!(open(&bytes, &words(&["wrong", "pässword"])), Some(package()), "{scheme}");
            assert_eq!(open(&locked(scheme, UNASKED), &[]), Some(package()), "{scheme}");
        }
    }

    #[test]
    fn a_locked_document_is_read_with_its_password_and_told_without() {
        let bytes = locked("agile", "secret");
        assert_eq!(kinds(&read_one("a.docx", &bytes)), vec![ExceptionKind::Encrypted]);
        let options = Options { passwords: vec!["secret".to_owned()], ..options() };
        let input = Input { name: "a.docx", bytes: &bytes, options: &options };
        let found = crate::extract::extract(&input, &mut |_| ());
        assert_eq!((found.format, found.text.as_str()), (Format::Docx, "Only for counsel."));
        assert_eq!(found.metadata.other.get("encrypted").map(String::as_str), Some("true"));
        assert_eq!(kinds(&found), Vec::new());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]
        #[test]
        fn damage_is_survived(at in 0_usize..6_000, with in any::<u8>(), standard in any::<bool>()) {
            let mut bytes = locked(if standard { "standard" } else { "agile" }, "secret");
            let at = at % bytes.len();
            bytes[at] = with;
            let _ = open(&bytes, &["secret".to_owned()]);
        }
    }
}
