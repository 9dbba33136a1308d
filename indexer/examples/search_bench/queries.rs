//! The kinds of query that are measured, and how one is made of words of the texts.

use serde::{Deserialize, Serialize};

use crate::corpus::{Corpus, Random};

/// A kind of query.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Class {
    RareWord,
    CommonWord,
    And,
    Or,
    AndNot,
    Phrase,
    CommonPhrase,
    Near,
    CommonNear,
    Groups,
    WildcardNear,
    Nested,
    NotNear,
    Prefix,
    Leading,
    Fuzzy,
    FirstPage,
}

/// A query, and the nearest tantivy can do.
#[derive(Serialize, Deserialize)]
pub(crate) struct Asked {
    pub(crate) class: String,
    pub(crate) written: String,
    pub(crate) raw: RawQuery,
}

/// What tantivy is asked.
#[derive(Serialize, Deserialize)]
pub(crate) enum RawQuery {
    Word(String),
    And(Vec<String>),
    Or(Vec<String>),
    AndNot(String, String),
    /// Words with so much slop between them.
    Phrase(Vec<String>, u32),
    Pattern(String),
    Fuzzy(String),
    Nothing,
}

impl Class {
    pub(crate) const ALL: &[Self] = &[
        Self::RareWord,
        Self::CommonWord,
        Self::And,
        Self::Or,
        Self::AndNot,
        Self::Phrase,
        Self::CommonPhrase,
        Self::Near,
        Self::CommonNear,
        Self::Groups,
        Self::WildcardNear,
        Self::Nested,
        Self::NotNear,
        Self::Prefix,
        Self::Leading,
        Self::Fuzzy,
        Self::FirstPage,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::RareWord => "rare word",
            Self::CommonWord => "common word",
            Self::And => "a AND b",
            Self::Or => "a OR b OR c",
            Self::AndNot => "a AND NOT b",
            Self::Phrase => "phrase of 3",
            Self::CommonPhrase => "common phrase",
            Self::Near => "a w/5 b",
            Self::CommonNear => "common w/10",
            Self::Groups => "(a OR b) w/10 (c OR d)",
            Self::WildcardNear => "abc* w/10 (d OR e)",
            Self::Nested => "(a w/5 b) w/20 c",
            Self::NotNear => "a NOT w/5 b",
            Self::Prefix => "abc*",
            Self::Leading => "*abc",
            Self::Fuzzy => "word~1",
            Self::FirstPage => "first page + facets",
        }
    }

    pub(crate) fn query(self, corpus: &Corpus, random: &mut Random) -> Asked {
        let (common, middle, rare) = (0.25, 0.55, 0.9);
        let mut word = |part| corpus.word(random, part).to_owned();
        let (written, raw) = match self {
            Self::RareWord => {
                let a = word(rare);
                (a.clone(), RawQuery::Word(a))
            }
            Self::CommonWord | Self::FirstPage => {
                let a = word(common);
                (a.clone(), RawQuery::Word(a))
            }
            Self::And => {
                let (a, b) = (word(common), word(middle));
                (format!("{a} AND {b}"), RawQuery::And(vec![a, b]))
            }
            Self::Or => {
                let all = vec![word(middle), word(middle), word(rare)];
                (all.join(" OR "), RawQuery::Or(all))
            }
            Self::AndNot => {
                let (a, b) = (word(middle), word(common));
                (format!("{a} AND NOT {b}"), RawQuery::AndNot(a, b))
            }
            Self::Phrase => {
                let all = corpus.passage(random, 3);
                (format!("\"{}\"", all.join(" ")), RawQuery::Phrase(all, 0))
            }
            Self::CommonPhrase => {
                let all = vec![word(common), word(common)];
                (format!("\"{}\"", all.join(" ")), RawQuery::Phrase(all, 0))
            }
            Self::Near => {
                let all = corpus.passage(random, 5);
                (format!("{} w/5 {}", all[0], all[4]), RawQuery::Phrase(vec![all[0].clone(), all[4].clone()], 4))
            }
            Self::CommonNear => {
                let (a, b) = (word(common), word(common));
                (format!("{a} w/10 {b}"), RawQuery::Phrase(vec![a, b], 9))
            }
            Self::Groups => {
                let (a, b, c, d) = (word(common), word(middle), word(middle), word(rare));
                (format!("({a} OR {b}) w/10 ({c} OR {d})"), RawQuery::Nothing)
            }
            Self::WildcardNear => {
                let (a, b, c) = (word(middle), word(middle), word(common));
                (format!("{}* w/10 ({b} OR {c})", &a[..a.len().min(4)]), RawQuery::Nothing)
            }
            Self::Nested => {
                let (all, c) = (corpus.passage(random, 4), corpus.word(random, common));
                (format!("({} w/5 {}) w/20 {c}", all[0], all[3]), RawQuery::Nothing)
            }
            Self::NotNear => {
                let (a, b) = (word(middle), word(common));
                (format!("{a} NOT w/5 {b}"), RawQuery::Nothing)
            }
            Self::Prefix => {
                let a = word(middle);
                let start = &a[..a.len().min(4)];
                (format!("{start}*"), RawQuery::Pattern(format!("{start}.*")))
            }
            Self::Leading => {
                let a = word(middle);
                let end = &a[a.len().saturating_sub(4)..];
                (format!("*{end}"), RawQuery::Pattern(format!(".*{end}")))
            }
            Self::Fuzzy => {
                let a = word(middle);
                (format!("{a}~1"), RawQuery::Fuzzy(a))
            }
        };
        Asked { class: self.name().to_owned(), written, raw }
    }
}
