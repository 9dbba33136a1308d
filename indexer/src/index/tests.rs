//! The index against the contract, against the oracle, and against what happens to folders.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use redwell_model::{Address, ControlNumber, Digests, Format, Metadata, Ordinal, Sha256};
use redwell_search::brute::{BruteEngine, Document};
use redwell_search::engine::{FacetField, Sort};
use redwell_search::query::PhrasePart;
use redwell_search::{DateRange, Dialect, DocumentSet, Field, Pattern, Query, SearchEngine, conformance, parse};
use tempfile::TempDir;

use super::schema::searched_values;
use super::{IndexWriter, TantivyEngine, place};
use crate::matter_folder::DocumentRow;

/// A row whose searched values are those of a document.
fn row(document: &Document) -> DocumentRow {
    let values = |field| document.fields.get(&field).cloned().unwrap_or_default();
    let first = |field| values(field).into_iter().next();
    let addresses = |field| values(field).into_iter().map(|name| Address { name, email: String::new() }).collect();
    DocumentRow {
        control_number: ControlNumber::new("TEST".parse().unwrap(), document.ordinal),
        ordinal: document.ordinal,
        title: first(Field::Title).unwrap_or_default(),
        file_name: String::new(),
        path: first(Field::Path).unwrap_or_default(),
        format: first(Field::Type).map_or(Format::Text, |name| name.parse().unwrap()),
        custodian: first(Field::Custodian).unwrap_or_default(),
        custodians: values(Field::Custodian),
        size_bytes: 0,
        digests: Digests { sha256: Sha256::of(b""), md5: String::new(), sha1: String::new() },
        date: document.date,
        language: first(Field::Language),
        parent: None,
        family: document.ordinal,
        text_revision: 1,
        text_code_points: 0,
        is_empty: document.text.is_empty(),
        has_boxes: false,
        recognised_pages: 0,
        recognition_confidence: None,
        exception_count: 0,
        metadata: Metadata {
            subject: first(Field::Subject),
            authors: values(Field::Author),
            from: addresses(Field::From),
            to: addresses(Field::To),
            cc: addresses(Field::Cc),
            ..Metadata::default()
        },
    }
}

/// Writes documents into the index of a matter folder, `batch` to a commit.
fn write(folder: &Path, documents: &[Document], threads: usize, batch: usize) {
    let mut writer = IndexWriter::open(folder, threads).unwrap();
    for documents in documents.chunks(batch) {
        for document in documents {
            writer.put(&row(document), &document.text).unwrap();
        }
        writer.commit().unwrap();
    }
}

/// An engine over the index of a matter folder, with the texts of these documents.
fn engine(folder: &Path, documents: &[Document]) -> TantivyEngine {
    let texts: BTreeMap<Ordinal, String> = documents.iter().map(|found| (found.ordinal, found.text.clone())).collect();
    let texts = Arc::new(texts);
    TantivyEngine::on(&place::in_use(folder), Box::new(move |ordinal| Ok(texts.get(&ordinal).cloned()))).unwrap()
}

fn word(text: &str) -> Query {
    Query::Word(text.to_owned())
}

fn count(engine: &TantivyEngine, query: &str) -> u64 {
    engine.count(&parse(Dialect::Redwell, query).unwrap().query, None).unwrap()
}

#[test]
fn conforms() {
    let mut folders = Vec::new();
    conformance::check(&mut |documents| {
        let folder = TempDir::new().unwrap();
        write(folder.path(), documents, 1, 3);
        let engine = engine(folder.path(), documents);
        folders.push(folder);
        Box::new(engine)
    });
}

/// A small generator of numbers, the same each time.
struct Dice(u64);

impl Dice {
    /// A number below `limit`.
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let high = u32::try_from(self.0 >> 33).unwrap();
        high % limit
    }

    fn of<'t>(&mut self, choices: &[&'t str]) -> &'t str {
        choices[self.below(u32::try_from(choices.len()).unwrap()) as usize]
    }
}

const WORDS: &[&str] =
    &["a", "b", "c", "d", "ab", "abc", "abd", "bcd", "é", "œuvre", "東", "京", "3.14", "o'neil", "σοφια"];
