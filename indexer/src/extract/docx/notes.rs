//! What stands around the stories of a Word document: notes, comments, and styles that hide text.

use std::collections::{BTreeMap, BTreeSet};

use quick_xml::events::Event;

use super::story::{Around, Writer, by, is_on};
use crate::extract::mark::{By, Tally, marked};
use crate::extract::markup::{Markup, attribute};

/// A footnote, endnote or comment.
#[derive(Debug)]
struct Note {
    id: String,
    by: By,
    /// The identifier of its last paragraph, by which a reply names what it answers.
    paragraph: String,
    text: String,
}

/// Footnotes or endnotes by identifier; separators are left out.
pub(super) fn notes(xml: &str, element: &str, limit: usize, around: &mut Around) -> BTreeMap<String, String> {
    let notes = read(xml, element, limit, around);
    notes.into_iter().filter(|note| !note.text.trim().is_empty()).map(|note| (note.id, note.text)).collect()
}

/// Comments by identifier, each marked; `extended` tells which answer others and which are resolved.
pub(super) fn comments(
    xml: &str,
    extended: Option<&str>,
    limit: usize,
    around: &mut Around,
) -> BTreeMap<String, String> {
    let (answers, resolved) = extended.map(threads).unwrap_or_default();
    let mut comments = BTreeMap::new();
    for note in read(xml, "comment", limit, around) {
        let what = match (answers.contains(&note.paragraph), resolved.contains(&note.paragraph)) {
            (true, _) => "Reply",
            (false, true) => "Resolved comment",
            (false, false) => "Comment",
        };
        let text = marked(what, &note.by, &note.text);
        if !text.is_empty() {
            around.tally.count("comments");
            comments.insert(note.id, text);
        }
    }
    comments
}

/// The last paragraphs of comments that answer others, and of those that are resolved.
fn threads(xml: &str) -> (BTreeSet<String>, BTreeSet<String>) {
    let mut markup = Markup::lenient(xml);
    let (mut answers, mut resolved) = (BTreeSet::new(), BTreeSet::new());
    loop {
        match markup.event() {
            Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == b"commentEx" => {
                let Some(paragraph) = attribute(&element, "paraId") else { continue };
                if attribute(&element, "done").is_some_and(|done| done == "1" || done == "true") {
                    resolved.insert(paragraph.clone());
                }
                if attribute(&element, "paraIdParent").is_some() {
                    answers.insert(paragraph);
                }
            }
            Event::Eof => return (answers, resolved),
            _ => {}
        }
    }
}

fn read(xml: &str, name: &str, limit: usize, around: &mut Around) -> Vec<Note> {
    let mut markup = Markup::lenient(xml);
    let (mut notes, mut left) = (Vec::new(), limit);
    loop {
        let (mut note, kind) = match markup.event() {
            Event::Start(element) if element.local_name().as_ref() == name.as_bytes() => {
                let id = attribute(&element, "id").unwrap_or_default();
                let kind = attribute(&element, "type").unwrap_or_default();
                (Note { id, by: by(&element), paragraph: String::new(), text: String::new() }, kind)
            }
            Event::Eof => return notes,
            _ => continue,
        };
        let mut inner = Around {
            hidden_styles: std::mem::take(&mut around.hidden_styles),
            lists: std::mem::take(&mut around.lists),
            ..Around::default()
        };
        let mut writer = Writer::new(left, &mut inner);
        loop {
            let event = markup.event();
            match &event {
                Event::End(element) if element.local_name().as_ref() == name.as_bytes() => break,
                Event::Eof => break,
                Event::Start(element) if element.local_name().as_ref() == b"p" => {
                    note.paragraph = attribute(element, "paraId").unwrap_or_default();
                }
                _ => {}
            }
            writer.take(&event);
        }
        note.text = writer.finish();
        around.tally.add(std::mem::take(&mut inner.tally));
        (around.hidden_styles, around.lists) = (inner.hidden_styles, inner.lists);
        left = left.saturating_sub(note.text.len());
        if kind.is_empty() || kind == "normal" {
            notes.push(note);
        }
        if left == 0 {
            return notes;
        }
    }
}

/// The styles whose text is hidden, by themselves or by the style they are based on.
pub(super) fn hidden_styles(xml: &str) -> BTreeSet<String> {
    let mut markup = Markup::lenient(xml);
    let mut hidden = BTreeSet::new();
    if !xml.contains("vanish") {
        return hidden;
    }
    let (mut style, mut based): (String, Vec<(String, String)>) = (String::new(), Vec::new());
    let mut in_paragraph = false;
    loop {
        match markup.event() {
            Event::Empty(element) if element.local_name().as_ref() == b"pPr" => {}
            Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                b"style" => style = attribute(&element, "styleId").unwrap_or_default(),
                b"pPr" => in_paragraph = true,
                b"basedOn" => based.push((style.clone(), attribute(&element, "val").unwrap_or_default())),
                b"vanish" if is_on(&element) && !in_paragraph => drop(hidden.insert(style.clone())),
                _ => {}
            },
            Event::End(element) if element.local_name().as_ref() == b"pPr" => in_paragraph = false,
            Event::Eof => break,
            _ => {}
        }
    }
    // Styles stand after the ones they are based on in most files; a few rounds settle the rest.
    for _ in 0..8 {
        let before = hidden.len();
        for (style, base) in &based {
            if hidden.contains(base) {
                hidden.insert(style.clone());
            }
        }
        if hidden.len() == before {
            break;
        }
    }
    hidden
}

/// How many changes and notes were read, for the document's metadata.
pub(super) fn tally(around: &mut Around) -> Tally {
    let count = |texts: &BTreeMap<String, String>| u64::try_from(texts.len()).unwrap_or(u64::MAX);
    let mut tally = std::mem::take(&mut around.tally);
    tally.count_many("footnotes", count(&around.footnotes));
    tally.count_many("endnotes", count(&around.endnotes));
    tally
}
