//! One source and everything found inside it, read but not yet recorded.
//!
//! Runs on many threads at once. What it gives depends on the source alone (and, for what need not be read, on the
//! sources before it), never on which thread was faster.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use jiff::Timestamp;
use rayon::prelude::*;
use redwell_model::{
    Digests, DuplicateScope, ExceptionKind, Format, ItemOutcome, Metadata, ProcessingException, Sha256, Stage,
};

use super::CollectError;
use super::claims::Claims;
use super::gate::Gate;
use super::hash_list::HashList;
use super::keep::{Held, Keeper, Kept};
use super::mail_identity::mail_identity;
use super::walk::{Found, Kind};
use crate::analyse::language::language;
use crate::extract::recognition::RecognisedPages;
use crate::extract::{Options, PdfEngine};
use crate::isolate::{Arrival, Bytes, Limits, ReadFile, WorkerPool};
use crate::matter_folder::{MatterFolder, text_code};

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

/// Reads sources and what is found inside them.
#[derive(Debug)]
pub(crate) struct TreeReader {
    pub(crate) workers: WorkerPool,
    pub(crate) natives: Keeper,
    pub(crate) folder: MatterFolder,
    pub(crate) claims: Claims,
    pub(crate) options: Options,
    pub(crate) limits: Limits,
    pub(crate) duplicates: DuplicateScope,
    pub(crate) excluded: Option<Arc<HashList>>,
    pub(crate) gate: Arc<Gate>,
}

/// Where an item stands in its source.
#[derive(Debug, Clone, Copy)]
struct Place<'a> {
    /// The number of the source in this run.
    source: u64,
    custodian: &'a str,
    depth: u32,
    is_top_level: bool,
    /// Bytes that may be taken out of it beyond its own length.
    budget_bytes: u64,
}

/// Longest text that waits for the index as it is; longer ones are unpacked again.
const LONGEST_PLAIN_BYTES: usize = 64 << 10;

/// Bytes of the items found inside one that are kept in memory until they are read; those beyond are read back.
const HELD_BYTES: usize = 16 << 20;

impl TreeReader {
    /// Reads a source with everything in it. `number` is its place in the run.
    pub(crate) fn read_source(&self, found: &Found, number: u64) -> Result<Node, CollectError> {
        let name = found.name();
        let modified = found.modified_ns.and_then(|ns| Timestamp::from_nanosecond(i128::from(ns)).ok());
        let not_had = |name, reason: String| Node {
            name,
            size_bytes: found.size_bytes,
            digests: None,
            modified,
            content: Content::NotHad(ProcessingException::new(Stage::Collect, ExceptionKind::Unreadable, "", reason)),
        };
        match &found.kind {
            Kind::Link => {
                return Ok(not_had(name, "it is a link to another place, and links are not followed".to_owned()));
            }
            Kind::Special => {
                return Ok(not_had(name, "it is a device, pipe or socket, which holds no document".to_owned()));
            }
            Kind::Folder(why) => return Ok(not_had(name, format!("the system does not let it be looked into: {why}"))),
            Kind::File => {}
        }
        let place = Place {
            source: number,
            custodian: found.custodian(),
            depth: 0,
            is_top_level: true,
            budget_bytes: self.limits.expanded_bytes,
        };
        match self.natives.take_source(name.clone(), modified, &found.location(), found.size_bytes)? {
            Ok(kept) => {
                let is_repeated = self.is_repeated(kept.digests.sha256, place)?;
                self.read_kept(kept, place, is_repeated)
            }
            Err(reason) => Ok(not_had(name, reason)),
        }
    }

    /// Reads an item again whose native is kept.
    pub(crate) fn read_native(
        &self,
        name: String,
        size_bytes: u64,
        digests: Digests,
        modified: Option<Timestamp>,
        depth: u32,
    ) -> Result<Node, CollectError> {
        let kept = Kept { name, size_bytes, digests, modified, bytes: None, trimmed: None };
        let place = Place {
            source: u64::MAX,
            custodian: "",
            depth,
            is_top_level: false,
            budget_bytes: self.limits.expanded_bytes,
        };
        self.read_kept(kept, place, false)
    }

    /// Whether an item recorded before, or one that surely will be, has this content and stands for it.
    fn is_repeated(&self, sha256: Sha256, place: Place<'_>) -> Result<bool, CollectError> {
        let Some((claim, custodian)) = self.scope(sha256, place.custodian) else { return Ok(false) };
        if self.claims.is_claimed_before(claim, place.source) {
            return Ok(true);
        }
        Ok(self.folder.has_original_with(&sha256, custodian)?)
    }

    /// The same inside a container, where the first of equals is read.
    fn is_repeated_in(
        &self,
        sha256: Sha256,
        place: Place<'_>,
        seen: &mut HashSet<Sha256>,
    ) -> Result<bool, CollectError> {
        if self.duplicates == DuplicateScope::None {
            return Ok(false);
        }
        Ok(!seen.insert(sha256) || self.is_repeated(sha256, place)?)
    }

