//! `bench search`: how long searches take, by kind of query, beside tantivy alone with the nearest it can do.
//!
//! Without paths over a hundred thousand generated texts; else over what the paths hold.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::bail;

use super::texts;
use crate::process::program;
use crate::tree;

/// Generated texts: about 400 MB.
const TEXTS: usize = 100_000;

/// Ingests, indexes twice, asks, and prints the table.
pub(super) fn run(binary: &Path, paths: &[PathBuf]) -> anyhow::Result<()> {
    let scratch = tree::target().join("bench-search");
    if scratch.exists() {
        std::fs::remove_dir_all(&scratch)?;
    }
    std::fs::create_dir_all(&scratch)?;
    let mut paths = paths.to_vec();
    if paths == [tree::root().join("corpora-sample")] {
        paths = vec![scratch.join("texts")];
        texts::write(&paths[0], TEXTS)?;
    }
    let data = scratch.join("data");
    let mut ingest = Command::new(binary);
    ingest.args(["ingest", "--matter", "bench", "--ocr", "off", "--natives", "reference", "--json", "--data"]);
    let status = ingest.arg(&data).args(&paths).stdout(std::process::Stdio::null()).status()?;
    if !matches!(status.code(), Some(0 | 1)) {
        bail!("`redwell ingest` ended with {status}");
    }
    let bench = tree::target().join("release/examples/search_bench");
    for step in ["index", "ask", "many"] {
        program(bench.as_os_str(), &[step]).word(&data).word("bench").word(&scratch).run()?;
    }
    std::fs::remove_dir_all(&scratch)?;
    Ok(())
}
