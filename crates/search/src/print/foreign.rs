//! A query as another program writes it, for people who must hand their terms to someone who has that program.
//!
//! What a dialect cannot say is an error, never something similar. Reading what is printed gives the same tree.

use crate::parse::Dialect;
use crate::query::Query;

use super::{dtsearch, lucene, westlaw};

/// A part of a query that a dialect has no words for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{part}` cannot be written in the {dialect} dialect: {reason}")]
pub struct Inexpressible {
    /// The part, in its canonical form.
    pub part: String,
    /// Which dialect.
    pub dialect: Dialect,
    /// Why, and what to do instead where something can be done.
    pub reason: String,
}

/// Prints a query in a dialect. Every document is the empty text.
///
/// # Errors
/// When the dialect has no words for a part of it.
pub fn print_in(query: &Query, dialect: Dialect) -> Result<String, Inexpressible> {
    if *query == Query::All {
        return Ok(String::new());
    }
    match dialect {
        Dialect::Redwell => Ok(query.to_string()),
        Dialect::DtSearch => dtsearch::query(query),
        Dialect::Lucene => lucene::query(query),
        Dialect::Westlaw => westlaw::query(query),
    }
}

/// That a part cannot be said.
pub(super) fn cannot(part: &Query, dialect: Dialect, reason: &str) -> Inexpressible {
    let part = if *part == Query::All { "all()".to_owned() } else { part.to_string() };
    Inexpressible { part, dialect, reason: reason.to_owned() }
}

/// Why most of what only this program knows cannot be said.
pub(super) fn why_not(query: &Query) -> &'static str {
    match query {
        Query::Predicate(_) => "it asks about work that only this matter holds",
        Query::Expanded { .. } => "it has no families, threads or duplicates; widen the result there",
        Query::Sample(_) => "it draws no samples",
        Query::Documents(_) => "it is a list of documents",
        Query::Money(_) | Query::Day(_) => "it does not recognise amounts and days in texts",
        Query::Regex(_) => "its regular expressions stay within one word",
        Query::Edge(_) => "it cannot ask for the beginning or the end of a text",
        Query::Hits(_) => "it does not count hits",
        Query::Within { .. } | Query::Exists(_) => "it has no such conditions on fields; set it beside the search",
        Query::AndAny(_) => "it has nothing that only adds hits",
        Query::All => "it has no word for every document",
        _ => "it has no operator for this",
    }
}

/// Whether a word stands as it is, outside of quotation marks.
pub(super) fn is_plain(word: &str) -> bool {
    let begins = word.starts_with(|c: char| c.is_alphanumeric());
    begins && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '\'' | '_'))
}

/// Whether a pattern stands as it is.
pub(super) fn is_plain_pattern(pattern: &str) -> bool {
    pattern.chars().all(|c| c.is_alphanumeric() || matches!(c, '*' | '?' | '_'))
}
