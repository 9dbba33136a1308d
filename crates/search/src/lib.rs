//! Redwell's query language, and the contract a search engine fulfils.
//!
//! One syntax tree ([`Query`]); dialects parse into it ([`parse()`]) and its `Display` prints it back, in other dialects
//! [`print_in`]. [`explain()`] says it in a sentence, [`detect()`] where a text comes from, [`translate`] reads lists. The
//! [`engine::SearchEngine`] contract is what any engine answers, [`evaluate`]
//! finds in one text what made it match, for people to see; [`brute`] is the meaning of the language by definition,
//! the oracle engines are tested against. Words and their positions come from [`words`] and nowhere else.
//!
//! No I/O happens here, and nothing here knows an engine.

#![warn(clippy::disallowed_methods)]

pub mod analysis;
pub mod brute;
pub mod builder;
pub mod complete;
pub mod conformance;
pub mod date;
mod detect;
pub mod dictionary;
pub mod engine;
pub mod evaluate;
mod explain;
pub mod field;
pub mod folding;
pub mod highlight;
pub mod literals;
pub mod matcher;
pub mod number;
pub mod parse;
mod parts;
pub mod pattern;
pub mod predicate;
mod print;
pub mod query;
pub mod recognise;
pub mod resolve;
mod segments;
pub mod sentences;
pub mod snippets;
pub mod spans;
pub mod synonyms;
pub mod term;
pub mod translate;
pub mod why;
pub mod words;

pub use date::DateRange;
pub use detect::{Why, detect};
pub use engine::{DocumentSet, SearchEngine};
pub use explain::explain;
pub use field::{Field, OrderedField};
pub use number::{MoneyRange, NumberRange};
pub use parse::{DefaultOperator, Dialect, Parsed, SyntaxError, Warning, WarningKind, parse, parse_lucene};
pub use parts::{Part, PartKind, parts};
pub use pattern::Pattern;
pub use predicate::Predicate;
pub use print::{Inexpressible, print_in};
pub use query::Query;
pub use synonyms::Synonyms;
pub use term::Term;
