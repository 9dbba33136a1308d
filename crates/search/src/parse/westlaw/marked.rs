//! What the pieces of a query are; see [`crate::parse::marked`].

use super::lexer::{self, Kind};
use crate::parse::marked::{as_far_as_read, call, part, word};
use crate::parse::pieces::Token;
use crate::parts::{Part, PartKind};

/// The parts of a query as far as it can be cut into pieces.
pub(in crate::parse) fn parts(chars: &[char]) -> Vec<Part> {
    let mut found = Vec::new();
    for Token { kind, start, end } in as_far_as_read(chars, lexer::tokens) {
        let kind_of = match &kind {
            Kind::Values(..) => {
                found.extend(call(PartKind::Field, PartKind::Value, chars, start, end));
                continue;
            }
            Kind::Sample(_) => {
                found.extend(call(PartKind::Function, PartKind::Number, chars, start, end));
                // What ends the piece is a comma, not a bracket.
                if let Some(last) = found.last_mut() {
                    last.kind = PartKind::Operator;
                }
                continue;
            }
            Kind::Open | Kind::Close => PartKind::Bracket,
            Kind::And | Kind::Or | Kind::Not | Kind::But | Kind::Percent | Kind::Near { .. } | Kind::Expand(_) => {
                PartKind::Operator
            }
            Kind::AtLeast(_) => PartKind::Function,
            Kind::Field(_) => PartKind::Field,
            Kind::Quoted(_) => PartKind::Phrase,
            Kind::Word(text) => word(text, &['*', '!', '~']),
        };
        found.push(part(kind_of, start, end));
    }
    found
}
