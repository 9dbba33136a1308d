//! Cuts a Lucene query into brackets, quoted texts, signs, names of fields, ranges and words.
//!
//! A `\` takes the meaning of the character after it away; which characters were so marked is kept.

use crate::parse::SyntaxError;
use crate::parse::node::error;
use crate::parse::pieces::{Token, end_of_citation, is_space, unclosed_quote};

/// What a piece is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Open,
    Close,
    And,
    Or,
    /// `NOT`, `!` or `-`.
    Not,
    Plus,
    /// A name directly before a colon.
    Field(String),
    Word(Text),
    /// What stands between quotes, and after a `~` behind them.
    Quoted(Text, Option<u32>),
    /// What stands between slashes.
    Regex(String),
    /// `[a TO b]`, or `>=a`.
    Range(Ends),
    /// `^2`.
    Boost,
}

/// Characters, each with whether a `\` stood before it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Text(pub(super) Vec<(char, bool)>);

impl Text {
    /// The characters.
    pub(super) fn plain(&self) -> String {
        self.0.iter().map(|(c, _)| c).collect()
    }

    /// Whether it is `AND`, `OR` or `NOT`.
    fn is_operator(&self) -> bool {
        self.0.len() <= 3 && matches!(self.plain().as_str(), "AND" | "OR" | "NOT")
    }

    /// The characters, with spaces for marked ones that would otherwise be wildcards.
    pub(super) fn searched(&self) -> String {
        self.0.iter().map(|(c, marked)| if *marked && matches!(c, '*' | '?') { ' ' } else { *c }).collect()
    }
}

/// Ends of a range as written; `None` where it is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ends {
    pub(super) first: Option<String>,
    pub(super) holds_first: bool,
    pub(super) last: Option<String>,
    pub(super) holds_last: bool,
}

/// The pieces of a query.
pub(super) fn tokens(chars: &[char]) -> Result<Vec<Token<Kind>>, SyntaxError> {
    let mut lexer = Lexer { chars, at: 0, found: Vec::new() };
    while let Some(&c) = chars.get(lexer.at) {
        if is_space(c) {
            lexer.at += 1;
            continue;
        }
        let start = lexer.at;
        let kind = lexer.piece(c)?;
        lexer.found.push(Token { kind, start, end: lexer.at });
    }
    Ok(lexer.found)
}

struct Lexer<'q> {
    chars: &'q [char],
    at: usize,
    found: Vec<Token<Kind>>,
}

