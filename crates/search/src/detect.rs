//! Which program a pasted query comes from, told by the pieces only some of them write.
//!
//! A guess to show people, with what it rests on; nothing is ever read in another dialect than the chosen one because
//! of it.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::field::{Field, OrderedField};
use crate::parse::Dialect;
use crate::parse::pieces::is_quote;

use Dialect::{DtSearch, Lucene, Redwell, Westlaw};

/// What a guess rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// The piece of the text.
    pub piece: String,
    /// Its first code point.
    pub start: u32,
    /// The first code point after it.
    pub end: u32,
    /// What it is, as a sentence.
    pub reason: String,
}

/// The dialects a text may be written in, the likeliest first, each with its most telling piece. None when nothing tells.
#[must_use]
pub fn detect(text: &str) -> Vec<(Dialect, Why)> {
    let tells = tells(text);
    let against = |dialect| tells.iter().filter(|tell| !tell.of.contains(&dialect)).count();
    let least = Dialect::ALL.into_iter().map(against).min().unwrap_or_default();
    let mut likely: Vec<(Dialect, &Tell)> = Dialect::ALL
        .into_iter()
        .filter(|dialect| against(*dialect) == least)
        .filter_map(|dialect| {
            let own = tells.iter().filter(|tell| tell.of.contains(&dialect));
            Some((dialect, own.min_by_key(|tell| tell.of.len())?))
        })
        .collect();
    likely.sort_by_key(|(_, tell)| tell.of.len());
    likely.into_iter().map(|(dialect, tell)| (dialect, why(text, tell))).collect()
}

/// What speaks against a text being in this dialect, and which others it may be in; `None` when nothing does.
pub(crate) fn against(dialect: Dialect, text: &str) -> Option<(Why, Vec<Dialect>)> {
    let likely: Vec<Dialect> = detect(text).into_iter().map(|(dialect, _)| dialect).collect();
    if likely.is_empty() || likely.contains(&dialect) {
        return None;
    }
    let tells = tells(text);
    let tell = tells.iter().find(|tell| !tell.of.contains(&dialect))?;
    Some((why(text, tell), likely))
}

fn why(text: &str, tell: &Tell) -> Why {
    let piece = text.chars().skip(tell.place.start).take(tell.place.len()).collect();
    let position = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    Why { piece, start: position(tell.place.start), end: position(tell.place.end), reason: tell.reason.to_owned() }
}

/// A piece that only some dialects write.
struct Tell {
    of: &'static [Dialect],
    place: Range<usize>,
    reason: &'static str,
}

/// The telling pieces of a text, in order.
fn tells(text: &str) -> Vec<Tell> {
    let chars: Vec<char> = text.chars().collect();
    let mut found = Vec::new();
    let mut at = 0;
    let mut before = String::new();
    while at < chars.len() {
        let start = at;
        if is_quote(chars[at]) {
            at = (at + 1..chars.len()).find(|&i| is_quote(chars[i])).map_or(chars.len(), |close| close + 1);
            let inside: String = chars[start..at].iter().collect();
            if let Some((of, reason)) = of_quoted(&inside, chars.get(at).copied(), chars.get(at + 1).copied()) {
                found.push(Tell { of, place: start..at, reason });
            }
            before.clear();
            continue;
        }
        if chars[at].is_whitespace() || matches!(chars[at], '(' | ')' | ',') {
            at += 1;
            continue;
        }
        while at < chars.len() && !chars[at].is_whitespace() && !matches!(chars[at], '(' | ')') && !is_quote(chars[at])
        {
            at += 1;
        }
        let word: String = chars[start..at].iter().collect();
        if let Some((of, reason)) = of_word(&word, chars.get(at).copied(), &before) {
            found.push(Tell { of, place: start..at, reason });
        }
        before = word.to_lowercase();
    }
    found
}

type Verdict = Option<(&'static [Dialect], &'static str)>;

fn of_quoted(quoted: &str, next: Option<char>, after: Option<char>) -> Verdict {
    if next == Some('~') && after.is_some_and(|c| c.is_ascii_digit()) {
        return Some((&[Lucene], "a number after a phrase is its slop"));
    }
    if quoted.chars().skip(1).collect::<String>().starts_with("##") {
        return Some((&[DtSearch], "`##` between quotation marks is a regular expression"));
    }
    if quoted.contains('(') && quoted.contains('|') {
        return Some((&[Redwell], "alternatives stand between quotation marks"));
    }
    None
}

