//! Makes the allocator of the C library give back what is freed.
//!
//! Of itself glibc learns from every large block that is freed to keep the next ones of that size, wherever they lie: merging an
//! index then holds on to tens of megabytes more with every step, and an ingest seems to need more the more documents it reads.
//! Told so, it would also give back what is needed again at once, and look for every small block in one place for all threads;
//! so it is told to keep some in hand. All that can be said only through the environment and before a process begins.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

/// Blocks from this size on are asked of the kernel and given back to it, in bytes; see `mallopt(3)`.
const THRESHOLD: (&str, &str) = ("MALLOC_MMAP_THRESHOLD_", "131072");

/// Of smaller blocks, so many bytes are kept in hand before some are given back, so many asked for at a time, and each thread
/// keeps so many of a size to itself, up to a kilobyte each; see `mallopt(3)` and the tunables of glibc.
const IN_HAND: [(&str, &str); 3] = [
    ("MALLOC_TRIM_THRESHOLD_", "4194304"),
    ("MALLOC_TOP_PAD_", "262144"),
    ("GLIBC_TUNABLES", "glibc.malloc.tcache_count=100"),
];

/// Begins this program anew, as the same process with the same arguments, with an allocator that gives back; does nothing when it
/// does already, or when there is no other allocator to begin with.
pub fn give_back() {
    let (name, size) = THRESHOLD;
    if !cfg!(target_env = "gnu") || std::env::var_os(name).is_some() {
        return;
    }
    let Ok(program) = std::env::current_exe() else { return };
    let mut arguments = std::env::args_os();
    let called = arguments.next();
    let called = called.as_deref().unwrap_or(OsStr::new("redwell"));
    let in_hand = IN_HAND.into_iter().filter(|(name, _)| std::env::var_os(name).is_none());
    let failed = Command::new(program).arg0(called).args(arguments).env(name, size).envs(in_hand).exec();
    // It only needs more memory then.
    tracing::debug!("going on as begun: {failed}");
}
