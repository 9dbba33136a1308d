//! What the dialect reads, refuses and warns of, one line a case.

use proptest::prelude::*;

use crate::parse::checks;
use crate::parse::{DefaultOperator, Dialect, parse, parse_lucene};

checks::checks_of!(Dialect::Lucene);

#[test]
fn clauses() {
    check("breach", "breach");
    told("breach default", "breach OR default", "?");
    warned("breach default", "joined by OR");
    check("breach AND default", "breach AND default");
    told("a && b || c", "(a AND b) ANDANY c", "n?");
}

#[test]
fn signs_and_operators() {
    check("a OR b", "a OR b");
    check("a AND NOT b", "a AND NOT b");
    check("a AND !b", "a AND NOT b");
    check("+a +b", "a AND b");
    check("+a -b", "a AND NOT b");
    check("a -b", "a AND NOT b");
    check("(a OR b) AND c", "(a OR b) AND c");
    told("+a b", "a ANDANY b", "n");
    told("+a b c -d", "(a AND NOT d) ANDANY (b OR c)", "n");
    told("a AND b OR c", "(a AND b) ANDANY c", "n?");
    warned("a AND b OR c", "not as `(a AND b) OR c`");
    told("a OR b AND c", "(b AND c) ANDANY a", "n?");
    told("-a", "NOT a", "n");
    told("NOT a", "NOT a", "n");
    told("a and b", "a OR \"and\" OR b", "?n");
    refused("AND a", 0, "before this operator");
    refused("a AND", 5, "a word is expected");
    refused("(a", 0, "never closed");
    refused("a)", 1, "closes nothing");
    refused("()", 0, "nothing between");
    refused("a & b", 2, "no letter or digit");
}

#[test]
fn the_default_operator_can_be_and() {
    let read = |text: &str| parse_lucene(text, DefaultOperator::And).unwrap().canonical;
    assert_eq!(read("a b"), "a AND b");
    assert_eq!(read("a b -c"), "a AND b AND NOT c");
    assert_eq!(read("a OR b"), "a OR b");
    assert_eq!(read("a b OR c"), "a ANDANY (b OR c)");
}

#[test]
fn words_and_phrases() {
    check("\"material breach\"", "\"material breach\"");
    check("brea*", "brea*");
    check("te?t", "te?t");
    check("*tion", "*tion");
    check("breach~1", "breach~1");
    check("breach~2", "breach~2");
    told("breach~", "breach~2", "n");
    told("cat~", "cat~1", "n");
    told("roam~0.8", "roam", "~");
    told("breaches~0.7", "breaches~2", "~");
    told("\"a b\"~5", "a w/6 b", "~");
    told("\"a b c\"~5", "a w/7 (b AND c)", "~");
    told("x AND § 12", "x AND 12", "n");
    told("10(b)(5)", "\"10 b 5\"", "~");
    check("x AND(b)", "x AND b");
    check("\"a b\"~0", "\"a b\"");
    told("breach^2 OR cure", "breach OR cure", "n");
    told("\"a b\"^2.5", "\"a b\"", "n");
    told("e-mail", "\"e mail\"", "~");
    told("\"mat* breach\"", "\"mat breach\"", "n");
    check("/joh?n(ath[oa]n)/", "/joh?n(ath[oa]n)/");
    told("/a<1-9>/", "/a<1-9>/", "~");
    told("\\(1\\+1\\)\\:2", "\"1 1 2\"", "~");
    check("*:*", "");
    check("*", "");
    refused("breach~3", 0, "at most 2");
    refused("\"a b\"~2000", 0, "at most 1000");
    refused("\"a b\"~x", 5, "a number of words");
    refused("\"a b", 0, "never closed");
    refused("/ab", 0, "never closed");
    refused("/a b/", 0, "no spaces");
}

#[test]
fn fields() {
    check("subject:budget", "subject:budget");
    check("subject:(budget AND forecast)", "subject:(budget AND forecast)");
    check("subject:\"annual report\"", "subject:\"annual report\"");
    check("date:[2001-05 TO 2001-08]", "date:2001-05..2001-08");
    check("date:{2001 TO 2003}", "date:2002");
    check("date:[2001 TO *]", "date:2001-01-01..");
    check("date:>=2001", "date:2001-01-01..");
    check("size:{10 TO 20]", "size:11..20");
    check("pages:<5", "pages:..4");
    check("_exists_:subject", "exists(subject)");
    check("subject:*", "exists(subject)");
    check("tag:Hot OR tag:\"Two words\"", "tag:Hot OR tag:\"Two words\"");
    told("creationDate:2001", "created:2001", "n");
    told("metadata.tika_metadata_message_from:lay", "from:lay", "n");
    check("subject:(a b)", "subject:(a OR b)");
    refused("nonsense:x", 0, "no field `nonsense`");
    refused("http://x", 0, "before the colon");
    refused("subject:[a TO b]", 8, "no order");
    refused("date:[2001]", 5, "two ends");
    refused("date:[2002 TO 2001]", 5, "ends before");
    refused("subject:", 8, "a value is expected");
    refused("subject:(from:x)", 9, "cannot stand inside");
}

proptest! {
    #[test]
    fn no_mix_of_its_pieces_makes_it_panic(pieces in prop::collection::vec(
        prop::sample::select(vec!["(", ")", "\"", " AND ", " OR ", " NOT ", "&&", "||", "!", "+", "-", "a", "b*", "?", "~", "~2", "~0.5", "^2", ":", "subject:", "date:",
            "[2001 TO *]", "{", "]", ">=", "/", "\\", "*", "_exists_:", "東", " ", " ", "'"]), 0..24,
    )) {
        let text = pieces.concat();
        match parse(Dialect::Lucene, &text) {
            Ok(parsed) => {
                let again = parse(Dialect::Redwell, &parsed.canonical).map(|again| again.query);
                prop_assert_eq!(again, Ok(parsed.query), "{} as {}", text, parsed.canonical);
                let length = u32::try_from(text.chars().count()).unwrap();
                prop_assert!(parsed.warnings.iter().all(|warning| warning.start < warning.end && warning.end <= length));
            }
            Err(error) => prop_assert!(error.position as usize <= text.chars().count(), "{} at {}", text, error.position),
        }
    }
}
