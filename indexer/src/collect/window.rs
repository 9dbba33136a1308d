//! How much is in work at once, by number and by bytes, so that memory does not grow with the number of files.

use std::sync::{Condvar, Mutex, PoisonError};

/// Lets sources into work while there is room for them.
#[derive(Debug)]
pub(crate) struct Window {
    limit: Room,
    used: Mutex<Used>,
    changed: Condvar,
}

/// An amount of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Room {
    pub(crate) sources: u64,
    pub(crate) bytes: u64,
}

#[derive(Debug)]
struct Used {
    room: Room,
    is_closed: bool,
}

impl Window {
    pub(crate) fn new(limit: Room) -> Self {
        let used = Used { room: Room { sources: 0, bytes: 0 }, is_closed: false };
        Self { limit, used: Mutex::new(used), changed: Condvar::new() }
    }

    /// Waits for room for so much; `false` once the window is closed. What is larger than the whole window comes in alone.
    pub(crate) fn enter(&self, wanted: Room) -> bool {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if used.is_closed {
                return false;
            }
            let room = Room {
                sources: used.room.sources + wanted.sources,
                bytes: used.room.bytes.saturating_add(wanted.bytes),
            };
            if used.room.sources == 0 || (room.sources <= self.limit.sources && room.bytes <= self.limit.bytes) {
                used.room = room;
                return true;
            }
            used = self.changed.wait(used).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Gives back the room of one source.
    pub(crate) fn leave(&self, bytes: u64) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.room.sources = used.room.sources.saturating_sub(1);
        used.room.bytes = used.room.bytes.saturating_sub(bytes);
        self.changed.notify_all();
    }

    /// Lets nothing in any more.
    pub(crate) fn close(&self) {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).is_closed = true;
        self.changed.notify_all();
    }

    /// Whether nothing is let in any more.
    pub(crate) fn is_closed(&self) -> bool {
        self.used.lock().unwrap_or_else(PoisonError::into_inner).is_closed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_large_source_comes_in_alone() {
        let window = Window::new(Room { sources: 2, bytes: 100 });
        let one = |bytes| Room { sources: 1, bytes };
        assert!(window.enter(one(500)));
        window.leave(500);
        assert!(window.enter(one(40)) && window.enter(one(60)));
        window.close();
        assert!(!window.enter(one(0)));
    }
}
