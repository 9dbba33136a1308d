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
    /// What somebody waits for room for; one at most.
    awaited: Option<Room>,
    is_closed: bool,
}

impl Window {
    pub(crate) fn new(limit: Room) -> Self {
        let used = Used { room: Room { sources: 0, bytes: 0 }, awaited: None, is_closed: false };
        Self { limit, used: Mutex::new(used), changed: Condvar::new() }
    }

    /// Waits for room for so much; `false` once the window is closed. What is larger than the whole window comes in alone.
    /// One thread enters.
    pub(crate) fn enter(&self, wanted: Room) -> bool {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        while !used.is_closed && !used.has_room(wanted, self.limit) {
            used.awaited = Some(wanted);
            used = self.changed.wait(used).unwrap_or_else(PoisonError::into_inner);
        }
        used.awaited = None;
        used.room = used.room.and(wanted);
        !used.is_closed
    }

    /// Gives back the room of one source.
    pub(crate) fn leave(&self, bytes: u64) {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.room.sources = used.room.sources.saturating_sub(1);
        used.room.bytes = used.room.bytes.saturating_sub(bytes);
        // Waking somebody in vain, for every source, would cost as much as reading a short one.
        if used.awaited.is_some_and(|wanted| used.has_room(wanted, self.limit)) {
            self.changed.notify_all();
        }
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

impl Room {
    fn and(self, more: Self) -> Self {
        Self { sources: self.sources + more.sources, bytes: self.bytes.saturating_add(more.bytes) }
    }
}

impl Used {
    fn has_room(&self, wanted: Room, limit: Room) -> bool {
        let room = self.room.and(wanted);
        self.room.sources == 0 || (room.sources <= limit.sources && room.bytes <= limit.bytes)
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

    #[test]
    fn whoever_waits_comes_in_when_there_is_room_for_all_of_it() {
        let window = Window::new(Room { sources: 3, bytes: 100 });
        let one = Room { sources: 1, bytes: 20 };
        assert!((0..3).all(|_| window.enter(one)));
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| window.enter(Room { sources: 2, bytes: 70 }));
            window.leave(20);
            window.leave(20);
            assert!(waiting.join().unwrap());
        });
        assert_eq!(window.used.lock().unwrap().room, Room { sources: 3, bytes: 90 });
    }
}
