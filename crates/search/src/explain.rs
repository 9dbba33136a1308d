//! A query in plain words, for people who do not write queries and for those who want to be sure of theirs.
//!
//! Nothing here decides what a query means; the sentences only say it. Words of the query stand between asterisks.

use crate::date::DateRange;
use crate::field::OrderedField;
use crate::number::{NumberRange, shown};
use crate::pattern::Pattern;
use crate::predicate::Predicate;
use crate::query::{End, Hits, Near, Query, Range, Reach, Relation, Sample, SampleSize};
use crate::term::{StemLanguage, Term};

/// What a query finds, as one sentence without a full stop: "documents where *breach* or *default* stands within 5 words
/// of *notice*".
#[must_use]
pub fn explain(query: &Query) -> String {
    match query {
        Query::All => "every document".to_owned(),
        Query::Sample(sample) => self::sample(sample),
        Query::Expanded { of, by } => format!("{}, together with {}", explain(of), relation(*by)),
        Query::AndAny(both) => {
            format!(
                "{}; {} is marked besides and counts for the order, not for what is found",
                explain(&both.required),
                noun(&both.optional)
            )
        }
        other => format!("documents where {}", clause(other)),
    }
}

/// A clause that completes "documents where …".
fn clause(query: &Query) -> String {
    match query {
        Query::All => "anything is true".to_owned(),
        Query::And(parts) => listed(parts.iter().map(part), "and"),
        Query::Or(parts) if parts.iter().all(Query::has_passages) && !parts.iter().any(holds_near) => {
            format!("{} occurs", passage(query))
        }
        Query::Or(parts) => listed(parts.iter().map(part), "or"),
        Query::Not(inner) if inner.has_passages() && !holds_near(inner) => format!("{} does not occur", passage(inner)),
        Query::Not(inner) => format!("it is not so that {}", part(inner)),
        Query::Near(near) => self::near(near),
        Query::Edge(edge) => {
            let end = if edge.end == End::First { "first" } else { "last" };
            format!("{} stands among the {end} {}", passage(&edge.of), counted(edge.words, "word"))
        }
        Query::Term(_) | Query::Phrase(_) | Query::Regex(_) | Query::Money(_) | Query::Day(_) => {
            format!("{} occurs", passage(query))
        }
        Query::Field { field, value } if value.has_passages() && !holds_near(value) => {
            format!("the field *{field}* has {}", passage(value))
        }
        Query::Field { field, value } => format!("within the field *{field}*, {}", part(value)),
        Query::Exists(field) => format!("the field *{field}* has a value"),
        Query::Within { field, range: Range::Days(range) } => format!("the date *{field}* is {}", days(*range)),
        Query::Within { field, range: Range::Numbers(range) } => {
            let unit = if *field == OrderedField::Size { " bytes" } else { "" };
            format!("the number *{field}* is {}{unit}", numbers(*range))
        }
        Query::Hits(hits) => self::hits(hits),
        Query::Expanded { .. } => format!("it is one of: {}", explain(query)),
        Query::AndAny(_) => format!("it is one of the {}", explain(query)),
        Query::Sample(_) => format!("it belongs to {}", explain(query)),
        Query::Predicate(known) => predicate(known),
        Query::Documents(set) => match set.len() {
            0 => "nothing is true".to_owned(),
            n => format!("it is one of {n} documents found before"),
        },
    }
}

/// A clause beside others: lists in it keep to themselves.
fn part(query: &Query) -> String {
    let is_list = match query {
        Query::Or(parts) => !parts.iter().all(Query::has_passages) || parts.iter().any(holds_near),
        Query::And(_) | Query::Expanded { .. } | Query::AndAny(_) | Query::Sample(_) => true,
        _ => false,
    };
    if is_list { format!("({})", clause(query)) } else { clause(query) }
}

fn holds_near(query: &Query) -> bool {
    matches!(query, Query::Near(_) | Query::Edge(_))
        || matches!(query, Query::Or(parts) if parts.iter().any(holds_near))
}

