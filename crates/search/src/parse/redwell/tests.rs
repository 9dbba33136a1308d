//! What the dialect reads, refuses and warns of, one line a case.

use proptest::prelude::*;

use crate::engine::DocumentSet;
use crate::field::Field;
use crate::parse::{Dialect, MAX_CODE_POINTS, MAX_DEPTH, Parsed, parse};
use crate::pattern::Pattern;
use crate::query::Query;
use crate::{DateRange, words};

fn read(text: &str) -> Parsed {
    parse(Dialect::Redwell, text).unwrap_or_else(|why| panic!("{text}: {why} at {}", why.position))
}

/// Checks how a query is read, and that its canonical form reads the same.
#[track_caller]
fn check(text: &str, canonical: &str) {
    let parsed = read(text);
    assert_eq!(parsed.canonical, canonical, "{text}");
    assert_eq!(read(canonical).query, parsed.query, "{canonical}");
}

/// Checks where a query is refused and a word of why.
#[track_caller]
fn refused(text: &str, position: u32, why: &str) {
    let error = parse(Dialect::Redwell, text).expect_err(text);
    assert!(error.message.contains(why), "{text}: {}", error.message);
    assert_eq!(error.position, position, "{text}: {}", error.message);
}

/// Checks what a query is warned of: a word of each warning and where.
#[track_caller]
fn warned(text: &str, expected: &[(&str, u32, u32)]) {
    let warnings = read(text).warnings;
    let places: Vec<_> = warnings.iter().map(|warning| (warning.start, warning.end)).collect();
    assert_eq!(places, expected.iter().map(|(_, start, end)| (*start, *end)).collect::<Vec<_>>(), "{warnings:?}");
    for (warning, (word, ..)) in warnings.iter().zip(expected) {
        assert!(warning.message.contains(word), "{text}: {}", warning.message);
    }
}

#[test]
fn words() {
    check("", "");
    check("  \n ", "");
    check("Breach", "breach");
    check("e-mail", "\"e mail\"");
    check("O’Neil", "o'neil");
    check("12.3(a)", "\"12.3 a\"");
    check("(10(b)(5))", "\"10 b 5\"");
    check("NOT(a)", "NOT a");
    check("subject:x(a)", "subject:\"x a\"");
    check("a w/5(b)", "a w/5 b");
    check("a(b c)", "a AND b AND c");
    check("\"12.3(a)\"", "\"12.3 a\"");
    check("a@b.com", "\"a b.com\"");
    check("and/or", "\"and or\"");
    check("w/in", "\"w in\"");
    check("RÉSUMÉ", "résumé");
    check("東京", "\"東 京\"");
    check("צה\"ל", "\"צה\"ל\"");
    check("12:30", "\"12 30\"");
    check("\"foo:bar\"", "\"foo:bar\"");
    check("_x", "\"_x\"");
}

#[test]
fn wildcards() {
    check("contract*", "contract*");
    check("Wom?n", "wom?n");
    check("*tion", "*tion");
    check("e-mail*", "\"e mail*\"");
    check("3.*", "3.*");
    check("*.com", "*.com");
    check("京*", "京*");
    check("東京*", "\"東 京*\"");
    check("\"material* breach\"", "\"material* breach\"");
    check("a**b", "a*b");
    refused("*", 0, "every word");
    refused("a OR ??", 5, "every word");
    refused("\"breach of * contract\"", 11, "w/3");
}

#[test]
fn phrases() {
    check("\"Material Breach\"", "\"material breach\"");
    check("“material breach”", "\"material breach\"");
    check("\"breach\"", "breach");
    check("\"AND\"", "\"and\"");
    check("\"a b\"\"c d\"", "\"a b\" AND \"c d\"");
    refused("a \"b c", 2, "never closed");
    refused("\"\"", 0, "no word");
    refused("a AND \" - \"", 6, "no word");
}

#[test]
fn boolean_operators() {
    check("a b c", "a AND b AND c");
    check("a AND b", "a AND b");
    check("a OR b OR c", "a OR b OR c");
    check("NOT a", "NOT a");
    check("NOT NOT a", "NOT NOT a");
    check("a AND NOT b", "a AND NOT b");
    check("a NOT b", "a AND NOT b");
    check("a OR NOT b", "a OR NOT b");
    check("NOT (a OR b)", "NOT (a OR b)");
    check("a OR b c", "a OR (b AND c)");
    check("(a OR b) c", "(a OR b) AND c");
    check("((a))", "a");
    check("a AND (b AND c)", "a AND b AND c");
    refused("a AND", 5, "ends where a word");
    refused("AND a", 0, "before this operator");
    refused("a OR OR b", 5, "before this operator");
    refused("NOT", 3, "ends where a word");
    refused("(a", 0, "never closed");
    refused("a)", 1, "closes nothing");
    refused("a ()", 2, "nothing between");
    refused("(", 0, "never closed");
    refused("(a OR )", 6, "before this `)`");
    refused("a AND §", 6, "no letter or digit");
    refused("a & b", 2, "write AND");
    refused("a || b", 2, "write OR");
    refused("a % b", 2, "write NOT");
}

