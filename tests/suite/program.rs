//! The program as a person at a terminal has it: started for real, in a data folder of its own, judged by what it prints.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

use crate::architecture::root;

/// The program, built once for all tests of this run.
pub(crate) fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| {
        let mut build = Command::new(env!("CARGO"));
        build.args(["build", "--quiet", "--locked", "--package", "redwell"]).current_dir(root());
        assert!(build.status().unwrap().success(), "the program does not build");
        // The test program lies in `target/PROFILE/deps`.
        let folder = std::env::current_exe().unwrap().parent().unwrap().parent().unwrap().to_path_buf();
        folder.join("redwell")
    })
}

/// A data folder that goes away with the test, and the program at work on it.
pub(crate) struct Redwell {
    folder: TempDir,
}

impl Redwell {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// Where the program keeps its data.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A place for the documents of the test.
    pub(crate) fn collection(&self) -> PathBuf {
        let path = self.folder.path().join("collection");
        std::fs::create_dir_all(&path).unwrap();
        path
    }

    /// A command on the data folder, not started yet.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(words).arg("--data").arg(self.data());
        command.stdin(Stdio::null()).current_dir(self.folder.path());
        command
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// Runs a command that must end with one of these statuses, and gives what it printed.
    pub(crate) fn expect(&self, statuses: &[i32], words: &[&str]) -> String {
        let output = self.run(words);
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(
            statuses.contains(&output.status.code().unwrap()),
            "{words:?} ended with {}: {complaint}",
            output.status
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// Ingests the collection, with or without exceptions.
    pub(crate) fn ingest(&self, words: &[&str]) -> Value {
        let collection = self.collection();
        let mut all = vec!["ingest", "--matter", "m", "--json"];
        all.extend(words);
        all.push(collection.to_str().unwrap());
        json(&self.expect(&[0, 1], &all))
    }

    /// Runs a command that prints one JSON object.
    pub(crate) fn json(&self, words: &[&str]) -> Value {
        json(&self.expect(&[0, 1], words))
    }

    /// Runs a command that prints one JSON object a line.
    pub(crate) fn lines(&self, words: &[&str]) -> Vec<Value> {
        self.expect(&[0, 1], words).lines().map(json).collect()
    }

    /// The control number and canonical text of every document.
    pub(crate) fn texts(&self) -> Vec<(String, String)> {
        let numbers = self.lines(&["documents", "--matter", "m", "--json"]);
        let numbers = numbers.iter().map(|document| document["control_number"].as_str().unwrap().to_owned());
        numbers.map(|number| (number.clone(), self.expect(&[0], &["text", "--matter", "m", &number]))).collect()
    }
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("`{text}` is not JSON: {error}"))
}
