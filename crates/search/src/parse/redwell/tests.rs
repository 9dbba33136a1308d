//! What the dialect reads, refuses and warns of, one line a case.

use proptest::prelude::*;

use crate::engine::DocumentSet;
use crate::parse::generators::query;
use crate::parse::{Dialect, MAX_CODE_POINTS, MAX_DEPTH, Parsed, checks, parse};
use crate::query::Query;

#[track_caller]
fn read(text: &str) -> Parsed {
    checks::read(Dialect::Redwell, text)
}

/// Checks how a query is read, and that its canonical form reads the same.
#[track_caller]
fn check(text: &str, canonical: &str) {
    let parsed = read(text);
    assert_eq!(parsed.canonical, canonical, "{text}");
    assert_eq!(read(canonical).query, parsed.query, "{canonical}");
}

#[track_caller]
fn refused(text: &str, position: u32, why: &str) {
    checks::refused(Dialect::Redwell, text, position, why);
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
    check("RÉSUMÉ", "resume");
    check("Straße", "strasse");
    check("a@b.com", "\"a b.com\"");
    check("and/or", "\"and or\"");
    check("w/in", "\"w in\"");
    check("RÉSUMÉ", "resume");
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
    check("(a AND b) w/5 c", "(a AND b) w/5 c");
    check("c w/5 (a OR (b c))", "c w/5 (a OR (b AND c))");
    check("c w/5 (a NOT b)", "c w/5 (a AND NOT b)");
    check("a NOT w/5 b", "a NOT w/5 b");
    check("a NOT PRE/5 b w/3 c", "(a NOT pre/5 b) w/3 c");
    check("a w/s b", "a w/s b");
    check("a pre/P b OR c NOT W/p d", "a pre/p b OR c NOT w/p d");
    refused("c w/5 (NOT b)", 6, "NOT w/5");
    refused("c w/5 (a OR NOT b)", 6, "whole documents");
    refused("c w/5 NOT b", 6, "before this operator");
    refused("subject:a w/5 b", 0, "cannot reach into a field");
    refused("a w/5 date:2001", 6, "needs words");
    refused("a w/5 (b AND date:2001)", 6, "needs words");
    refused("w/5 b", 0, "before this operator");
    refused("a w/5", 5, "ends where a word");
    refused("\"a b\"~5", 5, "one w/5 other");
    refused("\"a b\" ~5", 6, "one w/5 other");
}

#[test]
fn fields() {
    check("subject:budget", "subject:budget");
    check("Subject: Budget", "subject:budget");
    check("subject:jeff.skilling@enron.com", "subject:\"jeff.skilling enron.com\"");
    check("from:jeff.skilling@enron.com", "from:\"jeff skilling enron com\"");
    check("from:jeff.skilling@enron.com", "from:\"jeff skilling enron com\"");
    check("filename:annex_a.docx", "filename:\"annex a docx\"");
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
    check("date:(2001, 2003 OR 2005..)", "date:2001 OR date:2003 OR date:2005-01-01..");
    check("sent:2001-05", "sent:2001-05");
    check(
        "received:<2002 created:2001 modified:..2003",
        "received:..2001-12-31 AND created:2001 AND modified:..2003-12-31",
    );
    refused("date:", 5, "a date or a range");
    refused("date:()", 6, "a date or a range");
    refused("date:(2001 AND 2002)", 11, "joined by OR");
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
    warned("a /s b", &[("w/s", 2, 4)]);
    warned("apply%", &[("`%` means nothing here", 0, 6)]);
    warned("a xfirstword", &[("first(10", 2, 12)]);
    warned("(a AND b) w/5 (c AND d)", &[("two groups", 0, 23)]);
    warned("a b +family", &[("`a AND (b +family)`", 0, 11)]);
    warned("a AND (b +family)", &[]);
    warned("custodian:(a b, c)", &[("`(a AND b) OR c`", 11, 17)]);
}

