//! The review server: people, their work on documents, and the web UI over both.

pub mod api;
pub mod deliver;
