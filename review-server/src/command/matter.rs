//! `redwell matter`: what matters are called.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use redwell_indexer::command::ExitStatus;
use redwell_model::MatterSlug;

use super::{audit, open, wait_for};
use crate::review::time_zone::MatterZone;
use crate::store::{MatterRow, moment};

/// The commands over matters.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Give a matter its name, before or after files are ingested into it.
    Add(Add),
}

#[derive(Debug, Args)]
pub(super) struct Add {
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The matter's short name.
    #[arg(long, value_name = "SLUG")]
    slug: MatterSlug,
    /// Its name.
    #[arg(long)]
    name: String,
    /// Who it is done for.
    #[arg(long, default_value = "")]
    client: String,
    /// What it is about.
    #[arg(long, default_value = "")]
    description: String,
    /// The time zone its moments are shown in, such as `Europe/Berlin`; left as it is, or UTC, where not given.
    #[arg(long, value_name = "NAME")]
    time_zone: Option<MatterZone>,
}

pub(super) fn run(command: &Command) -> anyhow::Result<ExitStatus> {
    let Command::Add(Add { data, slug, name, client, description, time_zone }) = command;
    wait_for(async {
        let store = open(data).await?;
        let writing = store.write().await?;
        let (name, client, description) = (name.clone(), client.clone(), description.clone());
        let row = MatterRow { slug: slug.clone(), name, client, description, time_zone: MatterZone::default() };
        writing.put_matter(row, moment(Timestamp::now())).await?;
        audit(&writing, slug.as_str(), "matter.add", slug.as_str(), serde_json::json!({})).await?;
        if let Some(zone) = time_zone {
            let was = writing.set_time_zone(slug, zone).await?;
            let detail = serde_json::json!({ "time_zone": zone, "was": was });
            audit(&writing, slug.as_str(), "matter.time_zone", slug.as_str(), detail).await?;
        }
        writing.commit().await?;
        Ok(ExitStatus::Done)
    })
}
