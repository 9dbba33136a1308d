//! The recogniser's side: reads the text of one picture at a time, with tesseract, until the parent hangs up.
//!
//! Runs as `redwell recogniser`. A worker may not start programs and the parent may not touch outside bytes, so this is a
//! process of a third kind: it can start programs, but it and they can read only the folders programs lie in, write
//! nowhere and reach nobody. What tesseract says is parsed here. Limits on memory and processor time pass on to it; its
//! parent watches the clock.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use redwell_model::ExceptionKind;
use rustix::fd::AsFd;

use super::frame::{self, PictureHeader, Recognised, RecognitionRequest, Tag};
use super::sandbox::confine_to_programs;
use super::{limits, tesseract};

/// Names the program that recognises text, for the process that is to start it.
pub(super) const PROGRAM: &str = "REDWELL_RECOGNITION_PROGRAM";

/// Most bytes of a picture.
const MOST_BYTES: u64 = 4 << 30;

/// Serves the parent at the other end of standard input and output until it hangs up.
///
/// # Errors
/// When the pipes break or limits cannot be set.
pub fn run() -> io::Result<()> {
    // Ours are pipes that no program started here inherits.
    let requests = own(rustix::stdio::stdin())?;
    let mut answers = own(rustix::stdio::stdout())?;
    let nowhere = File::options().read(true).write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdin(&nowhere)?;
    rustix::stdio::dup2_stdout(&nowhere)?;
    std::panic::set_hook(Box::new(|_| {}));
    let program = PathBuf::from(std::env::var_os(PROGRAM).unwrap_or_else(|| OsString::from("tesseract")));
    frame::greet(&mut answers, confine_to_programs(&folders(&program)))?;
    serve(&program, requests, answers)
}

fn own(pipe: impl AsFd) -> io::Result<File> {
    Ok(File::from(rustix::io::fcntl_dupfd_cloexec(pipe, 3)?))
}

fn serve(program: &Path, requests: impl Read, mut answers: impl Write) -> io::Result<()> {
    let mut requests = BufReader::with_capacity(1 << 16, requests);
    let mut is_limited = false;
    while let Some(frame) = frame::read(&mut requests, MOST_BYTES)? {
        let RecognitionRequest { picture, languages, limits } = frame.header()?;
        if !is_limited {
            limits::limit_memory(limits.recognition_bytes)?;
            is_limited = true;
        }
        limits::limit_cpu_from_now(limits.recognition_seconds)?;
        let recognised = if is_whole(picture, &frame.body) {
            tesseract::recognise(program, &languages, picture, &frame.body)
        } else {
            Recognised::Failed(ExceptionKind::Damaged)
        };
        frame::write(&mut answers, Tag::Words, &recognised, &[])?;
    }
    Ok(())
}

/// Whether there is a byte for every pixel.
fn is_whole(picture: PictureHeader, pixels: &[u8]) -> bool {
    u64::from(picture.width) * u64::from(picture.height) == pixels.len() as u64 && !pixels.is_empty()
}

/// What the program may read: itself, its libraries and its data.
fn folders(program: &Path) -> Vec<PathBuf> {
    let system = [
        "/usr",
        "/bin",
        "/lib",
        "/lib32",
        "/lib64",
        "/etc/ld.so.cache",
        "/etc/alternatives",
        "/nix/store",
        "/dev/null",
        "/dev/urandom",
    ];
    let mut folders: Vec<PathBuf> = system.map(PathBuf::from).into();
    if let Ok(program) = program.canonicalize() {
        let lies_in = program.parent();
        let prefix = lies_in.filter(|folder| folder.ends_with("bin")).and_then(Path::parent);
        folders.extend(prefix.or(lies_in).filter(|folder| folder.parent().is_some()).map(Path::to_owned));
    }
    let named = tesseract::KEPT_VARIABLES.iter().filter_map(std::env::var_os);
    folders.extend(named.flat_map(|paths| std::env::split_paths(&paths).collect::<Vec<_>>()));
    folders.retain(|folder| folder.is_absolute());
    folders
}
