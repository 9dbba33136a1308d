//! The meaning of the query language by definition: every document, every word, every pair.
//!
//! The oracle. Nothing here is fast and nothing here is shared with the fast forms beyond the cutting of text into
//! words; engines are tested to agree with it. It keeps a small corpus in memory and answers the whole contract.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use redwell_model::{CodePointRange, Ordinal};

use crate::analysis::{Analysis, Value, read_values};
use crate::date::{second_of, year_of};
use crate::dictionary::{WordCount, WordPage, WordsAsked};
use crate::engine::{
    Cursor, DocumentSet, EngineError, FacetField, FacetValue, Hit, HitPage, SearchEngine, Sort, SortKey,
};
use crate::evaluate;
use crate::field::{Field, OrderedField};
use crate::matcher::Matcher;
use crate::number::MILLIONTHS;
use crate::query::{End, Near, Query, Range, Reach, Relation};
use crate::recognise::{Meaning, Recognised};
use crate::sentences::Break;
use crate::term::{Term, TextRegex};
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
    /// The first document of its family; itself when there is none.
    pub family: Option<Ordinal>,
    /// Its other moments, in seconds from 1970, and its numbers. How many words its text has is counted.
    pub ordered: BTreeMap<OrderedField, i64>,
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

/// The words of a text or of the values of a field.
#[derive(Debug, Clone, Default)]
struct Words {
    /// By position: folded, and exactly.
    by_position: BTreeMap<u32, (String, String)>,
    /// What begins where.
    breaks: BTreeMap<u32, Break>,
    recognised: Vec<Recognised>,
    /// The texts, and the words in each: its bytes and its position.
    pieces: Vec<(String, Vec<Bounds>)>,
    end: u32,
}

/// A word's first byte, the byte after it, and its position.
type Bounds = (usize, usize, u32);

/// A stretch of word positions, both ends included.
type Stretch = (u32, u32);

/// Stretches of word positions.
type Spans = BTreeSet<Stretch>;

/// Whether a choice of passages is one that counts, as far as it was made.
type IsGood<'g> = dyn Fn(&[Stretch]) -> bool + 'g;

