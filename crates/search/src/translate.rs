//! A pasted list of search terms, read line by line in the dialect it comes from, with a verdict on each line.
//!
//! A list is lines of text, with blank lines and comments (`//`, or `#` and a space), numbered or not; or a CSV with a
//! column called `term`, `query` or `search`, and perhaps one called `name`. Nothing is left out of the answer: what is
//! no term comes back as the comment it is.

pub(crate) mod table;

use serde::{Deserialize, Serialize};

use crate::explain::explain;
use crate::parse::{Dialect, WarningKind, parse};

/// One line of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineVerdict {
    /// Its line in the list, from 1; of a term over several lines, the first.
    pub line: u32,
    /// What the list calls the term, where it has names.
    pub name: Option<String>,
    /// The line as pasted, or the term of a row.
    pub written: String,
    /// The term in the `redwell` dialect; empty where there is none.
    pub canonical: String,
    /// The term in a sentence; empty where there is none.
    pub explanation: String,
    /// How well it could be read.
    pub verdict: Verdict,
    /// What there is to say about it: warnings, or why it could not be read.
    pub messages: Vec<String>,
}

/// How well a term could be read, from best to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// No term: a comment, a heading or a blank line.
    Comment,
    /// It means exactly what it means where it comes from, as far as anybody documents that.
    Exact,
    /// It can be read in more than one way; the messages say which was taken.
    Ambiguous,
    /// It means nearly what it means where it comes from.
    Approximate,
    /// It could not be read.
    Error,
}

impl Verdict {
    /// Its name in JSON and CSV.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Comment => "comment",
            Self::Exact => "exact",
            Self::Ambiguous => "ambiguous",
            Self::Approximate => "approximate",
            Self::Error => "error",
        }
    }
}

/// Reads a list of terms, one verdict for each line or row.
#[must_use]
pub fn translate_list(text: &str, from: Dialect) -> Vec<LineVerdict> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match table::read(text) {
        Some(rows) => rows.into_iter().map(|row| verdict(row.line, row.name, &row.term, from)).collect(),
        None => (1..).zip(text.lines()).map(|(line, written)| verdict(line, None, written, from)).collect(),
    }
}

/// The answer as a CSV for people to keep: one row a line, with a heading.
#[must_use]
pub fn list_to_csv(lines: &[LineVerdict]) -> String {
    let mut csv = String::from("line,name,written,canonical,explanation,verdict,messages\r\n");
    for line in lines {
        let cells = [
            line.line.to_string(),
            line.name.clone().unwrap_or_default(),
            line.written.clone(),
            line.canonical.clone(),
            line.explanation.clone(),
            line.verdict.as_str().to_owned(),
            line.messages.join(" | "),
        ];
        csv.push_str(&cells.map(|cell| table::cell(&cell)).join(","));
        csv.push_str("\r\n");
    }
    csv
}

fn verdict(line: u32, name: Option<String>, written: &str, from: Dialect) -> LineVerdict {
    let mut messages = Vec::new();
    let mut found = LineVerdict {
        line,
        name,
        written: written.to_owned(),
        canonical: String::new(),
        explanation: String::new(),
        verdict: Verdict::Comment,
        messages: Vec::new(),
    };
    let trimmed = written.trim();
    if trimmed.is_empty() || is_comment(trimmed, from) {
        return found;
    }
    let (number, term) = without_number(trimmed);
    if let Some(number) = number {
        messages.push(format!("`{number}` at the beginning was taken for the number of the line"));
    }
    match parse(from, term) {
        Ok(parsed) => {
            let worst = parsed.warnings.iter().map(|warning| warning.kind).max();
            found.verdict = match worst {
                Some(WarningKind::Approximate) => Verdict::Approximate,
                Some(WarningKind::Ambiguous) => Verdict::Ambiguous,
                Some(WarningKind::Note) | None => Verdict::Exact,
            };
            found.explanation = explain(&parsed.query);
            found.canonical = parsed.canonical;
            messages.extend(parsed.warnings.into_iter().map(|warning| warning.message));
        }
        Err(why) => {
            found.verdict = Verdict::Error;
            messages.push(format!("character {}: {}", why.position + 1, why.message));
        }
    }
    found.messages = messages;
    found
}

