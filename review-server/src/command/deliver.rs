//! `redwell deliver`: a findings package from the command line.

use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context as _;
use clap::Args;
use jiff::Timestamp;
use redwell_indexer::command::ExitStatus;
use redwell_model::MatterSlug;

use super::{ACTOR, audit, wait_for};
use crate::deliver::{self, Annotator};
use crate::matter::OpenMatter;
use crate::preparation::{self, Order};

/// Arguments of `redwell deliver`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The matter's short name.
    #[arg(long, value_name = "SLUG")]
    matter: MatterSlug,
    /// Which documents go in; all of them unless given.
    #[arg(long, default_value = "")]
    query: String,
    /// Its title.
    #[arg(long)]
    title: String,
    /// Where to write the package.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let Arguments { data, matter: slug, query, title, out: file } = arguments;
    let open = Arc::new(OpenMatter::open(data, slug)?);
    let order =
        Order { title: title.clone(), query: query.clone(), prepared_by: ACTOR.to_owned(), at: Timestamp::now() };
    let snapshot = wait_for(async {
        let store = super::open(data).await?;
        let snapshot = preparation::snapshot(&store, open, slug, order).await?;
        let writing = store.write().await?;
        audit(&writing, slug.as_str(), "deliverable.export", &file.display().to_string(), serde_json::json!({}))
            .await?;
        writing.commit().await?;
        Ok(snapshot)
    })?;
    let program =
        std::env::current_exe().context("finding this program, to annotate PDF files in a process of its own")?;
    let made = preparation::package(&snapshot, file, &Annotator::Worker { program })?;
    let deliver::Package { sha256, size_bytes, files, documents, annotations } = made;
    let report = serde_json::json!({
        "sha256": sha256, "size_bytes": size_bytes, "files": files, "documents": documents, "annotations": annotations,
    });
    writeln!(out, "{report}")?;
    Ok(ExitStatus::Done)
}
