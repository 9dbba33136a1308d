//! One run of `retry`: the items with exceptions once more, and only those.
//!
//! Control numbers stay. A text that comes out differently becomes a new revision of its document, exceptions are
//! replaced, and what is found inside an item for the first time is added at the end of the matter.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use redwell_model::{Digests, ExceptionKind, ItemOutcome, MatterSlug, Ordinal, ProcessingException};
use serde::Serialize;

use super::claims::Claims;
use super::index_feed::IndexFeed;
use super::keep::Keeper;
use super::node::{Content, Node, Reading};
use super::ordered::{self, Event, Job};
use super::record::{self, Place, Recorder};
use super::seen::Seen;
use super::tree::TreeReader;
use super::walk::Found;
use super::window::Room;
use super::{CollectError, Gate, Progress};
use crate::extract::Options;
use crate::isolate::{Limits, WorkerPool, WorkerProgram};
use crate::matter_folder::{KnownItem, MatterWriter, NativeStorage, NewItem, RunEnd, RunReport, RunSettings, retried};

/// Which matter to try again, and how.
#[derive(Debug, Clone)]
pub struct RetryRequest<'a> {
    /// The data folder.
    pub data: &'a Path,
    /// The matter.
    pub matter: &'a MatterSlug,
    /// How many files are read at once.
    pub jobs: usize,
    /// How files are read.
    pub options: Options,
    /// What one file may cost.
    pub limits: Limits,
    /// The program run as a worker.
    pub worker: WorkerProgram,
    /// Pauses and cancels the run.
    pub gate: Arc<Gate>,
    /// What is kept in the history about what was asked for.
    pub settings: RunSettings,
}

/// What a retry did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct RetryReport {
    /// Items tried again.
    pub retried: u64,
    /// Those of them that have no exception any more.
    pub cleared: u64,
    /// Documents whose text came out differently.
    pub changed: u64,
    /// Documents found for the first time.
    pub documents: u64,
    /// Exceptions of the items tried, now.
    pub exceptions: u64,
    /// Whether it was cancelled before everything was tried.
    pub cancelled: bool,
}

/// An item to be tried again, and where it stands.
type Tried = retried::Tried;

/// Tries again what had exceptions that another try may clear.
///
/// # Errors
/// As [`super::ingest()`], and when there is no such matter.
pub fn retry(request: &RetryRequest<'_>, progress: &Progress) -> Result<RetryReport, CollectError> {
    let mut writer = MatterWriter::open_existing(request.data, request.matter)?;
    let run = writer.begin_run("retry", request.jobs, &request.settings)?;
    progress.began(run);
    let mut retrying =
        Retrying { recorder: Recorder::new(writer, Arc::new(Seen::new(false))), report: RetryReport::default() };
    retrying.recorder.report.recognition = Some(request.options.recognition.availability());
    let result = read_and_change(request, &mut retrying, progress);
    let end = super::end_of(&result);
    let cancelled = end == RunEnd::Cancelled;
    let Retrying { mut recorder, report } = retrying;
    let report = RetryReport { cancelled, ..report };
    let counts = RunReport { sources: report.retried, exceptions: report.exceptions, cancelled, ..recorder.report };
    recorder.writer.end_run(run, end, &counts)?;
    if cancelled { Ok(report) } else { result.map(|()| report) }
}

struct Retrying {
    recorder: Recorder,
    report: RetryReport,
}

/// Items changed in one transaction.
const BATCH: usize = 64;

fn read_and_change(
    request: &RetryRequest<'_>,
    retrying: &mut Retrying,
    progress: &Progress,
) -> Result<(), CollectError> {
    let folder = retrying.recorder.writer.reader().clone();
    let threads = ordered::threads(request.jobs)?;
    let mut feed = IndexFeed::open(&mut retrying.recorder.writer, request.jobs.max(1))?;
    let kinds: Vec<_> = ExceptionKind::ALL.into_iter().filter(|kind| kind.is_worth_retrying()).collect();
    let tried = retried::items_with(&folder, &kinds)?;
    progress.found(tried.len() as u64, tried.iter().map(|tried| tried.size_bytes).sum());
    let reader = TreeReader {
        workers: WorkerPool::new(request.worker.clone())?,
        natives: Keeper::new(retrying.recorder.writer.natives(), NativeStorage::Copy),
        folder,
        claims: Claims::default(),
        seen: Arc::new(Seen::new(false)),
        options: request.options.clone(),
        limits: request.limits,
        duplicates: retrying.recorder.writer.duplicates(),
        excluded: None,
        gate: Arc::clone(&request.gate),
    };
    let jobs = (0_u64..).zip(&tried).map(|(number, tried)| Job { bytes: tried.size_bytes, job: (number, tried) });
    let work = ordered::each(|(number, tried)| {
        request.gate.pass()?;
        Ok((tried, read_again(&reader, tried, number)?))
    });
    let limit = Room { sources: 64 * request.jobs.max(1) as u64, bytes: 128 << 20 };
    let mut in_batch = 0;
    let read = ordered::run(&threads, limit, jobs, work, &mut |event| {
        let Event::Result((tried, node)) = event else { return Ok(()) };
        if in_batch == 0 {
            retrying.recorder.writer.begin()?;
        }
        retrying.change(tried, &node)?;
        // The index is given everything at the end, from the database.
        retrying.recorder.fresh.clear();
        progress.done(tried.size_bytes);
        progress.recorded(retrying.report.retried, retrying.report.documents, retrying.report.exceptions);
        in_batch += 1;
        if in_batch == BATCH {
            in_batch = 0;
            retrying.recorder.writer.commit()?;
        }
        Ok(())
    });
    if !matches!(read, Ok(()) | Err(CollectError::Cancelled)) {
        return read;
    }
    if in_batch > 0 {
        retrying.recorder.writer.commit()?;
    }
    retrying.recorder.report.confinement = reader.workers.confinement();
    progress.finishing();
    feed.catch_up(&retrying.recorder.writer)?;
    feed.finish(&mut retrying.recorder.writer)?;
    read
}

