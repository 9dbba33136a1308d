//! The one ordered pass: duplicates, control numbers, rows.
//!
//! Everything that depends on what came before is decided here, by one thread, in the order of the sources and, inside
//! a source, parents before what they hold.

use std::os::unix::ffi::OsStrExt;
use std::sync::Arc;

use redwell_model::{ControlNumber, Digests, Format, ItemOutcome, Metadata, Ordinal, ProcessingException, Sha256};

use super::CollectError;
use super::node::{Content, Node, Reading};
use super::seen::Seen;
use super::walk::{Found, Kind};
use crate::matter_folder::{
    DocumentRow, FolderError, KnownItem, MatterWriter, NewDocument, NewItem, NewSource, NewText, RunReport,
};

/// Records what was read.
#[derive(Debug)]
pub(crate) struct Recorder {
    pub(crate) writer: MatterWriter,
    pub(crate) report: RunReport,
    /// New documents not yet given to the index, as the database has them, with their texts.
    pub(crate) fresh: Vec<(DocumentRow, String)>,
    /// Other documents that are new or changed and not yet given to the index.
    pub(crate) to_index: Vec<Ordinal>,
    /// The contents of all items recorded.
    pub(crate) seen: Arc<Seen>,
}

/// Where an item is recorded.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) source: i64,
    pub(super) custodian: &'a str,
    pub(super) parent: Option<i64>,
    pub(super) position: u32,
    pub(super) is_top_level: bool,
    /// The nearest document that holds it.
    pub(super) parent_document: Option<Ordinal>,
}

impl Recorder {
    /// One that writes there. `seen` is told of every content that is recorded.
    pub(crate) fn new(writer: MatterWriter, seen: Arc<Seen>) -> Self {
        Self { writer, report: RunReport::default(), fresh: Vec::new(), to_index: Vec::new(), seen }
    }

    /// Records a source with everything in it.
    pub(crate) fn record_source(&mut self, found: &Found, node: &Node) -> Result<(), CollectError> {
        let source = self.writer.add_source(&NewSource {
            location: found.location().as_os_str().as_bytes(),
            kind: found.kind.as_str(),
            custodian: found.custodian(),
            size_bytes: node.size_bytes,
            modified_ns: found.modified_ns,
            sha256: node.digests.as_ref().map(|digests| digests.sha256),
        })?;
        if found.kind == Kind::File {
            self.report.size_bytes += node.size_bytes;
        }
        let place = Place {
            source,
            custodian: found.custodian(),
            parent: None,
            position: 0,
            is_top_level: true,
            parent_document: None,
        };
        self.record(node, &found.path(), place)
    }

    /// Records an item and what it holds.
    pub(super) fn record(&mut self, node: &Node, path: &str, place: Place<'_>) -> Result<(), CollectError> {
        if place.is_top_level
            && !matches!(node.content, Content::Excluded)
            && let Some(digests) = &node.digests
            && node.compared_by().any(|content| self.seen.may_have(&content))
            && let Some(original) =
                self.writer.original_with(&digests.sha256, node.identity().as_ref(), place.custodian)?
        {
            return self.record_duplicate(node, path, place, &original);
        }
        match &node.content {
            Content::Excluded => {
                let format = Format::from_file_name(path).unwrap_or(Format::Unknown);
                self.add_item(node, path, place, format, ItemOutcome::Excluded, None)?;
                Ok(())
            }
            Content::Repeated => Err(self.lost_original(path).into()),
            Content::NotHad(exception) => {
                let format = Format::from_file_name(path).unwrap_or(Format::Unknown);
                let item = self.add_item(node, path, place, format, ItemOutcome::Failed, None)?;
                self.add_exceptions(item, std::slice::from_ref(exception))
            }
            Content::Read(reading) => self.record_reading(node, reading, path, place),
        }
    }

    fn record_reading(
        &mut self,
        node: &Node,
        reading: &Reading,
        path: &str,
        place: Place<'_>,
    ) -> Result<(), CollectError> {
        let outcome = reading.outcome();
        let ordinal = (outcome == ItemOutcome::Document).then(|| self.writer.next_ordinal());
        let item = self.add_item(node, path, place, reading.format, outcome, ordinal)?;
        if let Some(ordinal) = ordinal {
            let document = new_document(reading, path, place.parent_document);
            self.writer.add_document(ordinal, item, place.custodian, &document.as_new())?;
            match self.fresh_row(ordinal, node, reading, path, place) {
                Some(fresh) => self.fresh.push(fresh),
                None => self.to_index.push(ordinal),
            }
        }
        self.add_exceptions(item, &reading.exceptions)?;
        for (position, child) in (0_u32..).zip(&reading.children) {
            let inside = Place {
                parent: Some(item),
                position,
                is_top_level: place.is_top_level && outcome == ItemOutcome::Container,
                parent_document: ordinal.or(place.parent_document),
                ..place
            };
            self.record(child, &format!("{path}/{}", child.name), inside)?;
        }
        Ok(())
    }

