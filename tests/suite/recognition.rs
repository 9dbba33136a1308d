//! Text in pictures, from the file to the search, with the tesseract of this machine; without it, what people are told.

use std::io::Write as _;
use std::process::Command;

use serde_json::Value;

use crate::architecture::root;
use crate::program::Redwell;

/// A scanned letter of the sample matter: one page, no text of its own.
const LETTER: &str =
    "corpora-sample/legal/halden-v-norling/anna-lindqvist/letters/2024-02-12 Norling cure notice (scan).pdf";

/// Whether there is a program to test with; says so when not.
fn can_recognise() -> bool {
    let is_there = Command::new("tesseract").arg("--version").output().is_ok_and(|told| told.status.success());
    if !is_there {
        // Written past the test runner, which shows only what failing tests print.
        std::io::stderr().write_all(b"skipped: tesseract is not installed\n").unwrap();
    }
    is_there
}

fn with_letter() -> Redwell {
    let redwell = Redwell::new();
    std::fs::copy(root().join(LETTER), redwell.collection().join("letter.pdf")).unwrap();
    std::fs::write(redwell.collection().join("note.txt"), "A note beside the letter.").unwrap();
    redwell
}

fn exceptions(redwell: &Redwell) -> Vec<Value> {
    redwell.lines(&["exceptions", "--matter", "m", "--json"])
}

#[test]
fn a_scan_is_told_until_it_is_recognised() {
    let redwell = with_letter();
    redwell.ingest(&["--ocr", "off"]);
    let told = exceptions(&redwell);
    assert_eq!(told.len(), 1);
    assert_eq!((told[0]["kind"].as_str(), told[0]["stage"].as_str()), (Some("needs_ocr"), Some("extract")));
    assert_eq!(told[0]["page"], 1);
    assert!(told[0]["reason"].as_str().unwrap().contains("`redwell retry --ocr auto`"), "{told:?}");
    let before = redwell.texts();
    assert_eq!(before[0].1.trim(), "");

    if !can_recognise() {
        return;
    }
    redwell.expect(&[0], &["retry", "--matter", "m", "--json"]);
    assert_eq!(exceptions(&redwell), Vec::<Value>::new());
    let after = redwell.texts();
    assert_eq!(after.iter().map(|(number, _)| number).collect::<Vec<_>>(), ["M-0000001", "M-0000002"]);
    assert!(after[0].1.contains("material breach of clauses"), "{}", after[0].1);
    assert_eq!(after[1], before[1]);

    let documents = redwell.lines(&["documents", "--matter", "m", "--json"]);
    assert_eq!((documents[0]["recognised_pages"].as_u64(), documents[0]["has_boxes"].as_bool()), (Some(1), Some(true)));
    let confidence = documents[0]["recognition_confidence"].as_f64().unwrap();
    assert!((0.3..=1.0).contains(&confidence), "{confidence}");
    assert_eq!(documents[1]["recognised_pages"], 0);

    let hits = redwell.json(&["search", "--matter", "m", "--json", "\"material breach\""]);
    assert_eq!(hits["total"], 1);
    let status = redwell.json(&["status", "--matter", "m", "--json"]);
    assert_eq!((&status["recognised"], &status["empty"]), (&1.into(), &0.into()));
    assert!(status["recognition"]["tool"].as_str().unwrap().starts_with("tesseract "), "{status}");
    redwell.expect(&[0], &["verify", "--matter", "m"]);
}

#[test]
fn the_same_scan_gives_the_same_text() {
    if !can_recognise() {
        return;
    }
    let read = |jobs: &str| {
        let redwell = with_letter();
        redwell.ingest(&["--jobs", jobs]);
        redwell.texts()
    };
    assert_eq!(read("1"), read("4"));
}

#[test]
fn a_machine_without_the_program_says_what_to_install() {
    let redwell = with_letter();
    let collection = redwell.collection();
    let mut command = redwell.command(&["ingest", "--matter", "m", "--ocr", "on", collection.to_str().unwrap()]);
    let ended = command.env("PATH", "/nowhere").output().unwrap();
    assert_eq!(ended.status.code(), Some(1), "{}", String::from_utf8_lossy(&ended.stderr));
    let told = exceptions(&redwell);
    assert_eq!((told.len(), told[0]["kind"].as_str()), (1, Some("needs_ocr")));
    assert!(told[0]["reason"].as_str().unwrap().contains("`tesseract-ocr`"), "{told:?}");
    assert!(redwell.expect(&[0], &["status", "--matter", "m"]).contains("tesseract is not installed"));
}

#[test]
fn a_language_that_is_not_there_is_refused_first() {
    if !can_recognise() {
        return;
    }
    let redwell = with_letter();
    let collection = redwell.collection();
    let words = ["ingest", "--matter", "m", "--ocr-languages", "eng+xyz", collection.to_str().unwrap()];
    let ended = redwell.run(&words);
    let complaint = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(2), "{complaint}");
    assert!(
        complaint.contains("`xyz`") && complaint.contains("installed are: ") && complaint.contains("eng"),
        "{complaint}"
    );
    assert!(!redwell.data().join("matters").exists());
}
