//! What any engine must pass: the contract and the language, case by case, over a tiny corpus.
//!
//! An engine's tests call [`check`] with a function that builds the engine over given documents. Every expectation is
//! written out by hand; [`crate::brute`] passes too, so generated queries may be compared with it. Failures panic.

use std::collections::BTreeMap;

use crate::brute::Document;
use crate::dictionary::{WordOrder, WordPlace, WordsAsked};
use crate::engine::{DocumentSet, EngineError, FacetField, SearchEngine, Sort};
use crate::field::{Field, OrderedField};
use crate::parse::{Dialect, parse};
use crate::query::{Query, Relation};

/// Builds an engine over documents.
pub type Build<'b> = dyn FnMut(&[Document]) -> Box<dyn SearchEngine> + 'b;

/// Checks an engine against the contract.
///
/// # Panics
/// When it breaks it.
pub fn check(build: &mut Build<'_>) {
    let engine = build(&corpus());
    let engine = engine.as_ref();
    finds(engine);
    keeps_to_sets(engine);
    sorts_and_pages(engine);
    counts_values(engine);
    counts_passages(engine);
    lists_words(engine);
    marks_passages(engine);
    refuses_what_is_unresolved(engine);
    answers_without_documents(build(&[]).as_ref());
    let engine = build(&corpus_of_operators());
    finds_by_every_operator(engine.as_ref());
    keeps_together_what_belongs_together(engine.as_ref());
}

/// The documents the cases below are about.
#[must_use]
pub fn corpus() -> Vec<Document> {
    let document = |ordinal, text: &str, date: Option<&str>, fields: &[(Field, &[&str])]| Document {
        ordinal,
        text: text.to_owned(),
        date: date.map(|date| date.parse().expect("a moment as written here")),
        fields: fields
            .iter()
            .map(|(field, values)| (*field, values.iter().map(|value| (*value).to_owned()).collect()))
            .collect::<BTreeMap<_, _>>(),
        ..Document::default()
    };
    let of = |custodians: &'static [&'static str], format: &'static [&'static str]| {
        [(Field::Custodian, custodians), (Field::Type, format)]
    };
    let with =
        |base: [(Field, &'static [&'static str]); 2], more: &[(Field, &'static [&'static str])]| [&base, more].concat();
    vec![
        document(
            1,
            "The Seller committed a material breach of the agreement.",
            Some("2001-05-17T10:00:00Z"),
            &with(
                of(&["Skilling, Jeff"], &["pdf"]),
                &[(Field::Title, &["Purchase Agreement"]), (Field::Language, &["en"])],
            ),
        ),
        document(
            2,
            "No breach was material. Termination under § 12.3(a) followed the breach.",
            Some("2001-05-17T23:59:59Z"),
            &with(
                of(&["Lay", "Skilling, Jeff"], &["pdf"]),
                &[(Field::Title, &["Termination Notice"]), (Field::Language, &["en"])],
            ),
        ),
        document(
            3,
            "From: Jeff Skilling\n\nThe résumé of Mr O’Neil – RÉSUMÉ, not resume.",
            Some("2001-06-01T00:00:00Z"),
            &with(
                of(&["Lay"], &["eml"]),
                &[
                    (Field::From, &["Jeff Skilling <jeff.skilling@enron.com>"]),
                    (Field::To, &["Ann Lee <ann@lee.example>", "Bo Chan <bo@chan.example>"]),
                    (Field::Subject, &["Re: the résumé"]),
                ],
            ),
        ),
        document(
            4,
            "契約 contract 東京都. e-mail and email, cooperate and co-operate. ΟΔΟΣ οδός",
            Some("1999-12-31T23:59:59Z"),
            &with(of(&["Chan"], &["docx"]), &[(Field::Language, &["zh"])]),
        ),
        document(5, "", None, &of(&["Chan"], &["pdf"])),
        document(
            6,
            "contractual contractor contract-based subcontract contracts",
            Some("2002-01-01T00:00:00Z"),
            &with(
                of(&["Lay"], &["docx"]),
                &[(Field::Path, &["Lay/deals/2002/annex A.docx"]), (Field::Author, &["Ann Lee", "Bo Chan"])],
            ),
        ),
        document(9, "alpha beta gamma alpha delta epsilon zeta eta theta beta", None, &of(&["Lay"], &["txt"])),
    ]
}

