//! Annotating PDF files in a process that may die.
//!
//! The program runs itself as `redwell worker-annotate`, hands it one file over standard input and takes the appended
//! bytes back. The child limits its own memory and processor time before it reads anything, and the parent ends it
//! when it is late. Whatever becomes of the child costs the marks of that one file, never the package.
//!
//! A message is a length of eight bytes, big end first, and so many bytes. Request: the highlights as JSON, then the
//! file. Answer: `null` or the error as JSON, then what is to be appended to the file.

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::pdf::{AnnotateError, PdfHighlight, annotate_pdf};

/// The subcommand under which the program annotates one file and exits.
pub const SUBCOMMAND: &str = "worker-annotate";

/// Largest message that is taken.
const MAX_MESSAGE: u64 = 2 << 30;
/// Address space of a worker.
const MEMORY_BYTES: u64 = 8 << 30;
/// Processor time of a worker.
const CPU_SECONDS: u64 = 60;
/// Time by the clock on the wall.
const WALL: Duration = Duration::from_secs(90);

/// Who annotates PDF files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Annotator {
    /// A child process of this program, for files from outside.
    Worker {
        /// The program; it is run with [`SUBCOMMAND`].
        program: PathBuf,
    },
    /// This process, for files known to be harmless.
    InProcess,
}

impl Annotator {
    /// Returns the file with its annotations.
    pub(super) fn annotate(&self, original: Vec<u8>, highlights: &[PdfHighlight]) -> Result<Vec<u8>, AnnotateError> {
        match self {
            Self::InProcess => annotate_pdf(&original, highlights),
            Self::Worker { program } => in_child(Command::new(program).arg(SUBCOMMAND), original, highlights, WALL),
        }
    }
}

/// Serves one request: what `redwell worker-annotate` does.
///
/// # Errors
/// When the request cannot be read or the answer not be written. A file that cannot be annotated is an answer.
pub fn serve(input: &mut dyn Read, output: &mut dyn Write) -> io::Result<()> {
    let highlights: Vec<PdfHighlight> = serde_json::from_slice(&read_message(input)?)?;
    let original = read_message(input)?;
    let (verdict, appended) = match annotate_pdf(&original, &highlights) {
        Ok(annotated) => (None, annotated.get(original.len()..).unwrap_or_default().to_vec()),
        Err(error) => (Some(error), Vec::new()),
    };
    write_message(output, &serde_json::to_vec(&verdict)?)?;
    write_message(output, &appended)?;
    output.flush()
}

/// Limits this process for good: memory, processor time, no core dumps, no files, no network. Call it before [`serve`].
///
/// # Errors
/// When the system refuses.
pub fn limit_this_process() -> io::Result<()> {
    for (resource, value) in [(Resource::As, MEMORY_BYTES), (Resource::Cpu, CPU_SECONDS), (Resource::Core, 0)] {
        let value = getrlimit(resource).maximum.map_or(value, |hard| hard.min(value));
        setrlimit(resource, Rlimit { current: Some(value), maximum: Some(value) })?;
    }
    // A system without these locks is named by `redwell status`; the limits above hold anywhere.
    let _ = redwell_indexer::isolate::sandbox::confine();
    Ok(())
}

/// Annotates in a child process. Ends it after `wall`.
fn in_child(
    command: &mut Command,
    original: Vec<u8>,
    highlights: &[PdfHighlight],
    wall: Duration,
) -> Result<Vec<u8>, AnnotateError> {
    let failed = |what: &str| AnnotateError::Damaged { what: what.to_owned() };
    let request = serde_json::to_vec(highlights).expect("highlights always serialise");
    let spawned = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = spawned.map_err(|error| failed(&format!("no annotating process could be started ({error})")))?;
    let (Some(mut to_child), Some(mut from_child)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(failed("the annotating process has no pipes"));
    };
    let writer = thread::spawn(move || {
        // A child that died early breaks the pipe; its answer, or the lack of one, tells what happened.
        let sent = write_message(&mut to_child, &request).and_then(|()| write_message(&mut to_child, &original));
        drop(to_child);
        (original, sent.is_ok())
    });
    let (answer_to, answer_from) = mpsc::channel();
    let reader = thread::spawn(move || {
        let read = read_message(&mut from_child).and_then(|verdict| Ok((verdict, read_message(&mut from_child)?)));
        // The receiver is gone only when it no longer waits.
        answer_to.send(read).unwrap_or_default();
    });
    let answer = answer_from.recv_timeout(wall);
    // Also after a good answer: there is nothing left for it to do. It may have ended by itself.
    child.kill().unwrap_or_default();
    child.wait().map_err(|error| failed(&format!("the annotating process was lost ({error})")))?;
    let gone = || failed("the annotating process ended early");
    reader.join().map_err(|_| gone())?;
    let (mut annotated, sent) = writer.join().map_err(|_| gone())?;
    let (verdict, appended) = match answer {
        Ok(Ok(answer)) if sent => answer,
        Ok(_) => return Err(gone()),
        Err(_) => return Err(failed("annotating it took too long")),
    };
    match serde_json::from_slice::<Option<AnnotateError>>(&verdict) {
        Ok(None) => {
            annotated.extend_from_slice(&appended);
            Ok(annotated)
        }
        Ok(Some(error)) => Err(error),
        Err(_) => Err(gone()),
    }
}

fn write_message(output: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    let length = u64::try_from(bytes.len()).map_err(io::Error::other)?;
    output.write_all(&length.to_be_bytes())?;
    output.write_all(bytes)
}

fn read_message(input: &mut dyn Read) -> io::Result<Vec<u8>> {
    let mut length = [0; 8];
    input.read_exact(&mut length)?;
    let length = u64::from_be_bytes(length);
    if length > MAX_MESSAGE {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a message is too long"));
    }
    let mut bytes = Vec::new();
    // Grows as bytes arrive, whatever length was promised.
    input.take(length).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).is_ok_and(|read| read == length) {
        Ok(bytes)
    } else {
        Err(io::ErrorKind::UnexpectedEof.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(script: &str, expected: &str) {
        let mut command = Command::new("sh");
        let error =
            in_child(command.args(["-c", script]), b"%PDF-".to_vec(), &[], Duration::from_millis(300)).unwrap_err();
        assert!(error.to_string().contains(expected), "{script}: {error}");
    }

    #[test]
    fn a_child_that_dies_or_dawdles_costs_one_file() {
        check("exit 3", "ended early");
        check("kill -9 $$", "ended early");
        check("cat > /dev/null; printf 'nonsense that is no message'", "ended early");
        check("exec sleep 600", "too long");
    }

    #[test]
    fn a_request_is_answered_over_pipes() {
        let (mut request, mut answer) = (Vec::new(), Vec::new());
        write_message(&mut request, b"[]").unwrap();
        write_message(&mut request, b"%PDF- nothing to mark").unwrap();
        serve(&mut request.as_slice(), &mut answer).unwrap();
        let mut answer = answer.as_slice();
        assert_eq!(read_message(&mut answer).unwrap(), b"null");
        assert_eq!(read_message(&mut answer).unwrap(), b"");
    }

    #[test]
    fn a_missing_program_is_a_reason() {
        let annotator = Annotator::Worker { program: "/nowhere/redwell".into() };
        assert!(annotator.annotate(b"%PDF-".to_vec(), &[]).unwrap_err().to_string().contains("could be started"));
    }
}
