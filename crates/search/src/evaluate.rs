//! What in one text made a document match: the passages people see marked.
//!
//! Pure and exact, over one text and without metadata. What the text cannot tell (fields, dates, coding) neither
//! matches nor fails here; whether the document matches at all is the engine's to say.

use std::borrow::Cow;
use std::collections::BTreeMap;

use redwell_model::CodePointRange;
use regex::Regex;

use crate::analysis::{Analysis, Beside};
use crate::date::DateRange;
use crate::matcher::Matcher;
use crate::number::MoneyRange;
use crate::query::{Hits, Query, Reach};
use crate::recognise::Meaning;
use crate::sentences::Break;
use crate::spans::{self, Occurrences, Span};
use crate::words;

/// A passage to be marked, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Where it stands in the canonical text.
    pub range: CodePointRange,
    /// Which part of the query it is of, from 0: the words, phrases and proximities that are not inside another, in
    /// the order written.
    pub part: u32,
    /// Whether it is words that were asked for, or the whole stretch of a proximity.
    pub kind: MarkKind,
}

/// What is marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkKind {
    /// From the first to the last word of a proximity.
    Interval,
    /// Words that were asked for.
    Term,
}

/// The passages of a text that match a query: in order, not overlapping.
///
/// A word marks itself, a phrase its whole stretch, a proximity the words of its operands; what stands under `NOT`
/// marks nothing. In a group only the parts that match mark anything. Empty when the words of the query as a whole
/// rule the text out.
#[must_use]
pub fn hit_ranges(query: &Query, text: &str) -> Vec<CodePointRange> {
    ranges_of(&marks(query, text), MarkKind::Term)
}

/// Where marks of a kind stand: in order, not overlapping.
#[must_use]
pub fn ranges_of(marks: &[Mark], kind: MarkKind) -> Vec<CodePointRange> {
    merged(marks.iter().filter(|mark| mark.kind == kind).map(|mark| mark.range))
}

/// Whether a text matches a query of words. `None` when the text cannot tell: when the query asks for more than words, or
/// for passages too many to look at.
#[must_use]
pub fn matches(query: &Query, text: &str) -> Option<bool> {
    QueriedText::new(query, text).verdict(query)
}

/// Everything of a text that a query marks, in order of where it begins. Marks of several parts may overlap, and those
/// of a proximity lie inside its interval.
#[must_use]
pub fn marks(query: &Query, text: &str) -> Vec<Mark> {
    let text = QueriedText::new(query, text);
    if text.verdict(query) == Some(false) {
        return Vec::new();
    }
    let mut marking = Marking { text: &text, part: 0, found: Vec::new() };
    marking.mark(query, true);
    let mut found = marking.found;
    found.sort_unstable();
    found.dedup();
    found
}

/// How many passages a part with passages has in a text, or in the only value of a field; `None` when they are too many
/// to count.
#[must_use]
pub fn passages_alone(part: &Query, text: &str) -> Option<usize> {
    spans::passages(part, &QueriedText::new(part, text)).ok().map(|found| found.len())
}

/// The occurrences in a text of what a query asks for.
struct QueriedText<'q> {
    leaves: BTreeMap<Leaf, Vec<Span>>,
    of_query: Vec<&'q Query>,
    /// Where the words stand that some leaf begins or ends with.
    ranges: BTreeMap<u32, CodePointRange>,
    sentences: Vec<u32>,
    paragraphs: Vec<u32>,
    end: u32,
}

/// The how-manieth leaf of the query.
type Leaf = usize;

impl<'q> QueriedText<'q> {
    fn new(query: &'q Query, text: &str) -> Self {
        let mut of_query = Vec::new();
        collect(query, &mut of_query);
        let mut found = Self {
            leaves: BTreeMap::new(),
            of_query,
            ranges: BTreeMap::new(),
            sentences: Vec::new(),
            paragraphs: Vec::new(),
            end: 0,
        };
        if !found.of_query.is_empty() {
            found.read(text, asks_for_breaks(query));
        }
        found
    }

