//! Where the leaves of a query stand in some documents, decoded for all of them at once.

use std::borrow::Cow;
use std::collections::BTreeMap;

use redwell_search::engine::EngineError;
use redwell_search::query::Reach;
use redwell_search::spans::{Occurrences, Span};
use redwell_search::{Field, Query};
use tantivy::postings::{Postings, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, DocSet, TERMINATED};

use super::matching::Matcher;
use super::tokens;

/// The spans of every leaf of a query in each of some documents.
pub(super) struct Loaded {
    /// By the address of the leaf.
    leaves: BTreeMap<usize, Vec<Vec<Span>>>,
    sentences: Vec<Vec<u32>>,
    paragraphs: Vec<Vec<u32>>,
    ends: Vec<u32>,
}

/// The same in one of them.
pub(super) struct InDocument<'l> {
    loaded: &'l Loaded,
    at: usize,
}

impl Loaded {
    /// Decodes what a part with passages asks for.
    pub(super) fn new(
        matcher: &Matcher<'_>,
        query: &Query,
        field: Option<Field>,
        documents: &[DocId],
    ) -> Result<Self, EngineError> {
        let mut loader = Loader { matcher, field, documents, has_breaks: false, has_end: false };
        let mut leaves = BTreeMap::new();
        loader.load(query, &mut leaves)?;
        let mut loaded = Self { leaves, sentences: Vec::new(), paragraphs: Vec::new(), ends: Vec::new() };
        if loader.has_breaks {
            let firsts = |spans: Vec<Vec<Span>>| -> Vec<Vec<u32>> {
                spans.into_iter().map(|spans| spans.iter().map(|span| span.first).collect()).collect()
            };
            let (sentences, paragraphs) = (loader.fixed(tokens::SENTENCE)?, loader.fixed(tokens::PARAGRAPH)?);
            loaded.paragraphs = firsts(paragraphs);
            loaded.sentences = firsts(sentences);
            for (sentences, paragraphs) in loaded.sentences.iter_mut().zip(&loaded.paragraphs) {
                sentences.extend_from_slice(paragraphs);
                sentences.sort_unstable();
            }
        }
        if loader.has_end {
            let ends = loader.fixed(tokens::END)?;
            loaded.ends = ends.iter().map(|spans| spans.first().map_or(0, |span| span.first)).collect();
        }
        Ok(loaded)
    }

    /// In the document so many after the first.
    pub(super) fn in_document(&self, at: usize) -> InDocument<'_> {
        InDocument { loaded: self, at }
    }
}

impl Occurrences for InDocument<'_> {
    fn of(&self, leaf: &Query) -> Cow<'_, [Span]> {
        let found = self.loaded.leaves.get(&std::ptr::from_ref(leaf).addr());
        Cow::Borrowed(found.map_or(&[], |documents| documents[self.at].as_slice()))
    }

    fn sentences(&self) -> &[u32] {
        self.loaded.sentences.get(self.at).map_or(&[], Vec::as_slice)
    }

    fn paragraphs(&self) -> &[u32] {
        self.loaded.paragraphs.get(self.at).map_or(&[], Vec::as_slice)
    }

    fn end(&self) -> u32 {
        self.loaded.ends.get(self.at).copied().unwrap_or_default()
    }
}

struct Loader<'l, 'q> {
    matcher: &'l Matcher<'q>,
    field: Option<Field>,
    documents: &'l [DocId],
    has_breaks: bool,
    has_end: bool,
}

impl Loader<'_, '_> {
    fn load(&mut self, query: &Query, leaves: &mut BTreeMap<usize, Vec<Vec<Span>>>) -> Result<(), EngineError> {
        let spans = match query {
            Query::Term(_) | Query::Money(_) | Query::Day(_) => self.of_leaf(query)?,
            Query::Regex(expression) => {
                let matcher = self.matcher;
                let ordinals = self.documents.iter().map(|document| matcher.segment.ordinal(*document));
                matcher.search.reading.spans(query, expression, self.field, ordinals, matcher.search.deadline)?
            }
            other => {
                self.has_breaks |= matches!(other, Query::Near(near) if !matches!(near.reach, Reach::Words(_)));
                self.has_end |= matches!(other, Query::Edge(_));
                return other.parts().try_for_each(|part| self.load(part, leaves));
            }
        };
        leaves.insert(std::ptr::from_ref(query).addr(), spans);
        Ok(())
    }

    fn of_leaf(&self, leaf: &Query) -> Result<Vec<Vec<Span>>, EngineError> {
        let terms = self.matcher.terms(leaf, self.field);
        let mut found = vec![Vec::new(); self.documents.len()];
        for (at, (term, more)) in terms.any.iter().enumerate() {
            if at % 256 == 255 {
                self.matcher.search.deadline.check(leaf)?;
            }
            self.add(term, *more, &mut found)?;
        }
        if terms.any.len() > 1 {
            for spans in &mut found {
                spans.sort_unstable();
                spans.dedup();
            }
        }
        if !terms.none.is_empty() {
            let mut other = vec![Vec::new(); self.documents.len()];
            for term in &terms.none {
                self.add(term, 0, &mut other)?;
            }
            for (spans, other) in found.iter_mut().zip(&mut other) {
                other.sort_unstable();
                spans.retain(|span| other.binary_search(span).is_err());
            }
        }
        Ok(found)
    }

    fn fixed(&self, term: &str) -> Result<Vec<Vec<Span>>, EngineError> {
        let mut found = vec![Vec::new(); self.documents.len()];
        if let Some(term) = self.matcher.fixed(term, self.field)? {
            self.add(&term, 0, &mut found)?;
        }
        Ok(found)
    }

    /// Adds where a term stands in each document, with how many words follow.
    fn add(&self, term: &TermInfo, more: u32, found: &mut [Vec<Span>]) -> Result<(), EngineError> {
        let mut postings = self.matcher.postings(term, self.field, IndexRecordOption::WithFreqsAndPositions)?;
        let mut positions = Vec::new();
        for (document, spans) in self.documents.iter().zip(found) {
            if postings.doc() > *document {
                continue;
            }
            match postings.seek(*document) {
                TERMINATED => break,
                at if at == *document => {
                    postings.positions(&mut positions);
                    spans.extend(positions.iter().map(|at| Span { first: *at, last: *at + more }));
                }
                _ => {}
            }
        }
        Ok(())
    }
}