    /// What claims on a content are kept under, and whose items are looked among; nothing where every copy counts.
    fn scope<'c>(&self, sha256: Sha256, custodian: &'c str) -> Option<(Sha256, Option<&'c str>)> {
        match self.duplicates {
            DuplicateScope::Global => Some((sha256, None)),
            DuplicateScope::Custodian => {
                let claim = Sha256::of(&[sha256.as_bytes().as_slice(), custodian.as_bytes()].concat());
                Some((claim, Some(custodian)))
            }
            DuplicateScope::None => None,
        }
    }

    /// The claims a recorded source held.
    pub(crate) fn claims_of(&self, contents: &[Sha256], custodian: &str) -> Vec<Sha256> {
        contents.iter().filter_map(|sha256| self.scope(*sha256, custodian)).map(|(claim, _)| claim).collect()
    }

    /// Whether the list of digests leaves an item out. Attachments stay: leaving one out would tear its family.
    fn is_excluded(&self, kept: &Kept, place: Place<'_>) -> bool {
        place.is_top_level && self.excluded.as_ref().is_some_and(|list| list.names(&kept.digests))
    }

    fn read_kept(&self, mut kept: Kept, place: Place<'_>, is_repeated: bool) -> Result<Node, CollectError> {
        if self.is_excluded(&kept, place) {
            return Ok(kept.node(Content::Excluded));
        }
        if is_repeated {
            return Ok(kept.node(Content::Repeated));
        }
        if kept.size_bytes == 0 {
            let reason = "the file has no content";
            let exception = ProcessingException::new(Stage::Identify, ExceptionKind::EmptyFile, "", reason);
            return Ok(kept.unread(exception));
        }
        let mut children = Vec::new();
        let limits = place.limits(&self.limits, kept.size_bytes);
        let (mut read, is_own_text) = match self.natives.open(&mut kept)? {
            Held::Bytes(bytes) => {
                let read = self.read_bytes(&kept.name, Bytes::Held(&bytes), &limits, &mut children)?;
                let is_own_text = read.text.as_bytes() == bytes.trim_ascii_end();
                (read, is_own_text)
            }
            Held::File(file) => {
                let bytes = Bytes::Stored(&file, kept.size_bytes);
                (self.read_bytes(&kept.name, bytes, &limits, &mut children)?, false)
            }
        };
        let format = read.format.or_else(|| Format::from_file_name(&kept.name)).unwrap_or(Format::Unknown);
        let outcome = outcome_of(format, !children.is_empty(), &read.exceptions);
        let taken: u64 = children.iter().map(|child| child.size_bytes).sum();
        let share = place.budget_bytes.saturating_sub(taken) / (children.len() as u64).max(1);
        let inside = Place {
            depth: place.depth + 1,
            is_top_level: place.is_top_level && outcome == ItemOutcome::Container,
            budget_bytes: share,
            ..place
        };
        let identity = if matches!(format, Format::Eml | Format::Msg) {
            mail_identity(&read.metadata, &read.text, children.iter().map(|child| &child.digests.sha256))
        } else {
            None
        };
        let children = self.read_children(children, inside)?;
        let language = language(&read.text);
        let text = std::mem::take(&mut read.text);
        let known = kept.trimmed.filter(|_| is_own_text);
        let sha256 = known.unwrap_or_else(|| Sha256::of(text.as_bytes()));
        let text = ReadText::new(text, sha256);
        let ReadFile { layout, has_boxes, recognised, metadata, exceptions, .. } = read;
        let reading =
            Reading { format, text, layout, has_boxes, recognised, language, metadata, exceptions, children, identity };
        Ok(kept.node(Content::Read(Box::new(reading))))
    }

    /// Reads the bytes in a worker; what they hold is kept and put in `children`.
    fn read_bytes(
        &self,
        name: &str,
        bytes: Bytes<'_>,
        limits: &Limits,
        children: &mut Vec<Kept>,
    ) -> Result<ReadFile, CollectError> {
        let mut options = Cow::Borrowed(&self.options);
        let mut read = self.read_once(name, bytes, &options, limits, children)?;
        // A page that a process dies of while it is drawn for recognition costs that page; the others are read again.
        while let Some(number) = read.drawing
            && options.recognition.not_drawn_from.is_none()
        {
            let recognition = options.recognition.without(number);
            options = Cow::Owned(Options { recognition, ..self.options.clone() });
            children.clear();
            read = self.read_once(name, bytes, &options, limits, children)?;
        }
        let may_have_crashed_second = read.format.is_none() && self.options.pdf_engine == PdfEngine::Auto;
        if !may_have_crashed_second || !bytes.head(1024).is_ok_and(|head| head.windows(5).any(|five| five == b"%PDF-"))
        {
            return Ok(read);
        }
        // The second PDF reader is the one that crashes and hangs; the first alone often has all there is.
        let first_alone = Options { pdf_engine: PdfEngine::Hayro, ..options.into_owned() };
        children.clear();
        let mut again = self.read_once(name, bytes, &first_alone, limits, children)?;
        if again.format.is_some() {
            let kind = read.exceptions.first().map_or(ExceptionKind::Crashed, |exception| exception.kind);
            let reason = "the second PDF reader failed on this file; the text is what the first one found";
            again.exceptions.push(ProcessingException::new(Stage::Extract, kind, "pdf-extract", reason));
        }
        Ok(again)
    }

    fn read_once(
        &self,
        name: &str,
        bytes: Bytes<'_>,
        options: &Options,
        limits: &Limits,
        children: &mut Vec<Kept>,
    ) -> Result<ReadFile, CollectError> {
        let mut held_bytes = 0_usize;
        let mut failure = None;
        let mut on_child = |Arrival { name, bytes, modified }: Arrival| {
            held_bytes = held_bytes.saturating_add(bytes.len());
            match self.natives.take(presentable(&name, children.len()), modified, bytes) {
                Ok(mut kept) => {
                    if held_bytes > HELD_BYTES {
                        kept.bytes = None;
                    }
                    children.push(kept);
                    true
                }
                Err(error) => {
                    failure = Some(error);
                    false
                }
            }
        };
        let inside = self.gate.enter()?;
        let read = self.workers.read(name, bytes, options, limits, &mut on_child)?;
        drop(inside);
        read.ok_or_else(|| failure.unwrap_or(CollectError::Stopped))
    }

    fn read_children(&self, children: Vec<Kept>, place: Place<'_>) -> Result<Vec<Node>, CollectError> {
        let deepest = self.limits.depth;
        if place.depth > deepest {
            let reason = format!("it lies more than {deepest} levels deep in other files and was not read");
            let exception = ProcessingException::new(Stage::Expand, ExceptionKind::ContainerLimit, "", reason);
            return Ok(children.into_iter().map(|kept| kept.unread(exception.clone())).collect());
        }
        let mut seen = HashSet::new();
        let mut jobs = Vec::with_capacity(children.len());
        for kept in children {
            let sha256 = kept.digests.sha256;
            // Within one container the first of equals is read; attachments are never compared.
            let is_repeated = place.is_top_level && self.is_repeated_in(sha256, place, &mut seen)?;
            jobs.push((kept, is_repeated));
        }
        jobs.into_par_iter().map(|(kept, is_repeated)| self.read_kept(kept, place, is_repeated)).collect()
    }
}

