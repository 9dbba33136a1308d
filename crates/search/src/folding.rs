//! The forms words are compared in.
//!
//! *Folded*: case, accents of Latin and Greek letters and typography do not count, so nothing is missed by a keyboard.
//! *Exact*: as written, but for the apostrophe and what cannot be seen. What a mark makes of a letter of another
//! script (`й`, `が`, vowel signs) is another letter and counts.

use std::borrow::Cow;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// Longest form that is told from others, in bytes; what lies beyond is not compared.
pub const MAX_WORD_BYTES: usize = 32_000;

/// The letters of a word, as far as they tell how it is folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Letters {
    /// ASCII without capitals: the word is its own folded form.
    Small,
    /// ASCII with capitals: the folded form is another.
    Capital,
    /// Anything, or too long to be compared whole.
    Any,
}

impl Letters {
    /// Those of a word.
    #[must_use]
    pub fn of(written: &str) -> Self {
        if !written.is_ascii() || written.len() > MAX_WORD_BYTES {
            Self::Any
        } else if written.bytes().any(|byte| byte.is_ascii_uppercase()) {
            Self::Capital
        } else {
            Self::Small
        }
    }
}

/// The form in which words are compared: lower case, without accents, straight apostrophes, no soft hyphens.
///
/// Every letter is folded by itself, so the end of a word plays no part (Greek `Σ` is `σ` everywhere) and the
/// beginning of a word folds to the beginning of its folded form, as wildcards need.
#[must_use]
pub fn fold(written: &str) -> Cow<'_, str> {
    let letters = Letters::of(written);
    if letters == Letters::Small {
        return Cow::Borrowed(written);
    }
    let mut folded = String::with_capacity(written.len());
    fold_onto(written, letters, &mut folded);
    Cow::Owned(folded)
}

/// Writes the folded form of a word of these letters at the end of `folded`, which is empty.
pub fn fold_onto(written: &str, letters: Letters, folded: &mut String) {
    match letters {
        Letters::Small => folded.push_str(written),
        Letters::Capital => {
            folded.push_str(written);
            folded.make_ascii_lowercase();
        }
        Letters::Any => {
            if !fold_precomposed(written, folded) {
                folded.clear();
                fold_any(written, folded);
            }
            cut(folded);
        }
    }
}

/// The form of a word as written: NFC, straight apostrophes, no soft hyphens.
#[must_use]
pub fn exact(written: &str) -> Cow<'_, str> {
    if written.is_ascii() && written.len() <= MAX_WORD_BYTES {
        return Cow::Borrowed(written);
    }
    let mut kept: String = written.chars().filter(is_seen).map(straight).nfc().collect();
    cut(&mut kept);
    Cow::Owned(kept)
}

/// The letters from `À` to `ž` folded one by one.
static PRECOMPOSED: LazyLock<Vec<String>> = LazyLock::new(|| {
    let one = |c: char| {
        let mut folded = String::new();
        fold_any(c.encode_utf8(&mut [0; 4]), &mut folded);
        folded
    };
    ('\u{c0}'..='\u{17f}').map(one).collect()
});

/// Folds a word of ASCII, Latin letters with their accents, and apostrophes; `false` when there is anything else in it.
fn fold_precomposed(written: &str, folded: &mut String) -> bool {
    for c in written.chars() {
        match c {
            c if c.is_ascii() => folded.push(c.to_ascii_lowercase()),
            '\u{c0}'..='\u{17f}' => folded.push_str(&PRECOMPOSED[c as usize - 0xc0]),
            '’' | '‘' | 'ʼ' | '＇' => folded.push('\''),
            _ => return false,
        }
    }
    true
}

