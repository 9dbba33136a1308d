//! Whole packages, opened the way a recipient would.

use std::io::Cursor;

use redwell_model::{CodePointRange, PageQuads};
use redwell_taxonomy::Options;

use super::*;
use crate::deliver::pdf::tests::two_pages;

const TAXONOMY: &str = r#"
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix : <https://example.org/> .
    :s a skos:ConceptScheme ; <http://purl.org/dc/terms/title> "Issues"@en .
    :breach skos:topConceptOf :s ; a skos:Concept ; skos:notation "1" ; skos:prefLabel "Breach"@en ; skos:definition "A <broken> promise."@en .
    :notice a skos:Concept ; skos:notation "1.1" ; skos:prefLabel "Notice & cure"@en ; skos:broader :breach ; skos:inScheme :s .
    :market skos:topConceptOf :s ; a skos:Concept ; skos:notation "2" ; skos:prefLabel "Market"@en .
"#;

fn annotation(id: &str, page: Option<u32>, start: u32, concepts: &[&str]) -> SnapshotAnnotation {
    SnapshotAnnotation {
        id: id.to_owned(),
        page,
        quote: format!("Notice of <breach> {id}"),
        pages: page
            .map(|page| PageQuads { page, quads: vec![[100.0, 712.0, 215.0, 712.0, 100.0, 697.0, 215.0, 697.0]] })
            .into_iter()
            .collect(),
        concepts: concepts.iter().map(|name| format!("https://example.org/{name}")).collect(),
        note: "=HYPERLINK(\"http://evil.example\")".to_owned(),
        author: "Ana \"the\" Lead".to_owned(),
        created_at: "2026-11-20T09:30:00Z".parse().unwrap(),
        changed_at: "2026-11-20T09:30:00Z".parse().unwrap(),
        range: CodePointRange::new(start, start + 10),
    }
}

/// A snapshot of three documents whose files lie in this folder: a PDF, a text, a PDF that is damaged.
fn snapshot(folder: &Path) -> Snapshot {
    let document = |n: u32, file_name: &str, format, bytes: &[u8], annotations: Vec<SnapshotAnnotation>| {
        let native = folder.join(format!("{n}"));
        fs::write(&native, bytes).unwrap();
        SnapshotDocument {
            control_number: ControlNumber::new("ACME".parse().unwrap(), n),
            title: format!("Letter <{n}>"),
            file_name: file_name.to_owned(),
            path: format!("box/{file_name}"),
            custodian: "Ashe, J.".to_owned(),
            format,
            date: Some("2025-03-14".to_owned()),
            sha256: Sha256::of(bytes),
            page_count: Some(2),
            native,
            annotations,
            coding: vec!["https://example.org/notice".to_owned()],
        }
    };
    let two = vec![annotation("b", Some(2), 40, &["notice", "market"]), annotation("a", Some(1), 0, &["notice"])];
    Snapshot {
        matter_name: "Acme v Zeta".to_owned(),
        matter_slug: "acme".parse().unwrap(),
        client: "Acme & Co".to_owned(),
        title: "Findings on notice".to_owned(),
        query: "notice".to_owned(),
        canonical: "notice".to_owned(),
        created_at: "2026-11-21T18:00:01Z".parse().unwrap(),
        time_zone: "Europe/Berlin".parse().unwrap(),
        prepared_by: "Lee Lead".to_owned(),
        documents: vec![
            document(2, "memo.TXT", Format::Text, b"plain words", vec![annotation("c", None, 3, &[])]),
            document(1, "letter.pdf", Format::Pdf, &two_pages(), two),
            document(
                4,
                "broken.pdf",
                Format::Pdf,
                b"%PDF-1.4 and nothing",
                vec![annotation("d", Some(1), 0, &["gone"])],
            ),
            document(3, "other.pdf", Format::Pdf, b"%PDF-", vec![]),
        ],
        taxonomies: vec![redwell_taxonomy::read(TAXONOMY.as_bytes(), &Options::default()).unwrap().taxonomy],
    }
}

/// The names and bytes in an archive.
fn open(package: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(package)).unwrap();
    (0..archive.len())
        .map(|n| {
            let mut file = archive.by_index(n).unwrap();
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            (file.name().to_owned(), bytes)
        })
        .collect()
}

fn prepared(snapshot: &Snapshot, folder: &Path, name: &str) -> (Package, Vec<u8>) {
    let out = folder.join(name);
    let package = prepare(snapshot, &out, &Annotator::InProcess, &mut |_| ()).unwrap();
    (package, fs::read(out).unwrap())
}

