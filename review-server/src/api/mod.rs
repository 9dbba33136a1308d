//! The HTTP API: one file per resource, with its request and response bodies and its handlers.
//!
//! A handler extracts, authorises, makes one call and responds. Nothing here holds SQL or rules of review, and no
//! type of the store or of the vocabulary is serialised as it is: bodies are written here, so that the interface
//! changes only on purpose.

pub mod annotations;
pub mod audit;
pub mod coding;
pub mod deliverables;
pub mod documents;
pub mod events;
pub mod exceptions;
pub mod facets;
pub mod history;
pub mod matters;
pub mod members;
pub mod natives;
pub mod openapi;
pub mod passages;
pub mod progress;
pub mod search;
pub mod session;
pub mod taxonomies;
pub mod users;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// What every refused request gets: a code that stays the same for ever, and a sentence.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ErrorBody {
    /// A stable code, such as `not_signed_in`.
    pub code: String,
    /// What is the matter and what to do next.
    pub message: String,
    /// Where in the query the mistake is, in code points.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub position: Option<u32>,
    /// The line of the file the mistake is in, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub line: Option<u64>,
    /// What was found in a taxonomy.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub findings: Vec<taxonomies::TaxonomyFinding>,
}

/// The matter in an address.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct MatterPath {
    /// The matter's short name.
    pub matter: String,
}

/// The document in an address.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct DocumentPath {
    /// The matter's short name.
    pub matter: String,
    /// The document's control number.
    pub control_number: String,
}

/// The annotation in an address.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct AnnotationPath {
    /// The matter's short name.
    pub matter: String,
    /// The annotation's number.
    pub annotation: i64,
}

/// The deliverable in an address.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct DeliverablePath {
    /// The matter's short name.
    pub matter: String,
    /// The deliverable's number.
    pub deliverable: i64,
}

/// The member in an address.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct MemberPath {
    /// The matter's short name.
    pub matter: String,
    /// The sign-in name of the person.
    pub name: String,
}

/// Which page of a list is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `next_cursor` of the page before.
    #[param(nullable = false)]
    pub cursor: Option<String>,
    /// Items on a page, 1 to 200; 50 unless given.
    #[param(nullable = false)]
    pub limit: Option<u32>,
}
