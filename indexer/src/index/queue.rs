//! How much waits for the threads that index, so that memory does not grow when reading is faster than they are.
//!
//! Tantivy counts what it is handed, not how long it is, and lets ten thousand batches wait.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tantivy::TantivyDocument;
use tantivy::schema::Document;

/// Bytes of text that may wait: a tenth of a second of work for two threads. With four times as much nothing was faster.
const MOST_BYTES: usize = 4 << 20;

/// How long it is waited for the first of those to leave. Threads that ended take nothing more, and handing over tells so.
const PATIENCE: Duration = Duration::from_secs(10);

/// The documents between whoever hands them over and whoever indexes them.
#[derive(Debug, Clone, Default)]
pub(super) struct Queue(Arc<State>);

#[derive(Debug, Default)]
struct State {
    waiting: Mutex<Waiting>,
    left: Condvar,
}

#[derive(Debug, Default)]
struct Waiting {
    bytes: usize,
    /// Whether somebody waits for some to leave.
    is_awaited: bool,
}

/// A document that waits, or is being indexed.
pub(super) struct Queued {
    document: TantivyDocument,
    bytes: usize,
    queue: Queue,
}

impl Queue {
    /// Waits for room for a document with this many bytes of text. One larger than all the room comes in alone.
    pub(super) fn enter(&self, document: TantivyDocument, bytes: usize) -> Queued {
        let mut waiting = self.0.lock();
        while waiting.bytes > 0 && waiting.bytes + bytes > MOST_BYTES {
            let before = waiting.bytes;
            waiting.is_awaited = true;
            let (now, time) = self.0.left.wait_timeout(waiting, PATIENCE).unwrap_or_else(PoisonError::into_inner);
            waiting = now;
            if time.timed_out() && waiting.bytes == before {
                break;
            }
        }
        waiting.bytes += bytes;
        Queued { document, bytes, queue: self.clone() }
    }
}

impl State {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Queued {
    fn drop(&mut self) {
        let mut waiting = self.queue.0.lock();
        waiting.bytes = waiting.bytes.saturating_sub(self.bytes);
        // Whoever waits is woken when half has left, and for something large by each that leaves after that.
        if waiting.is_awaited && waiting.bytes <= MOST_BYTES / 2 {
            waiting.is_awaited = false;
            self.queue.0.left.notify_all();
        }
    }
}

impl Document for Queued {
    type Value<'a> = <TantivyDocument as Document>::Value<'a>;
    type FieldsValuesIter<'a> = <TantivyDocument as Document>::FieldsValuesIter<'a>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        self.document.iter_fields_and_values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_much_waits_until_half_has_left() {
        let queue = Queue::default();
        let enter = |bytes| queue.enter(TantivyDocument::new(), bytes);
        drop(enter(2 * MOST_BYTES));
        let mut inside: Vec<Queued> = (0..16).map(|_| enter(MOST_BYTES / 16)).collect();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| enter(MOST_BYTES / 2).bytes);
            inside.truncate(9);
            assert!(!waiting.is_finished());
            inside.truncate(8);
            assert_eq!(waiting.join().unwrap(), MOST_BYTES / 2);
        });
        drop(inside);
        assert_eq!(queue.0.lock().bytes, 0);
    }
}
