//! The language of Lucene's classic parser, the `query_string` of Elasticsearch: that of Datashare, Aleph and Logikcull.
//!
//! A group is a list of clauses, each required, prohibited or neither; `AND`, `OR` and `NOT` only change which, so there
//! is no order of operators. Where something is required, what is neither only adds to the order of results: our
//! `ANDANY`. What means nearly the same here as there is labelled.

mod lexer;
mod marked;
mod values;

use lexer::Kind;
pub(super) use marked::parts;

use super::node::{
    Bare, Node, Warnings, and_any, bracket_first, check_value, combine, error, in_field, operator_first,
};
use super::pieces::{Pieces, Token};
use super::{SyntaxError, Warning, terms};
use crate::query::Query;

/// What clauses side by side are when no operator stands between them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DefaultOperator {
    /// At least one must match, as in Elasticsearch unless told otherwise.
    #[default]
    Or,
    /// All must match.
    And,
}

/// Reads a query; see [`super::parse()`].
pub(super) fn parse(text: &str, default: DefaultOperator) -> Result<(Query, Vec<Warning>), SyntaxError> {
    let chars = super::node::code_points(text)?;
    let mut warnings = Warnings::default();
    let tokens = lexer::tokens(&chars)?;
    if tokens.is_empty() {
        return Ok((Query::All, Vec::new()));
    }
    for boost in tokens.iter().filter(|token| matches!(token.kind, Kind::Boost)) {
        warnings.note(boost.start, boost.end, "a boost changes only the order of results there; it was passed over");
    }
    let tokens = tokens.into_iter().filter(|token| !matches!(token.kind, Kind::Boost)).collect();
    let pieces = Pieces::new(tokens, chars.len(), Kind::Close).without_signs(
        |kind| matches!(kind, Kind::Word(text) if terms::is_sign(&text.plain())),
        |kind| matches!(kind, Kind::Word(_) | Kind::Quoted(..) | Kind::Open | Kind::Regex(_)),
        &mut warnings,
    );
    let mut parser = Parser { pieces, warnings, default, within: None };
    let node = parser.clauses(0)?;
    if let Some(token) = parser.pieces.peek() {
        return Err(error(token.start, "this `)` closes nothing; remove it or put a `\\` before it"));
    }
    Ok((node.query, parser.warnings.sorted()))
}

/// Whether a clause must match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Occur {
    Required,
    Prohibited,
    Optional,
}

/// What stands between two clauses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Conjunction {
    Nothing,
    And,
    Or,
}

struct Parser {
    pieces: Pieces<Kind>,
    warnings: Warnings,
    default: DefaultOperator,
    /// The field whose value is being read.
    within: Option<String>,
}

impl Parser {
    /// The clauses up to the end of the query or of a group.
    fn clauses(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let mut clauses: Vec<(Occur, Conjunction, Node)> = Vec::new();
        let mut has_signs = false;
        while !matches!(self.pieces.kind(0), None | Some(Kind::Close)) {
            let conjunction = self.conjunction(clauses.is_empty())?;
            let (sign, clause) = self.clause(depth)?;
            has_signs |= sign != Occur::Optional;
            let occur = match (sign, self.default, conjunction) {
                (Occur::Prohibited, ..) => Occur::Prohibited,
                (Occur::Required, ..) | (_, DefaultOperator::Or, Conjunction::And) => Occur::Required,
                (_, DefaultOperator::Or, _) | (_, DefaultOperator::And, Conjunction::Or) => Occur::Optional,
                (_, DefaultOperator::And, _) => Occur::Required,
            };
            if let Some((before, ..)) = clauses.last_mut().filter(|(before, ..)| *before != Occur::Prohibited) {
                match (conjunction, self.default) {
                    (Conjunction::And, _) => *before = Occur::Required,
                    (Conjunction::Or, DefaultOperator::And) => *before = Occur::Optional,
                    _ => {}
                }
            }
            clauses.push((occur, conjunction, clause));
        }
        if clauses.is_empty() {
            return Err(error(
                self.pieces.position(),
                "a word is expected here; complete the query or remove the last operator",
            ));
        }
        let usual = usual_reading(&clauses, self.default);
        let spaces = clauses.iter().skip(1).any(|(_, conjunction, _)| *conjunction == Conjunction::Nothing);
        let operators = |wanted| clauses.iter().any(|(_, conjunction, _)| *conjunction == wanted);
        let mixed = operators(Conjunction::And) && (operators(Conjunction::Or) || (spaces && !has_signs));
        let node = self.grouped(clauses)?;
        if mixed && usual != node.query {
            let message = format!(
                "AND and OR are not of one rank in this dialect, AND requires the clauses on both its sides: this was read \
                 as `{}`, not as `{usual}`; use brackets to say which you mean",
                node.query
            );
            self.warnings.ambiguous(node.start, node.end, message);
        } else if spaces && !has_signs && self.default == DefaultOperator::Or && self.within.is_none() {
            let message = format!(
                "clauses side by side are joined by OR in this dialect: this was read as `{}`; where a program is set to \
                 AND they are all required; write the operator you mean",
                node.query
            );
            self.warnings.ambiguous(node.start, node.end, message);
        }
        Ok(node)
    }

    /// The operator before a clause.
    fn conjunction(&mut self, is_first: bool) -> Result<Conjunction, SyntaxError> {
        let conjunction = match self.pieces.kind(0) {
            Some(Kind::And) => Conjunction::And,
            Some(Kind::Or) => Conjunction::Or,
            _ => return Ok(Conjunction::Nothing),
        };
        if is_first {
            return Err(operator_first(self.pieces.position()));
        }
        self.pieces.skip(1);
        Ok(conjunction)
    }

