//! `/matters/{matter}/progress`: how far the review is, in numbers a client may see.

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::{ErrorBody, MatterPath, blocking};
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::review::batches::Status;
use crate::store::State;

/// How far the review is.
#[derive(Debug, Default, Serialize, ToSchema)]
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
    /// By batch set, in the order made; those withdrawn are left out.
    pub by_batch_set: Vec<BatchSetProgress>,
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

/// How far the review of one batch set is.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchSetProgress {
    /// The set's name.
    pub name: String,
    /// The stage of review.
    pub stage: String,
    /// Batches it was split into.
    pub batches: u64,
    /// Of those, checked in.
    pub checked_in: u64,
    /// Documents in it.
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
pub(crate) async fn show(member: Member<right::SeeProgress>) -> Result<Json<Progress>, ApiError> {
    let store = member.app.store();
    let open = match member.open().await {
        Ok(open) => open,
        // Before anything is ingested there is no progress, and that is an answer.
        Err(ApiError::Conflict { .. }) => return Ok(Json(Progress::default())),
        Err(other) => return Err(other),
    };
    let (review, vocabulary) = (open.review(store).await?, open.vocabulary(store).await?);
    let released = store.deliverables(&member.slug).await?;
    let released = released.iter().filter(|deliverable| deliverable.state == State::Released).count();
    let progress = blocking(move || {
        let (facts, status) = (open.facts()?, open.folder().status()?);
        let coded = review.coded();
        let by_custodian = facts.custodian.iter().map(|(custodian, documents)| CustodianProgress {
            custodian: custodian.clone(),
            documents: documents.len(),
            coded: documents.intersection_len(&coded),
        });
        let batches = review.batches();
        let by_batch_set = batches.sets().map(|set| BatchSetProgress {
            name: set.name.clone(),
            stage: set.stage.clone(),
            batches: set.batches.len() as u64,
            checked_in: batches.of(set).filter(|batch| matches!(batch.status, Status::In { .. })).count() as u64,
            documents: set.documents.len(),
            coded: set.documents.intersection_len(&coded),
        });
        let mut by_concept: Vec<ConceptProgress> = review
            .concepts()
            .map(|(iri, documents)| ConceptProgress {
                concept: iri.to_owned(),
                label: vocabulary.label(iri).to_owned(),
                documents: documents.len(),
            })
            .collect();
        by_concept.sort_by(|a, b| b.documents.cmp(&a.documents).then_with(|| a.label.cmp(&b.label)));
        Ok::<_, ApiError>(Progress {
            documents: status.accounting.documents,
            coded: coded.intersection_len(&facts.all),
            annotated: review.annotated().len(),
            annotations: review.annotations() as u64,
            exceptions: status.exceptions,
            empty: status.empty,
            by_custodian: by_custodian.collect(),
            by_batch_set: by_batch_set.collect(),
            by_concept,
            deliverables_released: released as u64,
        })
    });
    Ok(Json(progress.await??))
}
