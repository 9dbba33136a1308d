//! `cargo xtask demo`: from a fresh checkout to a running Redwell with the two sample matters.
//!
//! Builds what is missing and leaves the rest to `redwell demo`.

use std::path::Path;

use anyhow::bail;

use crate::process::{Running, cargo, program};
use crate::{report, tree, ui};

/// Builds, prepares and serves until it is interrupted.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let data = match arguments {
        [] => tree::target().join("demo"),
        [flag, folder] if flag == "--data" => std::path::absolute(folder)?,
        _ => bail!("`demo` takes `--data DIR` or nothing"),
    };
    ui::build()?;
    report::heading("building Redwell; the first time takes some minutes");
    cargo(&["build", "--release", "--locked", "--package", "redwell"]).with("REQUIRE_UI", "1").run()?;
    let binary = tree::target().join("release/redwell");
    program(binary.as_os_str(), &["demo"]).word("--samples").word(tree::root()).word("--data").word(data).run()
}

/// Fills a data folder with the sample matters, their taxonomies and the sign-ins.
pub(crate) fn prepare(binary: &Path, data: &Path) -> anyhow::Result<()> {
    let demo = program(binary.as_os_str(), &["demo", "--prepare-only"]);
    demo.word("--samples").word(tree::root()).word("--data").word(data).run()
}

/// Serves a data folder on any free port; the address, and the server, which ends when dropped.
pub(crate) fn serve(binary: &Path, data: &Path) -> anyhow::Result<(String, Running)> {
    const SIGN: &str = "Redwell is serving on ";
    let words = ["serve", "--listen", "127.0.0.1:0"];
    let (line, server) = program(binary.as_os_str(), &words).word("--data").word(data).serve(SIGN)?;
    Ok((line[SIGN.len()..].trim().to_owned(), server))
}
