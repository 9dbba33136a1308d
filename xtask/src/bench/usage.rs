//! What a program and all it started used: processor seconds, wall time, peak memory of the whole family.
//!
//! Read from `/proc`, so Linux only. Memory is the greatest sum of resident sizes seen at samples 20 ms apart; pages
//! that processes share count once for each, so the figure errs on the high side.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

/// What a program used.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Usage {
    /// From start to end.
    pub(crate) wall: Duration,
    /// User and system seconds of it and everything it waited for.
    pub(crate) cpu_seconds: f64,
    /// Greatest sum of resident sizes, in bytes.
    pub(crate) peak_bytes: u64,
    /// Its exit status.
    pub(crate) status: i32,
}

/// Runs a program to its end and measures it. Its output is thrown away.
pub(crate) fn measure(command: &mut Command) -> anyhow::Result<Usage> {
    if !Path::new("/proc/self/stat").exists() {
        bail!("this benchmark reads `/proc`, which only Linux has");
    }
    let before = children_cpu_seconds()?;
    let began = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .context("starting the program to measure")?;
    let mut peak_bytes = 0;
    let status = loop {
        peak_bytes = peak_bytes.max(family_bytes(child.id()));
        if let Some(status) = child.try_wait()? {
            break status;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let wall = began.elapsed();
    let cpu_seconds = children_cpu_seconds()? - before;
    Ok(Usage { wall, cpu_seconds, peak_bytes, status: status.code().context("the program was ended by a signal")? })
}

/// Processor seconds of our ended children and of theirs: fields 16 and 17 of `/proc/self/stat`, see proc(5).
fn children_cpu_seconds() -> anyhow::Result<f64> {
    /// Clock ticks a second; 100 on every Linux that matters, as `getconf CLK_TCK` prints.
    const TICKS: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let after_name = stat.rsplit_once(')').context("`/proc/self/stat` has an odd form")?.1;
    let mut fields = after_name.split_whitespace().skip(13).map(str::parse::<f64>);
    match (fields.next(), fields.next()) {
        (Some(Ok(user)), Some(Ok(system))) => Ok((user + system) / TICKS),
        _ => bail!("`/proc/self/stat` has an odd form"),
    }
}

/// The sum of resident sizes of a process and all below it.
fn family_bytes(root: u32) -> u64 {
    const PAGE_BYTES: u64 = 4096;
    let mut parents: BTreeMap<u32, (u32, u64)> = BTreeMap::new();
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(id) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else { continue };
        let Ok(stat) = std::fs::read_to_string(entry.path().join("stat")) else { continue };
        let Some((_, rest)) = stat.rsplit_once(')') else { continue };
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let parent = fields.get(1).and_then(|field| field.parse().ok());
        let pages = fields.get(21).and_then(|field| field.parse::<u64>().ok());
        if let (Some(parent), Some(pages)) = (parent, pages) {
            parents.insert(id, (parent, pages * PAGE_BYTES));
        }
    }
    let belongs = |mut id: u32| {
        // A chain of parents ends at process 1; the bound guards against ids reused while we read.
        for _ in 0..64 {
            if id == root {
                return true;
            }
            match parents.get(&id) {
                Some((parent, _)) => id = *parent,
                None => return false,
            }
        }
        false
    };
    parents.iter().filter(|(id, _)| belongs(**id)).map(|(_, (_, bytes))| bytes).sum()
}
