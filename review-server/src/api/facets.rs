//! `/matters/{matter}/facets`: the documents that match, counted by the values of each field.

use axum::Json;
use redwell_model::Format;
use redwell_search::engine::DocumentSet;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::search::{Filters, dialect};
use super::{Body, ErrorBody, MatterPath, blocking};
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::matter::facts::ByValue;
use crate::matter::find::{self, Known, Question};
use crate::matter::kept::Kept;

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
pub(crate) async fn facets(
    member: Member<right::ReadDocuments>,
    Body(request): Body<FacetRequest>,
) -> Result<Json<Facets>, ApiError> {
    let question = Question {
        query: request.query,
        dialect: dialect(request.dialect.as_deref())?,
        filters: request.filters.into(),
    };
    let (open, store) = (member.open().await?, member.app.store());
    let (review, vocabulary) = (open.review(store).await?, open.vocabulary(store).await?);
    let asked = (question.dialect, question.query.as_str());
    let kept = Kept::named_in(store, &member.slug, Some(member.user.id), asked).await?;
    let facets = blocking(move || {
        let facts = open.facts()?;
        let known = Known { facts: &facts, review: &review, vocabulary: &vocabulary, kept: &kept };
        let understood = find::understand(&question, known, &open)?;
        let matching = open.engine().documents(&understood.query, understood.within.as_ref())?;
        Ok::<_, ApiError>(vec![
            Facet { field: FacetName::Custodian, values: by_value(&facts.custodian, &matching, str::to_owned) },
            Facet { field: FacetName::Type, values: by_value(&facts.kind, &matching, type_label) },
            Facet { field: FacetName::Year, values: newest_first(by_value(&facts.year, &matching, str::to_owned)) },
            Facet { field: FacetName::Language, values: by_value(&facts.language, &matching, str::to_owned) },
            Facet { field: FacetName::Concept, values: by_concept(known, &matching) },
            Facet { field: FacetName::Review, values: by_review(known, &matching) },
        ])
    });
    Ok(Json(Facets { facets: facets.await?? }))
}

fn by_value(values: &ByValue, matching: &DocumentSet, label: impl Fn(&str) -> String) -> Vec<FacetCount> {
    let counts = values.iter().map(|(value, documents)| FacetCount {
        value: value.clone(),
        label: label(value),
        count: documents.intersection_len(matching),
    });
    most_frequent_first(counts.filter(|counted| counted.count > 0).collect())
}

fn most_frequent_first(mut counts: Vec<FacetCount>) -> Vec<FacetCount> {
    counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.label.cmp(&b.label)));
    counts
}

fn newest_first(mut counts: Vec<FacetCount>) -> Vec<FacetCount> {
    counts.sort_by(|a, b| b.value.cmp(&a.value));
    counts
}

fn type_label(value: &str) -> String {
    value.parse::<Format>().map_or_else(|_| value.to_owned(), |format| format.label().to_owned())
}

/// Every concept that something matching is coded with, itself or by a narrower one.
fn by_concept(known: Known<'_>, matching: &DocumentSet) -> Vec<FacetCount> {
    let mut counts = Vec::new();
    for row in known.vocabulary.taxonomies() {
        for concept in &row.taxonomy.concepts {
            let below = known.vocabulary.with_narrower(&concept.iri);
            let documents = known.review.coded_with(below.iter().map(String::as_str));
            let count = documents.intersection_len(matching);
            if count > 0 {
                counts.push(FacetCount { value: concept.iri.clone(), label: concept.label.clone(), count });
            }
        }
    }
    most_frequent_first(counts)
}

fn by_review(known: Known<'_>, matching: &DocumentSet) -> Vec<FacetCount> {
    let count = |value: &str, label: &str, count| FacetCount { value: value.into(), label: label.into(), count };
    let coded = known.review.coded().intersection_len(matching);
    vec![
        count("coded", "Coded", coded),
        count("uncoded", "Not coded", matching.len() - coded),
        count("annotated", "Annotated", known.review.annotated().intersection_len(matching)),
    ]
}
