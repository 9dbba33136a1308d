//! What is made of small pictures, with someone who says what every picture says.

use std::io::Cursor;

use image::{DynamicImage, GrayImage, ImageFormat, RgbaImage};
use proptest::prelude::*;
use redwell_model::{CodePointRange, ExceptionKind};
use tiff::encoder::{TiffEncoder, colortype};
use tiff::tags::Tag;

use super::*;
use crate::extract::recognition::{Policy, Recognition, Tool, Word, unavailable};
use crate::extract::{Options, extract as extract_any};

fn options() -> Options {
    let tool = Some(Tool { name: "eyes 1".to_owned(), program: "/nowhere".into() });
    let recognition = Recognition { tool, max_pixels: 1_000_000, ..Recognition::default() };
    Options { recognition, ..Options::default() }
}

/// Reads a picture of which every page says `word` across its upper left quarter; the sizes and densities seen.
fn read_with(bytes: &[u8], options: &Options) -> (Extracted, Vec<(u32, u32, u32)>) {
    let mut seen = Vec::new();
    let mut recogniser = |picture: &Picture| {
        let Picture { width, height, dpi, .. } = *picture;
        seen.push((width, height, dpi));
        let word = Word {
            text: "word".to_owned(),
            confidence: 0.75,
            left: 0,
            top: 0,
            width: width / 2,
            height: height / 2,
            place: [1, 1, 1],
        };
        Ok(vec![word])
    };
    let found = extract(&Input { name: "a.png", bytes, options }, &mut recogniser);
    assert!(found.layout.boxes.is_empty() || found.layout.boxes.len() == found.text.chars().count());
    (found, seen)
}

fn read(bytes: &[u8]) -> (Extracted, Vec<(u32, u32, u32)>) {
    read_with(bytes, &options())
}

fn encoded(image: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    image.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn white(width: u32, height: u32) -> DynamicImage {
    DynamicImage::ImageLuma8(GrayImage::from_pixel(width, height, image::Luma([255])))
}

/// A small picture in every kind of file but TIFF.
pub(crate) fn of_every_kind() -> Vec<Vec<u8>> {
    let image = DynamicImage::ImageRgb8(white(40, 30).into_rgb8());
    let kinds = [ImageFormat::Png, ImageFormat::Gif, ImageFormat::Bmp, ImageFormat::WebP, ImageFormat::Jpeg];
    kinds.map(|format| encoded(&image, format)).to_vec()
}

/// A TIFF of pages of these sizes at this density.
pub(crate) fn tiff_of(pages: &[(u32, u32)], dpi: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
    for (width, height) in pages {
        let mut page = encoder.new_image::<colortype::Gray8>(*width, *height).unwrap();
        page.resolution(tiff::tags::ResolutionUnit::Inch, tiff::encoder::Rational { n: dpi, d: 1 });
        page.write_data(&vec![255; (width * height) as usize]).unwrap();
    }
    bytes.into_inner()
}

#[test]
fn a_picture_is_a_page_with_boxes_in_points() {
    for format in [ImageFormat::Png, ImageFormat::Gif, ImageFormat::Bmp, ImageFormat::WebP, ImageFormat::Jpeg] {
        let image = DynamicImage::ImageRgb8(white(192, 96).into_rgb8());
        let (found, seen) = read(&encoded(&image, format));
        assert_eq!(found.text, "word", "{format:?}");
        let page = &found.layout.pages[0];
        assert_eq!((page.frame, page.engine.as_str()), ([0.0, 0.0, 144.0, 72.0], "ocr"), "{format:?}");
        assert!((page.quality - 0.75).abs() < 1e-6);
        // Screens are coarse, so the picture is enlarged; the boxes are those of the page all the same.
        assert_eq!(seen, [(576, 288, 288)], "{format:?}");
        let quads = found.layout.quads(CodePointRange::new(0, 4));
        assert_eq!(quads[0].quads, [[0.0, 72.0, 72.0, 72.0, 0.0, 36.0, 72.0, 36.0]]);
        assert_eq!((found.exceptions, found.metadata.page_count), (Vec::new(), Some(1)));
    }
}

#[test]
fn every_page_of_a_tiff_is_read() {
    let (found, seen) = read(&tiff_of(&[(200, 100), (150, 300), (300, 300)], 300));
    assert_eq!(found.text, "word\nword\nword");
    assert_eq!(seen, [(200, 100, 300), (150, 300, 300), (300, 300, 300)]);
    let frames: Vec<_> = found.layout.pages.iter().map(|page| page.frame[2..].to_vec()).collect();
    assert_eq!(frames, [[48.0, 24.0], [36.0, 72.0], [72.0, 72.0]]);
    assert_eq!(found.metadata.page_count, Some(3));
    assert_eq!(found.metadata.other.get("picture_resolution").map(String::as_str), Some("300 dpi"));
}

#[test]
fn large_pictures_are_scaled_down_and_giants_not_opened() {
    let (found, seen) = read(&tiff_of(&[(2000, 1000)], 200));
    assert_eq!(seen, [(1414, 707, 141)]);
    assert_eq!(found.layout.pages[0].frame, [0.0, 0.0, 720.0, 360.0]);
    let (found, seen) = read(&tiff_of(&[(2000, 3000)], 200));
    assert_eq!((seen, found.exceptions[0].kind), (Vec::new(), ExceptionKind::PartLost));
}

#[test]
fn the_turn_of_a_camera_is_undone() {
    let mut jpeg = encoded(&white(96, 192), ImageFormat::Jpeg);
    let block = [b"Exif\0\0".as_slice(), &tags::tests::block(&[(tags::MAKE, "Acme")], &[(0x112, 6)], &[])].concat();
    let length = u16::try_from(block.len() + 2).unwrap().to_be_bytes();
    jpeg.splice(2..2, [&[0xff, 0xe1], length.as_slice(), &block].concat());
    let (found, _) = read(&jpeg);
    assert_eq!(found.layout.pages[0].frame, [0.0, 0.0, 144.0, 72.0]);
    assert_eq!(found.metadata.other.get("camera").map(String::as_str), Some("Acme"));
    assert_eq!(found.metadata.other.get("picture_size").map(String::as_str), Some("192 × 96 pixels"));
}

#[test]
fn what_shows_through_is_paper() {
    let clear = DynamicImage::ImageRgba8(RgbaImage::from_pixel(20, 20, image::Rgba([0, 0, 0, 0])));
    assert!(grey(clear).pixels().all(|pixel| pixel.0 == [255]));
    let black = DynamicImage::ImageRgba8(RgbaImage::from_pixel(20, 20, image::Rgba([0, 0, 0, 255])));
    assert!(grey(black).pixels().all(|pixel| pixel.0 == [0]));
}

/// A TIFF of one bilevel page, sixteen pixels wide and high, of these packed rows.
fn bilevel(rows: &[u8], tags: &[(Tag, u32)]) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
    let mut directory = encoder.image_directory().unwrap();
    let at = u32::try_from(directory.write_data(rows).unwrap()).unwrap();
    let length = u32::try_from(rows.len()).unwrap();
    for (tag, value) in [
        (Tag::ImageWidth, 16),
        (Tag::ImageLength, 16),
        (Tag::BitsPerSample, 1),
        (Tag::SamplesPerPixel, 1),
        (Tag::RowsPerStrip, 16),
        (Tag::StripByteCounts, length),
        (Tag::StripOffsets, at),
    ] {
        directory.write_tag(tag, value).unwrap();
    }
    for (tag, value) in tags {
        directory.write_tag(*tag, *value).unwrap();
    }
    directory.finish().unwrap();
    bytes.into_inner()
}

