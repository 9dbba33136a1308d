//! PDF files whose pages anybody may read while the files attached to them are encrypted (ISO 32000-2, 7.6.6: `EFF`).
//!
//! The reader takes such a file for locked or broken. Its pages are read from a copy that says nothing of encryption; what
//! is attached stays locked, and that is told.

/// A copy of the file in which nothing is called encrypted; `None` where pages are encrypted too, or nothing is.
pub(super) fn without_lock(bytes: &[u8]) -> Option<Vec<u8>> {
    let is_plain = |key: &[u8]| {
        let mut values = values(bytes, key).peekable();
        values.peek().is_none() || values.all(|value| value.starts_with(b"/Identity"))
    };
    let mut locks = values(bytes, b"/EFF").peekable();
    let locks_attachments = locks.peek().is_some() && locks.all(|value| !value.starts_with(b"/Identity"));
    if !locks_attachments || !is_plain(b"/StmF") || !is_plain(b"/StrF") {
        return None;
    }
    let mut copy = bytes.to_vec();
    let places: Vec<usize> = places(bytes, b"/Encrypt").collect();
    places.iter().for_each(|at| copy[at + 1] = b'N');
    (!places.is_empty()).then_some(copy)
}

/// What follows each key of this name.
fn values<'b>(bytes: &'b [u8], key: &'b [u8]) -> impl Iterator<Item = &'b [u8]> {
    places(bytes, key).map(move |at| bytes[at + key.len()..].trim_ascii_start())
}

/// Where a key of this name stands; longer names that begin with it are others.
fn places<'b>(bytes: &'b [u8], key: &'b [u8]) -> impl Iterator<Item = usize> {
    let stands = move |at: &usize| !bytes.get(at + key.len()).is_some_and(u8::is_ascii_alphanumeric);
    bytes.windows(key.len()).enumerate().filter(move |(_, window)| *window == key).map(|(at, _)| at).filter(stands)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::pdf::extract;
    use crate::extract::pdf::fixture::Fixture;
    use crate::extract::recognition::unavailable;
    use crate::extract::{Input, Options};
    use redwell_model::ExceptionKind;

    #[test]
    fn only_files_with_plain_pages_are_changed() {
        let check = |file: &str, expected: Option<&str>| {
            let found = without_lock(file.as_bytes());
            assert_eq!(found, expected.map(|text| text.as_bytes().to_vec()), "{file}");
        };
        let plain = "<</EFF /Std/StmF/Identity/StrF /Identity/EncryptMetadata true>> <</Encrypt 1 0 R>>";
        check(plain, Some(&plain.replace("/Encrypt 1", "/Nncrypt 1")));
        check("<</EFF/Std>> <</Encrypt 1 0 R>>", Some("<</EFF/Std>> <</Nncrypt 1 0 R>>"));
        check("<</EFF/Std/StmF/Std/StrF/Identity>> <</Encrypt 1 0 R>>", None);
        check("<</StmF/Identity/StrF/Identity>> <</Encrypt 1 0 R>>", None);
        check("<</EFF/Std>>", None);
        check("/EFF", None);
    }

    #[test]
    fn pages_are_read_and_the_lock_is_told() {
        let mut fixture = Fixture::new();
        let zeros = "00".repeat(48);
        let lock = fixture.object(&format!(
            "<</Filter/Standard/V 5/R 6/Length 256/P -4/O<{zeros}>/U<{zeros}>/OE<{zeros}>/UE<{zeros}>/Perms<{zeros}>\
             /CF<</StdCF<</CFM/AESV3/Length 32>>>>/StmF/Identity/StrF/Identity/EFF/StdCF>>"
        ));
        let fixture = fixture.page("BT /F1 10 Tf 72 720 Td (kept) Tj ET");
        let file = fixture.trailer(&format!("/Encrypt {lock} 0 R/ID[<00><00>]")).build();
        let options = Options::default();
        let found = extract(&Input { name: "a.pdf", bytes: &file, options: &options }, &mut unavailable, &mut |_| {});
        let kinds: Vec<_> = found.exceptions.iter().map(|told| told.kind).collect();
        assert_eq!((found.text.as_str(), kinds), ("kept", vec![ExceptionKind::Encrypted]));
    }
}
