//! The first reader: hayro's interpreter with our own listener.
//!
//! The interpreter decides visibility of layers by the document's catalogue, and skips text on layers that are switched
//! off. Text that exists must be found, so the interpreter is given the catalogue of an empty document instead; it looks
//! at nothing else in it. A document that has layers is drawn a second time with its own catalogue, and what is missing
//! then is marked. Every page is read on its own: a crash or a bomb costs that page.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, interpret_page};
use hayro_syntax::page::{Page, Rotation};
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use kurbo::{Affine, Rect};

use super::assemble::assemble;
use super::decoded_size::DecodedSizes;
use super::text_device::{PageGlyphs, PageLimit, TextDevice};
use super::{annotations, half_locked, stacks};
use crate::extract::paged::findings::Finding;
use crate::extract::paged::page_text::PageText;
use crate::extract::paged::quality;

/// The name of this reader, in pages and exceptions.
pub(super) const NAME: &str = "hayro";

/// A page drawing more shapes than this and no text is taken for text turned into outlines.
const OUTLINED_TEXT: usize = 100;

/// A stamp has at most this many characters.
const MAX_STAMP: usize = 300;
/// The share of a page's width and height that its margins take on each side.
const MARGIN: f64 = 0.1;

/// Why a file did not open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OpenError {
    /// A password is needed.
    Locked,
    /// Encrypted by a scheme the reader does not know.
    UnknownEncryption,
    /// Not readable as a PDF.
    Invalid,
}

/// An open document. Pages must be read by one [`PageReader`], which keeps what it learns about fonts.
pub(super) struct Document {
    pub(super) pdf: Pdf,
    /// Whether only what is attached is encrypted.
    pub(super) attachments_are_locked: bool,
    blank: Pdf,
}

/// What was read from one page.
pub(super) struct PageReading {
    /// Its own text.
    pub(super) text: PageText,
    /// What is wrong with it.
    pub(super) finding: Option<Finding>,
    /// What lies on layers that are switched off.
    pub(super) hidden: PageText,
    /// Pixels an inch of the picture the page consists of, if it does.
    pub(super) scan_dpi: Option<f64>,
}

/// Reads the pages of one document.
pub(super) struct PageReader<'a> {
    document: &'a Document,
    cache: InterpreterCache<'a>,
    settings: InterpreterSettings,
    device: TextDevice,
    sizes: DecodedSizes,
}

impl Document {
    /// Opens a file; one that is encrypted with the empty password or the first of these that fits.
    pub(super) fn open(bytes: &[u8], passwords: &[String]) -> Result<Self, OpenError> {
        let open = |bytes: &[u8]| catch_unwind(|| Pdf::new(Arc::new(bytes.to_vec())));
        let opened = open(bytes);
        let is_open = matches!(opened, Ok(Ok(_)));
        let half_locked = half_locked::without_lock(bytes).filter(|_| !is_open);
        if let Some(pdf) = half_locked.and_then(|copy| open(&copy).ok()?.ok()) {
            return Self::with(pdf, true);
        }
        let pdf = match opened {
            Ok(Ok(pdf)) => pdf,
            Ok(Err(LoadPdfError::Decryption(DecryptionError::PasswordProtected))) => unlock(bytes, passwords)?,
            Ok(Err(LoadPdfError::Decryption(_))) => return Err(OpenError::UnknownEncryption),
            Ok(Err(LoadPdfError::Invalid)) | Err(_) => return Err(OpenError::Invalid),
        };
        Self::with(pdf, false)
    }

    fn with(pdf: Pdf, attachments_are_locked: bool) -> Result<Self, OpenError> {
        let blank = catch_unwind(|| Pdf::new(Arc::new(BLANK.to_vec())));
        let Ok(Ok(blank)) = blank else { return Err(OpenError::Invalid) };
        Ok(Self { pdf, attachments_are_locked, blank })
    }

    /// The pages in order.
    pub(super) fn pages(&self) -> &[Page<'_>] {
        self.pdf.pages()
    }
}

fn unlock(bytes: &[u8], passwords: &[String]) -> Result<Pdf, OpenError> {
    let bytes = Arc::new(bytes.to_vec());
    let open = |password: &String| {
        let bytes = Arc::clone(&bytes);
        catch_unwind(|| Pdf::new_with_password(bytes, password)).ok()?.ok()
    };
    passwords.iter().find_map(open).ok_or(OpenError::Locked)
}

impl<'a> PageReader<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self {
            document,
            cache: InterpreterCache::new(),
            settings: InterpreterSettings::default(),
            device: TextDevice::default(),
            sizes: DecodedSizes::default(),
        }
    }

    /// What a page draws when the layers of this document decide what is seen.
    fn draw(&mut self, page: &Page<'a>, layers_of: &'a Pdf) -> PageGlyphs {
        let everywhere = Rect::new(-1e7, -1e7, 1e7, 1e7);
        let mut context =
            Context::new(Affine::IDENTITY, everywhere, &self.cache, layers_of.xref(), self.settings.clone());
        self.device.begin_page();
        interpret_page(page, &mut context, &mut self.device);
        self.device.take_page()
    }

    /// Reads one page: its own text, and what is wrong with it.
    pub(super) fn read(&mut self, page: &Page<'a>) -> PageReading {
        let result = catch_unwind(AssertUnwindSafe(|| {
            if !self.sizes.are_bearable(page) {
                return PageReading::failed(Finding::TooMuch);
            }
            let mut glyphs = self.draw(page, &self.document.blank);
            let mut hidden = PageGlyphs::default();
            if self.document.pdf.xref().has_optional_content_groups() {
                let shown = self.draw(page, &self.document.pdf);
                hidden = glyphs.take_missing_in(&shown);
            }
            let text = assemble_upright(&mut glyphs);
            let finding = judge(page, &glyphs, &text);
            PageReading { text, finding, hidden: assemble_upright(&mut hidden), scan_dpi: scan_dpi(page, &glyphs) }
        }));
        result.unwrap_or_else(|reason| {
            if reason.is::<PageLimit>() {
                return PageReading::failed(Finding::TooMuch);
            }
            // What the panic left half done in the caches must not reach the next page.
            self.cache = InterpreterCache::new();
            self.device = TextDevice::default();
            PageReading::failed(Finding::Crashed)
        })
    }
}

