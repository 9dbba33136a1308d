//! The taxonomies of a matter together: what a name in a query means, what a concept is called.

use std::collections::{BTreeMap, BTreeSet};

use crate::store::TaxonomyRow;

/// The taxonomies of a matter.
#[derive(Debug, Clone, Default)]
pub struct Vocabulary {
    taxonomies: Vec<TaxonomyRow>,
    labels: BTreeMap<String, String>,
}

impl Vocabulary {
    /// These taxonomies together.
    #[must_use]
    pub fn new(taxonomies: Vec<TaxonomyRow>) -> Self {
        let mut labels = BTreeMap::new();
        for row in &taxonomies {
            for concept in &row.taxonomy.concepts {
                labels.entry(concept.iri.clone()).or_insert_with(|| concept.label.clone());
            }
        }
        Self { taxonomies, labels }
    }

    /// The taxonomies, in the order first imported.
    #[must_use]
    pub fn taxonomies(&self) -> &[TaxonomyRow] {
        &self.taxonomies
    }

    /// Whether a concept with this IRI exists.
    #[must_use]
    pub fn contains(&self, iri: &str) -> bool {
        self.labels.contains_key(iri)
    }

    /// What a concept is called; its IRI when no taxonomy has it any more.
    #[must_use]
    pub fn label<'v>(&'v self, iri: &'v str) -> &'v str {
        self.labels.get(iri).map_or(iri, String::as_str)
    }

    /// The IRIs of the concepts that go by a name, with everything narrower. Empty when none does.
    #[must_use]
    pub fn named(&self, name: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for row in &self.taxonomies {
            for concept in row.taxonomy.matches(name) {
                found.extend(row.taxonomy.with_narrower(&concept.iri).into_iter().map(|below| below.iri.clone()));
            }
        }
        found
    }

    /// The IRI and those of everything narrower.
    #[must_use]
    pub fn with_narrower(&self, iri: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::from([iri.to_owned()]);
        for row in &self.taxonomies {
            found.extend(row.taxonomy.with_narrower(iri).into_iter().map(|below| below.iri.clone()));
        }
        found
    }
}
