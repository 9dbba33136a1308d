//! Plain texts made for a benchmark: the same ones each time, with words as frequent as in a real collection.

use std::fmt::Write as _;
use std::path::Path;

/// Texts in one folder.
const FOLDER: usize = 1_000;

/// Words in the vocabulary; the frequency of each falls with its rank, as Zipf found.
const VOCABULARY: u64 = 60_000;

/// Writes so many texts of about 4 kB each; gives their bytes.
pub(super) fn write(folder: &Path, count: usize) -> std::io::Result<u64> {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let mut written = 0;
    for number in 0..count {
        let place = folder.join(format!("{:03}", number / FOLDER));
        if number % FOLDER == 0 {
            std::fs::create_dir_all(&place)?;
        }
        let text = text(&mut random);
        written += text.len() as u64;
        std::fs::write(place.join(format!("{number:06}.txt")), text)?;
    }
    Ok(written)
}

/// About four thousand bytes of words.
fn text(random: &mut Random) -> String {
    let words = 200 + random.below(700);
    sentences(random, words)
}

/// So many words.
pub(super) fn sentences(random: &mut Random, words: u64) -> String {
    let mut text = String::new();
    for n in 0..words {
        if n > 0 {
            text.push_str(if n % 90 == 0 {
                "\n\n"
            } else if n % 13 == 0 {
                ". "
            } else {
                " "
            });
        }
        word(random, &mut text);
    }
    text.push_str(".\n");
    text
}

/// A word: small ranks are short and frequent, large ones long and rare.
fn word(random: &mut Random, text: &mut String) {
    const SYLLABLES: [&str; 16] =
        ["ba", "con", "de", "fi", "gor", "ha", "in", "ju", "ka", "len", "mo", "na", "pre", "ri", "so", "ter"];
    // The product of two uniform numbers crowds near zero, which is close enough to Zipf for an index.
    let rank = random.below(VOCABULARY) * random.below(VOCABULARY) / VOCABULARY;
    if rank % 97 == 96 {
        // Writing to a string cannot fail.
        let _ = write!(text, "{rank}");
        return;
    }
    let mut left = rank + 1;
    while left > 0 {
        let syllable = usize::try_from(left % 16).unwrap_or_default();
        text.push_str(SYLLABLES[syllable]);
        left /= 16;
    }
}

/// Xorshift64: enough for words, and the same on every machine.
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_the_same_each_time_and_look_like_words() {
        let first = text(&mut Random(7));
        assert_eq!(first, text(&mut Random(7)));
        let words: Vec<&str> = first.split_whitespace().collect();
        assert!(words.len() >= 200, "{first}");
        let distinct: std::collections::BTreeSet<_> = words.iter().collect();
        assert!(distinct.len() < words.len(), "some words come again");
    }
}
