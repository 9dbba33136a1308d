//! The parent's side of one worker process: start it, give it a file, take what it found, tell how it died.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write as _};
use std::os::unix::fs::FileExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use redwell_model::{ExceptionKind, Format, Metadata, ProcessingException, Stage};
use rustix::pipe;
use rustix::process::{Pid, Signal, kill_process_group};

use super::frame::{
    self, Answer, ChildHeader, Frame, MOST_AHEAD_BYTES, MOST_PIECE_BYTES, RecognitionRequest, Request, Settings,
    StoredRequest, Tag, Want,
};
use super::recogniser;
use super::sandbox::Confinement;
use crate::extract::recognition::RecognisedPages;

/// Which program is run as a worker.
#[derive(Debug, Clone)]
pub struct WorkerProgram {
    /// The executable.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Environment variables set for it beside the inherited ones.
    pub environment: Vec<(OsString, OsString)>,
    /// Its arguments when it is to recognise text instead.
    pub recogniser: Vec<OsString>,
}

/// Something found inside a file, as it arrives from a worker.
#[derive(Debug)]
pub struct Arrival {
    /// Its path inside the parent; not to be trusted.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// When the parent says it was last changed.
    pub modified: Option<Timestamp>,
}

/// The bytes of a file to read.
#[derive(Debug, Clone, Copy)]
pub enum Bytes<'a> {
    /// They are in memory.
    Held(&'a [u8]),
    /// They lie in this file, which has so many.
    Stored(&'a File, u64),
}

impl Bytes<'_> {
    /// How many there are.
    pub(super) fn length(self) -> u64 {
        match self {
            Self::Held(bytes) => bytes.len() as u64,
            Self::Stored(_, size_bytes) => size_bytes,
        }
    }

    /// Up to so many of the first.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn head(self, most: usize) -> io::Result<Vec<u8>> {
        match self {
            Self::Held(bytes) => Ok(bytes[..bytes.len().min(most)].to_vec()),
            Self::Stored(file, size_bytes) => {
                let mut head = vec![0; most.min(usize::try_from(size_bytes).unwrap_or(usize::MAX))];
                file.read_exact_at(&mut head, 0)?;
                Ok(head)
            }
        }
    }
}

/// What a worker read from one file, or how it failed.
#[derive(Debug, Default)]
pub struct ReadFile {
    /// What kind of file it is; `None` when the worker did not come so far.
    pub format: Option<Format>,
    /// The canonical text.
    pub text: String,
    /// Pages and boxes, packed.
    pub layout: Vec<u8>,
    /// Whether the layout has a box for every character.
    pub has_boxes: bool,
    /// How much of the text was recognised in pictures.
    pub recognised: Option<RecognisedPages>,
    /// What the file says about itself.
    pub metadata: Metadata,
    /// What went less than perfectly.
    pub exceptions: Vec<ProcessingException>,
    /// The page that was being drawn for recognition when reading broke off, by its number among those wanted.
    pub drawing: Option<usize>,
}

/// A running worker process.
#[derive(Debug)]
pub(super) struct Worker {
    child: Child,
    to: BufWriter<ChildStdin>,
    from: BufReader<ChildStdout>,
    confinement: Confinement,
    /// What it was told about the files it is given.
    settings: Option<Settings>,
    leads_group: bool,
    /// Collects the end of what the process says on standard error.
    last_words: Option<JoinHandle<String>>,
}

/// How giving one file to a worker ended.
pub(super) enum Turn {
    /// The worker answered; whether it can be used again.
    Answered(Box<ReadFile>, bool),
    /// The worker broke off.
    Broke(Box<ReadFile>, io::Error),
    /// The receiver of children asked to stop.
    Stopped,
}

/// Largest file taken out of another.
const LARGEST_CHILD_BYTES: u64 = 1 << 30;

/// More than a frame has beside the name, written as JSON, and the bytes of a file.
const FRAME_BYTES: u64 = 64;

/// How long a worker whose pipes broke is waited for before it is killed.
const PATIENCE: Duration = Duration::from_secs(2);