/// A query as the text of a search box gives it.
fn read(text: &str) -> Query {
    parse(Dialect::Redwell, text).unwrap_or_else(|why| panic!("`{text}` is a query: {why}")).query
}

fn finds(engine: &dyn SearchEngine) {
    let cases: &[(&str, &[u32])] = &[
        ("", &[1, 2, 3, 4, 5, 6, 9]),
        ("breach", &[1, 2]),
        ("BREACH", &[1, 2]),
        ("breaches", &[]),
        ("breach AND termination", &[2]),
        ("breach termination", &[2]),
        ("seller OR termination", &[1, 2]),
        ("NOT breach", &[3, 4, 5, 6, 9]),
        ("breach AND NOT termination", &[1]),
        ("NOT (breach OR contract)", &[3, 5, 9]),
        // Phrases and what is cut into words.
        ("\"material breach\"", &[1]),
        ("\"breach material\"", &[]),
        ("\"breach of the\"", &[1]),
        ("12.3(a)", &[2]),
        ("e-mail", &[4]),
        ("email", &[4]),
        ("co-operate", &[4]),
        ("résumé", &[3]),
        ("resume", &[3]),
        ("\"of mr o'neil\"", &[3]),
        ("契約", &[4]),
        ("約契", &[]),
        ("東 w/2 都", &[4]),
        ("οδοσ", &[4]),
        // Wildcards.
        ("contract*", &[4, 6]),
        ("contract?", &[6]),
        ("*contract", &[4, 6]),
        ("contract*l", &[6]),
        ("contract??", &[6]),
        ("r?sum?", &[3]),
        ("\"mat* br*\"", &[1]),
        ("\"contract* contract*\"", &[6]),
        ("zzz*", &[]),
        // Proximity.
        ("seller w/3 material", &[1]),
        ("seller w/2 material", &[]),
        ("material w/3 seller", &[1]),
        ("material pre/3 seller", &[]),
        ("seller pre/3 material", &[1]),
        ("breach w/2 material", &[1, 2]),
        ("breach pre/2 material", &[2]),
        ("breach w/9 breach", &[2]),
        ("breach w/8 breach", &[]),
        ("alpha w/1 beta", &[9]),
        ("alpha w/1 alpha", &[]),
        ("alpha w/3 alpha", &[9]),
        ("(alpha OR seller) w/2 (gamma OR committed)", &[1, 9]),
        ("(alpha w/1 beta) w/1 gamma", &[9]),
        ("(alpha w/1 beta) pre/2 alpha", &[9]),
        ("(gamma w/1 alpha) w/1 beta", &[9]),
        ("(alpha w/3 alpha) w/1 gamma", &[]),
        ("(alpha w/3 alpha) pre/1 delta", &[9]),
        ("\"material breach\" w/2 the", &[1]),
        ("br* w/2 mat*", &[1, 2]),
        ("from w/2 skilling", &[3]),
        // Fields. Bare words look at the text alone.
        ("purchase", &[]),
        ("title:purchase", &[1]),
        ("title:(purchase OR notice)", &[1, 2]),
        ("title:\"purchase agreement\"", &[1]),
        ("title:(agreement w/1 purchase)", &[1]),
        ("title:(NOT purchase)", &[2, 3, 4, 5, 6, 9]),
        ("custodian:skilling", &[1, 2]),
        ("custodian:\"skilling jeff\"", &[1, 2]),
        ("custodian:\"lay skilling\"", &[]),
        ("custodian:(lay w/1000 skilling)", &[]),
        ("custodian:(lay AND skilling)", &[2]),
        ("from:jeff.skilling@enron.com", &[3]),
        ("to:bo", &[3]),
        ("to:ann cc:ann", &[]),
        ("subject:résumé", &[3]),
        ("type:pdf", &[1, 2, 5]),
        ("type:d*", &[4, 6]),
        ("language:en", &[1, 2]),
        ("author:chan", &[6]),
        ("author:\"lee bo\"", &[]),
        ("path:deals", &[6]),
        ("breach type:pdf NOT custodian:lay", &[1]),
        // Dates: whole UTC days.
        ("date:2001-05-17", &[1, 2]),
        ("date:2001", &[1, 2, 3]),
        ("date:2001-05..2001-06", &[1, 2, 3]),
        ("date:>=2001-06", &[3, 6]),
        ("date:..1999", &[4]),
        ("date:<2001-06", &[1, 2, 4]),
        ("NOT date:..2099", &[5, 9]),
    ];
    for (text, expected) in cases {
        let query = read(text);
        let expected: DocumentSet = expected.iter().copied().collect();
        let found = engine.documents(&query, None).unwrap_or_else(|why| panic!("`{text}`: {why}"));
        assert_eq!(found, expected, "`{text}` read as `{query}`");
        let count = engine.count(&query, None).unwrap_or_else(|why| panic!("`{text}`: {why}"));
        assert_eq!(count, expected.len(), "the count of `{text}`");
    }
}

