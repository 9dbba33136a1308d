//! What queries mark in a text.

use super::*;
use crate::parse::{Dialect, parse};
use redwell_model::TextRuler;

#[track_caller]
fn check(query: &str, text: &str, expected: &[&str]) {
    let query = parse(Dialect::Redwell, query).unwrap().query;
    let ruler = TextRuler::new(text);
    let found: Vec<&str> = hit_ranges(&query, text).into_iter().map(|range| ruler.slice(range)).collect();
    assert_eq!(found, expected, "{query}");
}

const TEXT: &str = "The Seller’s breach — a material breach of § 12.3(a) — led to termination. No fraud, no «Résumé».";

#[test]
fn words_and_phrases_mark_themselves() {
    check("", TEXT, &[]);
    check("breach", TEXT, &["breach", "breach"]);
    check("BREACH", TEXT, &["breach", "breach"]);
    check("résumé", TEXT, &["Résumé"]);
    check("\"material breach of\"", TEXT, &["material breach of"]);
    check("12.3(a)", TEXT, &["12.3(a"]);
    check("seller's", TEXT, &["Seller’s"]);
    check("term*", TEXT, &["termination"]);
    check("\"mat* br?ach\"", TEXT, &["material breach"]);
}

#[test]
fn groups_mark_the_parts_that_match() {
    check("breach AND fraud", TEXT, &["breach", "breach", "fraud"]);
    check("breach AND absent", TEXT, &[]);
    check("(seller AND absent) OR fraud", TEXT, &["fraud"]);
    check("breach AND NOT absent", TEXT, &["breach", "breach"]);
    check("breach AND NOT fraud", TEXT, &[]);
    check("NOT absent", TEXT, &[]);
    check("breach AND custodian:smith", TEXT, &["breach", "breach"]);
    check("absent OR custodian:smith", TEXT, &[]);
    check("\"a material\" OR \"material breach\"", TEXT, &["a material breach"]);
}

#[test]
fn proximity_marks_its_operands() {
    check("seller's w/1 breach", TEXT, &["Seller’s", "breach"]);
    check("breach w/3 breach", TEXT, &["breach", "breach"]);
    check("breach w/2 breach", TEXT, &[]);
    check("termination pre/5 fraud", TEXT, &["termination", "fraud"]);
    check("fraud pre/5 termination", TEXT, &[]);
    check("(material OR led) w/1 (breach OR to)", TEXT, &["material", "breach", "led", "to"]);
    check("\"material breach\" w/3 a", TEXT, &["a", "material breach", "a"]);
    check("(seller's w/1 breach) w/3 material", TEXT, &["Seller’s", "breach", "material"]);
    check("(breach w/3 material) w/1 of", TEXT, &["material", "breach", "of"]);
}

#[test]
fn every_operator_marks_its_words() {
    check("breach w/s termination", TEXT, &["breach", "breach", "termination"]);
    check("fraud NOT w/2 no", TEXT, &[]);
    check("termination NOT w/1 fraud", TEXT, &["termination"]);
    check("first(3, breach OR seller's)", TEXT, &["Seller’s", "breach"]);
    check("regex(\"ll.r’s br\")", TEXT, &["Seller’s breach"]);
    check("hits(breach) >= 2", TEXT, &["breach", "breach"]);
    check("hits(breach) >= 3", TEXT, &[]);
    check("fraud ANDANY breach", TEXT, &["breach", "breach", "fraud"]);
    check("absent ANDANY breach", TEXT, &[]);
    check("(seller's AND material) w/3 breach", TEXT, &["Seller’s", "breach", "material"]);
    check("=\"Résumé\"", TEXT, &["Résumé"]);
    check("money(5..) OR day(2001)", "pay $5 on 17 May 2001", &["5", "17 May 2001"]);
}

#[test]
fn marks_tell_parts_and_intervals_apart() {
    let query = parse(Dialect::Redwell, "fraud OR (seller's w/3 material)").unwrap().query;
    let ruler = TextRuler::new(TEXT);
    let found: Vec<_> =
        marks(&query, TEXT).into_iter().map(|mark| (ruler.slice(mark.range), mark.part, mark.kind)).collect();
    assert_eq!(
        found,
        [
            ("Seller’s", 1, MarkKind::Term),
            ("Seller’s breach — a material", 1, MarkKind::Interval),
            ("material", 1, MarkKind::Term),
            ("fraud", 0, MarkKind::Term),
        ]
    );
}
