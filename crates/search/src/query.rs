//! The syntax tree every dialect parses into, every engine answers and one printer prints.
//!
//! The tree says what is searched, not how it was written: words are folded, `e-mail` is already the phrase of two
//! words it means, and nested `AND`s are one. Build it with the constructors here, which keep it so.
//!
//! A *passage* is a stretch of words of the text, or of one metadata field, that a part of a query matches. Terms,
//! phrases, proximities, edges, expressions, amounts and days have passages; so has an `Or` of such. Fields, dates and
//! what only the matter knows have none.

use std::convert::Infallible;

use crate::date::DateRange;
use crate::engine::DocumentSet;
use crate::field::{Field, OrderedField};
use crate::number::{MoneyRange, NumberRange};
use crate::parse::terms::wildcard_words;
use crate::pattern::Pattern;
use crate::predicate::Predicate;
use crate::term::{Term, TextRegex};
use crate::words;

/// The largest distance a proximity operator takes, and the most words at an end of a text.
pub const MAX_DISTANCE: u32 = 1_000;

/// A query.
#[derive(Debug, Clone, PartialEq)]
pub enum Query {
    /// Every document.
    All,
    /// One word.
    Term(Term),
    /// Two or more parts with passages, each beginning directly after the end of the one before.
    Phrase(Vec<Query>),
    /// Two passages near each other, or one without another near it.
    Near(Box<Near>),
    /// Passages at the beginning or the end.
    Edge(Box<Edge>),
    /// What a regular expression matches in the text as written: the words it touches.
    Regex(TextRegex),
    /// An amount of money written in the text.
    Money(MoneyRange),
    /// A day written in the text.
    Day(DateRange),
    /// Documents matching every one of two or more.
    And(Vec<Query>),
    /// Documents matching at least one of two or more.
    Or(Vec<Query>),
    /// Documents not matching.
    Not(Box<Query>),
    /// Documents matching one part; another adds to what is marked and to the order, not to what is found.
    AndAny(Box<AndAny>),
    /// Matching within a metadata field instead of the text.
    Field {
        /// Which field.
        field: Field,
        /// Words, phrases, proximity and Boolean groups of them.
        value: Box<Query>,
    },
    /// Documents that have a value in a metadata field.
    Exists(Field),
    /// Documents whose number or moment lies in a range; without it they never match.
    Within {
        /// Which field.
        field: OrderedField,
        /// From where to where.
        range: Range,
    },
    /// Documents with so many passages.
    Hits(Box<Hits>),
    /// Documents matching, and all that go with them. Resolved before an engine sees it.
    Expanded {
        /// Which documents.
        of: Box<Query>,
        /// What goes with them.
        by: Relation,
    },
    /// Some of the documents matching, the same each time. Resolved before an engine sees it.
    Sample(Box<Sample>),
    /// What only the matter knows. Resolved before an engine sees it.
    Predicate(Predicate),
    /// Exactly these documents: what the parts that are resolved became.
    Documents(DocumentSet),
}

/// Two passages near each other.
///
/// They do not overlap. An operand that is an `And` stands for one passage of each of its parts; each of them must be
/// near each of the other side, and a `Not` part of it must have none near any of the other side. The passage found
/// reaches from the first to the last word of all of them.
///
/// Negated: passages of the left with none of the right near them nor overlapping them, but for the identical passage.
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    /// A part with passages, or a group of such; see [`Query::is_operand`].
    pub left: Query,
    /// The same.
    pub right: Query,
    /// How near.
    pub reach: Reach,
    /// Whether the left must stand before the right.
    pub is_ordered: bool,
    /// Whether passages of the left without a right near them are looked for.
    pub is_negated: bool,
}

/// How near two passages must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// The later begins at most so many words after the end of the earlier, neighbours being one apart; from 1 to
    /// [`MAX_DISTANCE`].
    Words(u32),
    /// Both lie inside one sentence.
    Sentence,
    /// Both lie inside one paragraph.
    Paragraph,
}

