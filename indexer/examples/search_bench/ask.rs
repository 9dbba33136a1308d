//! The step `ask`: every query asked of every engine by turns, and a table of the middle times by class.

use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use redwell_indexer::index::TantivyEngine;
use redwell_indexer::matter_folder::MatterFolder;
use redwell_search::engine::{FacetField, Sort};
use redwell_search::{Dialect, SearchEngine as _, parse};

use crate::floors::Floors;
use crate::measure::{Answering, memory_bytes, middle, percentile, timed};
use crate::peers::Peer;
use crate::queries::{Asked, Class};
use crate::raw::Raw;
use crate::{ASKED, LINES, PAGE, RAW, peers};

/// The most the middle time of a plain query may be of tantivy's.
const PLAIN_RATIO: f64 = 1.2;

/// What each engine answered to the queries of a class.
#[derive(Default, Clone)]
struct Answers {
    took: Vec<Duration>,
    documents: u64,
}

/// Asks, and prints.
pub(crate) fn run(folder: &MatterFolder, scratch: &Path) -> anyhow::Result<()> {
    let queries: Vec<Asked> = serde_json::from_slice(&std::fs::read(scratch.join(ASKED))?)?;
    let raw = Raw::open(&scratch.join(RAW))?;
    let engine = TantivyEngine::open(folder)?;
    let mut peers = Vec::new();
    for program in peers::installed(scratch)? {
        if program.place(scratch).exists() {
            match program.open(scratch, &scratch.join(LINES)) {
                Ok(peer) => peers.push(peer),
                Err(why) => println!("{} is left out: {why:#}", program.name),
            }
        }
    }
    let others: Vec<String> =
        std::iter::once("tantivy".to_owned()).chain(peers.iter().map(|peer| peer.name.clone())).collect();
    let heads: String = others.iter().map(|name| format!("{name:>15} ratio")).collect();
    println!("a ratio is the middle time of redwell by that of the other");
    println!("class                   queries   p50 ms   p95 ms   p99 ms{heads}");
    let (mut floors, mut found) = (Floors::default(), Vec::new());
    for class in Class::ALL {
        let asked: Vec<&Asked> = queries.iter().filter(|asked| asked.class == class.name()).collect();
        let answers = ask(*class, &asked, &engine, &raw, &mut peers)?;
        row(*class, &answers, &mut floors);
        found.push((class, answers));
    }
    for peer in &peers {
        peer.refused.iter().for_each(|why| println!("no figure for {}: {why}", peer.name));
    }
    println!("\ndocuments found by all queries of a class, where not all found as many");
    for (class, answers) in found {
        let counts: Vec<Option<u64>> =
            answers.iter().map(|answers| (!answers.took.is_empty()).then_some(answers.documents)).collect();
        if counts.iter().flatten().any(|count| Some(count) != counts[0].as_ref()) {
            let shown: String = counts
                .iter()
                .map(|count| format!("{:>15}", count.map_or("-".into(), |count| count.to_string())))
                .collect();
            println!("{:24}{shown}", class.name());
        }
    }
    println!("\nmemory while answering, MiB            in all    not mapped files");
    memory("redwell and raw tantivy", "self")?;
    for peer in &peers {
        memory(&peer.name, &peer.process().to_string())?;
    }
    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    let own = (memory_bytes("self", "RssAnon")? >> 20) as f64;
    floors.at_most("memory of answering, not mapped files", own, 300.0, " MiB");
    floors.finish(scratch, "ask")
}

/// The answers of our engine, tantivy and each peer.
fn ask(
    class: Class,
    asked: &[&Asked],
    engine: &TantivyEngine,
    raw: &Raw,
    peers: &mut [Peer],
) -> anyhow::Result<Vec<Answers>> {
    let mut all = vec![Answers::default(); 2 + peers.len()];
    for asked in asked {
        let parsed = parse(Dialect::Redwell, &asked.written).with_context(|| format!("reading `{}`", asked.written))?;
        let ours = timed(|| {
            let page = engine.search(&parsed.query, None, &[Sort::Relevance], None, PAGE)?;
            if matches!(class, Class::FirstPage) {
                for field in [FacetField::Custodian, FacetField::Type, FacetField::Year, FacetField::Language] {
                    engine.facet(&parsed.query, None, field)?;
                }
            }
            Ok(page.total)
        });
        let (mut answering, mut whose): (Vec<Answering<'_>>, _) = (vec![ours], vec![0]);
        if let Some(plain) = &asked.plain {
            if let Some(query) = raw.query(plain)? {
                answering.push(timed(move || raw.first_page(&*query)));
                whose.push(1);
            }
            let line = plain.line();
            for (number, peer) in peers.iter_mut().enumerate() {
                if peer.ask(&line)?.is_some() {
                    let line = line.clone();
                    answering.push(Box::new(move || peer.ask(&line)?.context("an engine changed its mind")));
                    whose.push(2 + number);
                }
            }
        }
        for (who, answer) in whose.into_iter().zip(middle(&mut answering)?) {
            all[who].took.push(answer.took);
            all[who].documents += answer.documents;
        }
    }
    Ok(all)
}

fn row(class: Class, answers: &[Answers], floors: &mut Floors) {
    let [ours, others @ ..] = answers else { return };
    let shown = |time: Option<f64>| time.map_or_else(|| "-".to_owned(), |time| format!("{time:.2}"));
    let [p50, p95, p99] = [50, 95, 99].map(|percent| percentile(&ours.took, percent));
    let ratio = |other: &Answers| Some(p50? / percentile(&other.took, 50)?);
    let columns: String = others
        .iter()
        .map(|other| format!("{:>15}{:>6}", shown(percentile(&other.took, 50)), shown(ratio(other))))
        .collect();
    let (name, asked) = (class.name(), ours.took.len());
    println!("{name:24}{asked:5}{:>11}{:>9}{:>9}{columns}", shown(p50), shown(p95), shown(p99));
    if let (true, Some(ratio)) = (class.is_plain(), others.first().and_then(ratio)) {
        floors.at_most(&format!("{name}, p50 beside raw tantivy"), ratio, PLAIN_RATIO, "");
    }
    if let (true, Some(p95)) = (class.is_near(), p95) {
        floors.at_most(&format!("{name}, p95"), p95, 150.0, " ms");
    }
    if let (Class::FirstPage, Some(p95)) = (class, p95) {
        floors.at_most("first page and facets in the engine, p95", p95, 100.0, " ms");
    }
}

fn memory(name: &str, process: &str) -> anyhow::Result<()> {
    let (all, own) = (memory_bytes(process, "VmRSS")? >> 20, memory_bytes(process, "RssAnon")? >> 20);
    println!("{name:36}{all:>9}{own:>20}");
    Ok(())
}
