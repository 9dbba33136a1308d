//! The matter folder: everything a machine made of a matter, and can make again.

pub mod rows;

pub use rows::{DocumentRow, DocumentText, ExceptionRow, Location, Status};

use std::path::{Path, PathBuf};

use redwell_model::{MatterSlug, Ordinal, Sha256};

/// A matter folder opened for reading. Cheap to clone; many readers at once, in many processes.
#[derive(Debug, Clone)]
pub struct MatterFolder {
    path: PathBuf,
}

/// Why a matter folder could not be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// There is no such matter under the data folder.
    #[error("there is no matter `{slug}` in `{data}`; `redwell ingest` creates one")]
    NoSuchMatter {
        /// Which matter.
        slug: MatterSlug,
        /// Where it was looked for.
        data: PathBuf,
    },
    /// The database failed.
    #[error("the matter database `{path}` failed")]
    Database {
        /// Which database.
        path: PathBuf,
        /// Why.
        #[source]
        source: rusqlite::Error,
    },
}

impl MatterFolder {
    /// Opens `DATA/matters/SLUG` for reading.
    ///
    /// # Errors
    /// When there is no such matter or its database cannot be opened.
    pub fn open(_data: &Path, _slug: &MatterSlug) -> Result<Self, FolderError> {
        todo!()
    }

    /// `DATA/matters/SLUG`.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Counts of the whole matter.
    ///
    /// # Errors
    /// When the database fails.
    pub fn status(&self) -> Result<Status, FolderError> {
        todo!()
    }

    /// The rows of these documents, in the order asked; unknown ordinals are left out.
    ///
    /// # Errors
    /// When the database fails.
    pub fn documents(&self, _ordinals: &[Ordinal]) -> Result<Vec<DocumentRow>, FolderError> {
        todo!()
    }

    /// The ordinals of all documents, ascending, above `after`, at most `limit`.
    ///
    /// # Errors
    /// When the database fails.
    pub fn ordinals(&self, _after: Ordinal, _limit: usize) -> Result<Vec<Ordinal>, FolderError> {
        todo!()
    }

    /// The members of a document's family in order, the parent first; one row when it has no family.
    ///
    /// # Errors
    /// When the database fails.
    pub fn family(&self, _ordinal: Ordinal) -> Result<Vec<DocumentRow>, FolderError> {
        todo!()
    }

    /// Everywhere a document's content was found: its own place first, then suppressed duplicates.
    ///
    /// # Errors
    /// When the database fails.
    pub fn locations(&self, _ordinal: Ordinal) -> Result<Vec<Location>, FolderError> {
        todo!()
    }

    /// The canonical text of a document at its newest revision.
    ///
    /// # Errors
    /// When the database fails.
    pub fn text(&self, _ordinal: Ordinal) -> Result<Option<DocumentText>, FolderError> {
        todo!()
    }

    /// Pages and boxes belonging to the newest text.
    ///
    /// # Errors
    /// When the database fails.
    pub fn layout(&self, _ordinal: Ordinal) -> Result<redwell_model::Layout, FolderError> {
        todo!()
    }

    /// The exceptions of one document, or of the whole matter.
    ///
    /// # Errors
    /// When the database fails.
    pub fn exceptions(&self, _of: Option<Ordinal>) -> Result<Vec<ExceptionRow>, FolderError> {
        todo!()
    }

    /// Where the original bytes with this digest are kept.
    #[must_use]
    pub fn native_path(&self, digest: &Sha256) -> PathBuf {
        let hex = digest.to_string();
        self.path.join("natives").join(&hex[..2]).join(&hex[2..4]).join(&hex)
    }
}
