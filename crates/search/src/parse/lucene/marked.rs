//! What the pieces of a query are; see [`crate::parse::marked`].

use super::lexer::{self, Kind, Text};
use crate::parse::marked::{as_far_as_read, part};
use crate::parse::pieces::Token;
use crate::parts::{Part, PartKind};

/// The parts of a query as far as it can be cut into pieces.
pub(in crate::parse) fn parts(chars: &[char]) -> Vec<Part> {
    let kind_of = |kind: &Kind| match kind {
        Kind::Open | Kind::Close => PartKind::Bracket,
        Kind::And | Kind::Or | Kind::Not | Kind::Plus => PartKind::Operator,
        Kind::Field(_) => PartKind::Field,
        Kind::Word(text) => word(text),
        Kind::Quoted(..) => PartKind::Phrase,
        Kind::Regex(_) => PartKind::Pattern,
        Kind::Range(_) => PartKind::Number,
        Kind::Boost => PartKind::Ignored,
    };
    let tokens = as_far_as_read(chars, lexer::tokens);
    tokens.iter().map(|Token { kind, start, end }| part(kind_of(kind), *start, *end)).collect()
}

/// A word, or one with wildcards whose meaning was not taken away.
fn word(Text(letters): &Text) -> PartKind {
    let has_marks = letters.iter().any(|(c, marked)| !marked && matches!(c, '*' | '?' | '~'));
    if has_marks { PartKind::Pattern } else { PartKind::Word }
}
