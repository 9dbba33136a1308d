//! Starting other programs: what is run is said, what fails is explained, what was started is ended.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, bail};

/// A program to run, with its words.
#[derive(Debug)]
pub(crate) struct Program {
    command: Command,
    shown: String,
}

/// Cargo itself, the one that runs us.
pub(crate) fn cargo(words: &[&str]) -> Program {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    program(&cargo, words).shown_as("cargo", words).within(&crate::tree::root())
}

/// Any program.
pub(crate) fn program(name: &OsStr, words: &[&str]) -> Program {
    let mut command = Command::new(name);
    command.args(words);
    Program { command, shown: String::new() }.shown_as(&name.to_string_lossy(), words)
}

impl Program {
    fn shown_as(mut self, name: &str, words: &[&str]) -> Self {
        self.shown = format!("{name} {}", words.join(" "));
        self
    }

    /// Runs it in this folder.
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// With one more word, which may be any path.
    pub(crate) fn word(mut self, word: impl AsRef<OsStr>) -> Self {
        self.command.arg(&word);
        self.shown = format!("{} {}", self.shown, word.as_ref().to_string_lossy());
        self
    }

    /// With a variable in its environment.
    pub(crate) fn with(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it to its end.
    pub(crate) fn run(mut self) -> anyhow::Result<()> {
        let status =
            self.command.stdin(Stdio::null()).status().with_context(|| format!("starting `{}`", self.shown))?;
        if status.success() { Ok(()) } else { bail!("`{}` ended with {status}", self.shown) }
    }

    /// Runs it to its end and gives its exit status.
    pub(crate) fn status(mut self) -> anyhow::Result<i32> {
        let status =
            self.command.stdin(Stdio::null()).status().with_context(|| format!("starting `{}`", self.shown))?;
        status.code().with_context(|| format!("`{}` was ended by a signal", self.shown))
    }

    /// Runs it to its end, shows its standard output as it comes and gives it back with whether it succeeded.
    pub(crate) fn capture(mut self) -> anyhow::Result<(bool, String)> {
        let mut child = self
            .command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("starting `{}`", self.shown))?;
        let mut output = String::new();
        for line in BufReader::new(child.stdout.take().context("standard output was piped")?).split(b'\n') {
            let line = String::from_utf8_lossy(&line?).into_owned();
            crate::report::say(&line);
            output.push_str(&line);
            output.push('\n');
        }
        Ok((child.wait()?.success(), output))
    }

    /// Runs it silently; its standard output when it succeeded.
    pub(crate) fn quiet(mut self) -> Option<String> {
        let output = self.command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Starts it and gives the first line it prints that begins with `sign`, with the program, which ends when dropped.
    pub(crate) fn serve(mut self, sign: &str) -> anyhow::Result<(String, Running)> {
        let child = self.command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn();
        let mut running = Running(child.with_context(|| format!("starting `{}`", self.shown))?);
        let output = running.0.stdout.take().context("standard output was piped")?;
        for line in BufReader::new(output).lines() {
            let line = line?;
            if line.starts_with(sign) {
                return Ok((line, running));
            }
        }
        bail!("`{}` ended before it was ready", self.shown)
    }
}

/// A program in the background; ended, by its id, when dropped.
#[derive(Debug)]
pub(crate) struct Running(Child);

impl Running {
    /// The number of its process.
    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
