//! The snapshot: everything a deliverable is made from, taken at one moment.
//!
//! Whoever prepares a deliverable takes the snapshot first, in one database transaction, and may keep it: it can be
//! serialised, and the deliverable made again from it is the same.

use std::path::PathBuf;

use jiff::Timestamp;
use redwell_model::{CodePointRange, ControlNumber, Format, MatterSlug, PageQuads, Sha256};
use redwell_taxonomy::Taxonomy;
use serde::{Deserialize, Serialize};

use crate::review::time_zone::MatterZone;

/// What a findings package is made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// The matter's name for people.
    pub matter_name: String,
    /// The matter's short name.
    pub matter_slug: MatterSlug,
    /// Who the work is for.
    pub client: String,
    /// The deliverable's title.
    pub title: String,
    /// The query as it was typed; empty for all documents.
    pub query: String,
    /// The query in canonical form.
    pub canonical: String,
    /// When the snapshot was taken.
    pub created_at: Timestamp,
    /// The time zone that moments are written in.
    #[serde(default)]
    pub time_zone: MatterZone,
    /// The name of the person who asked for it.
    pub prepared_by: String,
    /// Every document the query found, with or without annotations.
    pub documents: Vec<SnapshotDocument>,
    /// The taxonomies the coding is drawn from.
    pub taxonomies: Vec<Taxonomy>,
}

/// A document of a snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SnapshotDocument {
    /// Its control number.
    pub control_number: ControlNumber,
    /// Its title, or its file name where it has none.
    pub title: String,
    /// The name of its file.
    pub file_name: String,
    /// Where the custodian kept it.
    pub path: String,
    /// Who it came from.
    pub custodian: String,
    /// What kind of file it is.
    pub format: Format,
    /// Its date as it is shown, such as `2025-03-14`.
    pub date: Option<String>,
    /// The digest of its file.
    pub sha256: Sha256,
    /// How many pages it has, where it has pages.
    pub page_count: Option<u32>,
    /// Where its file is now. Not part of the deliverable.
    pub native: PathBuf,
    /// Its annotations.
    pub annotations: Vec<SnapshotAnnotation>,
    /// The IRIs of the concepts it is coded with.
    pub coding: Vec<String>,
}

/// An annotation of a snapshot.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SnapshotAnnotation {
    /// Unique in the matter.
    pub id: String,
    /// The first page it stands on, from 1, where the document has pages.
    pub page: Option<u32>,
    /// The words it marks; empty for a region without text.
    pub quote: String,
    /// Where it stands on the pages; empty for formats without boxes.
    pub pages: Vec<PageQuads>,
    /// The IRIs of its concepts.
    pub concepts: Vec<String>,
    /// What its author says about it.
    pub note: String,
    /// The name of its author for people.
    pub author: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub changed_at: Timestamp,
    /// The passage in the document's text.
    pub range: CodePointRange,
}

impl SnapshotDocument {
    /// The path of its file in the package; documents without annotations are not in it.
    #[must_use]
    pub fn packaged_as(&self) -> Option<String> {
        if self.annotations.is_empty() {
            return None;
        }
        let given = self.file_name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        let given = given.filter(|extension| {
            (1..=8).contains(&extension.len()) && extension.bytes().all(|byte| byte.is_ascii_alphanumeric())
        });
        let extension = match self.format {
            Format::Pdf => "pdf".to_owned(),
            other => given.unwrap_or_else(|| other.extensions().first().copied().unwrap_or("bin").to_owned()),
        };
        Some(format!("documents/{}.{extension}", self.control_number))
    }
}
