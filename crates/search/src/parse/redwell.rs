//! Redwell's own dialect. `docs/query-language.md` is its manual; this file is its grammar.
//!
//! ```text
//! query    = [ or ]
//! or       = and { "OR" and }
//! and      = not { [ "AND" ] not }
//! not      = { "NOT" } near
//! near     = operand { ( "w/N" | "pre/N" ) operand }
//! operand  = "(" or ")" | phrase | word | field ":" ( word | phrase | "(" or ")" )
//! ```
//!
//! Operators are recognised in capitals only, because `and`, `or` and `not` are also words of contracts.

mod lexer;
mod terms;

use lexer::{Kind, Token};
pub(crate) use lexer::{glued_quote, is_quote};

use super::{MAX_CODE_POINTS, MAX_DEPTH, SyntaxError, Warning};
use crate::date::DateRange;
use crate::field::Field;
use crate::query::Query;

/// Reads a query; see [`super::parse()`].
pub(super) fn parse(text: &str) -> Result<(Query, Vec<Warning>), SyntaxError> {
    let chars: Vec<char> = text.chars().take(MAX_CODE_POINTS + 1).collect();
    if chars.len() > MAX_CODE_POINTS {
        let message = format!("a query may be {MAX_CODE_POINTS} characters long; split this one");
        return Err(error(MAX_CODE_POINTS, &message));
    }
    let mut parser =
        Parser { tokens: lexer::tokens(&chars)?, at: 0, end: chars.len(), within: None, warnings: Vec::new() };
    if parser.tokens.is_empty() {
        return Ok((Query::All, Vec::new()));
    }
    let node = parser.or(0)?;
    if let Some(token) = parser.peek() {
        return Err(error(token.start, "this `)` closes nothing; remove it or add a `(`"));
    }
    let mut warnings = parser.warnings;
    warnings.sort_by_key(|warning| (warning.start, warning.end));
    Ok((node.query, warnings))
}

/// An error at a code point.
fn error(position: usize, message: &str) -> SyntaxError {
    SyntaxError { message: message.to_owned(), position: to_u32(position) }
}

/// A position in a query, which is short.
fn to_u32(position: usize) -> u32 {
    u32::try_from(position).expect("a query is at most 65,000 characters long")
}

/// A part read so far.
struct Node {
    query: Query,
    /// How many levels its tree has.
    height: usize,
    /// Where it was written.
    start: usize,
    end: usize,
    /// Which operator it ends up under when nothing brackets it.
    bare: Bare,
}

