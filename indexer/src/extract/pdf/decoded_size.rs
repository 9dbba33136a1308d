//! How large what a page draws would become when decoded, found out before it is decoded.
//!
//! hayro decodes a stream as a whole, and a few kilobytes may stand for gigabytes. Content streams and forms that could
//! possibly be too large are decoded here block by block, counted and thrown away. Only chains of Flate filters are
//! followed, with LZW as the last of them; a bomb of another make ends at the memory limit of the worker, and costs the file.

use std::collections::HashMap;
use std::io::{self, Read};

use flate2::read::ZlibDecoder;
use hayro_syntax::object::{Array, Dict, Name, ObjectIdentifier, Stream};
use hayro_syntax::page::Page;

/// Most bytes one page may decode to: the longest honest pages, maps and drawings, have some tens of megabytes.
const MOST_BYTES: u64 = 256 << 20;
/// What may stay uncounted: a page has a handful of streams, not thousands.
const SURELY_SMALL_BYTES: u64 = 16 << 20;
/// One byte of Flate data stands for at most this many (RFC 1951: 258 bytes in two bits); of LZW, whose codes have at most
/// twelve bits, up to three times as many.
const MOST_EXPANSION: u64 = 3072;
/// How deep forms are followed into each other.
const MOST_DEPTH: usize = 8;
/// Most forms looked at on one page.
const MOST_FORMS: usize = 5_000;

/// Sizes of the streams of one document, as far as they were needed.
#[derive(Debug, Default)]
pub(super) struct DecodedSizes {
    known: HashMap<ObjectIdentifier, u64>,
}

impl DecodedSizes {
    /// Whether what a page draws stays within bounds.
    pub(super) fn are_bearable(&mut self, page: &Page<'_>) -> bool {
        let content = match page.raw().get::<Stream<'_>>(b"Contents") {
            Some(stream) => self.size(&stream),
            None => page.raw().get::<Array<'_>>(b"Contents").map_or(0, |streams| {
                streams.iter::<Stream<'_>>().map(|stream| self.size(&stream)).fold(0, u64::saturating_add)
            }),
        };
        let mut total = content;
        let mut seen = Vec::new();
        self.add_forms(&page.resources().x_objects, MOST_DEPTH, &mut seen, &mut total);
        total <= MOST_BYTES
    }

    /// Adds the forms among these objects, and those they draw in turn.
    fn add_forms(&mut self, objects: &Dict<'_>, depth: usize, seen: &mut Vec<ObjectIdentifier>, total: &mut u64) {
        for name in objects.keys() {
            let Some(form) = objects.get::<Stream<'_>>(name.as_ref()) else { continue };
            let is_form = form.dict().get::<Name<'_>>(b"Subtype").is_some_and(|kind| kind.as_ref() == b"Form");
            if !is_form || seen.len() >= MOST_FORMS || seen.contains(&form.obj_id()) || *total > MOST_BYTES {
                continue;
            }
            seen.push(form.obj_id());
            *total = total.saturating_add(self.size(&form));
            if depth > 0
                && let Some(resources) = form.dict().get::<Dict<'_>>(b"Resources")
                && let Some(objects) = resources.get::<Dict<'_>>(b"XObject")
            {
                self.add_forms(&objects, depth - 1, seen, total);
            }
        }
    }

    fn size(&mut self, stream: &Stream<'_>) -> u64 {
        *self.known.entry(stream.obj_id()).or_insert_with(|| decoded_size(stream))
    }
}

/// The decoded size of a stream, as far as it matters whether it is larger than a page may be: its own length where it
/// surely stays small or is coded in another way than by Flate alone.
pub(super) fn decoded_size(stream: &Stream<'_>) -> u64 {
    let filters = match stream.dict().get::<Name<'_>>(b"Filter") {
        Some(filter) => vec![filter],
        None => stream.dict().get::<Array<'_>>(b"Filter").map(|all| all.iter().collect()).unwrap_or_default(),
    };
    let raw = stream.raw_data();
    let times = MOST_EXPANSION.saturating_pow(u32::try_from(filters.len()).unwrap_or(u32::MAX));
    let is_small = (raw.len() as u64).saturating_mul(times) <= SURELY_SMALL_BYTES;
    let (flates, is_lzw) = match filters.split_last() {
        Some((last, before)) if last.as_ref() == b"LZWDecode" => (before, true),
        _ => (filters.as_slice(), false),
    };
    if is_small || flates.iter().any(|filter| filter.as_ref() != b"FlateDecode") {
        return raw.len() as u64;
    }
    let mut decoder: Box<dyn Read + '_> = Box::new(&*raw);
    for _ in 0..flates.len() {
        decoder = Box::new(ZlibDecoder::new(decoder));
    }
    if is_lzw {
        return lzw_size(decoder, changes_early(stream));
    }
    let mut counted = Count(0);
    // What does not decode is counted as far as it does.
    let _ = io::copy(&mut decoder.take(MOST_BYTES + 1), &mut counted);
    counted.0
}

