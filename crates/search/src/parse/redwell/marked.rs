//! What the pieces of a query are, noted while it is read; see [`crate::parse::marked`].

use super::lexer::{Kind, Lexer};
use super::{Parser, Token};
use crate::parse::marked::{Record, word};
use crate::parse::node::Warnings;
use crate::parts::{Part, PartKind};

/// The parts of a query as far as it can be read.
pub(in crate::parse) fn parts(chars: &[char]) -> Vec<Part> {
    let record = Record::kept();
    let lexer = Lexer::new(chars).noting(record.clone());
    let mut parser = Parser { lexer, within: None, warnings: Warnings::default() };
    // Whether it is a query is told elsewhere; here counts how far reading came.
    let _ = parser.andany(0);
    drop(parser);
    record.into_parts()
}

/// Notes a piece.
pub(super) fn note(record: &Record, token: &Token) {
    let Token { start, end, .. } = *token;
    let kind = match &token.kind {
        Kind::Function(_) => {
            record.note(PartKind::Function, start, end - 1);
            return record.note(PartKind::Bracket, end - 1, end);
        }
        Kind::Open | Kind::Close => PartKind::Bracket,
        Kind::Comma | Kind::And | Kind::Or | Kind::Not | Kind::AndAny | Kind::Near { .. } | Kind::Expand(_) => {
            PartKind::Operator
        }
        Kind::Field(_) => PartKind::Field,
        Kind::Quoted(_) => PartKind::Phrase,
        Kind::Exact(_) => PartKind::Word,
        Kind::Regex(_) => PartKind::Pattern,
        Kind::Bare(text) => word(text, &['*', '?', '~']),
    };
    record.note(kind, start, end);
}
