//! What the pieces of a query are; see [`crate::parse::marked`].

use super::lexer::{self, Kind};
use crate::parse::marked::{as_far_as_read, call, part, word};
use crate::parse::node::Warnings;
use crate::parse::pieces::Token;
use crate::parts::{Part, PartKind};

/// Marks that make a word stand for others.
const MARKS: &[char] = &['*', '?', '~', '%', '=', '&', '#'];

/// The parts of a query as far as it can be cut into pieces.
pub(in crate::parse) fn parts(chars: &[char]) -> Vec<Part> {
    let tokens = as_far_as_read(chars, |chars| lexer::tokens(chars, &mut Warnings::default()));
    let mut found = Vec::with_capacity(tokens.len());
    let mut is_value = false;
    for (at, Token { kind, start, end }) in tokens.iter().enumerate() {
        let is_name = matches!(tokens.get(at + 1), Some(Token { kind: Kind::Contains, .. }));
        let kind_of = match kind {
            Kind::Call(..) => {
                let value = if chars[*start..].iter().take(4).collect::<String>().eq_ignore_ascii_case("date") {
                    PartKind::Number
                } else {
                    PartKind::Value
                };
                found.extend(call(PartKind::Function, value, chars, *start, *end));
                continue;
            }
            Kind::Open | Kind::Close => PartKind::Bracket,
            Kind::And | Kind::Or | Kind::Not | Kind::AndAny | Kind::Contains | Kind::Near { .. } => PartKind::Operator,
            Kind::Edge(_) => PartKind::Function,
            Kind::Quoted(text) if text.trim_start().starts_with("##") => PartKind::Pattern,
            Kind::Quoted(_) | Kind::Word(_) if is_value => PartKind::Value,
            Kind::Quoted(_) => PartKind::Phrase,
            Kind::Word(_) if is_name => PartKind::Field,
            Kind::Word(text) if text.contains("~~") => PartKind::Number,
            Kind::Word(text) => word(text, MARKS),
        };
        is_value = *kind == Kind::Contains;
        found.push(part(kind_of, *start, *end));
    }
    found
}
