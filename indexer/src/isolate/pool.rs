//! The worker processes of one run: as many as there are threads asking, reused, replaced when they die.

use std::io::{self, ErrorKind};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use redwell_model::ExceptionKind;

use super::Limits;
use super::frame::{Frame, Recognised, RecognitionRequest, Settings, Tag};
use super::handle::{self, Arrival, Bytes, ReadFile, Turn, Worker, WorkerProgram};
use super::sandbox::Confinement;
use super::watchdog::Watchdog;
use crate::extract::Options;

/// Worker processes, lent to whichever thread has a file.
#[derive(Debug)]
pub struct WorkerPool {
    program: WorkerProgram,
    idle: Mutex<Vec<Worker>>,
    /// Processes that recognise text and are not doing so; there are never more than files read at once.
    recognisers: Mutex<Vec<Worker>>,
    watchdog: Watchdog,
    /// What every worker so far was kept from; nothing before the first.
    confinement: Mutex<Option<Confinement>>,
}

/// Why no worker could be had at all. Files are not to blame for it, so the run ends.
#[derive(Debug, thiserror::Error)]
#[error("the worker program `{program}` could not be run: {source}")]
pub struct NoWorker {
    program: String,
    #[source]
    source: io::Error,
}

/// What came of the first of several files read in one turn.
#[derive(Debug)]
pub struct ReadAhead {
    /// What was read from each of the first.
    pub answered: Vec<ReadFile>,
    /// Whether the worker answered to all it was given.
    pub went_well: bool,
}

/// How many times the processor time recognition may take passes by the clock before it is stopped.
const PATIENCE_FACTOR: u64 = 4;

/// A file read larger than this may leave its worker with much memory it no longer needs: a new one takes over.
const LARGE_FILE_BYTES: u64 = 64 << 20;

impl WorkerPool {
    /// A pool without processes; they start as they are needed.
    ///
    /// # Errors
    /// When the thread that watches over them cannot be started.
    pub fn new(program: WorkerProgram) -> Result<Self, NoWorker> {
        match Watchdog::start() {
            Ok(watchdog) => Ok(Self {
                program,
                idle: Mutex::default(),
                recognisers: Mutex::default(),
                watchdog,
                confinement: Mutex::default(),
            }),
            Err(source) => Err(NoWorker { program: program.program.display().to_string(), source }),
        }
    }

    /// What the kernel kept every worker of this pool from; nothing when none was needed.
    #[must_use]
    pub fn confinement(&self) -> Option<Confinement> {
        *self.confinement.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self) -> io::Result<Worker> {
        let worker = Worker::start(&self.program)?;
        self.note_confinement(&worker);
        Ok(worker)
    }

    fn note_confinement(&self, worker: &Worker) {
        let mut kept_from = self.confinement.lock().unwrap_or_else(PoisonError::into_inner);
        *kept_from = Some(kept_from.map_or(worker.confinement(), |all| all.and(worker.confinement())));
    }

    /// Has the text of a picture recognised. Whatever becomes of the attempt is told in the answer.
    fn recognise(&self, picture: &Frame, options: &Options, limits: &Limits) -> io::Result<Frame> {
        let failed = |kind| Frame::of(Tag::Words, &Recognised::Failed(kind));
        let Some(tool) = &options.recognition.tool else { return failed(ExceptionKind::NeedsOcr) };
        let request = RecognitionRequest {
            picture: picture.header()?,
            languages: options.recognition.languages.clone(),
            limits: *limits,
        };
        let idle = self.recognisers.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let Ok(mut recogniser) = idle.map_or_else(|| Worker::start_recogniser(&self.program, &tool.program), Ok) else {
            return failed(ExceptionKind::Crashed);
        };
        self.note_confinement(&recogniser);
        let pid = recogniser.pid();
        // Its processor time is what is limited; a machine with other things to do may take longer by the clock.
        let time = Duration::from_secs(limits.recognition_seconds.saturating_mul(PATIENCE_FACTOR));
        self.watchdog.watch_group(pid, time);
        let answer = recogniser.recognise(&request, &picture.body);
        let was_late = self.watchdog.release(pid);
        match answer {
            Ok(answer) if !was_late => {
                self.recognisers.lock().unwrap_or_else(PoisonError::into_inner).push(recogniser);
                Ok(answer)
            }
            _ if was_late => failed(ExceptionKind::TimeLimit),
            _ => {
                let last_words = recogniser.end(true).map_or_else(|_| String::new(), |(_, last_words)| last_words);
                let is_memory = last_words.contains("memory allocation of");
                failed(if is_memory { ExceptionKind::MemoryLimit } else { ExceptionKind::Crashed })
            }
        }
    }

