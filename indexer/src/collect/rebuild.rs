//! The index from the matter folder, from nothing.

use std::path::Path;

use redwell_model::MatterSlug;

use super::index_feed::IndexFeed;
use super::{CollectError, Progress};
use crate::matter_folder::MatterWriter;

/// Makes the index of a matter anew; how many documents it holds.
///
/// # Errors
/// When there is no such matter, another process is writing to it, or the index cannot be written.
pub fn rebuild(data: &Path, matter: &MatterSlug, threads: usize, progress: &Progress) -> Result<u64, CollectError> {
    let mut writer = MatterWriter::open_existing(data, matter)?;
    progress.found(writer.reader().status()?.accounting.documents, 0);
    IndexFeed::rebuild(&mut writer, threads, progress)
}
