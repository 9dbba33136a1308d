//! Everything an index keeps of a text, found in one pass: its words, where sentences and paragraphs begin, amounts and
//! days. One reading for the index, for marking passages and for the oracle.

use std::borrow::Cow;

use crate::field::Field;
use crate::folding::Letters;
use crate::recognise::{Around, Bounds, Recognised, recognise};
use crate::segments::{Segment, word_segments};
use crate::sentences::{Break, between, lines_are_paragraphs};
use crate::words::{VALUE_GAP, field_value};

/// A text as it was read. Made once and filled again and again.
#[derive(Debug, Clone, Default)]
pub struct Analysis {
    /// Its words, by position.
    pub words: Vec<WordAt>,
    /// What was recognised, by the word it was recognised at.
    pub recognised: Vec<Recognised>,
}

/// A word of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WordAt {
    start: u32,
    end: u32,
    /// What begins with it.
    pub begins: Break,
    /// The letters in it.
    pub letters: Letters,
}

impl WordAt {
    /// The word of a segment.
    fn new(segment: &Segment<'_>, begins: Break) -> Self {
        let (lead, word) = segment.parts();
        let start = segment.start + lead.len();
        Self { start: byte(start), end: byte(start + word.len()), begins, letters: segment.letters }
    }

    /// The word in its text.
    #[must_use]
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        &text[self.start as usize..self.end as usize]
    }

    /// The byte it begins at.
    #[must_use]
    pub fn start(&self) -> usize {
        self.start as usize
    }

    /// The first byte after it.
    #[must_use]
    pub fn end(&self) -> usize {
        self.end as usize
    }
}

impl Bounds for WordAt {
    fn bounds(&self) -> (usize, usize) {
        (self.start(), self.end())
    }
}

/// What is looked for in a text beside its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Beside {
    /// Where sentences and paragraphs begin.
    pub(crate) breaks: bool,
    /// Amounts and days.
    pub(crate) recognised: bool,
}

impl Analysis {
    /// Reads a text, forgetting the one before.
    ///
    /// # Panics
    /// When the text has 4 GB or more; extraction limits it long before.
    pub fn read(&mut self, text: &str) {
        self.read_words(text, Beside { breaks: true, recognised: true });
    }

    /// The same, where not all is asked for. Without breaks no word is said to begin anything.
    pub(crate) fn read_words(&mut self, text: &str, beside: Beside) {
        self.words.clear();
        self.recognised.clear();
        if beside.breaks {
            self.read_breaks(text);
        } else {
            self.words.extend(word_segments(text).map(|segment| WordAt::new(&segment, Break::None)));
        }
        if beside.recognised {
            self.recognise(text);
        }
    }

    /// Finds the words, and what begins at each.
    fn read_breaks(&mut self, text: &str) {
        let lines = lines_are_paragraphs(text);
        let mut begins_line = true;
        for segment in word_segments(text) {
            let mut word = WordAt::new(&segment, Break::Paragraph);
            if let Some(before) = self.words.last() {
                let gap = &text[before.end()..word.start()];
                word.begins = between(before.of(text), begins_line, gap, word.of(text), lines);
                begins_line = gap != " " && gap.contains('\n');
            }
            self.words.push(word);
        }
    }

    /// Finds amounts and days among the words.
    fn recognise(&mut self, text: &str) {
        for at in 0..self.words.len() {
            if text.as_bytes()[self.words[at].start()].is_ascii_digit() {
                recognise(&Around { text, words: &self.words, at }, &mut self.recognised);
            }
        }
    }
}

/// An offset as it is kept.
fn byte(at: usize) -> u32 {
    u32::try_from(at).expect("extraction limits a text far below 4 GB")
}

/// One value of a metadata field, where its words stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value<'v> {
    /// The value as its words are cut.
    pub text: Cow<'v, str>,
    /// The position of its first word.
    pub position: u32,
}

/// Reads the values of a field, calling `each` with every one that has words. Each value begins [`VALUE_GAP`] after the
/// last word of the one before. Gives the position after the last word of all.
pub fn read_values<S: AsRef<str>>(
    field: Field,
    values: &[S],
    analysis: &mut Analysis,
    mut each: impl FnMut(&Value<'_>, &Analysis),
) -> u32 {
    let (mut next, mut end) = (0, 0);
    for value in values {
        let text = field_value(field, value.as_ref());
        analysis.read(&text);
        let Ok(words) = u32::try_from(analysis.words.len()) else { continue };
        if words == 0 {
            continue;
        }
        each(&Value { text, position: next }, analysis);
        end = next + words;
        next = end - 1 + VALUE_GAP;
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_in_one_pass() {
        let mut analysis = Analysis::default();
        analysis.read("Pay $5.\nNow! Then go.\n\nNext");
        let begins: String = analysis
            .words
            .iter()
            .map(|word| match word.begins {
                Break::None => '-',
                Break::Sentence => 's',
                Break::Paragraph => 'p',
            })
            .collect();
        assert_eq!(begins, "p-ss-p");
        assert_eq!(analysis.recognised.len(), 1);
    }

    #[test]
    fn values_stand_far_apart() {
        let (mut analysis, mut found) = (Analysis::default(), Vec::new());
        let values = ["Ann Lee <ann@lee.example>", "—", "Bo"];
        let end = read_values(Field::From, &values, &mut analysis, |value, analysis| {
            for (at, word) in (value.position..).zip(&analysis.words) {
                found.push((at, word.of(&value.text).to_owned()));
            }
        });
        let expected = ["Ann", "Lee", "ann", "lee", "example"].map(str::to_owned);
        let mut expected: Vec<_> = (0..).zip(expected).collect();
        expected.push((10_004, "Bo".to_owned()));
        assert_eq!((found, end), (expected, 10_005));
    }
}
