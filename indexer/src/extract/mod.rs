//! Bytes to text, boxes and metadata: one match on format, then one file per format.
//!
//! Nothing here touches a disk, a clock or a process: bytes in, values out. Hostile bytes are normal input, so
//! whatever goes wrong inside one file becomes a [`ProcessingException`] on it. This module runs in worker processes
//! only; crashes, hangs and memory bombs are the business of [`crate::isolate`].

#![warn(clippy::disallowed_methods)]

pub mod pdf;

use jiff::Timestamp;
use redwell_model::{Format, Layout, Metadata, ProcessingException};
use serde::{Deserialize, Serialize};

/// How far extraction may go, and by which means.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Options {
    /// Which PDF reader gives the text.
    pub pdf_engine: PdfEngine,
    /// Most bytes of text from one file; the rest is cut and an `output_limit` exception recorded.
    pub max_text_bytes: usize,
    /// Most entries taken from one container.
    pub max_entries: usize,
    /// Most bytes a container may expand to, as a multiple of its own size (and always at least 64 MiB).
    pub max_expansion: u64,
}

/// Which PDF reader gives the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PdfEngine {
    /// hayro first, pdf-extract for files or pages it cannot read.
    Auto,
    /// hayro alone.
    Hayro,
    /// pdf-extract alone, for comparison.
    PdfExtract,
}

/// One file to read.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// Its name, for telling formats apart when the content does not.
    pub name: &'a str,
    /// Its content.
    pub bytes: &'a [u8],
    /// Limits and choices.
    pub options: &'a Options,
}

/// What was found inside a container or a message, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Child {
    /// Its path inside the parent, with `/` between folders, made safe; never empty.
    pub name: String,
    /// Its content.
    pub bytes: Vec<u8>,
    /// When the parent says it was last changed.
    pub modified: Option<Timestamp>,
}

/// What was read from one file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Extracted {
    /// What kind of file it is, by content.
    pub format: Format,
    /// The canonical text: NFC, `\n` line ends. Empty for containers.
    pub text: String,
    /// Pages and boxes; boxes agree with `text` code point by code point, or are absent.
    pub layout: Layout,
    /// What the file says about itself.
    pub metadata: Metadata,
    /// What went less than perfectly.
    pub exceptions: Vec<ProcessingException>,
}

/// Reads one file one level deep: what it holds inside is handed to `on_child` in order and not read itself.
pub fn extract(_input: &Input<'_>, _on_child: &mut dyn FnMut(Child)) -> Extracted {
    todo!("formats")
}
