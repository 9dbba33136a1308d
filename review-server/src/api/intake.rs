//! `/matters/{matter}/intake`: documents read in, watched and steered from the page.

#![expect(unused_qualifications, reason = "the description of parameters is written out by a macro")]

mod order;
mod progress;

use std::path::Path;
use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

pub use order::{IntakeOrder, IntakePlace, Ocr, ReadingOptions, RepeatOrder, RetryOrder};
pub use progress::{IntakeProgress, IntakeRun, IntakeState};

use super::{Address, Body, ErrorBody, MatterPath, Parameters, RunPath, blocking};
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::intake::child::{Child, Word};
use crate::intake::order::Order;

/// What can be read in from where, and the run at work.
#[derive(Debug, Serialize, ToSchema)]
pub struct Intake {
    /// Folders on the server that may be read from; empty when the administrator allowed none.
    pub folders: Vec<String>,
    /// The newest run this server started, at work or ended.
    pub run: Option<IntakeRun>,
    /// Whether another process reads documents in at this moment, such as a command line.
    pub is_busy_elsewhere: bool,
}

/// A folder on the server.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FolderQuery {
    /// Its path; without it the allowed folders are listed.
    #[param(nullable = false)]
    pub path: Option<String>,
}

/// What lies in a folder on the server.
#[derive(Debug, Serialize, ToSchema)]
pub struct FolderContent {
    /// Its path; absent for the list of allowed folders.
    pub path: Option<String>,
    /// The folder around it, where that may be looked into.
    pub above: Option<String>,
    /// Files directly in it.
    pub files: u64,
    /// Links and others in it, which are not followed.
    pub others: u64,
    /// Whether it holds more than was looked at.
    pub is_cut: bool,
    /// The folders in it, by name.
    pub folders: Vec<FolderItem>,
}

/// A folder in a folder.
#[derive(Debug, Serialize, ToSchema)]
pub struct FolderItem {
    /// Its path.
    pub path: String,
    /// Its name.
    pub name: String,
    /// Files directly in it.
    pub files: u64,
    /// Folders directly in it.
    pub folders: u64,
}

/// Shows what can be read in and the run at work.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/intake", tag = "processing", operation_id = "show_intake",
    params(MatterPath), responses((status = 200, body = Intake), (status = 403, body = ErrorBody)))]
pub(crate) async fn show(member: Member<right::ManageProcessing>) -> Result<Json<Intake>, ApiError> {
    Ok(Json(state(&member).await?))
}

async fn state(member: &Member<right::ManageProcessing>) -> Result<Intake, ApiError> {
    let child = member.app.intake().newest(&member.slug);
    let is_ours = child.as_ref().is_some_and(|child| !child.has_ended());
    let (app, slug) = (member.app.clone(), member.slug.clone());
    let looked = move || {
        let is_written = redwell_indexer::matter_folder::is_being_written(app.data(), &slug)?;
        Ok::<_, ApiError>((app.config().places.roots(&slug), is_written))
    };
    let (roots, is_written) = blocking(looked).await??;
    Ok(Intake {
        folders: roots.iter().map(|path| path.to_string_lossy().into_owned()).collect(),
        run: child.map(|child| IntakeRun::of(&child)),
        is_busy_elsewhere: is_written && !is_ours,
    })
}

/// Starts to read documents in.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/intake", tag = "processing", operation_id = "start_intake",
    params(MatterPath), request_body = IntakeOrder,
    responses((status = 202, body = IntakeRun), (status = 403, body = ErrorBody),
              (status = 404, description = "a place that may not be read from", body = ErrorBody),
              (status = 409, description = "`intake_busy`", body = ErrorBody),
              (status = 422, description = "`nothing_to_read`, `bad_custodian` or `bad_settings`", body = ErrorBody)))]
pub(crate) async fn start(
    member: Member<right::ManageProcessing>,
    Body(asked): Body<IntakeOrder>,
) -> Result<(StatusCode, Json<IntakeRun>), ApiError> {
    let (app, slug) = (member.app.clone(), member.slug.clone());
    let order = blocking(move || asked.understood(&app, &slug)).await??;
    run(&member, order).await
}

/// Starts to try again what had exceptions, and only that.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/intake/retry", tag = "processing",
    operation_id = "retry_exceptions", params(MatterPath), request_body = RetryOrder,
    responses((status = 202, body = IntakeRun), (status = 403, body = ErrorBody),
              (status = 409, description = "`intake_busy` or `matter_empty`", body = ErrorBody),
              (status = 422, description = "`bad_settings`", body = ErrorBody)))]
pub(crate) async fn retry(
    member: Member<right::ManageProcessing>,
    Body(asked): Body<RetryOrder>,
) -> Result<(StatusCode, Json<IntakeRun>), ApiError> {
    let order = Order::retry(asked.passwords, asked.reading.understood()?);
    member.open().await?;
    run(&member, order).await
}

/// Starts a run of the history again, with the same settings or some of them changed: it reads what is new or changed, and
/// goes on where one broke off.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/runs/{run}/repeat", tag = "processing",
    operation_id = "repeat_run", params(RunPath), request_body = RepeatOrder,
    responses((status = 202, body = IntakeRun),
              (status = 404, description = "no such run, or a place that may not be read from", body = ErrorBody),
              (status = 409, description = "`intake_busy` or `settings_unknown`", body = ErrorBody),
              (status = 422, description = "`nothing_to_read`, `bad_custodian` or `bad_settings`", body = ErrorBody)))]
