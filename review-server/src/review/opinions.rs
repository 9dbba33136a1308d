//! What each person last decided on documents, and where two of them differ.
//!
//! What is recorded on a document is one and the same for all; who thought otherwise stands in the log of decisions only.

use std::collections::{BTreeMap, BTreeSet};

use redwell_search::engine::DocumentSet;

use crate::store::Decision;

/// The last decision of everybody on every concept and document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Opinions {
    /// By concept and person.
    last: BTreeMap<String, BTreeMap<i64, Opinion>>,
}

/// What somebody thinks of one concept; a document is in one of the sets at most.
#[derive(Debug, Clone, Default, PartialEq)]
struct Opinion {
    fits: DocumentSet,
    fits_not: DocumentSet,
}

impl Opinions {
    /// Takes note of a decision, the last one so far.
    pub(super) fn hear(&mut self, decision: &Decision) {
        let of_concept = self.last.entry(decision.concept.clone()).or_default();
        let Opinion { fits, fits_not } = of_concept.entry(decision.user_id).or_default();
        let (now, before) = if decision.is_set { (fits, fits_not) } else { (fits_not, fits) };
        now.insert(decision.ordinal);
        before.remove(decision.ordinal);
    }

    /// Who decided anything, by number.
    #[must_use]
    pub fn people(&self) -> BTreeSet<i64> {
        self.last.values().flat_map(BTreeMap::keys).copied().collect()
    }

    /// Documents on which two people last decided differently about one of these concepts, or about any.
    #[must_use]
    pub fn differing(&self, concepts: Option<&[String]>) -> DocumentSet {
        let asked = self.last.iter().filter(|(concept, _)| concepts.is_none_or(|asked| asked.contains(concept)));
        let mut found = DocumentSet::new();
        for opinions in asked.map(|(_, opinions)| opinions.values()) {
            let fits: DocumentSet = opinions.clone().fold(DocumentSet::new(), |all, own| all | &own.fits);
            let fits_not = opinions.fold(DocumentSet::new(), |all, own| all | &own.fits_not);
            // Nobody is of two minds, so where both are said two people say them.
            found |= fits & fits_not;
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const NAMES: [&str; 3] = ["a", "b", "c"];

    proptest! {
        #[test]
        fn two_differ_where_their_last_decisions_do(
            log in prop::collection::vec((1u32..5, 0usize..3, any::<bool>(), 1i64..4), 0..60),
            asked in prop::option::of(prop::sample::subsequence(NAMES.to_vec(), 0..3)),
        ) {
            let (mut opinions, mut last) = (Opinions::default(), BTreeMap::new());
            for (id, (ordinal, name, is_set, user_id)) in (1..).zip(log) {
                let (concept, at) = (NAMES[name].to_owned(), String::new());
                opinions.hear(&Decision { id, ordinal, concept, is_set, user_id, at, stage: None });
                last.insert((ordinal, NAMES[name], user_id), is_set);
            }
            let differ = |ordinal: &u32| {
                let own = || last.iter().filter(|((at, name, _), _)| {
                    at == ordinal && asked.as_ref().is_none_or(|asked| asked.contains(name))
                });
                own().any(|((_, name, _), is_set)| own().any(|((_, other, _), is)| name == other && is_set != is))
            };
            let asked: Option<Vec<String>> =
                asked.as_ref().map(|names| names.iter().map(|name| (*name).to_owned()).collect());
            let expected: DocumentSet = (1..5).filter(differ).collect();
            prop_assert_eq!(opinions.differing(asked.as_deref()), expected);
        }
    }
}
