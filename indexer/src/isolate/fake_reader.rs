//! A reader for tests, with files that say what should happen, and this test program run as its worker.
//!
//! `pack` makes a container or a mail with attachments; any other file is text. A file whose name begins with `hang`,
//! `sleep`, `panic`, `abort`, `memory`, `deep`, `chatter` or `moody` does to the worker what the name says.

use std::ffi::OsString;

use jiff::Timestamp;
use redwell_model::{CharBox, Format, Layout, Metadata, Page};

use super::{WorkerProgram, worker};
use crate::extract::recognition::{Picture, Recogniser};
use crate::extract::{Child, Extracted, Input, Options};

/// Set in a process that is to be a worker; `good` makes `moody` files readable.
const MOOD: &str = "REDWELL_TEST_WORKER";

/// The test program, run as a worker with this reader.
pub(crate) fn program(mood: &str) -> WorkerProgram {
    WorkerProgram {
        program: std::env::current_exe().unwrap(),
        arguments: arguments_of("isolate::fake_reader::serve_as_worker"),
        environment: vec![(MOOD.into(), mood.into())],
        recogniser: arguments_of("isolate::fake_reader::serve_as_recogniser"),
    }
}

/// A test in name only: the entry of the worker process.
#[test]
fn serve_as_worker() {
    if std::env::var_os(MOOD).is_some() {
        worker::serve(read).unwrap();
    }
}

fn arguments_of(test: &str) -> Vec<OsString> {
    ["--exact", test, "--nocapture", "--test-threads=1"].map(Into::into).into()
}

/// A test in name only: the entry of the process that recognises text.
#[test]
fn serve_as_recogniser() {
    if std::env::var_os(MOOD).is_some() {
        super::recogniser::run().unwrap();
    }
}

/// A file of this kind (`ZIP` or `MAIL`) that holds others.
pub(crate) fn pack(kind: &str, inside: &[(&str, &[u8])]) -> Vec<u8> {
    let mut file = format!("{kind}\n").into_bytes();
    for (name, bytes) in inside {
        file.extend(format!("{name}|{}\n", bytes.len()).into_bytes());
        file.extend(*bytes);
    }
    file
}

pub(crate) fn options() -> Options {
    Options { max_text_bytes: 1 << 20, ..Options::default() }
}

fn read(input: &Input<'_>, recogniser: &mut dyn Recogniser, on_child: &mut dyn FnMut(Child)) -> Extracted {
    misbehave(input.name);
    let mut found = Extracted {
        format: Format::Text,
        text: String::new(),
        layout: Layout::default(),
        metadata: Metadata::default(),
        exceptions: Vec::new(),
    };
    let (first_line, mut rest) = split_line(input.bytes);
    found.format = match first_line.as_str() {
        "ZIP" => Format::Zip,
        "MAIL" => Format::Eml,
        "SCAN" => {
            found.text = recognise(input, rest, recogniser);
            return found;
        }
        _ => {
            found.text = String::from_utf8_lossy(input.bytes).into_owned();
            add_boxes(&mut found);
            return found;
        }
    };
    while !rest.is_empty() {
        let (header, after) = split_line(rest);
        let (name, length) = header.rsplit_once('|').unwrap();
        let (bytes, after) = after.split_at(length.parse().unwrap());
        on_child(Child { name: name.to_owned(), bytes: bytes.to_vec(), modified: Some(Timestamp::UNIX_EPOCH) });
        rest = after;
    }
    if found.format == Format::Eml {
        found.text = format!("Subject: {}", input.name);
        found.metadata.subject = Some(format!("about {}", input.name));
        found.metadata.sent = Some(Timestamp::UNIX_EPOCH);
    }
    found
}

/// What is recognised in pictures of these grey tones, one line each; tone 66 is a page to die of.
fn recognise(input: &Input<'_>, tones: &[u8], recogniser: &mut dyn Recogniser) -> String {
    let mut recognise = |(number, tone): (usize, &u8)| {
        if !input.options.recognition.may_draw(number) {
            return "[not drawn]".to_owned();
        }
        recogniser.before_drawing(number);
        if *tone == 66 {
            std::process::abort();
        }
        let picture = Picture { width: 40, height: 40, dpi: 300, grey: vec![*tone; 1600] };
        match recogniser.recognise(&picture) {
            Ok(words) => words.into_iter().map(|word| word.text).collect::<Vec<_>>().join(" "),
            Err(kind) => format!("[{kind}]"),
        }
    };
    tones.iter().enumerate().map(&mut recognise).collect::<Vec<_>>().join("\n")
}

/// One page, one box a character; `askew` files have one box too few.
fn add_boxes(found: &mut Extracted) {
    let count = found.text.chars().count();
    let boxes = if found.text.starts_with("askew") { count - 1 } else { count };
    found.layout.pages = vec![Page { start: 0, frame: [0.0; 4], rotate: 0, quality: 1.0, engine: String::new() }];
    found.layout.boxes = vec![CharBox { x0: 1.0, y0: 2.0, x1: 3.0, y1: 4.0 }; boxes];
}

fn split_line(bytes: &[u8]) -> (String, &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    (String::from_utf8_lossy(&bytes[..end]).into_owned(), bytes.get(end + 1..).unwrap_or_default())
}

fn misbehave(name: &str) {
    let begins = |word| name.starts_with(word);
    if begins("hang") {
        loop {
            std::hint::spin_loop();
        }
    } else if begins("sleep") {
        std::thread::park();
    } else if begins("panic") || (begins("moody") && std::env::var_os(MOOD).is_none_or(|mood| mood != "good")) {
        panic!("as told");
    } else if begins("abort") {
        std::process::abort();
    } else if begins("memory") {
        std::hint::black_box(vec![1_u8; 64 << 30]);
    } else if begins("deep") {
        assert_ne!(descend(1), 0);
    } else if begins("chatter") {
        (0..10_000).for_each(|_| println!("REDWELL\u{1} is what parsers print"));
    }
}

fn descend(depth: u64) -> u64 {
    let frame = std::hint::black_box([depth; 64]);
    if depth == 0 { 0 } else { descend(frame[7] + 1) + frame[9] }
}
