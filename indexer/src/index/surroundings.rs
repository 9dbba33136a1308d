//! What a query can ask of a matter besides its texts, as far as the matter folder knows; people's work is asked of
//! whoever opened it.

use redwell_model::{ControlNumber, Ordinal};
use redwell_search::engine::DocumentSet;
use redwell_search::resolve::{ResolveError, Surroundings};
use redwell_search::{Predicate, Query};

use crate::matter_folder::MatterFolder;

/// Finds the documents a predicate on people's work stands for.
pub type OfPeople<'m> = dyn Fn(&Predicate) -> Result<DocumentSet, ResolveError> + 'm;

/// What surrounds the documents of a matter.
pub struct MatterSurroundings<'m> {
    folder: &'m MatterFolder,
    people: &'m OfPeople<'m>,
}

impl<'m> MatterSurroundings<'m> {
    /// Of this matter, whose people's work is known to `people`.
    #[must_use]
    pub fn new(folder: &'m MatterFolder, people: &'m OfPeople<'m>) -> Self {
        Self { folder, people }
    }

    /// Of this matter, as far as its folder knows; asking for people's work is refused.
    #[must_use]
    pub fn without_people(folder: &'m MatterFolder) -> Self {
        Self { folder, people: &nobody }
    }

    fn ordinal(&self, written: &str) -> Result<Ordinal, ResolveError> {
        let number: ControlNumber =
            written.parse().map_err(|why: redwell_model::control_number::BadControlNumber| unknown(why.to_string()))?;
        if number.prefix() == self.folder.prefix() {
            return Ok(number.ordinal());
        }
        let prefix = self.folder.prefix();
        Err(unknown(format!("`{written}` is no number of this matter; its numbers begin with `{prefix}-`")))
    }
}

impl Surroundings for MatterSurroundings<'_> {
    fn documents(&self, predicate: &Predicate) -> Result<DocumentSet, ResolveError> {
        let Predicate::Numbers(ranges) = predicate else { return (self.people)(predicate) };
        let mut found = DocumentSet::new();
        for (first, last) in ranges {
            found.insert_range(self.ordinal(first)?..=self.ordinal(last)?);
        }
        Ok(found)
    }

    fn saved(&self, name: &str) -> Result<Query, ResolveError> {
        Err(unknown(format!("no search is saved here as `{name}`; write out what it looks for")))
    }

    fn synonyms(&self, word: &str) -> Result<Vec<Query>, ResolveError> {
        Err(unknown(format!(
            "this matter has no list of synonyms to look up `{word}` in; whoever leads the review can write one, or join the words with OR"
        )))
    }

    fn control_number(&self, ordinal: Ordinal) -> String {
        ControlNumber::new(self.folder.prefix().clone(), ordinal).to_string()
    }
}

fn nobody(predicate: &Predicate) -> Result<DocumentSet, ResolveError> {
    let written = Query::Predicate(predicate.clone());
    Err(unknown(format!("`{written}` asks about people's work, and nobody worked on this matter yet")))
}

fn unknown(message: String) -> ResolveError {
    ResolveError::Unknown { message }
}

impl std::fmt::Debug for MatterSurroundings<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MatterSurroundings").field("folder", &self.folder).finish_non_exhaustive()
    }
}
