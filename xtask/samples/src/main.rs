//! Writes `corpora-sample/` from the texts under `xtask/samples/content/`: two invented matters as a client would send them.
//!
//! The writers here are small and our own so that the bytes depend on nothing but the texts: no clock, no random salt, no
//! compressor that takes another path on another processor. They write what the samples need and are not a library.

mod archive;
mod blocks;
mod corpus;
mod date;
mod deflate;
mod mail;
mod markup;
mod office;
mod pdf;
mod plain;
mod random;
mod scan;
mod sheet;
mod source;
mod survey;

use std::io::Write;
use std::path::Path;

fn main() -> anyhow::Result<()> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = match std::env::args_os().nth(1) {
        Some(folder) => folder.into(),
        None => package.join("../../corpora-sample"),
    };
    let written = corpus::write(&package.join("content"), &target)?;
    writeln!(std::io::stdout(), "{} sample files, {} kB", written.files, written.bytes / 1000)?;
    Ok(())
}
