//! Which documents of one segment match: set operations over postings, spans over positions.
//!
//! Every step takes the documents still in question and gives those of them that match, so dear parts of a query
//! (phrases, proximity) only look at documents the cheap parts left over. Nothing here ranks, samples or stops early.

use std::cell::RefCell;
use std::collections::BTreeMap;

use redwell_search::engine::EngineError;
use redwell_search::query::{Near, PhrasePart};
use redwell_search::spans::{self, Span};
use redwell_search::{DateRange, Field, Query};
use roaring::RoaringBitmap;
use tantivy::postings::{Postings, SegmentPostings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, TERMINATED};

use super::engine::broken;
use super::expansion::Expansions;
use super::schema;
use super::snapshot::{Segment, Snapshot};

/// Documents whose positions are held in memory at once.
const CHUNK: usize = 1_024;

/// Where decoding all of a word's postings is dearer than looking up the documents in question one by one.
const SEEK_RATIO: u64 = 32;

/// Answers one query over one segment.
pub(super) struct Matcher<'q> {
    pub(super) snapshot: &'q Snapshot,
    pub(super) segment: &'q Segment,
    /// The how-manieth segment it is.
    pub(super) number: usize,
    pub(super) expansions: &'q Expansions,
    /// How often phrases and proximities matched, for those looked at already. By the address of the part: the query
    /// stands still while it is answered.
    counted: RefCell<BTreeMap<(*const Query, Option<Field>), Counted>>,
}

/// How often a part matched in the documents looked at.
#[derive(Default)]
struct Counted {
    looked_at: RoaringBitmap,
    matches: BTreeMap<DocId, u32>,
}

impl<'q> Matcher<'q> {
    pub(super) fn new(snapshot: &'q Snapshot, number: usize, expansions: &'q Expansions) -> Self {
        let segment = &snapshot.segments[number];
        Self { snapshot, segment, number, expansions, counted: RefCell::default() }
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
        match query {
            Query::All => Ok(candidates.clone()),
            Query::Word(_) | Query::Wildcard(_) => self.holding(&self.terms(query, field)?, field, candidates),
            Query::Phrase(_) | Query::Near(_) => {
                let counts = self.counts(query, field, candidates)?;
                Ok(counts.into_iter().map(|(document, _)| document).collect())
            }
            Query::And(parts) => {
                let mut left = candidates.clone();
                // Cheap parts first: they leave fewer documents to the dear ones.
                let (dear, cheap): (Vec<_>, Vec<_>) = parts.iter().partition(|part| is_dear(part));
                for part in cheap.into_iter().chain(dear) {
                    left = self.matching(part, field, &left)?;
                }
                Ok(left)
            }
            Query::Or(parts) => {
                let mut found = RoaringBitmap::new();
                for part in parts {
                    found |= self.matching(part, field, &(candidates - &found))?;
                }
                Ok(found)
            }
            Query::Not(part) => Ok(candidates - self.matching(part, field, candidates)?),
            Query::Field { field, value } => self.matching(value, Some(*field), candidates),
            Query::Date(range) => self.dated(*range, candidates),
            Query::Documents(set) => {
                Ok(candidates.iter().filter(|document| set.contains(self.segment.ordinal(*document))).collect())
            }
            Query::Coding(_) => Err(EngineError::Unresolved { predicate: query.to_string() }),
        }
    }

    /// How often a phrase or proximity matches in each of the `candidates` it matches in, ascending by document.
    pub(super) fn counts(
        &self,
        query: &Query,
        field: Option<Field>,
        candidates: &RoaringBitmap,
    ) -> Result<Vec<(DocId, u32)>, EngineError> {
        let key = (std::ptr::from_ref(query), field);
        let looked_at = self.counted.borrow().get(&key).map(|counted| counted.looked_at.clone()).unwrap_or_default();
        let new = candidates - looked_at;
        let possible: Vec<DocId> = self.possible(query, field, &new)?.iter().collect();
        let mut matches = Vec::new();
        for documents in possible.chunks(CHUNK) {
            for (document, spans) in documents.iter().zip(self.spans(query, field, documents)?) {
                if !spans.is_empty() {
                    matches.push((*document, u32::try_from(spans.len()).unwrap_or(u32::MAX)));
                }
            }
        }
        let mut counted = self.counted.borrow_mut();
        let counted = counted.entry(key).or_default();
        counted.looked_at |= new;
        counted.matches.extend(matches);
        Ok(counted
            .matches
            .iter()
            .filter(|(at, _)| candidates.contains(**at))
            .map(|(at, count)| (*at, *count))
            .collect())
    }

    /// The documents among `candidates` that hold the words a phrase or proximity needs, wherever they stand.
    fn possible(
        &self,
        query: &Query,
        field: Option<Field>,
        candidates: &RoaringBitmap,
    ) -> Result<RoaringBitmap, EngineError> {
        match query {
            Query::Near(near) => self.possible(&near.right, field, &self.possible(&near.left, field, candidates)?),
            Query::Or(parts) => {
                let mut found = RoaringBitmap::new();
                for part in parts {
                    found |= self.possible(part, field, &(candidates - &found))?;
                }
                Ok(found)
            }
            Query::Phrase(parts) => {
                let mut left = candidates.clone();
                for part in parts {
                    left = self.holding(&self.part_terms(part, field)?, field, &left)?;
                }
                Ok(left)
            }
            word => self.matching(word, field, candidates),
        }
    }

