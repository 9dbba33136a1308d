//! A query as dtSearch writes it. Words side by side are a phrase there, so whatever stands beside another stands in
//! brackets or behind an operator.

use jiff::civil::Date;

use super::foreign::{Inexpressible, cannot, is_plain, is_plain_pattern, why_not};
use crate::parse::Dialect;
use crate::query::{End, Near, Query, Reach};
use crate::term::{StemLanguage, Term};

/// Words that are operators.
const OPERATORS: [&str; 9] = ["and", "or", "not", "to", "contains", "andany", "xfirstword", "xlastword", "date"];

type Written = Result<String, Inexpressible>;

/// A query without brackets round it.
pub(super) fn query(query: &Query) -> Written {
    match query {
        Query::And(parts) => joined(parts, " and "),
        Query::Or(parts) => joined(parts, " or "),
        Query::Not(part) => Ok(format!("not {}", atom(part)?)),
        Query::AndAny(both) => Ok(format!("{} andany {}", atom(&both.required)?, atom(&both.optional)?)),
        Query::Near(near) => self::near(query, near),
        Query::Edge(edge) => {
            let end = if edge.end == End::First { "xfirstword" } else { "xlastword" };
            Ok(format!("{} w/{} {end}", atom(&edge.of)?, edge.words))
        }
        Query::Phrase(parts) => phrase(parts),
        other => atom(other),
    }
}

fn joined(parts: &[Query], operator: &str) -> Written {
    let parts: Result<Vec<_>, _> = parts.iter().map(member).collect();
    Ok(parts?.join(operator))
}

/// A part beside `and` or `or`.
fn member(part: &Query) -> Written {
    match part {
        Query::Near(_) | Query::Edge(_) | Query::Not(_) | Query::Phrase(_) => query(part),
        other => atom(other),
    }
}

/// A part that no operator beside it can tear apart.
fn atom(part: &Query) -> Written {
    match part {
        Query::Term(word) => term(part, word),
        Query::Phrase(parts) => {
            let written = phrase(parts)?;
            Ok(if written.starts_with('"') && written.matches('"').count() == 2 {
                written
            } else {
                format!("({written})")
            })
        }
        Query::And(_) | Query::Or(_) | Query::Not(_) | Query::Near(_) | Query::Edge(_) | Query::AndAny(_) => {
            Ok(format!("({})", query(part)?))
        }
        Query::Field { field, value } => {
            let value = match value.as_ref() {
                Query::Term(_) => atom(value)?,
                other => format!("({})", query(other)?),
            };
            Ok(format!("({field} contains {value})"))
        }
        Query::Day(range) => {
            let neighbour = |day: Result<Date, jiff::Error>| {
                day.map(day_of).map_err(|_| cannot(part, Dialect::DtSearch, "there are no days beyond it"))
            };
            Ok(match range.ends() {
                (Some(first), Some(last)) => format!("date({} to {})", day_of(first), day_of(last)),
                (Some(first), None) => format!("date(after {})", neighbour(first.yesterday())?),
                (None, Some(last)) => format!("date(before {})", neighbour(last.tomorrow())?),
                (None, None) => return Err(cannot(part, Dialect::DtSearch, why_not(part))),
            })
        }
        other => Err(cannot(other, Dialect::DtSearch, why_not(other))),
    }
}

/// `may 17 2001`.
fn day_of(day: Date) -> String {
    let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let month = usize::try_from(day.month() - 1).ok().and_then(|month| months.get(month)).copied().unwrap_or_default();
    format!("{month} {} {:04}", day.day(), day.year())
}

fn near(query: &Query, near: &Near) -> Written {
    let Reach::Words(words) = near.reach else {
        return Err(cannot(query, Dialect::DtSearch, "it knows no sentences and paragraphs; write `w/20` or the like"));
    };
    let operator = match (near.is_negated, near.is_ordered) {
        (false, false) => "w",
        (false, true) => "pre",
        (true, false) => "not w",
        (true, true) => {
            return Err(cannot(
                query,
                Dialect::DtSearch,
                "it has `not w/N`, which looks both ways, but no `not pre/N`",
            ));
        }
    };
    Ok(format!("{} {operator}/{words} {}", operand(&near.left)?, operand(&near.right)?))
}

/// A side of a proximity.
fn operand(part: &Query) -> Written {
    match part {
        Query::Phrase(parts) => phrase(parts),
        other => atom(other),
    }
}

/// In quotation marks where nothing but words and wildcards is in it.
fn phrase(parts: &[Query]) -> Written {
    let words: Option<Vec<&str>> = parts
        .iter()
        .map(|part| match part {
            Query::Term(Term::Word(word)) if !word.contains(' ') => Some(word.as_str()),
            Query::Term(Term::Wildcard(pattern)) => Some(pattern.as_str()),
            _ => None,
        })
        .collect();
    if let Some(words) = words {
        return Ok(format!("\"{}\"", words.join(" ")));
    }
    let parts: Result<Vec<_>, _> = parts.iter().map(atom).collect();
    Ok(parts?.join(" "))
}

fn term(part: &Query, term: &Term) -> Written {
    let cannot = |reason: &str| Err(cannot(part, Dialect::DtSearch, reason));
    match term {
        Term::Word(word) if is_plain(word) && !OPERATORS.contains(&word.as_str()) => Ok(word.clone()),
        Term::Word(word) => Ok(format!("\"{word}\"")),
        Term::Wildcard(pattern) if is_plain_pattern(pattern.as_str()) => Ok(pattern.to_string()),
        Term::Wildcard(pattern) => Ok(format!("\"{pattern}\"")),
        Term::Exact(_) => cannot("whether case counts is a setting of the index there"),
        Term::Regex(expression) => {
            let expression = expression.as_str();
            if expression.contains(|c: char| crate::parse::pieces::is_quote(c)) {
                return cannot("an expression with quotation marks cannot stand between quotation marks");
            }
            Ok(format!("\"##{expression}\""))
        }
        Term::Fuzzy { word, edits } if is_plain(word) => {
            let first = word.chars().next().map_or(0, char::len_utf8);
            let percents = "%".repeat(usize::from(*edits));
            Ok(format!("{}{percents}{}", &word[..first], &word[first..]))
        }
        Term::Fuzzy { .. } => cannot("the word has characters that mean something else there"),
        Term::Stem { word, language: StemLanguage::English } if is_plain(word) => Ok(format!("{word}~")),
        Term::Stem { .. } => cannot("it stems only words of the language of its index"),
        Term::Synonyms(word) if is_plain(word) => Ok(format!("{word}&")),
        Term::Synonyms(_) => cannot("it has synonyms only for single words"),
        Term::Number(range) => match (range.least, range.most) {
            (Some(least), Some(most)) if least >= 0 => {
                Ok(format!("{}~~{}", crate::number::shown(least), crate::number::shown(most)))
            }
            _ => cannot("a range of numbers there has two ends, neither below zero"),
        },
    }
}