pub(crate) async fn repeat(
    member: Member<right::ManageProcessing>,
    Address(path): Address<RunPath>,
    Body(asked): Body<RepeatOrder>,
) -> Result<(StatusCode, Json<IntakeRun>), ApiError> {
    let open = member.open().await?;
    let runs = blocking(move || open.folder().runs()).await??;
    let found = runs.into_iter().find(|found| found.number == path.run).ok_or(ApiError::NotFound)?;
    let (app, slug) = (member.app.clone(), member.slug.clone());
    let order = blocking(move || order::repeated(&app, &slug, found, asked)).await??;
    run(&member, order).await
}

async fn run(
    member: &Member<right::ManageProcessing>,
    order: Order,
) -> Result<(StatusCode, Json<IntakeRun>), ApiError> {
    let paths: Vec<_> = order.paths.iter().map(|path| path.to_string_lossy().into_owned()).collect();
    let (custodian, passwords, command) = (&order.custodian, order.passwords.len(), order.command.as_str());
    let detail = json!({
        "command": command, "paths": paths, "custodian": custodian, "passwords": passwords, "reading": order.reading,
    });
    let child = member.app.intake().start(&member.app, &member.slug, &order, &member.user.name).await?;
    note(member, "intake.start", command, detail).await?;
    Ok((StatusCode::ACCEPTED, Json(IntakeRun::of(&child))))
}

/// Holds the run at work: what is being read comes to its end, nothing new is begun.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/intake/pause", tag = "processing",
    operation_id = "pause_intake", params(MatterPath),
    responses((status = 200, body = IntakeRun), (status = 409, description = "`not_running`", body = ErrorBody)))]
pub(crate) async fn pause(member: Member<right::ManageProcessing>) -> Result<Json<IntakeRun>, ApiError> {
    tell(&member, Word::Pause, "intake.pause").await
}

/// Lets a paused run go on.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/intake/resume", tag = "processing",
    operation_id = "resume_intake", params(MatterPath),
    responses((status = 200, body = IntakeRun), (status = 409, description = "`not_running`", body = ErrorBody)))]
pub(crate) async fn resume(member: Member<right::ManageProcessing>) -> Result<Json<IntakeRun>, ApiError> {
    tell(&member, Word::Resume, "intake.resume").await
}

/// Ends the run at work soon. What is recorded stays; the same run started again goes on from there.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/intake/cancel", tag = "processing",
    operation_id = "cancel_intake", params(MatterPath),
    responses((status = 200, body = IntakeRun), (status = 409, description = "`not_running`", body = ErrorBody)))]
pub(crate) async fn cancel(member: Member<right::ManageProcessing>) -> Result<Json<IntakeRun>, ApiError> {
    tell(&member, Word::Cancel, "intake.cancel").await
}

async fn tell(
    member: &Member<right::ManageProcessing>,
    word: Word,
    action: &'static str,
) -> Result<Json<IntakeRun>, ApiError> {
    let at_work = |child: &Arc<Child>| !child.has_ended();
    let Some(child) = member.app.intake().newest(&member.slug).filter(at_work) else {
        return Err(ApiError::conflict("not_running", "no run that was started here is at work in this matter"));
    };
    child.tell(word);
    note(member, action, child.command, json!({})).await?;
    Ok(Json(IntakeRun::of(&child)))
}

pub(super) async fn note(
    member: &Member<right::ManageProcessing>,
    action: &str,
    subject: &str,
    detail: serde_json::Value,
) -> Result<(), ApiError> {
    let writing = member.app.store().write().await?;
    writing.audit(member.audit(action, subject, detail)).await?;
    Ok(writing.commit().await?)
}

/// Lists a folder on the server that documents may be read from.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/intake/folders", tag = "processing",
    operation_id = "list_folder", params(MatterPath, FolderQuery),
    responses((status = 200, body = FolderContent),
              (status = 404, description = "no such folder, or one that may not be read from", body = ErrorBody)))]
pub(crate) async fn folders(
    member: Member<right::ManageProcessing>,
    Parameters(asked): Parameters<FolderQuery>,
) -> Result<Json<FolderContent>, ApiError> {
    blocking(move || {
        let (places, data) = (&member.app.config().places, member.app.data());
        let shown = |path: &Path| path.to_string_lossy().into_owned();
        let Some(path) = asked.path else {
            let roots = places.roots(&member.slug);
            let item = |path: &Path| FolderItem { path: shown(path), name: shown(path), files: 0, folders: 0 };
            let folders = roots.iter().map(|path| item(path)).collect();
            return Ok(Json(FolderContent { path: None, above: None, files: 0, others: 0, is_cut: false, folders }));
        };
        let place = places.within(&member.slug, data, Path::new(&path)).filter(|path| path.is_dir());
        let place = place.ok_or(ApiError::NotFound)?;
        let above = place.parent().and_then(|above| places.within(&member.slug, data, above));
        let listing = places.listing(data, &place)?;
        let name = |path: &Path| path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        let folders = listing.folders.iter().map(|folder| FolderItem {
            path: shown(&folder.path),
            name: name(&folder.path),
            files: folder.files,
            folders: folder.folders,
        });
        Ok(Json(FolderContent {
            path: Some(shown(&place)),
            above: above.map(|above| shown(&above)),
            files: listing.files,
            others: listing.others,
            is_cut: listing.is_cut,
            folders: folders.collect(),
        }))
    })
    .await?
}
