//! From a list as pasted to the terms of a report: comments left out, each term read by itself.

use redwell_search::translate::{Verdict, translate_list};
use redwell_search::{Dialect, Query, parse};

/// One term of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Term {
    /// Its number in the report, from 1.
    pub number: u32,
    /// Its line in the list, from 1.
    pub line: u32,
    /// What the list calls it.
    pub name: Option<String>,
    /// The term as given.
    pub written: String,
    /// What there is to say about how it was read.
    pub messages: Vec<String>,
    /// What it means, if it could be read.
    pub reading: Reading,
}

/// How a term was read.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// It is a query.
    Read {
        /// The query.
        query: Query,
        /// How it prints.
        canonical: String,
        /// How well it could be read.
        verdict: Verdict,
    },
    /// It is none; says why.
    Unreadable(String),
}

/// Reads a list: terms one a line with comments, or a CSV.
#[must_use]
pub fn read(list: &str, dialect: Dialect) -> Vec<Term> {
    let lines = translate_list(list, dialect).into_iter().filter(|line| line.verdict != Verdict::Comment);
    let term = |(number, line): (u32, redwell_search::translate::LineVerdict)| {
        let mut messages = line.messages;
        let why = |messages: &mut Vec<String>| messages.pop().unwrap_or_else(|| "this is no query".to_owned());
        let reading = if line.verdict == Verdict::Error {
            Reading::Unreadable(why(&mut messages))
        } else {
            // What a dialect reads is printed in ours, so that the report holds one language only.
            match parse(Dialect::Redwell, &line.canonical) {
                Ok(parsed) => Reading::Read { query: parsed.query, canonical: line.canonical, verdict: line.verdict },
                Err(error) => Reading::Unreadable(error.message),
            }
        };
        Term { number, line: line.line, name: line.name, written: line.written.trim().to_owned(), messages, reading }
    };
    (1..).zip(lines).map(term).collect()
}

/// Adds to the messages of each term what there is to say of its query besides, so that a report keeps it.
pub fn tell(terms: &mut [Term], told: &dyn Fn(&Query) -> Vec<String>) {
    for term in terms {
        if let Reading::Read { query, .. } = &term.reading {
            term.messages.extend(told(query));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(list: &str, dialect: Dialect, expected: &[(u32, u32, &str, &str)]) {
        let terms = read(list, dialect);
        let row = |term: &Term| {
            let shown = match &term.reading {
                Reading::Read { canonical, .. } => canonical.clone(),
                Reading::Unreadable(_) => "!".to_owned(),
            };
            (term.number, term.line, term.written.clone(), shown)
        };
        let found: Vec<_> = terms.iter().map(row).collect();
        let found: Vec<_> = found
            .iter()
            .map(|(number, line, written, shown)| (*number, *line, written.as_str(), shown.as_str()))
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn terms_are_numbered_and_comments_left_out() {
        check(
            "\u{feff}# agreed list\n\n price \r\n\"late delivery\"\n",
            Dialect::Redwell,
            &[(1, 3, "price", "price"), (2, 4, "\"late delivery\"", "\"late delivery\"")],
        );
        check(
            "term,name\n\"breach, cure\",A\n(,B\n",
            Dialect::Redwell,
            &[(1, 2, "breach, cure", "breach AND cure"), (2, 3, "(", "!")],
        );
        check("# nothing\n", Dialect::Redwell, &[]);
        check("material breach", Dialect::DtSearch, &[(1, 1, "material breach", "\"material breach\"")]);
    }
}
