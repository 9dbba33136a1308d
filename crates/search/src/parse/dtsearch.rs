//! The language of dtSearch, as Relativity and Nuix Discover take it.
//!
//! ```text
//! query   = [ or { "andany" or } ]
//! or      = and { "or" and }
//! and     = not { "and" not | "not" near }
//! not     = { "not" } near
//! near    = phrase { [ "not" ] ( "w/N" | "pre/N" ) phrase }
//! phrase  = operand { operand }
//! operand = "(" query ")" | quoted | word | name "contains" operand | date(…) | mail(…) | creditcard(…)
//! ```
//!
//! Operators are words in any case. Its makers document no order of `and` and `or`; ours is that of every other dialect,
//! and a query that needs one is warned of with both readings. Words on their own are in [`words`].

mod dates;
mod lexer;
mod marked;
mod words;

use lexer::Kind;
pub(super) use marked::parts;

use super::node::{
    Bare, Node, Proximity, Warnings, and_any, bracket_first, check_value, combine, error, in_field, near, negated,
    operator_first, or_of_ands, warn_of_row,
};
use super::pieces::{Pieces, Token, UNCLOSED};
use super::{SyntaxError, Warning};
use crate::field::{Field, OrderedField};
use crate::query::{End, Query, Reach};

/// Reads a query; see [`super::parse()`].
pub(super) fn parse(text: &str) -> Result<(Query, Vec<Warning>), SyntaxError> {
    let chars = super::node::code_points(text)?;
    let mut warnings = Warnings::default();
    let pieces = Pieces::new(lexer::tokens(&chars, &mut warnings)?, chars.len(), Kind::Close).without_signs(
        |kind| matches!(kind, Kind::Word(text) if super::terms::is_sign(text)),
        |kind| matches!(kind, Kind::Word(_) | Kind::Quoted(_) | Kind::Open | Kind::Call(..)),
        &mut warnings,
    );
    if pieces.peek().is_none() {
        return Ok((Query::All, Vec::new()));
    }
    let mut parser = Parser { pieces, warnings, is_within: false };
    let node = parser.andany(0)?;
    if let Some(token) = parser.pieces.peek() {
        return Err(error(token.start, "this `)` closes nothing; remove it or add a `(`"));
    }
    Ok((node.query, parser.warnings.sorted()))
}

struct Parser {
    pieces: Pieces<Kind>,
    warnings: Warnings,
    /// Whether a field's value is being read.
    is_within: bool,
}

/// An operand of a proximity operator.
enum Operand {
    Node(Node),
    /// `xfirstword` or `xlastword`.
    Edge(End, usize, usize),
}

impl Parser {
    fn andany(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let mut node = self.or(depth)?;
        while self.pieces.pass(&Kind::AndAny) {
            node = and_any(node, self.or(depth)?)?;
        }
        Ok(node)
    }

    fn or(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let mut nodes = vec![self.and(depth)?];
        while self.pieces.pass(&Kind::Or) {
            nodes.push(self.and(depth)?);
        }
        or_of_ands(nodes, &mut self.warnings)
    }

    fn and(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let mut nodes = vec![self.not(depth)?];
        while self.pieces.pass(&Kind::And) || self.pieces.kind(0) == Some(&Kind::Not) {
            nodes.push(self.not(depth)?);
        }
        combine(nodes, Query::and, Bare::And)
    }

    fn not(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let start = self.pieces.position();
        let mut nots = 0;
        while self.pieces.pass(&Kind::Not) {
            nots += 1;
        }
        negated(self.near(depth)?, nots, start)
    }

    fn near(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let mut left = self.phrase(depth)?;
        let mut operators = 0;
        while let Some(how) = self.proximity() {
            let right = self.phrase(depth)?;
            left = Operand::Node(self.joined(left, right, how)?);
            operators += 1;
        }
        match left {
            Operand::Node(node) => {
                warn_of_row(&node, operators, &mut self.warnings);
                Ok(node)
            }
            Operand::Edge(_, start, end) => {
                let query = Query::Within {
                    field: OrderedField::Words,
                    range: super::redwell::range(OrderedField::Words, ">=1").map_err(|why| error(start, &why))?,
                };
                self.warnings.note(start, end, format!("this finds every document that has words: `{query}`"));
                Ok(Node::leaf(query, start, end))
            }
        }
    }

    /// A proximity operator, when one is next.
    fn proximity(&mut self) -> Option<Proximity> {
        let is_negated = self.pieces.kind(0) == Some(&Kind::Not);
        let Some(&Kind::Near { reach, is_ordered }) = self.pieces.kind(usize::from(is_negated)) else { return None };
        self.pieces.skip(1 + usize::from(is_negated));
        Some(Proximity { reach, is_ordered, is_negated })
    }

