//! Makes the allocator of the C library give back what is freed.
//!
//! Of itself glibc learns from every large block that is freed to keep the next ones of that size, wherever they lie: merging an
//! index then holds on to tens of megabytes more with every step, and an ingest seems to need more the more documents it reads.
//! It can be told otherwise only through the environment and before a process begins.

use std::ffi::OsStr;
use std::os::unix::process::CommandExt as _;
use std::process::Command;

/// Blocks from this size on are asked of the kernel and given back to it, in bytes; see `mallopt(3)`.
const THRESHOLD: (&str, &str) = ("MALLOC_MMAP_THRESHOLD_", "131072");

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
    let failed = Command::new(program).arg0(called).args(arguments).env(name, size).exec();
    // It only needs more memory then.
    tracing::debug!("going on as begun: {failed}");
}
