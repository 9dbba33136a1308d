//! One run of `ingest`: from paths to numbered, indexed documents.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use redwell_model::control_number::Prefix;
use redwell_model::{DuplicateScope, MatterSlug};

use super::claims::Claims;
use super::hash_list::HashList;
use super::index_feed::IndexFeed;
use super::keep::{self, Keeper};
use super::missing;
use super::node::Node;
use super::ordered::{self, Event, Job};
use super::record::Recorder;
use super::seen::Seen;
use super::tree::TreeReader;
use super::walk::{Found, Kind, walk};
use super::window::Room;
use super::{CollectError, Gate, Progress};
use crate::extract::Options;
use crate::isolate::{Limits, WorkerPool, WorkerProgram};
use crate::matter_folder::{MatterFolder, MatterWriter, NativeStorage, RunEnd, RunReport, RunSettings};

/// What to ingest, where to, and how.
#[derive(Debug, Clone)]
pub struct IngestRequest<'a> {
    /// The data folder.
    pub data: &'a Path,
    /// The matter, created when absent.
    pub matter: &'a MatterSlug,
    /// The prefix of its control numbers, when it is not to be made from its name.
    pub prefix: Option<&'a Prefix>,
    /// Whom everything comes from; by default the last component of each path.
    pub custodian: Option<&'a str>,
    /// Files and folders.
    pub paths: &'a [PathBuf],
    /// How many files are read at once.
    pub jobs: usize,
    /// How files are read.
    pub options: Options,
    /// What one file may cost.
    pub limits: Limits,
    /// Among which items duplicates are suppressed, when the matter does not say yet.
    pub duplicates: Option<DuplicateScope>,
    /// How the original bytes of sources are kept.
    pub natives: NativeStorage,
    /// Files to leave out.
    pub excluded: Option<Arc<HashList>>,
    /// The program run as a worker.
    pub worker: WorkerProgram,
    /// Pauses and cancels the run.
    pub gate: Arc<Gate>,
    /// What is kept in the history about what was asked for.
    pub settings: RunSettings,
}

/// Sources recorded in one transaction, bytes of them, and time passed, whichever comes first.
const BATCH_SOURCES: u32 = if cfg!(test) { 7 } else { 4096 };
const BATCH_BYTES: u64 = 16 << 20;
const BATCH_TIME: Duration = Duration::from_secs(2);

/// Bytes of sources in work at once, beside those a single large one needs.
const WINDOW_BYTES: u64 = 128 << 20;

/// How a source changed since it was last seen.
enum Change {
    /// It was never seen, or its content changed.
    New,
    /// Only its time changed; which row tells of it.
    Touched(i64),
    /// Nothing changed.
    Nothing,
}

/// What became of one source on the reading threads.
enum Outcome {
    Read(Node),
    Touched(i64),
    Unchanged,
}

/// Ingests.
///
/// # Errors
/// When a path does not exist, another process writes to the matter, the disk is full, or no worker can be started.
/// What was recorded until then is kept, and the same call goes on from there. A run that is cancelled is no error:
/// its report says so.
pub fn ingest(request: &IngestRequest<'_>, progress: &Progress) -> Result<RunReport, CollectError> {
    let found = walk(request.paths, request.custodian, request.data)?;
    let is_source = |found: &&Found| found.kind == Kind::File;
    progress.found(found.len() as u64, found.iter().map(|found| found.size_bytes).sum());
    let mut writer = MatterWriter::open(request.data, request.matter, request.prefix)?;
    if let Some(scope) = request.duplicates {
        writer.set_duplicates(scope)?;
    }
    let has_sources = writer.reader().has_sources()?;
    let run = writer.begin_run("ingest", request.jobs, &request.settings)?;
    progress.began(run);
    let mut recorder = Recorder::new(writer, Arc::new(Seen::new(!has_sources)));
    recorder.report.recognition = Some(request.options.recognition.availability());
    recorder.report.sources = found.iter().filter(is_source).count() as u64;
    let result = read_and_record(request, run, &found, &mut recorder, progress)
        .and_then(|()| missing::note_missing(request.paths, &found, &mut recorder));
    let end = super::end_of(&result);
    recorder.report.cancelled = end == RunEnd::Cancelled;
    let report = recorder.report.clone();
    recorder.writer.end_run(run, end, &report)?;
    if end == RunEnd::Cancelled { Ok(report) } else { result.map(|()| report) }
}

