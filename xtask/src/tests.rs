//! `cargo xtask test`: every check there is, in the order that fails soonest, and one closing line that sums up.
//!
//! Each step counts: tests that a runner reports, or one for a step that only passes or fails. A failing step does
//! not stop the others, so that one run tells everything.

use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, bail};

use crate::process::cargo;
use crate::{chromium, demo, report, tree, ui};

/// Checks that held and checks that did not.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Tally {
    passed: u64,
    failed: u64,
}

impl Tally {
    fn one(held: bool) -> Self {
        Self { passed: u64::from(held), failed: u64::from(!held) }
    }

    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

type Step = (&'static str, fn() -> anyhow::Result<Tally>);

const STEPS: &[Step] =
    &[("fmt", fmt), ("ui", web_page), ("clippy", clippy), ("doc", doc), ("rust", rust), ("journeys", journeys)];

/// Runs the steps, all of them or the one named; whether everything held.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<bool> {
    let only = match arguments {
        [] => None,
        [flag, name] if flag == "--only" => Some(name.as_str()),
        _ => bail!("`test` takes `--only STEP` or nothing"),
    };
    let chosen: Vec<&Step> = STEPS.iter().filter(|(name, _)| only.is_none_or(|only| only == *name)).collect();
    if chosen.is_empty() {
        bail!("there is no step `{}`: use one of ui, fmt, clippy, doc, rust, journeys", only.unwrap_or_default());
    }
    let (mut total, mut lines) = (Tally::default(), Vec::new());
    for (name, step) in chosen {
        report::heading(name);
        let began = Instant::now();
        let tally = step().unwrap_or_else(|error| {
            report::say(&format!("{name}: {error:#}"));
            Tally::one(false)
        });
        total.add(tally);
        lines.push(format!(
            "{name:9} {:5} passed, {} failed, {}",
            tally.passed,
            tally.failed,
            report::duration(began.elapsed())
        ));
    }
    report::heading("in all");
    lines.iter().for_each(|line| report::say(line));
    report::say(&format!("\n{} passed, {} failed", total.passed, total.failed));
    Ok(total.failed == 0)
}

fn fmt() -> anyhow::Result<Tally> {
    Ok(Tally::one(cargo(&["fmt", "--all", "--check"]).status()? == 0))
}

fn clippy() -> anyhow::Result<Tally> {
    Ok(Tally::one(
        cargo(&["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]).status()? == 0,
    ))
}

fn doc() -> anyhow::Result<Tally> {
    let doc = cargo(&["doc", "--locked", "--workspace", "--no-deps", "--document-private-items"])
        .with("RUSTDOCFLAGS", "-D warnings");
    Ok(Tally::one(doc.status()? == 0))
}

fn rust() -> anyhow::Result<Tally> {
    let (held, output) = cargo(&["test", "--locked", "--workspace", "--no-fail-fast"]).capture()?;
    let tally = cargo_tally(&output);
    Ok(if held || tally.failed > 0 { tally } else { Tally { failed: 1, ..tally } })
}

/// Type-check, unit tests, drift of the types from the server's description, and the build the browser will get.
fn web_page() -> anyhow::Result<Tally> {
    ui::install()?;
    let mut tally = Tally::one(ui::npm(&["run", "--silent", "check"])?.status()? == 0);
    let (held, output) = ui::npm(&["run", "--silent", "test"])?.capture()?;
    let units = vitest_tally(&output).context("the unit tests of the web page printed no count")?;
    tally.add(if held || units.failed > 0 { units } else { Tally { failed: 1, ..units } });
    tally.add(Tally::one(types_are_current()?));
    tally.add(Tally::one(ui::build().map_or_else(
        |error| {
            report::say(&format!("{error:#}"));
            false
        },
        |()| true,
    )));
    Ok(tally)
}

/// Whether the generated types are those of the committed description; the Rust tests compare that with the server.
fn types_are_current() -> anyhow::Result<bool> {
    let schema = tree::ui().join("src/api/schema.ts");
    let before = std::fs::read(&schema).context("reading the generated types")?;
    ui::npm(&["run", "--silent", "types"])?.run()?;
    let current = std::fs::read(&schema)? == before;
    if !current {
        report::say("src/api/schema.ts was not the server's description; it has been generated anew: commit it");
    }
    Ok(current)
}

/// Walks the product in a real browser, on the sample matters, served by the program just built.
fn journeys() -> anyhow::Result<Tally> {
    let browser = chromium::find()?;
    ui::build()?;
    cargo(&["build", "--locked", "--package", "redwell"]).run()?;
    let binary = tree::target().join("debug/redwell");
    let data = tree::target().join("journeys");
    if data.exists() {
        std::fs::remove_dir_all(&data).context("clearing the data of an earlier run")?;
    }
    demo::prepare(&binary, &data)?;
    let (address, _server) = demo::serve(&binary, &data)?;
    let folder = tree::root().join("tests/journeys");
    link_modules(&folder)?;
    let playwright = ui::npx(&["playwright", "test", "--config"])?.word(folder.join("playwright.config.ts"));
    let (held, output) = playwright
        .with("BASE_URL", address)
        .with("CHROMIUM", browser)
        .with("REDWELL", &binary)
        .with("REDWELL_DATA", &data)
        .capture()?;
    let tally = playwright_tally(&output);
    Ok(if held || tally.failed > 0 { tally } else { Tally { failed: 1, ..tally } })
}

/// Lets the journeys find the modules of the web page.
fn link_modules(folder: &Path) -> anyhow::Result<()> {
    let link = folder.join("node_modules");
    if link.symlink_metadata().is_ok() {
        std::fs::remove_file(&link)?;
    }
    std::os::unix::fs::symlink(tree::ui().join("node_modules"), link)?;
    Ok(())
}

/// Adds up lines such as `test result: ok. 12 passed; 0 failed; 0 ignored; …`.
fn cargo_tally(output: &str) -> Tally {
    let mut tally = Tally::default();
    for line in output.lines().filter(|line| line.starts_with("test result: ")) {
        tally.add(Tally {
            passed: number_before(line, " passed").unwrap_or(0),
            failed: number_before(line, " failed").unwrap_or(0),
        });
    }
    tally
}

/// Reads the line `      Tests  2 failed | 40 passed (42)`.
fn vitest_tally(output: &str) -> Option<Tally> {
    let line = output.lines().map(without_colours).find(|line| line.trim_start().starts_with("Tests "))?;
    Some(Tally {
        passed: number_before(&line, " passed").unwrap_or(0),
        failed: number_before(&line, " failed").unwrap_or(0),
    })
}

/// Reads the closing lines `  1 failed`, `  2 flaky`, `  12 passed (34.5s)`.
fn playwright_tally(output: &str) -> Tally {
    let mut tally = Tally::default();
    for line in output.lines().map(without_colours) {
        let line = line.trim();
        let Some((count, rest)) = line.split_once(' ') else { continue };
        let Ok(count) = count.parse::<u64>() else { continue };
        match rest.split_whitespace().next() {
            Some("passed") => tally.passed += count,
            Some("failed" | "flaky" | "interrupted") => tally.failed += count,
            _ => {}
        }
    }
    tally
}

fn number_before(line: &str, word: &str) -> Option<u64> {
    let before = &line[..line.find(word)?];
    before.rsplit(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// A line without the escape sequences that colour it.
fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut inside = false;
    for c in line.chars() {
        match c {
            '\u{1b}' => inside = true,
            _ if inside => inside = !c.is_ascii_alphabetic(),
            _ => plain.push(c),
        }
    }
    plain
}

#[cfg(test)]
mod counting {
    use super::*;

    #[test]
    fn reads_the_closing_lines_of_each_runner() {
        let cargo = "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured\ntest result: FAILED. 3 passed; 2 failed; 0 ignored\n";
        assert_eq!(cargo_tally(cargo), Tally { passed: 15, failed: 2 });
        assert_eq!(
            vitest_tally("\u{1b}[2m      Tests \u{1b}[22m \u{1b}[1m1 failed\u{1b}[22m | 40 passed (41)\n"),
            Some(Tally { passed: 40, failed: 1 })
        );
        assert_eq!(vitest_tally("nothing"), None);
        assert_eq!(
            playwright_tally("  1 failed\n    [x] › a.spec.ts\n  2 flaky\n  12 passed (34.5s)\n"),
            Tally { passed: 12, failed: 3 }
        );
    }
}