/// Whether codes become longer one code early (ISO 32000-2, 7.4.4.3), which is so unless the stream says otherwise.
fn changes_early(stream: &Stream<'_>) -> bool {
    let parameters = stream.dict().get::<Dict<'_>>(b"DecodeParms").or_else(|| {
        let all = stream.dict().get::<Array<'_>>(b"DecodeParms")?;
        all.iter::<Dict<'_>>().last()
    });
    parameters.and_then(|parameters| parameters.get::<i32>(b"EarlyChange")) != Some(0)
}

/// How many bytes LZW data stand for: only the lengths of the strings are kept, not the strings.
fn lzw_size(data: impl Read, early: bool) -> u64 {
    const CLEAR: usize = 256;
    const END: usize = 257;
    let (mut lengths, mut before, mut total): (Vec<u64>, Option<u64>, u64) = (Vec::new(), None, 0);
    let (mut bits, mut count) = (0_usize, 0_u32);
    for byte in io::BufReader::new(data).bytes() {
        let Ok(byte) = byte else { break };
        bits = (bits << 8 | usize::from(byte)) & 0xf_ffff;
        count += 8;
        let next = 258 + lengths.len() + usize::from(early);
        let width = if next < 512 {
            9
        } else if next < 1024 {
            10
        } else if next < 2048 {
            11
        } else {
            12
        };
        if count < width {
            continue;
        }
        count -= width;
        let code = bits >> count & ((1 << width) - 1);
        let length = match code {
            CLEAR => {
                lengths.clear();
                before = None;
                continue;
            }
            END => break,
            ..CLEAR => 1,
            _ => match (lengths.get(code - 258), before) {
                (Some(length), _) => *length,
                // The string that is only being made: the one before and its first byte.
                (None, Some(before)) => before + 1,
                (None, None) => break,
            },
        };
        total += length;
        if let Some(before) = before.filter(|_| lengths.len() < 4096 - 258) {
            lengths.push(before + 1);
        }
        before = Some(length);
        if total > MOST_BYTES {
            break;
        }
    }
    total
}

/// Counts what is written to it.
struct Count(u64);

impl io::Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use redwell_model::ExceptionKind;

    use super::*;
    use crate::extract::pdf::extract;
    use crate::extract::pdf::fixture::Fixture;
    use crate::extract::recognition::unavailable;
    use crate::extract::{Input, Options};

    fn deflated(block: &[u8], times: u64) -> Vec<u8> {
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        (0..times).for_each(|_| encoder.write_all(block).unwrap());
        encoder.finish().unwrap()
    }

    #[test]
    fn lzw_is_counted_as_it_decodes() {
        // The example of the standard, 7.4.4.2, and a run whose strings grow by one byte each.
        assert_eq!(lzw_size(&[0x80, 0x0b, 0x60, 0x50, 0x22, 0x0c, 0x0c, 0x85, 0x01][..], true), 10);
        let mut bits = Vec::new();
        let mut put = |code: u32, width: u32| bits.extend((0..width).rev().map(|bit| code >> bit & 1 == 1));
        put(256, 9);
        put(65, 9);
        for n in 0..300_u32 {
            put(258 + n, if 258 + n + 1 < 512 { 9 } else { 10 });
        }
        put(257, 10);
        bits.resize(bits.len().next_multiple_of(8), false);
        let packed: Vec<u8> =
            bits.chunks(8).map(|byte| byte.iter().fold(0, |sum, bit| sum << 1 | u8::from(*bit))).collect();
        assert_eq!(lzw_size(packed.as_slice(), true), 1 + (2..=301).sum::<u64>());
    }

    proptest::proptest! {
        #[test]
        fn noise_is_counted_without_harm(noise in proptest::collection::vec(proptest::arbitrary::any::<u8>(), 0..2000), early: bool) {
            proptest::prop_assert!(lzw_size(noise.as_slice(), early) <= noise.len() as u64 * MOST_EXPANSION);
        }
    }

    #[test]
    fn a_bomb_costs_its_page() {
        // Deflated twice, what decodes to more than a page may have is a few hundred bytes.
        let bomb = deflated(&deflated(&vec![b' '; 1 << 20], MOST_BYTES / (1 << 20) + 1), 1);
        let place = "Z".repeat(bomb.len());
        let mut fixture = Fixture::new();
        let form = fixture.stream("/Subtype/Form/BBox[0 0 9 9]/Filter[/FlateDecode/FlateDecode]", &place);
        let mut file = fixture
            .page_with("/X Do BT /F1 10 Tf 72 720 Td (lost) Tj ET", "", &format!("/XObject<</X {form} 0 R>>"))
            .page("BT /F1 10 Tf 72 720 Td (kept) Tj ET")
            .build();
        let at = file.windows(place.len()).position(|window| window == place.as_bytes()).unwrap();
        file[at..at + bomb.len()].copy_from_slice(&bomb);
        let options = Options::default();
        let extracted =
            extract(&Input { name: "a.pdf", bytes: &file, options: &options }, &mut unavailable, &mut |_| {});
        assert_eq!(extracted.text, "\nkept");
        let told: Vec<_> = extracted.exceptions.iter().map(|told| (told.kind, told.page)).collect();
        assert_eq!(told, [(ExceptionKind::OutputLimit, Some(1))]);
    }
}
