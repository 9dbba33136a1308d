//! Pictures of one page, opened by the `image` crate.

use std::io::Cursor;

use image::{DynamicImage, ImageDecoder, ImageFormat, ImageReader, Limits};
use redwell_model::{ExceptionKind, Metadata};

use super::tags::Tags;
use super::{DAMAGED, Frame, Pages, describe, resolution, unread};
use crate::extract::recognition::Recogniser;
use crate::extract::{Extracted, Input};

/// Most memory a picture may take while it is opened.
const MOST_BYTES: u64 = 1 << 30;

pub(super) fn extract(input: &Input<'_>, format: ImageFormat, recogniser: &mut dyn Recogniser) -> Extracted {
    let Some((frame, tags)) = frame(input.bytes, format) else {
        return unread(ExceptionKind::Damaged, DAMAGED);
    };
    let mut metadata = Metadata::default();
    describe(&tags, Some(&frame), &mut metadata);
    let mut pages = Pages::new(input, 1, recogniser);
    pages.push(&frame, || DynamicImage::from_decoder(decoder(input.bytes, format)?).ok());
    pages.finish(metadata)
}

fn decoder(bytes: &[u8], format: ImageFormat) -> Option<impl ImageDecoder + '_> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_BYTES);
    reader.limits(limits);
    reader.into_decoder().ok()
}

fn frame(bytes: &[u8], format: ImageFormat) -> Option<(Frame, Tags)> {
    let mut decoder = decoder(bytes, format)?;
    let (width, height) = decoder.dimensions();
    let exif = decoder.exif_metadata().ok().flatten();
    let tags = exif.as_deref().map(Tags::read).unwrap_or_default();
    let stated_dpi = resolution::stated(bytes, format).or_else(|| tags.dpi());
    let orientation = tags.orientation();
    (width > 0 && height > 0).then_some((Frame { width, height, orientation, stated_dpi }, tags))
}
