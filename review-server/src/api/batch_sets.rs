//! `/matters/{matter}/batch-sets`: documents split for review, how far each set is, and taking the next batch of one.

#![expect(unused_qualifications, reason = "the description of parameters is written out by a macro")]

pub(super) mod shown;

use axum::Json;
use axum::http::StatusCode;
use redwell_model::Right;
use redwell_search::{DocumentSet, parse};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::batches::{batch_changed, checked_out};
use super::saved_searches::name;
use super::search::dialect;
use super::selection::Selection;
use super::{Address, Body, ErrorBody, MatterPath, PageQuery, Parameters};
use crate::auth::member::Needed;
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::matter::facts::Facts;
use crate::review::batch_split::{MOST_BATCHES, Split};
use crate::store::{BatchEventKind, NewBatchEvent, NewBatchSet as NewRow, moment};
use shown::{Batch, BatchSet, Showing, manages};

/// Stages offered where none is chosen yet.
const STAGES: [&str; 3] = ["First pass", "Second pass", "QC"];

/// The batch set in an address.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct BatchSetPath {
    /// The matter's short name.
    pub matter: String,
    /// The set's number.
    pub batch_set: i64,
}

/// Documents to split.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBatchSet {
    /// What the set is to be called; its batches are called so with a number.
    #[serde(default)]
    pub name: String,
    /// The stage of review.
    #[serde(default)]
    pub stage: String,
    /// Which documents; what is found now stays in the set.
    pub selection: Selection,
    /// Documents of a batch, 1 to 100,000.
    pub size: u64,
    /// Whether families stay whole: one larger than a batch is a batch by itself.
    #[serde(default)]
    #[schema(required = false)]
    pub keep_families: bool,
}

/// What a set would come to.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchSetPreview {
    /// Documents in it.
    pub documents: u64,
    /// Batches.
    pub batches: u64,
    /// Documents of the largest batch.
    pub largest: u64,
    /// Of these documents, those in a batch of another set for the same stage.
    pub in_stage: u64,
    /// Families of which some members are in the set, but not all.
    pub families_in_part: u64,
}

/// The batch sets of a matter.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchSets {
    /// In the order made; those withdrawn only for who may restore them.
    pub items: Vec<BatchSet>,
    /// Stages to choose from: the usual ones, and those of this matter.
    pub stages: Vec<String>,
    /// Whom batches can be given to, by sign-in name; only for who may give them.
    pub reviewers: Vec<BatchReviewer>,
}

/// Somebody a batch can be given to.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchReviewer {
    /// The sign-in name.
    pub name: String,
    /// The name shown to others.
    pub shown_name: String,
}

/// A batch set, and some of its batches.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchSetPage {
    /// The set.
    pub batch_set: BatchSet,
    /// Batches, in order.
    pub items: Vec<Batch>,
    /// Where the next page begins.
    pub next_cursor: Option<String>,
}

/// Lists the batch sets.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/batch-sets", tag = "review", operation_id = "list_batch_sets",
    params(MatterPath), responses((status = 200, body = BatchSets), (status = 404, body = ErrorBody)))]
pub(crate) async fn list(member: Member<right::ReadDocuments>) -> Result<Json<BatchSets>, ApiError> {
    let mut stages: Vec<String> = STAGES.map(str::to_owned).to_vec();
    let mut items = Vec::new();
    if let Some(open) = member.open_if_any().await? {
        let review = open.review(member.app.store()).await?;
        let batches = review.batches();
        for own in batches.stages() {
            if !stages.iter().any(|stage| stage.eq_ignore_ascii_case(own)) {
                stages.push(own.to_owned());
            }
        }
        let mut showing = Showing::to(&member, &open, &review);
        for set in batches.every_set().filter(|set| manages(&member) || batches.withdrawn(set.number).is_none()) {
            items.push(showing.set(set).await?);
        }
    }
    let mut reviewers = Vec::new();
    if manages(&member) {
        let members = member.app.store().members(&member.slug).await?.into_iter();
        let coding = members.filter(|one| one.role.may(Right::Code));
        reviewers.extend(coding.map(|one| BatchReviewer { name: one.name, shown_name: one.display_name }));
    }
    Ok(Json(BatchSets { items, stages, reviewers }))
}

/// Shows a batch set and its batches.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/batch-sets/{batch_set}", tag = "review",
    operation_id = "show_batch_set", params(BatchSetPath, PageQuery),
    responses((status = 200, body = BatchSetPage), (status = 404, body = ErrorBody)))]
