//! What a matter's documents have in common: sets of documents by custodian, kind of file, year and language.
//!
//! Filters and facets are both answered from these sets, so a facet's count is the count of the filter it offers.

use std::collections::BTreeMap;

use redwell_indexer::matter_folder::{DocumentRow, FolderError, MatterFolder};
use redwell_model::Ordinal;
use redwell_search::engine::DocumentSet;

/// Documents read at a time.
const CHUNK: usize = 1_000;

/// Documents by the values of one field; documents without a value stand under the empty text.
pub type ByValue = BTreeMap<String, DocumentSet>;

/// Sets of documents by what they have in common.
#[derive(Debug, Default)]
pub struct Facts {
    /// Every document.
    pub all: DocumentSet,
    /// By everyone they were collected from.
    pub custodian: ByValue,
    /// By kind of file.
    pub kind: ByValue,
    /// By the year of their date.
    pub year: ByValue,
    /// By the language of their text.
    pub language: ByValue,
    family_sizes: BTreeMap<Ordinal, u32>,
}

impl Facts {
    /// Reads them from a matter folder.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn read(folder: &MatterFolder) -> Result<Self, FolderError> {
        let mut facts = Self::default();
        let mut after = 0;
        loop {
            let ordinals = folder.ordinals(after, CHUNK)?;
            let Some(last) = ordinals.last() else { return Ok(facts) };
            after = *last;
            for row in folder.documents(&ordinals)? {
                facts.add(&row);
            }
        }
    }

    fn add(&mut self, row: &DocumentRow) {
        let ordinal = row.ordinal;
        self.all.insert(ordinal);
        for custodian in &row.custodians {
            put(&mut self.custodian, custodian, ordinal);
        }
        put(&mut self.kind, row.format.as_str(), ordinal);
        put(&mut self.year, &row.date.map(year).unwrap_or_default(), ordinal);
        put(&mut self.language, row.language.as_deref().unwrap_or_default(), ordinal);
        *self.family_sizes.entry(row.family).or_default() += 1;
    }

    /// How many documents a family has, by its first one.
    #[must_use]
    pub fn family_size(&self, family: Ordinal) -> u32 {
        self.family_sizes.get(&family).copied().unwrap_or(1)
    }
}

fn put(by_value: &mut ByValue, value: &str, ordinal: Ordinal) {
    match by_value.get_mut(value) {
        Some(documents) => {
            documents.insert(ordinal);
        }
        None => {
            by_value.insert(value.to_owned(), DocumentSet::from([ordinal]));
        }
    }
}

fn year(date: jiff::Timestamp) -> String {
    date.to_zoned(jiff::tz::TimeZone::UTC).year().to_string()
}
