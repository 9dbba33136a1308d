//! The annotations of a matter as they are now: where they are, who wrote them, what they say.
//!
//! Deleted ones are kept, because they may be restored; nothing else sees them.

use std::collections::BTreeMap;
use std::sync::Arc;

use redwell_model::Ordinal;
use redwell_search::engine::DocumentSet;
use redwell_search::{Query, evaluate};

use super::standing::{Made, Makers, day_of};
use crate::store::{AnnotationEvent, EventKind};

/// One annotation.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Annotation {
    ordinal: Ordinal,
    lives: bool,
    /// Who wrote it, and when.
    made: Made,
    concepts: Vec<String>,
    note: String,
}

/// The annotations of a matter.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Annotations {
    /// By their number.
    all: BTreeMap<i64, Arc<Annotation>>,
    /// How many living ones each document has.
    on: BTreeMap<Ordinal, u32>,
}

impl Annotations {
    /// Applies an event appended to the log.
    pub(super) fn apply(&mut self, event: &AnnotationEvent) {
        let known = self.all.get(&event.annotation);
        let lived = known.is_some_and(|known| known.lives);
        let annotation = Annotation {
            ordinal: event.ordinal,
            lives: event.kind != EventKind::Deleted,
            made: known.map_or_else(|| (event.user_id, day_of(&event.at)), |known| known.made),
            concepts: event.concepts.clone(),
            note: event.note.clone(),
        };
        if annotation.lives && !lived {
            *self.on.entry(event.ordinal).or_default() += 1;
        } else if !annotation.lives && lived {
            let left = self.on.get(&event.ordinal).map_or(0, |count| count.saturating_sub(1));
            if left == 0 {
                self.on.remove(&event.ordinal)
            } else {
                self.on.insert(event.ordinal, left)
            };
        }
        self.all.insert(event.annotation, Arc::new(annotation));
    }

    fn living(&self) -> impl Iterator<Item = &Annotation> {
        self.all.values().map(Arc::as_ref).filter(|annotation| annotation.lives)
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.living().count()
    }

    /// How many a document has.
    #[must_use]
    pub fn on(&self, ordinal: Ordinal) -> u32 {
        self.on.get(&ordinal).copied().unwrap_or_default()
    }

    /// Documents with at least one.
    #[must_use]
    pub fn documents(&self) -> DocumentSet {
        self.on.keys().copied().collect()
    }

    /// Documents with at least one written so, and with one of these concepts where some are named.
    #[must_use]
    pub fn written(&self, makers: Makers, concepts: Option<&[String]>) -> DocumentSet {
        let has_concept =
            |own: &Annotation| concepts.is_none_or(|wanted| own.concepts.iter().any(|own| wanted.contains(own)));
        let found = self.living().filter(|own| makers.hold(own.made) && has_concept(own));
        found.map(|own| own.ordinal).collect()
    }

    /// Documents with a note that matches a query of words; `None` when that cannot be told of one of them.
    #[must_use]
    pub fn noted(&self, query: &Query) -> Option<DocumentSet> {
        let notes = self.living().filter(|own| !own.note.is_empty());
        let judged = notes.map(|own| evaluate::matches(query, &own.note).map(|matches| (own.ordinal, matches)));
        let judged: Option<Vec<(Ordinal, bool)>> = judged.collect();
        Some(judged?.into_iter().filter(|(_, matches)| *matches).map(|(ordinal, _)| ordinal).collect())
    }

