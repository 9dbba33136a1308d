//! SKOS Turtle out: the same taxonomy gives the same bytes.
//!
//! What is written reads back as the same taxonomy. Foreign statements of the file it came from are not kept.

use std::fmt::Write as _;

use crate::read::NOTES;
use crate::taxonomy::{Concept, Taxonomy};

const PREFIXES: &str = "@prefix dct: <http://purl.org/dc/terms/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
";

/// Writes a taxonomy as Turtle.
#[must_use]
pub fn to_turtle(taxonomy: &Taxonomy) -> String {
    let mut out = PREFIXES.to_owned();
    let language = Some(taxonomy.language.as_str());
    let mut scheme = vec!["a skos:ConceptScheme".to_owned()];
    scheme.push(format!("dct:title {}", literal(&taxonomy.title, language)));
    scheme.extend(taxonomy.description.iter().map(|text| format!("dct:description {}", literal(text, language))));
    block(&mut out, &taxonomy.iri, &scheme);
    for concept in &taxonomy.concepts {
        block(&mut out, &concept.iri, &statements(concept, &taxonomy.iri));
    }
    out
}

fn statements(concept: &Concept, scheme: &str) -> Vec<String> {
    let mut all = vec!["a skos:Concept".to_owned()];
    let labels = [
        ("skos:prefLabel", &concept.pref_labels),
        ("skos:altLabel", &concept.alt_labels),
        ("skos:hiddenLabel", &concept.hidden_labels),
    ];
    for (predicate, labels) in labels {
        all.extend(labels.iter().map(|label| format!("{predicate} {}", literal(&label.text, Some(&label.language)))));
    }
    all.extend(concept.notation.iter().map(|notation| format!("skos:notation {}", literal(notation, None))));
    for note in &concept.notes {
        let (_, predicate) = NOTES[NOTES.iter().position(|(kind, _)| *kind == note.kind).unwrap_or(NOTES.len() - 1)];
        let predicate = predicate.trim_start_matches(crate::term::SKOS);
        all.push(format!("skos:{predicate} {}", literal(&note.text, Some(&note.language))));
    }
    let relations = [
        ("skos:broader", &concept.broader),
        ("skos:related", &concept.related),
        ("dct:isReplacedBy", &concept.replaced_by),
    ];
    for (predicate, iris) in relations {
        all.extend(iris.iter().map(|iri| format!("{predicate} {}", node(iri))));
    }
    if concept.deprecated {
        all.push("owl:deprecated true".to_owned());
    }
    let membership = if concept.top { "skos:topConceptOf" } else { "skos:inScheme" };
    all.push(format!("{membership} {}", node(scheme)));
    all
}

fn block(out: &mut String, subject: &str, statements: &[String]) {
    let body = statements.join(" ;\n    ");
    writeln!(out, "\n{} {body} .", node(subject)).expect("a text takes every write");
}

fn node(iri: &str) -> String {
    if iri.starts_with("_:") {
        return iri.to_owned();
    }
    let mut out = String::with_capacity(iri.len() + 2);
    out.push('<');
    for c in iri.chars() {
        match c {
            '\0'..=' ' | '<' | '>' | '"' | '{' | '}' | '|' | '^' | '`' | '\\' => {
                write!(out, "%{:02X}", u32::from(c)).expect("a text takes every write");
            }
            c => out.push(c),
        }
    }
    out.push('>');
    out
}

