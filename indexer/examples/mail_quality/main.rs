//! How well mail was read: header fields and the words of bodies beside what others read in the same mails.
//!
//! `mail_quality DATA MATTER FOLDER…` looks below the folders, which were ingested into the matter, for two kinds of expectation: a file
//! named like a mail with `.json`, as the tests of mail-parser have them (our reader of mail is built on that library, so these tell
//! what we lose on the way from it, not whether it is right), and load files of e-discovery productions, which other programs wrote. With
//! `--list` before the rest it also prints what differs.

#![expect(clippy::print_stdout, reason = "the table is what it is run for")]

mod expected;
mod load_file;
mod mail_parser_json;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use jiff::{SignedDuration, Timestamp};
use redwell_indexer::matter_folder::{DocumentRow, MatterFolder};
use redwell_model::{Address, MatterSlug};

use crate::expected::{Expected, Field, addresses, bare, normal};

fn main() -> anyhow::Result<()> {
    let mut arguments: Vec<String> = std::env::args().skip(1).collect();
    let lists = arguments.first().is_some_and(|first| first == "--list");
    if lists {
        arguments.remove(0);
    }
    let [data, matter, folders @ ..] = arguments.as_slice() else {
        bail!("usage: mail_quality [--list] DATA MATTER FOLDER…")
    };
    let matter: MatterSlug = matter.parse()?;
    let folder = MatterFolder::open(Path::new(data), &matter)?;
    let mut files = Vec::new();
    for path in folders {
        let path = std::fs::canonicalize(path)?;
        let name = path.file_name().context("a path without a name")?.to_string_lossy().into_owned();
        walk(&path, &name, &mut files)?;
    }
    let mut expectations = mail_parser_json::read(&files)?;
    expectations.extend(load_file::read(&files)?);
    let mut tallies: BTreeMap<&'static str, Tally> = BTreeMap::new();
    let mut after = 0;
    loop {
        let ordinals = folder.ordinals(after, 1_000)?;
        let Some(last) = ordinals.last() else { break };
        after = *last;
        for row in folder.documents(&ordinals)? {
            for expected in expectations.remove(&row.path).into_iter().flatten() {
                let text = folder.text(row.ordinal)?.map(|text| text.text).unwrap_or_default();
                let tally = tallies.entry(expected.source).or_default();
                tally.add(&row, &text, &expected, lists);
            }
        }
    }
    for (source, tally) in tallies {
        tally.print(source);
    }
    Ok(())
}

/// Files below a path, with their paths as a matter names them.
fn walk(path: &Path, name: &str, files: &mut Vec<(String, PathBuf)>) -> anyhow::Result<()> {
    if !path.is_dir() {
        files.push((name.to_owned(), path.to_owned()));
        return Ok(());
    }
    let mut entries = std::fs::read_dir(path)?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        walk(&entry.path(), &format!("{name}/{}", entry.file_name().to_string_lossy()), files)?;
    }
    Ok(())
}

/// How far the expectations of one kind were met.
#[derive(Default)]
struct Tally {
    mails: usize,
    /// Of each field, how often it was the same and how often it was expected.
    fields: BTreeMap<Field, (usize, usize)>,
    /// How often the moment of sending differs by half a day: who wrote the expectation has a clock of twelve hours.
    half_days: usize,
    /// F1 of the words of each body.
    bodies: Vec<f64>,
}

impl Tally {
    fn add(&mut self, row: &DocumentRow, text: &str, expected: &Expected, lists: bool) {
        self.mails += 1;
        for (field, wanted) in &expected.fields {
            let found = values(row, *field);
            let (same, all) = self.fields.entry(*field).or_default();
            *all += 1;
            if found == *wanted {
                *same += 1;
            } else if is_half_a_day_apart(&found, wanted) {
                self.half_days += 1;
            } else if lists {
                println!("{}: {}: expected {wanted:?}, found {found:?}", row.path, field.name());
            }
        }
        if let Some(body) = &expected.body {
            let wanted = words(body);
            if wanted.is_empty() {
                return;
            }
            // A mail without any header has no empty line below one.
            let below = text.split_once("\n\n").map_or("", |(_, body)| body);
            let f1 = f1(&words(text), &wanted).max(f1(&words(below), &wanted));
            if lists && f1 < 0.95 {
                println!("{}: body, F1 {f1:.3}", row.path);
            }
            self.bodies.push(f1);
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "figures for people")]
    fn print(mut self, source: &str) {
        println!("  {} mails beside {source}", self.mails);
        let (mut same, mut all) = (0, 0);
        for (field, (of_them, wanted)) in &self.fields {
            println!("    {:12}{of_them:>6} of {wanted}", field.name());
            same += of_them;
            all += wanted;
        }
        println!("    all fields  {same:>6} of {all}, {:.2} %", 100.0 * same as f64 / all.max(1) as f64);
        if self.half_days > 0 {
            println!(
                "    {} moments of sending differ by twelve hours, as clocks without am and pm do",
                self.half_days
            );
        }
        self.bodies.sort_by(f64::total_cmp);
        if let Some(lowest) = self.bodies.first() {
            let mean = self.bodies.iter().sum::<f64>() / self.bodies.len() as f64;
            let good = self.bodies.iter().filter(|f1| **f1 >= 0.95).count();
            let count = self.bodies.len();
            println!("    words of {count} bodies: F1 mean {mean:.4}, lowest {lowest:.4}, {good} at .95 or above");
        }
    }
}

/// What a document says, in the form it is compared in.
fn values(row: &DocumentRow, field: Field) -> Vec<String> {
    let people = |people: &[Address]| addresses(people.iter().map(|person| person.email.as_str()));
    let names = |people: &[Address]| {
        let mut names: Vec<String> =
            people.iter().map(|person| normal(&person.name)).filter(|name| !name.is_empty()).collect();
        names.sort();
        names
    };
    let metadata = &row.metadata;
    match field {
        Field::From => people(&metadata.from),
        Field::To => people(&metadata.to),
        Field::Cc => people(&metadata.cc),
        Field::Bcc => people(&metadata.bcc),
        Field::FromNames => names(&metadata.from),
        Field::ToNames => names(&metadata.to),
        Field::Subject => metadata.subject.iter().map(|subject| bare(subject)).collect(),
        Field::MessageId => metadata.message_id.iter().map(|id| normal(id)).collect(),
        Field::Sent => metadata.sent.iter().map(ToString::to_string).collect(),
    }
}

fn is_half_a_day_apart(found: &[String], wanted: &[String]) -> bool {
    let moment = |values: &[String]| values.first()?.parse::<Timestamp>().ok();
    let apart = moment(found).zip(moment(wanted)).map(|(one, other)| one.duration_since(other).abs());
    apart == Some(SignedDuration::from_hours(12))
}

fn words(text: &str) -> HashMap<String, usize> {
    let mut words = HashMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        *words.entry(word.to_lowercase()).or_default() += 1;
    }
    words
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn f1(found: &HashMap<String, usize>, wanted: &HashMap<String, usize>) -> f64 {
    let shared: usize = wanted.iter().map(|(word, count)| (*count).min(found.get(word).copied().unwrap_or(0))).sum();
    let both = found.values().sum::<usize>() + wanted.values().sum::<usize>();
    2.0 * shared as f64 / both.max(1) as f64
}
