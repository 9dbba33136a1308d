//! A set of small numbers with a bit for each: quick to ask and to fill, in any order.

use redwell_search::DocumentSet;
use roaring::RoaringBitmap;

/// A set with a bit for each number below some limit.
#[derive(Debug, Clone)]
pub(super) struct Bits(Vec<u8>);

impl Bits {
    /// An empty set of numbers below a limit.
    pub(super) fn below(limit: u32) -> Self {
        Self(vec![0; limit.div_ceil(8) as usize])
    }

    /// These numbers.
    pub(super) fn of(set: &DocumentSet) -> Self {
        let mut bits = Self::below(set.max().map_or(0, |largest| largest.saturating_add(1)));
        set.iter().for_each(|number| bits.insert(number));
        bits
    }

    pub(super) fn insert(&mut self, number: u32) {
        self.0[(number >> 3) as usize] |= 1 << (number & 7);
    }

    pub(super) fn contains(&self, number: u32) -> bool {
        self.0.get((number >> 3) as usize).is_some_and(|byte| byte & (1 << (number & 7)) != 0)
    }

    pub(super) fn into_set(self) -> RoaringBitmap {
        RoaringBitmap::from_lsb0_bytes(0, &self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_what_was_put_in() {
        let set = DocumentSet::from([0, 7, 8, 100_000]);
        let bits = Bits::of(&set);
        assert!(bits.contains(7) && !bits.contains(9) && !bits.contains(200_000));
        assert_eq!(bits.into_set(), set);
        assert!(Bits::of(&DocumentSet::new()).into_set().is_empty());
    }
}
