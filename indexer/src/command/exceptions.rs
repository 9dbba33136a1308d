//! `redwell exceptions`: which items could not be (fully) read, and why.

use std::io::Write;

use clap::Args;

use super::report::{csv_row, json_line};
use super::{ExitStatus, MatterArguments};
use crate::matter_folder::MatterFolder;

/// Arguments of `redwell exceptions`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    matter: MatterArguments,
    /// Print one JSON object a line.
    #[arg(long, conflicts_with = "csv")]
    json: bool,
    /// Print a CSV table.
    #[arg(long)]
    csv: bool,
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let rows = MatterFolder::open(&arguments.matter.data, &arguments.matter.matter)?.exceptions(None)?;
    if arguments.csv {
        csv_row(out, &["path", "custodian", "control_number", "stage", "kind", "reason", "tool", "page"])?;
    }
    for row in rows {
        if arguments.json {
            json_line(out, &row)?;
            continue;
        }
        let number = row.control_number.as_ref().map(ToString::to_string).unwrap_or_default();
        let exception = &row.exception;
        let page = exception.page.map(|page| page.to_string()).unwrap_or_default();
        let (stage, kind) = (exception.stage.as_str(), exception.kind.as_str());
        if arguments.csv {
            let (reason, tool) = (&exception.reason, &exception.tool);
            csv_row(out, &[&row.path, &row.custodian, &number, stage, kind, reason, tool, &page])?;
        } else {
            let on_page = exception.page.map(|page| format!(" (page {page})")).unwrap_or_default();
            writeln!(out, "{}{on_page}\t{stage}\t{kind}\t{}", row.path, exception.reason)?;
        }
    }
    Ok(ExitStatus::Done)
}
