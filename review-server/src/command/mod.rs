//! The command line of the one program: the indexer's commands, and those over people's work.

mod asked;
mod batches;
mod deliver;
mod demo;
mod matter;
mod serve;
mod synonyms;
mod taxonomy;
mod user;

use std::io::Write;
use std::path::Path;

use clap::{Parser, Subcommand};
use jiff::Timestamp;
use redwell_indexer::analyse::hit_report::HitReport;
use redwell_indexer::command::{self as indexer, ExitStatus, Hooks};

use crate::deliver::{hit_workbook, worker};
use crate::store::{AuditRow, Store, Writing, moment};

/// Research and document review: files in, search, coding, annotations, deliverables out.
#[derive(Debug, Parser)]
#[command(name = "redwell", version, arg_required_else_help = true)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    #[command(flatten)]
    Indexer(indexer::Command),
    /// Serve the web page and the interface for programs.
    Serve(serve::Arguments),
    /// Name matters.
    #[command(subcommand)]
    Matter(matter::Command),
    /// Add people, set their passwords and roles.
    #[command(subcommand)]
    User(user::Command),
    /// Import or check taxonomies.
    #[command(subcommand)]
    Taxonomy(taxonomy::Command),
    /// Import or export lists of words that mean the same.
    #[command(subcommand)]
    Synonyms(synonyms::Command),
    /// Split documents into batches for review.
    #[command(subcommand)]
    Batches(batches::Command),
    /// Prepare a findings package.
    Deliver(deliver::Arguments),
    /// Fill a data folder with the sample matters and serve it.
    Demo(demo::Arguments),
    /// Print the description of the interface for programs.
    #[command(hide = true)]
    Openapi,
    /// Annotate one PDF file for another process, over pipes.
    #[command(hide = true, name = worker::SUBCOMMAND)]
    WorkerAnnotate,
}

impl Arguments {
    /// Whether what is asked for may take long and much memory.
    #[must_use]
    pub fn is_long_work(&self) -> bool {
        use indexer::Command::{Ingest, Rebuild, Retry};
        matches!(
            self.command,
            Command::Indexer(Ingest(_) | Retry(_) | Rebuild(_)) | Command::Serve(_) | Command::Demo(_)
        )
    }
}

/// Carries out a command. Results go to `out`; a failure becomes one sentence on standard error.
pub fn run(arguments: &Arguments, out: &mut dyn Write) -> ExitStatus {
    let result = match &arguments.command {
        Command::Indexer(command) => {
            let hooks = Hooks {
                surround: Some(&asked::surround),
                write_hit_report: Some(&write_hit_report),
                verify: Some(&asked::audit),
            };
            return indexer::run(command, &hooks, out);
        }
        Command::Serve(arguments) => serve::run(arguments, out),
        Command::Matter(command) => matter::run(command),
        Command::User(command) => user::run(command),
        Command::Taxonomy(command) => taxonomy::run(command, out),
        Command::Synonyms(command) => synonyms::run(command, out),
        Command::Batches(command) => batches::run(command, out),
        Command::Deliver(arguments) => deliver::run(arguments, out),
        Command::Demo(arguments) => demo::run(arguments, out),
        Command::Openapi => print_openapi(out),
        Command::WorkerAnnotate => annotate(out),
    };
    result.unwrap_or_else(|error| {
        indexer::failure::tell(&error);
        ExitStatus::Failed
    })
}

/// Writes the workbook of `redwell hits --xlsx`; the same report gives the same bytes.
fn write_hit_report(report: &HitReport, path: &Path) -> anyhow::Result<()> {
    use anyhow::Context as _;
    let bytes = hit_workbook::xlsx(report)?;
    std::fs::write(path, bytes).with_context(|| format!("writing the workbook `{}`", path.display()))
}

fn print_openapi(out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    match out.write_all(crate::api::openapi::document().as_bytes()).and_then(|()| out.flush()) {
        // Whoever read our output has had enough of it.
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(ExitStatus::Done),
    }
}

fn annotate(out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    worker::limit_this_process()?;
    worker::serve(&mut std::io::stdin().lock(), out)?;
    Ok(ExitStatus::Done)
}

/// Runs something that waits, on threads of its own.
fn wait_for<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(work)
}

/// Opens the review database of a data folder.
async fn open(data: &Path) -> anyhow::Result<Store> {
    use anyhow::Context as _;
    let opened = Store::open(data).await;
    opened.with_context(|| format!("opening the review database in `{}`", data.display()))
}

/// What the audit log calls whoever works on the command line.
const ACTOR: &str = "command line";

/// Records what the command line did.
async fn audit(
    writing: &Writing<'_>,
    matter: &str,
    action: &str,
    subject: &str,
    detail: serde_json::Value,
) -> anyhow::Result<()> {
    let at = moment(Timestamp::now());
    writing.audit(AuditRow { at, actor: ACTOR, matter, action, subject, detail }).await?;
    Ok(())
}
