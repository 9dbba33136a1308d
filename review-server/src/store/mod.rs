//! The review database: what people made and nobody can make again.
//!
//! One file per group of tables holds their entities and every query on them; nobody else sees an entity. Coding,
//! annotations and the audit log are append-only. Writes go through [`Writing`], one at a time, so that whatever was
//! acknowledged is on disk and the audit chain never forks.

mod acceptances;
mod annotations;
mod attempts;
mod audit;
mod batches;
mod bulk;
mod coding;
mod deliverables;
mod document_lists;
mod hit_reports;
mod matters;
mod migrations;
mod saved_searches;
mod search_history;
mod sessions;
mod subscriptions;
mod synonyms;
mod taxonomies;
mod users;

use std::path::Path;

use redwell_search::DocumentSet;
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbErr, SqliteTransactionMode,
    TransactionOptions, TransactionTrait,
};
use sea_orm_migration::MigratorTrait;
use tokio::sync::{Mutex, MutexGuard};

pub use acceptances::{Acceptance, NewAcceptances};
pub use annotations::{AnnotationEvent, EventKind, NewEvent};
pub use attempts::Attempts;
pub use audit::AuditRow;
pub use batches::{BatchEvent, BatchEventKind, BatchSet, NewBatchEvent, NewBatchSet};
pub use bulk::{BulkAction, BulkOrder, BulkProgress, NewBulkAction, bulk_request};
pub use coding::{Decision, NewDecisions};
pub use deliverables::{DeliverableRow, Finished, State};
pub use document_lists::{DocumentList, NewDocumentList};
pub use hit_reports::{HitReportRow, HitReportTerm, NewHitReport, ReportState};
pub use matters::{MatterRow, MemberRow};
pub use saved_searches::{SavedSearch, SavedSearchContent, SavedSearchKind};
pub use search_history::{NewSearch, PastSearch};
pub use sessions::SessionRow;
pub use subscriptions::SearchMark;
pub use synonyms::SynonymList;
pub use taxonomies::TaxonomyRow;
pub use users::{NewUser, UserRow};

/// Why the review database could not answer.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database failed.
    #[error("the review database failed")]
    Database(#[from] DbErr),
    /// A value in it is not what this program writes.
    #[error("the review database holds a value that does not read back: {what}")]
    Corrupt {
        /// Which value.
        what: String,
    },
}

/// The review database. Cheap to share behind an `Arc`.
#[derive(Debug)]
pub struct Store {
    connection: DatabaseConnection,
    writing: Mutex<()>,
}

/// A transaction that writes. There is one at a time; dropped without [`Writing::commit`], it leaves nothing behind.
#[derive(Debug)]
pub struct Writing<'s> {
    transaction: DatabaseTransaction,
    _turn: MutexGuard<'s, ()>,
}

impl Store {
    /// Opens `DATA/review.db`, creating it when absent.
    ///
    /// # Errors
    /// When the folder cannot be made or the database cannot be opened.
    pub async fn open(data: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(data).map_err(|error| DbErr::Custom(error.to_string()))?;
        let path = data.join("review.db");
        let path = path.to_str().ok_or_else(|| StoreError::Corrupt { what: "the path of the data folder".into() })?;
        let encoded = percent_encoding::utf8_percent_encode(path, PATH);
        Self::connect(&format!("sqlite://{encoded}?mode=rwc")).await
    }

    /// Connects to a review database by its address and brings its tables up to date.
    ///
    /// # Errors
    /// When it cannot be reached or is newer than this program.
    pub async fn connect(url: &str) -> Result<Self, StoreError> {
        let mut options = ConnectOptions::new(url);
        options.max_connections(8).sqlx_logging(false);
        // FULL, so that what was acknowledged survives a loss of power; WAL, so that readers never wait.
        options.map_sqlx_sqlite_opts(|sqlite| {
            sqlite
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "FULL")
                .pragma("busy_timeout", "10000")
                .pragma("foreign_keys", "ON")
        });
        let connection = Database::connect(options).await?;
        migrations::Migrations::up(&connection, None).await?;
        Ok(Self { connection, writing: Mutex::new(()) })
    }

    /// Begins to write, waiting for its turn.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn write(&self) -> Result<Writing<'_>, StoreError> {
        let turn = self.writing.lock().await;
        // IMMEDIATE takes the lock at once, so that two processes never both read before one of them writes.
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction = self.connection.begin_with_options(options).await?;
        Ok(Writing { transaction, _turn: turn })
    }
}

impl Writing<'_> {
    /// Makes everything written durable.
    ///
    /// # Errors
    /// When the database fails; nothing was written then.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.transaction.commit().await?)
    }
}

/// Everything but what a path in an address may hold as it is.
const PATH: &percent_encoding::AsciiSet =
    &percent_encoding::NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// A moment as the database keeps it: RFC 3339 in UTC with six digits, so that order of text is order of time.
#[must_use]
pub fn moment(at: jiff::Timestamp) -> String {
    format!("{at:.6}")
}

/// A count as the database keeps it.
fn to_db(count: u64) -> i64 {
    i64::try_from(count).expect("counts stay far below 2⁶³")
}

/// A set of documents as the database keeps it: the portable form of roaring bitmaps.
fn set_to_db(set: &DocumentSet) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(set.serialized_size());
    set.serialize_into(&mut bytes).expect("writing to memory does not fail");
    bytes
}

/// A set of documents as the database kept it.
fn set_from_db(bytes: &[u8], what: &str) -> Result<DocumentSet, StoreError> {
    DocumentSet::deserialize_from(bytes).map_err(|_| StoreError::Corrupt { what: what.to_owned() })
}

/// A count as the database kept it.
fn from_db(count: i64) -> u64 {
    u64::try_from(count).unwrap_or_default()
}
