//! SKOS Turtle in: triples to a taxonomy, with everything that is wrong with them as findings.
//!
//! A file is one taxonomy. Where it holds several concept schemes, the largest names it and every concept is kept.

use std::collections::BTreeMap;

use crate::check;
use crate::entail::Entailed;
use crate::finding::{Finding, Findings, Severity};
use crate::graph::{Graph, ReadError};
use crate::order::into_pre_order;
use crate::taxonomy::{Concept, Label, Note, NoteKind, Taxonomy};
use crate::term::{self, local_name};

/// Most concepts a taxonomy may have.
const MAX_CONCEPTS: usize = 200_000;

/// How a taxonomy is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The language to show labels in, such as `en`. Without it, or when no label is in it, the language most labels
    /// are in.
    pub language: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { language: Some("en".to_owned()) }
    }
}

/// A taxonomy, and what is wrong or doubtful in the file it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// What was read.
    pub taxonomy: Taxonomy,
    /// By severity, rule and subject.
    pub findings: Vec<Finding>,
}

impl Import {
    /// Whether an integrity condition of SKOS is broken.
    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.findings.iter().any(|finding| finding.severity == Severity::Error)
    }
}

/// Reads a SKOS taxonomy from Turtle.
///
/// # Errors
/// When the bytes are not Turtle, hold no concept, or are more than any taxonomy people code with (64 MiB, 200,000
/// concepts). Never because of what the statements say: that is for [`Import::findings`].
pub fn read(turtle: &[u8], options: &Options) -> Result<Import, ReadError> {
    let graph = Graph::read(turtle)?;
    let entailed = Entailed::of(&graph);
    let mut findings = Findings::default();
    let iris: Vec<&str> = entailed.described.iter().copied().filter(|iri| !iri.starts_with("_:")).collect();
    if iris.is_empty() {
        return Err(ReadError::NoConcepts);
    }
    if iris.len() > MAX_CONCEPTS {
        return Err(ReadError::TooLarge { what: format!("{} concepts", iris.len()), limit: MAX_CONCEPTS });
    }
    for _ in entailed.described.iter().filter(|iri| iri.starts_with("_:")) {
        findings.error("no-iri", "", "a concept has no IRI, so nothing can be coded with it: give it one");
    }

    let labels: Vec<[Vec<Label>; 3]> = iris.iter().map(|iri| labels(&graph, iri)).collect();
    let language = choose_language(labels.iter().map(|[pref, ..]| pref.as_slice()), options.language.as_deref());
    let declares_tops = iris.iter().any(|iri| entailed.top_of.contains_key(iri));
    let concepts = iris
        .iter()
        .zip(labels)
        .map(|(iri, labels)| {
            let top = match declares_tops {
                true => entailed.top_of.contains_key(iri),
                false => !Entailed::step(&entailed.broader, iri)
                    .any(|parent| parent != *iri && entailed.described.contains(parent)),
            };
            concept(&graph, &entailed, iri, labels, &language, top)
        })
        .collect();
    let (iri, title, description) = scheme(&graph, &entailed, &iris, &language, &mut findings);
    let taxonomy = Taxonomy { iri, title, description, language, concepts: into_pre_order(concepts) };
    check::all(&graph, &entailed, &taxonomy, &mut findings);
    Ok(Import { taxonomy, findings: findings.finish() })
}

fn concept(
    graph: &Graph,
    entailed: &Entailed<'_>,
    iri: &str,
    [pref_labels, alt_labels, hidden_labels]: [Vec<Label>; 3],
    language: &str,
    top: bool,
) -> Concept {
    let here = |iri: &&str| entailed.described.contains(iri) && !iri.starts_with("_:");
    let notation = graph.texts(iri, term::NOTATION).map(|notation| notation.text.trim().to_owned()).min();
    let other_names: Vec<Label> = graph.texts(iri, term::RDFS_LABEL).cloned().collect();
    let label = in_language(&pref_labels, language)
        .or_else(|| in_language(&other_names, language))
        .map(|label| label.text.trim().to_owned())
        .filter(|label| !label.is_empty())
        .or_else(|| notation.clone())
        .unwrap_or_else(|| local_name(iri).to_owned());
    let notes = notes(graph, iri);
    let note = |kind| chosen_note(&notes, kind, language);
    Concept {
        iri: iri.to_owned(),
        label,
        definition: note(NoteKind::Definition),
        scope_note: note(NoteKind::ScopeNote),
        example: note(NoteKind::Example),
        pref_labels,
        alt_labels,
        hidden_labels,
        notation,
        notes,
        broader: Entailed::step(&entailed.broader, iri)
            .filter(here)
            .filter(|parent| *parent != iri)
            .map(str::to_owned)
            .collect(),
        narrower: Vec::new(),
        related: Entailed::step(&entailed.related, iri).filter(here).map(str::to_owned).collect(),
        deprecated: graph.texts(iri, term::DEPRECATED).any(|flag| flag.text == "true" || flag.text == "1"),
        replaced_by: graph
            .nodes(iri, term::REPLACED_BY)
            .filter(|by| !by.starts_with("_:"))
            .map(str::to_owned)
            .collect(),
        top,
        depth: 0,
        branch: 0,
    }
}

