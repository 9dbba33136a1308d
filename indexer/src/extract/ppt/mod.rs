//! `PowerPoint` 97 to 2003 presentations, read by Redwell's own small reader ([MS-PPT]).
//!
//! Slides are pages in the order shown, with notes and comments marked as [`super::mark`] says. A presentation saved
//! fast has old and new versions of its slides in one stream: only what the last edit refers to is read. What masters show on
//! slides stands with the first slide; their placeholders and what fills itself in (dates, slide numbers) are not the
//! author's text.

mod record;
mod slide;
#[cfg(test)]
pub(crate) mod tests;

use std::collections::BTreeMap;
use std::io::Read as _;

use flate2::read::ZlibDecoder;
use redwell_model::{ExceptionKind, Format, ProcessingException, Stage};

use self::record::{Record, record, records};
use super::canonical::{canonical_pages, cut_notice};
use super::compound_file::{CompoundFile, long};
use super::embedded::Embedded;
use super::mark::{Tally, plainly_marked};
use super::pptx::unframed;
use super::{Child, Extracted, Input, office_lock, property_set};

/// Edits followed back at most.
const MOST_EDITS: usize = 10_000;

/// Masters whose texts are shown at most.
const MOST_MASTERS: usize = 100;

const DOCUMENT: u16 = 0x03e8;
const SLIDE_PERSIST: u16 = 0x03f3;
const MACROS: u16 = 0x0400;
const OBJECT: u16 = 0x1011;

/// Largest embedded object unpacked.
const LARGEST_OBJECT: u64 = 256 << 20;

const LIST_WITH_TEXT: u16 = 0x0ff0;
const USER_EDIT: u16 = 0x0ff5;
const PERSIST_DIRECTORY: u16 = 0x1772;

/// Reads a presentation of the binary format.
#[must_use]
pub fn extract(input: &Input<'_>, on_child: &mut dyn FnMut(Child)) -> Extracted {
    let mut found = Extracted::new(Format::Ppt);
    let Some(file) = CompoundFile::open(input.bytes) else {
        found.exceptions.push(damaged("the file's directory is broken; ask for an intact copy"));
        return found;
    };
    found.metadata = property_set::read(&file);
    let Some(stream) = file.stream(file.root(), "PowerPoint Document") else {
        found.exceptions.push(damaged("the presentation's content is missing; ask for an intact copy"));
        return found;
    };
    let user = file.stream(file.root(), "Current User").unwrap_or_default();
    let edits = Edits::read(&stream, &user);
    let stream = if edits.is_encrypted {
        let session = edits.lock.unwrap_or(0);
        match office_lock::presentation::open(&stream, &edits.places, session, &input.options.passwords) {
            Some(opened) => opened,
            None => return Extracted { metadata: found.metadata, ..super::locked(Format::Ppt) },
        }
    } else {
        stream
    };
    let limit = input.options.max_text_bytes;
    let mut tally = Tally::default();
    let mut pages = edits.slides(&stream, limit, &mut tally);
    if pages.is_empty() {
        // Without a list of slides all text there is, in the order of the stream.
        let text = slide::text(&stream, &[], limit);
        if !text.trim().is_empty() || edits.document.is_none() {
            found.exceptions.push(damaged("the list of slides is broken; all text found was read in the file's order"));
            pages.push(text);
        }
    }
    let (text, starts, cut) = canonical_pages(&pages, limit);
    found.text = text;
    if cut {
        found.exceptions.push(cut_notice(limit));
    }
    found.metadata.page_count = u32::try_from(starts.len()).ok();
    found.layout.pages = starts.into_iter().map(unframed).collect();
    tally.note_macros(records(&stream).any(|record| record.kind == MACROS && long(record.content, 4) == Some(1)));
    tally.write(&mut found.metadata);
    if edits.is_encrypted {
        found.metadata.other.insert("encrypted".to_owned(), "true".to_owned());
    }
    let mut embedded = Embedded::of(input, on_child);
    edits.objects(&stream, &mut embedded);
    embedded.finish(&mut found.metadata, &mut found.exceptions);
    found
}

/// Where the current version of everything lies.
#[derive(Debug, Default)]
struct Edits {
    /// Places in the stream by the number things refer to each other with.
    places: BTreeMap<u32, usize>,
    document: Option<u32>,
    is_encrypted: bool,
    /// What describes the lock.
    lock: Option<u32>,
}

impl Edits {
    fn read(stream: &[u8], user: &[u8]) -> Self {
        let mut edits = Self { is_encrypted: long(user, 12) == Some(0xf3d1_c4df), ..Self::default() };
        let mut at = long(user, 16).unwrap_or(0);
        if at == 0 {
            // Without the pointer the last edit in the stream is the current one.
            let last = records(stream).filter(|record| record.kind == USER_EDIT).last();
            at = last.and_then(|record| u32::try_from(record.start - 8).ok()).unwrap_or(0);
        }
        for _ in 0..MOST_EDITS {
            let edit = usize::try_from(at).ok().and_then(|at| record(stream, at)).filter(|edit| edit.kind == USER_EDIT);
            let Some(edit) = edit else { break };
            edits.document = edits.document.or(long(edit.content, 16));
            let lock = long(edit.content, 28).filter(|lock| *lock > 0);
            edits.is_encrypted |= lock.is_some();
            edits.lock = edits.lock.or(lock);
            let directory = long(edit.content, 12).and_then(|at| usize::try_from(at).ok());
            if let Some(directory) = directory.and_then(|at| record(stream, at)).filter(|r| r.kind == PERSIST_DIRECTORY)
            {
                edits.directory(directory.content);
            }
            // Earlier edits lie earlier in the stream: a loop ends here.
            match long(edit.content, 8) {
                Some(earlier) if earlier > 0 && earlier < at => at = earlier,
                _ => break,
            }
        }
        edits
    }

