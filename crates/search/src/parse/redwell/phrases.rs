//! What stands between quotation marks: words, wildcards, and alternatives in brackets, as in
//! `"material (breach|default|event of default) by"`.
//!
//! Brackets without a `|` are punctuation, as they are in a text: passages of documents are pasted between quotes.

use std::collections::{BTreeMap, BTreeSet};

use super::error;
use crate::parse::{MAX_DEPTH, SyntaxError, terms};
use crate::query::Query;

/// The words between the quotes of which the first is at `quote`.
pub(super) fn phrase(text: &str, quote: usize) -> Result<Query, SyntaxError> {
    let chars: Vec<char> = text.chars().collect();
    let groups = Groups::of(&chars);
    let mut reader = Reader { chars: &chars, groups, at: 0, offset: quote + 1 };
    let parts = reader.sequence(0)?;
    if parts.is_empty() {
        return Err(error(
            quote,
            "there is no word between these quotation marks; only letters and digits are searched",
        ));
    }
    Ok(Query::phrase(parts))
}

/// Which brackets hold alternatives: those with a `|` of their own.
struct Groups {
    /// For each opening bracket, its closing one.
    closing: BTreeMap<usize, usize>,
    /// The closing ones.
    ends: BTreeSet<usize>,
}

impl Groups {
    fn of(chars: &[char]) -> Self {
        let mut open: Vec<(usize, bool)> = Vec::new();
        let mut closing = BTreeMap::new();
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
                        closing.insert(start, at);
                    }
                }
                _ => {}
            }
        }
        let ends = closing.values().copied().collect();
        Self { closing, ends }
    }
}

struct Reader<'p> {
    chars: &'p [char],
    groups: Groups,
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
        while let Some(c) = self.chars.get(self.at) {
            if depth > 0 && (*c == '|' || self.groups.ends.contains(&self.at)) {
                break;
            }
            let Some(&close) = self.groups.closing.get(&self.at) else {
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
