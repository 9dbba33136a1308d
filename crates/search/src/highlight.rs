//! The terms of a query, to be marked each by itself: in a list of terms every one has a colour and a number of its own.

use crate::query::Query;

/// The most terms a query is taken apart into.
pub const MAX_TERMS: usize = 200;

/// The parts of a query that have passages in the text, each once, in the order written. What stands under `NOT` is none.
#[must_use]
pub fn terms(query: &Query) -> Vec<&Query> {
    let mut found = Vec::new();
    collect(query, &mut found);
    found
}

fn collect<'q>(query: &'q Query, found: &mut Vec<&'q Query>) {
    match query {
        Query::Not(_) | Query::Field { .. } => {}
        Query::Or(parts) | Query::And(parts) => parts.iter().for_each(|part| collect(part, found)),
        part if part.has_passages() => {
            if found.len() < MAX_TERMS && !found.contains(&part) {
                found.push(part);
            }
        }
        other => other.parts().for_each(|part| collect(part, found)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::{Dialect, parse};

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let query = parse(Dialect::Redwell, text).unwrap().query;
        assert_eq!(terms(&query).iter().map(ToString::to_string).collect::<Vec<_>>(), expected, "{text}");
    }

    #[test]
    fn every_part_in_the_text_is_a_term() {
        check("price OR \"unit cost\" OR (a w/5 b)", &["price", "\"unit cost\"", "a w/5 b"]);
        check("(a OR b) AND c NOT d", &["a", "b", "c"]);
        check("a OR a OR type:pdf OR tag:Hot", &["a"]);
        check("hits(a OR b) > 2 ANDANY c", &["a", "b", "c"]);
        check("type:pdf", &[]);
        check("", &[]);
    }
}
