//! `/matters/{matter}/taxonomies`: the client's controlled vocabularies.

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::http::StatusCode;
use redwell_taxonomy::{Finding, Options, ReadError};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ErrorBody, MatterPath, People, blocking};
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::review::ReviewState;
use crate::store::{TaxonomyRow, moment};

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
pub(crate) async fn list(member: Member<right::ReadDocuments>) -> Result<Json<TaxonomyList>, ApiError> {
    let store = member.app.store();
    let review = match member.open().await {
        Ok(open) => open.review(store).await?,
        // Taxonomies may be looked at before anything is ingested.
        Err(ApiError::Conflict { .. }) => std::sync::Arc::default(),
        Err(other) => return Err(other),
    };
    let mut people = People::new(store);
    let mut items = Vec::new();
    for row in store.taxonomies(&member.slug).await? {
        items.push(shown(row, &review, &mut people).await?);
    }
    Ok(Json(TaxonomyList { items }))
}

/// Imports a taxonomy, SKOS in Turtle. A scheme imported before is replaced by the new version.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/taxonomies", tag = "taxonomies",
    operation_id = "import_taxonomy", params(MatterPath),
    request_body(content = String, content_type = "text/turtle"),
    responses((status = 201, body = Taxonomy), (status = 403, body = ErrorBody),
              (status = 422, description = "`bad_taxonomy`, with `line` and `findings`", body = ErrorBody)))]
pub(crate) async fn import(
    member: Member<right::ManageTaxonomies>,
    turtle: Result<Bytes, BytesRejection>,
) -> Result<(StatusCode, Json<Taxonomy>), ApiError> {
    let turtle = turtle?;
    let source = String::from_utf8_lossy(&turtle).into_owned();
    let import = blocking(move || redwell_taxonomy::read(&turtle, &Options::default())).await??;
    if import.has_errors() {
        return Err(ApiError::BadTaxonomy {
            message: "the taxonomy contradicts the rules of SKOS; correct it and import it again".into(),
            line: None,
            findings: import.findings.into_iter().map(TaxonomyFinding::from).collect(),
        });
    }
    let store = member.app.store();
    let writing = store.write().await?;
    let at = moment(member.app.now());
    let new = (&import.taxonomy, import.findings.as_slice());
    let row = writing.add_taxonomy(&member.slug, new, source, Some(member.user.id), at).await?;
    let detail = serde_json::json!({ "version": row.version, "concepts": row.taxonomy.concepts.len() });
    writing.audit(member.audit("taxonomy.import", &row.taxonomy.iri, detail)).await?;
    writing.commit().await?;
    let review = match member.open().await {
        Ok(open) => open.review(store).await?,
        Err(_) => std::sync::Arc::default(),
    };
    Ok((StatusCode::CREATED, Json(shown(row, &review, &mut People::new(store)).await?)))
}

async fn shown(row: TaxonomyRow, review: &ReviewState, people: &mut People<'_>) -> Result<Taxonomy, ApiError> {
    let imported_by = match row.imported_by {
        Some(id) => people.names(id).await?.0,
        None => "-".into(),
    };
    let concepts = row.taxonomy.concepts.iter().map(|concept| Concept {
        iri: concept.iri.clone(),
        label: concept.label.clone(),
        notation: concept.notation.clone(),
        alt_labels: concept.alt_labels.iter().map(|label| label.text.clone()).collect(),
        definition: concept.definition.clone(),
        scope_note: concept.scope_note.clone(),
        broader: concept.broader.clone(),
        narrower: concept.narrower.clone(),
        depth: concept.depth,
        top: top_of(&row.taxonomy, concept),
        colour: concept.colour(),
        documents: review.coded_with([concept.iri.as_str()]).len(),
    });
    Ok(Taxonomy {
        id: row.number,
        concepts: concepts.collect(),
        iri: row.taxonomy.iri,
        title: row.taxonomy.title,
        description: row.taxonomy.description,
        language: row.taxonomy.language,
        version: row.version,
        imported_at: row.imported_at,
        imported_by,
        warnings: row.findings.into_iter().map(TaxonomyFinding::from).collect(),
    })
}

/// The IRI of the concept that leads the branch a concept stands in.
fn top_of(taxonomy: &redwell_taxonomy::Taxonomy, concept: &redwell_taxonomy::Concept) -> String {
    let leads = |other: &&redwell_taxonomy::Concept| other.depth == 0 && other.branch == concept.branch;
    taxonomy.concepts.iter().find(leads).map_or_else(|| concept.iri.clone(), |top| top.iri.clone())
}

impl From<Finding> for TaxonomyFinding {
    fn from(finding: Finding) -> Self {
        let severity = match finding.severity {
            redwell_taxonomy::Severity::Error => Severity::Error,
            redwell_taxonomy::Severity::Warning => Severity::Warning,
            redwell_taxonomy::Severity::Info => Severity::Note,
        };
        Self { severity, rule: finding.rule, subject: finding.subject, message: finding.message }
    }
}

impl From<ReadError> for ApiError {
    fn from(error: ReadError) -> Self {
        let line = match &error {
            ReadError::Syntax { line, .. } => Some(*line),
            _ => None,
        };
        Self::BadTaxonomy { message: error.to_string(), line, findings: Vec::new() }
    }
}
