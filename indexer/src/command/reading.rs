//! How files are read, as `ingest` and `retry` are told on the command line.

use std::collections::BTreeSet;
use std::io::BufRead as _;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::default_jobs;
use crate::extract::recognition::{Availability, Policy, Recognition};
use crate::extract::{Options, PdfEngine};
use crate::isolate::{Limits, tesseract};
use crate::matter_folder::RunSettings;

/// How files are read. As it is serialised, it is kept with the run in the history.
#[derive(Debug, Args, Serialize)]
pub(super) struct Reading {
    /// How many files are read at once; by default one for each processor.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    jobs: Option<u16>,
    /// Which PDF reader gives the text.
    #[arg(long, value_enum, default_value = "auto", value_name = "ENGINE")]
    pdf_engine: Engine,
    /// A file of passwords, one a line, tried on every file that is locked; `-` for standard input up to an empty line.
    #[arg(long, value_name = "FILE")]
    #[serde(skip)]
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
    /// When the text of pictures is recognised (OCR).
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    ocr: Ocr,
    /// The languages looked for in pictures, as tesseract names them, joined by `+`.
    #[arg(long, default_value = "eng", value_name = "LANGUAGES")]
    ocr_languages: String,
    /// Processor time that recognising one page may take, in seconds.
    #[arg(long, default_value_t = 60, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    ocr_seconds: u64,
    /// Memory the program that recognises text may take, in MiB.
    #[arg(long, default_value_t = 1024, value_name = "N", value_parser = clap::value_parser!(u64).range(256..=1_048_576))]
    ocr_memory_mib: u64,
    /// Pixels of a picture that is recognised, in millions; larger ones are scaled down.
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1_000))]
    ocr_megapixels: u64,
    /// Pages of one file whose text is recognised.
    #[arg(long, default_value_t = 2_000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    ocr_pages: u32,
}

/// When the text of pictures is recognised.
#[derive(Debug, Clone, Copy, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Ocr {
    /// Never.
    Off,
    /// On pages without usable text.
    Auto,
    /// On every page; kept where it is better than the text the page has.
    On,
}

/// Which PDF reader gives the text.
#[derive(Debug, Clone, Copy, ValueEnum, Serialize)]
#[serde(rename_all = "kebab-case")]
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
            recognition_bytes: self.ocr_memory_mib << 20,
            recognition_seconds: self.ocr_seconds,
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
            recognition: self.recognition()?,
        })
    }

    fn recognition(&self) -> anyhow::Result<Recognition> {
        let policy = match self.ocr {
            Ocr::Off => Policy::Off,
            Ocr::Auto => Policy::Auto,
            Ocr::On => Policy::On,
        };
        let tool = if policy == Policy::Off { None } else { tesseract::find() };
        if let Some(tool) = &tool {
            check_languages(&self.ocr_languages, &tesseract::installed_languages(tool)?)?;
        }
        Ok(Recognition {
            policy,
            tool,
            languages: self.ocr_languages.clone(),
            max_pixels: self.ocr_megapixels.saturating_mul(1_000_000),
            max_pages: usize::try_from(self.ocr_pages).unwrap_or(usize::MAX),
            ..Recognition::default()
        })
    }

    fn passwords(&self) -> anyhow::Result<Vec<String>> {
        let Some(path) = &self.passwords else { return Ok(Vec::new()) };
        let text = if path.as_os_str() == "-" { given_on_standard_input() } else { std::fs::read_to_string(path) };
        let text = text.with_context(|| format!("reading passwords from `{}`", path.display()))?;
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

    /// These settings as they are kept with a run. Passwords are not among them.
    pub(super) fn settings(&self) -> RunSettings {
        let reading = serde_json::to_value(self).ok().and_then(|value| serde_json::from_value(value).ok());
        RunSettings {
            had_passwords: self.passwords.is_some(),
            reading: reading.unwrap_or_default(),
            ..RunSettings::default()
        }
    }
}

/// What stands on standard input before the first empty line; what follows is left for others to read.
fn given_on_standard_input() -> std::io::Result<String> {
    let mut text = String::new();
    let mut input = std::io::stdin().lock();
    loop {
        let before = text.len();
        if input.read_line(&mut text)? == 0 || text[before..].trim_end_matches(['\r', '\n']).is_empty() {
            return Ok(text);
        }
    }
}

/// Whether a run could recognise text, and how, in words.
pub(super) fn described(recognition: &Availability) -> String {
    let Availability { policy, tool, languages } = recognition;
    match (policy, tool) {
        (Policy::Off, _) => "recognition (OCR) was switched off".to_owned(),
        (_, None) => {
            "no recognition (OCR): tesseract is not installed (on Debian the package `tesseract-ocr`)".to_owned()
        }
        (Policy::Auto, Some(tool)) => format!("recognised by {tool} ({languages}) where a page has no usable text"),
        (Policy::On, Some(tool)) => format!("recognised by {tool} ({languages}) on every page"),
    }
}

/// Every language asked for must be there: a page read as the wrong one gives nonsense that looks like text.
fn check_languages(asked: &str, installed: &BTreeSet<String>) -> anyhow::Result<()> {
    let Some(missing) = asked.split('+').find(|language| !installed.contains(*language)) else { return Ok(()) };
    let installed = installed.iter().map(String::as_str).filter(|name| *name != "osd").collect::<Vec<_>>().join(", ");
    anyhow::bail!(
        "tesseract has no data for the language `{missing}` of `--ocr-languages`; installed are: {installed}; install it \
         (on Debian the package `tesseract-ocr-{missing}`) or name another"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_without_data_is_refused() {
        let installed: BTreeSet<String> = ["deu", "eng", "osd"].map(str::to_owned).into();
        assert!(check_languages("eng", &installed).is_ok());
        assert!(check_languages("eng+deu", &installed).is_ok());
        for (asked, missing) in [("eng+xyz", "`xyz`"), ("", "``"), ("eng+", "``"), ("../eng", "`../eng`")] {
            let refused = check_languages(asked, &installed).unwrap_err().to_string();
            assert!(refused.contains(missing) && refused.contains("installed are: deu, eng;"), "{refused}");
        }
    }
}
