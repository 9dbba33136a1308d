//! `/matters/{matter}/progress`: how far the review is, in numbers a client may see.

use serde::Serialize;
use utoipa::ToSchema;

use super::{ErrorBody, MatterPath};

/// How far the review is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Progress {
    /// Documents in the matter.
    pub documents: u64,
    /// Documents with at least one concept recorded.
    pub coded: u64,
    /// Documents with at least one annotation.
    pub annotated: u64,
    /// Annotations, deleted ones not counted.
    pub annotations: u64,
    /// Processing exceptions.
    pub exceptions: u64,
    /// Documents without text.
    pub empty: u64,
    /// By custodian, by name.
    pub by_custodian: Vec<CustodianProgress>,
    /// By concept, those with documents only, most documents first.
    pub by_concept: Vec<ConceptProgress>,
    /// Deliverables the client can download.
    pub deliverables_released: u64,
}

/// How far the review of one custodian's documents is.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustodianProgress {
    /// The custodian.
    pub custodian: String,
    /// Documents collected from them.
    pub documents: u64,
    /// Of those, coded.
    pub coded: u64,
}

/// How often one concept is recorded.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConceptProgress {
    /// The concept's IRI.
    pub concept: String,
    /// Its label.
    pub label: String,
    /// Documents it is recorded on.
    pub documents: u64,
}

/// Tells how far the review is.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/progress", tag = "matters", operation_id = "show_progress",
    params(MatterPath),
    responses((status = 200, body = Progress), (status = 404, body = ErrorBody)))]
pub(crate) async fn show() {}