fn of_word(word: &str, next: Option<char>, before: &str) -> Verdict {
    let lower = word.to_lowercase();
    if next == Some('(') {
        return of_name(&lower);
    }
    match word {
        "&" | "%" => return Some((&[Westlaw], "a sign that stands alone is an operator")),
        "&&" | "||" => return Some((&[Lucene], "doubled signs are operators")),
        "*:*" => return Some((&[Lucene], "every document is written so")),
        "ANDANY" => return Some((&[Redwell, DtSearch], "an operator of its own")),
        _ => {}
    }
    match lower.as_str() {
        "xfirstword" | "xlastword" => return Some((&[DtSearch], "an end of the text is written so")),
        "andany" => return Some((&[DtSearch], "an operator in small letters")),
        "contains" => return Some((&[DtSearch], "fields are searched so")),
        "not" if before == "but" => return Some((&[Westlaw], "`but not` is an operator")),
        "and" | "or" | "not" if word != lower.to_uppercase() => {
            return Some((&[DtSearch, Westlaw], "operators in small letters"));
        }
        "+family" | "+thread" | "+duplicates" => return Some((&[Redwell, Westlaw], "a part is widened so")),
        _ => {}
    }
    of_proximity(&lower).or_else(|| of_field(&lower)).or_else(|| of_marks(word))
}

/// A name directly before a bracket.
fn of_name(name: &str) -> Verdict {
    match name {
        "first" | "last" | "hits" | "stem" | "syn" | "number" | "money" | "day" | "exists" | "phrase" | "regex"
        | "all" => Some((&[Redwell], "a function")),
        "sample" => Some((&[Redwell, Westlaw], "a function")),
        "date" | "mail" | "creditcard" => Some((&[DtSearch], "something recognised in texts")),
        _ if name.strip_prefix("atleast").is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit())) => {
            Some((&[Westlaw], "a number of hits is asked for so"))
        }
        _ if is_field(name) => Some((&[Westlaw], "fields are searched so")),
        _ if name.strip_suffix("::").is_some_and(is_field) => Some((&[DtSearch], "fields are searched so")),
        _ => of_proximity(name),
    }
}

fn is_field(name: &str) -> bool {
    name.parse::<Field>().is_ok() || name.parse::<OrderedField>().is_ok()
}

fn of_proximity(word: &str) -> Verdict {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_unit = |text: &str| matches!(text, "s" | "p");
    for sign in ["w/", "pre/"] {
        match word.strip_prefix(sign) {
            Some(reach) if is_number(reach) => return Some((&[Redwell, DtSearch, Westlaw], "proximity")),
            Some(reach) if is_unit(reach) => return Some((&[Redwell, Westlaw], "one sentence or paragraph")),
            _ => {}
        }
    }
    let signed = ["/", "+", "w+"].iter().find_map(|sign| word.strip_prefix(sign));
    signed.filter(|reach| is_number(reach) || is_unit(reach)).map(|_| (&[Westlaw][..], "proximity"))
}

/// A name with a colon.
fn of_field(word: &str) -> Verdict {
    let (name, value) = word.split_once(':')?;
    if value.starts_with(':') && is_field(name) {
        return Some((&[DtSearch], "fields are searched so"));
    }
    if name == "_exists_" || value.starts_with(['[', '{']) {
        return Some((&[Lucene], "fields are searched so"));
    }
    match name {
        "coded" | "annotated" | "note" | "conflict" | "batch" | "saved" | "report" | "list" | "number" => {
            Some((&[Redwell], "what people did is searched so"))
        }
        _ if value.contains("..") && name.parse::<OrderedField>().is_ok() => Some((&[Redwell], "a range")),
        "tag" => Some((&[Redwell, Lucene], "a name and a colon are a field")),
        _ if is_field(name) => Some((&[Redwell, Lucene], "a name and a colon are a field")),
        _ => None,
    }
}

