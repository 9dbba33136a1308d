//! The indexer's commands without the review server: what `redwell` does with them, in a program that builds faster.
//!
//! For measuring and for trying the indexer alone; nobody installs it.

use std::io::{BufWriter, Write as _};
use std::process::ExitCode;

use clap::Parser;
use redwell_indexer::command::{Command, Hooks, run};

/// The commands over matter folders.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let mut out = BufWriter::new(std::io::stdout().lock());
    let status = run(&arguments.command, &Hooks::default(), &mut out);
    // A reader that went away is no failure of the command.
    out.flush().ok();
    ExitCode::from(status.code())
}
