//! `redwell synonyms`: a matter's list of words that mean the same, as a CSV with one group a row.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use jiff::Timestamp;
use redwell_indexer::command::{ExitStatus, MatterArguments};
use redwell_search::Synonyms;

use super::{audit, open, wait_for};
use crate::store::{MatterRow, moment};

/// The commands over lists of synonyms.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Put a list in the place of the matter's: a CSV in UTF-8, one group a row, one word or phrase a cell.
    Import(Import),
    /// Print the matter's list as a CSV.
    Export(Export),
}

#[derive(Debug, Args)]
pub(super) struct Import {
    #[command(flatten)]
    matter: MatterArguments,
    /// The list.
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(flatten)]
    matter: MatterArguments,
}

pub(super) fn run(command: &Command, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    match command {
        Command::Import(arguments) => import(arguments, out),
        Command::Export(Export { matter }) => wait_for(async {
            let list = open(&matter.data).await?.synonyms(&matter.matter).await?;
            write!(out, "{}", list.map(|list| list.synonyms.to_csv()).unwrap_or_default())?;
            Ok(ExitStatus::Done)
        }),
    }
}

fn import(arguments: &Import, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let file = arguments.file.display();
    let text = std::fs::read(&arguments.file).with_context(|| format!("reading `{file}`"))?;
    let text = String::from_utf8(text).with_context(|| format!("`{file}` is not UTF-8; save it as CSV in UTF-8"))?;
    let synonyms = Synonyms::from_csv(&text).with_context(|| format!("reading the synonyms in `{file}`"))?;
    let MatterArguments { data, matter: slug } = &arguments.matter;
    wait_for(async {
        let store = open(data).await?;
        let is_named = store.matter(slug).await?.is_some();
        let writing = store.write().await?;
        let at = moment(Timestamp::now());
        if !is_named {
            writing.put_matter(MatterRow::unnamed(slug), at.clone()).await?;
        }
        writing.put_synonyms(slug, &synonyms, None, at).await?;
        let groups = synonyms.groups().len();
        audit(&writing, slug.as_str(), "synonyms.import", slug.as_str(), serde_json::json!({ "groups": groups }))
            .await?;
        writing.commit().await?;
        writeln!(out, "imported {groups} groups")?;
        Ok(ExitStatus::Done)
    })
}
