//! Which words a term stands for, told word by word. Made once for a query, asked of many words.

use std::fmt;

use regex::Regex;
use rust_stemmers::{Algorithm, Stemmer};

use crate::number;
use crate::pattern::Pattern;
use crate::term::{StemLanguage, Term};

/// Tells whether words are what a term asks for.
pub struct Matcher(Kind);

enum Kind {
    Word(String),
    Exact(String),
    Wildcard(Pattern),
    Regex(Regex),
    Fuzzy { word: Vec<char>, edits: usize },
    Stem { first: Option<char>, stem: String, stemmer: Stemmer },
    Number(number::NumberRange),
    Nothing,
}

impl Matcher {
    /// Of this term. Synonyms, which are to be resolved before, stand for no word.
    #[must_use]
    pub fn new(term: &Term) -> Self {
        Self(match term {
            Term::Word(word) => Kind::Word(word.clone()),
            Term::Exact(word) => Kind::Exact(word.clone()),
            Term::Wildcard(pattern) => Kind::Wildcard(pattern.clone()),
            Term::Regex(expression) => Kind::Regex(expression.compiled().clone()),
            Term::Fuzzy { word, edits } => Kind::Fuzzy { word: word.chars().collect(), edits: usize::from(*edits) },
            Term::Stem { word, language } => {
                let stemmer = Stemmer::create(algorithm(*language));
                let stem = stemmer.stem(word).into_owned();
                Kind::Stem { first: word.chars().next(), stem, stemmer }
            }
            Term::Number(range) => Kind::Number(*range),
            Term::Synonyms(_) => Kind::Nothing,
        })
    }

    /// Whether a word is one of them, given both its forms; the exact one is made only where it counts.
    #[must_use]
    pub fn matches(&self, folded: &str, exact: impl FnOnce() -> String) -> bool {
        match &self.0 {
            Kind::Exact(wanted) => *wanted == exact(),
            _ => self.matches_folded(folded),
        }
    }

    /// Whether a folded word is one of them; for terms that do not ask how it was written.
    #[must_use]
    pub fn matches_folded(&self, folded: &str) -> bool {
        match &self.0 {
            Kind::Word(wanted) => wanted == folded,
            Kind::Wildcard(pattern) => pattern.matches(folded),
            Kind::Regex(expression) => expression.is_match(folded),
            Kind::Fuzzy { word, edits } => is_within_edits(word, folded, *edits),
            Kind::Stem { first, stem, stemmer } => {
                folded.chars().next() == *first && stemmer.stem(folded).as_ref() == stem.as_str()
            }
            Kind::Number(range) => number::read(folded).is_some_and(|number| range.holds(number)),
            Kind::Exact(_) | Kind::Nothing => false,
        }
    }

    /// Whether a word of ASCII that begins with this letter, in whatever case, may be one of them; for passing over words
    /// without folding them.
    #[must_use]
    pub fn may_begin_with(&self, letter: u8) -> bool {
        let begins = |word: &str| word.as_bytes().first().is_some_and(|first| first.eq_ignore_ascii_case(&letter));
        match &self.0 {
            Kind::Word(word) | Kind::Exact(word) => begins(word),
            Kind::Wildcard(pattern) => pattern.literal_prefix().is_empty() || begins(pattern.literal_prefix()),
            Kind::Stem { first, .. } => first.is_some_and(|first| first == char::from(letter.to_ascii_lowercase())),
            Kind::Regex(_) | Kind::Fuzzy { .. } | Kind::Number(_) => true,
            Kind::Nothing => false,
        }
    }

    /// What every folded word it stands for begins with.
    #[must_use]
    pub fn literal_prefix(&self) -> &str {
        match &self.0 {
            Kind::Word(word) => word,
            Kind::Wildcard(pattern) => pattern.literal_prefix(),
            _ => "",
        }
    }
}

impl fmt::Debug for Matcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Matcher").finish_non_exhaustive()
    }
}

