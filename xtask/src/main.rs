//! `cargo xtask`: the project's own commands. Plain Rust with hardly a dependency, so that the first of the two
//! commands a newcomer types starts within seconds.

mod bench;
mod chromium;
mod demo;
mod fuzz;
mod process;
mod report;
mod tests;
mod tree;
mod ui;

use std::process::ExitCode;

use anyhow::bail;

const HELP: &str = "\
cargo xtask COMMAND

  demo     [--data DIR]  builds everything, ingests the sample matters, serves them and prints the sign-ins
  test     [--only STEP] runs every check there is; STEP is one of ui, fmt, clippy, doc, rust, journeys
  ui                     installs the modules of the web page and builds it
  samples                writes corpora-sample anew from its sources
  bench    NAME [--dev] [PATH…]  measures; NAME is one of ingest, pdf, processing, search. `--dev` only shows that it works.
           search [--data DIR --matter SLUG] measures a matter that is there. Beside tantivy stand Xapian, where
           `import xapian` works (apt: python3-xapian), and Lucene, where REDWELL_LUCENE_JAR names a jar of Lucene 9
           with its queries (pip: that in the wheel of pyserini) and Java 17 or later is there
  fuzz     NAME [--seconds N] [PATH…]  throws noise at a reader, beginning with files of its kind under the paths
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some(status) = fuzz::as_compiler(&arguments) {
        return status;
    }
    match run(&arguments) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            report::say(&format!("xtask: {error:#}"));
            ExitCode::from(2)
        }
    }
}

/// Runs one command; `false` when a check it ran did not hold.
fn run(arguments: &[String]) -> anyhow::Result<bool> {
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", arguments),
    };
    match command {
        "demo" => demo::run(rest).map(|()| true),
        "test" => tests::run(rest),
        "ui" => ui::build().map(|()| true),
        "samples" => samples().map(|()| true),
        "bench" => bench::run(rest).map(|()| true),
        "fuzz" => fuzz::run(rest),
        "help" | "--help" | "-h" => {
            report::say(HELP);
            Ok(true)
        }
        other => bail!("there is no command `{other}`\n\n{HELP}"),
    }
}

fn samples() -> anyhow::Result<()> {
    process::cargo(&["run", "--quiet", "--package", "redwell-samples"]).run()
}