#[test]
fn proximity() {
    check("a w/5 b", "a w/5 b");
    check("a W/5 b", "a w/5 b");
    check("a PRE/12 b", "a pre/12 b");
    check("a w/5 b c", "a w/5 b AND c");
    check("\"a b\" w/5 (c OR d* OR \"e f\")", "\"a b\" w/5 (c OR d* OR \"e f\")");
    check("(a w/2 b) pre/9 c", "(a w/2 b) pre/9 c");
    check("a w/2 (b w/3 (c w/4 d))", "a w/2 (b w/3 (c w/4 d))");
    check("a w/3 b w/3 c", "(a w/3 b) w/3 c");
    check("NOT a w/5 b", "NOT (a w/5 b)");
    check("a w/5 b OR c", "a w/5 b OR c");
    check("a w/1000 b", "a w/1000 b");
    refused("a w/0 b", 2, "1 to 1000");
    refused("a w/1001 b", 2, "1 to 1000");
    refused("a w/99999999999 b", 2, "1 to 1000");
    refused("(a AND b) w/5 c", 0, "takes words");
    refused("c w/5 (a AND b)", 6, "takes words");
    refused("c w/5 (NOT b)", 6, "takes words");
    refused("c w/5 (a OR (b c))", 6, "takes words");
    refused("c w/5 NOT b", 6, "before this operator");
    refused("subject:a w/5 b", 0, "cannot reach into a field");
    refused("a w/5 date:2001", 6, "needs words");
    refused("a NOT w/5 b", 6, "negated proximity");
    refused("w/5 b", 0, "before this operator");
    refused("a w/5", 5, "ends where a word");
    refused("\"a b\"~5", 5, "not part of this query language");
}

#[test]
fn fields() {
    check("subject:budget", "subject:budget");
    check("Subject: Budget", "subject:budget");
    check("from:jeff.skilling@enron.com", "from:\"jeff.skilling enron.com\"");
    check("title:\"annual report\" x", "title:\"annual report\" AND x");
    check("subject:(a OR b*)", "subject:(a OR b*)");
    check("subject:(a AND NOT b)", "subject:(a AND NOT b)");
    check("subject:(NOT b)", "subject:(NOT b)");
    check("subject:(a w/5 b)", "subject:(a w/5 b)");
    check("NOT type:pdf", "NOT type:pdf");
    refused("nonsense:x", 0, "no field `nonsense`");
    refused("http://x", 0, "quotes");
    refused("subject:", 8, "value is expected");
    refused("subject: AND b", 9, "is expected after");
    refused("subject:NOT b", 8, "is expected after");
    refused("subject:(from:x)", 9, "cannot stand inside");
    refused("subject:(a OR tag:x)", 14, "cannot stand inside");
}

#[test]
fn dates() {
    check("date:2001", "date:2001");
    check("date:2001-05", "date:2001-05");
    check("date:2001-05-17", "date:2001-05-17");
    check("date:2001-05..2001-08", "date:2001-05..2001-08");
    check("date:..2001", "date:..2001-12-31");
    check("date:>=2001-05", "date:2001-05-01..");
    check("date:<2001", "date:..2000-12-31");
    check("(date:2001 OR date:2003) a", "(date:2001 OR date:2003) AND a");
    refused("date:May", 5, "not a date");
    refused("a date:2002..2001", 7, "ends before");
    refused("date:(2001)", 5, "a date or a range");
}

#[test]
fn coding() {
    check("tag:Hot", "tag:Hot");
    check("tag:\"Two words\"", "tag:\"Two words\"");
    check("tag:\"say \"\"no\"\"\"", "tag:\"say \"\"no\"\"\"");
    check("tag:https://example.com/x#y", "tag:https://example.com/x#y");
    check("tag:(hot OR \"Two words\")", "tag:hot OR tag:\"Two words\"");
    check("NOT tag:hot", "NOT tag:hot");
    refused("tag:\"\"", 4, "name of a code");
    refused("tag:(a AND b)", 7, "joined by OR");
}

#[test]
fn warnings() {
    warned("a AND b", &[]);
    warned("a OR b", &[]);
    warned("(a AND b) OR c", &[]);
    warned("a AND b OR c", &[("`(a AND b) OR c`", 0, 12)]);
    warned("x OR a b", &[("`x OR (a AND b)`", 0, 8)]);
    warned("breach and fraud", &[("`and` was searched as a word", 7, 10)]);
    warned("Or", &[("write `OR`", 0, 2)]);
    warned("a w/3 b w/3 c", &[("`(a w/3 b) w/3 c`", 0, 13)]);
    warned("a b w/3 c", &[("`a AND b w/3 c`", 0, 9)]);
    warned("a AND b w/3 c", &[]);
    warned("type:pdf b w/3 c", &[]);
    warned("é -fraud", &[("NOT fraud", 2, 8)]);
    warned("a near/5 b", &[("w/5", 2, 8)]);
    warned("a /s b", &[("w/5", 2, 4)]);
    warned("apply~", &[("`~` means nothing here", 0, 6)]);
}

