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
