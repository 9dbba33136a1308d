//! The first reader: hayro's interpreter with our own listener.
//!
//! The interpreter decides visibility of layers by the document's catalogue, and skips text on layers that are switched
//! off. Text that exists must be found, so the interpreter is given the catalogue of an empty document instead; it looks
//! at nothing else in it. Every page is read on its own: a crash or a bomb costs that page.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use hayro_interpret::{Context, InterpreterCache, InterpreterSettings, interpret_page};
use hayro_syntax::page::{Page, Rotation};
use hayro_syntax::{DecryptionError, LoadPdfError, Pdf};
use kurbo::{Affine, Rect};

use super::assemble::assemble;
use super::page_text::PageText;
use super::text_device::{PageLimit, TextDevice};

/// The name of this reader, in pages and exceptions.
pub(super) const NAME: &str = "hayro";

/// A page drawing more shapes than this and no text is taken for text turned into outlines.
const OUTLINED_TEXT: usize = 100;

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

/// What one page gave.
#[derive(Debug)]
pub(super) enum PageReading {
    /// Text, perhaps none because the page is blank.
    Text(PageText),
    /// No text, but pictures, or letters drawn as shapes.
    Picture,
    /// No text although the page asks for text to be shown.
    Unreadable,
    /// More glyphs than any honest page has.
    TooMuch,
    /// The reader crashed on it.
    Crashed,
}

/// An open document. Pages must be read by one [`PageReader`], which keeps what it learns about fonts.
pub(super) struct Document {
    pub(super) pdf: Pdf,
    blank: Pdf,
}

/// Reads the pages of one document.
pub(super) struct PageReader<'a> {
    document: &'a Document,
    cache: InterpreterCache<'a>,
    settings: InterpreterSettings,
    device: TextDevice,
}

impl Document {
    /// Opens a file, with the empty password if it is encrypted.
    pub(super) fn open(bytes: &[u8]) -> Result<Self, OpenError> {
        let open = |bytes: &[u8]| catch_unwind(|| Pdf::new(Arc::new(bytes.to_vec())));
        let pdf = match open(bytes) {
            Ok(Ok(pdf)) => pdf,
            Ok(Err(LoadPdfError::Decryption(DecryptionError::PasswordProtected))) => return Err(OpenError::Locked),
            Ok(Err(LoadPdfError::Decryption(_))) => return Err(OpenError::UnknownEncryption),
            Ok(Err(LoadPdfError::Invalid)) | Err(_) => return Err(OpenError::Invalid),
        };
        let Ok(Ok(blank)) = open(BLANK) else { return Err(OpenError::Invalid) };
        Ok(Self { pdf, blank })
    }

    /// The pages in order.
    pub(super) fn pages(&self) -> &[Page<'_>] {
        self.pdf.pages()
    }
}

impl<'a> PageReader<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self {
            document,
            cache: InterpreterCache::new(),
            settings: InterpreterSettings::default(),
            device: TextDevice::default(),
        }
    }

    /// Reads one page.
    pub(super) fn read(&mut self, page: &Page<'a>) -> PageReading {
        self.device.begin_page();
        let result = catch_unwind(AssertUnwindSafe(|| {
            let everywhere = Rect::new(-1e7, -1e7, 1e7, 1e7);
            let mut context = Context::new(
                Affine::IDENTITY,
                everywhere,
                &self.cache,
                self.document.blank.xref(),
                self.settings.clone(),
            );
            interpret_page(page, &mut context, &mut self.device);
            let glyphs = self.device.take_page();
            let text = assemble(&glyphs);
            (text, glyphs.glyphs.len(), glyphs.pictures, glyphs.drawings)
        }));
        match result {
            Ok((text, ..)) if !text.text.is_empty() => PageReading::Text(text),
            Ok((_, 0, 0, drawings)) if drawings < OUTLINED_TEXT => {
                if shows_text(page) {
                    PageReading::Unreadable
                } else {
                    PageReading::Text(PageText::default())
                }
            }
            Ok((text, _, 0, drawings)) if drawings < OUTLINED_TEXT => PageReading::Text(text),
            Ok(_) => PageReading::Picture,
            Err(reason) if reason.is::<PageLimit>() => PageReading::TooMuch,
            Err(_) => {
                // What the panic left half done in the caches must not reach the next page.
                self.cache = InterpreterCache::new();
                self.device = TextDevice::default();
                PageReading::Crashed
            }
        }
    }
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