/// Marks in or at a word.
fn of_marks(word: &str) -> Verdict {
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let (first, last) = (word.chars().next(), word.chars().last());
    if let Some((before, after)) = word.split_once("~~") {
        return (letter(before.chars().last()) && letter(after.chars().next()))
            .then_some((&[DtSearch], "a range of numbers"));
    }
    if let Some((before, after)) = word.rsplit_once('~')
        && letter(before.chars().last())
    {
        return match after {
            "" => Some((&[DtSearch, Lucene, Westlaw], "words like this one are searched so")),
            "1" | "2" => Some((&[Redwell, Lucene], "letters may differ")),
            _ if after.parse::<f64>().is_ok() => Some((&[Lucene], "a similarity")),
            _ => None,
        };
    }
    if let Some((before, after)) = word.split_once('%')
        && letter(after.chars().find(|c| *c != '%'))
        && (before.is_empty() || letter(before.chars().last()))
    {
        return Some((&[DtSearch], "letters may differ"));
    }
    if let Some((before, after)) = word.rsplit_once('^')
        && letter(before.chars().last())
        && after.parse::<f64>().is_ok()
    {
        return Some((&[Lucene], "a boost"));
    }
    match (first, last) {
        (_, Some('!')) if letter(word.chars().rev().nth(1)) => Some((&[Westlaw], "`!` cuts a word off")),
        (_, Some('&')) if letter(word.chars().rev().nth(1)) => Some((&[DtSearch], "synonyms are searched so")),
        (Some('='), _) if letter(word.chars().nth(1)) => Some((&[Redwell], "a word as written")),
        // Before a quotation mark these are keys of `coded:( … )` and `annotated:( … )`.
        (_, Some('=')) if matches!(word, "by=" | "stage=" | "concept=") => None,
        (_, Some('=')) if word.chars().any(char::is_alphanumeric) => Some((&[DtSearch], "`=` is any digit")),
        (Some('+' | '-'), _) if letter(word.chars().nth(1)) => Some((&[Lucene], "signs require and exclude")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[Dialect], piece: &str) {
        let found = detect(text);
        assert_eq!(found.iter().map(|(dialect, _)| *dialect).collect::<Vec<_>>(), expected, "{text}: {found:?}");
        assert_eq!(found.first().map_or("", |(_, why)| why.piece.as_str()), piece, "{text}");
    }

    #[test]
    fn telling_pieces() {
        check("", &[], "");
        check("material breach", &[], "");
        check("\"material breach\" AND notice", &[], "");
        check("breach w/5 notice", &[Redwell, DtSearch, Westlaw], "w/5");
        check("breach w/5 notice and cure", &[DtSearch, Westlaw], "and");
        check("breach w/10 xfirstword", &[DtSearch], "xfirstword");
        check("ba%nana", &[DtSearch], "ba%nana");
        check("subject contains budget", &[DtSearch], "contains");
        check("subject::budget", &[DtSearch], "subject::budget");
        check("subject::(budget or plan)", &[DtSearch], "subject::");
        check("breach /5 notice", &[Westlaw], "/5");
        check("breach! & cure", &[Westlaw], "breach!");
        check("breach /s (cure +3 period)", &[Westlaw], "/s");
        check("atleast5(breach)", &[Westlaw], "atleast5");
        check("\"material breach\"~5", &[Lucene], "\"material breach\"");
        check("+breach -waiver", &[Lucene], "+breach");
        check("date:[2001 TO 2002]", &[Lucene], "date:[2001");
        check("subject:budget", &[Redwell, Lucene], "subject:budget");
        check("hits(breach) >= 3", &[Redwell], "hits");
        check("breach NOT w/5 notice AND coded:yes", &[Redwell], "coded:yes");
        check("a~", &[DtSearch, Lucene, Westlaw], "a~");
        check("breach /5 notice -x", &[Lucene, Westlaw], "-x");
    }

    proptest! {
        #[test]
        fn pieces_lie_in_the_text(text in "([a-z]{1,3}|[-+&%!~^=/:\"() 0-9]|contains|and|\\PC){0,20}") {
            let length = u32::try_from(text.chars().count()).unwrap();
            for (_, why) in detect(&text) {
                prop_assert!(why.start < why.end && why.end <= length);
            }
        }
    }
}
