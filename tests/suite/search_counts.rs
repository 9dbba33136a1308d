//! What `search` counts is what anybody can count in the texts the program prints.
//!
//! The oracle here is deliberately naive and shares no code with the product: it splits ASCII text at everything that
//! is not a letter or digit and looks at every pair of positions.

use crate::program::Redwell;

/// A text's words in lower case.
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_ascii_lowercase)
        .collect()
}

fn has(words: &[String], wanted: &str) -> bool {
    words.iter().any(|word| word == wanted)
}

fn begins(words: &[String], stem: &str) -> bool {
    words.iter().any(|word| word.starts_with(stem))
}

fn phrase(words: &[String], wanted: &[&str]) -> bool {
    words.windows(wanted.len()).any(|window| window.iter().zip(wanted).all(|(word, wanted)| word == wanted))
}

/// Whether a word of `left` stands within `distance` of a word of `right`, before it when `ordered`.
fn near(words: &[String], left: &[&str], right: &[&str], distance: usize, ordered: bool) -> bool {
    let places = |wanted: &[&str]| -> Vec<usize> {
        (0..words.len()).filter(|at| wanted.contains(&words[*at].as_str())).collect()
    };
    places(left)
        .into_iter()
        .any(|a| places(right).into_iter().any(|b| a != b && a.abs_diff(b) <= distance && (!ordered || a < b)))
}

type Oracle = fn(&[String]) -> bool;

const QUERIES: &[(&str, Oracle)] = &[
    ("price", |w| has(w, "price")),
    ("PRICE", |w| has(w, "price")),
    ("price AND delay", |w| has(w, "price") && has(w, "delay")),
    ("price delay", |w| has(w, "price") && has(w, "delay")),
    ("price OR delay", |w| has(w, "price") || has(w, "delay")),
    ("price NOT delay", |w| has(w, "price") && !has(w, "delay")),
    ("NOT price", |w| !has(w, "price")),
    ("\"late delivery\"", |w| phrase(w, &["late", "delivery"])),
    ("\"the late delivery\"", |w| phrase(w, &["the", "late", "delivery"])),
    ("price w/3 increase", |w| near(w, &["price"], &["increase"], 3, false)),
    ("price pre/3 increase", |w| near(w, &["price"], &["increase"], 3, true)),
    ("increase pre/1 price", |w| near(w, &["increase"], &["price"], 1, true)),
    ("price w/5 price", |w| near(w, &["price"], &["price"], 5, false)),
    ("(late OR early) w/2 (delivery OR notice)", |w| near(w, &["late", "early"], &["delivery", "notice"], 2, false)),
    ("deliver*", |w| begins(w, "deliver")),
    ("pri?e", |w| w.iter().any(|word| word.len() == 5 && word.starts_with("pri") && word.ends_with('e'))),
    ("*crease", |w| w.iter().any(|word| word.ends_with("crease"))),
    ("(price OR cost) AND NOT (late OR delay)", |w| {
        (has(w, "price") || has(w, "cost")) && !(has(w, "late") || has(w, "delay"))
    }),
    ("\"late delivery\" AND (price w/4 increase)", |w| {
        phrase(w, &["late", "delivery"]) && near(w, &["price"], &["increase"], 4, false)
    }),
    ("the", |w| has(w, "the")),
    ("absent", |w| has(w, "absent")),
];

/// Texts of words drawn from a small vocabulary, so that every query has some documents and none has all.
fn write_texts(folder: &std::path::Path) {
    const VOCABULARY: &[&str] = &[
        "price",
        "cost",
        "prime",
        "pride",
        "increase",
        "decrease",
        "late",
        "early",
        "delivery",
        "delivered",
        "deliverable",
        "notice",
        "delay",
        "the",
        "of",
        "supplier",
        "buyer",
        "breach",
        "clause",
        "under",
    ];
    let mut state = 7_u64;
    let mut draw = |below: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(state >> 33).unwrap() % below
    };
    for n in 0..150 {
        let length = 4 + draw(18);
        let text: Vec<&str> = (0..length).map(|_| VOCABULARY[draw(VOCABULARY.len())]).collect();
        std::fs::write(folder.join(format!("{n:03}.txt")), text.join(" ") + ".\n").unwrap();
    }
}

#[test]
fn counts_agree_with_a_naive_reading_of_the_texts() {
    let redwell = Redwell::new();
    write_texts(&redwell.collection());
    redwell.ingest(&[]);
    let texts: Vec<Vec<String>> = redwell.texts().iter().map(|(_, text)| words(text)).collect();
    assert!(texts.len() > 100);
    for (query, oracle) in QUERIES {
        let expected = texts.iter().filter(|words| oracle(words)).count();
        let found = redwell.json(&["search", "--matter", "m", "--json", query]);
        assert_eq!(found["total"], expected, "{query}, read as {}", found["canonical"]);
    }
}