/// The documents the cases of single operators are about.
#[must_use]
pub fn corpus_of_operators() -> Vec<Document> {
    let document = |ordinal, text: &str, fields: &[(Field, &str)], ordered: &[(OrderedField, i64)]| Document {
        ordinal,
        text: text.to_owned(),
        fields: fields.iter().map(|(field, value)| (*field, vec![(*value).to_owned()])).collect(),
        ordered: ordered.iter().copied().collect(),
        family: Some(if ordinal == 2 { 1 } else { ordinal }),
        ..Document::default()
    };
    let typed = (Field::Type, "pdf");
    vec![
        document(
            1,
            "IT paid US$1,500.50 on 17 May 2001. It was late.\n\nThe second paragraph names no amount. 20 million euros \
             were due 05/06/2001.",
            &[typed, (Field::Sha256, "a")],
            &[(OrderedField::Size, 500)],
        ),
        document(
            2,
            "The café applied for a licence; applying and applications follow. Breach, braech, breech.",
            &[typed, (Field::MessageId, "m2@x"), (Field::Sha256, "b")],
            &[(OrderedField::Size, 5_000), (OrderedField::Pages, 2), (OrderedField::Sent, 990_000_000)],
        ),
        document(
            3,
            "alpha x beta. Gamma alpha\n\nbeta gamma beta",
            &[typed, (Field::MessageId, "m3@x"), (Field::InReplyTo, "m2@x"), (Field::Sha256, "c")],
            &[],
        ),
        document(
            4,
            "ภาษาไทย และ שלום עולם",
            &[typed, (Field::From, "Kenneth Lay <kenneth.lay@enron.com>"), (Field::Sha256, "a")],
            &[],
        ),
    ]
}