/// Bytes of standard error kept.
const LAST_WORDS_BYTES: usize = 4 << 10;

impl WorkerProgram {
    /// This same program, run as `redwell worker`.
    ///
    /// # Errors
    /// When the system does not tell where the program lies.
    pub fn this_executable() -> io::Result<Self> {
        Ok(Self {
            program: std::env::current_exe()?,
            arguments: vec!["worker".into()],
            environment: Vec::new(),
            recogniser: vec!["recogniser".into()],
        })
    }

    /// The same program, to recognise text with another.
    fn as_recogniser(&self, program: &Path) -> Self {
        let mut environment = self.environment.clone();
        environment.push((recogniser::PROGRAM.into(), program.into()));
        Self { arguments: self.recogniser.clone(), environment, ..self.clone() }
    }
}

impl Worker {
    pub(super) fn start(program: &WorkerProgram) -> io::Result<Self> {
        Self::start_with(program, false)
    }

    /// Starts a process that recognises text with this program. It leads a group, so that what it starts ends with it.
    pub(super) fn start_recogniser(program: &WorkerProgram, with: &Path) -> io::Result<Self> {
        Self::start_with(&program.as_recogniser(with), true)
    }

    fn start_with(program: &WorkerProgram, leads_group: bool) -> io::Result<Self> {
        let mut command = Command::new(&program.program);
        command
            .args(&program.arguments)
            .envs(program.environment.iter().map(|(name, value)| (name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if leads_group {
            command.process_group(0);
        }
        let mut child = command.spawn()?;
        let lost = || io::Error::other("a pipe of the worker is missing");
        let to = BufWriter::with_capacity(1 << 16, child.stdin.take().ok_or_else(lost)?);
        let mut from = BufReader::with_capacity(1 << 16, child.stdout.take().ok_or_else(lost)?);
        let stderr = child.stderr.take().ok_or_else(lost)?;
        let last_words = std::thread::Builder::new().spawn(move || collect_last_words(stderr))?;
        match frame::await_greeting(&mut from) {
            Ok(confinement) => {
                Ok(Self { child, to, from, confinement, settings: None, leads_group, last_words: Some(last_words) })
            }
            Err(error) => {
                child.kill()?;
                child.wait()?;
                Err(error)
            }
        }
    }

    /// What the kernel keeps this worker from.
    pub(super) fn confinement(&self) -> Confinement {
        self.confinement
    }

    pub(super) fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Gives the worker a file; what it finds is then to be [received](Self::receive).
    pub(super) fn send_one(&mut self, name: &str, bytes: Bytes<'_>, settings: &Settings) -> io::Result<()> {
        self.send(name, bytes, settings)?;
        self.to.flush()
    }

    /// Gives the worker as many of the first of these files as it can be given without waiting for its answers, and says how
    /// many; their answers are then to be [received](Self::receive) in order.
    pub(super) fn send_ahead(&mut self, files: &[(&str, &[u8])], settings: &Settings) -> io::Result<usize> {
        let room = (pipe::fcntl_getpipe_size(self.to.get_ref())? as u64).min(MOST_AHEAD_BYTES);
        let mut taken = 0;
        let fits = |(name, bytes): &&(&str, &[u8])| {
            taken += (bytes.len() + 2 * name.len()) as u64 + FRAME_BYTES;
            taken <= room
        };
        let count = files.iter().take_while(fits).count();
        for (name, bytes) in &files[..count] {
            self.send(name, Bytes::Held(bytes), settings)?;
        }
        self.to.flush()?;
        Ok(count)
    }

    fn send(&mut self, name: &str, bytes: Bytes<'_>, settings: &Settings) -> io::Result<()> {
        if self.settings.as_ref() != Some(settings) {
            frame::write(&mut self.to, Tag::Settings, settings, &[])?;
            self.settings = Some(settings.clone());
        }
        let name = name.to_owned();
        match bytes {
            Bytes::Held(bytes) => frame::write(&mut self.to, Tag::File, &Request { name }, bytes),
            Bytes::Stored(_, size_bytes) => {
                frame::write(&mut self.to, Tag::Stored, &StoredRequest { name, size_bytes }, &[])
            }
        }
    }

    /// Takes what the worker finds in the earliest file it was given and has not answered.
    pub(super) fn receive(
        &mut self,
        bytes: Bytes<'_>,
        settings: &Settings,
        on_child: &mut dyn FnMut(Arrival) -> bool,
        on_picture: &mut dyn FnMut(Frame) -> io::Result<Frame>,
    ) -> Turn {
        let mut found = Box::new(ReadFile::default());
        match self.receive_into(&mut found, bytes, settings, on_child, on_picture) {
            Ok(Some(is_fit)) => Turn::Answered(found, is_fit),
            Ok(None) => Turn::Stopped,
            Err(error) => Turn::Broke(found, error),
        }
    }

    fn receive_into(
        &mut self,
        found: &mut ReadFile,
        bytes: Bytes<'_>,
        settings: &Settings,
        on_child: &mut dyn FnMut(Arrival) -> bool,
        on_picture: &mut dyn FnMut(Frame) -> io::Result<Frame>,
    ) -> io::Result<Option<bool>> {
        let Settings { options, limits } = settings;
        let mut children_bytes_left = limits.children_bytes;
        let mut children_left = limits.children;
        let most_text = options.max_text_bytes as u64 + (1 << 20);
        loop {
            // Packed boxes take at most a few bytes a character; what is found inside must fit in memory here.
            let most_picture = options.recognition.max_pixels;
            let most = children_bytes_left.min(LARGEST_CHILD_BYTES).max(most_text.saturating_mul(4)).max(most_picture);
            let Some(frame) = frame::read(&mut self.from, most)? else {
                return Err(io::ErrorKind::UnexpectedEof.into());
            };
            match frame.tag {
                Tag::Child => {
                    let ChildHeader { name, modified } = frame.header()?;
                    let length = frame.body.len() as u64;
                    let over = || io::Error::new(io::ErrorKind::QuotaExceeded, "holds more than allowed");
                    children_bytes_left = children_bytes_left.checked_sub(length).ok_or_else(over)?;
                    children_left = children_left.checked_sub(1).ok_or_else(over)?;
                    if !on_child(Arrival { name, bytes: frame.body, modified }) {
                        return Ok(None);
                    }
                }
                Tag::Text => {
                    let not_text = |_| io::Error::new(io::ErrorKind::InvalidData, "a text that is not UTF-8");
                    found.text = String::from_utf8(frame.body).map_err(not_text)?;
                }
                Tag::Layout => found.layout = frame.body,
                Tag::Drawing => found.drawing = Some(frame.header()?),
                Tag::Picture => {
                    found.drawing = None;
                    frame::pass_on(&mut self.to, on_picture(frame)?)?;
                }
                Tag::Done => {
                    let answer: Answer = frame.header()?;
                    found.format = answer.format;
                    found.metadata = answer.metadata;
                    found.exceptions = answer.exceptions;
                    found.drawing = found.drawing.filter(|_| answer.format.is_none());
                    found.has_boxes = answer.has_boxes;
                    found.recognised = answer.recognised;
                    return Ok(Some(answer.format.is_some()));
                }
                Tag::Want => {
                    let piece = piece(bytes, frame.header()?)?;
                    frame::write(&mut self.to, Tag::Piece, &(), &piece)?;
                }
                Tag::File | Tag::Stored | Tag::Piece | Tag::Words | Tag::Settings => {
                    return Err(io::Error::new(io::ErrorKind::InvalidData, "a request from the worker"));
                }
            }
        }
    }

    /// Gives a recogniser a picture and takes its answer as it comes.
    pub(super) fn recognise(&mut self, request: &RecognitionRequest, pixels: &[u8]) -> io::Result<Frame> {
        frame::write(&mut self.to, Tag::Picture, request, pixels)?;
        match frame::read(&mut self.from, 0)? {
            Some(frame) if frame.tag == Tag::Words => Ok(frame),
            Some(_) => Err(io::Error::new(io::ErrorKind::InvalidData, "an answer to another question")),
            None => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    /// Ends the process at once, with those it started.
    fn kill(&mut self) -> io::Result<()> {
        if self.leads_group {
            // Not waited for yet, so the number is still its own. A group that is gone is what is wanted.
            kill_process_group(self.pid(), Signal::KILL).ok();
        }
        self.child.kill()
    }

    /// Ends the process, however it is, and waits for it; gives its status and the end of its standard error.
    pub(super) fn end(mut self, is_dying: bool) -> io::Result<(ExitStatus, String)> {
        // One that is dying of itself is given time to, because how it died is what tells why.
        let patience = Instant::now() + if is_dying { PATIENCE } else { Duration::ZERO };
        let mut ended = self.child.try_wait()?;
        while ended.is_none() && Instant::now() < patience {
            std::thread::sleep(Duration::from_millis(2));
            ended = self.child.try_wait()?;
        }
        if ended.is_none() {
            self.kill()?;
        }
        let status = self.child.wait()?;
        let last_words = self.last_words.take().and_then(|thread| thread.join().ok()).unwrap_or_default();
        Ok((status, last_words))
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // Nothing is left to be said to a worker that is no longer needed; it must not stay as a zombie.
        drop(self.kill());
        drop(self.child.wait());
    }
}

/// A piece of a stored file, as a worker asks for it.
fn piece(bytes: Bytes<'_>, Want { at, length }: Want) -> io::Result<Vec<u8>> {
    let Bytes::Stored(file, _) = bytes else {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a piece of a file that was handed over"));
    };
    let length = usize::try_from(length.min(MOST_PIECE_BYTES)).map_err(io::Error::other)?;
    let mut piece = vec![0; length];
    file.read_exact_at(&mut piece, at)?;
    Ok(piece)
}

/// The exception for a worker that broke off.
pub(super) fn exception_of(
    error: &io::Error,
    status: ExitStatus,
    was_late: bool,
    last_words: &str,
    time: Duration,
) -> ProcessingException {
    use ExceptionKind::{ContainerLimit, Crashed, MemoryLimit, OutputLimit, TimeLimit};
    const KILL: i32 = Signal::KILL.as_raw();
    const XCPU: i32 = Signal::XCPU.as_raw();
    let (kind, reason) = match (error.kind(), status.signal()) {
        (io::ErrorKind::QuotaExceeded, _) => {
            (ContainerLimit, "it holds more than allowed; what was taken out before that is kept".to_owned())
        }
        (io::ErrorKind::FileTooLarge, _) => (OutputLimit, "reading it gave more than allowed".to_owned()),
        _ if was_late => (TimeLimit, format!("reading it took longer than {} seconds and was stopped", time.as_secs())),
        (_, Some(XCPU)) => (TimeLimit, "reading it used more processor time than allowed and was stopped".to_owned()),
        (io::ErrorKind::InvalidData, _) => (Crashed, "the reader of this file gave a broken answer".to_owned()),
        _ if last_words.contains("memory allocation of") => {
            (MemoryLimit, "reading it needed more memory than allowed and was stopped".to_owned())
        }
        _ if last_words.contains("overflowed its stack") => {
            (Crashed, "the reader of this file failed: its parts are nested too deeply".to_owned())
        }
        (_, Some(KILL)) => (MemoryLimit, "the system stopped the reader, most likely for want of memory".to_owned()),
        _ => (Crashed, "the reader of this file crashed; the original is kept".to_owned()),
    };
    ProcessingException::new(Stage::Extract, kind, "", reason)
}

/// Reads to the end and gives the last of it.
pub(super) fn collect_last_words(mut from: impl Read) -> String {
    let mut kept = Vec::new();
    let mut block = [0; 1024];
    while let Ok(read @ 1..) = from.read(&mut block) {
        kept.extend_from_slice(&block[..read]);
        if kept.len() > 2 * LAST_WORDS_BYTES {
            kept.drain(..kept.len() - LAST_WORDS_BYTES);
        }
    }
    String::from_utf8_lossy(&kept).into_owned()
}
