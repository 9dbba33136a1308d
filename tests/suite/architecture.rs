//! The rules of ARCHITECTURE.md, held by tests rather than by memory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

/// The root of the checkout.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// What cargo says of the workspace and, when asked, of everything it is built from.
pub(crate) fn metadata(with_dependencies: bool) -> Value {
    let mut command = Command::new(env!("CARGO"));
    command.args(["metadata", "--format-version", "1", "--locked"]).current_dir(root());
    if !with_dependencies {
        command.arg("--no-deps");
    }
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The names each package of ours depends on, tests aside.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let metadata = metadata(false);
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages
        .map(|package| {
            let used =
                package["dependencies"].as_array().unwrap().iter().filter(|dependency| dependency["kind"].is_null());
            let names = used.map(|dependency| dependency["name"].as_str().unwrap().to_owned()).collect();
            (package["name"].as_str().unwrap().to_owned(), names)
        })
        .collect()
}

/// Every tracked or new file of ours below a folder with one of these endings.
fn sources(folder: &str, endings: &[&str]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    walk(&root().join(folder), &mut |path| {
        let name = path.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
        if endings.iter().any(|ending| name.ends_with(ending)) {
            found.push((name, std::fs::read_to_string(path).unwrap()));
        }
    });
    assert!(!found.is_empty(), "no sources in `{folder}`");
    found.sort();
    found
}

fn walk(folder: &Path, found: &mut impl FnMut(&Path)) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let skipped = ["node_modules", "dist", "target", "test-results", "playwright-report"];
        if skipped.contains(&entry.file_name().to_str().unwrap()) {
            continue;
        }
        if entry.file_type().unwrap().is_dir() { walk(&entry.path(), found) } else { found(&entry.path()) }
    }
}

const RUST: &[&str] = &["crates", "indexer", "review-server/src", "tests", "xtask"];

#[test]
fn dependencies_point_one_way() {
    let allowed: &[(&str, &[&str])] = &[
        ("redwell-model", &[]),
        ("redwell-search", &["redwell-model"]),
        ("redwell-taxonomy", &["redwell-model"]),
        ("redwell-indexer", &["redwell-model", "redwell-search"]),
        ("redwell", &["redwell-model", "redwell-search", "redwell-taxonomy", "redwell-indexer"]),
        ("redwell-tests", &[]),
        ("redwell-samples", &[]),
        ("xtask", &[]),
    ];
    let dependencies = dependencies();
    assert_eq!(dependencies.len(), allowed.len(), "a package is missing from the table of this test");
    for (package, allowed) in allowed {
        let ours = dependencies[*package].iter().filter(|name| name.starts_with("redwell"));
        for name in ours {
            assert!(allowed.contains(&name.as_str()), "`{package}` must not depend on `{name}`");
        }
    }
}

#[test]
fn crates_know_no_engine_database_or_web_framework() {
    let heavy =
        ["tantivy", "rusqlite", "sea-orm", "axum", "tokio", "rayon", "hyper", "reqwest", "lopdf", "hayro-interpret"];
    for (package, names) in dependencies() {
        if ["redwell-model", "redwell-search", "redwell-taxonomy"].contains(&package.as_str()) {
            for name in names {
                assert!(!heavy.contains(&name.as_str()), "`{package}` must not depend on `{name}`");
            }
        }
    }
}

/// Names a crate may be used under only below certain folders.
#[test]
fn libraries_stay_in_their_places() {
    let places: &[(&str, &[&str])] = &[
        ("tantivy", &["indexer/src/index/", "indexer/examples/"]),
        ("hayro_interpret", &["indexer/src/extract/"]),
        ("hayro_syntax", &["indexer/src/extract/"]),
        ("pdf_extract", &["indexer/src/extract/"]),
        ("calamine", &["indexer/src/extract/"]),
        ("mail_parser", &["indexer/src/extract/"]),
        ("html5ever", &["indexer/src/extract/"]),
        ("rusqlite", &["indexer/src/matter_folder/", "indexer/src/collect/tests.rs", "tests/"]),
        ("landlock", &["indexer/src/isolate/"]),
        ("seccompiler", &["indexer/src/isolate/"]),
        ("axum", &["review-server/src/", "tests/"]),
        ("sea_orm", &["review-server/src/store/", "tests/"]),
        ("lopdf", &["review-server/src/deliver/", "tests/"]),
    ];
    for folder in RUST {
        for (name, text) in sources(folder, &[".rs"]) {
            if name == "tests/suite/architecture.rs" {
                continue;
            }
            for (library, allowed) in places {
                let used = text.lines().map(str::trim_start).filter(|line| !line.starts_with("//"));
                let uses = used.filter(|line| line.contains(&format!("{library}::"))).count();
                let at_home = allowed.iter().any(|place| name.starts_with(place));
                assert!(uses == 0 || at_home, "`{name}` uses `{library}`, which belongs in {allowed:?}");
            }
        }
    }
}

#[test]
fn every_file_says_why_it_exists() {
    for folder in RUST {
        for (name, text) in sources(folder, &[".rs"]) {
            assert!(text.starts_with("//!"), "`{name}` must begin with `//!` and say why it exists");
        }
    }
}

#[test]
fn no_file_grows_past_six_hundred_lines() {
    for folder in RUST.iter().chain(&["review-server/ui/src"]) {
        for (name, text) in sources(folder, &[".rs", ".ts", ".svelte", ".css"]) {
            let lines = text.lines().count();
            assert!(lines <= 600 || name.ends_with("api/schema.ts"), "`{name}` has {lines} lines: split it by noun");
        }
    }
    let main = std::fs::read_to_string(root().join("review-server/src/main.rs")).unwrap();
    assert!(main.lines().count() <= 60, "`main.rs` parses, sets up, calls and maps to an exit code, in 60 lines");
}

#[test]
fn names_say_something() {
    let empty = ["utils", "util", "helpers", "helper", "common", "misc", "manager", "service", "processor"];
    for folder in RUST {
        for (name, _) in sources(folder, &[".rs"]) {
            for part in name.trim_end_matches(".rs").split('/') {
                assert!(!empty.contains(&part), "`{name}`: `{part}` says nothing");
            }
        }
    }
}

#[test]
fn the_top_level_is_fixed() {
    let expected = [
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "CONTRIBUTING.md",
        "Cargo.lock",
        "Cargo.toml",
        "LICENSE",
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "clippy.toml",
        "corpora-sample",
        "crates",
        "docs",
        "indexer",
        "review-server",
        "rustfmt.toml",
        "taxonomies",
        "tests",
        "xtask",
    ];
    let mut found: Vec<String> =
        std::fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    found.retain(|name| !name.starts_with('.') && name != "target");
    found.sort();
    assert_eq!(found, expected);
}

#[test]
fn document_text_is_never_logged() {
    // What people may not log above `debug` has these names in our code.
    let words = ["text", "query", "note", "quote", "snippet", "body"];
    for folder in ["indexer/src", "review-server/src"] {
        for (name, text) in sources(folder, &[".rs"]) {
            for line in text.lines() {
                let loud = ["info!(", "warn!(", "error!("].iter().any(|call| line.contains(call));
                let telling = words.iter().any(|word| {
                    line.contains(&format!("{{{word}"))
                        || line.contains(&format!("%{word}"))
                        || line.contains(&format!("?{word}"))
                });
                assert!(!(loud && telling), "`{name}` logs client text: {line}");
            }
        }
    }
}
