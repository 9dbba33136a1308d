//! Redwell's query language, and the contract a search engine fulfils.
//!
//! One syntax tree ([`Query`]); dialects parse into it and one printer prints it back. The [`engine::SearchEngine`]
//! contract is what any engine answers; [`evaluate`] is the same meaning by brute force over one text, which finds
//! the hit ranges people see and is the oracle engines are tested against.

#![warn(clippy::disallowed_methods)]

pub mod engine;

/// The syntax tree.
#[derive(Debug, Clone, PartialEq)]
pub enum Query {
    /// Every document.
    All,
}
