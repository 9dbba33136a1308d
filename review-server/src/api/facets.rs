//! `/matters/{matter}/facets`: the documents that match, counted by the values of each field.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::search::Filters;
use super::{ErrorBody, MatterPath};

/// Which documents to count.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FacetRequest {
    /// The query as typed; empty counts every document.
    #[serde(default)]
    pub query: String,
    /// How the query is read; `redwell` unless given.
    #[schema(nullable = false)]
    pub dialect: Option<String>,
    /// Values documents must have besides.
    #[serde(default)]
    #[schema(required = false)]
    pub filters: Filters,
}

/// What documents are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FacetName {
    /// Everyone a document was collected from.
    Custodian,
    /// The kind of file.
    Type,
    /// The year of its date.
    Year,
    /// The language of its text.
    Language,
    /// Concepts recorded on it, or narrower ones.
    Concept,
    /// `coded`, `uncoded` and `annotated`.
    Review,
}

/// How many matching documents have one value.
#[derive(Debug, Serialize, ToSchema)]
pub struct FacetCount {
    /// The value as filters take it; empty for documents that have none.
    pub value: String,
    /// The value for people.
    pub label: String,
    /// Matching documents with it: exact.
    pub count: u64,
}

/// Matching documents counted by one field.
#[derive(Debug, Serialize, ToSchema)]
pub struct Facet {
    /// The field.
    pub field: FacetName,
    /// Its values, most frequent first.
    pub values: Vec<FacetCount>,
}

/// Matching documents counted by every field.
#[derive(Debug, Serialize, ToSchema)]
pub struct Facets {
    /// One a field.
    pub facets: Vec<Facet>,
}

/// Counts the documents that match by the values of each field.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/facets", tag = "search", operation_id = "facets",
    params(MatterPath), request_body = FacetRequest,
    responses((status = 200, body = Facets), (status = 422, description = "`bad_query`", body = ErrorBody)))]
pub(crate) async fn facets() {}
