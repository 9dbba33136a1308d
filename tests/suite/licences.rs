//! Everything linked in or shipped has a licence that lets anyone use it for anything.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::architecture::{metadata, root};

/// Licences accepted anywhere in an expression. MPL covers single files; the data licences cover tables.
const ACCEPTED: &[&str] = &[
    "MIT",
    "MIT-0",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "0BSD",
    "ISC",
    "Zlib",
    "MPL-2.0",
    "Unicode-3.0",
    "Unicode-DFS-2016",
    "CC0-1.0",
    "Unlicense",
    "BSL-1.0",
    "CDLA-Permissive-2.0",
    "bzip2-1.0.6",
    "BlueOak-1.0.0",
    "Python-2.0",
    "CC-BY-4.0",
    "CC-BY-3.0",
];

/// Whether an SPDX expression can be met with accepted licences alone.
fn is_accepted(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ");
    let expression = expression.trim();
    let parts = |separator: &str| split_outside_parentheses(expression, separator);
    let alternatives = parts(" OR ");
    if alternatives.len() > 1 {
        return alternatives.iter().any(|part| is_accepted(part));
    }
    let conditions = parts(" AND ");
    if conditions.len() > 1 {
        return conditions.iter().all(|part| is_accepted(part));
    }
    match expression.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')) {
        Some(inner) => is_accepted(inner),
        None => ACCEPTED.contains(&expression),
    }
}

fn split_outside_parentheses<'e>(expression: &'e str, separator: &str) -> Vec<&'e str> {
    let (mut depth, mut start, mut parts) = (0_usize, 0, Vec::new());
    for (at, c) in expression.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ if depth == 0 && at >= start && expression[at..].starts_with(separator) => {
                parts.push(&expression[start..at]);
                start = at + separator.len();
            }
            _ => {}
        }
    }
    parts.push(&expression[start..]);
    parts
}

#[test]
fn expressions_are_understood() {
    for (expression, expected) in [
        ("MIT", true),
        ("MIT OR Apache-2.0", true),
        ("MIT/Apache-2.0", true),
        ("GPL-3.0-only", false),
        ("GPL-2.0 OR MIT", true),
        ("MIT AND GPL-3.0-only", false),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
        ("(MIT OR Apache-2.0) AND (GPL-3.0-only)", false),
        ("AGPL-3.0-or-later", false),
        ("", false),
    ] {
        assert_eq!(is_accepted(expression), expected, "{expression}");
    }
}

#[test]
fn every_crate_may_be_used_freely() {
    let metadata = metadata(true);
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100, "cargo told of too few packages");
    for package in packages {
        let (name, licence) = (&package["name"], package["license"].as_str().unwrap_or_default());
        let by_file = package["license_file"].is_string() && licence.is_empty();
        assert!(is_accepted(licence) && !by_file, "{name} has the licence `{licence}`");
    }
}

#[test]
fn every_module_of_the_web_page_may_be_used_freely() {
    let lock = std::fs::read_to_string(root().join("review-server/ui/package-lock.json")).unwrap();
    let lock: Value = serde_json::from_str(&lock).unwrap();
    let mut seen = BTreeSet::new();
    for (path, module) in lock["packages"].as_object().unwrap() {
        if path.is_empty() || module["link"] == true || !path.contains("node_modules/") {
            continue;
        }
        let licence = module["license"].as_str().unwrap_or_default();
        assert!(is_accepted(licence), "{path} has the licence `{licence}`");
        assert!(
            module["resolved"].is_null() || module["resolved"].as_str().unwrap().starts_with("file:"),
            "{path} names a registry"
        );
        seen.insert(path);
    }
    assert!(seen.len() > 20, "the lock file names too few modules");
}
