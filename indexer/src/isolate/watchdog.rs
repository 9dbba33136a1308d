//! Kills workers that are late by the clock on the wall.
//!
//! One thread watches all workers of a pool. A worker is watched only while it reads a file, and is always taken off
//! the list before it is waited for, so the number killed is never that of another process.

use std::collections::BTreeMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// Kills workers that are late.
#[derive(Debug)]
pub(super) struct Watchdog {
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    list: Mutex<List>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct List {
    watched: BTreeMap<i32, Watched>,
    is_over: bool,
}

#[derive(Debug)]
struct Watched {
    deadline: Instant,
    /// Whether it leads a group of processes that goes with it.
    leads_group: bool,
    was_killed: bool,
}

impl Watchdog {
    pub(super) fn start() -> std::io::Result<Self> {
        let shared = Arc::new(Shared::default());
        let watching = Arc::clone(&shared);
        let thread = std::thread::Builder::new().name("watchdog".to_owned()).spawn(move || watching.watch())?;
        Ok(Self { shared, thread: Some(thread) })
    }

    /// Gives a worker until then.
    pub(super) fn watch(&self, pid: Pid, time: Duration) {
        self.add(pid, time, false);
    }

    /// Gives a process and all others of the group it leads until then.
    pub(super) fn watch_group(&self, leader: Pid, time: Duration) {
        self.add(leader, time, true);
    }

    fn add(&self, pid: Pid, time: Duration, leads_group: bool) {
        let watched = Watched { deadline: Instant::now() + time, leads_group, was_killed: false };
        self.shared.list().watched.insert(pid.as_raw_nonzero().get(), watched);
        self.shared.changed.notify_one();
    }

    /// Stops watching a worker; whether it was killed for being late.
    pub(super) fn release(&self, pid: Pid) -> bool {
        self.shared.list().watched.remove(&pid.as_raw_nonzero().get()).is_some_and(|watched| watched.was_killed)
    }
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        self.shared.list().is_over = true;
        self.shared.changed.notify_one();
        if let Some(thread) = self.thread.take() {
            // A watchdog that panicked has nothing left to say.
            drop(thread.join());
        }
    }
}

impl Shared {
    fn list(&self) -> MutexGuard<'_, List> {
        self.list.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn watch(&self) {
        let mut list = self.list();
        while !list.is_over {
            let now = Instant::now();
            for (pid, watched) in &mut list.watched {
                if watched.deadline <= now && !watched.was_killed {
                    watched.was_killed = true;
                    if let Some(pid) = Pid::from_raw(*pid) {
                        // It may have ended by itself just now; its parent finds out.
                        let kill = if watched.leads_group { kill_process_group } else { kill_process };
                        kill(pid, Signal::KILL).ok();
                    }
                }
            }
            let next =
                list.watched.values().filter(|watched| !watched.was_killed).map(|watched| watched.deadline).min();
            let wait = next.map_or(Duration::from_secs(3600), |next| next.saturating_duration_since(now));
            list = self.changed.wait_timeout(list, wait).unwrap_or_else(PoisonError::into_inner).0;
        }
    }
}
