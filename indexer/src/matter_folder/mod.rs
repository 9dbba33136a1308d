//! The matter folder: everything a machine made of a matter, and can make again.
//!
//! `matter.db` (SQLite) holds items, documents, texts and exceptions; `natives/` the original bytes by their digest;
//! `index/` the full-text index. This file is the reading side, which never changes anything; [`MatterWriter`] is the
//! writing side, of which there is one at a time across all processes.

pub mod check;
mod columns;
mod connections;
mod error;
pub mod history;
mod known;
pub mod layout_code;
mod natives;
pub(crate) mod retried;
pub mod rows;
mod schema;
mod settings;
pub(crate) mod text_code;
mod writer;

pub use error::FolderError;
pub use history::{Run, Source};
pub use natives::{NativeStorage, Natives};
pub use rows::{DocumentRow, DocumentText, ExceptionRow, Location, Status};
pub use settings::RunSettings;
pub use writer::{KnownItem, MatterWriter, NewDocument, NewItem, NewSource, NewText, RunEnd, RunReport};

use std::path::{Path, PathBuf};
use std::sync::Arc;

use connections::Connections;
use redwell_model::control_number::Prefix;
use redwell_model::{Layout, MatterSlug, Ordinal, Sha256};
use rusqlite::{Connection, OptionalExtension};

/// A matter folder opened for reading. Cheap to clone; many readers at once, in many processes.
#[derive(Debug, Clone)]
pub struct MatterFolder {
    path: PathBuf,
    prefix: Prefix,
    connections: Arc<Connections>,
}

/// Where the folder of a matter is, whether it exists or not.
#[must_use]
pub fn folder_path(data: &Path, slug: &MatterSlug) -> PathBuf {
    data.join("matters").join(slug.as_str())
}

/// Whether a process writes to a matter at this moment. A matter that does not exist is not written to.
///
/// # Errors
/// When the lock of the folder cannot be looked at.
pub fn is_being_written(data: &Path, slug: &MatterSlug) -> Result<bool, FolderError> {
    writer::is_locked(&folder_path(data, slug))
}

/// The names of all matters under a data folder, sorted.
///
/// # Errors
/// When the folder of matters exists and cannot be listed.
pub fn matters(data: &Path) -> Result<Vec<MatterSlug>, FolderError> {
    let folder = data.join("matters");
    let entries = match std::fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(FolderError::files(&folder, "listed")(error)),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry.map_err(FolderError::files(&folder, "listed"))?;
        let slug = entry.file_name().to_str().and_then(|name| name.parse().ok());
        found.extend(slug.filter(|_| entry.path().join("matter.db").is_file()));
    }
    found.sort();
    Ok(found)
}

/// Where a document comes from.
#[derive(Debug)]
pub(crate) struct Origin {
    pub(crate) ordinal: Ordinal,
    pub(crate) family: Ordinal,
    /// Everyone it was collected from.
    pub(crate) custodians: Vec<String>,
    /// RFC 3339 in UTC.
    pub(crate) date: Option<String>,
}

impl MatterFolder {
    /// Opens `DATA/matters/SLUG` for reading.
    ///
    /// # Errors
    /// When there is no such matter or its database cannot be opened.
    pub fn open(data: &Path, slug: &MatterSlug) -> Result<Self, FolderError> {
        let path = folder_path(data, slug);
        let no_such_matter = || FolderError::NoSuchMatter { slug: slug.clone(), data: data.to_owned() };
        if !path.join("matter.db").is_file() {
            return Err(no_such_matter());
        }
        match Self::open_path(&path) {
            // A writer killed before its first commit leaves a database without tables.
            Err(FolderError::Database { source: rusqlite::Error::QueryReturnedNoRows, .. }) => Err(no_such_matter()),
            other => other,
        }
    }

    /// Opens a matter folder by its path.
    pub(crate) fn open_path(path: &Path) -> Result<Self, FolderError> {
        let database = path.join("matter.db");
        let connections = Connections::open(database.clone())?;
        let found = connections.read(schema::version)?;
        if found > schema::newest() {
            return Err(FolderError::Newer { path: database, found, known: schema::newest() });
        }
        if found < schema::newest() {
            if found == 0 {
                return Err(FolderError::Database { path: database, source: rusqlite::Error::QueryReturnedNoRows });
            }
            writer::upgrade(path)?;
        }
        let prefix = connections.read(columns::prefix)?;
        Ok(Self { path: path.to_owned(), prefix, connections: Arc::new(connections) })
    }

