//! Segments of a text that hold a letter or a digit, by UAX #29, at the speed an index needs.
//!
//! Most text is ASCII, for which the rules come down to a handful of classes; that part is decided here, and a test
//! holds it to the full rules, which decide everything else. The text is parted in front of blanks: a blank never joins
//! what stands before it (`WB3d` joins blanks to blanks only), and no rule looks across one.

use std::ops::Range;

use unicode_segmentation::{UWordBoundIndices, UnicodeSegmentation};

use crate::folding::{Letters, MAX_WORD_BYTES};
use crate::words::{is_word, trimmed};

/// A segment that is a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Segment<'t> {
    /// The byte it starts at.
    pub(crate) start: usize,
    /// What stands there.
    pub(crate) text: &'t str,
    /// The letters in it.
    pub(crate) letters: Letters,
}

impl<'t> Segment<'t> {
    /// What stands before the word, and the word.
    pub(crate) fn parts(&self) -> (&'t str, &'t str) {
        if self.letters == Letters::Any { trimmed(self.text) } else { ("", self.text) }
    }
}

/// The segments that are words.
pub(crate) fn word_segments(text: &str) -> WordSegments<'_> {
    WordSegments { text, at: 0, ascii_end: 0, other: None }
}

/// Iterates over the segments that are words.
pub(crate) struct WordSegments<'t> {
    text: &'t str,
    /// What comes before was dealt with.
    at: usize,
    /// Up to here the text is ASCII and may be parted from what follows.
    ascii_end: usize,
    /// A stretch that is not ASCII, with the byte it starts at.
    other: Option<(usize, UWordBoundIndices<'t>)>,
}

impl<'t> Iterator for WordSegments<'t> {
    type Item = Segment<'t>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some((start, segments)) = &mut self.other {
                if let Some((offset, text)) = segments.by_ref().find(|(_, segment)| is_word(segment)) {
                    return Some(Segment { start: *start + offset, text, letters: Letters::Any });
                }
                self.other = None;
            }
            if self.at < self.ascii_end {
                match next_ascii(&self.text.as_bytes()[self.at..self.ascii_end]) {
                    Some((range, letters)) => {
                        let (start, end) = (self.at + range.start, self.at + range.end);
                        self.at = end;
                        return Some(Segment { start, text: &self.text[start..end], letters });
                    }
                    None => self.at = self.ascii_end,
                }
            }
            if self.at == self.text.len() {
                return None;
            }
            self.part();
        }
    }
}

impl WordSegments<'_> {
    /// Finds the next stretch of ASCII, or the next of anything else.
    fn part(&mut self) {
        let rest = &self.text.as_bytes()[self.at..];
        let ascii = ascii_prefix(rest);
        if ascii == rest.len() {
            self.ascii_end = self.text.len();
            return;
        }
        let last_blank = rest[..ascii].iter().rposition(|byte| *byte == b' ').unwrap_or(0);
        if last_blank > 0 {
            self.ascii_end = self.at + last_blank;
            return;
        }
        let next_blank = rest[ascii..].iter().position(|byte| *byte == b' ').unwrap_or(rest.len() - ascii);
        let end = self.at + ascii + next_blank;
        self.other = Some((self.at, self.text[self.at..end].split_word_bound_indices()));
        (self.at, self.ascii_end) = (end, end);
    }
}

/// How many bytes at the start are ASCII.
fn ascii_prefix(bytes: &[u8]) -> usize {
    const BLOCK: usize = 64;
    let blocks = bytes.chunks(BLOCK).take_while(|block| block.is_ascii()).count();
    let start = (blocks * BLOCK).min(bytes.len());
    start + bytes[start..].iter().take_while(|byte| byte.is_ascii()).count()
}

/// The first segment with a letter or a digit in ASCII text: where it stands, and the letters in it.
fn next_ascii(bytes: &[u8]) -> Option<(Range<usize>, Letters)> {
    let mut from = 0;
    loop {
        let start = from + bytes[from..].iter().position(|byte| class(*byte) & JOINS != 0)?;
        let (mut end, mut seen) = (start, 0);
        loop {
            while let Some(class) = bytes.get(end).map(|byte| class(*byte))
                && class & JOINS != 0
            {
                seen |= class;
                end += 1;
            }
            match bytes[end - 1..] {
                [before, mark, after, ..] if joins_across(before, mark, after) => end += 1,
                _ => break,
            }
        }
        if seen & ALPHANUMERIC != 0 {
            let is_long = end - start > MAX_WORD_BYTES;
            let letters = match seen & CAPITAL {
                _ if is_long => Letters::Any,
                0 => Letters::Small,
                _ => Letters::Capital,
            };
            return Some((start..end, letters));
        }
        from = end;
    }
}

