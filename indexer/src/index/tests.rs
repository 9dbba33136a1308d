//! The index against the contract, against the oracle, and against what happens to folders.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::Path;

use jiff::Timestamp;
use redwell_model::{Address, ControlNumber, Digests, Format, Metadata, Ordinal, Sha256};
use redwell_search::brute::{BruteEngine, Document};
use redwell_search::dictionary::{WordOrder, WordsAsked};
use redwell_search::engine::{FacetField, Sort};
use redwell_search::query::Relation;
use redwell_search::{Dialect, DocumentSet, Field, OrderedField, Query, SearchEngine, conformance, parse};
use tempfile::TempDir;

use super::best;
use super::generated::{self, Dice};
use super::reading::Source;
use super::schema::{ordered_value, values_of};
use super::snapshot::Snapshot;
use super::{IndexWriter, TantivyEngine, place};
use crate::matter_folder::DocumentRow;

/// A row whose searched values are those of a document.
fn row(document: &Document) -> DocumentRow {
    let values = |field| document.fields.get(&field).cloned().unwrap_or_default();
    let first = |field| values(field).into_iter().next();
    let addresses = |field| values(field).into_iter().map(|name| Address { name, email: String::new() }).collect();
    let number = |field| document.ordered.get(&field).copied();
    let moment = |field| number(field).and_then(|second| Timestamp::from_second(second).ok());
    DocumentRow {
        control_number: ControlNumber::new("TEST".parse().unwrap(), document.ordinal),
        ordinal: document.ordinal,
        title: first(Field::Title).unwrap_or_default(),
        file_name: first(Field::Filename).unwrap_or_default(),
        path: first(Field::Path).unwrap_or_default(),
        format: first(Field::Type).map_or(Format::Text, |name| name.parse().unwrap()),
        custodian: first(Field::Custodian).unwrap_or_default(),
        custodians: values(Field::Custodian),
        size_bytes: number(OrderedField::Size).and_then(|size| u64::try_from(size).ok()).unwrap_or_default(),
        digests: Digests {
            sha256: Sha256::of(first(Field::Sha256).unwrap_or_default().as_bytes()),
            md5: first(Field::Md5).unwrap_or_default(),
            sha1: String::new(),
        },
        date: document.date,
        language: first(Field::Language),
        parent: None,
        family: document.family.unwrap_or(document.ordinal),
        text_revision: 1,
        text_code_points: 0,
        is_empty: document.text.is_empty(),
        has_boxes: false,
        recognised_pages: 0,
        recognition_confidence: None,
        exception_count: number(OrderedField::Exceptions).and_then(|n| u32::try_from(n).ok()).unwrap_or_default(),
        metadata: Metadata {
            subject: first(Field::Subject),
            authors: values(Field::Author),
            from: addresses(Field::From),
            to: addresses(Field::To),
            cc: addresses(Field::Cc),
            message_id: first(Field::MessageId),
            in_reply_to: first(Field::InReplyTo),
            references: values(Field::References),
            importance: first(Field::Importance),
            sent: moment(OrderedField::Sent),
            page_count: number(OrderedField::Pages).and_then(|pages| u32::try_from(pages).ok()),
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

/// Documents in memory.
struct InMemory(BTreeMap<Ordinal, Document>);

impl Source for InMemory {
    fn text(&self, ordinal: Ordinal) -> Result<Option<String>, Box<dyn Error + Send + Sync>> {
        Ok(self.0.get(&ordinal).map(|document| document.text.clone()))
    }

    fn values(&self, ordinal: Ordinal, field: Field) -> Result<Vec<String>, Box<dyn Error + Send + Sync>> {
        Ok(self.0.get(&ordinal).map(|document| values_of(&row(document), field)).unwrap_or_default())
    }
}

/// An engine over the index of a matter folder, with the texts of these documents.
fn engine(folder: &Path, documents: &[Document]) -> TantivyEngine {
    let documents = documents.iter().map(|document| (document.ordinal, document.clone())).collect();
    TantivyEngine::on(&place::in_use(folder), Box::new(InMemory(documents))).unwrap()
}

/// A document as the index sees it after it went through a row.
fn as_indexed(document: &Document) -> Document {
    let row = row(document);
    let fields = Field::ALL.into_iter().map(|field| (field, values_of(&row, field))).collect();
    let ordered =
        OrderedField::ALL.into_iter().filter_map(|field| Some((field, ordered_value(&row, field)?))).collect();
    Document { fields, ordered, ..document.clone() }
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

/// How many generated queries are compared; `REDWELL_GENERATED_QUERIES` asks for more or fewer.
fn rounds() -> u32 {
    std::env::var("REDWELL_GENERATED_QUERIES").ok().and_then(|wanted| wanted.parse().ok()).unwrap_or(2_000)
}

#[test]
fn agrees_with_the_oracle_on_generated_queries() {
    let mut dice = Dice(42);
    let folder = TempDir::new().unwrap();
    // Half the documents are written twice, the first time as others, so that segments hold replaced ones.
    let (old, documents) = (generated::corpus(&mut dice, 30), generated::corpus(&mut dice, 45));
    write(folder.path(), &old, 1, 9);
    write(folder.path(), &documents, 2, 17);
    let engine = engine(folder.path(), &documents);
    let oracle = BruteEngine::new(documents.iter().map(as_indexed));
    let mut found = 0;
    let rounds = rounds();
    for round in 0..rounds {
        let query = generated::query(&mut dice);
        let within: Option<DocumentSet> = (dice.below(3) == 0).then(|| (0..30).map(|_| dice.below(90)).collect());
        let expected = oracle.documents(&query, within.as_ref()).unwrap();
        let ours = engine.documents(&query, within.as_ref());
        assert_eq!(ours.unwrap(), expected, "{round}: `{}`", smallest(&query, &engine, &oracle));
        found += u32::from(!expected.is_empty() && expected.len() < 45);
        if round % 10 > 0 {
            continue;
        }
        assert_eq!(engine.count(&query, within.as_ref()).unwrap(), expected.len(), "{round}: `{query}`");
        for field in [FacetField::Custodian, FacetField::Type, FacetField::Year, FacetField::Language] {
            let values = engine.facet(&query, within.as_ref(), field).unwrap();
            assert_eq!(values, oracle.facet(&query, within.as_ref(), field).unwrap(), "{round}: `{query}`");
        }
        let page = engine.search(&query, within.as_ref(), &[Sort::Relevance], None, 100).unwrap();
        let hits: DocumentSet = page.hits.iter().map(|hit| hit.ordinal).collect();
        assert_eq!((page.total, hits), (expected.len(), expected.clone()), "{round}: `{query}`");
        assert!(page.hits.windows(2).all(|two| two[0].score >= two[1].score), "{round}: `{query}`");
        let sorts = [
            Sort::DateAscending,
            Sort::DateDescending,
            Sort::Custodian,
            Sort::Family,
            Sort::Thread,
            Sort::SizeAscending,
            Sort::SizeDescending,
            Sort::Hits,
        ];
        let sort = [sorts[dice.below(8) as usize], sorts[dice.below(8) as usize]];
        let (ours, theirs) = (in_order(&engine, &query, &sort), in_order(&oracle, &query, &sort));
        assert_eq!(ours, theirs, "{round}: `{query}` by {sort:?}");
        for by in [Relation::Family, Relation::Thread, Relation::Duplicates] {
            let (ours, theirs) = (engine.related(&expected, by).unwrap(), oracle.related(&expected, by).unwrap());
            assert_eq!(ours, theirs, "{round}: `{query}` with {by:?}");
        }
        for ordinal in expected.iter().take(3) {
            let ranges = engine.hit_ranges(&query, ordinal).unwrap();
            assert_eq!(ranges, oracle.hit_ranges(&query, ordinal).unwrap(), "{round}: `{query}` in {ordinal}");
        }
    }
    assert!(found > rounds / 4, "many generated queries tell documents apart: {found} did");
}

/// The ordinals of all hits, a few to a page.
fn in_order(engine: &dyn SearchEngine, query: &Query, sort: &[Sort]) -> Vec<Ordinal> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = engine.search(query, None, sort, after.as_ref(), 7).unwrap();
        found.extend(page.hits.iter().map(|hit| hit.ordinal));
        after = page.next;
        if after.is_none() {
            return found;
        }
    }
}

/// The smallest part of a query about which the two disagree.
fn smallest(query: &Query, engine: &TantivyEngine, oracle: &BruteEngine) -> Query {
    let differ = |part: &&Query| {
        !matches!(part, Query::Documents(_)) && engine.documents(part, None).ok() != oracle.documents(part, None).ok()
    };
    query.parts().find(differ).map_or_else(|| query.clone(), |part| smallest(part, engine, oracle))
}

#[test]
fn scores_do_not_show_how_documents_were_written() {
    let mut dice = Dice(7);
    let (old, documents) = (generated::corpus(&mut dice, 30), generated::corpus(&mut dice, 60));
    let (one, many) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    write(one.path(), &documents, 1, 1_000);
    write(many.path(), &old, 2, 4);
    write(many.path(), &documents, 3, 9);
    let (one, many) = (engine(one.path(), &documents), engine(many.path(), &documents));
    for _ in 0..200 {
        let query = generated::query(&mut dice);
        let page = |engine: &TantivyEngine| engine.search(&query, None, &[Sort::Relevance], None, 20).unwrap();
        assert_eq!(page(&one), page(&many), "`{query}`");
    }
}

#[test]
fn walking_postings_gives_what_gathering_sets_gives() {
    let mut dice = Dice(11);
    let folder = TempDir::new().unwrap();
    let (old, documents) = (generated::corpus(&mut dice, 40), generated::corpus(&mut dice, 120));
    write(folder.path(), &old, 2, 9);
    write(folder.path(), &documents, 2, 31);
    let engine = engine(folder.path(), &documents);
    let mut walked = 0;
    for round in 0..2_000 {
        // Whatever is no such query has its best picked from the scores of all.
        let query = if round % 4 == 0 { generated::query(&mut dice) } else { generated::of_words(&mut dice) };
        let within: Option<DocumentSet> = (dice.below(3) == 0).then(|| (0..60).map(|_| dice.below(130)).collect());
        let limit = dice.below(20) as usize;
        let page = |sort: &[Sort]| engine.search(&query, within.as_ref(), sort, None, limit).unwrap();
        // A second key is never asked of the walk.
        let (fast, slow) = (page(&[Sort::Relevance]), page(&[Sort::Relevance, Sort::ControlNumber]));
        assert_eq!((fast.total, &fast.hits), (slow.total, &slow.hits), "`{query}`");
        assert_eq!(fast.next.map(|next| next.ordinal), slow.next.map(|next| next.ordinal), "`{query}`");
        walked += u32::from(best::Shape::of(&query).is_some() && fast.total > 0);
    }
    assert!(walked > 300, "many queries are answered by the walk and find something: {walked}");
}

#[test]
fn any_of_some_words_is_found_however_far_apart() {
    let text = |number: u32| {
        let (often, seldom) = (number.is_multiple_of(3), number.is_multiple_of(700));
        let stands =
            [("xa", often), ("xb", number % 2_000 == 1), ("xc", number > 4_990), ("xd", seldom), ("xe", often)];
        stands.into_iter().filter(|(_, stands)| *stands).map(|(word, _)| word).collect::<Vec<_>>().join(" ")
    };
    let documents: Vec<_> =
        (1..=5_000).map(|ordinal| Document { ordinal, text: text(ordinal), ..Document::default() }).collect();
    let folder = TempDir::new().unwrap();
    write(folder.path(), &documents, 1, 5_000);
    let engine = engine(folder.path(), &documents);
    let any = (1..=5_000).filter(|number| !text(*number).is_empty()).count() as u64;
    for (written, total) in [("xa OR xb OR xc", 1_675), ("xb OR xc", 13), ("xc OR zz", 10), ("x*", any)] {
        let query = parse(Dialect::Redwell, written).unwrap().query;
        let page = |sort: &[Sort]| engine.search(&query, None, sort, None, 20).unwrap();
        let (fast, slow) = (page(&[Sort::Relevance]), page(&[Sort::Relevance, Sort::ControlNumber]));
        assert_eq!((fast.total, &fast.hits), (slow.total, &slow.hits), "`{query}`");
        assert_eq!(fast.total, total, "`{query}`");
    }
}

#[test]
fn what_many_commits_leave_is_joined_at_the_end() {
    let documents = generated::corpus(&mut Dice(5), 40);
    let folder = TempDir::new().unwrap();
    let mut writer = IndexWriter::open(folder.path(), 1).unwrap();
    for documents in documents.chunks(10) {
        documents.iter().for_each(|document| writer.put(&row(document), &document.text).unwrap());
        writer.put(&row(&documents[0]), &documents[0].text).unwrap();
        writer.commit().unwrap();
    }
    let segments = || Snapshot::open(&place::in_use(folder.path())).unwrap().segments.len();
    assert_eq!(segments(), 4);
    writer.finish().unwrap();
    assert_eq!(segments(), 1);
    let files = fs::read_dir(place::in_use(folder.path())).unwrap().map(|file| file.unwrap().path());
    let of_words = files.filter(|file| file.extension().is_some_and(|extension| extension == "idx"));
    assert_eq!(of_words.count(), 1, "the joined ones are gone");
    assert_eq!(count(&engine(folder.path(), &documents), ""), 40);
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
        let page = engine.search(&query, None, &[Sort::Relevance], None, 10).unwrap();
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

#[test]
fn words_of_replaced_documents_are_not_listed() {
    let mut dice = Dice(7);
    let folder = TempDir::new().unwrap();
    let (old, documents) = (generated::corpus(&mut dice, 20), generated::corpus(&mut dice, 30));
    write(folder.path(), &old, 1, 6);
    write(folder.path(), &documents, 1, 11);
    let engine = engine(folder.path(), &documents);
    let oracle = BruteEngine::new(documents.iter().map(as_indexed));
    for order in [WordOrder::Letters, WordOrder::Documents] {
        for field in [None, Some(Field::Title), Some(Field::Custodian)] {
            for of in [None, Some("a*"), Some("?b*"), Some("abc~2")] {
                let of = of.map(|text| match parse(Dialect::Redwell, text).unwrap().query {
                    Query::Term(term) => term,
                    other => panic!("`{other}` is one word"),
                });
                let asked = WordsAsked { field, of, order, after: None, limit: 7 };
                assert_eq!(engine.words(&asked).unwrap(), oracle.words(&asked).unwrap(), "{asked:?}");
            }
        }
    }
}
