//! Read-only connections to one matter database, lent to whichever thread asks.
//!
//! SQLite lets many connections read while one writes (write-ahead log); a connection serves one thread at a time.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use super::FolderError;

/// Connections kept open for the next reader; more are opened under load and closed again.
const MOST_KEPT: usize = 8;

/// How long a statement waits for a lock: SQLite holds those for moments only.
pub(super) const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// The connections of one matter.
pub(super) struct Connections {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Connections {
    /// Opens a first connection, so that a database that cannot be read is told at once.
    pub(super) fn open(path: PathBuf) -> Result<Self, FolderError> {
        let connections = Self { path, idle: Mutex::default() };
        connections.read(|connection| super::schema::version(connection).map(drop))?;
        Ok(connections)
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Runs some reading statements on a connection nobody else uses meanwhile.
    pub(super) fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, FolderError> {
        let failed = |source| FolderError::Database { path: self.path.clone(), source };
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = idle.map_or_else(|| connect(&self.path), Ok).map_err(failed)?;
        let result = work(&connection).map_err(failed);
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MOST_KEPT {
            idle.push(connection);
        }
        result
    }
}

/// A connection that never writes rows. It is opened for writing all the same: the first reader after a killed
/// writer has to recover the write-ahead log.
fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

impl std::fmt::Debug for Connections {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connections").field("path", &self.path).finish_non_exhaustive()
    }
}