#[test]
fn limits_are_refused_in_words() {
    refused(&"(".repeat(60_000), u32::try_from(MAX_DEPTH).unwrap(), "nested");
    refused(&format!("{}a", "NOT ".repeat(10_000)), 0, "nested");
    assert!(parse(Dialect::Redwell, &vec!["a"; 1_000].join(" w/1 ")).is_err());
    assert_eq!(read(&vec!["a"; 5_000].join(" OR ")).query, Query::or(vec![Query::word("a"); 5_000]));
    refused(&"a".repeat(MAX_CODE_POINTS + 1), u32::try_from(MAX_CODE_POINTS).unwrap(), "characters long");
}

/// Any word a text can hold.
fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z]{1,5}",
        1 => Just("and".to_owned()),
        1 => Just("pre".to_owned()),
        1 => Just("צה\"ל".to_owned()),
        2 => "\\PC{1,8}".prop_filter_map("no word", |text| words::words(&text).next().map(|w| w.folded().into_owned())),
    ]
    .prop_filter("folding can change where words end", |word| {
        words::words(word).map(|w| w.written.to_owned()).eq([word.clone()])
    })
}

fn pattern() -> impl Strategy<Value = Pattern> {
    "[a-z0-9é]{0,2}[*?][a-z0-9é]{1,2}|[a-z]{1,3}[*?]{1,2}".prop_filter_map("not a pattern", |text| Pattern::new(&text))
}

fn part() -> impl Strategy<Value = Query> {
    prop_oneof![3 => word().prop_map(|word| Query::word(word)), 1 => pattern().prop_map(Query::wildcard)]
}

fn term() -> impl Strategy<Value = Query> {
    prop_oneof![
        4 => word().prop_map(|word| Query::word(word)),
        1 => pattern().prop_map(Query::wildcard),
        2 => prop::collection::vec(part(), 1..4).prop_map(|parts| Query::phrase(parts)),
    ]
}

fn spanning() -> impl Strategy<Value = Query> {
    term().prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone(), 1u32..=1000, any::<bool>())
                .prop_map(|(a, b, n, ordered)| Query::near(a, b, n, ordered)),
            prop::collection::vec(inner, 1..3).prop_map(Query::or),
        ]
    })
}

fn boolean(leaf: BoxedStrategy<Query>) -> BoxedStrategy<Query> {
    leaf.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Query::and),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Query::or),
            inner.prop_map(Query::not),
        ]
    })
    .boxed()
}

/// Any query that can be written.
fn query() -> impl Strategy<Value = Query> {
    let field = (prop::sample::select(Field::ALL.to_vec()), boolean(spanning().boxed()))
        .prop_map(|(field, value)| Query::field(field, value));
    let dates = ["2001", "2001-05", "..2001-05-17", ">=1999", "2001-05..2001-08", "1999-12-31..2001"];
    let date = prop::sample::select(dates.to_vec()).prop_map(|text| Query::dated(DateRange::parse(text).unwrap()));
    let tag = "\\PC{1,8}".prop_filter_map("blank", |text| {
        let name = text.trim();
        (!name.is_empty()).then(|| Query::tag(name))
    });
    boolean(prop_oneof![5 => spanning(), 1 => field, 1 => date, 1 => tag].boxed())
}

proptest! {
    #[test]
    fn the_canonical_form_reads_back(query in query()) {
        let printed = query.to_string();
        let parsed = parse(Dialect::Redwell, &printed);
        prop_assert_eq!(parsed.map(|parsed| parsed.query), Ok(query), "{}", printed);
    }

    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,80}") {
        let _ = parse(Dialect::Redwell, &text);
    }

    #[test]
    fn no_mix_of_its_pieces_makes_it_panic(pieces in prop::collection::vec(
        prop::sample::select(vec!["(", ")", "\"", "“", "AND", "OR", "NOT", "w/5", "pre/3", "w/", "a", "b*", "?", "*", ":", "tag:", "date:", "subject:", "2001..", "東", " ", " ", "ל", "'", "-"]), 0..24,
    )) {
        let text = pieces.concat();
        match parse(Dialect::Redwell, &text) {
            Ok(parsed) => {
                let again = parse(Dialect::Redwell, &parsed.canonical).map(|again| again.query);
                prop_assert_eq!(again, Ok(parsed.query), "{} as {}", text, parsed.canonical);
                let length = u32::try_from(text.chars().count()).unwrap();
                prop_assert!(parsed.warnings.iter().all(|warning| warning.start < warning.end && warning.end <= length));
            }
            Err(error) => prop_assert!(error.position as usize <= text.chars().count()),
        }
    }
}

#[test]
fn documents_print_as_a_remark() {
    let set = Query::Documents(DocumentSet::from([1, 2]));
    assert_eq!(Query::and([Query::word("a"), set]).to_string(), "a AND (2 documents)");
}
