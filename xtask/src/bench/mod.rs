//! `cargo xtask bench NAME`: measurements side by side with a peer in the same run, given as ratios, because the
//! machines they run on are shared.
//!
//! `--dev` builds without optimising: the figures mean nothing then, but one sees soon whether a benchmark works.

mod http;
mod ingest;
mod mails;
mod pdf;
mod processing;
mod quality;
mod search;
mod served;
mod texts;
mod usage;

use std::path::PathBuf;

use anyhow::{Context as _, bail};

use crate::process::cargo;
use crate::tree;

/// What to measure, and with what.
struct Order {
    /// `redwell`.
    binary: PathBuf,
    /// Where the programs beside it lie.
    examples: PathBuf,
    /// Files and folders; none for what the benchmark makes or takes by itself.
    paths: Vec<PathBuf>,
    /// A data folder and the short name of a matter in it that is there already.
    matter: Option<(PathBuf, String)>,
    /// Whether it is only to be seen that the benchmark works.
    is_trial: bool,
}

impl Order {
    /// What the paths hold, or the sample matters.
    fn paths_or_samples(&self) -> Vec<PathBuf> {
        if self.paths.is_empty() { vec![tree::root().join("corpora-sample")] } else { self.paths.clone() }
    }
}

/// Runs one benchmark.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let Some((name, rest)) = arguments.split_first() else {
        bail!("name a benchmark: ingest, pdf, processing or search")
    };
    let (mut paths, mut data, mut matter, mut is_trial) = (Vec::new(), None, None, false);
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().with_context(|| format!("`{word}` needs a value"));
        match word.as_str() {
            "--dev" => is_trial = true,
            "--data" => data = Some(std::path::absolute(value()?)?),
            "--matter" => matter = Some(value()?.clone()),
            option if option.starts_with("--") => bail!("`bench` knows no `{option}`"),
            path => paths.push(PathBuf::from(path)),
        }
    }
    let matter = match (data, matter) {
        (Some(data), Some(matter)) if name == "search" && paths.is_empty() => Some((data, matter)),
        (None, None) => None,
        _ => bail!("`--data DIR --matter SLUG` go together, with `bench search` and without paths"),
    };
    // Together, so that what both are made of is compiled once.
    let packages = [
        "--package",
        "redwell",
        "--bin",
        "redwell",
        "--package",
        "redwell-indexer",
        "--example",
        "raw_tantivy",
        "--example",
        "search_bench",
        "--example",
        "mail_quality",
        "--example",
        "office_recall",
    ];
    let profile: &[&str] = if is_trial { &["build", "--locked"] } else { &["build", "--release", "--locked"] };
    cargo(&[profile, &packages].concat()).run()?;
    let built = tree::target().join(if is_trial { "debug" } else { "release" });
    let (binary, examples) = (built.join("redwell"), built.join("examples"));
    let order = Order { binary, examples, paths, matter, is_trial };
    match name.as_str() {
        "ingest" => ingest::run(&order.binary, &order.paths_or_samples()),
        "pdf" => pdf::run(&order.binary, &order.paths_or_samples()),
        "processing" => processing::run(&order, &order.paths_or_samples()),
        "search" => search::run(&order),
        other => bail!("there is no benchmark `{other}`: use ingest, pdf, processing or search"),
    }
}
