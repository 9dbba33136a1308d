//! `/matters/{matter}/batches/{batch}`: taking a batch, giving it back, and saying that it is done.

#![expect(unused_qualifications, reason = "the description of parameters is written out by a macro")]

use axum::Json;
use redwell_model::Right;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::batch_sets::shown::{Batch, Showing, manages};
use super::events::BatchChange;
use super::{Address, Body, ErrorBody, People};
use crate::auth::member::Needed;
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::hub::Event;
use crate::review::batches::{Batch as Part, Batches, Refused, Status};
use crate::store::{BatchEventKind, NewBatchEvent, Writing, moment};

/// The batch in an address.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct BatchPath {
    /// The matter's short name.
    pub matter: String,
    /// The batch's number in the matter.
    pub batch: i64,
}

/// Who takes a batch.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CheckOutRequest {
    /// The sign-in name of somebody else, whom a lead gives it to.
    #[serde(rename = "for")]
    #[schema(nullable = false)]
    pub holder: Option<String>,
}

/// How a batch is checked in.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CheckInRequest {
    /// Although documents of it are not coded.
    #[schema(required = false)]
    pub anyway: bool,
}

/// Checks out a batch: one that is open, or one that one checked in oneself. A lead may give any to anybody.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/batches/{batch}/check-out", tag = "review",
    operation_id = "check_out_batch", params(BatchPath), request_body = CheckOutRequest,
    responses((status = 200, body = Batch), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 409, description = "`batch_taken`, `batch_checked_in` or `has_another_batch`",
               body = ErrorBody),
              (status = 422, description = "`not_a_reviewer`", body = ErrorBody)))]
pub(crate) async fn check_out(
    member: Member<right::Code>,
    Address(path): Address<BatchPath>,
    Body(request): Body<CheckOutRequest>,
) -> Result<Json<Batch>, ApiError> {
    let (open, store) = (member.open().await?, member.app.store());
    let holder = match request.holder.filter(|name| *name != member.user.name) {
        None => member.user.id,
        Some(_) if !manages(&member) => return Err(ApiError::NotPermitted),
        Some(name) => reviewer(&member, &name).await?,
    };
    let writing = store.write().await?;
    let review = open.review(store).await?;
    let batch = review.batches().batch(path.batch).ok_or(ApiError::NotFound)?;
    if let Err(why) = review.batches().check_out(batch, holder, manages(&member)) {
        drop(writing);
        return Err(refusal(&member, review.batches(), batch, holder, why).await?);
    }
    checked_out(&member, writing, batch, holder).await?;
    shown(&member, path.batch).await
}

/// Checks in a batch that one has; a lead anybody's. Documents not coded yet must be meant.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/batches/{batch}/check-in", tag = "review",
    operation_id = "check_in_batch", params(BatchPath), request_body = CheckInRequest,
    responses((status = 200, body = Batch), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 409, description = "`not_all_coded`, `batch_taken`, `batch_checked_in` or \
               `batch_not_checked_out`", body = ErrorBody)))]
pub(crate) async fn check_in(
    member: Member<right::Code>,
    Address(path): Address<BatchPath>,
    Body(request): Body<CheckInRequest>,
) -> Result<Json<Batch>, ApiError> {
    given_back(&member, path.batch, BatchEventKind::CheckIn, request.anyway).await
}

/// Gives a batch back unfinished: it is open again. A lead may do so with anybody's, and with one that is checked in.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/batches/{batch}/release", tag = "review",
    operation_id = "release_batch", params(BatchPath),
    responses((status = 200, body = Batch), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 409, description = "`batch_taken`, `batch_checked_in` or `batch_not_checked_out`",
               body = ErrorBody)))]
pub(crate) async fn release(
    member: Member<right::Code>,
    Address(path): Address<BatchPath>,
) -> Result<Json<Batch>, ApiError> {
    given_back(&member, path.batch, BatchEventKind::Release, true).await
}

