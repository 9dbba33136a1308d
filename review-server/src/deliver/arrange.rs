//! The findings in order: annotations by document and position, concepts as their taxonomy has them.
//!
//! Shared by the report, the workbook and the annotated copies, so that all three say the same.

use std::collections::BTreeMap;

use redwell_taxonomy::{Concept, Taxonomy};

use super::snapshot::{Snapshot, SnapshotAnnotation, SnapshotDocument};

/// One annotation with the document it stands in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Finding<'s> {
    pub(super) document: &'s SnapshotDocument,
    pub(super) annotation: &'s SnapshotAnnotation,
}

/// A concept's place in the taxonomies of a matter.
#[derive(Debug, Clone)]
pub(super) struct Placed<'s> {
    pub(super) concept: &'s Concept,
    /// Labels from the first level down to its own.
    pub(super) levels: Vec<String>,
}

/// A snapshot, ready to be written down.
#[derive(Debug)]
pub(super) struct Arranged<'s> {
    pub(super) snapshot: &'s Snapshot,
    /// By control number.
    pub(super) documents: Vec<&'s SnapshotDocument>,
    /// By document, page, position, identifier.
    pub(super) findings: Vec<Finding<'s>>,
    places: BTreeMap<&'s str, Placed<'s>>,
}

impl<'s> Arranged<'s> {
    pub(super) fn of(snapshot: &'s Snapshot) -> Self {
        let mut documents: Vec<&SnapshotDocument> = snapshot.documents.iter().collect();
        documents.sort_by(|a, b| a.control_number.cmp(&b.control_number));
        let mut findings = Vec::new();
        for document in &documents {
            findings.extend(in_order(document).into_iter().map(|annotation| Finding { document, annotation }));
        }
        let mut places = BTreeMap::new();
        let used = documents.iter().flat_map(|document| {
            document.coding.iter().chain(document.annotations.iter().flat_map(|annotation| &annotation.concepts))
        });
        let by_iri: Vec<(&Taxonomy, BTreeMap<&str, &Concept>)> =
            snapshot.taxonomies.iter().map(|taxonomy| (taxonomy, taxonomy.by_iri())).collect();
        for iri in used {
            if !places.contains_key(iri.as_str())
                && let Some((taxonomy, concept)) =
                    by_iri.iter().find_map(|(taxonomy, all)| all.get(iri.as_str()).map(|concept| (*taxonomy, *concept)))
            {
                places.insert(iri.as_str(), Placed { concept, levels: taxonomy.levels(concept) });
            }
        }
        Self { snapshot, documents, findings, places }
    }

    /// Where a concept stands; `None` when no taxonomy of the matter has it (any more).
    pub(super) fn place(&self, iri: &str) -> Option<&Placed<'s>> {
        self.places.get(iri)
    }

    /// The labels that lead to a concept; its IRI where no taxonomy has it.
    pub(super) fn levels(&self, iri: &str) -> Vec<String> {
        self.place(iri).map_or_else(|| vec![iri.to_owned()], |place| place.levels.clone())
    }

    /// The path of a concept as one line.
    pub(super) fn path(&self, iri: &str) -> String {
        self.levels(iri).join(" › ")
    }

    /// The colour of the branch an annotation's first known concept stands in, 0 to 5.
    pub(super) fn colour(&self, annotation: &SnapshotAnnotation) -> Option<u8> {
        annotation.concepts.iter().find_map(|iri| self.place(iri)).map(|place| place.concept.colour())
    }

    /// Documents that have annotations.
    pub(super) fn annotated_documents(&self) -> usize {
        self.documents.iter().filter(|document| !document.annotations.is_empty()).count()
    }
}

/// A document's annotations by page, position and identifier.
pub(super) fn in_order(document: &SnapshotDocument) -> Vec<&SnapshotAnnotation> {
    let mut all: Vec<&SnapshotAnnotation> = document.annotations.iter().collect();
    all.sort_by(|a, b| {
        (a.page, a.range.start, a.range.end, a.created_at, &a.id).cmp(&(
            b.page,
            b.range.start,
            b.range.end,
            b.created_at,
            &b.id,
        ))
    });
    all
}
