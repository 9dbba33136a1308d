//! What in one text made a document match: the passages people see marked.
//!
//! Pure and exact, over one text and without metadata. What the text cannot tell (fields, dates, coding) neither
//! matches nor fails here; whether the document matches at all is the engine's to say.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use redwell_model::CodePointRange;

use crate::pattern::Pattern;
use crate::query::{Near, Query, Reach};
use crate::spans::{self, Span};
use crate::term::Term;
use crate::words;

/// The passages of a text that match a query: in order, not overlapping.
///
/// A word marks itself, a phrase its whole stretch, a proximity the words of its operands; what stands under `NOT`
/// marks nothing. In a group only the parts that match mark anything. Empty when the words of the query as a whole
/// rule the text out.
#[must_use]
pub fn hit_ranges(query: &Query, text: &str) -> Vec<CodePointRange> {
    let text = QueriedText::new(query, text);
    let mut marks = BTreeSet::new();
    if text.verdict(query) == Some(false) {
        return Vec::new();
    }
    text.mark(query, &mut marks);
    merged(marks)
}

/// The occurrences in a text of the words a query asks for.
struct QueriedText<'t> {
    positions: BTreeMap<Cow<'t, str>, Vec<u32>>,
    ranges: BTreeMap<u32, CodePointRange>,
}

impl<'t> QueriedText<'t> {
    fn new(query: &Query, text: &'t str) -> Self {
        let mut asked = Asked::default();
        asked.collect(query);
        let (mut positions, mut ranges) = (BTreeMap::<_, Vec<u32>>::new(), BTreeMap::new());
        if asked.words.is_empty() && asked.patterns.is_empty() {
            return Self { positions, ranges };
        }
        for word in words::words(text) {
            let folded = word.folded();
            if asked.holds(&folded) {
                positions.entry(folded).or_default().push(word.position);
                ranges.insert(word.position, word.code_points);
            }
        }
        Self { positions, ranges }
    }

    /// Whether the text matches, as far as the text can tell.
    fn verdict(&self, query: &Query) -> Option<bool> {
        match query {
            Query::All => Some(true),
            Query::Term(_) | Query::Phrase(_) | Query::Near(_) => Some(!self.spans(query).is_empty()),
            Query::And(parts) => {
                let verdicts: Vec<_> = parts.iter().map(|part| self.verdict(part)).collect();
                if verdicts.contains(&Some(false)) {
                    Some(false)
                } else if verdicts.contains(&None) {
                    None
                } else {
                    Some(true)
                }
            }
            Query::Or(parts) => {
                let verdicts: Vec<_> = parts.iter().map(|part| self.verdict(part)).collect();
                if verdicts.contains(&Some(true)) {
                    Some(true)
                } else if verdicts.contains(&None) {
                    None
                } else {
                    Some(false)
                }
            }
            Query::Not(part) => self.verdict(part).map(|matches| !matches),
            _ => None,
        }
    }

    /// Adds what the matching parts of a query mark.
    fn mark(&self, query: &Query, marks: &mut BTreeSet<CodePointRange>) {
        match query {
            Query::Term(_) | Query::Phrase(_) | Query::Near(_) => {
                self.mark_spans(query, &self.spans(query), marks);
            }
            Query::And(parts) | Query::Or(parts) => {
                for part in parts.iter().filter(|part| self.verdict(part) != Some(false)) {
                    self.mark(part, marks);
                }
            }
            _ => {}
        }
    }

    /// Adds what these spans of a query mark.
    fn mark_spans(&self, query: &Query, wanted: &[Span], marks: &mut BTreeSet<CodePointRange>) {
        match query {
            Query::Near(near) => {
                let Near { left, right, reach: Reach::Words(distance), is_ordered: ordered, .. } = near.as_ref() else {
                    return;
                };
                let sides = spans::taking_part(&self.spans(left), &self.spans(right), *distance, *ordered, wanted);
                if let Ok((of_left, of_right)) = sides {
                    self.mark_spans(left, &of_left, marks);
                    self.mark_spans(right, &of_right, marks);
                }
            }
            Query::Or(parts) => {
                for part in parts {
                    let mut spans = self.spans(part);
                    spans.retain(|span| wanted.binary_search(span).is_ok());
                    self.mark_spans(part, &spans, marks);
                }
            }
            _ => {
                let range = |position| self.ranges.get(&position).copied();
                for span in wanted {
                    if let (Some(first), Some(last)) = (range(span.first), range(span.last)) {
                        marks.insert(CodePointRange::new(first.start, last.end));
                    }
                }
            }
        }
    }

