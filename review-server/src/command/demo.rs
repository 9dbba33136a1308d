//! `redwell demo`: the two sample matters, ready to sign in to.
//!
//! Everything is done through the program's own commands, each in a process of its own, as a firm would. What is done
//! already is not done again: the second run starts in seconds and keeps what people did in the first.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};
use clap::Args;
use redwell_indexer::command::ExitStatus;

use super::serve;

/// Arguments of `redwell demo`.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The data folder, created when absent.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// The folder that holds `corpora-sample` and `taxonomies`.
    #[arg(long, value_name = "DIR", default_value = ".")]
    samples: PathBuf,
    /// Fill the data folder and end, without serving.
    #[arg(long)]
    prepare_only: bool,
}

/// A sample matter: its short name, what people call it, and where its things lie.
struct Sample {
    slug: &'static str,
    name: &'static str,
    client: &'static str,
    description: &'static str,
    folder: &'static str,
    taxonomy: &'static str,
    synonyms: &'static str,
}

const SAMPLES: &[Sample] = &[
    Sample {
        slug: "halden-v-norling",
        name: "Halden v Norling",
        client: "Halden Components AB",
        description: "Arbitration over a supply agreement: leaking housings, a stopped furnace, a terminated contract",
        folder: "corpora-sample/legal/halden-v-norling",
        taxonomy: "taxonomies/legal-review.ttl",
        synonyms: "taxonomies/legal-synonyms.csv",
    },
    Sample {
        slug: "cargo-bikes-2025",
        name: "Electric cargo bikes 2025",
        client: "Kornblum Cycles",
        description: "Market study: segments, drivers, barriers, prices and competitors in Europe",
        folder: "corpora-sample/market/cargo-bikes-2025",
        taxonomy: "taxonomies/market-research.ttl",
        synonyms: "taxonomies/market-synonyms.csv",
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

/// Written first: a data folder that has it is the demo's own, and may be begun again.
const BEGUN: &str = ".demo-begun";

/// The password of a sample sign-in. They are no secret: the demo listens on this machine only.
fn password(name: &str) -> String {
    format!("{name}-redwell-demo")
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    prepare(&arguments.data, &arguments.samples, out)?;
    if arguments.prepare_only {
        return Ok(ExitStatus::Done);
    }
    serve::run_with(&serve::Arguments::usual(&arguments.data), out, &mut |address, out| {
        welcome(address, &arguments.data, out)
    })
}

/// Fills a data folder with the sample matters, their taxonomies and the sign-ins, unless it is full already.
fn prepare(data: &Path, samples: &Path, out: &mut dyn Write) -> anyhow::Result<()> {
    if data.join(DONE).exists() {
        return Ok(());
    }
    if data.join("review.db").exists() {
        if !data.join(BEGUN).exists() {
            bail!("`{}` holds other people's work; give the demo a folder of its own with `--data`", data.display());
        }
        // An earlier run was cut off before anybody could sign in.
        std::fs::remove_dir_all(data).with_context(|| format!("clearing `{}`", data.display()))?;
    }
    std::fs::create_dir_all(data).with_context(|| format!("creating `{}`", data.display()))?;
    std::fs::write(data.join(BEGUN), "")?;
    let program = Program { path: std::env::current_exe().context("finding this program")?, data };
    for (name, shown, _) in PEOPLE {
        program.run(&["user", "add", name, "--display-name", shown], Some(&password(name)), &[0])?;
    }
    for sample in SAMPLES {
        writeln!(out, "Ingesting the sample matter “{}”", sample.name)?;
        out.flush()?;
        for custodian in folders(&samples.join(sample.folder))? {
            let name = custodian
                .file_name()
                .and_then(|name| name.to_str())
                .context("a custodian's folder has a readable name")?;
            let path = custodian.to_str().context("the samples lie in a folder with a readable name")?;
            // Status 1 says that exceptions were recorded: the samples hold a locked and a damaged file on purpose.
            program.run(&["ingest", "--matter", sample.slug, "--custodian", &person(name), path], None, &[0, 1])?;
        }
        let named = ["matter", "add", "--slug", sample.slug, "--name", sample.name, "--client", sample.client];
        program.run(&[&named[..], &["--description", sample.description]].concat(), None, &[0])?;
        for (command, file) in [("taxonomy", sample.taxonomy), ("synonyms", sample.synonyms)] {
            let file = samples.join(file);
            let file = file.to_str().context("the taxonomies lie in a folder with a readable name")?;
            program.run(&[command, "import", "--matter", sample.slug, file], None, &[0, 1])?;
        }
        let batches = ["batches", "make", "--matter", sample.slug, "--name", "First pass", "--size", "10"];
        program.run(&batches, None, &[0])?;
        for (name, _, role) in PEOPLE {
            program.run(&["user", "role", name, role, "--matter", sample.slug], None, &[0])?;
        }
    }
    std::fs::write(data.join(DONE), "")?;
    Ok(())
}

/// This program, at work on a data folder.
struct Program<'d> {
    path: PathBuf,
    data: &'d Path,
}

impl Program<'_> {
    /// Runs a command to its end; an exit status other than these stops the demo.
    fn run(&self, words: &[&str], password: Option<&str>, statuses: &[i32]) -> anyhow::Result<()> {
        let mut command = Command::new(&self.path);
        command.args(words).arg("--data").arg(self.data).stdin(Stdio::null()).stdout(Stdio::null());
        if let Some(password) = password {
            command.env("REDWELL_PASSWORD", password);
        }
        let shown = format!("redwell {}", words.join(" "));
        let status = command.status().with_context(|| format!("starting `{shown}`"))?;
        match status.code() {
            Some(code) if statuses.contains(&code) => Ok(()),
            _ => bail!("`{shown}` ended with {status}"),
        }
    }
}

fn folders(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let reading = || format!("reading the samples in `{}`; say with `--samples` where they are", folder.display());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(reading)? {
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

fn welcome(address: &str, data: &Path, out: &mut dyn Write) -> std::io::Result<()> {
    writeln!(out, "\nRedwell is ready: {address}\n\n  {:<14} {:<10} password", "role", "name")?;
    for (name, _, role) in PEOPLE {
        writeln!(out, "  {role:<14} {name:<10} {}", password(name))?;
    }
    writeln!(out, "\nData is kept in `{}`. Stop with Ctrl+C; start again with the same command.", data.display())
}

#[cfg(test)]
mod tests {
    use super::person;

    #[test]
    fn folders_name_people() {
        for (folder, expected) in [("anna-lindqvist", "Anna Lindqvist"), ("press", "Press"), ("örjan-ek", "Örjan Ek")]
        {
            assert_eq!(person(folder), expected);
        }
    }
}
