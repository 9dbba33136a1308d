//! A query as DISCO, Westlaw and Lexis write it, with brackets wherever the three would differ.

use super::foreign::{Inexpressible, cannot, is_plain, why_not};
use crate::parse::Dialect;
use crate::pattern::Pattern;
use crate::predicate::Predicate;
use crate::query::{Near, Query, Range, Reach, SampleSize};
use crate::term::{MAX_EDITS, Term};

type Written = Result<String, Inexpressible>;

/// A query without brackets round it.
pub(super) fn query(query: &Query) -> Written {
    match query {
        Query::And(parts) => {
            let mut written = String::new();
            for (i, part) in parts.iter().enumerate() {
                match part {
                    Query::Not(inner) if i > 0 => written.push_str(&format!(" % {}", atom(inner)?)),
                    other => {
                        written.push_str(if i > 0 { " & " } else { "" });
                        written.push_str(&atom(other)?);
                    }
                }
            }
            Ok(written)
        }
        Query::Or(parts) => Ok(parts.iter().map(atom).collect::<Result<Vec<_>, _>>()?.join(" or ")),
        Query::Not(part) => Ok(format!("not {}", atom(part)?)),
        Query::Near(near) => self::near(query, near),
        Query::Expanded { of, by } => Ok(format!("{} +{by}", atom(of)?)),
        other => atom(other),
    }
}

/// A part that no operator beside it can tear apart.
fn atom(part: &Query) -> Written {
    let cannot = |reason: &str| Err(cannot(part, Dialect::Westlaw, reason));
    match part {
        Query::Term(word) => term(part, word),
        Query::Phrase(parts) => phrase(part, parts),
        Query::And(_) | Query::Or(_) | Query::Not(_) | Query::Near(_) | Query::Expanded { .. } => {
            Ok(format!("({})", query(part)?))
        }
        Query::Field { field, value } => Ok(format!("{field}({})", query(value)?)),
        Query::Within { field, range: Range::Days(range) } => Ok(format!("{field}({range})")),
        Query::Within { field, range: Range::Numbers(range) } => Ok(format!("{field}({range})")),
        Query::Predicate(Predicate::Tag(name)) => {
            if name.contains(['(', ')']) || name.starts_with('"') || name.ends_with('"') {
                return cannot("a name with brackets or quotation marks cannot stand there");
            }
            Ok(format!("tag({name})"))
        }
        Query::Hits(hits) => match hits.most {
            None => Ok(format!("atleast{}({})", hits.least, query(&hits.of)?)),
            Some(_) => cannot("it counts hits only from below, as in `atleast5(breach)`"),
        },
        Query::Sample(sample) => {
            let size = match sample.size {
                _ if sample.seed > 0 => return cannot("its samples have no seed"),
                SampleSize::Documents(documents) => documents.to_string(),
                SampleSize::HundredthsOfPercent(part @ 1..10_000) => format!("0.{part:04}"),
                SampleSize::HundredthsOfPercent(_) => return cannot("a sample of all documents is no sample there"),
            };
            Ok(format!("sample({size}, {})", query(&sample.of)?))
        }
        other => Err(super::foreign::cannot(other, Dialect::Westlaw, why_not(other))),
    }
}

fn near(part: &Query, near: &Near) -> Written {
    let Near { left, right, reach, is_ordered, is_negated } = near;
    let reach = match reach {
        Reach::Words(words) => words.to_string(),
        Reach::Sentence => "s".to_owned(),
        Reach::Paragraph => "p".to_owned(),
    };
    let sign = match (is_negated, is_ordered) {
        (false, false) => "/",
        (false, true) => "+",
        (true, false) => "not w/",
        (true, true) => {
            return Err(cannot(part, Dialect::Westlaw, "it has `not w/N`, which looks both ways, but no `not pre/N`"));
        }
    };
    Ok(format!("{} {sign}{reach} {}", atom(left)?, atom(right)?))
}

/// Words and wildcards in quotation marks.
fn phrase(part: &Query, parts: &[Query]) -> Written {
    let mut words = Vec::new();
    for inner in parts {
        words.push(match inner {
            Query::Term(Term::Word(word)) => word.clone(),
            Query::Term(Term::Wildcard(pattern)) => wildcard(part, pattern)?,
            _ => return Err(cannot(part, Dialect::Westlaw, "between its quotation marks stand only words")),
        });
    }
    Ok(format!("\"{}\"", words.join(" ")))
}

/// `contract!` for `contract*`, `wom*n` for `wom?n`.
fn wildcard(part: &Query, pattern: &Pattern) -> Written {
    let inside = pattern.as_str().trim_matches('*');
    if inside.contains('*') {
        return Err(cannot(part, Dialect::Westlaw, "its `!` stands only at the beginning or the end of a word"));
    }
    if !inside.chars().all(|c| c.is_alphanumeric() || c == '?') {
        return Err(cannot(part, Dialect::Westlaw, "the pattern has characters that mean something else there"));
    }
    Ok(pattern
        .as_str()
        .chars()
        .map(|c| match c {
            '*' => '!',
            '?' => '*',
            c => c,
        })
        .collect())
}

fn term(part: &Query, term: &Term) -> Written {
    let cannot = |reason: &str| Err(cannot(part, Dialect::Westlaw, reason));
    match term {
        Term::Word(word) if is_plain(word) && !matches!(word.as_str(), "and" | "or" | "not" | "but") => {
            Ok(word.clone())
        }
        Term::Word(word) => Ok(format!("\"{word}\"")),
        Term::Wildcard(pattern) => wildcard(part, pattern),
        Term::Fuzzy { word, edits: MAX_EDITS } if is_plain(word) => Ok(format!("{word}~")),
        Term::Fuzzy { .. } => cannot("its `~` lets two letters differ, in words of letters and digits"),
        Term::Regex(_) => cannot("it has no regular expressions"),
        Term::Exact(_) => cannot("it knows no words as written"),
        Term::Stem { .. } => cannot("it has no stemming that could be asked for; write `appl!`"),
        Term::Synonyms(_) => cannot("it has no synonyms that could be asked for; write them with `or`"),
        Term::Number(_) => cannot("it finds no ranges of numbers in texts"),
    }
}
