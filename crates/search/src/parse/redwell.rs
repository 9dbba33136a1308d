//! Redwell's own dialect. `docs/query-language.md` is its manual; this file is its grammar.
//!
//! ```text
//! query    = [ andany ]
//! andany   = or { "ANDANY" or }
//! or       = and { "OR" and }
//! and      = not { [ "AND" ] not }
//! not      = { "NOT" } expanded
//! expanded = near { "+family" | "+thread" | "+duplicates" }
//! near     = operand { [ "NOT" ] ( "w/" | "pre/" ) ( N | "s" | "p" ) operand }
//! operand  = "(" andany ")" | phrase | word | "=" word | "/" regex "/" | function | field ":" value
//! ```
//!
//! Operators are recognised in capitals only, because `and`, `or` and `not` are also words of contracts. Functions are
//! in [`functions`], fields in [`fields`].

mod fields;
mod functions;
mod lexer;
mod marked;
mod phrases;

pub(super) use fields::{range, unknown as unknown_field};
pub(super) use functions::exists;
pub(crate) use lexer::PREDICATES;
use lexer::{Kind, Lexer};
pub(super) use marked::parts;

use super::node::{
    Bare, Node, Proximity, Warnings, and_any, bracket_first, check_bracket, combine, ends_early, error, near, negated,
    operator_first, or_of_ands, too_deep, warn_of_row,
};
use super::pieces::{self, UNCLOSED, warn_of_sign};
use super::{SyntaxError, Warning, terms};
use crate::query::Query;
use crate::term::{MAX_EDITS, Term};
use crate::words;

/// One piece of a query and where it stands.
type Token = pieces::Token<Kind>;

/// Reads a query; see [`super::parse()`].
pub(super) fn parse(text: &str) -> Result<(Query, Vec<Warning>), SyntaxError> {
    let chars = super::node::code_points(text)?;
    let mut parser = Parser { lexer: Lexer::new(&chars), within: None, warnings: Warnings::default() };
    if parser.lexer.peek()?.is_none() {
        return Ok((Query::All, Vec::new()));
    }
    let node = parser.andany(0)?;
    if let Some(token) = parser.lexer.peek()? {
        return Err(error(token.start, "this `)` closes nothing; remove it or add a `(`"));
    }
    Ok((node.query, parser.warnings.sorted()))
}

struct Parser<'q> {
    lexer: Lexer<'q>,
    /// The field whose group is being read.
    within: Option<String>,
    warnings: Warnings,
}

