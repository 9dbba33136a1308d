//! The contract a search engine fulfils. It knows text and metadata only; people's work reaches it as document sets.

use redwell_model::{CodePointRange, Ordinal};
use roaring::RoaringBitmap;
use serde::{Deserialize, Serialize};

use crate::dictionary::{WordPage, WordsAsked};

/// A set of documents of one matter, by ordinal.
pub type DocumentSet = RoaringBitmap;

/// In which order a page of hits is given. Of several, the first decides, the next where the first leaves a tie; what
/// ties in all is in control-number order.
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
    /// By whom they were collected from, the first of several.
    Custodian,
    /// Families together, in the order of their first documents.
    Family,
    /// Conversations together, in the order of their first documents.
    Thread,
    /// Smallest original first.
    SizeAscending,
    /// Largest original first.
    SizeDescending,
    /// Most passages first.
    Hits,
}

/// Where a page of hits begins: after the hit with these sort keys. Opaque to callers.
///
/// Documents added meanwhile move no hit from one side of it to the other, but for the order by relevance, where scores
/// change with the corpus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// The sort keys of the last hit given.
    pub keys: Vec<SortKey>,
    /// Its ordinal.
    pub ordinal: Ordinal,
}

/// What a hit is sorted by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SortKey {
    /// The bits of a score, seconds, ordinals or counts; smaller ones come first.
    Number(i64),
    /// A value.
    Text(String),
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
    #[error("`{predicate}` asks what this search cannot see; it was not looked up before")]
    Unresolved {
        /// The predicate as printed canonically.
        predicate: String,
    },
    /// An expression would have to be looked for in too much text.
    #[error("`{part}` would have to be looked for in more than {megabytes} MB of text; join it with a word by AND")]
    TooMuchText {
        /// The part as printed canonically.
        part: String,
        /// The most that is read.
        megabytes: u64,
    },
    /// A part took longer than a search may.
    #[error("`{part}` takes longer than {seconds} seconds; use rarer words, shorter distances or more of each word")]
    TooLong {
        /// The part as printed canonically.
        part: String,
        /// How long a search may take.
        seconds: u64,
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
        sort: &[Sort],
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

    /// Which documents match, and how many passages they have in all, as `hits(…)` counts them.
    ///
    /// # Errors
    /// When the query is too broad or the index cannot be read.
    fn documents_and_hits(
        &self,
        query: &crate::Query,
        within: Option<&DocumentSet>,
    ) -> Result<(DocumentSet, u64), EngineError>;

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

    /// These documents and all that go with them by what the files say: families, conversations, duplicates.
    ///
    /// # Errors
    /// When the index cannot be read.
    fn related(&self, documents: &DocumentSet, by: crate::query::Relation) -> Result<DocumentSet, EngineError>;

    /// The words of the texts or of a field, a page of those asked for.
    ///
    /// # Errors
    /// When listing them takes too long or the index cannot be read.
    fn words(&self, asked: &WordsAsked) -> Result<WordPage, EngineError>;

    /// The passages of one document that made it match, in order, not overlapping. Empty when it does not match or
    /// the query has no words.
    ///
    /// # Errors
    /// When the text cannot be read.
    fn hit_ranges(&self, query: &crate::Query, ordinal: Ordinal) -> Result<Vec<CodePointRange>, EngineError>;
}
