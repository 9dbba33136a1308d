//! The canonical form of a query: what is shown back to people and stored with results.
//!
//! It is in the `redwell` dialect, whatever dialect the query was written in, and reading it gives the same tree.
//! Every group that could be read two ways has its parentheses. Documents and a nested "everything" have no
//! syntax; they print as a parenthesised remark.

use std::fmt::{self, Write};

use crate::parse::redwell::{glued_quote, is_quote};
use crate::query::{Near, PhrasePart, Query};

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => Ok(()),
            Self::And(parts) => joined(f, parts, " AND "),
            Self::Or(parts) => joined(f, parts, " OR "),
            Self::Near(near) => write!(f, "{near}"),
            other => atom(f, other),
        }
    }
}

impl fmt::Display for Near {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        atom(f, &self.left)?;
        write!(f, " {}/{} ", if self.ordered { "pre" } else { "w" }, self.distance)?;
        atom(f, &self.right)
    }
}

/// Parts with an operator between them.
fn joined(f: &mut fmt::Formatter<'_>, parts: &[Query], operator: &str) -> fmt::Result {
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            f.write_str(operator)?;
        }
        match part {
            Query::Near(near) => write!(f, "{near}")?,
            other => atom(f, other)?,
        }
    }
    Ok(())
}

/// A part in a form that no operator beside it can tear apart.
fn atom(f: &mut fmt::Formatter<'_>, query: &Query) -> fmt::Result {
    match query {
        Query::All => f.write_str("(every document)"),
        Query::Word(word) => bare(f, word),
        Query::Wildcard(pattern) => bare(f, pattern.as_str()),
        Query::Phrase(parts) => phrase(f, parts),
        Query::Near(_) | Query::And(_) | Query::Or(_) => write!(f, "({query})"),
        Query::Not(part) => {
            f.write_str("NOT ")?;
            atom(f, part)
        }
        Query::Field { field, value } => {
            write!(f, "{field}:")?;
            match value.as_ref() {
                Query::Not(_) => write!(f, "({value})"),
                other => atom(f, other),
            }
        }
        Query::Date(range) => write!(f, "date:{range}"),
        Query::Coding(predicate) => {
            f.write_str("tag:")?;
            let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '/' | '#' | ':');
            if !predicate.is_empty() && predicate.chars().all(plain) {
                f.write_str(predicate)
            } else {
                // A doubled quotation mark is one that belongs to the name.
                f.write_char('"')?;
                for c in predicate.chars() {
                    f.write_char(c)?;
                    if is_quote(c) {
                        f.write_char(c)?;
                    }
                }
                f.write_char('"')
            }
        }
        Query::Documents(set) => write!(f, "({} documents)", set.len()),
    }
}

/// A word as it is, or in quotes where it could be read as something else.
fn bare(f: &mut fmt::Formatter<'_>, word: &str) -> fmt::Result {
    let plain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '\'' | ',' | '_' | '*' | '?');
    let keyword = matches!(word, "and" | "or" | "not");
    let edge = word.starts_with(char::is_alphanumeric) || word.starts_with(['*', '?']);
    if !keyword && edge && word.chars().all(plain) { f.write_str(word) } else { write!(f, "\"{word}\"") }
}

/// Words in quotes.
fn phrase(f: &mut fmt::Formatter<'_>, parts: &[PhrasePart]) -> fmt::Result {
    let mut written = String::new();
    for (i, part) in parts.iter().enumerate() {
        if i > 0 {
            written.push(' ');
        }
        match part {
            PhrasePart::Word(word) => written.push_str(word),
            PhrasePart::Wildcard(pattern) => written.push_str(pattern.as_str()),
        }
    }
    debug_assert!(!has_closing_quote(&written), "a folded word has a quote only where it does not close a phrase");
    f.write_char('"')?;
    f.write_str(&written)?;
    f.write_char('"')
}

/// Whether a quote in this text would end a phrase.
fn has_closing_quote(written: &str) -> bool {
    let chars: Vec<char> = written.chars().collect();
    (0..chars.len()).any(|at| chars[at] == '"' && !glued_quote(&chars, at))
}
