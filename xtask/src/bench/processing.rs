//! `bench processing`: one table of what reading costs, by kind of file and number of jobs, beside the programs people would
//! use otherwise, in the same run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::bail;

use super::usage::{Usage, measure};
use super::{Order, ingest, quality, texts};
use crate::process::program;
use crate::{report, tree};

/// Kinds with fewer files than this say nothing.
const FEWEST_FILES: usize = 5;

/// Plain texts generated for the last part: the fewer and the more, to see whether memory grows with their number.
const TEXTS: [usize; 2] = [10_000, 100_000];
const TRIAL_TEXTS: [usize; 2] = [100, 1_000];

/// Measures and prints.
pub(super) fn run(order: &Order, paths: &[PathBuf]) -> anyhow::Result<()> {
    let binary = order.binary.as_path();
    let paths: Vec<PathBuf> = paths.iter().map(std::fs::canonicalize).collect::<Result<_, _>>()?;
    let scratch = tree::target().join("bench-processing");
    if scratch.exists() {
        std::fs::remove_dir_all(&scratch)?;
    }
    std::fs::create_dir_all(&scratch)?;
    let mut kinds: BTreeMap<String, Vec<PathBuf>> = BTreeMap::new();
    for path in &paths {
        by_kind(path, &mut kinds)?;
    }
    report::say("kind        jobs    files    docs/s     MB/s    CPU s  peak MiB");
    for (kind, files) in kinds.iter().filter(|(_, files)| files.len() >= FEWEST_FILES) {
        for jobs in [1, 2] {
            let used = ours(binary, &scratch.join(format!("{kind}-{jobs}")), jobs, files)?;
            row(kind, jobs, files.len(), bytes(files)?, &used);
        }
        if kind == "pdf" {
            // What pdftotext does not do is not held against it: scans stay scans.
            let used = ours_with(&["--ocr", "off"], binary, &scratch.join("pdf-without-ocr"), 2, files)?;
            row("  no OCR", 2, files.len(), bytes(files)?, &used);
            beside_pdftotext(files, &used)?;
        }
    }
    let data = scratch.join("whole");
    let whole = ours(binary, &data, 2, &paths)?;
    let all: Vec<PathBuf> = kinds.into_values().flatten().collect();
    let all_bytes = bytes(&all)?;
    row("whole tree", 2, all.len(), all_bytes, &whole);
    quality::run(order, &data, &paths)?;
    // The peers do not recognise text in pictures.
    let whole = ours_with(&["--ocr", "off"], binary, &scratch.join("whole-without-ocr"), 2, &paths)?;
    row("  no OCR", 2, all.len(), all_bytes, &whole);
    for (name, peer) in [("recollindex", ingest::recoll(&scratch, &paths)?), ("tika", tika(&scratch, &paths)?)] {
        match peer {
            Some(peer) => {
                row(name, 2, all.len(), all_bytes, &peer);
                let cpu = peer.cpu_seconds / whole.cpu_seconds;
                report::say(&format!("  {name} / redwell, wall: {:.1}, CPU: {cpu:.1}", ratio(&peer, &whole)));
            }
            None => report::say(&format!("  {name} is not installed: no such peer for the whole tree")),
        }
    }
    beside_tantivy(order, &scratch)?;
    std::fs::remove_dir_all(&scratch)?;
    Ok(())
}

/// Apache Tika's command line, named by `TIKA_APP`, taking text out of the same files one after the other in one process.
fn tika(scratch: &Path, paths: &[PathBuf]) -> anyhow::Result<Option<Usage>> {
    let Some(program) = std::env::var_os("TIKA_APP") else { return Ok(None) };
    let mut all = Usage::default();
    for path in paths.iter().filter(|path| path.is_dir()) {
        let into = scratch.join("tika");
        std::fs::create_dir_all(&into)?;
        let mut command = Command::new("java");
        let used = measure(command.arg("-jar").arg(&program).arg("-t").arg("-i").arg(path).arg("-o").arg(into))?;
        all.wall += used.wall;
        all.cpu_seconds += used.cpu_seconds;
        all.peak_bytes = all.peak_bytes.max(used.peak_bytes);
    }
    Ok(Some(all))
}

