//! The best documents of the commonest queries, found by walking postings side by side: words, `AND`, `OR` and
//! `AND NOT` of words, phrases of words, and leaves that stand for many words, ordered by relevance.
//!
//! Everything else, and every other order, is answered by [`super::matching`] and [`super::ranking`], which gather sets
//! first. Both give the same totals, documents and scores, to the last bit; a test holds them together.

use redwell_search::engine::EngineError;
use redwell_search::{Query, Term};
use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, TERMINATED};

use super::bits::Bits;
use super::engine::broken;
use super::matching::Matcher;
use super::ranking::Ranking;
use super::top::{Kept, Top};

/// Documents looked at between two looks at the clock.
const STRIDE: u64 = 1 << 14;

/// Documents next to each other whose scores for any of some words are added up word by word.
const WINDOW: u32 = 1 << 11;

/// Of a word of the machine, each telling of one document.
const BITS: usize = u64::BITS as usize;

/// A query that can be answered so.
pub(super) enum Shape<'q> {
    /// Every one of some words, and none of others.
    Every(Vec<&'q Query>, Vec<&'q Query>),
    /// Any of some words.
    Any(Vec<&'q Query>),
    /// Words one directly after the other.
    Phrase(&'q Query, Vec<&'q Query>),
    /// A word with wildcards, or one that may differ.
    Pattern(&'q Query),
}

/// How many documents match, and the best of them.
#[derive(Debug, Default)]
pub(super) struct Best {
    pub(super) total: u64,
    /// The better ones first.
    pub(super) kept: Vec<Kept>,
}

impl<'q> Shape<'q> {
    /// The shape of a query; nothing when it has another.
    pub(super) fn of(query: &'q Query) -> Option<Self> {
        match query {
            word if is_word(word) => Some(Self::Every(vec![word], Vec::new())),
            // Where a word as written stands is told by positions.
            Query::Term(term) if !matches!(term, Term::Exact(_)) => Some(Self::Pattern(query)),
            Query::And(parts) => {
                let (without, with): (Vec<&Query>, Vec<&Query>) =
                    parts.iter().partition(|part| matches!(part, Query::Not(_)));
                let without = without.into_iter().map(|part| part.parts().next().filter(|part| is_word(part)));
                let without: Vec<_> = without.collect::<Option<_>>()?;
                are_different_words(&with).then_some(Self::Every(with, without))
            }
            Query::Or(parts) => {
                let parts: Vec<_> = parts.iter().collect();
                are_different_words(&parts).then_some(Self::Any(parts))
            }
            Query::Phrase(parts) if parts.iter().all(is_word) => Some(Self::Phrase(query, parts.iter().collect())),
            _ => None,
        }
    }

    /// The best `limit` of the segments of these matchers.
    pub(super) fn best(
        &self,
        query: &Query,
        matchers: &[Matcher<'_>],
        ranking: &Ranking<'_>,
        within: Option<&Bits>,
        limit: usize,
    ) -> Result<Best, EngineError> {
        let leaves = match self {
            Self::Every(leaves, _) | Self::Any(leaves) => leaves.as_slice(),
            Self::Phrase(leaf, _) | Self::Pattern(leaf) => std::slice::from_ref(leaf),
        };
        let snapshot = matchers.first().map(|matcher| matcher.search.snapshot);
        let Some(snapshot) = snapshot else { return Ok(Best::default()) };
        let of_leaves = leaves.iter().map(|leaf| ranking.weight_of(leaf)).collect();
        let weights = Weights { of_leaves, lengths: snapshot.length_parts()? };
        let (mut total, mut top) = (0, Top::new(limit));
        for matcher in matchers {
            let lengths = matcher.segment.reader.get_fieldnorms_reader(snapshot.fields.text).map_err(broken)?;
            let mut found = Gathering { query, matcher, within, weights: &weights, lengths, total: 0, top: &mut top };
            self.gather(&mut found)?;
            total += found.total;
        }
        Ok(Best { total, kept: top.into_best() })
    }

    /// Walks the postings of one segment.
    fn gather(&self, found: &mut Gathering<'_>) -> Result<(), EngineError> {
        let matcher = found.matcher;
        let index = matcher.segment.words(matcher.search.snapshot.fields.text)?;
        let term = |word: &&Query| matcher.terms(word, None).any.first().map(|(term, _)| term);
        let open = |terms: &[&TermInfo], with: IndexRecordOption| -> Result<Vec<SegmentPostings>, EngineError> {
            // They are large, and every step of an adapter would copy them.
            let mut opened = Vec::with_capacity(terms.len());
            for term in terms {
                opened.push(index.read_postings_from_terminfo(term, with).map_err(broken)?);
            }
            Ok(opened)
        };
        match self {
            Self::Every(words, without) => {
                let Some(terms) = words.iter().map(term).collect::<Option<Vec<_>>>() else { return Ok(()) };
                let without: Vec<_> = without.iter().filter_map(term).collect();
                found.every(open(&terms, IndexRecordOption::WithFreqs)?, open(&without, IndexRecordOption::Basic)?)
            }
            Self::Any(words) => {
                let (leaves, terms): (Vec<_>, Vec<_>) =
                    words.iter().enumerate().filter_map(|(leaf, word)| Some((leaf, term(word)?))).unzip();
                found.any(&leaves, open(&terms, IndexRecordOption::WithFreqs)?)
            }
            Self::Phrase(_, words) => {
                let Some(terms) = words.iter().map(term).collect::<Option<Vec<_>>>() else { return Ok(()) };
                found.phrase(open(&terms, IndexRecordOption::WithFreqsAndPositions)?)
            }
            Self::Pattern(leaf) => found.pattern(leaf),
        }
    }
}

fn is_word(part: &Query) -> bool {
    matches!(part, Query::Term(Term::Word(_)))
}

/// Whether these are words, none of them twice: such a one would be weighed once.
fn are_different_words(parts: &[&Query]) -> bool {
    !parts.is_empty() && (0..parts.len()).all(|at| is_word(parts[at]) && !parts[..at].contains(&parts[at]))
}

/// What occurrences are worth.
struct Weights<'m> {
    of_leaves: Vec<f64>,
    /// What the length of a text takes from it, by its code.
    lengths: &'m [f64; 256],
}

impl Weights<'_> {
    /// What so many occurrences of a leaf are worth in a text of this coded length.
    fn score(&self, leaf: usize, count: u32, length: u8) -> f64 {
        let (above, below) = self.fraction(leaf, count, length);
        above / below
    }

    fn fraction(&self, leaf: usize, count: u32, length: u8) -> (f64, f64) {
        Ranking::fraction(self.of_leaves[leaf], f64::from(count), self.lengths[usize::from(length)])
    }
}

