//! The words of an index, listed and counted for people to look through.
//!
//! The dictionaries of all segments are walked side by side, so that every word is met once. How many documents hold a
//! word is told by the dictionaries, but where documents were replaced: there the postings are counted.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::sync::Arc;

use redwell_search::dictionary::{WordCount, WordPage, WordsAsked};
use redwell_search::engine::EngineError;
use redwell_search::matcher::Matcher;
use redwell_search::{Field, Query};
use tantivy::postings::{Postings as _, TermInfo};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet as _, InvertedIndexReader, TERMINATED};

use super::deadline::Deadline;
use super::engine::broken;
use super::snapshot::{Segment, Snapshot};
use super::tokens;

/// Words looked at between two looks at the clock.
const STRIDE: u64 = 1 << 14;

/// What is said to take too long when no term is asked for.
const EVERY_WORD: &str = "every word";

/// One page of the words asked for.
pub(super) fn page(asked: &WordsAsked, snapshot: &Snapshot, deadline: &Deadline) -> Result<WordPage, EngineError> {
    if asked.field.is_some_and(Field::is_digest) {
        return Ok(WordPage::default());
    }
    let matcher = asked.of.as_ref().map(Matcher::new);
    let prefix = matcher.as_ref().map_or("", Matcher::literal_prefix);
    let part = asked.of.clone().map_or_else(|| Query::word(EVERY_WORD), Query::Term);
    let field = snapshot.fields.words_of(asked.field);
    let dictionaries: Vec<(&Segment, Arc<InvertedIndexReader>)> =
        snapshot.segments.iter().map(|segment| Ok((segment, segment.words(field)?))).collect::<Result<_, _>>()?;

    let (mut total, mut seen) = (0, 0_u64);
    let mut kept: BTreeSet<(Reverse<u64>, String, u64)> = BTreeSet::new();
    walk(&dictionaries, prefix, &mut |word, places| {
        seen += 1;
        if seen.is_multiple_of(STRIDE) {
            deadline.check(&part)?;
        }
        if matcher.as_ref().is_some_and(|matcher| !matcher.matches_folded(word)) {
            return Ok(());
        }
        let mut documents = 0;
        for (at, info) in places {
            documents += count(&dictionaries[*at], info)?;
        }
        if documents == 0 {
            return Ok(());
        }
        total += 1;
        let key = asked.order.key(documents, word);
        // One more than asked for tells whether any follow.
        let is_full = kept.len() > asked.limit;
        let is_good = asked.is_after(documents, word)
            && (!is_full || kept.last().is_some_and(|(order, last, _)| key < (*order, last.as_str())));
        if is_good {
            kept.insert((key.0, word.to_owned(), documents));
            if is_full {
                kept.pop_last();
            }
        }
        Ok(())
    })?;

    let more = kept.len() > asked.limit;
    let mut words = Vec::with_capacity(asked.limit.min(kept.len()));
    for (_, word, documents) in kept.into_iter().take(asked.limit) {
        deadline.check(&part)?;
        let occurrences = occurrences(&dictionaries, &word)?;
        words.push(WordCount { word, documents, occurrences });
    }
    Ok(WordPage { total, words, more })
}

/// What is done with each word and its places: the number of a dictionary, and what that says of the word.
type Each<'e> = dyn FnMut(&str, &[(usize, TermInfo)]) -> Result<(), EngineError> + 'e;

/// Walks all words that begin so, in order.
fn walk(
    dictionaries: &[(&Segment, Arc<InvertedIndexReader>)],
    prefix: &str,
    each: &mut Each<'_>,
) -> Result<(), EngineError> {
    let from = if prefix.is_empty() { tokens::FIRST_WORD } else { prefix };
    let mut streams = Vec::with_capacity(dictionaries.len());
    for (at, (_, index)) in dictionaries.iter().enumerate() {
        let mut stream = index.terms().range().ge(from.as_bytes()).into_stream().map_err(broken)?;
        if stream.advance() {
            streams.push((at, stream));
        }
    }
    let mut word: Vec<u8> = Vec::new();
    let mut places = Vec::new();
    while let Some(least) = streams.iter().map(|(_, stream)| stream.key()).min() {
        if !least.starts_with(prefix.as_bytes()) {
            break;
        }
        word.clear();
        word.extend_from_slice(least);
        places.clear();
        streams.retain_mut(|(at, stream)| {
            if stream.key() != word {
                return true;
            }
            places.push((*at, stream.value().clone()));
            stream.advance()
        });
        if let Ok(word) = std::str::from_utf8(&word) {
            each(word, &places)?;
        }
    }
    Ok(())
}

/// How many living documents of a segment hold a word.
fn count((segment, index): &(&Segment, Arc<InvertedIndexReader>), info: &TermInfo) -> Result<u64, EngineError> {
    if !segment.reader.has_deletes() {
        return Ok(u64::from(info.doc_freq));
    }
    let mut postings = index.read_postings_from_terminfo(info, IndexRecordOption::Basic).map_err(broken)?;
    let mut found = 0;
    while postings.doc() != TERMINATED {
        found += u64::from(segment.is_living(postings.doc()));
        postings.advance();
    }
    Ok(found)
}

/// How often a word stands in all living documents.
fn occurrences(dictionaries: &[(&Segment, Arc<InvertedIndexReader>)], word: &str) -> Result<u64, EngineError> {
    let mut found = 0;
    for (segment, index) in dictionaries {
        let Some(info) = index.terms().get(word).map_err(broken)? else { continue };
        let mut postings = index.read_postings_from_terminfo(&info, IndexRecordOption::WithFreqs).map_err(broken)?;
        while postings.doc() != TERMINATED {
            if segment.is_living(postings.doc()) {
                found += u64::from(postings.term_freq());
            }
            postings.advance();
        }
    }
    Ok(found)
}
