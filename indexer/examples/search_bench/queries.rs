//! The kinds of query that are measured, how one is made of words of the texts, and how others are asked the same.

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

/// A query, and what to ask others instead.
#[derive(Serialize, Deserialize)]
pub(crate) struct Asked {
    pub(crate) class: String,
    pub(crate) written: String,
    /// Nothing where the others would have to be programmed first.
    pub(crate) plain: Option<Plain>,
}

/// A query in words, free of any language.
#[derive(Serialize, Deserialize)]
pub(crate) enum Plain {
    Word(String),
    And(Vec<String>),
    Or(Vec<String>),
    AndNot(String, String),
    Phrase(Vec<String>),
    /// One of some words within a distance of one of others, in either order. A word may end in `*`.
    Near(u32, Vec<String>, Vec<String>),
    /// Two words within a distance, and both within another distance of a third.
    Nested(u32, String, String, u32, String),
    /// A word without another within a distance.
    NotNear(u32, String, String),
    /// A word with a `*` at its end or its beginning.
    Pattern(String),
    Fuzzy(String),
}

impl Plain {
    /// A line for programs that share no code with us: the kind and its parts, tabs between.
    pub(crate) fn line(&self) -> String {
        match self {
            Self::Word(a) => format!("word\t{a}"),
            Self::And(all) => format!("and\t{}", all.join("\t")),
            Self::Or(all) => format!("or\t{}", all.join("\t")),
            Self::AndNot(a, b) => format!("not\t{a}\t{b}"),
            Self::Phrase(all) => format!("phrase\t{}", all.join("\t")),
            Self::Near(distance, one, other) => format!("near\t{distance}\t{}\t{}", one.join(" "), other.join(" ")),
            Self::Nested(inner, a, b, outer, c) => format!("nested\t{inner}\t{a}\t{b}\t{outer}\t{c}"),
            Self::NotNear(distance, a, b) => format!("notnear\t{distance}\t{a}\t{b}"),
            Self::Pattern(pattern) => format!("pattern\t{pattern}"),
            Self::Fuzzy(a) => format!("fuzzy\t{a}"),
        }
    }
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

    /// Whether it asks for words near each other.
    pub(crate) fn is_near(self) -> bool {
        use Class::{CommonNear, Groups, Near, Nested, NotNear, WildcardNear};
        matches!(self, Near | CommonNear | Groups | WildcardNear | Nested | NotNear)
    }

    /// Whether tantivy has the same, so that it is the measure.
    pub(crate) fn is_plain(self) -> bool {
        use Class::{And, AndNot, CommonPhrase, CommonWord, Or, Phrase, RareWord};
        matches!(self, RareWord | CommonWord | And | Or | AndNot | Phrase | CommonPhrase)
    }

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
        let (written, plain) = match self {
            Self::RareWord => {
                let a = word(rare);
                (a.clone(), Plain::Word(a))
            }
            Self::CommonWord | Self::FirstPage => {
                let a = word(common);
                (a.clone(), Plain::Word(a))
            }
            Self::And => {
                let (a, b) = (word(common), word(middle));
                (format!("{a} AND {b}"), Plain::And(vec![a, b]))
            }
            Self::Or => {
                let all = vec![word(middle), word(middle), word(rare)];
                (all.join(" OR "), Plain::Or(all))
            }
            Self::AndNot => {
                let (a, b) = (word(middle), word(common));
                (format!("{a} AND NOT {b}"), Plain::AndNot(a, b))
            }
            Self::Phrase => {
                let all = corpus.passage(random, 3);
                (format!("\"{}\"", all.join(" ")), Plain::Phrase(all))
            }
            Self::CommonPhrase => {
                let all = vec![word(common), word(common)];
                (format!("\"{}\"", all.join(" ")), Plain::Phrase(all))
            }
            Self::Near => {
                let all = corpus.passage(random, 5);
                let (a, b) = (all[0].clone(), all[4].clone());
                (format!("{a} w/5 {b}"), Plain::Near(5, vec![a], vec![b]))
            }
            Self::CommonNear => {
                let (a, mut b) = (word(common), word(common));
                // Whether a word is near itself is answered differently, and nobody asks.
                while a == b {
                    b = word(common);
                }
                (format!("{a} w/10 {b}"), Plain::Near(10, vec![a], vec![b]))
            }
            Self::Groups => {
                let (a, b, c, d) = (word(common), word(middle), word(middle), word(rare));
                (format!("({a} OR {b}) w/10 ({c} OR {d})"), Plain::Near(10, vec![a, b], vec![c, d]))
            }
            Self::WildcardNear => {
                let (a, b, c) = (word(middle), word(middle), word(common));
                let pattern = format!("{}*", &a[..a.len().min(4)]);
                (format!("{pattern} w/10 ({b} OR {c})"), Plain::Near(10, vec![pattern], vec![b, c]))
            }
            Self::Nested => {
                let (all, c) = (corpus.passage(random, 4), corpus.word(random, common).to_owned());
                let (a, b) = (all[0].clone(), all[3].clone());
                (format!("({a} w/5 {b}) w/20 {c}"), Plain::Nested(5, a, b, 20, c))
            }
            Self::NotNear => {
                let (a, b) = (word(middle), word(common));
                (format!("{a} NOT w/5 {b}"), Plain::NotNear(5, a, b))
            }
            Self::Prefix => {
                let a = word(middle);
                let pattern = format!("{}*", &a[..a.len().min(4)]);
                (pattern.clone(), Plain::Pattern(pattern))
            }
            Self::Leading => {
                let a = word(middle);
                let pattern = format!("*{}", &a[a.len().saturating_sub(4)..]);
                (pattern.clone(), Plain::Pattern(pattern))
            }
            Self::Fuzzy => {
                let a = word(middle);
                (format!("{a}~1"), Plain::Fuzzy(a))
            }
        };
        // None of the others counts by custodian, type, year and language here.
        let plain = (!matches!(self, Self::FirstPage)).then_some(plain);
        Asked { class: self.name().to_owned(), written, plain }
    }
}
