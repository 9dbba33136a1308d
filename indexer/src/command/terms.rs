//! `redwell terms`: the words of a matter, with the documents that hold them.

use std::io::Write;

use anyhow::anyhow;
use clap::{ArgGroup, Args};
use redwell_search::Field;
use redwell_search::dictionary::{Looked, WordOrder, WordsAsked};
use redwell_search::engine::SearchEngine as _;
use serde::Serialize;

use super::report::json_line;
use super::{ExitStatus, MatterArguments};
use crate::index::TantivyEngine;
use crate::matter_folder::MatterFolder;

/// Arguments of `redwell terms`.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("which"))]
pub struct Arguments {
    #[command(flatten)]
    matter: MatterArguments,
    /// Only terms that begin so.
    #[arg(long, group = "which", value_name = "LETTERS")]
    prefix: Option<String>,
    /// Only terms of this form, with `*` and `?`.
    #[arg(long, group = "which", value_name = "PATTERN")]
    pattern: Option<String>,
    /// Only terms a few letters away from this word.
    #[arg(long, group = "which", value_name = "WORD")]
    similar_to: Option<String>,
    /// How many letters those may differ in.
    #[arg(long, default_value_t = 1, value_name = "N")]
    edits: u8,
    /// The terms of a field instead of those of the texts.
    #[arg(long, value_name = "NAME")]
    field: Option<String>,
    /// Those in most documents first, instead of by their letters.
    #[arg(long)]
    by_documents: bool,
    /// How many terms are listed; all are counted.
    #[arg(long, default_value_t = 100, value_name = "N")]
    limit: usize,
    /// Print the result as one JSON object.
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report {
    total: u64,
    terms: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    term: String,
    documents: u64,
    occurrences: u64,
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let looked = match (&arguments.prefix, &arguments.pattern, &arguments.similar_to) {
        (_, Some(pattern), _) => Looked::Pattern(pattern),
        (_, _, Some(word)) => Looked::Similar(word, arguments.edits),
        (prefix, ..) => Looked::Prefix(prefix.as_deref().unwrap_or_default()),
    };
    let field = arguments.field.as_ref().map(|name| name.parse::<Field>().map_err(|why| anyhow!(why))).transpose()?;
    let order = if arguments.by_documents { WordOrder::Documents } else { WordOrder::Letters };
    let asked = WordsAsked { field, of: looked.term()?, order, after: None, limit: arguments.limit };
    let folder = MatterFolder::open(&arguments.matter.data, &arguments.matter.matter)?;
    let page = TantivyEngine::open(&folder)?.words(&asked)?;
    let rows = page.words.into_iter().map(|found| Row {
        term: found.word,
        documents: found.documents,
        occurrences: found.occurrences,
    });
    let report = Report { total: page.total, terms: rows.collect() };
    if arguments.json {
        json_line(out, &report)?;
        return Ok(ExitStatus::Done);
    }
    writeln!(out, "{:>9}  {:>11}  term", "documents", "occurrences")?;
    for row in &report.terms {
        writeln!(out, "{:>9}  {:>11}  {}", row.documents, row.occurrences, row.term)?;
    }
    if (report.terms.len() as u64) < report.total {
        writeln!(out, "{} of {} terms; `--limit` lists more", report.terms.len(), report.total)?;
    }
    Ok(ExitStatus::Done)
}
