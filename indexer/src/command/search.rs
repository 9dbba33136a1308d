//! `redwell search`: the documents that match a query.

use std::io::Write;

use clap::Args;
use redwell_model::{ControlNumber, Ordinal};
use redwell_search::engine::{SearchEngine as _, Sort};
use redwell_search::resolve::resolve;
use redwell_search::snippets::{Snippet, snippets};
use redwell_search::{Dialect, Warning, WarningKind};
use serde::Serialize;

use super::report::json_line;
use super::{ExitStatus, Hooks, MatterArguments, query};
use crate::index::TantivyEngine;
use crate::matter_folder::MatterFolder;

/// Arguments of `redwell search`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    matter: MatterArguments,
    /// How the query is written.
    #[arg(long, default_value_t = Dialect::Redwell)]
    dialect: Dialect,
    /// How many documents are listed; all matching ones are counted.
    #[arg(long, default_value_t = 20, value_name = "N")]
    limit: usize,
    /// Print the result as one JSON object.
    #[arg(long)]
    json: bool,
    /// The query; an empty one finds every document.
    #[arg(value_name = "QUERY")]
    query: String,
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report {
    total: u64,
    canonical: String,
    warnings: Vec<Warning>,
    hits: Vec<Hit>,
}

#[derive(Debug, Serialize)]
struct Hit {
    control_number: ControlNumber,
    path: String,
    title: String,
    score: f32,
    snippets: Vec<Snippet>,
}

/// Passages shown of each document.
const SNIPPETS: usize = 3;

pub(super) fn run(arguments: &Arguments, hooks: &Hooks<'_>, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let parsed = query::parsed(arguments.dialect, &arguments.query)?;
    let folder = MatterFolder::open(&arguments.matter.data, &arguments.matter.matter)?;
    let engine = TantivyEngine::open(&folder)?;
    let surroundings = query::surroundings(&[&parsed.query], &folder, &arguments.matter, hooks)?;
    let end = u32::try_from(arguments.query.chars().count()).unwrap_or(u32::MAX);
    let told = surroundings.told(&parsed.query).into_iter();
    let told = told.map(|message| Warning { kind: WarningKind::Note, message, start: 0, end });
    let warnings: Vec<Warning> = parsed.warnings.into_iter().chain(told).collect();
    let wanted = resolve(parsed.query, &engine, surroundings.as_ref())?;
    let page = engine.search(&wanted, None, &[Sort::Relevance], None, arguments.limit)?;
    let ordinals: Vec<Ordinal> = page.hits.iter().map(|hit| hit.ordinal).collect();
    let mut hits = Vec::with_capacity(page.hits.len());
    for row in folder.documents(&ordinals)? {
        let ranges = engine.hit_ranges(&wanted, row.ordinal)?;
        let text = folder.text(row.ordinal)?.map(|text| text.text).unwrap_or_default();
        let score = page.hits.iter().find(|hit| hit.ordinal == row.ordinal).map_or(0.0, |hit| hit.score);
        let (control_number, path, title) = (row.control_number, row.path, row.title);
        hits.push(Hit { control_number, path, title, score, snippets: snippets(&text, &ranges, SNIPPETS) });
    }
    let report = Report { total: page.total, canonical: parsed.canonical, warnings, hits };
    if arguments.json {
        json_line(out, &report)?
    } else {
        print(out, &report)?
    }
    Ok(ExitStatus::Done)
}

fn print(out: &mut dyn Write, report: &Report) -> anyhow::Result<()> {
    writeln!(out, "{} documents for {}", report.total, report.canonical)?;
    for warning in &report.warnings {
        writeln!(out, "note: {}", warning.message)?;
    }
    for hit in &report.hits {
        writeln!(out, "\n{}  {}\n{}", hit.control_number, hit.title, hit.path)?;
        for snippet in &hit.snippets {
            writeln!(out, "    {}", snippet.text)?;
        }
    }
    Ok(())
}
