//! A letter as an office scanner makes it: one grey-less picture per page in a PDF, a little askew, with specks, a stamp and
//! a signature, and no text at all.
//!
//! The letters are drawn dot by dot, as a needle printer would; integer arithmetic only, so that no processor rounds
//! differently.

use anyhow::{Context, ensure};

use crate::pdf::File;
use crate::random::Sequence;
use crate::source::Source;

mod glyphs;

const WIDTH: usize = 1240;
const HEIGHT: usize = 1754;
/// Distance between dots, columns and lines.
const DOT: usize = 3;
const ADVANCE: usize = 17;
const LEADING: usize = 34;
const LEFT: usize = 130;
const TOP: usize = 130;

/// Renders a text as a PDF of pictures.
pub(crate) fn render(source: &Source) -> anyhow::Result<Vec<u8>> {
    let skew: usize = source.get("skew").unwrap_or("9").parse().context("the skew is in thousandths")?;
    let mut file = File::new(source)?;
    for (number, text) in source.body.split("===\n").enumerate() {
        let mut page = Page::blank();
        let mut y = TOP;
        for line in text.lines() {
            ensure!(line.chars().count() <= 58, "the line `{line}` of `{}` does not fit a scanned page", source.path);
            match line.trim() {
                "[signature]" => page.signature(LEFT + 10, y + 40),
                line if line.starts_with("[stamp") => {
                    page.stamp(line.trim_start_matches("[stamp ").trim_end_matches(']'), y)?
                }
                _ => page.text(line, LEFT, y)?,
            }
            y += LEADING;
        }
        ensure!(y < HEIGHT, "page {} of `{}` is too long", number + 1, source.path);
        let image = page.scanned(skew, number as u64 + 7);
        let entries = format!(
            "/Type /XObject /Subtype /Image /Width {WIDTH} /Height {HEIGHT} /ColorSpace /DeviceGray /BitsPerComponent 1 "
        );
        let image = file.add_stream(&entries, &image);
        let resources = format!("<< /XObject << /Im0 {image} 0 R >> >>");
        file.add_page(b"q 595 0 0 842 0 0 cm /Im0 Do Q\n", &resources, [595, 842]);
    }
    Ok(file.finish(&[]))
}

/// Ink on paper, one `bool` a dot.
struct Page {
    ink: Vec<bool>,
}

impl Page {
    fn blank() -> Self {
        Self { ink: vec![false; WIDTH * HEIGHT] }
    }

    fn dot(&mut self, x: usize, y: usize, radius: usize) {
        for dy in 0..=2 * radius {
            for dx in 0..=2 * radius {
                let inside = dx.abs_diff(radius).pow(2) + dy.abs_diff(radius).pow(2) <= radius * radius + 1;
                if let (true, true, Some(ink)) = (inside, x + dx < WIDTH, self.ink.get_mut((y + dy) * WIDTH + x + dx)) {
                    *ink = true;
                }
            }
        }
    }

    fn text(&mut self, text: &str, left: usize, y: usize) -> anyhow::Result<()> {
        for (index, character) in text.chars().enumerate() {
            let (rows, drop) = glyphs::rows(character).with_context(|| format!("a scan cannot show `{character}`"))?;
            for (row, bits) in rows.iter().enumerate() {
                for column in (0..5).filter(|column| bits >> (4 - column) & 1 == 1) {
                    self.dot(left + index * ADVANCE + column * DOT, y + (row + drop) * DOT, 1);
                }
            }
        }
        Ok(())
    }

    fn line(&mut self, from: [usize; 2], to: [usize; 2], radius: usize) {
        let steps = from[0].abs_diff(to[0]).max(from[1].abs_diff(to[1])).max(1);
        for step in 0..=steps {
            let between = |index: usize| (from[index] * (steps - step) + to[index] * step) / steps;
            self.dot(between(0), between(1), radius);
        }
    }

    fn signature(&mut self, x: usize, y: usize) {
        let path = [
            [0, 30],
            [18, 0],
            [26, 6],
            [14, 52],
            [30, 30],
            [44, 22],
            [40, 40],
            [56, 24],
            [66, 38],
            [78, 22],
            [88, 40],
            [104, 8],
            [112, 4],
            [100, 46],
            [118, 28],
            [132, 38],
            [150, 20],
            [166, 36],
            [190, 26],
            [236, 30],
            [300, 14],
        ];
        for pair in path.windows(2) {
            self.line([x + pair[0][0], y + pair[0][1]], [x + pair[1][0], y + pair[1][1]], 1);
        }
    }

    fn stamp(&mut self, text: &str, y: usize) -> anyhow::Result<()> {
        let width = text.chars().count() * ADVANCE + 36;
        let left = WIDTH - 150 - width;
        for (x1, y1, x2, y2) in [(0, 0, width, 6), (width, 6, width, 66), (width, 66, 0, 60), (0, 60, 0, 0)] {
            self.line([left + x1, y + y1], [left + x2, y + y2], 2);
        }
        self.text(text, left + 20, y + 22)
    }

    /// The page as packed bits (1 is white), sheared by `skew` thousandths, with specks and a dark edge.
    fn scanned(&self, skew: usize, seed: u64) -> Vec<u8> {
        let mut random = Sequence::new(seed);
        let mut bytes = Vec::with_capacity(WIDTH / 8 * HEIGHT);
        for y in 0..HEIGHT {
            for group in 0..WIDTH / 8 {
                let mut byte = 0_u8;
                for x in group * 8..group * 8 + 8 {
                    let from_y = (y + x * skew / 1000).checked_sub(WIDTH * skew / 2000);
                    let from_x = (x + WIDTH * skew / 4000).checked_sub(y * skew / 1000);
                    let mut dark = match (from_x, from_y) {
                        (Some(x), Some(y)) if x < WIDTH && y < HEIGHT => self.ink[y * WIDTH + x],
                        _ => false,
                    };
                    let chance = random.below(6000);
                    dark = (dark && chance > 200) || chance == 0 || x > WIDTH - 5 - y / 500;
                    byte = byte << 1 | u8::from(!dark);
                }
                bytes.push(byte);
            }
        }
        bytes
    }
}
