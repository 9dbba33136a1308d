//! The program `tesseract`: where it lies, which languages it knows, and one picture through it.
//!
//! It is spoken to over its standard streams alone and writes no file. Pictures go in as they are, as portable grey maps,
//! because no decoder could be simpler; one thread, so that it gives the same words whatever else runs.

use std::collections::BTreeSet;
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use redwell_model::ExceptionKind;

use super::frame::{PictureHeader, Recognised};
use super::handle::collect_last_words;
use crate::extract::recognition::{Tool, tsv};

/// Variables that tell it where its data and libraries lie.
pub(super) const KEPT_VARIABLES: [&str; 2] = ["TESSDATA_PREFIX", "LD_LIBRARY_PATH"];

/// Most bytes taken of its answer to one picture.
const MOST_BYTES: u64 = 64 << 20;

/// The program on this machine, found as a shell would; nothing when it is not installed or does not run.
#[must_use]
pub fn find() -> Option<Tool> {
    let program = std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join("tesseract"))
        .find(|program| is_program(program))?;
    let told = Command::new(&program).arg("--version").stdin(Stdio::null()).output().ok()?;
    let told = [told.stdout, told.stderr].concat();
    let name = String::from_utf8_lossy(&told).lines().next().unwrap_or_default().trim().to_owned();
    name.starts_with("tesseract").then_some(Tool { name, program })
}

fn is_program(path: &Path) -> bool {
    path.metadata().is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
}

/// The languages it has data for.
///
/// # Errors
/// When it does not run.
pub fn installed_languages(tool: &Tool) -> io::Result<BTreeSet<String>> {
    let told = Command::new(&tool.program).arg("--list-langs").stdin(Stdio::null()).output()?;
    let told = if told.stdout.is_empty() { told.stderr } else { told.stdout };
    let told = String::from_utf8_lossy(&told);
    Ok(told.lines().skip(1).map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

/// Reads the words in one picture.
pub(super) fn recognise(program: &Path, languages: &str, picture: PictureHeader, pixels: &[u8]) -> Recognised {
    match run(program, languages, picture, pixels) {
        Ok((status, table, complaints)) => match failure(status, &complaints) {
            None => Recognised::Words(tsv::words(&table, picture.width, picture.height)),
            Some(kind) => Recognised::Failed(kind),
        },
        Err(_) => Recognised::Failed(ExceptionKind::Crashed),
    }
}

/// How it ended, the table it gave, and the end of what it complained of.
fn run(
    program: &Path,
    languages: &str,
    picture: PictureHeader,
    pixels: &[u8],
) -> io::Result<(ExitStatus, Vec<u8>, String)> {
    let PictureHeader { width, height, dpi } = picture;
    let kept = KEPT_VARIABLES.iter().filter_map(|name| Some((name, std::env::var_os(name)?)));
    let mut child = Command::new(program)
        .args(["stdin", "stdout", "-l", languages, "--psm", "3", "--dpi", &dpi.to_string()])
        .args(["-c", "tessedit_create_tsv=1"])
        .env_clear()
        .envs(kept)
        .env("OMP_THREAD_LIMIT", "1")
        .env("LC_ALL", "C")
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let lost = || io::Error::other("a pipe of the program is missing");
    let (mut to, from) = (child.stdin.take().ok_or_else(lost)?, child.stdout.take().ok_or_else(lost)?);
    let complaints = child.stderr.take().ok_or_else(lost)?;
    let complaints = std::thread::Builder::new().spawn(move || collect_last_words(complaints))?;
    // It reads the whole picture before it says a word. One that dies early does not read to the end; its status tells.
    let written = write!(to, "P5\n{width} {height}\n255\n").and_then(|()| to.write_all(pixels));
    drop((written, to));
    let mut table = Vec::new();
    from.take(MOST_BYTES).read_to_end(&mut table)?;
    let status = child.wait()?;
    Ok((status, table, complaints.join().unwrap_or_default()))
}

/// What went wrong, if anything did. Its libraries go on without memory they could not have, so what it complains of counts
/// more than how it ended.
fn failure(status: ExitStatus, complaints: &str) -> Option<ExceptionKind> {
    const XCPU: i32 = rustix::process::Signal::XCPU.as_raw();
    let is_out_of_memory = ["malloc fail", "calloc fail", "bad_alloc", "annot allocate memory", "out of memory"]
        .iter()
        .any(|sign| complaints.contains(sign));
    match status.signal() {
        Some(XCPU) => Some(ExceptionKind::TimeLimit),
        _ if is_out_of_memory => Some(ExceptionKind::MemoryLimit),
        _ if status.success() => None,
        _ => Some(ExceptionKind::Crashed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_have_kinds() {
        let check = |raw_status, complaints, expected| {
            assert_eq!(failure(ExitStatus::from_raw(raw_status), complaints), expected, "{raw_status} {complaints}");
        };
        check(0, "Estimating resolution as 178", None);
        check(0, "Error in pixCreateNoInit: pixdata_malloc fail for data", Some(ExceptionKind::MemoryLimit));
        check(6, "terminate called after throwing an instance of 'std::bad_alloc'", Some(ExceptionKind::MemoryLimit));
        check(11, "", Some(ExceptionKind::Crashed));
        check(1 << 8, "Error during processing.", Some(ExceptionKind::Crashed));
        check(24, "", Some(ExceptionKind::TimeLimit));
    }

    #[test]
    fn a_program_that_is_not_there_is_a_failure() {
        let picture = PictureHeader { width: 1, height: 1, dpi: 300 };
        assert_eq!(recognise(Path::new("/nowhere"), "eng", picture, &[0]), Recognised::Failed(ExceptionKind::Crashed));
    }
}
