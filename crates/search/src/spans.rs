//! Spans of words in one text, and what phrases, proximities and edges make of them.
//!
//! A span is a stretch of word positions: a passage. A word's spans are its occurrences; a phrase's are its
//! occurrences; the span of a proximity match is the whole stretch from its first to its last word. These are the fast
//! forms engines use, over whatever [`Occurrences`] gives them; [`crate::brute`] has the same meaning by definition and
//! tests hold the two together.

use std::borrow::Cow;

use crate::query::{Edge, End, Near, Query};

mod nearness;

pub(crate) use nearness::combinations;

/// A stretch of word positions, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The position of its first word.
    pub first: u32,
    /// The position of its last word.
    pub last: u32,
}

impl Span {
    /// The span of a single word.
    #[must_use]
    pub fn word(at: u32) -> Self {
        Self { first: at, last: at }
    }

    /// From the first word of the two to the last.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self { first: self.first.min(other.first), last: self.last.max(other.last) }
    }
}

/// The most combinations of spans looked at for one proximity operator in one text. Reached only by nested,
/// far-reaching operators over very common words in huge texts.
pub const MAX_PAIRS: usize = 8_000_000;

/// A proximity operator has more pairs of spans than are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passages are near each other to look at them all")]
pub struct TooManyPairs;

/// What one text, or one field of a document, gives to look at.
pub trait Occurrences {
    /// The spans of a term, an expression, an amount or a day, ascending.
    fn of(&self, leaf: &Query) -> Cow<'_, [Span]>;

    /// The positions of the words sentences begin with, ascending.
    fn sentences(&self) -> &[u32];

    /// The positions of the words paragraphs begin with, ascending.
    fn paragraphs(&self) -> &[u32];

    /// The position after the last word.
    fn end(&self) -> u32;
}

/// The spans of single words at these positions.
#[must_use]
pub fn of_words(positions: &[u32]) -> Vec<Span> {
    positions.iter().map(|&at| Span::word(at)).collect()
}

/// All of these spans, ascending, each once.
#[must_use]
pub fn union(groups: Vec<Vec<Span>>) -> Vec<Span> {
    let mut all: Vec<Span> = groups.into_iter().flatten().collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The spans of a query that has passages, or is an operand of a proximity, ascending; none of any other.
///
/// # Errors
/// When a proximity has more than [`MAX_PAIRS`] combinations.
pub fn passages<'o>(query: &Query, text: &'o dyn Occurrences) -> Result<Cow<'o, [Span]>, TooManyPairs> {
    Ok(match query {
        Query::Term(_) | Query::Regex(_) | Query::Money(_) | Query::Day(_) => text.of(query),
        Query::Phrase(parts) => {
            let parts: Vec<_> = parts.iter().map(|part| passages(part, text)).collect::<Result<_, _>>()?;
            Cow::Owned(follow(&parts))
        }
        Query::Or(parts) => {
            let parts = parts.iter().map(|part| Ok(passages(part, text)?.into_owned())).collect::<Result<_, _>>()?;
            Cow::Owned(union(parts))
        }
        Query::Near(near) => Cow::Owned(near_passages(near, text)?),
        Query::Edge(edge) => Cow::Owned(edge_passages(edge, text)?),
        _ => Cow::Borrowed(&[]),
    })
}

/// How many passages a query has, those of the parts of a group added up.
///
/// # Errors
/// When a proximity has more than [`MAX_PAIRS`] combinations.
pub fn count(query: &Query, text: &dyn Occurrences) -> Result<u64, TooManyPairs> {
    match query {
        Query::And(_) | Query::Or(_) | Query::AndAny(_) => query.parts().map(|part| count(part, text)).sum(),
        other => Ok(passages(other, text)?.len() as u64),
    }
}

