//! A query as Lucene's classic parser reads it, for Elasticsearch, Datashare, Aleph and Logikcull.

use super::foreign::{Inexpressible, cannot, is_plain, is_plain_pattern, why_not};
use crate::number::shown;
use crate::parse::Dialect;
use crate::predicate::Predicate;
use crate::query::{Near, Query, Range, Reach};
use crate::term::Term;

type Written = Result<String, Inexpressible>;

/// A query without brackets round it.
pub(super) fn query(query: &Query) -> Written {
    match query {
        Query::And(parts) => Ok(required(parts, "", " AND ", "NOT ")?.join("")),
        Query::Or(parts) => Ok(parts.iter().map(atom).collect::<Result<Vec<_>, _>>()?.join(" OR ")),
        Query::Not(part) => Ok(format!("NOT {}", atom(part)?)),
        Query::AndAny(both) => {
            let mut clauses = match &both.required {
                Query::And(parts) => required(parts, "+", " ", "-")?,
                other => vec![format!("+{}", atom(other)?)],
            };
            let optional = match &both.optional {
                Query::Or(parts) => parts.as_slice(),
                other => std::slice::from_ref(other),
            };
            for part in optional {
                clauses.push(format!(" {}", atom(part)?));
            }
            Ok(clauses.join(""))
        }
        other => atom(other),
    }
}

/// Clauses that must match, or, after the last that must, must not. What must not comes last there, so any before it
/// stands in brackets.
fn required(parts: &[Query], sign: &str, between: &str, without: &str) -> Result<Vec<String>, Inexpressible> {
    let last = parts.iter().rposition(|part| !matches!(part, Query::Not(_)));
    let mut clauses = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        let between = if i > 0 { between } else { "" };
        clauses.push(match part {
            Query::Not(inner) if last.is_none_or(|last| i > last) => format!("{between}{without}{}", atom(inner)?),
            other => format!("{between}{sign}{}", atom(other)?),
        });
    }
    Ok(clauses)
}

/// A part that no operator beside it can tear apart.
fn atom(part: &Query) -> Written {
    match part {
        Query::All => Ok("*:*".to_owned()),
        Query::Term(word) => term(part, word),
        Query::Phrase(parts) => match words(parts.iter()) {
            Some(words) => Ok(in_quotes(&words.join(" "))),
            None => Err(cannot(part, Dialect::Lucene, "between its quotation marks stand only whole words")),
        },
        Query::Near(near) => self::near(part, near),
        Query::And(_) | Query::Or(_) | Query::Not(_) | Query::AndAny(_) => Ok(format!("({})", query(part)?)),
        Query::Field { field, value } => Ok(format!("{field}:{}", atom(value)?)),
        Query::Exists(field) => Ok(format!("_exists_:{field}")),
        Query::Within { field, range } => {
            let (first, last) = match range {
                Range::Days(range) => {
                    let (first, last) = range.ends();
                    (first.map(|day| day.to_string()), last.map(|day| day.to_string()))
                }
                Range::Numbers(range) => (range.least.map(shown), range.most.map(shown)),
            };
            let end = |text: Option<String>| text.unwrap_or_else(|| "*".to_owned());
            Ok(match (first, last) {
                (None, None) => format!("_exists_:{field}"),
                (first, last) => format!("{field}:[{} TO {}]", end(first), end(last)),
            })
        }
        Query::Predicate(Predicate::Tag(name)) => Ok(format!("tag:{}", in_quotes(name))),
        other => Err(cannot(other, Dialect::Lucene, why_not(other))),
    }
}

/// Slop of two or more words in any order.
fn near(part: &Query, near: &Near) -> Written {
    let cannot = |reason: &str| Err(cannot(part, Dialect::Lucene, reason));
    let Near { left, right, reach: Reach::Words(distance), is_ordered: false, is_negated: false } = near else {
        return cannot("it has only slop, which looks both ways and counts words");
    };
    let others = match right {
        Query::And(parts) => parts.as_slice(),
        other => std::slice::from_ref(other),
    };
    let Some(words) = words(std::iter::once(left).chain(others)) else {
        return cannot("its slop takes only words, no wildcards, groups or phrases");
    };
    match u32::try_from(others.len()).ok().and_then(|others| distance.checked_sub(others)).filter(|slop| *slop > 0) {
        Some(slop) => Ok(format!("{}~{slop}", in_quotes(&words.join(" ")))),
        None => cannot("slop cannot ask for neighbours in any order; write both phrases with OR"),
    }
}

/// The words, when these are nothing else.
fn words<'q>(parts: impl Iterator<Item = &'q Query>) -> Option<Vec<&'q str>> {
    parts
        .map(|part| match part {
            Query::Term(Term::Word(word)) => Some(word.as_str()),
            _ => None,
        })
        .collect()
}

fn term(part: &Query, term: &Term) -> Written {
    let cannot = |reason: &str| Err(cannot(part, Dialect::Lucene, reason));
    match term {
        Term::Word(word) if is_plain(word) && !matches!(word.as_str(), "and" | "or" | "not") => Ok(word.clone()),
        Term::Word(word) => Ok(in_quotes(word)),
        Term::Wildcard(pattern) if is_plain_pattern(pattern.as_str()) => Ok(pattern.to_string()),
        Term::Wildcard(_) => cannot("the pattern has characters that mean something else there"),
        Term::Fuzzy { word, edits } if is_plain(word) => Ok(format!("{word}~{edits}")),
        Term::Fuzzy { .. } => cannot("the word has characters that mean something else there"),
        Term::Regex(expression) => {
            let expression = expression.as_str();
            let odd = expression.contains(['~', '&', '<', '@', '#', '\\', '"', '^', '$']) || expression.contains("(?");
            if odd {
                return cannot("its regular expressions have other signs and no classes such as `\\d`");
            }
            Ok(format!("/{}/", expression.replace('/', "\\/")))
        }
        Term::Exact(_) => cannot("it knows no words as written"),
        Term::Stem { .. } => cannot("whether words are stemmed is a setting of the index there"),
        Term::Synonyms(_) => cannot("whether synonyms count is a setting of the index there"),
        Term::Number(_) => cannot("it finds no ranges of numbers in texts"),
    }
}

/// A text in quotation marks.
fn in_quotes(text: &str) -> String {
    let mut written = String::from('"');
    for c in text.chars() {
        if matches!(c, '"' | '\\' | '“' | '”') {
            written.push('\\');
        }
        written.push(c);
    }
    written + "\""
}
