//! `/matters/{matter}/deliverables`: work product prepared for the client.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DeliverablePath, ErrorBody, MatterPath};

/// How far a deliverable is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeliverableState {
    /// Its files are being made.
    Preparing,
    /// It can be checked and released.
    Ready,
    /// It could not be made.
    Failed,
    /// The client can download it.
    Released,
    /// It was released and then taken back.
    Withdrawn,
}

/// What kind of work product it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeliverableKind {
    /// Findings: annotated passages as a report, with the documents.
    Findings,
}

/// What a deliverable was made from.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliverableSource {
    /// The query, in canonical form.
    pub query: String,
}

/// Work product prepared for the client.
#[derive(Debug, Serialize, ToSchema)]
pub struct Deliverable {
    /// Its number in the matter.
    pub id: i64,
    /// Its title.
    pub title: String,
    /// What kind it is.
    pub kind: DeliverableKind,
    /// What it was made from.
    pub source: DeliverableSource,
    /// How far it is.
    pub state: DeliverableState,
    /// When it was asked for.
    pub created_at: String,
    /// Who asked for it, by sign-in name.
    pub created_by: String,
    /// When it was released.
    pub released_at: Option<String>,
    /// Size of the package in bytes.
    pub size_bytes: Option<u64>,
    /// Digest of the package.
    pub sha256: Option<String>,
    /// Name of the package when saved.
    pub file_name: Option<String>,
    /// Documents in it.
    pub documents: u64,
    /// Annotations in it.
    pub annotations: u64,
    /// Files in it.
    pub files: u64,
    /// Why it could not be made.
    pub error: Option<String>,
}

/// The deliverables of a matter.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliverableList {
    /// Newest first; clients see released ones only.
    pub items: Vec<Deliverable>,
}

/// A deliverable to prepare.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDeliverable {
    /// Its title.
    pub title: String,
    /// Which documents go in; empty for all.
    #[serde(default)]
    pub query: String,
    /// How the query is read; `redwell` unless given.
    #[schema(nullable = false)]
    pub dialect: Option<String>,
}

/// Lists deliverables.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/deliverables", tag = "deliverables",
    operation_id = "list_deliverables", params(MatterPath),
    responses((status = 200, body = DeliverableList), (status = 404, body = ErrorBody)))]
pub(crate) async fn list() {}

/// Prepares a deliverable in the background.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/deliverables", tag = "deliverables",
    operation_id = "prepare_deliverable", params(MatterPath), request_body = NewDeliverable,
    responses((status = 202, body = Deliverable), (status = 403, body = ErrorBody),
              (status = 422, description = "`bad_query` or `bad_title`", body = ErrorBody)))]
pub(crate) async fn prepare() {}

/// Shows one deliverable.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/deliverables/{deliverable}", tag = "deliverables",
    operation_id = "show_deliverable", params(DeliverablePath),
    responses((status = 200, body = Deliverable), (status = 404, body = ErrorBody)))]
pub(crate) async fn show() {}

/// Releases a deliverable to the client.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/deliverables/{deliverable}/release", tag = "deliverables",
    operation_id = "release_deliverable", params(DeliverablePath),
    responses((status = 200, body = Deliverable), (status = 403, body = ErrorBody),
              (status = 409, description = "`wrong_state`", body = ErrorBody)))]
pub(crate) async fn release() {}

/// Takes a released deliverable back.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/deliverables/{deliverable}/withdraw", tag = "deliverables",
    operation_id = "withdraw_deliverable", params(DeliverablePath),
    responses((status = 200, body = Deliverable), (status = 403, body = ErrorBody),
              (status = 409, description = "`wrong_state`", body = ErrorBody)))]
pub(crate) async fn withdraw() {}

/// Downloads a deliverable, or a part of it; each download is recorded in the audit log.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/deliverables/{deliverable}/download", tag = "deliverables",
    operation_id = "download_deliverable", params(DeliverablePath),
    responses((status = 200, description = "the package", content_type = "application/zip"),
              (status = 206, description = "a part of it", content_type = "application/zip"),
              (status = 404, body = ErrorBody), (status = 409, description = "`wrong_state`", body = ErrorBody)))]
pub(crate) async fn download() {}
