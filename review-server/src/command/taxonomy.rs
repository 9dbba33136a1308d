//! `redwell taxonomy`: clients' vocabularies, checked and imported.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, Subcommand};
use jiff::Timestamp;
use redwell_indexer::command::ExitStatus;
use redwell_model::MatterSlug;
use redwell_taxonomy::{Import, Options, Severity};

use super::{audit, open, wait_for};
use crate::store::{MatterRow, moment};

/// The commands over taxonomies.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Import a taxonomy (SKOS in Turtle) into a matter; one imported before is replaced by the new version.
    Import(ImportInto),
    /// Check a taxonomy without importing it.
    Check(Check),
}

#[derive(Debug, Args)]
pub(super) struct ImportInto {
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The matter's short name.
    #[arg(long, value_name = "SLUG")]
    matter: MatterSlug,
    /// The taxonomy.
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Check {
    /// Print the findings as one JSON object.
    #[arg(long)]
    json: bool,
    /// The taxonomy.
    file: PathBuf,
}

pub(super) fn run(command: &Command, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    match command {
        Command::Import(arguments) => import(arguments, out),
        Command::Check(arguments) => check(arguments, out),
    }
}

fn read(file: &Path) -> anyhow::Result<(String, Import)> {
    let turtle = std::fs::read(file).with_context(|| format!("reading `{}`", file.display()))?;
    let import = redwell_taxonomy::read(&turtle, &Options::default());
    let import = import.with_context(|| format!("reading the taxonomy `{}`", file.display()))?;
    Ok((String::from_utf8_lossy(&turtle).into_owned(), import))
}

fn print_findings(import: &Import, out: &mut dyn Write) -> anyhow::Result<()> {
    for finding in &import.findings {
        let severity = match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "note",
        };
        writeln!(out, "{severity} {}: {} {}", finding.rule, finding.subject, finding.message)?;
    }
    Ok(())
}

fn check(arguments: &Check, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let (_, import) = read(&arguments.file)?;
    if arguments.json {
        let report = serde_json::json!({
            "iri": import.taxonomy.iri,
            "title": import.taxonomy.title,
            "concepts": import.taxonomy.concepts.len(),
            "findings": import.findings,
        });
        writeln!(out, "{report}")?;
    } else {
        print_findings(&import, out)?;
        writeln!(out, "`{}`: {} concepts", import.taxonomy.title, import.taxonomy.concepts.len())?;
    }
    Ok(if import.has_errors() { ExitStatus::Findings } else { ExitStatus::Done })
}

fn import(arguments: &ImportInto, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let (source, import) = read(&arguments.file)?;
    if import.has_errors() {
        print_findings(&import, out)?;
        anyhow::bail!("the taxonomy contradicts the rules of SKOS; correct it and import it again");
    }
    let slug = &arguments.matter;
    wait_for(async {
        let store = open(&arguments.data).await?;
        let is_named = store.matter(slug).await?.is_some();
        let writing = store.write().await?;
        let at = moment(Timestamp::now());
        if !is_named {
            writing.put_matter(MatterRow::unnamed(slug), at.clone()).await?;
        }
        let new = (&import.taxonomy, import.findings.as_slice());
        let row = writing.add_taxonomy(slug, new, source, None, at).await?;
        let detail = serde_json::json!({ "version": row.version, "concepts": row.taxonomy.concepts.len() });
        audit(&writing, slug.as_str(), "taxonomy.import", &row.taxonomy.iri, detail).await?;
        writing.commit().await?;
        writeln!(out, "imported `{}`: {} concepts", row.taxonomy.title, row.taxonomy.concepts.len())?;
        Ok(ExitStatus::Done)
    })
}