#[test]
fn one_word_by_its_letters() {
    check("breach~1", "breach~1");
    check("Breach~2 x", "breach~2 AND x");
    check("\"foo:bar\"~1", "\"foo:bar\"~1");
    check("e-mail~1", "phrase(e~1, mail~1)");
    check("/contracts?/", "/contracts?/");
    check("/a\\/b/", "/a\\/b/");
    check("subject:/b(c|d)/", "subject:/b(c|d)/");
    check("/home/ann", "\"home ann\"");
    check("=IT", "=IT");
    check("=\"IT department\"", "=\"IT department\"");
    check("=e-Mail", "=\"e Mail\"");
    check("=foo:Bar", "=\"foo:Bar\"");
    check("=\"Résumé\" OR x", "=Résumé OR x");
    check("stem(Apply)", "stem(apply)");
    check("stem(appliquer, fr)", "stem(appliquer, fr)");
    check("stem(\"apply for\")", "phrase(stem(apply), stem(for))");
    check("syn(fast)", "syn(fast)");
    check("syn(\"event of Default\")", "syn(\"event of default\")");
    check("number(100..200)", "number(100..200)");
    check("number( >= 1,000.5 )", "number(1000.5..)");
    refused("breach~", 6, "breach~1");
    refused("breach~3", 6, "stem(breach)");
    refused("bre*ch~1", 3, "takes no");
    refused("=IT*", 0, "takes no");
    refused("/a[/", 0, "not a regular expression");
    refused("stem(apply, xx)", 12, "cannot be stemmed");
    refused("stem(apply for)", 11, "to close `stem(`");
    refused("number(x)", 7, "not a number");
    refused("number(2..1)", 7, "ends before");
    refused("stem(", 5, "a word is expected");
    refused("number(1", 0, "never closed");
}

#[test]
fn phrases_with_alternatives() {
    check("\"material (breach|default|event of default) by\"", "\"material (breach|default|event of default) by\"");
    check("\"(a | b)\"", "a OR b");
    check("\"x (a|(b|c) d)\"", "\"x (a|(b|c) d)\"");
    check("\"the Company (the buyer) shall\"", "\"the company the buyer shall\"");
    check("\"a | b\"", "\"a b\"");
    check("phrase(stem(apply), for, \"a b\")", "phrase(stem(apply), for, a, b)");
    check("phrase(a, b OR c)", "\"a (b|c)\"");
    check("phrase(1,000, dollars)", "\"1,000 dollars\"");
    check("phrase(a w/2 b, c)", "phrase(a w/2 b, c)");
    refused("\"x (a|)\"", 6, "no word in this alternative");
    refused("\"x (a|*)\"", 6, "every word");
    refused("phrase(a AND b, c)", 7, "a part of a phrase");
    refused("phrase(a, b", 0, "never closed");
}

#[test]
fn functions() {
    check("first(10, breach)", "first(10, breach)");
    check("LAST(5, a OR b)", "last(5, a OR b)");
    check("first(5, a AND NOT b)", "first(5, a) AND NOT first(5, b)");
    check("first(10, a) w/5 b", "first(10, a) w/5 b");
    check("sample(100, a b)", "sample(100, a AND b)");
    check("sample(5%, a, 7)", "sample(5%, a, 7)");
    check("sample(0.5%, all())", "sample(0.5%, all())");
    check("hits(breach) >= 3", "hits(breach) >= 3");
    check("hits(a OR b)>3", "hits(a OR b) >= 4");
    check("hits(a)<3", "hits(a) <= 2");
    check("hits(a) = 2..5 b", "hits(a) = 2..5 AND b");
    check("hits(a)=2", "hits(a) = 2");
    check("regex(\"fo+ \"\"bar\"\"\")", "regex(\"fo+ \"\"bar\"\"\")");
    check("money(USD 1000000..)", "money(USD 1000000..)");
    check("money(>=5m)", "money(5000000..)");
    check("money($10k..$20k)", "money(USD 10000..20000)");
    check("day(2001-05..2001-08)", "day(2001-05..2001-08)");
    check("exists(Subject)", "exists(subject)");
    check("subject:*", "exists(subject)");
    check("exists(pages) exists(sent)", "pages:.. AND sent:0000-01-01..");
    check("first (10)", "first AND 10");
    refused("first(0, a)", 6, "1 to 1000");
    refused("first(10 a)", 9, "comma");
    refused("first(10, type:pdf)", 0, "takes words");
    refused("sample(x, a)", 7, "a number of documents");
    refused("sample(101%, a)", 7, "a number of documents");
    refused("sample(5, a, b)", 13, "seed");
    refused("sample(5, a", 0, "never closed");
    refused("hits(a)", 7, "say how many");
    refused("hits(a) >= x", 11, "whole number");
    refused("regex(foo)", 9, "quotation marks");
    refused("exists(nonsense)", 7, "no field `nonsense`");
    refused("subject:sample(5, a)", 8, "cannot stand inside");
    refused("day(s)", 4, "not a date");
}

#[test]
fn expansions() {
    check("a +family", "a +family");
    check("(a OR b)+thread", "(a OR b) +thread");
    check("a w/5 b +Duplicates", "(a w/5 b) +duplicates");
    check("NOT a +family", "NOT (a +family)");
    check("(NOT a) +family", "(NOT a) +family");
    check("\"a b\"+family +thread", "(\"a b\" +family) +thread");
    check("tag:Hot+family", "tag:Hot +family");
    check("a ANDANY b OR c", "a ANDANY (b OR c)");
    check("(a ANDANY b) AND c", "(a ANDANY b) AND c");
    check("a+families", "\"a families\"");
    refused("subject:(a +family)", 11, "cannot stand inside");
}

