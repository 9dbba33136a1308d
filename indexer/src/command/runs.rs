//! `redwell runs`: what was read when.

use std::io::Write;

use clap::Args;

use super::report::json_line;
use super::{ExitStatus, MatterArguments};
use crate::matter_folder::{MatterFolder, RunReport};

/// Arguments of `redwell runs`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    matter: MatterArguments,
    /// Print one JSON object a line.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    for run in MatterFolder::open(&arguments.matter.data, &arguments.matter.matter)?.runs()? {
        if arguments.json {
            json_line(out, &run)?;
            continue;
        }
        write!(out, "{:<4}{:<8}{:.0}  {:<12}", run.number, run.command, run.started, run.state)?;
        if let Some(RunReport { sources, items, documents, exceptions, .. }) = run.report {
            write!(out, "{sources} files, {items} items, {documents} documents, {exceptions} exceptions")?;
        }
        writeln!(out)?;
    }
    Ok(ExitStatus::Done)
}
