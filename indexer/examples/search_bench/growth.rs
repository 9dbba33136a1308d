//! The step `growth`: whether the time of `w/N` grows no faster than the postings it reads.
//!
//! Pairs of words of once, ten, a hundred and a thousand times a frequency are asked for near each other; what counts is the time for
//! each place where one of the two words stands.

use std::path::Path;

use anyhow::bail;
use redwell_indexer::index::TantivyEngine;
use redwell_indexer::matter_folder::MatterFolder;
use redwell_search::dictionary::{WordOrder, WordPlace, WordsAsked};
use redwell_search::engine::Sort;
use redwell_search::{Dialect, SearchEngine as _, parse};

use crate::PAGE;
use crate::corpus::is_plain;
use crate::floors::Floors;
use crate::measure::{middle, timed};

/// Pairs of words of each frequency.
const PAIRS: usize = 6;

/// The frequencies, each so many times the one before.
const STEP: u64 = 10;
const STEPS: u32 = 3;

/// How much more the time for a posting may be than at the frequency before: what measuring is unsure by.
const UNSURE: f64 = 1.25;

/// Asks, and prints.
pub(crate) fn run(folder: &MatterFolder, scratch: &Path) -> anyhow::Result<()> {
    let engine = TantivyEngine::open(folder)?;
    let words = words(&engine)?;
    if words.len() < 2 * PAIRS {
        bail!("the matter has too few words");
    }
    // Every pair of the most frequent ones counts, so the least frequent of those is the measure.
    let most = words[2 * PAIRS - 1].0;
    println!("a w/10 b    times in the texts    postings read   documents found    ms a query   ns a posting");
    let (mut floors, mut before) = (Floors::default(), None);
    for step in (0..=STEPS).rev() {
        let wanted = most / STEP.pow(step);
        if wanted < 2 {
            println!("no words are {} times as rare", STEP.pow(step));
            continue;
        }
        let chosen = around(&words, wanted);
        let (mut postings, mut documents, mut nanoseconds) = (0, 0, 0.0);
        for pair in chosen.chunks_exact(2) {
            let query = parse(Dialect::Redwell, &format!("{} w/10 {}", pair[0].1, pair[1].1))?.query;
            let mut asked = [timed(|| Ok(engine.search(&query, None, &[Sort::Relevance], None, PAGE)?.total))];
            for answer in middle(&mut asked)? {
                documents += answer.documents;
                nanoseconds += answer.took.as_secs_f64() * 1e9;
            }
            postings += pair[0].0 + pair[1].0;
        }
        #[expect(clippy::cast_precision_loss, reason = "figures for people")]
        let (each, pairs) = (nanoseconds / postings as f64, (chosen.len() / 2) as f64);
        let times = STEP.pow(STEPS - step);
        let milliseconds = nanoseconds / pairs / 1e6;
        println!("{times:>6} x{wanted:>22}{postings:>17}{documents:>18}{milliseconds:>14.3}{each:>15.1}");
        if let Some(before) = before {
            let what =
                format!("w/10, time for a posting at {times} times the frequency, beside {} times", times / STEP);
            floors.at_most(&what, each / before, UNSURE, "");
        }
        before = Some(each);
    }
    floors.finish(scratch, "growth")
}

/// Words of letters, with how often each stands in the texts, the most frequent first.
fn words(engine: &TantivyEngine) -> anyhow::Result<Vec<(u64, String)>> {
    let mut asked = WordsAsked { field: None, of: None, order: WordOrder::Documents, after: None, limit: 20_000 };
    let mut words = Vec::new();
    loop {
        let page = engine.words(&asked)?;
        asked.after = page.words.last().map(|last| WordPlace { documents: last.documents, word: last.word.clone() });
        words.extend(
            page.words.into_iter().filter(|found| is_plain(&found.word)).map(|found| (found.occurrences, found.word)),
        );
        if !page.more || asked.after.is_none() {
            break;
        }
    }
    words.sort_unstable_by(|a, b| b.cmp(a));
    Ok(words)
}

/// The words whose frequency is nearest to one.
fn around(words: &[(u64, String)], wanted: u64) -> &[(u64, String)] {
    let middle = words.partition_point(|(count, _)| *count > wanted);
    let first = middle.saturating_sub(PAIRS).min(words.len() - 2 * PAIRS);
    &words[first..first + 2 * PAIRS]
}
