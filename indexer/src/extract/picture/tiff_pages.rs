//! TIFF: the pages of a scan or a fax, each with a size and a density of its own.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::{DynamicImage, GrayImage, RgbImage};
use redwell_model::{ExceptionKind, Metadata};
use tiff::ColorType;
use tiff::decoder::ifd::Value;
use tiff::decoder::{Decoder, DecodingResult, Limits};
use tiff::tags::Tag;

use super::tags::Tags;
use super::{DAMAGED, Frame, Pages, describe, fax, old_jpeg, unread};
use crate::extract::paged::findings::Finding;
use crate::extract::recognition::{Recogniser, luminance};
use crate::extract::{Extracted, Input};

/// Most pages of one file.
const MAX_PAGES: usize = 20_000;
/// Most memory one page may take, decoded.
pub(super) const MOST_BYTES: usize = 1 << 30;

pub(super) type TiffDecoder<'b> = Decoder<Cursor<&'b [u8]>>;

pub(super) fn extract(input: &Input<'_>, recogniser: &mut dyn Recogniser) -> Extracted {
    let tags = Tags::read(input.bytes);
    let Some(mut decoder) = open(input.bytes) else { return unread(ExceptionKind::Damaged, DAMAGED) };
    let mut metadata = Metadata::default();
    describe(&tags, frame(&mut decoder).as_ref(), &mut metadata);
    let mut pages = Pages::new(input, page_count(input.bytes), recogniser);
    loop {
        match frame(&mut decoder) {
            Some(frame) => {
                let index = pages.count;
                if let Some(compression) = closed_by(&mut decoder, input.bytes) {
                    pages.push_closed(&frame, Finding::Compressed(compression));
                } else {
                    pages.push(&frame, || image(&mut decoder, input.bytes, index, frame.width, frame.height));
                }
            }
            None => pages.push_damaged(),
        }
        let has_next = pages.count < MAX_PAGES && !pages.joined.is_full && decoder.more_images();
        if !has_next {
            return pages.finish(metadata);
        }
        if !catch_unwind(AssertUnwindSafe(|| decoder.next_image().is_ok())).unwrap_or(false) {
            // The chain of pages is broken: what would come after this one cannot be found.
            pages.push_damaged();
            return pages.finish(metadata);
        }
    }
}

fn open(bytes: &[u8]) -> Option<TiffDecoder<'_>> {
    let mut limits = Limits::default();
    (limits.decoding_buffer_size, limits.intermediate_buffer_size) = (MOST_BYTES, MOST_BYTES);
    let open = || Decoder::new(Cursor::new(bytes)).ok().map(|decoder| decoder.with_limits(limits));
    catch_unwind(AssertUnwindSafe(open)).ok().flatten()
}

/// How many pages the file has, as far as it can be followed.
fn page_count(bytes: &[u8]) -> usize {
    let count = || {
        let Some(mut decoder) = open(bytes) else { return 0 };
        let mut count = 1;
        while count < MAX_PAGES && decoder.more_images() {
            count += 1;
            if decoder.next_image().is_err() {
                break;
            }
        }
        count
    };
    catch_unwind(count).unwrap_or(1)
}

fn frame(decoder: &mut TiffDecoder<'_>) -> Option<Frame> {
    let read = || {
        let (width, height) = decoder.dimensions().ok()?;
        let mut number = |tag| decoder.find_tag(tag).ok().flatten();
        let orientation = number(Tag::Orientation).and_then(|value| value.into_u16().ok());
        let density = number(Tag::XResolution).and_then(|value| match value {
            Value::Rational(above, below) => Some(f64::from(above) / f64::from(below)),
            _ => None,
        });
        let unit = number(Tag::ResolutionUnit).and_then(|value| value.into_u16().ok()).unwrap_or(2);
        let stated_dpi = match unit {
            2 => density,
            3 => density.map(|density| density * 2.54),
            _ => None,
        };
        let orientation = orientation.and_then(|code| u8::try_from(code).ok());
        let orientation = orientation.and_then(image::metadata::Orientation::from_exif);
        let orientation = orientation.unwrap_or(image::metadata::Orientation::NoTransforms);
        (width > 0 && height > 0).then_some(Frame { width, height, orientation, stated_dpi })
    };
    catch_unwind(AssertUnwindSafe(read)).ok().flatten()
}

/// The compression of the page the decoder stands on, if it is one that is not opened.
fn closed_by(decoder: &mut TiffDecoder<'_>, bytes: &[u8]) -> Option<u16> {
    let compression = decoder.find_tag_unsigned::<u16>(Tag::Compression).ok().flatten().unwrap_or(1);
    let is_open = match compression {
        old_jpeg::COMPRESSION => old_jpeg::stream(decoder, bytes).is_some(),
        compression => matches!(compression, 1..=5 | 7 | 8 | 32_773 | 32_946),
    };
    (!is_open).then_some(compression)
}