    fn directory(&mut self, content: &[u8]) {
        let mut numbers = content.chunks_exact(4).filter_map(|four| long(four, 0));
        while let Some(head) = numbers.next() {
            for n in 0..head >> 20 {
                let Some(place) = numbers.next().and_then(|place| usize::try_from(place).ok()) else { return };
                self.places.entry((head & 0xf_ffff).saturating_add(n)).or_insert(place);
            }
        }
    }

    fn get<'s>(&self, stream: &'s [u8], reference: u32) -> Option<Record<'s>> {
        record(stream, *self.places.get(&reference)?)
    }

    /// Hands out embedded objects; most are packed.
    fn objects(&self, stream: &[u8], embedded: &mut Embedded<'_>) {
        for (number, place) in &self.places {
            let Some(object) = record(stream, *place).filter(|object| object.kind == OBJECT) else { continue };
            let bytes = if object.instance == 1 {
                let mut bytes = Vec::new();
                let packed = object.content.get(4..).unwrap_or_default();
                // What a damaged object still gives is handed out.
                let _ = ZlibDecoder::new(packed).take(LARGEST_OBJECT).read_to_end(&mut bytes);
                bytes
            } else {
                object.content.to_vec()
            };
            embedded.object(&format!("object{number}.bin"), bytes);
        }
    }

    /// The text of each slide in the order shown.
    fn slides(&self, stream: &[u8], limit: usize, tally: &mut Tally) -> Vec<String> {
        let document = self.document.and_then(|reference| self.get(stream, reference)).filter(|r| r.kind == DOCUMENT);
        let Some(document) = document else { return Vec::new() };
        let (mut slides, mut notes): (Vec<Listed<'_>>, BTreeMap<u32, u32>) = (Vec::new(), BTreeMap::new());
        let mut masters = Vec::new();
        for list in records(document.content).filter(|record| record.kind == LIST_WITH_TEXT) {
            match list.instance {
                0 => slides.extend(listed(list.content)),
                1 => masters.extend(listed(list.content).iter().map(|one| one.reference)),
                2 => notes.extend(listed(list.content).iter().map(|one| (one.id, one.reference))),
                _ => {}
            }
        }
        let (mut pages, mut left) = (Vec::new(), limit);
        let mut margins = slide::margins(document.content);
        let mut unshown = margins.clone();
        for master in masters.into_iter().filter_map(|reference| self.get(stream, reference)) {
            let shown = slide::shown_by_master(master.content, left);
            if !shown.is_empty() && !unshown.contains(&shown) && unshown.len() < MOST_MASTERS {
                unshown.push(shown);
            }
        }
        for one in slides {
            let slide = self.get(stream, one.reference).map(|slide| slide.content).unwrap_or_default();
            let mut page = String::new();
            if slide::is_hidden(slide) {
                tally.count("hidden_slides");
                page.push_str("[Hidden slide]\n");
            }
            page.push_str(&slide::text(slide, &one.texts, left));
            let note = slide::notes(slide).and_then(|id| notes.get(&id)).and_then(|n| self.get(stream, *n));
            if let Some(note) = note {
                let note = plainly_marked("Speaker notes", &slide::text(note.content, &[], left));
                tally.count_many("speaker_notes", u64::from(!note.is_empty()));
                append(&mut page, &note);
            }
            append(&mut page, &slide::comments(slide, left, tally));
            // Each different one once, where it is first shown.
            unshown.extend(slide::margins(slide).into_iter().filter(|margin| !margins.contains(margin)));
            for margin in unshown.drain(..) {
                append(&mut page, &margin);
                margins.push(margin);
            }
            left = left.saturating_sub(page.len());
            pages.push(page);
        }
        pages
    }
}

/// A slide as the document lists it.
#[derive(Debug)]
struct Listed<'b> {
    reference: u32,
    id: u32,
    /// The texts kept in the list for it, in order.
    texts: Vec<Record<'b>>,
}

fn listed(list: &[u8]) -> Vec<Listed<'_>> {
    let mut found: Vec<Listed<'_>> = Vec::new();
    for record in records(list) {
        match record.kind {
            SLIDE_PERSIST => {
                let (Some(reference), Some(id)) = (long(record.content, 0), long(record.content, 12)) else { continue };
                found.push(Listed { reference, id, texts: Vec::new() });
            }
            slide::TEXT_CHARACTERS | slide::TEXT_BYTES => {
                found.last_mut().into_iter().for_each(|one| one.texts.push(record));
            }
            _ => {}
        }
    }
    found
}

fn append(page: &mut String, more: &str) {
    if !more.is_empty() {
        if !page.is_empty() && !page.ends_with('\n') {
            page.push('\n');
        }
        page.push_str(more);
    }
}

fn damaged(reason: &str) -> ProcessingException {
    ProcessingException::new(Stage::Extract, ExceptionKind::Damaged, "ppt", reason)
}
