//! What all decisions and annotation events of a matter add up to, as sets of documents.
//!
//! Derived, never stored: it is made by applying the log from the beginning, and kept current by applying what was
//! appended since.

use std::collections::BTreeMap;

use redwell_model::Ordinal;
use redwell_search::engine::DocumentSet;

use super::batches::Batches;
use super::opinions::Opinions;
use super::standing::{Makers, Standing};
use super::written::Annotations;
use crate::store::{AnnotationEvent, Decision};

/// Current coding and annotations of a matter, and its batches.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReviewState {
    /// Documents by concept; a concept nothing is coded with any more has no entry.
    by_concept: BTreeMap<String, DocumentSet>,
    /// The same decisions by who made them and when.
    standing: Standing,
    opinions: Opinions,
    written: Annotations,
    batches: Batches,
    /// Sign-in name and shown name of who decided or annotated something.
    names: BTreeMap<i64, (String, String)>,
    last_decision: i64,
    last_event: i64,
}

impl ReviewState {
    /// Applies a decision appended to the log.
    pub fn decide(&mut self, decision: &Decision) {
        self.last_decision = self.last_decision.max(decision.id);
        self.opinions.hear(decision);
        if decision.is_set {
            // Recording what is recorded already changes nothing; whoever recorded it first stays.
            if self.by_concept.entry(decision.concept.clone()).or_default().insert(decision.ordinal) {
                self.standing.record(decision);
            }
        } else if let Some(documents) = self.by_concept.get_mut(&decision.concept) {
            documents.remove(decision.ordinal);
            if documents.is_empty() {
                self.by_concept.remove(&decision.concept);
            }
            self.standing.take_back(&decision.concept, decision.ordinal);
        }
    }

    /// Whether it is known what somebody is called.
    #[must_use]
    pub fn knows(&self, user_id: i64) -> bool {
        self.names.contains_key(&user_id)
    }

    /// Says what somebody is called: sign-in name and shown name.
    pub fn name(&mut self, user_id: i64, name: String, shown: String) {
        self.names.insert(user_id, (name, shown));
    }

    /// Sign-in name and shown name of everybody who decided something, by number.
    pub fn reviewers(&self) -> impl Iterator<Item = (&str, &str)> {
        let names = self.opinions.people().into_iter().filter_map(|user| self.names.get(&user));
        names.map(|(name, shown)| (name.as_str(), shown.as_str()))
    }

    /// Who decided or annotated something and signs in by this name.
    #[must_use]
    pub fn person(&self, name: &str) -> Option<i64> {
        self.names.iter().find(|(_, (own, _))| own == name).map(|(user, _)| *user)
    }

    /// Documents with a concept this person recorded, by sign-in name.
    #[must_use]
    pub fn coded_by(&self, name: &str) -> DocumentSet {
        let coded = |user| self.standing.coded(Makers { by: Some(user), at: None }, None);
        self.person(name).map(coded).unwrap_or_default()
    }

    /// Applies an annotation event appended to the log.
    pub fn annotate(&mut self, event: &AnnotationEvent) {
        self.last_event = self.last_event.max(event.id);
        self.written.apply(event);
    }

    /// The position of the last decision applied.
    #[must_use]
    pub fn last_decision(&self) -> i64 {
        self.last_decision
    }

    /// The position of the last annotation event applied.
    #[must_use]
    pub fn last_event(&self) -> i64 {
        self.last_event
    }

