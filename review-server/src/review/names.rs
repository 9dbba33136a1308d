//! How names people gave are compared, and which of them somebody who wrote another may have meant.

use redwell_search::words;

/// A name as it is compared: without regard to case, accents and spaces too many.
#[must_use]
pub fn folded(name: &str) -> String {
    name.split_whitespace().map(words::fold).collect::<Vec<_>>().join(" ")
}

/// The name nearest to one that nothing goes by; the first of several as near. `None` when none is like it: a third of
/// the letters may differ.
#[must_use]
pub fn nearest<'n>(wanted: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let wanted: Vec<char> = folded(wanted).chars().collect();
    let mut best: Option<(usize, &str)> = None;
    for name in names {
        let own: Vec<char> = folded(name).chars().collect();
        let most = wanted.len().max(own.len()) / 3;
        let apart = differences(&wanted, &own);
        if apart <= most && best.is_none_or(|(least, _)| apart < least) {
            best = Some((apart, name));
        }
    }
    best.map(|(_, name)| name)
}

/// How many letters must be put in, left out or changed to make one of the other.
fn differences(one: &[char], other: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in other.iter().enumerate() {
            let changed = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = changed.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_accents_and_spaces() {
        for (one, other) in [("First  Pass", "first pass"), ("Überprüfung", "uberprufung"), (" QC ", "qc")] {
            assert_eq!(folded(one), folded(other));
        }
        assert_ne!(folded("First pass 1"), folded("First pass 11"));
    }

    #[test]
    fn the_nearest_name_is_the_one_with_fewest_letters_apart() {
        let names = ["First pass", "First pass 1", "First pass 2", "QC"];
        for (wanted, expected) in [
            ("Frist pass", Some("First pass")),
            ("first pas 2", Some("First pass 2")),
            ("First pass 3", Some("First pass 1")),
            ("qx", None),
            ("Privilege", None),
            ("", None),
        ] {
            assert_eq!(nearest(wanted, names), expected, "{wanted}");
        }
    }
}
