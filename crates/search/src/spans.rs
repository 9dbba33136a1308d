//! Spans of words in one text, and what phrases, proximities and edges make of them.
//!
//! A span is a stretch of word positions: a passage. A word's spans are its occurrences; a phrase's are its
//! occurrences; the span of a proximity match is the whole stretch from its first to its last word. These are the fast
//! forms engines use, over whatever [`Occurrences`] gives them; [`crate::brute`] has the same meaning by definition and
//! tests hold the two together.

use std::borrow::Cow;

use crate::query::{Edge, End, Near, Query, Reach};

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

/// The most ways a group under a proximity can be fulfilled that are looked at one by one.
const MAX_ALTERNATIVES: usize = 256;

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

/// One way to fulfil an operand: a passage of each of these, and none near of those.
#[derive(Clone, Default)]
pub(crate) struct Alternative<'q> {
    pub(crate) chosen: Vec<&'q Query>,
    pub(crate) excluded: Vec<&'q Query>,
}

/// The ways to fulfil an operand of a proximity.
pub(crate) fn alternatives(operand: &Query) -> Result<Vec<Alternative<'_>>, TooManyPairs> {
    let one = |query| vec![Alternative { chosen: vec![query], excluded: Vec::new() }];
    let found = match operand {
        Query::Or(parts) if !operand.has_passages() => {
            let mut all = Vec::new();
            for part in parts {
                all.extend(alternatives(part)?);
            }
            all
        }
        Query::And(parts) => {
            let mut all = vec![Alternative::default()];
            for part in parts {
                if let Query::Not(excluded) = part {
                    all.iter_mut().for_each(|way| way.excluded.push(excluded));
                    continue;
                }
                let ways = alternatives(part)?;
                if all.len() * ways.len() > MAX_ALTERNATIVES {
                    return Err(TooManyPairs);
                }
                let mut next = Vec::with_capacity(all.len() * ways.len());
                for before in &all {
                    next.extend(ways.iter().map(|way| Alternative {
                        chosen: [before.chosen.as_slice(), &way.chosen].concat(),
                        excluded: [before.excluded.as_slice(), &way.excluded].concat(),
                    }));
                }
                all = next;
            }
            all
        }
        other => one(other),
    };
    if found.len() > MAX_ALTERNATIVES { Err(TooManyPairs) } else { Ok(found) }
}

fn near_passages(near: &Near, text: &dyn Occurrences) -> Result<Vec<Span>, TooManyPairs> {
    let mut found = Vec::new();
    combinations(near, text, &mut |_, hull| found.push(hull))?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// Calls `each` with every choice of passages that a proximity matches, each with the part it is of, and with the whole
/// stretch. Whole stretches may come more than once.
///
/// # Errors
/// When there are more than [`MAX_PAIRS`].
pub(crate) fn combinations<'q>(
    near: &'q Near,
    text: &dyn Occurrences,
    each: &mut Each<'q, '_>,
) -> Result<(), TooManyPairs> {
    let nearness = Nearness::new(near, text);
    let mut budget = MAX_PAIRS;
    let (left, right) = (alternatives(&near.left)?, alternatives(&near.right)?);
    let right = right.iter().map(|way| Choices::of(way, text)).collect::<Result<Vec<_>, _>>()?;
    for left in &left {
        let mut left = Choices::of(left, text)?;
        if near.is_negated {
            for part in &mut left.chosen {
                part.retain(|span| Ok(!nearness.is_beside(span, &right, &mut budget)?))?;
            }
            product(&left.chosen, &mut Vec::new(), &mut budget, each)?;
            continue;
        }
        for right in &right {
            nearness.joined(&left, right, &mut budget, each)?;
        }
    }
    Ok(())
}

