//! How long searches over a matter take, beside tantivy alone with the nearest it can do.
//!
//! `search_bench index DATA MATTER SCRATCH` reads every text of the matter and indexes them twice, as `redwell rebuild`
//! does and with tantivy's own tokenizer and one field. It writes two hundred queries made of words that stand in those
//! texts; they depend on the texts and a fixed seed alone. `search_bench ask DATA MATTER SCRATCH` asks them in a process
//! of its own, so that its memory is that of answering. Each is asked of both by turns, once unmeasured and then
//! five times; the middle times count. `search_bench many DATA MATTER SCRATCH` searches among a million coded documents.

#![expect(clippy::print_stdout, reason = "the table is what it is run for")]

mod corpus;
mod many;
mod queries;
mod raw;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use redwell_indexer::index::{IndexWriter, TantivyEngine};
use redwell_indexer::matter_folder::MatterFolder;
use redwell_model::MatterSlug;
use redwell_search::engine::{FacetField, Sort};
use redwell_search::{Dialect, SearchEngine, parse};

use crate::corpus::{Corpus, Random};
use crate::queries::{Asked, Class};
use crate::raw::Raw;

/// Queries of each class.
const QUERIES: usize = 12;

/// Hits of the page asked for.
const PAGE: usize = 50;

/// How often each query is measured.
const TIMES: usize = 5;

/// Files in the scratch folder: tantivy's index, the queries, and a data folder of our own.
const RAW: &str = "raw-tantivy";
const ASKED: &str = "queries.json";
const MANY: &str = "many";

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [step, data, matter, scratch] = arguments.as_slice() else {
        bail!("usage: search_bench index|ask|many DATA MATTER SCRATCH")
    };
    let matter: MatterSlug = matter.parse()?;
    let folder = MatterFolder::open(Path::new(data), &matter)?;
    let scratch = PathBuf::from(scratch);
    match step.as_str() {
        "index" => index(&folder, &scratch),
        "ask" => ask(&folder, &scratch),
        "many" => many::run(&folder, &scratch.join(MANY)),
        other => bail!("`{other}` is neither `index`, `ask` nor `many`"),
    }
}

fn index(folder: &MatterFolder, scratch: &Path) -> anyhow::Result<()> {
    let corpus = Corpus::read(folder)?;
    println!("{} documents, {} MB of text", corpus.texts.len(), corpus.bytes / 1_000_000);
    let theirs = raw::build(&corpus, &scratch.join(RAW))?;
    let ours = rebuild(folder, &corpus)?;
    let (clock, cpu) = (theirs.clock / ours.clock, theirs.cpu / ours.cpu);
    println!("  speed of building, redwell / raw tantivy: {clock:.2} by the clock, {cpu:.2} by processor time");
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let queries: Vec<Asked> = Class::ALL
        .iter()
        .flat_map(|class| vec![*class; QUERIES])
        .map(|class| class.query(&corpus, &mut random))
        .collect();
    std::fs::write(scratch.join(ASKED), serde_json::to_vec(&queries)?)?;
    Ok(())
}

fn ask(folder: &MatterFolder, scratch: &Path) -> anyhow::Result<()> {
    let queries: Vec<Asked> = serde_json::from_slice(&std::fs::read(scratch.join(ASKED))?)?;
    let raw = Raw::open(&scratch.join(RAW))?;
    let engine = TantivyEngine::open(folder)?;
    println!("class                   queries   p50 ms   p95 ms   p99 ms   raw p50  raw p95  ratio p50");
    for class in Class::ALL {
        let asked: Vec<&Asked> = queries.iter().filter(|asked| asked.class == class.name()).collect();
        measure(*class, &asked, &engine, &raw)?;
    }
    println!("memory: {} MiB, {} MiB of it not mapped files", resident("VmRSS")?, resident("RssAnon")?);
    Ok(())
}

/// Makes the matter's index anew, as `redwell rebuild` does.
fn rebuild(folder: &MatterFolder, corpus: &Corpus) -> anyhow::Result<Seconds> {
    let mut rows = Vec::with_capacity(corpus.texts.len());
    for chunk in corpus.texts.chunks(1_000) {
        rows.extend(folder.documents(&chunk.iter().map(|(ordinal, _)| *ordinal).collect::<Vec<_>>())?);
    }
    let watch = Watch::start()?;
    let mut writer = IndexWriter::rebuild(folder.path(), 2)?;
    for (row, (_, text)) in rows.iter().zip(&corpus.texts) {
        writer.put(row, text)?;
    }
    writer.finish()?;
    let seconds = watch.seconds()?;
    size("redwell", corpus.bytes, &seconds, &folder.path().join("index"))?;
    Ok(seconds)
}

