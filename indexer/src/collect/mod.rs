//! From files on disk to numbered documents.
//!
//! [`walk`] lists what is there, sorted. Sources are then read in parallel: each is hashed, kept as a native and given
//! to a worker, and so is everything found inside it, which makes a [`tree`] of what was found. One thread takes the
//! finished trees in the order of the sources, whatever order they were finished in, and [`record`]s them: it decides
//! what is a duplicate, gives control numbers and writes. So one thread or sixteen, killed halfway or not, the same
//! files get the same numbers.
//!
//! Reading bytes as text is the business of [`crate::extract`], in the processes of [`crate::isolate`].

mod claims;
mod digests;
mod gate;
mod hash_list;
mod index_feed;
mod ingest;
mod keep;
mod mail_identity;
mod missing;
mod node;
mod ordered;
mod pace;
mod progress;
mod rebuild;
mod record;
mod retry;
mod seen;
#[cfg(test)]
pub(crate) mod tests;
mod tree;
mod walk;
mod window;

pub use gate::{Gate, Wish};
pub use hash_list::HashList;
pub use ingest::{IngestRequest, ingest};
pub use pace::{Pace, ProgressLine, RunState};
pub use progress::{Progress, Snapshot};
pub use rebuild::rebuild;
pub use retry::{RetryReport, RetryRequest, retry};
pub use tree::presentable;

use std::path::PathBuf;

use crate::index::IndexError;
use crate::isolate::NoWorker;
use crate::matter_folder::{FolderError, RunEnd};

/// Why a run ended before its end. What it wrote until then is kept, and the next run goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// A path given does not exist.
    #[error("`{path}` could not be found: {source}")]
    NotFound {
        /// Which path.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A path given holds the folder results are written to.
    #[error("`{path}` holds the data folder `{data}`; give another data folder or another path")]
    HoldsData {
        /// Which path.
        path: PathBuf,
        /// The data folder.
        data: PathBuf,
    },
    /// The matter folder failed.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The index failed.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// No worker process could be started.
    #[error(transparent)]
    Worker(#[from] NoWorker),
    /// The threads of the run could not be started.
    #[error("the threads of the run could not be started: {0}")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// Whoever steers the run cancelled it.
    #[error("the run was cancelled")]
    Cancelled,
    /// Another part of the run failed; its own error tells why.
    #[error("the run was stopped")]
    Stopped,
}

/// How a run with this result ended.
fn end_of(result: &Result<(), CollectError>) -> RunEnd {
    match result {
        Ok(()) => RunEnd::Complete,
        Err(CollectError::Cancelled) => RunEnd::Cancelled,
        Err(_) => RunEnd::Failed,
    }
}
