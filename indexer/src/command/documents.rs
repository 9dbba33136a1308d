//! `redwell documents`: one line a document.

use std::io::Write;

use clap::Args;

use super::report::json_line;
use super::{ExitStatus, MatterArguments};
use crate::matter_folder::MatterFolder;

/// Arguments of `redwell documents`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    matter: MatterArguments,
    /// Print one JSON object a line, with all metadata.
    #[arg(long)]
    json: bool,
}

/// Documents read in one go.
const BATCH: usize = 500;

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let folder = MatterFolder::open(&arguments.matter.data, &arguments.matter.matter)?;
    let mut after = 0;
    loop {
        let ordinals = folder.ordinals(after, BATCH)?;
        let Some(last) = ordinals.last() else { return Ok(ExitStatus::Done) };
        after = *last;
        for row in folder.documents(&ordinals)? {
            if arguments.json {
                json_line(out, &row)?;
            } else {
                writeln!(out, "{}\t{}\t{}\t{}", row.control_number, row.format, row.title, row.path)?;
            }
        }
    }
}