/// How long some work took.
struct Seconds {
    clock: f64,
    /// Of all threads together.
    cpu: f64,
}

/// Measures some work.
struct Watch {
    started: Instant,
    cpu: f64,
}

impl Watch {
    fn start() -> anyhow::Result<Self> {
        Ok(Self { started: Instant::now(), cpu: cpu_seconds()? })
    }

    fn seconds(&self) -> anyhow::Result<Seconds> {
        Ok(Seconds { clock: self.started.elapsed().as_secs_f64(), cpu: cpu_seconds()? - self.cpu })
    }
}

/// Processor time of this process so far.
fn cpu_seconds() -> anyhow::Result<f64> {
    /// Linux counts it in hundredths, whatever the machine's own clock.
    const TICKS_A_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let (_, after_name) = stat.rsplit_once(')').context("the system does not tell processor time")?;
    let ticks = after_name.split_whitespace().skip(11).take(2).map(str::parse::<f64>).sum::<Result<f64, _>>()?;
    Ok(ticks / TICKS_A_SECOND)
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn size(name: &str, text_bytes: usize, seconds: &Seconds, index: &Path) -> anyhow::Result<()> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(index)? {
        bytes += entry?.metadata()?.len();
    }
    let share = 100.0 * bytes as f64 / text_bytes.max(1) as f64;
    let speed = text_bytes as f64 / 1e6 / seconds.clock;
    println!("  {name}: indexed {speed:.1} MB/s, index {} MB, {share:.1} % of the text", bytes / 1_000_000);
    Ok(())
}

fn measure(class: Class, asked: &[&Asked], engine: &TantivyEngine, raw: &Raw) -> anyhow::Result<()> {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for asked in asked {
        let parsed = parse(Dialect::Redwell, &asked.written).with_context(|| format!("reading `{}`", asked.written))?;
        let our_work = || {
            let page = engine.search(&parsed.query, None, &[Sort::Relevance], None, PAGE)?;
            if matches!(class, Class::FirstPage) {
                for field in [FacetField::Custodian, FacetField::Type, FacetField::Year, FacetField::Language] {
                    engine.facet(&parsed.query, None, field)?;
                }
            }
            Ok(page.total)
        };
        match raw.query(&asked.raw)? {
            None => ours.extend(middle([&our_work])?),
            Some(query) => {
                let [our_time, their_time] = middle([&our_work, &|| raw.first_page(&query)])?;
                ours.push(our_time);
                theirs.push(their_time);
            }
        }
    }
    ours.sort_unstable();
    theirs.sort_unstable();
    let ms = |times: &[Duration], percent: usize| {
        times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).map(|time| time.as_secs_f64() * 1e3)
    };
    let shown = |time: Option<f64>| time.map_or_else(|| "-".to_owned(), |time| format!("{time:.2}"));
    let [p50, p95, p99] = [50, 95, 99].map(|percent| ms(&ours, percent));
    let [raw50, raw95] = [50, 95].map(|percent| ms(&theirs, percent));
    let ratio = p50.zip(raw50).map(|(ours, theirs)| ours / theirs);
    println!(
        "{:24}{:5}{:>9}{:>9}{:>9}{:>10}{:>9}{:>10}",
        class.name(),
        asked.len(),
        shown(p50),
        shown(p95),
        shown(p99),
        shown(raw50),
        shown(raw95),
        shown(ratio)
    );
    Ok(())
}

/// Something to be timed; gives how many documents it found.
type Work<'w> = &'w dyn Fn() -> anyhow::Result<u64>;

/// The middle times of some work done by turns, after a first time that does not count.
fn middle<const N: usize>(works: [Work<'_>; N]) -> anyhow::Result<[Duration; N]> {
    let mut times = works.map(|_| Vec::with_capacity(TIMES));
    for time in 0..=TIMES {
        for (work, times) in works.iter().zip(&mut times) {
            let started = Instant::now();
            std::hint::black_box(work()?);
            if time > 0 {
                times.push(started.elapsed());
            }
        }
    }
    Ok(times.map(|mut times| {
        times.sort_unstable();
        times[TIMES / 2]
    }))
}

/// A line of `/proc/self/status`, in MiB.
fn resident(name: &str) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with(name)).context("the system does not tell its memory")?;
    let kib: u64 = line.split_whitespace().nth(1).context("a number")?.parse()?;
    Ok(kib >> 10)
}
