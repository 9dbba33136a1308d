//! The functions of the `redwell` dialect: `first(10, …)`, `sample(5%, …)`, `hits(…) >= 3`, `money(USD 1000..)` and the
//! others.

use super::lexer::{Function, Kind};
use super::{Bare, Node, Parser, SyntaxError, Token, error, terms};
use crate::date::DateRange;
use crate::field::{Field, OrderedField};
use crate::parse::amounts::{self, Unit};
use crate::parse::node::grown;
use crate::query::{End, MAX_DISTANCE, Query, Range, SampleSize};
use crate::term::{StemLanguage, Term, TextRegex};
use crate::words;

impl Parser<'_> {
    /// What stands after a function's name and opening bracket, up to its closing one.
    pub(super) fn function(&mut self, function: Function, start: usize, depth: usize) -> Result<Node, SyntaxError> {
        if let Some(outer) = &self.within
            && matches!(
                function,
                Function::All
                    | Function::Day
                    | Function::Exists
                    | Function::Hits
                    | Function::Money
                    | Function::Regex
                    | Function::Sample
            )
        {
            let message =
                format!("`{}(…)` cannot stand inside `{outer}:( … )`; close the bracket first", function.name());
            return Err(error(start, &message));
        }
        let outside = std::mem::replace(&mut self.lexer.commas, true);
        let node = match function {
            Function::First => self.edge(End::First, start, depth)?,
            Function::Last => self.edge(End::Last, start, depth)?,
            Function::Sample => self.sample(start, depth)?,
            Function::Hits => self.hits(start, depth)?,
            Function::Phrase => self.phrase_of(start, depth)?,
            leaf => {
                let query = self.leaf(leaf, start)?;
                self.close(leaf.name(), start)?;
                Node::leaf(query, start, self.lexer.position())
            }
        };
        self.lexer.commas = outside;
        Ok(node)
    }

    /// The functions that hold no other query.
    fn leaf(&mut self, function: Function, start: usize) -> Result<Query, SyntaxError> {
        match function {
            Function::All => Ok(Query::All),
            Function::Stem => {
                let (word, at) = self.text("a word", "stem(apply)")?;
                let language = if self.lexer.pass(',') {
                    let (code, at) = self.lexer.argument(true);
                    code.to_lowercase().parse().map_err(|why: String| error(at, &why))?
                } else {
                    StemLanguage::default()
                };
                terms::stem(&word, language, at)
            }
            Function::Syn => {
                let (written, at) = self.text("a word", "syn(fast)")?;
                let folded: Vec<_> = words::folded_words(&written).collect();
                if folded.is_empty() {
                    return Err(error(at, "a word of the matter's list of synonyms is expected here"));
                }
                Ok(Query::Term(Term::Synonyms(folded.join(" "))))
            }
            Function::Regex => match self.lexer.name()? {
                Some((expression, true, at)) => {
                    self.warnings.count_expression(at)?;
                    TextRegex::new(&expression).map(Query::Regex).map_err(|why| error(at, &why.to_string()))
                }
                _ => Err(error(
                    self.lexer.position(),
                    "put the expression in quotation marks, doubled where they belong to it: `regex(\"fo+ bar\")`",
                )),
            },
            Function::Number => {
                let (range, at) = self.lexer.argument(false);
                let range = amounts::range(&range, Unit::Plain).map_err(|why| error(at, &why))?;
                Ok(Query::Term(Term::Number(range)))
            }
            Function::Money => {
                let (range, at) = self.lexer.argument(false);
                amounts::money(&range).map(Query::Money).map_err(|why| error(at, &why))
            }
            Function::Day => {
                let (range, at) = self.lexer.argument(false);
                DateRange::parse(&range).map(Query::Day).map_err(|why| error(at, &why.to_string()))
            }
            Function::Exists => {
                let (name, at) = self.lexer.argument(false);
                exists(&name.to_lowercase(), at)
            }
            Function::First | Function::Hits | Function::Last | Function::Phrase | Function::Sample => {
                Err(error(start, "a word is expected here"))
            }
        }
    }

    /// A text argument, in quotes or not.
    fn text(&mut self, what: &str, example: &str) -> Result<(String, usize), SyntaxError> {
        match self.lexer.name()? {
            Some((text, is_quoted, at)) => Ok((text, at + usize::from(is_quoted))),
            None => Err(error(self.lexer.position(), &format!("{what} is expected here, as in `{example}`"))),
        }
    }

    /// Passes over the `)` that closes a function.
    fn close(&mut self, name: &str, start: usize) -> Result<(), SyntaxError> {
        if self.lexer.pass(')') {
            return Ok(());
        }
        if self.lexer.position() >= self.lexer.length() {
            return Err(error(start, &format!("the bracket of `{name}(` is never closed; add a `)`")));
        }
        let message = format!(
            "a `)` is expected here to close `{name}(`; put a value with spaces or brackets in quotation marks"
        );
        Err(error(self.lexer.position(), &message))
    }

    /// Passes over the comma after a first argument.
    fn comma(&mut self, example: &str) -> Result<(), SyntaxError> {
        if self.lexer.pass(',') {
            return Ok(());
        }
        Err(error(
            self.lexer.position(),
            &format!("a comma and what to search for are expected here, as in `{example}`"),
        ))
    }

    /// `first(10, …)` and `last(10, …)`, after the bracket.
    fn edge(&mut self, end: End, start: usize, depth: usize) -> Result<Node, SyntaxError> {
        let name = if end == End::First { "first" } else { "last" };
        let (digits, at) = self.lexer.take_while(|c| c.is_ascii_digit());
        let words = digits.parse().ok().filter(|words| (1..=MAX_DISTANCE).contains(words)).ok_or_else(|| {
            let message =
                format!("a number of words from 1 to {MAX_DISTANCE} is expected here, as in `{name}(10, breach)`");
            error(at, &message)
        })?;
        self.comma(&format!("{name}(10, breach)"))?;
        let of = self.content(start, depth, Self::andany)?;
        if !takes_edge(&of.query) {
            let message = format!(
                "`{name}(…)` takes words of the text; fields, dates, codes and other conditions on whole documents are \
                 joined to it by AND"
            );
            return Err(error(start, &message));
        }
        let close = of.end;
        of.grown(start, close, Bare::Single, |of| Query::edge(of, end, words))
    }

    /// `sample(100, …)`, `sample(5%, …, 7)`, after the bracket.
    fn sample(&mut self, start: usize, depth: usize) -> Result<Node, SyntaxError> {
        let (written, at) = self.lexer.take_while(|c| c.is_ascii_digit() || matches!(c, '.' | '%'));
        let size = size(&written).ok_or_else(|| {
            error(at, "a number of documents or a percentage is expected here, as in `sample(100, breach)` or `sample(5%, breach)`")
        })?;
        self.comma("sample(100, breach)")?;
        let node = self.andany(depth + 1)?;
        let mut seed = 0;
        if self.pass(&Kind::Comma)? {
            let (digits, at) = self.lexer.take_while(|c| c.is_ascii_digit());
            seed = digits
                .parse()
                .map_err(|_| error(at, "the seed of a sample is a whole number, as in `sample(100, breach, 7)`"))?;
        }
        let Some(Token { kind: Kind::Close, end, .. }) = self.lexer.next()? else {
            return Err(error(start, "the bracket of `sample(` is never closed; add a `)`"));
        };
        node.grown(start, end, Bare::Single, |of| Query::sample(of, size, seed))
    }

    /// `hits(…) >= 3`, after the bracket.
    fn hits(&mut self, start: usize, depth: usize) -> Result<Node, SyntaxError> {
        let of = self.content(start, depth, Self::andany)?;
        let (comparison, at) = self.lexer.take_while(|c| matches!(c, '<' | '>' | '='));
        let (number, number_at) = self.lexer.take_while(|c| c.is_ascii_digit() || c == '.');
        let whole = |text: &str| {
            let bad = || error(number_at, "a whole number of hits is expected here, as in `hits(breach) >= 3`");
            text.parse::<u32>().ok().filter(|number| *number < u32::MAX).ok_or_else(bad)
        };
        let (least, most) = match (comparison.as_str(), number.split_once("..")) {
            ("=" | "==", Some((least, most))) => (whole(least)?, Some(whole(most)?)),
            ("=" | "==", None) => (whole(&number)?, Some(whole(&number)?)),
            (">=", None) => (whole(&number)?, None),
            (">", None) => (whole(&number)? + 1, None),
            ("<=", None) => (0, Some(whole(&number)?)),
            ("<", None) => match whole(&number)?.checked_sub(1) {
                Some(most) => (0, Some(most)),
                None => return Err(error(number_at, "no document has fewer than 0 hits")),
            },
            _ => {
                let message = "say how many: `hits(…) >= 3`, `hits(…) = 2..5`, `hits(…) < 10`";
                return Err(error(at, message));
            }
        };
        if most.is_some_and(|most| most < least) {
            return Err(error(number_at, "this range ends before it begins"));
        }
        let end = self.lexer.position();
        of.grown(start, end, Bare::Single, |of| Query::hits(of, least, most))
    }

    /// `phrase(…, …)`, after the bracket.
    fn phrase_of(&mut self, start: usize, depth: usize) -> Result<Node, SyntaxError> {
        let (mut parts, mut height) = (Vec::new(), 0);
        loop {
            let node = self.andany(depth + 1)?;
            if !node.query.has_passages() {
                let message = "a part of a phrase is a word, a phrase or a bracket of such joined by OR";
                return Err(error(node.start, message));
            }
            height = height.max(node.height);
            parts.push(node.query);
            match self.lexer.next()? {
                Some(Token { kind: Kind::Comma, .. }) => {}
                Some(Token { kind: Kind::Close, end, .. }) => {
                    let query = Query::phrase(parts);
                    return Ok(Node { query, height: grown(height, start)?, start, end, bare: Bare::Single });
                }
                _ => return Err(error(start, "the bracket of `phrase(` is never closed; add a `)`")),
            }
        }
    }
}

