//! Which documents of one segment match: set operations over postings, spans over positions.
//!
//! Every step takes the documents still in question and gives those of them that match, so dear parts of a query
//! (phrases, proximity, expressions) only look at documents the cheap parts left over, and rare words come before
//! frequent ones. Nothing here ranks, samples or stops early.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use redwell_search::engine::EngineError;
use redwell_search::query::{Hits, Range};
use redwell_search::{DateRange, Field, NumberRange, OrderedField, Query, Term, spans};
use roaring::RoaringBitmap;
use tantivy::postings::{BlockSegmentPostings, Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocId, DocSet, TERMINATED};

use super::bits::Bits;
use super::deadline::Deadline;
use super::engine::broken;
use super::expansion::{Expansions, Terms};
use super::occurrences::Loaded;
use super::reading::Reading;
use super::snapshot::{Segment, Snapshot};
use super::{schema, tokens};

/// Documents whose positions are held in memory at once.
const CHUNK: usize = 1_024;

/// Where decoding all of a word's postings is dearer than looking up the documents in question one by one.
const SEEK_RATIO: u64 = 32;

/// Terms looked at between two looks at the clock.
const LOOK_AT_CLOCK: usize = 256;

/// From how many terms on their documents are gathered bit by bit.
const MANY_TERMS: usize = 4;

/// What all segments share of one search.
#[derive(Clone, Copy)]
pub(super) struct Search<'s> {
    pub(super) snapshot: &'s Snapshot,
    pub(super) expansions: &'s Expansions,
    pub(super) deadline: &'s Deadline,
    pub(super) reading: &'s Reading<'s>,
}

/// Answers one query over one segment.
pub(super) struct Matcher<'s> {
    pub(super) search: Search<'s>,
    pub(super) segment: &'s Segment,
    /// The how-manieth segment it is.
    pub(super) number: usize,
    /// How often phrases and proximities matched, for those looked at already. By the address of the part: the query
    /// stands still while it is answered.
    counted: Mutex<BTreeMap<(usize, Option<Field>), Counted>>,
}

/// How often a part matched in the documents looked at.
#[derive(Default)]
struct Counted {
    looked_at: RoaringBitmap,
    matches: BTreeMap<DocId, u32>,
}

/// How much work it is to tell whether a document matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Cost {
    /// Postings or a column tell.
    Set,
    /// Positions tell.
    Positions,
    /// The text itself must be read.
    Text,
}

impl<'s> Matcher<'s> {
    pub(super) fn new(search: Search<'s>, number: usize) -> Self {
        Self { search, segment: &search.snapshot.segments[number], number, counted: Mutex::default() }
    }

