//! What the project promises, and whether it was met: a line each, printed at the end of a step and kept for the end of the run.

use std::fmt::Write as _;
use std::path::Path;

/// Promises looked at in one step.
#[derive(Default)]
pub(crate) struct Floors(String);

impl Floors {
    /// A figure that may be so much at most.
    pub(crate) fn at_most(&mut self, what: &str, found: f64, most: f64, unit: &str) {
        self.line(found <= most, &format!("{what}: {found:.2}{unit} (at most {most}{unit})"));
    }

    /// A figure that must be so much at least.
    pub(crate) fn at_least(&mut self, what: &str, found: f64, least: f64, unit: &str) {
        self.line(found >= least, &format!("{what}: {found:.2}{unit} (at least {least}{unit})"));
    }

    fn line(&mut self, is_met: bool, text: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.0, "{}  {text}", if is_met { "met   " } else { "MISSED" });
    }

    /// Prints them and keeps them in the scratch folder as `floors-STEP.txt`.
    pub(crate) fn finish(self, scratch: &Path, step: &str) -> anyhow::Result<()> {
        println!("{}", self.0);
        std::fs::write(scratch.join(format!("floors-{step}.txt")), self.0)?;
        Ok(())
    }
}
