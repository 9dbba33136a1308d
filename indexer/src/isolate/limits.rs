//! What one file may cost, and how a worker process holds itself to it.

use std::sync::atomic::{AtomicU64, Ordering};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::time::{ClockId, clock_gettime};
use serde::{Deserialize, Serialize};

/// What one file may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Address space of a worker process.
    pub memory_bytes: u64,
    /// Processor time.
    pub cpu_seconds: u64,
    /// Time by the clock on the wall.
    pub wall_seconds: u64,
    /// Stack of the reading thread.
    pub stack_bytes: u64,
    /// Bytes taken out of one container or message.
    pub children_bytes: u64,
    /// Items taken out of one container or message.
    pub children: u64,
    /// How deep items may lie in one another and still be read.
    pub depth: u32,
    /// Bytes one source may expand to at any depth, beyond what its parts hold by themselves.
    pub expanded_bytes: u64,
    /// Address space of the program that recognises text.
    pub recognition_bytes: u64,
    /// Processor time that recognising one page may take.
    pub recognition_seconds: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory_bytes: 2 << 30,
            cpu_seconds: 20,
            wall_seconds: 60,
            stack_bytes: 64 << 20,
            children_bytes: 4 << 30,
            children: 500_000,
            depth: 8,
            expanded_bytes: 4 << 30,
            recognition_bytes: 1 << 30,
            recognition_seconds: 60,
        }
    }
}

/// Limits the memory of this process and forbids core dumps. For good: a limit is lowered, never raised again.
pub(super) fn limit_memory(memory_bytes: u64) -> std::io::Result<()> {
    set(Resource::As, memory_bytes)?;
    set(Resource::Core, 0)
}

/// Allows this process so many seconds of processor time from now; the system then ends it.
pub(super) fn limit_cpu_from_now(seconds: u64) -> std::io::Result<()> {
    /// What this process was allowed last. Short files come many in a second.
    static ALLOWED: AtomicU64 = AtomicU64::new(0);
    let used = u64::try_from(clock_gettime(ClockId::ProcessCPUTime).tv_sec).unwrap_or_default();
    // The system counts whole seconds: one more, so that nobody gets less than promised.
    let wanted = used + seconds + 1;
    if ALLOWED.load(Ordering::Relaxed) == wanted {
        return Ok(());
    }
    let hard = getrlimit(Resource::Cpu).maximum;
    let soft = hard.map_or(wanted, |hard| hard.min(wanted));
    setrlimit(Resource::Cpu, Rlimit { current: Some(soft), maximum: hard })?;
    ALLOWED.store(wanted, Ordering::Relaxed);
    Ok(())
}

fn set(resource: Resource, value: u64) -> std::io::Result<()> {
    let hard = getrlimit(resource).maximum;
    let value = hard.map_or(value, |hard| hard.min(value));
    Ok(setrlimit(resource, Rlimit { current: Some(value), maximum: Some(value) })?)
}
