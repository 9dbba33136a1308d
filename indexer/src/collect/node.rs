//! What reading an item and everything in it gave, until it is recorded.

use jiff::Timestamp;
use redwell_model::{Digests, ExceptionKind, Format, ItemOutcome, Metadata, ProcessingException, Sha256};

use super::keep::Kept;
use crate::extract::recognition::RecognisedPages;
use crate::matter_folder::text_code;

/// An item and what it holds.
#[derive(Debug)]
pub(crate) struct Node {
    /// Its path inside its parent, or its name when it is a source.
    pub(crate) name: String,
    /// Its length.
    pub(crate) size_bytes: u64,
    /// Its digests, where its bytes could be had.
    pub(crate) digests: Option<Digests>,
    /// When it was last changed on disk or in its container.
    pub(crate) modified: Option<Timestamp>,
    /// What was made of it.
    pub(crate) content: Content,
}

/// What was made of an item.
#[derive(Debug)]
pub(crate) enum Content {
    /// Its bytes could not be had.
    NotHad(ProcessingException),
    /// An item before it has the same content, so it was not read.
    Repeated,
    /// A list of digests leaves it out.
    Excluded,
    /// It was read, well or badly.
    Read(Box<Reading>),
}

/// What reading an item gave.
#[derive(Debug)]
pub(crate) struct Reading {
    pub(crate) format: Format,
    pub(crate) text: ReadText,
    pub(crate) layout: Vec<u8>,
    pub(crate) has_boxes: bool,
    pub(crate) recognised: Option<RecognisedPages>,
    pub(crate) language: Option<&'static str>,
    pub(crate) metadata: Metadata,
    pub(crate) exceptions: Vec<ProcessingException>,
    pub(crate) children: Vec<Node>,
    /// What a mail is compared by.
    pub(crate) identity: Option<Sha256>,
}

/// A canonical text, measured and packed.
#[derive(Debug)]
pub(crate) struct ReadText {
    /// As it is, when it is short enough to wait for the index so.
    pub(crate) plain: Option<String>,
    pub(crate) packed: Vec<u8>,
    pub(crate) sha256: Sha256,
    pub(crate) code_points: u32,
    /// Whether it has no letter or digit.
    pub(crate) is_empty: bool,
}

/// Longest text that waits for the index as it is; longer ones are unpacked again.
const LONGEST_PLAIN_BYTES: usize = 64 << 10;

impl Kept {
    pub(super) fn node(self, content: Content) -> Node {
        let Self { name, size_bytes, digests, modified, .. } = self;
        Node { name, size_bytes, digests: Some(digests), modified, content }
    }

    /// The node of an item that is kept but was not given to a reader.
    pub(super) fn unread(self, exception: ProcessingException) -> Node {
        let reading = Reading {
            format: Format::from_file_name(&self.name).unwrap_or(Format::Unknown),
            text: ReadText::new(String::new(), Sha256::of(b"")),
            layout: Vec::new(),
            has_boxes: false,
            recognised: None,
            language: None,
            metadata: Metadata::default(),
            exceptions: vec![exception],
            children: Vec::new(),
            identity: None,
        };
        self.node(Content::Read(Box::new(reading)))
    }
}

impl Reading {
    /// What becomes of the item.
    pub(crate) fn outcome(&self) -> ItemOutcome {
        outcome_of(self.format, !self.children.is_empty(), &self.exceptions)
    }
}

impl ReadText {
    pub(super) fn new(text: String, sha256: Sha256) -> Self {
        Self {
            packed: text_code::encode(&text),
            sha256,
            code_points: u32::try_from(text.chars().count())
                .expect("extraction limits a text far below 2³² code points"),
            is_empty: !text.chars().any(char::is_alphanumeric),
            plain: (text.len() <= LONGEST_PLAIN_BYTES).then_some(text),
        }
    }
}

/// What becomes of an item that was read. Containers that could not be opened are documents all the same, so that
/// someone sees them and asks for a password or another tool; only damaged ones that yield nothing have failed.
pub(super) fn outcome_of(format: Format, has_children: bool, exceptions: &[ProcessingException]) -> ItemOutcome {
    let only_holds_others = format.is_container();
    match exceptions.first() {
        _ if !only_holds_others => ItemOutcome::Document,
        _ if has_children => ItemOutcome::Container,
        None => ItemOutcome::Container,
        Some(_) if exceptions.iter().any(|exception| exception.kind == ExceptionKind::Damaged) => ItemOutcome::Failed,
        Some(_) => ItemOutcome::Document,
    }
}

#[cfg(test)]
mod tests {
    use redwell_model::Stage;

    use super::*;

    #[test]
    fn outcomes_follow_what_was_found() {
        use ExceptionKind::{Damaged, Encrypted, PartLost, UnsupportedFormat};
        let check = |format, has_children, kinds: &[ExceptionKind], expected| {
            let exceptions: Vec<_> =
                kinds.iter().map(|kind| ProcessingException::new(Stage::Expand, *kind, "", "because")).collect();
            assert_eq!(outcome_of(format, has_children, &exceptions), expected, "{format} {kinds:?}");
        };
        check(Format::Pdf, false, &[], ItemOutcome::Document);
        check(Format::Pdf, false, &[Damaged], ItemOutcome::Document);
        check(Format::Eml, true, &[], ItemOutcome::Document);
        check(Format::Zip, true, &[PartLost], ItemOutcome::Container);
        check(Format::Zip, false, &[], ItemOutcome::Container);
        check(Format::Zip, false, &[Damaged], ItemOutcome::Failed);
        check(Format::Zip, false, &[Encrypted], ItemOutcome::Document);
        check(Format::SevenZip, false, &[UnsupportedFormat], ItemOutcome::Document);
    }
}
