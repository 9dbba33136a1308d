//! Engines in other languages, each a small program of ours beside this one, run where what it needs is installed.
//!
//! Xapian needs `apt-get install python3-xapian`. Lucene needs Java 17 and a jar of Lucene 9 with its queries, named by
//! `REDWELL_LUCENE_JAR`: those of the project, parted by colons, or one that holds them all, such as Anserini's in the wheel
//! of `pyserini`. What is not there is said and left out.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use anyhow::{Context as _, anyhow, bail};
use serde::Deserialize;

use crate::measure::{Answer, Built};

const XAPIAN: &str = include_str!("peers/xapian_peer.py");
const LUCENE: &str = include_str!("peers/LucenePeer.java");

/// How long an engine may take to be ready, which for Java is running warm, and to answer.
const PATIENCE: Duration = Duration::from_secs(240);

/// A program that can index and ask.
pub(crate) struct Program {
    /// Its place in the scratch folder.
    pub(crate) name: &'static str,
    command: Vec<OsString>,
}

/// The programs that can run here. Says why one cannot.
pub(crate) fn installed(scratch: &Path) -> anyhow::Result<Vec<Program>> {
    let mut programs = Vec::new();
    let script = scratch.join("xapian_peer.py");
    std::fs::write(&script, XAPIAN)?;
    let has_xapian = |python: &&str| succeeds(Command::new(python).args(["-c", "import xapian; xapian.Database"]));
    match ["python3", "/usr/bin/python3"].iter().find(|python| has_xapian(python)) {
        Some(python) => programs.push(Program { name: "xapian", command: vec![python.into(), script.into()] }),
        None => println!("  Xapian is not installed: no such peer in this run (`apt-get install python3-xapian`)"),
    }
    let source = scratch.join("LucenePeer.java");
    std::fs::write(&source, LUCENE)?;
    match std::env::var_os("REDWELL_LUCENE_JAR") {
        Some(jar) if succeeds(Command::new("java").arg("-version")) => {
            let command = vec!["java".into(), "-Xmx1g".into(), "-cp".into(), jar, source.into()];
            programs.push(Program { name: "lucene", command });
        }
        Some(_) => println!("  Java is not installed: no Lucene in this run"),
        None => println!("  Lucene is not installed: no such peer in this run (name its jar in REDWELL_LUCENE_JAR)"),
    }
    Ok(programs)
}

fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

impl Program {
    /// Where its index lies.
    pub(crate) fn place(&self, scratch: &Path) -> PathBuf {
        scratch.join(self.name)
    }

    /// Builds an index of the texts.
    pub(crate) fn build(&self, texts: &Path, scratch: &Path) -> anyhow::Result<Built> {
        let output = self.command().arg("index").arg(texts).arg(self.place(scratch)).output()?;
        if !output.status.success() {
            // The first line says what Java lacks, the last what Python does.
            let said = String::from_utf8_lossy(&output.stderr);
            let (first, last) = (said.lines().next().unwrap_or_default(), said.lines().last().unwrap_or_default());
            bail!("{} could not index: {first} … {last}", self.name);
        }
        Ok(serde_json::from_slice(&output.stdout)?)
    }

    /// Opens that index for queries. `queries` are lines it asks by itself beforehand, to be warm.
    pub(crate) fn open(&self, scratch: &Path, queries: &Path) -> anyhow::Result<Peer> {
        let mut command = self.command();
        command.arg("ask").arg(self.place(scratch)).arg(queries).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().with_context(|| format!("starting {}", self.name))?;
        let questions = child.stdin.take().context("standard input was piped")?;
        let output = child.stdout.take().context("standard output was piped")?;
        let (sender, answers) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        });
        let refused = BTreeSet::new();
        let mut peer = Peer { name: self.name.to_owned(), refused, child, questions, answers };
        let said: Ready = serde_json::from_str(&peer.line()?)?;
        peer.name = said.name;
        Ok(peer)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.command[0]);
        command.args(&self.command[1..]).stdin(Stdio::null());
        command
    }
}

#[derive(Deserialize)]
struct Ready {
    name: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Said {
    Found { nanoseconds: u64, documents: u64 },
    Refused { refused: String },
}

/// An engine that answers; ended when dropped.
pub(crate) struct Peer {
    pub(crate) name: String,
    /// Why it had no answer to some questions.
    pub(crate) refused: BTreeSet<String>,
    child: Child,
    questions: ChildStdin,
    answers: Receiver<String>,
}

impl Peer {
    /// Asks it; the time is by its own clock. Nothing when it has nothing like that.
    pub(crate) fn ask(&mut self, line: &str) -> anyhow::Result<Option<Answer>> {
        writeln!(self.questions, "{line}")?;
        self.questions.flush()?;
        match serde_json::from_str(&self.line()?).with_context(|| format!("reading what {} said", self.name))? {
            Said::Found { nanoseconds, documents } => {
                Ok(Some(Answer { took: Duration::from_nanos(nanoseconds), documents }))
            }
            Said::Refused { refused } => {
                self.refused.insert(refused);
                Ok(None)
            }
        }
    }

    /// The number of its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    fn line(&self) -> anyhow::Result<String> {
        self.answers.recv_timeout(PATIENCE).map_err(|_| anyhow!("{} does not answer", self.name))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