fn finds_by_every_operator(engine: &dyn SearchEngine) {
    let cases: &[(&str, &[u32])] = &[
        // As written, and not.
        ("it", &[1]),
        ("=\"IT\"", &[1]),
        ("=\"It\"", &[1]),
        ("=it", &[]),
        ("cafe", &[2]),
        ("=café", &[2]),
        ("=cafe", &[]),
        // Words like others.
        ("breach~1", &[2]),
        ("hits(breach~1) = 3", &[2]),
        ("hits(breach~1) >= 4", &[]),
        ("hits(stem(apply)) = 2", &[2]),
        ("/appl(ied|ying)/", &[2]),
        ("/appl/", &[]),
        ("number(1000..2000)", &[1]),
        ("number(3000..)", &[]),
        // Amounts and days.
        ("money(USD 1000..2000)", &[1]),
        ("money(1000..2000)", &[1]),
        ("money(EUR 1000..2000)", &[]),
        ("money(EUR 20000000..)", &[1]),
        ("day(2001-05-17)", &[1]),
        ("day(2001-06-05)", &[1]),
        ("day(2001-05-06)", &[1]),
        ("day(2001-05-07)", &[]),
        ("day(2001-05-17) w/p money(USD 1000..)", &[1]),
        ("day(2001-05-17) w/p money(EUR 1000..)", &[]),
        // Sentences and paragraphs.
        ("alpha w/s beta", &[3]),
        ("x w/s gamma", &[]),
        ("x w/p gamma", &[3]),
        ("gamma pre/s beta", &[3]),
        ("gamma pre/s x", &[]),
        // Not near.
        ("alpha NOT w/1 gamma", &[3]),
        ("alpha NOT w/3 gamma", &[]),
        ("gamma NOT pre/1 alpha", &[3]),
        ("beta NOT w/p x", &[3]),
        ("x NOT w/s beta", &[]),
        // Groups.
        ("(alpha AND beta) w/1 gamma", &[3]),
        ("(alpha AND x) w/1 gamma", &[]),
        ("(alpha AND NOT x) w/1 gamma", &[3]),
        ("(alpha AND NOT beta) w/1 gamma", &[]),
        ("\"alpha (x|gamma) beta\"", &[3]),
        ("\"alpha (gamma|delta) beta\"", &[]),
        // Ends, expressions, counts.
        ("first(1, alpha)", &[3]),
        ("first(1, beta)", &[]),
        ("last(1, beta)", &[3]),
        ("last(1, alpha)", &[]),
        ("regex(\"x beta\\.\\s+gamma\")", &[3]),
        ("regex(\"x beta\\s+gamma\")", &[]),
        ("hits(beta) >= 3", &[3]),
        ("hits(beta) = 1..2", &[]),
        ("NOT hits(beta) >= 1", &[1, 2, 4]),
        ("gamma ANDANY absent", &[3]),
        // Scripts without spaces, and from right to left.
        ("ภาษา", &[4]),
        ("ษาไท", &[4]),
        ("ไทภา", &[]),
        ("עולם", &[4]),
        ("\"שלום עולם\"", &[4]),
        // Fields.
        ("from:lay", &[4]),
        ("from:kenneth.lay", &[4]),
        ("from:\"kenneth lay\"", &[4]),
        ("from:lay@enron.com", &[4]),
        ("from:enron", &[4]),
        ("exists(from)", &[4]),
        ("NOT exists(from)", &[1, 2, 3]),
        ("size:>1000", &[2]),
        ("pages:2..3", &[2]),
        ("words:25..25", &[1]),
        ("sent:2001", &[2]),
        ("sent:2002", &[]),
    ];
    for (text, expected) in cases {
        let query = read(text);
        let found = engine.documents(&query, None).unwrap_or_else(|why| panic!("`{text}`: {why}"));
        assert_eq!(found, expected.iter().copied().collect::<DocumentSet>(), "`{text}` read as `{query}`");
    }
}

fn keeps_together_what_belongs_together(engine: &dyn SearchEngine) {
    let related = |one: u32, by| {
        let found = engine.related(&DocumentSet::from([one]), by).unwrap_or_else(|why| panic!("{by:?}: {why}"));
        found.iter().collect::<Vec<_>>()
    };
    assert_eq!(related(2, Relation::Family), [1, 2]);
    assert_eq!(related(3, Relation::Family), [3]);
    assert_eq!(related(3, Relation::Thread), [2, 3]);
    assert_eq!(related(1, Relation::Thread), [1]);
    assert_eq!(related(4, Relation::Duplicates), [1, 4]);
    let in_order = |sort: &[Sort]| {
        let page = engine.search(&Query::All, None, sort, None, 10).unwrap_or_else(|why| panic!("{why}"));
        page.hits.iter().map(|hit| hit.ordinal).collect::<Vec<_>>()
    };
    assert_eq!(in_order(&[Sort::SizeDescending]), [2, 1, 3, 4]);
    assert_eq!(in_order(&[Sort::Thread, Sort::SizeDescending]), [1, 2, 3, 4]);
    assert_eq!(in_order(&[Sort::Family, Sort::SizeDescending]), [2, 1, 3, 4]);
}

fn keeps_to_sets(engine: &dyn SearchEngine) {
    let found = |query: &Query, within: &[u32]| {
        let within = within.iter().copied().collect();
        let found = engine.documents(query, Some(&within)).unwrap_or_else(|why| panic!("`{query}`: {why}"));
        found.iter().collect::<Vec<_>>()
    };
    assert_eq!(found(&read("breach"), &[2, 3]), [2]);
    assert_eq!(found(&read("NOT breach"), &[2, 3]), [3]);
    assert!(found(&read("\"material breach\""), &[2]).is_empty());
    assert_eq!(found(&Query::All, &[2, 77]), [2]);
    // A coding predicate resolved to documents, some of which do not exist.
    let coded = Query::Documents(DocumentSet::from([1, 3, 77]));
    assert_eq!(found(&coded, &[1, 2, 3]), [1, 3]);
    assert_eq!(found(&Query::and([read("breach"), coded.clone()]), &[1, 2, 3]), [1]);
    assert_eq!(found(&Query::not(coded), &[1, 2, 3]), [2]);
}

