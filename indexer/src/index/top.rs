//! The best of documents that are scored one after the other, without keeping them all.
//!
//! Better is a higher score; of equal ones the document with the lower ordinal. In which order documents come does not matter.

use redwell_model::Ordinal;

/// A document and its score in one number, smaller for a better one: the bits of the score, which for positive numbers
/// are in the order of their values, turned round; then the ordinal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Kept(u64);

/// The best so far.
#[derive(Debug)]
pub(super) struct Top {
    /// How many are asked for.
    limit: usize,
    /// Twice as many at most, in no order.
    kept: Vec<Kept>,
    least: f64,
}

impl Kept {
    fn new(score: f32, ordinal: Ordinal) -> Self {
        Self(u64::from(!score.to_bits()) << 32 | u64::from(ordinal))
    }

    pub(super) fn ordinal(self) -> Ordinal {
        u32::try_from(self.0 & u64::from(u32::MAX)).expect("32 bits")
    }

    pub(super) fn score(self) -> f32 {
        f32::from_bits(!u32::try_from(self.0 >> 32).expect("32 bits"))
    }
}

impl Top {
    /// Nothing yet, and so many at most in the end.
    pub(super) fn new(limit: usize) -> Self {
        Self { limit, kept: Vec::new(), least: 0.0 }
    }

    /// What a score must surely reach to be among the best: a little less than the last of them has, so that rounding
    /// cannot matter.
    #[inline]
    pub(super) fn least(&self) -> f64 {
        self.least
    }

    /// Keeps a document.
    pub(super) fn keep(&mut self, score: f32, ordinal: Ordinal) {
        self.kept.push(Kept::new(score, ordinal));
        if self.kept.len() >= 2 * self.limit {
            let (_, last, _) = self.kept.select_nth_unstable(self.limit.saturating_sub(1));
            self.least = f64::from(last.score()) * (1.0 - 1e-6);
            self.kept.truncate(self.limit);
        }
    }

    /// The best, the better ones first.
    pub(super) fn into_best(mut self) -> Vec<Kept> {
        self.kept.sort_unstable();
        self.kept.truncate(self.limit);
        self.kept
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_keeps_what_sorting_all_puts_first(scores in prop::collection::vec(0u16..50, 0..400), limit in 0usize..30) {
            let mut top = Top::new(limit);
            let mut all: Vec<(u16, Ordinal)> = Vec::new();
            for (ordinal, score) in (0..).zip(&scores) {
                all.push((*score, ordinal));
                if f64::from(*score) >= top.least() {
                    top.keep(f32::from(*score), ordinal);
                }
            }
            all.sort_by_key(|(score, ordinal)| (u16::MAX - score, *ordinal));
            let best = top.into_best().into_iter().map(|kept| (kept.score(), kept.ordinal()));
            let expected = all.into_iter().take(limit).map(|(score, ordinal)| (f32::from(score), ordinal));
            prop_assert_eq!(best.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
        }
    }
}
