//! The step `index`: the texts and queries of a matter written out, then indexed by each engine in a process of its own.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};
use redwell_indexer::index::IndexWriter;
use redwell_indexer::matter_folder::MatterFolder;

use crate::corpus::{Corpus, Random};
use crate::floors::Floors;
use crate::measure::{Built, Watch};
use crate::queries::{Asked, Class};
use crate::texts::{self, Texts};
use crate::{ASKED, LINES, RAW, TEXTS, peers, raw};

/// Queries of each class.
const QUERIES: usize = 12;

/// Writes texts and queries, builds, and prints what that took. `arguments` are the data folder, the matter and the scratch folder.
pub(crate) fn run(folder: &MatterFolder, arguments: &[String], scratch: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(scratch)?;
    let bytes = write_out(folder, scratch)?;
    println!("engine               MB/s  MB a CPU s   index MB   % of text   peak MiB");
    let raw = row(&of_this_program("build-tantivy", arguments)?, bytes, &scratch.join(RAW))?;
    let ours = row(&of_this_program("build-redwell", arguments)?, bytes, &folder.path().join("index"))?;
    for program in peers::installed(scratch)? {
        let place = program.place(scratch);
        empty(&place)?;
        match program.build(&scratch.join(TEXTS), scratch) {
            Ok(built) => {
                row(&built, bytes, &place)?;
            }
            // What others fail in does not stop the rest; without an index they are not asked.
            Err(why) => {
                println!("{why:#}");
                std::fs::remove_dir_all(&place)?;
            }
        }
    }
    let mut floors = Floors::default();
    floors.at_least("building, speed beside raw tantivy by the clock", ours.speed / raw.speed, 0.8, "");
    floors.at_least("building, speed beside raw tantivy by processor time", ours.cpu_speed / raw.cpu_speed, 0.8, "");
    floors.at_most("index, share of the text", ours.share, 35.0, " %");
    floors.finish(scratch, "index")
}

/// Writes the texts and the queries out; the bytes of the texts.
fn write_out(folder: &MatterFolder, scratch: &Path) -> anyhow::Result<usize> {
    let corpus = Corpus::read(folder)?;
    println!("{} documents, {} MB of text", corpus.texts.len(), corpus.bytes / 1_000_000);
    texts::write(&scratch.join(TEXTS), corpus.texts.iter().map(|(_, text)| text.as_str()))?;
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let queries: Vec<Asked> = Class::ALL
        .iter()
        .flat_map(|class| vec![*class; QUERIES])
        .map(|class| class.query(&corpus, &mut random))
        .collect();
    std::fs::write(scratch.join(ASKED), serde_json::to_vec(&queries)?)?;
    let lines: Vec<String> = queries.iter().filter_map(|asked| Some(asked.plain.as_ref()?.line())).collect();
    std::fs::write(scratch.join(LINES), lines.join("\n") + "\n")?;
    Ok(corpus.bytes)
}

/// Runs a step of this program by itself, so that its memory is that of the step.
fn of_this_program(step: &str, arguments: &[String]) -> anyhow::Result<Built> {
    let output = Command::new(std::env::current_exe()?).arg(step).args(arguments).output()?;
    if !output.status.success() {
        bail!("`{step}` failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    serde_json::from_slice(&output.stdout).with_context(|| format!("reading what `{step}` said"))
}

/// Builds an index as tantivy does by itself, and prints what that took as JSON.
pub(crate) fn tantivy(scratch: &Path) -> anyhow::Result<()> {
    let place = scratch.join(RAW);
    empty(&place)?;
    println!("{}", serde_json::to_string(&raw::build(Texts::open(&scratch.join(TEXTS))?, &place)?)?);
    Ok(())
}

/// Makes the matter's index anew, as `redwell rebuild` does, and prints what that took as JSON.
pub(crate) fn redwell(folder: &MatterFolder, scratch: &Path) -> anyhow::Result<()> {
    let (mut rows, mut after) = (Vec::new(), 0);
    loop {
        let ordinals = folder.ordinals(after, 1_000)?;
        let Some(last) = ordinals.last() else { break };
        after = *last;
        rows.extend(folder.documents(&ordinals)?);
    }
    let texts = Texts::open(&scratch.join(TEXTS))?;
    let watch = Watch::start()?;
    let mut writer = IndexWriter::rebuild(folder.path(), 2)?;
    for (row, text) in rows.iter().zip(texts) {
        writer.put(row, &text?)?;
    }
    writer.finish()?;
    println!("{}", serde_json::to_string(&watch.built("redwell")?)?);
    Ok(())
}

fn empty(place: &Path) -> anyhow::Result<()> {
    if place.exists() {
        std::fs::remove_dir_all(place)?;
    }
    std::fs::create_dir_all(place)?;
    Ok(())
}

/// What is compared.
struct Figures {
    speed: f64,
    cpu_speed: f64,
    share: f64,
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn row(built: &Built, text_bytes: usize, index: &Path) -> anyhow::Result<Figures> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(index)? {
        bytes += entry?.metadata()?.len();
    }
    let text_mb = text_bytes as f64 / 1e6;
    let share = 100.0 * bytes as f64 / text_bytes.max(1) as f64;
    let (speed, cpu_speed) = (text_mb / built.seconds, text_mb / built.cpu_seconds.max(0.01));
    let (name, mb, peak) = (&built.name, bytes / 1_000_000, built.peak_bytes >> 20);
    println!("{name:16}{speed:>9.1}{cpu_speed:>12.1}{mb:>11}{share:>12.1}{peak:>11}");
    Ok(Figures { speed, cpu_speed, share })
}
