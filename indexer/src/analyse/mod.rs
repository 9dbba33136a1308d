//! Derived relations: what can be told about a document from its text, and told again at any time.

pub mod hit_report;
pub mod language;