/// Clauses with a word before the last.
fn listed(clauses: impl Iterator<Item = String>, word: &str) -> String {
    let clauses: Vec<String> = clauses.collect();
    match clauses.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{}, {word} {last}", before.join(", ")),
        None => String::new(),
    }
}

fn near(near: &Near) -> String {
    let (left, right) = (passage(&near.left), passage(&near.right));
    let Near { reach, is_ordered, is_negated, .. } = near;
    if *is_negated {
        let place = match (reach, is_ordered) {
            (Reach::Words(words), false) => format!("within {} of it", counted(*words, "word")),
            (Reach::Words(words), true) => format!("at most {} after it", counted(*words, "word")),
            (Reach::Sentence, false) => "in its sentence".to_owned(),
            (Reach::Sentence, true) => "after it in its sentence".to_owned(),
            (Reach::Paragraph, false) => "in its paragraph".to_owned(),
            (Reach::Paragraph, true) => "after it in its paragraph".to_owned(),
        };
        return format!("{left} stands, and nowhere {place} {right}");
    }
    let place = match (reach, is_ordered) {
        (Reach::Words(words), false) => format!("within {} of", counted(*words, "word")),
        (Reach::Words(words), true) => format!("at most {} before", counted(*words, "word")),
        (Reach::Sentence, false) => "in one sentence with".to_owned(),
        (Reach::Sentence, true) => "in one sentence with and before".to_owned(),
        (Reach::Paragraph, false) => "in one paragraph with".to_owned(),
        (Reach::Paragraph, true) => "in one paragraph with and before".to_owned(),
    };
    format!("{left} stands {place} {right}")
}

/// What a part with passages finds, as a noun.
fn passage(query: &Query) -> String {
    match query {
        Query::Term(word) => term(word),
        Query::Phrase(parts) => phrase(parts),
        Query::Regex(expression) => format!("text that matches `{}`", expression.as_str()),
        Query::Money(range) => {
            let currency = range.currency.map(|code| code.map(char::from).iter().collect::<String>());
            let currency = currency.map(|code| format!(" in {code}")).unwrap_or_default();
            match (range.amount.least, range.amount.most) {
                (None, None) => format!("any amount of money{currency}"),
                _ => format!("an amount of money{currency} of {}", numbers(range.amount)),
            }
        }
        Query::Day(range) => format!("a day written in the text, {}", days(*range)),
        Query::Or(parts) => alternatives(parts.iter().map(|part| match part {
            Query::And(_) => format!("({})", passage(part)),
            other => passage(other),
        })),
        Query::And(parts) => {
            let (without, with): (Vec<_>, Vec<_>) = parts.iter().partition(|part| matches!(part, Query::Not(_)));
            let with: Vec<String> = with.into_iter().map(passage).collect();
            let without = without.into_iter().map(|part| match part {
                Query::Not(inner) => format!(" without {}", passage(inner)),
                other => passage(other),
            });
            format!("each of {}{}", with.join(" and "), without.collect::<String>())
        }
        Query::Near(_) | Query::Edge(_) => format!("the passage where {}", clause(query)),
        other => noun(other),
    }
}

/// Any part as a noun.
fn noun(query: &Query) -> String {
    if query.has_passages() { passage(query) } else { format!("what makes it true that {}", part(query)) }
}

fn alternatives(parts: impl Iterator<Item = String>) -> String {
    let parts: Vec<String> = parts.collect();
    match parts.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        _ => parts.concat(),
    }
}

fn phrase(parts: &[Query]) -> String {
    let words: Option<Vec<&str>> = parts
        .iter()
        .map(|part| match part {
            Query::Term(Term::Word(word)) => Some(word.as_str()),
            _ => None,
        })
        .collect();
    match words {
        Some(words) => format!("the phrase *{}*", words.join(" ")),
        None => {
            let parts: Vec<String> = parts
                .iter()
                .map(|part| if matches!(part, Query::Or(_)) { format!("({})", passage(part)) } else { passage(part) })
                .collect();
            format!("the phrase of {}", parts.join(" followed by "))
        }
    }
}