    /// The spans of a query that has such; none where they are too many to look at.
    fn spans(&self, query: &Query) -> Vec<Span> {
        match query {
            Query::Term(Term::Word(word)) => spans::of_words(self.of_word(word)),
            Query::Term(Term::Wildcard(pattern)) => spans::of_words(&self.of_pattern(pattern)),
            Query::Phrase(parts) => spans::follow(&parts.iter().map(|part| self.spans(part)).collect::<Vec<_>>()),
            Query::Near(near) => {
                let (left, right) = (self.spans(&near.left), self.spans(&near.right));
                let Reach::Words(distance) = near.reach else { return Vec::new() };
                spans::near(&left, &right, distance, near.is_ordered).unwrap_or_default()
            }
            Query::Or(parts) => spans::union(parts.iter().map(|part| self.spans(part)).collect()),
            _ => Vec::new(),
        }
    }

    fn of_word(&self, word: &str) -> &[u32] {
        self.positions.get(word).map_or(&[], Vec::as_slice)
    }

    fn of_pattern(&self, pattern: &Pattern) -> Vec<u32> {
        let matching = self.positions.iter().filter(|(word, _)| pattern.matches(word));
        let mut positions: Vec<u32> = matching.flat_map(|(_, positions)| positions.iter().copied()).collect();
        positions.sort_unstable();
        positions
    }
}

/// The words a query asks the text for.
#[derive(Default)]
struct Asked<'q> {
    words: BTreeSet<&'q str>,
    patterns: BTreeSet<&'q Pattern>,
}

impl<'q> Asked<'q> {
    fn collect(&mut self, query: &'q Query) {
        match query {
            Query::Term(Term::Word(word)) => {
                self.words.insert(word);
            }
            Query::Term(Term::Wildcard(pattern)) => {
                self.patterns.insert(pattern);
            }
            Query::Field { .. } => {}
            other => other.parts().for_each(|part| self.collect(part)),
        }
    }

    fn holds(&self, word: &str) -> bool {
        self.words.contains(word) || self.patterns.iter().any(|pattern| pattern.matches(word))
    }
}

/// Ranges in order, overlapping ones as one.
fn merged(marks: BTreeSet<CodePointRange>) -> Vec<CodePointRange> {
    let mut ranges: Vec<CodePointRange> = Vec::with_capacity(marks.len());
    for mark in marks {
        match ranges.last_mut() {
            Some(last) if last.overlaps(mark) => last.end = last.end.max(mark.end),
            _ => ranges.push(mark),
        }
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::{Dialect, parse};
    use redwell_model::TextRuler;

    #[track_caller]
    fn check(query: &str, text: &str, expected: &[&str]) {
        let query = parse(Dialect::Redwell, query).unwrap().query;
        let ruler = TextRuler::new(text);
        let found: Vec<&str> = hit_ranges(&query, text).into_iter().map(|range| ruler.slice(range)).collect();
        assert_eq!(found, expected, "{query}");
    }

    const TEXT: &str =
        "The Seller’s breach — a material breach of § 12.3(a) — led to termination. No fraud, no «Résumé».";

    #[test]
    fn words_and_phrases_mark_themselves() {
        check("", TEXT, &[]);
        check("breach", TEXT, &["breach", "breach"]);
        check("BREACH", TEXT, &["breach", "breach"]);
        check("résumé", TEXT, &["Résumé"]);
        check("\"material breach of\"", TEXT, &["material breach of"]);
        check("12.3(a)", TEXT, &["12.3(a"]);
        check("seller's", TEXT, &["Seller’s"]);
        check("term*", TEXT, &["termination"]);
        check("\"mat* br?ach\"", TEXT, &["material breach"]);
    }

    #[test]
    fn groups_mark_the_parts_that_match() {
        check("breach AND fraud", TEXT, &["breach", "breach", "fraud"]);
        check("breach AND absent", TEXT, &[]);
        check("(seller AND absent) OR fraud", TEXT, &["fraud"]);
        check("breach AND NOT absent", TEXT, &["breach", "breach"]);
        check("breach AND NOT fraud", TEXT, &[]);
        check("NOT absent", TEXT, &[]);
        check("breach AND custodian:smith", TEXT, &["breach", "breach"]);
        check("absent OR custodian:smith", TEXT, &[]);
        check("\"a material\" OR \"material breach\"", TEXT, &["a material breach"]);
    }

    #[test]
    fn proximity_marks_its_operands() {
        check("seller's w/1 breach", TEXT, &["Seller’s", "breach"]);
        check("breach w/3 breach", TEXT, &["breach", "breach"]);
        check("breach w/2 breach", TEXT, &[]);
        check("termination pre/5 fraud", TEXT, &["termination", "fraud"]);
        check("fraud pre/5 termination", TEXT, &[]);
        check("(material OR led) w/1 (breach OR to)", TEXT, &["material", "breach", "led", "to"]);
        check("\"material breach\" w/3 a", TEXT, &["a", "material breach", "a"]);
        check("(seller's w/1 breach) w/3 material", TEXT, &["Seller’s", "breach", "material"]);
        check("(breach w/3 material) w/1 of", TEXT, &["material", "breach", "of"]);
    }
}
