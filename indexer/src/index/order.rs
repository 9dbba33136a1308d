//! Pages of hits in any order: what documents are sorted by, column by column, and the first of them.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use redwell_model::Ordinal;
use redwell_search::engine::{Cursor, EngineError, Hit, HitPage, Sort, SortKey};
use redwell_search::{OrderedField, Query};
use roaring::RoaringBitmap;

use super::columns;
use super::engine::Matched;
use super::matching::Matcher;
use super::ranking::Ranking;
use super::top::{Kept, Top};

/// The first `limit` of the documents that match, after those of the pages before.
pub(super) fn page(
    query: &Query,
    matched: &[Matched<'_>],
    ranking: &Ranking<'_>,
    sort: &[Sort],
    after: Option<&Cursor>,
    limit: usize,
) -> Result<HitPage, EngineError> {
    let total = matched.iter().map(|of| of.documents.len()).sum();
    let segments: Vec<Keys> =
        matched.iter().map(|of| Keys::of(query, sort, ranking, of)).collect::<Result<_, EngineError>>()?;
    let mut places: Vec<(usize, usize)> = (0..)
        .zip(&segments)
        .flat_map(|(segment, keys)| (0..keys.ordinals.len()).map(move |at| (segment, at)))
        .collect();
    if let Some(after) = after {
        places.retain(|(segment, at)| segments[*segment].is_after(*at, after));
    }
    let in_order =
        |one: &(usize, usize), other: &(usize, usize)| segments[one.0].compare(one.1, &segments[other.0], other.1);
    let more = places.len() > limit;
    if more && limit > 0 {
        places.select_nth_unstable_by(limit - 1, in_order);
    }
    places.truncate(limit);
    places.sort_unstable_by(in_order);
    let last = places.last().filter(|_| more);
    let next = last.map(|(segment, at)| segments[*segment].cursor(*at));
    let scores = match sort.iter().position(|sort| *sort == Sort::Relevance) {
        Some(column) => places.iter().map(|(segment, at)| segments[*segment].score(column, *at)).collect(),
        None => scores(matched, ranking, &segments, &places)?,
    };
    let ordinals = places.iter().map(|(segment, at)| segments[*segment].ordinals[*at]);
    let hits = ordinals.zip(scores).map(|(ordinal, score)| Hit { ordinal, score }).collect();
    Ok(HitPage { total, hits, next })
}

/// The first page by relevance.
pub(super) fn best(matched: &[Matched<'_>], ranking: &Ranking<'_>, limit: usize) -> Result<HitPage, EngineError> {
    let mut top = Top::new(limit);
    for Matched { matcher, documents } in matched {
        for (document, score) in documents.iter().zip(ranking.scores(matcher, documents)?) {
            if f64::from(score) >= top.least() {
                top.keep(score, matcher.segment.ordinal(document));
            }
        }
    }
    Ok(best_page(matched.iter().map(|of| of.documents.len()).sum(), &top.into_best()))
}

/// The first page by relevance of so many documents in all.
pub(super) fn best_page(total: u64, best: &[Kept]) -> HitPage {
    let last = best.last().filter(|_| total > best.len() as u64);
    let key = |kept: &Kept| SortKey::Number(relevance_key(kept.score()));
    let next = last.map(|kept| Cursor { keys: vec![key(kept)], ordinal: kept.ordinal() });
    let hits = best.iter().map(|kept| Hit { ordinal: kept.ordinal(), score: kept.score() }).collect();
    HitPage { total, hits, next }
}

/// The scores of documents that are not sorted by them.
fn scores(
    matched: &[Matched<'_>],
    ranking: &Ranking<'_>,
    segments: &[Keys],
    places: &[(usize, usize)],
) -> Result<Vec<f32>, EngineError> {
    let mut found: BTreeMap<Ordinal, f32> = BTreeMap::new();
    for (segment, (of, keys)) in matched.iter().zip(segments).enumerate() {
        let mut shown: Vec<usize> = places.iter().filter(|place| place.0 == segment).map(|place| place.1).collect();
        shown.sort_unstable();
        let documents: RoaringBitmap =
            shown.iter().filter_map(|at| of.documents.select(u32::try_from(*at).ok()?)).collect();
        let ordinals = shown.iter().map(|at| keys.ordinals[*at]);
        found.extend(ordinals.zip(ranking.scores(&of.matcher, &documents)?));
    }
    let score = |(segment, at): &(usize, usize)| found.get(&segments[*segment].ordinals[*at]).copied();
    Ok(places.iter().map(|place| score(place).unwrap_or_default()).collect())
}

/// What the matching documents of one segment are sorted by, in their order.
struct Keys {
    ordinals: Vec<Ordinal>,
    columns: Vec<Column>,
}

enum Column {
    /// Smaller ones come first.
    Numbers(Vec<i64>),
    Texts(Vec<Arc<str>>),
}

impl Keys {
    fn of(query: &Query, sort: &[Sort], ranking: &Ranking<'_>, of: &Matched<'_>) -> Result<Self, EngineError> {
        let (matcher, documents) = (&of.matcher, &of.documents);
        let ordinals = documents.iter().map(|document| matcher.segment.ordinal(document)).collect();
        let columns = sort.iter().map(|sort| column(query, *sort, ranking, matcher, documents));
        Ok(Self { ordinals, columns: columns.collect::<Result<_, _>>()? })
    }

    fn compare(&self, at: usize, other: &Self, other_at: usize) -> Ordering {
        let columns = self.columns.iter().zip(&other.columns).map(|columns| match columns {
            (Column::Numbers(own), Column::Numbers(other)) => own[at].cmp(&other[other_at]),
            (Column::Texts(own), Column::Texts(other)) => own[at].cmp(&other[other_at]),
            _ => unreachable!("every segment has the same columns"),
        });
        let unequal = columns.into_iter().find(|order| order.is_ne());
        unequal.unwrap_or_else(|| self.ordinals[at].cmp(&other.ordinals[other_at]))
    }

    fn is_after(&self, at: usize, cursor: &Cursor) -> bool {
        // A cursor of another order of search has other keys; then anything may come, but nothing fails.
        let columns = self.columns.iter().zip(&cursor.keys).map(|columns| match columns {
            (Column::Numbers(own), SortKey::Number(key)) => own[at].cmp(key),
            (Column::Texts(own), SortKey::Text(key)) => own[at].as_ref().cmp(key.as_str()),
            (Column::Numbers(_), SortKey::Text(_)) => Ordering::Less,
            (Column::Texts(_), SortKey::Number(_)) => Ordering::Greater,
        });
        let unequal = columns.into_iter().find(|order| order.is_ne());
        unequal.unwrap_or_else(|| self.ordinals[at].cmp(&cursor.ordinal)).is_gt()
    }

    fn cursor(&self, at: usize) -> Cursor {
        let key = |column: &Column| match column {
            Column::Numbers(numbers) => SortKey::Number(numbers[at]),
            Column::Texts(texts) => SortKey::Text(texts[at].as_ref().to_owned()),
        };
        Cursor { keys: self.columns.iter().map(key).collect(), ordinal: self.ordinals[at] }
    }

    fn score(&self, column: usize, at: usize) -> f32 {
        match &self.columns[column] {
            Column::Numbers(keys) => score_of_key(keys[at]),
            Column::Texts(_) => unreachable!("scores are numbers"),
        }
    }
}

/// What the documents of one segment are sorted by, in their order.
fn column(
    query: &Query,
    sort: Sort,
    ranking: &Ranking<'_>,
    matcher: &Matcher<'_>,
    documents: &RoaringBitmap,
) -> Result<Column, EngineError> {
    let segment = matcher.segment;
    Ok(Column::Numbers(match sort {
        Sort::Relevance => ranking.scores(matcher, documents)?.into_iter().map(relevance_key).collect(),
        Sort::ControlNumber => documents.iter().map(|_| 0).collect(),
        Sort::DateAscending => {
            let seconds = columns::ordered(segment, documents, OrderedField::Date)?.into_iter();
            seconds.map(|second| second.unwrap_or(i64::MAX)).collect()
        }
        Sort::DateDescending => {
            let seconds = columns::ordered(segment, documents, OrderedField::Date)?.into_iter();
            seconds.map(|second| second.map_or(i64::MAX, |second| -second)).collect()
        }
        Sort::SizeAscending | Sort::SizeDescending => {
            let sign = if sort == Sort::SizeAscending { 1 } else { -1 };
            let sizes = columns::ordered(segment, documents, OrderedField::Size)?.into_iter();
            sizes.map(|size| sign * size.unwrap_or_default()).collect()
        }
        Sort::Custodian => return Ok(Column::Texts(columns::custodians(segment, documents)?)),
        Sort::Family => columns::families(segment, documents)?.into_iter().map(i64::from).collect(),
        Sort::Thread => {
            let threads = matcher.search.snapshot.threads()?;
            let ordinals = documents.iter().map(|document| segment.ordinal(document));
            ordinals.map(|own| i64::from(threads.get(&own).copied().unwrap_or(own))).collect()
        }
        Sort::Hits => {
            let mut counts = BTreeMap::new();
            matcher.add_hits(query, None, documents, &mut counts)?;
            documents.iter().map(|at| -i64::from(counts.get(&at).copied().unwrap_or_default())).collect()
        }
    }))
}

/// A key that sorts better scores first. The bits of positive floats are in the order of their values.
fn relevance_key(score: f32) -> i64 {
    -i64::from(score.to_bits())
}

fn score_of_key(key: i64) -> f32 {
    f32::from_bits(u32::try_from(-key).expect("a key is made of 32 bits"))
}
