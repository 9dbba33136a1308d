//! What SKOS allows and people stumble over: cycles, orphans, missing or doubled names, unknown terms.

use std::collections::{BTreeMap, BTreeSet};

use super::reach::Reach;
use crate::entail::{Entailed, Relation};
use crate::finding::Findings;
use crate::graph::Graph;
use crate::taxonomy::{Concept, Taxonomy};
use crate::term;

/// Cycles, doubled paths, orphans and top concepts that are not on top.
pub(super) fn hierarchy(entailed: &Entailed<'_>, taxonomy: &Taxonomy, findings: &mut Findings) {
    let mut reach = Reach::new();
    let is_hierarchy = taxonomy.concepts.iter().any(|concept| concept.depth > 0);
    for concept in &taxonomy.concepts {
        let iri = concept.iri.as_str();
        let parents = entailed.broader.get(iri);
        let ancestors_of_parents: BTreeMap<&str, BTreeSet<&str>> = parents
            .into_iter()
            .flatten()
            .filter(|parent| entailed.broader.contains_key(*parent))
            .map(|parent| (*parent, reach.from(parent, &entailed.broader)))
            .collect();
        if parents.is_some_and(|parents| parents.contains(iri)) {
            findings.warning("cycle", iri, "is broader than itself: remove the relation");
        } else if ancestors_of_parents.values().any(|ancestors| ancestors.contains(iri)) {
            findings.warning("cycle", iri, "stands above itself by way of its broader concepts: break the circle");
        } else {
            for parent in parents.into_iter().flatten() {
                let doubled =
                    ancestors_of_parents.iter().any(|(by, ancestors)| by != parent && ancestors.contains(parent));
                if doubled {
                    findings.info(
                        "doubled-path",
                        iri,
                        format!("has `{parent}` as a broader concept both directly and through another one"),
                    );
                }
            }
        }
        if entailed.top_of.contains_key(iri) && !concept.broader.is_empty() {
            findings.warning("top-with-broader", iri, "is a top concept but has a broader one: decide which");
        }
        let alone = concept.broader.is_empty() && concept.narrower.is_empty() && concept.related.is_empty();
        if alone && is_hierarchy && !concept.deprecated && !entailed.top_of.contains_key(iri) {
            findings.warning("orphan", iri, "is not connected to any other concept and is no top concept");
        }
    }
    if reach.is_spent() {
        findings.warning("not-checked", "", "the hierarchy is too tangled to look for circles everywhere");
    }
}

/// Labels, definitions and notations that are missing or not unique.
pub(super) fn names(taxonomy: &Taxonomy, findings: &mut Findings) {
    let mut by_label: BTreeMap<(String, String), Vec<&Concept>> = BTreeMap::new();
    let mut by_notation: BTreeMap<&str, Vec<&Concept>> = BTreeMap::new();
    for concept in &taxonomy.concepts {
        let iri = concept.iri.as_str();
        if concept.deprecated {
            // What is no longer offered to reviewers need not be well named.
        } else if concept.pref_labels.iter().all(|label| label.text.trim().is_empty()) {
            findings.warning("no-label", iri, format!("has no preferred label and is shown as `{}`", concept.label));
        } else if concept.pref_labels.iter().any(|label| label.text.trim().is_empty()) {
            findings.warning("empty-label", iri, "has an empty preferred label");
        }
        if concept.definition.is_none() && concept.scope_note.is_none() && !concept.deprecated {
            findings.info(
                "no-definition",
                iri,
                "has neither a definition nor a scope note: reviewers will differ on what it covers",
            );
        }
        if concept.deprecated && concept.replaced_by.is_empty() {
            findings.info(
                "no-replacement",
                iri,
                "is deprecated without saying what to use instead (`dct:isReplacedBy`)",
            );
        }
        for label in concept.pref_labels.iter().filter(|label| !label.text.trim().is_empty()) {
            by_label.entry((label.language.clone(), label.text.trim().to_lowercase())).or_default().push(concept);
        }
        if let Some(notation) = &concept.notation {
            by_notation.entry(notation).or_default().push(concept);
        }
    }
    for ((_, label), of) in by_label.into_iter().filter(|(_, of)| of.len() > 1) {
        let message = format!(
            "shares its preferred label `{label}` with {} other(s): reviewers cannot tell them apart by name",
            of.len() - 1
        );
        findings.warning("same-label", &of[0].iri, message);
    }
    for (notation, of) in by_notation.into_iter().filter(|(_, of)| of.len() > 1) {
        for concept in &of[1..] {
            findings.warning(
                "same-notation",
                &concept.iri,
                format!("has the notation `{notation}` of `{}`", of[0].iri),
            );
        }
    }
}

/// Concepts outside any scheme, and relations that lead out of the file.
pub(super) fn membership(graph: &Graph, entailed: &Entailed<'_>, taxonomy: &Taxonomy, findings: &mut Findings) {
    let has_scheme = !entailed.schemes.is_empty();
    for concept in
        taxonomy.concepts.iter().filter(|concept| has_scheme && !entailed.in_scheme.contains_key(concept.iri.as_str()))
    {
        findings.info("not-in-scheme", &concept.iri, "is in no concept scheme");
    }
    // Matches may lead to other vocabularies; the hierarchy and `related` may not.
    let mut missing: Relation<'_> = BTreeMap::new();
    for (from, to) in [&entailed.broader, &entailed.related].into_iter().flat_map(edges) {
        let (known, unknown) = match (entailed.described.contains(from), entailed.described.contains(to)) {
            (true, false) => (from, to),
            (false, true) => (to, from),
            _ => continue,
        };
        missing.entry(unknown).or_default().insert(known);
    }
    for (unknown, from) in missing {
        let first = from.first().copied().unwrap_or_default();
        findings.warning(
            "undefined-concept",
            unknown,
            format!("is named as a neighbour of `{first}` but is not described in the file"),
        );
    }
    let known: BTreeSet<&str> = entailed.described.iter().copied().collect();
    for (concept, by) in
        graph.pairs(term::REPLACED_BY).filter(|(concept, by)| known.contains(concept) && !known.contains(by))
    {
        findings.info(
            "undefined-replacement",
            concept,
            format!("is replaced by `{by}`, which is not described in the file"),
        );
    }
}

/// Terms in the SKOS namespace that SKOS does not have.
pub(super) fn terms(graph: &Graph, findings: &mut Findings) {
    let classes = graph.pairs(term::TYPE).map(|(_, class)| class);
    let used: BTreeSet<&str> = graph.predicates().chain(classes).filter(|iri| iri.starts_with(term::SKOS)).collect();
    for iri in used {
        if !term::SKOS_TERMS.contains(&iri) {
            let name = term::local_name(iri);
            findings.warning("undefined-term", iri, format!("`skos:{name}` is no term of SKOS: check the spelling"));
        }
    }
}

fn edges<'r, 'g>(relation: &'r Relation<'g>) -> impl Iterator<Item = (&'g str, &'g str)> + use<'r, 'g> {
    relation.iter().flat_map(|(from, to)| to.iter().map(move |to| (*from, *to)))
}
