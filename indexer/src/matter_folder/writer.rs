//! The writing side of a matter folder: one at a time across all processes, in transactions, killed at any moment
//! without harm.
//!
//! The lock is a lock on a file, which the system lets go when the process ends however it ends. What each row means
//! and which rows belong together is decided by [`crate::collect`]; the statements are in `writing`.

mod writing;

pub(super) use writing::IS_KNOWN;
use writing::json;
pub use writing::{KnownItem, NewDocument, NewItem, NewSource, NewText};

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use redwell_model::control_number::Prefix;
use redwell_model::{DuplicateScope, MatterSlug, Ordinal};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use super::{FolderError, MatterFolder, Natives, RunSettings, columns, connections, folder_path, schema};
use crate::extract::recognition::Availability;
use crate::isolate::sandbox::Confinement;

/// A matter folder opened for writing.
#[derive(Debug)]
pub struct MatterWriter {
    folder: MatterFolder,
    connection: Connection,
    natives: Arc<Natives>,
    last_ordinal: Ordinal,
    duplicates: DuplicateScope,
    /// Held, not read: the lock goes when the file is closed.
    _lock: File,
}

/// What one run did. Kept in the history of runs.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunReport {
    /// Files found on disk.
    pub sources: u64,
    /// Files that were known already and had not changed.
    pub unchanged: u64,
    /// Items added.
    pub items: u64,
    /// Documents added.
    pub documents: u64,
    /// Duplicates suppressed.
    pub duplicates: u64,
    /// Containers opened.
    pub containers: u64,
    /// Items left out by a list of digests.
    #[serde(default)]
    pub excluded: u64,
    /// Items nothing could be made of.
    pub failed: u64,
    /// Exceptions recorded.
    pub exceptions: u64,
    /// Bytes of the sources read.
    pub size_bytes: u64,
    /// Sources of earlier runs under the same paths that are not there any more.
    #[serde(default)]
    pub missing: u64,
    /// What the kernel kept the reading processes from; absent when none was needed.
    #[serde(default)]
    pub confinement: Option<Confinement>,
    /// Whether text in pictures could be recognised, and how.
    #[serde(default)]
    pub recognition: Option<Availability>,
    /// Whether it was cancelled; the next run goes on from there.
    #[serde(default)]
    pub cancelled: bool,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RunEnd {
    /// It came to its end.
    Complete,
    /// It was cancelled.
    Cancelled,
    /// It could not go on.
    Failed,
}

impl RunEnd {
    /// Its name in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
        }
    }
}

impl MatterWriter {
    /// Opens `DATA/matters/SLUG` for writing, creating it when absent. A given prefix must be the one the matter has.
    ///
    /// # Errors
    /// When another process is writing there, the matter has another prefix, or the folder cannot be written.
    pub fn open(data: &Path, slug: &MatterSlug, prefix: Option<&Prefix>) -> Result<Self, FolderError> {
        let path = folder_path(data, slug);
        fs::create_dir_all(&path).map_err(FolderError::files(&path, "created"))?;
        let lock = lock(&path)?;
        let (connection, database) = connect(&path)?;
        let failed = |source| FolderError::Database { path: database.clone(), source };
        let created = "insert into matter (prefix, created_at) select ?1, ?2 where not exists (select * from matter)";
        let wanted = prefix.cloned().unwrap_or_else(|| slug.default_prefix());
        connection.execute(created, (wanted.to_string(), Timestamp::now().to_string())).map_err(failed)?;
        let kept = columns::prefix(&connection).map_err(failed)?;
        if let Some(given) = prefix.filter(|given| **given != kept) {
            return Err(FolderError::OtherPrefix { kept, given: given.clone() });
        }
        let killed = "update runs set state = 'interrupted' where state = 'running'";
        connection.execute(killed, ()).map_err(failed)?;
        let last = "select coalesce(max(ordinal), 0) from documents";
        let last_ordinal = connection.query_row(last, (), |row| row.get(0)).map_err(failed)?;
        let duplicates = columns::duplicates(&connection).map_err(failed)?;
        let natives = Arc::new(Natives::open(&path)?);
        let folder = MatterFolder::open_path(&path)?;
        Ok(Self { folder, connection, natives, last_ordinal, duplicates, _lock: lock })
    }

