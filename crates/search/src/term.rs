//! One word of a text, as a query can ask for it.

use crate::number::NumberRange;
use crate::pattern::Pattern;

/// The furthest a word may be from one it is searched by, in edits.
pub const MAX_EDITS: u8 = 2;

/// What one word of a text must be.
#[derive(Debug, Clone, PartialEq)]
pub enum Term {
    /// This word, folded: `breach`.
    Word(String),
    /// This word as written, with its capitals and accents: `="IT"`.
    Exact(String),
    /// Any word matching a pattern: `contract*`.
    Wildcard(Pattern),
    /// Any word a regular expression matches as a whole: `/contracts?/`.
    Regex(TermRegex),
    /// Any word so few edits away: `breach~1`. An edit is a letter more, less or other, or two neighbours swapped.
    Fuzzy {
        /// The folded word.
        word: String,
        /// 1 or [`MAX_EDITS`].
        edits: u8,
    },
    /// Any word with the same stem: `stem(apply)`.
    Stem {
        /// The folded word.
        word: String,
        /// Whose grammar.
        language: StemLanguage,
    },
    /// A word of the matter's list of synonyms and all that mean the same. Resolved before an engine sees it.
    Synonyms(String),
    /// A number in a range: `number(100..200)` finds `150` and `199.5`.
    Number(NumberRange),
}

/// A regular expression over one whole folded word. Comparable by what was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TermRegex(String);

/// A language whose words can be stemmed, those of the Snowball stemmers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StemLanguage {
    /// `ar`.
    Arabic,
    /// `da`.
    Danish,
    /// `nl`.
    Dutch,
    /// `en`.
    English,
    /// `fi`.
    Finnish,
    /// `fr`.
    French,
    /// `de`.
    German,
    /// `el`.
    Greek,
    /// `hu`.
    Hungarian,
    /// `it`.
    Italian,
    /// `no`.
    Norwegian,
    /// `pt`.
    Portuguese,
    /// `ro`.
    Romanian,
    /// `ru`.
    Russian,
    /// `es`.
    Spanish,
    /// `sv`.
    Swedish,
    /// `ta`.
    Tamil,
    /// `tr`.
    Turkish,
}
