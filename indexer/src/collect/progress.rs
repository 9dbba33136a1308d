//! How far a run has come, for whoever watches it from another thread.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

/// Counters of a run in work.
#[derive(Debug, Default)]
pub struct Progress {
    run: AtomicI64,
    is_listed: AtomicBool,
    is_finishing: AtomicBool,
    sources_found: AtomicU64,
    sources_done: AtomicU64,
    bytes_found: AtomicU64,
    bytes_done: AtomicU64,
    items: AtomicU64,
    documents: AtomicU64,
    exceptions: AtomicU64,
    indexed: AtomicU64,
}

/// The counters at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// The run's number in the history, once it has one.
    pub run: Option<i64>,
    /// Whether it is known what there is to read.
    pub is_listed: bool,
    /// Whether everything is read and only the index has to be made durable.
    pub is_finishing: bool,
    /// Sources to be looked at in this run.
    pub sources_found: u64,
    /// Sources recorded, or found unchanged.
    pub sources_done: u64,
    /// Bytes of the sources to be looked at.
    pub bytes_found: u64,
    /// Bytes of the sources recorded, or found unchanged.
    pub bytes_done: u64,
    /// Items recorded.
    pub items: u64,
    /// Documents recorded.
    pub documents: u64,
    /// Exceptions recorded.
    pub exceptions: u64,
    /// Documents given to the index.
    pub indexed: u64,
}

impl Progress {
    /// The counters now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Snapshot {
            run: Some(self.run.load(Ordering::Relaxed)).filter(|run| *run > 0),
            is_listed: self.is_listed.load(Ordering::Relaxed),
            is_finishing: self.is_finishing.load(Ordering::Relaxed),
            sources_found: get(&self.sources_found),
            sources_done: get(&self.sources_done),
            bytes_found: get(&self.bytes_found),
            bytes_done: get(&self.bytes_done),
            items: get(&self.items),
            documents: get(&self.documents),
            exceptions: get(&self.exceptions),
            indexed: get(&self.indexed),
        }
    }

    pub(crate) fn began(&self, run: i64) {
        self.run.store(run, Ordering::Relaxed);
    }

    pub(crate) fn found(&self, sources: u64, bytes: u64) {
        self.sources_found.store(sources, Ordering::Relaxed);
        self.bytes_found.store(bytes, Ordering::Relaxed);
        self.is_listed.store(true, Ordering::Relaxed);
    }

    pub(crate) fn done(&self, bytes: u64) {
        self.sources_done.fetch_add(1, Ordering::Relaxed);
        self.bytes_done.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn recorded(&self, items: u64, documents: u64, exceptions: u64) {
        self.items.store(items, Ordering::Relaxed);
        self.documents.store(documents, Ordering::Relaxed);
        self.exceptions.store(exceptions, Ordering::Relaxed);
    }

    pub(crate) fn indexed(&self, documents: usize) {
        self.indexed.fetch_add(documents as u64, Ordering::Relaxed);
    }

    pub(crate) fn finishing(&self) {
        self.is_finishing.store(true, Ordering::Relaxed);
    }
}