    /// `DATA/matters/SLUG`.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The letters before the hyphen of the matter's control numbers.
    #[must_use]
    pub fn prefix(&self) -> &Prefix {
        &self.prefix
    }

    /// Counts of the whole matter.
    ///
    /// # Errors
    /// When the database fails.
    pub fn status(&self) -> Result<Status, FolderError> {
        self.connections.read(status)
    }

    /// Whether there is a document at all.
    ///
    /// # Errors
    /// When the database fails.
    pub fn has_documents(&self) -> Result<bool, FolderError> {
        self.connections.read(|connection| connection.prepare_cached("select 1 from documents")?.exists(()))
    }

    /// The rows of these documents, in the order asked; unknown ordinals are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub fn documents(&self, ordinals: &[Ordinal]) -> Result<Vec<DocumentRow>, FolderError> {
        self.connections.read(|connection| {
            let mut statement = connection.prepare_cached(&format!("{} where d.ordinal = ?1", columns::DOCUMENT))?;
            let mut found = Vec::with_capacity(ordinals.len());
            for ordinal in ordinals {
                found.extend(statement.query_row([ordinal], |row| columns::document(row, &self.prefix)).optional()?);
            }
            Ok(found)
        })
    }

    /// The ordinals of all documents, ascending, above `after`, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn ordinals(&self, after: Ordinal, limit: usize) -> Result<Vec<Ordinal>, FolderError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.connections.read(|connection| {
            let sql = "select ordinal from documents where ordinal > ?1 order by ordinal limit ?2";
            let mut statement = connection.prepare_cached(sql)?;
            statement.query_map((after, limit), |row| row.get(0))?.collect()
        })
    }

    /// The members of a document's family in order, the parent first; one row when it has no family.
    ///
    /// # Errors
    /// When the database fails.
    pub fn family(&self, ordinal: Ordinal) -> Result<Vec<DocumentRow>, FolderError> {
        self.connections.read(|connection| {
            // A retry may add a member long after its family, so members are put in order by place, not by number.
            let sql = format!(
                "{} where d.family = (select family from documents where ordinal = ?1) \
                 order by d.ordinal <> d.family, d.ordinal",
                columns::DOCUMENT
            );
            let mut statement = connection.prepare_cached(&sql)?;
            statement.query_map([ordinal], |row| columns::document(row, &self.prefix))?.collect()
        })
    }

    /// Where every document comes from, in the order of their numbers.
    pub(crate) fn origins(&self) -> Result<Vec<Origin>, FolderError> {
        self.connections.read(|connection| {
            let sql = "select ordinal, family, custodians, date from documents order by ordinal";
            let origin = |row: &rusqlite::Row<'_>| {
                Ok(Origin {
                    ordinal: row.get("ordinal")?,
                    family: row.get("family")?,
                    custodians: columns::json(row, "custodians")?,
                    date: row.get("date")?,
                })
            };
            connection.prepare(sql)?.query_map((), origin)?.collect()
        })
    }

    /// Everywhere a document's content was found: its own place first, then suppressed duplicates.
    ///
    /// # Errors
    /// When the database fails.
    pub fn locations(&self, ordinal: Ordinal) -> Result<Vec<Location>, FolderError> {
        self.connections.read(|connection| {
            let sql = "select custodian, path, outcome, modified from items where ordinal = ?1 union all \
                       select * from (select custodian, path, outcome, modified from items \
                       where duplicate_of = (select id from items where ordinal = ?1) order by id)";
            let mut statement = connection.prepare_cached(sql)?;
            statement.query_map([ordinal], columns::location)?.collect()
        })
    }

    /// The canonical text of a document at its newest revision.
    ///
    /// # Errors
    /// When the database fails or the text does not read back.
    pub fn text(&self, ordinal: Ordinal) -> Result<Option<DocumentText>, FolderError> {
        let found = self.connections.read(|connection| {
            let sql = "select revision, sha256, text from texts where ordinal = ?1 order by revision desc limit 1";
            let mut statement = connection.prepare_cached(sql)?;
            let row = |row: &rusqlite::Row<'_>| {
                Ok((row.get("revision")?, columns::sha256(row, "sha256")?, row.get::<_, Vec<u8>>("text")?))
            };
            statement.query_row([ordinal], row).optional()
        })?;
        let Some((revision, sha256, packed)) = found else { return Ok(None) };
        let text = text_code::decode(&packed).ok_or_else(|| self.corrupt(format!("the text of document {ordinal}")))?;
        Ok(Some(DocumentText { revision, text, sha256 }))
    }

    /// Pages and boxes belonging to the newest text.
    ///
    /// # Errors
    /// When the database fails or the layout does not read back.
    pub fn layout(&self, ordinal: Ordinal) -> Result<Layout, FolderError> {
        let found = self.connections.read(|connection| {
            let sql = "select layout from texts where ordinal = ?1 order by revision desc limit 1";
            let mut statement = connection.prepare_cached(sql)?;
            statement.query_row([ordinal], |row| row.get::<_, Vec<u8>>(0)).optional()
        })?;
        let Some(packed) = found else { return Ok(Layout::default()) };
        layout_code::decode(&packed).ok_or_else(|| self.corrupt(format!("the layout of document {ordinal}")))
    }

    /// The exceptions of one document, or of the whole matter.
    ///
    /// # Errors
    /// When the database fails.
    pub fn exceptions(&self, of: Option<Ordinal>) -> Result<Vec<ExceptionRow>, FolderError> {
        self.connections.read(|connection| {
            let filter = "(?1 is null or i.ordinal = ?1)";
            let sql = format!("{} where {filter} order by e.item, e.id", columns::EXCEPTION);
            let mut statement = connection.prepare_cached(&sql)?;
            statement.query_map([of], |row| columns::exception(row, &self.prefix))?.collect()
        })
    }

    /// Where the original bytes with this digest are kept.
    #[must_use]
    pub fn native_path(&self, digest: &Sha256) -> PathBuf {
        natives::path(&self.path, digest)
    }

    /// Runs some reading statements.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, FolderError> {
        self.connections.read(work)
    }

    fn corrupt(&self, what: String) -> FolderError {
        FolderError::Corrupt { path: self.connections.path().to_owned(), what }
    }
}