/// What a part is made of, when no brackets are round it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bare {
    Single,
    Near,
    And,
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    /// The length of the query.
    end: usize,
    /// The field whose group is being read.
    within: Option<Field>,
    warnings: Vec<Warning>,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn peek_kind(&self) -> Option<&Kind> {
        self.peek().map(|token| &token.kind)
    }

    fn next(&mut self) -> Option<Token> {
        let token = self.tokens.get(self.at).cloned();
        self.at += 1;
        token
    }

    fn warn(&mut self, start: usize, end: usize, message: String) {
        self.warnings.push(Warning { message, start: to_u32(start), end: to_u32(end) });
    }

    /// Parts between `OR`s.
    fn or(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let mut nodes = vec![self.and(depth)?];
        while self.peek_kind() == Some(&Kind::Or) {
            self.at += 1;
            nodes.push(self.and(depth)?);
        }
        let mixed = nodes.iter().any(|node| node.bare == Bare::And);
        let several = nodes.len() > 1;
        let node = combine(nodes, Query::or, Bare::Single)?;
        if several && mixed {
            let message = format!(
                "AND binds more tightly than OR: this was read as `{}`; use brackets to say which you mean",
                node.query
            );
            self.warn(node.start, node.end, message);
        }
        Ok(node)
    }

    /// Parts between `AND`s, written or not.
    fn and(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let mut nodes = vec![self.not(depth)?];
        let mut beside_near = false;
        loop {
            match self.peek_kind() {
                None | Some(Kind::Or | Kind::Close) => break,
                Some(Kind::And) => {
                    self.at += 1;
                    nodes.push(self.not(depth)?);
                }
                Some(_) => {
                    let explicit_not = self.peek_kind() == Some(&Kind::Not);
                    nodes.push(self.not(depth)?);
                    let pair = &nodes[nodes.len() - 2..];
                    let near = pair.iter().any(|node| node.bare == Bare::Near);
                    // Beside a field nobody means a phrase.
                    let are_words = pair.iter().all(|node| node.query.has_text_words());
                    beside_near |= near && are_words && !explicit_not;
                }
            }
        }
        let node = combine(nodes, Query::and, Bare::And)?;
        if beside_near {
            let message = format!(
                "words side by side are joined by AND: this was read as `{}`; put quotes round words that belong \
                 together",
                node.query
            );
            self.warn(node.start, node.end, message);
        }
        Ok(node)
    }

    /// A part with the `NOT`s before it.
    fn not(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let start = self.peek().map_or(self.end, |token| token.start);
        let mut count = 0;
        while self.peek_kind() == Some(&Kind::Not) {
            self.at += 1;
            count += 1;
            if let Some(Token { kind: Kind::Near { .. }, start, .. }) = self.peek() {
                return Err(error(
                    *start,
                    "a negated proximity is not part of this query language; write `a AND NOT (a w/5 b)`",
                ));
            }
        }
        let mut node = self.near(depth)?;
        for _ in 0..count {
            node = Node {
                query: Query::not(node.query),
                height: grown(node.height, start)?,
                start,
                end: node.end,
                bare: Bare::Single,
            };
        }
        Ok(node)
    }

    /// Operands between proximity operators, taken from left to right.
    fn near(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let mut node = self.operand(depth)?;
        let mut operators = 0;
        while let Some(&Token { kind: Kind::Near { distance, ordered }, start: operator, .. }) = self.peek() {
            self.at += 1;
            let written = format!("{}/{distance}", if ordered { "pre" } else { "w" });
            let right = self.operand(depth)?;
            self.check_operand(&node, &written)?;
            self.check_operand(&right, &written)?;
            operators += 1;
            node = Node {
                height: grown(node.height.max(right.height), operator)?,
                start: node.start,
                end: right.end,
                query: Query::near(node.query, right.query, distance, ordered),
                bare: Bare::Near,
            };
        }
        if operators > 1 {
            let message = format!(
                "proximity operators in a row are taken from left to right: this was read as `{}`; use brackets to \
                 say which you mean",
                node.query
            );
            self.warn(node.start, node.end, message);
        }
        Ok(node)
    }

    /// Refuses what proximity cannot be asked of.
    fn check_operand(&self, node: &Node, operator: &str) -> Result<(), SyntaxError> {
        if node.query.has_passages() {
            return Ok(());
        }
        let message = match &node.query {
            Query::Field { field, .. } => {
                format!("`{operator}` cannot reach into a field; write it inside: `{field}:(one {operator} other)`")
            }
            Query::Within { .. } | Query::Predicate(_) => {
                format!("`{operator}` needs words of the text on both sides; join this part with AND instead")
            }
            _ => format!(
                "`{operator}` takes words, phrases, other proximities and OR groups of them on both sides; take AND and \
                 NOT out of this group, for example `a {operator} b AND a {operator} c`"
            ),
        };
        Err(error(node.start, &message))
    }

    /// A group, phrase, word, or field with its value.
    fn operand(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let Some(token) = self.next() else {
            return Err(error(
                self.end,
                "the query ends where a word is expected; complete it or remove the last operator",
            ));
        };
        let Token { kind, start, end } = token;
        let query = match kind {
            Kind::Open => return self.group(start, depth),
            Kind::Quoted(text) => match terms::parts(&text, start + 1)? {
                Some(parts) => Query::phrase(parts),
                None => {
                    return Err(error(
                        start,
                        "there is no word between these quotation marks; only letters and digits are searched",
                    ));
                }
            },
            Kind::Bare(text) => self.word(&text, start, end)?,
            Kind::Field(name) => return self.field(&name, start, end, depth),
            Kind::Close => return Err(error(start, "a word is expected before this `)`")),
            Kind::And | Kind::Or | Kind::Not | Kind::Near { .. } => {
                return Err(error(
                    start,
                    "a word is expected before this operator; to search for the operator as a word, put it in quotes",
                ));
            }
        };
        Ok(Node { query, height: 1, start, end, bare: Bare::Single })
    }

    /// What stands after the `(` at `start`, up to its `)`.
    fn group(&mut self, start: usize, depth: usize) -> Result<Node, SyntaxError> {
        if depth >= MAX_DEPTH {
            return Err(too_deep(start));
        }
        if self.peek_kind() == Some(&Kind::Close) {
            return Err(error(start, "there is nothing between these brackets"));
        }
        let unclosed = "this `(` is never closed; add a `)`";
        if self.peek().is_none() {
            return Err(error(start, unclosed));
        }
        let node = self.or(depth + 1)?;
        match self.next() {
            Some(Token { kind: Kind::Close, end, .. }) => {
                Ok(Node { query: node.query, height: node.height, start, end, bare: Bare::Single })
            }
            _ => Err(error(start, unclosed)),
        }
    }

    /// A bare word.
    fn word(&mut self, text: &str, start: usize, end: usize) -> Result<Query, SyntaxError> {
        if text.starts_with('~') {
            return Err(error(
                start,
                "`~` is not part of this query language; for words near each other write `one w/5 other`",
            ));
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
            self.warn(start, end, message);
        }
        Ok(query)
    }

    /// What stands after a field's name and colon.
    fn field(&mut self, name: &str, start: usize, name_end: usize, depth: usize) -> Result<Node, SyntaxError> {
        let field: Option<Field> = name.parse().ok();
        if field.is_none() && name != "date" && name != "tag" {
            let known: Vec<&str> = Field::ALL.iter().map(|field| field.as_str()).chain(["date", "tag"]).collect();
            let message = format!(
                "there is no field `{name}`; the fields are {}. To search for a text with a colon, put it in quotes",
                known.join(", ")
            );
            return Err(error(start, &message));
        }
        if let Some(outer) = self.within {
            return Err(error(
                start,
                &format!("`{name}:` cannot stand inside `{outer}:( … )`; close the bracket first"),
            ));
        }
        let Some(token) = self.peek().cloned() else {
            return Err(error(name_end, &format!("a value is expected after `{name}:`")));
        };
        let single = |query, end| Node { query, height: 2, start, end, bare: Bare::Single };
        if let Some(field) = field {
            if !matches!(token.kind, Kind::Open | Kind::Quoted(_) | Kind::Bare(_)) {
                return Err(error(token.start, &format!("a word, a phrase or a group is expected after `{name}:`")));
            }
            self.within = Some(field);
            let value = self.operand(depth);
            self.within = None;
            let value = value?;
            let height = grown(value.height, start)?;
            return Ok(Node { height, ..single(Query::field(field, value.query), value.end) });
        }
        self.at += 1;
        match (name, token.kind) {
            ("date", Kind::Bare(text)) => match DateRange::parse(&text) {
                Ok(range) => Ok(single(Query::dated(range), token.end)),
                Err(why) => Err(error(token.start, &why.to_string())),
            },
            ("date", _) => {
                Err(error(token.start, "a date or a range is expected after `date:`, such as `2001-05..2001-08`"))
            }
            (_, Kind::Bare(text) | Kind::Quoted(text)) if !text.trim().is_empty() => {
                Ok(single(Query::tag(text.trim()), token.end))
            }
            (_, Kind::Open) => self.tags(start, token.start),
            _ => Err(error(token.start, "the name of a code is expected after `tag:`; put one with spaces in quotes")),
        }
    }

    /// `tag:( … OR … )`, which the other fields' groups make people expect.
    fn tags(&mut self, start: usize, open: usize) -> Result<Node, SyntaxError> {
        let mut names = Vec::new();
        loop {
            match self.next() {
                Some(Token { kind: Kind::Bare(text) | Kind::Quoted(text), .. }) if !text.trim().is_empty() => {
                    names.push(Query::tag(text.trim()));
                }
                Some(token) => {
                    return Err(error(
                        token.start,
                        "only names joined by OR can stand between the brackets of `tag:( … )`",
                    ));
                }
                None => return Err(error(open, "this `(` is never closed; add a `)`")),
            }
            match self.next() {
                Some(Token { kind: Kind::Or, .. }) => {}
                Some(Token { kind: Kind::Close, end, .. }) => {
                    return Ok(Node { query: Query::or(names), height: 2, start, end, bare: Bare::Single });
                }
                Some(token) => {
                    return Err(error(
                        token.start,
                        "only names joined by OR can stand between the brackets of `tag:( … )`",
                    ));
                }
                None => return Err(error(open, "this `(` is never closed; add a `)`")),
            }
        }
    }
}

