//! The syntax tree every dialect parses into, every engine answers and one printer prints.
//!
//! The tree says what is searched, not how it was written: words are folded, `e-mail` is already the phrase of two
//! words it means, and nested `AND`s are one. Build it with the constructors here, which keep it so.

use crate::date::DateRange;
use crate::engine::DocumentSet;
use crate::field::Field;
use crate::pattern::Pattern;

/// The largest distance a proximity operator takes.
pub const MAX_DISTANCE: u32 = 1_000;

/// A query.
#[derive(Debug, Clone, PartialEq)]
pub enum Query {
    /// Every document.
    All,
    /// One folded word.
    Word(String),
    /// Any word matching a pattern.
    Wildcard(Pattern),
    /// Two or more words, one directly after the other.
    Phrase(Vec<PhrasePart>),
    /// Two passages near each other.
    Near(Box<Near>),
    /// Documents matching every one of two or more.
    And(Vec<Query>),
    /// Documents matching at least one of two or more.
    Or(Vec<Query>),
    /// Documents not matching.
    Not(Box<Query>),
    /// Matching within a metadata field instead of the text.
    Field {
        /// Which field.
        field: Field,
        /// Words, phrases, proximity and Boolean groups of them.
        value: Box<Query>,
    },
    /// Dated within a range of days; undated documents never match.
    Date(DateRange),
    /// Documents coded with a concept, by a name the review store understands. Resolved before an engine sees it.
    Coding(String),
    /// Exactly these documents: what a coding predicate was resolved to.
    Documents(DocumentSet),
}

/// One word of a phrase.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PhrasePart {
    /// This folded word.
    Word(String),
    /// Any word matching.
    Wildcard(Pattern),
}

/// Two passages near each other: their spans do not overlap and the later begins at most `distance` words after the
/// end of the earlier, neighbours being one apart.
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    /// A word, wildcard, phrase, proximity, or an `Or` of such.
    pub left: Query,
    /// The same.
    pub right: Query,
    /// From 1 to [`MAX_DISTANCE`].
    pub distance: u32,
    /// Whether the left must stand before the right.
    pub ordered: bool,
}

impl Query {
    /// Documents matching all of these; nested `And`s become one.
    #[must_use]
    pub fn and(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Self::And(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        match flat.len() {
            0 => Self::All,
            1 => flat.remove(0),
            _ => Self::And(flat),
        }
    }

    /// Documents matching any of these, none when there are none; nested `Or`s become one.
    #[must_use]
    pub fn or(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Self::Or(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        match flat.len() {
            0 => Self::Documents(DocumentSet::new()),
            1 => flat.remove(0),
            _ => Self::Or(flat),
        }
    }

    /// Documents not matching this.
    #[expect(clippy::should_implement_trait, reason = "one of three constructors, beside `and` and `or`")]
    #[must_use]
    pub fn not(part: Self) -> Self {
        Self::Not(Box::new(part))
    }

    /// Words one directly after the other; one word is just that word.
    ///
    /// # Panics
    /// When there are none.
    #[must_use]
    pub fn phrase(mut parts: Vec<PhrasePart>) -> Self {
        assert!(!parts.is_empty(), "a phrase has words");
        if parts.len() > 1 {
            return Self::Phrase(parts);
        }
        match parts.remove(0) {
            PhrasePart::Word(word) => Self::Word(word),
            PhrasePart::Wildcard(pattern) => Self::Wildcard(pattern),
        }
    }

    /// Two passages near each other.
    #[must_use]
    pub fn near(left: Self, right: Self, distance: u32, ordered: bool) -> Self {
        Self::Near(Box::new(Near { left, right, distance, ordered }))
    }

    /// A query within a metadata field.
    #[must_use]
    pub fn field(field: Field, value: Self) -> Self {
        Self::Field { field, value: Box::new(value) }
    }

    /// Whether a proximity operator can take it as an operand: it has spans of words.
    #[must_use]
    pub fn has_spans(&self) -> bool {
        match self {
            Self::Word(_) | Self::Wildcard(_) | Self::Phrase(_) | Self::Near(_) => true,
            Self::Or(parts) => parts.iter().all(Self::has_spans),
            _ => false,
        }
    }

    /// Whether it looks for words in the text (not only in metadata, dates or coding).
    #[must_use]
    pub fn has_text_words(&self) -> bool {
        match self {
            Self::Word(_) | Self::Wildcard(_) | Self::Phrase(_) | Self::Near(_) => true,
            Self::And(parts) | Self::Or(parts) => parts.iter().any(Self::has_text_words),
            Self::Not(part) => part.has_text_words(),
            Self::All | Self::Field { .. } | Self::Date(_) | Self::Coding(_) | Self::Documents(_) => false,
        }
    }

    /// The coding predicates in it, in the order written, each once.
    #[must_use]
    pub fn predicates(&self) -> Vec<&str> {
        fn collect<'q>(query: &'q Query, found: &mut Vec<&'q str>) {
            match query {
                Query::Coding(predicate) => {
                    if !found.contains(&predicate.as_str()) {
                        found.push(predicate);
                    }
                }
                Query::And(parts) | Query::Or(parts) => parts.iter().for_each(|part| collect(part, found)),
                Query::Not(part) => collect(part, found),
                Query::Field { value, .. } => collect(value, found),
                Query::Near(near) => {
                    collect(&near.left, found);
                    collect(&near.right, found);
                }
                Query::All
                | Query::Word(_)
                | Query::Wildcard(_)
                | Query::Phrase(_)
                | Query::Date(_)
                | Query::Documents(_) => {}
            }
        }
        let mut found = Vec::new();
        collect(self, &mut found);
        found
    }

    /// The same query with every coding predicate replaced by the documents `of` finds for it. What an engine takes.
    #[must_use]
    pub fn resolve(self, of: &mut dyn FnMut(&str) -> DocumentSet) -> Self {
        match self {
            Self::Coding(predicate) => Self::Documents(of(&predicate)),
            Self::And(parts) => Self::And(parts.into_iter().map(|part| part.resolve(of)).collect()),
            Self::Or(parts) => Self::Or(parts.into_iter().map(|part| part.resolve(of)).collect()),
            Self::Not(part) => Self::not(part.resolve(of)),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Query {
        Query::Word(text.to_owned())
    }

    #[test]
    fn constructors_keep_the_tree_flat() {
        let flat = Query::And(vec![word("a"), word("b"), word("c")]);
        assert_eq!(Query::and([Query::and([word("a"), word("b")]), word("c")]), flat);
        assert_eq!(Query::and([word("a")]), word("a"));
        assert_eq!(Query::and([]), Query::All);
        assert_eq!(Query::or([]), Query::Documents(DocumentSet::new()));
    }

    #[test]
    fn predicates_are_found_and_resolved_wherever_they_stand() {
        let tag = |name: &str| Query::Coding(name.to_owned());
        let query = Query::and([Query::or([tag("hot"), word("a")]), Query::not(tag("privileged")), tag("hot")]);
        assert_eq!(query.predicates(), ["hot", "privileged"]);
        let resolved = query.resolve(&mut |name| DocumentSet::from([if name == "hot" { 1 } else { 2 }]));
        assert!(resolved.predicates().is_empty());
        let set = |n| Query::Documents(DocumentSet::from([n]));
        assert_eq!(resolved, Query::and([Query::or([set(1), word("a")]), Query::not(set(2)), set(1)]));
    }
}
