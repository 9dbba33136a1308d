//! Pictures: PNG, JPEG, TIFF with all its pages, BMP, GIF and WebP.
//!
//! A picture is a document of one page (a TIFF of several), whose size in points follows from its pixels and their
//! density; its text is what recognition finds in it. Boxes stand in the same space as those of a PDF, so that ranges
//! become quads in the same way. Moving pictures show their first frame. Drawings made of lines (EMF, WMF) and the
//! files of image editors are not opened.

mod fax;
mod old_jpeg;
mod raster;
mod resolution;
mod tags;
mod tiff_pages;

#[cfg(test)]
pub(crate) mod tests;

use std::panic::{AssertUnwindSafe, catch_unwind};

use image::imageops::{self, FilterType};
use image::{DynamicImage, GrayImage, ImageFormat};
use kurbo::Affine;
use redwell_model::{ExceptionKind, Format, Metadata, ProcessingException, Stage};

use self::tags::Tags;
use super::paged::findings::{Finding, Findings};
use super::paged::joined::{JoinedPages, Source};
use super::paged::page_text::PageText;
use super::recognition::policy::{PageFound, Recognising, Turns};
use super::recognition::{Picture, Recogniser};
use super::{Extracted, Input};

/// The name of this reader, in exceptions.
const NAME: &str = "image";

/// Narrower or lower pictures hold no text: lines, dots and the marks mails are tracked by.
const FEWEST_PIXELS: u32 = 12;
/// Pixels an inch below which letters are so small that enlarging the picture helps to recognise them.
const COARSE_DPI: u32 = 150;
/// A picture is enlarged to at most this many pixels.
const MOST_ENLARGED: u64 = 24_000_000;
/// A picture this many times the most pixels recognised is not opened: the memory it needs is not there.
const MOST_OVERSIZE: u64 = 4;

const DAMAGED: &str = "the picture is damaged and could not be opened; ask the custodian for another copy";
const NOT_OPENED: &str = "the file is a picture of a kind Redwell does not open; its text, if any, was not read; a copy as PNG, TIFF or PDF would be";

/// What is known of one page of a picture before its pixels are looked at.
#[derive(Debug, Clone)]
struct Frame {
    /// Pixels, as the file stores them.
    width: u32,
    height: u32,
    /// How it must be turned to be seen upright.
    orientation: image::metadata::Orientation,
    /// What the file says its pixels an inch are.
    stated_dpi: Option<f64>,
}

/// Reads a picture.
pub fn extract(input: &Input<'_>, recogniser: &mut dyn Recogniser) -> Extracted {
    match kind(input.bytes) {
        Some(ImageFormat::Tiff) => tiff_pages::extract(input, recogniser),
        Some(format) => raster::extract(input, format, recogniser),
        None => unread(ExceptionKind::UnsupportedFormat, NOT_OPENED),
    }
}

/// Which kind of picture this is, of those that can be opened.
fn kind(bytes: &[u8]) -> Option<ImageFormat> {
    match bytes {
        [0x89, b'P', b'N', b'G', ..] => Some(ImageFormat::Png),
        [0xff, 0xd8, 0xff, ..] => Some(ImageFormat::Jpeg),
        [b'G', b'I', b'F', b'8', ..] => Some(ImageFormat::Gif),
        [b'B', b'M', ..] => Some(ImageFormat::Bmp),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(ImageFormat::WebP),
        [b'I', b'I', b'*', 0, ..] | [b'M', b'M', 0, b'*', ..] => Some(ImageFormat::Tiff),
        _ => None,
    }
}

fn unread(kind: ExceptionKind, reason: &str) -> Extracted {
    let mut found = Extracted::new(Format::Image);
    found.exceptions.push(ProcessingException::new(Stage::Extract, kind, NAME, reason));
    found
}

/// The pages of one picture file while they are read.
struct Pages<'r> {
    joined: JoinedPages,
    findings: Findings<'r>,
    recognising: Recognising<'r>,
    turns: Turns,
    max_pixels: u64,
    count: usize,
}