/// Files below a path, by the ending of their names.
fn by_kind(path: &Path, kinds: &mut BTreeMap<String, Vec<PathBuf>>) -> anyhow::Result<()> {
    if path.is_dir() {
        let mut entries: Vec<PathBuf> =
            std::fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
        entries.sort();
        return entries.iter().try_for_each(|entry| by_kind(entry, kinds));
    }
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    let kind = ending.filter(|ending| (1..=6).contains(&ending.len())).unwrap_or_else(|| "none".to_owned());
    kinds.entry(kind).or_default().push(path.to_path_buf());
    Ok(())
}

fn bytes(files: &[PathBuf]) -> anyhow::Result<u64> {
    files.iter().map(|file| Ok(std::fs::metadata(file)?.len())).sum()
}

/// Ingests into a fresh matter. Nothing is removed between the runs: a file system that has just lost many files is slow to
/// make new ones.
fn ours(binary: &Path, data: &Path, jobs: usize, paths: &[PathBuf]) -> anyhow::Result<Usage> {
    ours_with(&[], binary, data, jobs, paths)
}

/// The same with more options.
fn ours_with(options: &[&str], binary: &Path, data: &Path, jobs: usize, paths: &[PathBuf]) -> anyhow::Result<Usage> {
    let mut command = Command::new(binary);
    command.args(["ingest", "--matter", "bench", "--json", "--jobs", &jobs.to_string()]);
    command.args(options).arg("--data");
    let used = measure(command.arg(data).args(paths))?;
    if !matches!(used.status, 0 | 1) {
        bail!("`redwell ingest` ended with status {}", used.status);
    }
    Ok(used)
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn row(kind: &str, jobs: usize, files: usize, bytes: u64, used: &Usage) {
    let seconds = used.wall.as_secs_f64().max(1e-9);
    report::say(&format!(
        "{kind:<12}{jobs:>4}{files:>9}{:>10.0}{:>9.2}{:>9.2}{:>10}",
        files as f64 / seconds,
        bytes as f64 / 1e6 / seconds,
        used.cpu_seconds,
        used.peak_bytes >> 20,
    ));
}

fn ratio(peer: &Usage, ours: &Usage) -> f64 {
    peer.wall.as_secs_f64() / ours.wall.as_secs_f64()
}

fn beside_pdftotext(files: &[PathBuf], ours: &Usage) -> anyhow::Result<()> {
    if program("which".as_ref(), &["pdftotext"]).quiet().is_none() {
        report::say("  pdftotext is not installed: no peer for PDF");
        return Ok(());
    }
    let mut seconds = 0.0;
    for file in files {
        seconds += measure(Command::new("pdftotext").arg(file).arg("-"))?.cpu_seconds;
    }
    report::say(&format!("  redwell / pdftotext, CPU: {:.2} ({seconds:.2} s)", ours.cpu_seconds / seconds));
    Ok(())
}

/// Plain texts, the same bytes through tantivy alone, and the memory of few and many.
fn beside_tantivy(order: &Order, scratch: &Path) -> anyhow::Result<()> {
    let (binary, raw) = (order.binary.as_path(), order.examples.join("raw_tantivy"));
    let mut peaks = Vec::new();
    for count in if order.is_trial { TRIAL_TEXTS } else { TEXTS } {
        let folder = scratch.join(format!("texts-{count}"));
        let written = texts::write(&folder, count)?;
        let used = ours(binary, &scratch.join(format!("data-{count}")), 2, std::slice::from_ref(&folder))?;
        row("plain texts", 2, count, written, &used);
        peaks.push(used.peak_bytes);
        let peer = measure(Command::new(&raw).arg(&folder).arg(scratch.join(format!("tantivy-{count}"))))?;
        row("raw tantivy", 2, count, written, &peer);
        let cpu = peer.cpu_seconds / used.cpu_seconds;
        report::say(&format!(
            "  redwell / raw tantivy, speed: {:.2} by the clock, {cpu:.2} by CPU",
            ratio(&peer, &used)
        ));
    }
    if let [few, many] = peaks[..] {
        let few = u32::try_from(few >> 20).unwrap_or(u32::MAX);
        let many = u32::try_from(many >> 20).unwrap_or(u32::MAX);
        report::say(&format!("  peak memory of many / few texts: {:.2}", f64::from(many) / f64::from(few.max(1))));
    }
    Ok(())
}
