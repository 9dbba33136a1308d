//! Words: what a search compares, and where they stand.
//!
//! One segmentation for everything: the query parser, the brute-force evaluator and the index all cut text here, so
//! a query word and a text word can only be the same word or not. A word is a UAX #29 segment that holds a letter or
//! a digit; its position counts such words from 0. Words are compared [folded](crate::folding), or exactly on demand.
//! Scripts written without spaces are cut into their letters, so that any run of them can be asked for as a phrase.

use std::borrow::Cow;

use redwell_model::text_range::{ByteRange, CodePointRange};

use crate::field::Field;
pub use crate::folding::{MAX_WORD_BYTES, exact, fold};
use crate::segments::{self, Segment};

/// How far apart the last word of one value of a metadata field stands from the first word of the next: further than
/// any proximity operator reaches, so that no match spans two values.
pub const VALUE_GAP: u32 = 10_000;

/// One word of a text, where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<'t> {
    /// As written.
    pub written: &'t str,
    /// The how-manieth word it is, from 0.
    pub position: u32,
    /// Its bytes.
    pub bytes: ByteRange,
    /// Its code points.
    pub code_points: CodePointRange,
}

impl<'t> Word<'t> {
    /// The form it is compared by.
    #[must_use]
    pub fn folded(&self) -> Cow<'t, str> {
        fold(self.written)
    }
}

/// The words of a text with the bytes they start at, in order; for an index, which asks for neither positions nor code
/// points.
pub fn written_words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    segments::word_segments(text).map(|segment| {
        let (lead, written) = segment.parts();
        (segment.start + lead.len(), written)
    })
}

/// The words of a text as they are compared, in order.
pub fn folded_words(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    written_words(text).map(|(_, word)| fold(word))
}

/// The words of a text, in order.
pub fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let (mut position, mut code_point, mut byte) = (0, 0, 0);
    segments::word_segments(text).map(move |segment| {
        let (lead, written) = segment.parts();
        let Segment { start, text: segment, .. } = segment;
        code_point += length(&text[byte..start]);
        let code_point_start = code_point + length(lead);
        let word = Word {
            written,
            position,
            bytes: ByteRange { start: start + lead.len(), end: start + lead.len() + written.len() },
            code_points: CodePointRange { start: code_point_start, end: code_point_start + length(written) },
        };
        code_point += length(segment);
        byte = start + segment.len();
        position += 1;
        word
    })
}

/// A value of a metadata field as its words are cut: where punctuation separates, it becomes a space.
#[must_use]
pub fn field_value(field: Field, value: &str) -> Cow<'_, str> {
    if !field.is_cut_at_punctuation() {
        return Cow::Borrowed(value);
    }
    let mut pieces = String::with_capacity(value.len());
    pieces.extend(value.chars().map(|c| if joins_pieces(c) { c } else { ' ' }));
    Cow::Owned(pieces)
}

/// Whether a character belongs to a word where every punctuation mark separates.
pub(crate) fn joins_pieces(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    c.is_alphanumeric()
        || unicode_normalization::char::is_combining_mark(c)
        || matches!(c, '\u{ad}' | '\u{200c}' | '\u{200d}')
}

/// Whether a segment holds a letter or a digit.
pub(crate) fn is_word(segment: &str) -> bool {
    segment.chars().any(char::is_alphanumeric)
}

/// What stands before the word of a segment, and the word. UAX #29 joins a letter-like mark to whatever stands before
/// it, and the narrow space of French punctuation to the word beside it; neither makes it another word.
pub(crate) fn trimmed(segment: &str) -> (&str, &str) {
    let begins = |c: char| c.is_alphanumeric() || c == '_';
    let (lead, word) = segment.split_at(segment.find(begins).unwrap_or(segment.len()));
    (lead, word.trim_end())
}

/// Length in code points.
fn length(segment: &str) -> u32 {
    let length = if segment.is_ascii() { segment.len() } else { segment.chars().count() };
    u32::try_from(length).expect("extraction limits a text far below 2³² code points")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = words(text).map(|word| word.folded().into_owned()).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn cuts_where_uax_29_says() {
        check("", &[]);
        check("  -- § ", &[]);
        check("The quick (brown) fox", &["the", "quick", "brown", "fox"]);
        check("can't e-mail 3.14 1,000", &["can't", "e", "mail", "3.14", "1,000"]);
        check("a@b.com foo_bar 12.3(a)", &["a", "b.com", "foo_bar", "12.3", "a"]);
        check("東京 x", &["東", "京", "x"]);
        check("צה\"ל", &["צה\"ל"]);
        check("quoi\u{202f}? 10\u{202f}000", &["quoi", "10\u{202f}000"]);
        check("a \u{345}", &["a", "\u{345}"]);
    }

    #[test]
    fn addresses_and_paths_are_cut_at_every_mark() {
        let cut = |value| field_value(Field::From, value).into_owned();
        assert_eq!(cut("Ken Lay <kenneth.lay@enron.com>"), "Ken Lay  kenneth lay enron com ");
        assert_eq!(cut("annex_a.docx"), "annex a docx");
        assert_eq!(field_value(Field::Subject, "annex_a.docx"), "annex_a.docx");
    }

    #[test]
    fn scripts_without_spaces_are_cut_into_letters() {
        check("ภาษาไทย", &["ภ", "า", "ษ", "า", "ไ", "ท", "ย"]);
        check("หนังสือ", &["ห", "นั", "ง", "สื", "อ"]);
        check("ພາສາລາວ", &["ພ", "າ", "ສ", "າ", "ລ", "າ", "ວ"]);
        check("שלום עולם", &["שלום", "עולם"]);
        check("مرحبا بالعالم", &["مرحبا", "بالعالم"]);
    }

    proptest! {
        #[test]
        fn ranges_hold_the_words(text in "\\PC{0,60}") {
            let ruler = redwell_model::TextRuler::new(&text);
            prop_assert!(words(&text).map(|word| (word.bytes.start, word.written)).eq(written_words(&text)));
            for (expected, word) in words(&text).enumerate() {
                prop_assert_eq!(word.position as usize, expected);
                prop_assert_eq!(&text[word.bytes.start..word.bytes.end], word.written);
                prop_assert_eq!(ruler.slice(word.code_points), word.written);
            }
        }
    }
}
