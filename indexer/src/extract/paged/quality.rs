//! How much of a text decoded to characters a reader can use.
//!
//! Fonts without usable maps give U+FFFD, private-use or unassigned characters. Their share tells a garbled page from a
//! good one, decides between two readers, and tells people which pages need text recognition. Whether the words mean
//! anything is not looked at: a page of part numbers is as good as a page of prose.

/// Below this share a page counts as garbled.
pub(in crate::extract) const GARBLED_BELOW: f32 = 0.75;
/// Pages with fewer characters than this are not called garbled: a few ornaments prove nothing.
const FEWEST: usize = 8;

/// The share of sensible characters among those that are not white space, 0 to 1; 1 for a text without any.
pub(in crate::extract) fn quality(text: &str) -> f32 {
    let (sensible, all) = count(text);
    share(sensible, all)
}

/// Whether too few characters of a text are sensible.
pub(in crate::extract) fn is_garbled(text: &str) -> bool {
    let (sensible, all) = count(text);
    all >= FEWEST && share(sensible, all) < GARBLED_BELOW
}

/// Whether `other` has clearly more to read than `text`: more sensible characters in number, and no smaller a share.
pub(in crate::extract) fn is_better(other: &str, text: &str) -> bool {
    let (sensible, all) = count(text);
    let (other_sensible, other_all) = count(other);
    other_sensible > sensible && share(other_sensible, other_all) > share(sensible, all) + 0.05
        || all == 0 && other_sensible > 0 && !is_garbled(other)
}

/// Whether recognised text, of which the program is this sure, has more to read than the text a page has itself.
pub(in crate::extract) fn is_better_recognised(recognised: &str, confidence: f32, text: &str) -> bool {
    let readable = |text: &str, certainty: f32| {
        let (sensible, _) = count(text);
        f32::from(u16::try_from(sensible).unwrap_or(u16::MAX)) * certainty
    };
    readable(recognised, confidence) > readable(text, quality(text))
}

fn count(text: &str) -> (usize, usize) {
    let mut sensible = 0;
    let mut all = 0;
    for character in text.chars().filter(|c| !c.is_whitespace()) {
        all += 1;
        sensible += usize::from(is_sensible(character));
    }
    (sensible, all)
}

#[expect(clippy::cast_precision_loss, reason = "a share needs no more than a float holds")]
fn share(part: usize, whole: usize) -> f32 {
    if whole == 0 { 1.0 } else { part as f32 / whole as f32 }
}

fn is_sensible(character: char) -> bool {
    !matches!(character,
        char::REPLACEMENT_CHARACTER
        | '\u{e000}'..='\u{f8ff}'
        | '\u{f0000}'..='\u{10ffff}'
        | '\u{80}'..='\u{9f}')
        && !character.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: f32) {
        assert!((quality(text) - expected).abs() < 1e-6, "{text:?} scored {}", quality(text));
    }

    #[test]
    fn quality_is_the_share_of_sensible_characters() {
        check("", 1.0);
        check(" \n", 1.0);
        check("Section 4.2", 1.0);
        check("a\u{fffd}", 0.5);
        check("\u{e123}\u{f0b7} \u{fffd}\u{fffd}", 0.0);
        check("契約 договор عقد", 1.0);
    }

    #[test]
    fn few_ornaments_are_not_garbled() {
        assert!(!is_garbled("\u{f0b7} \u{f0b7}"));
        assert!(is_garbled("\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}ab"));
        assert!(!is_garbled("an ordinary page with one \u{fffd}"));
    }

    #[test]
    fn recognised_text_wins_by_what_is_surely_readable() {
        assert!(is_better_recognised("a page of text", 0.9, ""));
        assert!(is_better_recognised("a page of text", 0.9, "\u{fffd}\u{fffd}\u{fffd} of text"));
        assert!(!is_better_recognised("a page of text", 0.9, "a page of text"));
        assert!(!is_better_recognised("a page of t3xt and noise", 0.4, "a page of text"));
        assert!(!is_better_recognised("", 1.0, ""));
    }

    #[test]
    fn a_second_reading_wins_only_with_more_and_better_text() {
        assert!(is_better("readable text", ""));
        assert!(is_better("readable text", "\u{fffd}\u{fffd}\u{fffd} text"));
        assert!(!is_better("text", "readable text"));
        assert!(!is_better("", ""));
        assert!(!is_better("\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}\u{fffd}a", ""));
    }
}
