//! Lets files into work, holds them back, or turns them away: how a run is paused, resumed and cancelled.
//!
//! Every file passes here just before a worker gets it, so what is in a worker always comes to its end and no limit on
//! its time runs while the run is paused. A source that is cancelled halfway is not recorded at all: the next run reads
//! it again, and ends as if nothing had happened.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

use super::CollectError;

/// What whoever steers a run wants of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Wish {
    /// Go on.
    #[default]
    GoOn,
    /// Begin nothing new until told to go on.
    Pause,
    /// Begin nothing new, keep what is done, end.
    Cancel,
}

/// Steers a run from another thread.
#[derive(Debug, Default)]
pub struct Gate {
    wish: Mutex<Wish>,
    changed: Condvar,
    in_work: AtomicU64,
    read: AtomicU64,
}

/// Files that were let in; they leave when this is dropped.
#[derive(Debug)]
pub(crate) struct Inside<'g> {
    gate: &'g Gate,
    files: u64,
    /// How many of them will have been read then.
    read: u64,
}

impl Gate {
    /// Begins nothing new until [`resume`](Self::resume).
    pub fn pause(&self) {
        self.set(Wish::Pause);
    }

    /// Goes on.
    pub fn resume(&self) {
        self.set(Wish::GoOn);
    }

    /// Ends the run soon. There is no way back.
    pub fn cancel(&self) {
        self.set(Wish::Cancel);
    }

    /// What is wanted now.
    #[must_use]
    pub fn wish(&self) -> Wish {
        *self.wish.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Files in workers now.
    #[must_use]
    pub fn in_work(&self) -> u64 {
        self.in_work.load(Ordering::Relaxed)
    }

    /// Files workers are done with: sources and what was found inside them.
    #[must_use]
    pub fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    /// Waits while the run is paused.
    ///
    /// # Errors
    /// When the run is cancelled.
    pub(crate) fn pass(&self) -> Result<(), CollectError> {
        let mut wish = self.wish.lock().unwrap_or_else(PoisonError::into_inner);
        while *wish == Wish::Pause {
            wish = self.changed.wait(wish).unwrap_or_else(PoisonError::into_inner);
        }
        if *wish == Wish::Cancel { Err(CollectError::Cancelled) } else { Ok(()) }
    }

    /// Lets files into work, as soon as that is wanted.
    ///
    /// # Errors
    /// When the run is cancelled.
    pub(crate) fn enter(&self, files: u64) -> Result<Inside<'_>, CollectError> {
        self.pass()?;
        self.in_work.fetch_add(files, Ordering::Relaxed);
        Ok(Inside { gate: self, files, read: files })
    }

    fn set(&self, wanted: Wish) {
        let mut wish = self.wish.lock().unwrap_or_else(PoisonError::into_inner);
        if *wish != Wish::Cancel {
            *wish = wanted;
        }
        self.changed.notify_all();
    }
}

impl Inside<'_> {
    /// They leave, but only so many of them were read; the others will come again.
    pub(crate) fn leave_with(mut self, read: u64) {
        self.read = read;
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.gate.in_work.fetch_sub(self.files, Ordering::Relaxed);
        self.gate.read.fetch_add(self.read, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_passes_while_paused_and_cancelling_is_for_good() {
        let gate = Gate::default();
        drop(gate.enter(1).unwrap());
        assert_eq!((gate.in_work(), gate.read()), (0, 1));
        let several = gate.enter(8).unwrap();
        assert_eq!((gate.in_work(), gate.read()), (8, 1));
        several.leave_with(5);
        assert_eq!((gate.in_work(), gate.read()), (0, 6));
        gate.pause();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| gate.enter(1).map(|_| ()));
            assert!(!waiting.is_finished());
            gate.resume();
            waiting.join().unwrap().unwrap();
        });
        gate.pause();
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| gate.pass());
            gate.cancel();
            assert!(matches!(waiting.join().unwrap(), Err(CollectError::Cancelled)));
        });
        gate.resume();
        assert_eq!(gate.wish(), Wish::Cancel);
        assert!(gate.enter(1).is_err());
    }
}
