//! `/matters/{matter}/processing`: what became of every file, and what was read when.

use axum::Json;
use redwell_indexer::isolate::sandbox::Confinement;
use redwell_indexer::matter_folder::{self, Run, RunReport, RunSettings, Status};
use serde::Serialize;
use utoipa::ToSchema;

use super::intake::ReadingOptions;
use super::{ErrorBody, MatterPath, blocking};
use crate::auth::{Member, right};
use crate::error::ApiError;

/// What became of every file of a matter: `items` is the sum of the five outcomes.
#[derive(Debug, Serialize, ToSchema)]
pub struct Processing {
    /// Files found on disk.
    pub sources: u64,
    /// Those files and everything found inside them.
    pub items: u64,
    /// Items with a control number.
    pub documents: u64,
    /// Items suppressed in favour of an earlier one.
    pub duplicates: u64,
    /// Items that only hold other items.
    pub containers: u64,
    /// Items left out by a list of digests.
    pub excluded: u64,
    /// Items nothing could be made of.
    pub failed: u64,
    /// Exceptions recorded and not cleared by a retry.
    pub exceptions: u64,
    /// Documents without text.
    pub empty: u64,
    /// Sources that were gone from their place when last looked for.
    pub missing: u64,
    /// Bytes of all source files.
    pub size_bytes: u64,
    /// Whether the last run came to its end.
    pub complete: bool,
    /// Whether the system kept the reading processes from files and the network; absent when none was needed yet.
    pub confined: Option<bool>,
    /// The runs, newest first.
    pub runs: Vec<ProcessingRun>,
}

/// One run of the indexer.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProcessingRun {
    /// Its number, from 1.
    pub number: i64,
    /// `ingest` or `retry`.
    pub command: String,
    /// When it began.
    pub started: String,
    /// When it came to its end, one way or the other.
    pub ended: Option<String>,
    /// `running`, `complete`, `cancelled`, `interrupted` (it was killed) or `failed`.
    pub state: String,
    /// Files it found.
    pub sources: u64,
    /// Files it knew already.
    pub unchanged: u64,
    /// Items it added.
    pub items: u64,
    /// Documents it added.
    pub documents: u64,
    /// Exceptions it recorded.
    pub exceptions: u64,
    /// Bytes of the files it read.
    pub size_bytes: u64,
    /// What it was asked to do; absent for runs of earlier versions.
    pub settings: Option<ProcessingSettings>,
}

/// What a run was asked to do.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProcessingSettings {
    /// Files and folders; none for a retry.
    pub paths: Vec<String>,
    /// Whom everything came from, where it was said.
    pub custodian: Option<String>,
    /// Whether passwords were given, which must be given again to repeat it.
    pub had_passwords: bool,
    /// The name of the list of digests of files that were left out, where there was one.
    pub exclusions: Option<String>,
    /// How files were read, as far as it was said.
    pub reading: ReadingOptions,
}

/// Shows the accounting and the runs of a matter.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/processing", tag = "matters", operation_id = "processing",
    params(MatterPath),
    responses((status = 200, body = Processing), (status = 404, body = ErrorBody)))]
pub(crate) async fn show(member: Member<right::ReadDocuments>) -> Result<Json<Processing>, ApiError> {
    let Some(open) = member.open_if_any().await? else { return Ok(Json(processing(&Status::default(), Vec::new()))) };
    let (app, slug) = (member.app.clone(), member.slug.clone());
    let looked = move || {
        let (status, mut runs) = (open.folder().status()?, open.folder().runs()?);
        if let Some(last) = runs.last_mut().filter(|run| run.state == "running")
            && !matter_folder::is_being_written(app.data(), &slug)?
        {
            // It was killed; the next run will write that down.
            "interrupted".clone_into(&mut last.state);
        }
        Ok::<_, ApiError>((status, runs))
    };
    let (status, runs) = blocking(looked).await??;
    Ok(Json(processing(&status, runs)))
}

fn processing(status: &Status, runs: Vec<Run>) -> Processing {
    let counts = status.accounting;
    Processing {
        sources: counts.sources,
        items: counts.items,
        documents: counts.documents,
        duplicates: counts.duplicates,
        containers: counts.containers,
        excluded: counts.excluded,
        failed: counts.failed,
        exceptions: status.exceptions,
        empty: status.empty,
        missing: status.missing,
        size_bytes: status.size_bytes,
        complete: status.complete,
        confined: status.confinement.map(|kept_from| kept_from == Confinement::FULL),
        runs: runs.into_iter().rev().map(ProcessingRun::from).collect(),
    }
}

impl From<Run> for ProcessingRun {
    fn from(run: Run) -> Self {
        let RunReport { sources, unchanged, items, documents, exceptions, size_bytes, .. } =
            run.report.unwrap_or_default();
        Self {
            number: run.number,
            command: run.command,
            started: run.started.to_string(),
            ended: run.ended.map(|ended| ended.to_string()),
            state: run.state,
            sources,
            unchanged,
            items,
            documents,
            exceptions,
            size_bytes,
            settings: run.settings.map(ProcessingSettings::from),
        }
    }
}

impl From<RunSettings> for ProcessingSettings {
    fn from(settings: RunSettings) -> Self {
        let RunSettings { paths, custodian, had_passwords, exclude_hashes, reading, .. } = settings;
        let name = |path: String| path.rsplit('/').next().unwrap_or_default().to_owned();
        let reading = ReadingOptions::of(&reading);
        Self { paths, custodian, had_passwords, exclusions: exclude_hashes.map(name), reading }
    }
}