fn literal(text: &str, language: Option<&str>) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() => write!(out, "\\u{:04X}", u32::from(c)).expect("a text takes every write"),
            c => out.push(c),
        }
    }
    out.push('"');
    if let Some(language) = language.filter(|language| !language.is_empty()) {
        out.push('@');
        out.push_str(language);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Label, Note, NoteKind, Options, read};

    /// Statements of a small taxonomy with any tree, cycles and second parents included.
    fn turtle() -> impl Strategy<Value = String> {
        let text = "[ -~é💼\\n\\t]{1,12}";
        let concept =
            (text, proptest::option::of(text), proptest::collection::vec(0..8_usize, 0..3), any::<bool>(), text);
        proptest::collection::vec(concept, 1..8).prop_map(|concepts| {
            let mut out = String::from("@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n");
            out.push_str("<https://e.org/s> a skos:ConceptScheme ; <http://purl.org/dc/terms/title> 'T'@en .\n");
            for (n, (label, alt, broader, top, note)) in concepts.iter().enumerate() {
                writeln!(out, "<https://e.org/{n}> a skos:Concept ; skos:inScheme <https://e.org/s> ; skos:prefLabel {} ; skos:note {} .", literal(label, Some("en")), literal(note, None)).unwrap();
                for parent in broader.iter().filter(|parent| **parent < concepts.len()) {
                    writeln!(out, "<https://e.org/{n}> skos:broader <https://e.org/{parent}> ; skos:related <https://e.org/{}> .", parent / 2).unwrap();
                }
                if *top {
                    writeln!(out, "<https://e.org/{n}> skos:topConceptOf <https://e.org/s> .").unwrap();
                }
                if let Some(alt) = alt {
                    writeln!(out, "<https://e.org/{n}> skos:altLabel {} ; skos:notation {} .", literal(alt, Some("de")), literal(alt, None)).unwrap();
                }
            }
            out
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_the_same(turtle in turtle()) {
            let once = read(turtle.as_bytes(), &Options::default()).unwrap().taxonomy;
            let written = to_turtle(&once);
            let twice = read(written.as_bytes(), &Options::default()).unwrap().taxonomy;
            prop_assert_eq!(&once, &twice);
            prop_assert_eq!(written, to_turtle(&twice));
        }

        #[test]
        fn every_concept_appears_once_below_its_parent(turtle in turtle()) {
            let taxonomy = read(turtle.as_bytes(), &Options::default()).unwrap().taxonomy;
            prop_assert_eq!(taxonomy.by_iri().len(), taxonomy.concepts.len());
            for (at, concept) in taxonomy.concepts.iter().enumerate() {
                prop_assert_eq!(taxonomy.levels(concept).len(), concept.depth as usize + 1);
                if concept.depth > 0 {
                    let parent = taxonomy.concepts.iter().position(|other| other.iri == concept.broader[0]).unwrap();
                    prop_assert!(parent < at);
                    prop_assert_eq!(taxonomy.concepts[parent].depth + 1, concept.depth);
                    prop_assert_eq!(taxonomy.concepts[parent].branch, concept.branch);
                }
            }
        }
    }

    #[test]
    fn turtle_is_laid_out_for_reading() {
        let text = |text: &str| Label { language: "en".into(), text: text.into() };
        let concept = Concept {
            iri: "https://e.org/a".into(),
            label: "A".into(),
            pref_labels: vec![text("A")],
            alt_labels: vec![],
            hidden_labels: vec![],
            notation: Some("1".into()),
            definition: None,
            scope_note: None,
            example: None,
            notes: vec![Note { kind: NoteKind::Definition, language: "en".into(), text: "Says \"a\"\nand b".into() }],
            broader: vec![],
            narrower: vec![],
            related: vec![],
            deprecated: true,
            replaced_by: vec!["https://e.org/b".into()],
            top: true,
            depth: 0,
            branch: 0,
        };
        let taxonomy = Taxonomy {
            iri: "https://e.org/s".into(),
            title: "T".into(),
            description: None,
            language: "en".into(),
            concepts: vec![concept],
        };
        insta::assert_snapshot!(to_turtle(&taxonomy), @r#"
        @prefix dct: <http://purl.org/dc/terms/> .
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .

        <https://e.org/s> a skos:ConceptScheme ;
            dct:title "T"@en .

        <https://e.org/a> a skos:Concept ;
            skos:prefLabel "A"@en ;
            skos:notation "1" ;
            skos:definition "Says \"a\"\nand b"@en ;
            dct:isReplacedBy <https://e.org/b> ;
            owl:deprecated true ;
            skos:topConceptOf <https://e.org/s> .
        "#);
    }
}
