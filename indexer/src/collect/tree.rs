//! One source and everything found inside it, read but not yet recorded.
//!
//! Runs on many threads at once. What it gives depends on the source alone (and, for what need not be read, on the
//! sources before it), never on which thread was faster.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;
use rayon::prelude::*;
use redwell_model::{Digests, DuplicateScope, ExceptionKind, Format, ItemOutcome, ProcessingException, Sha256, Stage};

use super::CollectError;
use super::claims::Claims;
use super::gate::Gate;
use super::hash_list::HashList;
use super::keep::{Held, Keeper, Kept};
use super::mail_identity::mail_identity;
use super::node::{Content, Node, ReadText, Reading, outcome_of};
use super::seen::Seen;
use super::walk::{Found, Kind};
use crate::analyse::language::language;
use crate::extract::{Options, PdfEngine};
use crate::isolate::{Arrival, Bytes, Limits, ReadFile, WorkerPool};
use crate::matter_folder::MatterFolder;

/// Reads sources and what is found inside them.
#[derive(Debug)]
pub(crate) struct TreeReader {
    pub(crate) workers: WorkerPool,
    pub(crate) natives: Keeper,
    pub(crate) folder: MatterFolder,
    pub(crate) claims: Claims,
    pub(crate) seen: Arc<Seen>,
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

/// An item that was taken in.
#[derive(Debug)]
enum Begun<'p> {
    /// Nothing of it is to be read.
    Ended(Node),
    ToRead(ToRead<'p>),
}

/// An item about to be read.
#[derive(Debug)]
struct ToRead<'p> {
    kept: Kept,
    held: Held,
    place: Place<'p>,
    limits: Limits,
}

/// What was read of an item together with others, and what it holds.
type Ahead = (ReadFile, Vec<Kept>);

/// Longest file read together with others.
const SHORT_BYTES: usize = 16 << 10;

/// Takes in what is found inside an item.
struct Intake<'k> {
    natives: &'k Keeper,
    children: Vec<Kept>,
    held_bytes: usize,
    failure: Option<CollectError>,
}

/// Bytes of the items found inside one that are kept in memory until they are read; those beyond are read back.
const HELD_BYTES: usize = 16 << 20;

impl TreeReader {
    /// Reads sources with everything in them, each with its place in the run; gives a result for each.
    pub(crate) fn read_sources(&self, sources: &[(u64, &Found)]) -> Vec<Result<Node, CollectError>> {
        let begun: Vec<_> = sources.iter().map(|(number, found)| self.begin_source(found, *number)).collect();
        let mut ahead = self.read_ahead(&begun);
        let end = |(position, begun)| match begun? {
            Begun::Ended(node) => Ok(node),
            Begun::ToRead(item) => self.finish(item, ahead.remove(&position)),
        };
        begun.into_iter().enumerate().map(end).collect()
    }