    /// Documents coded with any of these concepts.
    #[must_use]
    pub fn coded_with<'c>(&self, concepts: impl IntoIterator<Item = &'c str>) -> DocumentSet {
        let mut found = DocumentSet::new();
        for concept in concepts {
            if let Some(documents) = self.by_concept.get(concept) {
                found |= documents;
            }
        }
        found
    }

    /// Documents with at least one concept.
    #[must_use]
    pub fn coded(&self) -> DocumentSet {
        self.coded_with(self.by_concept.keys().map(String::as_str))
    }

    /// Documents with at least one annotation.
    #[must_use]
    pub fn annotated(&self) -> DocumentSet {
        self.written.documents()
    }

    /// The decisions that stand, by who made them and when.
    #[must_use]
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// What everybody last decided.
    #[must_use]
    pub fn opinions(&self) -> &Opinions {
        &self.opinions
    }

    /// The batch sets, and who has which batch.
    #[must_use]
    pub fn batches(&self) -> &Batches {
        &self.batches
    }

    /// The same, to be brought up to date.
    pub fn batches_mut(&mut self) -> &mut Batches {
        &mut self.batches
    }

    /// The annotations as they are now.
    #[must_use]
    pub fn written(&self) -> &Annotations {
        &self.written
    }

    /// The concepts recorded on a document, by IRI.
    #[must_use]
    pub fn concepts_on(&self, ordinal: Ordinal) -> Vec<String> {
        self.by_concept
            .iter()
            .filter(|(_, documents)| documents.contains(ordinal))
            .map(|(iri, _)| iri.clone())
            .collect()
    }

    /// Every concept something is coded with, with its documents, by IRI.
    pub fn concepts(&self) -> impl Iterator<Item = (&str, &DocumentSet)> {
        self.by_concept.iter().map(|(iri, documents)| (iri.as_str(), documents))
    }

    /// How many annotations a document has.
    #[must_use]
    pub fn annotations_on(&self, ordinal: Ordinal) -> u32 {
        self.written.on(ordinal)
    }

    /// How many annotations there are.
    #[must_use]
    pub fn annotations(&self) -> usize {
        self.written.count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decision(id: i64, ordinal: Ordinal, concept: &str, is_set: bool) -> Decision {
        Decision { id, ordinal, concept: concept.into(), is_set, user_id: 1, at: String::new(), stage: None }
    }

    #[test]
    fn a_later_decision_undoes_an_earlier_one() {
        let mut state = ReviewState::default();
        state.decide(&decision(1, 7, "hot", true));
        state.decide(&decision(2, 8, "hot", true));
        state.decide(&decision(3, 7, "hot", false));
        assert_eq!(state.coded(), DocumentSet::from([8]));
        assert!(state.concepts_on(7).is_empty());
        assert_eq!(state.last_decision(), 3);
    }

    #[test]
    fn a_document_was_coded_by_whom_its_decision_stands() {
        let mut state = ReviewState::default();
        state.name(1, "ann".into(), "Ann".into());
        state.name(2, "bo".into(), "Bo".into());
        let by = |id, ordinal, is_set, user_id| Decision { user_id, ..decision(id, ordinal, "hot", is_set) };
        for step in [by(1, 7, true, 1), by(2, 7, true, 2), by(3, 8, true, 2)] {
            state.decide(&step);
        }
        assert_eq!((state.coded_by("ann"), state.coded_by("bo")), (DocumentSet::from([7]), DocumentSet::from([8])));
        state.decide(&by(4, 7, false, 2));
        state.decide(&by(5, 7, true, 2));
        assert_eq!((state.coded_by("ann"), state.coded_by("bo")), (DocumentSet::new(), DocumentSet::from([7, 8])));
    }

    proptest! {
        #[test]
        fn state_is_the_last_decision_on_each_concept_and_document(
            log in prop::collection::vec((0u32..4, 0usize..3, any::<bool>()), 0..60),
        ) {
            let names = ["a", "b", "c"];
            let mut state = ReviewState::default();
            let mut last = BTreeMap::new();
            for (id, (ordinal, name, is_set)) in (1..).zip(log) {
                state.decide(&decision(id, ordinal, names[name], is_set));
                last.insert((names[name], ordinal), is_set);
            }
            for ordinal in 0..4 {
                let expected: Vec<&str> =
                    names.into_iter().filter(|name| last.get(&(name, ordinal)) == Some(&true)).collect();
                prop_assert_eq!(state.concepts_on(ordinal), expected);
            }
        }
    }
}
