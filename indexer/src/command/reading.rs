//! How files are read, as `ingest` and `retry` are told on the command line.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, ValueEnum};

use super::default_jobs;
use crate::extract::{Options, PdfEngine};
use crate::isolate::Limits;

/// How files are read.
#[derive(Debug, Args)]
pub(super) struct Reading {
    /// How many files are read at once; by default one for each processor.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// Which PDF reader gives the text.
    #[arg(long, value_enum, default_value = "auto", value_name = "ENGINE")]
    pdf_engine: Engine,
    /// A file of passwords, one a line, tried on every file that is locked.
    #[arg(long, value_name = "FILE")]
    passwords: Option<PathBuf>,
    /// Processor time one file may take, in seconds.
    #[arg(long, default_value_t = 20, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    cpu_seconds: u64,
    /// Time by the clock one file may take, in seconds.
    #[arg(long, default_value_t = 60, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    wall_seconds: u64,
    /// Memory one reading process may take, in MiB.
    #[arg(long, default_value_t = 2048, value_name = "N", value_parser = clap::value_parser!(u64).range(256..=1_048_576))]
    memory_mib: u64,
    /// Text taken from one file, in MiB.
    #[arg(long, default_value_t = 200, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1024))]
    text_mib: u64,
    /// How deep files may lie in one another and still be read.
    #[arg(long, default_value_t = 8, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=64))]
    depth: u32,
    /// Items taken out of one container.
    #[arg(long, default_value_t = 200_000, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    entries: u64,
    /// How many times its own size a container may expand to.
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=100_000))]
    expansion: u64,
    /// What one source may expand to at any depth, in MiB.
    #[arg(long, default_value_t = 4096, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=16_777_216))]
    expanded_mib: u64,
}

/// Which PDF reader gives the text.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Engine {
    /// hayro, and pdf-extract for what it cannot read.
    Auto,
    /// hayro alone.
    Hayro,
    /// pdf-extract alone.
    PdfExtract,
}

/// Longest list of passwords, so that a wrong file named by mistake does not cost hours.
const MOST_PASSWORDS: usize = 1_000;

impl Reading {
    pub(super) fn jobs(&self) -> usize {
        self.jobs.map_or_else(default_jobs, usize::from)
    }

    pub(super) fn limits(&self) -> Limits {
        Limits {
            memory_bytes: self.memory_mib << 20,
            cpu_seconds: self.cpu_seconds,
            wall_seconds: self.wall_seconds,
            children: self.entries,
            depth: self.depth,
            expanded_bytes: self.expanded_mib << 20,
            ..Limits::default()
        }
    }

    pub(super) fn options(&self) -> anyhow::Result<Options> {
        let pdf_engine = match self.pdf_engine {
            Engine::Auto => PdfEngine::Auto,
            Engine::Hayro => PdfEngine::Hayro,
            Engine::PdfExtract => PdfEngine::PdfExtract,
        };
        let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        Ok(Options {
            pdf_engine,
            max_text_bytes: size(self.text_mib << 20),
            max_entries: size(self.entries),
            max_expansion: self.expansion,
            passwords: self.passwords()?,
        })
    }

    fn passwords(&self) -> anyhow::Result<Vec<String>> {
        let Some(path) = &self.passwords else { return Ok(Vec::new()) };
        let text =
            std::fs::read_to_string(path).with_context(|| format!("reading passwords from `{}`", path.display()))?;
        let lines = text.trim_start_matches('\u{feff}').lines().filter(|line| !line.is_empty());
        let passwords: Vec<String> = lines.map(str::to_owned).collect();
        anyhow::ensure!(
            passwords.len() <= MOST_PASSWORDS,
            "`{}` lists {} passwords; at most {MOST_PASSWORDS} are tried",
            path.display(),
            passwords.len()
        );
        Ok(passwords)
    }
}