    /// Takes a source in. `number` is its place in the run.
    fn begin_source<'f>(&self, found: &'f Found, number: u64) -> Result<Begun<'f>, CollectError> {
        let name = found.name();
        let modified = found.modified_ns.and_then(|ns| Timestamp::from_nanosecond(i128::from(ns)).ok());
        let not_had = |name, reason: String| {
            let exception = ProcessingException::new(Stage::Collect, ExceptionKind::Unreadable, "", reason);
            let content = Content::NotHad(exception);
            Begun::Ended(Node { name, size_bytes: found.size_bytes, digests: None, modified, content })
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
                self.begin(kept, place, is_repeated)
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
        Ok(self.seen.may_have(&sha256) && self.folder.has_original_with(&sha256, custodian)?)
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

    fn read_kept(&self, kept: Kept, place: Place<'_>, is_repeated: bool) -> Result<Node, CollectError> {
        match self.begin(kept, place, is_repeated)? {
            Begun::Ended(node) => Ok(node),
            Begun::ToRead(item) => self.finish(item, None),
        }
    }

    fn begin<'p>(&self, mut kept: Kept, place: Place<'p>, is_repeated: bool) -> Result<Begun<'p>, CollectError> {
        if self.is_excluded(&kept, place) {
            return Ok(Begun::Ended(kept.node(Content::Excluded)));
        }
        if is_repeated {
            return Ok(Begun::Ended(kept.node(Content::Repeated)));
        }
        if kept.size_bytes == 0 {
            let reason = "the file has no content";
            let exception = ProcessingException::new(Stage::Identify, ExceptionKind::EmptyFile, "", reason);
            return Ok(Begun::Ended(kept.unread(exception)));
        }
        let held = self.natives.open(&mut kept)?;
        let limits = place.limits(&self.limits, kept.size_bytes);
        Ok(Begun::ToRead(ToRead { kept, held, place, limits }))
    }

    /// Reads the short texts among these together, because a turn of a worker costs more than reading one; what came of it, by
    /// their positions. Whatever is not among that is to be read by itself, where it also fails by itself.
    fn read_ahead(&self, begun: &[Result<Begun<'_>, CollectError>]) -> BTreeMap<usize, Ahead> {
        let mut read = BTreeMap::new();
        let short: Vec<_> =
            begun.iter().enumerate().filter_map(|(at, begun)| Some((at, begun.as_ref().ok()?.short_text()?))).collect();
        let Some((_, (_, first))) = short.first() else { return read };
        let limits = first.limits;
        let short: Vec<_> = short.into_iter().filter(|(_, (_, item))| item.limits == limits).collect();
        let files: Vec<(&str, &[u8])> =
            short.iter().map(|(_, (bytes, item))| (item.kept.name.as_str(), *bytes)).collect();
        let mut done = 0;
        while files.len() - done > 1 {
            let files = &files[done..];
            let Ok(inside) = self.gate.enter(files.len() as u64) else { return read };
            let mut intakes: Vec<_> = files.iter().map(|_| Intake::new(&self.natives)).collect();
            let mut on_child = |number: usize, child| intakes[number].take(child);
            let ahead = self.workers.read_ahead(files, &self.options, &limits, &mut on_child);
            let answered = ahead.as_ref().map_or(0, |ahead| ahead.answered.len());
            inside.leave_with(answered as u64);
            // What failed here will fail again where its error is told.
            let Ok(ahead) = ahead else { return read };
            let children = intakes.into_iter().map(|intake| intake.children);
            let places = short[done..].iter().map(|(at, _)| *at);
            read.extend(places.zip(ahead.answered.into_iter().zip(children)));
            if !ahead.went_well || answered == 0 {
                return read;
            }
            done += answered;
        }
        read
    }

    /// Reads an item, unless that was done ahead, and everything in it.
    fn finish(&self, item: ToRead<'_>, ahead: Option<Ahead>) -> Result<Node, CollectError> {
        let ToRead { kept, held, place, limits } = item;
        let bytes = match &held {
            Held::Bytes(bytes) => Bytes::Held(bytes),
            Held::File(file) => Bytes::Stored(file, kept.size_bytes),
        };
        let (mut read, children) = match ahead {
            Some(ahead) => ahead,
            None => {
                let mut children = Vec::new();
                (self.read_bytes(&kept.name, bytes, &limits, &mut children)?, children)
            }
        };
        let is_own_text = matches!(bytes, Bytes::Held(bytes) if read.text.as_bytes() == bytes.trim_ascii_end());
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
        let mut intake = Intake::new(&self.natives);
        let inside = self.gate.enter(1)?;
        let read = self.workers.read(name, bytes, options, limits, &mut |child| intake.take(child))?;
        drop(inside);
        children.append(&mut intake.children);
        read.ok_or_else(|| intake.failure.unwrap_or(CollectError::Stopped))
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

impl<'k> Intake<'k> {
    fn new(natives: &'k Keeper) -> Self {
        Self { natives, children: Vec::new(), held_bytes: 0, failure: None }
    }

    /// Takes one in; `false` when that failed.
    fn take(&mut self, Arrival { name, bytes, modified }: Arrival) -> bool {
        self.held_bytes = self.held_bytes.saturating_add(bytes.len());
        match self.natives.take(presentable(&name, self.children.len()), modified, bytes) {
            Ok(mut kept) => {
                if self.held_bytes > HELD_BYTES {
                    kept.bytes = None;
                }
                self.children.push(kept);
                true
            }
            Err(error) => {
                self.failure = Some(error);
                false
            }
        }
    }
}

impl Begun<'_> {
    /// Its bytes, when it is to be read and looks like a short text: other readers are more likely to come to harm, and would
    /// have the others read twice.
    fn short_text(&self) -> Option<(&[u8], &ToRead<'_>)> {
        let Self::ToRead(item) = self else { return None };
        let Held::Bytes(bytes) = &item.held else { return None };
        let is_text = bytes.len() <= SHORT_BYTES && !bytes.contains(&0) && !bytes.starts_with(b"%PDF");
        is_text.then_some((bytes.as_slice(), item))
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
}
