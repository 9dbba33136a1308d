//! `/matters/{matter}/taxonomies`: the client's controlled vocabularies.

use serde::Serialize;
use utoipa::ToSchema;

use super::{ErrorBody, MatterPath};

/// One concept of a taxonomy.
#[derive(Debug, Serialize, ToSchema)]
pub struct Concept {
    /// Its IRI.
    pub iri: String,
    /// Its preferred label.
    pub label: String,
    /// Its notation, such as `3.2`.
    pub notation: Option<String>,
    /// Other labels.
    pub alt_labels: Vec<String>,
    /// What it means.
    pub definition: Option<String>,
    /// How to apply it.
    pub scope_note: Option<String>,
    /// IRIs of broader concepts.
    pub broader: Vec<String>,
    /// IRIs of narrower concepts, in order.
    pub narrower: Vec<String>,
    /// Steps below its top concept.
    pub depth: u32,
    /// IRI of the top concept above it.
    pub top: String,
    /// Which of six colours its branch has, 0 to 5.
    pub colour: u8,
    /// Documents it is recorded on, narrower concepts not counted.
    pub documents: u64,
}

/// A taxonomy.
#[derive(Debug, Serialize, ToSchema)]
pub struct Taxonomy {
    /// Its number in the matter.
    pub id: i64,
    /// IRI of its concept scheme.
    pub iri: String,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// The language of its labels.
    pub language: String,
    /// How often it was imported.
    pub version: u32,
    /// When this version was imported.
    pub imported_at: String,
    /// Who imported it, by sign-in name.
    pub imported_by: String,
    /// Parents before children; a concept with several broader ones appears once.
    pub concepts: Vec<Concept>,
    /// What the import found worth telling.
    pub warnings: Vec<TaxonomyFinding>,
}

/// The taxonomies of a matter.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaxonomyList {
    /// In the order first imported.
    pub items: Vec<Taxonomy>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The taxonomy cannot be used.
    Error,
    /// It can, with care.
    Warning,
    /// Worth knowing.
    Note,
}

/// Something found in a taxonomy.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TaxonomyFinding {
    /// How bad.
    pub severity: Severity,
    /// The rule, by name.
    pub rule: String,
    /// What it is about, usually an IRI.
    pub subject: String,
    /// What is the matter, as a sentence.
    pub message: String,
}

/// Lists the taxonomies of a matter.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/taxonomies", tag = "taxonomies",
    operation_id = "list_taxonomies", params(MatterPath),
    responses((status = 200, body = TaxonomyList), (status = 404, body = ErrorBody)))]
pub(crate) async fn list() {}

/// Imports a taxonomy, SKOS in Turtle. A scheme imported before is replaced by the new version.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/taxonomies", tag = "taxonomies",
    operation_id = "import_taxonomy", params(MatterPath),
    request_body(content = String, content_type = "text/turtle"),
    responses((status = 201, body = Taxonomy), (status = 403, body = ErrorBody),
              (status = 422, description = "`bad_taxonomy`, with `line` and `findings`", body = ErrorBody)))]
pub(crate) async fn import() {}