    /// The documents among `candidates` that match `query` in a metadata field, or in the text.
    pub(super) fn matching(
        &self,
        query: &Query,
        field: Option<Field>,
        candidates: &RoaringBitmap,
    ) -> Result<RoaringBitmap, EngineError> {
        if candidates.is_empty() {
            return Ok(RoaringBitmap::new());
        }
        if let Some(digest) = field.filter(|field| field.is_digest() && query.has_passages()) {
            let found = self.occurrences_in_digest(query, digest, candidates)?;
            return Ok(found.into_iter().map(|(document, _)| document).collect());
        }
        match query {
            Query::All => Ok(candidates.clone()),
            Query::Term(_) | Query::Money(_) | Query::Day(_) if self.terms(query, field).none.is_empty() => {
                self.holding_any(query, field, candidates)
            }
            Query::Term(_)
            | Query::Money(_)
            | Query::Day(_)
            | Query::Phrase(_)
            | Query::Near(_)
            | Query::Edge(_)
            | Query::Regex(_) => {
                let counts = self.counts(query, field, candidates)?;
                Ok(counts.into_iter().map(|(document, _)| document).collect())
            }
            Query::And(parts) => {
                let mut left = candidates.clone();
                // Cheap and rare parts first: they leave fewer documents to the others.
                let mut parts: Vec<_> = parts.iter().map(|part| (cost(part), self.most(part, field), part)).collect();
                parts.sort_by_key(|(cost, most, _)| (*cost, *most));
                for (_, _, part) in parts {
                    left = self.matching(part, field, &left)?;
                }
                Ok(left)
            }
            Query::Or(parts) => {
                let mut found = RoaringBitmap::new();
                for part in parts {
                    found |= self.matching(part, field, &(candidates - &found))?;
                    self.search.deadline.check(query)?;
                }
                Ok(found)
            }
            Query::Not(part) => Ok(candidates - self.matching(part, field, candidates)?),
            Query::AndAny(both) => self.matching(&both.required, field, candidates),
            Query::Field { field, value } => self.matching(value, Some(*field), candidates),
            Query::Exists(field) if field.is_digest() => self.with_digest(*field, candidates),
            Query::Exists(field) => {
                let end = self.fixed(tokens::END, Some(*field))?;
                self.holding(end.as_slice(), Some(*field), candidates)
            }
            Query::Within { field, range } => self.within(*field, *range, candidates),
            Query::Hits(hits) => self.with_hits(hits, field, candidates),
            Query::Documents(set) => Ok(self.segment.inside(Some(&Bits::of(set))) & candidates),
            Query::Expanded { .. } | Query::Sample(_) | Query::Predicate(_) => {
                Err(EngineError::Unresolved { predicate: query.to_string() })
            }
        }
    }

    /// How often a part with passages matches in each of the `candidates` it matches in, ascending by document.
    pub(super) fn counts(
        &self,
        query: &Query,
        field: Option<Field>,
        candidates: &RoaringBitmap,
    ) -> Result<Vec<(DocId, u32)>, EngineError> {
        let key = (std::ptr::from_ref(query).addr(), field);
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let looked_at = counted.get(&key).map(|counted| counted.looked_at.clone()).unwrap_or_default();
        let new = candidates - looked_at;
        let possible: Vec<DocId> = self.possible(query, field, &new)?.iter().collect();
        let mut matches = Vec::new();
        for documents in possible.chunks(CHUNK) {
            let loaded = Loaded::new(self, query, field, documents)?;
            for (at, document) in documents.iter().enumerate() {
                self.search.deadline.check(query)?;
                let text = loaded.in_document(at);
                let found = spans::passages(query, &text);
                let count = found.map_err(|_| EngineError::TooManyPassages { part: query.to_string() })?.len();
                if count > 0 {
                    matches.push((*document, u32::try_from(count).unwrap_or(u32::MAX)));
                }
            }
        }
        let counted = counted.entry(key).or_default();
        counted.looked_at |= new;
        counted.matches.extend(matches);
        let known = counted.matches.iter().filter(|(at, _)| candidates.contains(**at));
        Ok(known.map(|(at, count)| (*at, *count)).collect())
    }

    /// How often a part with passages occurs in each of these documents it occurs in, ascending by document.
    pub(super) fn occurrences(
        &self,
        query: &Query,
        field: Option<Field>,
        documents: &RoaringBitmap,
    ) -> Result<Vec<(DocId, u32)>, EngineError> {
        if let Some(digest) = field.filter(|field| field.is_digest()) {
            return self.occurrences_in_digest(query, digest, documents);
        }
        let terms = match query {
            // Every position has one folded word, so these add up.
            Query::Term(_) => self.terms(query, field),
            _ => return self.counts(query, field, documents),
        };
        if !terms.none.is_empty() {
            return self.counts(query, field, documents);
        }
        if terms.any.len() >= MANY_TERMS {
            return self.occurrences_of_many(query, field, documents);
        }
        let mut found = Vec::new();
        for (term, _) in &terms.any {
            let mut postings = self.postings(term, field, IndexRecordOption::WithFreqs)?;
            if documents.len() < u64::from(term.doc_freq) / SEEK_RATIO {
                for document in documents {
                    if postings.doc() <= document && postings.seek(document) == document {
                        found.push((document, postings.term_freq()));
                    }
                }
                continue;
            }
            while postings.doc() != TERMINATED {
                if documents.contains(postings.doc()) {
                    found.push((postings.doc(), postings.term_freq()));
                }
                postings.advance();
            }
        }
        found.sort_unstable();
        found.dedup_by(|next, sum| {
            let same = next.0 == sum.0;
            if same {
                sum.1 = sum.1.saturating_add(next.1);
            }
            same
        });
        Ok(found)
    }

