//! What the dialects cut a query into and walk along: pieces with their places, and the pieces that look alike in all of
//! them (spaces, quotation marks, citations, distances, expansions).
//!
//! Which pieces there are, and what they are called, is each dialect's own affair.

use super::SyntaxError;
use super::node::{Warnings, check_bracket, ends_early, error};
use crate::query::{MAX_DISTANCE, Reach, Relation};

/// One piece of a query and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token<K> {
    pub(super) kind: K,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What is said of a bracket nobody closed.
pub(super) const UNCLOSED: &str = "this `(` is never closed; add a `)`";

/// The pieces of a query, and how far they were read.
#[derive(Debug)]
pub(super) struct Pieces<K> {
    all: Vec<Token<K>>,
    at: usize,
    /// The length of the query.
    length: usize,
    /// The piece that closes a bracket.
    close: K,
}

impl<K: Clone + PartialEq> Pieces<K> {
    /// The pieces of a query so long, in which `close` closes brackets.
    pub(super) fn new(all: Vec<Token<K>>, length: usize, close: K) -> Self {
        Self { all, at: 0, length, close }
    }

    /// The same without the signs that stand before the beginning of an operand: `§ 12.3` is read as `12.3`.
    pub(super) fn without_signs(
        mut self,
        is_sign: impl Fn(&K) -> bool,
        begins: impl Fn(&K) -> bool,
        warnings: &mut Warnings,
    ) -> Self {
        let mut kept: Vec<Token<K>> = Vec::with_capacity(self.all.len());
        for token in self.all.into_iter().rev() {
            if is_sign(&token.kind) && kept.last().is_some_and(|next| begins(&next.kind)) {
                warn_of_sign(token.start, token.end, warnings);
            } else {
                kept.push(token);
            }
        }
        kept.reverse();
        self.all = kept;
        self
    }

    /// The next piece, without moving on.
    pub(super) fn peek(&self) -> Option<&Token<K>> {
        self.all.get(self.at)
    }

    /// What the piece so many ahead is.
    pub(super) fn kind(&self, ahead: usize) -> Option<&K> {
        self.all.get(self.at + ahead).map(|token| &token.kind)
    }

    /// Where the next piece begins; the length of the query when there is none.
    pub(super) fn position(&self) -> usize {
        self.peek().map_or(self.length, |token| token.start)
    }

    /// The next piece, which an operand must begin with.
    pub(super) fn next(&mut self) -> Result<Token<K>, SyntaxError> {
        let token = self.peek().cloned().ok_or_else(|| ends_early(self.length))?;
        self.at += 1;
        Ok(token)
    }

    /// Passes over so many pieces.
    pub(super) fn skip(&mut self, pieces: usize) {
        self.at += pieces;
    }

    /// Passes over the next piece when it is this.
    pub(super) fn pass(&mut self, wanted: &K) -> bool {
        let is_next = self.kind(0) == Some(wanted);
        self.at += usize::from(is_next);
        is_next
    }

    /// Checks that something stands after the `(` at `start`, which was passed over.
    pub(super) fn enter(&self, start: usize, depth: usize, unclosed: &str) -> Result<(), SyntaxError> {
        check_bracket(start, depth, self.kind(0).map(|kind| *kind == self.close), unclosed)
    }

    /// Passes over the `)` of the bracket at `start`: where it ends.
    pub(super) fn leave(&mut self, start: usize, unclosed: &str) -> Result<usize, SyntaxError> {
        match self.all.get(self.at) {
            Some(Token { kind, end, .. }) if *kind == self.close => {
                self.at += 1;
                Ok(*end)
            }
            _ => Err(error(start, unclosed)),
        }
    }
}

/// Says that a sign was passed over.
pub(super) fn warn_of_sign(start: usize, end: usize, warnings: &mut Warnings) {
    warnings.note(start, end, "signs like this one are not searched; it was passed over");
}

/// Whether a character stands between words and means nothing.
pub(super) fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

/// Quotation marks that open and close a phrase.
pub(crate) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟')
}

/// Whether the quote at `at` is part of a word: UAX #29 keeps `"` inside Hebrew acronyms such as `צה"ל`.
pub(crate) fn glued_quote(chars: &[char], at: usize) -> bool {
    let hebrew = |i: usize| chars.get(i).is_some_and(|c| ('\u{5d0}'..='\u{5ea}').contains(c));
    chars.get(at) == Some(&'"') && at > 0 && hebrew(at - 1) && hebrew(at + 1)
}

/// That the quotation mark at `open` has no other.
pub(super) fn unclosed_quote(open: usize) -> SyntaxError {
    error(open, "this quotation mark is never closed; add another at the end of the phrase")
}

/// What stands between the quote at `open` and the next one, and where reading goes on.
pub(super) fn quoted(chars: &[char], open: usize) -> Result<(String, usize), SyntaxError> {
    let close = (open + 1..chars.len())
        .find(|&at| is_quote(chars[at]) && !glued_quote(chars, at))
        .ok_or_else(|| unclosed_quote(open))?;
    Ok((chars[open + 1..close].iter().collect(), close + 1))
}

/// Where the bracket of a citation such as `12.3(a)` ends, when one opens there: directly after a word, with nothing but
/// letters and digits inside.
pub(super) fn end_of_citation(chars: &[char], open: usize) -> Option<usize> {
    if chars.get(open) != Some(&'(') {
        return None;
    }
    let inside = |c: &char| c.is_alphanumeric() || matches!(c, '*' | '?');
    let close = open + 1 + chars[open + 1..].iter().take_while(|c| inside(c)).count();
    (close > open + 1 && chars.get(close) == Some(&')')).then_some(close + 1)
}

/// The expansion written at a plus sign, and where it ends: `+family`, `+thread`, `+duplicates`.
pub(super) fn relation_at(chars: &[char], plus: usize) -> Option<(Relation, usize)> {
    [Relation::Family, Relation::Thread, Relation::Duplicates].into_iter().find_map(|relation| {
        let end = plus + 1 + relation.as_str().len();
        let written = chars.get(plus + 1..end)?;
        let same = relation.as_str().chars().eq(written.iter().map(char::to_ascii_lowercase));
        let closed = chars.get(end).is_none_or(|c| !c.is_alphanumeric() && !matches!(c, '_' | '\'' | '’'));
        (same && closed).then_some((relation, end))
    })
}

/// The expansion a piece that begins with a plus sign is as a whole.
pub(super) fn relation(piece: &str) -> Option<Relation> {
    let chars: Vec<char> = piece.starts_with('+').then(|| piece.chars().collect())?;
    relation_at(&chars, 0).filter(|(_, end)| *end == chars.len()).map(|(relation, _)| relation)
}

/// How far the operator `operator` at `start` reaches, by what stands after its `/` or the like: `5`, `s` or `p`. `None`
/// when that makes it no operator.
pub(super) fn reach(written: &str, operator: &str, start: usize) -> Result<Option<Reach>, SyntaxError> {
    match written {
        "s" | "S" => return Ok(Some(Reach::Sentence)),
        "p" | "P" => return Ok(Some(Reach::Paragraph)),
        _ if written.is_empty() || !written.bytes().all(|b| b.is_ascii_digit()) => return Ok(None),
        _ => {}
    }
    match written.parse::<u32>() {
        Ok(words) if (1..=MAX_DISTANCE).contains(&words) => Ok(Some(Reach::Words(words))),
        _ => {
            let message = format!("the distance in `{operator}` must be a number of words from 1 to {MAX_DISTANCE}");
            Err(error(start, &message))
        }
    }
}
