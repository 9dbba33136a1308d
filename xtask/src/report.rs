//! The one place that writes to the terminal.

use std::io::Write as _;
use std::time::Duration;

/// Writes a line for the person at the terminal.
pub(crate) fn say(line: &str) {
    // Nobody is left to tell when the terminal is gone.
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// Writes a heading that stands out among the output of other programs.
pub(crate) fn heading(line: &str) {
    say(&format!("\n=== {line}"));
}

/// A duration as people say it: `3.2 s`, `4 min 05 s`.
pub(crate) fn duration(elapsed: Duration) -> String {
    let seconds = elapsed.as_secs();
    if seconds < 60 {
        format!("{:.1} s", elapsed.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}
