//! What one word or quoted text of DISCO, Westlaw or Lexis means: `!` cuts a word off, `*` is one character, `~` lets two
//! letters differ.

use crate::parse::node::{Warnings, error};
use crate::parse::{SyntaxError, terms};
use crate::query::Query;
use crate::term::MAX_EDITS;
use crate::words;

/// A word with its marks.
pub(super) fn word(text: &str, start: usize, end: usize, warnings: &mut Warnings) -> Result<Query, SyntaxError> {
    if let Some(near) = text.strip_suffix('~').filter(|near| words::words(near).next().is_some()) {
        return terms::fuzzy(near, MAX_EDITS, start);
    }
    match terms::parts(&translated(text, start, end, warnings), start)? {
        Some(parts) => Ok(Query::phrase(parts)),
        None => {
            let instead = match text {
                "-" => "write `%` or `not` to leave documents out",
                _ => "remove it",
            };
            Err(error(start, &format!("`{text}` holds no letter or digit to search for; {instead}")))
        }
    }
}

/// What stands between quotation marks.
pub(super) fn quoted(text: &str, start: usize, end: usize, warnings: &mut Warnings) -> Result<Query, SyntaxError> {
    match terms::parts(&translated(text, start, end, warnings), start + 1)? {
        Some(parts) => Ok(Query::phrase(parts)),
        None => {
            Err(error(start, "there is no word between these quotation marks; only letters and digits are searched"))
        }
    }
}

/// The same text with our wildcards: `*` for `!`, `?` for `*`, and nothing for `?`.
fn translated(text: &str, start: usize, end: usize, warnings: &mut Warnings) -> String {
    let chars: Vec<char> = text.chars().collect();
    let beside_word = |at: usize| {
        let letter = |i: Option<usize>| i.and_then(|i| chars.get(i)).is_some_and(|c| c.is_alphanumeric() || *c == '*');
        letter(at.checked_sub(1)) || letter(Some(at + 1))
    };
    let last_star = chars
        .iter()
        .enumerate()
        .any(|(at, c)| *c == '*' && at > 0 && !chars.get(at + 1).is_some_and(|c| c.is_alphanumeric() || *c == '*'));
    if last_star {
        warnings.note(
            start,
            end,
            "`*` at the end of a word is exactly one character, as in DISCO; Westlaw takes it for one or none; write `!` for any \
             number",
        );
    }
    if chars.contains(&'?') {
        warnings.note(start, end, "`?` means nothing in this dialect and was passed over; write `*` for one character");
    }
    let mapped = chars.iter().enumerate().map(|(at, c)| match c {
        '!' if beside_word(at) => '*',
        '*' => '?',
        '!' | '?' => ' ',
        c => *c,
    });
    mapped.collect()
}