/// What was found so far.
struct Gathering<'m> {
    query: &'m Query,
    matcher: &'m Matcher<'m>,
    within: Option<&'m Bits>,
    weights: &'m Weights<'m>,
    lengths: FieldNormReader,
    total: u64,
    top: &'m mut Top,
}

impl Gathering<'_> {
    fn is_every_wanted(&self) -> bool {
        self.within.is_none() && self.matcher.segment.reader.alive_bitset().is_none()
    }

    fn is_wanted(&self, document: DocId) -> bool {
        self.matcher.segment.is_living(document)
            && self.within.is_none_or(|set| set.contains(self.matcher.segment.ordinal(document)))
    }

    /// Counts a document, and keeps it if its score, a sum of fractions, can be among the best.
    #[inline]
    fn take(&mut self, document: DocId, score: f64) {
        self.total += 1;
        if score >= self.top.least() {
            self.keep(document, score);
        }
    }

    fn keep(&mut self, document: DocId, score: f64) {
        #[expect(clippy::cast_possible_truncation, reason = "a score is a small number; hits carry it as 32 bits")]
        let score = score as f32;
        self.top.keep(score, self.matcher.segment.ordinal(document));
    }

    /// Counts a document that holds the only leaf so often. Most are not among the best, and no division is needed to see it.
    #[inline]
    fn take_only(&mut self, document: DocId, count: u32) {
        let (above, below) = self.weights.fraction(0, count, self.lengths.fieldnorm_id(document));
        if above < self.top.least() * below {
            self.total += 1;
        } else {
            self.take(document, above / below);
        }
    }

    fn look_at_clock(&self, seen: u64) -> Result<(), EngineError> {
        if seen.is_multiple_of(STRIDE) { self.matcher.search.deadline.check(self.query) } else { Ok(()) }
    }

    /// One word, which is what is asked for most.
    fn one(&mut self, mut word: SegmentPostings) -> Result<(), EngineError> {
        let is_every_wanted = self.is_every_wanted();
        let mut seen = 0;
        loop {
            let document = word.doc();
            if document == TERMINATED {
                return Ok(());
            }
            seen += 1;
            self.look_at_clock(seen)?;
            if is_every_wanted || self.is_wanted(document) {
                self.take_only(document, word.term_freq());
            }
            word.advance();
        }
    }

    fn every(&mut self, mut words: Vec<SegmentPostings>, mut without: Vec<SegmentPostings>) -> Result<(), EngineError> {
        if words.len() == 1 && without.is_empty() {
            return self.one(words.remove(0));
        }
        let mut seen = 0;
        let order = rarest_first(&words);
        while let Some(document) = next_common(&mut words, &order) {
            seen += 1;
            self.look_at_clock(seen)?;
            let is_ruled_out = without.iter_mut().any(|postings| holds(postings, document));
            if !is_ruled_out && self.is_wanted(document) {
                let length = self.lengths.fieldnorm_id(document);
                let parts = (0..).zip(&words).map(|(at, word)| self.weights.score(at, word.term_freq(), length));
                self.take(document, parts.sum());
            }
            words[order[0]].advance();
        }
        Ok(())
    }

    fn any(&mut self, leaves: &[usize], mut words: Vec<SegmentPostings>) -> Result<(), EngineError> {
        let is_every_wanted = self.is_every_wanted();
        let mut scores = [0.0; WINDOW as usize];
        let mut holding = [0_u64; WINDOW as usize / BITS];
        let mut seen = 0;
        while let Some(first) = words.iter().map(DocSet::doc).min().filter(|at| *at != TERMINATED) {
            seen += u64::from(WINDOW);
            self.look_at_clock(seen)?;
            for (leaf, word) in leaves.iter().zip(&mut words) {
                let mut document = word.doc();
                while document < first + WINDOW {
                    let at = (document - first) as usize;
                    holding[at / BITS] |= 1 << (at % BITS);
                    scores[at] += self.weights.score(*leaf, word.term_freq(), self.lengths.fieldnorm_id(document));
                    document = word.advance();
                }
            }
            for (documents, holding) in (first..).step_by(BITS).zip(&mut holding) {
                let mut left = std::mem::take(holding);
                while left != 0 {
                    let document = documents + left.trailing_zeros();
                    left &= left - 1;
                    let score = std::mem::take(&mut scores[(document - first) as usize]);
                    if is_every_wanted || self.is_wanted(document) {
                        self.take(document, score);
                    }
                }
            }
        }
        Ok(())
    }

    /// A leaf that stands for many words.
    fn pattern(&mut self, leaf: &Query) -> Result<(), EngineError> {
        let is_every_wanted = self.is_every_wanted();
        for (document, count) in (0..).zip(self.matcher.counts_of_many(leaf, None)?) {
            if count > 0 && (is_every_wanted || self.is_wanted(document)) {
                self.take_only(document, count);
            }
        }
        Ok(())
    }

    fn phrase(&mut self, mut words: Vec<SegmentPostings>) -> Result<(), EngineError> {
        let mut seen = 0;
        let order = rarest_first(&words);
        let mut positions = Positions { of_words: vec![Vec::new(); words.len()], starts: Vec::new() };
        while let Some(document) = next_common(&mut words, &order) {
            seen += 1;
            self.look_at_clock(seen)?;
            if self.is_wanted(document) {
                let count = occurrences(&mut words, &order, &mut positions);
                if count > 0 {
                    let length = self.lengths.fieldnorm_id(document);
                    self.take(document, self.weights.score(0, count, length));
                }
            }
            words[order[0]].advance();
        }
        Ok(())
    }
}

