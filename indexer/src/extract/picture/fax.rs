//! Fax pages in TIFF: the older compressions, which the TIFF reader leaves alone.
//!
//! TIFF 6.0, section 10 (compression 2) and section 11 (3, group 3 in one dimension or two); group 4 the TIFF reader
//! opens itself. Lines that are damaged end the strip they stand in; the others are kept.

use hayro_ccitt::{DecodeSettings, DecoderContext, EncodingMode, decode};
use tiff::tags::Tag;

use super::tiff_pages::TiffDecoder;

const FILL_ORDER: Tag = Tag::Unknown(266);
const GROUP_3_OPTIONS: Tag = Tag::Unknown(292);

/// Rows of grey as they are decoded; what is not decoded stays white.
struct Rows {
    grey: Vec<u8>,
    width: usize,
    next: usize,
    ink: u8,
}

impl hayro_ccitt::Decoder for Rows {
    fn push_row(&mut self, changes: &[u32]) {
        let from = self.next * self.width;
        self.next += 1;
        let Some(row) = self.grey.get_mut(from..from + self.width) else { return };
        row.fill(u8::MAX - self.ink);
        for run in changes.chunks(2) {
            let end = run.get(1).map_or(row.len(), |end| *end as usize);
            if let Some(run) = row.get_mut(run[0] as usize..end.min(self.width)) {
                run.fill(self.ink);
            }
        }
    }
}

/// The pixels of the page the decoder stands on, a byte each; nothing when it is no fax page of these kinds.
pub(super) fn read(decoder: &mut TiffDecoder<'_>, bytes: &[u8], width: u32, height: u32) -> Option<Vec<u8>> {
    let number = |decoder: &mut TiffDecoder<'_>, tag| decoder.find_tag_unsigned::<u32>(tag).ok().flatten();
    let compression = number(decoder, Tag::Compression)?;
    let options = number(decoder, GROUP_3_OPTIONS).unwrap_or(0);
    let encoding = match compression {
        2 => EncodingMode::Group3_1D,
        3 if options & 1 == 0 => EncodingMode::Group3_1D,
        3 => EncodingMode::Group3_2D,
        _ => return None,
    };
    let is_reversed = number(decoder, FILL_ORDER) == Some(2);
    let rows_per_strip = number(decoder, Tag::RowsPerStrip).unwrap_or(height).clamp(1, height);
    let is_white_zero = number(decoder, Tag::PhotometricInterpretation) != Some(1);
    let offsets = decoder.find_tag_unsigned_vec::<u64>(Tag::StripOffsets).ok().flatten()?;
    let lengths = decoder.find_tag_unsigned_vec::<u64>(Tag::StripByteCounts).ok().flatten()?;

    let columns = usize::try_from(width).ok()?;
    let pixels = columns.checked_mul(usize::try_from(height).ok()?)?;
    let ink = if is_white_zero { 0 } else { u8::MAX };
    let mut rows = Rows { grey: vec![u8::MAX; pixels], width: columns, next: 0, ink };
    for (strip, (offset, length)) in (0_u32..).zip(offsets.iter().zip(&lengths)) {
        let first = strip.saturating_mul(rows_per_strip);
        if first >= height {
            break;
        }
        let from = usize::try_from(*offset).ok()?;
        let Some(packed) = bytes.get(from..from.checked_add(usize::try_from(*length).ok()?)?) else { continue };
        rows.next = usize::try_from(first).ok()?;
        let mut context = DecoderContext::new(DecodeSettings {
            columns: width,
            rows: rows_per_strip.min(height - first),
            end_of_block: true,
            end_of_line: compression == 3,
            rows_are_byte_aligned: compression == 2,
            encoding,
            strict: false,
        });
        let turned: Vec<u8>;
        let packed = if is_reversed {
            turned = packed.iter().map(|byte| byte.reverse_bits()).collect();
            &turned
        } else {
            packed
        };
        // The rows before a damaged one are there already.
        decode(packed, &mut rows, &mut context).ok();
    }
    Some(rows.grey)
}