/// The spans of parts that follow one another directly, given the ascending spans of each.
#[must_use]
pub fn follow<S: AsRef<[Span]>>(parts: &[S]) -> Vec<Span> {
    let are_words = |part: &S| part.as_ref().iter().all(|span| span.first == span.last);
    if parts.iter().all(are_words) {
        return follow_words(parts);
    }
    let Some((first, rest)) = parts.split_first() else { return Vec::new() };
    let mut found = first.as_ref().to_vec();
    for part in rest {
        let part = part.as_ref();
        let mut next = Vec::new();
        for span in &found {
            let begins = part.partition_point(|after| after.first <= span.last);
            let after = part[begins..].iter().take_while(|after| after.first == span.last + 1);
            next.extend(after.map(|after| Span { first: span.first, last: after.last }));
        }
        next.sort_unstable();
        next.dedup();
        found = next;
    }
    found
}

/// The same of single words: the rarest drives.
fn follow_words<S: AsRef<[Span]>>(parts: &[S]) -> Vec<Span> {
    let Some((rarest, spans)) = parts.iter().map(AsRef::as_ref).enumerate().min_by_key(|(_, spans)| spans.len()) else {
        return Vec::new();
    };
    let offset = |index: usize| u32::try_from(index).expect("a phrase is as short as a query");
    let length = offset(parts.len()) - 1;
    let starts = spans.iter().filter_map(|span| span.first.checked_sub(offset(rarest)));
    let others: Vec<(u32, &[Span])> =
        parts.iter().enumerate().filter(|(i, _)| *i != rarest).map(|(i, part)| (offset(i), part.as_ref())).collect();
    starts
        .filter(|&start| others.iter().all(|(i, spans)| spans.binary_search(&Span::word(start + i)).is_ok()))
        .map(|start| Span { first: start, last: start + length })
        .collect()
}

fn edge_passages(edge: &Edge, text: &dyn Occurrences) -> Result<Vec<Span>, TooManyPairs> {
    let mut spans = passages(&edge.of, text)?.into_owned();
    match edge.end {
        End::First => spans.retain(|span| span.last < edge.words),
        End::Last => {
            let from = text.end().saturating_sub(edge.words);
            spans.retain(|span| span.first >= from);
        }
    }
    Ok(spans)
}

