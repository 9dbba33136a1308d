//! How fast a run goes and how long it will take: what is shown on the terminal, told by `--progress json` and shown on
//! the screen.
//!
//! Pure: moments and counters in, one [`ProgressLine`] out. Time in which a run is paused counts for nothing.

use std::collections::VecDeque;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::progress::Snapshot;
use super::{Gate, Wish};

/// Where a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RunState {
    /// It finds out what there is to read.
    Listing,
    /// It reads and records.
    Reading,
    /// It was told to pause; what is in work comes to its end.
    Pausing,
    /// It waits to be told to go on.
    Paused,
    /// It was told to end; what is in work comes to its end.
    Cancelling,
    /// Everything is read; the index is made durable.
    Indexing,
    /// It came to its end.
    Complete,
    /// It was cancelled; the next run goes on from there.
    Cancelled,
    /// It could not go on; the next run goes on from there.
    Failed,
}

/// How far a run has come at one moment: one line of `--progress json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProgressLine {
    /// Where it stands.
    pub state: RunState,
    /// Its number in the history of runs, once it has one.
    pub run: Option<i64>,
    /// Time since it began.
    pub elapsed_ms: u64,
    /// Time it was paused, of that.
    pub paused_ms: u64,
    /// Sources to be looked at; absent until they are listed.
    pub sources_found: Option<u64>,
    /// Sources recorded, or found unchanged.
    pub sources_done: u64,
    /// Bytes of the sources to be looked at; absent until they are listed.
    pub bytes_found: Option<u64>,
    /// Bytes of the sources recorded, or found unchanged.
    pub bytes_done: u64,
    /// Files in reading processes now.
    pub in_work: u64,
    /// Files read so far: sources and what was found inside them.
    pub files_read: u64,
    /// Items recorded.
    pub items: u64,
    /// Documents recorded.
    pub documents: u64,
    /// Exceptions recorded.
    pub exceptions: u64,
    /// Documents given to the index.
    pub indexed: u64,
    /// Documents a second in the last ten seconds or so.
    pub documents_per_second_now: f64,
    /// Documents a second since the run began.
    pub documents_per_second: f64,
    /// Bytes of sources a second in the last ten seconds or so.
    pub bytes_per_second_now: f64,
    /// How long it will take from now, as far as that can be told.
    pub seconds_left: Option<u64>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Turns counters into rates.
#[derive(Debug, Default)]
pub struct Pace {
    samples: VecDeque<Sample>,
    active: Duration,
    last: Duration,
    was_paused: bool,
}

#[derive(Debug, Clone, Copy)]
struct Sample {
    /// Time the run was not paused.
    active: Duration,
    documents: u64,
    bytes: u64,
    weight: u64,
}

/// How far back "now" reaches.
const NOW: Duration = Duration::from_secs(10);

/// How far back the guess at the end reaches.
const RECENTLY: Duration = Duration::from_secs(60);

/// Before this, no end is guessed.
const SOON: Duration = Duration::from_secs(3);

/// A source takes time by itself, as much as so many bytes of it.
const SOURCE_WEIGHT: u64 = 64 << 10;

impl Pace {
    /// Where a run stands, so long after it began.
    pub fn line(&mut self, elapsed: Duration, counts: &Snapshot, gate: &Gate) -> ProgressLine {
        let state = state(counts, gate.wish(), gate.in_work());
        if !self.was_paused {
            self.active += elapsed.saturating_sub(self.last);
        }
        (self.last, self.was_paused) = (elapsed, state == RunState::Paused);
        let sample = Sample {
            active: self.active,
            documents: counts.documents,
            bytes: counts.bytes_done,
            weight: weight(counts.sources_done, counts.bytes_done),
        };
        self.samples.push_back(sample);
        // The oldest one kept is the last that lies far enough back.
        while self.samples.get(1).is_some_and(|second| self.active.saturating_sub(second.active) >= RECENTLY) {
            self.samples.pop_front();
        }
        let (now, recently) = (self.since(NOW), self.since(RECENTLY));
        let left = weight(counts.sources_found, counts.bytes_found).saturating_sub(sample.weight);
        let speed = per_second(sample.weight - recently.weight, self.active.saturating_sub(recently.active));
        let is_guessed = state == RunState::Reading && counts.is_listed && self.active >= SOON && speed > 0.0;
        ProgressLine {
            state,
            run: counts.run,
            elapsed_ms: milliseconds(elapsed),
            paused_ms: milliseconds(elapsed.saturating_sub(self.active)),
            sources_found: counts.is_listed.then_some(counts.sources_found),
            sources_done: counts.sources_done,
            bytes_found: counts.is_listed.then_some(counts.bytes_found),
            bytes_done: counts.bytes_done,
            in_work: gate.in_work(),
            files_read: gate.read(),
            items: counts.items,
            documents: counts.documents,
            exceptions: counts.exceptions,
            indexed: counts.indexed,
            documents_per_second_now: tenths(per_second(
                sample.documents.saturating_sub(now.documents),
                self.active.saturating_sub(now.active),
            )),
            documents_per_second: tenths(per_second(sample.documents, self.active)),
            bytes_per_second_now: tenths(per_second(
                sample.bytes.saturating_sub(now.bytes),
                self.active.saturating_sub(now.active),
            )),
            seconds_left: is_guessed.then(|| whole_seconds(left as f64 / speed)),
            reason: None,
        }
    }

