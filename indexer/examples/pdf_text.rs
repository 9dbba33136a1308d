//! Prints what the PDF reader takes from files, for looking at it and for measuring it against other readers.
//!
//! `pdf_text [--boxes|--pages|--quiet] [--engine auto|hayro|pdf-extract] FILE...`: the text; or a tab-separated line a
//! word with page, box and word; or a line a page with start, frame, turn, quality and reader; or nothing but the
//! time. Exceptions go to standard error.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use anyhow::{Context, bail};
use redwell_indexer::extract::recognition::unavailable;
use redwell_indexer::extract::{Extracted, Input, Options, PdfEngine, pdf};
use redwell_model::CharBox;

#[derive(Clone, Copy)]
enum Show {
    Text,
    Boxes,
    Pages,
    Nothing,
}

fn main() -> anyhow::Result<()> {
    let mut show = Show::Text;
    let mut options = Options::default();
    let mut files = Vec::new();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--boxes" => show = Show::Boxes,
            "--pages" => show = Show::Pages,
            "--quiet" => show = Show::Nothing,
            "--engine" => {
                options.pdf_engine = match arguments.next().as_deref() {
                    Some("auto") => PdfEngine::Auto,
                    Some("hayro") => PdfEngine::Hayro,
                    Some("pdf-extract") => PdfEngine::PdfExtract,
                    other => bail!("`--engine` is auto, hayro or pdf-extract, not `{}`", other.unwrap_or_default()),
                };
            }
            file => files.push(PathBuf::from(file)),
        }
    }
    let mut output = BufWriter::new(io::stdout().lock());
    let mut problems = io::stderr().lock();
    for file in files {
        let bytes = std::fs::read(&file).with_context(|| format!("reading `{}`", file.display()))?;
        let name = file.to_string_lossy();
        let extracted =
            pdf::extract(&Input { name: &name, bytes: &bytes, options: &options }, &mut unavailable, &mut |_| {});
        match show {
            Show::Text => writeln!(output, "{}", extracted.text)?,
            Show::Boxes => write_words(&mut output, &extracted)?,
            Show::Pages => {
                for page in &extracted.layout.pages {
                    writeln!(
                        output,
                        "{}\t{:?}\t{}\t{}\t{}",
                        page.start, page.frame, page.rotate, page.quality, page.engine
                    )?;
                }
            }
            Show::Nothing => {}
        }
        for exception in &extracted.exceptions {
            writeln!(problems, "{name}: {}: {}", exception.kind, exception.reason)?;
        }
    }
    Ok(())
}

/// A line a word: page from 0, left, lower, right and upper edge, word.
fn write_words(output: &mut dyn Write, extracted: &Extracted) -> io::Result<()> {
    let mut word = String::new();
    let mut area = CharBox::default();
    let mut page = 0;
    let boxes = extracted.layout.boxes.iter().copied().chain([CharBox::default()]);
    let characters = extracted.text.chars().chain(['\n']).zip(boxes);
    for (at, (character, own)) in (0_u32..).zip(characters) {
        if character.is_whitespace() {
            if !word.is_empty() {
                let CharBox { x0, y0, x1, y1 } = area;
                writeln!(output, "{}\t{x0:.2}\t{y0:.2}\t{x1:.2}\t{y1:.2}\t{word}", page - 1)?;
            }
            word.clear();
            continue;
        }
        if word.is_empty() {
            page = extracted.layout.page_of(at).unwrap_or(1);
            area = CharBox::default();
        }
        word.push(character);
        area = area.union(own);
    }
    Ok(())
}