    /// Reads a file in a worker. What it holds inside is given to `on_child` in order; that may answer `false` to stop,
    /// and the result is then `None`. Whatever happens to the worker becomes an exception in the result.
    ///
    /// # Errors
    /// When no worker can be started.
    pub fn read(
        &self,
        name: &str,
        bytes: Bytes<'_>,
        options: &Options,
        limits: &Limits,
        on_child: &mut dyn FnMut(Arrival) -> bool,
    ) -> Result<Option<ReadFile>, NoWorker> {
        let mut worker = self.lend()?;
        let settings = Settings { options: options.clone(), limits: *limits };
        let send = |worker: &mut Worker| worker.send_one(name, bytes, &settings);
        let (turn, was_late) = self.watched(&mut worker, &settings, |worker, on_picture| match send(worker) {
            Ok(()) => worker.receive(bytes, &settings, on_child, on_picture),
            Err(error) => Turn::Broke(Box::default(), error),
        });
        match turn {
            Turn::Answered(found, is_fit) => {
                if is_fit && !was_late && bytes.length() < LARGE_FILE_BYTES {
                    self.give_back(worker);
                }
                Ok(Some(*found))
            }
            Turn::Stopped => Ok(None),
            Turn::Broke(found, error) => {
                let is_dying = matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe);
                let (status, last_words) = worker.end(is_dying).map_err(|source| self.no_worker(source))?;
                let time = Duration::from_secs(limits.wall_seconds);
                let exception = handle::exception_of(&error, status, was_late, &last_words, time);
                tracing::debug!(kind = exception.kind.as_str(), ?status, "a worker broke off");
                // A text without its answer is half a result.
                let drawing = found.drawing;
                Ok(Some(ReadFile { exceptions: vec![exception], drawing, ..ReadFile::default() }))
            }
        }
    }

    /// Reads the first of these files in one turn of a worker, which costs less than a turn for each when they are short. As many
    /// as fit into the pipe, and only as far as nothing goes wrong: whatever is not answered is to be [read](Self::read) by
    /// itself. What they hold is given to `on_child` with the number of the file; where that answers `false`, nothing more is read.
    ///
    /// # Errors
    /// When no worker can be started.
    pub fn read_ahead(
        &self,
        files: &[(&str, &[u8])],
        options: &Options,
        limits: &Limits,
        on_child: &mut dyn FnMut(usize, Arrival) -> bool,
    ) -> Result<ReadAhead, NoWorker> {
        let mut worker = self.lend()?;
        let settings = Settings { options: options.clone(), limits: *limits };
        let mut ahead = ReadAhead { answered: Vec::new(), went_well: false };
        let Ok(given) = worker.send_ahead(files, &settings) else { return Ok(ahead) };
        for (number, (_, bytes)) in files[..given].iter().enumerate() {
            let mut on_child = |child| on_child(number, child);
            let (turn, was_late) = self.watched(&mut worker, &settings, |worker, on_picture| {
                worker.receive(Bytes::Held(bytes), &settings, &mut on_child, on_picture)
            });
            match turn {
                Turn::Answered(found, true) if !was_late => ahead.answered.push(*found),
                _ => return Ok(ahead),
            }
        }
        self.give_back(worker);
        ahead.went_well = true;
        Ok(ahead)
    }

    /// A worker that waits for a file.
    fn lend(&self) -> Result<Worker, NoWorker> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| self.start(), Ok).map_err(|source| self.no_worker(source))
    }

    fn give_back(&self, worker: Worker) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
    }

    fn no_worker(&self, source: io::Error) -> NoWorker {
        NoWorker { program: self.program.program.display().to_string(), source }
    }

    /// Lets a worker read one file in the time there is for it; whether it was stopped for being late.
    fn watched(
        &self,
        worker: &mut Worker,
        settings: &Settings,
        read: impl FnOnce(&mut Worker, &mut dyn FnMut(Frame) -> io::Result<Frame>) -> Turn,
    ) -> (Turn, bool) {
        let Settings { options, limits } = settings;
        let time = Duration::from_secs(limits.wall_seconds);
        let pid = worker.pid();
        let mut was_late = false;
        let mut on_picture = |picture: Frame| {
            // A worker that waits for words is not at work; then it has the time of a file for what comes next.
            was_late |= self.watchdog.release(pid);
            let words = self.recognise(&picture, options, limits);
            self.watchdog.watch(pid, time);
            words
        };
        self.watchdog.watch(pid, time);
        let turn = read(worker, &mut on_picture);
        was_late |= self.watchdog.release(pid);
        (turn, was_late)
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::super::fake_reader::{options, pack, program};
    use super::*;
    use crate::extract::recognition::{Recognition, Tool};
    use crate::extract::{Child, Input, extract};

    fn limits() -> Limits {
        Limits { cpu_seconds: 1, wall_seconds: 3, memory_bytes: 2 << 30, ..Limits::default() }
    }

    fn read(pool: &WorkerPool, name: &str, bytes: &[u8], limits: &Limits) -> (ReadFile, Vec<String>) {
        let mut children = Vec::new();
        let mut on_child = |child: Arrival| {
            children.push(child.name);
            true
        };
        let found = pool.read(name, Bytes::Held(bytes), &options(), limits, &mut on_child).unwrap().unwrap();
        (found, children)
    }

    #[test]
    fn a_worker_is_used_again_and_its_chatter_ignored() {
        let pool = WorkerPool::new(program("bad")).unwrap();
        for name in ["a.txt", "chatter.txt", "b.txt"] {
            let (found, _) = read(&pool, name, name.as_bytes(), &limits());
            assert_eq!((found.text.as_str(), found.has_boxes), (name, true));
        }
        let (mail, children) = read(&pool, "m", &pack("MAIL", &[("a", b"1"), ("b", b"")]), &limits());
        assert_eq!((mail.text.as_str(), children), ("Subject: m", vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(pool.idle.lock().unwrap().len(), 1);
    }

    #[test]
    fn whatever_becomes_of_a_worker_is_an_exception_of_the_file() {
        use ExceptionKind::{Crashed, MemoryLimit, TimeLimit};
        let pool = WorkerPool::new(program("bad")).unwrap();
        for (name, expected) in [
            ("hang", TimeLimit),
            ("sleep", TimeLimit),
            ("panic", Crashed),
            ("abort", Crashed),
            ("memory", MemoryLimit),
            ("deep", Crashed),
        ] {
            let (found, _) = read(&pool, name, b"x", &limits());
            let kinds: Vec<_> = found.exceptions.iter().map(|exception| exception.kind).collect();
            assert_eq!((found.format, kinds), (None, vec![expected]), "{name}");
            // The next file has a worker of its own.
            assert_eq!(read(&pool, "after", b"fine", &limits()).0.text, "fine");
        }
    }

    /// The texts of those that were answered in one turn, with what they hold, and whether all went well.
    fn read_together(pool: &WorkerPool, files: &[(&str, &[u8])], options: &Options) -> (Vec<String>, bool) {
        let mut inside = vec![Vec::new(); files.len()];
        let mut on_child = |number: usize, child: Arrival| {
            inside[number].push(child.name);
            true
        };
        let ahead = pool.read_ahead(files, options, &limits(), &mut on_child).unwrap();
        let told = ahead.answered.iter().zip(&inside).map(|(found, inside)| {
            let words = std::iter::once(&found.text).chain(inside).map(String::as_str);
            words.collect::<Vec<_>>().join(" ")
        });
        (told.collect(), ahead.went_well)
    }

    #[test]
    fn several_files_are_read_in_one_turn() {
        let pool = WorkerPool::new(program("bad")).unwrap();
        let mail = pack("MAIL", &[("a", b"1"), ("b", b"")]);
        let files: [(&str, &[u8]); 3] = [("a.txt", b"one"), ("m", &mail), ("b.txt", b"two")];
        let read = |files: &[(&str, &[u8])]| read_together(&pool, files, &options());
        assert_eq!(read(&files), (["one", "Subject: m a b", "two"].map(str::to_owned).to_vec(), true));
        // What does not fit into the pipe is left for the next turn.
        let large = vec![b'x'; 30 << 10];
        let (answered, went_well) = read(&[("a", &large), ("b", &large), ("c", b"three")]);
        assert_eq!((answered.len(), went_well), (1, true));
        assert_eq!(read(&[("a", &[b'x'; 80 << 10])]), (Vec::new(), true));
        assert_eq!(pool.idle.lock().unwrap().len(), 1, "the same one each time");
        // Where a worker breaks off, the others are still to be read.
        for name in ["panic", "abort", "sleep"] {
            let (answered, went_well) = read(&[("a", b"one"), (name, b"x"), ("b", b"two")]);
            assert!(answered.len() <= 1 && !went_well, "{name}");
            assert!(pool.idle.lock().unwrap().is_empty(), "{name}");
        }
    }

    #[test]
    fn files_that_wait_are_not_taken_for_words() {
        let pool = WorkerPool::new(program("bad")).unwrap();
        let files: [(&str, &[u8]); 3] = [("scan", b"SCAN\n\x00\xff"), ("a.txt", b"one"), ("b.txt", b"two")];
        let (answered, went_well) = read_together(&pool, &files, &options());
        assert_eq!(
            (answered, went_well),
            (["[needs_ocr]\n[needs_ocr]", "one", "two"].map(str::to_owned).to_vec(), true)
        );
    }

    #[test]
    fn a_container_that_gives_too_much_is_cut_off() {
        let pool = WorkerPool::new(program("bad")).unwrap();
        let bomb = pack("ZIP", &[("a", &[0; 600]), ("b", &[0; 600]), ("c", &[0; 600])]);
        let few_bytes = Limits { children_bytes: 1_300, ..limits() };
        let few = Limits { children: 2, ..limits() };
        for limits in [few_bytes, few] {
            let (found, children) = read(&pool, "bomb", &bomb, &limits);
            assert_eq!((found.exceptions[0].kind, children.len()), (ExceptionKind::ContainerLimit, 2));
        }
        let (found, _) = read(&pool, "askew", b"askew boxes", &limits());
        assert_eq!((found.has_boxes, found.exceptions[0].kind), (false, ExceptionKind::PartLost));
    }

    #[test]
    fn a_file_that_stays_where_it_is_reads_like_one_handed_over() {
        use crate::extract::tar_archive::tests::tar_of;
        let pool = WorkerPool::new(program("bad")).unwrap();
        let body = "All parts of it are read. ".repeat(40_000);
        let mailbox = format!("From a@b 2001\nSubject: one\n\n{body}\n\nFrom c@d 2002\nSubject: two\n\n{body}\n");
        let archive = tar_of(&[("a.txt", body.as_bytes()), ("d/b.txt", b"second")]);
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in [("a.mbox", mailbox.as_bytes()), ("a.tar", &archive), ("a.txt", body.as_bytes())] {
            let options = options();
            let input = Input { name, bytes, options: &options };
            let mut expected = Vec::new();
            let held = extract(&input, &mut |child: Child| expected.push((child.name, child.bytes)));
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            let file = std::fs::File::open(&path).unwrap();
            let mut children = Vec::new();
            let mut on_child = |child: Arrival| {
                children.push((child.name, child.bytes));
                true
            };
            let stored = Bytes::Stored(&file, bytes.len() as u64);
            let found = pool.read(name, stored, &options, &Limits::default(), &mut on_child).unwrap().unwrap();
            assert_eq!((found.format, found.text), (Some(held.format), held.text), "{name}");
            let brief = |all: &[(String, Vec<u8>)]| {
                all.iter().map(|(name, bytes)| (name.clone(), bytes.len())).collect::<Vec<_>>()
            };
            assert_eq!(brief(&children), brief(&expected), "{name}");
            assert!(children == expected, "{name}");
            // A file that was cut short meanwhile costs itself only.
            let longer = Bytes::Stored(&file, bytes.len() as u64 + 5_000_000);
            let found = pool.read(name, longer, &options, &Limits::default(), &mut |_| true).unwrap().unwrap();
            assert!(found.format.is_none() && !found.exceptions.is_empty(), "{name}");
        }
    }

    /// Options that name the machine's tesseract, or this program in its place.
    fn recognising(program: &str) -> Options {
        let tool = Some(Tool { name: "eyes 1".to_owned(), program: program.into() });
        Options { recognition: Recognition { tool, ..Recognition::default() }, ..options() }
    }

    /// What reading pictures of these tones through this program gives, one line each.
    fn read_tones(pool: &WorkerPool, tones: &[u8], options: &Options, limits: &Limits) -> String {
        let file = [b"SCAN\n", tones].concat();
        pool.read("scan", Bytes::Held(&file), options, limits, &mut |_| true).unwrap().unwrap().text
    }

    #[test]
    fn whatever_becomes_of_recognition_is_told_to_the_worker() {
        let folder = tempfile::tempdir().unwrap();
        let script = |name: &str, body: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, format!("#!/bin/sh\n{body}\n")).unwrap();
            std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
            path.display().to_string()
        };
        let table = r"cat > /dev/null; printf '5\t1\t1\t1\t1\t1\t1\t2\t3\t4\t95\tlease\n'";
        let pool = WorkerPool::new(program("bad")).unwrap();
        let brief = Limits { recognition_seconds: 1, ..limits() };
        for (name, body, expected) in [
            ("reads", table, "lease\nlease"),
            ("fails", "exit 3", "[crashed]\n[crashed]"),
            ("dies", "kill -SEGV $$", "[crashed]\n[crashed]"),
            ("starves", "cat > /dev/null; echo 'pixdata_malloc fail for data' >&2", "[memory_limit]\n[memory_limit]"),
            ("sleeps", "exec /bin/sleep 600", "[time_limit]\n[time_limit]"),
        ] {
            // Recognisers are kept for the program they were started with.
            pool.recognisers.lock().unwrap().clear();
            let options = recognising(&script(name, body));
            assert_eq!(read_tones(&pool, &[0, 255], &options, &brief), expected, "{name}");
        }
        let nobody = Options { recognition: Recognition::default(), ..options() };
        assert_eq!(read_tones(&pool, &[0], &nobody, &brief), "[needs_ocr]");
        assert_eq!(pool.idle.lock().unwrap().len(), 1, "the worker came to no harm");
    }

    #[test]
    fn time_spent_on_recognition_is_not_the_workers() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("slow");
        std::fs::write(&path, "#!/bin/sh\ncat > /dev/null; exec /bin/sleep 1.2\n").unwrap();
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o755)).unwrap();
        let pool = WorkerPool::new(program("bad")).unwrap();
        let limits = Limits { wall_seconds: 1, recognition_seconds: 10, ..limits() };
        let options = recognising(&path.display().to_string());
        assert_eq!(read_tones(&pool, &[0, 1], &options, &limits), "\n");
    }

    #[test]
    fn a_program_that_is_no_worker_ends_the_run() {
        let nothing = WorkerProgram {
            program: "/bin/true".into(),
            arguments: Vec::new(),
            environment: Vec::new(),
            recogniser: Vec::new(),
        };
        let pool = WorkerPool::new(nothing).unwrap();
        let refused = pool.read("a", Bytes::Held(b"a"), &options(), &limits(), &mut |_| true).unwrap_err().to_string();
        assert!(refused.contains("`/bin/true` could not be run"), "{refused}");
    }
}
