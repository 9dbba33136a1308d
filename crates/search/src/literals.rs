//! Words a text must hold for a regular expression to match in it, so that not every text need be read.

use regex_syntax::hir::{Hir, HirKind};

use crate::pattern::Pattern;
use crate::query::Query;
use crate::term::TextRegex;
use crate::words;

/// The fewest letters of a part of a word that is looked up.
const SHORTEST_PART: usize = 3;

/// Words every text holds in which an expression matches; none when nothing is known.
///
/// Taken from the stretches of plain ASCII that every match has: whole words where blanks stand on both sides, parts
/// of words at the ends.
#[must_use]
pub fn needed_words(expression: &TextRegex) -> Vec<Query> {
    let Ok(parsed) = regex_syntax::parse(expression.as_str()) else { return Vec::new() };
    let mut literals = Literals::default();
    literals.walk(&parsed);
    literals.end();
    literals.words
}

#[derive(Default)]
struct Literals {
    stretch: String,
    words: Vec<Query>,
}

impl Literals {
    fn walk(&mut self, part: &Hir) {
        match part.kind() {
            HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
                Ok(text) if text.is_ascii() => self.stretch.push_str(text),
                _ => self.end(),
            },
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.walk(part)),
            HirKind::Capture(capture) => self.walk(&capture.sub),
            HirKind::Repetition(repeated) if repeated.min > 0 => {
                self.end();
                self.walk(&repeated.sub);
                self.end();
            }
            _ => self.end(),
        }
    }

    /// The stretch ends here.
    fn end(&mut self) {
        let stretch = std::mem::take(&mut self.stretch);
        let chunks: Vec<&str> = stretch.split([' ', '\n', '\t']).collect();
        for (at, chunk) in chunks.iter().enumerate() {
            if at > 0 && at + 1 < chunks.len() {
                self.words.extend(words::words(chunk).map(|word| Query::word(word.folded())));
                continue;
            }
            let parts = chunk.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| part.len() >= SHORTEST_PART);
            self.words.extend(parts.filter_map(|part| Pattern::new(&format!("*{part}*"))).map(Query::wildcard));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(expression: &str, expected: &[&str]) {
        let found = needed_words(&TextRegex::new(expression).unwrap());
        assert_eq!(found.iter().map(ToString::to_string).collect::<Vec<_>>(), expected, "{expression}");
    }

    #[test]
    fn plain_stretches_must_be_there() {
        check(r"clause \d+", &["*clause*"]);
        check(r"the Material breach of", &["*the*", "material", "breach"]);
        check(r"(section) (4|5)", &["*section*"]);
        check(r"a|b", &[]);
        check(r"(abc)+d?", &["*abc*"]);
        check(r"(abc)?", &[]);
        check(r"(?i)abc", &[]);
        check(r"see annex\.docx now", &["*see*", "annex.docx", "*now*"]);
    }
}
