//! The taxonomy as reviewers use it: concepts in one stable order, each with the path that leads to it.
//!
//! Values only, ready to be stored and sent. How they come about is `read`'s business.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::term::local_name;

/// A text in a language.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Label {
    /// The language tag in lower case, such as `en` or `de-at`; empty where the file gives none.
    pub language: String,
    /// The text.
    pub text: String,
}

/// What a note is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteKind {
    /// What the concept means.
    Definition,
    /// When to use it, and when not to.
    ScopeNote,
    /// A case in point.
    Example,
    /// How it came to be what it is.
    HistoryNote,
    /// A remark among the editors.
    EditorialNote,
    /// A small change, for the record.
    ChangeNote,
    /// Any other note.
    Note,
}

/// A note on a concept.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Note {
    /// What it is for.
    pub kind: NoteKind,
    /// The language tag in lower case; empty where the file gives none.
    pub language: String,
    /// The text.
    pub text: String,
}

/// One concept of a taxonomy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Concept {
    /// What identifies it.
    pub iri: String,
    /// Its name in the taxonomy's language, or the nearest there is.
    pub label: String,
    /// Its names: one a language.
    pub pref_labels: Vec<Label>,
    /// Other names people know it by.
    pub alt_labels: Vec<Label>,
    /// Misspellings and codes that should find it but never be shown.
    pub hidden_labels: Vec<Label>,
    /// Its short code, such as `4.2`.
    pub notation: Option<String>,
    /// What it means, in the taxonomy's language or the nearest there is.
    pub definition: Option<String>,
    /// When to use it.
    pub scope_note: Option<String>,
    /// Cases in point, one a line.
    pub example: Option<String>,
    /// Every note in every language.
    pub notes: Vec<Note>,
    /// The IRIs of its parents. The first is the one it stands under in the order of the taxonomy.
    pub broader: Vec<String>,
    /// The IRIs of its children, in order.
    pub narrower: Vec<String>,
    /// The IRIs of the concepts it is associated with.
    pub related: Vec<String>,
    /// Whether it should no longer be used.
    pub deprecated: bool,
    /// The IRIs of what to use instead.
    pub replaced_by: Vec<String>,
    /// Whether the taxonomy names it as a top concept; where it names none, those without a parent are.
    pub top: bool,
    /// Steps down from the top of the order: 0 for the first level.
    pub depth: u32,
    /// Which first-level branch it stands in, counted from 0.
    pub branch: u32,
}

/// A client's controlled vocabulary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Taxonomy {
    /// What identifies it: the IRI of its concept scheme.
    pub iri: String,
    /// Its name.
    pub title: String,
    /// What it is for.
    pub description: Option<String>,
    /// The language its labels are shown in; empty where they have no language.
    pub language: String,
    /// Every concept once, a parent before its children, siblings by notation, then by label, deprecated ones last.
    pub concepts: Vec<Concept>,
}

/// Colours in which branches are shown.
const COLOURS: u32 = 6;

impl Concept {
    /// The colour of its branch, 0 to 5.
    #[must_use]
    pub fn colour(&self) -> u8 {
        u8::try_from(self.branch % COLOURS).expect("a remainder of six fits a byte")
    }
}

impl Taxonomy {
    /// The concept with this IRI.
    #[must_use]
    pub fn concept(&self, iri: &str) -> Option<&Concept> {
        self.concepts.iter().find(|concept| concept.iri == iri)
    }

    /// Every concept by its IRI, for whoever asks often.
    #[must_use]
    pub fn by_iri(&self) -> BTreeMap<&str, &Concept> {
        self.concepts.iter().map(|concept| (concept.iri.as_str(), concept)).collect()
    }

    /// The labels from the first level down to the concept itself, by its first parent at every step.
    #[must_use]
    pub fn levels(&self, concept: &Concept) -> Vec<String> {
        let mut path = vec![concept];
        // Every step goes up one level, so a cycle in the data cannot keep us here.
        while let Some(lowest) = path.last().filter(|lowest| lowest.depth > 0) {
            let Some(parent) = lowest.broader.first().and_then(|iri| self.concept(iri)) else { break };
            if parent.depth >= lowest.depth {
                break;
            }
            path.push(parent);
        }
        path.iter().rev().map(|step| step.label.clone()).collect()
    }

    /// The concept and everything below it, each once, in the order of the taxonomy.
    #[must_use]
    pub fn with_narrower(&self, iri: &str) -> Vec<&Concept> {
        let by_iri = self.by_iri();
        let (mut open, mut seen) = (vec![iri], std::collections::BTreeSet::new());
        while let Some(at) = open.pop() {
            if let Some(concept) = by_iri.get(at).filter(|_| seen.insert(at)) {
                open.extend(concept.narrower.iter().map(String::as_str));
            }
        }
        self.concepts.iter().filter(|concept| seen.contains(concept.iri.as_str())).collect()
    }

    /// The concepts that go by a name: a label of any kind in any language, a notation, an IRI or the end of one.
    /// Letter case and runs of white space do not matter.
    #[must_use]
    pub fn matches(&self, text: &str) -> Vec<&Concept> {
        let wanted = folded(text);
        if wanted.is_empty() {
            return Vec::new();
        }
        let is_wanted = |name: &str| folded(name) == wanted;
        self.concepts
            .iter()
            .filter(|concept| {
                is_wanted(&concept.label)
                    || concept.pref_labels.iter().any(|label| is_wanted(&label.text))
                    || concept.alt_labels.iter().any(|label| is_wanted(&label.text))
                    || concept.hidden_labels.iter().any(|label| is_wanted(&label.text))
                    || concept.notation.as_deref().is_some_and(is_wanted)
                    || is_wanted(&concept.iri)
                    || is_wanted(local_name(&concept.iri))
            })
            .collect()
    }
}

/// A name as it is compared.
fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The order of siblings: deprecated ones last; by notation with numbers counted (`4.2` before `4.10`), those without one after; then by
/// label, then by IRI.
pub(crate) fn sibling_order(a: &Concept, b: &Concept) -> Ordering {
    let notation = match (&a.notation, &b.notation) {
        (Some(a), Some(b)) => natural_order(a, b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    };
    (a.deprecated.cmp(&b.deprecated))
        .then(notation)
        .then_with(|| a.label.to_lowercase().cmp(&b.label.to_lowercase()))
        .then_with(|| a.label.cmp(&b.label))
        .then_with(|| a.iri.cmp(&b.iri))
}

/// Compares with runs of digits taken as numbers.
fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let digits = |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let (in_a, in_b) = (digits(a), digits(b));
        if in_a > 0 && in_b > 0 {
            let (number_a, number_b) = (a[..in_a].trim_start_matches('0'), b[..in_b].trim_start_matches('0'));
            let numbers = number_a.len().cmp(&number_b.len()).then_with(|| number_a.cmp(number_b));
            if numbers != Ordering::Equal {
                return numbers;
            }
            (a, b) = (&a[in_a..], &b[in_b..]);
            continue;
        }
        let (mut chars_a, mut chars_b) = (a.chars(), b.chars());
        match (chars_a.next(), chars_b.next()) {
            (None, None) => return Ordering::Equal,
            (next_a, next_b) if next_a != next_b => return next_a.cmp(&next_b),
            _ => (a, b) = (chars_a.as_str(), chars_b.as_str()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_notations_are_counted() {
        let mut notations = vec!["10", "4.10", "B", "4.2", "4", "2", "A1", "04.3"];
        notations.sort_by(|a, b| natural_order(a, b));
        assert_eq!(notations, ["2", "4", "4.2", "04.3", "4.10", "10", "A1", "B"]);
    }
}
