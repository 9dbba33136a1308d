//! What is wrong or doubtful in a taxonomy: the integrity conditions of SKOS, and what people stumble over.
//!
//! Every check only reads; none stops another. Rules named `S…` are the numbered conditions of the SKOS Reference
//! and break consistency; the others are allowed by SKOS.

mod integrity;
mod quality;
mod reach;

use crate::entail::Entailed;
use crate::finding::Findings;
use crate::graph::Graph;
use crate::taxonomy::Taxonomy;

/// Runs every check.
pub(crate) fn all(graph: &Graph, entailed: &Entailed<'_>, taxonomy: &Taxonomy, findings: &mut Findings) {
    integrity::classes(entailed, findings);
    integrity::labels(taxonomy, findings);
    integrity::relations(graph, entailed, findings);
    integrity::matches(graph, findings);
    quality::hierarchy(entailed, taxonomy, findings);
    quality::names(taxonomy, findings);
    quality::membership(graph, entailed, taxonomy, findings);
    quality::terms(graph, findings);
}

#[cfg(test)]
mod tests {
    use crate::{Options, read};

    const PREFIXES: &str = "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix dct: <http://purl.org/dc/terms/> .
        @prefix : <https://example.org/> .\n";

    /// The rules that fire, with the local names of their subjects, leaving out those every small example breaks.
    fn check(turtle: &str, expected: &[(&str, &str)]) {
        let import = read(format!("{PREFIXES}{turtle}").as_bytes(), &Options::default()).unwrap();
        let found: Vec<(&str, &str)> = import
            .findings
            .iter()
            .filter(|finding| {
                !["no-definition", "no-scheme", "no-title", "no-label", "orphan", "not-in-scheme"]
                    .contains(&finding.rule.as_str())
            })
            .map(|finding| (finding.rule.as_str(), finding.subject.rsplit(['/', '#']).next().unwrap()))
            .collect();
        assert_eq!(found, expected, "{turtle}");
        assert!(import.findings.iter().all(|finding| !finding.message.is_empty()));
    }

    #[test]
    fn integrity_conditions() {
        check(
            ":a a skos:Concept ; skos:prefLabel 'A'@en ; skos:altLabel 'B'@en, 'A'@de ; skos:hiddenLabel 'C'@en .",
            &[],
        );
        check(":a a skos:Concept, skos:ConceptScheme .", &[("S9", "a")]);
        check(":a a skos:Concept . :b skos:inScheme :a ; a skos:Concept .", &[("S9", "a")]);
        check(":a a skos:Concept ; skos:prefLabel 'A'@en ; skos:altLabel 'A'@en .", &[("S13", "a")]);
        check(":a a skos:Concept ; skos:altLabel 'A'@en ; skos:hiddenLabel 'A'@EN .", &[("S13", "a")]);
        check(":a a skos:Concept ; skos:prefLabel 'A'@en, 'B'@en .", &[("S14", "a")]);
        check(":a a skos:Concept ; skos:prefLabel 'A', 'B' .", &[("S14", "a")]);
        check(":a a skos:Concept ; skos:prefLabel 'colour'@en-gb, 'color'@en .", &[]);
        let chain = ":a a skos:Concept . :b skos:broader :a . :a skos:narrower :b . :c skos:broader :b .";
        check(&format!("{chain} :c skos:related :a ."), &[("S27", "c")]);
        check(&format!("{chain} :a skos:related :c ."), &[("S27", "c")]);
        check(&format!("{chain} :d a skos:Concept ; skos:related :c ."), &[]);
        check(":a a skos:Concept ; skos:related :b . :b a skos:Concept ; skos:broadMatch :a .", &[("S27", "b")]);
        check(":a a skos:Concept, skos:Collection .", &[("S37", "a")]);
        check(
            ":a a skos:Concept ; skos:prefLabel 'A'@en . :c skos:member :a ; a skos:ConceptScheme .",
            &[("S37", "c")],
        );
        let exact = ":a a skos:Concept ; skos:exactMatch :x . :b a skos:Concept ; skos:exactMatch :x .";
        check(&format!("{exact} :a skos:relatedMatch :b ."), &[("S46", "a")]);
        check(&format!("{exact} :a skos:relatedMatch :y ."), &[]);
    }

    #[test]
    fn what_people_stumble_over() {
        check(
            ":a a skos:Concept ; skos:broader :b . :b a skos:Concept ; skos:broader :a .",
            &[("cycle", "a"), ("cycle", "b")],
        );
        check(":a a skos:Concept ; skos:broader :a .", &[("cycle", "a")]);
        check(":a a skos:Concept ; skos:broader :gone .", &[("undefined-concept", "gone")]);
        check(":a a skos:Concept ; skos:prefLable 'A' .", &[("undefined-term", "prefLable")]);
        check(
            ":a a skos:Concept ; skos:prefLabel 'X'@en . :b a skos:Concept ; skos:prefLabel 'x'@en .",
            &[("same-label", "a")],
        );
        check(
            ":a a skos:Concept ; skos:notation '1' . :b a skos:Concept ; skos:notation '1' .",
            &[("same-notation", "b")],
        );
        check(
            ":s a skos:ConceptScheme ; skos:hasTopConcept :a . :a skos:broader :b . :b a skos:Concept .",
            &[("top-with-broader", "a")],
        );
        check(":a a skos:Concept ; owl:deprecated true .", &[("no-replacement", "a")]);
        check(":a a skos:Concept . :b skos:broader :a . :c skos:broader :b, :a .", &[("doubled-path", "c")]);
        check("[] a skos:Concept ; skos:prefLabel 'A' . :b a skos:Concept .", &[("no-iri", "")]);
    }
}