/// Passages that lie wholly among the first or last words.
#[derive(Debug, Clone, PartialEq)]
pub struct Edge {
    /// A part with passages.
    pub of: Query,
    /// At which end.
    pub end: End,
    /// Among how many words; from 1 to [`MAX_DISTANCE`].
    pub words: u32,
}

/// An end of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum End {
    /// The beginning.
    First,
    /// The end.
    Last,
}

/// What documents must match, and what only adds to it.
#[derive(Debug, Clone, PartialEq)]
pub struct AndAny {
    /// What they must match.
    pub required: Query,
    /// What is marked and ranked besides.
    pub optional: Query,
}

/// A range of days or numbers, by the kind of its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Range {
    /// Whole days in UTC.
    Days(DateRange),
    /// Numbers; sizes are in bytes.
    Numbers(NumberRange),
}

/// Documents with a number of passages.
///
/// The passages of an `And` or `Or` are those of its parts, each part counted by itself; a `Not` has none.
#[derive(Debug, Clone, PartialEq)]
pub struct Hits {
    /// Whose passages.
    pub of: Query,
    /// How many at least.
    pub least: u32,
    /// How many at most.
    pub most: Option<u32>,
}

/// What goes with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Relation {
    /// The rest of its family: what holds it, what it holds.
    Family,
    /// The rest of its conversation.
    Thread,
    /// Its duplicates.
    Duplicates,
}

/// Some of the documents matching: those whose control numbers have the smallest digests with the seed.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Of which documents.
    pub of: Query,
    /// How many.
    pub size: SampleSize,
    /// Which of all possible samples.
    pub seed: u64,
}

/// How many documents a sample takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SampleSize {
    /// So many, or all there are.
    Documents(u32),
    /// So many hundredths of a percent, rounded up; from 1 to 10,000.
    HundredthsOfPercent(u32),
}

impl Query {
    /// One folded word.
    #[must_use]
    pub fn word(folded: impl Into<String>) -> Self {
        Self::Term(Term::Word(folded.into()))
    }

    /// Any word matching a pattern.
    #[must_use]
    pub fn wildcard(pattern: Pattern) -> Self {
        Self::Term(Term::Wildcard(pattern))
    }

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