    /// A document just recorded and its text, which saves reading both back; only for one that stands alone and is short.
    fn fresh_row(
        &self,
        ordinal: Ordinal,
        node: &Node,
        reading: &Reading,
        path: &str,
        place: Place<'_>,
    ) -> Option<(DocumentRow, String)> {
        let text = reading.text.plain.clone()?;
        let digests = node.digests.clone()?;
        if place.parent_document.is_some() || !reading.children.is_empty() {
            return None;
        }
        let row = DocumentRow {
            control_number: ControlNumber::new(self.writer.reader().prefix().clone(), ordinal),
            ordinal,
            title: title(&reading.metadata, file_name(path)),
            file_name: file_name(path).to_owned(),
            path: path.to_owned(),
            format: reading.format,
            custodian: place.custodian.to_owned(),
            custodians: vec![place.custodian.to_owned()],
            size_bytes: node.size_bytes,
            digests,
            date: reading.metadata.date(),
            language: reading.language.map(str::to_owned),
            parent: None,
            family: ordinal,
            text_revision: 1,
            text_code_points: reading.text.code_points,
            is_empty: reading.text.is_empty,
            has_boxes: reading.has_boxes,
            recognised_pages: reading.recognised.map_or(0, |recognised| recognised.pages),
            recognition_confidence: reading.recognised.map(|recognised| recognised.confidence),
            exception_count: u32::try_from(reading.exceptions.len()).unwrap_or(u32::MAX),
            metadata: reading.metadata.clone(),
        };
        Some((row, text))
    }

    /// Records an item as a duplicate of one recorded before, and what it holds as duplicates of what that one holds.
    fn record_duplicate(
        &mut self,
        node: &Node,
        path: &str,
        place: Place<'_>,
        original: &KnownItem,
    ) -> Result<(), CollectError> {
        let copy = Copied {
            path: path.to_owned(),
            size_bytes: node.size_bytes,
            digests: node.digests.clone(),
            modified: node.modified,
        };
        self.copy_item(&copy, place, original)
    }

    fn copy_item(&mut self, copy: &Copied, place: Place<'_>, original: &KnownItem) -> Result<(), CollectError> {
        let item = self.insert(&NewItem {
            source: place.source,
            parent: place.parent,
            position: place.position,
            is_top_level: place.is_top_level,
            path: &copy.path,
            name: file_name(&copy.path),
            custodian: place.custodian,
            format: original.format,
            size_bytes: copy.size_bytes,
            digests: copy.digests.as_ref(),
            modified: copy.modified,
            outcome: ItemOutcome::Duplicate,
            ordinal: None,
            duplicate_of: Some(original.original),
            identity: None,
        })?;
        self.report.items += 1;
        self.report.duplicates += 1;
        if let Some(ordinal) = original.ordinal
            && self.writer.add_custodian(ordinal, place.custodian)?
        {
            self.to_index.push(ordinal);
        }
        self.copy_children(item, &copy.path, place, original)
    }

    /// Records what an original holds once more, inside a duplicate of it.
    pub(super) fn copy_children(
        &mut self,
        item: i64,
        path: &str,
        place: Place<'_>,
        original: &KnownItem,
    ) -> Result<(), CollectError> {
        for child in self.writer.children_of(original.id)? {
            let inside = child.path.strip_prefix(&original.path).unwrap_or(&child.path);
            let copy = Copied {
                path: format!("{path}{inside}"),
                size_bytes: child.size_bytes,
                digests: child.digests.clone(),
                modified: child.modified,
            };
            let place = Place { parent: Some(item), position: child.position, is_top_level: false, ..place };
            self.copy_item(&copy, place, &child)?;
        }
        Ok(())
    }

    fn add_item(
        &mut self,
        node: &Node,
        path: &str,
        place: Place<'_>,
        format: Format,
        outcome: ItemOutcome,
        ordinal: Option<Ordinal>,
    ) -> Result<i64, FolderError> {
        self.report.items += 1;
        match outcome {
            ItemOutcome::Document => self.report.documents += 1,
            ItemOutcome::Container => self.report.containers += 1,
            ItemOutcome::Failed => self.report.failed += 1,
            ItemOutcome::Excluded => self.report.excluded += 1,
            ItemOutcome::Duplicate => {}
        }
        self.insert(&new_item(node, path, place, format, outcome, ordinal))
    }