/// Folds any word.
fn fold_any(written: &str, folded: &mut String) {
    let lower = written.chars().filter(is_seen).map(straight).flat_map(char::to_lowercase);
    let mut is_bare = false;
    let mut kept = String::with_capacity(written.len());
    for c in lower.nfd() {
        if ('\u{300}'..='\u{36f}').contains(&c) {
            if is_bare {
                continue;
            }
        } else {
            is_bare = loses_accents(c);
        }
        match c {
            'ς' => kept.push('σ'),
            'ß' => kept.push_str("ss"),
            'æ' => kept.push_str("ae"),
            'œ' => kept.push_str("oe"),
            'þ' => kept.push_str("th"),
            'ø' => kept.push('o'),
            'ł' | 'ŀ' => kept.push('l'),
            'đ' | 'ð' => kept.push('d'),
            'ı' => kept.push('i'),
            other => kept.push(other),
        }
    }
    folded.extend(kept.nfc());
}

/// Whether a letter is of a script whose accents do not count.
fn loses_accents(c: char) -> bool {
    let latin = matches!(c, 'a'..='z' | 'A'..='Z' | '\u{aa}' | '\u{ba}' | '\u{c0}'..='\u{2af}' | '\u{1d00}'..='\u{1dbf}'
        | '\u{1e00}'..='\u{1eff}' | '\u{2c60}'..='\u{2c7f}' | '\u{a720}'..='\u{a7ff}' | '\u{ab30}'..='\u{ab6f}');
    latin || matches!(c, '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}')
}

/// One apostrophe for all that are written.
fn straight(c: char) -> char {
    if matches!(c, '’' | '‘' | 'ʼ' | '＇') { '\'' } else { c }
}

/// Whether a character can be seen: soft hyphens and byte order marks cannot.
fn is_seen(c: &char) -> bool {
    !matches!(c, '\u{ad}' | '\u{feff}')
}

/// The first [`MAX_WORD_BYTES`] of a word, to a whole character.
fn cut(folded: &mut String) {
    if folded.len() > MAX_WORD_BYTES {
        folded.truncate(folded.floor_char_boundary(MAX_WORD_BYTES));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn same(a: &str, b: &str) {
        assert_eq!(fold(a), fold(b), "{a} {b}");
    }

    #[test]
    fn case_accents_and_typography_do_not_count() {
        same("CONTRACT", "contract");
        same("ΟΔΌΣ", "οδος");
        same("RE\u{301}SUME\u{301}", "resume");
        same("Résumé", "resume");
        same("O’Neil", "o'neil");
        same("agree\u{ad}ment", "agreement");
        same("STRAẞE", "strasse");
        same("Œuvre", "oeuvre");
        same("İstanbul", "istanbul");
        same("Łódź", "lodz");
        same("Ǻrhus", "arhus");
        same("Đặng", "dang");
        same("paral·lel", "paral·lel");
    }

    #[test]
    fn other_scripts_keep_their_marks() {
        assert_ne!(fold("йод"), fold("иод"));
        assert_ne!(fold("が"), fold("か"));
        assert_eq!(fold("หนังสือ"), "หนังสือ");
        assert_eq!(fold("हिन्दी"), "हिन्दी");
        assert_eq!(fold("한국"), "한국");
        assert_eq!(fold(&"a".repeat(40_000)).len(), MAX_WORD_BYTES);
    }

    #[test]
    fn the_exact_form_keeps_case_and_accents() {
        assert_eq!(exact("Re\u{301}sume\u{301}"), "Résumé");
        assert_eq!(exact("O’Ne\u{ad}il"), "O'Neil");
        assert_eq!(exact("IT"), "IT");
    }

    proptest! {
        #[test]
        fn folding_twice_is_folding_once(text in "(\\PC|[a-zÀ-ž\u{300}-\u{310}А-я’]){0,20}") {
            let once = fold(&text).into_owned();
            prop_assert_eq!(fold(&once), once.as_str());
            let exact = exact(&text).into_owned();
            prop_assert_eq!(fold(&exact), once.as_str());
        }

        #[test]
        fn the_short_way_is_the_long_way(text in "[a-zA-ZÀ-ž’']{0,12}") {
            let mut long = String::new();
            fold_any(&text, &mut long);
            prop_assert_eq!(fold(&text), long);
        }
    }
}
