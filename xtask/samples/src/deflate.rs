//! Deflate (RFC 1951) with fixed codes, and the two checksums that go with it.
//!
//! Our own because the compressors in general use take different paths on different processors and between versions, and
//! the samples must be the same bytes everywhere. It compresses text well enough; it is not meant to be fast.

const WINDOW: usize = 32 * 1024;
const LONGEST: usize = 258;

/// Bits, least significant first.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    pending: u32,
    count: u32,
}

impl Bits {
    fn push(&mut self, value: u32, length: u32) {
        self.pending |= value << self.count;
        self.count += length;
        while self.count >= 8 {
            self.bytes.push((self.pending & 0xff).to_le_bytes()[0]);
            self.pending >>= 8;
            self.count -= 8;
        }
    }

    /// Huffman codes go in with their most significant bit first.
    fn push_code(&mut self, code: u32, length: u32) {
        self.push(code.reverse_bits() >> (32 - length), length);
    }

    fn literal_or_length(&mut self, symbol: u32) {
        match symbol {
            0..=143 => self.push_code(0x30 + symbol, 8),
            144..=255 => self.push_code(0x190 + symbol - 144, 9),
            256..=279 => self.push_code(symbol - 256, 7),
            _ => self.push_code(0xc0 + symbol - 280, 8),
        }
    }

    fn finish(mut self) -> Vec<u8> {
        if self.count > 0 {
            self.push(0, 8 - self.count);
        }
        self.bytes
    }
}

/// The symbol of a match length, its extra bits and how many they are (RFC 1951, section 3.2.5).
fn length_symbol(length: u32) -> (u32, u32, u32) {
    if length == 258 {
        return (285, 0, 0);
    }
    let offset = length - 3;
    if offset < 8 {
        return (257 + offset, 0, 0);
    }
    let extra = offset.ilog2() - 2;
    let group = offset >> extra;
    (257 + 4 * extra + group, offset & ((1 << extra) - 1), extra)
}

fn distance_symbol(distance: u32) -> (u32, u32, u32) {
    let offset = distance - 1;
    if offset < 4 {
        return (offset, 0, 0);
    }
    let extra = offset.ilog2() - 1;
    (2 * extra + (offset >> extra), offset & ((1 << extra) - 1), extra)
}

fn hash(data: &[u8], at: usize) -> usize {
    (usize::from(data[at]) << 10 ^ usize::from(data[at + 1]) << 5 ^ usize::from(data[at + 2])) & 0x7fff
}

/// Compresses to a raw deflate stream.
pub(crate) fn deflate(data: &[u8]) -> Vec<u8> {
    let mut bits = Bits::default();
    bits.push(1, 1);
    bits.push(1, 2);
    let mut newest = vec![usize::MAX; 0x8000];
    let mut older = vec![usize::MAX; data.len()];
    let mut at = 0;
    while at < data.len() {
        let (length, distance) = longest_match(data, at, &newest, &older);
        let step = if length >= 3 {
            let small = |value: usize| u32::try_from(value).expect("matches lie inside the window");
            let (symbol, extra, extra_length) = length_symbol(small(length));
            bits.literal_or_length(symbol);
            bits.push(extra, extra_length);
            let (symbol, extra, extra_length) = distance_symbol(small(distance));
            bits.push_code(symbol, 5);
            bits.push(extra, extra_length);
            length
        } else {
            bits.literal_or_length(u32::from(data[at]));
            1
        };
        let reached = at + step;
        let known_until = reached.min(data.len().saturating_sub(2));
        while at < known_until {
            let slot = hash(data, at);
            older[at] = newest[slot];
            newest[slot] = at;
            at += 1;
        }
        at = reached;
    }
    bits.literal_or_length(256);
    bits.finish()
}

fn longest_match(data: &[u8], at: usize, newest: &[usize], older: &[usize]) -> (usize, usize) {
    let limit = (data.len() - at).min(LONGEST);
    if limit < 3 {
        return (0, 0);
    }
    let mut best = (0, 0);
    let mut candidate = newest[hash(data, at)];
    for _ in 0..64 {
        if candidate == usize::MAX || at - candidate > WINDOW {
            break;
        }
        let length = (0..limit).take_while(|&index| data[candidate + index] == data[at + index]).count();
        if length > best.0 {
            best = (length, at - candidate);
        }
        candidate = older[candidate];
    }
    best
}

/// Compresses to a zlib stream, as PDF's `FlateDecode` wants it.
pub(crate) fn zlib(data: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0x78, 0x9c];
    bytes.extend(deflate(data));
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in data {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    bytes.extend((high << 16 | low).to_be_bytes());
    bytes
}

/// The CRC-32 that ZIP uses.
pub(crate) fn crc32(data: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in data {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_distances_get_the_symbols_of_the_standard() {
        assert_eq!(length_symbol(3), (257, 0, 0));
        assert_eq!(length_symbol(11), (265, 0, 1));
        assert_eq!(length_symbol(257), (284, 30, 5));
        assert_eq!(length_symbol(258), (285, 0, 0));
        assert_eq!(distance_symbol(4), (3, 0, 0));
        assert_eq!(distance_symbol(5), (4, 0, 1));
        assert_eq!(distance_symbol(32_768), (29, 8191, 13));
    }

    #[test]
    fn the_checksum_is_the_one_everybody_has() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }

    #[test]
    fn repetition_shrinks() {
        assert!(deflate(&b"the housings leak at the flange; ".repeat(50)).len() < 80);
    }
}
