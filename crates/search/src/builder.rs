//! A query as rows of a form, for people who do not write queries: which rows make which query, and which queries can be
//! shown as rows.
//!
//! Rows are joined by `AND`. Texts of rows hold words and phrases in quotation marks; operators mean nothing in them.
//! Whatever [`rows`] gives, [`build`] makes the same query of; a query that rows cannot say is never shown as nearly it.

use jiff::civil::Date;

use crate::date::DateRange;
use crate::field::{Field, OrderedField};
use crate::parse::pieces::is_quote;
use crate::parse::terms;
use crate::predicate::Predicate;
use crate::query::{MAX_DISTANCE, Near, Query, Range, Reach};
use crate::term::Term;

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// Words and phrases, in the text or in a field.
    Words {
        /// Which of them are to be there.
        how: How,
        /// The words and phrases.
        text: String,
        /// In which field.
        field: Option<Field>,
    },
    /// Words that follow one another.
    Phrase {
        /// The words.
        text: String,
        /// In which field.
        field: Option<Field>,
    },
    /// Any of some words near any of others.
    Near {
        /// Words and phrases.
        left: String,
        /// Other words and phrases.
        right: String,
        /// How many words apart at most.
        distance: u32,
        /// Whether the left stands first.
        is_ordered: bool,
        /// In which field.
        field: Option<Field>,
    },
    /// A moment in a range of days, both ends included.
    Dates {
        /// Which moment.
        field: OrderedField,
        /// The first day.
        first: Option<Date>,
        /// The last day.
        last: Option<Date>,
    },
    /// Coded with a concept, or not.
    Coded {
        /// The concept.
        concept: String,
        /// Whether documents with it are left out.
        is_excluded: bool,
    },
    /// With an annotation, or one with a concept.
    Annotated {
        /// The concept, when only one is asked for.
        concept: Option<String>,
    },
}

/// Which of several words are to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// All of them.
    All,
    /// At least one.
    Any,
    /// None.
    None,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct BadRow {
    /// The how-manieth row it is, from 0.
    pub row: usize,
    /// A sentence saying what to write instead.
    pub message: String,
}

/// The query rows stand for; rows nothing is written in stand for none.
///
/// # Errors
/// When a row cannot be understood.
pub fn build(rows: &[Row]) -> Result<Query, BadRow> {
    let mut parts = Vec::new();
    for (row, content) in rows.iter().enumerate() {
        parts.extend(part(content).map_err(|message| BadRow { row, message })?);
    }
    Ok(Query::and(parts))
}

/// The rows that stand for a query; `None` when there are none that do.
#[must_use]
pub fn rows(query: &Query) -> Option<Vec<Row>> {
    let parts = match query {
        Query::All => &[],
        Query::And(parts) => parts.as_slice(),
        single => std::slice::from_ref(single),
    };
    let mut found: Vec<Row> = Vec::new();
    for part in parts {
        let row = row(part)?;
        match (found.last_mut(), &row) {
            // Words in a row are one row.
            (
                Some(Row::Words { how: How::All, text, field: None }),
                Row::Words { how: How::All, text: more, field: None },
            ) => text.push_str(&format!(" {more}")),
            _ => found.push(row),
        }
    }
    build(&found).is_ok_and(|built| built == *query).then_some(found)
}

