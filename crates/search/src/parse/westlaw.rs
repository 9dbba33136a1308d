//! The language of DISCO, Westlaw and Lexis.
//!
//! The three share their operators but not their order, nor what a space means. The order here is the one DISCO has
//! published: phrases, groups, proximity, `&` and `%`, then space and `or`. Westlaw joins by space and `or` first of all,
//! and Lexis takes words side by side for a phrase; where a query comes out differently, the other reading is shown.

mod lexer;
mod marked;
mod words;

use lexer::Kind;
pub(super) use marked::parts;

use super::node::{
    Bare, Node, Proximity, Warnings, bracket_first, check_value, combine, error, in_field, near, negated,
    operator_first,
};
use super::pieces::{Pieces, Token, UNCLOSED};
use super::{SyntaxError, Warning};
use crate::field::{Field, OrderedField};
use crate::query::{Query, Reach};

/// Reads a query; see [`super::parse()`].
pub(super) fn parse(text: &str) -> Result<(Query, Vec<Warning>), SyntaxError> {
    let chars = super::node::code_points(text)?;
    let mut warnings = Warnings::default();
    let pieces = Pieces::new(lexer::tokens(&chars)?, chars.len(), Kind::Close).without_signs(
        |kind| matches!(kind, Kind::Word(text) if super::terms::is_sign(text)),
        |kind| matches!(kind, Kind::Word(_) | Kind::Quoted(_) | Kind::Open),
        &mut warnings,
    );
    if pieces.peek().is_none() {
        return Ok((Query::All, Vec::new()));
    }
    let mut parser = Parser { pieces, warnings, within: None };
    let node = parser.group_content(0)?;
    if let Some(token) = parser.pieces.peek() {
        return Err(error(token.start, "this `)` closes nothing; remove it or add a `(`"));
    }
    Ok((node.query, parser.warnings.sorted()))
}

/// An operator between two operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Space,
    Or,
    And,
    ButNot,
    Near(Proximity),
}

/// Operators in the order they bind, tightest first.
type Order = &'static [fn(Operator) -> bool];

const DISCO: Order = &[
    |operator| matches!(operator, Operator::Near(_)),
    |operator| matches!(operator, Operator::And | Operator::ButNot),
    |operator| matches!(operator, Operator::Or | Operator::Space),
];

const WESTLAW: Order = &[
    |operator| matches!(operator, Operator::Or | Operator::Space),
    |operator| matches!(operator, Operator::Near(Proximity { reach: Reach::Words(_), .. })),
    |operator| matches!(operator, Operator::Near(Proximity { reach: Reach::Sentence, .. })),
    |operator| matches!(operator, Operator::Near(_)),
    |operator| matches!(operator, Operator::And),
    |operator| matches!(operator, Operator::ButNot),
];

struct Parser {
    pieces: Pieces<Kind>,
    warnings: Warnings,
    within: Option<String>,
}

impl Parser {
    /// Operands and operators up to the end of the query or of a group.
    fn group_content(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let mut operands = vec![self.operand(depth)?];
        let mut operators = Vec::new();
        while !matches!(self.pieces.kind(0), None | Some(Kind::Close)) {
            let operator = self.operator();
            operands.push(self.operand(depth)?);
            operators.push(operator);
        }
        let parts: Vec<Query> = operands.iter().map(|node| node.query.clone()).collect();
        let places: Vec<(usize, usize)> = operands.iter().map(|node| (node.start, node.end)).collect();
        let node = ordered(operands, &operators, DISCO, &mut self.warnings)?;
        self.warn_of_order(&node, &parts, &places, &operators);
        Ok(node)
    }

    /// The operator before the next operand, `Space` when none is written.
    fn operator(&mut self) -> Operator {
        let (operator, length) = match (self.pieces.kind(0), self.pieces.kind(1)) {
            (Some(Kind::Or), _) => (Operator::Or, 1),
            (Some(Kind::And | Kind::But), Some(Kind::Not)) => (Operator::ButNot, 2),
            (Some(Kind::And), _) => (Operator::And, 1),
            (Some(Kind::Percent), _) => (Operator::ButNot, 1),
            (Some(Kind::Not), Some(&Kind::Near { reach, is_ordered })) => {
                (Operator::Near(Proximity { reach, is_ordered, is_negated: true }), 2)
            }
            (Some(Kind::Not), _) => (Operator::ButNot, 1),
            (Some(&Kind::Near { reach, is_ordered }), _) => {
                (Operator::Near(Proximity { reach, is_ordered, is_negated: false }), 1)
            }
            _ => (Operator::Space, 0),
        };
        self.pieces.skip(length);
        operator
    }