/// Whether passages of all its parts can be asked to stand at an end of the text.
fn takes_edge(query: &Query) -> bool {
    match query {
        Query::And(parts) | Query::Or(parts) => parts.iter().all(takes_edge),
        Query::Not(part) => takes_edge(part),
        other => other.has_passages(),
    }
}

/// Documents with anything in a field.
pub(in crate::parse) fn exists(name: &str, at: usize) -> Result<Query, SyntaxError> {
    if let Ok(field) = name.parse::<Field>() {
        return Ok(Query::Exists(field));
    }
    let Ok(field) = name.parse::<OrderedField>() else {
        return Err(error(at, &super::fields::unknown(name)));
    };
    let range = if field.is_moment() {
        Range::Days(DateRange::parse("0000..").map_err(|why| error(at, &why.to_string()))?)
    } else {
        Range::Numbers(crate::number::NumberRange::default())
    };
    Ok(Query::Within { field, range })
}

/// `100`, `5%` or `0.25%`.
fn size(written: &str) -> Option<SampleSize> {
    let Some(percent) = written.strip_suffix('%') else {
        return written.parse().ok().map(SampleSize::Documents);
    };
    let (whole, decimals) = percent.split_once('.').unwrap_or((percent, ""));
    if whole.len() > 3 || decimals.len() > 2 || !decimals.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let hundredths = format!("{whole}{decimals:0<2}").parse().ok()?;
    (1..=10_000).contains(&hundredths).then_some(SampleSize::HundredthsOfPercent(hundredths))
}