    /// Parts one directly after the other, of words, phrases and `Or`s of such; nested phrases become one, and one
    /// part is just that part.
    ///
    /// # Panics
    /// When there are none.
    #[must_use]
    pub fn phrase(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut flat = Vec::new();
        for part in parts {
            match part {
                Self::Phrase(inner) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        assert!(!flat.is_empty(), "a phrase has words");
        if flat.len() == 1 { flat.remove(0) } else { Self::Phrase(flat) }
    }

    /// Two passages at most so many words apart, in this order when `is_ordered`.
    #[must_use]
    pub fn near(left: Self, right: Self, words: u32, is_ordered: bool) -> Self {
        Self::proximity(Near { left, right, reach: Reach::Words(words), is_ordered, is_negated: false })
    }

    /// Any proximity.
    #[must_use]
    pub fn proximity(near: Near) -> Self {
        Self::Near(Box::new(near))
    }

    /// Passages among the first or last words. Asked of a Boolean group it is asked of each of its parts.
    #[must_use]
    pub fn edge(of: Self, end: End, words: u32) -> Self {
        match of {
            Self::And(parts) => Self::And(parts.into_iter().map(|part| Self::edge(part, end, words)).collect()),
            Self::Or(parts) if !parts.iter().all(Self::has_passages) => {
                Self::Or(parts.into_iter().map(|part| Self::edge(part, end, words)).collect())
            }
            Self::Not(part) => Self::not(Self::edge(*part, end, words)),
            of => Self::Edge(Box::new(Edge { of, end, words })),
        }
    }

    /// Documents matching `required`, with `optional` marked and ranked besides.
    #[must_use]
    pub fn and_any(required: Self, optional: Self) -> Self {
        Self::AndAny(Box::new(AndAny { required, optional }))
    }

    /// A query within a metadata field. In fields that are cut at every punctuation mark, so are its words.
    #[must_use]
    pub fn field(field: Field, value: Self) -> Self {
        let value = if field.is_cut_at_punctuation() { cut_at_punctuation(value) } else { value };
        Self::Field { field, value: Box::new(value) }
    }

    /// Documents dated within a range.
    #[must_use]
    pub fn dated(range: DateRange) -> Self {
        Self::Within { field: OrderedField::Date, range: Range::Days(range) }
    }

    /// Documents coded with a concept or choice.
    #[must_use]
    pub fn tag(name: impl Into<String>) -> Self {
        Self::Predicate(Predicate::Tag(name.into()))
    }

    /// Documents with at least `least` and at most `most` passages.
    #[must_use]
    pub fn hits(of: Self, least: u32, most: Option<u32>) -> Self {
        Self::Hits(Box::new(Hits { of, least, most }))
    }

    /// Documents matching, and all that go with them.
    #[must_use]
    pub fn expanded(of: Self, by: Relation) -> Self {
        Self::Expanded { of: Box::new(of), by }
    }

    /// Some of the documents matching.
    #[must_use]
    pub fn sample(of: Self, size: SampleSize, seed: u64) -> Self {
        Self::Sample(Box::new(Sample { of, size, seed }))
    }

    /// Whether it is one part with passages, or an `Or` of such: what a phrase and an edge take.
    #[must_use]
    pub fn has_passages(&self) -> bool {
        match self {
            Self::Term(_)
            | Self::Phrase(_)
            | Self::Near(_)
            | Self::Edge(_)
            | Self::Regex(_)
            | Self::Money(_)
            | Self::Day(_) => true,
            Self::Or(parts) => parts.iter().all(Self::has_passages),
            _ => false,
        }
    }

    /// Whether a proximity can take it as an operand: it has passages, or is a group of such with at least one that
    /// is not under `Not`.
    #[must_use]
    pub fn is_operand(&self) -> bool {
        match self {
            Self::Or(parts) => parts.iter().all(Self::is_operand),
            Self::And(parts) => {
                let excluded = |part: &Self| matches!(part, Self::Not(inner) if inner.has_passages());
                parts.iter().any(Self::is_operand) && parts.iter().all(|part| part.is_operand() || excluded(part))
            }
            other => other.has_passages(),
        }
    }

    /// The parts directly below it, in the order written. Not the query about a note's text, which is about no document.
    pub fn parts(&self) -> impl Iterator<Item = &Self> {
        let (many, one, two): (&[Self], Option<&Self>, Option<&Self>) = match self {
            Self::Phrase(parts) | Self::And(parts) | Self::Or(parts) => (parts, None, None),
            Self::Near(near) => (&[], Some(&near.left), Some(&near.right)),
            Self::AndAny(both) => (&[], Some(&both.required), Some(&both.optional)),
            Self::Edge(edge) => (&[], Some(&edge.of), None),
            Self::Not(part) => (&[], Some(part), None),
            Self::Field { value, .. } => (&[], Some(value), None),
            Self::Hits(hits) => (&[], Some(&hits.of), None),
            Self::Expanded { of, .. } => (&[], Some(of), None),
            Self::Sample(sample) => (&[], Some(&sample.of), None),
            Self::All
            | Self::Term(_)
            | Self::Regex(_)
            | Self::Money(_)
            | Self::Day(_)
            | Self::Exists(_)
            | Self::Within { .. }
            | Self::Predicate(_)
            | Self::Documents(_) => (&[], None, None),
        };
        many.iter().chain(one).chain(two)
    }

    /// The same with `change` done to each part directly below it.
    ///
    /// # Errors
    /// Those of `change`.
    pub fn try_map<E>(self, change: &mut dyn FnMut(Self) -> Result<Self, E>) -> Result<Self, E> {
        let mut each = |parts: Vec<Self>| parts.into_iter().map(&mut *change).collect::<Result<Vec<_>, E>>();
        Ok(match self {
            Self::Phrase(parts) => Self::phrase(each(parts)?),
            Self::And(parts) => Self::and(each(parts)?),
            Self::Or(parts) => Self::or(each(parts)?),
            Self::Near(near) => {
                let Near { left, right, reach, is_ordered, is_negated } = *near;
                let (left, right) = (change(left)?, change(right)?);
                Self::proximity(Near { left, right, reach, is_ordered, is_negated })
            }
            Self::AndAny(both) => Self::and_any(change(both.required)?, change(both.optional)?),
            Self::Edge(edge) => Self::Edge(Box::new(Edge { of: change(edge.of)?, end: edge.end, words: edge.words })),
            Self::Not(part) => Self::not(change(*part)?),
            Self::Field { field, value } => Self::field(field, change(*value)?),
            Self::Hits(hits) => Self::hits(change(hits.of)?, hits.least, hits.most),
            Self::Expanded { of, by } => Self::expanded(change(*of)?, by),
            Self::Sample(sample) => Self::sample(change(sample.of)?, sample.size, sample.seed),
            leaf => leaf,
        })
    }

    /// Whether it looks for words in the text (not only in metadata, dates or what the matter knows).
    #[must_use]
    pub fn has_text_words(&self) -> bool {
        match self {
            Self::Field { .. } => false,
            other => other.has_passages() || other.parts().any(Self::has_text_words),
        }
    }

    /// The predicates in it, in the order written, each once.
    #[must_use]
    pub fn predicates(&self) -> Vec<&Predicate> {
        fn collect<'q>(query: &'q Query, found: &mut Vec<&'q Predicate>) {
            if let Query::Predicate(predicate) = query
                && !found.contains(&predicate)
            {
                found.push(predicate);
            }
            query.parts().for_each(|part| collect(part, found));
        }
        let mut found = Vec::new();
        collect(self, &mut found);
        found
    }

    /// The first part an engine cannot answer by itself: what people recorded, relations, samples, synonyms.
    #[must_use]
    pub fn unresolved(&self) -> Option<&Self> {
        match self {
            Self::Predicate(_) | Self::Expanded { .. } | Self::Sample(_) | Self::Term(Term::Synonyms(_)) => Some(self),
            other => other.parts().find_map(Self::unresolved),
        }
    }

    /// The same query with every predicate replaced by the documents `of` finds for it.
    #[must_use]
    pub fn resolve(self, of: &mut dyn FnMut(&Predicate) -> DocumentSet) -> Self {
        match self {
            Self::Predicate(predicate) => Self::Documents(of(&predicate)),
            other => {
                let changed = other.try_map::<Infallible>(&mut |part| Ok(part.resolve(of)));
                changed.unwrap_or_else(|never| match never {})
            }
        }
    }
}

/// The same query with every word cut where a field's values are.
fn cut_at_punctuation(query: Query) -> Query {
    // The words of what a value would become: a mark after punctuation belongs to the space that punctuation turns into.
    fn pieces(word: &str, wildcards: bool) -> Vec<String> {
        let joins = |c: char| words::joins_pieces(c) || (wildcards && matches!(c, '*' | '?'));
        if word.chars().all(joins) {
            return vec![word.to_owned()];
        }
        let apart: String = word.chars().map(|c| if joins(c) { c } else { ' ' }).collect();
        if wildcards {
            return wildcard_words(&apart).into_iter().filter(|piece| words::is_word(piece)).collect();
        }
        words::words(&apart).map(|word| word.written.to_owned()).collect()
    }
    let term = match query {
        Query::Term(term) => term,
        other => {
            let changed = other.try_map::<Infallible>(&mut |part| Ok(cut_at_punctuation(part)));
            return changed.unwrap_or_else(|never| match never {});
        }
    };
    let each = |word: &str, make: &dyn Fn(&str) -> Term| {
        let cut = pieces(word, matches!(term, Term::Wildcard(_)));
        (cut.len() > 1 || cut.first().is_some_and(|piece| *piece != word))
            .then(|| Query::phrase(cut.iter().map(|piece| Query::Term(make(piece)))))
    };
    let cut = match &term {
        Term::Word(word) => each(word, &|piece| Term::Word(piece.to_owned())),
        Term::Exact(word) => each(word, &|piece| Term::Exact(piece.to_owned())),
        Term::Wildcard(pattern) => each(pattern.as_str(), &|piece| {
            Pattern::new(piece).map_or_else(|| Term::Word(piece.to_owned()), Term::Wildcard)
        }),
        Term::Fuzzy { word, edits } => each(word, &|piece| Term::Fuzzy { word: piece.to_owned(), edits: *edits }),
        Term::Regex(_) | Term::Stem { .. } | Term::Synonyms(_) | Term::Number(_) => None,
    };
    cut.unwrap_or(Query::Term(term))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> Query {
        Query::word(text)
    }

    #[test]
    fn constructors_keep_the_tree_flat() {
        let flat = Query::And(vec![word("a"), word("b"), word("c")]);
        assert_eq!(Query::and([Query::and([word("a"), word("b")]), word("c")]), flat);
        assert_eq!(Query::and([word("a")]), word("a"));
        assert_eq!(Query::and([]), Query::All);
        assert_eq!(Query::or([]), Query::Documents(DocumentSet::new()));
        assert_eq!(Query::phrase([Query::phrase([word("a"), word("b")]), word("c")]), {
            Query::Phrase(vec![word("a"), word("b"), word("c")])
        });
    }

    #[test]
    fn an_edge_of_a_group_is_an_edge_of_each_part() {
        let first = |of| Query::Edge(Box::new(Edge { of, end: End::First, words: 5 }));
        let group = Query::and([word("a"), Query::not(word("b"))]);
        assert_eq!(Query::edge(group, End::First, 5), Query::and([first(word("a")), Query::not(first(word("b")))]));
    }

    #[test]
    fn words_of_people_are_cut_at_every_mark() {
        let inside = |query| match Query::field(Field::From, query) {
            Query::Field { value, .. } => *value,
            other => other,
        };
        assert_eq!(inside(word("kenneth.lay")), Query::phrase([word("kenneth"), word("lay")]));
        let pattern = |text: &str| Query::wildcard(Pattern::new(text).unwrap());
        assert_eq!(inside(pattern("ken*.lay")), Query::phrase([pattern("ken*"), word("lay")]));
        assert_eq!(inside(word("lay")), word("lay"));
        // The mark would stand on the space that the full stop becomes in a value.
        assert_eq!(inside(word("ken.\u{301}lay")), Query::phrase([word("ken"), word("lay")]));
        assert_eq!(
            Query::field(Field::Subject, word("a.b")),
            Query::Field { field: Field::Subject, value: Box::new(word("a.b")) }
        );
    }

    #[test]
    fn operands_have_passages() {
        let (a, b) = (word("a"), word("b"));
        assert!(Query::or([a.clone(), Query::and([a.clone(), b.clone()])]).is_operand());
        assert!(Query::and([a.clone(), Query::not(b.clone())]).is_operand());
        assert!(!Query::and([Query::not(a.clone()), Query::not(b)]).is_operand());
        assert!(!Query::and([a, Query::tag("x")]).is_operand());
        assert!(!Query::All.is_operand());
    }

    #[test]
    fn predicates_are_found_and_resolved_wherever_they_stand() {
        let tag = |name: &str| Query::tag(name);
        let query = Query::and([Query::or([tag("hot"), word("a")]), Query::not(tag("privileged")), tag("hot")]);
        assert_eq!(query.predicates(), [&Predicate::Tag("hot".to_owned()), &Predicate::Tag("privileged".to_owned())]);
        let resolved =
            query.resolve(&mut |tag| DocumentSet::from([if *tag == Predicate::Tag("hot".to_owned()) { 1 } else { 2 }]));
        assert!(resolved.predicates().is_empty() && resolved.unresolved().is_none());
        let set = |n| Query::Documents(DocumentSet::from([n]));
        assert_eq!(resolved, Query::and([Query::or([set(1), word("a")]), Query::not(set(2)), set(1)]));
    }
}
