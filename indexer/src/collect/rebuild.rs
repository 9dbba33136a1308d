//! The index from the matter folder, from nothing.

use std::path::Path;

use redwell_model::MatterSlug;

use super::index_feed::IndexFeed;
use super::{CollectError, Progress};
use crate::matter_folder::{FolderError, MatterWriter};

/// Makes the index of a matter anew; how many documents it holds.
///
/// # Errors
/// When there is no such matter, another process is writing to it, or the index cannot be written.
pub fn rebuild(data: &Path, matter: &MatterSlug, threads: usize, progress: &Progress) -> Result<u64, CollectError> {
    let mut writer = MatterWriter::open_existing(data, matter)?;
    let documents = writer.reader().status()?.accounting.documents;
    progress.found(documents, 0);
    // First the marks, then the files: killed in between, the next run indexes everything again.
    writer.mark_nothing_indexed()?;
    let place = writer.reader().path().join("index");
    match std::fs::remove_dir_all(&place) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(FolderError::files(&place, "removed")(error).into());
        }
        _ => {}
    }
    let folder = writer.reader().clone();
    let mut feed = IndexFeed::open(&folder, threads)?;
    let mut given = 0;
    feed.catch_up_with(&writer, &mut |number| {
        (0..number).for_each(|_| progress.done(0));
        given += number as u64;
        progress.recorded(given, 0);
    })?;
    feed.commit(&mut writer)?;
    Ok(given)
}
