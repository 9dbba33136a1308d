//! Which contents no item has yet, told without asking the database.
//!
//! In a matter that was empty when the run began nearly every content is new, and asking for each whether it is known costs
//! more than all else that is asked for a short text. A [Bloom filter](https://doi.org/10.1145/362686.362692) answers most of
//! these questions in a fixed amount of memory: what it does not have is surely new, what it has may be.

use std::sync::atomic::{AtomicU64, Ordering};

use redwell_model::Sha256;

/// Bits of the filter, four megabytes of them: of a million contents that are new, it takes four thousand for known.
const BITS: u64 = 1 << 25;

/// The contents recorded so far.
#[derive(Debug)]
pub(crate) struct Seen {
    /// Nothing where there were items before: any content may be known then.
    bits: Option<Vec<AtomicU64>>,
}

impl Seen {
    /// For a run that begins with these items: none, or any.
    pub(crate) fn new(is_empty: bool) -> Self {
        let words = BITS / u64::from(u64::BITS);
        Self { bits: is_empty.then(|| (0..words).map(|_| AtomicU64::new(0)).collect()) }
    }

    /// Whether there was no item when the run began.
    pub(crate) fn began_empty(&self) -> bool {
        self.bits.is_some()
    }

    /// Says that there is an item with this content. To be said before the item is recorded.
    pub(crate) fn add(&self, content: &Sha256) {
        if let Some(bits) = &self.bits {
            for (word, bit) in places(content) {
                bits[word].fetch_or(bit, Ordering::Relaxed);
            }
        }
    }

    /// Whether there may be an item with this content.
    pub(crate) fn may_have(&self, content: &Sha256) -> bool {
        let Some(bits) = &self.bits else { return true };
        places(content).into_iter().all(|(word, bit)| bits[word].load(Ordering::Relaxed) & bit != 0)
    }
}

/// The two bits that stand for a content: digests are as good as random.
fn places(content: &Sha256) -> [(usize, u64); 2] {
    let [a, b, c, d, e, f, g, h, ..] = *content.as_bytes();
    [u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h])].map(|number| {
        let bit = u64::from(number) % BITS;
        let word = usize::try_from(bit / u64::from(u64::BITS)).expect("four megabytes can be addressed");
        (word, 1 << (bit % u64::from(u64::BITS)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_is_there_and_little_else() {
        let content = |n: u32| Sha256::of(&n.to_le_bytes());
        let seen = Seen::new(true);
        (0..20_000).for_each(|n| seen.add(&content(n)));
        assert!((0..20_000).all(|n| seen.may_have(&content(n))));
        let wrongly = (20_000..120_000).filter(|n| seen.may_have(&content(*n))).count();
        assert!(wrongly < 20, "{wrongly} of a hundred thousand");
        let any = Seen::new(false);
        any.add(&content(1));
        assert!(any.may_have(&content(2)));
    }
}
