//! How much of the text in the XML of office documents is in the texts taken from them.
//!
//! `office_recall [--list] DATA MATTER` opens the native of every DOCX, XLSX and PPTX of a matter, takes every run of text from the parts
//! that hold what people wrote (not from layouts, masters and styles), and counts how many of its words are in the canonical text, as a
//! bag: order and case do not count. With `--list` it names each document below .98 with the words it lacks. What it cannot open it
//! leaves to the readers, which have an exception for it.

#![expect(clippy::print_stdout, reason = "the table is what it is run for")]

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::path::Path;

use anyhow::bail;
use quick_xml::Reader;
use quick_xml::events::Event;
use redwell_indexer::matter_folder::MatterFolder;
use redwell_model::{Format, MatterSlug};
use zip::ZipArchive;

/// Documents with fewer words say nothing.
const FEWEST_WORDS: usize = 20;

/// The recall a document should have.
const FLOOR: f64 = 0.98;

type Words = BTreeMap<String, usize>;

fn main() -> anyhow::Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let lists = arguments.first().is_some_and(|first| first == "--list");
    if lists {
        arguments.remove(0);
    }
    let [data, matter] = arguments.as_slice() else { bail!("usage: office_recall [--list] DATA MATTER") };
    let matter: MatterSlug = matter.parse()?;
    let folder = MatterFolder::open(Path::new(data), &matter)?;
    let mut recalls: BTreeMap<&'static str, Vec<f64>> = BTreeMap::new();
    let mut after = 0;
    loop {
        let ordinals = folder.ordinals(after, 1_000)?;
        let Some(last) = ordinals.last() else { break };
        after = *last;
        for row in folder.documents(&ordinals)? {
            let Some(parts) = Parts::of(row.format) else { continue };
            let native = std::fs::read(folder.native_path(&row.digests.sha256))?;
            let Ok(expected) = parts.words(native) else { continue };
            if expected.values().sum::<usize>() < FEWEST_WORDS {
                continue;
            }
            let text = folder.text(row.ordinal)?.map(|text| text.text).unwrap_or_default();
            let mut found = Words::new();
            add_words(&text, &mut found);
            let lacking: Vec<(&str, usize)> = lacking(&expected, &found).collect();
            let recall = share(&lacking, &expected);
            if lists && recall < FLOOR {
                let some: Vec<&str> = lacking.iter().take(12).map(|(word, _)| *word).collect();
                println!("{} {}: {recall:.4}, lacks {}", row.control_number, row.path, some.join(" "));
            }
            recalls.entry(parts.name).or_default().push(recall);
        }
    }
    for (name, mut recalls) in recalls {
        recalls.sort_by(f64::total_cmp);
        let good = recalls.iter().filter(|recall| **recall >= FLOOR).count();
        let mean = mean(&recalls);
        let verdict = if mean >= FLOOR { "met" } else { "MISSED" };
        println!(
            "  words in the XML of {name}: {} documents, recall mean {mean:.4} (floor {FLOOR}: {verdict}), lowest {:.4}, {good} at {FLOOR} or above",
            recalls.len(),
            recalls[0]
        );
    }
    Ok(())
}

/// Where a kind of document keeps what people wrote: how the names of such parts begin, and the elements that hold text.
struct Parts {
    name: &'static str,
    parts: &'static [&'static str],
    elements: &'static [&'static [u8]],
}

impl Parts {
    fn of(format: Format) -> Option<Self> {
        Some(match format {
            Format::Docx => Self {
                name: "DOCX",
                parts: &[
                    "word/document",
                    "word/header",
                    "word/footer",
                    "word/footnotes",
                    "word/endnotes",
                    "word/comments.",
                ],
                elements: &[b"t", b"delText"],
            },
            Format::Pptx => {
                Self { name: "PPTX", parts: &["ppt/slides/slide", "ppt/notesSlides/notesSlide"], elements: &[b"t"] }
            }
            Format::Xlsx => Self {
                name: "XLSX",
                parts: &["xl/sharedStrings", "xl/worksheets/sheet", "xl/comments"],
                elements: &[b"t"],
            },
            _ => return None,
        })
    }

    fn words(&self, native: Vec<u8>) -> anyhow::Result<Words> {
        let mut package = ZipArchive::new(Cursor::new(native))?;
        let mut names: Vec<String> = package.file_names().map(str::to_owned).collect();
        names.retain(|name| name.ends_with(".xml") && self.parts.iter().any(|part| name.starts_with(part)));
        let mut words = Words::new();
        for name in names {
            let mut part = Vec::new();
            package.by_name(&name)?.read_to_end(&mut part)?;
            self.add_part(&part, &mut words)?;
        }
        Ok(words)
    }

    /// Adds the words of one part. Runs that follow each other in a paragraph or cell make words together.
    fn add_part(&self, part: &[u8], words: &mut Words) -> anyhow::Result<()> {
        let mut reader = Reader::from_reader(part);
        let mut text = String::new();
        let (mut is_inside, mut unread) = (false, 0_usize);
        loop {
            match reader.read_event()? {
                Event::Start(start) => match start.local_name().as_ref() {
                    // The same text once more, for programs that do not know its newer form; how a word is spoken.
                    b"Fallback" | b"rPh" => unread += 1,
                    name => is_inside = self.elements.contains(&name),
                },
                Event::Empty(empty) if matches!(empty.local_name().as_ref(), b"br" | b"tab" | b"cr") => text.push(' '),
                Event::End(end) => {
                    is_inside = false;
                    match end.local_name().as_ref() {
                        b"Fallback" | b"rPh" => unread = unread.saturating_sub(1),
                        b"p" | b"si" | b"is" => text.push('\n'),
                        _ => {}
                    }
                }
                Event::Text(run) if is_inside && unread == 0 => text.push_str(&run.decode()?),
                Event::GeneralRef(reference) if is_inside && unread == 0 => {
                    let name = reference.decode()?;
                    let known = reference.resolve_char_ref()?.map(String::from);
                    let known =
                        known.or_else(|| quick_xml::escape::resolve_predefined_entity(&name).map(str::to_owned));
                    text.push_str(&known.unwrap_or_default());
                }
                Event::Eof => break,
                _ => {}
            }
        }
        add_words(&text, words);
        Ok(())
    }
}

fn add_words(text: &str, words: &mut Words) {
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        *words.entry(word.to_lowercase()).or_default() += 1;
    }
}

/// The words that are expected more often than found, and how much more often.
fn lacking<'w>(expected: &'w Words, found: &Words) -> impl Iterator<Item = (&'w str, usize)> {
    expected.iter().filter_map(|(word, count)| {
        let missing = count.saturating_sub(found.get(word).copied().unwrap_or(0));
        (missing > 0).then_some((word.as_str(), missing))
    })
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn share(lacking: &[(&str, usize)], expected: &Words) -> f64 {
    let missing: usize = lacking.iter().map(|(_, count)| count).sum();
    1.0 - missing as f64 / expected.values().sum::<usize>() as f64
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn mean(recalls: &[f64]) -> f64 {
    recalls.iter().sum::<f64>() / recalls.len() as f64
}