    /// Writes an item, known by what it is compared by from now on.
    fn insert(&mut self, item: &NewItem<'_>) -> Result<i64, FolderError> {
        let content = item.digests.map(|digests| digests.sha256);
        content.into_iter().chain(item.identity).for_each(|content| self.seen.add(&content));
        self.writer.add_item(item)
    }

    fn add_exceptions(&mut self, item: i64, exceptions: &[ProcessingException]) -> Result<(), CollectError> {
        self.report.exceptions += exceptions.len() as u64;
        Ok(self.writer.add_exceptions(item, exceptions)?)
    }

    fn lost_original(&self, path: &str) -> FolderError {
        let path_of_database = self.writer.reader().path().join("matter.db");
        FolderError::Corrupt { path: path_of_database, what: format!("the original that `{path}` repeats") }
    }
}

/// What a copy of a recorded item has of its own.
struct Copied {
    path: String,
    size_bytes: u64,
    digests: Option<Digests>,
    modified: Option<jiff::Timestamp>,
}

/// A document's columns, owned where they are made up here.
pub(super) struct Columns<'a> {
    title: String,
    reading: &'a Reading,
    parent: Option<Ordinal>,
}

/// The columns of a document that was read.
pub(super) fn new_document<'a>(reading: &'a Reading, path: &str, parent: Option<Ordinal>) -> Columns<'a> {
    Columns { title: title(&reading.metadata, file_name(path)), reading, parent }
}

impl Columns<'_> {
    pub(super) fn as_new(&self) -> NewDocument<'_> {
        let Reading { text, layout, has_boxes, recognised, language, metadata, .. } = self.reading;
        NewDocument {
            title: &self.title,
            language: *language,
            parent: self.parent,
            is_empty: text.is_empty,
            has_boxes: *has_boxes,
            recognised: *recognised,
            metadata,
            text: NewText { sha256: text.sha256, code_points: text.code_points, text: &text.packed, layout },
        }
    }
}

/// The columns of an item that is no duplicate.
pub(super) fn new_item<'a>(
    node: &'a Node,
    path: &'a str,
    place: Place<'a>,
    format: Format,
    outcome: ItemOutcome,
    ordinal: Option<Ordinal>,
) -> NewItem<'a> {
    NewItem {
        source: place.source,
        parent: place.parent,
        position: place.position,
        is_top_level: place.is_top_level,
        path,
        name: file_name(path),
        custodian: place.custodian,
        format,
        size_bytes: node.size_bytes,
        digests: node.digests.as_ref(),
        modified: node.modified,
        outcome,
        ordinal,
        duplicate_of: None,
        identity: if place.is_top_level { node.identity() } else { None },
    }
}

/// Longest title kept, in characters: what a list can show.
const LONGEST_TITLE: usize = 300;

/// What people call a document: the mail's subject, else the title it carries, else its file name.
fn title(metadata: &Metadata, file_name: &str) -> String {
    let one_line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let candidates = [metadata.subject.as_deref(), metadata.title.as_deref(), Some(file_name)];
    let named = candidates.into_iter().flatten().map(one_line).find(|title| !title.is_empty());
    named.unwrap_or_else(|| "untitled".to_owned()).chars().take(LONGEST_TITLE).collect()
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

impl Kind {
    fn as_str(&self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Link => "link",
            Self::Special => "special",
            Self::Folder(_) => "folder",
        }
    }
}

impl Node {
    /// What a mail is compared by; nothing for anything else.
    pub(super) fn identity(&self) -> Option<Sha256> {
        match &self.content {
            Content::Read(reading) => reading.identity,
            _ => None,
        }
    }

    /// What an item is compared by: its content, and what a mail says.
    fn compared_by(&self) -> impl Iterator<Item = Sha256> {
        self.digests.as_ref().map(|digests| digests.sha256).into_iter().chain(self.identity())
    }

    /// The contents of this item and of everything in it.
    pub(crate) fn contents(&self) -> Vec<Sha256> {
        let mut all: Vec<Sha256> = self.digests.iter().map(|digests| digests.sha256).collect();
        if let Content::Read(reading) = &self.content {
            all.extend(reading.children.iter().flat_map(Self::contents));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_one_line_and_never_empty() {
        let check = |subject: Option<&str>, title_kept: Option<&str>, expected: &str| {
            let metadata = Metadata {
                subject: subject.map(str::to_owned),
                title: title_kept.map(str::to_owned),
                ..Metadata::default()
            };
            assert_eq!(title(&metadata, "offer.pdf"), expected);
        };
        check(Some("Re: the\n price"), Some("Microsoft Word - x"), "Re: the price");
        check(Some("  "), Some("Offer"), "Offer");
        check(None, Some(""), "offer.pdf");
        assert_eq!(title(&Metadata::default(), ""), "untitled");
    }
}
