//! Why a matter folder could not be used, each with what to do next.

use std::path::{Path, PathBuf};

use redwell_model::control_number::Prefix;
use redwell_model::{DuplicateScope, MatterSlug};

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
    /// Another process is writing to the matter.
    #[error("another process is writing to `{path}`; wait for it to end, or stop it, and try again")]
    Busy {
        /// Which folder.
        path: PathBuf,
    },
    /// A newer Redwell wrote the folder.
    #[error(
        "`{path}` was written by a newer Redwell (folder version {found}, this program knows {known}); use that one"
    )]
    Newer {
        /// Which database.
        path: PathBuf,
        /// The version found.
        found: u32,
        /// The newest version this program knows.
        known: u32,
    },
    /// The matter has another control-number prefix.
    #[error(
        "the control numbers of this matter begin with `{kept}`; they are permanent, so leave `--prefix {given}` out"
    )]
    OtherPrefix {
        /// The prefix the matter has.
        kept: Prefix,
        /// The prefix asked for.
        given: Prefix,
    },
    /// The matter suppresses duplicates in another scope.
    #[error(
        "duplicates of this matter are suppressed by the scope `{kept}`; changing it midway would leave some copies \
         suppressed and others not, so leave `--duplicates {given}` out or ingest into a new matter"
    )]
    OtherScope {
        /// The scope the matter has.
        kept: DuplicateScope,
        /// The scope asked for.
        given: DuplicateScope,
    },
    /// Something stored does not read back.
    #[error("{what} in the matter database `{path}` does not read back; run `redwell verify`")]
    Corrupt {
        /// Which database.
        path: PathBuf,
        /// Which part of it.
        what: String,
    },
    /// A file or folder could not be read or written.
    #[error("`{path}` could not be {attempted}: {source}")]
    Files {
        /// Which file or folder.
        path: PathBuf,
        /// What was attempted, as a participle.
        attempted: &'static str,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The database failed.
    #[error("the matter database `{path}` failed: {source}")]
    Database {
        /// Which database.
        path: PathBuf,
        /// Why.
        #[source]
        source: rusqlite::Error,
    },
}

impl FolderError {
    /// Says that a file could not be read or written.
    pub(crate) fn files(path: &Path, attempted: &'static str) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Files { path, attempted, source }
    }
}
