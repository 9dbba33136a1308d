//! What each dialect writes of a query, and that reading it gives the same tree.

use proptest::prelude::*;

use crate::parse::generators::query;
use crate::parse::{Dialect, parse};
use crate::print_in;

/// Checks what a query of the `redwell` dialect is in another, and that it reads back as the same.
#[track_caller]
fn check(dialect: Dialect, written: &str, expected: &str) {
    let query = parse(Dialect::Redwell, written).unwrap().query;
    let printed = print_in(&query, dialect).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(printed, expected, "{written}");
    assert_eq!(parse(dialect, &printed).unwrap().query, query, "{printed}");
}

/// Checks that a dialect has no words for a query, and which part it names.
#[track_caller]
fn cannot(dialect: Dialect, written: &str, part: &str) {
    let query = parse(Dialect::Redwell, written).unwrap().query;
    let why = print_in(&query, dialect).expect_err(written);
    assert_eq!(why.part, part, "{why}");
}

#[test]
fn dtsearch() {
    let check = |written, expected| check(Dialect::DtSearch, written, expected);
    check("", "");
    check("breach AND (notice OR cure) NOT waiver", "breach and (notice or cure) and not waiver");
    check("\"material breach*\" w/5 notice", "\"material breach*\" w/5 notice");
    check("a NOT w/5 (b OR \"c d\")", "a not w/5 (b or \"c d\")");
    check("first(10, breach) AND x", "breach w/10 xfirstword and x");
    check("breach ANDANY (a OR b)", "breach andany (a or b)");
    check("\"and\" \"to\"", "\"and\" and \"to\"");
    check("subject:(a OR \"b c\") x", "(subject contains (a or \"b c\")) and x");
    check("breach~2 stem(apply) syn(fast) number(1..2.5)", "b%%reach and apply~ and fast& and 1~~2.5");
    check("/12[0-9]/ OR phrase(stem(apply), for, b OR c)", "\"##12[0-9]\" or apply~ for (b or c)");
    check("day(2001-05..) day(2001)", "date(after apr 30 2001) and date(jan 1 2001 to dec 31 2001)");
    let cannot = |written, part| cannot(Dialect::DtSearch, written, part);
    cannot("a w/s b", "a w/s b");
    cannot("x AND =IT", "=IT");
    cannot("a NOT pre/3 b", "a NOT pre/3 b");
    cannot("a +family", "a +family");
    cannot("tag:Hot", "tag:Hot");
}

#[test]
fn lucene() {
    let check = |written, expected| check(Dialect::Lucene, written, expected);
    check("", "");
    check("breach AND (notice OR cure) NOT waiver", "breach AND (notice OR cure) AND NOT waiver");
    check("NOT a AND b", "(NOT a) AND b");
    check("a OR NOT b", "a OR (NOT b)");
    check("NOT a AND NOT b", "NOT a AND NOT b");
    check("(a AND NOT b) ANDANY (c OR d)", "+a -b c d");
    check("\"material breach\" OR \"and\"", "\"material breach\" OR \"and\"");
    check("a w/6 b", "\"a b\"~5");
    check("a w/7 (b AND c)", "\"a b c\"~5");
    check("breach~1 mat* /a[bc]/", "breach~1 AND mat* AND /a[bc]/");
    check("subject:(a OR b) pages:..5 date:2001..", "subject:(a OR b) AND pages:[* TO 5] AND date:[2001-01-01 TO *]");
    check("exists(subject) tag:\"say \"\"no\"\"\"", "_exists_:subject AND tag:\"say \\\"no\\\"\"");
    let cannot = |written, part| cannot(Dialect::Lucene, written, part);
    cannot("a pre/5 b", "a pre/5 b");
    cannot("a w/1 b", "a w/1 b");
    cannot("x \"mat* breach\"", "\"mat* breach\"");
    cannot("stem(a)", "stem(a)");
}

#[test]
fn westlaw() {
    let check = |written, expected| check(Dialect::Westlaw, written, expected);
    check("", "");
    check("breach AND (notice OR cure) NOT waiver", "breach & (notice or cure) % waiver");
    check("NOT a AND b", "(not a) & b");
    check("a pre/5 b OR a w/s c", "(a +5 b) or (a /s c)");
    check("a NOT w/p b", "a not w/p b");
    check("contract* wom?n breach~2", "contract! & wom*n & breach~");
    check("\"material breach*\"", "\"material breach!\"");
    check("(a OR b) +family", "(a or b) +family");
    check("sample(5%, a) hits(b) >= 3", "sample(0.0500, a) & atleast3(b)");
    check("subject:(a OR b) sent:2001 tag:\"Two words\"", "subject(a or b) & sent(2001) & tag(Two words)");
    let cannot = |written, part| cannot(Dialect::Westlaw, written, part);
    cannot("a*b", "a*b");
    cannot("x breach~1", "breach~1");
    cannot("sample(5, a, 7)", "sample(5, a, 7)");
}

proptest! {
    #[test]
    fn what_is_printed_reads_back(query in query()) {
        for dialect in Dialect::ALL {
            if let Ok(printed) = print_in(&query, dialect) {
                let again = parse(dialect, &printed).map(|again| again.query);
                prop_assert_eq!(again, Ok(query.clone()), "{} as {}", query, printed);
            }
        }
    }
}
