//! Draws pages in grey, for recognition.
//!
//! The picture shows what a reader of the page sees: turned as the page says, cut to its crop box, layers that are
//! switched off left out. Words found in it are put back into page space by the transform given with it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::{PixmapSettings, RenderCache, RenderSettings, render};
use hayro_interpret::InterpreterSettings;
use hayro_interpret::util::TransformExt as _;
use hayro_syntax::page::Page;
use kurbo::Affine;

use crate::extract::recognition::{Picture, luminance};

/// Pixels an inch that recognition likes best.
const BEST_DPI: f32 = 300.0;
/// Most pixels in a row or column.
const LONGEST_SIDE: f32 = 32_000.0;

/// A picture of a page with at most so many pixels, and the way from its pixels to page space; nothing when the page
/// cannot be drawn. A page that is a scan says how many pixels an inch that has.
pub(super) fn draw(page: &Page<'_>, scan_dpi: Option<f64>, max_pixels: u64) -> Option<(Picture, Affine)> {
    let (width, height) = page.render_dimensions();
    let scale = scale(width, height, best_dpi(scan_dpi), max_pixels)?;
    let paint = || {
        let settings = PixmapSettings { x_scale: scale, y_scale: scale, bg_color: WHITE };
        let cache = RenderCache::new();
        // Scans are mostly coarser than the picture; smooth letters are recognised better than stepped ones.
        let smooth = RenderSettings { force_image_interpolation: true, ..RenderSettings::default() };
        render(page, &cache, &InterpreterSettings::default(), &smooth, &settings)
    };
    let pixels = catch_unwind(AssertUnwindSafe(paint)).ok()?;
    let grey = pixels.data().iter().map(|p| luminance([p.r, p.g, p.b])).collect();
    let scale = f64::from(scale);
    let to_pixels = Affine::scale(scale) * page.initial_transform(true).to_kurbo();
    let picture =
        Picture { width: u32::from(pixels.width()), height: u32::from(pixels.height()), dpi: dpi(scale), grey };
    Some((picture, to_pixels.inverse()))
}

/// Pixels an inch to draw a page with: those of its scan, doubled or halved where they are few or many, because letters
/// lose by every other change of their size.
fn best_dpi(scan_dpi: Option<f64>) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "a density needs no more than a float holds")]
    let scan = scan_dpi.map_or(0.0, |dpi| dpi as f32);
    [scan, scan * 2.0, scan / 2.0].into_iter().find(|dpi| (150.0..=400.0).contains(dpi)).unwrap_or(BEST_DPI)
}

/// Pixels a point, for a page of this size in points; nothing for a page without area.
fn scale(width: f32, height: f32, best_dpi: f32, max_pixels: u64) -> Option<f32> {
    let best = best_dpi / 72.0;
    #[expect(clippy::cast_precision_loss, reason = "a limit needs no more than a float holds")]
    let most = (max_pixels as f32 / (width * height)).sqrt();
    let scale = best.min(most).min(LONGEST_SIDE / width.max(height));
    (scale.is_finite() && width * scale >= 1.0 && height * scale >= 1.0).then_some(scale)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 1 and 400")]
fn dpi(scale: f64) -> u32 {
    (scale * 72.0).round().clamp(1.0, 400.0) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_pages_are_drawn_smaller() {
        let check = |width, height, most, expected: Option<f32>| {
            let found = scale(width, height, BEST_DPI, most);
            assert_eq!(found.is_some(), expected.is_some(), "{width} by {height}: {found:?}");
            assert!(found.zip(expected).is_none_or(|(a, b)| (a - b).abs() < 1e-3), "{width} by {height}: {found:?}");
        };
        check(612.0, 792.0, 100_000_000, Some(300.0 / 72.0));
        check(3000.0, 3000.0, 9_000_000, Some(1.0));
        check(100_000.0, 100.0, 100_000_000, Some(0.32));
        check(0.0, 792.0, 100_000_000, None);
        check(f32::NAN, 792.0, 100_000_000, None);
    }

    #[test]
    fn scans_are_drawn_as_they_are() {
        let check = |scan, expected: f32| assert!((best_dpi(scan) - expected).abs() < 1e-3, "{scan:?}");
        check(Some(200.0), 200.0);
        check(Some(300.0), 300.0);
        check(Some(100.0), 200.0);
        check(Some(600.0), 300.0);
        check(Some(2400.0), 300.0);
        check(Some(20.0), 300.0);
        check(None, 300.0);
    }
}