#[test]
fn lists_and_numbers_in_fields() {
    check("custodian:(lay, \"jeff skilling\")", "custodian:(lay OR \"jeff skilling\")");
    check("title:(lay,skilling,1,000)", "title:(lay OR skilling OR 1,000)");
    check("custodian:(lay,skilling,1,000)", "custodian:(lay OR skilling OR \"1 000\")");
    check("size:>1mb pages:10..20", "size:1000001.. AND pages:10..20");
    check("md5:d41d8cd9", "md5:d41d8cd9");
    check("from:(=Lay OR lay~1)", "from:(=Lay OR lay~1)");
    check("subject:first(3, re)", "subject:first(3, re)");
    refused("pages:x", 6, "not a number");
    refused("pages:1.5", 6, "not a number");
    refused("subject:(a ANDANY b)", 8, "cannot be searched within");
}

#[test]
fn what_people_did() {
    check("coded:yes", "coded:yes");
    check("coded:(by=ann at=2026-03 stage=qc)", "coded:(by=ann at=2026-03 stage=qc)");
    check("coded:(stage=\"first pass\")", "coded:(stage=\"first pass\")");
    check(
        "annotated:yes annotated:Indemnity annotated:\"yes\"",
        "annotated:yes AND annotated:Indemnity AND annotated:\"yes\"",
    );
    check("note:\"call the client\"", "note:\"call the client\"");
    check("note:(call w/3 client)", "note:(call w/3 client)");
    check("conflict:yes conflict:Relevance", "conflict:yes AND conflict:Relevance");
    check("batch:\"First pass 12\"", "batch:\"First pass 12\"");
    check("saved:\"Key terms\" list:Exhibits", "saved:\"Key terms\" AND list:Exhibits");
    check("report:\"Terms of May\"#12 report:x", "report:\"Terms of May\"#12 AND report:\"x\"");
    check("report:x#3", "report:\"x\"#3");
    check("number:ACME-1..ACME-9", "number:ACME-1..ACME-9");
    check("number:(ACME-1..ACME-9, ACME-12)", "number:(ACME-1..ACME-9, ACME-12)");
    check("tag:(a, b)", "tag:a OR tag:b");
    refused("coded:maybe", 0, "coded:yes");
    refused("coded:(who=ann)", 7, "coded:yes");
    refused("coded:(at=May)", 10, "not a date");
    refused("coded:(by=ann by=ben)", 14, "once");
    check("annotated:(by=ann at=2026-03)", "annotated:(by=ann at=2026-03)");
    check("annotated:(concept=\"Two words\" by=ann)", "annotated:(by=ann concept=\"Two words\")");
    check("annotated:(concept=Indemnity)", "annotated:Indemnity");
    check("annotated:(by, \"at\")", "annotated:by OR annotated:at");
    refused("annotated:(by=ann stage=qc)", 18, "with which concept");
    refused("report:\"x\"#0", 7, "from 1");
    refused("number:A..", 7, "both ends");
    refused("note:*", 5, "what the note says");
}

#[test]
fn limits_are_refused_in_words() {
    refused(&"(".repeat(60_000), u32::try_from(MAX_DEPTH).unwrap(), "nested");
    refused(&format!("{}a", "NOT ".repeat(10_000)), 0, "nested");
    assert!(parse(Dialect::Redwell, &vec!["a"; 1_000].join(" w/1 ")).is_err());
    assert_eq!(read(&vec!["a"; 5_000].join(" OR ")).query, Query::or(vec![Query::word("a"); 5_000]));
    refused(&"/a/ ".repeat(300), 800, "200 regular expressions");
    assert_eq!(read(&"and ".repeat(300)).warnings.len(), 100);
    refused(&"a".repeat(MAX_CODE_POINTS + 1), u32::try_from(MAX_CODE_POINTS).unwrap(), "characters long");
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
        prop::sample::select(vec!["(", ")", "\"", "“", "AND", "OR", "NOT", "w/5", "pre/3", "w/", "a", "b*", "?", "*", ":", "tag:", "date:", "subject:", "2001..", "東", " ", " ", "ל", "'", "-", ",", "|", "/", "~1", "=", "+family", "ANDANY", "w/s", "first(3, ", "phrase(", "sample(5%, ", "hits(", ">= 2", "stem(", "regex(", "number:", "coded:(", "money(", "1,000"]), 0..24,
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
