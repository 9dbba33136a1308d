//! How pages and boxes are kept: hundredths of a point as differences, then zstd.
//!
//! A PDF has a box for every character, so this must be small and fast: characters of a line share lower edge and
//! height and each begins about where the one before ended, so nearly every difference is one byte and most are zero.
//! Decoding accepts any bytes and answers `None` for those that are not a layout: a worker process wrote them.

use std::io::Read;

use redwell_model::{CharBox, Layout, Page};

const LEVEL: i32 = 1;

/// First byte of every packed layout; another form gets another number.
const VERSION: u8 = 1;

/// Most bytes a packed layout may unpack to.
const MOST_BYTES: u64 = 4 << 30;

/// Packs a layout; coordinates are rounded to hundredths of a point. An empty layout packs to nothing.
#[must_use]
pub fn encode(layout: &Layout) -> Vec<u8> {
    if layout.pages.is_empty() && layout.boxes.is_empty() {
        return Vec::new();
    }
    let mut out = vec![VERSION];
    encode_pages(&layout.pages, &mut out);
    encode_boxes(&layout.boxes, &mut out);
    zstd::bulk::compress(&out, LEVEL).expect("compressing from memory to memory cannot fail")
}

/// Unpacks a layout; `None` when the bytes are not one.
#[must_use]
pub fn decode(packed: &[u8]) -> Option<Layout> {
    if packed.is_empty() {
        return Some(Layout::default());
    }
    let mut bytes = Vec::new();
    zstd::Decoder::new(packed).ok()?.take(MOST_BYTES).read_to_end(&mut bytes).ok()?;
    let mut rest = bytes.as_slice();
    if take(&mut rest, 1)? != [VERSION] {
        return None;
    }
    let pages = decode_pages(&mut rest)?;
    let boxes = decode_boxes(&mut rest)?;
    rest.is_empty().then_some(Layout { pages, boxes })
}

fn encode_pages(pages: &[Page], out: &mut Vec<u8>) {
    put(pages.len() as u64, out);
    let mut engine = "";
    for page in pages {
        put(u64::from(page.start), out);
        page.frame.iter().chain([&page.quality]).for_each(|number| out.extend(number.to_le_bytes()));
        put(u64::from(page.rotate), out);
        // The name is written where it changes, which it hardly ever does.
        let name = if page.engine == engine { None } else { Some(page.engine.as_str()) };
        put(name.map_or(0, |name| name.len() as u64 + 1), out);
        out.extend(name.unwrap_or_default().as_bytes());
        engine = &page.engine;
    }
}

fn decode_pages(rest: &mut &[u8]) -> Option<Vec<Page>> {
    let count = get(rest)?;
    let mut pages: Vec<Page> = Vec::new();
    let mut engine = String::new();
    for _ in 0..count {
        let start = u32::try_from(get(rest)?).ok()?;
        let mut numbers = [0.0; 5];
        for number in &mut numbers {
            *number = f32::from_le_bytes(take(rest, 4)?.try_into().ok()?);
        }
        let [left, lower, right, upper, quality] = numbers;
        let rotate = u16::try_from(get(rest)?).ok()?;
        if let Some(length) = get(rest)?.checked_sub(1) {
            engine = std::str::from_utf8(take(rest, usize::try_from(length).ok()?)?).ok()?.to_owned();
        }
        pages.push(Page { start, frame: [left, lower, right, upper], rotate, quality, engine: engine.clone() });
    }
    Some(pages)
}

/// Boxes go column by column, so that zstd sees like beside like: first one bit a character saying whether it is drawn
/// at all, then for the drawn ones left edge, width, lower edge, height.
fn encode_boxes(boxes: &[CharBox], out: &mut Vec<u8>) {
    put(boxes.len() as u64, out);
    let drawn: Vec<[i64; 4]> = boxes.iter().filter(|own| **own != CharBox::default()).map(hundredths).collect();
    for eight in boxes.chunks(8) {
        let bits = eight.iter().enumerate().map(|(bit, own)| u8::from(*own != CharBox::default()) << bit);
        out.push(bits.fold(0, |all, bit| all | bit));
    }
    let mut end = 0;
    for [x0, _, x1, _] in &drawn {
        put_signed(x0 - end, out);
        end = *x1;
    }
    let columns: [fn(&[i64; 4]) -> i64; 3] = [|own| own[2] - own[0], |own| own[1], |own| own[3] - own[1]];
    for column in columns {
        let mut before = 0;
        for own in &drawn {
            let value = column(own);
            put_signed(value - before, out);
            before = value;
        }
    }
}

fn decode_boxes(rest: &mut &[u8]) -> Option<Vec<CharBox>> {
    let count = usize::try_from(get(rest)?).ok()?;
    let bits = take(rest, count.div_ceil(8))?;
    let is_drawn = |at: usize| bits[at / 8] >> (at % 8) & 1 == 1;
    let drawn = (0..count).filter(|at| is_drawn(*at)).count();
    // Every drawn box takes at least four bytes, so a false count cannot ask for much memory.
    if rest.len() / 4 < drawn {
        return None;
    }
    let (gaps, widths) = (get_column(rest, drawn)?, get_running(rest, drawn)?);
    let (lowers, heights) = (get_running(rest, drawn)?, get_running(rest, drawn)?);
    let mut boxes = vec![CharBox::default(); count];
    let mut end = 0_i64;
    for (at, place) in (0..count).filter(|at| is_drawn(*at)).enumerate() {
        let x0 = end.checked_add(gaps[at])?;
        end = x0.checked_add(widths[at])?;
        let upper = lowers[at].checked_add(heights[at])?;
        boxes[place] = CharBox { x0: points(x0), y0: points(lowers[at]), x1: points(end), y1: points(upper) };
    }
    Some(boxes)
}

