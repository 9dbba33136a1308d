//! A wildcard word: `*` stands for any number of characters, none included, `?` for exactly one.
//!
//! A pattern is compared with one whole folded word. No word holds `*` or `?` itself (UAX #29 cuts at both), so
//! there is nothing to escape.

use std::fmt;

use crate::words;

/// A word with wildcards, folded. Has at least one wildcard and at least one letter or digit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern(String);

impl Pattern {
    /// The pattern as written by a user; `None` when it has no wildcard, or no letter or digit beside them.
    #[must_use]
    pub fn new(written: &str) -> Option<Self> {
        let wild = written.contains(['*', '?']);
        if !wild || !words::is_word(written) {
            return None;
        }
        let mut folded = String::with_capacity(written.len());
        for c in words::fold(written).chars() {
            // `**` means what `*` means; one spelling keeps matching linear.
            if c != '*' || !folded.ends_with('*') {
                folded.push(c);
            }
        }
        Some(Self(folded))
    }

    /// The folded pattern.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What every matching word begins with.
    #[must_use]
    pub fn literal_prefix(&self) -> &str {
        self.0.split(['*', '?']).next().unwrap_or_default()
    }

    /// Whether a folded word matches.
    #[must_use]
    pub fn matches(&self, folded: &str) -> bool {
        let mut pattern = self.0.chars();
        let mut word = folded.chars();
        // Where to go on when a guess for the last `*` proves too short: its pattern rest, and the word rest to try next.
        let mut retry: Option<(std::str::Chars<'_>, std::str::Chars<'_>)> = None;
        loop {
            match pattern.next() {
                Some('*') => {
                    retry = Some((pattern.clone(), word.clone()));
                    continue;
                }
                Some(wanted) if word.next().is_some_and(|c| wanted == '?' || c == wanted) => continue,
                None if word.as_str().is_empty() => return true,
                Some(_) | None => {}
            }
            let Some((after_star, from)) = retry.as_mut() else { return false };
            if from.next().is_none() {
                return false;
            }
            pattern = after_star.clone();
            word = from.clone();
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(pattern: &str, word: &str, expected: bool) {
        assert_eq!(Pattern::new(pattern).unwrap().matches(&words::fold(word)), expected, "{pattern} {word}");
    }

    #[test]
    fn star_is_any_number_and_question_mark_is_one() {
        check("contract*", "contract", true);
        check("contract*", "Contractual", true);
        check("contract*", "subcontract", false);
        check("wom?n", "women", true);
        check("wom?n", "womn", false);
        check("*tion", "termination", true);
        check("a*b*c", "aXbYbZc", true);
        check("a*b*c", "abcd", false);
        check("?é*", "Résumé", true);
        check("a**b", "ab", true);
        check("ΟΔΟΣ*", "οδοσσα", true);
    }

    #[test]
    fn needs_a_wildcard_and_something_else() {
        for bad in ["", "word", "*", "**", "?", "-*"] {
            assert_eq!(Pattern::new(bad), None, "{bad}");
        }
        assert_eq!(Pattern::new("Con*T?").unwrap().literal_prefix(), "con");
    }

    /// The same meaning, written as its definition.
    fn by_definition(pattern: &[char], word: &[char]) -> bool {
        match (pattern.split_first(), word.split_first()) {
            (None, rest) => rest.is_none(),
            (Some(('*', after)), _) => (0..=word.len()).any(|skipped| by_definition(after, &word[skipped..])),
            (Some(('?', after)), Some((_, rest))) => by_definition(after, rest),
            (Some((wanted, after)), Some((c, rest))) => wanted == c && by_definition(after, rest),
            (Some(_), None) => false,
        }
    }

    proptest! {
        #[test]
        fn agrees_with_its_definition(pattern in "[ab*?]{0,6}[ab][*?]", word in "[ab]{0,8}") {
            let fast = Pattern::new(&pattern).unwrap();
            let slow = by_definition(&pattern.chars().collect::<Vec<_>>(), &word.chars().collect::<Vec<_>>());
            prop_assert_eq!(fast.matches(&word), slow);
        }
    }
}
