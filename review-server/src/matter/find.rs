//! What a search means in a matter: the query parsed, names of concepts resolved, filters as a set of documents.
//! What people did is handed in; documents that go with others are asked of the engine.

use redwell_indexer::index::MatterSurroundings;
use redwell_search::engine::DocumentSet;
use redwell_search::resolve::{ResolveError, resolve};
use redwell_search::{Dialect, Predicate, Query, Warning, WarningKind, parse};

use super::facts::Facts;
use super::filters::{Filters, Passing};
use super::kept::{Kept, WithKept};
use super::{OpenMatter, people};
use crate::error::ApiError;
use crate::review::time_zone::MatterZone;
use crate::review::{ReviewState, Vocabulary};

/// A search as asked.
#[derive(Debug, Clone, Default)]
pub struct Question {
    /// The query as typed.
    pub query: String,
    /// How it is read.
    pub dialect: Dialect,
    /// Values documents must, or must not, have besides.
    pub filters: Filters,
    /// Whose clocks the days of filters are told by.
    pub zone: MatterZone,
}

/// What is known about a matter when a search is asked.
#[derive(Debug, Clone, Copy)]
pub struct Known<'k> {
    /// What its documents have in common.
    pub facts: &'k Facts,
    /// What people did.
    pub review: &'k ReviewState,
    /// What concepts are called.
    pub vocabulary: &'k Vocabulary,
    /// What people keep under the names the search asks for.
    pub kept: &'k Kept,
}

/// A search as an engine takes it.
#[derive(Debug, Clone)]
pub struct Understood {
    /// The query, with names of concepts resolved to documents.
    pub query: Query,
    /// The query in its canonical form.
    pub canonical: String,
    /// What the searcher should know.
    pub warnings: Vec<Warning>,
    /// The documents that pass the filters; `None` when there are none to pass.
    pub within: Option<DocumentSet>,
    /// The same, part by part.
    pub passing: Passing,
}

/// Understands a search in a matter.
///
/// # Errors
/// When the query is not one, or names something that is not there.
pub fn understand(question: &Question, known: Known<'_>, open: &OpenMatter) -> Result<Understood, ApiError> {
    let parsed = parse(question.dialect, &question.query)?;
    let mut warnings = parsed.warnings;
    let end = u32::try_from(question.query.chars().count()).unwrap_or(u32::MAX);
    for message in people::told(&parsed.query, known) {
        warnings.push(Warning { kind: WarningKind::Note, message, start: 0, end });
    }
    let query = resolved(parsed.query, known, open)?;
    let passing = Passing::of(&question.filters, known, &known.facts.calendar(&question.zone));
    let within = passing.all_but(None);
    Ok(Understood { query, canonical: parsed.canonical, warnings, within, passing })
}

/// Puts documents in the place of what only the matter knows.
///
/// # Errors
/// When something the query names is not there, or a part cannot be answered.
pub fn resolved(query: Query, known: Known<'_>, open: &OpenMatter) -> Result<Query, ResolveError> {
    let people = |predicate: &Predicate| people::documents(predicate, known);
    let matter = MatterSurroundings::new(open.folder(), &people);
    resolve(query, open.engine(), &WithKept { matter, kept: known.kept })
}
