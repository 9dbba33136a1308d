//! Makes a text canonical: the one form every position in Redwell counts in.
//!
//! NFC, `\n` line ends, no control characters but `\n` and `\t`, no byte order marks or soft hyphens, no blanks at
//! line ends, at most two blank lines in a row, none at either end. Applying it twice changes nothing.
//! It deliberately leaves words, spaces inside lines and indentation alone.

use redwell_model::{ExceptionKind, ProcessingException, Stage};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Most line ends in a row: two blank lines.
const MOST_LINE_ENDS: usize = 3;

/// Makes a text canonical and cuts it at `max_bytes`, in front of the character that would pass it.
/// The second value tells whether it was cut.
#[must_use]
pub fn canonical(text: &str, max_bytes: usize) -> (String, bool) {
    let (tidy, cut) = tidied(text, max_bytes.saturating_mul(4));
    let is_normal = tidy.is_ascii() || is_nfc_quick(tidy.chars()) == IsNormalized::Yes;
    let mut text = if is_normal { tidy } else { tidy.nfc().collect() };
    let cut = cut || text.len() > max_bytes;
    if text.len() > max_bytes {
        text.truncate(text.floor_char_boundary(max_bytes));
        let kept = text.trim_end().len();
        text.truncate(kept);
    }
    (text, cut)
}

/// Makes the text of each page canonical and joins them with a blank line. Returns the text, the code point each
/// page starts at, and whether the text was cut.
#[must_use]
pub fn canonical_pages(pages: &[String], max_bytes: usize) -> (String, Vec<u32>, bool) {
    let mut whole = String::new();
    let (mut starts, mut code_points, mut any_cut) = (Vec::with_capacity(pages.len()), 0_usize, false);
    for page in pages {
        let (text, cut) = canonical(page, max_bytes.saturating_sub(whole.len() + 2));
        any_cut |= cut;
        if !whole.is_empty() && !text.is_empty() {
            whole.push_str("\n\n");
            code_points += 2;
        }
        starts.push(u32::try_from(code_points).unwrap_or(u32::MAX));
        code_points += text.chars().count();
        whole.push_str(&text);
    }
    (whole, starts, any_cut)
}

/// The exception for a text that was cut.
#[must_use]
pub fn cut_notice(max_bytes: usize) -> ProcessingException {
    ProcessingException::new(
        Stage::Extract,
        ExceptionKind::OutputLimit,
        "",
        format!("the text is longer than {max_bytes} bytes and was cut there; the original is complete"),
    )
}

/// Everything but normalisation; stops once the result passes `max_bytes`.
fn tidied(text: &str, max_bytes: usize) -> (String, bool) {
    let mut out = String::with_capacity(text.len().min(max_bytes));
    // Length of `out` without the blanks at its end, and the line ends that follow it.
    let (mut kept, mut line_ends) = (0, 0);
    let mut rest = text;
    loop {
        // What needs no thought is most of any text, and is taken in one piece.
        let (plain, after) = rest.split_at(plain_prefix(rest.as_bytes()));
        let visible = plain.trim_end_matches([' ', '\t']).len();
        if visible > 0 {
            (kept, line_ends) = (out.len() + visible, 0);
        }
        out.push_str(plain);
        if kept > max_bytes {
            return (out, true);
        }
        let mut chars = after.chars();
        let Some(c) = chars.next() else { break };
        rest = chars.as_str();
        match c {
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => {
                if c == '\r' && rest.starts_with('\n') {
                    continue;
                }
                if kept < out.len() {
                    out.truncate(kept);
                }
                if line_ends < MOST_LINE_ENDS && !out.is_empty() {
                    out.push('\n');
                    kept = out.len();
                    line_ends += 1;
                }
            }
            '\u{feff}' | '\u{ad}' | '\0' | '\u{fffe}' | '\u{ffff}' => {}
            _ => {
                let c = if c.is_control() && c != '\t' { ' ' } else { c };
                out.push(c);
                if !c.is_whitespace() {
                    kept = out.len();
                    line_ends = 0;
                }
            }
        }
    }
    out.truncate(out.trim_end().len());
    (out, false)
}

/// How many bytes at the start are ASCII that stays as it is.
fn plain_prefix(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| matches!(byte, b' '..=b'~' | b'\t')).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(input: &str, expected: &str) {
        assert_eq!(canonical(input, 1 << 20), (expected.to_owned(), false), "{input:?}");
    }

    #[test]
    fn line_ends_become_one_kind() {
        check("a\r\nb\rc\u{b}d\u{2028}e\u{85}f\u{c}g", "a\nb\nc\nd\ne\nf\ng");
    }

    #[test]
    fn blanks_at_line_ends_and_long_gaps_go() {
        check("\n\n  a \t\n\n\n \n\nb  \n\n", "  a\n\n\nb");
        check(" \n", "");
        check("a\tb\t\nc", "a\tb\nc");
    }

    #[test]
    fn characters_nobody_sees_go() {
        check("\u{feff}con\u{ad}tract\0 a\u{7}b", "contract a b");
    }

    #[test]
    fn letters_are_composed() {
        check("e\u{301}t\u{e9}", "été");
    }

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(canonical("aé é", 2), ("a".to_owned(), true));
        assert_eq!(canonical("aé é", 4), ("aé".to_owned(), true));
        assert_eq!(canonical("aé é", 6), ("aé é".to_owned(), false));
    }

    #[test]
    fn pages_start_where_their_text_starts() {
        let pages = ["é\n".to_owned(), String::new(), "b".to_owned()];
        assert_eq!(canonical_pages(&pages, 100), ("é\n\nb".to_owned(), vec![0, 1, 3], false));
    }

    proptest! {
        #[test]
        fn twice_is_once(text in "(\\PC|[ \t\r\n\u{301}\u{ad}\u{feff}\u{0}]){0,60}", limit in 0_usize..80) {
            let (once, _) = canonical(&text, limit);
            prop_assert!(once.len() <= limit);
            prop_assert_eq!(&canonical(&once, limit).0, &once);
            let forbidden = |c: char| c.is_control() && c != '\n' && c != '\t';
            prop_assert!(!once.contains(forbidden));
        }
    }
}
