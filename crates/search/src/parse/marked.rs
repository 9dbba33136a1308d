//! Notes what the dialects read as they read it, for [`crate::parts()`].
//!
//! A dialect says of each of its pieces what it is; what only the pieces before tell (that a word is the value of a field,
//! that a value is a date) is added here for all of them.

use std::cell::RefCell;
use std::rc::Rc;

use super::{Dialect, SyntaxError, dtsearch, lucene, redwell, terms, westlaw};
use crate::field::OrderedField;
use crate::parts::{Part, PartKind};

/// The parts of a query as far as it can be read.
pub(crate) fn parts(dialect: Dialect, chars: &[char]) -> Vec<Part> {
    if chars.len() > super::MAX_CODE_POINTS {
        return Vec::new();
    }
    let mut found = match dialect {
        Dialect::Redwell => redwell::parts(chars),
        Dialect::DtSearch => dtsearch::parts(chars),
        Dialect::Lucene => lucene::parts(chars),
        Dialect::Westlaw => westlaw::parts(chars),
    };
    refine(&mut found, chars);
    found
}

/// The parts noted so far. Copies note in the same place, since a parser that goes back copies what reads for it.
#[derive(Debug, Clone, Default)]
pub(super) struct Record(Option<Rc<RefCell<Vec<Part>>>>);

impl Record {
    /// One that keeps what it is told; others forget it.
    pub(super) fn kept() -> Self {
        Self(Some(Rc::default()))
    }

    /// Notes a part. What was noted from there on was read before going back, and is forgotten.
    pub(super) fn note(&self, kind: PartKind, start: usize, end: usize) {
        let Some(parts) = &self.0 else { return };
        let mut parts = parts.borrow_mut();
        let part = part(kind, start, end);
        let from = parts.partition_point(|known| known.end <= part.start);
        parts.truncate(from);
        if part.start < part.end {
            parts.push(part);
        }
    }

    /// What was noted.
    pub(super) fn into_parts(self) -> Vec<Part> {
        self.0.map(|parts| parts.take()).unwrap_or_default()
    }
}

/// A part of a query, which is short.
pub(super) fn part(kind: PartKind, start: usize, end: usize) -> Part {
    let position = |at| u32::try_from(at).expect("a query is at most 65,000 characters long");
    Part { kind, start: position(start), end: position(end) }
}

/// The parts of a call such as `date(may 1 2001)` at `start`: its name, its brackets, and what stands between them.
pub(super) fn call(name: PartKind, value: PartKind, chars: &[char], start: usize, end: usize) -> Vec<Part> {
    let open = start + chars[start..end].iter().position(|c| *c == '(').unwrap_or(end - start - 1);
    let inside = &chars[open + 1..end - 1];
    let lead = inside.iter().take_while(|c| c.is_whitespace()).count();
    let trail = inside[lead..].iter().rev().take_while(|c| c.is_whitespace()).count();
    let inner = part(value, open + 1 + lead, end - 1 - trail);
    let all = [
        part(name, start, open),
        part(PartKind::Bracket, open, open + 1),
        inner,
        part(PartKind::Bracket, end - 1, end),
    ];
    all.into_iter().filter(|part| part.start < part.end).collect()
}

/// A word, or one with marks that let it differ.
pub(super) fn word(text: &str, marks: &[char]) -> PartKind {
    if text.contains(marks) { PartKind::Pattern } else { PartKind::Word }
}

/// The pieces of a query up to the first place where it cannot be cut into any.
pub(super) fn as_far_as_read<T>(chars: &[char], read: impl Fn(&[char]) -> Result<Vec<T>, SyntaxError>) -> Vec<T> {
    /// A shorter query can end in the middle of something, and be cut again.
    const ATTEMPTS: usize = 4;
    let mut end = chars.len();
    for _ in 0..ATTEMPTS {
        match read(&chars[..end]) {
            Ok(tokens) => return tokens,
            Err(error) => end = end.min(error.position as usize),
        }
    }
    Vec::new()
}

/// Says what only the parts before tell.
fn refine(parts: &mut [Part], chars: &[char]) {
    let text = |part: &Part| chars[part.start as usize..part.end as usize].iter().collect::<String>();
    let mut is_ordered = false;
    let mut function = String::new();
    let mut value_at = None;
    for part in parts {
        match part.kind {
            PartKind::Field => {
                let name = text(part).trim_end_matches(':').to_lowercase();
                is_ordered = name.parse::<OrderedField>().is_ok();
                value_at = Some(part.end);
            }
            PartKind::Function => {
                function = text(part).to_lowercase();
                is_ordered = false;
            }
            PartKind::Value if function == "regex" => {
                part.kind = PartKind::Pattern;
                function.clear();
            }
            PartKind::Value if is_ordered => part.kind = PartKind::Number,
            PartKind::Word if terms::is_sign(&text(part)) => part.kind = PartKind::Ignored,
            PartKind::Word | PartKind::Phrase if value_at == Some(part.start) => {
                part.kind = if is_ordered { PartKind::Number } else { PartKind::Value };
            }
            _ => {}
        }
        let ends_value = matches!(part.kind, PartKind::Word | PartKind::Phrase | PartKind::Pattern);
        is_ordered &= !ends_value && chars[part.start as usize] != ')';
        if !matches!(part.kind, PartKind::Function | PartKind::Bracket) {
            function.clear();
        }
    }
}