fn sorts_and_pages(engine: &dyn SearchEngine) {
    let in_order = |text: &str, sort| {
        let query = read(text);
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let page =
                engine.search(&query, None, &[sort], after.as_ref(), 2).unwrap_or_else(|why| panic!("`{text}`: {why}"));
            assert!(page.hits.len() <= 2, "a page of `{text}` is no longer than asked");
            let total = engine.count(&query, None).unwrap_or_else(|why| panic!("`{text}`: {why}"));
            assert_eq!(page.total, total, "the total of `{text}` is its count on every page");
            found.extend(page.hits.iter().map(|hit| hit.ordinal));
            assert!(found.len() <= 100, "paging through `{text}` ends");
            match page.next {
                Some(cursor) => after = Some(cursor),
                None => return found,
            }
        }
    };
    assert_eq!(in_order("", Sort::ControlNumber), [1, 2, 3, 4, 5, 6, 9]);
    assert_eq!(in_order("", Sort::DateAscending), [4, 1, 2, 3, 6, 5, 9]);
    assert_eq!(in_order("", Sort::DateDescending), [6, 3, 2, 1, 4, 5, 9]);
    assert_eq!(in_order("", Sort::Relevance), [1, 2, 3, 4, 5, 6, 9]);
    let mut relevant = in_order("breach OR contract*", Sort::Relevance);
    relevant.sort_unstable();
    assert_eq!(relevant, [1, 2, 4, 6]);
    let score = |text: &str| {
        let page = engine
            .search(&read(text), None, &[Sort::Relevance], None, 1)
            .unwrap_or_else(|why| panic!("`{text}`: {why}"));
        page.hits[0].score
    };
    assert!(score("breach") > 0.0, "a query with words scores");
    assert!(score("type:pdf NOT breach") >= 0.0 && score("").abs() < f32::EPSILON, "a query without words does not");
    let nothing =
        engine.search(&read("breach"), None, &[Sort::Relevance], None, 0).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!((nothing.total, nothing.hits.len()), (2, 0), "a page of none still has the total");
}

/// Passages counted in one pass are those that `hits(…)` asks for.
fn counts_passages(engine: &dyn SearchEngine) {
    for text in ["price", "price OR breach", "\"the price\"", "price w/5 increase", "NOT price", "type:mail"] {
        let query = read(text);
        let (documents, hits) = engine.documents_and_hits(&query, None).unwrap_or_else(|why| panic!("`{text}`: {why}"));
        let alone = engine.documents(&query, None).unwrap_or_else(|why| panic!("`{text}`: {why}"));
        assert_eq!(documents, alone, "{text}");
        let with = |least| engine.count(&Query::and([query.clone(), Query::hits(query.clone(), least, None)]), None);
        let expected: u64 = (1..=50).map(|least| with(least).unwrap_or_else(|why| panic!("`{text}`: {why}"))).sum();
        assert_eq!(hits, expected, "{text}");
    }
}

fn counts_values(engine: &dyn SearchEngine) {
    let values = |text: &str, field| {
        let found = engine.facet(&read(text), None, field).unwrap_or_else(|why| panic!("`{text}`: {why}"));
        found.into_iter().map(|value| format!("{}={}", value.value, value.count)).collect::<Vec<_>>()
    };
    assert_eq!(values("", FacetField::Type), ["pdf=3", "docx=2", "eml=1", "txt=1"]);
    assert_eq!(values("", FacetField::Custodian), ["Lay=4", "Chan=2", "Skilling, Jeff=2"]);
    assert_eq!(values("breach", FacetField::Custodian), ["Skilling, Jeff=2", "Lay=1"]);
    assert_eq!(values("", FacetField::Year), ["2001=3", "=2", "1999=1", "2002=1"]);
    assert_eq!(values("", FacetField::Language), ["=4", "en=2", "zh=1"]);
    assert!(values("zzz", FacetField::Language).is_empty());
}

/// Words as `word documents occurrences`, and whether more follow.
fn listed(engine: &dyn SearchEngine, asked: &WordsAsked) -> (u64, Vec<String>, bool) {
    let page = engine.words(asked).expect("the words are listed");
    let shown = page.words.into_iter().map(|found| format!("{} {} {}", found.word, found.documents, found.occurrences));
    (page.total, shown.collect(), page.more)
}