/// How light the picture is that recognition sees: at the left, in the middle, at the right of its first row.
fn lightness(bytes: &[u8]) -> Option<[u8; 3]> {
    let mut seen = None;
    let mut recogniser = |picture: &Picture| {
        let width = picture.width as usize;
        seen = Some([picture.grey[0], picture.grey[width / 2], picture.grey[width - 1]]);
        Ok(Vec::new())
    };
    let found = extract(&Input { name: "a.tif", bytes, options: &options() }, &mut recogniser);
    assert_eq!(found.exceptions, [], "{:?}", &bytes[..8]);
    seen
}

#[test]
fn fax_pages_are_black_on_white() {
    let white_is_zero = (Tag::PhotometricInterpretation, 0);
    let check = |rows: &[u8], tags: &[(Tag, u32)]| {
        let [left, middle, right] = lightness(&bilevel(rows, tags)).unwrap();
        assert!(left > 200 && middle < 60 && right > 200, "{tags:?}: {left} {middle} {right}");
    };
    // Sixteen rows with four white pixels, eight black, four white.
    check(&[0x0f, 0xf0].repeat(16), &[white_is_zero, (Tag::Compression, 1)]);
    check(&[0xf0, 0x0f].repeat(16), &[(Tag::PhotometricInterpretation, 1), (Tag::Compression, 1)]);
    // The same in run lengths: 1011 for four white, 000101 for eight black; each row from a whole byte on.
    check(&[0xb1, 0x6c].repeat(16), &[white_is_zero, (Tag::Compression, 2)]);
    check(&[0x8d, 0x36].repeat(16), &[white_is_zero, (Tag::Compression, 2), (Tag::Unknown(266), 2)]);
    // And with an end of line, 000000000001, before each.
    let rows: Vec<u8> = (0..16).flat_map(|_| [0x00, 0x01, 0xb1, 0x6c]).collect();
    check(&rows, &[white_is_zero, (Tag::Compression, 3)]);
    // What is damaged is paper.
    assert_eq!(lightness(&bilevel(&[0; 32], &[white_is_zero, (Tag::Compression, 3)])), Some([255; 3]));
}