fn get_column(rest: &mut &[u8], count: usize) -> Option<Vec<i64>> {
    (0..count).map(|_| get_signed(rest)).collect()
}

fn get_running(rest: &mut &[u8], count: usize) -> Option<Vec<i64>> {
    let mut value = 0_i64;
    let mut next = || {
        value = value.checked_add(get_signed(rest)?)?;
        Some(value)
    };
    (0..count).map(|_| next()).collect()
}

/// Farthest coordinate kept, in hundredths: 150,000 miles of paper.
const FARTHEST: f32 = 1e12;

fn hundredths(own: &CharBox) -> [i64; 4] {
    #[expect(clippy::cast_possible_truncation, reason = "limited to a range that fits")]
    let rounded = |value: f32| (value * 100.0).round().clamp(-FARTHEST, FARTHEST) as i64;
    [rounded(own.x0), rounded(own.y0), rounded(own.x1), rounded(own.y1)]
}

fn points(hundredths: i64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "boxes have single precision")]
    let points = (hundredths as f64 / 100.0) as f32;
    points
}

fn take<'b>(rest: &mut &'b [u8], count: usize) -> Option<&'b [u8]> {
    let (taken, left) = rest.split_at_checked(count)?;
    *rest = left;
    Some(taken)
}

/// Seven bits a byte, low bits first, the high bit set on all but the last.
fn put(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push((value & 0x7f) as u8);
}

fn get(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (byte, left) = rest.split_first()?;
        *rest = left;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

/// Signed numbers alternate (0, -1, 1, -2, …), so that small ones of either sign are one byte.
fn put_signed(value: i64, out: &mut Vec<u8>) {
    put(value.cast_unsigned() << 1 ^ (value >> 63).cast_unsigned(), out);
}

fn get_signed(rest: &mut &[u8]) -> Option<i64> {
    let value = get(rest)?;
    Some((value >> 1).cast_signed() ^ -(value & 1).cast_signed())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::prelude::*;

    fn any_box() -> impl Strategy<Value = CharBox> {
        let edge = || -20_000_i32..20_000_i32;
        let drawn = (edge(), edge(), edge(), edge())
            .prop_map(|(x0, y0, x1, y1)| [x0, y0, x1, y1].map(|n| points(i64::from(n))))
            .prop_map(|[x0, y0, x1, y1]| CharBox { x0, y0, x1, y1 });
        prop_oneof![drawn, Just(CharBox::default())]
    }

    fn any_page() -> impl Strategy<Value = Page> {
        let engine = prop_oneof![Just("hayro"), Just("pdf-extract"), Just("")];
        (any::<u32>(), -1e6_f32..1e6, 0..360_u16, 0.0..1.0_f32, engine).prop_map(
            |(start, x, rotate, quality, engine)| Page {
                start,
                frame: [x, -x, x + 1.0, 0.0],
                rotate,
                quality,
                engine: engine.to_owned(),
            },
        )
    }

    proptest! {
        #[test]
        fn round_trips(pages in vec(any_page(), 0..4), boxes in vec(any_box(), 0..200)) {
            let layout = Layout { pages, boxes };
            prop_assert_eq!(decode(&encode(&layout)), Some(layout));
        }

        #[test]
        fn bytes_that_are_no_layout_are_refused(bytes in vec(any::<u8>(), 0..200)) {
            let mut rest = bytes.as_slice();
            let _ = decode_pages(&mut rest).and_then(|_| decode_boxes(&mut rest));
            let _ = decode(&bytes);
        }
    }

    #[test]
    fn coordinates_are_rounded_to_hundredths() {
        let drawn = CharBox { x0: 72.004, y0: 700.126, x1: 77.999, y1: f32::NAN };
        let layout = Layout { pages: Vec::new(), boxes: vec![drawn] };
        let read = decode(&encode(&layout)).unwrap().boxes[0];
        assert_eq!(read, CharBox { x0: 72.0, y0: 700.13, x1: 78.0, y1: 0.0 });
    }

    #[test]
    fn a_page_of_text_takes_little_over_a_byte_a_character() {
        let boxes = (0..3_000_u16).map(|n| {
            let (line, column) = (f32::from(n / 80), f32::from(n % 80));
            let x0 = 72.0 + column * 5.25;
            CharBox { x0, y0: 700.0 - line * 14.4, x1: x0 + 5.25, y1: 709.5 - line * 14.4 }
        });
        let packed = encode(&Layout { pages: Vec::new(), boxes: boxes.collect() });
        assert!(packed.len() < 3_600, "{} bytes", packed.len());
    }
}