const WRITTEN: &[&str] = &[
    "a",
    "B",
    "c",
    "D",
    "ab",
    "ABC",
    "abd",
    "Bcd",
    "É",
    "Œuvre",
    "東京",
    "3.14",
    "O’Neil",
    "ΣΟΦΙΑ",
    "a-b",
    "—",
    "c.\n",
];
const PATTERNS: &[&str] = &["a*", "*b", "?b*", "ab?", "b*d", "a?c", "3.*", "o*l", "?é*", "zz*"];
const CUSTODIANS: &[&str] = &["Ann A", "Bob b c", "Chan 東"];
const DATES: &[&str] =
    &["1999-12-31T23:59:59Z", "2000-01-01T00:00:00Z", "2001-05-17T12:00:00Z", "1969-12-31T23:59:59Z"];

fn text(dice: &mut Dice, most: u32) -> String {
    let length = dice.below(most + 1);
    (0..length).map(|_| dice.of(WRITTEN)).collect::<Vec<_>>().join(" ")
}

fn corpus(dice: &mut Dice, size: u32) -> Vec<Document> {
    let document = |ordinal| {
        let mut fields = BTreeMap::new();
        let custodians = 1 + dice.below(2);
        let mut names: Vec<String> = (0..custodians).map(|_| dice.of(CUSTODIANS).to_owned()).collect();
        names.dedup();
        fields.insert(Field::Custodian, names);
        fields.insert(Field::Type, vec![dice.of(&["pdf", "eml", "docx"]).to_owned()]);
        fields.insert(Field::Title, vec![text(dice, 4)]);
        fields.insert(Field::Author, (0..dice.below(3)).map(|_| text(dice, 3)).collect());
        let date = (dice.below(4) > 0).then(|| dice.of(DATES).parse().unwrap());
        Document { ordinal, text: text(dice, 14), fields, date }
    };
    (1..=size).map(document).collect()
}

fn term(dice: &mut Dice) -> Query {
    match dice.below(6) {
        0 => Query::Wildcard(Pattern::new(dice.of(PATTERNS)).unwrap()),
        1 | 2 => {
            let part = |dice: &mut Dice| match dice.below(4) {
                0 => PhrasePart::Wildcard(Pattern::new(dice.of(PATTERNS)).unwrap()),
                _ => PhrasePart::Word(dice.of(WORDS).to_owned()),
            };
            let parts = 1 + dice.below(3);
            Query::phrase((0..parts).map(|_| part(dice)).collect())
        }
        _ => word(dice.of(WORDS)),
    }
}

fn spanning(dice: &mut Dice, depth: u32) -> Query {
    match if depth == 0 { 9 } else { dice.below(6) } {
        0..=3 => {
            let (left, right) = (spanning(dice, depth - 1), spanning(dice, depth - 1));
            Query::near(left, right, 1 + dice.below(6), dice.below(2) == 0)
        }
        4 => Query::or([spanning(dice, depth - 1), spanning(dice, depth - 1)]),
        _ => term(dice),
    }
}

fn boolean(dice: &mut Dice, depth: u32, leaf: &mut dyn FnMut(&mut Dice) -> Query) -> Query {
    match if depth == 0 { 9 } else { dice.below(8) } {
        0 | 1 => Query::and([boolean(dice, depth - 1, leaf), boolean(dice, depth - 1, leaf)]),
        2 | 3 => Query::or([boolean(dice, depth - 1, leaf), boolean(dice, depth - 1, leaf), leaf(dice)]),
        4 => Query::not(boolean(dice, depth - 1, leaf)),
        _ => leaf(dice),
    }
}

fn query(dice: &mut Dice) -> Query {
    boolean(dice, 4, &mut |dice| match dice.below(12) {
        0 => {
            let field = [Field::Custodian, Field::Type, Field::Title, Field::Author][dice.below(4) as usize];
            Query::field(field, boolean(dice, 2, &mut |dice| spanning(dice, 2)))
        }
        1 => Query::Date(
            DateRange::parse(dice.of(&["2000", "..1999", ">=2000", "1969-12-31", "2001-05..2001-06"])).unwrap(),
        ),
        2 => Query::Documents((0..dice.below(40)).map(|_| dice.below(100)).collect()),
        _ => spanning(dice, 3),
    })
}

