//! Drives one reader with libFuzzer; which one is told by the environment.

#![no_main]

use std::sync::LazyLock;

use redwell_indexer::fuzzing::{self, Target};

/// The target named in `REDWELL_FUZZ`.
static TARGET: LazyLock<&'static Target> = LazyLock::new(|| {
    // Some readers catch the panics of the libraries they use; only one that escapes is a finding.
    std::panic::set_hook(Box::new(|_| {}));
    let name = std::env::var("REDWELL_FUZZ").unwrap_or_default();
    fuzzing::target(&name).unwrap_or_else(|| panic!("there is no target `{name}`"))
});

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let target = *TARGET;
    if let Err(reason) = std::panic::catch_unwind(|| target.run(data)) {
        let reason = reason.downcast_ref::<String>().map(String::as_str).or(reason.downcast_ref::<&str>().copied());
        eprintln!("panicked: {}", reason.unwrap_or("without a word"));
        std::process::abort();
    }
});