    /// How often each document of the segment holds any of the many terms a leaf stands for, added up term by term.
    pub(super) fn counts_of_many(&self, leaf: &Query, field: Option<Field>) -> Result<Vec<u32>, EngineError> {
        let mut counts = vec![0_u32; self.segment.reader.max_doc() as usize];
        self.each_block(leaf, field, IndexRecordOption::WithFreqs, |block| {
            for (document, count) in block.docs().iter().zip(block.freqs()) {
                let sum = &mut counts[*document as usize];
                *sum = sum.saturating_add(*count);
            }
        })?;
        Ok(counts)
    }

    /// As [`Self::occurrences`], for a leaf that stands for many terms.
    fn occurrences_of_many(
        &self,
        leaf: &Query,
        field: Option<Field>,
        documents: &RoaringBitmap,
    ) -> Result<Vec<(DocId, u32)>, EngineError> {
        let counts = self.counts_of_many(leaf, field)?;
        let counted = documents.iter().map(|document| (document, counts[document as usize]));
        Ok(counted.filter(|(_, count)| *count > 0).collect())
    }

    /// The documents among `candidates` with so many passages.
    fn with_hits(
        &self,
        hits: &Hits,
        field: Option<Field>,
        candidates: &RoaringBitmap,
    ) -> Result<RoaringBitmap, EngineError> {
        let mut counts = BTreeMap::new();
        self.add_hits(&hits.of, field, candidates, &mut counts)?;
        let is_enough = |count: u32| count >= hits.least && hits.most.is_none_or(|most| count <= most);
        let counted = |document: &DocId| is_enough(counts.get(document).copied().unwrap_or_default());
        Ok(candidates.iter().filter(counted).collect())
    }

