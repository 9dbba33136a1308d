//! The compressed rich text that messages carry ([MS-OXRTFCP]).
//!
//! Only the compression is undone here; reading rich text is the business of [`crate::extract::rtf`]. A body that
//! carries HTML inside rich text is read the same way: the rich rendering beside the HTML has the same words.

use crate::extract::compound_file::long;

/// What the window holds before the first byte ([MS-OXRTFCP] 2.1.2.1).
const START: &[u8; 207] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

const WINDOW: usize = 4096;

/// Bytes before the compressed ones: two lengths, the kind and a checksum.
const HEADER: usize = 16;

/// The rich text, at most `most` bytes of it; `None` where the bytes are none.
#[must_use]
pub fn decompressed(bytes: &[u8], most: usize) -> Option<Vec<u8>> {
    let (raw_size, kind) = (long(bytes, 4)?, bytes.get(8..12)?);
    let input = bytes.get(HEADER..)?;
    let size = usize::try_from(raw_size).unwrap_or(usize::MAX).min(most);
    match kind {
        b"MELA" => Some(input[..input.len().min(size)].to_vec()),
        b"LZFu" => Some(unpacked(input, size)),
        _ => None,
    }
}

fn unpacked(input: &[u8], size: usize) -> Vec<u8> {
    let mut window = [b' '; WINDOW];
    window[..START.len()].copy_from_slice(START);
    let mut at = START.len();
    let mut found = Vec::new();
    let mut input = input.iter().copied();
    'runs: while let Some(control) = input.next() {
        for bit in 0..8 {
            if found.len() >= size {
                break 'runs;
            }
            let Some(first) = input.next() else { break 'runs };
            if control & (1 << bit) == 0 {
                found.push(first);
                window[at] = first;
                at = (at + 1) % WINDOW;
                continue;
            }
            let Some(second) = input.next() else { break 'runs };
            let offset = usize::from(first) << 4 | usize::from(second >> 4);
            if offset == at {
                break 'runs;
            }
            for n in 0..usize::from(second & 0xf) + 2 {
                let byte = window[(offset + n) % WINDOW];
                found.push(byte);
                window[at] = byte;
                at = (at + 1) % WINDOW;
            }
        }
    }
    found.truncate(size);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The examples of [MS-OXRTFCP] 3.1 and 3.2, without their checksums.
    #[test]
    fn the_examples_of_the_standard_are_read() {
        let check = |bytes: &[u8], expected: &str| {
            let mut file = vec![0; 4];
            file.extend(u32::try_from(expected.len()).unwrap().to_le_bytes());
            file.extend(b"LZFu\0\0\0\0");
            file.extend(bytes);
            assert_eq!(String::from_utf8(decompressed(&file, 1000).unwrap()).unwrap(), expected);
        };
        check(
            &[
                0x03, 0x00, 0x0a, 0x00, 0x72, 0x63, 0x70, 0x67, 0x31, 0x32, 0x35, 0x42, 0x32, 0x0a, 0xf3, 0x20, 0x68,
                0x65, 0x6c, 0x09, 0x00, 0x20, 0x62, 0x77, 0x05, 0xb0, 0x6c, 0x64, 0x7d, 0x0a, 0x80, 0x0f, 0xa0,
            ],
            "{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n",
        );
        check(
            &[0x41, 0x00, 0x04, 0x20, 0x57, 0x58, 0x59, 0x5a, 0x0d, 0x6e, 0x7d, 0x01, 0x0e, 0xb0],
            "{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}",
        );
    }

    #[test]
    fn sizes_are_not_believed() {
        let mut file = vec![0xff; 8];
        file.extend(b"LZFu\0\0\0\0");
        file.extend([0xff; 200]);
        assert!(decompressed(&file, 100).unwrap().len() <= 100);
        assert_eq!(decompressed(&file[..12], 100), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_unpacked(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(unpacked(&bytes, 500).len() <= 500);
        }
    }
}