pub(crate) async fn show(
    member: Member<right::ReadDocuments>,
    Address(path): Address<BatchSetPath>,
    Parameters(page): Parameters<PageQuery>,
) -> Result<Json<BatchSetPage>, ApiError> {
    let open = member.open().await?;
    let review = open.review(member.app.store()).await?;
    let batches = review.batches();
    let set = batches.set(path.batch_set).ok_or(ApiError::NotFound)?;
    if batches.withdrawn(set.number).is_some() && !manages(&member) {
        return Err(ApiError::NotFound);
    }
    let bad = |_| ApiError::BadRequest { message: "the cursor is not one this server gave".to_owned() };
    let after: usize = page.cursor.map_or(Ok(0), |cursor| cursor.parse()).map_err(bad)?;
    let limit = usize::try_from(page.limit.unwrap_or(50).clamp(1, 200)).unwrap_or(50);
    let mut showing = Showing::to(&member, &open, &review);
    let mut items = Vec::new();
    for batch in batches.of(set).skip(after).take(limit) {
        items.push(showing.batch(batch).await?);
    }
    let next = after.saturating_add(limit);
    let next_cursor = (next < set.batches.len()).then(|| next.to_string());
    Ok(Json(BatchSetPage { batch_set: showing.set(set).await?, items, next_cursor }))
}

/// Says what a set would come to.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/batch-sets/preview", tag = "review",
    operation_id = "preview_batch_set", params(MatterPath), request_body = NewBatchSet,
    responses((status = 200, body = BatchSetPreview), (status = 403, body = ErrorBody),
              (status = 422, description = "`nothing_selected`, `bad_query` or `bad_size`", body = ErrorBody)))]
pub(crate) async fn preview(
    member: Member<right::ManageBatches>,
    Body(new): Body<NewBatchSet>,
) -> Result<Json<BatchSetPreview>, ApiError> {
    let NewBatchSet { stage, selection, size, keep_families, .. } = new;
    check_size(size)?;
    let answer = selection.answer(&member, move |_, known, selected| {
        let batches = split(known.facts, &selected.all, size, keep_families)?;
        let same = known.review.batches().sets().filter(|set| set.stage == stage);
        let taken = same.fold(DocumentSet::new(), |all, set| all | &set.documents);
        Ok(BatchSetPreview {
            documents: selected.all.len(),
            batches: batches.len() as u64,
            largest: batches.iter().map(DocumentSet::len).max().unwrap_or_default(),
            in_stage: selected.all.intersection_len(&taken),
            families_in_part: known.facts.families_in_part(&selected.all),
        })
    });
    Ok(Json(answer.await?))
}

/// Splits documents into batches. Which are in which is fixed from then on.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/batch-sets", tag = "review", operation_id = "make_batch_set",
    params(MatterPath), request_body = NewBatchSet,
    responses((status = 201, body = BatchSet), (status = 403, body = ErrorBody),
              (status = 409, description = "`name_taken`", body = ErrorBody),
              (status = 422, description = "`nothing_selected`, `bad_query`, `bad_name`, `bad_size` or \
               `too_many_batches`", body = ErrorBody)))]
pub(crate) async fn make(
    member: Member<right::ManageBatches>,
    Body(new): Body<NewBatchSet>,
) -> Result<(StatusCode, Json<BatchSet>), ApiError> {
    let NewBatchSet { name: wanted, stage, selection, size, keep_families } = new;
    let (name, stage) = (name(&wanted)?, name(&stage)?);
    check_size(size)?;
    let source = source(&selection)?;
    let batches = selection
        .answer(&member, move |_, known, selected| split(known.facts, &selected.all, size, keep_families))
        .await?;
    let (open, store) = (member.open().await?, member.app.store());
    let writing = store.write().await?;
    if let Some(other) = open.review(store).await?.batches().clash(&name, batches.len()) {
        return Err(name_taken(&name, other));
    }
    let row = NewRow {
        matter: &member.slug,
        name: &name,
        stage: &stage,
        source: &source,
        size,
        keeps_families: keep_families,
        user_id: Some(member.user.id),
        at: moment(member.app.now()),
        batches: &batches,
    };
    let number = writing.add_batch_set(row).await?;
    let documents: u64 = batches.iter().map(DocumentSet::len).sum();
    let detail = serde_json::json!({ "stage": stage, "documents": documents, "batches": batches.len(), "size": size });
    writing.audit(member.audit("batch_set.make", &name, detail)).await?;
    writing.commit().await?;
    batch_changed(&member, number, None);
    Ok((StatusCode::CREATED, shown(&member, number).await?))
}

