//! `…/documents/{control_number}/coding`: concepts recorded on a document.

use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::events::{Change, ChangeKind};
use super::{Address, Body, DocumentPath, ErrorBody, People, document_row};
use crate::app::App;
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::hub::Event;
use crate::review::{Vocabulary, coding};
use crate::store::{NewDecisions, moment};

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
pub(crate) async fn show(
    member: Member<right::ReadDocuments>,
    Address(path): Address<DocumentPath>,
) -> Result<Json<Coding>, ApiError> {
    let open = member.open().await?;
    let row = document_row(&open, &path.control_number).await?;
    Ok(Json(recorded(&member.app, &member.slug, row.ordinal).await?))
}

/// Records a coding decision.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/documents/{control_number}/coding", tag = "review",
    operation_id = "record_coding", params(DocumentPath), request_body = CodingRequest,
    responses((status = 200, body = Coding), (status = 403, description = "`not_permitted`", body = ErrorBody),
              (status = 422, description = "`unknown_concept`", body = ErrorBody)))]
pub(crate) async fn record(
    member: Member<right::Code>,
    Address(path): Address<DocumentPath>,
    Body(request): Body<CodingRequest>,
) -> Result<Json<Coding>, ApiError> {
    let (open, store) = (member.open().await?, member.app.store());
    let row = document_row(&open, &path.control_number).await?;
    check_request_id(&request.request_id)?;
    check_concepts(&request.set, &*open.vocabulary(store).await?)?;
    let decided = decided(request.set, request.clear)?;
    let writing = store.write().await?;
    // Nobody else writes meanwhile, so what is checked out now is so when the decision is made.
    let review = open.review(store).await?;
    let decisions = NewDecisions {
        matter: &member.slug,
        ordinal: row.ordinal,
        decided,
        user_id: member.user.id,
        at: moment(member.app.now()),
        request_id: &request.request_id,
        stage: review.batches().stages_of(member.user.id).on(row.ordinal),
    };
    let is_new = writing.add_decisions(decisions).await?;
    writing.commit().await?;
    if is_new {
        let (by, client_id) = (member.user.name.clone(), member.client_id.clone());
        let change = Change { control_number: path.control_number, what: ChangeKind::Coding, by, client_id };
        member.app.hub().tell(&member.slug, Event::Change(change));
    }
    Ok(Json(recorded(&member.app, &member.slug, row.ordinal).await?))
}

async fn recorded(
    app: &App,
    slug: &redwell_model::MatterSlug,
    ordinal: redwell_model::Ordinal,
) -> Result<Coding, ApiError> {
    let mut people = People::new(app.store());
    let mut concepts = Vec::new();
    for decision in coding::current(app.store().decisions_on(slug, ordinal).await?) {
        let (by, by_name) = people.names(decision.user_id).await?;
        concepts.push(RecordedConcept { concept: decision.concept, by, by_name, at: decision.at });
    }
    Ok(Coding { concepts })
}

/// The decisions of one request; a concept named twice is refused, because what is meant is not clear.
pub(super) fn decided(set: Vec<String>, clear: Vec<String>) -> Result<Vec<(String, bool)>, ApiError> {
    let all = set.into_iter().map(|iri| (iri, true)).chain(clear.into_iter().map(|iri| (iri, false)));
    let mut decided: Vec<(String, bool)> = Vec::new();
    for (iri, is_set) in all {
        if decided.iter().any(|(known, _)| *known == iri) {
            return Err(ApiError::unprocessable("concept_twice", "a decision names each concept once"));
        }
        decided.push((iri, is_set));
    }
    if decided.is_empty() || decided.len() > 1_000 {
        return Err(ApiError::unprocessable("empty_decision", "a decision names between 1 and 1,000 concepts"));
    }
    Ok(decided)
}

/// Refuses concepts no taxonomy of the matter has.
pub(super) fn check_concepts(concepts: &[String], vocabulary: &Vocabulary) -> Result<(), ApiError> {
    if concepts.len() > 1_000 || concepts.iter().any(|iri| !vocabulary.contains(iri)) {
        let message = "no taxonomy of this matter has that concept; import the taxonomy first";
        return Err(ApiError::unprocessable("unknown_concept", message));
    }
    Ok(())
}

/// Refuses names of requests that are empty or too long to keep.
pub(super) fn check_request_id(request_id: &str) -> Result<(), ApiError> {
    if request_id.is_empty() || request_id.len() > 128 {
        return Err(ApiError::unprocessable("bad_request_id", "`request_id` has 1 to 128 bytes"));
    }
    // The server's own names for what it decides and takes back.
    if ["bulk:", "undo:"].iter().any(|own| request_id.starts_with(own)) {
        return Err(ApiError::unprocessable("bad_request_id", "`request_id` must not begin with `bulk:` or `undo:`"));
    }
    Ok(())
}
