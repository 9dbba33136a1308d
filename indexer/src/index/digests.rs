//! Documents by a digest of their original: found by its first digits, which are a column, and told by the whole of it.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use redwell_search::engine::EngineError;
use redwell_search::{Field, Query, Term, evaluate};
use roaring::RoaringBitmap;
use tantivy::DocId;

use super::engine::broken;
use super::matching::Matcher;
use super::schema::{self, DIGITS};

impl Matcher<'_> {
    /// The documents among `candidates` that have a digest.
    pub(super) fn with_digest(&self, field: Field, candidates: &RoaringBitmap) -> Result<RoaringBitmap, EngineError> {
        self.with_first_digits(field, candidates, |_| true)
    }

    /// How often a part with passages occurs in the digests of these documents, where it does. Only those are read from
    /// the matter that begin as they must.
    pub(super) fn occurrences_in_digest(
        &self,
        part: &Query,
        field: Field,
        documents: &RoaringBitmap,
    ) -> Result<Vec<(DocId, u32)>, EngineError> {
        let possible = match beginnings(part, field) {
            None => self.with_digest(field, documents)?,
            Some(ranges) => {
                let ranges = disjoint(ranges);
                self.with_first_digits(field, documents, |digits| {
                    let at = ranges.range(..=digits).next_back();
                    at.is_some_and(|(_, end)| digits <= *end)
                })?
            }
        };
        let mut found = Vec::new();
        for document in possible {
            self.search.deadline.check(part)?;
            let values = self.search.reading.values(part, self.segment.ordinal(document), field)?;
            let Some(digest) = values.first() else { continue };
            let count = evaluate::passages_alone(part, digest).unwrap_or_default();
            if count > 0 {
                found.push((document, u32::try_from(count).unwrap_or(u32::MAX)));
            }
        }
        Ok(found)
    }

    fn with_first_digits(
        &self,
        field: Field,
        candidates: &RoaringBitmap,
        is_good: impl Fn(u64) -> bool,
    ) -> Result<RoaringBitmap, EngineError> {
        let columns = self.segment.reader.fast_fields();
        let Some(column) = columns.column_opt::<u64>(schema::digits_column(field)).map_err(broken)? else {
            return Ok(RoaringBitmap::new());
        };
        Ok(candidates.iter().filter(|document| column.first(*document).is_some_and(&is_good)).collect())
    }
}

/// What the first digits of a digest lie between for it to match; `None` when they can be any.
fn beginnings(query: &Query, field: Field) -> Option<Vec<RangeInclusive<u64>>> {
    match query {
        Query::Term(Term::Word(word)) if word.len() != length(field) => Some(Vec::new()),
        Query::Term(Term::Word(word)) => Some(beginning(word)),
        Query::Term(Term::Wildcard(pattern)) => Some(beginning(pattern.literal_prefix())),
        Query::Or(parts) => {
            let of_parts: Option<Vec<_>> = parts.iter().map(|part| beginnings(part, field)).collect();
            of_parts.map(|ranges| ranges.into_iter().flatten().collect())
        }
        _ => None,
    }
}

/// Between which numbers the first digits lie of what begins so.
fn beginning(prefix: &str) -> Vec<RangeInclusive<u64>> {
    let first: String = prefix.chars().take(DIGITS).collect();
    let ends = ["0", "f"]
        .map(|digit| schema::leading_digits(&format!("{first}{}", digit.repeat(DIGITS - first.chars().count()))));
    match ends {
        [Some(least), Some(most)] => vec![least..=most],
        _ => Vec::new(),
    }
}

/// Ranges by where they begin, overlapping ones as one.
fn disjoint(mut ranges: Vec<RangeInclusive<u64>>) -> BTreeMap<u64, u64> {
    ranges.sort_unstable_by_key(|range| *range.start());
    let mut found: BTreeMap<u64, u64> = BTreeMap::new();
    for range in ranges {
        let (least, most) = range.into_inner();
        match found.last_entry() {
            Some(mut before) if *before.get() >= least => *before.get_mut() = most.max(*before.get()),
            _ => {
                found.insert(least, most);
            }
        }
    }
    found
}

/// How many digits a digest has.
fn length(field: Field) -> usize {
    match field {
        Field::Md5 => 32,
        Field::Sha1 => 40,
        _ => 64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(query: &str, expected: Option<&[(u64, u64)]>) {
        let query = redwell_search::parse(redwell_search::Dialect::Redwell, query).unwrap().query;
        let found = beginnings(&query, Field::Md5).map(|ranges| disjoint(ranges).into_iter().collect::<Vec<_>>());
        assert_eq!(found.as_deref(), expected);
    }

    #[test]
    fn a_digest_is_looked_for_by_its_first_digits() {
        check("0123456789abcdef0123456789abcdef", Some(&[(0x0123_4567_89ab_cdef, 0x0123_4567_89ab_cdef)]));
        check("ff*", Some(&[(0xff00_0000_0000_0000, u64::MAX)]));
        check("ff* OR f* OR 00??1", Some(&[(0, 0x00ff_ffff_ffff_ffff), (0xf000_0000_0000_0000, u64::MAX)]));
        check("*ff", Some(&[(0, u64::MAX)]));
        check("/ab.*/", None);
        check("abcd OR notice*", Some(&[]));
    }
}
