//! `redwell rebuild`: the index from the matter folder.

use std::io::Write;
use std::sync::Arc;

use clap::Args;

use super::live::{Shown, Watching};
use super::{ExitStatus, MatterArguments, default_jobs};
use crate::collect::{self, Gate, Progress};

/// Arguments of `redwell rebuild`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    matter: MatterArguments,
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let progress = Arc::new(Progress::default());
    let watching = Watching::start(&progress, &Arc::new(Gate::default()), Shown::Terminal);
    let result = collect::rebuild(&arguments.matter.data, &arguments.matter.matter, default_jobs(), &progress);
    watching.end(None);
    writeln!(out, "{} documents indexed", result?)?;
    Ok(ExitStatus::Done)
}
