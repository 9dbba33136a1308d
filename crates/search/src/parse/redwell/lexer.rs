//! Reads a query piece by piece: brackets, quoted texts, operators, names of fields and functions, and bare words.
//!
//! Pieces are read when they are asked for, because what a comma or a bracket is depends on what stands round it.
//! Positions are code points of what was typed. What a bare word or a phrase means as words is decided in
//! [`crate::parse::terms`].

use super::{Token, marked};
use crate::field::{Field, OrderedField};
use crate::parse::SyntaxError;
use crate::parse::marked::Record;
use crate::parse::pieces::{
    end_of_citation, glued_quote, is_quote, is_space, reach, relation, relation_at, unclosed_quote,
};
use crate::parts::PartKind;
use crate::query::{Reach, Relation};

/// What a piece is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Open,
    Close,
    /// Between the parts of a list, where there is one.
    Comma,
    And,
    Or,
    Not,
    AndAny,
    /// `w/5`, `pre/5`, `w/s` or `pre/p`.
    Near {
        reach: Reach,
        is_ordered: bool,
    },
    /// `+family`, `+thread`, `+duplicates`.
    Expand(Relation),
    /// A name directly before a colon, in lower case; not yet known to be a field's.
    Field(String),
    /// The name of a function and its opening bracket.
    Function(Function),
    /// What stands between quotes.
    Quoted(String),
    /// What stands after `=`, in quotes or not.
    Exact(String),
    /// What stands between slashes.
    Regex(String),
    /// Anything else up to a space, a bracket or a quote.
    Bare(String),
}

/// The functions of the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    All,
    Day,
    Exists,
    First,
    Hits,
    Last,
    Money,
    Number,
    Phrase,
    Regex,
    Sample,
    Stem,
    Syn,
}

impl Function {
    /// Every function and what it is called.
    const ALL: [(&'static str, Self); 13] = [
        ("all", Self::All),
        ("day", Self::Day),
        ("exists", Self::Exists),
        ("first", Self::First),
        ("hits", Self::Hits),
        ("last", Self::Last),
        ("money", Self::Money),
        ("number", Self::Number),
        ("phrase", Self::Phrase),
        ("regex", Self::Regex),
        ("sample", Self::Sample),
        ("stem", Self::Stem),
        ("syn", Self::Syn),
    ];

    /// What it is called.
    pub(super) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, function)| *function == self).map_or("", |(name, _)| name)
    }

    fn named(chars: &[char]) -> Option<Self> {
        let same =
            |name: &str| name.len() == chars.len() && name.chars().eq(chars.iter().map(char::to_ascii_lowercase));
        Self::ALL.iter().find(|(name, _)| same(name)).map(|(_, function)| *function)
    }
}

/// Names before a colon that are neither words nor numbers of a document's own.
pub(crate) const PREDICATES: [&str; 10] =
    ["tag", "coded", "annotated", "note", "conflict", "batch", "saved", "report", "list", "number"];

/// A query being read.
#[derive(Debug, Clone)]
pub(super) struct Lexer<'q> {
    chars: &'q [char],
    at: usize,
    /// Whether a comma separates the parts of a list here.
    pub(super) commas: bool,
    peeked: Option<Token>,
    /// What was read, for who wants to know.
    record: Record,
}

impl<'q> Lexer<'q> {
    pub(super) fn new(chars: &'q [char]) -> Self {
        Self { chars, at: 0, commas: false, peeked: None, record: Record::default() }
    }

    /// The same, noting what is read.
    pub(super) fn noting(self, record: Record) -> Self {
        Self { record, ..self }
    }

    /// The length of the query.
    pub(super) fn length(&self) -> usize {
        self.chars.len()
    }

    /// The next piece, without moving on.
    pub(super) fn peek(&mut self) -> Result<Option<&Token>, SyntaxError> {
        if self.peeked.is_none() {
            let at = self.at;
            self.peeked = self.read()?;
            self.at = at;
        }
        Ok(self.peeked.as_ref())
    }

    /// The next piece.
    pub(super) fn next(&mut self) -> Result<Option<Token>, SyntaxError> {
        let token = match self.peeked.take() {
            Some(token) => Some(token),
            None => self.read()?,
        };
        if let Some(token) = &token {
            self.at = token.end;
            marked::note(&self.record, token);
        }
        Ok(token)
    }

    fn skip_space(&mut self) {
        while self.chars.get(self.at).is_some_and(|c| is_space(*c)) {
            self.at += 1;
        }
    }

