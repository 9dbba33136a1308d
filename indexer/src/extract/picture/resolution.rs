//! Pixels an inch: what a file says of them, and what to think where it says nothing or nonsense.
//!
//! The size of a page and the size of its letters follow from it. Screens and cameras write 72 or 96 whatever they
//! photograph; a page a yard wide is not believed.

use image::ImageFormat;

/// Taken for scans that say nothing.
const SCAN_DPI: u32 = 300;
/// Taken for smaller pictures that say nothing.
const SCREEN_DPI: u32 = 96;
/// The long side of a scan has at least this many pixels.
const FEWEST_OF_A_SCAN: u32 = 1_500;
/// Up to this density, a page longer than [`LONGEST_INCHES`] shows that nobody measured.
const DEFAULT_DPI: f64 = 100.0;
const LONGEST_INCHES: f64 = 20.0;

/// The density to go by, for a picture of this size.
pub(super) fn dpi(stated: Option<f64>, width: u32, height: u32) -> u32 {
    let longest = width.max(height);
    let is_believed =
        |dpi: &f64| (50.0..=4800.0).contains(dpi) && (*dpi > DEFAULT_DPI || f64::from(longest) / dpi <= LONGEST_INCHES);
    match stated.filter(is_believed) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 50 and 4800")]
        Some(dpi) => dpi.round() as u32,
        None if longest >= FEWEST_OF_A_SCAN => SCAN_DPI,
        None => SCREEN_DPI,
    }
}

/// What the format's own header says.
pub(super) fn stated(bytes: &[u8], format: ImageFormat) -> Option<f64> {
    match format {
        ImageFormat::Png => png(bytes),
        ImageFormat::Jpeg => jpeg(bytes),
        ImageFormat::Bmp => bmp(bytes),
        _ => None,
    }
}

const METRES_TO_INCHES: f64 = 0.0254;

/// The chunk `pHYs`, which comes before the pixels.
fn png(bytes: &[u8]) -> Option<f64> {
    let mut rest = bytes.get(8..)?;
    loop {
        let (length, kind) = (u32::from_be_bytes(rest.get(..4)?.try_into().ok()?), rest.get(4..8)?);
        let data = rest.get(8..)?;
        match kind {
            b"pHYs" if data.get(8) == Some(&1) => {
                return Some(f64::from(u32::from_be_bytes(data.get(..4)?.try_into().ok()?)) * METRES_TO_INCHES);
            }
            b"pHYs" | b"IDAT" => return None,
            _ => rest = data.get(usize::try_from(length).ok()?.checked_add(4)?..)?,
        }
    }
}

/// The segment APP0 of JFIF, which comes first.
fn jpeg(bytes: &[u8]) -> Option<f64> {
    if bytes.get(2..4)? != [0xff, 0xe0] || bytes.get(6..11)? != b"JFIF\0" {
        return None;
    }
    let density = f64::from(u16::from_be_bytes(bytes.get(14..16)?.try_into().ok()?));
    match bytes.get(13)? {
        1 => Some(density),
        2 => Some(density * 2.54),
        _ => None,
    }
}

/// The header of a bitmap.
fn bmp(bytes: &[u8]) -> Option<f64> {
    let per_metre = u32::from_le_bytes(bytes.get(38..42)?.try_into().ok()?);
    (per_metre > 0).then(|| f64::from(per_metre) * METRES_TO_INCHES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nonsense_is_not_believed() {
        let check = |stated, width, height, expected| assert_eq!(dpi(stated, width, height), expected, "{stated:?}");
        check(Some(200.0), 1700, 2200, 200);
        check(Some(203.2), 1728, 2200, 203);
        check(None, 2480, 3508, 300);
        check(None, 800, 600, 96);
        check(Some(72.0), 4000, 3000, 300);
        check(Some(72.0), 595, 842, 72);
        check(Some(0.0), 595, 842, 96);
        check(Some(f64::NAN), 595, 842, 96);
        check(Some(1e9), 2480, 3508, 300);
    }

    #[test]
    fn headers_are_read() {
        let png_file = [
            b"\x89PNG\r\n\x1a\n\0\0\0\x01abcdX0000\0\0\0\x09pHYs".as_slice(),
            &[0, 0, 0x2e, 0x23, 0, 0, 0x2e, 0x23, 1],
        ];
        let found = stated(&png_file.concat(), ImageFormat::Png).unwrap();
        assert!((found - 300.0).abs() < 0.1, "{found}");
        let jpeg_file = b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\x01\0\xc8\0\xc8\0\0";
        assert_eq!(stated(jpeg_file, ImageFormat::Jpeg), Some(200.0));
        assert_eq!(stated(&jpeg_file[..12], ImageFormat::Jpeg), None);
        assert_eq!(stated(b"GIF89a", ImageFormat::Gif), None);
    }
}
