//! What one word, quoted text or recognition of dtSearch means.

use super::dates;
use crate::parse::amounts::{self, Unit};
use crate::parse::node::{Warnings, error};
use crate::parse::{SyntaxError, terms};
use crate::query::Query;
use crate::term::{MAX_EDITS, StemLanguage, Term, TextRegex};
use crate::words;

/// What stands between quotation marks.
pub(super) fn quoted(text: &str, start: usize, end: usize, warnings: &mut Warnings) -> Result<Query, SyntaxError> {
    if let Some(expression) = text.trim().strip_prefix("##") {
        return terms::regex(expression.trim(), start, warnings);
    }
    let mut parts = Vec::new();
    let mut offset = start + 1;
    for piece in text.split(' ') {
        if words::words(piece).next().is_some() || piece.contains(['=', '*', '?']) {
            parts.push(word(piece, offset, offset + piece.chars().count(), warnings)?);
        }
        offset += piece.chars().count() + 1;
    }
    if parts.is_empty() {
        return Err(error(
            start,
            "there is no word between these quotation marks; only letters and digits are searched",
        ));
    }
    let _ = end;
    Ok(Query::phrase(parts))
}

/// A word with its marks.
pub(super) fn word(text: &str, start: usize, end: usize, warnings: &mut Warnings) -> Result<Query, SyntaxError> {
    if text.starts_with('#') && text.chars().nth(1).is_some_and(char::is_alphabetic) {
        let bare = text.trim_start_matches('#');
        let message = format!(
            "words that sound alike cannot be searched for; write the spellings you mean, `({bare} or …)`, or `{}` for \
             words a letter or two away",
            with_percent(bare)
        );
        return Err(error(start, &message));
    }
    if let Some((least, most)) = text.split_once("~~") {
        return amounts::range(&format!("{least}..{most}"), Unit::Plain)
            .map(|range| Query::Term(Term::Number(range)))
            .map_err(|why| error(start, &why));
    }
    if let Some(stemmed) = text.strip_suffix('~') {
        return terms::stem(stemmed, StemLanguage::English, start);
    }
    if let Some(known) = text.strip_suffix('&').filter(|known| words::words(known).next().is_some()) {
        let folded: Vec<_> = words::folded_words(known).collect();
        return Ok(Query::Term(Term::Synonyms(folded.join(" "))));
    }
    if text.contains('%') && words::words(text).next().is_some() {
        return fuzzy(text, start, end, warnings);
    }
    if text.contains('=') && !text.trim_matches('=').is_empty() || text.len() > 1 && text.bytes().all(|b| b == b'=') {
        return terms::digits(text, start, warnings);
    }
    match terms::parts(text, start)? {
        Some(parts) => Ok(Query::phrase(parts)),
        None => {
            let instead = match text {
                "&" | "&&" | "+" => "write `and`, or leave it out for a phrase",
                "|" | "||" => "write `or`",
                "!" | "-" => "write `not` to leave documents out",
                _ => "remove it",
            };
            Err(error(start, &format!("`{text}` holds no letter or digit to search for; {instead}")))
        }
    }
}

/// `ba%nana`: one more edit for each `%`.
fn fuzzy(text: &str, start: usize, end: usize, warnings: &mut Warnings) -> Result<Query, SyntaxError> {
    let edits = text.chars().filter(|c| *c == '%').count();
    let plain: String = text.chars().filter(|c| *c != '%').collect();
    let before = text.find('%').unwrap_or_default();
    if before > 0 {
        let message = format!(
            "the letters before the first `%` (`{}`) must be right in dtSearch; here any letter may differ, so more is found",
            &text[..before]
        );
        warnings.approximate(start, end, &message);
    }
    let most = usize::from(MAX_EDITS);
    if edits > most {
        let message = format!("words may differ in at most {most} letters here, not {edits}, so less is found");
        warnings.approximate(start, end, &message);
    }
    let edits = u8::try_from(edits.min(most)).expect("at most two");
    terms::fuzzy(&plain, edits, start)
}

/// A word as dtSearch searches it by its letters.
fn with_percent(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map_or_else(String::new, |first| format!("{first}%{}", chars.as_str()))
}

/// `date(…)`, `mail(…)` and `creditcard(…)`.
pub(super) fn call(
    name: &str,
    argument: &str,
    start: usize,
    end: usize,
    warnings: &mut Warnings,
) -> Result<Query, SyntaxError> {
    let argument = argument.trim().trim_matches(crate::parse::pieces::is_quote).trim();
    let at = start + name.len() + 1;
    let expression = match name {
        "date" => {
            return dates::range(argument).map(Query::Day).map_err(|why| error(at, &why));
        }
        "mail" => {
            warnings.approximate(
                start,
                end,
                "addresses are recognised by a regular expression, which reads the text of documents: join it with a word",
            );
            mail(argument)
        }
        _ => {
            warnings.approximate(
                start,
                end,
                "card numbers are recognised by their digits alone, without their check digit: join it with a word",
            );
            card(argument)
        }
    };
    warnings.count_expression(start)?;
    TextRegex::new(&expression).map(Query::Regex).map_err(|why| error(at, &why.to_string()))
}

/// An expression for addresses that look like this.
fn mail(pattern: &str) -> String {
    if pattern.is_empty() || pattern == "*" {
        return r"\b[\w.%+-]+@[\w-]+(?:\.[\w-]+)+".to_owned();
    }
    let mut expression = String::from(r"\b");
    for c in pattern.chars() {
        match c {
            '*' => expression.push_str(r"[\w.%+@-]*"),
            '?' => expression.push_str(r"[\w.%+@-]"),
            c if c.is_alphanumeric() || c == '_' || c == '@' => expression.push(c),
            c if c.is_ascii_punctuation() => expression.extend(['\\', c]),
            c => expression.push(c),
        }
    }
    expression.push_str(r"\b");
    expression
}

/// An expression for card numbers that look like this.
fn card(pattern: &str) -> String {
    if pattern.is_empty() || pattern == "*" {
        return r"\b(?:[0-9][ -]?){12,18}[0-9]\b".to_owned();
    }
    let mut expression = String::from(r"\b");
    for c in pattern.chars() {
        match c {
            '*' => expression.push_str("[0-9 -]*"),
            '?' | '=' => expression.push_str("[0-9][ -]?"),
            c if c.is_ascii_digit() => expression.push_str(&format!("{c}[ -]?")),
            _ => {}
        }
    }
    expression
}
