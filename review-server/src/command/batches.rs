//! `redwell batches`: documents split for review from the command line.

use std::io::Write;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use redwell_indexer::command::{ExitStatus, MatterArguments};
use redwell_search::{Dialect, DocumentSet};

use super::{audit, open, wait_for};
use crate::api::batch_sets::split;
use crate::api::selection::Selection;
use crate::matter::OpenMatter;
use crate::matter::find::{self, Known, Question};
use crate::matter::kept::Kept;
use crate::store::{NewBatchSet, moment};

/// The commands over batches.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Split what a query finds now into batches.
    Make(Make),
}

#[derive(Debug, Args)]
pub(super) struct Make {
    #[command(flatten)]
    matter: MatterArguments,
    /// What the set is to be called; its batches are called so with a number.
    #[arg(long)]
    name: String,
    /// The stage of review, such as `First pass`, `Second pass` or `QC`; the name unless given.
    #[arg(long)]
    stage: Option<String>,
    /// Documents of a batch.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    size: u64,
    /// Let batches end in the middle of a family.
    #[arg(long)]
    split_families: bool,
    /// What finds the documents; every document unless given.
    #[arg(default_value = "")]
    query: String,
}

pub(super) fn run(command: &Command, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let Command::Make(arguments) = command;
    let MatterArguments { data, matter: slug } = &arguments.matter;
    let name = arguments.name.split_whitespace().collect::<Vec<_>>().join(" ");
    let stage = arguments.stage.clone().unwrap_or_else(|| name.clone());
    if name.is_empty() || name.contains(['"', '\\']) || stage.contains(['"', '\\']) {
        bail!("the names of sets and stages have letters in them, and no quotes or `\\`");
    }
    wait_for(async {
        let store = open(data).await?;
        if store.matter(slug).await?.is_none() {
            bail!("nobody has named the matter `{slug}` yet; do so with `redwell matter add`");
        }
        let matter = OpenMatter::open(data, slug)?;
        let writing = store.write().await?;
        let (review, vocabulary) = (matter.review(&store).await?, matter.vocabulary(&store).await?);
        let query = arguments.query.as_str();
        let kept = Kept::named_in(&store, slug, None, (Dialect::Redwell, query)).await?;
        let facts = matter.facts()?;
        let known = Known { facts: &facts, review: &review, vocabulary: &vocabulary, kept: &kept };
        let question = Question { query: query.to_owned(), ..Question::default() };
        let understood = find::understand(&question, known, &matter).with_context(|| format!("reading `{query}`"))?;
        let documents = matter.engine().documents(&understood.query, None)?;
        let batches = split(&facts, &documents, arguments.size, !arguments.split_families)?;
        if batches.is_empty() {
            bail!("`{query}` finds no document, so there is nothing to split");
        }
        if let Some(other) = review.batches().clash(&name, batches.len()) {
            bail!("`{name}` cannot be told from the batch set `{other}` or its batches; choose another name");
        }
        let source = serde_json::to_string(&Selection::of_query(understood.canonical))?;
        let new = NewBatchSet {
            matter: slug,
            name: &name,
            stage: &stage,
            source: &source,
            size: arguments.size,
            keeps_families: !arguments.split_families,
            user_id: None,
            at: moment(Timestamp::now()),
            batches: &batches,
        };
        writing.add_batch_set(new).await?;
        let documents: u64 = batches.iter().map(DocumentSet::len).sum();
        let detail = serde_json::json!({ "stage": stage, "documents": documents, "batches": batches.len(), "size": arguments.size });
        audit(&writing, slug.as_str(), "batch_set.make", &name, detail).await?;
        writing.commit().await?;
        writeln!(out, "{documents} documents in {} batches", batches.len())?;
        Ok(ExitStatus::Done)
    })
}
