//! How long searches over a matter take, beside other engines with the nearest they can do.
//!
//! `search_bench STEP DATA MATTER SCRATCH`, with these steps in this order:
//!
//! - `index` reads every text of the matter and indexes them with each engine, in a process of its own: ours as `redwell rebuild`
//!   does, into the matter; tantivy with its own tokenizer and one field; Xapian and Lucene where they are installed (see `peers`). It
//!   writes two hundred queries made of words that stand in those texts; they depend on the texts and a fixed seed alone.
//! - `ask` asks them in a process of its own, so that its memory is that of answering. Each is asked of all engines by turns,
//!   once unmeasured and then five times; the middle times count. Every engine gives the best fifty and the exact count, has its
//!   index in memory, and measures itself, so that what passes between processes does not count. Lucene has by then run all
//!   queries for fifteen seconds at least, so that Java has compiled what it runs; Xapian is asked through Python, which costs some 20 µs a query.
//! - `growth` asks for words of growing frequency near each other.
//! - `many` searches among a million coded documents.
//!
//! Each step ends with a line for each floor it looked at, which `SCRATCH/floors-STEP.txt` keeps.

#![expect(clippy::print_stdout, reason = "the table is what it is run for")]

mod ask;
mod builds;
mod corpus;
mod floors;
mod growth;
mod many;
mod measure;
mod peers;
mod queries;
mod raw;
mod texts;

use std::path::{Path, PathBuf};

use anyhow::bail;
use redwell_indexer::matter_folder::MatterFolder;
use redwell_model::MatterSlug;

/// Hits of the page asked for.
const PAGE: usize = 50;

/// In the scratch folder: the texts, tantivy's index, the queries, and a data folder of our own.
const TEXTS: &str = "texts";
const RAW: &str = "raw-tantivy";
const ASKED: &str = "queries.json";
/// The queries that others are asked, a line each.
const LINES: &str = "queries.txt";
const MANY: &str = "many";

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [step, place @ ..] = arguments.as_slice() else { bail!(USAGE) };
    let [data, matter, scratch] = place else { bail!(USAGE) };
    let matter: MatterSlug = matter.parse()?;
    let folder = MatterFolder::open(Path::new(data), &matter)?;
    let scratch = PathBuf::from(scratch);
    match step.as_str() {
        "index" => builds::run(&folder, place, &scratch),
        "build-tantivy" => builds::tantivy(&scratch),
        "build-redwell" => builds::redwell(&folder, &scratch),
        "ask" => ask::run(&folder, &scratch),
        "growth" => growth::run(&folder, &scratch),
        "many" => many::run(&folder, &scratch, &scratch.join(MANY)),
        other => bail!("there is no step `{other}`\n{USAGE}"),
    }
}

const USAGE: &str = "usage: search_bench index|ask|growth|many DATA MATTER SCRATCH";
