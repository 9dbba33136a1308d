//! `bench pdf`: processor time for the text of PDFs, in isolated workers with boxes, beside `pdftotext` on the same files.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use super::usage::{Usage, measure};
use crate::process::program;
use crate::{report, tree};

/// Measures both and prints the ratio.
pub(crate) fn run(binary: &Path, paths: &[PathBuf]) -> anyhow::Result<()> {
    let mut files = Vec::new();
    for path in paths {
        collect(&std::fs::canonicalize(path).with_context(|| format!("finding `{}`", path.display()))?, &mut files)?;
    }
    files.sort();
    if files.is_empty() {
        bail!("there is no PDF among what was given");
    }
    let scratch = tree::target().join("bench-pdf");
    if scratch.exists() {
        std::fs::remove_dir_all(&scratch)?;
    }
    std::fs::create_dir_all(&scratch)?;
    let ours = measure(
        Command::new(binary).args(["ingest", "--matter", "bench", "--json", "--data"]).arg(&scratch).args(&files),
    )?;
    if !matches!(ours.status, 0 | 1) {
        bail!("`redwell ingest` ended with status {}", ours.status);
    }
    report::say(&format!("{} PDFs", files.len()));
    report::say(&format!("redwell ingest (hash, text, boxes, index)  CPU {:>7.2} s", ours.cpu_seconds));
    if program("which".as_ref(), &["pdftotext"]).quiet().is_none() {
        report::say("pdftotext is not installed: no peer in this run (`apt-get install poppler-utils`)");
        return Ok(());
    }
    let mut peer = Usage::default();
    for file in &files {
        peer.cpu_seconds += measure(Command::new("pdftotext").arg(file).arg("-"))?.cpu_seconds;
    }
    report::say(&format!("pdftotext                                  CPU {:>7.2} s", peer.cpu_seconds));
    report::say(&format!("redwell / pdftotext: {:.2}", ours.cpu_seconds / peer.cpu_seconds));
    Ok(())
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    } else if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("pdf")) {
        files.push(path.to_path_buf());
    }
    Ok(())
}
