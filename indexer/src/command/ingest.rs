//! `redwell ingest`: files and folders into a matter.

use std::fs::File;
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use redwell_model::DuplicateScope;
use redwell_model::control_number::Prefix;
use serde::Serialize;

use super::live::Live;
use super::reading::{Reading, described};
use super::report::json_line;
use super::{ExitStatus, MatterArguments};
use crate::collect::{self, HashList, IngestRequest, Progress};
use crate::isolate::WorkerProgram;
use crate::matter_folder::{NativeStorage, RunReport, RunSettings};

/// Arguments of `redwell ingest`.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(flatten)]
    matter: MatterArguments,
    /// Whom the files come from; by default the name of each path's last folder.
    #[arg(long, value_name = "NAME")]
    custodian: Option<String>,
    /// The letters before the hyphen of control numbers; by default the first part of the matter's name.
    #[arg(long, value_name = "PREFIX")]
    prefix: Option<Prefix>,
    /// Among which items a duplicate is suppressed: `global`, `custodian` or `none`; chosen with the first ingest.
    #[arg(long, value_name = "SCOPE")]
    duplicates: Option<DuplicateScope>,
    /// A list of MD5, SHA-1 or SHA-256 digests of files to leave out, such as those of the NSRL.
    #[arg(long, value_name = "FILE")]
    exclude_hashes: Option<PathBuf>,
    /// How the original bytes of files are kept.
    #[arg(long, value_enum, default_value = "copy", value_name = "HOW")]
    natives: Storage,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    live: Live,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
    /// Files and folders.
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
}

/// How the original bytes of files are kept.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Storage {
    /// Copied: the matter needs its sources no more.
    Copy,
    /// Hard-linked, which takes no room; copied where the file system cannot. Sources must not be changed in place.
    Link,
    /// Left in place and pointed to. Sources must be neither removed nor changed.
    Reference,
}

impl From<Storage> for NativeStorage {
    fn from(storage: Storage) -> Self {
        match storage {
            Storage::Copy => Self::Copy,
            Storage::Link => Self::Link,
            Storage::Reference => Self::Reference,
        }
    }
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report {
    #[serde(flatten)]
    run: RunReport,
    elapsed_ms: u64,
}

pub(super) fn run(arguments: &Arguments, out: &mut dyn Write) -> anyhow::Result<ExitStatus> {
    let began = Instant::now();
    let progress = Arc::new(Progress::default());
    let request = IngestRequest {
        data: &arguments.matter.data,
        matter: &arguments.matter.matter,
        prefix: arguments.prefix.as_ref(),
        custodian: arguments.custodian.as_deref(),
        paths: &arguments.paths,
        jobs: arguments.reading.jobs(),
        options: arguments.reading.options()?,
        limits: arguments.reading.limits(),
        duplicates: arguments.duplicates,
        natives: arguments.natives.into(),
        excluded: arguments.exclude_hashes.as_deref().map(hash_list).transpose()?.map(Arc::new),
        worker: WorkerProgram::this_executable()?,
        gate: Arc::default(),
        settings: arguments.settings(),
    };
    let watching = arguments.live.start(&progress, &request.gate)?;
    let result = collect::ingest(&request, &progress);
    watching.end(Some(result.as_ref().map(|report| report.cancelled).map_err(ToString::to_string)));
    let run = result?;
    let elapsed_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    let has_findings = run.exceptions > 0 || run.failed > 0 || run.cancelled;
    if arguments.json {
        json_line(out, &Report { run, elapsed_ms })?;
    } else {
        print(out, &run, elapsed_ms, &arguments.matter)?;
    }
    Ok(ExitStatus::findings_if(has_findings))
}

impl Arguments {
    /// What is kept about what was asked for.
    fn settings(&self) -> RunSettings {
        let absolute = |path: &PathBuf| path.canonicalize().unwrap_or(path.clone()).to_string_lossy().into_owned();
        let mut settings = self.reading.settings();
        let natives = serde_json::to_value(NativeStorage::from(self.natives));
        settings.reading.insert("natives".to_owned(), natives.expect("it is a name"));
        RunSettings {
            paths: self.paths.iter().map(absolute).collect(),
            custodian: self.custodian.clone(),
            duplicates: self.duplicates,
            exclude_hashes: self.exclude_hashes.as_ref().map(absolute),
            ..settings
        }
    }
}

fn hash_list(path: &Path) -> anyhow::Result<HashList> {
    let failed = || format!("reading digests from `{}`", path.display());
    let list = HashList::read(BufReader::new(File::open(path).with_context(failed)?)).with_context(failed)?;
    anyhow::ensure!(!list.is_empty(), "`{}` holds no MD5, SHA-1 or SHA-256 digest", path.display());
    Ok(list)
}

fn print(out: &mut dyn Write, run: &RunReport, elapsed_ms: u64, matter: &MatterArguments) -> anyhow::Result<()> {
    writeln!(out, "{} files found, {} of them known already", run.sources, run.unchanged)?;
    let RunReport { items, documents, duplicates, containers, excluded, failed, .. } = run;
    writeln!(
        out,
        "{items} items = {documents} documents + {duplicates} duplicates + {containers} containers + {excluded} excluded + {failed} failed"
    )?;
    writeln!(out, "{} MiB in {}.{} s", run.size_bytes >> 20, elapsed_ms / 1000, elapsed_ms % 1000 / 100)?;
    if let Some(recognition) = &run.recognition {
        writeln!(out, "text in pictures: {}", described(recognition))?;
    }
    if run.cancelled {
        writeln!(out, "it was cancelled; the same `redwell ingest` again goes on from there")?;
    }
    if run.missing > 0 {
        let MatterArguments { data, matter } = matter;
        let data = data.display();
        writeln!(
            out,
            "{} files of earlier runs are not at their place any more; what was made of them is kept: \
             `redwell sources --missing --data {data} --matter {matter}` lists them",
            run.missing
        )?;
    }
    if run.exceptions > 0 {
        let MatterArguments { data, matter } = matter;
        let data = data.display();
        writeln!(
            out,
            "{} exceptions: `redwell exceptions --data {data} --matter {matter}` lists them",
            run.exceptions
        )?;
    }
    Ok(())
}
