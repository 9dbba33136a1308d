//! What a bare word or a quoted phrase means as words of a text, in every dialect.
//!
//! It is cut exactly as texts are, so `e-mail` means the phrase of the two words a text has there. A wildcard stands
//! inside one word: it is cut as if a letter stood in its place, or a digit after a digit (`3.*` is one word, as
//! `3.14` is).

use unicode_segmentation::UnicodeSegmentation;

use crate::parse::SyntaxError;
use crate::parse::node::{Warnings, error};
use crate::pattern::Pattern;
use crate::query::Query;
use crate::term::{StemLanguage, Term, TermRegex};
use crate::words;

/// The words a written text means; `None` when it holds no letter or digit. `start` is where it stands in the query.
pub(crate) fn parts(written: &str, start: usize) -> Result<Option<Vec<Query>>, SyntaxError> {
    if !written.contains(['*', '?']) {
        let parts: Vec<_> = words::words(written).map(|word| Query::word(word.folded())).collect();
        return Ok(if parts.is_empty() { None } else { Some(parts) });
    }
    let mut parts = Vec::new();
    let chars: Vec<char> = written.chars().collect();
    for piece in pieces(&chars, &fillers(&chars)) {
        if !piece.text.contains(['*', '?']) {
            parts.push(Query::word(words::fold(&piece.text)));
        } else if let Some(pattern) = Pattern::new(&piece.text) {
            parts.push(Query::wildcard(pattern));
        } else {
            return Err(error(
                start + piece.at,
                &format!(
                    "`{}` alone would match every word; put letters or digits beside it (`contract*`), or write `w/3` \
                     for a gap between words",
                    piece.text
                ),
            ));
        }
    }
    Ok(Some(parts))
}

/// Whether a text is nothing but signs that texts have beside words and nobody searches for, such as `§`.
pub(super) fn is_sign(written: &str) -> bool {
    !written.is_empty() && written.chars().all(|c| "§¶№–—•·…©®™†‡«»".contains(c))
}

/// Any word an expression matches.
pub(super) fn regex(expression: &str, start: usize, warnings: &mut Warnings) -> Result<Query, SyntaxError> {
    if expression.is_empty() || expression.contains(|c: char| c.is_whitespace() || c.is_control()) {
        return Err(error(
            start,
            "an expression of one word holds no spaces; write each word by itself, or in the redwell dialect `regex(\"fo+ bar\")`",
        ));
    }
    warnings.count_expression(start)?;
    TermRegex::new(expression)
        .map(|regex| Query::Term(Term::Regex(regex)))
        .map_err(|why| error(start, &why.to_string()))
}

/// Words so many edits away from what is written; what is several words is a phrase of such.
pub(super) fn fuzzy(written: &str, edits: u8, start: usize) -> Result<Query, SyntaxError> {
    each_word(written, start, "a word searched by its letters", |word| Term::Fuzzy { word, edits })
}

/// Words of the same stem.
pub(super) fn stem(written: &str, language: StemLanguage, start: usize) -> Result<Query, SyntaxError> {
    each_word(written, start, "a word searched by its stem", |word| Term::Stem { word, language })
}

fn each_word(written: &str, start: usize, what: &str, with: impl Fn(String) -> Term) -> Result<Query, SyntaxError> {
    if let Some(at) = written.chars().position(|c| matches!(c, '*' | '?')) {
        return Err(error(start + at, &format!("{what} takes no `*` or `?`; choose one of the two")));
    }
    let parts: Vec<Query> = words::words(written).map(|word| Query::Term(with(word.folded().into_owned()))).collect();
    if parts.is_empty() {
        return Err(error(start, "a word is expected here; only letters and digits are searched"));
    }
    Ok(Query::phrase(parts))
}

/// What a text means in which `=` stands for any digit: `===-====` is a word of three digits and one of four.
pub(super) fn digits(written: &str, start: usize, warnings: &mut Warnings) -> Result<Query, SyntaxError> {
    let chars: Vec<char> = written.chars().collect();
    let zeros: Vec<char> = chars.iter().map(|&c| if c == '=' { '0' } else { c }).collect();
    let mut parts = Vec::new();
    for piece in pieces(&chars, &fillers(&zeros)) {
        if piece.text.contains('=') {
            let mut expression = String::new();
            for c in piece.text.chars() {
                match c {
                    '=' => expression.push_str(r"\d"),
                    '*' => expression.push_str(".*"),
                    '?' => expression.push('.'),
                    c if c.is_alphanumeric() || c == '_' => expression.extend(words::fold(&c.to_string()).chars()),
                    c => expression.extend(['\\', c]),
                }
            }
            parts.push(regex(&expression, start + piece.at, warnings)?);
        } else {
            parts.extend(self::parts(&piece.text, start + piece.at)?.into_iter().flatten());
        }
    }
    if parts.is_empty() {
        return Err(error(start, "a number is expected here"));
    }
    Ok(Query::phrase(parts))
}

/// A stretch that is one word, with its wildcards.
struct Piece {
    text: String,
    /// Where it begins, in code points.
    at: usize,
}

/// Cuts a text with wildcards into words, as the same text with its wildcards filled is cut.
fn pieces(chars: &[char], filled: &[char]) -> Vec<Piece> {
    let filled: String = filled.iter().collect();
    let mut found: Vec<Piece> = Vec::new();
    let (mut at, mut previous_end) = (0, None);
    for segment in filled.split_word_bounds() {
        let start = at;
        at += segment.chars().count();
        if !words::is_word(segment) {
            continue;
        }
        let (lead, word) = words::trimmed(segment);
        let start = start + lead.chars().count();
        let end = start + word.chars().count();
        let text: String = chars[start..end].iter().collect();
        let touching = previous_end == Some(start);
        previous_end = Some(end);
        match found.last_mut() {
            // Scripts that break between any two letters would leave a wildcard on its own: it belongs to its neighbour.
            Some(last) if touching && (only_wildcards(&text) || only_wildcards(&last.text)) => {
                last.text.push_str(&text)
            }
            _ => found.push(Piece { text, at: start }),
        }
    }
    found
}

/// The words of a text with wildcards, each with its own.
pub(crate) fn wildcard_words(written: &str) -> Vec<String> {
    let chars: Vec<char> = written.chars().collect();
    pieces(&chars, &fillers(&chars)).into_iter().map(|piece| piece.text).collect()
}

/// Whether a piece is nothing but wildcards.
fn only_wildcards(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '*' | '?'))
}

/// The characters, each wildcard replaced by one that joins its neighbours as the missing characters would: a digit after
/// or else before a digit, a letter otherwise.
fn fillers(chars: &[char]) -> Vec<char> {
    let mut filled = chars.to_vec();
    let mut before: Option<char> = None;
    let mut waiting = 0;
    for at in 0..chars.len() {
        if matches!(chars[at], '*' | '?') {
            match before {
                Some(c) => filled[at] = if c.is_numeric() { '0' } else { 'a' },
                None => {
                    filled[at] = 'a';
                    waiting = at + 1;
                }
            }
        } else if chars[at].is_alphanumeric() {
            if before.is_none() && chars[at].is_numeric() {
                for slot in &mut filled[..waiting] {
                    if matches!(*slot, 'a') {
                        *slot = '0';
                    }
                }
            }
            before = Some(chars[at]);
        }
    }
    filled
}
