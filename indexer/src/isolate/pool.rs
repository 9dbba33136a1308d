//! The worker processes of one run: as many as there are threads asking, reused, replaced when they die.

use std::io::ErrorKind;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use super::Limits;
use super::frame::Request;
use super::handle::{self, Arrival, ReadFile, Turn, Worker, WorkerProgram};
use super::sandbox::Confinement;
use super::watchdog::Watchdog;
use crate::extract::Options;

/// Worker processes, lent to whichever thread has a file.
#[derive(Debug)]
pub struct WorkerPool {
    program: WorkerProgram,
    idle: Mutex<Vec<Worker>>,
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
    source: std::io::Error,
}

/// A file read larger than this may leave its worker with much memory it no longer needs: a new one takes over.
const LARGE_FILE_BYTES: usize = 64 << 20;

impl WorkerPool {
    /// A pool without processes; they start as they are needed.
    ///
    /// # Errors
    /// When the thread that watches over them cannot be started.
    pub fn new(program: WorkerProgram) -> Result<Self, NoWorker> {
        match Watchdog::start() {
            Ok(watchdog) => Ok(Self { program, idle: Mutex::default(), watchdog, confinement: Mutex::default() }),
            Err(source) => Err(NoWorker { program: program.program.display().to_string(), source }),
        }
    }

    /// What the kernel kept every worker of this pool from; nothing when none was needed.
    #[must_use]
    pub fn confinement(&self) -> Option<Confinement> {
        *self.confinement.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(&self) -> std::io::Result<Worker> {
        let worker = Worker::start(&self.program)?;
        let mut kept_from = self.confinement.lock().unwrap_or_else(PoisonError::into_inner);
        *kept_from = Some(kept_from.map_or(worker.confinement(), |all| all.and(worker.confinement())));
        Ok(worker)
    }

    /// Reads a file in a worker. What it holds inside is given to `on_child` in order; that may answer `false` to stop,
    /// and the result is then `None`. Whatever happens to the worker becomes an exception in the result.
    ///
    /// # Errors
    /// When no worker can be started.
    pub fn read(
        &self,
        name: &str,
        bytes: &[u8],
        options: &Options,
        limits: &Limits,
        on_child: &mut dyn FnMut(Arrival) -> bool,
    ) -> Result<Option<ReadFile>, NoWorker> {
        let failed = |source| NoWorker { program: self.program.program.display().to_string(), source };
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut worker = idle.map_or_else(|| self.start(), Ok).map_err(failed)?;
        let request = Request { name: name.to_owned(), options: options.clone(), limits: *limits };
        let time = Duration::from_secs(limits.wall_seconds);
        let pid = worker.pid();
        self.watchdog.watch(pid, time);
        let turn = worker.read_file(&request, bytes, on_child);
        let was_late = self.watchdog.release(pid);
        match turn {
            Turn::Answered(found, is_fit) => {
                if is_fit && !was_late && bytes.len() < LARGE_FILE_BYTES {
                    self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(worker);
                }
                Ok(Some(*found))
            }
            Turn::Stopped => Ok(None),
            Turn::Broke(found, error) => {
                let is_dying = matches!(error.kind(), ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe);
                let (status, last_words) = worker.end(is_dying).map_err(failed)?;
                let exception = handle::exception_of(&error, status, was_late, &last_words, time);
                tracing::debug!(kind = exception.kind.as_str(), ?status, "a worker broke off");
                // A text without its answer is half a result.
                drop(found);
                Ok(Some(ReadFile { exceptions: vec![exception], ..ReadFile::default() }))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use redwell_model::ExceptionKind;

    use super::super::fake_reader::{options, pack, program};
    use super::*;

    fn limits() -> Limits {
        Limits { cpu_seconds: 1, wall_seconds: 3, memory_bytes: 2 << 30, ..Limits::default() }
    }

    fn read(pool: &WorkerPool, name: &str, bytes: &[u8], limits: &Limits) -> (ReadFile, Vec<String>) {
        let mut children = Vec::new();
        let mut on_child = |child: Arrival| {
            children.push(child.name);
            true
        };
        let found = pool.read(name, bytes, &options(), limits, &mut on_child).unwrap().unwrap();
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
    fn a_program_that_is_no_worker_ends_the_run() {
        let nothing = WorkerProgram { program: "/bin/true".into(), arguments: Vec::new(), environment: Vec::new() };
        let pool = WorkerPool::new(nothing).unwrap();
        let refused = pool.read("a", b"a", &options(), &limits(), &mut |_| true).unwrap_err().to_string();
        assert!(refused.contains("`/bin/true` could not be run"), "{refused}");
    }
}