impl BruteEngine {
    /// An engine over these documents; a later one replaces an earlier one of the same ordinal.
    #[must_use]
    pub fn new(documents: impl IntoIterator<Item = Document>) -> Self {
        let indexed = |document: Document| {
            // The subject is cut as any text is.
            let text = Words::new(Field::Subject, std::slice::from_ref(&document.text));
            let fields = document.fields.iter().map(|(field, values)| (*field, Words::new(*field, values))).collect();
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

impl Words {
    fn new(field: Field, values: &[String]) -> Self {
        let mut found = Self::default();
        let mut analysis = Analysis::default();
        found.end = read_values(field, values, &mut analysis, |value, analysis| found.add(value, analysis));
        found
    }

    fn add(&mut self, value: &Value<'_>, analysis: &Analysis) {
        let mut bounds = Vec::new();
        for (at, word) in (value.position..).zip(&analysis.words) {
            let written = word.of(&value.text);
            self.by_position.insert(at, (words::fold(written).into_owned(), words::exact(written).into_owned()));
            self.breaks.insert(at, word.begins);
            bounds.push((word.start(), word.end(), at));
        }
        let moved = |found: &Recognised| Recognised {
            first: found.first + value.position,
            last: found.last + value.position,
            meaning: found.meaning,
        };
        self.recognised.extend(analysis.recognised.iter().map(moved));
        self.pieces.push((value.text.clone().into_owned(), bounds));
    }

    /// Which sentence or paragraph a word stands in, counted from the first.
    fn unit(&self, at: u32, begins: Break) -> usize {
        self.breaks.range(..=at).filter(|(_, found)| **found >= begins).count()
    }

    /// The sentence or paragraph all of a stretch stands in.
    fn one_unit(&self, span: Stretch, begins: Break) -> Option<usize> {
        let unit = self.unit(span.0, begins);
        (unit == self.unit(span.1, begins)).then_some(unit)
    }

    fn of_term(&self, term: &Term) -> Spans {
        let matcher = Matcher::new(term);
        let holds = |(folded, exact): &(String, String)| matcher.matches(folded, || exact.clone());
        self.by_position.iter().filter(|(_, word)| holds(word)).map(|(at, _)| (*at, *at)).collect()
    }

    fn of_regex(&self, expression: &TextRegex) -> Spans {
        let compiled = expression.compiled();
        let mut found = Spans::new();
        for (text, words) in &self.pieces {
            for place in compiled.find_iter(text) {
                let touched = words.iter().filter(|(start, end, _)| *start < place.end() && place.start() < *end);
                let touched: Vec<u32> = touched.map(|(_, _, at)| *at).collect();
                if let (Some(first), Some(last)) = (touched.first(), touched.last()) {
                    found.insert((*first, *last));
                }
            }
        }
        found
    }

    fn recognised(&self, good: impl Fn(Meaning) -> bool) -> Spans {
        self.recognised.iter().filter(|found| good(found.meaning)).map(|found| (found.first, found.last)).collect()
    }
}

impl BruteEngine {
    fn key(&self, query: &Query, sort: Sort, found: &Indexed) -> SortKey {
        let document = &found.document;
        let second = document.date.map(second_of);
        let size = document.ordered.get(&OrderedField::Size).copied().unwrap_or_default();
        SortKey::Number(match sort {
            Sort::Relevance | Sort::ControlNumber => 0,
            Sort::DateAscending => second.unwrap_or(i64::MAX),
            Sort::DateDescending => second.map_or(i64::MAX, |second| -second),
            Sort::Custodian => {
                let custodians = document.fields.get(&Field::Custodian);
                let first = custodians.and_then(|names| names.iter().min());
                return SortKey::Text(first.cloned().unwrap_or_default());
            }
            Sort::Family => i64::from(document.family.unwrap_or(document.ordinal)),
            Sort::Thread => {
                let fields = [Field::MessageId, Field::InReplyTo, Field::References];
                i64::from(self.linked(document.ordinal, &fields))
            }
            Sort::SizeAscending => size,
            Sort::SizeDescending => -size,
            Sort::Hits => -i64::try_from(count(query, found, &found.text)).unwrap_or(i64::MAX),
        })
    }

    /// The first of the documents that have a value of these fields in common, directly or through others.
    fn linked(&self, ordinal: Ordinal, fields: &[Field]) -> Ordinal {
        let names = |found: &Indexed| -> BTreeSet<String> {
            fields.iter().filter_map(|field| found.document.fields.get(field)).flatten().cloned().collect()
        };
        let (mut members, mut known) = (BTreeSet::from([ordinal]), BTreeSet::new());
        loop {
            let before = (members.len(), known.len());
            known.extend(members.iter().filter_map(|member| self.documents.get(member)).flat_map(names));
            let joins = |found: &&Indexed| !names(found).is_disjoint(&known);
            members.extend(self.documents.values().filter(joins).map(|found| found.document.ordinal));
            if before == (members.len(), known.len()) {
                return members.first().copied().unwrap_or(ordinal);
            }
        }
    }
}

/// Whether a document matches a query about these words of it.
fn matches(query: &Query, whole: &Indexed, words: &Words) -> bool {
    let nothing = Words::default();
    match query {
        Query::All => true,
        Query::And(parts) => parts.iter().all(|part| matches(part, whole, words)),
        Query::Or(parts) => parts.iter().any(|part| matches(part, whole, words)),
        Query::Not(part) => !matches(part, whole, words),
        Query::AndAny(both) => matches(&both.required, whole, words),
        Query::Field { field, value } => matches(value, whole, whole.fields.get(field).unwrap_or(&nothing)),
        Query::Exists(field) => whole.fields.get(field).is_some_and(|words| !words.by_position.is_empty()),
        Query::Within { field, range } => {
            let value = match field {
                OrderedField::Date => whole.document.date.map(second_of),
                OrderedField::Words => i64::try_from(whole.text.by_position.len()).ok(),
                OrderedField::Attachments | OrderedField::Exceptions => {
                    Some(whole.document.ordered.get(field).copied().unwrap_or_default())
                }
                other => whole.document.ordered.get(other).copied(),
            };
            value.is_some_and(|value| match range {
                Range::Days(days) => {
                    let (from, to) = days.seconds();
                    (from..=to).contains(&value)
                }
                Range::Numbers(numbers) => numbers.holds(i128::from(value) * MILLIONTHS),
            })
        }
        Query::Hits(hits) => {
            let count = count(&hits.of, whole, words);
            count >= hits.least as usize && hits.most.is_none_or(|most| count <= most as usize)
        }
        Query::Documents(set) => set.contains(whole.document.ordinal),
        Query::Expanded { .. } | Query::Sample(_) | Query::Predicate(_) => unreachable!("these are refused before"),
        passages => !spans(passages, words).is_empty(),
    }
}

/// How many passages of these words a query has, those of the parts of a group added up.
fn count(query: &Query, whole: &Indexed, words: &Words) -> usize {
    match query {
        Query::And(_) | Query::Or(_) | Query::AndAny(_) => query.parts().map(|part| count(part, whole, words)).sum(),
        Query::Field { field, value } => whole.fields.get(field).map_or(0, |words| count(value, whole, words)),
        other => spans(other, words).len(),
    }
}

/// Every stretch of these words that a part with passages matches; none for any other part.
fn spans(query: &Query, words: &Words) -> Spans {
    match query {
        Query::Term(term) => words.of_term(term),
        Query::Regex(expression) => words.of_regex(expression),
        Query::Money(range) => words.recognised(|meaning| match meaning {
            Meaning::Money { currency, millionths } => {
                range.currency.is_none_or(|wanted| wanted == currency) && range.amount.holds(millionths)
            }
            Meaning::Day(_) => false,
        }),
        Query::Day(range) => words.recognised(|meaning| matches!(meaning, Meaning::Day(day) if range.holds_day(day))),
        Query::Phrase(parts) => {
            let mut parts = parts.iter().map(|part| spans(part, words));
            let first = parts.next().unwrap_or_default();
            parts.fold(first, |before, after| {
                let mut found = Spans::new();
                for one in before {
                    found.extend(after.iter().filter(|next| next.0 == one.1 + 1).map(|next| (one.0, next.1)));
                }
                found
            })
        }
        Query::Or(parts) => parts.iter().flat_map(|part| spans(part, words)).collect(),
        Query::Edge(edge) => {
            let among = |span: &Stretch| match edge.end {
                End::First => span.1 < edge.words,
                End::Last => span.0 + edge.words >= words.end,
            };
            spans(&edge.of, words).into_iter().filter(among).collect()
        }
        Query::Near(near) => {
            let mut found = Spans::new();
            let rights = ways(&near.right);
            for (chosen, excluded) in ways(&near.left) {
                if near.is_negated {
                    // Every choice of passages none of which has a way of the right fulfilled beside it.
                    let alone = |span: &Stretch| {
                        !rights.iter().any(|(chosen, excluded)| {
                            let beside = |part: &Query| {
                                spans(part, words).iter().any(|other| beside(near, *span, *other, words))
                            };
                            chosen.iter().all(|part| beside(part)) && !excluded.iter().any(|part| beside(part))
                        })
                    };
                    let chosen: Vec<Spans> = chosen
                        .iter()
                        .map(|part| spans(part, words).into_iter().filter(|span| alone(span)).collect())
                        .collect();
                    choices(&chosen, &mut Vec::new(), &|_| true, &mut found);
                    continue;
                }
                for (right_chosen, right_excluded) in &rights {
                    let left_count = chosen.len();
                    let all: Vec<Spans> = chosen.iter().chain(right_chosen).map(|part| spans(part, words)).collect();
                    let of = |parts: &[&Query]| parts.iter().flat_map(|part| spans(part, words)).collect::<Spans>();
                    let (left_not, right_not) = (of(&excluded), of(right_excluded));
                    let good = |chosen: &[Stretch]| {
                        let (left, right) = chosen.split_at(left_count.min(chosen.len()));
                        left.iter().all(|a| {
                            right.iter().all(|b| is_near(near, *a, *b, words))
                                && !right_not.iter().any(|b| beside(near, *a, *b, words))
                        }) && right.iter().all(|b| !left_not.iter().any(|a| beside(near, *a, *b, words)))
                    };
                    choices(&all, &mut Vec::new(), &good, &mut found);
                }
            }
            found
        }
        _ => Spans::new(),
    }
}

/// The ways to fulfil an operand: one passage of each of the first, none near of the second.
fn ways(operand: &Query) -> Vec<(Vec<&Query>, Vec<&Query>)> {
    match operand {
        Query::Or(parts) => parts.iter().flat_map(ways).collect(),
        Query::And(parts) => {
            let mut all = vec![(Vec::new(), Vec::new())];
            for part in parts {
                let added = match part {
                    Query::Not(excluded) => vec![(Vec::new(), vec![excluded.as_ref()])],
                    other => ways(other),
                };
                let joined = |one: &(Vec<_>, Vec<_>), two: &(Vec<_>, Vec<_>)| {
                    ([one.0.as_slice(), &two.0].concat(), [one.1.as_slice(), &two.1].concat())
                };
                all = all.iter().flat_map(|one| added.iter().map(move |two| joined(one, two))).collect();
            }
            all
        }
        other => vec![(vec![other], Vec::new())],
    }
}

/// Adds the stretches of all good choices of one passage of each part.
fn choices(parts: &[Spans], chosen: &mut Vec<Stretch>, is_good: &IsGood<'_>, found: &mut Spans) {
    if !is_good(chosen) {
        return;
    }
    let Some((part, rest)) = parts.split_first() else {
        let stretch = chosen.iter().copied().reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
        found.extend(stretch);
        return;
    };
    for span in part {
        chosen.push(*span);
        choices(rest, chosen, is_good, found);
        chosen.pop();
    }
}

/// Whether the later of two passages begins soon enough after the earlier, or both lie in one unit.
fn is_near(near: &Near, left: Stretch, right: Stretch, words: &Words) -> bool {
    let follows = |before: Stretch, after: Stretch| {
        after.0 > before.1
            && match near.reach {
                Reach::Words(distance) => after.0 - before.1 <= distance,
                Reach::Sentence => shares_unit(before, after, Break::Sentence, words),
                Reach::Paragraph => shares_unit(before, after, Break::Paragraph, words),
            }
    };
    follows(left, right) || (!near.is_ordered && follows(right, left))
}

/// Whether a passage of the right keeps one of the left from standing alone.
fn beside(near: &Near, left: Stretch, right: Stretch, words: &Words) -> bool {
    let overlaps = left.0 <= right.1 && right.0 <= left.1;
    let close = match near.reach {
        Reach::Words(_) => is_near(near, left, right, words),
        Reach::Sentence => shares_unit(left, right, Break::Sentence, words),
        Reach::Paragraph => shares_unit(left, right, Break::Paragraph, words),
    };
    left != right && (overlaps || close) && (!near.is_ordered || right.0 >= left.0)
}

fn shares_unit(one: Stretch, other: Stretch, begins: Break, words: &Words) -> bool {
    words.one_unit(one, begins).is_some_and(|unit| words.one_unit(other, begins) == Some(unit))
}

impl SearchEngine for BruteEngine {
    /// Relevance here is the number of text matches of the whole query, which is as good as any.
    fn search(
        &self,
        query: &Query,
        within: Option<&DocumentSet>,
        sort: &[Sort],
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<HitPage, EngineError> {
        let found = self.matching(query, within)?;
        let total = found.len() as u64;
        let keys = |found: &Indexed| sort.iter().map(|sort| self.key(query, *sort, found)).collect();
        let mut keyed: Vec<(Vec<SortKey>, Ordinal)> =
            found.iter().map(|found| (keys(found), found.document.ordinal)).collect();
        keyed.sort_unstable();
        if let Some(after) = after {
            keyed.retain(|(keys, ordinal)| (keys, *ordinal) > (&after.keys, after.ordinal));
        }
        let more = keyed.len() > limit;
        keyed.truncate(limit);
        let next =
            keyed.last().filter(|_| more).map(|(keys, ordinal)| Cursor { keys: keys.clone(), ordinal: *ordinal });
        let score = if query.has_text_words() { 1.0 } else { 0.0 };
        Ok(HitPage { total, hits: keyed.into_iter().map(|(_, ordinal)| Hit { ordinal, score }).collect(), next })
    }

    fn count(&self, query: &Query, within: Option<&DocumentSet>) -> Result<u64, EngineError> {
        Ok(self.matching(query, within)?.len() as u64)
    }

    fn documents(&self, query: &Query, within: Option<&DocumentSet>) -> Result<DocumentSet, EngineError> {
        Ok(self.matching(query, within)?.iter().map(|found| found.document.ordinal).collect())
    }

    fn documents_and_hits(
        &self,
        query: &Query,
        within: Option<&DocumentSet>,
    ) -> Result<(DocumentSet, u64), EngineError> {
        let found = self.matching(query, within)?;
        let hits = found.iter().map(|found| count(query, found, &found.text) as u64).sum();
        Ok((found.iter().map(|found| found.document.ordinal).collect(), hits))
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

    fn related(&self, documents: &DocumentSet, by: Relation) -> Result<DocumentSet, EngineError> {
        let family = |found: &Indexed| found.document.family.unwrap_or(found.document.ordinal);
        let first = |ordinal: Ordinal| match by {
            Relation::Family => self.documents.get(&ordinal).map_or(ordinal, family),
            Relation::Thread => self.linked(ordinal, &[Field::MessageId, Field::InReplyTo, Field::References]),
            Relation::Duplicates => self.linked(ordinal, &[Field::MessageId, Field::Sha256]),
        };
        let wanted: BTreeSet<Ordinal> = documents.iter().map(first).collect();
        let going = self.documents.keys().copied().filter(|ordinal| wanted.contains(&first(*ordinal)));
        Ok(documents | going.collect::<DocumentSet>())
    }

    fn words(&self, asked: &WordsAsked) -> Result<WordPage, EngineError> {
        let matcher = asked.of.as_ref().map(Matcher::new);
        let mut counts = BTreeMap::<&str, (BTreeSet<Ordinal>, u64)>::new();
        let listed = self.documents.iter().filter(|_| !asked.field.is_some_and(Field::is_digest));
        for (ordinal, found) in listed {
            let words = asked.field.map_or(Some(&found.text), |field| found.fields.get(&field));
            for (folded, _) in words.iter().flat_map(|words| words.by_position.values()) {
                let count = counts.entry(folded).or_default();
                count.0.insert(*ordinal);
                count.1 += 1;
            }
        }
        let is_asked = |word: &str| matcher.as_ref().is_none_or(|matcher| matcher.matches_folded(word));
        let mut words: Vec<WordCount> = counts
            .into_iter()
            .filter(|(word, _)| is_asked(word))
            .map(|(word, (documents, occurrences))| WordCount {
                word: word.to_owned(),
                documents: documents.len() as u64,
                occurrences,
            })
            .collect();
        words.sort_by(|a, b| asked.order.key(a.documents, &a.word).cmp(&asked.order.key(b.documents, &b.word)));
        let total = words.len() as u64;
        words.retain(|word| asked.is_after(word.documents, &word.word));
        let more = words.len() > asked.limit;
        words.truncate(asked.limit);
        Ok(WordPage { total, words, more })
    }

    fn hit_ranges(&self, query: &Query, ordinal: Ordinal) -> Result<Vec<CodePointRange>, EngineError> {
        let only = DocumentSet::from([ordinal]);
        let found = self.matching(query, Some(&only))?;
        Ok(found.first().map(|found| evaluate::hit_ranges(query, &found.document.text)).unwrap_or_default())
    }
}