impl Place<'_> {
    /// What reading an item of this length at this place may cost.
    fn limits(self, base: &Limits, size_bytes: u64) -> Limits {
        // What a mail's attachments take is bounded by the mail; what a bomb gives must come out of the budget.
        let own = size_bytes.saturating_mul(2).saturating_add(1 << 20);
        Limits {
            children_bytes: base.children_bytes.max(own).min(own.max(self.budget_bytes)),
            cpu_seconds: base.cpu_seconds.saturating_add(size_bytes >> 22),
            wall_seconds: base.wall_seconds.saturating_add(size_bytes >> 20),
            ..*base
        }
    }
}

impl Kept {
    fn node(self, content: Content) -> Node {
        let Self { name, size_bytes, digests, modified, .. } = self;
        Node { name, size_bytes, digests: Some(digests), modified, content }
    }

    /// The node of an item that is kept but was not given to a reader.
    fn unread(self, exception: ProcessingException) -> Node {
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
    fn new(text: String, sha256: Sha256) -> Self {
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
fn outcome_of(format: Format, has_children: bool, exceptions: &[ProcessingException]) -> ItemOutcome {
    let only_holds_others = format.is_container();
    match exceptions.first() {
        _ if !only_holds_others => ItemOutcome::Document,
        _ if has_children => ItemOutcome::Container,
        None => ItemOutcome::Container,
        Some(_) if exceptions.iter().any(|exception| exception.kind == ExceptionKind::Damaged) => ItemOutcome::Failed,
        Some(_) => ItemOutcome::Document,
    }
}

/// A name from inside a file that can be shown, sorted and put in a path; never empty, never pointing upwards.
#[must_use]
pub fn presentable(name: &str, position: usize) -> String {
    let clean = name.replace('\\', "/").replace(|c: char| c.is_control(), "_");
    let parts: Vec<&str> = clean.split('/').map(str::trim).filter(|part| !matches!(*part, "" | "." | "..")).collect();
    if parts.is_empty() { format!("unnamed-{}", position + 1) } else { parts.join("/") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_from_inside_files_never_point_upwards() {
        for (name, expected) in [
            ("a/b.txt", "a/b.txt"),
            ("../../etc/passwd", "etc/passwd"),
            ("C:\\Users\\a.doc", "C:/Users/a.doc"),
            ("/abs\n.txt", "abs_.txt"),
            ("", "unnamed-3"),
            ("..", "unnamed-3"),
        ] {
            assert_eq!(presentable(name, 2), expected, "{name}");
        }
    }

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
