//! Bytes to characters: which encoding a text is in, and the text.
//!
//! In this order: a byte order mark; UTF-16 without one, by its zero bytes; UTF-8 where the bytes are valid; what the
//! file says; what the bytes look like (chardetng). Nothing is refused: bytes that fit no encoding become U+FFFD and
//! the caller is told.

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE};
use redwell_model::{ExceptionKind, ProcessingException, Stage};

/// How much of a text the guess looks at.
const GUESS_BYTES: usize = 256 * 1024;

/// A decoded text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'b> {
    /// The text, without byte order mark.
    pub text: Cow<'b, str>,
    /// The encoding it was read as.
    pub encoding: &'static str,
    /// Whether some bytes fitted no character.
    pub has_errors: bool,
}

/// Decodes a text. `label` is the encoding the file or its envelope names, if any.
#[must_use]
pub fn decode<'b>(bytes: &'b [u8], label: Option<&str>) -> Decoded<'b> {
    if let Some(text) = utf32(bytes) {
        return text;
    }
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        return with(encoding, &bytes[mark..]);
    }
    if let Some(encoding) = utf16_without_mark(bytes) {
        return with(encoding, bytes);
    }
    let named = label.and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    if named == Some(ISO_2022_JP) {
        return with(ISO_2022_JP, bytes);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Decoded { text: Cow::Borrowed(text), encoding: UTF_8.name(), has_errors: false };
    }
    // A text that says UTF-8 and is not, or says UTF-16 and has no zero bytes, says nothing.
    match named {
        Some(encoding) if encoding != UTF_8 && encoding != UTF_16LE && encoding != UTF_16BE => with(encoding, bytes),
        _ => with(guess(bytes), bytes),
    }
}

/// The exception for a text with undecodable bytes.
#[must_use]
pub fn garbled_notice(tool: &str, encoding: &str) -> ProcessingException {
    ProcessingException::new(
        Stage::Extract,
        ExceptionKind::GarbledText,
        tool,
        format!("some bytes are no characters in `{encoding}`, the likeliest encoding; they are shown as \u{fffd}"),
    )
}

fn with<'b>(encoding: &'static Encoding, bytes: &'b [u8]) -> Decoded<'b> {
    let (text, has_errors) = encoding.decode_without_bom_handling(bytes);
    Decoded { text, encoding: encoding.name(), has_errors }
}

/// A text with a UTF-32 byte order mark, which `encoding_rs` leaves to others.
fn utf32(bytes: &[u8]) -> Option<Decoded<'static>> {
    let read: fn([u8; 4]) -> u32 = match bytes.get(..4)? {
        [0xff, 0xfe, 0, 0] => u32::from_le_bytes,
        [0, 0, 0xfe, 0xff] => u32::from_be_bytes,
        _ => return None,
    };
    let chunks = bytes[4..].chunks_exact(4);
    let mut has_errors = !chunks.remainder().is_empty();
    let mut text = String::with_capacity(bytes.len() / 4);
    for chunk in chunks {
        let c = <[u8; 4]>::try_from(chunk).ok().and_then(|four| char::from_u32(read(four)));
        has_errors |= c.is_none();
        text.push(c.unwrap_or('\u{fffd}'));
    }
    Some(Decoded { text: Cow::Owned(text), encoding: "UTF-32", has_errors })
}

/// UTF-16 without a byte order mark: text in Latin script has a zero in nearly every second byte.
#[must_use]
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(1024) & !1];
    if sample.len() < 4 {
        return None;
    }
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd, units) = (zeros(0), zeros(1), sample.len() / 2);
    if odd * 10 >= units * 7 && even * 20 <= units {
        return Some(UTF_16LE);
    }
    (even * 10 >= units * 7 && odd * 20 <= units).then_some(UTF_16BE)
}

fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    let whole = bytes.len() <= GUESS_BYTES;
    let mut seen = detector.feed(&bytes[..bytes.len().min(GUESS_BYTES)], whole);
    if !whole && !seen {
        // Plain ASCII so far: look where the first other byte stands.
        let start = bytes.iter().position(|b| !b.is_ascii()).unwrap_or(0);
        seen = detector.feed(&bytes[start..bytes.len().min(start + GUESS_BYTES)], true);
    }
    let _ = seen;
    detector.guess(None, Utf8Detection::Allow)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(bytes: &[u8], label: Option<&str>, expected: &str, encoding: &str) {
        let decoded = decode(bytes, label);
        assert_eq!((&*decoded.text, decoded.encoding, decoded.has_errors), (expected, encoding, false));
    }

    #[test]
    fn byte_order_marks_win() {
        check(b"\xef\xbb\xbfa\xc3\xa9", Some("windows-1252"), "aé", "UTF-8");
        check(b"\xff\xfea\0\xe9\0", None, "aé", "UTF-16LE");
        check(b"\xfe\xff\0a\0\xe9", None, "aé", "UTF-16BE");
        check(b"\xff\xfe\0\0a\0\0\0", None, "a", "UTF-32");
    }

    #[test]
    fn utf16_is_seen_without_a_mark() {
        check(b"c\0l\0a\0u\0s\0e\0", None, "clause", "UTF-16LE");
        check(b"\0c\0l\0a\0u\0s\0e", None, "clause", "UTF-16BE");
    }

    #[test]
    fn valid_utf8_beats_a_wrong_label() {
        check("Müller".as_bytes(), Some("iso-8859-1"), "Müller", "UTF-8");
        check(b"M\xfcller", Some("iso-8859-1"), "Müller", "windows-1252");
        check(b"\x1b$B$\"\x1b(B", Some("iso-2022-jp"), "あ", "ISO-2022-JP");
    }

    #[test]
    fn unlabelled_bytes_are_guessed() {
        check(
            "Der Geschäftsführer hat die Verträge geprüft".as_bytes(),
            None,
            "Der Geschäftsführer hat die Verträge geprüft",
            "UTF-8",
        );
        check(
            b"Der Gesch\xe4ftsf\xfchrer \x84hat\x93 gepr\xfcft",
            None,
            "Der Geschäftsführer „hat“ geprüft",
            "windows-1252",
        );
        let (russian, _, _) = encoding_rs::WINDOWS_1251.encode("Договор поставки товара между сторонами заключён");
        check(&russian, None, "Договор поставки товара между сторонами заключён", "windows-1251");
    }

    #[test]
    fn bytes_that_fit_nothing_are_marked() {
        let decoded = decode(b"\x81\xff", Some("shift_jis"));
        assert!(decoded.has_errors && decoded.text.contains('\u{fffd}'));
    }
}
