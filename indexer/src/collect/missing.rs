//! Sources of earlier runs that are not at their place any more: said, never undone.
//!
//! What was made of them stays, because a client who moves a folder has not withdrawn it. A source under a folder that
//! cannot be looked into now may well be there still, so nothing is said of it.

use std::collections::{BTreeSet, HashSet};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::CollectError;
use super::record::Recorder;
use super::walk::{Found, Kind};

/// Marks the sources known under these paths that were not found there now, and takes the mark from those that were.
pub(super) fn note_missing(paths: &[PathBuf], found: &[Found], recorder: &mut Recorder) -> Result<(), CollectError> {
    let there: HashSet<(&Path, &[u8])> = found.iter().map(Found::place).collect();
    let given: BTreeSet<&Path> = found.iter().map(|found| found.place().0).collect();
    let is_there = |location: &Path| {
        let below = |root: &Path| Some(location.strip_prefix(root).ok()?.as_os_str().as_bytes());
        given.iter().any(|root| below(root).is_some_and(|below| there.contains(&(*root, below))))
    };
    let closed: Vec<PathBuf> =
        found.iter().filter(|found| matches!(found.kind, Kind::Folder(_))).map(Found::location).collect();
    recorder.writer.begin()?;
    for root in paths.iter().filter_map(|path| std::fs::canonicalize(path).ok()) {
        for known in recorder.writer.reader().sources_under(&root)? {
            let is_there = is_there(known.path());
            let is_hidden = || closed.iter().any(|folder| known.path().starts_with(folder));
            if is_there && known.is_missing {
                recorder.writer.set_missing(&known.location, false)?;
            } else if !is_there && !is_hidden() {
                recorder.report.missing += 1;
                if !known.is_missing {
                    recorder.writer.set_missing(&known.location, true)?;
                }
            }
        }
    }
    Ok(recorder.writer.commit()?)
}
