//! Cuts a query into brackets, quoted texts, operators, field names and bare words.
//!
//! Positions are code points of what was typed. What a bare word or a phrase means as words is decided in
//! [`super::terms`].

use crate::parse::SyntaxError;
use crate::query::MAX_DISTANCE;

/// One piece of a query and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// What a piece is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Open,
    Close,
    And,
    Or,
    Not,
    /// `w/5` or `pre/5`.
    Near {
        distance: u32,
        ordered: bool,
    },
    /// A name directly before a colon, in lower case; not yet known to be a field's.
    Field(String),
    /// What stands between quotes.
    Quoted(String),
    /// Anything else up to a space, a bracket or a quote.
    Bare(String),
}

/// Quotation marks that open and close a phrase.
pub(crate) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '‟')
}

/// Whether the quote at `at` is part of a word: UAX #29 keeps `"` inside Hebrew acronyms such as `צה"ל`.
pub(crate) fn glued_quote(chars: &[char], at: usize) -> bool {
    let hebrew = |i: usize| chars.get(i).is_some_and(|c| ('\u{5d0}'..='\u{5ea}').contains(c));
    chars.get(at) == Some(&'"') && at > 0 && hebrew(at - 1) && hebrew(at + 1)
}

/// The pieces of a query.
pub(super) fn tokens(chars: &[char]) -> Result<Vec<Token>, SyntaxError> {
    let mut found: Vec<Token> = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let start = at;
        let kind = match c {
            c if c.is_whitespace() || c.is_control() => {
                at += 1;
                continue;
            }
            '(' => {
                at += 1;
                Kind::Open
            }
            ')' => {
                at += 1;
                Kind::Close
            }
            c if is_quote(c) => {
                let (content, end) = quoted(chars, at, after_tag(&found))?;
                at = end;
                Kind::Quoted(content)
            }
            _ => {
                at = end_of_bare(chars, at);
                match field_name(&chars[start..at]) {
                    // The name of a tag may be an IRI.
                    _ if after_tag(&found) => Kind::Bare(chars[start..at].iter().collect()),
                    Some(name) => {
                        at = start + name.len() + 1;
                        Kind::Field(name)
                    }
                    None => bare(chars[start..at].iter().collect(), start)?,
                }
            }
        };
        found.push(Token { kind, start, end: at });
    }
    Ok(found)
}

/// Whether the last piece is `tag:`.
fn after_tag(found: &[Token]) -> bool {
    matches!(found.last(), Some(Token { kind: Kind::Field(name), .. }) if name == "tag")
}

/// What stands between the quote at `open` and the next one, and where that ends. In the name of a tag, a doubled
/// quote is one that belongs to the name.
fn quoted(chars: &[char], open: usize, doubled: bool) -> Result<(String, usize), SyntaxError> {
    let mut content = String::new();
    let mut at = open + 1;
    while let Some(&c) = chars.get(at) {
        if is_quote(c) && (doubled || !glued_quote(chars, at)) {
            if doubled && chars.get(at + 1) == Some(&c) {
                at += 1;
            } else {
                return Ok((content, at + 1));
            }
        }
        content.push(c);
        at += 1;
    }
    Err(super::error(open, "this quotation mark is never closed; add another at the end of the phrase"))
}

/// Where a bare word beginning at `start` ends.
fn end_of_bare(chars: &[char], start: usize) -> usize {
    let mut at = start;
    while let Some(&c) = chars.get(at) {
        if c == '(' && at > start && !is_operator(&chars[start..at]) {
            match end_of_citation(chars, at) {
                Some(end) => at = end,
                None => return at,
            }
        } else if c.is_whitespace()
            || c.is_control()
            || matches!(c, '(' | ')')
            || (is_quote(c) && !glued_quote(chars, at))
        {
            return at;
        } else {
            at += 1;
        }
    }
    at
}

/// Where the brackets of a citation such as `12.3(a)` end: directly after a word, with nothing but letters and digits
/// inside.
fn end_of_citation(chars: &[char], open: usize) -> Option<usize> {
    let inside = |c: &char| c.is_alphanumeric() || matches!(c, '*' | '?');
    let length = chars[open + 1..].iter().take_while(|c| inside(c)).count();
    (length > 0 && chars.get(open + 1 + length) == Some(&')')).then_some(open + length + 2)
}

/// Whether a bare word is an operator or a field's name, which a group may follow directly.
fn is_operator(bare: &[char]) -> bool {
    let text: String = bare.iter().collect();
    field_name(bare).is_some() || !matches!(self::bare(text, 0), Ok(Kind::Bare(_)))
}

/// The name before a colon at the beginning of a bare word, in lower case.
fn field_name(bare: &[char]) -> Option<String> {
    let colon = bare.iter().position(|&c| c == ':')?;
    let letters = colon > 0 && bare[..colon].iter().all(char::is_ascii_alphabetic);
    letters.then(|| bare[..colon].iter().map(char::to_ascii_lowercase).collect())
}

/// An operator or a bare word.
fn bare(text: String, start: usize) -> Result<Kind, SyntaxError> {
    match text.as_str() {
        "AND" => return Ok(Kind::And),
        "OR" => return Ok(Kind::Or),
        "NOT" => return Ok(Kind::Not),
        _ => {}
    }
    let Some((name, number)) = text.split_once('/') else { return Ok(Kind::Bare(text)) };
    let ordered = match name.to_ascii_lowercase().as_str() {
        "w" => false,
        "pre" => true,
        _ => return Ok(Kind::Bare(text)),
    };
    if number.is_empty() || !number.bytes().all(|b| b.is_ascii_digit()) {
        return Ok(Kind::Bare(text));
    }
    match number.parse::<u32>() {
        Ok(distance) if (1..=MAX_DISTANCE).contains(&distance) => Ok(Kind::Near { distance, ordered }),
        _ => Err(super::error(
            start,
            &format!("the distance in `{text}` must be a number of words from 1 to {MAX_DISTANCE}"),
        )),
    }
}
