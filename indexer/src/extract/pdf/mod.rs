//! Portable Document Format.

use super::{Extracted, Input};

/// Reads a PDF file.
pub fn extract(_input: &Input<'_>) -> Extracted {
    todo!("pdf")
}