async fn given_back<R: Needed>(
    member: &Member<R>,
    number: i64,
    kind: BatchEventKind,
    anyway: bool,
) -> Result<Json<Batch>, ApiError> {
    let (open, store) = (member.open().await?, member.app.store());
    let writing = store.write().await?;
    let review = open.review(store).await?;
    let batch = review.batches().batch(number).ok_or(ApiError::NotFound)?;
    let is_release = kind == BatchEventKind::Release;
    let holder = match Batches::give_back(batch, member.user.id, manages(member), is_release) {
        Ok(holder) => holder,
        Err(why) => {
            drop(writing);
            return Err(refusal(member, review.batches(), batch, member.user.id, why).await?);
        }
    };
    let uncoded = Showing::to(member, &open, &review).uncoded(batch.documents);
    if uncoded > 0 && !anyway {
        let message = format!("{uncoded} of {} are not coded; check in anyway?", batch.documents.len());
        return Err(ApiError::conflict("not_all_coded", message));
    }
    let (matter, user_id, at) = (&member.slug, member.user.id, moment(member.app.now()));
    let (batch_set, own, holder) = (batch.set.number, Some(number), Some(holder));
    writing.add_batch_event(NewBatchEvent { matter, kind, batch_set, batch: own, holder, user_id, at }).await?;
    let (of, _) = People::new(store).names(holder.unwrap_or(user_id)).await?;
    let detail = match is_release {
        true => serde_json::json!({ "of": of }),
        false => serde_json::json!({ "of": of, "documents": batch.documents.len(), "uncoded": uncoded }),
    };
    let action = if is_release { "batch.release" } else { "batch.check_in" };
    writing.audit(member.audit(action, &batch.name(), detail)).await?;
    writing.commit().await?;
    batch_changed(member, batch_set, own);
    shown(member, number).await
}

/// Gives a batch to somebody, unless they have it.
pub(super) async fn checked_out<R: Needed>(
    member: &Member<R>,
    writing: Writing<'_>,
    batch: Part<'_>,
    holder: i64,
) -> Result<(), ApiError> {
    if matches!(batch.status, Status::Out { holder: own, .. } if *own == holder) {
        return Ok(());
    }
    let (matter, user_id, at) = (&member.slug, member.user.id, moment(member.app.now()));
    let (kind, batch_set, number) = (BatchEventKind::CheckOut, batch.set.number, Some(batch.number()));
    let holder_id = Some(holder);
    let new = NewBatchEvent { matter, kind, batch_set, batch: number, holder: holder_id, user_id, at };
    writing.add_batch_event(new).await?;
    let (to, _) = People::new(member.app.store()).names(holder).await?;
    let detail = serde_json::json!({ "to": to, "stage": batch.set.stage });
    writing.audit(member.audit("batch.check_out", &batch.name(), detail)).await?;
    writing.commit().await?;
    batch_changed(member, batch_set, number);
    Ok(())
}

/// Tells open browsers that something became of a batch, or of a whole set.
pub(super) fn batch_changed<R: Needed>(member: &Member<R>, batch_set: i64, batch: Option<i64>) {
    let change = BatchChange { batch_set, batch };
    member.app.hub().tell(&member.slug, Event::Batch(change));
}

/// The batch as it is now.
pub(super) async fn shown<R: Needed>(member: &Member<R>, number: i64) -> Result<Json<Batch>, ApiError> {
    let open = member.open().await?;
    let review = open.review(member.app.store()).await?;
    let batch = review.batches().batch(number).ok_or(ApiError::NotFound)?;
    Ok(Json(Showing::to(member, &open, &review).batch(batch).await?))
}

/// The member of this name, who must be one who codes.
async fn reviewer<R: Needed>(member: &Member<R>, name: &str) -> Result<i64, ApiError> {
    let store = member.app.store();
    let not_one = || {
        let message = format!("`{name}` does not code in this matter; choose somebody who does");
        ApiError::unprocessable("not_a_reviewer", message)
    };
    let user = store.user_by_name(name).await?.ok_or_else(not_one)?;
    let role = store.role_of(&member.slug, user.id).await?;
    role.filter(|role| role.may(Right::Code)).ok_or_else(not_one)?;
    Ok(user.id)
}

/// Why a batch cannot be taken or given back, with what to do.
async fn refusal<R: Needed>(
    member: &Member<R>,
    batches: &Batches,
    batch: Part<'_>,
    wanted_by: i64,
    why: Refused,
) -> Result<ApiError, ApiError> {
    let mut people = People::new(member.app.store());
    let name = batch.name();
    Ok(match why {
        Refused::HeldBy(holder) => {
            let (_, holder) = people.names(holder).await?;
            let message = format!("`{name}` is checked out by {holder}; take another, or ask a lead to release it");
            ApiError::conflict("batch_taken", message)
        }
        Refused::CheckedIn(holder) => {
            let (_, holder) = people.names(holder).await?;
            let message = format!("`{name}` was checked in, reviewed by {holder}; a lead can release it");
            ApiError::conflict("batch_checked_in", message)
        }
        Refused::HasAnother(other) => {
            let other = batches.batch(other).map(|other| other.name()).unwrap_or_default();
            let who = match wanted_by == member.user.id {
                true => "you have".to_owned(),
                false => format!("{} has", people.names(wanted_by).await?.1),
            };
            let message = format!("{who} `{other}` of this set checked out; check it in or release it first");
            ApiError::conflict("has_another_batch", message)
        }
        Refused::NotOut => {
            ApiError::conflict("batch_not_checked_out", format!("nobody has `{name}`; check it out first"))
        }
    })
}
