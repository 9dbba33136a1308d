//! Word documents (Office Open XML): every story of the document in reading order.
//!
//! Headers, body, footnotes, endnotes, footers, comments, then text of diagrams and charts. Insertions still tracked
//! are plain text, because that is how the document reads now; deletions stand in `[deleted: …]`, notes are marked
//! `[1]` where they are referred to. Hidden text is kept; field codes are not text.

mod story;

use redwell_model::{ExceptionKind, Format, ProcessingException, Stage};

use self::story::{Marks, Note};
use super::package::Package;
use super::{Extracted, Input, drawing, properties};

/// Reads a Word document.
#[must_use]
pub fn extract(input: &Input<'_>) -> Extracted {
    let mut found = Extracted::new(Format::Docx);
    let mut package = Package::open(input);
    let limit = input.options.max_text_bytes;
    let main = properties::main_part(&mut package).unwrap_or_else(|| "word/document.xml".to_owned());
    let folder = main.rsplit_once('/').map_or("", |(folder, _)| folder).to_owned();
    let part = |name: &str| if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
    let mut marks = Marks::default();
    let mut text = String::new();

    let numbered = |package: &Package<'_>, stem: &str| {
        let prefix = part(stem);
        let is_one = |name: &String| {
            name.strip_prefix(&prefix)
                .and_then(|rest| rest.strip_suffix(".xml"))
                .is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
        };
        package.names().into_iter().filter(is_one).collect::<Vec<_>>()
    };
    for name in numbered(&package, "header") {
        append_once(&mut text, &story_text(&mut package, &name, limit, &mut Marks::default()));
    }
    match package.text(&main) {
        Some(xml) => {
            let (body, complete) = story::read(&xml, limit, &mut marks);
            append(&mut text, &body);
            if !complete {
                found.exceptions.push(broken(&main));
            }
        }
        None => found.exceptions.push(ProcessingException::new(
            Stage::Extract,
            ExceptionKind::Damaged,
            "quick-xml",
            format!("the main part `{main}` is missing; ask for an intact copy"),
        )),
    }
    for (file, element, references, label) in
        [("footnotes.xml", "footnote", &marks.footnotes, ""), ("endnotes.xml", "endnote", &marks.endnotes, "e")]
    {
        let Some(xml) = package.text(&part(file)) else { continue };
        let notes = story::read_notes(&xml, element, limit);
        append(&mut text, &in_reference_order(&notes, references, label));
    }
    for name in numbered(&package, "footer") {
        append_once(&mut text, &story_text(&mut package, &name, limit, &mut Marks::default()));
    }
    if let Some(xml) = package.text(&part("comments.xml")) {
        let mut comments = String::new();
        for (n, note) in story::read_notes(&xml, "comment", limit).iter().enumerate() {
            let author = if note.author.is_empty() { "unknown" } else { &note.author };
            comments.push_str(&format!("[comment {} by {author}] {}\n", n + 1, note.text.trim()));
        }
        append(&mut text, &comments);
    }
    append(&mut text, &drawing::text_of_parts(&mut package, &[&part("diagrams/data"), &part("charts/chart")], limit));

    found.set_text(&text, input.options);
    found.metadata = properties::read(&mut package);
    for (name, count) in [("tracked_insertions", marks.insertions), ("tracked_deletions", marks.deletions)] {
        if count > 0 {
            found.metadata.other.insert(name.to_owned(), count.to_string());
        }
    }
    found.exceptions.append(&mut package.exceptions);
    found
}

fn story_text(package: &mut Package<'_>, name: &str, limit: usize, marks: &mut Marks) -> String {
    package.text(name).map(|xml| story::read(&xml, limit, marks).0).unwrap_or_default()
}

/// Adds a story after a blank line.
fn append(text: &mut String, story: &str) {
    let story = story.trim_end();
    if !story.trim().is_empty() {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(story.trim_start_matches('\n'));
    }
}

/// Adds a header or footer unless the same stands there already: most documents repeat one for first, odd and even pages.
fn append_once(text: &mut String, story: &str) {
    if !text.contains(story.trim()) {
        append(text, story);
    }
}

fn in_reference_order(notes: &[Note], references: &[String], label: &str) -> String {
    let mut text = String::new();
    for (n, id) in references.iter().enumerate() {
        if let Some(note) = notes.iter().find(|note| note.id == *id) {
            text.push_str(&format!("[{label}{}] {}\n", n + 1, note.text.trim()));
        }
    }
    for note in notes.iter().filter(|note| !references.contains(&note.id) && !note.text.trim().is_empty()) {
        text.push_str(note.text.trim());
        text.push('\n');
    }
    text
}

fn broken(part: &str) -> ProcessingException {
    ProcessingException::new(
        Stage::Extract,
        ExceptionKind::Damaged,
        "quick-xml",
        format!("the part `{part}` is broken; the text up to there was read"),
    )
}
