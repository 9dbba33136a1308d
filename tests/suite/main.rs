//! Everything that crosses a crate, as one program. One module a subject.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod architecture;
mod command_line;
mod hostile;
mod killed;
mod licences;
mod program;
mod recognition;
mod search_counts;
mod server;
