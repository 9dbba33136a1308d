//! What follows from the statements of a file by the rules of SKOS, before anything is checked or shown.
//!
//! Applied here: inverses (`broader`/`narrower`, `hasTopConcept`/`topConceptOf`), symmetry of `related`, the
//! sub-properties a reviewer would expect (`topConceptOf` within `inScheme`), and the classes that follow from
//! domains and ranges. Numbers in comments are those of the SKOS Reference.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::Graph;
use crate::term;

/// Nodes by node.
pub(crate) type Relation<'g> = BTreeMap<&'g str, BTreeSet<&'g str>>;

/// The statements of a file and what follows from them.
#[derive(Debug, Default)]
pub(crate) struct Entailed<'g> {
    /// Everything that is a concept by statement or by rule, here or elsewhere.
    pub(crate) concepts: BTreeSet<&'g str>,
    /// The concepts this file describes: those of the taxonomy.
    pub(crate) described: BTreeSet<&'g str>,
    /// Concept schemes.
    pub(crate) schemes: BTreeSet<&'g str>,
    /// Collections.
    pub(crate) collections: BTreeSet<&'g str>,
    /// Schemes by concept.
    pub(crate) in_scheme: Relation<'g>,
    /// Schemes by the concepts on top of them.
    pub(crate) top_of: Relation<'g>,
    /// Parents by concept.
    pub(crate) broader: Relation<'g>,
    /// Associated concepts, in both directions.
    pub(crate) related: Relation<'g>,
}

impl<'g> Entailed<'g> {
    pub(crate) fn of(graph: &'g Graph) -> Self {
        let mut all = Self::default();
        all.relations(graph);
        all.classes(graph);
        let named = [
            term::PREF_LABEL,
            term::ALT_LABEL,
            term::NOTATION,
            term::XL_PREF_LABEL,
            term::RDFS_LABEL,
            term::BROADER,
            term::NARROWER,
            term::IN_SCHEME,
            term::TOP_CONCEPT_OF,
        ];
        let mut subjects: BTreeSet<&str> = named.iter().flat_map(|predicate| graph.subjects(predicate)).collect();
        subjects.extend(instances(graph, &[term::CONCEPT]));
        all.described = all.concepts.intersection(&subjects).copied().collect();
        all
    }

    fn relations(&mut self, graph: &'g Graph) {
        // S25, S22: `narrower` is the inverse of `broader`.
        for (a, b) in graph.pairs(term::BROADER).chain(graph.pairs(term::NARROWER).map(swap)) {
            self.broader.entry(a).or_default().insert(b);
        }
        // S23: `related` is symmetric.
        for (a, b) in graph.pairs(term::RELATED).chain(graph.pairs(term::RELATED).map(swap)) {
            self.related.entry(a).or_default().insert(b);
        }
        // S8, S7: `topConceptOf` is the inverse of `hasTopConcept`, and within `inScheme`.
        for (concept, scheme) in graph.pairs(term::TOP_CONCEPT_OF).chain(graph.pairs(term::HAS_TOP_CONCEPT).map(swap)) {
            self.top_of.entry(concept).or_default().insert(scheme);
            self.in_scheme.entry(concept).or_default().insert(scheme);
        }
        for (member, scheme) in graph.pairs(term::IN_SCHEME) {
            self.in_scheme.entry(member).or_default().insert(scheme);
        }
    }

    fn classes(&mut self, graph: &'g Graph) {
        self.concepts.extend(instances(graph, &[term::CONCEPT]));
        // S19, S20: what stands on either side of a semantic relation is a concept.
        for (a, b) in term::SEMANTIC_RELATIONS.iter().flat_map(|relation| graph.pairs(relation)) {
            self.concepts.extend([a, b]);
        }
        // S5, S6: a scheme has top concepts.
        self.concepts.extend(self.top_of.keys());
        self.schemes.extend(instances(graph, &[term::CONCEPT_SCHEME]));
        // S4: what something is in is a scheme.
        self.schemes.extend(self.in_scheme.values().flatten());
        self.collections.extend(instances(graph, &[term::COLLECTION, term::ORDERED_COLLECTION]));
        // S31, S33: only collections have members.
        self.collections
            .extend(graph.pairs(term::MEMBER).chain(graph.pairs(term::MEMBER_LIST)).map(|(subject, _)| subject));
    }

    /// The nodes a relation leads to from a node; none where it has none.
    pub(crate) fn step(relation: &Relation<'g>, from: &str) -> impl Iterator<Item = &'g str> {
        relation.get(from).into_iter().flatten().copied()
    }
}

fn swap<'g>((a, b): (&'g str, &'g str)) -> (&'g str, &'g str) {
    (b, a)
}

/// The instances of some classes and of their sub-classes declared in the file.
fn instances<'g>(graph: &'g Graph, classes: &[&'g str]) -> BTreeSet<&'g str> {
    let mut wanted: BTreeSet<&str> = classes.iter().copied().collect();
    // Each pass finds at least one more sub-class or is the last; chains of sub-classes are short in practice.
    for _ in 0..16 {
        let before = wanted.len();
        let more: Vec<&str> =
            graph.pairs(term::SUB_CLASS_OF).filter(|(_, class)| wanted.contains(class)).map(|(sub, _)| sub).collect();
        wanted.extend(more);
        if wanted.len() == before {
            break;
        }
    }
    graph.pairs(term::TYPE).filter(|(_, class)| wanted.contains(class)).map(|(subject, _)| subject).collect()
}
