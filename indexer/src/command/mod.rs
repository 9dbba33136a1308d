//! The indexer's part of the command line. The one program, `redwell`, mounts these commands beside its own.
//!
//! With `--json` standard output holds JSON and nothing else; progress and complaints go to standard error. What needs
//! the review database (coding, saved searches and synonyms in a query, the audit log in `verify`) is asked of [`Hooks`], which that program fills.

mod documents;
mod exceptions;
pub mod failure;
mod hits;
mod ingest;
mod live;
mod query;
mod reading;
mod rebuild;
mod report;
mod retry;
mod runs;
mod search;
mod sources;
mod status;
mod terms;
mod text;
mod verify;

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use redwell_model::MatterSlug;
use redwell_search::Query;
use redwell_search::resolve::Surroundings;

pub use verify::Finding;

use crate::analyse::hit_report::HitReport;

/// The commands over matter folders.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Read files and folders into a matter.
    Ingest(ingest::Arguments),
    /// Try again what had exceptions, and only that.
    Retry(retry::Arguments),
    /// Count the items of a matter by what became of them.
    Status(status::Arguments),
    /// List what could not be (fully) read, and why.
    Exceptions(exceptions::Arguments),
    /// Find the documents that match a query.
    Search(search::Arguments),
    /// Report what each term of a list hits.
    Hits(hits::Arguments),
    /// List the words of a matter, with the documents that hold them.
    Terms(terms::Arguments),
    /// Print the text of a document.
    Text(text::Arguments),
    /// List the documents of a matter with their metadata.
    Documents(documents::Arguments),
    /// List the files that were found on disk, or those that are gone.
    Sources(sources::Arguments),
    /// List what was read when.
    Runs(runs::Arguments),
    /// Make the full-text index anew from the matter folder.
    Rebuild(rebuild::Arguments),
    /// Check that nothing is lost or altered.
    Verify(verify::Arguments),
    /// Read files for another process, over pipes.
    #[command(hide = true)]
    Worker,
    /// Recognise text in pictures for another process, over pipes.
    #[command(hide = true)]
    Recogniser,
}

/// Which matter.
#[derive(Debug, Clone, Args)]
pub struct MatterArguments {
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// The matter's short name.
    #[arg(long, value_name = "SLUG")]
    pub matter: MatterSlug,
}

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// It was done.
    Done,
    /// It was done, but exceptions or findings were recorded.
    Findings,
    /// It could not be carried out.
    Failed,
}

/// Finds what surrounds the documents of a matter as far as these queries ask about it: people's work, what they keep
/// under names, synonyms. Nothing when nobody worked on the matter yet.
pub type Surround<'h> = dyn Fn(&MatterArguments, Vec<Query>) -> anyhow::Result<Option<Box<dyn Surroundings>>> + 'h;

/// Checks what lies outside matter folders, of one matter or of all.
pub type VerifyMore<'h> = dyn Fn(&Path, Option<&MatterSlug>) -> anyhow::Result<Vec<Finding>> + 'h;

/// Writes a hit report as a workbook.
pub type WriteHitReport<'h> = dyn Fn(&HitReport, &Path) -> anyhow::Result<()> + 'h;

/// What the program around these commands knows and they don't.
#[derive(Default)]
pub struct Hooks<'h> {
    /// Tells what surrounds the documents; without it only the matter folder is asked.
    pub surround: Option<&'h Surround<'h>>,
    /// Writes the workbook of `hits --xlsx`; without it that is refused.
    pub write_hit_report: Option<&'h WriteHitReport<'h>>,
    /// Adds findings to `verify`.
    pub verify: Option<&'h VerifyMore<'h>>,
}

impl ExitStatus {
    /// The number the process ends with.
    #[must_use]
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Findings => 1,
            Self::Failed => 2,
        }
    }

    fn findings_if(any: bool) -> Self {
        if any { Self::Findings } else { Self::Done }
    }
}

impl std::fmt::Debug for Hooks<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hooks").finish_non_exhaustive()
    }
}

/// Carries out a command. Results go to `out`; a failure becomes one sentence on standard error.
pub fn run(command: &Command, hooks: &Hooks<'_>, out: &mut dyn Write) -> ExitStatus {
    let result = match command {
        Command::Ingest(arguments) => ingest::run(arguments, out),
        Command::Retry(arguments) => retry::run(arguments, out),
        Command::Status(arguments) => status::run(arguments, out),
        Command::Exceptions(arguments) => exceptions::run(arguments, out),
        Command::Search(arguments) => search::run(arguments, hooks, out),
        Command::Hits(arguments) => hits::run(arguments, hooks, out),
        Command::Terms(arguments) => terms::run(arguments, out),
        Command::Text(arguments) => text::run(arguments, out),
        Command::Documents(arguments) => documents::run(arguments, out),
        Command::Sources(arguments) => sources::run(arguments, out),
        Command::Runs(arguments) => runs::run(arguments, out),
        Command::Rebuild(arguments) => rebuild::run(arguments, out),
        Command::Verify(arguments) => verify::run(arguments, hooks, out),
        Command::Worker => crate::isolate::worker::run().map(|()| ExitStatus::Done).map_err(Into::into),
        Command::Recogniser => crate::isolate::recogniser::run().map(|()| ExitStatus::Done).map_err(Into::into),
    };
    let result = result.and_then(|status| out.flush().map(|()| status).map_err(Into::into));
    result.unwrap_or_else(|error| {
        if is_closed_pipe(&error) {
            // Whoever read our output has had enough of it.
            return ExitStatus::Done;
        }
        failure::tell(&error);
        ExitStatus::Failed
    })
}

fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|error| error.kind() == std::io::ErrorKind::BrokenPipe)
}

/// How many files are read at once unless said otherwise.
fn default_jobs() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