/// The picture of a page with a dark stripe between light ones, sixteen pixels wide and high.
fn striped() -> Vec<u8> {
    [[255_u8; 4], [0; 4], [0; 4], [255; 4]].concat().repeat(16)
}

#[track_caller]
fn check_striped(bytes: &[u8]) {
    let [left, middle, right] = lightness(bytes).unwrap();
    assert!(left > 200 && middle < 60 && right > 200, "{left} {middle} {right}");
}

#[test]
fn group_4_is_opened() {
    // Four white and eight black, 001 1011 000101, white to the end, 1; fifteen rows of the same, 111; the end of the block.
    let bits = format!("00110110001011{}{}00000", "111".repeat(15), "000000000001".repeat(2));
    let rows: Vec<u8> =
        bits.as_bytes().chunks(8).map(|byte| byte.iter().fold(0, |sum, bit| (sum << 1) | (bit - b'0'))).collect();
    check_striped(&bilevel(&rows, &[(Tag::PhotometricInterpretation, 0), (Tag::Compression, 4)]));
}

#[test]
fn every_usual_compression_is_opened() {
    use tiff::encoder::Compression;
    for compression in [
        Compression::Uncompressed,
        Compression::Lzw,
        Compression::Packbits,
        Compression::Deflate(tiff::encoder::DeflateLevel::Fast),
    ] {
        let mut bytes = Cursor::new(Vec::new());
        let mut encoder = TiffEncoder::new(&mut bytes).unwrap().with_compression(compression);
        encoder.write_image::<colortype::Gray8>(16, 16, &striped()).unwrap();
        check_striped(&bytes.into_inner());
    }
}

/// The striped picture as JPEG.
fn striped_jpeg() -> Vec<u8> {
    encoded(&DynamicImage::ImageLuma8(GrayImage::from_raw(16, 16, striped()).unwrap()), ImageFormat::Jpeg)
}

/// A TIFF of one page of sixteen by sixteen grey pixels, of this strip; `more` is written beside it and its place kept in tags.
fn page_of(strip: &[u8], compression: u32, more: &[u8], tags: &[(Tag, u32)]) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
    let mut directory = encoder.image_directory().unwrap();
    let at = u32::try_from(directory.write_data(strip).unwrap()).unwrap();
    let more_at = u32::try_from(directory.write_data(more).unwrap()).unwrap();
    let lengths = [strip, more].map(|bytes| u32::try_from(bytes.len()).unwrap());
    let written = [
        (Tag::ImageWidth, 16),
        (Tag::ImageLength, 16),
        (Tag::BitsPerSample, 8),
        (Tag::SamplesPerPixel, 1),
        (Tag::PhotometricInterpretation, 1),
        (Tag::RowsPerStrip, 16),
        (Tag::Compression, compression),
        (Tag::StripByteCounts, lengths[0]),
        (Tag::StripOffsets, at),
    ];
    // Where something is to be told of `more`, 0 stands for its place and 1 for its length.
    let told = tags.iter().map(|(tag, what)| (*tag, if *what == 0 { more_at } else { lengths[1] }));
    for (tag, value) in written.into_iter().chain(told) {
        directory.write_tag(tag, value).unwrap();
    }
    directory.finish().unwrap();
    bytes.into_inner()
}

#[test]
fn jpeg_pages_are_opened() {
    let jpeg = striped_jpeg();
    check_striped(&page_of(&jpeg, 7, &[], &[]));
    let (stream, length) = ((Tag::Unknown(513), 0), (Tag::Unknown(514), 1));
    check_striped(&page_of(&[0; 4], 6, &jpeg, &[stream, length]));
    check_striped(&page_of(&[0; 4], 6, &jpeg, &[stream]));
    check_striped(&page_of(&jpeg, 6, &[], &[]));
    // Tables in the stream, pixels in the strip.
    let scan = jpeg.windows(2).position(|two| two == [0xff, 0xda]).unwrap();
    check_striped(&page_of(&jpeg[scan..], 6, &jpeg[..scan], &[stream, length]));
}