fn term(term: &Term) -> String {
    match term {
        Term::Word(word) => format!("*{word}*"),
        Term::Exact(word) => format!("*{word}* written just so"),
        Term::Wildcard(pattern) => wildcard(pattern),
        Term::Regex(expression) => format!("a word that matches `{}`", expression.as_str()),
        Term::Fuzzy { word, edits } => {
            format!("*{word}* or a word at most {} from it", counted(u32::from(*edits), "letter"))
        }
        Term::Stem { word, language } if *language == StemLanguage::default() => format!("any form of *{word}*"),
        Term::Stem { word, language } => format!("any form of *{word}* (language {language})"),
        Term::Synonyms(word) => format!("*{word}* or a synonym of the matter's list"),
        Term::Number(range) => match (range.least, range.most) {
            (None, None) => "any number".to_owned(),
            _ => format!("a number {}", numbers(*range)),
        },
    }
}

fn wildcard(pattern: &Pattern) -> String {
    let text = pattern.as_str();
    let inner = text.trim_matches('*');
    if inner.contains(['*', '?']) {
        return format!("a word of the form `{text}`");
    }
    match (text.starts_with('*'), text.ends_with('*')) {
        (true, true) => format!("a word with *{inner}* in it"),
        (true, false) => format!("a word ending in *{inner}*"),
        _ => format!("a word beginning with *{inner}*"),
    }
}

fn hits(hits: &Hits) -> String {
    let of = noun(&hits.of);
    match (hits.least, hits.most) {
        (least, None) => format!("there are at least {} of {of}", counted(least, "hit")),
        (0, Some(most)) => format!("there are at most {} of {of}", counted(most, "hit")),
        (least, Some(most)) if least == most => format!("there are exactly {} of {of}", counted(most, "hit")),
        (least, Some(most)) => format!("there are {least} to {} of {of}", counted(most, "hit")),
    }
}

fn sample(sample: &Sample) -> String {
    let size = match sample.size {
        SampleSize::Documents(documents) => counted(documents, "document"),
        percent @ SampleSize::HundredthsOfPercent(_) => percent.to_string(),
    };
    format!("a sample of {size}, the same each time, of: {}", explain(&sample.of))
}

fn relation(relation: Relation) -> &'static str {
    match relation {
        Relation::Family => "the rest of their families",
        Relation::Thread => "the rest of their conversations",
        Relation::Duplicates => "their duplicates",
    }
}

fn predicate(predicate: &Predicate) -> String {
    match predicate {
        Predicate::Tag(name) => format!("it is coded *{name}*"),
        Predicate::Coded { by, at, stage } => {
            let stage = stage.as_ref().map(|stage| format!(" in the stage *{stage}*")).unwrap_or_default();
            format!("it was coded{}{stage}", made(by.as_deref(), *at))
        }
        Predicate::Annotated { by, at, concept } => {
            let concept = concept.as_ref().map(|concept| format!(" with *{concept}*")).unwrap_or_default();
            let made = made(by.as_deref(), *at);
            let written = if made.is_empty() { made } else { format!(" written{made}") };
            format!("it has an annotation{concept}{written}")
        }
        Predicate::Note(query) => format!("it has a note in which {}", part(query)),
        Predicate::Conflict { concept: None } => "reviewers decided differently about it".to_owned(),
        Predicate::Conflict { concept: Some(name) } => format!("reviewers decided differently about it and *{name}*"),
        Predicate::Batch(name) => format!("it is in the batch *{name}*"),
        Predicate::Saved(name) => format!("the saved search *{name}* finds it"),
        Predicate::Report { name, term: None } => format!("a term of the hit report *{name}* finds it"),
        Predicate::Report { name, term: Some(term) } => format!("term {term} of the hit report *{name}* finds it"),
        Predicate::List(name) => format!("it is on the list *{name}*"),
        Predicate::Numbers(ranges) => {
            let shown = ranges.iter().map(|(first, last)| {
                if first == last { format!("*{first}*") } else { format!("from *{first}* to *{last}*") }
            });
            format!("its control number is {}", alternatives(shown))
        }
    }
}