    /// The newest sample that lies at least so far back, or the oldest there is.
    fn since(&self, back: Duration) -> Sample {
        let far_enough = |sample: &&Sample| self.active.saturating_sub(sample.active) >= back;
        let found = self.samples.iter().rev().find(far_enough).or(self.samples.front());
        *found.expect("a sample was added just now")
    }
}

fn state(counts: &Snapshot, wish: Wish, in_work: u64) -> RunState {
    match wish {
        Wish::Cancel => RunState::Cancelling,
        Wish::Pause if in_work > 0 => RunState::Pausing,
        Wish::Pause => RunState::Paused,
        Wish::GoOn if !counts.is_listed => RunState::Listing,
        Wish::GoOn if counts.is_finishing => RunState::Indexing,
        Wish::GoOn => RunState::Reading,
    }
}

fn weight(sources: u64, bytes: u64) -> u64 {
    bytes.saturating_add(sources.saturating_mul(SOURCE_WEIGHT))
}

fn per_second(count: u64, time: Duration) -> f64 {
    let seconds = time.as_secs_f64();
    if seconds < 0.001 { 0.0 } else { count as f64 / seconds }
}

fn tenths(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

fn whole_seconds(seconds: f64) -> u64 {
    Duration::try_from_secs_f64(seconds.ceil()).map_or(u64::MAX, |time| time.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(sources: u64, documents: u64) -> Snapshot {
        Snapshot {
            is_listed: true,
            sources_found: 1_000,
            sources_done: sources,
            bytes_found: 1_000_000,
            bytes_done: sources * 1_000,
            documents,
            ..Snapshot::default()
        }
    }

    fn seconds(number: u64) -> Duration {
        Duration::from_secs(number)
    }

    #[test]
    fn now_is_told_from_since_the_start_and_the_end_is_guessed() {
        let (mut pace, gate) = (Pace::default(), Gate::default());
        let listing = pace.line(seconds(0), &Snapshot::default(), &gate);
        assert_eq!((listing.state, listing.sources_found), (RunState::Listing, None));
        for second in 1..=20 {
            // Ten documents a second, then thirty.
            let documents = if second <= 10 { second * 10 } else { 100 + (second - 10) * 30 };
            let line = pace.line(seconds(second), &counts(second * 10, documents), &gate);
            assert_eq!(line.seconds_left.is_some(), second >= 3, "after {second} seconds");
        }
        let line = pace.line(seconds(20), &counts(200, 400), &gate);
        assert_eq!((line.state, line.sources_found), (RunState::Reading, Some(1_000)));
        assert_eq!((line.documents_per_second_now, line.documents_per_second), (30.0, 20.0));
        // Ten of eight hundred left a second.
        assert_eq!((line.seconds_left, line.bytes_per_second_now), (Some(80), 10_000.0));
    }

    #[test]
    fn a_pause_counts_for_nothing() {
        let (mut pace, gate) = (Pace::default(), Gate::default());
        for second in 0..=10 {
            pace.line(seconds(second), &counts(second, second * 5), &gate);
        }
        gate.pause();
        let inside = pace.line(seconds(10), &counts(10, 50), &gate);
        assert_eq!(inside.state, RunState::Paused);
        let later = pace.line(seconds(110), &counts(10, 50), &gate);
        assert_eq!((later.documents_per_second, later.paused_ms), (5.0, 100_000));
        gate.resume();
        let line = pace.line(seconds(110), &counts(10, 50), &gate);
        assert_eq!((line.documents_per_second_now, line.elapsed_ms), (5.0, 110_000));
        let line = pace.line(seconds(111), &counts(11, 55), &gate);
        assert_eq!((line.documents_per_second, line.paused_ms, line.seconds_left), (5.0, 100_000, Some(989)));
    }

    #[test]
    fn what_is_in_work_comes_to_its_end_before_a_run_is_paused() {
        let gate = Gate::default();
        let inside = gate.enter(1).unwrap();
        gate.pause();
        let mut pace = Pace::default();
        assert_eq!(pace.line(seconds(1), &counts(0, 0), &gate).state, RunState::Pausing);
        drop(inside);
        assert_eq!(pace.line(seconds(2), &counts(0, 0), &gate).state, RunState::Paused);
        gate.cancel();
        assert_eq!(pace.line(seconds(3), &counts(0, 0), &gate).state, RunState::Cancelling);
    }

    #[test]
    fn samples_do_not_grow_without_end() {
        let (mut pace, gate) = (Pace::default(), Gate::default());
        for tenth in 0..10_000_u64 {
            pace.line(Duration::from_millis(tenth * 500), &counts(1, 1), &gate);
        }
        assert!(pace.samples.len() <= 122, "{}", pace.samples.len());
    }
}
