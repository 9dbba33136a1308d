//! What it costs to search among a million coded documents: the same queries with and without that set as a filter.

use std::path::Path;

use anyhow::Context as _;
use redwell_indexer::index::{IndexWriter, TantivyEngine};
use redwell_indexer::matter_folder::{MatterFolder, MatterWriter};
use redwell_model::{MatterSlug, Ordinal};
use redwell_search::engine::Sort;
use redwell_search::{Dialect, DocumentSet, SearchEngine as _, parse};

use crate::PAGE;
use crate::corpus::Random;
use crate::floors::Floors;
use crate::measure::{middle, timed};

/// Documents in the index.
const DOCUMENTS: Ordinal = 1_200_000;

/// Coded ones among them.
const CODED: u64 = 1_000_000;

/// Words of their texts, of so many.
const VOCABULARY: usize = 2_000;

/// Indexes small texts in a data folder of its own and prints how much longer each query takes with the filter.
pub(crate) fn run(like: &MatterFolder, scratch: &Path, data: &Path) -> anyhow::Result<()> {
    let slug: MatterSlug = "many".parse()?;
    MatterWriter::open(data, &slug, None)?;
    let folder = MatterFolder::open(data, &slug)?;
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    write(&folder, like, &mut random)?;
    let mut coded: DocumentSet = (1..=DOCUMENTS).collect();
    while coded.len() > CODED {
        coded.remove(Ordinal::try_from(random.below(DOCUMENTS as usize + 1))?);
    }
    let engine = TantivyEngine::open(&folder)?;
    println!("{DOCUMENTS} documents, {CODED} of them coded      ms   among the coded, ms   dearer by, ms");
    let mut most = f64::MIN;
    for query in
        ["w1", "w40", "w900", "w1 AND w2", "w1 OR w40 OR w900", "w2 AND NOT w1", "\"w1 w2\"", "w1 w/3 w2", "w1*", ""]
    {
        let parsed = parse(Dialect::Redwell, query)?.query;
        let (engine, parsed) = (&engine, &parsed);
        let asked = |within: Option<&'_ DocumentSet>| -> anyhow::Result<u64> {
            Ok(engine.search(parsed, within, &[Sort::Relevance], None, PAGE)?.total)
        };
        let answers = middle(&mut [timed(|| asked(None)), timed(|| asked(Some(&coded)))])?;
        let [all, among] = [0, 1].map(|who| answers[who].took.as_secs_f64() * 1e3);
        println!("{query:36}{all:>10.2}{among:>22.2}{:>16.2}", among - all);
        most = most.max(among - all);
    }
    let mut floors = Floors::default();
    floors.at_most("a million coded documents as a filter, dearer by", most, 15.0, " ms");
    floors.finish(scratch, "many")
}

fn write(folder: &MatterFolder, like: &MatterFolder, random: &mut Random) -> anyhow::Result<()> {
    let first = like.ordinals(0, 1)?;
    let mut row = like.documents(&first)?.pop().context("the matter has no document")?;
    let mut writer = IndexWriter::rebuild(folder.path(), 2)?;
    for ordinal in 1..=DOCUMENTS {
        (row.ordinal, row.family) = (ordinal, ordinal);
        // Small ones are the most frequent.
        let words: Vec<String> =
            (0..8).map(|_| format!("w{}", random.below(VOCABULARY) * random.below(VOCABULARY) / VOCABULARY)).collect();
        writer.put(&row, &words.join(" "))?;
    }
    writer.finish()?;
    Ok(())
}
