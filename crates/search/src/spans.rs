//! Spans of words in one text, and what phrases and proximity make of them.
//!
//! A span is a stretch of word positions. A word's spans are its occurrences; a phrase's are its occurrences; the
//! span of a proximity match is the whole stretch from its first to its last word. These are the fast forms engines
//! use; [`crate::brute`] has the same meaning by definition and tests hold the two together.

/// A stretch of word positions, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The position of its first word.
    pub first: u32,
    /// The position of its last word.
    pub last: u32,
}

/// The most pairs of spans looked at for one proximity operator in one text. Reached only by nested, far-reaching
/// operators over very common words in huge texts.
pub const MAX_PAIRS: usize = 8_000_000;

/// A proximity operator has more pairs of spans than are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passages are near each other to look at them all")]
pub struct TooManyPairs;

/// The spans of single words at these positions.
#[must_use]
pub fn of_words(positions: &[u32]) -> Vec<Span> {
    positions.iter().map(|&at| Span { first: at, last: at }).collect()
}

/// The spans of a phrase, given the ascending positions of each of its words.
#[must_use]
pub fn phrase(parts: &[&[u32]]) -> Vec<Span> {
    let Some((rarest, positions)) = parts.iter().enumerate().min_by_key(|(_, positions)| positions.len()) else {
        return Vec::new();
    };
    let offset = |index: usize| u32::try_from(index).expect("a phrase is as short as a query");
    let length = offset(parts.len()) - 1;
    let starts = positions.iter().filter_map(|&at| at.checked_sub(offset(rarest)));
    starts
        .filter(|&start| {
            parts
                .iter()
                .enumerate()
                .all(|(i, positions)| i == rarest || positions.binary_search(&(start + offset(i))).is_ok())
        })
        .map(|start| Span { first: start, last: start + length })
        .collect()
}

/// The spans of parts that follow one another directly, given the ascending spans of each.
#[must_use]
pub fn follow(parts: &[Vec<Span>]) -> Vec<Span> {
    let Some((first, rest)) = parts.split_first() else { return Vec::new() };
    let mut found = first.clone();
    for part in rest {
        let mut next = Vec::new();
        for span in &found {
            let begins = part.partition_point(|after| after.first <= span.last);
            let after = part[begins..].iter().take_while(|after| after.first == span.last + 1);
            next.extend(after.map(|after| Span { first: span.first, last: after.last }));
        }
        next.sort_unstable();
        next.dedup();
        found = next;
    }
    found
}

/// All of these spans, ascending, each once.
#[must_use]
pub fn union(groups: Vec<Vec<Span>>) -> Vec<Span> {
    let mut all: Vec<Span> = groups.into_iter().flatten().collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// The spans of `left w/distance right`, or of `left pre/distance right` when ordered; both sides ascending.
///
/// # Errors
/// When there are more than [`MAX_PAIRS`] pairs.
pub fn near(left: &[Span], right: &[Span], distance: u32, ordered: bool) -> Result<Vec<Span>, TooManyPairs> {
    let mut found = Vec::new();
    pairs(left, right, distance, ordered, &mut |a, b| {
        found.push(Span { first: a.first.min(b.first), last: a.last.max(b.last) })
    })?;
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

/// The spans of each side that take part in a match whose span is among `wanted`, ascending.
///
/// # Errors
/// When there are more than [`MAX_PAIRS`] pairs.
pub fn taking_part(
    left: &[Span],
    right: &[Span],
    distance: u32,
    ordered: bool,
    wanted: &[Span],
) -> Result<(Vec<Span>, Vec<Span>), TooManyPairs> {
    let (mut of_left, mut of_right) = (Vec::new(), Vec::new());
    pairs(left, right, distance, ordered, &mut |a, b| {
        let span = Span { first: a.first.min(b.first), last: a.last.max(b.last) };
        if wanted.binary_search(&span).is_ok() {
            of_left.push(a);
            of_right.push(b);
        }
    })?;
    Ok((union(vec![of_left]), union(vec![of_right])))
}

/// Calls `each` with every left and right span near each other.
fn pairs(
    left: &[Span],
    right: &[Span],
    distance: u32,
    ordered: bool,
    each: &mut dyn FnMut(Span, Span),
) -> Result<(), TooManyPairs> {
    let mut budget = MAX_PAIRS;
    following(left, right, distance, &mut budget, each)?;
    if !ordered {
        following(right, left, distance, &mut budget, &mut |b, a| each(a, b))?;
    }
    Ok(())
}

/// Calls `each` with every earlier and later span where the later begins at most `distance` words after the earlier ends.
fn following(
    earlier: &[Span],
    later: &[Span],
    distance: u32,
    budget: &mut usize,
    each: &mut dyn FnMut(Span, Span),
) -> Result<(), TooManyPairs> {
    for &before in earlier {
        let from = later.partition_point(|span| span.first <= before.last);
        for &after in &later[from..] {
            if after.first - before.last > distance {
                break;
            }
            *budget = budget.checked_sub(1).ok_or(TooManyPairs)?;
            each(before, after);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_near(left: &[u32], right: &[u32], distance: u32, ordered: bool, expected: &[(u32, u32)]) {
        let found = near(&of_words(left), &of_words(right), distance, ordered).unwrap();
        let found: Vec<_> = found.into_iter().map(|span| (span.first, span.last)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn neighbours_are_one_apart() {
        check_near(&[3], &[4], 1, false, &[(3, 4)]);
        check_near(&[4], &[3], 1, false, &[(3, 4)]);
        check_near(&[4], &[3], 1, true, &[]);
        check_near(&[3], &[5], 1, false, &[]);
    }

    #[test]
    fn a_word_is_not_near_itself() {
        check_near(&[3], &[3], 5, false, &[]);
        check_near(&[3, 7], &[3, 7], 5, false, &[(3, 7)]);
    }

    #[test]
    fn phrases_are_consecutive() {
        let spans = phrase(&[&[1, 5, 9], &[2, 10], &[3, 7, 11]]);
        assert_eq!(spans, [Span { first: 1, last: 3 }, Span { first: 9, last: 11 }]);
        assert_eq!(phrase(&[&[0], &[0]]), []);
    }

    #[test]
    fn too_many_pairs_are_refused() {
        let everywhere: Vec<u32> = (0..10_000).collect();
        let spans = of_words(&everywhere);
        assert_eq!(near(&spans, &spans, 1_000, false), Err(TooManyPairs));
    }
}
