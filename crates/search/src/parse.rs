//! From what a person typed to a query, in the dialect they chose.
//!
//! Dialects give the same characters different meanings, so one is chosen for each search and the canonical form is
//! shown back. A dialect is one file here and one arm in [`parse`]. Nothing is dropped silently: what a dialect does
//! not know is an error or a warning.

mod amounts;
#[cfg(test)]
mod checks;
mod dtsearch;
#[cfg(test)]
pub(crate) mod generators;
mod lucene;
#[cfg(test)]
mod manual;
pub(crate) mod marked;
mod node;
pub(crate) mod pieces;
pub mod redwell;
pub(crate) mod terms;
mod westlaw;

pub use lucene::DefaultOperator;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::{Query, detect};

/// The longest query read, in code points.
pub const MAX_CODE_POINTS: usize = 65_000;

/// How deep groups and operators may be nested.
pub const MAX_DEPTH: usize = 64;

/// A way of writing queries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dialect {
    /// Redwell's own; see `docs/query-language.md`.
    #[default]
    Redwell,
    /// That of dtSearch, as Relativity and Nuix Discover take it.
    #[serde(rename = "dtsearch")]
    DtSearch,
    /// That of Lucene's classic parser, as Elasticsearch, Datashare, Aleph and Logikcull take it.
    Lucene,
    /// That of DISCO, Westlaw and Lexis.
    Westlaw,
}

/// A query as understood.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// The tree.
    pub query: Query,
    /// How it prints: the `redwell` dialect, whatever it was written in. Empty for every document.
    pub canonical: String,
    /// What the writer should know about how it was read.
    pub warnings: Vec<Warning>,
}

/// Something about a query that may not be what its writer meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// How much it matters.
    pub kind: WarningKind,
    /// A sentence for the person who wrote it.
    pub message: String,
    /// The first code point of the query it is about.
    pub start: u32,
    /// The first code point after.
    pub end: u32,
}

/// How much a warning matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WarningKind {
    /// Worth knowing.
    Note,
    /// It could have been read in another way.
    Ambiguous,
    /// It means nearly, but not exactly, what it means in the program it comes from.
    Approximate,
}

/// Why a text is not a query.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// A sentence saying what to write instead.
    pub message: String,
    /// The code point of the query where reading stopped; its length when the end came too early.
    pub position: u32,
}

/// Reads a query. An empty one means every document.
///
/// # Errors
/// When it is not a query of this dialect; says at which character and what to write instead.
pub fn parse(dialect: Dialect, text: &str) -> Result<Parsed, SyntaxError> {
    let read = match dialect {
        Dialect::Redwell => redwell::parse(text),
        Dialect::DtSearch => dtsearch::parse(text),
        Dialect::Lucene => lucene::parse(text, DefaultOperator::default()),
        Dialect::Westlaw => westlaw::parse(text),
    };
    finished(dialect, text, read)
}

/// What was read, with a word on the dialect where another is likelier.
fn finished(
    dialect: Dialect,
    text: &str,
    read: Result<(Query, Vec<Warning>), SyntaxError>,
) -> Result<Parsed, SyntaxError> {
    let other = || {
        let (why, likely) = detect::against(dialect, text)?;
        let names: Vec<String> = likely.iter().map(|other| format!("`{other}`")).collect();
        Some((
            why,
            format!("it looks like the dialect {}: choose that if the query comes from there", names.join(" or ")),
        ))
    };
    match read {
        Ok((query, mut warnings)) => {
            if let Some((why, advice)) = other() {
                let overlaps = |warning: &&mut Warning| warning.start < why.end && why.start < warning.end;
                match warnings.iter_mut().filter(|warning| warning.kind == WarningKind::Note).find(overlaps) {
                    Some(known) => known.message.push_str(&format!("; {advice}")),
                    None => {
                        let message = format!("`{}` means something else in other programs: {advice}", why.piece);
                        warnings.push(Warning { kind: WarningKind::Note, message, start: why.start, end: why.end });
                        warnings.sort_by_key(|warning| (warning.start, warning.end));
                    }
                }
            }
            let canonical = query.to_string();
            Ok(Parsed { query, canonical, warnings })
        }
        Err(error) => match other() {
            Some((why, advice)) if (why.start..=why.end).contains(&error.position) => {
                Err(SyntaxError { message: format!("{}; {advice}", error.message), ..error })
            }
            _ => Err(error),
        },
    }
}

/// Reads a query of the `lucene` dialect for a program that is set to join clauses side by side in this way.
///
/// # Errors
/// As [`parse()`].
pub fn parse_lucene(text: &str, default: DefaultOperator) -> Result<Parsed, SyntaxError> {
    finished(Dialect::Lucene, text, lucene::parse(text, default))
}

impl Dialect {
    /// Every dialect.
    pub const ALL: [Self; 4] = [Self::Redwell, Self::DtSearch, Self::Lucene, Self::Westlaw];

    /// Its name on the command line and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Redwell => "redwell",
            Self::DtSearch => "dtsearch",
            Self::Lucene => "lucene",
            Self::Westlaw => "westlaw",
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Dialect {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|dialect| dialect.as_str() == text)
            .ok_or_else(|| format!("`{text}` is not a query dialect; use `redwell`, `dtsearch`, `lucene` or `westlaw`"))
    }
}
