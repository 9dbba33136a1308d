//! Cuts a query of DISCO, Westlaw or Lexis into brackets, quoted texts, operators, functions and words.

use crate::field::{Field, OrderedField};
use crate::parse::SyntaxError;
use crate::parse::node::error;
use crate::parse::redwell::{end_of_citation, glued_quote, is_quote};
use crate::query::{MAX_DISTANCE, Reach, Relation};

/// One piece of a query and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) start: usize,
    pub(super) end: usize,
}

/// How many documents a sample takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Size {
    Documents(u32),
    HundredthsOfPercent(u32),
}

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
    Sample(Size),
    /// `atleast5`, before a bracket.
    AtLeast(u32),
    /// The name of a field of words, before a bracket.
    Field(String),
    /// The name of another field and the text between its brackets.
    Values(String, String),
}

/// The pieces of a query.
pub(super) fn tokens(chars: &[char]) -> Result<Vec<Token>, SyntaxError> {
    let mut found: Vec<Token> = Vec::new();
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
                let close =
                    (at + 1..chars.len()).find(|&i| is_quote(chars[i]) && !glued_quote(chars, i)).ok_or_else(|| {
                        error(start, "this quotation mark is never closed; add another at the end of the phrase")
                    })?;
                at = close + 1;
                Kind::Quoted(chars[start + 1..close].iter().collect())
            }
            _ => {
                at = end_of_word(chars, at);
                let text: String = chars[start..at].iter().collect();
                if text.contains(|c: char| c.is_ascii_digit()) && citation(&text, chars, at).is_some() {
                    let mut text = text;
                    while let Some(end) = (chars.get(at) == Some(&'(')).then(|| end_of_citation(chars, at)).flatten() {
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
    (chars.get(open) == Some(&'(') && is_word()).then(|| end_of_citation(chars, open)).flatten()
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

fn end_of_word(chars: &[char], start: usize) -> usize {
    let mut at = start;
    while let Some(&c) = chars.get(at) {
        let ends = is_space(c)
            || matches!(c, '(' | ')' | '&' | '%')
            || (is_quote(c) && !glued_quote(chars, at))
            || (c == '+' && at > start && expansion(&chars[at..]).is_some());
        if ends && !(at == start && c == '+') {
            break;
        }
        at += 1;
    }
    at.max(start + 1)
}

/// The expansion that begins there.
fn expansion(chars: &[char]) -> Option<Relation> {
    [Relation::Family, Relation::Thread, Relation::Duplicates].into_iter().find(|relation| {
        let name = relation.as_str();
        let written = chars.get(1..=name.len());
        let same = written.is_some_and(|written| name.chars().eq(written.iter().map(char::to_ascii_lowercase)));
        same && chars.get(1 + name.len()).is_none_or(|c| !c.is_alphanumeric())
    })
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
        let close = close.ok_or_else(|| error(open, "this `(` is never closed; add a `)`"))?;
        return Ok((Kind::Values(lower, chars[open + 1..close].iter().collect()), close + 1));
    }
    let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.starts_with(|c: char| c.is_ascii_alphabetic());
    match word(name.to_owned(), start)? {
        Kind::Word(_) if is_name || lower.parse::<Field>().is_ok() => Ok((Kind::Field(lower), open)),
        other => Ok((other, open)),
    }
}

fn size(number: &str) -> Option<Size> {
    if let Some(decimals) = number.strip_prefix("0.").or_else(|| number.strip_prefix('.')) {
        let fits = !decimals.is_empty() && decimals.len() <= 4 && decimals.bytes().all(|b| b.is_ascii_digit());
        let part: u32 = if fits { format!("{decimals:0<4}").parse().ok()? } else { return None };
        return (part > 0).then_some(Size::HundredthsOfPercent(part));
    }
    number.parse().ok().map(Size::Documents)
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
    if text.starts_with('+') {
        let chars: Vec<char> = text.chars().collect();
        if let Some(relation) = expansion(&chars).filter(|relation| relation.as_str().len() + 1 == chars.len()) {
            return Ok(Kind::Expand(relation));
        }
    }
    let ordered = ["pre/", "w+", "+"].into_iter().find_map(|sign| lower.strip_prefix(sign)).map(|reach| (reach, true));
    let either = ["w/", "/"].into_iter().find_map(|sign| lower.strip_prefix(sign)).map(|reach| (reach, false));
    let Some((reach, is_ordered)) = ordered.or(either) else { return Ok(Kind::Word(text)) };
    match reach {
        "s" | "sent" => return Ok(Kind::Near { reach: Reach::Sentence, is_ordered }),
        "p" | "para" => return Ok(Kind::Near { reach: Reach::Paragraph, is_ordered }),
        _ if reach.is_empty() || !reach.bytes().all(|b| b.is_ascii_digit()) => return Ok(Kind::Word(text)),
        _ => {}
    }
    match reach.parse::<u32>() {
        Ok(words) if (1..=MAX_DISTANCE).contains(&words) => Ok(Kind::Near { reach: Reach::Words(words), is_ordered }),
        _ => Err(error(start, &format!("the distance in `{text}` must be a number of words from 1 to {MAX_DISTANCE}"))),
    }
}
