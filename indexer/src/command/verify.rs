//! `redwell verify`: is everything there, and is it what it was.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use redwell_model::{MatterSlug, Ordinal};
use serde::Serialize;

use super::report::json_line;
use super::{ExitStatus, Hooks};
use crate::index::TantivyEngine;
use crate::matter_folder::{self, MatterFolder, check};

/// Arguments of `redwell verify`.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// One matter; all of them by default.
    #[arg(long, value_name = "SLUG")]
    matter: Option<MatterSlug>,
    /// Print the findings as one JSON object.
    #[arg(long)]
    json: bool,
}

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which matter it concerns; `None` for what concerns them all.
    pub matter: Option<MatterSlug>,
    /// What was checked: `accounting`, `native`, `text`, `index`, `folder`, `audit`.
    pub check: &'static str,
    /// What is wrong with what, as a sentence.
    pub finding: String,
}

/// What `--json` prints.
#[derive(Debug, Default, Serialize)]
struct Report {
    matters: u64,
    documents: u64,
    natives: u64,
    findings: Vec<Finding>,
}

pub(super) fn run(arguments: &Arguments, hooks: &Hooks<'_>, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let slugs = match &arguments.matter {
        Some(slug) => vec![slug.clone()],
        None => matter_folder::matters(&arguments.data)?,
    };
    let mut report = Report::default();
    for slug in &slugs {
        let folder = MatterFolder::open(&arguments.data, slug)?;
        let checked = check::check(&folder)?;
        report.matters += 1;
        report.documents += checked.documents;
        report.natives += checked.natives;
        let finding = |(check, finding)| Finding { matter: Some(slug.clone()), check, finding };
        report.findings.extend(checked.findings.into_iter().chain(check_index(&folder)?).map(finding));
    }
    if let Some(verify) = hooks.verify {
        report.findings.extend(verify(&arguments.data, arguments.matter.as_ref())?);
    }
    let status = ExitStatus::findings_if(!report.findings.is_empty());
    if arguments.json {
        json_line(out, &report)?;
        return Ok(status);
    }
    for Finding { matter, check, finding } in &report.findings {
        let matter = matter.as_ref().map(|matter| format!("{matter}: ")).unwrap_or_default();
        writeln!(out, "{matter}{check}: {finding}")?;
    }
    let Report { matters, documents, natives, findings } = &report;
    writeln!(out, "{matters} matters, {documents} documents, {natives} natives checked: {} findings", findings.len())?;
    Ok(status)
}

/// Whether the index holds exactly the documents the folder has.
fn check_index(folder: &MatterFolder) -> anyhow::Result<Vec<check::Found>> {
    let mut indexed: Vec<Ordinal> = match TantivyEngine::open(folder).and_then(|engine| engine.ordinals()) {
        Ok(ordinals) => ordinals,
        Err(error) => return Ok(vec![("index", format!("{error}; `redwell rebuild` makes it anew"))]),
    };
    indexed.sort_unstable();
    let expected = folder.ordinals(0, usize::MAX)?;
    let missing = expected.iter().filter(|ordinal| indexed.binary_search(ordinal).is_err()).count();
    let surplus = indexed.iter().filter(|ordinal| expected.binary_search(ordinal).is_err()).count();
    let twice = indexed.windows(2).filter(|pair| pair[0] == pair[1]).count();
    let mut found = Vec::new();
    for (number, what) in [(missing, "are missing from"), (surplus, "are unknown but in"), (twice, "are twice in")] {
        if number > 0 {
            found.push(("index", format!("{number} documents {what} the index; `redwell rebuild` makes it anew")));
        }
    }
    let waiting = folder.status()?;
    let waiting = waiting.accounting.documents.saturating_sub(waiting.indexed);
    if waiting > 0 && missing == 0 {
        let how = "the next `redwell ingest` or `redwell rebuild` brings it up to date";
        found.push(("index", format!("{waiting} documents changed since they were indexed; {how}")));
    }
    Ok(found)
}
