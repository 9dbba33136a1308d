//! Cuts a dtSearch query into brackets, quoted texts, operators and words.

use crate::parse::SyntaxError;
use crate::parse::node::{Warnings, error};
use crate::parse::pieces::{Token, end_of_citation, glued_quote, is_quote, is_space, quoted, reach};
use crate::query::{End, Reach};

/// What a piece is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Open,
    Close,
    And,
    Or,
    Not,
    AndAny,
    Contains,
    /// `w/5` or `pre/5`.
    Near {
        reach: Reach,
        is_ordered: bool,
    },
    /// `xfirstword` or `xlastword`.
    Edge(End),
    Quoted(String),
    Word(String),
    /// `date(…)`, `mail(…)`, `creditcard(…)`: the name and what stands between the brackets.
    Call(String, String),
}

/// The pieces of a query.
pub(super) fn tokens(chars: &[char], warnings: &mut Warnings) -> Result<Vec<Token<Kind>>, SyntaxError> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(&c) = chars.get(at) {
        let start = at;
        let kind = match c {
            c if is_space(c) => {
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
                let (text, end) = quoted(chars, at)?;
                at = end;
                Kind::Quoted(text)
            }
            _ => {
                while chars.get(at).is_some_and(|c| !is_space(*c) && !matches!(c, '(' | ')'))
                    && (!is_quote(chars[at]) || glued_quote(chars, at))
                {
                    at += 1;
                }
                let text: String = chars[start..at].iter().collect();
                if let Some(name) = field_before_colons(&text) {
                    let colons = start + name.len();
                    found.push(Token { kind: Kind::Word(name.to_owned()), start, end: colons });
                    at = colons + 2;
                    found.push(Token { kind: Kind::Contains, start: colons, end: at });
                    continue;
                }
                let name = text.to_lowercase();
                if chars.get(at) == Some(&'(') && matches!(name.as_str(), "date" | "mail" | "creditcard") {
                    let close = chars[at..]
                        .iter()
                        .position(|c| *c == ')')
                        .ok_or_else(|| error(start, &format!("the bracket of `{name}(` is never closed; add a `)`")))?;
                    let argument = chars[at + 1..at + close].iter().collect();
                    at += close + 1;
                    Kind::Call(name, argument)
                } else {
                    match word(text, start, at, warnings)? {
                        Kind::Word(mut text) => {
                            while let Some(end) = end_of_citation(chars, at) {
                                text.extend(&chars[at..end]);
                                at = end;
                            }
                            Kind::Word(text)
                        }
                        operator => operator,
                    }
                }
            }
        };
        found.push(Token { kind, start, end: at });
    }
    Ok(found)
}

/// The name of a field before two colons: `subject::budget` is `subject contains budget`.
fn field_before_colons(text: &str) -> Option<&str> {
    let (name, _) = text.split_once("::")?;
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_name.then_some(name)
}

/// An operator or a word.
fn word(text: String, start: usize, end: usize, warnings: &mut Warnings) -> Result<Kind, SyntaxError> {
    let lower = text.to_lowercase();
    match lower.as_str() {
        "and" => return Ok(Kind::And),
        "or" => return Ok(Kind::Or),
        "not" => return Ok(Kind::Not),
        "andany" => return Ok(Kind::AndAny),
        "contains" => return Ok(Kind::Contains),
        "xfirstword" => return Ok(Kind::Edge(End::First)),
        "xlastword" => return Ok(Kind::Edge(End::Last)),
        "to" => {
            let message = "`to` is an operator of dtSearch between dates and was read as a word here; in Relativity put it \
                           in quotation marks";
            warnings.note(start, end, message);
        }
        _ => {}
    }
    let Some((name, distance)) = lower.split_once('/') else { return Ok(Kind::Word(text)) };
    let is_ordered = match name {
        "w" => false,
        "pre" => true,
        _ => return Ok(Kind::Word(text)),
    };
    let Some(reach) = reach(distance, &text, start)? else { return Ok(Kind::Word(text)) };
    if !matches!(reach, Reach::Words(_)) {
        let message = format!("`{lower}` is not an operator of dtSearch; it was read as other programs read it");
        warnings.note(start, end, message);
    }
    Ok(Kind::Near { reach, is_ordered })
}