    /// The spans of a word, phrase, proximity or group of such in each of `documents`, ascending.
    fn spans(&self, query: &Query, field: Option<Field>, documents: &[DocId]) -> Result<Vec<Vec<Span>>, EngineError> {
        match query {
            Query::Phrase(parts) => {
                let mut by_part = Vec::with_capacity(parts.len());
                for part in parts {
                    by_part.push(self.positions(&self.part_terms(part, field)?, field, documents)?);
                }
                let in_document =
                    |i: usize| spans::phrase(&by_part.iter().map(|of_part| of_part[i].as_slice()).collect::<Vec<_>>());
                Ok((0..documents.len()).map(in_document).collect())
            }
            Query::Near(near) => {
                let Near { left, right, distance, ordered } = near.as_ref();
                let (left, right) = (self.spans(left, field, documents)?, self.spans(right, field, documents)?);
                let near = |(left, right): (Vec<Span>, Vec<Span>)| spans::near(&left, &right, *distance, *ordered);
                let found: Result<_, _> = left.into_iter().zip(right).map(near).collect();
                found.map_err(|_| EngineError::TooManyPassages { part: query.to_string() })
            }
            Query::Or(parts) => {
                let mut groups = vec![Vec::new(); documents.len()];
                for part in parts {
                    for (group, spans) in groups.iter_mut().zip(self.spans(part, field, documents)?) {
                        group.push(spans);
                    }
                }
                Ok(groups.into_iter().map(spans::union).collect())
            }
            word => {
                let positions = self.positions(&self.terms(word, field)?, field, documents)?;
                Ok(positions.iter().map(|positions| spans::of_words(positions)).collect())
            }
        }
    }

    /// The positions of any of these terms in each of `documents`, ascending.
    fn positions(
        &self,
        terms: &[TermInfo],
        field: Option<Field>,
        documents: &[DocId],
    ) -> Result<Vec<Vec<u32>>, EngineError> {
        let mut found = vec![Vec::new(); documents.len()];
        for term in terms {
            let mut postings = self.postings(term, field, IndexRecordOption::WithFreqsAndPositions)?;
            for (document, positions) in documents.iter().zip(&mut found) {
                if postings.doc() > *document {
                    continue;
                }
                match postings.seek(*document) {
                    TERMINATED => break,
                    at if at == *document => postings.append_positions_with_offset(0, positions),
                    _ => {}
                }
            }
        }
        if terms.len() > 1 {
            found.iter_mut().for_each(|positions| positions.sort_unstable());
        }
        Ok(found)
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
            } else {
                let documents = std::iter::from_fn(|| {
                    let document = postings.doc();
                    postings.advance();
                    (document != TERMINATED).then_some(document)
                });
                found.extend(documents);
            }
        }
        Ok(found & candidates)
    }

    /// The documents among `candidates` dated in a range.
    fn dated(&self, range: DateRange, candidates: &RoaringBitmap) -> Result<RoaringBitmap, EngineError> {
        let Some(column) = self.segment.reader.fast_fields().column_opt::<i64>(schema::DATE).map_err(broken)? else {
            return Ok(RoaringBitmap::new());
        };
        let (from, to) = range.seconds();
        let inside = |document: &DocId| column.first(*document).is_some_and(|second| (from..=to).contains(&second));
        Ok(candidates.iter().filter(inside).collect())
    }

    /// The terms a word or wildcard stands for here.
    pub(super) fn terms(&self, query: &Query, field: Option<Field>) -> Result<Vec<TermInfo>, EngineError> {
        match query {
            Query::Word(word) => self.term(word, field),
            Query::Wildcard(pattern) => Ok(self.expansions.terms(field, pattern, self.number).to_vec()),
            other => unreachable!("`{other}` is neither a word nor a wildcard"),
        }
    }

    /// The terms a word of a phrase stands for here.
    pub(super) fn part_terms(&self, part: &PhrasePart, field: Option<Field>) -> Result<Vec<TermInfo>, EngineError> {
        match part {
            PhrasePart::Word(word) => self.term(word, field),
            PhrasePart::Wildcard(pattern) => Ok(self.expansions.terms(field, pattern, self.number).to_vec()),
        }
    }

    /// The term of a word, if the segment has it.
    fn term(&self, word: &str, field: Option<Field>) -> Result<Vec<TermInfo>, EngineError> {
        let index = self.segment.reader.inverted_index(self.snapshot.fields.words_of(field)).map_err(broken)?;
        Ok(index.terms().get(word).map_err(broken)?.into_iter().collect())
    }

    /// The postings of a term.
    pub(super) fn postings(
        &self,
        term: &TermInfo,
        field: Option<Field>,
        with: IndexRecordOption,
    ) -> Result<SegmentPostings, EngineError> {
        let index = self.segment.reader.inverted_index(self.snapshot.fields.words_of(field)).map_err(broken)?;
        index.read_postings_from_terminfo(term, with).map_err(broken)
    }
}

/// Whether a part of a query needs positions.
fn is_dear(query: &Query) -> bool {
    match query {
        Query::Phrase(_) | Query::Near(_) => true,
        Query::And(parts) | Query::Or(parts) => parts.iter().any(is_dear),
        Query::Not(part) => is_dear(part),
        Query::Field { value, .. } => is_dear(value),
        Query::All | Query::Word(_) | Query::Wildcard(_) | Query::Date(_) | Query::Coding(_) | Query::Documents(_) => {
            false
        }
    }
}
