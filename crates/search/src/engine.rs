//! The contract a search engine fulfils. It knows text and metadata only; people's work reaches it as document sets.

use redwell_model::{CodePointRange, Ordinal};
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};

/// A set of documents of one matter, by ordinal.
pub type DocumentSet = RoaringBitmap;

/// In which order a page of hits is given. Ties are broken by ordinal, ascending.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Best match first (BM25); control-number order for queries without words.
    #[default]
    Relevance,
    /// Control-number order.
    ControlNumber,
    /// Oldest first; undated documents last.
    DateAscending,
    /// Newest first; undated documents last.
    DateDescending,
}

/// Where a page of hits begins: after the hit with this sort key. Opaque to callers, stable while documents are added.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cursor {
    /// The sort key of the last hit given: score bits or seconds.
    pub key: i64,
    /// Its ordinal.
    pub ordinal: Ordinal,
}

/// One document found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Hit {
    /// Which document.
    pub ordinal: Ordinal,
    /// Its BM25 score; 0 for queries without words.
    pub score: f32,
}

/// One page of hits.
#[derive(Debug, Clone, PartialEq)]
pub struct HitPage {
    /// Documents matching in all: exact.
    pub total: u64,
    /// The hits of this page.
    pub hits: Vec<Hit>,
    /// Where the next page begins; `None` on the last.
    pub next: Option<Cursor>,
}

/// A metadata field documents can be counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FacetField {
    /// Everyone a document was collected from.
    Custodian,
    /// The kind of file.
    Type,
    /// The year of its date.
    Year,
    /// The language of its text.
    Language,
}

/// How many documents have one value of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FacetValue {
    /// The value; empty for documents that have none.
    pub value: String,
    /// Matching documents with it: exact.
    pub count: u64,
}

/// Why an engine could not answer.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A part of the query would need too much work; says which part.
    #[error("`{part}` matches too many different words to search for; write more of the word")]
    TooBroad {
        /// The part as printed canonically.
        part: String,
    },
    /// A proximity finds more passages in one document than can be compared.
    #[error("`{part}` finds too many passages to compare in one document; use a shorter distance or rarer words")]
    TooManyPassages {
        /// The part as printed canonically.
        part: String,
    },
    /// A predicate on people's work was not resolved to documents before the engine was asked.
    #[error("`{predicate}` asks about coding, which this search cannot see")]
    Unresolved {
        /// The predicate as printed canonically.
        predicate: String,
    },
    /// The index could not be read.
    #[error("the index of this matter could not be read; `redwell rebuild` makes it anew")]
    Index(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Answers over the text and metadata of one matter. Every count is exact.
pub trait SearchEngine: Send + Sync {
    /// One page of the documents that match, of those in `within` when given.
    ///
    /// # Errors
    /// When the query is too broad or the index cannot be read.
    fn search(
        &self,
        query: &crate::Query,
        within: Option<&DocumentSet>,
        sort: Sort,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<HitPage, EngineError>;

    /// How many documents match.
    ///
    /// # Errors
    /// When the query is too broad or the index cannot be read.
    fn count(&self, query: &crate::Query, within: Option<&DocumentSet>) -> Result<u64, EngineError>;

    /// Which documents match.
    ///
    /// # Errors
    /// When the query is too broad or the index cannot be read.
    fn documents(&self, query: &crate::Query, within: Option<&DocumentSet>) -> Result<DocumentSet, EngineError>;

    /// Matching documents counted by the values of a field, most frequent first, ties by value.
    ///
    /// # Errors
    /// When the query is too broad or the index cannot be read.
    fn facet(
        &self,
        query: &crate::Query,
        within: Option<&DocumentSet>,
        field: FacetField,
    ) -> Result<Vec<FacetValue>, EngineError>;

    /// The passages of one document that made it match, in order, not overlapping. Empty when it does not match or
    /// the query has no words.
    ///
    /// # Errors
    /// When the text cannot be read.
    fn hit_ranges(&self, query: &crate::Query, ordinal: Ordinal) -> Result<Vec<CodePointRange>, EngineError>;
}