fn near_passages(near: &Near, text: &dyn Occurrences) -> Result<Vec<Span>, TooManyPairs> {
    let mut found = Vec::new();
    combinations(near, text, &mut |_, hull| found.push(hull))?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::query::Reach;

    /// A text in which every letter is a word, sentences begin after `.` and paragraphs after `/`.
    struct Letters {
        words: Vec<char>,
        sentences: Vec<u32>,
        paragraphs: Vec<u32>,
    }

    impl Letters {
        fn new(text: &str) -> Self {
            let (mut words, mut sentences, mut paragraphs) = (Vec::new(), vec![0], vec![0]);
            for c in text.chars() {
                let at = u32::try_from(words.len()).unwrap();
                match c {
                    '.' => sentences.push(at),
                    '/' => {
                        sentences.push(at);
                        paragraphs.push(at);
                    }
                    letter => words.push(letter),
                }
            }
            Self { words, sentences, paragraphs }
        }
    }

    impl Occurrences for Letters {
        fn of(&self, leaf: &Query) -> Cow<'_, [Span]> {
            let wanted = leaf.to_string();
            let found = (0..).zip(&self.words).filter(|(_, word)| wanted == word.to_string());
            Cow::Owned(found.map(|(at, _)| Span::word(at)).collect())
        }

        fn sentences(&self) -> &[u32] {
            &self.sentences
        }

        fn paragraphs(&self) -> &[u32] {
            &self.paragraphs
        }

        fn end(&self) -> u32 {
            u32::try_from(self.words.len()).unwrap()
        }
    }

    /// The passages of a query, each as its words.
    #[track_caller]
    fn check(query: &Query, text: &str, expected: &[&str]) {
        let letters = Letters::new(text);
        let shown = |span: &Span| letters.words[span.first as usize..=span.last as usize].iter().collect::<String>();
        let found: Vec<String> = passages(query, &letters).unwrap().iter().map(shown).collect();
        assert_eq!(found, expected, "{query}");
    }

    fn word(text: &str) -> Query {
        Query::word(text)
    }

    fn near(left: Query, right: Query, reach: Reach, is_ordered: bool, is_negated: bool) -> Query {
        Query::proximity(Near { left, right, reach, is_ordered, is_negated })
    }

    #[test]
    fn neighbours_are_one_apart() {
        let (a, b) = (word("a"), word("b"));
        check(&Query::near(a.clone(), b.clone(), 1, false), "xab", &["ab"]);
        check(&Query::near(b.clone(), a.clone(), 1, false), "xab", &["ab"]);
        check(&Query::near(b.clone(), a.clone(), 1, true), "xab", &[]);
        check(&Query::near(a.clone(), b, 1, false), "axb", &[]);
        check(&Query::near(a.clone(), a, 5, false), "axxxa", &["axxxa"]);
    }

    #[test]
    fn phrases_are_consecutive() {
        check(&Query::phrase([word("a"), word("b"), word("c")]), "abcxabxabc", &["abc", "abc"]);
        let either = Query::or([word("b"), Query::phrase([word("b"), word("c")])]);
        check(&Query::phrase([word("a"), either, word("d")]), "abdxabcd", &["abd", "abcd"]);
        check(&Query::phrase([word("a"), word("a")]), "aaa", &["aa", "aa"]);
    }

    #[test]
    fn every_part_of_a_group_is_near_the_other_side() {
        let group = Query::and([word("a"), word("b")]);
        check(&Query::near(group.clone(), word("c"), 2, false), "axcxbxxaxxc", &["axcxb"]);
        check(&Query::near(word("c"), group.clone(), 1, false), "axcb", &[]);
        let without = Query::and([word("a"), Query::not(word("b"))]);
        check(&Query::near(without.clone(), word("c"), 2, false), "acxbxxac", &["ac"]);
        check(&Query::near(without, word("c"), 1, true), "bac", &["ac"]);
        let distributed = Query::or([group, word("d")]);
        check(&Query::near(distributed, word("c"), 1, false), "acbxdc", &["acb", "dc"]);
    }

    #[test]
    fn negated_is_none_near() {
        let not_near = |reach, is_ordered| near(word("a"), word("b"), reach, is_ordered, true);
        check(&not_near(Reach::Words(2), false), "axbxxxa", &["a"]);
        check(&not_near(Reach::Words(2), true), "bxaxxaxb", &["a"]);
        check(&not_near(Reach::Sentence, false), "axb.a.b", &["a"]);
        check(&not_near(Reach::Paragraph, false), "axb.a/a", &["a"]);
        let both = near(word("a"), Query::and([word("b"), word("c")]), Reach::Words(1), false, true);
        check(&both, "baxbac", &["a"]);
    }

    #[test]
    fn sentences_and_paragraphs_hold_both() {
        let within = |reach, is_ordered| near(word("a"), word("b"), reach, is_ordered, false);
        check(&within(Reach::Sentence, false), "a.bxxxa.xb/b", &["bxxxa"]);
        check(&within(Reach::Paragraph, false), "a.b/a", &["ab"]);
        check(&within(Reach::Sentence, true), "bxa.ab", &["ab"]);
    }

    #[test]
    fn edges_are_counted_in_words() {
        check(&Query::edge(word("a"), End::First, 2), "xaxa", &["a"]);
        check(&Query::edge(word("a"), End::Last, 1), "xaxa", &["a"]);
        check(&Query::edge(Query::phrase([word("a"), word("b")]), End::First, 2), "xab", &[]);
    }

    #[test]
    fn too_many_pairs_are_refused() {
        let text = "a".repeat(10_000);
        let query = Query::near(word("a"), word("a"), 1_000, false);
        assert_eq!(passages(&query, &Letters::new(&text)), Err(TooManyPairs));
    }
}
