//! What an Office Open XML package says about itself: `docProps` and the package's relationships.

use jiff::Timestamp;
use jiff::civil::DateTime;
use quick_xml::events::Event;
use redwell_model::Metadata;

use super::embedded::Embedded;
use super::mark::Tally;
use super::markup::{Markup, attribute, push_reference};
use super::package::Package;
use super::{Child, Extracted, Input};

/// Most custom properties kept.
const MOST_CUSTOM: usize = 50;

/// Reads `docProps/core.xml`, `app.xml` and `custom.xml`.
#[must_use]
pub fn read(package: &mut Package<'_>) -> Metadata {
    let mut metadata = Metadata::default();
    for (name, value) in package.text("docProps/core.xml").map(|xml| leaves(&xml)).unwrap_or_default() {
        match name.as_str() {
            "title" => metadata.title = Some(value),
            "creator" => metadata.authors.push(value),
            "created" => metadata.created = timestamp(&value),
            "modified" => metadata.modified = timestamp(&value),
            "lastPrinted" => note(&mut metadata, "last_printed", value),
            "lastModifiedBy" => note(&mut metadata, "last_modified_by", value),
            "subject" | "description" | "keywords" | "category" | "revision" => note(&mut metadata, &name, value),
            _ => {}
        }
    }
    for (name, value) in package.text("docProps/app.xml").map(|xml| leaves(&xml)).unwrap_or_default() {
        match name.as_str() {
            "Application" => metadata.producer = Some(value),
            "Pages" | "Slides" => metadata.page_count = value.parse().ok().filter(|pages| *pages > 0),
            "Company" | "Manager" | "Template" => note(&mut metadata, &name.to_ascii_lowercase(), value),
            _ => {}
        }
    }
    for (name, value) in package.text("docProps/custom.xml").map(|xml| custom(&xml)).unwrap_or_default() {
        note(&mut metadata, &format!("custom.{name}"), value);
    }
    metadata
}

/// Ends the reading of a package: notes what it says of itself and what was counted in it, hands out what is embedded in
/// it, and tells what could not be read.
pub fn finish(
    mut package: Package<'_>,
    mut tally: Tally,
    found: &mut Extracted,
    input: &Input<'_>,
    on_child: &mut dyn FnMut(Child),
) {
    found.metadata = read(&mut package);
    tally.note_macros(package.has_macros());
    tally.write(&mut found.metadata);
    let mut embedded = Embedded::of(input, on_child);
    embedded.package(&mut package);
    embedded.finish(&mut found.metadata, &mut found.exceptions);
    found.exceptions.append(&mut package.exceptions);
}

/// The part the package names as its document.
#[must_use]
pub fn main_part(package: &mut Package<'_>) -> Option<String> {
    let (_, _, target) =
        relationships(package, "").into_iter().find(|(_, kind, _)| kind.ends_with("/officeDocument"))?;
    package.contains(&target).then_some(target)
}

/// The relationships of a part (`""` for the package): identifier, type, and target as a part name.
#[must_use]
pub fn relationships(package: &mut Package<'_>, part: &str) -> Vec<(String, String, String)> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let name = if folder.is_empty() { format!("_rels/{file}.rels") } else { format!("{folder}/_rels/{file}.rels") };
    let Some(xml) = package.text(&name) else { return Vec::new() };
    let mut markup = Markup::lenient(&xml);
    let mut found = Vec::new();
    loop {
        match markup.event() {
            Event::Start(element) | Event::Empty(element) if element.local_name().as_ref() == b"Relationship" => {
                let value = |name| attribute(&element, name).unwrap_or_default();
                if value("TargetMode") != "External" {
                    found.push((value("Id"), value("Type"), resolve(folder, &value("Target"))));
                }
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

/// A target relative to a folder as a part name.
#[must_use]
pub fn resolve(folder: &str, target: &str) -> String {
    let (base, target) = match target.strip_prefix('/') {
        Some(absolute) => ("", absolute),
        None => (folder, target),
    };
    let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A moment as office programs write it; without an offset it is taken as UTC.
#[must_use]
pub fn timestamp(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    text.parse().ok().or_else(|| {
        let local: DateTime = text.parse().ok()?;
        Some(local.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    })
}

/// Elements that hold nothing but text: local name and text.
#[must_use]
pub fn leaves(xml: &str) -> Vec<(String, String)> {
    let mut markup = Markup::lenient(xml);
    let (mut found, mut name, mut text) = (Vec::new(), None, String::new());
    loop {
        match markup.event() {
            Event::Start(element) => {
                name = Some(String::from_utf8_lossy(element.local_name().as_ref()).into_owned());
                text.clear();
            }
            Event::Text(piece) => text.push_str(&String::from_utf8_lossy(&piece)),
            Event::CData(piece) => text.push_str(&String::from_utf8_lossy(&piece)),
            Event::GeneralRef(reference) => push_reference(&reference, &mut |piece| text.push_str(piece)),
            Event::End(_) => {
                if let Some(name) = name.take().filter(|_| !text.trim().is_empty()) {
                    found.push((name, text.trim().to_owned()));
                }
                text.clear();
            }
            Event::Eof => return found,
            _ => {}
        }
    }
}

fn custom(xml: &str) -> Vec<(String, String)> {
    let mut markup = Markup::lenient(xml);
    let (mut found, mut name) = (Vec::new(), String::new());
    while found.len() < MOST_CUSTOM {
        match markup.event() {
            Event::Start(element) if element.local_name().as_ref() == b"property" => {
                name = attribute(&element, "name").unwrap_or_default();
            }
            Event::Text(text) if !name.is_empty() => {
                let value = String::from_utf8_lossy(&text).trim().to_owned();
                if !value.is_empty() {
                    found.push((std::mem::take(&mut name), value));
                }
            }
            Event::Eof => break,
            _ => {}
        }
    }
    found
}

fn note(metadata: &mut Metadata, name: &str, value: String) {
    metadata.other.insert(name.to_owned(), value);
}