impl PageReading {
    fn failed(finding: Finding) -> Self {
        Self { text: PageText::default(), finding: Some(finding), hidden: PageText::default(), scan_dpi: None }
    }
}

/// The text of what a page draws, after turning what stands upright on its side.
fn assemble_upright(glyphs: &mut PageGlyphs) -> PageText {
    stacks::turn(glyphs);
    assemble(glyphs)
}

/// The text of a page and, after it, what lies on hidden layers and what people wrote onto it.
pub(super) fn with_what_is_beside(page: &Page<'_>, mut text: PageText, hidden: PageText) -> PageText {
    text.append_marked("Hidden layer", hidden);
    let before = text.clone();
    let append = move || {
        annotations::append(page, &mut text);
        text.finish()
    };
    catch_unwind(AssertUnwindSafe(append)).unwrap_or_else(|_| before.finish())
}

/// What is wrong with a page that drew this and gave this text.
fn judge(page: &Page<'_>, drawn: &PageGlyphs, text: &PageText) -> Option<Finding> {
    if quality::is_garbled(&text.text) {
        Some(Finding::Garbled)
    } else if !text.text.is_empty() {
        if is_stamped_picture(page, drawn) { Some(Finding::StampedPicture) } else { None }
    } else if drawn.pictures > 0 || drawn.drawings >= OUTLINED_TEXT {
        Some(Finding::Picture)
    } else if drawn.glyphs.is_empty() && shows_text(page) {
        Some(Finding::Unreadable)
    } else {
        None
    }
}

/// Whether a page is a picture with no text but in its margins, such as the line a court stamps on a scanned filing.
fn is_stamped_picture(page: &Page<'_>, drawn: &PageGlyphs) -> bool {
    let area = page.intersected_crop_box();
    let area = Rect::new(area.x0, area.y0, area.x1, area.y1);
    let covered = drawn.largest_picture.intersect(area);
    if covered.area() < 0.8 * area.area() || drawn.glyphs.len() > MAX_STAMP {
        return false;
    }
    let body = area.inset((-MARGIN * area.width(), -MARGIN * area.height()));
    !drawn.glyphs.iter().any(|glyph| body.contains(glyph.origin))
}

/// Pixels an inch of a picture that covers most of the page; nothing where they differ across and down.
fn scan_dpi(page: &Page<'_>, drawn: &PageGlyphs) -> Option<f64> {
    let area = page.intersected_crop_box();
    let covered = drawn.largest_picture.intersect(Rect::new(area.x0, area.y0, area.x1, area.y1));
    let is_scan = covered.area() > 0.5 * area.width() * area.height();
    let (across, down) = drawn.largest_picture_pixels;
    let dpi = |pixels: u32, points: f64| f64::from(pixels) * 72.0 / points;
    let (width, height) = (drawn.largest_picture.width(), drawn.largest_picture.height());
    // A scan that lies on its side in the file is turned by the page.
    let upright = (dpi(across, width), dpi(down, height));
    let turned = (dpi(across, height), dpi(down, width));
    let is_even = |(x, y): &(f64, f64)| x.is_finite() && (x - y).abs() < 0.02 * x;
    [upright, turned].into_iter().find(is_even).map(|(x, _)| x).filter(|_| is_scan)
}

/// Whether a page's own content asks for text to be shown.
fn shows_text(page: &Page<'_>) -> bool {
    page.page_stream().is_some_and(|content| content.windows(2).any(|pair| pair == b"Tj" || pair == b"TJ"))
}

/// The visible frame of a page in page space, and its turn.
pub(super) fn frame(page: &Page<'_>) -> ([f32; 4], u16) {
    let visible = page.intersected_crop_box();
    let area = if visible.width() > 0.0 && visible.height() > 0.0 { visible } else { page.media_box() };
    let rotate = match page.rotation() {
        Rotation::None => 0,
        Rotation::Horizontal => 90,
        Rotation::Flipped => 180,
        Rotation::FlippedHorizontal => 270,
    };
    ([narrow(area.x0), narrow(area.y0), narrow(area.x1), narrow(area.y1)], rotate)
}

#[expect(clippy::cast_possible_truncation, reason = "frames are kept in single precision")]
fn narrow(value: f64) -> f32 {
    if value.is_finite() { value as f32 } else { 0.0 }
}

/// The smallest document hayro opens: a catalogue without layers, and one page.
const BLANK: &[u8] = b"%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>endobj
4 0 obj<</Length 0>>stream

endstream endobj
trailer<</Root 1 0 R/Size 5>>
";