fn status(connection: &Connection) -> rusqlite::Result<Status> {
    // One snapshot for all counts: a writer may commit in between.
    let connection = connection.unchecked_transaction()?;
    let count = |sql: &str| -> rusqlite::Result<u64> {
        let number: i64 = connection.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(u64::try_from(number).unwrap_or_default())
    };
    let mut status = Status::default();
    let mut outcomes = connection.prepare_cached("select outcome, count(*) from items group by outcome")?;
    let mut rows = outcomes.query([])?;
    while let Some(row) = rows.next()? {
        let number = u64::try_from(row.get::<_, i64>(1)?).unwrap_or_default();
        let accounting = &mut status.accounting;
        match row.get_ref(0)?.as_str()? {
            "document" => accounting.documents = number,
            "duplicate" => accounting.duplicates = number,
            "container" => accounting.containers = number,
            "excluded" => accounting.excluded = number,
            _ => accounting.failed = number,
        }
    }
    status.accounting.items = count("select count(*) from items")?;
    status.accounting.sources = count("select count(distinct location) from sources where kind = 'file'")?;
    status.exceptions = count("select count(*) from exceptions")?;
    status.empty = count("select count(*) from documents where is_empty")?;
    status.size_bytes = count("select coalesce(sum(size_bytes), 0) from sources where kind = 'file'")?;
    status.missing = count("select count(distinct location) from sources where missing_since is not null")?;
    status.indexed =
        count("select (select count(*) from documents) - (select count(*) from documents where needs_index)")?;
    status.complete =
        count("select count(*) from (select state from runs order by id desc limit 1) where state = 'complete'")? > 0;
    let sql =
        "select report from runs where json_extract(report, '$.confinement') is not null order by id desc limit 1";
    let last = connection.prepare_cached(sql)?.query_row([], |row| row.get::<_, String>(0)).optional()?;
    let last: Option<RunReport> = last.and_then(|report| serde_json::from_str(&report).ok());
    if let Some(report) = last {
        (status.confinement, status.recognition) = (report.confinement, report.recognition);
    }
    status.recognised = count("select count(*) from documents where recognised_pages > 0")?;
    Ok(status)
}
