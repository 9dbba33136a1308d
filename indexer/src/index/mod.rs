//! The full-text index of a matter, on tantivy. Nothing outside this folder knows tantivy.
//!
//! The index lives in `MATTER_FOLDER/index`, holds nothing that cannot be made again, and may be deleted at any time.
//! [`IndexWriter`] fills it; [`TantivyEngine`] answers from it. One writer at a time, any number of engines, also in
//! other processes: an engine sees a commit with its next search, and goes on answering while the folder is replaced.
//! A writer that was killed leaves the last commit and no lock that would keep the next one out.
//!
//! To rebuild: [`IndexWriter::rebuild`] begins an empty index in `index.new` beside the one in use, [`IndexWriter::put`]
//! takes every document, and [`IndexWriter::finish`] puts it in the other's place in one step. A rebuild that was
//! killed leaves `index` as it was; the next one clears what is left of it.
//!
//! How a search runs: every segment gives the set of its documents that match, by set operations over whole postings
//! and, for phrases and proximity, over word positions (`matching`). Counts, pages, facets and document sets are all
//! taken from those sets, so they agree and are exact. Scores (`ranking`) are computed from counts over living
//! documents, so neither segments nor threads nor replaced documents show in the order of hits.

mod best;
mod bits;
mod columns;
mod deadline;
mod dictionary;
mod digests;
mod engine;
mod expansion;
mod matching;
mod occurrences;
mod order;
mod place;
mod queue;
mod ranking;
mod reading;
mod relations;
mod schema;
mod snapshot;
mod streamed;
mod surroundings;
mod tokenizer;
mod tokens;
mod top;
mod writer;

use std::path::PathBuf;

pub use engine::TantivyEngine;
pub use surroundings::{MatterSurroundings, OfPeople};
pub use writer::IndexWriter;

/// Why the index failed.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// There is none.
    #[error("there is no index in `{path}`; `redwell rebuild` makes one")]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Someone else is writing it.
    #[error("another process is writing the index `{path}`; wait until it ends")]
    Locked {
        /// Which index.
        path: PathBuf,
    },
    /// It was made by another version of the program.
    #[error("the index `{path}` was made by another version of Redwell; `redwell rebuild` makes it anew")]
    Outdated {
        /// Which index.
        path: PathBuf,
    },
    /// It could not be read or written.
    #[error("the index `{path}` could not be used; if this stays so, `redwell rebuild` makes it anew")]
    Unusable {
        /// Which index.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

#[cfg(test)]
mod generated;
#[cfg(test)]
mod tests;
