//! The HTTP API: one file per resource, with its request and response bodies and its handlers.
//!
//! A handler extracts, authorises, makes one call and responds. Nothing here holds SQL or rules of review, and no
//! type of the store or of the vocabulary is serialised as it is: bodies are written here, so that the interface
//! changes only on purpose.

pub mod annotations;
pub mod asked;
pub mod audit;
pub mod batch_sets;
pub mod batches;
pub mod bulk;
pub mod coding;
pub mod completions;
pub mod deliverables;
pub mod document_lists;
pub mod documents;
pub mod events;
pub mod exceptions;
pub mod extract;
pub mod facets;
pub mod filters;
pub mod history;
pub mod hit_reports;
pub mod intake;
pub mod matters;
pub mod members;
pub mod natives;
pub mod openapi;
pub mod passages;
pub mod processing;
pub mod progress;
pub mod query;
pub mod query_builder;
pub mod saved_searches;
pub mod search;
pub mod search_history;
pub mod selected_documents;
pub mod selection;
pub mod session;
pub mod subscriptions;
pub mod synonyms;
pub mod taxonomies;
pub mod terms;
pub mod timeline;
pub mod uploads;
pub mod users;

use redwell_indexer::matter_folder::DocumentRow;
use redwell_model::Ordinal;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub(crate) use extract::{Address, Body, Parameters, Peer};

use crate::error::ApiError;
use crate::matter::OpenMatter;
use crate::matter::page::BadCursor;
use crate::store::{StoreError, UserRow};

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

/// The upload in an address.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct UploadPath {
    /// The matter's short name.
    pub matter: String,
    /// The upload's name.
    pub upload: String,
}

/// The run in an address.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct RunPath {
    /// The matter's short name.
    pub matter: String,
    /// The run's number in the history.
    pub run: i64,
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

/// Runs work that reads files or computes, off the async threads.
pub(crate) async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, ApiError> {
    Ok(tokio::task::spawn_blocking(work).await?)
}

/// What is sent when a cursor is none of ours.
pub(crate) fn bad_cursor(error: BadCursor) -> ApiError {
    ApiError::BadRequest { message: error.to_string() }
}

/// The row of a document by its control number.
pub(crate) async fn document_row(open: &std::sync::Arc<OpenMatter>, number: &str) -> Result<DocumentRow, ApiError> {
    let ordinal = open.ordinal(number).ok_or(ApiError::NotFound)?;
    let open = std::sync::Arc::clone(open);
    let rows = blocking(move || open.folder().documents(&[ordinal])).await??;
    rows.into_iter().next().ok_or(ApiError::NotFound)
}

/// The control number of a document of this matter.
pub(crate) fn control_number(open: &OpenMatter, ordinal: Ordinal) -> String {
    redwell_model::ControlNumber::new(open.folder().prefix().clone(), ordinal).to_string()
}

/// People by number, looked up once each.
#[derive(Debug)]
pub(crate) struct People<'s> {
    store: &'s crate::store::Store,
    known: std::collections::BTreeMap<i64, UserRow>,
}

impl<'s> People<'s> {
    /// Nobody looked up yet.
    pub(crate) fn new(store: &'s crate::store::Store) -> Self {
        Self { store, known: std::collections::BTreeMap::new() }
    }

    /// Sign-in name and shown name of a person.
    pub(crate) async fn names(&mut self, id: i64) -> Result<(String, String), StoreError> {
        if !self.known.contains_key(&id)
            && let Some(user) = self.store.user(id).await?
        {
            self.known.insert(id, user);
        }
        let user = self.known.get(&id);
        Ok(user.map_or_else(Default::default, |user| (user.name.clone(), user.display_name.clone())))
    }
}