/// By whom and when.
fn made(by: Option<&str>, at: Option<DateRange>) -> String {
    let by = by.map(|by| format!(" by *{by}*")).unwrap_or_default();
    let at = at.map(|at| format!(" {}", days(at))).unwrap_or_default();
    format!("{by}{at}")
}

fn days(range: DateRange) -> String {
    match range.ends() {
        (Some(first), Some(last)) if first == last => format!("on {first}"),
        (Some(first), Some(last)) => format!("from {first} to {last}"),
        (Some(first), None) => format!("on or after {first}"),
        (None, Some(last)) => format!("on or before {last}"),
        (None, None) => "on any day".to_owned(),
    }
}

fn numbers(range: NumberRange) -> String {
    match (range.least, range.most) {
        (Some(least), Some(most)) if least == most => format!("exactly {}", shown(least)),
        (Some(least), Some(most)) => format!("from {} to {}", shown(least), shown(most)),
        (Some(least), None) => format!("at least {}", shown(least)),
        (None, Some(most)) => format!("at most {}", shown(most)),
        (None, None) => "known".to_owned(),
    }
}

fn counted(number: u32, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::parse::generators::query;
    use crate::parse::{Dialect, parse};

    #[track_caller]
    fn check(written: &str, expected: &str) {
        assert_eq!(explain(&parse(Dialect::Redwell, written).unwrap().query), expected, "{written}");
    }

    #[test]
    fn words_and_proximity() {
        check("", "every document");
        check("breach", "documents where *breach* occurs");
        check(
            "(breach OR default) w/5 notice",
            "documents where *breach* or *default* stands within 5 words of *notice*",
        );
        check("breach pre/1 notice", "documents where *breach* stands at most 1 word before *notice*");
        check(
            "\"material breach\" w/s cure*",
            "documents where the phrase *material breach* stands in one sentence with a word beginning with *cure*",
        );
        check("a NOT w/5 b", "documents where *a* stands, and nowhere within 5 words of it *b*");
        check("a NOT pre/p b", "documents where *a* stands, and nowhere after it in its paragraph *b*");
        check(
            "(a w/3 b) w/5 c",
            "documents where the passage where *a* stands within 3 words of *b* stands within 5 words of *c*",
        );
        check("(a AND b NOT d) w/5 c", "documents where each of *a* and *b* without *d* stands within 5 words of *c*");
        check("first(10, a OR b)", "documents where *a* or *b* stands among the first 10 words");
        check("\"x (a|b c)\"", "documents where the phrase of *x* followed by (*a* or the phrase *b c*) occurs");
        check(
            "=IT breach~1",
            "documents where *IT* written just so occurs, and *breach* or a word at most 1 letter from it occurs",
        );
    }

    #[test]
    fn conditions() {
        check(
            "a AND (b OR type:pdf) NOT c",
            "documents where *a* occurs, (*b* occurs, or the field *type* has *pdf*), and *c* does not occur",
        );
        check(
            "date:2001-05..2001-08 pages:>=10",
            "documents where the date *date* is from 2001-05-01 to 2001-08-31, and the number *pages* is at least 10",
        );
        check("hits(breach) >= 3", "documents where there are at least 3 hits of *breach*");
        check("tag:Hot +family", "documents where it is coded *Hot*, together with the rest of their families");
        check("sample(5%, a, 7)", "a sample of 5%, the same each time, of: documents where *a* occurs");
        check("coded:(by=ann at=2026-03)", "documents where it was coded by *ann* from 2026-03-01 to 2026-03-31");
        check("annotated:Indemnity", "documents where it has an annotation with *Indemnity*");
        check(
            "annotated:(by=ann at=2026-03-01 concept=Indemnity)",
            "documents where it has an annotation with *Indemnity* written by *ann* on 2026-03-01",
        );
        check("money(USD 5m..)", "documents where an amount of money in USD of at least 5000000 occurs");
        check("number:(A-1..A-3, A-9)", "documents where its control number is from *A-1* to *A-3* or *A-9*");
    }

    proptest! {
        #[test]
        fn every_query_has_a_sentence(query in query()) {
            prop_assert!(!explain(&query).is_empty());
        }
    }
}