    /// Opens a matter that exists for writing.
    ///
    /// # Errors
    /// When there is no such matter, or as [`open`](Self::open).
    pub fn open_existing(data: &Path, slug: &MatterSlug) -> Result<Self, FolderError> {
        MatterFolder::open(data, slug)?;
        Self::open(data, slug, None)
    }

    /// Among which items duplicates are suppressed.
    #[must_use]
    pub fn duplicates(&self) -> DuplicateScope {
        self.duplicates
    }

    /// Chooses among which items duplicates are suppressed, which can be done before the first item.
    ///
    /// # Errors
    /// When the matter has items and another scope, or the database fails.
    pub fn set_duplicates(&mut self, given: DuplicateScope) -> Result<(), FolderError> {
        if given == self.duplicates {
            return Ok(());
        }
        if self.find(|db| db.prepare("select 1 from items")?.exists(()))? {
            return Err(FolderError::OtherScope { kept: self.duplicates, given });
        }
        self.execute("update matter set duplicates = ?1", [given.as_str()])?;
        self.duplicates = given;
        Ok(())
    }

    /// The same folder for reading. It sees what was committed.
    #[must_use]
    pub fn reader(&self) -> &MatterFolder {
        &self.folder
    }

    /// The original bytes, for any thread of this process.
    #[must_use]
    pub fn natives(&self) -> Arc<Natives> {
        Arc::clone(&self.natives)
    }

    /// Begins a transaction; everything up to [`commit`](Self::commit) is kept together or not at all.
    ///
    /// # Errors
    /// When the database fails.
    pub fn begin(&mut self) -> Result<(), FolderError> {
        self.run_batch("begin immediate")
    }

    /// Ends the transaction, keeping it.
    ///
    /// # Errors
    /// When the database fails, as when the disk is full.
    pub fn commit(&mut self) -> Result<(), FolderError> {
        self.run_batch("commit")
    }

    /// Writes down that a run of a command began; gives its number.
    ///
    /// # Errors
    /// When the database fails.
    pub fn begin_run(&mut self, command: &str, jobs: usize, settings: &RunSettings) -> Result<i64, FolderError> {
        let sql = "insert into runs (command, started_at, state, jobs, settings) values (?1, ?2, 'running', ?3, ?4)";
        let jobs = i64::try_from(jobs).unwrap_or(i64::MAX);
        self.execute(sql, (command, Timestamp::now().to_string(), jobs, json(settings)))?;
        Ok(self.connection.last_insert_rowid())
    }

    /// Writes down what a run did so far, so that one that is killed leaves word of it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn note_progress(&mut self, run: i64, report: &RunReport) -> Result<(), FolderError> {
        self.execute("update runs set report = ?2 where id = ?1", (run, json(report)))
    }

    /// Writes down how a run ended.
    ///
    /// # Errors
    /// When the database fails.
    pub fn end_run(&mut self, run: i64, end: RunEnd, report: &RunReport) -> Result<(), FolderError> {
        let unchanged = i64::try_from(report.unchanged).unwrap_or(i64::MAX);
        let sql = "update runs set ended_at = ?2, state = ?3, unchanged = ?4, report = ?5 where id = ?1";
        self.execute(sql, (run, Timestamp::now().to_string(), end.as_str(), unchanged, json(report)))
    }

    fn run_batch(&self, sql: &str) -> Result<(), FolderError> {
        self.connection.execute_batch(sql).map_err(|source| self.failed(source))
    }

    fn execute(&self, sql: &str, values: impl rusqlite::Params) -> Result<(), FolderError> {
        let run = || self.connection.prepare_cached(sql)?.execute(values);
        run().map(drop).map_err(|source| self.failed(source))
    }

    fn find<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, FolderError> {
        work(&self.connection).map_err(|source| self.failed(source))
    }

    fn failed(&self, source: rusqlite::Error) -> FolderError {
        FolderError::Database { path: self.folder.path().join("matter.db"), source }
    }
}

/// Brings the database of a folder that an older Redwell wrote up to date.
pub(super) fn upgrade(path: &Path) -> Result<(), FolderError> {
    let _lock = lock(path)?;
    connect(path).map(drop)
}

/// Pages the log of the database grows to before they are written back, of 4 KiB each.
const LOG_PAGES: u32 = 8_192;

/// How often the lock is tried for, over half a second, before somebody is said to be writing.
const MOST_ATTEMPTS: u32 = 100;

