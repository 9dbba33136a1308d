//! How well documents match: BM25 over words, wildcards, phrases and proximities, each as if it were one term.
//!
//! Every number that goes in is counted over living documents and added up in the order of the query, so a score
//! depends on the matter's documents alone, not on how they came to lie in segments. What stands under `NOT` and what
//! is no word (dates, coding) does not score.

use redwell_search::engine::EngineError;
use redwell_search::{Field, Query};
use roaring::RoaringBitmap;
use tantivy::DocId;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::schema::IndexRecordOption;

use super::engine::broken;
use super::matching::Matcher;
use super::snapshot::Snapshot;

/// How soon more occurrences stop counting.
const K1: f64 = 1.2;
/// How much the length of a text counts. Metadata fields are short; their length does not.
const B: f64 = 0.75;

/// A part of a query that scores.
struct Leaf<'q> {
    query: &'q Query,
    field: Option<Field>,
    /// How rare it is.
    weight: f64,
}

/// Scores the documents matching one query.
pub(super) struct Ranking<'q> {
    leaves: Vec<Leaf<'q>>,
}

impl<'q> Ranking<'q> {
    /// Weighs the parts of a query; `matchers` are of every segment in order.
    pub(super) fn new<'m>(
        query: &'q Query,
        snapshot: &Snapshot,
        matchers: impl Iterator<Item = &'m Matcher<'m>>,
    ) -> Result<Self, EngineError> {
        let matchers: Vec<_> = matchers.collect();
        let mut leaves = Vec::new();
        collect(query, None, &mut leaves);
        #[expect(clippy::cast_precision_loss, reason = "a count of documents is far below 2⁵²")]
        let documents = snapshot.documents() as f64;
        for leaf in &mut leaves {
            leaf.weight = weight(leaf.query, leaf.field, documents, &matchers)?;
        }
        Ok(Self { leaves })
    }

    /// What so many occurrences of a part add to a score.
    pub(super) fn score(weight: f64, count: f64, of_length: f64) -> f64 {
        let (above, below) = Self::fraction(weight, count, of_length);
        above / below
    }

    /// The same as a fraction: what stands above the line and below it.
    pub(super) fn fraction(weight: f64, count: f64, of_length: f64) -> (f64, f64) {
        (weight * count * (K1 + 1.0), count + of_length)
    }

    /// What the length of a text takes from a score, by the code that tells it, when texts are so long on average.
    pub(super) fn length_parts(average_length: f64) -> [f64; 256] {
        std::array::from_fn(|code| {
            let code = u8::try_from(code).expect("there are 256 codes");
            Self::of_length(f64::from(FieldNormReader::id_to_fieldnorm(code)) / average_length)
        })
    }

    fn of_length(share_of_average: f64) -> f64 {
        K1 * (1.0 - B + B * share_of_average)
    }

    /// How rare a part is that was asked of the text.
    pub(super) fn weight_of(&self, leaf: &Query) -> f64 {
        self.leaves.iter().find(|known| known.query == leaf).map_or(0.0, |known| known.weight)
    }

    /// The scores of these documents of one segment, in their order.
    pub(super) fn scores(&self, matcher: &Matcher<'_>, documents: &RoaringBitmap) -> Result<Vec<f32>, EngineError> {
        let at: Vec<DocId> = documents.iter().collect();
        let mut scores = vec![0.0; at.len()];
        let lengths =
            matcher.segment.reader.get_fieldnorms_reader(matcher.search.snapshot.fields.text).map_err(broken)?;
        for leaf in &self.leaves {
            let mut index = 0;
            let length_parts = match leaf.field {
                None => Some(matcher.search.snapshot.length_parts()?),
                Some(_) => None,
            };
            // Both are in the order of documents.
            for (document, count) in matcher.occurrences(leaf.query, leaf.field, documents)? {
                index += at[index..].iter().take_while(|known| **known < document).count();
                if at.get(index) != Some(&document) {
                    continue;
                }
                let of_length = match length_parts {
                    Some(parts) => parts[usize::from(lengths.fieldnorm_id(document))],
                    None => Self::of_length(1.0),
                };
                scores[index] += Self::score(leaf.weight, f64::from(count), of_length);
            }
        }
        #[expect(clippy::cast_possible_truncation, reason = "a score is a small number; hits carry it as 32 bits")]
        Ok(scores.into_iter().map(|score| score as f32).collect())
    }
}

/// The parts of a query that score, in order, each once.
fn collect<'q>(query: &'q Query, field: Option<Field>, leaves: &mut Vec<Leaf<'q>>) {
    match query {
        Query::Not(_) => {}
        // A digest is there or not; it says nothing of how well a document matches.
        Query::Field { field, .. } if field.is_digest() => {}
        Query::Field { field, value } => collect(value, Some(*field), leaves),
        Query::Or(parts) => parts.iter().for_each(|part| collect(part, field, leaves)),
        leaf if leaf.has_passages() => {
            if !leaves.iter().any(|known| known.field == field && known.query == leaf) {
                leaves.push(Leaf { query: leaf, field, weight: 0.0 });
            }
        }
        other => other.parts().for_each(|part| collect(part, field, leaves)),
    }
}

/// How rare a part is: of several words, the sum of how rare each is; of alternatives, the average.
fn weight(query: &Query, field: Option<Field>, documents: f64, matchers: &[&Matcher<'_>]) -> Result<f64, EngineError> {
    let rarity = |holding: u64| {
        #[expect(clippy::cast_precision_loss, reason = "a count of documents is far below 2⁵²")]
        let holding = (holding as f64).min(documents);
        (1.0 + (documents - holding + 0.5) / (holding + 0.5)).ln()
    };
    match query {
        Query::Term(_) | Query::Money(_) | Query::Day(_) => Ok(rarity(holding(matchers, query, field)?)),
        // How many texts it is in is told by reading them only.
        Query::Regex(_) => Ok(1.0),
        Query::Not(_) => Ok(0.0),
        other => {
            let (mut sum, mut parts) = (0.0, 0.0);
            for part in other.parts() {
                sum += weight(part, field, documents, matchers)?;
                parts += 1.0;
            }
            Ok(if matches!(other, Query::Or(_)) { sum / parts } else { sum })
        }
    }
}

/// How many living documents hold the terms of a leaf, each term by itself.
fn holding(matchers: &[&Matcher<'_>], leaf: &Query, field: Option<Field>) -> Result<u64, EngineError> {
    let mut sum = 0;
    for matcher in matchers {
        for (term, _) in &matcher.terms(leaf, field).any {
            sum += match matcher.segment.reader.alive_bitset() {
                None => u64::from(term.doc_freq),
                Some(living) => {
                    let postings = matcher.postings(term, field, IndexRecordOption::Basic)?;
                    u64::from(postings.doc_freq_given_deletes(living))
                }
            };
        }
    }
    Ok(sum)
}
