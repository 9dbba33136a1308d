//! The six integrity conditions of the SKOS Reference: S9, S13, S14, S27, S37 and S46.

use std::collections::{BTreeMap, BTreeSet};

use super::reach::Reach;
use crate::entail::{Entailed, Relation};
use crate::finding::Findings;
use crate::graph::Graph;
use crate::taxonomy::{Label, Taxonomy};
use crate::term;

/// S9 and S37: nothing is at once two of concept, scheme and collection.
pub(super) fn classes(entailed: &Entailed<'_>, findings: &mut Findings) {
    for node in entailed.schemes.intersection(&entailed.concepts) {
        findings.error("S9", node, "is both a concept and a concept scheme: give the scheme an IRI of its own");
    }
    for node in &entailed.collections {
        if entailed.concepts.contains(node) {
            findings.error(
                "S37",
                node,
                "is both a collection and a concept: collections group concepts and have no place among them",
            );
        }
        if entailed.schemes.contains(node) {
            findings.error(
                "S37",
                node,
                "is both a collection and a concept scheme: give one of them an IRI of its own",
            );
        }
    }
}

/// S13: preferred, alternative and hidden labels differ. S14: one preferred label a language.
pub(super) fn labels(taxonomy: &Taxonomy, findings: &mut Findings) {
    for concept in &taxonomy.concepts {
        let kinds = [
            ("preferred", &concept.pref_labels),
            ("alternative", &concept.alt_labels),
            ("hidden", &concept.hidden_labels),
        ];
        for (n, (kind, labels)) in kinds.iter().enumerate() {
            for (other_kind, others) in &kinds[n + 1..] {
                let others: BTreeSet<&Label> = others.iter().collect();
                for label in labels.iter().filter(|label| others.contains(label)) {
                    let message = format!("`{}` is both its {kind} and its {other_kind} label: keep one", shown(label));
                    findings.error("S13", &concept.iri, message);
                }
            }
        }
        // Sorted by language, so labels in one language lie together.
        for in_one in concept.pref_labels.chunk_by(|a, b| a.language == b.language).filter(|chunk| chunk.len() > 1) {
            let names: Vec<String> = in_one.iter().map(|label| format!("`{}`", shown(label))).collect();
            let message = format!(
                "has {} preferred labels in one language, {}: make the others alternative labels",
                in_one.len(),
                names.join(" and ")
            );
            findings.error("S14", &concept.iri, message);
        }
    }
}

/// S27: what is related is not also above or below.
pub(super) fn relations(graph: &Graph, entailed: &Entailed<'_>, findings: &mut Findings) {
    // S41: `broadMatch` is a sub-property of `broader`, and `relatedMatch` of `related`.
    let mut above: Relation<'_> = entailed.broader.clone();
    let flipped = |(a, b)| (b, a);
    let also_above =
        [term::BROAD_MATCH, term::BROADER_TRANSITIVE].into_iter().flat_map(|relation| graph.pairs(relation));
    let also_below =
        [term::NARROW_MATCH, term::NARROWER_TRANSITIVE].into_iter().flat_map(|relation| graph.pairs(relation));
    for (a, b) in also_above.chain(also_below.map(flipped)) {
        above.entry(a).or_default().insert(b);
    }
    let mut related = entailed.related.clone();
    for (a, b) in graph.pairs(term::RELATED_MATCH).chain(graph.pairs(term::RELATED_MATCH).map(flipped)) {
        related.entry(a).or_default().insert(b);
    }
    let mut reach = Reach::new();
    for (concept, others) in &related {
        let ancestors = reach.from(concept, &above);
        for other in others.iter().filter(|other| ancestors.contains(*other)) {
            let message = format!("is related to `{other}`, which also stands above it: remove the `skos:related`");
            findings.error("S27", concept, message);
        }
    }
    if reach.is_spent() {
        findings.warning("not-checked", "", "the hierarchy is too tangled to check rule S27 everywhere");
    }
}

/// S46: what matches exactly does not also match as broader, narrower or related.
pub(super) fn matches(graph: &Graph, findings: &mut Findings) {
    // S44, S45: exact matches are symmetric and transitive, so they fall into groups.
    let mut neighbours: Relation<'_> = BTreeMap::new();
    for (a, b) in graph.pairs(term::EXACT_MATCH) {
        neighbours.entry(a).or_default().insert(b);
        neighbours.entry(b).or_default().insert(a);
    }
    let mut group: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, &start) in neighbours.keys().enumerate() {
        let mut open = vec![start];
        while let Some(node) = open.pop() {
            if let std::collections::btree_map::Entry::Vacant(place) = group.entry(node) {
                place.insert(number);
                open.extend(neighbours.get(node).into_iter().flatten());
            }
        }
    }
    for (relation, name) in
        [(term::BROAD_MATCH, "broadMatch"), (term::NARROW_MATCH, "narrowMatch"), (term::RELATED_MATCH, "relatedMatch")]
    {
        for (a, b) in graph.pairs(relation) {
            if group.get(a).is_some_and(|of_a| group.get(b) == Some(of_a)) {
                findings.error("S46", a, format!("has both `exactMatch` and `{name}` with `{b}`: keep one"));
            }
        }
    }
}

/// A label as it is quoted in a message.
fn shown(label: &Label) -> String {
    let text: String = label.text.chars().take(80).collect();
    if label.language.is_empty() { text } else { format!("{text}@{}", label.language) }
}
