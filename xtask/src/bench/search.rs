//! `bench search`: how long searches take, by kind of query, beside other engines with the nearest they can do, and whether what
//! the project promises of searching is met.
//!
//! Without paths over a hundred thousand generated texts, then over a hundred thousand generated mails through a server; with paths
//! over what they hold; with `--data DIR --matter SLUG` over a matter that is there, which is left as it is. What each step does is said
//! in `indexer/examples/search_bench`; which engines can be compared, and what they need, in its `peers.rs`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use super::{Order, mails, served, texts};
use crate::process::program;
use crate::{report, tree};

/// Generated texts, about 400 MB, and mails.
const TEXTS: usize = 100_000;
const TRIAL_TEXTS: usize = 500;

/// Prepares a matter, measures, and prints.
pub(super) fn run(order: &Order) -> anyhow::Result<()> {
    let scratch = tree::target().join("bench-search");
    if scratch.exists() {
        std::fs::remove_dir_all(&scratch)?;
    }
    std::fs::create_dir_all(&scratch)?;
    let data = scratch.join("data");
    let count = if order.is_trial { TRIAL_TEXTS } else { TEXTS };
    let generated = order.paths.is_empty() && order.matter.is_none();
    let matter = match &order.matter {
        Some((from, matter)) => {
            stand_in(from, &data, matter)?;
            matter.clone()
        }
        None => {
            let mut paths = order.paths.clone();
            if generated {
                paths = vec![scratch.join("texts-generated")];
                texts::write(&paths[0], count)?;
            }
            ingest(&order.binary, &data, &paths)?;
            MATTER.to_owned()
        }
    };
    let bench = order.examples.join("search_bench");
    let mut steps = vec!["index", "ask", "growth"];
    // A million documents without optimising take too long for a trial.
    if !order.is_trial {
        steps.push("many");
    }
    for step in &steps {
        report::heading(step);
        program(bench.as_os_str(), &[step]).word(&data).word(&matter).word(&scratch).run()?;
    }
    report::heading("served");
    let (data, matter) = if generated {
        // Texts have neither dates nor people.
        let data = scratch.join("data-of-mails");
        ingest(&order.binary, &data, &mails::write(&scratch.join("mails"), count)?)?;
        (data, MATTER.to_owned())
    } else {
        (data, matter)
    };
    let served = served::run(&order.binary, &data, &matter)?;
    report::heading("promises");
    if order.is_trial {
        report::say("measured without optimising: whether a promise is met cannot be told from this");
    }
    let mut promises = String::new();
    for step in steps {
        promises.push_str(&std::fs::read_to_string(scratch.join(format!("floors-{step}.txt")))?);
    }
    promises.push_str(&served);
    let met = promises.lines().filter(|line| line.starts_with("met")).count();
    report::say(&format!("{promises}{met} of {} met", promises.lines().count()));
    std::fs::remove_dir_all(&scratch)?;
    Ok(())
}

/// The matter the benchmark makes.
const MATTER: &str = "bench";

fn ingest(binary: &Path, data: &Path, paths: &[PathBuf]) -> anyhow::Result<()> {
    let mut ingest = Command::new(binary);
    ingest.args(["ingest", "--matter", MATTER, "--ocr", "off", "--natives", "reference", "--json", "--data"]);
    let status = ingest.arg(data).args(paths).stdout(std::process::Stdio::null()).status()?;
    if !matches!(status.code(), Some(0 | 1)) {
        bail!("`redwell ingest` ended with {status}");
    }
    Ok(())
}

/// A data folder with a matter of another: its texts and natives are those there, an index and a review database are made anew.
fn stand_in(from: &Path, data: &Path, matter: &str) -> anyhow::Result<()> {
    let (there, here) = (from.join("matters").join(matter), data.join("matters").join(matter));
    std::fs::create_dir_all(&here)?;
    if !there.join("matter.db").is_file() {
        bail!("there is no matter `{matter}` in `{}`", from.display());
    }
    for name in ["matter.db", "natives"] {
        let place = std::fs::canonicalize(there.join(name)).with_context(|| format!("finding `{name}`"))?;
        std::os::unix::fs::symlink(place, here.join(name))?;
    }
    Ok(())
}
