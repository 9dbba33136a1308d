//! Text that is text already: plain text, Markdown, CSV and JSON.
//!
//! Only the encoding is found out and the text made canonical. CSV keeps its own delimiters and quotes and JSON its
//! own spelling, because a court may be shown the text and a position in it: rewriting them would be interpretation.

use redwell_model::Format;

use super::decode::{decode, garbled_notice};
use super::{Extracted, Input};

/// Reads a file that is text already.
#[must_use]
pub fn extract(input: &Input<'_>, format: Format) -> Extracted {
    let decoded = decode(input.bytes, None);
    let mut found = Extracted::new(format);
    found.set_text(&decoded.text, input.options);
    if decoded.has_errors {
        found.exceptions.push(garbled_notice("", decoded.encoding));
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::extract::tests::{kinds, read_one};
    use redwell_model::{ExceptionKind, Format};

    fn check(name: &str, bytes: &[u8], format: Format, expected: &str) {
        let found = read_one(name, bytes);
        assert_eq!((found.format, found.text.as_str(), kinds(&found)), (format, expected, vec![]), "{name}");
    }

    #[test]
    fn text_is_kept_as_it_is() {
        check("a.txt", b"one\r\n  two \r\n", Format::Text, "one\n  two");
        check("a.csv", "name,note\r\nM\u{fc}ller,\"a, b\"\r\n".as_bytes(), Format::Csv, "name,note\nMüller,\"a, b\"");
        check("a.json", b"{\"a\":\"\\u00e9\"}", Format::Json, "{\"a\":\"\\u00e9\"}");
        check("a.md", b"\xef\xbb\xbf# Title", Format::Markdown, "# Title");
        check("a.txt", b"\xff\xfec\0l\0a\0u\0s\0e\0", Format::Text, "clause");
    }

    #[test]
    fn bytes_that_fit_nothing_are_told() {
        let found = read_one("a.txt", b"\xff\xfea\0\0\xd8b\0");
        assert_eq!((found.text.as_str(), kinds(&found)), ("a\u{fffd}b", vec![ExceptionKind::GarbledText]));
    }
}
