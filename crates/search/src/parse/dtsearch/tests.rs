//! What the dialect reads, refuses and warns of, one line a case.

use proptest::prelude::*;

use crate::parse::checks;
use crate::parse::{Dialect, parse};

checks::checks_of!(Dialect::DtSearch);

#[test]
fn words_side_by_side_are_a_phrase() {
    check("apple", "apple");
    check("material breach", "\"material breach\"");
    check("material\nbreach", "\"material breach\"");
    check("\"material breach\"", "\"material breach\"");
    check("material breach or \"event of default\"", "\"material breach\" OR \"event of default\"");
    check("appl* pie", "\"appl* pie\"");
    check("apply~ for", "phrase(stem(apply), for)");
    check("the board of directors", "\"the board of directors\"");
    check("e-mail", "\"e mail\"");
    told("§ 12.3(a)", "\"12.3 a\"", "n");
    check("section 10(b)(5)", "\"section 10 b 5\"");
    check("apple and(pear)", "apple AND pear");
    told("(apple or pear) pie", "\"(apple|pear) pie\"", "?");
    refused("(apple and pear) pie", 0, "cannot be part of one");
    refused("Butler & Jones", 7, "leave it out");
}

#[test]
fn operators_are_words_in_any_case() {
    check("apple AND pear", "apple AND pear");
    check("apple and not pear", "apple AND NOT pear");
    check("apple not pear", "apple AND NOT pear");
    check("not pear", "NOT pear");
    check("apple or not pear", "apple OR NOT pear");
    check("\"and\" or \"to\"", "\"and\" OR to");
    told("from me to you", "\"from me to you\"", "n");
    told("apple and pear or fig", "(apple AND pear) OR fig", "?");
    warned("apple and pear or fig", "not as `apple AND (pear OR fig)`");
    told("apple or pear and fig", "apple OR (pear AND fig)", "?");
    warned("apple or pear and fig", "not as `(apple OR pear) AND fig`");
    check("(apple and pear) or fig", "(apple AND pear) OR fig");
    check("(breach) andany (notice or cure)", "breach ANDANY (notice OR cure)");
    refused("and apple", 0, "before this operator");
    refused("apple and", 9, "ends where a word");
    refused("(apple", 0, "never closed");
    refused("apple)", 5, "closes nothing");
    refused("()", 0, "nothing between");
    refused("\"apple", 0, "never closed");
}

#[test]
fn proximity() {
    check("apple w/5 pear", "apple w/5 pear");
    check("apple pre/5 pear", "apple pre/5 pear");
    check("apple not w/5 pear", "apple NOT w/5 pear");
    check("apple NOT PRE/5 pear", "apple NOT pre/5 pear");
    check("apple pie w/5 (pear or fig tart)", "\"apple pie\" w/5 (pear OR \"fig tart\")");
    check("(apple and banana) w/10 (pear or grape)", "(apple AND banana) w/10 (pear OR grape)");
    check("(apple w/5 banana) w/10 pear", "(apple w/5 banana) w/10 pear");
    told("(apple and banana) w/10 (pear and grape)", "(apple AND banana) w/10 (pear AND grape)", "?");
    told("(apple w/10 banana) w/10 (pear and grape)", "(apple w/10 banana) w/10 (pear AND grape)", "?");
    told("a w/3 b w/3 c", "(a w/3 b) w/3 c", "?");
    told("a w/s b", "a w/s b", "n");
    check("apple w/10 xfirstword", "first(10, apple)");
    check("xfirstword w/10 apple", "first(10, apple)");
    check("apple pie w/10 xlastword", "last(10, \"apple pie\")");
    check("apple pre/10 xlastword", "last(10, apple)");
    told("xfirstword", "words:1..", "n");
    refused("apple pre/10 xfirstword", 0, "only `w/N`");
    refused("apple not w/10 xfirstword", 0, "NOT first(10");
    refused("xfirstword w/5 xlastword", 0, "one side");
    refused("apple w/0 pear", 6, "1 to 1000");
    refused("apple w/5", 9, "ends where a word");
    refused("(not apple) w/5 pear", 0, "NOT w/5");
}

#[test]
fn marks_in_words() {
    check("appl*", "appl*");
    check("appl?", "appl?");
    check("*cipl*", "*cipl*");
    check("apply~", "stem(apply)");
    check("fast&", "syn(fast)");
    check("12~~24", "number(12..24)");
    check("P123===", "/p123\\d\\d\\d/");
    check("===-==-====", "phrase(/\\d\\d\\d/, /\\d\\d/, /\\d\\d\\d\\d/)");
    check("N==?", "/n\\d\\d./");
    check("\"##199[0-9]\"", "/199[0-9]/");
    check("%banana", "banana~1");
    told("ba%nana", "banana~1", "~");
    told("b%%anana", "banana~2", "~");
    told("b%%%anana", "banana~2", "~~");
    refused("#smith", 0, "sound alike");
    refused("24~~12", 0, "ends before");
    refused("\"##[\"", 0, "not a regular expression");
    refused("\"##a b\"", 0, "no spaces");
    refused("\"##\"", 0, "no spaces");
    refused("*", 0, "every word");
    refused("apple & pear", 6, "`and`");
    refused("apple | pear", 6, "`or`");
}

#[test]
fn fields() {
    check("subject contains budget", "subject:budget");
    check("subject::budget or from::\"ken lay\"", "subject:budget OR from:\"ken lay\"");
    check("Subject::(budget or annual forecast)", "subject:(budget OR \"annual forecast\")");
    check("pages::>=10 and \"std::vector\"", "pages:10.. AND \"std vector\"");
    refused("std::vector", 0, "no field `std`");
    refused("subject:: and x", 10, "before this operator");
    check("Subject contains (budget or annual forecast)", "subject:(budget OR \"annual forecast\")");
    check("breach and from contains lay", "breach AND from:lay");
    check("date contains 2001-05..2001-08", "date:2001-05..2001-08");
    check("pages contains \">=10\"", "pages:10..");
    refused("nonsense contains x", 0, "no field `nonsense`");
    refused("subject contains (from contains x)", 18, "inside another");
    refused("pages contains (1)", 15, "value is expected");
}

#[test]
fn recognition() {
    check("date(jan 10 2006 to jan 20 2006)", "day(2006-01-10..2006-01-20)");
    check("breach w/10 date(2006)", "breach w/10 day(2006)");
    told("mail(\"*@enron.com\")", "regex(\"\\b[\\w.%+@-]*@enron\\.com\\b\")", "~");
    told("creditcard(*)", "regex(\"\\b(?:[0-9][ -]?){12,18}[0-9]\\b\")", "~");
    refused("date(soon)", 5, "not a date");
    refused("date(jan 1 2001", 0, "never closed");
}

proptest! {
    #[test]
    fn no_mix_of_its_pieces_makes_it_panic(pieces in prop::collection::vec(
        prop::sample::select(vec!["(", ")", "\"", "“", " and ", " or ", " not ", " w/5 ", " pre/3 ", "w/", "a", "b*", "?", "~", "~~", "%", "=", "&", "#", "##",
            " xfirstword ", " xlastword ", " andany ", " contains ", "subject", "date(", "mail(", "12", "東", " ", " ", "ל", "'", "-"]), 0..24,
    )) {
        let text = pieces.concat();
        match parse(Dialect::DtSearch, &text) {
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
