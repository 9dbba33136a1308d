//! `/matters`: the matters a person is on.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{ErrorBody, MatterPath};

/// What a person is in a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RoleName {
    /// Manages members and everything a lead does.
    Administrator,
    /// Runs the review.
    Lead,
    /// Reads, codes and annotates.
    Reviewer,
    /// Reads, annotates and prepares deliverables.
    Analyst,
    /// Sees progress and released deliverables only.
    Client,
}

/// One thing a role may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RightName {
    /// See progress and released deliverables.
    SeeProgress,
    /// Search and read documents.
    ReadDocuments,
    /// Record coding decisions.
    Code,
    /// Write annotations.
    Annotate,
    /// Import taxonomies.
    ManageTaxonomies,
    /// Prepare deliverables and see unreleased ones.
    PrepareDeliverables,
    /// Release and withdraw deliverables.
    ReleaseDeliverables,
    /// Read the audit log.
    ReadAudit,
    /// Add and remove members and change their roles.
    ManageMembers,
}

/// One engagement, as one of its members sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Matter {
    /// Its short name, as in addresses.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Who it is done for.
    pub client: String,
    /// What it is about.
    pub description: String,
    /// The letters its control numbers begin with.
    pub prefix: String,
    /// What the person asking is in it.
    pub role: RoleName,
    /// What that lets them do.
    pub rights: Vec<RightName>,
    /// How many documents it holds.
    pub documents: u64,
}

/// The matters a person is on.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatterList {
    /// By name.
    pub items: Vec<Matter>,
}

/// Lists the matters the person signed in is on.
#[utoipa::path(get, path = "/api/v1/matters", tag = "matters", operation_id = "list_matters",
    responses((status = 200, body = MatterList), (status = 401, body = ErrorBody)))]
pub(crate) async fn list() {}

/// Shows one matter.
#[utoipa::path(get, path = "/api/v1/matters/{matter}", tag = "matters", operation_id = "show_matter",
    params(MatterPath),
    responses((status = 200, body = Matter), (status = 404, description = "`not_found`", body = ErrorBody)))]
pub(crate) async fn show() {}
