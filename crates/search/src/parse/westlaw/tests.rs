//! What the dialect reads, refuses and warns of, one line a case.

use proptest::prelude::*;

use crate::parse::checks;
use crate::parse::{Dialect, parse};

checks::checks_of!(Dialect::Westlaw);

#[test]
fn boolean_operators() {
    check("breach", "breach");
    told("breach default", "breach OR default", "?");
    warned("breach default", "`\"breach default\"`");
    check("breach or default", "breach OR default");
    check("breach & notice", "breach AND notice");
    check("breach AND notice", "breach AND notice");
    check("breach % waiver", "breach AND NOT waiver");
    check("breach but not waiver", "breach AND NOT waiver");
    check("breach and not waiver", "breach AND NOT waiver");
    told("but for", "but OR for", "?");
    check("% waiver", "NOT waiver");
    told("a & b or c", "(a AND b) OR c", "?");
    warned("a & b or c", "not as `a AND (b OR c)`");
    check("(a or b) & c", "(a OR b) AND c");
    refused("& a", 0, "before this operator");
    refused("a &", 3, "ends where a word");
    refused("(a", 0, "never closed");
    refused("a)", 1, "closes nothing");
    refused("()", 0, "nothing between");
    refused("a - b", 2, "no letter or digit");
}

#[test]
fn proximity() {
    check("breach /5 notice", "breach w/5 notice");
    check("breach w/5 notice", "breach w/5 notice");
    check("breach +5 notice", "breach pre/5 notice");
    check("breach w+5 notice", "breach pre/5 notice");
    check("breach pre/5 notice", "breach pre/5 notice");
    check("breach /s notice", "breach w/s notice");
    check("breach /p notice", "breach w/p notice");
    check("breach +s notice", "breach pre/s notice");
    check("breach +p notice", "breach pre/p notice");
    check("breach not w/5 notice", "breach NOT w/5 notice");
    check("(breach or default) /5 \"cure period\"", "(breach OR default) w/5 \"cure period\"");
    told("a or b /5 c", "a OR b w/5 c", "?");
    warned("a or b /5 c", "not as `(a OR b) w/5 c`");
    told("a /5 b /5 c", "(a w/5 b) w/5 c", "?");
    told("a /s b /5 c", "(a w/s b) w/5 c", "??");
    check("not a /5 b", "NOT (a w/5 b)");
    refused("a /0 b", 2, "1 to 1000");
    refused("a /5", 4, "ends where a word");
    refused("a /5 not b", 5, "NOT w/5");
}

#[test]
fn words_with_marks() {
    check("contract!", "contract*");
    check("!tion", "*tion");
    check("!contract!", "*contract*");
    check("wom*n", "wom?n");
    told("jur**", "jur??", "n");
    check("breach~", "breach~2");
    check("\"material breach!\"", "\"material breach*\"");
    check("e-mail", "\"e mail\"");
    told("x & § 12", "x AND 12", "n");
    check("10(b)(5)", "\"10 b 5\"");
    check("md5(a1)", "md5:a1");
    check("x /5(b)", "x w/5 b");
    told("what?", "what", "n");
}

#[test]
fn functions() {
    check("breach+family", "breach +family");
    check("(breach or default) +family", "(breach OR default) +family");
    check("sample(100, breach)", "sample(100, breach)");
    check("sample(0.05, breach or default)", "sample(5%, breach OR default)");
    check("atleast5(breach)", "hits(breach) >= 5");
    check("subject(budget & forecast)", "subject:(budget AND forecast)");
    check("subject(budget forecast)", "subject:(budget OR forecast)");
    check("sent(2001-05..2001-08) & breach", "sent:2001-05..2001-08 AND breach");
    check("tag(Two words)", "tag:\"Two words\"");
    refused("ti(breach)", 0, "no field `ti`");
    refused("sample(x, a)", 7, "a number of documents");
    refused("atleast(a)", 0, "a number belongs");
    refused("subject(from(x))", 8, "cannot stand inside");
    refused("pages(x)", 6, "not a number");
}

proptest! {
    #[test]
    fn no_mix_of_its_pieces_makes_it_panic(pieces in prop::collection::vec(
        prop::sample::select(vec!["(", ")", "\"", " and ", " or ", " not ", " but ", "&", "%", "!", "*", "?", "~", " /5 ", " +5 ", " /s ", " +p ", " w/3 ", "a", "b", "+family",
            "sample(5, ", "atleast2(", "subject(", "pages(", "tag(", ",", "東", " ", " ", "'", "-"]), 0..24,
    )) {
        let text = pieces.concat();
        match parse(Dialect::Westlaw, &text) {
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
