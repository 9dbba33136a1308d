//! `redwell retry`: what had exceptions once more.

use std::io::Write;
use std::sync::Arc;

use clap::Args;

use super::live::Live;
use super::reading::Reading;
use super::report::json_line;
use super::{ExitStatus, MatterArguments};
use crate::collect::{self, Progress, RetryRequest};
use crate::isolate::WorkerProgram;

/// Arguments of `redwell retry`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    matter: MatterArguments,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    live: Live,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let progress = Arc::new(Progress::default());
    let request = RetryRequest {
        data: &arguments.matter.data,
        matter: &arguments.matter.matter,
        jobs: arguments.reading.jobs(),
        options: arguments.reading.options()?,
        limits: arguments.reading.limits(),
        worker: WorkerProgram::this_executable()?,
        gate: Arc::default(),
        settings: arguments.reading.settings(),
    };
    let watching = arguments.live.start(&progress, &request.gate)?;
    let result = collect::retry(&request, &progress);
    watching.end(Some(result.as_ref().map(|report| report.cancelled).map_err(ToString::to_string)));
    let report = result?;
    if arguments.json {
        json_line(out, &report)?;
    } else {
        writeln!(out, "{} items tried again, {} without exceptions now", report.retried, report.cleared)?;
        writeln!(out, "{} texts changed, {} documents added", report.changed, report.documents)?;
        writeln!(out, "{} exceptions remain on them", report.exceptions)?;
        if report.cancelled {
            writeln!(out, "it was cancelled; the same `redwell retry` again takes up the others")?;
        }
    }
    Ok(ExitStatus::findings_if(report.exceptions > 0 || report.cancelled))
}
