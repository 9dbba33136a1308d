//! Cuts a query of DISCO, Westlaw or Lexis into brackets, quoted texts, operators, functions and words.

use crate::field::{Field, OrderedField};
use crate::parse::SyntaxError;
use crate::parse::node::error;
use crate::parse::pieces::{
    Token, UNCLOSED, end_of_citation, glued_quote, is_quote, is_space, quoted, reach, relation, relation_at,
};
use crate::query::{Reach, Relation, SampleSize};

/// What a piece is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    Open,
    Close,
    And,
    Or,
    Not,
    /// `but`, before `not`.
    But,
    Percent,
    /// `/5`, `+5`, `w/5`, `pre/s`.
    Near {
        reach: Reach,
        is_ordered: bool,
    },
    /// `+family` and the like.
    Expand(Relation),
    Quoted(String),
    Word(String),
    /// `sample(n,`: its query and closing bracket follow.
    Sample(SampleSize),
    /// `atleast5`, before a bracket.
    AtLeast(u32),
    /// The name of a field of words, before a bracket.
    Field(String),
    /// The name of another field and the text between its brackets.
    Values(String, String),
}

/// The pieces of a query.
pub(super) fn tokens(chars: &[char]) -> Result<Vec<Token<Kind>>, SyntaxError> {
    let mut found: Vec<Token<Kind>> = Vec::new();
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
            '&' => {
                at += 1 + usize::from(chars.get(at + 1) == Some(&'&'));
                Kind::And
            }
            '%' => {
                at += 1;
                Kind::Percent
            }
            c if is_quote(c) => {
                let (text, end) = quoted(chars, at)?;
                at = end;
                Kind::Quoted(text)
            }
            _ => {
                at = end_of_word(chars, at);
                let text: String = chars[start..at].iter().collect();
                if text.contains(|c: char| c.is_ascii_digit()) && citation(&text, chars, at).is_some() {
                    let mut text = text;
                    while let Some(end) = end_of_citation(chars, at) {
                        text.extend(&chars[at..end]);
                        at = end;
                    }
                    Kind::Word(text)
                } else if chars.get(at) == Some(&'(') {
                    let (kind, end) = call(&text, chars, start, at)?;
                    at = end;
                    kind
                } else {
                    word(text, start)?
                }
            }
        };
        // `but` is an operator only before `not`.
        if kind == Kind::Not
            && let Some(Token { kind: before @ Kind::Word(_), .. }) = found.last_mut()
            && matches!(before, Kind::Word(text) if text.eq_ignore_ascii_case("but"))
        {
            *before = Kind::But;
        }
        found.push(Token { kind, start, end: at });
    }
    Ok(found)
}

/// Where the brackets of a citation such as `12.3(a)` end, when what stands before them is a word with a number.
fn citation(before: &str, chars: &[char], open: usize) -> Option<usize> {
    let is_word = || {
        let name = before.to_lowercase();
        !name.starts_with("atleast")
            && name.parse::<Field>().is_err()
            && matches!(word(before.to_owned(), 0), Ok(Kind::Word(_)))
    };
    end_of_citation(chars, open).filter(|_| is_word())
}

fn end_of_word(chars: &[char], start: usize) -> usize {
    let mut at = start;
    while let Some(&c) = chars.get(at) {
        let ends = is_space(c)
            || matches!(c, '(' | ')' | '&' | '%')
            || (is_quote(c) && !glued_quote(chars, at))
            || (c == '+' && at > start && relation_at(chars, at).is_some());
        if ends && !(at == start && c == '+') {
            break;
        }
        at += 1;
    }
    at.max(start + 1)
}

/// What a name directly before a bracket is, and where reading goes on.
fn call(name: &str, chars: &[char], start: usize, open: usize) -> Result<(Kind, usize), SyntaxError> {
    let lower = name.to_lowercase();
    if let Some(digits) = lower.strip_prefix("atleast") {
        let least =
            digits.parse().map_err(|_| error(start, "a number belongs to `atleast`, as in `atleast5(breach)`"))?;
        return Ok((Kind::AtLeast(least), open));
    }
    if lower == "sample" {
        let comma = chars[open..].iter().position(|c| *c == ',').map(|length| open + length);
        let comma =
            comma.ok_or_else(|| error(open, "a number and a comma belong here, as in `sample(100, breach)`"))?;
        let number: String = chars[open + 1..comma].iter().collect();
        let size = size(number.trim()).ok_or_else(|| {
            error(open + 1, "a number of documents or a fraction below 1 is expected here, as in `sample(100, breach)`")
        })?;
        return Ok((Kind::Sample(size), comma + 1));
    }
    if lower.parse::<OrderedField>().is_ok() || lower == "tag" {
        let close = chars[open..].iter().position(|c| *c == ')').map(|length| open + length);
        let close = close.ok_or_else(|| error(open, UNCLOSED))?;
        return Ok((Kind::Values(lower, chars[open + 1..close].iter().collect()), close + 1));
    }
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.starts_with(|c: char| c.is_ascii_alphabetic());
    match word(name.to_owned(), start)? {
        Kind::Word(_) if is_name || lower.parse::<Field>().is_ok() => Ok((Kind::Field(lower), open)),
        other => Ok((other, open)),
    }
}

fn size(number: &str) -> Option<SampleSize> {
    if let Some(decimals) = number.strip_prefix("0.").or_else(|| number.strip_prefix('.')) {
        let fits = !decimals.is_empty() && decimals.len() <= 4 && decimals.bytes().all(|b| b.is_ascii_digit());
        let part: u32 = if fits { format!("{decimals:0<4}").parse().ok()? } else { return None };
        return (part > 0).then_some(SampleSize::HundredthsOfPercent(part));
    }
    number.parse().ok().map(SampleSize::Documents)
}

/// An operator or a word.
fn word(text: String, start: usize) -> Result<Kind, SyntaxError> {
    let lower = text.to_lowercase();
    match lower.as_str() {
        "and" => return Ok(Kind::And),
        "or" | "|" | "||" => return Ok(Kind::Or),
        "not" => return Ok(Kind::Not),
        _ => {}
    }
    if let Some(relation) = relation(&text) {
        return Ok(Kind::Expand(relation));
    }
    let ordered = ["pre/", "w+", "+"].into_iter().find_map(|sign| lower.strip_prefix(sign)).map(|far| (far, true));
    let either = ["w/", "/"].into_iter().find_map(|sign| lower.strip_prefix(sign)).map(|far| (far, false));
    let Some((distance, is_ordered)) = ordered.or(either) else { return Ok(Kind::Word(text)) };
    let distance = match distance {
        "sent" => "s",
        "para" => "p",
        distance => distance,
    };
    let near = reach(distance, &text, start)?.map(|reach| Kind::Near { reach, is_ordered });
    Ok(near.unwrap_or(Kind::Word(text)))
}
