//! How canonical texts are kept: zstd, whole.

use std::cell::RefCell;

use zstd::bulk::{Compressor, Decompressor};

/// Fast enough to keep up with plain text, and a quarter of the size.
const LEVEL: i32 = 1;

/// Most bytes a stored text may have; extraction cuts texts below it.
const MOST_BYTES: u64 = 1 << 30;

/// Packs a text.
pub(crate) fn encode(text: &str) -> Vec<u8> {
    thread_local! {
        /// Making one takes longer than packing a short text with it.
        static PACKER: RefCell<Compressor<'static>> =
            RefCell::new(Compressor::new(LEVEL).expect("the level is one there is"));
    }
    let pack = |packer: &RefCell<Compressor<'static>>| packer.borrow_mut().compress(text.as_bytes());
    PACKER.with(pack).expect("compressing from memory to memory cannot fail")
}

/// Unpacks a text; `None` when the bytes are not one.
pub(crate) fn decode(packed: &[u8]) -> Option<String> {
    thread_local! {
        static UNPACKER: RefCell<Decompressor<'static>> =
            RefCell::new(Decompressor::new().expect("memory for a few kilobytes"));
    }
    // Texts packed here tell their length, which is all that is ever needed at once.
    let length =
        zstd::zstd_safe::get_frame_content_size(packed).ok().flatten().filter(|length| *length <= MOST_BYTES)?;
    let unpack = |unpacker: &RefCell<Decompressor<'static>>| {
        unpacker.borrow_mut().decompress(packed, usize::try_from(length).ok()?).ok()
    };
    String::from_utf8(UNPACKER.with(unpack)?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn round_trips(text in "\\PC{0,300}") {
            prop_assert_eq!(decode(&encode(&text)), Some(text));
        }

        #[test]
        fn bytes_that_are_no_text_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            decode(&bytes);
        }

        #[test]
        fn what_was_damaged_is_refused_or_another_text(text in "\\PC{0,300}", at: proptest::sample::Index, bit in 0_u8..8) {
            let mut packed = encode(&text);
            let at = at.index(packed.len());
            packed[at] ^= 1 << bit;
            decode(&packed);
        }
    }
}