#[test]
fn a_package_holds_what_its_manifest_says() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = snapshot(folder.path());
    let (package, bytes) = prepared(&snapshot, folder.path(), "findings.zip");
    assert_eq!((package.documents, package.annotations, package.files), (4, 4, 6));
    assert_eq!((package.sha256, package.size_bytes), (Sha256::of(&bytes), u64::try_from(bytes.len()).unwrap()));

    let files = open(&bytes);
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "findings.html",
        "findings.xlsx",
        "documents/ACME-0000001.pdf",
        "documents/ACME-0000002.txt",
        "documents/ACME-0000004.pdf",
        "manifest.json",
    ];
    assert_eq!(names, expected);
    let manifest: serde_json::Value = serde_json::from_slice(&files[5].1).unwrap();
    for (file, listed) in files.iter().zip(manifest["files"].as_array().unwrap()) {
        assert_eq!(listed["path"], file.0);
        assert_eq!(listed["sha256"], Sha256::of(&file.1).to_string());
        assert_eq!(listed["bytes"], file.1.len());
    }
    let documents = manifest["documents"].as_array().unwrap();
    let told: Vec<_> = documents
        .iter()
        .map(|document| (document["annotated"].as_bool().unwrap(), document["reason"].is_null()))
        .collect();
    assert_eq!(told, [(true, true), (false, false), (false, false)]);
    assert!(documents[2]["reason"].as_str().unwrap().contains("damaged"));
    // The original is the beginning of the annotated copy.
    let original = usize::try_from(documents[0]["original_bytes"].as_u64().unwrap()).unwrap();
    assert_eq!(documents[0]["original_sha256"], Sha256::of(&files[2].1[..original]).to_string());
    assert_eq!(files[4].1, b"%PDF-1.4 and nothing");
}

#[test]
fn the_same_snapshot_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let snapshot = snapshot(folder.path());
    let json = serde_json::to_string(&snapshot).unwrap();
    let mut again: Snapshot = serde_json::from_str(&json).unwrap();
    assert_eq!(again, snapshot);
    again.documents.reverse();
    let (_, first) = prepared(&snapshot, folder.path(), "1.zip");
    let (_, second) = prepared(&again, folder.path(), "2.zip");
    assert!(first == second, "the order documents were found in leaves no trace");
}

#[test]
fn the_report_quotes_by_concept_and_escapes() {
    let folder = tempfile::tempdir().unwrap();
    let (_, bytes) = prepared(&snapshot(folder.path()), folder.path(), "findings.zip");
    let html = String::from_utf8(open(&bytes).remove(0).1).unwrap();
    for part in [
        "Notice of &lt;breach&gt; a",
        "href=\"documents/ACME-0000001.pdf#page=2\">ACME-0000001, p. 2</a>",
        "href=\"documents/ACME-0000002.txt\">ACME-0000002</a>",
        "A &lt;broken&gt; promise.",
        "Notice &amp; cure <span class=\"count\">2 findings</span>",
        "Also: Market",
        "Without a concept",
        "No taxonomy of the matter has this concept",
        "Acme &amp; Co",
        "21 November 2026, 19:00 CET",
        "<dt>Time zone of dates</dt><dd>Europe/Berlin</dd>",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert!(!html.contains("<breach>") && !html.contains("src=") && !html.contains("http://evil.example\""));
    // A finding with two concepts stands under both.
    assert_eq!(html.matches("Notice of &lt;breach&gt; b").count(), 2);
    assert!(html.find("id=\"concept-1\"").unwrap() < html.find("id=\"no-concept\"").unwrap());
}

#[test]
fn the_workbook_has_one_row_an_annotation() {
    let folder = tempfile::tempdir().unwrap();
    let (_, bytes) = prepared(&snapshot(folder.path()), folder.path(), "findings.zip");
    let workbook = open(&bytes).remove(1).1;
    let parts: BTreeMap<String, Vec<u8>> = open(&workbook).into_iter().collect();
    let part = |name: &str| String::from_utf8(parts[name].clone()).unwrap();
    let findings = part("xl/worksheets/sheet1.xml");
    assert_eq!(findings.matches("<row ").count(), 5);
    assert!(!findings.contains("<f>"), "nothing is a formula");
    let texts = part("xl/sharedStrings.xml");
    for text in [
        "Concept level 2",
        "Notice &amp; cure; –",
        "Breach; Market",
        "=HYPERLINK(",
        "Date (Europe/Berlin)",
        "2026-11-21 19:00:01 CET",
    ] {
        assert!(texts.contains(text), "{text}: {texts}");
    }
    assert!(part("docProps/core.xml").contains("2026-11-21T18:00:01Z"));
    assert!(part("xl/worksheets/_rels/sheet1.xml.rels").contains("documents/ACME-0000001.pdf"));
}

#[test]
fn a_changed_or_missing_native_stops_the_package_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("findings.zip");
    let mut snapshot = snapshot(folder.path());
    fs::write(&snapshot.documents[1].native, b"something else").unwrap();
    let error = prepare(&snapshot, &out, &Annotator::InProcess, &mut |_| ()).unwrap_err();
    assert!(matches!(error, DeliverError::NativeChanged { .. }), "{error}");
    snapshot.documents[1].native = folder.path().join("gone");
    let error = prepare(&snapshot, &out, &Annotator::InProcess, &mut |_| ()).unwrap_err();
    assert!(matches!(error, DeliverError::Native { .. }), "{error}");
    let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left.len(), 4, "{left:?}");
}

#[test]
fn progress_counts_document_files() {
    let folder = tempfile::tempdir().unwrap();
    let mut seen = Vec::new();
    let out = folder.path().join("findings.zip");
    prepare(&snapshot(folder.path()), &out, &Annotator::InProcess, &mut |at| seen.push((at.done, at.total))).unwrap();
    assert_eq!(seen, [(0, 3), (1, 3), (2, 3), (3, 3)]);
}