fn part(row: &Row) -> Result<Option<Query>, String> {
    let within = |field: &Option<Field>, value: Query| match field {
        Some(field) => Query::field(*field, value),
        None => value,
    };
    Ok(match row {
        Row::Words { how, text, field } => {
            let items = items(text)?;
            if items.is_empty() {
                return Ok(None);
            }
            Some(match how {
                How::All => within(field, Query::and(items)),
                How::Any => within(field, Query::or(items)),
                How::None => Query::not(within(field, Query::or(items))),
            })
        }
        Row::Phrase { text, field } => {
            let words = words(text)?;
            (!words.is_empty()).then(|| within(field, Query::phrase(words)))
        }
        Row::Near { left, right, distance, is_ordered, field } => {
            if !(1..=MAX_DISTANCE).contains(distance) {
                return Err(format!("the distance must be a number of words from 1 to {MAX_DISTANCE}"));
            }
            match (items(left)?, items(right)?) {
                (left, right) if left.is_empty() && right.is_empty() => None,
                (left, right) if left.is_empty() || right.is_empty() => {
                    return Err("write words on both sides".to_owned());
                }
                (left, right) => {
                    Some(within(field, Query::near(Query::or(left), Query::or(right), *distance, *is_ordered)))
                }
            }
        }
        Row::Dates { first: None, last: None, .. } => None,
        Row::Dates { field, first, last } => {
            if !field.is_moment() {
                return Err(format!("`{field}` is no date"));
            }
            let range = DateRange::between(*first, *last).ok_or("the last day is before the first")?;
            Some(Query::Within { field: *field, range: Range::Days(range) })
        }
        Row::Coded { concept, is_excluded } => match concept.trim() {
            "" => None,
            concept if *is_excluded => Some(Query::not(Query::tag(concept))),
            concept => Some(Query::tag(concept)),
        },
        Row::Annotated { concept } => {
            let concept = concept.as_deref().map(str::trim).filter(|concept| !concept.is_empty());
            Some(Query::Predicate(Predicate::Annotated { by: None, at: None, concept: concept.map(str::to_owned) }))
        }
    })
}

/// Words and phrases in quotation marks.
fn items(text: &str) -> Result<Vec<Query>, String> {
    let mut found = Vec::new();
    for (at, piece) in text.split(is_quote).enumerate() {
        let is_quoted = at % 2 == 1;
        if is_quoted {
            let words = words(piece)?;
            found.extend((!words.is_empty()).then(|| Query::phrase(words)));
            continue;
        }
        for word in piece.split_whitespace() {
            let words = words(word)?;
            found.extend((!words.is_empty()).then(|| Query::phrase(words)));
        }
    }
    Ok(found)
}

/// The words of a text, wildcards understood; a sign is none.
fn words(text: &str) -> Result<Vec<Query>, String> {
    Ok(terms::parts(text, 0).map_err(|why| why.message)?.unwrap_or_default())
}

fn row(part: &Query) -> Option<Row> {
    match part {
        Query::Field { field, value } => {
            let mut inner = row(value)?;
            match &mut inner {
                Row::Words { how: How::All | How::Any, field: of, .. }
                | Row::Phrase { field: of, .. }
                | Row::Near { field: of, .. }
                    if of.is_none() =>
                {
                    *of = Some(*field);
                    Some(inner)
                }
                _ => None,
            }
        }
        Query::And(parts) => Some(Row::Words { how: How::All, text: texts(parts)?, field: None }),
        Query::Or(parts) => Some(Row::Words { how: How::Any, text: texts(parts)?, field: None }),
        Query::Not(inner) => match inner.as_ref() {
            Query::Predicate(Predicate::Tag(concept)) => {
                Some(Row::Coded { concept: concept.clone(), is_excluded: true })
            }
            Query::Field { field, value } => {
                Some(Row::Words { how: How::None, text: any(value)?, field: Some(*field) })
            }
            other => Some(Row::Words { how: How::None, text: any(other)?, field: None }),
        },
        Query::Term(_) => Some(Row::Words { how: How::All, text: text(part)?, field: None }),
        Query::Phrase(_) => {
            let text = text(part)?;
            Some(Row::Phrase { text: text.trim_matches('"').to_owned(), field: None })
        }
        Query::Near(near) => match near.as_ref() {
            Near { left, right, reach: Reach::Words(distance), is_ordered, is_negated: false } => Some(Row::Near {
                left: any(left)?,
                right: any(right)?,
                distance: *distance,
                is_ordered: *is_ordered,
                field: None,
            }),
            _ => None,
        },
        Query::Within { field, range: Range::Days(range) } => {
            let (first, last) = range.ends();
            Some(Row::Dates { field: *field, first, last })
        }
        Query::Predicate(Predicate::Tag(concept)) => Some(Row::Coded { concept: concept.clone(), is_excluded: false }),
        Query::Predicate(Predicate::Annotated { by: None, at: None, concept }) => {
            Some(Row::Annotated { concept: concept.clone() })
        }
        _ => None,
    }
}