/// Withdraws a set: its batches are hidden and no query means them, until it is restored. Nothing is removed.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/batch-sets/{batch_set}/withdraw", tag = "review",
    operation_id = "withdraw_batch_set", params(BatchSetPath),
    responses((status = 200, body = BatchSet), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub(crate) async fn withdraw(
    member: Member<right::ManageBatches>,
    Address(path): Address<BatchSetPath>,
) -> Result<Json<BatchSet>, ApiError> {
    turned(&member, path.batch_set, BatchEventKind::Withdraw).await
}

/// Restores a set that was withdrawn: its batches are as they were.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/batch-sets/{batch_set}/restore", tag = "review",
    operation_id = "restore_batch_set", params(BatchSetPath),
    responses((status = 200, body = BatchSet), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
pub(crate) async fn restore(
    member: Member<right::ManageBatches>,
    Address(path): Address<BatchSetPath>,
) -> Result<Json<BatchSet>, ApiError> {
    turned(&member, path.batch_set, BatchEventKind::Restore).await
}

/// Checks out the lowest open batch of a set. Who has one of the set already is given that one.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/batch-sets/{batch_set}/check-out-next", tag = "review",
    operation_id = "check_out_next", params(BatchSetPath),
    responses((status = 200, body = Batch), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 409, description = "`none_open`", body = ErrorBody)))]
pub(crate) async fn check_out_next(
    member: Member<right::Code>,
    Address(path): Address<BatchSetPath>,
) -> Result<Json<Batch>, ApiError> {
    let (open, store) = (member.open().await?, member.app.store());
    let writing = store.write().await?;
    // Nobody else writes meanwhile, so no two people get the same one.
    let review = open.review(store).await?;
    let batches = review.batches();
    let set = batches.sets().find(|set| set.number == path.batch_set).ok_or(ApiError::NotFound)?;
    let none = || {
        let message = format!("no batch of `{}` is open any more; ask a lead what to review next", set.name);
        ApiError::conflict("none_open", message)
    };
    let next = batches.held(set, member.user.id).or_else(|| batches.next_open(set)).ok_or_else(none)?;
    checked_out(&member, writing, next, member.user.id).await?;
    super::batches::shown(&member, next.number()).await
}

async fn turned<R: Needed>(member: &Member<R>, number: i64, kind: BatchEventKind) -> Result<Json<BatchSet>, ApiError> {
    let (open, store) = (member.open().await?, member.app.store());
    let writing = store.write().await?;
    let review = open.review(store).await?;
    let set = review.batches().set(number).ok_or(ApiError::NotFound)?;
    let is_withdraw = kind == BatchEventKind::Withdraw;
    if review.batches().withdrawn(number).is_some() != is_withdraw {
        let (matter, user_id, at) = (&member.slug, member.user.id, moment(member.app.now()));
        let new = NewBatchEvent { matter, kind, batch_set: number, batch: None, holder: None, user_id, at };
        writing.add_batch_event(new).await?;
        let action = if is_withdraw { "batch_set.withdraw" } else { "batch_set.restore" };
        writing.audit(member.audit(action, &set.name, serde_json::json!({}))).await?;
        writing.commit().await?;
        batch_changed(member, number, None);
    } else {
        drop(writing);
    }
    shown(member, number).await
}

async fn shown<R: Needed>(member: &Member<R>, number: i64) -> Result<Json<BatchSet>, ApiError> {
    let open = member.open().await?;
    let review = open.review(member.app.store()).await?;
    let set = review.batches().set(number).ok_or(ApiError::NotFound)?;
    Ok(Json(Showing::to(member, &open, &review).set(set).await?))
}

/// The batches of these documents.
pub(crate) fn split(
    facts: &Facts,
    documents: &DocumentSet,
    size: u64,
    keep_families: bool,
) -> Result<Vec<DocumentSet>, ApiError> {
    let family = |ordinal| facts.family(ordinal);
    let batches = Split { size, family: keep_families.then_some(&family) }.batches(documents);
    if batches.len() > MOST_BATCHES {
        let message =
            format!("a set has at most {MOST_BATCHES} batches, and this would be {}; make them larger", batches.len());
        return Err(ApiError::unprocessable("too_many_batches", message));
    }
    Ok(batches)
}

/// What a set is made from, as it is kept: the query in canonical form.
fn source(selection: &Selection) -> Result<String, ApiError> {
    let mut kept = selection.clone();
    if let Some(question) = &mut kept.all_of {
        question.query = parse(dialect(question.dialect.take().as_deref())?, &question.query)?.canonical;
    }
    serde_json::to_string(&kept).map_err(|error| ApiError::Internal(error.into()))
}

/// What is said of a name that cannot be told from another.
pub(crate) fn name_taken(name: &str, other: &str) -> ApiError {
    let message = if name == other {
        format!("a batch set `{name}` was made before, and may be withdrawn; choose another name")
    } else {
        format!("`{name}` cannot be told from the batch set `{other}` or its batches; choose another name")
    };
    ApiError::conflict("name_taken", message)
}

fn check_size(size: u64) -> Result<(), ApiError> {
    if (1..=100_000).contains(&size) {
        return Ok(());
    }
    Err(ApiError::unprocessable("bad_size", "a batch has 1 to 100,000 documents"))
}
