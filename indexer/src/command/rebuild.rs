//! `redwell rebuild`: the index from the matter folder.

use std::io::Write;
use std::sync::Arc;

use clap::Args;

use super::report::Watching;
use super::{ExitStatus, MatterArguments, default_jobs};
use crate::collect::{self, Progress};

/// Arguments of `redwell rebuild`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    matter: MatterArguments,
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let progress = Arc::new(Progress::default());
    let watching = Watching::start(&progress);
    let result = collect::rebuild(&arguments.matter.data, &arguments.matter.matter, default_jobs(), &progress);
    drop(watching);
    writeln!(out, "{} documents indexed", result?)?;
    Ok(ExitStatus::Done)
}