    fn read(&mut self) -> Result<Option<Token>, SyntaxError> {
        self.skip_space();
        let start = self.at;
        let Some(&c) = self.chars.get(start) else { return Ok(None) };
        self.at += 1;
        let kind = match c {
            '(' => Kind::Open,
            ')' => Kind::Close,
            ',' if self.commas => Kind::Comma,
            c if is_quote(c) => Kind::Quoted(self.quoted(start, false)?),
            '=' if self.chars.get(self.at).is_some_and(|c| is_quote(*c)) => {
                self.at += 1;
                Kind::Exact(self.quoted(start + 1, false)?)
            }
            '/' if let Some((regex, end)) = regex_at(self.chars, start) => {
                self.at = end;
                Kind::Regex(regex)
            }
            _ => self.bare(start)?,
        };
        Ok(Some(Token { kind, start, end: self.at }))
    }

    /// An operator, a name or a bare word beginning at `start`.
    fn bare(&mut self, start: usize) -> Result<Kind, SyntaxError> {
        let end = self.end_of_bare(start);
        self.at = end;
        let chars = &self.chars[start..end];
        if let Some(name) = field_name(chars) {
            self.at = start + name.chars().count() + 1;
            return Ok(Kind::Field(name));
        }
        if self.chars.get(end) == Some(&'(')
            && let Some(function) = Function::named(chars)
        {
            self.at = end + 1;
            return Ok(Kind::Function(function));
        }
        let text: String = chars.iter().collect();
        match text.strip_prefix('=') {
            Some(exact) if exact.starts_with(|c: char| c.is_alphanumeric() || c == '_') => {
                Ok(Kind::Exact(exact.to_owned()))
            }
            _ => operator(text, start),
        }
    }

    /// What stands between the quote at `open` and the next one; moves behind that. Where `doubled`, a quote written twice
    /// is one that belongs to the text.
    fn quoted(&mut self, open: usize, doubled: bool) -> Result<String, SyntaxError> {
        let mut content = String::new();
        while let Some(&c) = self.chars.get(self.at) {
            self.at += 1;
            if is_quote(c) && (doubled || !glued_quote(self.chars, self.at - 1)) {
                if doubled && self.chars.get(self.at) == Some(&c) {
                    self.at += 1;
                } else {
                    return Ok(content);
                }
            }
            content.push(c);
        }
        Err(unclosed_quote(open))
    }

    /// Where a bare word beginning at `start` ends.
    fn end_of_bare(&self, start: usize) -> usize {
        let mut at = start;
        let mut is_cited = false;
        while let Some(&c) = self.chars.get(at) {
            if c == '(' && at > start && (is_cited || !self.takes_group(start, at)) {
                match end_of_citation(self.chars, at) {
                    Some(end) => {
                        at = end;
                        is_cited = true;
                    }
                    None => return at,
                }
                continue;
            }
            let ends = is_space(c)
                || matches!(c, '(' | ')')
                || (is_quote(c) && !glued_quote(self.chars, at))
                || (c == ',' && self.commas && !between_digits(self.chars, at))
                || (c == '+' && at > start && relation_at(self.chars, at).is_some());
            if ends {
                return at;
            }
            at += 1;
        }
        at
    }

    /// Whether what stands there is an operator or a name that a group may follow directly.
    fn takes_group(&self, start: usize, end: usize) -> bool {
        let chars = &self.chars[start..end];
        field_name(chars).is_some()
            || Function::named(chars).is_some()
            || !matches!(operator(chars.iter().collect(), 0), Ok(Kind::Bare(_)))
    }

    /// A name as people give it, in quotes or up to a space: the text, whether it was in quotes, and where it begins.
    /// `None` where there is none, such as before a bracket.
    pub(super) fn name(&mut self) -> Result<Option<(String, bool, usize)>, SyntaxError> {
        debug_assert!(
            self.peeked.is_none(),
            "names are read before their first character is looked at as anything else"
        );
        self.skip_space();
        let start = self.at;
        match self.chars.get(start) {
            None | Some('(' | ')') => Ok(None),
            Some(&c) if is_quote(c) => {
                self.at += 1;
                let text = self.quoted(start, true)?;
                self.record.note(PartKind::Value, start, self.at);
                Ok(Some((text, true, start)))
            }
            Some(_) => {
                let ends = |at: usize, c: char| {
                    is_space(c)
                        || matches!(c, '(' | ')')
                        || is_quote(c)
                        || (c == ',' && self.commas)
                        || (c == '+' && relation_at(self.chars, at).is_some())
                };
                let mut end = start;
                while self.chars.get(end).is_some_and(|c| !ends(end, *c)) {
                    end += 1;
                }
                self.at = end;
                let text: String = self.chars[start..end].iter().collect();
                self.record.note(PartKind::Value, start, end);
                Ok((!text.is_empty()).then_some((text, false, start)))
            }
        }
    }