    /// Says how else the three programs would read operators side by side.
    fn warn_of_order(&mut self, node: &Node, parts: &[Query], places: &[(usize, usize)], operators: &[Operator]) {
        let again = || -> Vec<Node> {
            let nodes = parts.iter().zip(places);
            nodes.map(|(query, &(start, end))| Node::leaf(query.clone(), start, end)).collect()
        };
        let mut silent = Warnings::default();
        let westlaw = ordered(again(), operators, WESTLAW, &mut silent);
        if westlaw.as_ref().is_ok_and(|other| other.query != node.query) {
            let other = westlaw.map(|other| other.query.to_string()).unwrap_or_default();
            let message = format!(
                "DISCO joins by space and OR last and Westlaw first: this was read as `{}`, not as `{other}`; use brackets \
                 to say which you mean",
                node.query
            );
            self.warnings.ambiguous(node.start, node.end, message);
        }
        let are_words = parts.iter().all(Query::has_passages);
        if operators.contains(&Operator::Space) && are_words && self.within.is_none() {
            let phrases = lexis(parts, operators);
            let message = format!(
                "words side by side are joined by OR, as in DISCO and Westlaw: this was read as `{}`; Lexis takes them for a \
                 phrase{phrases}; write the operator or the quotation marks you mean",
                node.query
            );
            self.warnings.ambiguous(node.start, node.end, message);
        }
    }

    fn operand(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let first = self.pieces.position();
        let mut nots = 0;
        while matches!(self.pieces.kind(0), Some(Kind::Not | Kind::Percent))
            && !matches!(self.pieces.kind(1), Some(Kind::Near { .. }))
        {
            self.pieces.skip(1);
            nots += 1;
        }
        let mut node = self.single(depth)?;
        while let Some(&Token { kind: Kind::Expand(by), start: plus, end }) = self.pieces.peek() {
            self.pieces.skip(1);
            if let Some(outer) = &self.within {
                return Err(error(plus, &format!("`+{by}` cannot stand inside `{outer}(…)`; close the bracket first")));
            }
            let start = node.start;
            node = node.grown(start, end, Bare::Single, |of| Query::expanded(of, by))?;
        }
        negated(node, nots, first)
    }

    fn single(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let Token { kind, start, end } = self.pieces.next()?;
        let query = match kind {
            Kind::Open => return self.group(start, depth),
            Kind::Word(text) => words::word(&text, start, end, &mut self.warnings)?,
            Kind::Quoted(text) => words::quoted(&text, start, end, &mut self.warnings)?,
            Kind::Sample(size) => {
                let of = self.group(start, depth)?;
                let end = of.end;
                return of.grown(start, end, Bare::Single, |of| Query::sample(of, size, 0));
            }
            Kind::AtLeast(least) => {
                self.pieces.skip(1);
                let of = self.group(start, depth)?;
                let end = of.end;
                return of.grown(start, end, Bare::Single, |of| Query::hits(of, least, None));
            }
            Kind::Field(name) => return self.field(&name, start, depth),
            Kind::Values(name, text) => return field_of_values(&name, &text, start, end),
            Kind::Close => return Err(bracket_first(start)),
            Kind::And | Kind::Or | Kind::Not | Kind::But | Kind::Percent | Kind::Near { .. } | Kind::Expand(_) => {
                return Err(operator_first(start));
            }
        };
        Ok(Node::leaf(query, start, end))
    }

    /// What stands after the `(` at `start`, up to its `)`.
    fn group(&mut self, start: usize, depth: usize) -> Result<Node, SyntaxError> {
        self.pieces.enter(start, depth, UNCLOSED)?;
        let node = self.group_content(depth + 1)?;
        Ok(node.bracketed(start, self.pieces.leave(start, UNCLOSED)?))
    }

    /// `subject(budget forecast)`.
    fn field(&mut self, name: &str, start: usize, depth: usize) -> Result<Node, SyntaxError> {
        if let Some(outer) = &self.within {
            return Err(error(start, &format!("`{name}(` cannot stand inside `{outer}(…)`; close the bracket first")));
        }
        let Ok(field) = name.parse::<Field>() else {
            let message = format!("{}, or put a space before the bracket", super::redwell::unknown_field(name));
            return Err(error(start, &message));
        };
        self.pieces.skip(1);
        self.within = Some(name.to_owned());
        let value = self.group(start, depth)?;
        self.within = None;
        check_value(&value, &format!("{name}(…)"))?;
        in_field(field, value, start)
    }
}