fn algorithm(language: StemLanguage) -> Algorithm {
    match language {
        StemLanguage::Arabic => Algorithm::Arabic,
        StemLanguage::Danish => Algorithm::Danish,
        StemLanguage::Dutch => Algorithm::Dutch,
        StemLanguage::English => Algorithm::English,
        StemLanguage::Finnish => Algorithm::Finnish,
        StemLanguage::French => Algorithm::French,
        StemLanguage::German => Algorithm::German,
        StemLanguage::Greek => Algorithm::Greek,
        StemLanguage::Hungarian => Algorithm::Hungarian,
        StemLanguage::Italian => Algorithm::Italian,
        StemLanguage::Norwegian => Algorithm::Norwegian,
        StemLanguage::Portuguese => Algorithm::Portuguese,
        StemLanguage::Romanian => Algorithm::Romanian,
        StemLanguage::Russian => Algorithm::Russian,
        StemLanguage::Spanish => Algorithm::Spanish,
        StemLanguage::Swedish => Algorithm::Swedish,
        StemLanguage::Tamil => Algorithm::Tamil,
        StemLanguage::Turkish => Algorithm::Turkish,
    }
}

/// Whether at most so many letters more, less or other, or neighbours swapped, make one word of the other, no letter
/// being touched twice (optimal string alignment).
fn is_within_edits(wanted: &[char], word: &str, edits: usize) -> bool {
    const LONGEST: usize = 64;
    // A letter takes at most four bytes.
    if word.len() + edits < wanted.len() || word.len() > (wanted.len() + edits) * 4 || wanted.len() >= LONGEST {
        return wanted.len() >= LONGEST && word.chars().eq(wanted.iter().copied());
    }
    let mut letters = ['\0'; LONGEST + 2];
    let mut length = 0;
    for c in word.chars() {
        if length > LONGEST {
            return false;
        }
        letters[length] = c;
        length += 1;
    }
    if length.abs_diff(wanted.len()) > edits {
        return false;
    }
    let mut rows = [[0_usize; LONGEST + 3]; 3];
    for (n, cell) in rows[0].iter_mut().enumerate() {
        *cell = n;
    }
    for i in 1..=wanted.len() {
        let (this, above, two_above) = (i % 3, (i + 2) % 3, (i + 1) % 3);
        rows[this][0] = i;
        let mut least = i;
        for j in 1..=length {
            let same = wanted[i - 1] == letters[j - 1];
            let mut cost = (rows[above][j - 1] + usize::from(!same)).min(rows[above][j] + 1).min(rows[this][j - 1] + 1);
            if i > 1 && j > 1 && wanted[i - 1] == letters[j - 2] && wanted[i - 2] == letters[j - 1] {
                cost = cost.min(rows[two_above][j - 2] + 1);
            }
            rows[this][j] = cost;
            least = least.min(cost);
        }
        if least > edits {
            return false;
        }
    }
    rows[wanted.len() % 3][length] <= edits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::number::NumberRange;
    use crate::term::TermRegex;

    #[track_caller]
    fn check(term: &Term, word: &str, expected: bool) {
        let matcher = Matcher::new(term);
        assert_eq!(matcher.matches(&crate::words::fold(word), || word.to_owned()), expected, "{term:?} {word}");
    }

    #[test]
    fn terms_stand_for_words() {
        check(&Term::Word("resume".to_owned()), "Résumé", true);
        check(&Term::Exact("IT".to_owned()), "IT", true);
        check(&Term::Exact("IT".to_owned()), "it", false);
        let regex = |text: &str| Term::Regex(TermRegex::new(text).unwrap());
        check(&regex("contracts?"), "Contracts", true);
        check(&regex("a|b"), "ab", false);
        check(&regex("contract"), "contracts", false);
        let stem = |word: &str, language| Term::Stem { word: word.to_owned(), language };
        check(&stem("apply", StemLanguage::English), "applied", true);
        check(&stem("apply", StemLanguage::English), "apple", false);
        check(&stem("contrat", StemLanguage::French), "Contrats", true);
        let number = Term::Number(NumberRange { least: Some(100_000_000), most: Some(200_000_000) });
        check(&number, "199.5", true);
        check(&number, "1,000", false);
        check(&number, "abc", false);
    }

    #[test]
    fn an_edit_is_a_letter_or_a_swap() {
        let fuzzy = |word: &str, edits| Term::Fuzzy { word: word.to_owned(), edits };
        check(&fuzzy("breach", 1), "braech", true);
        check(&fuzzy("breach", 1), "breech", true);
        check(&fuzzy("breach", 1), "breaches", false);
        check(&fuzzy("breach", 2), "breaches", true);
        check(&fuzzy("breach", 1), "reach", true);
        check(&fuzzy("ca", 2), "abc", false);
        check(&fuzzy("東京", 1), "東", true);
        check(&fuzzy("a", 1), "", true);
        check(&fuzzy("abc", 2), "é", false);
    }
}
