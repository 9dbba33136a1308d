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
        bits.copy(set).unwrap_or_else(|| set.iter().for_each(|number| bits.insert(number)));
        bits
    }

    /// Adds what a set keeps as bits without looking at each number: asked one by one, a million take milliseconds.
    ///
    /// Reads the set as it would be stored, in the format <https://github.com/RoaringBitmap/RoaringFormatSpec>; gives up
    /// before anything is added when it has stretches in it.
    fn copy(&mut self, set: &DocumentSet) -> Option<()> {
        const WITHOUT_STRETCHES: u32 = 12_346;
        const MOST_IN_LIST: usize = 4_096;
        const BYTES_OF_PART: usize = 8_192;

        let mut stored = Vec::with_capacity(set.serialized_size());
        set.serialize_into(&mut stored).ok()?;
        let (kind, stored) = stored.split_first_chunk()?;
        let (parts, stored) = stored.split_first_chunk()?;
        if u32::from_le_bytes(*kind) != WITHOUT_STRETCHES {
            return None;
        }
        let parts = u32::from_le_bytes(*parts) as usize;
        // For each part its number and how many are in it, less one; then where it begins, which follows.
        let (descriptions, stored) = stored.split_at_checked(4 * parts)?;
        let mut stored = stored.get(4 * parts..)?;
        for description in descriptions.chunks_exact(4) {
            let number = u32::from(u16::from_le_bytes([description[0], description[1]]));
            let size = usize::from(u16::from_le_bytes([description[2], description[3]])) + 1;
            let bytes = if size > MOST_IN_LIST { BYTES_OF_PART } else { 2 * size };
            let (part, rest) = stored.split_at_checked(bytes)?;
            stored = rest;
            if size > MOST_IN_LIST {
                self.0[number as usize * BYTES_OF_PART..].iter_mut().zip(part).for_each(|(own, bits)| *own = *bits);
            } else {
                let low = part.chunks_exact(2).map(|low| u32::from(u16::from_le_bytes([low[0], low[1]])));
                low.for_each(|low| self.insert(number << 16 | low));
            }
        }
        Some(())
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

    fn check(set: impl IntoIterator<Item = u32>) {
        let mut set: DocumentSet = set.into_iter().collect();
        for _ in 0..2 {
            let bits = Bits::of(&set);
            assert!((0..300_000).all(|number| bits.contains(number) == set.contains(number)));
            assert_eq!(bits.into_set(), set);
            // Then with stretches in it.
            set.optimize();
        }
    }

    #[test]
    fn it_holds_what_was_put_in() {
        check([]);
        check([0, 7, 8, 100_000]);
        check((0..200_000).filter(|number| number % 3 > 0));
        check((0..200_000).filter(|number| number % 17 == 0 || *number > 140_000 && *number < 150_000));
        check(65_536..131_072);
    }
}