fn lists_words(engine: &dyn SearchEngine) {
    let check = |field, of: Option<&str>, order, limit, expected: (u64, &[&str], bool)| {
        let of = of.map(|text| match read(text) {
            Query::Term(term) => term,
            other => panic!("`{other}` is one word"),
        });
        let mut asked = WordsAsked { field, of, order, after: None, limit };
        assert_eq!(
            listed(engine, &asked),
            (expected.0, expected.1.iter().map(ToString::to_string).collect(), expected.2)
        );
        // Page by page it is the same.
        let all = engine.words(&WordsAsked { limit: 1_000, ..asked.clone() }).expect("all words").words;
        let mut pages = Vec::new();
        asked.limit = 2;
        while let Ok(page) = engine.words(&asked) {
            asked.after =
                page.words.last().map(|last| WordPlace { documents: last.documents, word: last.word.clone() });
            pages.extend(page.words);
            if !page.more {
                break;
            }
        }
        assert_eq!(pages, all);
    };
    let contracts: &[&str] = &["contract 2 2", "contractor 1 1", "contracts 1 1", "contractual 1 1"];
    check(None, Some("contract*"), WordOrder::Letters, 10, (4, contracts, false));
    check(None, Some("*a"), WordOrder::Letters, 2, (8, &["a 2 2", "alpha 1 2"], true));
    check(None, Some("breech~1"), WordOrder::Letters, 10, (1, &["breach 2 3"], false));
    check(None, Some("nosuchword*"), WordOrder::Documents, 10, (0, &[], false));
    check(Some(Field::Custodian), None, WordOrder::Documents, 3, (4, &["lay 4 4", "chan 2 2", "jeff 2 2"], true));
    check(Some(Field::Sha256), None, WordOrder::Letters, 3, (0, &[], false));
    let asked = WordsAsked { field: None, of: None, order: WordOrder::Documents, after: None, limit: 2 };
    assert_eq!(listed(engine, &asked).1, ["the 3 4", "a 2 2"]);
}

fn marks_passages(engine: &dyn SearchEngine) {
    let corpus = corpus();
    let marked = |text: &str, ordinal| {
        let ranges = engine.hit_ranges(&read(text), ordinal).unwrap_or_else(|why| panic!("`{text}`: {why}"));
        let canonical = &corpus.iter().find(|document| document.ordinal == ordinal).expect("a document above").text;
        let ruler = redwell_model::TextRuler::new(canonical);
        ranges.into_iter().map(|range| ruler.slice(range).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(marked("breach", 2), ["breach", "breach"]);
    assert_eq!(marked("\"material breach\"", 1), ["material breach"]);
    assert_eq!(marked("o'neil OR résumé", 3), ["résumé", "O’Neil", "RÉSUMÉ", "resume"]);
    assert!(marked("breach", 3).is_empty(), "a document that does not match has no passages");
    assert!(marked("breach AND date:1999", 1).is_empty(), "nor has one that metadata rules out");
    assert!(marked("type:pdf", 1).is_empty(), "nor has a query without words");
    assert_eq!(marked("breach AND type:pdf", 1), ["breach"]);
}

fn refuses_what_is_unresolved(engine: &dyn SearchEngine) {
    let refused = engine.count(&read("breach AND tag:hot"), None);
    assert!(matches!(refused, Err(EngineError::Unresolved { predicate }) if predicate == "tag:hot"));
}

fn answers_without_documents(engine: &dyn SearchEngine) {
    for text in ["", "breach", "NOT breach", "b* w/3 c*", "date:2001", "type:pdf"] {
        let count = engine.count(&read(text), None).unwrap_or_else(|why| panic!("`{text}`: {why}"));
        assert_eq!(count, 0, "`{text}` without documents");
        let page = engine
            .search(&read(text), None, &[Sort::Relevance], None, 10)
            .unwrap_or_else(|why| panic!("`{text}`: {why}"));
        assert!(page.hits.is_empty() && page.next.is_none(), "`{text}` without documents");
    }
    let values = engine.facet(&Query::All, None, FacetField::Custodian).unwrap_or_else(|why| panic!("{why}"));
    assert!(values.is_empty(), "no values without documents");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::brute::BruteEngine;

    #[test]
    fn the_oracle_conforms() {
        check(&mut |documents| Box::new(BruteEngine::new(documents.to_vec())));
    }
}
