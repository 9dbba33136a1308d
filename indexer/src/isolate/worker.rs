//! The worker's side: reads one file at a time, under limits, until the parent hangs up.
//!
//! Runs as `redwell worker`. Extraction runs on a thread with a deep stack; a panic is caught, told to the parent as
//! an exception, and ends the process, because what a half-read file left behind is not to be trusted.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use redwell_model::{ExceptionKind, Layout, Metadata, ProcessingException, Stage};
use serde::Serialize;

use super::frame::{
    self, Answer, ChildHeader, Frame, MOST_AHEAD_BYTES, PictureHeader, Recognised, Request, Settings, StoredRequest,
    Tag, Want,
};
use super::sandbox::{Confinement, confine};
use super::stored_file::StoredFile;
use super::{Limits, limits};
use crate::extract::recognition::{Picture, RecognisedPages, Recogniser, Word};
use crate::extract::source::Container;
use crate::extract::{self, Child, Extracted, Input};
use crate::matter_folder::layout_code;

/// Reads a file: what [`extract::extract_recognising`] does. Tests give readers that misbehave.
pub(crate) type Reader = fn(&Input<'_>, &mut dyn Recogniser, &mut dyn FnMut(Child)) -> Extracted;

/// Serves the parent at the other end of standard input and output until it hangs up. The process should end then.
///
/// # Errors
/// When the pipes break or limits cannot be set.
pub fn run() -> io::Result<()> {
    serve(extract::extract_recognising)
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

fn serve_on(requests: impl Read, answers: impl Write, confinement: Confinement, read: Reader) -> io::Result<()> {
    let mut requests = BufReader::with_capacity(1 << 16, requests);
    let mut answers = BufWriter::with_capacity(1 << 16, answers);
    frame::greet(&mut answers, confinement)?;
    let mut settings: Option<Settings> = None;
    let mut ahead = VecDeque::new();
    loop {
        let next = ahead.pop_front().map_or_else(|| frame::read(&mut requests, u64::MAX), |frame| Ok(Some(frame)))?;
        let Some(frame) = next else { break };
        let (name, given) = match frame.tag {
            Tag::Settings => {
                let told: Settings = frame.header()?;
                if settings.is_none() {
                    limits::limit_memory(told.limits.memory_bytes)?;
                }
                settings = Some(told);
                continue;
            }
            Tag::Stored => {
                let StoredRequest { name, size_bytes } = frame.header()?;
                (name, Given::Stored(size_bytes))
            }
            _ => (frame.header::<Request>()?.name, Given::Held(&frame.body)),
        };
        let not_told = || io::Error::new(io::ErrorKind::InvalidData, "a file before any settings");
        let settings = settings.as_ref().ok_or_else(not_told)?;
        limits::limit_cpu_from_now(settings.limits.cpu_seconds)?;
        let pipe = Pipe { answers: &mut answers, requests: &mut requests, ahead: &mut ahead, broken: None };
        let is_fit = answer(&name, given, settings, pipe, read)?;
        // Whoever gave several files takes several answers.
        if !is_fit || (ahead.is_empty() && requests.buffer().is_empty()) {
            answers.flush()?;
        }
        if !is_fit {
            break;
        }
    }
    Ok(())
}

/// A file as the parent gives it.
#[derive(Clone, Copy)]
enum Given<'f> {
    /// Its bytes.
    Held(&'f [u8]),
    /// Its length; its bytes are fetched as they are needed.
    Stored(u64),
}

/// Reads one file and sends what it found; whether this process is still fit for another.
fn answer(
    name: &str,
    given: Given<'_>,
    settings: &Settings,
    pipe: Pipe<'_, impl Write, impl Read>,
    read: Reader,
) -> io::Result<bool> {
    let Settings { options, limits: allowed } = settings;
    let pipe = RefCell::new(pipe);
    let mut on_child = |child: Child| {
        let header = ChildHeader { name: child.name, modified: child.modified };
        pipe.borrow_mut().say(Tag::Child, &header, &child.bytes);
    };
    let mut recogniser = ParentReads { pipe: &pipe, cpu_seconds: allowed.cpu_seconds };
    let result = catch_unwind(AssertUnwindSafe(|| match given {
        Given::Held(bytes) => read(&Input { name, bytes, options }, &mut recogniser, &mut on_child),
        Given::Stored(size_bytes) => {
            let mut fetch = |at, length| pipe.borrow_mut().fetch(at, length);
            let mut source = StoredFile::new(size_bytes, &mut fetch);
            let container = Container { name, size_bytes, options };
            extract::extract_stored(&container, &mut source, &mut recogniser, &mut on_child)
        }
    }));
    let Pipe { answers, broken, .. } = pipe.into_inner();
    let Ok(extracted) = result else {
        let reason = "the reader of this file failed on something it did not expect; the original is kept";
        let exceptions = vec![ProcessingException::new(Stage::Extract, ExceptionKind::Crashed, "", reason)];
        let metadata = Metadata::default();
        let answer = Answer { format: None, metadata, exceptions, has_boxes: false, recognised: None };
        frame::write(answers, Tag::Done, &answer, &[])?;
        return Ok(false);
    };
    if let Some(error) = broken {
        return Err(error);
    }
    let Extracted { format, text, mut layout, metadata, mut exceptions } = extracted;
    check_boxes(&text, &mut layout, &mut exceptions);
    if !text.is_empty() {
        frame::write(answers, Tag::Text, &(), text.as_bytes())?;
    }
    let has_boxes = !layout.boxes.is_empty();
    let recognised = RecognisedPages::of(&layout, u32::try_from(text.chars().count()).unwrap_or(u32::MAX));
    let packed = layout_code::encode(&layout);
    if !packed.is_empty() {
        frame::write(answers, Tag::Layout, &(), &packed)?;
    }
    let answer = Answer { format: Some(format), metadata, exceptions, has_boxes, recognised };
    frame::write(answers, Tag::Done, &answer, &[])?;
    Ok(true)
}

/// The way to the parent, and how it broke.
struct Pipe<'p, W, R> {
    answers: &'p mut W,
    requests: &'p mut R,
    /// Files that came before they were asked for.
    ahead: &'p mut VecDeque<Frame>,
    broken: Option<io::Error>,
}

impl<W: Write, R: Read> Pipe<'_, W, R> {
    fn say<T: Serialize>(&mut self, tag: Tag, header: &T, body: &[u8]) {
        if self.broken.is_none() {
            self.broken = frame::write(self.answers, tag, header, body).err();
        }
    }

    /// The next frame of the parent, which must be of this kind; nothing when the pipe is broken.
    fn hear(&mut self, tag: Tag, most_body_bytes: u64) -> Option<Frame> {
        while self.broken.is_none() {
            match frame::read(self.requests, most_body_bytes.max(MOST_AHEAD_BYTES)) {
                Ok(Some(frame)) if frame.tag == tag => return Some(frame),
                Ok(Some(frame)) if frame.tag == Tag::File => self.ahead.push_back(frame),
                Ok(_) => self.broken = Some(io::ErrorKind::UnexpectedEof.into()),
                Err(error) => self.broken = Some(error),
            }
        }
        None
    }

    /// A piece of the stored file.
    fn fetch(&mut self, at: u64, length: u64) -> io::Result<Vec<u8>> {
        self.say(Tag::Want, &Want { at, length }, &[]);
        self.hear(Tag::Piece, length).map(|frame| frame.body).ok_or_else(|| io::ErrorKind::BrokenPipe.into())
    }
}

/// Has pictures read by the parent.
struct ParentReads<'p, 'w, W, R> {
    pipe: &'p RefCell<Pipe<'w, W, R>>,
    cpu_seconds: u64,
}

impl<W: Write, R: Read> Recogniser for ParentReads<'_, '_, W, R> {
    fn before_drawing(&mut self, number: usize) {
        self.pipe.borrow_mut().say(Tag::Drawing, &number, &[]);
    }

    fn recognise(&mut self, picture: &Picture) -> Result<Vec<Word>, ExceptionKind> {
        let Picture { width, height, dpi, ref grey } = *picture;
        self.pipe.borrow_mut().say(Tag::Picture, &PictureHeader { width, height, dpi }, grey);
        let words = self.pipe.borrow_mut().hear(Tag::Words, 0).and_then(|frame| frame.header().ok());
        // A book of pages takes as long as it takes; each page has the time of a file.
        limits::limit_cpu_from_now(self.cpu_seconds).map_err(|_| ExceptionKind::Crashed)?;
        match words {
            Some(Recognised::Words(words)) => Ok(words),
            Some(Recognised::Failed(kind)) => Err(kind),
            None => Err(ExceptionKind::Crashed),
        }
    }
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
