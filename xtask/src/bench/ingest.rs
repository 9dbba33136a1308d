//! `bench ingest`: a whole tree into a searchable matter, beside Recoll's indexer on the same tree.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use super::usage::{Usage, measure};
use crate::process::program;
use crate::{report, tree};

/// Measures both and prints their ratio.
pub(crate) fn run(binary: &Path, paths: &[PathBuf]) -> anyhow::Result<()> {
    let paths: Vec<PathBuf> =
        paths.iter().map(std::fs::canonicalize).collect::<Result<_, _>>().context("finding what to ingest")?;
    let scratch = tree::target().join("bench-ingest");
    if scratch.exists() {
        std::fs::remove_dir_all(&scratch)?;
    }
    std::fs::create_dir_all(&scratch)?;
    let ours = measure(
        Command::new(binary).args(["ingest", "--matter", "bench", "--json", "--data"]).arg(&scratch).args(&paths),
    )?;
    if !matches!(ours.status, 0 | 1) {
        bail!("`redwell ingest` ended with status {}", ours.status);
    }
    let status =
        program(binary.as_os_str(), &["status", "--matter", "bench", "--json", "--data"]).word(&scratch).quiet();
    report::say(&format!("redwell status  {}", status.context("`redwell status` failed")?.trim()));
    line("redwell", &ours);
    match recoll(&scratch, &paths)? {
        Some(peer) => {
            line("recollindex", &peer);
            report::say(&format!(
                "recollindex / redwell: wall {:.2}, CPU {:.2}",
                peer.wall.as_secs_f64() / ours.wall.as_secs_f64(),
                peer.cpu_seconds / ours.cpu_seconds
            ));
        }
        None => report::say("recollindex is not installed: no peer in this run (`apt-get install recoll`)"),
    }
    Ok(())
}

/// Measures Recoll's indexer over the same paths; nothing where it is not installed.
pub(super) fn recoll(scratch: &Path, paths: &[PathBuf]) -> anyhow::Result<Option<Usage>> {
    if program("recollindex".as_ref(), &["-h"]).quiet().is_none()
        && program("which".as_ref(), &["recollindex"]).quiet().is_none()
    {
        return Ok(None);
    }
    let configuration = scratch.join("recoll");
    std::fs::create_dir_all(&configuration)?;
    let topdirs: Vec<String> = paths.iter().map(|path| format!("\"{}\"", path.display())).collect();
    // It gives way to all other work unless told not to, which would measure the other work.
    let settings = format!("topdirs = {}\nskippedPaths =\nidxniceprio = 0\n", topdirs.join(" "));
    std::fs::write(configuration.join("recoll.conf"), settings)?;
    measure(Command::new("recollindex").args(["-z", "-c"]).arg(configuration)).map(Some)
}

fn line(name: &str, usage: &Usage) {
    let megabytes = usage.peak_bytes / (1024 * 1024);
    report::say(&format!(
        "{name:<12} wall {:>8.2} s   CPU {:>8.2} s   peak memory {megabytes:>5} MiB",
        usage.wall.as_secs_f64(),
        usage.cpu_seconds
    ));
}
