//! Word documents (Office Open XML): every story of the document in reading order.
//!
//! Headers, body, footers, then text of diagrams and charts. Insertions still tracked are plain text, because that is
//! how the document reads now, and so are the numbers of its paragraphs and those that fields show. Deletions, hidden text, text boxes,
//! notes and comments follow their paragraph, marked as [`super::mark`] says; field codes are not text. Macros are noted and not run.

mod field;
pub mod flat;
mod lists;
mod notes;
mod story;
#[cfg(test)]
pub(crate) mod tests;

use redwell_model::{ExceptionKind, Format, ProcessingException, Stage};

use self::lists::Lists;
use self::story::Around;
use super::mark::plainly_marked;
use super::package::Package;
use super::{Child, Extracted, Input, drawing, properties};

/// Reads a Word document.
#[must_use]
pub fn extract(input: &Input<'_>, on_child: &mut dyn FnMut(Child)) -> Extracted {
    let mut found = Extracted::new(Format::Docx);
    let mut package = Package::open(input);
    let limit = input.options.max_text_bytes;
    let main = properties::main_part(&mut package).unwrap_or_else(|| "word/document.xml".to_owned());
    let parts = Parts::of(&mut package, &main);
    let mut around = Around::default();
    let styles = parts.text(&mut package, "styles");
    around.hidden_styles = styles.as_deref().map(notes::hidden_styles).unwrap_or_default();
    around.lists = Lists::read(parts.text(&mut package, "numbering").as_deref(), styles.as_deref());
    drop(styles);
    for (kind, element) in [("footnotes", "footnote"), ("endnotes", "endnote")] {
        let Some(xml) = parts.text(&mut package, kind) else { continue };
        let read = notes::notes(&xml, element, limit, &mut around);
        *(if kind == "footnotes" { &mut around.footnotes } else { &mut around.endnotes }) = read;
    }
    if let Some(xml) = parts.text(&mut package, "comments") {
        let extended = parts.text(&mut package, "commentsExtended");
        around.comments = notes::comments(&xml, extended.as_deref(), limit, &mut around);
    }

    let mut text = String::new();
    margins(&mut package, &parts, "header", limit, &mut around, &mut text);
    match package.text(&main) {
        Some(xml) => {
            let (body, complete) = story::read(&xml, limit, &mut around);
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
    append(&mut text, &around.left_over().join("\n"));
    margins(&mut package, &parts, "footer", limit, &mut around, &mut text);
    for (kind, what) in [("diagramData", "Diagram"), ("chart", "Chart")] {
        for name in parts.named(kind) {
            let Some(xml) = package.text(name) else { continue };
            append(&mut text, &plainly_marked(what, &drawing::text_of(&xml, limit)));
        }
    }

    found.set_text(&text, input.options);
    properties::finish(package, notes::tally(&mut around), &mut found, input, on_child);
    found
}

/// Headers or footers, each once: most documents repeat one for first, odd and even pages.
fn margins(package: &mut Package<'_>, parts: &Parts, kind: &str, limit: usize, around: &mut Around, text: &mut String) {
    let mut seen = Vec::new();
    for name in parts.named(kind) {
        let Some(xml) = package.text(name) else { continue };
        let (story, _) = story::read(&xml, limit, around);
        let story = story.trim();
        if !story.is_empty() && !seen.iter().any(|known| known == story) {
            append(text, &plainly_marked(if kind == "header" { "Header" } else { "Footer" }, story));
            seen.push(story.to_owned());
        }
    }
}

/// The parts around the main part: the kind of their relationship, and their names.
struct Parts(Vec<(String, String)>);

impl Parts {
    fn of(package: &mut Package<'_>, main: &str) -> Self {
        let mut parts: Vec<(String, String)> = properties::relationships(package, main)
            .into_iter()
            .filter_map(|(_, kind, target)| Some((kind.rsplit('/').next()?.to_owned(), target)))
            .collect();
        // Names tell where relationships are lost.
        let folder = main.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        for name in package.names() {
            let Some(file) = name.strip_prefix(&folder).and_then(|file| file.strip_suffix(".xml")) else { continue };
            let kind = match file.trim_end_matches(|c: char| c.is_ascii_digit()) {
                "diagrams/data" => "diagramData",
                "charts/chart" => "chart",
                kind @ ("header" | "footer" | "footnotes" | "endnotes" | "comments" | "commentsExtended" | "styles"
                | "numbering") => kind,
                _ => continue,
            };
            if !parts.iter().any(|(_, known)| *known == name) {
                parts.push((kind.to_owned(), name));
            }
        }
        parts.sort_by(|a, b| (a.1.len(), &a.1).cmp(&(b.1.len(), &b.1)));
        parts.dedup();
        Self(parts)
    }

    fn named<'p>(&'p self, kind: &'p str) -> impl Iterator<Item = &'p str> {
        self.0.iter().filter(move |(known, _)| known == kind).map(|(_, name)| name.as_str())
    }

    fn text(&self, package: &mut Package<'_>, kind: &str) -> Option<String> {
        self.named(kind).find_map(|name| package.text(name))
    }
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

fn broken(part: &str) -> ProcessingException {
    ProcessingException::new(
        Stage::Extract,
        ExceptionKind::Damaged,
        "quick-xml",
        format!("the part `{part}` is broken; the text up to there was read"),
    )
}
