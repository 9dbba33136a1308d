//! Finds the browser the journeys are walked in, and installs Debian's where it may.

use std::path::PathBuf;

use anyhow::bail;

use crate::process::program;
use crate::report;

const PACKAGES: &[&str] = &["chromium", "fonts-dejavu-core", "fonts-noto-core", "fonts-noto-cjk"];

/// Where Chromium is. Installs it, as root on a Debian-like machine, when absent.
pub(crate) fn find() -> anyhow::Result<PathBuf> {
    if let Some(path) = installed() {
        return Ok(path);
    }
    let is_root = program("id".as_ref(), &["-u"]).quiet().is_some_and(|id| id.trim() == "0");
    let has_apt = program("apt-get".as_ref(), &["--version"]).quiet().is_some();
    if !(is_root && has_apt) {
        bail!(
            "the browser journeys need Chromium: `apt-get install {}` as root, or set CHROMIUM to its path",
            PACKAGES.join(" ")
        );
    }
    report::heading("installing Chromium");
    program("apt-get".as_ref(), &["update", "-qq"]).run()?;
    let mut words = vec!["install", "-y", "-qq", "--no-install-recommends"];
    words.extend(PACKAGES);
    program("apt-get".as_ref(), &words).with("DEBIAN_FRONTEND", "noninteractive").run()?;
    installed().map_or_else(|| bail!("Chromium is missing after its installation"), Ok)
}

fn installed() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMIUM").map(PathBuf::from) {
        return path.exists().then_some(path);
    }
    ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]
        .into_iter()
        .map(PathBuf::from)
        .find(|path| path.exists())
}
