//! How far a run has come, for whoever watches it from another thread.

use std::sync::atomic::{AtomicU64, Ordering};

/// Counters of a run in work.
#[derive(Debug, Default)]
pub struct Progress {
    sources_found: AtomicU64,
    sources_done: AtomicU64,
    bytes_found: AtomicU64,
    bytes_done: AtomicU64,
    documents: AtomicU64,
    exceptions: AtomicU64,
}

/// The counters at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Sources to be looked at in this run.
    pub sources_found: u64,
    /// Sources recorded, or found unchanged.
    pub sources_done: u64,
    /// Bytes of the sources to be looked at.
    pub bytes_found: u64,
    /// Bytes of the sources recorded, or found unchanged.
    pub bytes_done: u64,
    /// Documents recorded.
    pub documents: u64,
    /// Exceptions recorded.
    pub exceptions: u64,
}

impl Progress {
    /// The counters now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Snapshot {
            sources_found: get(&self.sources_found),
            sources_done: get(&self.sources_done),
            bytes_found: get(&self.bytes_found),
            bytes_done: get(&self.bytes_done),
            documents: get(&self.documents),
            exceptions: get(&self.exceptions),
        }
    }

    pub(crate) fn found(&self, sources: u64, bytes: u64) {
        self.sources_found.store(sources, Ordering::Relaxed);
        self.bytes_found.store(bytes, Ordering::Relaxed);
    }

    pub(crate) fn done(&self, bytes: u64) {
        self.sources_done.fetch_add(1, Ordering::Relaxed);
        self.bytes_done.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn recorded(&self, documents: u64, exceptions: u64) {
        self.documents.store(documents, Ordering::Relaxed);
        self.exceptions.store(exceptions, Ordering::Relaxed);
    }
}