/// A word, a phrase, or any of several, as a row says them.
fn any(query: &Query) -> Option<String> {
    match query {
        Query::Or(parts) => texts(parts),
        single => text(single),
    }
}

fn texts(parts: &[Query]) -> Option<String> {
    Some(parts.iter().map(text).collect::<Option<Vec<_>>>()?.join(" "))
}

/// A word or a phrase of words as a row says it.
fn text(query: &Query) -> Option<String> {
    let word = |part: &Query| match part {
        Query::Term(Term::Word(word)) => Some(word.clone()),
        Query::Term(Term::Wildcard(pattern)) => Some(pattern.to_string()),
        _ => None,
    };
    match query {
        Query::Phrase(parts) => {
            let words = parts.iter().map(word).collect::<Option<Vec<_>>>()?;
            Some(format!("\"{}\"", words.join(" ")))
        }
        single => word(single),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::parse::generators::query;
    use crate::parse::{Dialect, parse};

    fn read(text: &str) -> Query {
        parse(Dialect::Redwell, text).unwrap().query
    }

    fn words(how: How, text: &str) -> Row {
        Row::Words { how, text: text.to_owned(), field: None }
    }

    /// These rows make this query, and the query is shown as these rows.
    #[track_caller]
    fn check(content: &[Row], expected: &str) {
        let built = build(content).unwrap();
        assert_eq!(built.to_string(), expected);
        assert_eq!(rows(&read(expected)).as_deref(), Some(content), "{expected}");
    }

    #[test]
    fn rows_make_queries_and_back() {
        check(&[], "");
        check(&[words(How::All, "breach notice")], "breach AND notice");
        check(&[words(How::Any, "breach \"event of default\" cure*")], "breach OR \"event of default\" OR cure*");
        check(&[words(How::All, "price"), words(How::None, "draft")], "price AND NOT draft");
        check(&[words(How::None, "draft copy")], "NOT (draft OR copy)");
        check(&[Row::Phrase { text: "material breach".to_owned(), field: None }], "\"material breach\"");
        let subject = Some(Field::Subject);
        check(&[Row::Words { how: How::Any, text: "a b".to_owned(), field: subject }], "subject:(a OR b)");
        check(&[Row::Words { how: How::None, text: "a".to_owned(), field: subject }], "NOT subject:a");
        check(&[Row::Phrase { text: "due notice".to_owned(), field: subject }], "subject:\"due notice\"");
        let near = |field| Row::Near {
            left: "breach default".to_owned(),
            right: "\"cure period\"".to_owned(),
            distance: 10,
            is_ordered: false,
            field,
        };
        check(&[near(None)], "(breach OR default) w/10 \"cure period\"");
        check(&[near(subject)], "subject:((breach OR default) w/10 \"cure period\")");
        let day = |text: &str| Some(text.parse().unwrap());
        let dates = Row::Dates { field: OrderedField::Sent, first: day("2001-05-01"), last: day("2001-08-31") };
        check(&[dates], "sent:2001-05..2001-08");
        let coded = |is_excluded| Row::Coded { concept: "Two words".to_owned(), is_excluded };
        check(&[coded(false)], "tag:\"Two words\"");
        check(&[coded(true), Row::Annotated { concept: None }], "NOT tag:\"Two words\" AND annotated:yes");
    }

    #[test]
    fn operators_are_words_in_rows() {
        assert_eq!(build(&[words(How::All, "AND (b)")]).unwrap().to_string(), "\"and\" AND b");
        assert_eq!(build(&[words(How::All, "  §  "), words(How::Any, "")]).unwrap(), Query::All);
        assert_eq!(build(&[words(How::All, "a"), words(How::Any, "*")]).unwrap_err().row, 1);
    }

    #[test]
    fn what_rows_cannot_say_is_not_shown() {
        let refused = ["hits(a) > 2", "a w/s b", "(a AND b) OR c", "a +family", "a~1", "a ANDANY b", "a NOT w/5 b"];
        for text in refused {
            assert_eq!(rows(&read(text)), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn rows_stand_for_the_very_query(query in query()) {
            if let Some(rows) = rows(&query) {
                prop_assert_eq!(build(&rows), Ok(query));
            }
        }
    }
}