/// Takes the writer's lock of a folder, which is held until the file is closed.
pub(super) fn lock(path: &Path) -> Result<File, FolderError> {
    let place = path.join("writer.lock");
    let file = File::options().create(true).append(true).open(&place).map_err(FolderError::files(&place, "opened"))?;
    for attempt in 1.. {
        match file.try_lock() {
            Ok(()) => break,
            // Somebody who only looks whether the folder is being written to holds the lock for an instant, and so does
            // a process that was just started by the last writer, until it runs its own program.
            Err(TryLockError::WouldBlock) if attempt < MOST_ATTEMPTS => std::thread::sleep(Duration::from_millis(5)),
            Err(TryLockError::WouldBlock) => return Err(FolderError::Busy { path: path.to_owned() }),
            Err(TryLockError::Error(error)) => return Err(FolderError::files(&place, "locked")(error)),
        }
    }
    Ok(file)
}

/// Whether a process writes to the folder at this moment.
pub(super) fn is_locked(path: &Path) -> Result<bool, FolderError> {
    let place = path.join("writer.lock");
    let file = match File::open(&place) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(FolderError::files(&place, "opened")(error)),
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(false),
        Err(TryLockError::WouldBlock) => Ok(true),
        Err(TryLockError::Error(error)) => Err(FolderError::files(&place, "locked")(error)),
    }
}

fn connect(path: &Path) -> Result<(Connection, PathBuf), FolderError> {
    let database = path.join("matter.db");
    let open = || {
        let connection = Connection::open(&database)?;
        connection.busy_timeout(connections::BUSY_TIMEOUT)?;
        connection.set_prepared_statement_cache_capacity(64);
        // Write-ahead log without waiting for the disk at each commit: a killed process loses nothing, a power cut
        // at most the last transactions, never the consistency.
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "normal")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "cache_size", -8_192)?;
        // Pages of the tables' indexes change in every transaction: the longer the log, the fewer times each is written back.
        connection.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
        Ok(connection)
    };
    let mut connection = open().map_err(|source| FolderError::Database { path: database.clone(), source })?;
    schema::migrate(&mut connection, &database)?;
    Ok((connection, database))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_writer_at_a_time_and_a_prefix_for_good() {
        let data = tempfile::tempdir().unwrap();
        let slug: MatterSlug = "acme-v-norling".parse().unwrap();
        assert!(matches!(MatterWriter::open_existing(data.path(), &slug), Err(FolderError::NoSuchMatter { .. })));
        let first = MatterWriter::open(data.path(), &slug, None).unwrap();
        assert!(matches!(MatterWriter::open(data.path(), &slug, None), Err(FolderError::Busy { .. })));
        assert_eq!(first.reader().prefix().to_string(), "ACME");
        assert!(crate::matter_folder::is_being_written(data.path(), &slug).unwrap());
        drop(first);
        assert!(!crate::matter_folder::is_being_written(data.path(), &slug).unwrap());
        let other: Prefix = "XYZ".parse().unwrap();
        assert!(matches!(MatterWriter::open(data.path(), &slug, Some(&other)), Err(FolderError::OtherPrefix { .. })));
        MatterWriter::open(data.path(), &slug, Some(&"ACME".parse().unwrap())).unwrap();
        assert_eq!(crate::matter_folder::matters(data.path()).unwrap(), [slug]);
    }

    #[test]
    fn a_lock_about_to_be_released_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let held = lock(folder.path()).unwrap();
        let (begin, began) = std::sync::mpsc::channel();
        let path = folder.path().to_owned();
        let waiting = std::thread::spawn(move || {
            begin.send(()).unwrap();
            lock(&path).map(drop)
        });
        began.recv().unwrap();
        assert!(is_locked(folder.path()).unwrap());
        drop(held);
        waiting.join().unwrap().unwrap();
    }

    #[test]
    fn a_killed_run_is_told_from_a_complete_one() {
        let data = tempfile::tempdir().unwrap();
        let slug: MatterSlug = "acme".parse().unwrap();
        let mut writer = MatterWriter::open(data.path(), &slug, None).unwrap();
        writer.begin_run("ingest", 2, &RunSettings::default()).unwrap();
        drop(writer);
        let mut writer = MatterWriter::open(data.path(), &slug, None).unwrap();
        assert!(!writer.reader().status().unwrap().complete);
        let run = writer.begin_run("ingest", 2, &RunSettings::default()).unwrap();
        writer.end_run(run, RunEnd::Complete, &RunReport::default()).unwrap();
        assert!(writer.reader().status().unwrap().complete);
    }
}
