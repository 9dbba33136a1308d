//! A run while it is in work: what is shown of it, and how it is steered.
//!
//! For people there is a bar on a terminal, or a line now and then. For programs, such as the review server,
//! `--progress json` prints one [`ProgressLine`] a line on standard output, twice a second and whenever the state
//! changes, the last one with the state the run ended in; and `--control stdin` takes the lines `pause`, `resume` and
//! `cancel` on standard input, whose end means `cancel`: nobody is left to steer.

use std::io::{BufRead as _, IsTerminal, Write};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};

use crate::collect::{Gate, Pace, Progress, ProgressLine, RunState};

/// How a run is watched and steered.
#[derive(Debug, Args)]
pub(super) struct Live {
    /// How the run shows how far it has come.
    #[arg(long, value_enum, default_value = "terminal", value_name = "HOW")]
    progress: Shown,
    /// Where `pause`, `resume` and `cancel` are read from, one a line; the end of it cancels.
    #[arg(long, value_enum, value_name = "WHERE")]
    control: Option<Control>,
}

/// How a run shows how far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Shown {
    /// On standard error: a bar on a terminal, else a line now and then.
    Terminal,
    /// On standard output: one JSON object a line.
    Json,
}

/// Where a run is steered from.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Control {
    /// Standard input.
    Stdin,
}

impl Live {
    /// Shows how far a run has come, and listens, until the run ends.
    pub(super) fn start(&self, progress: &Arc<Progress>, gate: &Arc<Gate>) -> std::io::Result<Watching> {
        if let Some(Control::Stdin) = self.control {
            let gate = Arc::clone(gate);
            // It waits for input until the process ends.
            std::thread::Builder::new().name("control".to_owned()).spawn(move || obey(&gate))?;
        }
        Ok(Watching::start(progress, gate, self.progress))
    }
}

fn obey(gate: &Gate) {
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        match line.trim() {
            "pause" => gate.pause(),
            "resume" => gate.resume(),
            "cancel" => gate.cancel(),
            "" => {}
            other => tracing::warn!(order = other, "standard input takes `pause`, `resume` and `cancel`"),
        }
    }
    gate.cancel();
}

/// A run being shown.
#[derive(Debug)]
pub(super) struct Watching {
    stop: Sender<ProgressEnd>,
    thread: JoinHandle<()>,
}

/// With what state a run ended and why; nothing when it is not told.
type ProgressEnd = Option<(RunState, Option<String>)>;

const BAR_EVERY: Duration = Duration::from_millis(200);
const LINE_EVERY: Duration = Duration::from_secs(15);
const JSON_EVERY: Duration = Duration::from_millis(500);

impl Watching {
    pub(super) fn start(progress: &Arc<Progress>, gate: &Arc<Gate>, shown: Shown) -> Self {
        let (stop, stopped) = mpsc::channel();
        let view = View {
            progress: Arc::clone(progress),
            gate: Arc::clone(gate),
            pace: Pace::default(),
            began: Instant::now(),
        };
        let thread = std::thread::spawn(move || match shown {
            Shown::Json => view.print_json(&stopped),
            Shown::Terminal if std::io::stderr().is_terminal() => view.draw_bar(&stopped),
            Shown::Terminal => view.print_lines(&stopped),
        });
        Self { stop, thread }
    }

    /// Shows the end: whether the run was cancelled, or why it failed.
    pub(super) fn end(self, result: Option<Result<bool, String>>) {
        let end = result.map(|result| match result {
            Ok(false) => (RunState::Complete, None),
            Ok(true) => (RunState::Cancelled, None),
            Err(reason) => (RunState::Failed, Some(reason)),
        });
        // What a display that panicked would have shown is not missed.
        drop(self.stop.send(end));
        drop(self.thread.join());
    }
}

struct View {
    progress: Arc<Progress>,
    gate: Arc<Gate>,
    pace: Pace,
    began: Instant,
}

