//! The meaning of the query language by definition: every document, every word, every pair.
//!
//! The oracle. Nothing here is fast and nothing here is shared with the fast forms beyond the cutting of text into
//! words; engines are tested to agree with it. It keeps a small corpus in memory and answers the whole contract.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use redwell_model::{CodePointRange, Ordinal};

use crate::date::{second_of, year_of};
use crate::engine::{Cursor, DocumentSet, EngineError, FacetField, FacetValue, Hit, HitPage, SearchEngine, Sort};
use crate::evaluate;
use crate::field::Field;
use crate::query::{Near, Query, Range, Reach};
use crate::term::Term;
use crate::words;

/// One document as a search sees it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Document {
    /// Which document.
    pub ordinal: Ordinal,
    /// Its canonical text.
    pub text: String,
    /// The values of its fields.
    pub fields: BTreeMap<Field, Vec<String>>,
    /// The moment it is found and sorted by.
    pub date: Option<Timestamp>,
}

/// A corpus searched by reading all of it.
#[derive(Debug, Clone, Default)]
pub struct BruteEngine {
    documents: BTreeMap<Ordinal, Indexed>,
}

/// A document with its words where they stand.
#[derive(Debug, Clone)]
struct Indexed {
    document: Document,
    text: Words,
    fields: BTreeMap<Field, Words>,
}

/// Words by position.
type Words = BTreeMap<u32, String>;

/// Stretches of word positions, both ends included.
type Spans = BTreeSet<(u32, u32)>;

impl BruteEngine {
    /// An engine over these documents; a later one replaces an earlier one of the same ordinal.
    #[must_use]
    pub fn new(documents: impl IntoIterator<Item = Document>) -> Self {
        let indexed = |document: Document| {
            let text = words::words(&document.text).map(|word| (word.position, word.folded().into_owned())).collect();
            let of_field = |values: &Vec<String>| {
                words::field_words(values.iter().map(String::as_str))
                    .map(|(at, word)| (at, word.into_owned()))
                    .collect()
            };
            let fields = document.fields.iter().map(|(field, values)| (*field, of_field(values))).collect();
            (document.ordinal, Indexed { document, text, fields })
        };
        Self { documents: documents.into_iter().map(indexed).collect() }
    }

    fn matching(&self, query: &Query, within: Option<&DocumentSet>) -> Result<Vec<&Indexed>, EngineError> {
        if let Some(part) = query.unresolved() {
            return Err(EngineError::Unresolved { predicate: part.to_string() });
        }
        let inside = |found: &&Indexed| within.is_none_or(|set| set.contains(found.document.ordinal));
        Ok(self.documents.values().filter(inside).filter(|found| matches(query, found, &found.text)).collect())
    }
}

/// Whether a document matches a query about these words of it.
fn matches(query: &Query, whole: &Indexed, words: &Words) -> bool {
    match query {
        Query::All => true,
        Query::And(parts) => parts.iter().all(|part| matches(part, whole, words)),
        Query::Or(parts) => parts.iter().any(|part| matches(part, whole, words)),
        Query::Not(part) => !matches(part, whole, words),
        Query::Field { field, value } => {
            let nothing = Words::new();
            matches(value, whole, whole.fields.get(field).unwrap_or(&nothing))
        }
        Query::Within { range: Range::Days(range), .. } => {
            whole.document.date.is_some_and(|moment| range.holds(moment))
        }
        Query::Documents(set) => set.contains(whole.document.ordinal),
        other => !spans(other, words).is_empty(),
    }
}

