//! Time and memory: of building an index, of a query, of a process that runs.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde::{Deserialize, Serialize};

/// How often each query is measured.
const TIMES: usize = 5;

/// What building an index took.
#[derive(Serialize, Deserialize)]
pub(crate) struct Built {
    pub(crate) name: String,
    pub(crate) seconds: f64,
    /// Of all threads together.
    pub(crate) cpu_seconds: f64,
    /// The most memory the process had, less what it had at the beginning where that was for other things.
    pub(crate) peak_bytes: u64,
}

/// Measures the building of an index.
pub(crate) struct Watch {
    started: Instant,
    cpu_seconds: f64,
    held_bytes: u64,
}

impl Watch {
    pub(crate) fn start() -> anyhow::Result<Self> {
        // Forgets the greatest memory there was so far; see proc(5).
        std::fs::write("/proc/self/clear_refs", "5")?;
        let held_bytes = memory_bytes("self", "VmRSS")?;
        Ok(Self { started: Instant::now(), cpu_seconds: cpu_seconds()?, held_bytes })
    }

    pub(crate) fn built(self, name: &str) -> anyhow::Result<Built> {
        Ok(Built {
            name: name.to_owned(),
            seconds: self.started.elapsed().as_secs_f64(),
            cpu_seconds: cpu_seconds()? - self.cpu_seconds,
            peak_bytes: memory_bytes("self", "VmHWM")?.saturating_sub(self.held_bytes),
        })
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

/// A line of `/proc/PROCESS/status`, in bytes.
pub(crate) fn memory_bytes(process: &str, name: &str) -> anyhow::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find(|line| line.starts_with(name)).context("the system does not tell its memory")?;
    let kib: u64 = line.split_whitespace().nth(1).context("a number")?.parse()?;
    Ok(kib << 10)
}

/// An answer: how long it took, and how many documents were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Answer {
    pub(crate) took: Duration,
    pub(crate) documents: u64,
}

/// Somebody who answers one query, again and again.
pub(crate) type Answering<'w> = Box<dyn FnMut() -> anyhow::Result<Answer> + 'w>;

/// Measures some work that gives how many documents it found.
pub(crate) fn timed<'w>(mut work: impl FnMut() -> anyhow::Result<u64> + 'w) -> Answering<'w> {
    Box::new(move || {
        let started = Instant::now();
        let documents = std::hint::black_box(work()?);
        Ok(Answer { took: started.elapsed(), documents })
    })
}

/// The middle answer of each, asked by turns, after a first time that does not count.
pub(crate) fn middle(answering: &mut [Answering<'_>]) -> anyhow::Result<Vec<Answer>> {
    let mut answers = vec![Vec::with_capacity(TIMES); answering.len()];
    for time in 0..=TIMES {
        for (answer, answers) in answering.iter_mut().zip(&mut answers) {
            let answer = answer()?;
            if time > 0 {
                answers.push(answer);
            }
        }
    }
    Ok(answers
        .into_iter()
        .map(|mut answers| {
            answers.sort_unstable();
            answers[TIMES / 2]
        })
        .collect())
}

/// The time that so many in a hundred do not exceed, in milliseconds.
pub(crate) fn percentile(times: &[Duration], percent: usize) -> Option<f64> {
    let mut times = times.to_vec();
    times.sort_unstable();
    let rank = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    times.get(rank).map(|time| time.as_secs_f64() * 1e3)
}
