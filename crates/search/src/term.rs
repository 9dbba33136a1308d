//! One word of a text, as a query can ask for it, and regular expressions.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::str::FromStr;

use regex::{Regex, RegexBuilder};

use crate::number::NumberRange;
use crate::pattern::Pattern;

/// The furthest a word may be from one it is searched by, in edits.
pub const MAX_EDITS: u8 = 2;

/// The memory a compiled expression may take, in bytes.
const REGEX_BYTES: usize = 4 << 20;

/// What one word of a text must be.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
pub struct TermRegex(Expression);

/// A regular expression over a text as written, in any case unless it says `(?-i)`. Comparable by what was written.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextRegex(Expression);

/// An expression as written, with what finds it.
#[derive(Clone)]
pub struct Expression {
    written: String,
    compiled: Regex,
}

/// A text is no regular expression.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{written}` is not a regular expression that can be searched for: {reason}")]
pub struct BadRegex {
    /// What was given.
    pub written: String,
    /// Why not.
    pub reason: String,
}

impl TermRegex {
    /// The expression written so.
    ///
    /// # Errors
    /// When it is none, or too large.
    pub fn new(written: &str) -> Result<Self, BadRegex> {
        // By itself first, so that a bracket in it that closes ours is found out.
        compile(written, written)?;
        let compiled = compile(written, &format!(r"\A(?:{written})\z"))?;
        Ok(Self(Expression { written: written.to_owned(), compiled }))
    }
}

impl Deref for TermRegex {
    type Target = Expression;

    fn deref(&self) -> &Expression {
        &self.0
    }
}

impl TextRegex {
    /// The expression written so.
    ///
    /// # Errors
    /// When it is none, or too large.
    pub fn new(written: &str) -> Result<Self, BadRegex> {
        let compiled = compile(written, written)?;
        Ok(Self(Expression { written: written.to_owned(), compiled }))
    }
}

impl Deref for TextRegex {
    type Target = Expression;

    fn deref(&self) -> &Expression {
        &self.0
    }
}

impl Expression {
    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.written
    }

    /// What tells whether a folded word matches as a whole, or finds it in a text.
    #[must_use]
    pub fn compiled(&self) -> &Regex {
        &self.compiled
    }
}

impl PartialEq for Expression {
    fn eq(&self, other: &Self) -> bool {
        self.written == other.written
    }
}

impl Eq for Expression {}

impl PartialOrd for Expression {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Expression {
    fn cmp(&self, other: &Self) -> Ordering {
        self.written.cmp(&other.written)
    }
}

impl Hash for Expression {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.written.hash(state);
    }
}

impl fmt::Debug for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.written)
    }
}

/// Compiles an expression whose matching takes time in proportion to the text, whatever it says.
fn compile(written: &str, expression: &str) -> Result<Regex, BadRegex> {
    let bad = |reason: String| BadRegex { written: written.to_owned(), reason };
    let mut builder = RegexBuilder::new(expression);
    builder.case_insensitive(true).size_limit(REGEX_BYTES).build().map_err(|why| match why {
        regex::Error::CompiledTooBig(_) => bad("it is too large; make its repetitions shorter".to_owned()),
        other => bad(other.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned()),
    })
}

/// A language whose words can be stemmed, those of the Snowball stemmers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StemLanguage {
    /// `ar`.
    Arabic,
    /// `da`.
    Danish,
    /// `nl`.
    Dutch,
    /// `en`.
    #[default]
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

impl StemLanguage {
    /// Every language, with its ISO 639-1 code.
    pub const ALL: [(Self, &str); 18] = [
        (Self::Arabic, "ar"),
        (Self::Danish, "da"),
        (Self::Dutch, "nl"),
        (Self::English, "en"),
        (Self::Finnish, "fi"),
        (Self::French, "fr"),
        (Self::German, "de"),
        (Self::Greek, "el"),
        (Self::Hungarian, "hu"),
        (Self::Italian, "it"),
        (Self::Norwegian, "no"),
        (Self::Portuguese, "pt"),
        (Self::Romanian, "ro"),
        (Self::Russian, "ru"),
        (Self::Spanish, "es"),
        (Self::Swedish, "sv"),
        (Self::Tamil, "ta"),
        (Self::Turkish, "tr"),
    ];

    /// Its ISO 639-1 code.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        Self::ALL.into_iter().find(|(language, _)| *language == self).map_or("", |(_, code)| code)
    }
}

impl fmt::Display for StemLanguage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for StemLanguage {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|(_, code)| *code == text).map(|(language, _)| language);
        known.ok_or_else(|| {
            let codes: Vec<&str> = Self::ALL.into_iter().map(|(_, code)| code).collect();
            format!("words of `{text}` cannot be stemmed; the languages are {}", codes.join(", "))
        })
    }
}