#[test]
fn agrees_with_the_oracle_on_generated_queries() {
    let mut dice = Dice(42);
    let folder = TempDir::new().unwrap();
    // Half the documents are written twice, the first time as others, so that segments hold replaced ones.
    let (old, documents) = (corpus(&mut dice, 30), corpus(&mut dice, 45));
    write(folder.path(), &old, 1, 9);
    write(folder.path(), &documents, 2, 17);
    let engine = engine(folder.path(), &documents);
    let oracle = BruteEngine::new(documents.iter().map(|document| {
        let row = row(document);
        Document { fields: searched_values(&row), ..document.clone() }
    }));
    let mut found = 0;
    for round in 0..2_500 {
        let query = query(&mut dice);
        let within: Option<DocumentSet> = (dice.below(3) == 0).then(|| (0..30).map(|_| dice.below(90)).collect());
        let expected = oracle.documents(&query, within.as_ref()).unwrap();
        assert_eq!(engine.documents(&query, within.as_ref()).unwrap(), expected, "{round}: `{query}`");
        found += u32::from(!expected.is_empty() && expected.len() < 45);
        if round % 10 > 0 {
            continue;
        }
        assert_eq!(engine.count(&query, within.as_ref()).unwrap(), expected.len(), "{round}: `{query}`");
        for field in [FacetField::Custodian, FacetField::Type, FacetField::Year, FacetField::Language] {
            let values = engine.facet(&query, within.as_ref(), field).unwrap();
            assert_eq!(values, oracle.facet(&query, within.as_ref(), field).unwrap(), "{round}: `{query}`");
        }
        let page = engine.search(&query, within.as_ref(), Sort::Relevance, None, 100).unwrap();
        let hits: DocumentSet = page.hits.iter().map(|hit| hit.ordinal).collect();
        assert_eq!((page.total, hits), (expected.len(), expected.clone()), "{round}: `{query}`");
        assert!(page.hits.windows(2).all(|two| two[0].score >= two[1].score), "{round}: `{query}`");
        for sort in [Sort::DateAscending, Sort::DateDescending] {
            let ordered =
                |page: redwell_search::engine::HitPage| page.hits.iter().map(|hit| hit.ordinal).collect::<Vec<_>>();
            let (ours, theirs) =
                (engine.search(&query, None, sort, None, 100), oracle.search(&query, None, sort, None, 100));
            assert_eq!(ordered(ours.unwrap()), ordered(theirs.unwrap()), "{round}: `{query}`");
        }
        for ordinal in expected.iter().take(3) {
            let ranges = engine.hit_ranges(&query, ordinal).unwrap();
            assert_eq!(ranges, oracle.hit_ranges(&query, ordinal).unwrap(), "{round}: `{query}` in {ordinal}");
        }
    }
    assert!(found > 1_000, "most generated queries tell documents apart: {found} did");
}

#[test]
fn scores_do_not_show_how_documents_were_written() {
    let mut dice = Dice(7);
    let (old, documents) = (corpus(&mut dice, 30), corpus(&mut dice, 60));
    let (one, many) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    write(one.path(), &documents, 1, 1_000);
    write(many.path(), &old, 2, 4);
    write(many.path(), &documents, 3, 9);
    let (one, many) = (engine(one.path(), &documents), engine(many.path(), &documents));
    for _ in 0..200 {
        let query = query(&mut dice);
        let page = |engine: &TantivyEngine| engine.search(&query, None, Sort::Relevance, None, 20).unwrap();
        assert_eq!(page(&one), page(&many), "`{query}`");
    }
}

#[test]
fn more_and_rarer_matches_rank_higher() {
    let document = |ordinal, text: &str| Document { ordinal, text: text.to_owned(), ..Document::default() };
    let documents = [
        document(1, "common words about nothing in particular"),
        document(2, "common common common words"),
        document(3, "a rare common word in here somewhere"),
    ];
    let folder = TempDir::new().unwrap();
    write(folder.path(), &documents, 1, 10);
    let engine = engine(folder.path(), &documents);
    let ranked = |query: &str| {
        let query = parse(Dialect::Redwell, query).unwrap().query;
        let page = engine.search(&query, None, Sort::Relevance, None, 10).unwrap();
        page.hits.iter().map(|hit| hit.ordinal).collect::<Vec<_>>()
    };
    assert_eq!(ranked("common")[0], 2);
    assert_eq!(ranked("common OR rare")[0], 3);
}

