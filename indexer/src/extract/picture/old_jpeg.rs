//! Pages in the first form of JPEG in TIFF (compression 6; TIFF 6.0, section 22), as scanners and fax servers of the nineties
//! wrote it.
//!
//! Where the file points to a JPEG stream (`JPEGInterchangeFormat`), or a strip is one, it is taken; where the stream ends before
//! its pixels, they are in the strips. Files that only keep tables, each in a tag of its own, are not put together.

use image::{DynamicImage, ImageFormat, ImageReader, Limits};
use std::io::Cursor;
use tiff::tags::Tag;

use super::tiff_pages::{MOST_BYTES, TiffDecoder};

/// The compression.
pub(super) const COMPRESSION: u16 = 6;

const STREAM: Tag = Tag::Unknown(513);
const STREAM_LENGTH: Tag = Tag::Unknown(514);

const BEGIN: &[u8] = &[0xff, 0xd8];
const END: &[u8] = &[0xff, 0xd9];
const SCAN: u8 = 0xda;

/// The JPEG file of the page the decoder stands on; `None` where there is none to be taken.
pub(super) fn stream(decoder: &mut TiffDecoder<'_>, bytes: &[u8]) -> Option<Vec<u8>> {
    let strips = strips(decoder, bytes);
    let number = |decoder: &mut TiffDecoder<'_>, tag| decoder.find_tag_unsigned::<u64>(tag).ok().flatten();
    let Some(at) = number(decoder, STREAM) else {
        return strips
            .first()
            .filter(|strip| strips.len() == 1 && strip.starts_with(BEGIN))
            .map(|strip| strip.to_vec());
    };
    let from = bytes.get(usize::try_from(at).ok()?..)?;
    // Some programs leave the length out, or write one that is too short.
    let length = number(decoder, STREAM_LENGTH).and_then(|length| usize::try_from(length).ok());
    let stated = length.filter(|length| *length > 0).and_then(|length| from.get(..length)).unwrap_or(from);
    stated.starts_with(BEGIN).then_some(())?;
    match tables_of(stated) {
        Tables::BeforePixels => Some(stated.to_vec()),
        Tables::Alone(end) => {
            let mut whole = stated[..end].to_vec();
            strips.iter().for_each(|strip| whole.extend_from_slice(strip));
            whole.extend_from_slice(END);
            (tables_of(&whole) == Tables::BeforePixels).then_some(whole)
        }
    }
}

/// The pixels of a page, of its size.
pub(super) fn image(stream: &[u8], width: u32, height: u32) -> Option<DynamicImage> {
    let mut reader = ImageReader::with_format(Cursor::new(stream), ImageFormat::Jpeg);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES as u64);
    reader.limits(limits);
    let image = reader.decode().ok()?;
    // The last rows and columns may only fill blocks.
    (image.width() >= width && image.height() >= height).then(|| image.crop_imm(0, 0, width, height))
}

fn strips<'b>(decoder: &mut TiffDecoder<'_>, bytes: &'b [u8]) -> Vec<&'b [u8]> {
    let numbers = |decoder: &mut TiffDecoder<'_>, tag| {
        decoder.find_tag_unsigned_vec::<u64>(tag).ok().flatten().unwrap_or_default()
    };
    let (offsets, lengths) = (numbers(decoder, Tag::StripOffsets), numbers(decoder, Tag::StripByteCounts));
    let strip = |(at, length): (&u64, &u64)| {
        let (at, length) = (usize::try_from(*at).ok()?, usize::try_from(*length).ok()?);
        bytes.get(at..at.checked_add(length)?)
    };
    // No page is larger than its file: what overlaps is there to take memory.
    let mut left = bytes.len();
    let fits = |strip: &&[u8]| {
        let fits = strip.len() <= left;
        left = left.saturating_sub(strip.len());
        fits
    };
    offsets.iter().zip(&lengths).filter_map(strip).take_while(fits).collect()
}

/// What follows the tables at the beginning of a JPEG stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tables {
    /// The pixels.
    BeforePixels,
    /// Nothing that belongs to them; where they end.
    Alone(usize),
}

fn tables_of(stream: &[u8]) -> Tables {
    let mut at = BEGIN.len();
    loop {
        match stream.get(at..at + 2) {
            Some([0xff, SCAN]) => return Tables::BeforePixels,
            Some([0xff, 0xff]) => at += 1,
            Some([0xff, marker]) if *marker != END[1] => {
                let length = stream.get(at + 2..at + 4).map(|two| usize::from(u16::from_be_bytes([two[0], two[1]])));
                match length.filter(|length| *length >= 2 && at + 2 + length <= stream.len()) {
                    Some(length) => at += 2 + length,
                    None => return Tables::Alone(at),
                }
            }
            _ => return Tables::Alone(at),
        }
    }
}
