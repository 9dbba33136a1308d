//! Filters written as a query.
//!
//! A filter compares whole values and counts days by the matter's clock; a query looks for words of values and counts
//! days in UTC. So what is written is tried: only what finds exactly the documents the filter finds is taken.

use redwell_search::engine::DocumentSet;
use redwell_search::{Dialect, parse};

use super::OpenMatter;
use super::filters::{Choice, FilterField, Filters, Part};
use super::find::{Known, Question, Understood, resolved};
use crate::error::ApiError;
use crate::review::time_zone::MatterZone;

/// What became of filters.
#[derive(Debug, Default)]
pub struct Written {
    /// Pieces of a query, to be joined by `AND`.
    pub parts: Vec<String>,
    /// What could not be written.
    pub left: Filters,
    /// Why not, a sentence each.
    pub why: Vec<String>,
}

/// Writes the filters of a question.
///
/// # Errors
/// When the index cannot be read.
pub fn filters(
    question: &Question,
    known: Known<'_>,
    understood: &Understood,
    open: &OpenMatter,
) -> Result<Written, ApiError> {
    let mut written = Written::default();
    for (field, choice) in &question.filters.choices {
        let passing = understood.passing.of_part(Part::Field(*field));
        let text = choice_as_text(*field, choice, known, &question.zone);
        match exact(text, passing, known, open)? {
            Some(text) => written.parts.push(text),
            None => {
                written.why.push(format!("the filter on {} cannot be said exactly in a query", field.in_words()));
                written.left.choices.insert(*field, choice.clone());
            }
        }
    }
    if let Some(range) = question.filters.date {
        let text = (question.zone == MatterZone::default()).then(|| format!("date:{range}"));
        match exact(text, understood.passing.of_part(Part::Date), known, open)? {
            Some(text) => written.parts.push(text),
            None => {
                let zone = question.zone.name();
                written.why.push(format!("the filter counts days in {zone}, and a query counts them in UTC"));
                written.left.date = Some(range);
            }
        }
    }
    if !question.filters.new.is_empty() {
        written.why.push("what is new of a saved search is known to you alone, and a query cannot say it".to_owned());
        written.left.new.clone_from(&question.filters.new);
    }
    Ok(written)
}

/// The text, if it finds exactly these documents.
fn exact(
    text: Option<String>,
    passing: Option<&DocumentSet>,
    known: Known<'_>,
    open: &OpenMatter,
) -> Result<Option<String>, ApiError> {
    let Some((text, passing)) = text.zip(passing) else { return Ok(None) };
    let Ok(parsed) = parse(Dialect::Redwell, &text) else { return Ok(None) };
    let Ok(query) = resolved(parsed.query, known, open) else { return Ok(None) };
    let found = open.engine().documents(&query, None)?;
    Ok((found == *passing).then_some(text))
}

fn choice_as_text(field: FilterField, choice: &Choice, known: Known<'_>, zone: &MatterZone) -> Option<String> {
    let any_of = |values: &[String]| {
        let parts: Option<Vec<String>> = values.iter().map(|value| value_as_text(field, value, known, zone)).collect();
        parts.map(|parts| format!("({})", parts.join(" OR ")))
    };
    let any = (!choice.any.is_empty()).then(|| any_of(&choice.any));
    let not = (!choice.not.is_empty()).then(|| any_of(&choice.not).map(|none| format!("NOT {none}")));
    let parts: Option<Vec<String>> = any.into_iter().chain(not).collect();
    parts.map(|parts| parts.join(" AND "))
}

fn value_as_text(field: FilterField, value: &str, known: Known<'_>, zone: &MatterZone) -> Option<String> {
    let is_utc = *zone == MatterZone::default();
    let name = match field {
        FilterField::Custodian => "custodian",
        FilterField::Type => "type",
        FilterField::Extension => "extension",
        FilterField::Author => "author",
        FilterField::Language => "language",
        FilterField::FromDomain => "from",
        FilterField::ToDomain => {
            let value = quoted(value)?;
            return Some(format!("to:{value} OR cc:{value} OR bcc:{value}"));
        }
        FilterField::Year | FilterField::Month if is_utc && !value.is_empty() => return Some(format!("date:{value}")),
        FilterField::Year | FilterField::Month if value.is_empty() => {
            return Some("NOT (date:..2000 OR date:2001..)".to_owned());
        }
        FilterField::Year | FilterField::Month => return None,
        FilterField::Size => return Some(format!("size:{value}")),
        FilterField::Attachments | FilterField::Exceptions => {
            let not = if value == super::facts::WITH { "" } else { "NOT " };
            let name = if field == FilterField::Exceptions { "exceptions" } else { "attachments" };
            return Some(format!("{not}{name}:1.."));
        }
        FilterField::Concept => return Some(format!("tag:{}", quoted(known.vocabulary.label(value))?)),
        FilterField::Reviewer => return Some(format!("coded:(by={})", quoted(value)?)),
        FilterField::Review => {
            let text = match value {
                "coded" => "coded:yes",
                "uncoded" => "NOT coded:yes",
                "annotated" => "annotated:yes",
                "unannotated" => "NOT annotated:yes",
                _ => return None,
            };
            return Some(text.to_owned());
        }
    };
    Some(format!("{name}:{}", quoted(value)?))
}

/// A value between quotes; `None` when it cannot stand there.
fn quoted(value: &str) -> Option<String> {
    (!value.is_empty() && !value.contains(['"', '\\', '“', '”', '„'])).then(|| format!("\"{value}\""))
}