fn read_again(reader: &TreeReader, tried: &Tried, number: u64) -> Result<Node, CollectError> {
    if let Some(digests) = &tried.digests {
        let (name, depth) = (tried.name.clone(), tried.depth);
        return reader.read_native(name, tried.size_bytes, digests.clone(), tried.modified, depth);
    }
    let location = PathBuf::from(OsStr::from_bytes(&tried.location));
    let found = Found::again(location, tried.path.clone(), tried.custodian.clone());
    reader.read_sources(&[(number, &found)]).pop().expect("one result for one source")
}

impl Retrying {
    /// Records what another try gave.
    fn change(&mut self, tried: &Tried, node: &Node) -> Result<(), CollectError> {
        self.report.retried += 1;
        let place = Place {
            source: tried.source,
            custodian: &tried.custodian,
            parent: tried.parent,
            position: tried.position,
            is_top_level: tried.is_top_level,
            parent_document: tried.parent_document,
        };
        let digests_now = node.digests.as_ref();
        if let (None, Some(digests)) = (&tried.digests, digests_now) {
            self.recorder.writer.fill_source(tried.source, node.size_bytes, &digests.sha256)?;
            let original =
                self.recorder.writer.original_with(&digests.sha256, node.identity().as_ref(), place.custodian)?;
            if let Some(original) = original {
                return self.becomes_duplicate(tried, node, place, &original);
            }
        }
        match &node.content {
            Content::NotHad(exception) => self.replace_exceptions(tried, std::slice::from_ref(exception)),
            // Only an original found above can have spared the reading.
            Content::Repeated | Content::Excluded => Ok(()),
            Content::Read(reading) => self.change_reading(tried, node, reading, place),
        }
    }

    fn change_reading(
        &mut self,
        tried: &Tried,
        node: &Node,
        reading: &Reading,
        place: Place<'_>,
    ) -> Result<(), CollectError> {
        // What has a number keeps it, and what was opened once stays open.
        let outcome = match tried.outcome {
            ItemOutcome::Failed => reading.outcome(),
            kept => kept,
        };
        let is_document = outcome == ItemOutcome::Document;
        let ordinal = match tried.ordinal {
            None if is_document => Some(self.recorder.writer.next_ordinal()),
            kept => kept,
        };
        let item = record::new_item(node, &tried.path, place, reading.format, outcome, ordinal);
        self.recorder.writer.change_item(tried.id, &item)?;
        let document = record::new_document(reading, &tried.path, place.parent_document);
        match (tried.ordinal, ordinal) {
            (Some(kept), _) => {
                self.report.changed += u64::from(self.recorder.writer.change_document(kept, &document.as_new())?);
            }
            (None, Some(new)) => {
                self.recorder.writer.add_document(new, tried.id, &tried.custodian, &document.as_new())?;
                self.report.documents += 1;
            }
            (None, None) => {}
        }
        self.replace_exceptions(tried, &reading.exceptions)?;
        self.add_new_children(tried, reading, outcome, ordinal, place)
    }

    /// Records what the item holds that was not found the first time.
    fn add_new_children(
        &mut self,
        tried: &Tried,
        reading: &Reading,
        outcome: ItemOutcome,
        ordinal: Option<Ordinal>,
        place: Place<'_>,
    ) -> Result<(), CollectError> {
        let mut known = self.recorder.writer.children_of(tried.id)?;
        let mut position = known.last().map_or(0, |last| last.position + 1);
        for child in &reading.children {
            let path = format!("{}/{}", tried.path, child.name);
            let sha256 = |digests: &Option<Digests>| digests.as_ref().map(|digests| digests.sha256);
            let same = |kept: &KnownItem| kept.path == path && sha256(&kept.digests) == sha256(&child.digests);
            if let Some(at) = known.iter().position(same) {
                known.swap_remove(at);
                continue;
            }
            let inside = Place {
                parent: Some(tried.id),
                position,
                is_top_level: place.is_top_level && outcome == ItemOutcome::Container,
                parent_document: ordinal.or(place.parent_document),
                ..place
            };
            let before = self.recorder.report.documents;
            self.recorder.record(child, &path, inside)?;
            self.report.documents += self.recorder.report.documents - before;
            position += 1;
        }
        Ok(())
    }

    fn becomes_duplicate(
        &mut self,
        tried: &Tried,
        node: &Node,
        place: Place<'_>,
        original: &KnownItem,
    ) -> Result<(), CollectError> {
        let format = original.format;
        let item = record::new_item(node, &tried.path, place, format, ItemOutcome::Duplicate, None);
        let item = NewItem { duplicate_of: Some(original.original), ..item };
        self.recorder.writer.change_item(tried.id, &item)?;
        if let Some(ordinal) = original.ordinal {
            self.recorder.writer.add_custodian(ordinal, place.custodian)?;
        }
        self.recorder.copy_children(tried.id, &tried.path, place, original)?;
        self.replace_exceptions(tried, &[])
    }

    fn replace_exceptions(&mut self, tried: &Tried, now: &[ProcessingException]) -> Result<(), CollectError> {
        self.report.cleared += u64::from(now.is_empty());
        self.report.exceptions += now.len() as u64;
        Ok(self.recorder.writer.replace_exceptions(tried.id, now)?)
    }
}
