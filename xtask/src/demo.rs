//! `cargo xtask demo`: from a fresh checkout to a running Redwell with the two sample matters.
//!
//! Everything is done through the program's own commands, as a firm would. What is done already is not done again:
//! the second run starts in seconds and keeps what people did in the first.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use crate::process::{Running, cargo, program};
use crate::{report, tree, ui};

/// A sample matter: its short name, what people call it, and where its things lie in the checkout.
struct Matter {
    slug: &'static str,
    name: &'static str,
    client: &'static str,
    description: &'static str,
    folder: &'static str,
    taxonomy: &'static str,
}

const MATTERS: &[Matter] = &[
    Matter {
        slug: "halden-v-norling",
        name: "Halden v Norling",
        client: "Halden Components",
        description: "Supply-contract dispute: who owed what after the price adjustment of 2023",
        folder: "corpora-sample/legal/halden-v-norling",
        taxonomy: "taxonomies/legal-review.ttl",
    },
    Matter {
        slug: "cargo-bikes-2025",
        name: "Electric cargo bikes 2025",
        client: "Velder Mobility",
        description: "Market study: segments, drivers, barriers and prices of electric cargo bikes",
        folder: "corpora-sample/market/cargo-bikes-2025",
        taxonomy: "taxonomies/market-research.ttl",
    },
];

/// One sign-in per role: name, display name, role.
const PEOPLE: &[(&str, &str, &str)] = &[
    ("admin", "Ada Administrator", "administrator"),
    ("lead", "Lena Lead", "lead"),
    ("reviewer", "Ravi Reviewer", "reviewer"),
    ("analyst", "Anton Analyst", "analyst"),
    ("client", "Clara Client", "client"),
];

/// Written last: a data folder that has it is complete.
const DONE: &str = ".demo-ready";

/// The password of a sample sign-in. They are no secret: the demo listens on this machine only.
fn password(name: &str) -> String {
    format!("{name}-redwell-demo")
}

/// Builds, prepares and serves until it is interrupted.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let data = match arguments {
        [] => tree::target().join("demo"),
        [flag, folder] if flag == "--data" => std::path::absolute(folder)?,
        _ => bail!("`demo` takes `--data DIR` or nothing"),
    };
    let binary = build()?;
    prepare(&binary, &data)?;
    let (address, mut server) = serve(&binary, &data, "127.0.0.1:8080")?;
    report::say(&welcome(&address, &data));
    server.wait()
}

fn build() -> anyhow::Result<PathBuf> {
    ui::build()?;
    report::heading("building Redwell; the first time takes some minutes");
    cargo(&["build", "--release", "--locked", "--package", "redwell"]).with("REQUIRE_UI", "1").run()?;
    Ok(tree::target().join("release/redwell"))
}

/// Fills a data folder with the sample matters, their taxonomies and the sign-ins, unless it is full already.
pub(crate) fn prepare(binary: &Path, data: &Path) -> anyhow::Result<()> {
    let done = data.join(DONE);
    if done.exists() {
        return Ok(());
    }
    std::fs::create_dir_all(data).with_context(|| format!("creating `{}`", data.display()))?;
    let redwell = |words: &[&str]| program(binary.as_os_str(), words).word("--data").word(data);
    for (name, shown, _) in PEOPLE {
        redwell(&["user", "add", name, "--display-name", shown]).with("REDWELL_PASSWORD", password(name)).run()?;
    }
    for matter in MATTERS {
        report::heading(&format!("ingesting the sample matter “{}”", matter.name));
        for custodian in folders(&tree::root().join(matter.folder))? {
            let name = custodian
                .file_name()
                .and_then(|name| name.to_str())
                .context("a custodian's folder has a readable name")?;
            let status = redwell(&["ingest", "--matter", matter.slug, "--custodian", &person(name)])
                .word(&custodian)
                .status()?;
            // Status 1 says that exceptions were recorded: the samples hold a locked and a damaged file on purpose.
            if !matches!(status, 0 | 1) {
                bail!("ingesting `{}` ended with status {status}", custodian.display());
            }
        }
        let named = ["matter", "add", "--slug", matter.slug, "--name", matter.name, "--client", matter.client];
        redwell(&named).word("--description").word(matter.description).run()?;
        redwell(&["taxonomy", "import", "--matter", matter.slug]).word(tree::root().join(matter.taxonomy)).run()?;
        for (name, _, role) in PEOPLE {
            redwell(&["user", "role", name, role, "--matter", matter.slug]).run()?;
        }
    }
    std::fs::write(done, "the sample matters are complete\n")?;
    Ok(())
}

/// Serves a data folder; the address, and the server, which ends when dropped.
pub(crate) fn serve(binary: &Path, data: &Path, listen: &str) -> anyhow::Result<(String, Running)> {
    const SIGN: &str = "Redwell is serving on ";
    let words = ["serve", "--any-port", "--listen", listen];
    let (line, server) = program(binary.as_os_str(), &words).word("--data").word(data).serve(SIGN)?;
    Ok((line[SIGN.len()..].trim().to_owned(), server))
}

fn folders(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading `{}`", folder.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.push(entry.path());
        }
    }
    found.sort();
    Ok(found)
}

/// The name of a person or a source from its folder's: `anna-lindqvist` becomes `Anna Lindqvist`.
fn person(folder: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    folder.split('-').map(word).collect::<Vec<_>>().join(" ")
}

fn welcome(address: &str, data: &Path) -> String {
    let people = PEOPLE.iter().map(|(name, _, role)| format!("  {role:<14} {name:<10} {}\n", password(name)));
    let people: String = people.collect();
    format!(
        "\nRedwell is ready: {address}\n\n  {:<14} {:<10} password\n{people}\nData is kept in {}; stop with Ctrl+C, start again with the same command.\n",
        "role",
        "name",
        data.display(),
    )
}

#[cfg(test)]
mod tests {
    use super::person;

    #[test]
    fn folders_name_people() {
        assert_eq!(person("anna-lindqvist"), "Anna Lindqvist");
        assert_eq!(person("press"), "Press");
        assert_eq!(person("örjan-ek"), "Örjan Ek");
    }
}
