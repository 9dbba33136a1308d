//! Sets of documents as text people can read: the numeric parts of control numbers, `1-5,9`.

use redwell_model::Ordinal;
use redwell_search::DocumentSet;

/// A text that is no list of numbers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{part}` is no number or range of numbers such as `1-5`")]
pub struct BadNumbers {
    /// The part that is none.
    pub part: String,
}

/// A set as text; empty for no documents.
#[must_use]
pub fn to_numbers(set: &DocumentSet) -> String {
    let one = |(first, last): (Ordinal, Ordinal)| match last - first {
        0 => first.to_string(),
        _ => format!("{first}-{last}"),
    };
    stretches(set).into_iter().map(one).collect::<Vec<_>>().join(",")
}

/// A set from its text.
///
/// # Errors
/// When it holds anything but numbers and ranges.
pub fn from_numbers(text: &str) -> Result<DocumentSet, BadNumbers> {
    let mut set = DocumentSet::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let bad = || BadNumbers { part: part.to_owned() };
        let number = |text: &str| text.parse::<Ordinal>().map_err(|_| bad());
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last) = (number(first)?, number(last)?);
        if first > last {
            return Err(bad());
        }
        set.insert_range(first..=last);
    }
    Ok(set)
}

/// The stretches of numbers without gaps, from the first to the last of each.
pub(super) fn stretches(set: &DocumentSet) -> Vec<(Ordinal, Ordinal)> {
    let mut found: Vec<(Ordinal, Ordinal)> = Vec::new();
    for ordinal in set {
        match found.last_mut() {
            Some((_, last)) if *last + 1 == ordinal => *last = ordinal,
            _ => found.push((ordinal, ordinal)),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn stretches_are_written_as_ranges() {
        for (set, text) in [(vec![], ""), (vec![7], "7"), (vec![1, 2, 3, 9, 11, 12], "1-3,9,11-12")] {
            assert_eq!(to_numbers(&set.into_iter().collect()), text);
        }
        for text in ["a", "3-1", "1-", "-", "1-2-3", "99999999999"] {
            assert!(from_numbers(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn sets_come_back_as_they_went(ordinals in prop::collection::vec(0_u32..200, 0..60)) {
            let set: DocumentSet = ordinals.into_iter().collect();
            prop_assert_eq!(from_numbers(&to_numbers(&set)), Ok(set));
        }
    }
}
