//! What a bare word or a quoted phrase means as words of a text.
//!
//! It is cut exactly as texts are, so `e-mail` means the phrase of the two words a text has there. A wildcard stands
//! inside one word: it is cut as if a letter stood in its place, or a digit after a digit (`3.*` is one word, as
//! `3.14` is).

use unicode_segmentation::UnicodeSegmentation;

use crate::parse::SyntaxError;
use crate::pattern::Pattern;
use crate::query::Query;
use crate::words;

/// The words a written text means; `None` when it holds no letter or digit. `start` is where it stands in the query.
pub(super) fn parts(written: &str, start: usize) -> Result<Option<Vec<Query>>, SyntaxError> {
    if !written.contains(['*', '?']) {
        let parts: Vec<_> = words::words(written).map(|word| Query::word(word.folded())).collect();
        return Ok(if parts.is_empty() { None } else { Some(parts) });
    }
    let mut parts = Vec::new();
    for piece in pieces(written) {
        if !piece.text.contains(['*', '?']) {
            parts.push(Query::word(words::fold(&piece.text)));
        } else if let Some(pattern) = Pattern::new(&piece.text) {
            parts.push(Query::wildcard(pattern));
        } else {
            return Err(super::error(
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

/// A stretch that is one word, with its wildcards.
struct Piece {
    text: String,
    /// Where it begins, in code points.
    at: usize,
}

/// Cuts a text with wildcards into words.
fn pieces(written: &str) -> Vec<Piece> {
    let chars: Vec<char> = written.chars().collect();
    let filled: String = (0..chars.len()).map(|at| filler(&chars, at)).collect();
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

/// Whether a piece is nothing but wildcards.
fn only_wildcards(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '*' | '?'))
}

/// The character at `at`, or for a wildcard one that joins its neighbours as the missing characters would.
fn filler(chars: &[char], at: usize) -> char {
    if !matches!(chars[at], '*' | '?') {
        return chars[at];
    }
    let before = chars[..at].iter().rev().find(|c| c.is_alphanumeric());
    let after = chars[at..].iter().find(|c| c.is_alphanumeric());
    if before.or(after).is_some_and(|c| c.is_numeric()) { '0' } else { 'a' }
}
