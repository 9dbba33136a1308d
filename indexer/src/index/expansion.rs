//! The words a wildcard stands for, found in the term dictionaries.

use std::collections::{BTreeMap, BTreeSet};

use redwell_search::engine::EngineError;
use redwell_search::query::PhrasePart;
use redwell_search::{Field, Pattern, Query};
use tantivy::postings::TermInfo;

use super::engine::broken;
use super::snapshot::{Segment, Snapshot};

/// The most different words one wildcard may stand for.
pub(super) const MAX_WORDS: usize = 50_000;

/// For each wildcard of a query, in each field it is asked of, its terms in each segment.
pub(super) struct Expansions(BTreeMap<(Option<Field>, Pattern), Vec<Vec<TermInfo>>>);

impl Expansions {
    /// Looks up every wildcard of a query.
    pub(super) fn of(query: &Query, snapshot: &Snapshot) -> Result<Self, EngineError> {
        let mut asked = BTreeSet::new();
        collect(query, None, &mut asked);
        let mut found = BTreeMap::new();
        for (field, pattern) in asked {
            let mut words = BTreeSet::new();
            let mut by_segment = Vec::with_capacity(snapshot.segments.len());
            for segment in &snapshot.segments {
                by_segment.push(matching_terms(segment, snapshot.fields.words_of(field), pattern, &mut words)?);
            }
            found.insert((field, pattern.clone()), by_segment);
        }
        Ok(Self(found))
    }

    /// The terms of a wildcard in one segment.
    pub(super) fn terms(&self, field: Option<Field>, pattern: &Pattern, segment: usize) -> &[TermInfo] {
        self.0.get(&(field, pattern.clone())).map_or(&[], |by_segment| by_segment[segment].as_slice())
    }
}

/// The terms of one segment that match a pattern; `words` holds those of the segments before.
fn matching_terms(
    segment: &Segment,
    field: tantivy::schema::Field,
    pattern: &Pattern,
    words: &mut BTreeSet<Vec<u8>>,
) -> Result<Vec<TermInfo>, EngineError> {
    let prefix = pattern.literal_prefix().as_bytes();
    let index = segment.reader.inverted_index(field).map_err(broken)?;
    let mut stream = index.terms().range().ge(prefix).into_stream().map_err(broken)?;
    let mut found = Vec::new();
    while let Some((term, info)) = stream.next() {
        if !term.starts_with(prefix) {
            break;
        }
        let Ok(word) = std::str::from_utf8(term) else { continue };
        if pattern.matches(word) {
            found.push(info.clone());
            words.insert(term.to_vec());
            if words.len() > MAX_WORDS {
                return Err(EngineError::TooBroad { part: pattern.to_string() });
            }
        }
    }
    Ok(found)
}

/// The wildcards of a query with the fields they are asked of.
fn collect<'q>(query: &'q Query, field: Option<Field>, asked: &mut BTreeSet<(Option<Field>, &'q Pattern)>) {
    match query {
        Query::Wildcard(pattern) => {
            asked.insert((field, pattern));
        }
        Query::Phrase(parts) => {
            for part in parts {
                if let PhrasePart::Wildcard(pattern) = part {
                    asked.insert((field, pattern));
                }
            }
        }
        Query::Near(near) => {
            collect(&near.left, field, asked);
            collect(&near.right, field, asked);
        }
        Query::And(parts) | Query::Or(parts) => parts.iter().for_each(|part| collect(part, field, asked)),
        Query::Not(part) => collect(part, field, asked),
        Query::Field { field, value } => collect(value, Some(*field), asked),
        Query::All | Query::Word(_) | Query::Date(_) | Query::Coding(_) | Query::Documents(_) => {}
    }
}
