//! The report as one CSV table (RFC 4180), in which nothing a term says can become a formula.

use std::collections::BTreeSet;

use super::{HitReport, Share, TermHits};

const HEAD: [&str; 11] = [
    "number",
    "name",
    "term",
    "canonical",
    "documents",
    "documents_with_family",
    "unique_documents",
    "hits",
    "new_documents",
    "error",
    "messages",
];

/// The report as a table: a row for each term and one for all of them, custodians and years as columns at the end.
#[must_use]
pub fn to_csv(report: &HitReport) -> String {
    let columns = |of: fn(&HitReport) -> &Vec<Share>| -> BTreeSet<String> {
        of(report).iter().map(|share| share.value.clone()).collect()
    };
    let custodians = columns(|report| &report.by_custodian);
    let years = columns(|report| &report.by_year);
    let headed = |kind: &str, value: &String| {
        if value.is_empty() { format!("{kind}: none") } else { format!("{kind}: {value}") }
    };
    let mut text = String::new();
    let head = HEAD.into_iter().map(str::to_owned);
    let head = head.chain(custodians.iter().map(|value| headed("custodian", value)));
    row(&mut text, head.chain(years.iter().map(|value| headed("year", value))));
    let spread = |wanted: &BTreeSet<String>, shares: &[Share]| -> Vec<String> {
        let of = |value: &String| shares.iter().find(|share| share.value == *value).map_or(0, |share| share.documents);
        wanted.iter().map(|value| of(value).to_string()).collect()
    };
    for term in &report.terms {
        let cells = cells(term).into_iter();
        row(&mut text, cells.chain(spread(&custodians, &term.by_custodian)).chain(spread(&years, &term.by_year)));
    }
    let count = |number: u64| number.to_string();
    let all = [
        String::new(),
        String::new(),
        "any of them".to_owned(),
        String::new(),
        count(report.documents),
        count(report.documents_with_family),
        String::new(),
        count(report.hits),
        report.new_documents.map(count).unwrap_or_default(),
        String::new(),
        String::new(),
    ];
    let all = all.into_iter();
    row(&mut text, all.chain(spread(&custodians, &report.by_custodian)).chain(spread(&years, &report.by_year)));
    text
}

fn cells(term: &TermHits) -> [String; 11] {
    let count = |number: u64| if term.error.is_some() { String::new() } else { number.to_string() };
    [
        term.number.to_string(),
        term.name.clone().unwrap_or_default(),
        term.term.clone(),
        term.canonical.clone(),
        count(term.documents),
        count(term.documents_with_family),
        count(term.unique_documents),
        count(term.hits),
        term.new_documents.map(count).unwrap_or_default(),
        term.error.clone().unwrap_or_default(),
        term.messages.join(" | "),
    ]
}

fn row(text: &mut String, cells: impl Iterator<Item = String>) {
    let cells: Vec<String> = cells.map(|cell| guarded(&cell)).collect();
    text.push_str(&cells.join(","));
    text.push_str("\r\n");
}

fn guarded(text: &str) -> String {
    let guard = if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { "'" } else { "" };
    if text.contains(['"', ',', '\n', '\r']) {
        format!("\"{guard}{}\"", text.replace('"', "\"\""))
    } else {
        format!("{guard}{text}")
    }
}
