//! What commands print: JSON lines, CSV, and how far a run has come.

use std::io::{IsTerminal, Write};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::collect::Progress;

/// Prints a value as one line of JSON.
pub(super) fn json_line<T: Serialize>(out: &mut dyn Write, value: &T) -> anyhow::Result<()> {
    let line = serde_json::to_string(value)?;
    Ok(writeln!(out, "{line}")?)
}

/// Prints a row of a CSV table (RFC 4180).
pub(super) fn csv_row(out: &mut dyn Write, fields: &[&str]) -> anyhow::Result<()> {
    let quoted = fields.iter().map(|field| {
        if field.contains([',', '"', '\n', '\r']) {
            format!("\"{}\"", field.replace('"', "\"\""))
        } else {
            (*field).to_owned()
        }
    });
    Ok(write!(out, "{}\r\n", quoted.collect::<Vec<_>>().join(","))?)
}

/// Shows on standard error how far a run has come, until dropped: a bar on a terminal, else a line now and then.
#[derive(Debug)]
pub(super) struct Watching {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

const BAR_EVERY: Duration = Duration::from_millis(200);
const LINE_EVERY: Duration = Duration::from_secs(15);

impl Watching {
    pub(super) fn start(progress: &Arc<Progress>) -> Self {
        let (stop, stopped) = mpsc::channel();
        let progress = Arc::clone(progress);
        let thread = std::thread::spawn(move || {
            if std::io::stderr().is_terminal() {
                draw_bar(&progress, &stopped)
            } else {
                print_lines(&progress, &stopped)
            }
        });
        Self { stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // What a display that panicked would have shown is not missed.
            drop(thread.join());
        }
    }
}

fn draw_bar(progress: &Progress, stopped: &mpsc::Receiver<()>) {
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} files  {msg}  {eta} left");
    let bar = ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let began = Instant::now();
    while stopped.recv_timeout(BAR_EVERY) == Err(RecvTimeoutError::Timeout) {
        let now = progress.snapshot();
        bar.set_length(now.sources_found);
        bar.set_position(now.sources_done);
        bar.set_message(described(progress, began));
    }
    bar.finish_and_clear();
}

fn print_lines(progress: &Progress, stopped: &mpsc::Receiver<()>) {
    let began = Instant::now();
    while stopped.recv_timeout(LINE_EVERY) == Err(RecvTimeoutError::Timeout) {
        let now = progress.snapshot();
        let files = format!("{} of {} files", now.sources_done, now.sources_found);
        // A closed standard error is no reason to stop the run.
        drop(writeln!(std::io::stderr(), "{files}, {}", described(progress, began)));
    }
}

fn described(progress: &Progress, began: Instant) -> String {
    let now = progress.snapshot();
    let seconds = began.elapsed().as_secs().max(1);
    let (megabytes, rate) = (now.bytes_done >> 20, now.documents / seconds);
    format!("{} documents, {megabytes} MiB, {rate} documents/s, {} exceptions", now.documents, now.exceptions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_quotes_what_needs_it() {
        let mut out = Vec::new();
        csv_row(&mut out, &["a", "b,c", "say \"no\"", ""]).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "a,\"b,c\",\"say \"\"no\"\"\",\r\n");
    }
}
