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
