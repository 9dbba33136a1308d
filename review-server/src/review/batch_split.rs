//! How a population is split into batches: in the order of control numbers, families whole where that is asked for.

use std::collections::BTreeMap;

use redwell_model::Ordinal;
use redwell_search::engine::DocumentSet;

/// Most batches of one set.
pub const MOST_BATCHES: usize = 20_000;

/// How documents are split.
#[derive(Clone, Copy)]
pub struct Split<'f> {
    /// Documents a batch is to have; at least 1.
    pub size: u64,
    /// The family of a document, when families are to stay whole. One larger than a batch is a batch by itself.
    pub family: Option<&'f dyn Fn(Ordinal) -> Ordinal>,
}

impl std::fmt::Debug for Split<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Split({} documents, families whole: {})", self.size, self.family.is_some())
    }
}

impl Split<'_> {
    /// The batches of these documents, in order; together they have every one of them once.
    #[must_use]
    pub fn batches(&self, documents: &DocumentSet) -> Vec<DocumentSet> {
        let mut batches = Vec::new();
        let mut filling = DocumentSet::new();
        for unit in self.units(documents) {
            if !filling.is_empty() && filling.len() + unit.len() > self.size {
                batches.push(std::mem::take(&mut filling));
            }
            filling |= unit;
        }
        if !filling.is_empty() {
            batches.push(filling);
        }
        batches
    }

    /// What must not be split, by the first document of each.
    fn units(&self, documents: &DocumentSet) -> Vec<DocumentSet> {
        let Some(family) = self.family else {
            return documents.iter().map(|ordinal| DocumentSet::from([ordinal])).collect();
        };
        let mut units: Vec<DocumentSet> = Vec::new();
        let mut at: BTreeMap<Ordinal, usize> = BTreeMap::new();
        for ordinal in documents {
            let unit = *at.entry(family(ordinal)).or_insert(units.len());
            if unit == units.len() {
                units.push(DocumentSet::new());
            }
            units[unit].insert(ordinal);
        }
        units
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Families are written in brackets; batches are separated by `|`.
    fn check(families: &[&[u32]], size: u64, expected: &str) {
        let family = |ordinal: u32| families.iter().find(|family| family.contains(&ordinal)).unwrap()[0];
        let documents: DocumentSet = families.iter().flat_map(|family| family.iter().copied()).collect();
        let split = Split { size, family: Some(&family) }.batches(&documents);
        let shown: Vec<String> = split
            .iter()
            .map(|batch| batch.iter().map(|ordinal| ordinal.to_string()).collect::<Vec<_>>().join(" "))
            .collect();
        assert_eq!(shown.join(" | "), expected, "{families:?}");
    }

    #[test]
    fn families_stay_whole() {
        check(&[&[1], &[2], &[3]], 2, "1 2 | 3");
        check(&[&[1], &[2, 3], &[4]], 2, "1 | 2 3 | 4");
        check(&[&[1, 2, 3, 4], &[5]], 2, "1 2 3 4 | 5");
        check(&[&[1], &[2, 3, 4], &[5]], 2, "1 | 2 3 4 | 5");
        check(&[&[1, 4], &[2], &[3]], 2, "1 4 | 2 3");
        check(&[], 2, "");
    }

    proptest! {
        #[test]
        fn every_document_is_in_one_batch_and_batches_are_full(
            documents in prop::collection::btree_set(1u32..200, 0..80),
            size in 1u64..12,
            family_size in prop::option::of(1u32..6),
        ) {
            let documents: DocumentSet = documents.into_iter().collect();
            let family = |ordinal: u32| ordinal / family_size.unwrap_or(1);
            let whole = family_size.map(|_| &family as &dyn Fn(u32) -> u32);
            let batches = Split { size, family: whole }.batches(&documents);
            let all = batches.iter().fold(DocumentSet::new(), |all, batch| all | batch);
            prop_assert_eq!(&all, &documents);
            prop_assert_eq!(batches.iter().map(|batch| batch.len()).sum::<u64>(), documents.len());
            for (batch, next) in batches.iter().zip(batches.iter().skip(1)) {
                prop_assert!(batch.min() < next.min(), "in order");
                let first_unit = next.iter().filter(|one| family(*one) == family(next.min().unwrap())).count() as u64;
                let added = if whole.is_some() { first_unit } else { 1 };
                prop_assert!(batch.len() + added > size, "no batch ends early");
            }
            for batch in &batches {
                let families: std::collections::BTreeSet<u32> = batch.iter().map(family).collect();
                prop_assert!(batch.len() <= size || whole.is_some() && families.len() == 1);
                if whole.is_some() {
                    let elsewhere = documents.iter().filter(|one| families.contains(&family(*one))).count() as u64;
                    prop_assert_eq!(elsewhere, batch.len(), "families are whole");
                }
            }
        }
    }
}
