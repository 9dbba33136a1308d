//! A run that reads documents in, as it is shown.

use redwell_indexer::collect::{ProgressLine, RunState};
use serde::Serialize;
use utoipa::ToSchema;

use crate::intake::child::Child;

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum IntakeState {
    /// The program is being started.
    Starting,
    /// It finds out what there is to read.
    Listing,
    /// It reads and records.
    Reading,
    /// It was told to pause; what is in work comes to its end.
    Pausing,
    /// It waits to be told to go on.
    Paused,
    /// It was told to end; what is in work comes to its end.
    Cancelling,
    /// Everything is read; the index is made durable.
    Indexing,
    /// It came to its end.
    Complete,
    /// It was cancelled.
    Cancelled,
    /// It could not go on.
    Failed,
    /// It was killed.
    Interrupted,
}

/// A run this server started.
#[derive(Debug, Serialize, ToSchema)]
pub struct IntakeRun {
    /// `ingest` or `retry`.
    pub command: String,
    /// Who started it, by sign-in name.
    pub started_by: String,
    /// When.
    pub started_at: String,
    /// Where it stands.
    pub state: IntakeState,
    /// Whether it is at work: only then can it be paused and cancelled, and no other be started.
    pub is_at_work: bool,
    /// Why it ended before its end.
    pub reason: Option<String>,
    /// How far it has come; absent until it says so.
    pub progress: Option<IntakeProgress>,
}

/// How far a run has come.
#[derive(Debug, Serialize, ToSchema)]
pub struct IntakeProgress {
    /// Its number in the history, once it has one.
    pub run: Option<i64>,
    /// Time since it began.
    pub elapsed_ms: u64,
    /// Time it was paused, of that.
    pub paused_ms: u64,
    /// Files to be looked at; absent until they are listed.
    pub sources_found: Option<u64>,
    /// Files recorded, or found unchanged.
    pub sources_done: u64,
    /// Bytes of the files to be looked at; absent until they are listed.
    pub bytes_found: Option<u64>,
    /// Bytes of the files recorded, or found unchanged.
    pub bytes_done: u64,
    /// Files in reading processes now.
    pub in_work: u64,
    /// Files read, those found inside others included.
    pub files_read: u64,
    /// Items recorded.
    pub items: u64,
    /// Documents recorded.
    pub documents: u64,
    /// Exceptions recorded.
    pub exceptions: u64,
    /// Documents given to the index.
    pub indexed: u64,
    /// Documents a second in the last ten seconds or so.
    pub documents_per_second_now: f64,
    /// Documents a second since it began.
    pub documents_per_second: f64,
    /// Bytes a second in the last ten seconds or so.
    pub bytes_per_second_now: f64,
    /// How long it will take from now, as far as that can be told.
    pub seconds_left: Option<u64>,
}

impl IntakeRun {
    /// How a run is shown.
    #[must_use]
    pub fn of(child: &Child) -> Self {
        let told = child.told();
        let end = told.end();
        let said = told.progress.as_ref().map_or(IntakeState::Starting, |line| line.state.into());
        let state = match (end, told.is_gone, &told.progress) {
            (Some(end), ..) => end.into(),
            (None, false, _) => said,
            // One that never began says why in its last words; one that did was killed.
            (None, true, None) => IntakeState::Failed,
            (None, true, Some(_)) => IntakeState::Interrupted,
        };
        let reason = match state {
            IntakeState::Failed | IntakeState::Interrupted => {
                let own = told.progress.as_ref().and_then(|line| line.reason.clone());
                own.or_else(|| told.complaints.back().map(|line| line.trim_start_matches("redwell: ").to_owned()))
            }
            _ => None,
        };
        Self {
            command: child.command.to_owned(),
            started_by: child.started_by.clone(),
            started_at: child.started_at.clone(),
            state,
            is_at_work: !told.is_gone,
            reason,
            progress: told.progress.map(IntakeProgress::from),
        }
    }
}

impl From<ProgressLine> for IntakeProgress {
    fn from(line: ProgressLine) -> Self {
        Self {
            run: line.run,
            elapsed_ms: line.elapsed_ms,
            paused_ms: line.paused_ms,
            sources_found: line.sources_found,
            sources_done: line.sources_done,
            bytes_found: line.bytes_found,
            bytes_done: line.bytes_done,
            in_work: line.in_work,
            files_read: line.files_read,
            items: line.items,
            documents: line.documents,
            exceptions: line.exceptions,
            indexed: line.indexed,
            documents_per_second_now: line.documents_per_second_now,
            documents_per_second: line.documents_per_second,
            bytes_per_second_now: line.bytes_per_second_now,
            seconds_left: line.seconds_left,
        }
    }
}

impl From<RunState> for IntakeState {
    fn from(state: RunState) -> Self {
        match state {
            RunState::Listing => Self::Listing,
            RunState::Reading => Self::Reading,
            RunState::Pausing => Self::Pausing,
            RunState::Paused => Self::Paused,
            RunState::Cancelling => Self::Cancelling,
            RunState::Indexing => Self::Indexing,
            RunState::Complete => Self::Complete,
            RunState::Cancelled => Self::Cancelled,
            RunState::Failed => Self::Failed,
        }
    }
}