/// The pixels of the page the decoder stands on, the one with this index.
fn image(decoder: &mut TiffDecoder<'_>, bytes: &[u8], index: usize, width: u32, height: u32) -> Option<DynamicImage> {
    if decoder.find_tag_unsigned::<u16>(Tag::Compression).ok().flatten() == Some(old_jpeg::COMPRESSION) {
        return old_jpeg::image(&old_jpeg::stream(decoder, bytes)?, width, height);
    }
    if let Some(grey) = fax::read(decoder, bytes, width, height) {
        return GrayImage::from_raw(width, height, grey).map(DynamicImage::ImageLuma8);
    }
    const PALETTE: u32 = 3;
    let number = |decoder: &mut TiffDecoder<'_>, tag| decoder.find_tag_unsigned::<u32>(tag).ok().flatten();
    if number(decoder, Tag::PhotometricInterpretation) != Some(PALETTE) {
        let color = decoder.colortype().ok()?;
        return image_of(decoder, color, width, height);
    }
    let bits = decoder.find_tag_unsigned_vec::<u8>(Tag::BitsPerSample).ok().flatten()?.first().copied();
    let bits = bits.filter(|bits| matches!(bits, 1 | 2 | 4 | 8))?;
    let palette = decoder.find_tag(Tag::ColorMap).ok().flatten()?.into_u16_vec().ok()?;
    let colors = palette.len() / 3;
    let part = |n: usize, color: u8| palette.get(n * colors + usize::from(color)).copied().map_or(0, most_significant);
    let light = |color: u8| luminance([0, 1, 2].map(|n| part(n, color)));
    let numbers = palette_numbers(decoder, bytes, index)?;
    let grey = unpacked(&numbers, width, bits).map(light).collect();
    GrayImage::from_raw(width, height, grey).map(DynamicImage::ImageLuma8)
}

/// The numbers of colours in a palette, packed. The TIFF reader does not open such pages, so it is shown a copy of the file
/// that calls them grey.
fn palette_numbers(decoder: &mut TiffDecoder<'_>, bytes: &[u8], index: usize) -> Option<Vec<u8>> {
    const INTERPRETATION: u16 = 262;
    let at = usize::try_from(decoder.ifd_pointer()?.0).ok()?;
    let is_little = bytes.starts_with(b"II");
    let short = |at: usize| {
        let two = bytes.get(at..at + 2)?.try_into().ok()?;
        Some(if is_little { u16::from_le_bytes(two) } else { u16::from_be_bytes(two) })
    };
    let entries = (0..usize::from(short(at)?)).map(|number| at + 2 + 12 * number);
    let entry = entries.into_iter().find(|entry| short(*entry) == Some(INTERPRETATION))?;
    let mut copy = bytes.to_vec();
    let grey = if is_little { 1_u16.to_le_bytes() } else { 1_u16.to_be_bytes() };
    copy.get_mut(entry + 8..entry + 10)?.copy_from_slice(&grey);
    let mut decoder = open(&copy)?;
    decoder.seek_to_image(index).ok()?;
    match decoder.read_image().ok()? {
        DecodingResult::U8(numbers) => Some(numbers),
        _ => None,
    }
}

/// The pixels of a page with these colours.
fn image_of(decoder: &mut TiffDecoder<'_>, color: ColorType, width: u32, height: u32) -> Option<DynamicImage> {
    let samples = match decoder.read_image().ok()? {
        DecodingResult::U8(samples) => samples,
        DecodingResult::U16(samples) => samples.into_iter().map(most_significant).collect(),
        _ => return None,
    };
    let pixels = usize::try_from(u64::from(width) * u64::from(height)).ok()?;
    // Where colours lie in planes of their own, the first is read, and says enough about letters.
    let is_plane = samples.len() == pixels;
    let grey = |samples: Vec<u8>| GrayImage::from_raw(width, height, samples).map(DynamicImage::ImageLuma8);
    match color {
        ColorType::Gray(bits @ (1 | 2 | 4)) => {
            let most = u8::MAX >> (8 - bits);
            grey(unpacked(&samples, width, bits).map(|sample| sample * (u8::MAX / most)).collect())
        }
        _ if is_plane => grey(samples),
        ColorType::RGB(_) => RgbImage::from_raw(width, height, samples).map(DynamicImage::ImageRgb8),
        ColorType::RGBA(_) => image::RgbaImage::from_raw(width, height, samples).map(DynamicImage::ImageRgba8),
        ColorType::GrayA(_) => image::GrayAlphaImage::from_raw(width, height, samples).map(DynamicImage::ImageLumaA8),
        ColorType::YCbCr(_) => grey(samples.chunks_exact(3).map(|pixel| pixel[0]).collect()),
        ColorType::CMYK(_) | ColorType::CMYKA(_) => {
            let inks = if matches!(color, ColorType::CMYK(_)) { 4 } else { 5 };
            let light = |pixel: &[u8]| {
                let paper = |n: usize| 255 - pixel[n];
                let color = u16::from(luminance([paper(0), paper(1), paper(2)]));
                u8::try_from(color * u16::from(paper(3)) / 255).unwrap_or(u8::MAX)
            };
            grey(samples.chunks_exact(inks).map(light).collect())
        }
        ColorType::Multiband { num_samples, .. } => {
            grey(samples.chunks_exact(usize::from(num_samples.max(1))).map(|pixel| pixel[0]).collect())
        }
        _ => None,
    }
}

/// The upper half of a sample.
fn most_significant(sample: u16) -> u8 {
    sample.to_be_bytes()[0]
}

/// Samples of so many bits each, packed into rows of whole bytes.
fn unpacked(packed: &[u8], width: u32, bits: u8) -> impl Iterator<Item = u8> {
    let per_byte = usize::from(8 / bits);
    let width = width as usize;
    let mask = u8::MAX >> (8 - bits);
    packed.chunks_exact(width.div_ceil(per_byte).max(1)).flat_map(move |row| {
        let samples = row.iter().flat_map(move |byte| (1..=8 / bits).map(move |n| byte >> (8 - bits * n) & mask));
        samples.take(width)
    })
}