    /// What stands up to the next bracket, or comma where `to_comma`, without the spaces round it, and where it begins.
    pub(super) fn argument(&mut self, to_comma: bool) -> (String, usize) {
        debug_assert!(self.peeked.is_none(), "arguments are read before they are looked at as anything else");
        self.skip_space();
        let start = self.at;
        while self.chars.get(self.at).is_some_and(|c| !(matches!(c, '(' | ')') || to_comma && *c == ',')) {
            self.at += 1;
        }
        let text: String = self.chars[start..self.at].iter().collect();
        let text = text.trim_end_matches(is_space).to_owned();
        let kind = if text.contains(|c: char| c.is_ascii_digit()) { PartKind::Number } else { PartKind::Value };
        self.record.note(kind, start, start + text.chars().count());
        (text, start)
    }

    /// Passes over this character, when it is the next one after spaces.
    pub(super) fn pass(&mut self, wanted: char) -> bool {
        debug_assert!(self.peeked.is_none(), "characters are read before they are looked at as anything else");
        self.skip_space();
        let is_next = self.chars.get(self.at) == Some(&wanted);
        if is_next {
            let kind = if matches!(wanted, '(' | ')') { PartKind::Bracket } else { PartKind::Operator };
            self.record.note(kind, self.at, self.at + 1);
        }
        self.at += usize::from(is_next);
        is_next
    }

    /// The digits directly after this character, when that is directly next, and where it stands.
    pub(super) fn directly(&mut self, mark: char) -> Option<(String, usize)> {
        let start = self.at;
        if self.peeked.is_some() || self.chars.get(start) != Some(&mark) {
            return None;
        }
        let digits: String = self.chars[start + 1..].iter().take_while(|c| c.is_ascii_digit()).collect();
        self.at += 1 + digits.len();
        self.record.note(PartKind::Number, start, self.at);
        Some((digits, start))
    }

    /// The next character and those after it while they are of a kind.
    pub(super) fn take_while(&mut self, wanted: impl Fn(char) -> bool) -> (String, usize) {
        self.skip_space();
        let start = self.at;
        while self.chars.get(self.at).is_some_and(|c| wanted(*c)) {
            self.at += 1;
        }
        let kind = match self.chars.get(start) {
            Some('<' | '=' | '>') => PartKind::Operator,
            Some(c) if c.is_alphabetic() => PartKind::Field,
            _ => PartKind::Number,
        };
        self.record.note(kind, start, self.at);
        (self.chars[start..self.at].iter().collect(), start)
    }

    /// Where reading stands.
    pub(super) fn position(&self) -> usize {
        self.at
    }
}

/// Whether the comma there is part of a number.
fn between_digits(chars: &[char], at: usize) -> bool {
    let digit = |i: usize| chars.get(i).is_some_and(char::is_ascii_digit);
    at > 0 && digit(at - 1) && digit(at + 1)
}

/// The expression between the slash at `open` and the next one, and where that ends. It is of one word: it holds no space,
/// and a space, a bracket or the end stands behind it.
fn regex_at(chars: &[char], open: usize) -> Option<(String, usize)> {
    let mut regex = String::new();
    let mut at = open + 1;
    loop {
        match *chars.get(at)? {
            '/' => break,
            c if is_space(c) => return None,
            '\\' => {
                let escaped = *chars.get(at + 1)?;
                if is_space(escaped) {
                    return None;
                }
                if escaped != '/' {
                    regex.push('\\');
                }
                regex.push(escaped);
                at += 2;
            }
            c => {
                regex.push(c);
                at += 1;
            }
        }
    }
    let closed = chars.get(at + 1).is_none_or(|c| is_space(*c) || matches!(c, '(' | ')' | ',' | '+'));
    (closed && !regex.is_empty()).then_some((regex, at + 1))
}

/// The name before a colon at the beginning of a bare word, in lower case.
fn field_name(bare: &[char]) -> Option<String> {
    let colon = bare.iter().position(|&c| c == ':')?;
    let name: String = bare[..colon].iter().map(char::to_ascii_lowercase).collect();
    let letters = colon > 0 && name.bytes().all(|b| b.is_ascii_alphabetic());
    let known = || name.parse::<Field>().is_ok() || name.parse::<OrderedField>().is_ok();
    (letters || known()).then_some(name)
}

/// An operator or a bare word.
fn operator(text: String, start: usize) -> Result<Kind, SyntaxError> {
    match text.as_str() {
        "AND" => return Ok(Kind::And),
        "OR" => return Ok(Kind::Or),
        "NOT" => return Ok(Kind::Not),
        "ANDANY" => return Ok(Kind::AndAny),
        _ => {}
    }
    if let Some(relation) = relation(&text) {
        return Ok(Kind::Expand(relation));
    }
    let Some((name, distance)) = text.split_once('/') else { return Ok(Kind::Bare(text)) };
    let is_ordered = match name.to_ascii_lowercase().as_str() {
        "w" => false,
        "pre" => true,
        _ => return Ok(Kind::Bare(text)),
    };
    let near = reach(distance, &text, start)?.map(|reach| Kind::Near { reach, is_ordered });
    Ok(near.unwrap_or(Kind::Bare(text)))
}
