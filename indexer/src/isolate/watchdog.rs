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
    /// When the thread looks again by itself; while it looks, nothing.
    wakes_at: Option<Instant>,
    is_over: bool,
}

#[derive(Debug)]
struct Watched {
    deadline: Instant,
    /// Whether it leads a group of processes that goes with it.
    leads_group: bool,
    was_killed: bool,
}

/// How long the thread waits when nobody is watched.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

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
        let deadline = Instant::now() + time;
        let watched = Watched { deadline, leads_group, was_killed: false };
        let mut list = self.shared.list();
        list.watched.insert(pid.as_raw_nonzero().get(), watched);
        // Waking it for every file would cost as much as reading a short one.
        if list.wakes_at.is_some_and(|wakes_at| deadline < wakes_at) {
            self.shared.changed.notify_one();
        }
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
            let wait = next.map_or(LONGEST_WAIT, |next| next.saturating_duration_since(now));
            list.wakes_at = Some(now + wait);
            list = self.changed.wait_timeout(list, wait).unwrap_or_else(PoisonError::into_inner).0;
            list.wakes_at = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::{Child, Command};

    use super::*;

    fn sleeper() -> Child {
        Command::new("/bin/sleep").arg("600").spawn().unwrap()
    }

    #[test]
    fn whoever_is_late_first_is_killed_first() {
        let watchdog = Watchdog::start().unwrap();
        let (mut patient, mut late) = (sleeper(), sleeper());
        watchdog.watch(Pid::from_child(&patient), Duration::from_secs(600));
        watchdog.watch(Pid::from_child(&late), Duration::from_millis(5));
        assert_eq!(late.wait().unwrap().signal(), Some(Signal::KILL.as_raw()));
        assert!(watchdog.release(Pid::from_child(&late)));
        assert!(!watchdog.release(Pid::from_child(&patient)));
        patient.kill().unwrap();
        patient.wait().unwrap();
    }
}
