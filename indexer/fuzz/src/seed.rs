//! Makes inputs to begin from out of files: `seed TARGET FOLDER FILE…`. Files the target does not read are passed over.

use std::path::PathBuf;

// The instrumented library counts into what libFuzzer provides, here too.
use libfuzzer_sys as _;
use redwell_indexer::fuzzing;

/// Larger inputs make every try slow.
const LARGEST_BYTES: usize = 256 << 10;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, folder, files @ ..] = arguments.as_slice() else {
        return Err("usage: seed TARGET FOLDER FILE…".into());
    };
    let target = fuzzing::target(name).ok_or_else(|| format!("there is no target `{name}`"))?;
    std::fs::create_dir_all(folder)?;
    for file in files {
        let bytes = std::fs::read(file)?;
        if let Some(seed) = target.seed(file, &bytes).filter(|seed| seed.len() <= LARGEST_BYTES) {
            let name = file.replace(['/', '\\'], "_");
            let from = name.ceil_char_boundary(name.len().saturating_sub(80));
            std::fs::write(PathBuf::from(folder).join(&name[from..]), seed)?;
        }
    }
    Ok(())
}