    /// Whether somebody wrote one that is still there.
    #[must_use]
    pub fn has_author(&self, user: i64) -> bool {
        self.living().any(|own| own.made.0 == user)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use redwell_model::{Anchor, CodePointRange, Layout};
    use redwell_search::brute::{BruteEngine, Document};
    use redwell_search::engine::SearchEngine as _;
    use redwell_search::{DateRange, Dialect, parse};

    use super::*;
    use crate::review::{ReviewState, annotation};

    const KINDS: [EventKind; 3] = [EventKind::Changed, EventKind::Deleted, EventKind::Restored];
    const NOTES: [&str; 6] =
        ["", "Call the client", "call: THE Client!", "client calls", "Rang up the client, twice", "Résumé of 2 calls"];
    const QUERIES: [&str; 8] = [
        "call",
        "\"call the client\"",
        "call* w/3 client",
        "NOT call",
        "resume OR twice",
        "client NOT w/2 the",
        "stem(call) AND client",
        "first(1, call)",
    ];

    fn event(id: i64, annotation: i64, kind: EventKind, note: &str) -> AnnotationEvent {
        let range = CodePointRange { start: 0, end: 1 };
        AnnotationEvent {
            id,
            annotation,
            kind,
            // Two annotations on each document.
            ordinal: u32::try_from(annotation / 2 + 1).unwrap(),
            anchor: Anchor::of_passage("text", 1, &Layout::default(), range),
            concepts: if id % 3 == 0 { vec!["hot".into()] } else { vec!["cold".into(), "old".into()] },
            note: note.into(),
            user_id: id % 4,
            at: format!("2026-03-{:02}T12:00:00Z", id % 28 + 1),
        }
    }

    /// A log in which every annotation is written before anything else happens to it.
    fn log() -> impl Strategy<Value = Vec<AnnotationEvent>> {
        prop::collection::vec((0i64..6, 0usize..3, 0usize..6), 0..40).prop_map(|steps| {
            let mut known = Vec::new();
            let mut events = Vec::new();
            for (id, (annotation, kind, note)) in (1..).zip(steps) {
                let is_new = !known.contains(&annotation);
                known.push(annotation);
                let kind = if is_new { EventKind::Created } else { KINDS[kind] };
                events.push(event(id, annotation, kind, NOTES[note]));
            }
            events
        })
    }

    proptest! {
        #[test]
        fn annotations_are_found_as_their_events_leave_them(
            events in log(),
            by in prop::option::of(0i64..5),
            at in prop::option::of(Just("2026-03-10..")),
            concept in prop::option::of(prop::sample::select(vec!["hot", "old", "new"])),
        ) {
            let mut state = ReviewState::default();
            events.iter().for_each(|event| state.annotate(event));
            let makers = Makers { by, at: at.map(|at| DateRange::parse(at).unwrap()) };
            let concepts = concept.map(|concept| vec![concept.to_owned()]);
            let living: Vec<_> = annotation::current(events).into_iter().filter(|own| !own.is_deleted()).collect();
            let expected: DocumentSet = living
                .iter()
                .filter(|own| by.is_none_or(|by| by == own.author))
                .filter(|own| at.is_none() || &own.created_at[..10] >= "2026-03-10")
                .filter(|own| concept.is_none_or(|concept| own.newest.concepts.iter().any(|own| own == concept)))
                .map(|own| own.newest.ordinal)
                .collect();
            prop_assert_eq!(state.written().written(makers, concepts.as_deref()), expected);
            let all: DocumentSet = living.iter().map(|own| own.newest.ordinal).collect();
            prop_assert_eq!(state.annotated(), all);
            prop_assert_eq!(state.annotations(), living.len());
        }

        #[test]
        fn notes_are_searched_as_texts_are(events in log(), query in prop::sample::select(QUERIES.to_vec())) {
            let mut state = ReviewState::default();
            events.iter().for_each(|event| state.annotate(event));
            let query = parse(Dialect::Redwell, query).unwrap().query;
            let living = annotation::current(events).into_iter().filter(|own| !own.is_deleted());
            let noted: Vec<_> = living.filter(|own| !own.newest.note.is_empty()).collect();
            let document = |(ordinal, own): (u32, &annotation::Current)| Document {
                ordinal,
                text: own.newest.note.clone(),
                ..Document::default()
            };
            let engine = BruteEngine::new((0..).zip(&noted).map(document));
            let found = engine.documents(&query, None).unwrap();
            let expected: DocumentSet =
                found.iter().map(|at| noted[usize::try_from(at).unwrap()].newest.ordinal).collect();
            prop_assert_eq!(state.written().noted(&query), Some(expected));
        }
    }
}
