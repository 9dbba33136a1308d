//! How well texts agree with those somebody else took from the same documents, where a collection has both.
//!
//! A reference is a text or XML file named like the document, beside it or in a folder beside its own: `pdf/a.pdf` and
//! `txt/a.txt`, `a.docx` and `a.xml`, `native/1.eml` and `text/1.eml.txt`. The measure is the F1 of words as a bag: order
//! does not count, case does not count. Recall stands beside it. Some tools leave a mail's header out of its text: of a mail the whole
//! text and the text below the header are compared, and the nearer one counts. What is said of fields and bodies of mail elsewhere (load files,
//! JSON) is compared by `indexer/examples/mail_quality`, office documents with their own XML by `indexer/examples/office_recall`.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::Order;
use crate::process::program;
use crate::report;

/// References with fewer words say nothing.
const FEWEST_WORDS: usize = 20;

/// Formats whose texts begin with a header and an empty line.
const MAIL: [&str; 2] = ["eml", "msg"];

/// Compares the documents of the matter just ingested with every reference there is, and prints a line a kind.
pub(super) fn run(order: &Order, data: &Path, paths: &[PathBuf]) -> anyhow::Result<()> {
    let binary = order.binary.as_path();
    let mut files = Vec::new();
    for path in paths {
        let name = path.file_name().context("a path without a name")?.to_string_lossy().into_owned();
        collect(path, &name, &mut files)?;
    }
    let references = references(&files);
    let list = program(binary.as_os_str(), &["documents", "--matter", "bench", "--data"]).word(data).quiet();
    let list = list.context("`redwell documents` failed")?;
    let mut scores: BTreeMap<String, Vec<(f64, f64)>> = BTreeMap::new();
    for line in list.lines() {
        let mut columns = line.split('\t');
        let (Some(number), Some(format), Some(path)) = (columns.next(), columns.next(), line.rsplit('\t').next())
        else {
            continue;
        };
        let Some(reference) = references.get(path) else { continue };
        let expected = words(&without_tags(reference)?);
        if expected.values().sum::<usize>() < FEWEST_WORDS {
            continue;
        }
        let text = program(binary.as_os_str(), &["text", "--matter", "bench", number, "--data"]).word(data).quiet();
        let text = text.context("`redwell text` failed")?;
        let mut score = f1_and_recall(&words(&text), &expected);
        if let (true, Some((_, body))) = (MAIL.contains(&format), text.split_once("\n\n")) {
            let of_body = f1_and_recall(&words(body), &expected);
            if of_body.0 > score.0 {
                score = of_body;
            }
        }
        scores.entry(format.to_owned()).or_default().push(score);
    }
    for (format, mut scores) in scores {
        scores.sort_by(|(one, _), (other, _)| one.total_cmp(other));
        let count = scores.len();
        #[expect(clippy::cast_precision_loss, reason = "figures for people")]
        let mean = |of: fn(&(f64, f64)) -> f64| scores.iter().map(of).sum::<f64>() / count as f64;
        let good = scores.iter().filter(|(f1, _)| *f1 >= 0.95).count();
        report::say(&format!(
            "  words of {format}: {count} references, F1 mean {:.4}, lowest {:.4}, {good} at .95 or above, recall mean {:.4}",
            mean(|score| score.0),
            scores[0].0,
            mean(|score| score.1)
        ));
    }
    let mut mail = program(order.examples.join("mail_quality").as_os_str(), &[]).word(data).word("bench");
    for path in paths {
        mail = mail.word(path);
    }
    mail.run()?;
    program(order.examples.join("office_recall").as_os_str(), &[]).word(data).word("bench").run()
}

/// Files with their paths as a matter names them.
fn collect(path: &Path, name: &str, files: &mut Vec<(String, PathBuf)>) -> anyhow::Result<()> {
    if !path.is_dir() {
        files.push((name.to_owned(), path.to_owned()));
        return Ok(());
    }
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        collect(&entry.path(), &format!("{name}/{}", entry.file_name().to_string_lossy()), files)?;
    }
    Ok(())
}

/// The reference of each document that has exactly one.
fn references(files: &[(String, PathBuf)]) -> HashMap<String, PathBuf> {
    type Stem<'a> = (&'a Path, &'a str);
    let mut found: HashMap<Stem<'_>, Vec<&PathBuf>> = HashMap::new();
    let is_reference = |name: &str| name.ends_with(".txt") || name.ends_with(".xml");
    let place = |path: &str| Path::new(path).parent().and_then(Path::parent).map(Path::to_path_buf);
    for (name, path) in files.iter().filter(|(name, _)| is_reference(name)) {
        let file = Path::new(name);
        for folder in [file.parent(), file.parent().and_then(Path::parent)].into_iter().flatten() {
            if let Some(stem) = file.file_stem().and_then(|stem| stem.to_str()) {
                found.entry((folder, stem)).or_default().push(path);
            }
        }
    }
    let mut references = HashMap::new();
    for (name, _) in files.iter().filter(|(name, _)| !is_reference(name)) {
        let file = Path::new(name);
        let names = [file.file_stem(), file.file_name()];
        let folders = [file.parent().map(Path::to_path_buf), place(name)];
        let candidates =
            folders.iter().flatten().flat_map(|folder| names.iter().flatten().map(move |stem| (folder, stem)));
        let mut matching = candidates.filter_map(|(folder, stem)| found.get(&(folder.as_path(), stem.to_str()?)));
        if let Some([only]) = matching.next().map(Vec::as_slice) {
            references.insert(name.clone(), (*only).clone());
        }
    }
    references
}

/// The content of a reference, without the tags of XML.
fn without_tags(path: &Path) -> anyhow::Result<String> {
    let text = String::from_utf8_lossy(&std::fs::read(path)?).into_owned();
    if path.extension().is_none_or(|ending| ending != "xml") {
        return Ok(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut is_inside = false;
    for character in text.chars() {
        match character {
            '<' => is_inside = true,
            '>' => is_inside = false,
            _ if !is_inside => plain.push(character),
            _ => {}
        }
    }
    let entities = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&")];
    Ok(entities.iter().fold(plain, |plain, (entity, character)| plain.replace(entity, character)))
}

fn words(text: &str) -> HashMap<String, usize> {
    let mut words = HashMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        *words.entry(word.to_lowercase()).or_default() += 1;
    }
    words
}

#[expect(clippy::cast_precision_loss, reason = "figures for people")]
fn f1_and_recall(found: &HashMap<String, usize>, expected: &HashMap<String, usize>) -> (f64, f64) {
    let common: usize = expected.iter().map(|(word, count)| (*count).min(found.get(word).copied().unwrap_or(0))).sum();
    let all: usize = expected.values().sum();
    let both = found.values().sum::<usize>() + all;
    (2.0 * common as f64 / both.max(1) as f64, common as f64 / all.max(1) as f64)
}
