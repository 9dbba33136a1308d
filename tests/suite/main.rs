//! Everything that crosses a crate, as one program. One module a subject.

mod architecture;
mod command_line;
mod killed;
mod licences;
mod program;
mod search_counts;
mod server;