/// Parts under one operator; a single part is itself.
fn combine(nodes: Vec<Node>, with: fn(Vec<Query>) -> Query, bare: Bare) -> Result<Node, SyntaxError> {
    let start = nodes.first().map_or(0, |node| node.start);
    let end = nodes.last().map_or(0, |node| node.end);
    let single = nodes.len() == 1;
    let inner = nodes.iter().map(|node| node.height).max().unwrap_or_default();
    let bare = nodes.first().filter(|_| single).map_or(bare, |node| node.bare);
    let height = if single { inner } else { grown(inner, start)? };
    Ok(Node { query: with(nodes.into_iter().map(|node| node.query).collect()), height, start, end, bare })
}

/// The height of a tree one level above another.
fn grown(height: usize, position: usize) -> Result<usize, SyntaxError> {
    if height >= MAX_DEPTH { Err(too_deep(position)) } else { Ok(height + 1) }
}

fn too_deep(position: usize) -> SyntaxError {
    error(position, &format!("this is nested more than {MAX_DEPTH} levels deep; split the query"))
}

/// What a bare word looks like that it is not: an operator of another query language, or a lower-case one.
fn suspicion(text: &str, query: &Query) -> Option<String> {
    let upper = text.to_ascii_uppercase();
    if matches!(upper.as_str(), "AND" | "OR" | "NOT") {
        return Some(format!("`{text}` was searched as a word; write `{upper}` in capitals for the operator"));
    }
    let (name, number) = text.split_once('/').unwrap_or((text, ""));
    let reach =
        !number.is_empty() && (number.bytes().all(|b| b.is_ascii_digit()) || matches!(number, "s" | "p" | "S" | "P"));
    if reach
        && matches!(name.to_ascii_lowercase().as_str(), "" | "w" | "n" | "near" | "onear" | "adj" | "within" | "pre")
    {
        return Some(format!("`{text}` was searched as `{query}`; for words near each other write `one w/5 other`"));
    }
    if text.starts_with('-') || text.starts_with('!') {
        return Some(format!("`{text}` was searched as `{query}`; to leave documents out write `NOT {query}`"));
    }
    let mark = text.chars().find(|c| matches!(c, '~' | '%' | '^' | '!' | '#' | '&' | '|' | '+' | '='))?;
    Some(format!("`{mark}` means nothing here: `{text}` was searched as `{query}`"))
}

#[cfg(test)]
mod tests;
