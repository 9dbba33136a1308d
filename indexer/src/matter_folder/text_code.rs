//! How canonical texts are kept: zstd, whole.

use std::cell::RefCell;
use std::io::Read;

use zstd::bulk::Compressor;

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
    let mut text = String::new();
    zstd::Decoder::new(packed).ok()?.take(MOST_BYTES).read_to_string(&mut text).ok()?;
    Some(text)
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
    }
}
