//! `/matters/{matter}/facets`: the documents that match, counted by the values of each field.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked::{Asked, QuestionBody};
use super::{Body, ErrorBody, MatterPath};
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::matter::counts::{self, Counted};
use crate::matter::filters::{FilterField, Part};

/// Values of a field unless told otherwise.
const USUAL: u32 = 100;

/// Which documents to count, and by what.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FacetRequest {
    /// The search whose documents are counted. What is chosen in a field counts for every field but itself.
    #[serde(default)]
    #[schema(required = false)]
    pub of: QuestionBody,
    /// By which fields; by all unless given.
    #[schema(nullable = false)]
    pub fields: Option<Vec<FilterField>>,
    /// Most values of a field, 1 to 5,000; 100 unless given.
    #[schema(nullable = false)]
    pub limit: Option<u32>,
}

/// How many matching documents have one value.
#[derive(Debug, Serialize, ToSchema)]
pub struct FacetCount {
    /// The value as filters take it; empty for documents that have none.
    pub value: String,
    /// The value for people.
    pub label: String,
    /// Documents the search would find with this value alone chosen in its field: exact.
    pub count: u64,
}

/// Matching documents counted by one field.
#[derive(Debug, Serialize, ToSchema)]
pub struct Facet {
    /// The field.
    pub field: FilterField,
    /// Its values, most frequent first, years and months newest first; those chosen are always among them.
    pub values: Vec<FacetCount>,
    /// How many values there are in all.
    pub distinct: u64,
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
    Body(FacetRequest { of, fields, limit }): Body<FacetRequest>,
) -> Result<Json<Facets>, ApiError> {
    let limit = match limit.unwrap_or(USUAL) {
        limit @ 1..=5_000 => limit as usize,
        _ => return Err(ApiError::BadRequest { message: "`limit` is between 1 and 5,000".into() }),
    };
    let fields = fields.unwrap_or_else(|| FilterField::ALL.to_vec());
    let asked = Asked::by(&member, of).await?;
    let question = asked.question.clone();
    let answer = asked.answer(move |open, known, understood| {
        let calendar = known.facts.calendar(&question.zone);
        let found = open.engine().documents(&understood.query, None)?;
        let counted = fields.into_iter().map(|field| {
            let matching = match understood.passing.all_but(Some(Part::Field(field))) {
                Some(passing) => &found & passing,
                None => found.clone(),
            };
            let chosen = question.filters.choices.get(&field).cloned().unwrap_or_default();
            let counts = counts::count(field, known, &calendar, &matching, (&chosen, limit));
            let values = counts.values.into_iter();
            let values = values.map(|Counted { value, label, count }| FacetCount { value, label, count }).collect();
            Facet { field, values, distinct: counts.distinct }
        });
        Ok(counted.collect())
    });
    Ok(Json(Facets { facets: answer.await? }))
}
