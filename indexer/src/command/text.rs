//! `redwell text`: the canonical text of a document.

use std::io::Write;

use anyhow::bail;
use clap::Args;
use redwell_model::ControlNumber;

use super::{ExitStatus, MatterArguments};
use crate::matter_folder::MatterFolder;

/// Arguments of `redwell text`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    matter: MatterArguments,
    /// The document.
    #[arg(value_name = "CONTROL_NUMBER")]
    control_number: ControlNumber,
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let folder = MatterFolder::open(&arguments.matter.data, &arguments.matter.matter)?;
    let number = &arguments.control_number;
    let text = if number.prefix() == folder.prefix() { folder.text(number.ordinal())? } else { None };
    let Some(text) = text else {
        bail!("there is no document `{number}` in `{}`; `redwell documents` lists them", arguments.matter.matter)
    };
    out.write_all(text.text.as_bytes())?;
    Ok(ExitStatus::Done)
}