fn read_and_record<'f>(
    request: &IngestRequest<'_>,
    run: i64,
    found: &'f [Found],
    recorder: &mut Recorder,
    progress: &Progress,
) -> Result<(), CollectError> {
    let folder = recorder.writer.reader().clone();
    let threads = ordered::threads(request.jobs)?;
    let mut feed = IndexFeed::open(&mut recorder.writer, request.jobs.max(1))?;
    let reader = TreeReader {
        workers: WorkerPool::new(request.worker.clone())?,
        natives: Keeper::new(recorder.writer.natives(), request.natives),
        folder: folder.clone(),
        claims: Claims::default(),
        seen: Arc::clone(&recorder.seen),
        options: request.options.clone(),
        limits: request.limits,
        duplicates: recorder.writer.duplicates(),
        excluded: request.excluded.clone(),
        gate: Arc::clone(&request.gate),
    };
    // No place is found twice in one run, so what a first run records tells it nothing of what it has yet to read.
    let is_first = recorder.seen.began_empty();
    let jobs = (0_u64..).zip(found).map(|(number, found)| Job { bytes: found.size_bytes, job: (number, found) });
    let work = |sources: Vec<(u64, &'f Found)>| {
        let changes = sources.iter().map(|(_, found)| {
            request.gate.pass()?;
            if is_first { Ok(Change::New) } else { change(&folder, found) }
        });
        let changes: Vec<Result<Change, CollectError>> = changes.collect();
        let is_new = |change: &Result<Change, CollectError>| matches!(change, Ok(Change::New));
        let new: Vec<(u64, &Found)> =
            sources.iter().zip(&changes).filter(|(_, change)| is_new(change)).map(|(source, _)| *source).collect();
        let mut read = reader.read_sources(&new).into_iter();
        let outcome = |change| match change? {
            Change::Nothing => Ok(Outcome::Unchanged),
            Change::Touched(source) => Ok(Outcome::Touched(source)),
            Change::New => read.next().expect("every new source is read").map(Outcome::Read),
        };
        let outcomes: Vec<_> = changes.into_iter().map(outcome).collect();
        sources.into_iter().zip(outcomes).map(|((number, found), outcome)| Ok((number, found, outcome?))).collect()
    };
    let limit = Room { sources: 64 * request.jobs.max(1) as u64, bytes: WINDOW_BYTES };
    let mut batch = Batch::new(recorder, run, &mut feed, &reader, progress);
    let read = ordered::run(&threads, limit, jobs, work, &mut |event| match event {
        Event::Result((number, found, outcome)) => batch.take(number, found, outcome),
        Event::Idle => batch.commit_if(|batch| batch.began.elapsed() > BATCH_TIME),
    });
    if matches!(read, Ok(()) | Err(CollectError::Cancelled)) {
        // Sources before the one that was turned away are whole.
        batch.commit()?;
        progress.finishing();
        feed.finish(&mut recorder.writer)?;
    }
    read
}

/// Whether a source changed since it was last seen: by length and time, and where those differ by content.
fn change(folder: &MatterFolder, found: &Found) -> Result<Change, CollectError> {
    let location = found.location();
    let Some(known) = folder.known_source(location.as_os_str().as_bytes())? else { return Ok(Change::New) };
    if known.size_bytes == found.size_bytes && known.modified_ns == found.modified_ns {
        return Ok(Change::Nothing);
    }
    let Some(sha256) = known.sha256.filter(|_| known.size_bytes == found.size_bytes) else {
        return Ok(Change::New);
    };
    // A file that cannot be read now is dealt with where sources are read.
    let same = keep::digests_of(&location).is_ok_and(|digests| digests.sha256 == sha256);
    Ok(if same { Change::Touched(known.id) } else { Change::New })
}

/// Sources recorded since the last transaction ended.
struct Batch<'a> {
    recorder: &'a mut Recorder,
    run: i64,
    feed: &'a mut IndexFeed,
    reader: &'a TreeReader,
    progress: &'a Progress,
    is_open: bool,
    sources: u32,
    bytes: u64,
    began: Instant,
    contents: Vec<(u64, Vec<redwell_model::Sha256>)>,
    /// How many transactions there were.
    commits: u64,
}

impl<'a> Batch<'a> {
    fn new(
        recorder: &'a mut Recorder,
        run: i64,
        feed: &'a mut IndexFeed,
        reader: &'a TreeReader,
        progress: &'a Progress,
    ) -> Self {
        let began = Instant::now();
        let contents = Vec::new();
        Self {
            recorder,
            run,
            feed,
            reader,
            progress,
            is_open: false,
            sources: 0,
            bytes: 0,
            began,
            contents,
            commits: 0,
        }
    }

    fn take(&mut self, number: u64, found: &Found, outcome: Outcome) -> Result<(), CollectError> {
        if !self.is_open {
            self.recorder.writer.begin()?;
            (self.is_open, self.sources, self.bytes, self.began) = (true, 0, 0, Instant::now());
        }
        match outcome {
            Outcome::Unchanged => self.recorder.report.unchanged += 1,
            Outcome::Touched(source) => {
                self.recorder.report.unchanged += 1;
                self.recorder.writer.touch_source(source, found.modified_ns)?;
            }
            Outcome::Read(node) => {
                self.recorder.record_source(found, &node)?;
                self.contents.push((number, self.reader.claims_of(&node.contents(), found.custodian())));
                self.sources += 1;
                self.bytes += node.size_bytes;
            }
        }
        self.progress.done(found.size_bytes);
        let RunReport { items, documents, exceptions, .. } = self.recorder.report;
        self.progress.recorded(items, documents, exceptions);
        self.commit_if(|batch| batch.sources >= BATCH_SOURCES || batch.bytes >= BATCH_BYTES)
    }

    fn commit_if(&mut self, condition: impl FnOnce(&Self) -> bool) -> Result<(), CollectError> {
        if self.is_open && condition(self) { self.commit() } else { Ok(()) }
    }

    fn commit(&mut self) -> Result<(), CollectError> {
        if !self.is_open {
            return Ok(());
        }
        self.recorder.report.confinement = self.reader.workers.confinement();
        self.recorder.writer.note_progress(self.run, &self.recorder.report)?;
        self.recorder.writer.commit()?;
        self.is_open = false;
        self.commits += 1;
        #[cfg(test)]
        super::tests::die_after(self.commits);
        for (number, contents) in self.contents.drain(..) {
            self.reader.claims.release(number, &contents);
        }
        let mut changed = std::mem::take(&mut self.recorder.to_index);
        changed.sort_unstable();
        changed.dedup();
        let mut fresh = std::mem::take(&mut self.recorder.fresh);
        fresh.retain(|(row, _)| changed.binary_search(&row.ordinal).is_err());
        #[cfg(test)]
        super::tests::check_fresh(self.recorder.writer.reader(), &fresh);
        self.feed.put_fresh(&fresh)?;
        self.feed.put(self.recorder.writer.reader(), &changed)?;
        self.progress.indexed(fresh.len() + changed.len());
        self.feed.commit_now_and_then(&mut self.recorder.writer)
    }
}