    /// One clause and its sign.
    fn clause(&mut self, depth: usize) -> Result<(Occur, Node), SyntaxError> {
        let sign = match self.pieces.kind(0) {
            Some(Kind::Plus) => Occur::Required,
            Some(Kind::Not) => Occur::Prohibited,
            _ => Occur::Optional,
        };
        self.pieces.skip(usize::from(sign != Occur::Optional));
        Ok((sign, self.operand(depth)?))
    }

    /// Clauses as one part.
    fn grouped(&mut self, clauses: Vec<(Occur, Conjunction, Node)>) -> Result<Node, SyntaxError> {
        let (mut required, mut optional, mut prohibited) = (Vec::new(), Vec::new(), Vec::new());
        let start = clauses.first().map_or(0, |(.., node)| node.start);
        let end = clauses.last().map_or(0, |(.., node)| node.end);
        for (occur, _, node) in clauses {
            match occur {
                Occur::Required => required.push(node),
                Occur::Optional => optional.push(node),
                Occur::Prohibited => {
                    let (from, to) = (node.start, node.end);
                    prohibited.push(node.grown(from, to, Bare::Not, Query::not)?);
                }
            }
        }
        let only_prohibited = required.is_empty() && optional.is_empty();
        let node = if required.is_empty() {
            let mut parts = Vec::new();
            if !optional.is_empty() {
                parts.push(combine(optional, Query::or, Bare::Or)?);
            }
            parts.extend(prohibited);
            combine(parts, Query::and, Bare::And)?
        } else {
            required.extend(prohibited);
            let required = combine(required, Query::and, Bare::And)?;
            if optional.is_empty() {
                required
            } else {
                let optional = combine(optional, Query::or, Bare::Or)?;
                let node = and_any(required, optional)?;
                let message = format!(
                    "beside required clauses, the others only change the order of results: this was read as `{}`",
                    node.query
                );
                self.warnings.note(start, end, message);
                node
            }
        };
        if only_prohibited {
            let message =
                "some programs find nothing for a group that only leaves documents out; here it finds all others";
            self.warnings.note(start, end, message);
        }
        Ok(Node { start, end, ..node })
    }

    fn operand(&mut self, depth: usize) -> Result<Node, SyntaxError> {
        let Token { kind, start, end } = self.pieces.next()?;
        let query = match kind {
            Kind::Open => return self.group(start, depth),
            Kind::Field(name) => return self.field(&name, start, end, depth),
            Kind::Word(text) => {
                // Whatever is written in small letters is a word here, as operators are for a hasty eye.
                let lower = text.plain().to_lowercase();
                if matches!(lower.as_str(), "and" | "or" | "not") && text.plain() != lower.to_uppercase() {
                    let upper = lower.to_uppercase();
                    let message =
                        format!("`{lower}` was searched as a word; write `{upper}` in capitals for the operator");
                    self.warnings.note(start, end, message);
                }
                values::word(&text, start, end, &mut self.warnings)?
            }
            Kind::Quoted(text, slop) => values::quoted(&text, slop, start, end, &mut self.warnings)?,
            Kind::Regex(expression) => {
                let expression = values::regex(&expression, start, end, &mut self.warnings);
                terms::regex(&expression, start, &mut self.warnings)?
            }
            Kind::Range(_) => {
                return Err(error(start, "a range stands after the name of a field, as in `date:[2001 TO 2002]`"));
            }
            Kind::Close => return Err(bracket_first(start)),
            Kind::And | Kind::Or | Kind::Not | Kind::Plus | Kind::Boost => return Err(operator_first(start)),
        };
        Ok(Node::leaf(query, start, end))
    }

    fn group(&mut self, start: usize, depth: usize) -> Result<Node, SyntaxError> {
        let unclosed = "this `(` is never closed; add a `)`, or put a `\\` before it";
        self.pieces.enter(start, depth, unclosed)?;
        let node = self.clauses(depth + 1)?;
        Ok(node.bracketed(start, self.pieces.leave(start, unclosed)?))
    }

    /// What stands after a field's name and colon.
    fn field(&mut self, name: &str, start: usize, name_end: usize, depth: usize) -> Result<Node, SyntaxError> {
        if let Some(outer) = &self.within {
            return Err(error(
                start,
                &format!("`{name}:` cannot stand inside `{outer}:( … )`; close the bracket first"),
            ));
        }
        let Some(token) = self.pieces.peek().cloned() else {
            return Err(error(name_end, &format!("a value is expected after `{name}:`")));
        };
        if let Some(query) = values::special(name, &token, start, &mut self.warnings)? {
            self.pieces.skip(1);
            return Ok(Node::leaf(query, start, token.end));
        }
        let field = values::field(name, start, &mut self.warnings)?;
        self.within = Some(name.to_owned());
        let value = self.operand(depth)?;
        self.within = None;
        check_value(&value, &format!("{name}:"))?;
        in_field(field, value, start)
    }
}

/// The same clauses as other dialects read them: `AND` before `OR`.
fn usual_reading(clauses: &[(Occur, Conjunction, Node)], default: DefaultOperator) -> Query {
    let mut rows: Vec<Vec<Query>> = Vec::new();
    for (occur, conjunction, node) in clauses {
        let query = if *occur == Occur::Prohibited { Query::not(node.query.clone()) } else { node.query.clone() };
        let joins = match conjunction {
            Conjunction::And => true,
            Conjunction::Or => false,
            Conjunction::Nothing => default == DefaultOperator::And || *occur == Occur::Prohibited,
        };
        match rows.last_mut() {
            Some(row) if joins => row.push(query),
            _ => rows.push(vec![query]),
        }
    }
    Query::or(rows.into_iter().map(Query::and))
}

#[cfg(test)]
mod tests;