    fn joined(&mut self, left: Operand, right: Operand, how: Proximity) -> Result<Node, SyntaxError> {
        let (node, end, start, close, is_left) = match (left, right) {
            (Operand::Node(left), Operand::Node(right)) => return near(left, right, how, &mut self.warnings),
            (Operand::Edge(end, start, _), Operand::Node(node)) => {
                let close = node.end;
                (node, end, start, close, true)
            }
            (Operand::Node(node), Operand::Edge(end, _, close)) => {
                let start = node.start;
                (node, end, start, close, false)
            }
            (Operand::Edge(_, start, _), Operand::Edge(..)) => {
                return Err(error(start, "one side of this operator must be words of the text"));
            }
        };
        let Reach::Words(words) = how.reach else {
            return Err(error(start, "write a number of words, as in `breach w/10 xfirstword`"));
        };
        let fits = !how.is_ordered || is_left == (end == End::First);
        if how.is_negated || !fits {
            let name = if end == End::First { "first" } else { "last" };
            let message = format!(
                "only `w/N` can ask for an end of the text; for words that are not there write, in the redwell dialect, \
                 `breach AND NOT {name}({words}, breach)`"
            );
            return Err(error(start, &message));
        }
        if !node.query.is_operand() {
            return Err(error(node.start, "words of the text are expected here"));
        }
        node.grown(start, close, Bare::Near, |of| Query::edge(of, end, words))
    }

    /// Operands side by side: one phrase.
    fn phrase(&mut self, depth: usize) -> Result<Operand, SyntaxError> {
        if let Some(&Token { kind: Kind::Edge(end), start, end: close }) = self.pieces.peek() {
            self.pieces.skip(1);
            return Ok(Operand::Edge(end, start, close));
        }
        let mut nodes = vec![self.operand(depth)?];
        let mut group = None;
        while matches!(self.pieces.kind(0), Some(Kind::Open | Kind::Quoted(_) | Kind::Word(_) | Kind::Call(..))) {
            if let (Some(Kind::Word(_)), Some(Kind::Contains)) = (self.pieces.kind(0), self.pieces.kind(1)) {
                break;
            }
            let is_group = self.pieces.kind(0) == Some(&Kind::Open);
            let node = self.operand(depth)?;
            if is_group || nodes.last().is_some_and(|last| last.query.parts().next().is_some() && is_or(&last.query)) {
                group = Some(node.start);
            }
            nodes.push(node);
        }
        if nodes.len() == 1 {
            return Ok(Operand::Node(nodes.remove(0)));
        }
        if let Some(odd) = nodes.iter().find(|node| !node.query.has_passages()) {
            return Err(error(
                odd.start,
                "words side by side are a phrase, and this cannot be part of one; write `and`, `or` or `w/N` between them",
            ));
        }
        let node = combine(nodes, Query::phrase, Bare::Single)?;
        if group.is_some() {
            let message = format!(
                "no operator stands beside this bracket: it was read as part of the phrase `{}`, not as joined by AND or \
                 OR; write the operator you mean",
                node.query
            );
            self.warnings.ambiguous(node.start, node.end, message);
        }
        Ok(Operand::Node(node))
    }

    fn operand(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let Token { kind, start, end } = self.pieces.next()?;
        let query = match kind {
            Kind::Open => return self.group(start, depth),
            Kind::Word(name) if self.pieces.kind(0) == Some(&Kind::Contains) => {
                return self.contains(&name, start, depth);
            }
            Kind::Word(text) => words::word(&text, start, end, &mut self.warnings)?,
            Kind::Quoted(text) => words::quoted(&text, start, end, &mut self.warnings)?,
            Kind::Call(name, argument) => words::call(&name, &argument, start, end, &mut self.warnings)?,
            Kind::Edge(_) => {
                return Err(error(start, "this stands only beside `w/N`, as in `breach w/10 xfirstword`"));
            }
            Kind::Close => return Err(bracket_first(start)),
            Kind::And | Kind::Or | Kind::Not | Kind::AndAny | Kind::Near { .. } | Kind::Contains => {
                return Err(operator_first(start));
            }
        };
        Ok(Node::leaf(query, start, end))
    }

    fn group(&mut self, start: usize, depth: usize) -> Result<Node, SyntaxError> {
        self.pieces.enter(start, depth, UNCLOSED)?;
        let node = self.andany(depth + 1)?;
        Ok(node.bracketed(start, self.pieces.leave(start, UNCLOSED)?))
    }

    /// `subject contains (budget or forecast)`.
    fn contains(&mut self, name: &str, start: usize, depth: usize) -> Result<Node, SyntaxError> {
        let name = name.to_lowercase();
        if self.is_within {
            return Err(error(start, "a field cannot stand inside another; close the bracket first"));
        }
        self.pieces.skip(1);
        if let Ok(field) = name.parse::<OrderedField>() {
            let Some(Token { kind: Kind::Word(text) | Kind::Quoted(text), start: at, end }) =
                self.pieces.peek().cloned()
            else {
                let message =
                    format!("a value is expected after `{name} contains`, such as `2001-05..2001-08` or `>=10`");
                return Err(error(self.pieces.position(), &message));
            };
            self.pieces.skip(1);
            let range = super::redwell::range(field, &text).map_err(|why| error(at, &why))?;
            return Ok(Node::leaf(Query::Within { field, range }, start, end));
        }
        let Ok(field) = name.parse::<Field>() else {
            return Err(error(start, &super::redwell::unknown_field(&name)));
        };
        self.is_within = true;
        let value = self.operand(depth)?;
        self.is_within = false;
        check_value(&value, &name)?;
        in_field(field, value, start)
    }
}

fn is_or(query: &Query) -> bool {
    matches!(query, Query::Or(_))
}

#[cfg(test)]
mod tests;