#[test]
fn an_open_engine_sees_what_happens_to_the_folder() {
    let document = |ordinal, text: &str| Document { ordinal, text: text.to_owned(), ..Document::default() };
    let folder = TempDir::new().unwrap();
    drop(IndexWriter::open(folder.path(), 1).unwrap());
    let engine = engine(folder.path(), &[]);
    assert_eq!(count(&engine, ""), 0);

    let mut writer = IndexWriter::open(folder.path(), 2).unwrap();
    assert!(matches!(IndexWriter::open(folder.path(), 1), Err(super::IndexError::Locked { .. })));
    writer.put(&row(&document(1, "old text")), "old text").unwrap();
    assert_eq!(count(&engine, "text"), 0, "not committed");
    writer.commit().unwrap();
    assert_eq!((writer.len(), count(&engine, "text")), (1, 1));
    writer.put(&row(&document(1, "new text")), "new text").unwrap();
    writer.put(&row(&document(1, "newer text")), "newer text").unwrap();
    writer.put(&row(&document(2, "more text")), "more text").unwrap();
    writer.commit().unwrap();
    assert_eq!((writer.len(), count(&engine, "text"), count(&engine, "old OR new")), (2, 2, 0));
    drop(writer);
    let mut writer = IndexWriter::open(folder.path(), 1).unwrap();
    writer.remove(2);
    writer.put(&row(&document(1, "newest text")), "newest text").unwrap();
    writer.finish().unwrap();
    assert_eq!((count(&engine, "text"), count(&engine, "newer")), (1, 0));

    for text in ["rebuilt once", "rebuilt twice"] {
        let mut rebuilt = IndexWriter::rebuild(folder.path(), 1).unwrap();
        rebuilt.put(&row(&document(5, text)), text).unwrap();
        rebuilt.commit().unwrap();
        assert_eq!(count(&engine, text), 0, "not in place yet");
        rebuilt.finish().unwrap();
        assert_eq!((count(&engine, text), count(&engine, "")), (1, 1));
        assert_eq!(engine.ordinals().unwrap(), [5]);
        assert!(!place::being_built(folder.path()).exists());
    }

    fs::remove_dir_all(place::in_use(folder.path())).unwrap();
    assert!(engine.count(&Query::All, None).is_err(), "a folder without an index says so");
}

#[test]
fn what_a_killed_writer_leaves_is_no_obstacle() {
    let folder = TempDir::new().unwrap();
    let document = Document { ordinal: 1, text: "kept".to_owned(), ..Document::default() };
    write(folder.path(), std::slice::from_ref(&document), 1, 1);
    // A kill leaves the lock file, without its lock, files no commit lists, and half a rebuild.
    fs::write(place::in_use(folder.path()).join(".tantivy-writer.lock"), "").unwrap();
    fs::write(place::in_use(folder.path()).join("0123456789abcdef0123456789abcdef.idx"), "half").unwrap();
    fs::create_dir_all(place::being_built(folder.path())).unwrap();
    fs::write(place::being_built(folder.path()).join("meta.json"), "half").unwrap();
    let mut writer = IndexWriter::open(folder.path(), 1).unwrap();
    assert_eq!(writer.len(), 1);
    writer.put(&row(&Document { ordinal: 2, ..document.clone() }), "kept").unwrap();
    writer.commit().unwrap();
    drop(writer);
    assert_eq!(count(&engine(folder.path(), &[]), "kept"), 2);
    let mut rebuilt = IndexWriter::rebuild(folder.path(), 1).unwrap();
    rebuilt.put(&row(&document), "kept").unwrap();
    rebuilt.finish().unwrap();
    assert_eq!(count(&engine(folder.path(), &[]), "kept"), 1);
}

#[test]
fn very_long_words_and_texts_are_found() {
    let long = "x".repeat(100_000);
    let text = format!("{}needle {long}", "hay ".repeat(200_000));
    let documents = [Document { ordinal: 1, text, ..Document::default() }];
    let folder = TempDir::new().unwrap();
    write(folder.path(), &documents, 1, 1);
    let engine = engine(folder.path(), &documents);
    assert_eq!(count(&engine, "needle"), 1);
    assert_eq!(count(&engine, "hay pre/1 needle"), 1);
    assert_eq!(count(&engine, &format!("needle pre/1 {}", &long[..40_000])), 1);
    assert_eq!(count(&engine, "xxx*"), 1);
    let spread = parse(Dialect::Redwell, "hay w/1000 hay").unwrap().query;
    assert!(matches!(engine.count(&spread, None), Err(redwell_search::engine::EngineError::TooManyPassages { .. })));
}
