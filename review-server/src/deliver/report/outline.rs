//! The outline of the report: which concepts appear, in what order, with which findings.
//!
//! A concept appears when an annotation carries it, or when one below it does; an annotation with several concepts
//! stands under each.

use std::collections::{BTreeMap, BTreeSet};

use redwell_taxonomy::{Concept, Taxonomy};

use crate::deliver::arrange::{Arranged, Finding};

/// The whole outline.
#[derive(Debug)]
pub(super) struct Outline<'s> {
    pub(super) branches: Vec<Branch<'s>>,
    pub(super) without_concept: Vec<Finding<'s>>,
}

/// A first-level concept and what is below it.
#[derive(Debug)]
pub(super) struct Branch<'s> {
    /// 0 to 5; none for concepts that no taxonomy has.
    pub(super) colour: Option<u8>,
    pub(super) entries: Vec<Entry<'s>>,
}

/// A concept with its findings.
#[derive(Debug)]
pub(super) struct Entry<'s> {
    pub(super) iri: &'s str,
    /// None when no taxonomy has the concept.
    pub(super) concept: Option<&'s Concept>,
    pub(super) label: String,
    pub(super) anchor: String,
    pub(super) depth: u32,
    pub(super) findings: Vec<Finding<'s>>,
    /// Annotations here and below, each once.
    pub(super) total: usize,
}

impl<'s> Outline<'s> {
    pub(super) fn of(arranged: &Arranged<'s>) -> Self {
        let mut by_concept: BTreeMap<&'s str, Vec<Finding<'s>>> = BTreeMap::new();
        let mut without_concept = Vec::new();
        for finding in &arranged.findings {
            let own: BTreeSet<&'s str> = finding.annotation.concepts.iter().map(String::as_str).collect();
            if own.is_empty() {
                without_concept.push(*finding);
            }
            for iri in own {
                by_concept.entry(iri).or_default().push(*finding);
            }
        }
        let mut branches = Vec::new();
        for taxonomy in &arranged.snapshot.taxonomies {
            branches_of(taxonomy, &mut by_concept, &mut branches);
        }
        // What is left is in no taxonomy.
        for (iri, findings) in by_concept {
            let total = findings.len();
            let entry =
                Entry { iri, concept: None, label: iri.to_owned(), anchor: String::new(), depth: 0, findings, total };
            branches.push(Branch { colour: None, entries: vec![entry] });
        }
        for (n, entry) in branches.iter_mut().flat_map(|branch| &mut branch.entries).enumerate() {
            entry.anchor = format!("concept-{}", n + 1);
        }
        Self { branches, without_concept }
    }
}

/// Adds the branches of a taxonomy that have findings, taking those findings out of the map.
fn branches_of<'s>(
    taxonomy: &'s Taxonomy,
    by_concept: &mut BTreeMap<&'s str, Vec<Finding<'s>>>,
    branches: &mut Vec<Branch<'s>>,
) {
    let by_iri = taxonomy.by_iri();
    // Everything used and everything above it, with the annotations found there and below.
    let mut below: BTreeMap<&'s str, BTreeSet<&'s str>> = BTreeMap::new();
    for concept in taxonomy.concepts.iter().filter(|concept| by_concept.contains_key(concept.iri.as_str())) {
        let ids: Vec<&'s str> = by_concept
            .get(concept.iri.as_str())
            .into_iter()
            .flatten()
            .map(|finding| finding.annotation.id.as_str())
            .collect();
        let mut at = Some(concept);
        // Every step goes up a level, so this ends whatever the data say.
        while let Some(step) = at {
            below.entry(step.iri.as_str()).or_default().extend(ids.iter().copied());
            let parent = step.broader.first().and_then(|iri| by_iri.get(iri.as_str()).copied());
            at = parent.filter(|parent| step.depth > 0 && parent.depth < step.depth);
        }
    }
    for concept in &taxonomy.concepts {
        let Some(ids) = below.get(concept.iri.as_str()) else { continue };
        if concept.depth == 0 || branches.is_empty() {
            branches.push(Branch { colour: Some(concept.colour()), entries: Vec::new() });
        }
        let entry = Entry {
            iri: &concept.iri,
            concept: Some(concept),
            label: concept.label.clone(),
            anchor: String::new(),
            depth: concept.depth,
            findings: by_concept.remove(concept.iri.as_str()).unwrap_or_default(),
            total: ids.len(),
        };
        if let Some(branch) = branches.last_mut() {
            branch.entries.push(entry);
        }
    }
}
