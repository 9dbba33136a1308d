//! What stands between quotation marks: words, wildcards, and alternatives in brackets, as in
//! `"material (breach|default|event of default) by"`.
//!
//! Brackets without a `|` are punctuation, as they are in a text: passages of documents are pasted between quotes.

use super::error;
use crate::parse::{MAX_DEPTH, SyntaxError, terms};
use crate::query::Query;

/// The words between the quotes of which the first is at `quote`.
pub(super) fn phrase(text: &str, quote: usize) -> Result<Query, SyntaxError> {
    let chars: Vec<char> = text.chars().collect();
    let inside = if chars.contains(&'|') { alternatives_in(&chars) } else { Vec::new() };
    let mut reader = Reader { chars: &chars, inside, at: 0, offset: quote + 1 };
    let parts = reader.sequence(0)?;
    if parts.is_empty() {
        return Err(error(
            quote,
            "there is no word between these quotation marks; only letters and digits are searched",
        ));
    }
    Ok(Query::phrase(parts))
}

/// Which opening brackets hold alternatives, with their closing ones: those with a `|` of their own, in order of the
/// opening bracket.
fn alternatives_in(chars: &[char]) -> Vec<(usize, usize)> {
    let mut open: Vec<(usize, bool)> = Vec::new();
    let mut found = Vec::new();
    for (at, c) in chars.iter().enumerate() {
        match c {
            '(' => open.push((at, false)),
            '|' => {
                if let Some(last) = open.last_mut() {
                    last.1 = true;
                }
            }
            ')' => {
                if let Some((start, true)) = open.pop() {
                    found.push((start, at));
                }
            }
            _ => {}
        }
    }
    found.sort_unstable();
    found
}

struct Reader<'p> {
    chars: &'p [char],
    /// Brackets that hold alternatives.
    inside: Vec<(usize, usize)>,
    at: usize,
    /// Where the text begins in the query.
    offset: usize,
}

impl Reader<'_> {
    /// Words and alternatives, up to the end of the text, or of one alternative.
    fn sequence(&mut self, depth: usize) -> Result<Vec<Query>, SyntaxError> {
        if depth >= MAX_DEPTH {
            return Err(super::too_deep(self.offset + self.at));
        }
        let mut parts = Vec::new();
        let mut start = self.at;
        let closes = |reader: &Self| reader.inside.iter().any(|(_, close)| *close == reader.at);
        while let Some(c) = self.chars.get(self.at) {
            if depth > 0 && (*c == '|' || closes(self)) {
                break;
            }
            let group = self.inside.binary_search_by_key(&self.at, |(open, _)| *open).ok().map(|i| self.inside[i].1);
            let Some(close) = group else {
                self.at += 1;
                continue;
            };
            self.words(start, &mut parts)?;
            parts.push(self.group(close, depth)?);
            start = self.at;
        }
        self.words(start, &mut parts)?;
        Ok(parts)
    }

    /// Alternatives from the bracket reading stands at to the one at `close`.
    fn group(&mut self, close: usize, depth: usize) -> Result<Query, SyntaxError> {
        let mut alternatives = Vec::new();
        while self.at < close {
            self.at += 1;
            let start = self.at;
            let parts = self.sequence(depth + 1)?;
            if parts.is_empty() {
                let message = "there is no word in this alternative; remove its `|` or write a word";
                return Err(error(self.offset + start, message));
            }
            alternatives.push(Query::phrase(parts));
        }
        self.at = close + 1;
        Ok(Query::or(alternatives))
    }

    /// The words from `start` to where reading stands.
    fn words(&self, start: usize, parts: &mut Vec<Query>) -> Result<(), SyntaxError> {
        let written: String = self.chars[start..self.at].iter().collect();
        parts.extend(terms::parts(&written, self.offset + start)?.into_iter().flatten());
        Ok(())
    }
}
