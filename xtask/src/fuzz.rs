//! `cargo xtask fuzz NAME`: throws noise at one reader of outside bytes, led by which code it reaches.
//!
//! libFuzzer does the work. The code is instrumented by flags the stable compiler has, so no other toolchain is needed;
//! a C++ compiler is, for libFuzzer itself.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, bail};

use crate::process::{Program, cargo, program};
use crate::{report, tree};

/// Counts every edge of the code and shows what is compared with what.
const INSTRUMENTED: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
];

/// Set for the compiler's runs while the fuzzer is built: this program then stands between cargo and the compiler.
const COMPILING: &str = "REDWELL_FUZZ_COMPILING";

/// Time one input may take, and memory the process, before either is a finding.
const MOST_SECONDS: u32 = 20;
const MOST_MIB: u32 = 2048;

/// Runs until the time is over or something is found; whether nothing was.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<bool> {
    let Asked { name, seconds, seeds } = Asked::of(arguments)?;
    let target = tree::target().join("fuzz");
    let manifest = tree::root().join("indexer/fuzz/Cargo.toml");
    // The fuzzer has no versions of its own: it drives what the program is made of.
    std::fs::copy(tree::root().join("Cargo.lock"), tree::root().join("indexer/fuzz/Cargo.lock"))?;
    report::say("building with instrumentation; the first time takes minutes");
    cargo(&["build", "--release", "--quiet", "--manifest-path"])
        .word(&manifest)
        .with("CARGO_TARGET_DIR", &target)
        .with("RUSTC_WRAPPER", std::env::current_exe()?)
        .with(COMPILING, "1")
        .run()?;
    let programs = target.join("release");
    let (corpus, findings) = (target.join("corpus").join(&name), target.join("findings").join(&name));
    std::fs::create_dir_all(&corpus)?;
    std::fs::create_dir_all(&findings)?;
    let mut files = Vec::new();
    seeds.iter().try_for_each(|path| list(path, &mut files))?;
    for some in files.chunks(500) {
        let seed = program(programs.join("seed").as_os_str(), &[&name]).word(&corpus);
        some.iter().fold(seed, Program::word).run()?;
    }
    let status = program(programs.join("fuzz").as_os_str(), &["-max_len=65536", "-print_final_stats=1"])
        .word(format!("-max_total_time={seconds}"))
        .word(format!("-timeout={MOST_SECONDS}"))
        .word(format!("-rss_limit_mb={MOST_MIB}"))
        .word(format!("-artifact_prefix={}/", findings.display()))
        .word(&corpus)
        .with("REDWELL_FUZZ", &name)
        .status()?;
    if status != 0 {
        report::say(&format!("something was found: the input lies in {}", findings.display()));
    }
    Ok(status == 0)
}

struct Asked {
    name: String,
    seconds: u64,
    seeds: Vec<PathBuf>,
}

impl Asked {
    fn of(arguments: &[String]) -> anyhow::Result<Self> {
        let Some((name, mut rest)) = arguments.split_first() else {
            bail!("name a reader, such as `rtf`; indexer/src/fuzzing.rs lists them")
        };
        let mut seconds = 60;
        let mut seeds = Vec::new();
        while let Some((first, after)) = rest.split_first() {
            rest = after;
            if first == "--seconds" {
                let (given, after) = rest.split_first().context("`--seconds` needs a number")?;
                seconds = given.parse().with_context(|| format!("`{given}` is no number of seconds"))?;
                rest = after;
            } else {
                seeds.push(PathBuf::from(first));
            }
        }
        if seeds.is_empty() {
            seeds.push(tree::root().join("corpora-sample"));
        }
        Ok(Self { name: name.clone(), seconds, seeds })
    }
}

/// Runs the compiler as cargo asked, with instrumentation for our own libraries: what they are made of is not what is to
/// be explored, and takes an hour to instrument. Nothing when this program was not called for that.
pub(crate) fn as_compiler(arguments: &[String]) -> Option<ExitCode> {
    std::env::var_os(COMPILING)?;
    let (compiler, words) = arguments.split_first()?;
    let name = words.iter().skip_while(|word| *word != "--crate-name").nth(1);
    let is_ours = name.is_some_and(|name| name.starts_with("redwell_") && !name.starts_with("build_script"));
    let more: &[&str] = if is_ours { &INSTRUMENTED } else { &[] };
    let status = Command::new(compiler).args(words).args(more).status().ok()?;
    Some(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn list(path: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if !path.is_dir() {
        files.push(path.to_owned());
        return Ok(());
    }
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(path)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    entries.sort();
    entries.iter().try_for_each(|entry| list(entry, files))
}