impl Parser<'_> {
    fn peek_kind(&mut self) -> Result<Option<&Kind>, SyntaxError> {
        Ok(self.lexer.peek()?.map(|token| &token.kind))
    }

    /// Passes over the next piece when it is this.
    fn pass(&mut self, wanted: &Kind) -> Result<bool, SyntaxError> {
        let is_next = self.peek_kind()? == Some(wanted);
        if is_next {
            self.lexer.next()?;
        }
        Ok(is_next)
    }

    /// What is wanted, and what only adds hits to it.
    fn andany(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let mut node = self.or(depth)?;
        while self.pass(&Kind::AndAny)? {
            node = and_any(node, self.or(depth)?)?;
        }
        Ok(node)
    }

    /// Parts between `OR`s.
    fn or(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let mut nodes = vec![self.and(depth)?];
        while self.pass(&Kind::Or)? {
            nodes.push(self.and(depth)?);
        }
        or_of_ands(nodes, &mut self.warnings)
    }

    /// Parts between `AND`s, written or not.
    fn and(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let mut nodes = vec![self.not(depth)?];
        let mut beside_near = false;
        loop {
            match self.peek_kind()? {
                None | Some(Kind::Or | Kind::AndAny | Kind::Close | Kind::Comma) => break,
                Some(Kind::And) => {
                    self.lexer.next()?;
                    nodes.push(self.not(depth)?);
                }
                Some(kind) => {
                    let explicit_not = *kind == Kind::Not;
                    nodes.push(self.not(depth)?);
                    let pair = &nodes[nodes.len() - 2..];
                    let is_near = pair.iter().any(|node| node.bare == Bare::Near);
                    // Beside a field nobody means a phrase.
                    let are_words = pair.iter().all(|node| node.query.is_operand());
                    beside_near |= is_near && are_words && !explicit_not;
                }
            }
        }
        let expanded = nodes.len() > 1
            && nodes.iter().any(|node| node.bare != Bare::Single && matches!(node.query, Query::Expanded { .. }));
        let node = combine(nodes, Query::and, Bare::And)?;
        if beside_near {
            let message = format!(
                "words side by side are joined by AND: this was read as `{}`; put quotes round words that belong \
                 together",
                node.query
            );
            self.warnings.ambiguous(node.start, node.end, message);
        }
        if expanded {
            let message = format!(
                "`+family`, `+thread` and `+duplicates` widen only the part directly before them: this was read as `{}`; \
                 put brackets round all that is to be widened",
                node.query
            );
            self.warnings.ambiguous(node.start, node.end, message);
        }
        Ok(node)
    }

    /// A part with the `NOT`s before it.
    fn not(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let start = self.lexer.peek()?.map_or(usize::MAX, |token| token.start);
        let mut nots = 0;
        while self.pass(&Kind::Not)? {
            nots += 1;
        }
        negated(self.expanded(depth)?, nots, start)
    }

    /// A part and what goes with its documents.
    fn expanded(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let mut node = self.near(depth)?;
        while let Some(Token { kind: Kind::Expand(by), start: plus, end }) = self.lexer.peek()?.cloned() {
            self.lexer.next()?;
            if let Some(outer) = &self.within {
                let message = format!("`+{by}` cannot stand inside `{outer}:( … )`; close the bracket first");
                return Err(error(plus, &message));
            }
            let start = node.start;
            node = node.grown(start, end, Bare::Near, |of| Query::expanded(of, by))?;
        }
        Ok(node)
    }

    /// Operands between proximity operators, taken from left to right.
    fn near(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let mut node = self.operand(depth)?;
        let mut operators = 0;
        while let Some(how) = self.proximity()? {
            let right = self.operand(depth)?;
            node = near(node, right, how, &mut self.warnings)?;
            operators += 1;
        }
        warn_of_row(&node, operators, &mut self.warnings);
        Ok(node)
    }

    /// A proximity operator, when one is next.
    fn proximity(&mut self) -> Result<Option<Proximity>, SyntaxError> {
        let is_negated = match self.peek_kind()? {
            Some(Kind::Near { .. }) => false,
            Some(Kind::Not) => {
                let before = self.lexer.clone();
                self.lexer.next()?;
                if !matches!(self.peek_kind()?, Some(Kind::Near { .. })) {
                    self.lexer = before;
                    return Ok(None);
                }
                true
            }
            _ => return Ok(None),
        };
        match self.lexer.next()? {
            Some(Token { kind: Kind::Near { reach, is_ordered }, .. }) => {
                Ok(Some(Proximity { reach, is_ordered, is_negated }))
            }
            _ => Ok(None),
        }
    }

    /// A group, phrase, word, function, or field with its value.
    fn operand(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let Some(Token { kind, start, end }) = self.next_but_signs()? else {
            return Err(ends_early(self.lexer.length()));
        };
        let query = match kind {
            Kind::Open => return self.group(start, depth, Self::andany),
            Kind::Quoted(text) => self.quoted(&text, start)?,
            Kind::Bare(text) => self.word(&text, start, end)?,
            Kind::Exact(text) => exact(&text, start)?,
            Kind::Regex(text) => terms::regex(&text, start, &mut self.warnings)?,
            Kind::Field(name) => return self.field(&name, start, end, depth),
            Kind::Function(function) => return self.function(function, start, depth),
            Kind::Close => return Err(bracket_first(start)),
            Kind::Comma => return Err(error(start, "a word is expected before this comma")),
            Kind::And | Kind::Or | Kind::Not | Kind::AndAny | Kind::Near { .. } | Kind::Expand(_) => {
                return Err(operator_first(start));
            }
        };
        Ok(Node::leaf(query, start, end))
    }

    /// The next piece, passing over signs before the beginning of an operand.
    fn next_but_signs(&mut self) -> Result<Option<Token>, SyntaxError> {
        loop {
            let token = self.lexer.next()?;
            let Some(Token { kind: Kind::Bare(text), start, end }) = &token else { return Ok(token) };
            let begins = |kind: &Kind| {
                matches!(
                    kind,
                    Kind::Bare(_) | Kind::Quoted(_) | Kind::Exact(_) | Kind::Regex(_) | Kind::Open | Kind::Function(_)
                )
            };
            if !terms::is_sign(text) || !self.peek_kind()?.is_some_and(begins) {
                return Ok(token);
            }
            warn_of_sign(*start, *end, &mut self.warnings);
        }
    }

    /// What stands after the `(` at `start`, up to its `)`. Commas are punctuation in it.
    fn group(
        &mut self,
        start: usize,
        depth: usize,
        content: fn(&mut Self, usize) -> Result<Node, SyntaxError>,
    ) -> Result<Node, SyntaxError> {
        let outside = std::mem::replace(&mut self.lexer.commas, false);
        let node = self.content(start, depth, content)?;
        self.lexer.commas = outside;
        Ok(node)
    }

    /// The same, without a say on commas.
    fn content(
        &mut self,
        start: usize,
        depth: usize,
        content: fn(&mut Self, usize) -> Result<Node, SyntaxError>,
    ) -> Result<Node, SyntaxError> {
        let closes = self.peek_kind()?.map(|kind| *kind == Kind::Close);
        check_bracket(start, depth, closes, UNCLOSED)?;
        let node = content(self, depth + 1)?;
        match self.lexer.next()? {
            Some(Token { kind: Kind::Close, end, .. }) => Ok(node.bracketed(start, end)),
            Some(Token { kind: Kind::Comma, start, .. }) => {
                Err(error(start, "a comma is not expected here; join with AND or OR, or put the text in quotes"))
            }
            _ => Err(error(start, UNCLOSED)),
        }
    }

    /// What stands between quotes. `"foo:bar"~1` is a word that only quotes can hold.
    fn quoted(&mut self, text: &str, start: usize) -> Result<Query, SyntaxError> {
        let Some((edits, at)) = self.lexer.directly('~') else { return phrases::phrase(text, start) };
        if words::words(text).count() == 1 {
            return fuzzy(text, &edits, start);
        }
        Err(misplaced_tilde(at))
    }

    /// A bare word.
    fn word(&mut self, text: &str, start: usize, end: usize) -> Result<Query, SyntaxError> {
        if text.starts_with('~') {
            return Err(misplaced_tilde(start));
        }
        if let Some((word, edits)) = text.rsplit_once('~')
            && (edits.is_empty() || edits.bytes().all(|b| b.is_ascii_digit()))
            && words::words(word).next().is_some()
        {
            return fuzzy(word, edits, start);
        }
        let Some(parts) = terms::parts(text, start)? else {
            let instead = match text {
                "&" | "&&" | "+" => "write AND",
                "|" | "||" => "write OR",
                "!" | "%" | "-" => "write NOT to leave documents out",
                _ => "remove it",
            };
            return Err(error(start, &format!("`{text}` holds no letter or digit to search for; {instead}")));
        };
        let query = Query::phrase(parts);
        if let Some(message) = suspicion(text, &query) {
            self.warnings.note(start, end, message);
        }
        Ok(query)
    }
}