    /// Adds up the passages of the parts of a query.
    pub(super) fn add_hits(
        &self,
        query: &Query,
        field: Option<Field>,
        candidates: &RoaringBitmap,
        counts: &mut BTreeMap<DocId, u32>,
    ) -> Result<(), EngineError> {
        match query {
            Query::And(_) | Query::Or(_) | Query::AndAny(_) => {
                query.parts().try_for_each(|part| self.add_hits(part, field, candidates, counts))
            }
            Query::Field { field, value } => self.add_hits(value, Some(*field), candidates, counts),
            other if other.has_passages() => {
                for (document, count) in self.occurrences(other, field, candidates)? {
                    let sum = counts.entry(document).or_default();
                    *sum = sum.saturating_add(count);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// The documents among `candidates` that hold the words a part needs, wherever they stand.
    fn possible(
        &self,
        query: &Query,
        field: Option<Field>,
        candidates: &RoaringBitmap,
    ) -> Result<RoaringBitmap, EngineError> {
        if candidates.is_empty() {
            return Ok(RoaringBitmap::new());
        }
        match query {
            Query::Term(_) | Query::Money(_) | Query::Day(_) => self.holding_any(query, field, candidates),
            Query::Regex(expression) => {
                let mut left = candidates.clone();
                for word in self.search.expansions.needed(expression, field) {
                    left = self.holding_any(word, field, &left)?;
                }
                Ok(left)
            }
            Query::Or(parts) => {
                let mut found = RoaringBitmap::new();
                for part in parts {
                    found |= self.possible(part, field, &(candidates - &found))?;
                }
                Ok(found)
            }
            other => {
                let mut left = candidates.clone();
                let mut needed: Vec<_> = needed(other).map(|part| (self.most(part, field), part)).collect();
                needed.sort_by_key(|(most, _)| *most);
                for (_, part) in needed {
                    left = self.possible(part, field, &left)?;
                }
                Ok(left)
            }
        }
    }

    /// The most documents that can match a part; a guess upwards.
    fn most(&self, query: &Query, field: Option<Field>) -> u64 {
        match query {
            // Few documents share one.
            _ if field.is_some_and(Field::is_digest) => 1,
            Query::Term(_) | Query::Money(_) | Query::Day(_) => self.terms(query, field).documents(),
            Query::Or(parts) => parts.iter().map(|part| self.most(part, field)).fold(0, u64::saturating_add),
            Query::Phrase(_) | Query::Near(_) | Query::Edge(_) | Query::And(_) => {
                needed(query).map(|part| self.most(part, field)).min().unwrap_or(u64::MAX)
            }
            Query::Field { field, value } => self.most(value, Some(*field)),
            Query::AndAny(both) => self.most(&both.required, field),
            Query::Documents(set) => set.len(),
            _ => u64::MAX,
        }
    }

    /// The documents among `candidates` that hold any of the terms a leaf stands for.
    fn holding_any(
        &self,
        leaf: &Query,
        field: Option<Field>,
        candidates: &RoaringBitmap,
    ) -> Result<RoaringBitmap, EngineError> {
        match self.terms(leaf, field).any.as_slice() {
            [] => Ok(RoaringBitmap::new()),
            terms if terms.len() < MANY_TERMS => {
                let mut found = RoaringBitmap::new();
                for (term, _) in terms {
                    found |= self.holding(std::slice::from_ref(term), field, candidates)?;
                }
                Ok(found)
            }
            _ => {
                let mut found = Bits::below(self.segment.reader.max_doc());
                let mut insert = |block: &BlockSegmentPostings| block.docs().iter().for_each(|at| found.insert(*at));
                self.each_block(leaf, field, IndexRecordOption::Basic, &mut insert)?;
                Ok(found.into_set() & candidates)
            }
        }
    }

    /// The documents among `candidates` that hold any of these terms.
    fn holding(
        &self,
        terms: &[TermInfo],
        field: Option<Field>,
        candidates: &RoaringBitmap,
    ) -> Result<RoaringBitmap, EngineError> {
        let mut found = RoaringBitmap::new();
        for term in terms {
            let mut postings = self.postings(term, field, IndexRecordOption::Basic)?;
            if candidates.len() < u64::from(term.doc_freq) / SEEK_RATIO {
                for document in candidates {
                    if postings.doc() <= document && postings.seek(document) == document {
                        found.insert(document);
                    }
                }
                continue;
            }
            let mut documents = Vec::with_capacity(term.doc_freq as usize);
            let mut buffer = [0; COLLECT_BLOCK_BUFFER_LEN];
            loop {
                let filled = postings.fill_buffer(&mut buffer);
                documents.extend_from_slice(&buffer[..filled]);
                if filled < buffer.len() {
                    break;
                }
            }
            match RoaringBitmap::from_sorted_iter(documents) {
                Ok(holding) => found |= holding,
                Err(_) => unreachable!("postings are in the order of documents"),
            }
        }
        Ok(found & candidates)
    }

    /// The documents among `candidates` whose value lies in a range.
    fn within(
        &self,
        field: OrderedField,
        range: Range,
        candidates: &RoaringBitmap,
    ) -> Result<RoaringBitmap, EngineError> {
        let (from, to) = match range {
            Range::Days(days) => DateRange::seconds(days),
            Range::Numbers(numbers) => whole_numbers(numbers),
        };
        let good = |value: i64| (from..=to).contains(&value);
        Ok(match field {
            OrderedField::Words => {
                let lengths = self.segment.lengths(self.search.snapshot.fields.text)?;
                candidates.iter().filter(|document| good(i64::from(lengths[*document as usize]))).collect()
            }
            OrderedField::Attachments => {
                let counts = self.search.snapshot.attachments()?;
                let count = |document| counts.get(self.segment.ordinal(document) as usize).copied().unwrap_or_default();
                candidates.iter().filter(|document| good(i64::from(count(*document)))).collect()
            }
            field => {
                let columns = self.segment.reader.fast_fields();
                let Some(column) = columns.column_opt::<i64>(&schema::column(field)).map_err(broken)? else {
                    return Ok(RoaringBitmap::new());
                };
                candidates.iter().filter(|document| column.first(*document).is_some_and(good)).collect()
            }
        })
    }

    /// The terms a leaf stands for here.
    pub(super) fn terms(&self, leaf: &Query, field: Option<Field>) -> &'s Terms {
        self.search.expansions.terms(leaf, field, self.number)
    }

    /// A term that is no word, if the segment has it.
    pub(super) fn fixed(&self, term: &str, field: Option<Field>) -> Result<Option<TermInfo>, EngineError> {
        let words = self.segment.words(self.search.snapshot.fields.words_of(field))?;
        words.terms().get(term).map_err(broken)
    }

    /// Shows the postings of each term a leaf stands for, block by block.
    pub(super) fn each_block(
        &self,
        leaf: &Query,
        field: Option<Field>,
        with: IndexRecordOption,
        mut each: impl FnMut(&BlockSegmentPostings),
    ) -> Result<(), EngineError> {
        let words = self.segment.words(self.search.snapshot.fields.words_of(field))?;
        let mut terms = self.terms(leaf, field).any.iter().enumerate();
        let Some((_, (first, _))) = terms.next() else { return Ok(()) };
        let mut block = words.read_block_postings_from_terminfo(first, with).map_err(broken)?;
        loop {
            while !block.docs().is_empty() {
                each(&block);
                block.advance();
            }
            let Some((at, (term, _))) = terms.next() else { return Ok(()) };
            if at.is_multiple_of(LOOK_AT_CLOCK) {
                self.search.deadline.check(leaf)?;
            }
            words.reset_block_postings_from_terminfo(term, &mut block).map_err(broken)?;
        }
    }

    /// The postings of a term.
    pub(super) fn postings(
        &self,
        term: &TermInfo,
        field: Option<Field>,
        with: IndexRecordOption,
    ) -> Result<SegmentPostings, EngineError> {
        let words = self.segment.words(self.search.snapshot.fields.words_of(field))?;
        words.read_postings_from_terminfo(term, with).map_err(broken)
    }
}

/// The whole numbers in a range of millionths.
fn whole_numbers(range: NumberRange) -> (i64, i64) {
    const ONE: i128 = redwell_search::number::MILLIONTHS;
    let whole = |number: i128, open: i64| i64::try_from(number).unwrap_or(open);
    let from = range.least.map_or(i64::MIN, |least| whole(-(-least).div_euclid(ONE), i64::MAX));
    let to = range.most.map_or(i64::MAX, |most| whole(most.div_euclid(ONE), i64::MAX));
    (from, to)
}

/// The parts that must be somewhere in a document for a part with passages to match.
fn needed(query: &Query) -> impl Iterator<Item = &Query> {
    let left_only = matches!(query, Query::Near(near) if near.is_negated);
    query.parts().take(if left_only { 1 } else { usize::MAX }).filter(|part| !matches!(part, Query::Not(_)))
}

/// How much work a query is.
fn cost(query: &Query) -> Cost {
    let own = match query {
        Query::Regex(_) => Cost::Text,
        Query::Phrase(_) | Query::Near(_) | Query::Edge(_) | Query::Hits(_) | Query::Term(Term::Exact(_)) => {
            Cost::Positions
        }
        _ => Cost::Set,
    };
    query.parts().map(cost).fold(own, Cost::max)
}