impl Lexer<'_> {
    fn next_is(&self, ahead: usize, wanted: char) -> bool {
        self.chars.get(self.at + ahead) == Some(&wanted)
    }

    /// Whether the character there is a space, or there is none.
    fn is_gap(&self, ahead: usize) -> bool {
        self.chars.get(self.at + ahead).is_none_or(|c| is_space(*c))
    }

    fn one(&mut self, kind: Kind, length: usize) -> Result<Kind, SyntaxError> {
        self.at += length;
        Ok(kind)
    }

    fn piece(&mut self, c: char) -> Result<Kind, SyntaxError> {
        match c {
            '(' => self.one(Kind::Open, 1),
            ')' => self.one(Kind::Close, 1),
            '&' if self.next_is(1, '&') => self.one(Kind::And, 2),
            '|' if self.next_is(1, '|') => self.one(Kind::Or, 2),
            '+' if !self.is_gap(1) => self.one(Kind::Plus, 1),
            '-' | '!' if !self.is_gap(1) => self.one(Kind::Not, 1),
            '^' if !self.found.is_empty() => {
                self.at += 1;
                while self.chars.get(self.at).is_some_and(|c| c.is_ascii_digit() || *c == '.') {
                    self.at += 1;
                }
                Ok(Kind::Boost)
            }
            '"' | '“' | '”' => self.quoted(),
            '/' => self.regex(),
            '[' | '{' if matches!(self.found.last(), Some(Token { kind: Kind::Field(_), .. })) => self.range(),
            '<' | '>' if matches!(self.found.last(), Some(Token { kind: Kind::Field(_), .. })) => self.comparison(c),
            _ => Ok(self.word()),
        }
    }

    fn quoted(&mut self) -> Result<Kind, SyntaxError> {
        let open = self.at;
        self.at += 1;
        let mut text = Text::default();
        loop {
            match self.chars.get(self.at) {
                None => return Err(unclosed_quote(open)),
                Some('\\') if self.chars.len() > self.at + 1 => {
                    text.0.push((self.chars[self.at + 1], true));
                    self.at += 2;
                }
                Some('"' | '“' | '”') => break,
                Some(c) => {
                    text.0.push((*c, false));
                    self.at += 1;
                }
            }
        }
        self.at += 1;
        if !self.next_is(0, '~') {
            return Ok(Kind::Quoted(text, None));
        }
        let tilde = self.at;
        self.at += 1;
        let mut digits = String::new();
        while let Some(c) = self.chars.get(self.at).filter(|c| c.is_ascii_digit()) {
            digits.push(*c);
            self.at += 1;
        }
        let slop = digits
            .parse()
            .map_err(|_| error(tilde, "a number of words is expected after this `~`, as in `\"a b\"~5`"))?;
        Ok(Kind::Quoted(text, Some(slop)))
    }

    fn regex(&mut self) -> Result<Kind, SyntaxError> {
        let open = self.at;
        self.at += 1;
        let mut expression = String::new();
        loop {
            match self.chars.get(self.at) {
                None => {
                    return Err(error(
                        open,
                        "this `/` begins a regular expression that is never closed; put a `\\` before it",
                    ));
                }
                Some('\\') if self.chars.len() > self.at + 1 => {
                    let escaped = self.chars[self.at + 1];
                    if escaped != '/' {
                        expression.push('\\');
                    }
                    expression.push(escaped);
                    self.at += 2;
                }
                Some('/') => break,
                Some(c) => {
                    expression.push(*c);
                    self.at += 1;
                }
            }
        }
        self.at += 1;
        Ok(Kind::Regex(expression))
    }

    /// `[a TO b]`, with `{` or `}` at an end that does not belong to it.
    fn range(&mut self) -> Result<Kind, SyntaxError> {
        let open = self.at;
        let length = self.chars[open..]
            .iter()
            .position(|c| matches!(c, ']' | '}'))
            .ok_or_else(|| error(open, "this range is never closed; write it as in `date:[2001-05 TO 2001-08]`"))?;
        let inside: String = self.chars[open + 1..open + length].iter().collect();
        self.at = open + length + 1;
        let parts: Vec<&str> = inside.split_whitespace().collect();
        let [first, "TO", last] = parts.as_slice() else {
            return Err(error(open, "a range has two ends and a TO between them, as in `date:[2001-05 TO 2001-08]`"));
        };
        let end = |text: &str| (text != "*").then(|| text.trim_matches('"').to_owned());
        Ok(Kind::Range(Ends {
            first: end(first),
            holds_first: self.chars[open] == '[',
            last: end(last),
            holds_last: self.chars[open + length] == ']',
        }))
    }

    /// `>=a`, `<a`.
    fn comparison(&mut self, sign: char) -> Result<Kind, SyntaxError> {
        let start = self.at;
        self.at += 1;
        let holds = self.next_is(0, '=');
        self.at += usize::from(holds);
        let mut value = String::new();
        while !self.is_gap(0) && !self.next_is(0, ')') {
            value.push(self.chars[self.at]);
            self.at += 1;
        }
        if value.is_empty() {
            return Err(error(start, "a value is expected after this sign, as in `date:>=2001-05`"));
        }
        let open = Ends { first: None, holds_first: true, last: None, holds_last: true };
        Ok(Kind::Range(match sign {
            '>' => Ends { first: Some(value), holds_first: holds, ..open },
            _ => Ends { last: Some(value), holds_last: holds, ..open },
        }))
    }

    /// A word, an operator, or a field's name.
    fn word(&mut self) -> Kind {
        let mut text = Text::default();
        while let Some(&c) = self.chars.get(self.at) {
            if c == '\\' && self.chars.len() > self.at + 1 {
                text.0.push((self.chars[self.at + 1], true));
                self.at += 2;
                continue;
            }
            if c == ':'
                && !text.0.is_empty()
                && text.0.iter().all(|(c, _)| c.is_alphanumeric() || matches!(c, '_' | '.' | '-' | '*'))
            {
                self.at += 1;
                return Kind::Field(text.plain());
            }
            if !text.0.is_empty()
                && !text.is_operator()
                && let Some(end) = end_of_citation(self.chars, self.at)
            {
                text.0.extend(self.chars[self.at..end].iter().map(|c| (*c, false)));
                self.at = end;
                continue;
            }
            let ends = is_space(c) || matches!(c, '(' | ')' | '"' | '“' | '”' | '^' | '[' | ']' | '{' | '}');
            if ends && !(text.0.is_empty() && matches!(c, '^' | '[' | ']' | '{' | '}')) {
                break;
            }
            text.0.push((c, false));
            self.at += 1;
        }
        let marked = text.0.iter().any(|(_, marked)| *marked);
        match text.plain().as_str() {
            "AND" if !marked => Kind::And,
            "OR" if !marked => Kind::Or,
            "NOT" if !marked => Kind::Not,
            _ => Kind::Word(text),
        }
    }
}