impl<'r> Pages<'r> {
    fn new(input: &Input<'r>, page_count: usize, recogniser: &'r mut dyn Recogniser) -> Self {
        let recognition = &input.options.recognition;
        Self {
            joined: JoinedPages::new(input.options.max_text_bytes),
            findings: Findings::new(NAME, page_count, recognition),
            recognising: Recognising::new(recognition, recogniser),
            turns: Turns::default(),
            max_pixels: recognition.max_pixels,
            count: 0,
        }
    }

    /// Adds a page, whose pixels `decode` gives when they are wanted.
    fn push(&mut self, frame: &Frame, decode: impl FnOnce() -> Option<DynamicImage>) {
        let (width, height) = frame.upright();
        let dpi = resolution::dpi(frame.stated_dpi, width, height);
        let [across, down] = [width, height].map(|pixels| points(pixels, dpi));
        let is_picture = width >= FEWEST_PIXELS && height >= FEWEST_PIXELS;
        let finding = is_picture.then_some(Finding::Picture);
        let mut found = PageFound { text: PageText::default(), finding, source: Source::Reader("") };
        if is_picture && self.recognising.wants(finding) {
            let is_too_large = u64::from(width) * u64::from(height) > self.max_pixels.saturating_mul(MOST_OVERSIZE);
            let draw = || {
                let image = if is_too_large { None } else { catch_unwind(AssertUnwindSafe(decode)).ok().flatten() };
                let picture = upright_grey(image?, frame, dpi, self.max_pixels);
                let (x, y) = (across / f64::from(picture.width), down / f64::from(picture.height));
                Some((picture, Affine::new([x, 0.0, 0.0, -y, 0.0, down])))
            };
            found = self.recognising.improve(found, draw);
            self.turns.note(self.count + 1, self.recognising.take_turn());
            if found.finding == Some(Finding::Picture) {
                found.finding = Some(if is_too_large { Finding::NotDrawn } else { Finding::Crashed });
            }
        }
        if let Some(finding) = found.finding {
            self.findings.add(self.count, finding);
        }
        self.count += 1;
        self.joined.push(found.text, (page_frame(width, height, dpi), 0), found.source);
    }

    /// Adds a page of which it is known beforehand that it cannot be opened.
    fn push_closed(&mut self, frame: &Frame, finding: Finding) {
        let (width, height) = frame.upright();
        let dpi = resolution::dpi(frame.stated_dpi, width, height);
        self.findings.add(self.count, finding);
        self.count += 1;
        self.joined.push(PageText::default(), (page_frame(width, height, dpi), 0), Source::Reader(""));
    }

    /// Adds a page that cannot be opened.
    fn push_damaged(&mut self) {
        self.findings.add(self.count, Finding::Crashed);
        self.count += 1;
        self.joined.push(PageText::default(), ([0.0; 4], 0), Source::Reader(""));
    }

    fn finish(self, metadata: Metadata) -> Extracted {
        let mut metadata = Metadata { page_count: u32::try_from(self.count).ok(), ..metadata };
        self.turns.write(&mut metadata);
        self.joined.finish(Format::Image, metadata, self.findings.into_exceptions())
    }
}

fn points(pixels: u32, dpi: u32) -> f64 {
    f64::from(pixels) * 72.0 / f64::from(dpi)
}

#[expect(clippy::cast_possible_truncation, reason = "frames are kept in single precision")]
fn page_frame(width: u32, height: u32, dpi: u32) -> [f32; 4] {
    [0.0, 0.0, points(width, dpi) as f32, points(height, dpi) as f32]
}

impl Frame {
    /// Width and height as it is looked at.
    fn upright(&self) -> (u32, u32) {
        use image::metadata::Orientation::{Rotate90, Rotate90FlipH, Rotate270, Rotate270FlipH};
        match self.orientation {
            Rotate90 | Rotate270 | Rotate90FlipH | Rotate270FlipH => (self.height, self.width),
            _ => (self.width, self.height),
        }
    }
}

