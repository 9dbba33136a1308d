//! `cargo xtask bench NAME`: measurements side by side with a peer in the same run, given as ratios, because the
//! machines they run on are shared.

mod ingest;
mod pdf;
mod processing;
mod quality;
mod search;
mod texts;
mod usage;

use std::path::PathBuf;

use anyhow::bail;

use crate::process::cargo;
use crate::tree;

/// Runs one benchmark over the files and folders given, or over the sample matters.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let Some((name, paths)) = arguments.split_first() else {
        bail!("name a benchmark: ingest, pdf, processing or search")
    };
    let mut paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
    if paths.is_empty() {
        paths.push(tree::root().join("corpora-sample"));
    }
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
    ];
    cargo(&[&["build", "--release", "--locked"][..], &packages].concat()).run()?;
    let binary = tree::target().join("release/redwell");
    match name.as_str() {
        "ingest" => ingest::run(&binary, &paths),
        "pdf" => pdf::run(&binary, &paths),
        "processing" => processing::run(&binary, &paths),
        "search" => search::run(&binary, &paths),
        other => bail!("there is no benchmark `{other}`: use ingest, pdf, processing or search"),
    }
}
