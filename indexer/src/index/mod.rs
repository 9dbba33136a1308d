//! The full-text index of a matter, on tantivy.

use std::path::Path;

use redwell_model::Ordinal;

use crate::matter_folder::{DocumentRow, MatterFolder};

/// Adds documents to the index of one matter. One at a time.
#[derive(Debug)]
pub struct IndexWriter {}

/// Answers searches over one matter.
#[derive(Debug)]
pub struct TantivyEngine {}

/// Why the index failed.
#[derive(Debug, thiserror::Error)]
#[error("the index failed: {0}")]
pub struct IndexError(pub String);

impl IndexWriter {
    /// Opens the index in `MATTER_FOLDER/index`, creating it when absent.
    ///
    /// # Errors
    /// When it cannot be opened; deleting the folder and running `redwell rebuild` always helps.
    pub fn open(_matter_folder: &Path, _threads: usize) -> Result<Self, IndexError> {
        todo!()
    }

    /// Adds a document, replacing what the index holds under its ordinal.
    ///
    /// # Errors
    /// When the index cannot take it.
    pub fn put(&mut self, _row: &DocumentRow, _text: &str) -> Result<(), IndexError> {
        todo!()
    }

    /// Makes everything put so far durable and searchable.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn commit(&mut self) -> Result<(), IndexError> {
        todo!()
    }

    /// How many documents the index holds as of the last commit.
    #[must_use]
    pub fn len(&self) -> u64 {
        todo!()
    }
}

impl TantivyEngine {
    /// Opens the index of a matter for searching. Commits made later, by any process, are seen by later searches.
    ///
    /// # Errors
    /// When there is no index or it cannot be read.
    pub fn open(_folder: &MatterFolder) -> Result<Self, IndexError> {
        todo!()
    }

    /// The ordinals in the index, for `verify`.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn ordinals(&self) -> Result<Vec<Ordinal>, IndexError> {
        todo!()
    }
}