/// The picture as recognition wants it: grey on white, upright, neither too large nor too coarse.
fn upright_grey(image: DynamicImage, frame: &Frame, dpi: u32, max_pixels: u64) -> Picture {
    let mut upright = DynamicImage::ImageLuma8(grey(image));
    upright.apply_orientation(frame.orientation);
    let grey = upright.into_luma8();
    let (width, height) = grey.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    let (grey, dpi) = if pixels > max_pixels {
        let (smaller_width, smaller_height) = shrunk(width, height, max_pixels);
        let dpi = u64::from(dpi) * u64::from(smaller_width) / u64::from(width.max(1));
        (imageops::thumbnail(&grey, smaller_width, smaller_height), u32::try_from(dpi).unwrap_or(dpi_floor()))
    } else {
        let times = if dpi >= COARSE_DPI { 1 } else { (2 * COARSE_DPI / dpi.max(1)).clamp(1, 3) };
        if times > 1 && pixels * u64::from(times * times) <= MOST_ENLARGED.min(max_pixels) {
            (imageops::resize(&grey, width * times, height * times, FilterType::CatmullRom), dpi * times)
        } else {
            (grey, dpi)
        }
    };
    Picture { width: grey.width(), height: grey.height(), dpi: dpi.max(dpi_floor()), grey: grey.into_raw() }
}

/// What tesseract takes for the least.
const fn dpi_floor() -> u32 {
    70
}

/// The largest size with the same proportions and no more than so many pixels.
fn shrunk(width: u32, height: u32, max_pixels: u64) -> (u32, u32) {
    #[expect(clippy::cast_precision_loss, reason = "a limit needs no more than a float holds")]
    let scale = (max_pixels as f64 / (f64::from(width) * f64::from(height))).sqrt().min(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "smaller than it was")]
    let side = |pixels: u32| ((f64::from(pixels) * scale) as u32).max(1);
    (side(width), side(height))
}

/// How light each pixel is on white paper.
fn grey(image: DynamicImage) -> GrayImage {
    if !image.color().has_alpha() {
        return image.into_luma8();
    }
    let veiled = image.into_luma_alpha8();
    let (width, height) = veiled.dimensions();
    let on_white = veiled.pixels().map(|pixel| {
        let [light, cover] = pixel.0.map(u32::from);
        u8::try_from((light * cover + 255 * (255 - cover)) / 255).unwrap_or(u8::MAX)
    });
    GrayImage::from_raw(width, height, on_white.collect()).unwrap_or_default()
}

/// What the tags of a camera or a scanner say.
fn describe(tags: &Tags, frame: Option<&Frame>, metadata: &mut Metadata) {
    let (make, model) = (tags.text(tags::MAKE), tags.text(tags::MODEL));
    // Many models are named after their maker already.
    let make = make.filter(|make| !model.is_some_and(|model| model.starts_with(make)));
    let camera = [make, model].into_iter().flatten().collect::<Vec<_>>().join(" ");
    metadata.created = tags.moment();
    metadata.producer = tags.text(tags::SOFTWARE).map(str::to_owned);
    metadata.authors = tags.text(tags::ARTIST).map(str::to_owned).into_iter().collect();
    let description = tags.text(tags::DESCRIPTION).map(str::to_owned);
    let size = frame.map(|frame| format!("{} × {} pixels", frame.upright().0, frame.upright().1));
    let density = frame.and_then(|frame| frame.stated_dpi).map(|dpi| format!("{} dpi", dpi.round()));
    for (name, value) in [
        ("camera", Some(camera).filter(|camera| !camera.is_empty())),
        ("description", description),
        ("picture_size", size),
        ("picture_resolution", density),
    ] {
        if let Some(value) = value {
            metadata.other.insert(name.to_owned(), value);
        }
    }
}
