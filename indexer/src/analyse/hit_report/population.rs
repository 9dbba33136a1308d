//! What the documents of a matter have in common, as far as a hit report tells them apart: family, custodian, date.

use std::collections::BTreeMap;

use redwell_model::Ordinal;
use redwell_search::DocumentSet;

use super::Share;
use crate::matter_folder::{FolderError, MatterFolder};

/// Documents by the values of one field; those without one stand under the empty text.
type ByValue = BTreeMap<String, DocumentSet>;

/// The documents of a matter.
#[derive(Debug, Clone, Default)]
pub struct Population {
    all: DocumentSet,
    /// The first document of the family of each.
    families: BTreeMap<Ordinal, Ordinal>,
    /// How many documents the family has that begins with this one.
    sizes: BTreeMap<Ordinal, u64>,
    custodians: ByValue,
    years: ByValue,
    months: ByValue,
}

impl Population {
    /// Reads them from a matter folder.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read(folder: &MatterFolder) -> Result<Self, FolderError> {
        let mut population = Self::default();
        for origin in folder.origins()? {
            population.add(origin.ordinal, origin.family, &origin.custodians, origin.date.as_deref());
        }
        Ok(population)
    }

    /// Adds a document; its date begins as RFC 3339 does, in UTC.
    pub(super) fn add(&mut self, ordinal: Ordinal, family: Ordinal, custodians: &[String], date: Option<&str>) {
        self.all.insert(ordinal);
        self.families.insert(ordinal, family);
        *self.sizes.entry(family).or_default() += 1;
        for custodian in custodians {
            put(&mut self.custodians, custodian, ordinal);
        }
        let begins = |length: usize| date.and_then(|date| date.get(..length)).unwrap_or_default();
        put(&mut self.years, begins("2001".len()), ordinal);
        put(&mut self.months, begins("2001-05".len()), ordinal);
    }

    /// Every document.
    #[must_use]
    pub fn all(&self) -> &DocumentSet {
        &self.all
    }

    /// How many documents the families of these have.
    #[must_use]
    pub fn with_family(&self, set: &DocumentSet) -> u64 {
        let families: DocumentSet = set.iter().filter_map(|ordinal| self.families.get(&ordinal).copied()).collect();
        families.iter().filter_map(|first| self.sizes.get(&first)).sum()
    }

    /// These documents by custodian, most first.
    #[must_use]
    pub fn by_custodian(&self, set: &DocumentSet) -> Vec<Share> {
        let mut shares = shares(&self.custodians, set);
        shares.sort_by(|a, b| b.documents.cmp(&a.documents).then_with(|| a.value.cmp(&b.value)));
        shares
    }

    /// These documents by year, in order, undated ones last.
    #[must_use]
    pub fn by_year(&self, set: &DocumentSet) -> Vec<Share> {
        undated_last(shares(&self.years, set))
    }

    /// These documents by month, in order, undated ones last.
    #[must_use]
    pub fn by_month(&self, set: &DocumentSet) -> Vec<Share> {
        undated_last(shares(&self.months, set))
    }
}

fn put(by_value: &mut ByValue, value: &str, ordinal: Ordinal) {
    if let Some(documents) = by_value.get_mut(value) {
        documents.insert(ordinal);
    } else {
        by_value.insert(value.to_owned(), DocumentSet::from([ordinal]));
    }
}

fn shares(by_value: &ByValue, set: &DocumentSet) -> Vec<Share> {
    let counted = by_value.iter().map(|(value, documents)| (value, documents.intersection_len(set)));
    let some = counted.filter(|(_, documents)| *documents > 0);
    some.map(|(value, documents)| Share { value: value.clone(), documents }).collect()
}

fn undated_last(mut shares: Vec<Share>) -> Vec<Share> {
    if shares.first().is_some_and(|first| first.value.is_empty()) {
        shares.rotate_left(1);
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(shares: &[Share]) -> Vec<(&str, u64)> {
        shares.iter().map(|share| (share.value.as_str(), share.documents)).collect()
    }

    #[test]
    fn documents_are_told_apart_by_family_custodian_and_date() {
        let mut population = Population::default();
        let both = ["Ada".to_owned(), "Bo".to_owned()];
        population.add(1, 1, &both[1..], Some("2001-05-17T00:00:00Z"));
        population.add(2, 1, &both[1..], None);
        population.add(3, 3, &both, Some("2000-12-31T23:59:59Z"));
        let set = DocumentSet::from([2, 3]);
        assert_eq!(population.with_family(&set), 3);
        assert_eq!(rows(&population.by_custodian(&set)), [("Bo", 2), ("Ada", 1)]);
        assert_eq!(rows(&population.by_year(&set)), [("2000", 1), ("", 1)]);
        assert_eq!(rows(&population.by_month(population.all())), [("2000-12", 1), ("2001-05", 1), ("", 1)]);
        assert_eq!(population.with_family(&DocumentSet::from([99])), 0);
    }
}