/// Preferred, alternative and hidden labels, with SKOS-XL labels flattened into them; sorted.
pub(crate) fn labels(graph: &Graph, iri: &str) -> [Vec<Label>; 3] {
    let kinds = [
        (term::PREF_LABEL, term::XL_PREF_LABEL),
        (term::ALT_LABEL, term::XL_ALT_LABEL),
        (term::HIDDEN_LABEL, term::XL_HIDDEN_LABEL),
    ];
    kinds.map(|(plain, extended)| {
        let of_resources = graph.nodes(iri, extended).flat_map(|label| graph.texts(label, term::XL_LITERAL_FORM));
        let mut all: Vec<Label> = graph.texts(iri, plain).chain(of_resources).cloned().collect();
        all.sort();
        all.dedup();
        all
    })
}

/// The predicates that carry notes.
pub(crate) const NOTES: [(NoteKind, &str); 7] = [
    (NoteKind::Definition, term::DEFINITION),
    (NoteKind::ScopeNote, term::SCOPE_NOTE),
    (NoteKind::Example, term::EXAMPLE),
    (NoteKind::HistoryNote, term::HISTORY_NOTE),
    (NoteKind::EditorialNote, term::EDITORIAL_NOTE),
    (NoteKind::ChangeNote, term::CHANGE_NOTE),
    (NoteKind::Note, term::NOTE),
];

fn notes(graph: &Graph, iri: &str) -> Vec<Note> {
    let mut all: Vec<Note> = NOTES
        .iter()
        .flat_map(|&(kind, predicate)| {
            // A note may be a resource whose text is its `rdf:value`.
            let of_resources = graph.nodes(iri, predicate).flat_map(|note| graph.texts(note, term::VALUE));
            graph.texts(iri, predicate).chain(of_resources).map(move |text| Note {
                kind,
                language: text.language.clone(),
                text: text.text.clone(),
            })
        })
        .collect();
    all.sort();
    all.dedup();
    all
}

/// The notes of a kind in the best language there is, one a line.
fn chosen_note(notes: &[Note], kind: NoteKind, language: &str) -> Option<String> {
    let of_kind = || notes.iter().filter(|note| note.kind == kind);
    let best = of_kind().min_by_key(|note| distance(&note.language, language))?;
    let texts: Vec<&str> =
        of_kind().filter(|note| note.language == best.language).map(|note| note.text.trim()).collect();
    Some(texts.join("\n")).filter(|text| !text.is_empty())
}

/// The label in a language, or in the nearest.
fn in_language<'l>(labels: &'l [Label], language: &str) -> Option<&'l Label> {
    labels.iter().min_by_key(|label| distance(&label.language, language))
}

/// How far a language tag is from the wanted one: the same, a variant of it, no tag at all, English, any other.
fn distance(tag: &str, wanted: &str) -> u8 {
    let primary = |tag: &str| tag.split('-').next().unwrap_or_default().to_owned();
    if tag == wanted {
        0
    } else if !tag.is_empty() && primary(tag) == primary(wanted) {
        1
    } else if tag.is_empty() {
        2
    } else if primary(tag) == "en" {
        3
    } else {
        4
    }
}

/// The language to show labels in: the wanted one when some label is in it, else the one most concepts have a label in.
fn choose_language<'l>(labels: impl Iterator<Item = &'l [Label]>, wanted: Option<&str>) -> String {
    let mut concepts_by_language: BTreeMap<&str, usize> = BTreeMap::new();
    for label in labels.flatten() {
        *concepts_by_language.entry(label.language.as_str()).or_default() += 1;
    }
    let wanted = wanted.unwrap_or_default().to_lowercase();
    if concepts_by_language.contains_key(wanted.as_str()) && !wanted.is_empty() {
        return wanted;
    }
    // Of equals the first in the alphabet, so that the choice does not depend on the file's order.
    let most = concepts_by_language.iter().max_by_key(|&(tag, count)| (count, std::cmp::Reverse(tag)));
    most.map(|(tag, _)| (*tag).to_owned()).unwrap_or_default()
}