/// Whether a line is for people. In dtSearch `#smith` searches by sound.
fn is_comment(line: &str, from: Dialect) -> bool {
    match line.strip_prefix('#') {
        Some(rest) => from != Dialect::DtSearch || !rest.starts_with(char::is_alphanumeric),
        None => line.starts_with("//"),
    }
}

/// The number of a line, as in `12. breach` or `(3) breach`, and the rest.
fn without_number(line: &str) -> (Option<&str>, &str) {
    let after_bracket = line.strip_prefix('(').unwrap_or(line);
    let digits = after_bracket.bytes().take_while(u8::is_ascii_digit).count();
    let rest = &after_bracket[digits..];
    let is_numbered = (1..=4).contains(&digits)
        && match rest.as_bytes() {
            [b')', b' ' | b'\t', ..] => true,
            [b'.', b' ' | b'\t', ..] => after_bracket.len() == line.len(),
            _ => false,
        };
    if !is_numbered {
        return (None, line);
    }
    let number = line.len() - rest.len() + 1;
    (Some(&line[..number]), line[number..].trim_start())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(list: &str, from: Dialect, expected: &[(u32, &str, &str)]) {
        let lines = translate_list(list, from);
        let found: Vec<_> =
            lines.iter().map(|line| (line.line, line.verdict.as_str(), line.canonical.as_str())).collect();
        assert_eq!(found, expected, "{lines:?}");
    }

    #[test]
    fn lines_are_terms() {
        check(
            "// Terms of May\n\nmaterial breach\nbreach and notice or cure\n#smith\n# a comment\nba%nana\n3. waiver\n(4) cure",
            Dialect::DtSearch,
            &[
                (1, "comment", ""),
                (2, "comment", ""),
                (3, "exact", "\"material breach\""),
                (4, "ambiguous", "(breach AND notice) OR cure"),
                (5, "error", ""),
                (6, "comment", ""),
                (7, "approximate", "banana~1"),
                (8, "exact", "waiver"),
                (9, "exact", "cure"),
            ],
        );
        let numbered = translate_list("3. waiver", Dialect::DtSearch);
        assert_eq!(numbered[0].messages, ["`3.` at the beginning was taken for the number of the line"]);
        assert_eq!(numbered[0].explanation, "documents where *waiver* occurs");
        check("12.3(a)\n(10) (b)", Dialect::Redwell, &[(1, "exact", "\"12.3 a\""), (2, "exact", "b")]);
    }

    #[test]
    fn tables_have_a_column_of_terms() {
        let list =
            "Name,Search Term\r\nBreach,\"breach /5 \"\"cure period\"\"\"\r\nTwo lines,\"a &\nb\"\r\n,\r\nthird,\r\n";
        let lines = translate_list(list, Dialect::Westlaw);
        let found: Vec<_> =
            lines.iter().map(|line| (line.line, line.name.as_deref(), line.canonical.as_str())).collect();
        assert_eq!(
            found,
            [
                (2, Some("Breach"), "breach w/5 \"cure period\""),
                (3, Some("Two lines"), "a AND b"),
                (5, None, ""),
                (6, Some("third"), ""),
            ]
        );
        check("term;id\nbreach;7", Dialect::Redwell, &[(2, "exact", "breach")]);
        check("term", Dialect::Redwell, &[(1, "exact", "term")]);
        check("breach, term\ncure", Dialect::Redwell, &[(1, "exact", "breach AND term"), (2, "exact", "cure")]);
    }

    #[test]
    fn the_answer_is_a_table() {
        let csv = list_to_csv(&translate_list("a w/5 \"b c\"\n=IT", Dialect::Redwell));
        let expected = "line,name,written,canonical,explanation,verdict,messages\r\n\
            1,,\"a w/5 \"\"b c\"\"\",\"a w/5 \"\"b c\"\"\",documents where *a* stands within 5 words of the phrase *b c*,exact,\r\n\
            2,,'=IT,'=IT,documents where *IT* written just so occurs,exact,\r\n";
        assert_eq!(csv, expected);
    }

    proptest! {
        #[test]
        fn no_line_is_lost(lines in prop::collection::vec("[a-z0-9#/.()%&\" ]{0,12}", 1..8)) {
            let list = lines.join("\n");
            for dialect in Dialect::ALL {
                let found = translate_list(&list, dialect);
                prop_assert_eq!(found.len(), list.lines().count());
            }
        }
    }
}