#[test]
fn a_compression_that_is_not_opened_is_named() {
    let check = |compression: u32, more: &[u8], tags: &[(Tag, u32)], expected: &str| {
        let (found, seen) = read(&page_of(&[0; 40], compression, more, tags));
        let [exception] = found.exceptions.as_slice() else { panic!("{:?}", found.exceptions) };
        assert_eq!((exception.kind, seen.len()), (ExceptionKind::UnsupportedFormat, 0));
        assert!(exception.reason.contains(expected), "{}", exception.reason);
        assert_eq!(found.metadata.page_count, Some(1));
    };
    check(6, &[], &[], "(the old form of JPEG, in pieces, compression 6)");
    check(6, b"no stream", &[(Tag::Unknown(513), 0)], "compression 6)");
    check(6, &[0xff, 0xd8, 0xff], &[(Tag::Unknown(513), 0)], "compression 6)");
    check(34_712, &[], &[], "(JPEG 2000, compression 34712)");
    check(50_000, &[], &[], "(Zstandard, compression 50000)");
    check(12_345, &[], &[], "compression 12345)");
}

#[test]
fn palettes_become_grey() {
    let mut bytes = Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut bytes).unwrap();
    let mut directory = encoder.image_directory().unwrap();
    // Colour 1 is black, colour 0 and every other is white.
    let row: Vec<u8> = [[0; 4], [1; 4], [1; 4], [0; 4]].concat();
    let at = u32::try_from(directory.write_data(row.repeat(16).as_slice()).unwrap()).unwrap();
    let colors: Vec<u16> = (0..3 * 256).map(|n| if n % 256 == 1 { 0 } else { u16::MAX }).collect();
    for (tag, value) in [
        (Tag::ImageWidth, 16),
        (Tag::ImageLength, 16),
        (Tag::BitsPerSample, 8),
        (Tag::Compression, 1),
        (Tag::SamplesPerPixel, 1),
        (Tag::RowsPerStrip, 16),
        (Tag::StripByteCounts, 256),
        (Tag::StripOffsets, at),
    ] {
        directory.write_tag(tag, value).unwrap();
    }
    directory.write_tag(Tag::PhotometricInterpretation, 3_u16).unwrap();
    directory.write_tag(Tag::ColorMap, colors.as_slice()).unwrap();
    directory.finish().unwrap();
    let [left, middle, right] = lightness(&bytes.into_inner()).unwrap();
    assert!(left > 200 && middle < 60 && right > 200, "{left} {middle} {right}");
}

#[test]
fn without_recognition_the_page_is_told() {
    let check = |recognition: Recognition, expected: &str| {
        let options = Options { recognition, ..Options::default() };
        let bytes = encoded(&white(192, 96), ImageFormat::Png);
        let found = extract(&Input { name: "a.png", bytes: &bytes, options: &options }, &mut unavailable);
        let exception = &found.exceptions[0];
        assert_eq!((exception.kind, exception.page, found.text.as_str()), (ExceptionKind::NeedsOcr, Some(1), ""));
        assert!(exception.reason.contains(expected), "{}", exception.reason);
        assert_eq!(found.layout.pages.len(), 1);
    };
    check(Recognition::default(), "the package `tesseract-ocr`");
    check(Recognition { policy: Policy::Off, ..Recognition::default() }, "`redwell retry --ocr auto`");
}

#[test]
fn what_no_letter_fits_into_needs_no_recognition() {
    for options in [options(), Options::default()] {
        let (found, seen) = read_with(&encoded(&white(1, 1), ImageFormat::Png), &options);
        assert_eq!((found.text.as_str(), found.exceptions, seen), ("", Vec::new(), Vec::new()));
    }
}

#[test]
fn damaged_and_foreign_pictures_are_told() {
    let check = |bytes: &[u8], expected: ExceptionKind| {
        let found = extract_any(&Input { name: "a", bytes, options: &options() }, &mut |_| ());
        assert!(found.exceptions.iter().any(|exception| exception.kind == expected), "{:?}", found.exceptions);
    };
    check(b"\x89PNG\r\n\x1a\n", ExceptionKind::Damaged);
    check(b"II*\0\x08\0\0\0", ExceptionKind::Damaged);
    check(b"8BPS\0\x01", ExceptionKind::UnsupportedFormat);
    let png = encoded(&white(192, 96), ImageFormat::Png);
    let (found, seen) = read(&png[..png.len() - 30]);
    assert_eq!((found.exceptions[0].kind, seen), (ExceptionKind::PartLost, Vec::new()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn damage_never_breaks_the_invariants(which in 0_usize..6, changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8), cut in any::<prop::sample::Index>()) {
        let image = DynamicImage::ImageRgb8(white(40, 30).into_rgb8());
        let formats = [ImageFormat::Png, ImageFormat::Gif, ImageFormat::Bmp, ImageFormat::WebP, ImageFormat::Jpeg];
        let mut bytes = formats.get(which).map_or_else(|| tiff_of(&[(40, 30), (30, 40)], 100), |format| encoded(&image, *format));
        for (at, byte) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        read(&bytes);
        bytes.truncate(cut.index(bytes.len()));
        read(&bytes);
    }
}