/// That a `~` follows no word.
fn misplaced_tilde(at: usize) -> SyntaxError {
    let message =
        "`~` stands directly after a word here, as in `word~1`; for words near each other write `one w/5 other`";
    error(at, message)
}

/// A word and how many edits it may be away.
fn fuzzy(word: &str, edits: &str, start: usize) -> Result<Query, SyntaxError> {
    let edits = edits.parse::<u8>().ok().filter(|edits| (1..=MAX_EDITS).contains(edits)).ok_or_else(|| {
        let at = start + word.chars().count();
        error(
            at,
            &format!("write `{word}~1` or `{word}~2` for words so many letters away, `stem({word})` for its forms"),
        )
    })?;
    terms::fuzzy(word, edits, start)
}

/// Words as written, with their capitals and accents.
fn exact(text: &str, start: usize) -> Result<Query, SyntaxError> {
    if text.contains(['*', '?']) {
        return Err(error(start, "a word searched exactly as written takes no `*` or `?`; remove the `=`"));
    }
    let parts: Vec<Query> =
        words::words(text).map(|word| Query::Term(Term::Exact(words::exact(word.written).into_owned()))).collect();
    if parts.is_empty() {
        return Err(error(start, "there is no word after this `=`; only letters and digits are searched"));
    }
    Ok(Query::phrase(parts))
}

/// What a bare word looks like that it is not: an operator of another query language, or a lower-case one.
fn suspicion(text: &str, query: &Query) -> Option<String> {
    let upper = text.to_ascii_uppercase();
    if matches!(upper.as_str(), "AND" | "OR" | "NOT" | "ANDANY") {
        return Some(format!("`{text}` was searched as a word; write `{upper}` in capitals for the operator"));
    }
    let (name, number) = text.split_once('/').unwrap_or((text, ""));
    let reach =
        !number.is_empty() && (number.bytes().all(|b| b.is_ascii_digit()) || matches!(number, "s" | "p" | "S" | "P"));
    if reach
        && matches!(name.to_ascii_lowercase().as_str(), "" | "w" | "n" | "near" | "onear" | "adj" | "within" | "pre")
    {
        return Some(format!(
            "`{text}` was searched as `{query}`; for words near each other write `one w/{number} other`"
        ));
    }
    if text.starts_with('-') || text.starts_with('!') {
        return Some(format!("`{text}` was searched as `{query}`; to leave documents out write `NOT {query}`"));
    }
    if text.starts_with("xfirstword") || text.starts_with("xlastword") {
        return Some(format!("`{text}` was searched as a word; write `first(10, …)` or `last(10, …)` instead"));
    }
    let mark = text.chars().find(|c| matches!(c, '~' | '%' | '^' | '!' | '#' | '&' | '|' | '+' | '='))?;
    Some(format!("`{mark}` means nothing here: `{text}` was searched as `{query}`"))
}

#[cfg(test)]
mod tests;
