//! Where things lie in the checkout, and whether something built is older than its sources.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The root of the checkout.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the root").to_path_buf()
}

/// The folder of the web page's sources.
pub(crate) fn ui() -> PathBuf {
    root().join("review-server/ui")
}

/// Cargo's target folder.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// When the newest file below a path was last changed; `None` where there is none. `node_modules` and `dist` do not count.
pub(crate) fn newest(path: &Path) -> Option<SystemTime> {
    let metadata = std::fs::symlink_metadata(path).ok()?;
    if !metadata.is_dir() {
        return metadata.modified().ok();
    }
    let entries = std::fs::read_dir(path).ok()?.flatten();
    let counted =
        entries.filter(|entry| !matches!(entry.file_name().to_str(), Some("node_modules" | "dist" | "test-results")));
    counted.filter_map(|entry| newest(&entry.path())).max()
}
