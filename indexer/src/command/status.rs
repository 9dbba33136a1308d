//! `redwell status`: the accounting of a matter.

use std::io::Write;

use clap::Args;

use super::reading::described;
use super::report::json_line;
use super::{ExitStatus, MatterArguments};
use crate::isolate::sandbox::Confinement;
use crate::matter_folder::MatterFolder;

/// Arguments of `redwell status`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    matter: MatterArguments,
    /// Print the counts as one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let status = MatterFolder::open(&arguments.matter.data, &arguments.matter.matter)?.status()?;
    if arguments.json {
        json_line(out, &status)?;
        return Ok(ExitStatus::Done);
    }
    let counts = status.accounting;
    for (name, number) in [
        ("sources", counts.sources),
        ("items", counts.items),
        ("documents", counts.documents),
        ("duplicates", counts.duplicates),
        ("containers", counts.containers),
        ("excluded", counts.excluded),
        ("failed", counts.failed),
        ("exceptions", status.exceptions),
        ("empty", status.empty),
        ("recognised", status.recognised),
        ("missing", status.missing),
        ("indexed", status.indexed),
        ("bytes", status.size_bytes),
    ] {
        writeln!(out, "{name:<12}{number:>12}")?;
    }
    match status.confinement {
        None | Some(Confinement::FULL) => {}
        Some(Confinement { from_files, from_network }) => {
            let open = match (from_files, from_network) {
                (false, false) => "files and the network",
                (false, true) => "files",
                _ => "the network",
            };
            writeln!(
                out,
                "this system did not keep the reading processes from {open}: it lacks Landlock or seccomp; limits on time and memory held"
            )?;
        }
    }
    if let Some(recognition) = &status.recognition {
        writeln!(out, "text in pictures: {}", described(recognition))?;
    }
    if !status.complete {
        writeln!(out, "the last run did not come to its end; run the same `redwell ingest` again to go on")?;
    }
    Ok(ExitStatus::Done)
}
