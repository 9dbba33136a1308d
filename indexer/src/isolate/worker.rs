//! The worker's side: reads one file at a time, under limits, until the parent hangs up.
//!
//! Runs as `redwell worker`. Extraction runs on a thread with a deep stack; a panic is caught, told to the parent as
//! an exception, and ends the process, because what a half-read file left behind is not to be trusted.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use redwell_model::{ExceptionKind, Layout, Metadata, ProcessingException, Stage};

use super::frame::{self, Answer, ChildHeader, Request, Tag};
use super::sandbox::{Confinement, confine};
use super::{Limits, limits};
use crate::extract::{self, Child, Extracted, Input};
use crate::matter_folder::layout_code;

/// Reads a file: what [`extract::extract`] does. Tests give readers that misbehave.
pub(crate) type Reader = fn(&Input<'_>, &mut dyn FnMut(Child)) -> Extracted;

/// Serves the parent at the other end of standard input and output until it hangs up. The process should end then.
///
/// # Errors
/// When the pipes break or limits cannot be set.
pub fn run() -> io::Result<()> {
    serve(extract::extract)
}

/// As [`run`], with another reader.
pub(crate) fn serve(read: Reader) -> io::Result<()> {
    // Parsers print what they like: from here on their standard output is nowhere, and ours a pipe they don't know.
    let answers = File::from(rustix::io::dup(rustix::stdio::stdout())?);
    let requests = File::from(rustix::io::dup(rustix::stdio::stdin())?);
    let nowhere = File::options().write(true).open("/dev/null")?;
    rustix::stdio::dup2_stdout(&nowhere)?;
    std::panic::set_hook(Box::new(|_| {}));
    let confinement = confine();
    let limits = Limits::default();
    let stack = usize::try_from(limits.stack_bytes).unwrap_or(usize::MAX);
    let serving =
        std::thread::Builder::new().stack_size(stack).spawn(move || serve_on(requests, answers, confinement, read))?;
    serving.join().unwrap_or_else(|_| Err(io::Error::other("the worker's thread panicked")))
}

fn serve_on(requests: impl Read, mut answers: impl Write, confinement: Confinement, read: Reader) -> io::Result<()> {
    let mut requests = BufReader::with_capacity(1 << 16, requests);
    frame::greet(&mut answers, confinement)?;
    let mut is_limited = false;
    while let Some(frame) = frame::read(&mut requests, u64::MAX)? {
        let Request { name, options, limits } = frame.header()?;
        if !is_limited {
            limits::limit_memory(limits.memory_bytes)?;
            is_limited = true;
        }
        limits::limit_cpu_from_now(limits.cpu_seconds)?;
        let input = Input { name: &name, bytes: &frame.body, options: &options };
        if !answer(&input, &mut answers, read)? {
            break;
        }
    }
    Ok(())
}

/// Reads one file and sends what it found; whether this process is still fit for another.
fn answer(input: &Input<'_>, answers: &mut impl Write, read: Reader) -> io::Result<bool> {
    let mut broken_pipe = None;
    let mut on_child = |child: Child| {
        let header = ChildHeader { name: child.name, modified: child.modified };
        if broken_pipe.is_none() {
            broken_pipe = frame::write(answers, Tag::Child, &header, &child.bytes).err();
        }
    };
    let Ok(extracted) = catch_unwind(AssertUnwindSafe(|| read(input, &mut on_child))) else {
        let reason = "the reader of this file failed on something it did not expect; the original is kept";
        let exceptions = vec![ProcessingException::new(Stage::Extract, ExceptionKind::Crashed, "", reason)];
        let answer = Answer { format: None, metadata: Metadata::default(), exceptions, has_boxes: false };
        frame::write(answers, Tag::Done, &answer, &[])?;
        return Ok(false);
    };
    if let Some(error) = broken_pipe {
        return Err(error);
    }
    let Extracted { format, text, mut layout, metadata, mut exceptions } = extracted;
    check_boxes(&text, &mut layout, &mut exceptions);
    if !text.is_empty() {
        frame::write(answers, Tag::Text, &(), text.as_bytes())?;
    }
    let has_boxes = !layout.boxes.is_empty();
    let packed = layout_code::encode(&layout);
    if !packed.is_empty() {
        frame::write(answers, Tag::Layout, &(), &packed)?;
    }
    frame::write(answers, Tag::Done, &Answer { format: Some(format), metadata, exceptions, has_boxes }, &[])?;
    Ok(true)
}

/// Boxes that disagree with the text would put annotations in the wrong place: better none.
fn check_boxes(text: &str, layout: &mut Layout, exceptions: &mut Vec<ProcessingException>) {
    let code_points = text.chars().count();
    if !layout.boxes.is_empty() && layout.boxes.len() != code_points {
        layout.boxes = Vec::new();
        let reason =
            "the positions of the characters were lost; the text is complete, its place on the page is not known";
        exceptions.push(ProcessingException::new(Stage::Extract, ExceptionKind::PartLost, "", reason));
    }
    let end = u32::try_from(code_points).unwrap_or(u32::MAX);
    layout.pages.iter_mut().for_each(|page| page.start = page.start.min(end));
}