/// Takes a choice of passages, each with the part it is of, and the whole stretch of them.
type Each<'q, 'e> = dyn FnMut(&[(&'q Query, Span)], Span) + 'e;

/// The passages of the parts of one way to fulfil an operand.
struct Choices<'q, 'o> {
    chosen: Vec<Passages<'q, 'o>>,
    excluded: Vec<Passages<'q, 'o>>,
}

impl<'q, 'o> Choices<'q, 'o> {
    fn of(way: &Alternative<'q>, text: &'o dyn Occurrences) -> Result<Self, TooManyPairs> {
        let of = |parts: &[&'q Query]| -> Result<Vec<_>, _> {
            parts.iter().map(|part| Ok(Passages::new(part, passages(part, text)?))).collect()
        };
        Ok(Self { chosen: of(&way.chosen)?, excluded: of(&way.excluded)? })
    }
}

/// The passages of one part, ascending.
#[derive(Clone)]
struct Passages<'q, 'o> {
    part: &'q Query,
    spans: Cow<'o, [Span]>,
    /// From the first word of the longest to its last.
    longest: u32,
}

impl<'q, 'o> Passages<'q, 'o> {
    fn new(part: &'q Query, spans: Cow<'o, [Span]>) -> Self {
        let longest = spans.iter().map(|span| span.last - span.first).max().unwrap_or_default();
        Self { part, spans, longest }
    }

    fn retain(&mut self, mut keeps: impl FnMut(Span) -> Result<bool, TooManyPairs>) -> Result<(), TooManyPairs> {
        let mut kept = Vec::new();
        for span in self.spans.iter() {
            if keeps(*span)? {
                kept.push(*span);
            }
        }
        self.spans = Cow::Owned(kept);
        Ok(())
    }

    /// Those that may have a word between two positions, and some more.
    fn between(&self, lowest: u32, highest: u32) -> &[Span] {
        let lowest = lowest.saturating_sub(self.longest);
        let from = self.spans.partition_point(|span| span.first < lowest);
        let to = self.spans.partition_point(|span| span.first <= highest);
        &self.spans[from..to.max(from)]
    }
}

/// Calls `each` with every choice of one passage of each part, added to those already chosen.
fn product<'q>(
    parts: &[Passages<'q, '_>],
    chosen: &mut Vec<(&'q Query, Span)>,
    budget: &mut usize,
    each: &mut Each<'q, '_>,
) -> Result<(), TooManyPairs> {
    let Some((part, rest)) = parts.split_first() else {
        if let Some(hull) = chosen.iter().map(|(_, span)| *span).reduce(Span::with) {
            each(chosen, hull);
        }
        return Ok(());
    };
    for span in part.spans.iter() {
        *budget = budget.checked_sub(1).ok_or(TooManyPairs)?;
        chosen.push((part.part, *span));
        product(rest, chosen, budget, each)?;
        chosen.pop();
    }
    Ok(())
}

/// When two passages of one text are near each other.
struct Nearness<'o> {
    /// The most words from the end of the earlier to the beginning of the later.
    words: u32,
    /// Where the sentences or paragraphs begin that both must lie in.
    units: Option<&'o [u32]>,
    is_ordered: bool,
}

impl<'o> Nearness<'o> {
    fn new(near: &Near, text: &'o dyn Occurrences) -> Self {
        let (words, units) = match near.reach {
            Reach::Words(words) => (words, None),
            Reach::Sentence => (u32::MAX, Some(text.sentences())),
            Reach::Paragraph => (u32::MAX, Some(text.paragraphs())),
        };
        Self { words, units, is_ordered: near.is_ordered }
    }

    /// The positions a passage near this one has its words between, both included: those so many words away, or those
    /// of its sentence or paragraph. `None` when it lies in more than one.
    fn around(&self, span: Span) -> Option<(u32, u32)> {
        let Some(units) = self.units else {
            return Some((span.first.saturating_sub(self.words), span.last.saturating_add(self.words)));
        };
        let unit = units.partition_point(|begin| *begin <= span.first);
        let begin = unit.checked_sub(1).map_or(0, |unit| units[unit]);
        let end = units.get(unit).map_or(u32::MAX, |next| next - 1);
        (span.last <= end).then_some((begin, end))
    }

    /// Whether a passage lies as near as the positions around another say, wherever else it reaches.
    fn is_around(&self, span: Span, (lowest, highest): (u32, u32)) -> bool {
        match self.units {
            None => span.first <= highest && span.last >= lowest,
            Some(_) => span.first >= lowest && span.last <= highest,
        }
    }

    /// Calls `each` with every choice of passages of both sides where each of the left is near each of the right.
    fn joined<'q>(
        &self,
        left: &Choices<'q, '_>,
        right: &Choices<'q, '_>,
        budget: &mut usize,
        each: &mut Each<'q, '_>,
    ) -> Result<(), TooManyPairs> {
        if left.chosen.is_empty() || right.chosen.is_empty() {
            return Ok(());
        }
        let allowed = |side: &Choices<'q, '_>, other: &Choices<'q, '_>, is_left, budget: &mut usize| {
            let mut chosen = side.chosen.iter().map(|part| Passages { spans: part.spans.to_vec().into(), ..*part });
            let mut chosen: Vec<Passages<'q, 'static>> = chosen.by_ref().collect();
            for part in &mut chosen {
                for excluded in &other.excluded {
                    part.retain(|span| Ok(!self.conflicts(span, excluded, is_left, budget)?))?;
                }
            }
            Ok(chosen)
        };
        if let ([one], [], [other], []) =
            (left.chosen.as_slice(), left.excluded.as_slice(), right.chosen.as_slice(), right.excluded.as_slice())
        {
            return self.pairs(one, other, budget, each);
        }
        let (left, right) = (allowed(left, right, true, budget)?, allowed(right, left, false, budget)?);
        self.tuples(&left, &right, &mut Vec::new(), budget, each)
    }

    /// Calls `each` with every two passages near each other.
    fn pairs<'q>(
        &self,
        left: &Passages<'q, '_>,
        right: &Passages<'q, '_>,
        budget: &mut usize,
        each: &mut Each<'q, '_>,
    ) -> Result<(), TooManyPairs> {
        let (one, other) = (left.part, right.part);
        self.following(&left.spans, &right.spans, budget, &mut |a, b| each(&[(one, a), (other, b)], a.with(b)))?;
        if !self.is_ordered {
            self.following(&right.spans, &left.spans, budget, &mut |b, a| each(&[(one, a), (other, b)], a.with(b)))?;
        }
        Ok(())
    }

    /// Calls `each` with every earlier and later span near each other.
    fn following(
        &self,
        earlier: &[Span],
        later: &[Span],
        budget: &mut usize,
        each: &mut dyn FnMut(Span, Span),
    ) -> Result<(), TooManyPairs> {
        for &before in earlier {
            let Some((_, highest)) = self.around(before) else { continue };
            let from = later.partition_point(|span| span.first <= before.last);
            for &after in later[from..].iter().take_while(|after| after.first <= highest) {
                *budget = budget.checked_sub(1).ok_or(TooManyPairs)?;
                if self.units.is_none() || after.last <= highest {
                    each(before, after);
                }
            }
        }
        Ok(())
    }

    /// Calls `each` with every choice of a passage of each part of the left added to those chosen, and one of each part
    /// of the right near all of them. `right` holds those near the ones chosen.
    fn tuples<'q>(
        &self,
        left: &[Passages<'q, '_>],
        right: &[Passages<'q, '_>],
        chosen: &mut Vec<(&'q Query, Span)>,
        budget: &mut usize,
        each: &mut Each<'q, '_>,
    ) -> Result<(), TooManyPairs> {
        let Some((part, rest)) = left.split_first() else { return product(right, chosen, budget, each) };
        for &span in part.spans.iter() {
            let Some((lowest, highest)) = self.around(span) else { continue };
            *budget = budget.checked_sub(1).ok_or(TooManyPairs)?;
            let mut near = Vec::with_capacity(right.len());
            for candidates in right {
                let window = candidates.between(lowest, highest);
                *budget = budget.checked_sub(window.len()).ok_or(TooManyPairs)?;
                let apart = |other: &Span| other.first > span.last || (!self.is_ordered && other.last < span.first);
                let good = |other: &&Span| apart(other) && self.is_around(**other, (lowest, highest));
                let spans: Vec<Span> = window.iter().filter(good).copied().collect();
                if spans.is_empty() {
                    break;
                }
                near.push(Passages { spans: Cow::Owned(spans), ..*candidates });
            }
            if near.len() == right.len() {
                chosen.push((part.part, span));
                self.tuples(rest, &near, chosen, budget, each)?;
                chosen.pop();
            }
        }
        Ok(())
    }

    /// Whether any way of the right can be fulfilled beside a passage of the left.
    fn is_beside(&self, span: Span, ways: &[Choices<'_, '_>], budget: &mut usize) -> Result<bool, TooManyPairs> {
        for way in ways {
            let mut fulfilled = true;
            for part in &way.chosen {
                fulfilled = fulfilled && self.conflicts(span, part, true, budget)?;
            }
            for excluded in &way.excluded {
                fulfilled = fulfilled && !self.conflicts(span, excluded, true, budget)?;
            }
            if fulfilled {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether any of these passages is near one or overlaps it, but for the identical one. Ordered, the right one must
    /// begin at or after the beginning of the left; `is_left` says which the one is.
    fn conflicts(
        &self,
        one: Span,
        others: &Passages<'_, '_>,
        is_left: bool,
        budget: &mut usize,
    ) -> Result<bool, TooManyPairs> {
        let around = self.around(one);
        let (lowest, highest) = around.unwrap_or((one.first, one.last));
        for &other in others.between(lowest, highest) {
            *budget = budget.checked_sub(1).ok_or(TooManyPairs)?;
            let overlaps = other.first <= one.last && one.first <= other.last;
            let begins_after = if is_left { other.first >= one.first } else { one.first >= other.first };
            let is_near = overlaps || around.is_some_and(|around| self.is_around(other, around));
            if other != one && is_near && (!self.is_ordered || begins_after) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
