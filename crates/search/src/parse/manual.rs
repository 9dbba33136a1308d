//! The examples of the manual, each read in its dialect: they must come out as the manual says, with the warnings it says.

use super::checks::letters;
use super::{Dialect, parse};

const MANUAL: &str = include_str!("../../../../docs/query-language.md");

/// The lines of the manual's examples, each with its dialect.
fn examples() -> Vec<(Dialect, &'static str)> {
    let mut found = Vec::new();
    let mut dialect: Option<Dialect> = None;
    for line in MANUAL.lines() {
        match line.strip_prefix("```") {
            Some(name) => dialect = name.parse().ok(),
            None => found.extend(dialect.map(|dialect| (dialect, line))),
        }
    }
    found
}

#[test]
fn examples_are_read_as_the_manual_says() {
    let mut wrong = Vec::new();
    for (dialect, line) in examples() {
        let (written, expected) = line.split_once('→').unwrap_or_else(|| panic!("no arrow in `{line}`"));
        let (written, expected) = (written.trim(), expected.trim());
        let found = match parse(dialect, written) {
            Ok(parsed) => {
                let kinds = letters(&parsed.warnings);
                if kinds.is_empty() { parsed.canonical } else { format!("{}  [{kinds}]", parsed.canonical) }
            }
            Err(why) => why.to_string(),
        };
        if found != expected {
            wrong.push(format!("{dialect}: {written} → {found}, not {expected}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_dialect_has_examples() {
    for dialect in Dialect::ALL {
        assert!(examples().iter().filter(|(of, _)| *of == dialect).count() >= 15, "{dialect}");
    }
}