/// Letters, digits and what extends both: they never part (`WB5`, `WB8` to `WB10`, `WB13a`, `WB13b`).
const JOINS: u8 = 1;
/// Letters and digits.
const ALPHANUMERIC: u8 = 2;
/// Capital letters.
const CAPITAL: u8 = 4;

/// What an ASCII character is.
fn class(byte: u8) -> u8 {
    const CLASSES: [u8; 256] = {
        let mut classes = [0; 256];
        let mut byte = 0_u8;
        while byte < 128 {
            let alphanumeric = if byte.is_ascii_alphanumeric() { JOINS | ALPHANUMERIC } else { 0 };
            let capital = if byte.is_ascii_uppercase() { CAPITAL } else { 0 };
            let extending = if byte == b'_' { JOINS } else { 0 };
            classes[byte as usize] = alphanumeric | capital | extending;
            byte += 1;
        }
        classes
    };
    CLASSES[usize::from(byte)]
}

/// Whether a mark joins what stands on both sides of it: letters (`WB6`, `WB7`) or digits (`WB11`, `WB12`).
fn joins_across(before: u8, mark: u8, after: u8) -> bool {
    match mark {
        b'.' | b'\'' => {
            before.is_ascii_alphabetic() && after.is_ascii_alphabetic()
                || before.is_ascii_digit() && after.is_ascii_digit()
        }
        b':' => before.is_ascii_alphabetic() && after.is_ascii_alphabetic(),
        b',' | b';' => before.is_ascii_digit() && after.is_ascii_digit(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The segments with the bytes they start at.
    fn found(text: &str) -> Vec<(usize, &str)> {
        word_segments(text).map(|segment| (segment.start, segment.text)).collect()
    }

    /// By the full rules alone.
    fn by_the_rules(text: &str) -> Vec<(usize, &str)> {
        text.split_word_bound_indices().filter(|(_, segment)| is_word(segment)).collect()
    }

    #[test]
    fn ascii_follows_the_rules_to_the_letter() {
        // Every three characters in the middle of a word, and every two at either end of a text.
        let all: Vec<char> = (0..128_u8).map(char::from).collect();
        let kinds = ['a', '1', '_', '.', '\'', ':', ',', ';', '"', ' ', '-', '\n', '\r', '\t', '@'];
        let mut text = String::new();
        for first in kinds {
            for second in &all {
                for third in kinds {
                    text.clear();
                    text.extend([first, *second, third, 'b', *second, '2', third, first]);
                    assert_eq!(found(&text), by_the_rules(&text), "{text:?}");
                }
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_follows_the_rules(text in "([a-c1-2_.':,;\" \n-]{0,6}|[é’\u{301}\u{200d}東ก🇩🇪א\u{ad}\u{a0}]{0,3}|\\PC{0,3}){0,12}") {
            let ends = |all: Vec<(usize, &str)>| -> Vec<_> {
                all.into_iter().map(|(at, segment)| (at + segment.len(), segment.trim_start().to_owned())).collect()
            };
            prop_assert_eq!(ends(found(&text)), ends(by_the_rules(&text)), "{:?}", text);
            for segment in word_segments(&text) {
                let (_, word) = segment.parts();
                prop_assert_eq!(segment.parts(), trimmed(segment.text));
                prop_assert!(segment.letters == Letters::Any || segment.letters == Letters::of(word), "{}", word);
            }
        }

        #[test]
        fn long_ascii_with_a_stranger_follows_the_rules(before in "[a-z .,]{0,200}", after in "[a-z .,]{0,200}", stranger in "[é’ \u{301}]") {
            let text = format!("{before}{stranger}{after}");
            prop_assert_eq!(found(&text), by_the_rules(&text));
        }
    }
}