/// The IRI, title and description of the taxonomy.
fn scheme(
    graph: &Graph,
    entailed: &Entailed<'_>,
    concepts: &[&str],
    language: &str,
    findings: &mut Findings,
) -> (String, String, Option<String>) {
    let mut sizes: BTreeMap<&str, usize> = entailed.schemes.iter().map(|scheme| (*scheme, 0)).collect();
    for scheme in concepts.iter().flat_map(|iri| Entailed::step(&entailed.in_scheme, iri)) {
        *sizes.entry(scheme).or_default() += 1;
    }
    sizes.retain(|iri, _| !iri.starts_with("_:"));
    let largest = sizes.iter().max_by_key(|&(iri, size)| (size, std::cmp::Reverse(iri))).map(|(iri, _)| *iri);
    let ontologies: Vec<&str> =
        graph.pairs(term::TYPE).filter(|(_, class)| *class == term::ONTOLOGY).map(|(subject, _)| subject).collect();
    let iri = match (largest, ontologies.as_slice()) {
        (Some(_), [ontology]) if sizes.len() > 1 && !ontology.starts_with("_:") => (*ontology).to_owned(),
        (Some(largest), _) => largest.to_owned(),
        (None, _) => {
            findings.warning(
                "no-scheme",
                "",
                "the file names no `skos:ConceptScheme`: add one, so that a later version is recognised as the same taxonomy",
            );
            common_namespace(concepts)
        }
    };
    if sizes.len() > 1 {
        findings.info(
            "several-schemes",
            &iri,
            format!("the file holds {} concept schemes; their concepts are kept together as one taxonomy", sizes.len()),
        );
    }
    let text = |predicates: &[&str]| {
        predicates.iter().find_map(|predicate| {
            let all: Vec<Label> = graph.texts(&iri, predicate).cloned().collect();
            in_language(&all, language).map(|label| label.text.trim().to_owned()).filter(|text| !text.is_empty())
        })
    };
    let title = text(&[term::DCT_TITLE, term::DC_TITLE, term::PREF_LABEL, term::RDFS_LABEL]);
    let description = text(&[term::DCT_DESCRIPTION, term::DC_DESCRIPTION, term::DEFINITION, term::RDFS_COMMENT]);
    if title.is_none() {
        findings.warning("no-title", &iri, "the taxonomy has no title: give its scheme a `dct:title`");
    }
    (iri.clone(), title.unwrap_or_else(|| local_name(&iri).to_owned()), description)
}

