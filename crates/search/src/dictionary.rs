//! The words of a matter, as a list to look through: which there are, in how many documents, how often.
//!
//! Words are listed folded, as they are compared. Every count is exact.

use std::cmp::Reverse;

use crate::field::Field;
use crate::pattern::Pattern;
use crate::term::{MAX_EDITS, Term};
use crate::words;

/// Which words are wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct WordsAsked {
    /// Those of a field; those of the text when absent. A digest has none to look through.
    pub field: Option<Field>,
    /// Those a term stands for, which is not one asked for as written or by its synonyms; all when absent.
    pub of: Option<Term>,
    /// In which order.
    pub order: WordOrder,
    /// After which of them.
    pub after: Option<WordPlace>,
    /// How many.
    pub limit: usize,
}

/// How words are looked for by who looks through them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked<'t> {
    /// By how they begin.
    Prefix(&'t str),
    /// By their form, with `*` and `?`.
    Pattern(&'t str),
    /// By a word they are so few edits away from.
    Similar(&'t str, u8),
}

/// Why a text is no word to look for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadWord {
    /// It is none, or several.
    #[error("write one word; a phrase is looked for by a search")]
    NotOne,
    /// It is nothing but wildcards.
    #[error("write a letter or digit beside `*` and `?`")]
    OnlyWildcards,
    /// It has wildcards and is to be compared letter by letter.
    #[error("a word looked for by its letters takes no `*` or `?`; choose one of the two")]
    Both,
    /// So many letters cannot differ.
    #[error("a word may differ in 1 or {MAX_EDITS} letters")]
    Edits,
}

impl Looked<'_> {
    /// What it asks for; `None` for every word.
    ///
    /// # Errors
    /// When it is not one word.
    pub fn term(self) -> Result<Option<Term>, BadWord> {
        let (Self::Prefix(text) | Self::Pattern(text) | Self::Similar(text, _)) = self;
        let text = text.trim();
        if text.is_empty() || text == "*" {
            return Ok(None);
        }
        // A wildcard stands for letters that join their neighbours.
        let filled = text.replace(['*', '?'], "a");
        if words::words(&filled).count() != 1 {
            return Err(BadWord::NotOne);
        }
        let is_wild = text.contains(['*', '?']);
        let wildcard = |text: &str| Pattern::new(text).map(Term::Wildcard).ok_or(BadWord::OnlyWildcards);
        let folded = || words::fold(text).into_owned();
        Ok(Some(match self {
            Self::Prefix(_) => wildcard(&format!("{}*", text.trim_end_matches('*')))?,
            Self::Pattern(_) if is_wild => wildcard(text)?,
            Self::Pattern(_) => Term::Word(folded()),
            Self::Similar(..) if is_wild => return Err(BadWord::Both),
            Self::Similar(_, edits) if !(1..=MAX_EDITS).contains(&edits) => return Err(BadWord::Edits),
            Self::Similar(_, edits) => Term::Fuzzy { word: folded(), edits },
        }))
    }
}

/// In which order words are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WordOrder {
    /// By their letters, code point by code point.
    #[default]
    Letters,
    /// Those in most documents first, then by their letters.
    Documents,
}

/// Where a page of words ended.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct WordPlace {
    /// The documents of its last word.
    pub documents: u64,
    /// That word.
    pub word: String,
}

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WordCount {
    /// The folded word.
    pub word: String,
    /// How many documents hold it.
    pub documents: u64,
    /// How often it stands in them.
    pub occurrences: u64,
}

/// One page of words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WordPage {
    /// How many words are asked for in all.
    pub total: u64,
    /// Those of this page.
    pub words: Vec<WordCount>,
    /// Whether more follow.
    pub more: bool,
}

impl WordOrder {
    /// What sorts a word: smaller comes first.
    #[must_use]
    pub fn key(self, documents: u64, word: &str) -> (Reverse<u64>, &str) {
        match self {
            Self::Letters => (Reverse(0), word),
            Self::Documents => (Reverse(documents), word),
        }
    }
}

impl WordsAsked {
    /// Whether a word belongs to this page or a later one.
    #[must_use]
    pub fn is_after(&self, documents: u64, word: &str) -> bool {
        let Some(after) = &self.after else { return true };
        self.order.key(documents, word) > self.order.key(after.documents, &after.word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(looked: Looked<'_>, expected: Result<Option<&str>, BadWord>) {
        let found = looked.term().map(|term| term.map(|term| crate::Query::Term(term).to_string()));
        assert_eq!(found, expected.map(|term| term.map(str::to_owned)), "{looked:?}");
    }

    #[test]
    fn words_are_looked_for_one_at_a_time() {
        check(Looked::Prefix(" Contr "), Ok(Some("contr*")));
        check(Looked::Prefix("contr*"), Ok(Some("contr*")));
        check(Looked::Prefix("*"), Ok(None));
        check(Looked::Prefix(""), Ok(None));
        check(Looked::Prefix("due notice"), Err(BadWord::NotOne));
        check(Looked::Pattern("*tion"), Ok(Some("*tion")));
        check(Looked::Pattern("Breach"), Ok(Some("breach")));
        check(Looked::Pattern("??"), Err(BadWord::OnlyWildcards));
        check(Looked::Pattern("§"), Err(BadWord::NotOne));
        check(Looked::Similar("Breach", 2), Ok(Some("breach~2")));
        check(Looked::Similar("breach", 3), Err(BadWord::Edits));
        check(Looked::Similar("br*", 1), Err(BadWord::Both));
    }
}
