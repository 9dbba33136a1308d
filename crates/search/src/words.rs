//! Words: what a search compares, and where they stand.
//!
//! One segmentation for everything: the query parser, the brute-force evaluator and the index all cut text here, so
//! a query word and a text word can only be the same word or not. A word is a UAX #29 segment that holds a letter or
//! a digit; its position counts such words from 0. Words are compared folded. Folding is for case and typography
//! only: accents count, because `resume` and `résumé` are different words to a court.

use std::borrow::Cow;

use redwell_model::text_range::{ByteRange, CodePointRange};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::segments;

/// Longest folded word that is told from others, in bytes; what lies beyond is not compared.
pub const MAX_WORD_BYTES: usize = 32_000;

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

/// The words of a text as they are compared, in order; for an index, which asks neither for their positions nor for their
/// code points.
pub fn folded_words(text: &str) -> impl Iterator<Item = Cow<'_, str>> {
    segments::word_segments(text).map(|(_, segment)| fold(trimmed(segment).1))
}

/// The words of a text, in order.
pub fn words(text: &str) -> impl Iterator<Item = Word<'_>> {
    let (mut position, mut code_point, mut byte) = (0, 0, 0);
    segments::word_segments(text).map(move |(start, segment)| {
        code_point += length(&text[byte..start]);
        let (lead, written) = trimmed(segment);
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

/// The words of a metadata field's values, folded, with their positions: each value begins [`VALUE_GAP`] after the
/// last word of the one before.
pub fn field_words<'v>(values: impl IntoIterator<Item = &'v str>) -> impl Iterator<Item = (u32, Cow<'v, str>)> {
    let mut next = 0;
    values.into_iter().flat_map(move |value| {
        let found: Vec<_> = words(value).map(|word| (next + word.position, word.folded())).collect();
        if let Some((last, _)) = found.last() {
            next = last + VALUE_GAP;
        }
        found
    })
}

/// The form in which words are compared: NFC, lower case, straight apostrophes, no soft hyphens.
///
/// Every letter is lower-cased by itself, so the end of a word plays no part (Greek `Σ` is `σ` everywhere) and the
/// beginning of a word folds to the beginning of its folded form, as wildcards need.
#[must_use]
pub fn fold(written: &str) -> Cow<'_, str> {
    if written.is_ascii() {
        return if written.bytes().any(|b| b.is_ascii_uppercase()) {
            Cow::Owned(cut(written.to_ascii_lowercase()))
        } else if written.len() > MAX_WORD_BYTES {
            Cow::Owned(cut(written.to_owned()))
        } else {
            Cow::Borrowed(written)
        };
    }
    let composed: Cow<'_, str> = match is_nfc_quick(written.chars()) {
        IsNormalized::Yes => Cow::Borrowed(written),
        IsNormalized::No | IsNormalized::Maybe => Cow::Owned(written.nfc().collect()),
    };
    let lower = composed.chars().filter(|&c| !matches!(c, '\u{ad}' | '\u{feff}')).flat_map(char::to_lowercase);
    let folded: String = lower
        .map(|c| match c {
            'ς' => 'σ',
            '’' => '\'',
            other => other,
        })
        .nfc()
        .collect();
    Cow::Owned(cut(folded))
}

/// Whether a segment holds a letter or a digit.
pub(crate) fn is_word(segment: &str) -> bool {
    segment.chars().any(char::is_alphanumeric)
}

/// What stands before the word of a segment, and the word. UAX #29 joins a letter-like mark to whatever stands before
/// it, and the narrow space of French punctuation to the word beside it; neither makes it another word.
pub(crate) fn trimmed(segment: &str) -> (&str, &str) {
    if segment.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric) && segment.is_ascii() {
        return ("", segment);
    }
    let begins = |c: char| c.is_alphanumeric() || c == '_';
    let (lead, word) = segment.split_at(segment.find(begins).unwrap_or(segment.len()));
    (lead, word.trim_end())
}

/// The first [`MAX_WORD_BYTES`] of a word, to a whole character.
fn cut(mut folded: String) -> String {
    if folded.len() > MAX_WORD_BYTES {
        folded.truncate(folded.floor_char_boundary(MAX_WORD_BYTES));
    }
    folded
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
    fn folds_case_and_typography_but_not_accents() {
        let same = |a: &str, b: &str| assert_eq!(fold(a), fold(b), "{a} {b}");
        same("CONTRACT", "contract");
        same("ΟΔΟΣ", "οδος");
        same("RE\u{301}SUME\u{301}", "résumé");
        same("O’Neil", "o'neil");
        same("agree\u{ad}ment", "agreement");
        same("ẞ", "ß");
        assert_ne!(fold("resume"), fold("résumé"));
        assert_eq!(fold(&"a".repeat(40_000)).len(), MAX_WORD_BYTES);
    }

    #[test]
    fn values_stand_far_apart() {
        let values = ["Ann Lee".to_owned(), "—".to_owned(), "Bo".to_owned()];
        let found: Vec<_> =
            field_words(values.iter().map(String::as_str)).map(|(at, word)| (at, word.into_owned())).collect();
        assert_eq!(found, [(0, "ann".to_owned()), (1, "lee".to_owned()), (10_001, "bo".to_owned())]);
    }

    proptest! {
        #[test]
        fn ranges_hold_the_words(text in "\\PC{0,60}") {
            let ruler = redwell_model::TextRuler::new(&text);
            prop_assert!(words(&text).map(|word| word.folded().into_owned()).eq(folded_words(&text)));
            for (expected, word) in words(&text).enumerate() {
                prop_assert_eq!(word.position as usize, expected);
                prop_assert_eq!(&text[word.bytes.start..word.bytes.end], word.written);
                prop_assert_eq!(ruler.slice(word.code_points), word.written);
            }
        }

        #[test]
        fn folding_twice_is_folding_once(text in "\\PC{0,20}") {
            let once = fold(&text).into_owned();
            prop_assert_eq!(fold(&once), once.as_str());
        }
    }
}
