//! Reads files with the extraction stage alone and shows what comes out, for trying readers on real documents.
//!
//! `extract_text [--summary] [--password WORD]… FILE` prints the text; with `--summary` and files or folders, one line a file: format, characters,
//! children, milliseconds, exceptions. Children are read too. No worker processes: a crash is reported and the next file read.

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Instant;

use redwell_indexer::extract::{Child, Extracted, Input, Options, extract};

fn main() -> anyhow::Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let summary = arguments.first().is_some_and(|first| first == "--summary");
    if summary {
        arguments.remove(0);
    }
    let mut options = Options::default();
    while arguments.len() > 1 && arguments[0] == "--password" {
        options.passwords.push(arguments.remove(1));
        arguments.remove(0);
    }
    let mut files = Vec::new();
    for argument in &arguments {
        walk(Path::new(argument), &mut files)?;
    }
    let mut out = std::io::BufWriter::new(std::io::stdout());
    for path in files {
        let bytes = std::fs::read(&path)?;
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        show(&mut out, &path.display().to_string(), &name, &bytes, &options, summary, 0)?;
        out.flush()?;
    }
    Ok(())
}

fn show(
    out: &mut impl std::io::Write,
    path: &str,
    name: &str,
    bytes: &[u8],
    options: &Options,
    summary: bool,
    depth: usize,
) -> anyhow::Result<()> {
    let started = Instant::now();
    let mut children: Vec<Child> = Vec::new();
    let read =
        catch_unwind(AssertUnwindSafe(|| extract(&Input { name, bytes, options }, &mut |child| children.push(child))));
    let elapsed_ms = started.elapsed().as_millis();
    match read {
        Ok(found) if summary => writeln!(out, "{}", line(path, &found, children.len(), elapsed_ms))?,
        Ok(found) => {
            writeln!(out, "=== {path} ({})\n{}\n--- {:?}", found.format, found.text, found.metadata)?;
            for exception in &found.exceptions {
                writeln!(out, "!!! {}: {}", exception.kind, exception.reason)?;
            }
        }
        Err(_) => writeln!(out, "CRASHED\t{path}\t{elapsed_ms}")?,
    }
    for child in children.iter().filter(|_| depth < 8) {
        show(out, &format!("{path}//{}", child.name), &child.name, &child.bytes, options, summary, depth + 1)?;
    }
    Ok(())
}

fn line(path: &str, found: &Extracted, children: usize, elapsed_ms: u128) -> String {
    let exceptions: Vec<String> = found.exceptions.iter().map(|e| format!("{}: {}", e.kind, e.reason)).collect();
    let characters = found.text.chars().count();
    format!("{}\t{characters}\t{children}\t{elapsed_ms}\t{path}\t{}", found.format, exceptions.join(" | "))
}

fn walk(path: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut entries = std::fs::read_dir(path)?.map(|entry| entry.map(|e| e.path())).collect::<Result<Vec<_>, _>>()?;
    entries.sort();
    entries.iter().try_for_each(|entry| walk(entry, files))
}
