//! What was read when: the runs of commands that wrote here, and the sources they found.

use std::path::Path;

use jiff::Timestamp;
use redwell_model::Sha256;
use serde::{Deserialize, Serialize};

use super::{FolderError, MatterFolder, RunReport, RunSettings, columns};

/// One run of a command that wrote to the matter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run {
    /// Its number, from 1.
    pub number: i64,
    /// `ingest` or `retry`.
    pub command: String,
    /// When it began.
    pub started: Timestamp,
    /// When it came to its end, one way or the other.
    pub ended: Option<Timestamp>,
    /// `running`, `complete`, `cancelled`, `interrupted` (it was killed) or `failed`.
    pub state: String,
    /// How many files were read at once.
    pub jobs: u32,
    /// What it did; absent for one that was killed.
    pub report: Option<RunReport>,
    /// What it was asked to do; absent for runs of earlier versions.
    pub settings: Option<RunSettings>,
}

/// A file as it was last found on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Where.
    pub location: String,
    /// Whom it was collected from.
    pub custodian: String,
    /// Its length.
    pub size_bytes: u64,
    /// The digest of its content, where it could be read.
    pub sha256: Option<Sha256>,
    /// When a run first found it gone.
    pub missing_since: Option<Timestamp>,
}

impl MatterFolder {
    /// The runs, oldest first.
    ///
    /// # Errors
    /// When the database fails.
    pub fn runs(&self) -> Result<Vec<Run>, FolderError> {
        let run = |row: &rusqlite::Row<'_>| {
            let report: Option<String> = row.get("report")?;
            let settings: Option<String> = row.get("settings")?;
            Ok(Run {
                number: row.get("id")?,
                command: row.get("command")?,
                started: columns::parsed(row, "started_at")?,
                ended: columns::moment(row, "ended_at")?,
                state: row.get("state")?,
                jobs: row.get("jobs")?,
                report: report.and_then(|report| serde_json::from_str(&report).ok()),
                settings: settings.and_then(|settings| serde_json::from_str(&settings).ok()),
            })
        };
        self.read(|connection| {
            connection.prepare_cached("select * from runs order by id")?.query_map((), run)?.collect()
        })
    }

    /// Whether a run was asked to read something in this folder, or a document came from it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn was_read_from(&self, folder: &Path) -> Result<bool, FolderError> {
        let names = |settings: RunSettings| {
            settings.paths.iter().chain(&settings.exclude_hashes).any(|path| Path::new(path).starts_with(folder))
        };
        // What was asked to be read seldom has no files, so the runs are seldom looked through.
        Ok(self.has_sources_under(folder)? || self.runs()?.into_iter().filter_map(|run| run.settings).any(names))
    }

    /// The files last found on disk, by location, at most `limit` after `after`; only those that are gone if asked.
    ///
    /// # Errors
    /// When the database fails.
    pub fn sources(
        &self,
        only_missing: bool,
        after: &[u8],
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, Source)>, FolderError> {
        let sql = "select * from sources s where kind = 'file' and location > ?1 \
                   and id = (select max(id) from sources n where n.location = s.location) \
                   and (not ?2 or missing_since is not null) order by location limit ?3";
        let source = |row: &rusqlite::Row<'_>| {
            let location: Vec<u8> = row.get("location")?;
            let has_content = row.get_ref("sha256")?.as_blob_or_null()?.is_some();
            let source = Source {
                location: String::from_utf8_lossy(&location).into_owned(),
                custodian: row.get("custodian")?,
                size_bytes: u64::try_from(row.get::<_, i64>("size_bytes")?).unwrap_or_default(),
                sha256: if has_content { Some(columns::sha256(row, "sha256")?) } else { None },
                missing_since: columns::moment(row, "missing_since")?,
            };
            Ok((location, source))
        };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.read(|connection| {
            connection.prepare_cached(sql)?.query_map((after, only_missing, limit), source)?.collect()
        })
    }
}