/// The places of the words, that of the rarest first.
fn rarest_first(words: &[SegmentPostings]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..words.len()).collect();
    order.sort_by_key(|at| words[*at].size_hint());
    order
}

/// The next document all of them hold, none before the one the rarest stands at.
fn next_common(words: &mut [SegmentPostings], order: &[usize]) -> Option<DocId> {
    let (rarest, others) = order.split_first()?;
    let mut document = words[*rarest].doc();
    'next: while document != TERMINATED {
        for at in others {
            let word = &mut words[*at];
            let reached = if word.doc() < document { word.seek(document) } else { word.doc() };
            if reached > document {
                document = words[*rarest].seek(reached);
                continue 'next;
            }
        }
        return Some(document);
    }
    None
}

fn holds(postings: &mut SegmentPostings, document: DocId) -> bool {
    (postings.doc() == document) || (postings.doc() < document && postings.seek(document) == document)
}

/// Where words stand in one document, and where phrases of them begin. Kept from one document to the next for their memory.
struct Positions {
    of_words: Vec<Vec<u32>>,
    starts: Vec<u32>,
}

/// How often the words stand one directly after the other in the document they all stand at. Those of the rarest are
/// looked at first: mostly there is nothing beside them.
fn occurrences(words: &mut [SegmentPostings], order: &[usize], positions: &mut Positions) -> u32 {
    let as_offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let Positions { of_words, starts } = positions;
    for (step, at) in order.iter().enumerate() {
        let own = &mut of_words[*at];
        words[*at].positions(own);
        if step == 0 {
            starts.clear();
            starts.extend(own.iter().filter_map(|position| position.checked_sub(as_offset(*at))));
        } else {
            starts.retain(|start| own.binary_search(&(start + as_offset(*at))).is_ok());
        }
        if starts.is_empty() {
            return 0;
        }
    }
    as_offset(starts.len())
}