/// What the IRIs of all concepts begin with, up to the last `#` or `/`.
fn common_namespace(concepts: &[&str]) -> String {
    let (Some(first), Some(last)) = (concepts.first(), concepts.last()) else { return String::new() };
    // The list is sorted, so what its ends share all share.
    let shared: String = first.chars().zip(last.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a).collect();
    let namespace = shared.rfind(['#', '/']).map_or("", |at| &shared[..=at]);
    if namespace.len() > "https://".len() { namespace.to_owned() } else { "urn:redwell:taxonomy".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = r#"
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix dct: <http://purl.org/dc/terms/> .
        @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix : <https://example.org/issues/> .
        @prefix xl: <http://www.w3.org/2008/05/skos-xl#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
        :scheme a skos:ConceptScheme ; dct:title "Issues"@en, "Streitpunkte"@de ; skos:hasTopConcept :market, :breach .
        :market a skos:Concept ; skos:prefLabel "Market"@en ; skos:notation "2" .
        :breach a skos:Concept ; skos:prefLabel "Breach"@en, "Verletzung"@de ; skos:notation "1" ;
            skos:altLabel "Violation"@en ; skos:narrower :notice, :cure ; skos:definition "A broken promise."@en, "Bruch."@de .
        :notice a skos:Concept ; xl:prefLabel [ xl:literalForm "Notice"@en ] ; skos:notation "1.10" ;
            skos:scopeNote [ rdf:value "Letters only."@en ] ; skos:inScheme :scheme .
        :cure a skos:Concept ; skos:prefLabel "Cure"@en ; skos:notation "1.2" ; skos:broader :market ; skos:inScheme :scheme ;
            skos:related :notice ; owl:deprecated true ; dct:isReplacedBy :notice .
    "#;

    fn sample() -> Taxonomy {
        read(SAMPLE.as_bytes(), &Options::default()).unwrap().taxonomy
    }

    #[test]
    fn concepts_come_in_one_order_with_their_path() {
        let taxonomy = sample();
        let seen: Vec<_> = taxonomy
            .concepts
            .iter()
            .map(|c| (c.label.as_str(), c.depth, c.branch, c.top, taxonomy.levels(c).join(" > ")))
            .collect();
        let expected = [
            ("Breach", 0, 0, true, "Breach"),
            ("Notice", 1, 0, false, "Breach > Notice"),
            ("Cure", 1, 0, false, "Breach > Cure"),
            ("Market", 0, 1, true, "Market"),
        ];
        assert_eq!(
            seen,
            expected.map(|(label, depth, branch, top, path)| (label, depth, branch, top, path.to_owned()))
        );
        let cure = &taxonomy.concepts[2];
        assert_eq!(cure.broader, ["https://example.org/issues/breach", "https://example.org/issues/market"]);
        assert_eq!(taxonomy.concepts[1].related, ["https://example.org/issues/cure"]);
        assert!(cure.deprecated && cure.replaced_by == ["https://example.org/issues/notice"]);
        assert_eq!((taxonomy.title.as_str(), taxonomy.iri.as_str()), ("Issues", "https://example.org/issues/scheme"));
        let below: Vec<_> =
            taxonomy.with_narrower("https://example.org/issues/market").iter().map(|c| c.label.as_str()).collect();
        assert_eq!(below, ["Cure", "Market"]);
    }

    #[test]
    fn labels_and_notes_are_shown_in_the_wanted_language_or_the_nearest() {
        let breach = |language: &str| {
            let options = Options { language: Some(language.to_owned()) };
            let taxonomy = read(SAMPLE.as_bytes(), &options).unwrap().taxonomy;
            let breach = taxonomy.concept("https://example.org/issues/breach").unwrap().clone();
            (taxonomy.title, breach.label, breach.definition.unwrap())
        };
        assert_eq!(breach("de"), ("Streitpunkte".into(), "Verletzung".into(), "Bruch.".into()));
        assert_eq!(breach("fr"), ("Issues".into(), "Breach".into(), "A broken promise.".into()));
        assert_eq!(sample().concepts[1].scope_note.as_deref(), Some("Letters only."));
    }

    #[test]
    fn concepts_are_found_by_every_name() {
        let taxonomy = sample();
        for name in ["breach", " VIOLATION ", "verletzung", "1", "https://example.org/issues/breach"] {
            let found: Vec<_> = taxonomy.matches(name).iter().map(|c| c.label.as_str()).collect();
            assert_eq!(found, ["Breach"], "{name}");
        }
        assert!(taxonomy.matches("").is_empty() && taxonomy.matches("bre").is_empty());
    }

    #[test]
    fn what_is_not_a_taxonomy_is_refused_with_a_sentence() {
        let refuse = |text: &str| read(text.as_bytes(), &Options::default()).unwrap_err().to_string();
        let check = |text: &str, parts: &[&str]| {
            let message = refuse(text);
            assert!(parts.iter().all(|part| message.contains(part)), "{text}: {message}");
        };
        check("<https://example.org/a> a skos:Concept .", &["line 1, column 27", "declare it with an `@prefix` line"]);
        check("<a> <b> <c> .", &["line 1, column 1", "`@base <https://…/> .`"]);
        check("\n\n<https://e.org/a> <https://e.org/b> 'open .", &["line 3", "is not Turtle"]);
        check("<?xml version='1.0'?><rdf:RDF/>", &["this is XML, not Turtle"]);
        check("", &["no `skos:Concept`"]);
        check("<https://e.org/a> <https://e.org/b> 'c' .", &["no `skos:Concept`"]);
    }

    #[test]
    fn the_economics_thesaurus_is_read_whole() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpora/taxonomies/stw-economics.ttl");
        #[expect(clippy::disallowed_methods, reason = "a test may read a corpus that is there")]
        let Ok(turtle) = std::fs::read(path) else {
            println!("skipped: there is no `{path}`");
            return;
        };
        let import = read(&turtle, &Options::default()).unwrap();
        println!("{} concepts, {} findings", import.taxonomy.concepts.len(), import.findings.len());
        let in_use = import.taxonomy.concepts.iter().filter(|concept| !concept.deprecated).count();
        assert!(in_use > 6_000 && import.taxonomy.concepts.len() > in_use);
        assert_eq!(import.taxonomy.matches("Elastizität")[0].label, "Elasticity");
    }
}
