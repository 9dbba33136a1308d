//! `redwell ingest`: files and folders into a matter.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

use clap::Args;
use redwell_model::control_number::Prefix;
use serde::Serialize;

use super::reading::Reading;
use super::report::{Watching, json_line};
use super::{ExitStatus, MatterArguments};
use crate::collect::{self, IngestRequest, Progress};
use crate::isolate::WorkerProgram;
use crate::matter_folder::RunReport;

/// Arguments of `redwell ingest`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    matter: MatterArguments,
    /// Whom the files come from; by default the name of each path's last folder.
    #[arg(long, value_name = "NAME")]
    custodian: Option<String>,
    /// The letters before the hyphen of control numbers; by default the first part of the matter's name.
    #[arg(long, value_name = "PREFIX")]
    prefix: Option<Prefix>,
    #[command(flatten)]
    reading: Reading,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
    /// Files and folders.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report {
    #[serde(flatten)]
    run: RunReport,
    excluded: u64,
    elapsed_ms: u64,
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let began = Instant::now();
    let progress = Arc::new(Progress::default());
    let request = IngestRequest {
        data: &arguments.matter.data,
        matter: &arguments.matter.matter,
        prefix: arguments.prefix.as_ref(),
        custodian: arguments.custodian.as_deref(),
        paths: &arguments.paths,
        jobs: arguments.reading.jobs(),
        options: arguments.reading.options()?,
        limits: arguments.reading.limits(),
        worker: WorkerProgram::this_executable()?,
    };
    let watching = Watching::start(&progress);
    let result = collect::ingest(&request, &progress);
    drop(watching);
    let run = result?;
    let elapsed_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let has_findings = run.exceptions > 0 || run.failed > 0;
    if arguments.json {
        json_line(out, &Report { run, excluded: 0, elapsed_ms })?;
    } else {
        print(out, &run, elapsed_ms, &arguments.matter)?;
    }
    Ok(ExitStatus::findings_if(has_findings))
}

fn print(out: &mut dyn Write, run: &RunReport, elapsed_ms: u64, matter: &MatterArguments) -> anyhow::Result<()> {
    writeln!(out, "{} files found, {} of them known already", run.sources, run.unchanged)?;
    let RunReport { items, documents, duplicates, containers, failed, .. } = run;
    writeln!(
        out,
        "{items} items = {documents} documents + {duplicates} duplicates + {containers} containers + 0 excluded + {failed} failed"
    )?;
    writeln!(out, "{} MiB in {}.{} s", run.size_bytes >> 20, elapsed_ms / 1000, elapsed_ms % 1000 / 100)?;
    if run.exceptions > 0 {
        let MatterArguments { data, matter } = matter;
        let data = data.display();
        writeln!(
            out,
            "{} exceptions: `redwell exceptions --data {data} --matter {matter}` lists them",
            run.exceptions
        )?;
    }
    Ok(())
}
