//! `…/documents/{control_number}/coding`: concepts recorded on a document.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DocumentPath, ErrorBody};

/// A concept recorded on a document.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordedConcept {
    /// The concept's IRI.
    pub concept: String,
    /// Who recorded it, by sign-in name.
    pub by: String,
    /// The name shown to others.
    pub by_name: String,
    /// When.
    pub at: String,
}

/// The concepts recorded on a document.
#[derive(Debug, Serialize, ToSchema)]
pub struct Coding {
    /// In the order recorded.
    pub concepts: Vec<RecordedConcept>,
}

/// A coding decision. To undo one, make the opposite one.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodingRequest {
    /// IRIs of concepts to record.
    #[serde(default)]
    pub set: Vec<String>,
    /// IRIs of concepts to take back.
    #[serde(default)]
    pub clear: Vec<String>,
    /// Anything the client makes up once per decision; a repetition is not a second decision.
    pub request_id: String,
}

/// Shows what is recorded on a document.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/documents/{control_number}/coding", tag = "review",
    operation_id = "show_coding", params(DocumentPath),
    responses((status = 200, body = Coding), (status = 404, body = ErrorBody)))]
pub(crate) async fn show() {}

/// Records a coding decision.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/documents/{control_number}/coding", tag = "review",
    operation_id = "record_coding", params(DocumentPath), request_body = CodingRequest,
    responses((status = 200, body = Coding), (status = 403, description = "`not_permitted`", body = ErrorBody),
              (status = 422, description = "`unknown_concept`", body = ErrorBody)))]
pub(crate) async fn record() {}