/// Every stretch of these words that a part with passages matches.
fn spans(query: &Query, words: &Words) -> Spans {
    match query {
        Query::Term(term) => words.iter().filter(|(_, word)| holds(term, word)).map(|(at, _)| (*at, *at)).collect(),
        Query::Phrase(parts) => {
            let mut parts = parts.iter().map(|part| spans(part, words));
            let first = parts.next().unwrap_or_default();
            parts.fold(first, |before, after| {
                let follows = |one: &(u32, u32)| {
                    let one = *one;
                    after.iter().filter(move |next| next.0 == one.1 + 1).map(move |next| (one.0, next.1))
                };
                before.iter().flat_map(follows).collect()
            })
        }
        Query::Or(parts) => parts.iter().flat_map(|part| spans(part, words)).collect(),
        Query::Near(near) => {
            let Near { left, right, reach: Reach::Words(distance), is_ordered, .. } = near.as_ref() else {
                return Spans::new();
            };
            let (left, right) = (spans(left, words), spans(right, words));
            let close =
                |earlier: (u32, u32), later: (u32, u32)| later.0 > earlier.1 && later.0 - earlier.1 <= *distance;
            let mut found = Spans::new();
            for &a in &left {
                for &b in &right {
                    if close(a, b) || (!is_ordered && close(b, a)) {
                        found.insert((a.0.min(b.0), a.1.max(b.1)));
                    }
                }
            }
            found
        }
        _ => Spans::new(),
    }
}

/// Whether a word is what a term asks for.
fn holds(term: &Term, word: &str) -> bool {
    match term {
        Term::Word(wanted) => wanted == word,
        Term::Wildcard(pattern) => pattern.matches(word),
        _ => false,
    }
}

impl SearchEngine for BruteEngine {
    /// Relevance here is the number of text matches of the whole query, which is as good as any.
    fn search(
        &self,
        query: &Query,
        within: Option<&DocumentSet>,
        sort: Sort,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<HitPage, EngineError> {
        let found = self.matching(query, within)?;
        let total = found.len() as u64;
        let key = |found: &Indexed| match (sort, found.document.date.map(second_of)) {
            (Sort::Relevance | Sort::ControlNumber, _) => 0,
            (Sort::DateAscending, second) => second.unwrap_or(i64::MAX),
            (Sort::DateDescending, second) => second.map_or(i64::MAX, |second| -second),
        };
        let mut keyed: Vec<(i64, Ordinal)> = found.iter().map(|found| (key(found), found.document.ordinal)).collect();
        keyed.sort_unstable();
        if let Some(after) = after {
            keyed.retain(|entry| *entry > (after.key, after.ordinal));
        }
        let more = keyed.len() > limit;
        keyed.truncate(limit);
        let next = keyed.last().filter(|_| more).map(|&(key, ordinal)| Cursor { key, ordinal });
        let score = if query.has_text_words() { 1.0 } else { 0.0 };
        Ok(HitPage { total, hits: keyed.into_iter().map(|(_, ordinal)| Hit { ordinal, score }).collect(), next })
    }

    fn count(&self, query: &Query, within: Option<&DocumentSet>) -> Result<u64, EngineError> {
        Ok(self.matching(query, within)?.len() as u64)
    }

    fn documents(&self, query: &Query, within: Option<&DocumentSet>) -> Result<DocumentSet, EngineError> {
        Ok(self.matching(query, within)?.iter().map(|found| found.document.ordinal).collect())
    }

    fn facet(
        &self,
        query: &Query,
        within: Option<&DocumentSet>,
        field: FacetField,
    ) -> Result<Vec<FacetValue>, EngineError> {
        let mut counts = BTreeMap::<String, u64>::new();
        for found in self.matching(query, within)? {
            let of = |field: Field| found.document.fields.get(&field).cloned().unwrap_or_default();
            let values = match field {
                FacetField::Custodian => of(Field::Custodian),
                FacetField::Type => of(Field::Type),
                FacetField::Language => of(Field::Language),
                FacetField::Year => found.document.date.iter().map(|moment| year_of(second_of(*moment))).collect(),
            };
            let mut values: BTreeSet<String> = values.into_iter().collect();
            if values.is_empty() {
                values.insert(String::new());
            }
            for value in values {
                *counts.entry(value).or_default() += 1;
            }
        }
        let mut values: Vec<FacetValue> =
            counts.into_iter().map(|(value, count)| FacetValue { value, count }).collect();
        values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        Ok(values)
    }

    fn hit_ranges(&self, query: &Query, ordinal: Ordinal) -> Result<Vec<CodePointRange>, EngineError> {
        let only = DocumentSet::from([ordinal]);
        let found = self.matching(query, Some(&only))?;
        Ok(found.first().map(|found| evaluate::hit_ranges(query, &found.document.text)).unwrap_or_default())
    }
}