impl View {
    fn line(&mut self) -> ProgressLine {
        self.pace.line(self.began.elapsed(), &self.progress.snapshot(), &self.gate)
    }

    fn draw_bar(mut self, stopped: &mpsc::Receiver<ProgressEnd>) {
        let style = ProgressStyle::with_template("{bar:24} {pos}/{len} files  {msg}");
        let bar = ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        while stopped.recv_timeout(BAR_EVERY) == Err(RecvTimeoutError::Timeout) {
            let line = self.line();
            bar.set_length(line.sources_found.unwrap_or_default());
            bar.set_position(line.sources_done);
            bar.set_message(described(&line));
        }
        bar.finish_and_clear();
    }

    fn print_lines(mut self, stopped: &mpsc::Receiver<ProgressEnd>) {
        while stopped.recv_timeout(LINE_EVERY) == Err(RecvTimeoutError::Timeout) {
            let line = self.line();
            let files = match line.sources_found {
                Some(found) => format!("{} of {found} files", line.sources_done),
                None => "listing files".to_owned(),
            };
            // A closed standard error is no reason to stop the run.
            drop(writeln!(std::io::stderr(), "{files}, {}", described(&line)));
        }
    }

    fn print_json(mut self, stopped: &mpsc::Receiver<ProgressEnd>) {
        let (mut last, mut state) = (None::<Instant>, None);
        loop {
            let line = self.line();
            if state != Some(line.state) || last.is_none_or(|last| last.elapsed() >= JSON_EVERY) {
                (last, state) = (Some(Instant::now()), Some(line.state));
                print(&line);
            }
            match stopped.recv_timeout(JSON_EVERY / 5) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(Some((state, reason))) => {
                    return print(&ProgressLine { state, reason, seconds_left: None, in_work: 0, ..self.line() });
                }
                Ok(None) | Err(RecvTimeoutError::Disconnected) => return,
            }
        }
    }
}

fn print(line: &ProgressLine) {
    let json = serde_json::to_string(line).expect("progress is numbers and texts");
    let mut out = std::io::stdout().lock();
    // Whoever listened is gone; the end of standard input tells that better.
    drop(writeln!(out, "{json}").and_then(|()| out.flush()));
}

fn described(line: &ProgressLine) -> String {
    let mut text = format!(
        "{} documents, {} MB, {:.0} documents/s now, {:.0} since the start, {} exceptions; {} in work, {} read, {} indexed",
        line.documents,
        line.bytes_done / 1_000_000,
        line.documents_per_second_now,
        line.documents_per_second,
        line.exceptions,
        line.in_work,
        line.files_read,
        line.indexed,
    );
    match (line.state, line.seconds_left) {
        (RunState::Reading, Some(left)) => text += &format!("; {} left", duration(left)),
        (RunState::Paused | RunState::Pausing, _) => text += "; paused",
        (RunState::Cancelling, _) => text += "; cancelling",
        (RunState::Indexing, _) => text += "; finishing the index",
        _ => {}
    }
    text
}

/// `50 s`, `12 min`, `3 h 5 min`.
fn duration(seconds: u64) -> String {
    match seconds {
        0..90 => format!("{seconds} s"),
        90..5_400 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h {} min", seconds / 3_600, seconds % 3_600 / 60),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_told_as_people_do() {
        for (seconds, expected) in [(0, "0 s"), (89, "89 s"), (90, "2 min"), (3_599, "60 min"), (11_100, "3 h 5 min")] {
            assert_eq!(duration(seconds), expected);
        }
    }

    #[test]
    fn a_line_says_how_fast_and_how_long() {
        let (progress, gate) = (Progress::default(), Gate::default());
        let mut line = Pace::default().line(Duration::from_secs(5), &progress.snapshot(), &gate);
        line = ProgressLine { state: RunState::Reading, documents: 12, seconds_left: Some(120), ..line };
        let text = described(&line);
        assert!(text.starts_with("12 documents, 0 MB") && text.ends_with("2 min left"), "{text}");
    }
}