/// `tag(Hot)`, `sent(2001-05..2001-08)`: a text between the brackets.
fn field_of_values(name: &str, text: &str, start: usize, end: usize) -> Result<Node, SyntaxError> {
    let at = start + name.chars().count() + 1;
    let text = text.trim().trim_matches('"').trim();
    let query = match name.parse::<OrderedField>() {
        Ok(field) => {
            let range = super::redwell::range(field, text).map_err(|why| error(at, &why))?;
            Query::Within { field, range }
        }
        Err(_) if text.is_empty() => return Err(error(at, "the name of a code is expected here")),
        Err(_) => Query::tag(text),
    };
    Ok(Node::leaf(query, start, end))
}

/// Operands joined by operators that bind in this order, from left to right among equals.
fn ordered(
    operands: Vec<Node>,
    operators: &[Operator],
    order: Order,
    warnings: &mut Warnings,
) -> Result<Node, SyntaxError> {
    let (mut operands, mut operators) = (operands, operators.to_vec());
    for binds in order {
        let mut rest = operands.into_iter();
        let mut joined: Vec<Vec<Node>> = rest.next().into_iter().map(|first| vec![first]).collect();
        let mut within: Vec<Vec<Operator>> = vec![Vec::new()];
        let mut between = Vec::new();
        for (operator, operand) in operators.into_iter().zip(rest) {
            if let (true, Some(row), Some(operators)) = (binds(operator), joined.last_mut(), within.last_mut()) {
                row.push(operand);
                operators.push(operator);
            } else {
                joined.push(vec![operand]);
                within.push(Vec::new());
                between.push(operator);
            }
        }
        operands = joined
            .into_iter()
            .zip(within)
            .map(|(row, operators)| row_of(row, &operators, warnings))
            .collect::<Result<_, _>>()?;
        operators = between;
    }
    combine(operands, Query::or, Bare::Or)
}

/// Operands joined by operators of one rank.
fn row_of(mut row: Vec<Node>, operators: &[Operator], warnings: &mut Warnings) -> Result<Node, SyntaxError> {
    match operators.first() {
        None => Ok(row.remove(0)),
        Some(Operator::Space | Operator::Or) => combine(row, Query::or, Bare::Or),
        Some(Operator::And | Operator::ButNot) => {
            let mut parts = Vec::new();
            for (i, node) in row.into_iter().enumerate() {
                let is_excluded = i > 0 && operators[i - 1] == Operator::ButNot;
                let (start, end) = (node.start, node.end);
                parts.push(if is_excluded { node.grown(start, end, Bare::Not, Query::not)? } else { node });
            }
            combine(parts, Query::and, Bare::And)
        }
        Some(Operator::Near(_)) => {
            let mut rest = row.into_iter();
            let Some(mut left) = rest.next() else { return Err(error(0, "a word is expected here")) };
            for (operator, right) in operators.iter().zip(rest) {
                let Operator::Near(how) = operator else { continue };
                // `not a /5 b` leaves out what `a /5 b` finds.
                left = match (left.bare, left.query) {
                    (Bare::Not, Query::Not(inner)) => {
                        let inner =
                            Node { query: *inner, height: left.height, ..Node::leaf(Query::All, left.start, left.end) };
                        let (start, joined) = (left.start, near(inner, right, *how, warnings)?);
                        let end = joined.end;
                        joined.grown(start, end, Bare::Not, Query::not)?
                    }
                    (bare, query) => {
                        let node = Node { query, bare, height: left.height, start: left.start, end: left.end };
                        near(node, right, *how, warnings)?
                    }
                };
            }
            super::node::warn_of_row(&left, operators.len(), warnings);
            Ok(left)
        }
    }
}

/// What words side by side would be as phrases, for a warning.
fn lexis(parts: &[Query], operators: &[Operator]) -> String {
    let mut phrases: Vec<Vec<Query>> = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        match phrases.last_mut() {
            Some(phrase) if operators.get(i.wrapping_sub(1)) == Some(&Operator::Space) => phrase.push(part.clone()),
            _ => phrases.push(vec![part.clone()]),
        }
    }
    let shown: Vec<String> = phrases
        .into_iter()
        .filter(|phrase| phrase.len() > 1)
        .map(|phrase| format!("`{}`", Query::phrase(phrase)))
        .collect();
    if shown.is_empty() { String::new() } else { format!(", {}", shown.join(" and ")) }
}

#[cfg(test)]
mod tests;
