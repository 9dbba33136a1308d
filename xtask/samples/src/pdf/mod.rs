//! PDF: business documents set in the standard fonts, with headings, clauses, tables, bar charts, headers and footers, an
//! outline and, where the text asks for it, a password. Nothing is embedded, nothing is drawn that the samples don't need.

mod encrypt;
mod file;
mod layout;
mod metrics;

use anyhow::Context;

pub(crate) use file::{File, escape};

use crate::blocks;
use crate::source::Source;

/// Renders a text as a PDF file.
pub(crate) fn render(source: &Source) -> anyhow::Result<Vec<u8>> {
    let style = layout::Style {
        serif: source.get("font") == Some("serif"),
        justified: source.get("align") == Some("justified"),
        accent: colour(source.get("accent").unwrap_or("1F3A5F"))
            .with_context(|| format!("the accent of `{}`", source.path))?,
        letterhead: source.list("letterhead").into_iter().map(str::to_owned).collect(),
        header: source.list("header").into_iter().map(str::to_owned).collect(),
        footer: source.list("footer").into_iter().map(str::to_owned).collect(),
        size: source.get("size").unwrap_or("10.2").parse().context("the size is a number of points")?,
        watermark: source.text("watermark").to_owned(),
    };
    let laid_out = layout::set(&blocks::parse(&source.body), &style);
    let mut file = File::new(source)?;
    let fonts = metrics::FONTS.map(|font| {
        file.add(format!("<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>", font.name()))
    });
    let names: Vec<String> = fonts.iter().enumerate().map(|(index, font)| format!("/F{index} {font} 0 R")).collect();
    let resources = format!("<< /Font << {} >> >>", names.join(" "));
    for page in &laid_out.pages {
        file.add_page(page.as_bytes(), &resources, [595, 842]);
    }
    Ok(file.finish(&laid_out.outline))
}

/// Red, green and blue, each between 0 and 1, from six hexadecimal digits.
fn colour(text: &str) -> anyhow::Result<[f64; 3]> {
    let part = |at: usize| -> anyhow::Result<f64> {
        let digits = text.get(at..at + 2).with_context(|| format!("`{text}` is not like `1F3A5F`"))?;
        Ok(f64::from(u8::from_str_radix(digits, 16)?) / 255.0)
    };
    Ok([part(0)?, part(2)?, part(4)?])
}