    /// Finds the leaves, and where sentences and paragraphs begin if asked for.
    fn read(&mut self, text: &str, breaks: bool) {
        let mut analysis = Analysis::default();
        let recognised = self.of_query.iter().any(|leaf| matches!(leaf, Query::Money(_) | Query::Day(_)));
        analysis.read_words(text, Beside { breaks, recognised });
        self.end = position(analysis.words.len());
        let terms: Vec<(Leaf, Matcher)> = self.of_query.iter().enumerate().filter_map(of_term).collect();
        let may_begin_with = |letter: u8| terms.iter().any(|(_, matcher)| matcher.may_begin_with(letter));
        let may_begin: Vec<bool> = (0..128).map(may_begin_with).collect();
        let mut folded = String::new();
        for (at, word) in (0..).zip(&analysis.words) {
            if word.begins >= Break::Sentence {
                self.sentences.push(at);
            }
            if word.begins == Break::Paragraph {
                self.paragraphs.push(at);
            }
            if terms.is_empty() {
                continue;
            }
            let written = word.of(text);
            // Most words are none of those asked for, and their first letter tells.
            if may_begin.get(usize::from(written.as_bytes()[0])) == Some(&false) && written.is_ascii() {
                continue;
            }
            folded.clear();
            crate::folding::fold_onto(written, word.letters, &mut folded);
            for (leaf, matcher) in &terms {
                if matcher.matches(&folded, || words::exact(written).into_owned()) {
                    self.leaves.entry(*leaf).or_default().push(Span::word(at));
                }
            }
        }
        for (leaf, query) in self.of_query.iter().enumerate() {
            let spans = match query {
                Query::Money(range) => amounts(&analysis, *range),
                Query::Day(range) => days(&analysis, *range),
                Query::Regex(expression) => expression_spans(expression.compiled(), text, &analysis),
                _ => continue,
            };
            self.leaves.insert(leaf, spans);
        }
        self.find_ranges(text, &analysis);
    }

    /// Finds the code points of the words that leaves begin and end with.
    fn find_ranges(&mut self, text: &str, analysis: &Analysis) {
        let mut positions: Vec<u32> = self.leaves.values().flatten().flat_map(|span| [span.first, span.last]).collect();
        positions.sort_unstable();
        positions.dedup();
        let (mut byte, mut code_point) = (0, 0);
        for at in positions {
            let word = &analysis.words[at as usize];
            code_point += length(&text[byte..word.start()]);
            let end = code_point + length(word.of(text));
            self.ranges.insert(at, CodePointRange::new(code_point, end));
            (byte, code_point) = (word.end(), end);
        }
    }

    /// Whether the text matches, as far as the text can tell.
    fn verdict(&self, query: &Query) -> Option<bool> {
        match query {
            Query::All => Some(true),
            // A part with passages too many to look at cannot be told.
            other if other.has_passages() && !matches!(other, Query::Or(_)) => {
                spans::passages(other, self).ok().map(|found| !found.is_empty())
            }
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
            Query::AndAny(both) => self.verdict(&both.required),
            Query::Hits(hits) => {
                let Hits { of, least, most } = hits.as_ref();
                if has_field(of) {
                    return None;
                }
                let count = spans::count(of, self).ok()?;
                Some(count >= u64::from(*least) && most.is_none_or(|most| count <= u64::from(most)))
            }
            Query::Expanded { .. } => None,
            Query::Sample(sample) => self.verdict(&sample.of).filter(|matches| !matches),
            _ => None,
        }
    }
}

impl Occurrences for QueriedText<'_> {
    fn of(&self, leaf: &Query) -> Cow<'_, [Span]> {
        let at = self.of_query.iter().position(|known| std::ptr::eq(*known, leaf));
        let at = at.or_else(|| self.of_query.iter().position(|known| *known == leaf));
        Cow::Borrowed(at.and_then(|at| self.leaves.get(&at)).map_or(&[], Vec::as_slice))
    }

    fn sentences(&self) -> &[u32] {
        &self.sentences
    }

    fn paragraphs(&self) -> &[u32] {
        &self.paragraphs
    }

    fn end(&self) -> u32 {
        self.end
    }
}

/// Marks being collected.
struct Marking<'t, 'q> {
    text: &'t QueriedText<'q>,
    part: u32,
    found: Vec<Mark>,
}

impl Marking<'_, '_> {
    /// Adds what the matching parts of a query mark, or only counts its parts.
    fn mark(&mut self, query: &Query, is_shown: bool) {
        match query {
            Query::Or(parts) if query.has_passages() => parts.iter().for_each(|part| self.mark(part, is_shown)),
            other if other.has_passages() => {
                if is_shown && let Ok(spans) = spans::passages(other, self.text) {
                    self.mark_spans(other, &spans);
                }
                self.part += 1;
            }
            // What a field finds stands in no text; what is left out, nowhere.
            Query::Field { value, .. } => self.mark(value, false),
            Query::Not(part) => self.mark(part, false),
            other => {
                for part in other.parts() {
                    let is_shown = is_shown && self.text.verdict(part) != Some(false);
                    self.mark(part, is_shown);
                }
            }
        }
    }

