//! `/matters`: the matters a person is on.

use axum::Json;
use axum::extract::State;
use redwell_indexer::matter_folder::{FolderError, MatterFolder};
use redwell_model::{Right, Role};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Body, ErrorBody, MatterPath};
use crate::app::App;
use crate::auth::{Member, SignedIn, right};
use crate::error::ApiError;
use crate::review::time_zone::{BadTimeZone, MatterZone};
use crate::store::MatterRow;

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
    /// Have documents read in, accept exceptions, and choose the time zone.
    ManageProcessing,
    /// Split documents into batches, release those of others, and withdraw sets.
    ManageBatches,
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
    /// The time zone its moments are shown in, by its IANA name. Moments themselves are always sent in UTC.
    pub time_zone: String,
}

/// The matters a person is on.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatterList {
    /// By name.
    pub items: Vec<Matter>,
}

/// What is to be changed about a matter.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MatterChange {
    /// The time zone its moments are shown in, by its IANA name, such as `Europe/Berlin`.
    pub time_zone: String,
}

/// Lists the matters the person signed in is on.
#[utoipa::path(get, path = "/api/v1/matters", tag = "matters", operation_id = "list_matters",
    responses((status = 200, body = MatterList), (status = 401, body = ErrorBody)))]
pub(crate) async fn list(State(app): State<App>, signed_in: SignedIn) -> Result<Json<MatterList>, ApiError> {
    let mut items = Vec::new();
    for (row, role) in app.store().matters_of(signed_in.user.id).await? {
        items.push(matter(&app, row, role).await?);
    }
    items.sort_by(|a, b| (a.name.to_lowercase(), &a.slug).cmp(&(b.name.to_lowercase(), &b.slug)));
    Ok(Json(MatterList { items }))
}

/// Shows one matter.
#[utoipa::path(get, path = "/api/v1/matters/{matter}", tag = "matters", operation_id = "show_matter",
    params(MatterPath),
    responses((status = 200, body = Matter), (status = 404, description = "`not_found`", body = ErrorBody)))]
pub(crate) async fn show(member: Member<right::SeeProgress>) -> Result<Json<Matter>, ApiError> {
    let row = member.app.store().matter(&member.slug).await?.ok_or(ApiError::NotFound)?;
    Ok(Json(matter(&member.app, row, member.role).await?))
}

/// Changes the time zone a matter is shown in; nothing that is stored changes with it.
#[utoipa::path(patch, path = "/api/v1/matters/{matter}", tag = "matters", operation_id = "change_matter",
    params(MatterPath), request_body = MatterChange,
    responses((status = 200, body = Matter), (status = 403, body = ErrorBody),
              (status = 422, description = "`bad_time_zone`", body = ErrorBody)))]
pub(crate) async fn change(
    member: Member<right::ManageProcessing>,
    Body(MatterChange { time_zone }): Body<MatterChange>,
) -> Result<Json<Matter>, ApiError> {
    let zone: MatterZone =
        time_zone.parse().map_err(|error: BadTimeZone| ApiError::unprocessable("bad_time_zone", error.to_string()))?;
    let writing = member.app.store().write().await?;
    let was = writing.set_time_zone(&member.slug, &zone).await?.ok_or(ApiError::NotFound)?;
    if was != zone {
        let detail = serde_json::json!({ "time_zone": zone, "was": was });
        writing.audit(member.audit("matter.time_zone", member.slug.as_str(), detail)).await?;
        writing.commit().await?;
    }
    let row = member.app.store().matter(&member.slug).await?.ok_or(ApiError::NotFound)?;
    Ok(Json(matter(&member.app, row, member.role).await?))
}

async fn matter(app: &App, row: MatterRow, role: Role) -> Result<Matter, ApiError> {
    let (documents, prefix) = match app.matter(&row.slug).await {
        Ok(open) => {
            let prefix = open.folder().prefix().to_string();
            (super::blocking(move || open.folder().status()).await??.accounting.documents, prefix)
        }
        // A matter may be named, and people put on it, before anything is ingested; and its index may have to be made anew.
        Err(ApiError::Conflict { .. }) => {
            let (data, slug) = (app.data().to_owned(), row.slug.clone());
            super::blocking(move || match MatterFolder::open(&data, &slug) {
                Ok(folder) => Ok((folder.status()?.accounting.documents, folder.prefix().to_string())),
                Err(FolderError::NoSuchMatter { .. }) => Ok((0, slug.default_prefix().to_string())),
                Err(other) => Err(other),
            })
            .await??
        }
        Err(other) => return Err(other),
    };
    Ok(Matter {
        slug: row.slug.into(),
        name: row.name,
        client: row.client,
        description: row.description,
        prefix,
        role: role.into(),
        rights: role.rights().iter().copied().map(RightName::from).collect(),
        documents,
        time_zone: row.time_zone.into(),
    })
}

impl From<Role> for RoleName {
    fn from(role: Role) -> Self {
        match role {
            Role::Administrator => Self::Administrator,
            Role::Lead => Self::Lead,
            Role::Reviewer => Self::Reviewer,
            Role::Analyst => Self::Analyst,
            Role::Client => Self::Client,
        }
    }
}

impl From<RoleName> for Role {
    fn from(role: RoleName) -> Self {
        match role {
            RoleName::Administrator => Self::Administrator,
            RoleName::Lead => Self::Lead,
            RoleName::Reviewer => Self::Reviewer,
            RoleName::Analyst => Self::Analyst,
            RoleName::Client => Self::Client,
        }
    }
}

impl From<Right> for RightName {
    fn from(right: Right) -> Self {
        match right {
            Right::SeeProgress => Self::SeeProgress,
            Right::ReadDocuments => Self::ReadDocuments,
            Right::Code => Self::Code,
            Right::Annotate => Self::Annotate,
            Right::ManageTaxonomies => Self::ManageTaxonomies,
            Right::PrepareDeliverables => Self::PrepareDeliverables,
            Right::ReleaseDeliverables => Self::ReleaseDeliverables,
            Right::ReadAudit => Self::ReadAudit,
            Right::ManageMembers => Self::ManageMembers,
            Right::ManageProcessing => Self::ManageProcessing,
            Right::ManageBatches => Self::ManageBatches,
        }
    }
}
