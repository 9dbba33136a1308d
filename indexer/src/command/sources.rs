//! `redwell sources`: the files found on disk, and those that are gone.

use std::io::Write;

use clap::Args;

use super::report::json_line;
use super::{ExitStatus, MatterArguments};
use crate::matter_folder::MatterFolder;

/// Arguments of `redwell sources`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    matter: MatterArguments,
    /// Only those that were not at their place any more when a run looked for them.
    #[arg(long)]
    missing: bool,
    /// Print one JSON object a line.
    #[arg(long)]
    json: bool,
}

/// Sources read in one go.
const BATCH: usize = 1_000;

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let folder = MatterFolder::open(&arguments.matter.data, &arguments.matter.matter)?;
    let mut after = Vec::new();
    loop {
        let sources = folder.sources(arguments.missing, &after, BATCH)?;
        let Some((last, _)) = sources.last() else { return Ok(ExitStatus::Done) };
        after.clone_from(last);
        for (_, source) in &sources {
            if arguments.json {
                json_line(out, source)?;
            } else {
                let missing =
                    source.missing_since.map(|since| format!("\tmissing since {since:.0}")).unwrap_or_default();
                writeln!(out, "{}\t{}\t{}{missing}", source.location, source.custodian, source.size_bytes)?;
            }
        }
    }
}