    /// Adds what these spans of a query mark.
    fn mark_spans(&mut self, query: &Query, wanted: &[Span]) {
        match query {
            Query::Near(near) => {
                let mut sides: Vec<(&Query, Vec<Span>)> = Vec::new();
                let mut intervals = Vec::new();
                let collected = spans::combinations(near, self.text, &mut |chosen, hull| {
                    if wanted.binary_search(&hull).is_err() {
                        return;
                    }
                    intervals.push(hull);
                    for (part, span) in chosen {
                        match sides.iter_mut().find(|(known, _)| std::ptr::eq(*known, *part)) {
                            Some((_, spans)) => spans.push(*span),
                            None => sides.push((part, vec![*span])),
                        }
                    }
                });
                if collected.is_err() {
                    return;
                }
                for (part, spans) in sides {
                    self.mark_spans(part, &spans::union(vec![spans]));
                }
                if !near.is_negated {
                    intervals.iter().for_each(|span| self.add(*span, MarkKind::Interval));
                }
            }
            Query::Or(parts) => {
                for part in parts {
                    if let Ok(spans) = spans::passages(part, self.text) {
                        let among = spans.iter().filter(|span| wanted.binary_search(span).is_ok());
                        self.mark_spans(part, &among.copied().collect::<Vec<_>>());
                    }
                }
            }
            Query::Edge(edge) => self.mark_spans(&edge.of, wanted),
            _ => wanted.iter().for_each(|span| self.add(*span, MarkKind::Term)),
        }
    }

    fn add(&mut self, span: Span, kind: MarkKind) {
        let range = |position| self.text.ranges.get(&position).copied();
        if let (Some(first), Some(last)) = (range(span.first), range(span.last)) {
            self.found.push(Mark { range: CodePointRange::new(first.start, last.end), part: self.part, kind });
        }
    }
}

/// The parts of a query that words are looked for, but for those about fields.
fn collect<'q>(query: &'q Query, leaves: &mut Vec<&'q Query>) {
    match query {
        Query::Term(_) | Query::Regex(_) | Query::Money(_) | Query::Day(_) => leaves.push(query),
        Query::Field { .. } => {}
        other => other.parts().for_each(|part| collect(part, leaves)),
    }
}

/// Whether it matters where sentences and paragraphs begin.
fn asks_for_breaks(query: &Query) -> bool {
    matches!(query, Query::Near(near) if !matches!(near.reach, Reach::Words(_))) || query.parts().any(asks_for_breaks)
}

fn has_field(query: &Query) -> bool {
    matches!(query, Query::Field { .. }) || query.parts().any(has_field)
}

fn of_term((leaf, query): (Leaf, &&Query)) -> Option<(Leaf, Matcher)> {
    let Query::Term(term) = query else { return None };
    Some((leaf, Matcher::new(term)))
}

fn amounts(analysis: &Analysis, range: MoneyRange) -> Vec<Span> {
    recognised(analysis, |meaning| match meaning {
        Meaning::Money { currency, millionths } => {
            range.currency.is_none_or(|wanted| wanted == currency) && range.amount.holds(millionths)
        }
        Meaning::Day(_) => false,
    })
}

fn days(analysis: &Analysis, range: DateRange) -> Vec<Span> {
    recognised(analysis, |meaning| matches!(meaning, Meaning::Day(day) if range.holds_day(day)))
}

fn recognised(analysis: &Analysis, good: impl Fn(Meaning) -> bool) -> Vec<Span> {
    let found = analysis.recognised.iter().filter(|found| good(found.meaning));
    spans::union(vec![found.map(|found| Span { first: found.first, last: found.last }).collect()])
}

/// The words each match of an expression touches; matches that touch none are left out.
#[must_use]
pub fn expression_spans(expression: &Regex, text: &str, analysis: &Analysis) -> Vec<Span> {
    let words = &analysis.words;
    let of = |place: regex::Match<'_>| {
        let first = words.partition_point(|word| word.end() <= place.start());
        let after = words.partition_point(|word| word.start() < place.end());
        (first < after).then(|| Span { first: position(first), last: position(after - 1) })
    };
    spans::union(vec![expression.find_iter(text).filter_map(of).collect()])
}

/// A count of words.
fn position(at: usize) -> u32 {
    u32::try_from(at).expect("extraction limits a text far below 2³² words")
}

/// Length in code points.
fn length(text: &str) -> u32 {
    position(if text.is_ascii() { text.len() } else { text.chars().count() })
}

/// Ranges in order, overlapping ones as one.
fn merged(marks: impl Iterator<Item = CodePointRange>) -> Vec<CodePointRange> {
    let mut ranges: Vec<CodePointRange> = Vec::new();
    let mut marks: Vec<CodePointRange> = marks.collect();
    marks.sort_unstable();
    for mark in marks {
        match ranges.last_mut() {
            Some(last) if *last == mark || last.overlaps(mark) => last.end = last.end.max(mark.end),
            _ => ranges.push(mark),
        }
    }
    ranges
}

#[cfg(test)]
mod tests;
