//! One text, one ruler: positions in a document's canonical text.
//!
//! Every position anywhere in Redwell is a half-open range of Unicode code points in the canonical text. This module
//! owns the conversion to and from bytes (what Rust slices) and UTF-16 units (what a browser counts).

use serde::{Deserialize, Serialize};

/// A half-open range of Unicode code points in a canonical text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CodePointRange {
    /// The first code point inside.
    pub start: u32,
    /// The first code point after.
    pub end: u32,
}

/// A half-open range of bytes in the UTF-8 form of a canonical text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteRange {
    /// The first byte inside.
    pub start: usize,
    /// The first byte after.
    pub end: usize,
}

/// A half-open range of UTF-16 code units in a canonical text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Utf16Range {
    /// The first unit inside.
    pub start: u32,
    /// The first unit after.
    pub end: u32,
}

impl CodePointRange {
    /// The range from `start` up to but not including `end`.
    ///
    /// # Panics
    /// When `start` lies after `end`.
    #[must_use]
    pub fn new(start: u32, end: u32) -> Self {
        assert!(start <= end, "a range begins before it ends");
        Self { start, end }
    }

    /// How many code points it covers.
    #[must_use]
    pub fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether it covers nothing.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.start >= self.end
    }

    /// Whether the two share a code point.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// Code points between two marks of the ruler.
const STRIDE: usize = 128;

/// Converts positions in one text. Built once per text in one pass; each conversion then scans at most 128 code points.
#[derive(Debug, Clone)]
pub struct TextRuler<'t> {
    text: &'t str,
    /// Byte and UTF-16 offsets of every 128th code point.
    marks: Vec<(usize, u32)>,
    code_points: u32,
    utf16_units: u32,
}

impl<'t> TextRuler<'t> {
    /// Measures a text.
    ///
    /// # Panics
    /// When the text has more than 2³² code points; extraction limits it long before.
    #[must_use]
    pub fn new(text: &'t str) -> Self {
        let mut marks = Vec::with_capacity(text.len() / STRIDE + 1);
        let (mut code_points, mut utf16_units) = (0_usize, 0_usize);
        for (byte, c) in text.char_indices() {
            if code_points.is_multiple_of(STRIDE) {
                marks.push((byte, count(utf16_units)));
            }
            code_points += 1;
            utf16_units += c.len_utf16();
        }
        Self { text, marks, code_points: count(code_points), utf16_units: count(utf16_units) }
    }

    /// Length of the text in code points.
    #[must_use]
    pub fn code_points(&self) -> u32 {
        self.code_points
    }

    /// Length of the text in UTF-16 units.
    #[must_use]
    pub fn utf16_units(&self) -> u32 {
        self.utf16_units
    }

    /// The byte at which a code point begins; positions past the end give the text's length.
    #[must_use]
    pub fn byte_of(&self, code_point: u32) -> usize {
        let at = code_point as usize;
        let Some(&(mark, _)) = self.marks.get(at / STRIDE) else { return self.text.len() };
        self.text[mark..].char_indices().nth(at % STRIDE).map_or(self.text.len(), |(byte, _)| mark + byte)
    }

    /// The code point that holds a byte.
    #[must_use]
    pub fn code_point_of_byte(&self, byte: usize) -> u32 {
        if byte >= self.text.len() {
            return self.code_points;
        }
        let block = self.marks.partition_point(|&(mark, _)| mark <= byte).saturating_sub(1);
        let Some(&(mark, _)) = self.marks.get(block) else { return 0 };
        let within = self.text[mark..].char_indices().take_while(|(offset, _)| mark + offset <= byte).count();
        count(block * STRIDE + within.saturating_sub(1))
    }

    /// The UTF-16 unit at which a code point begins.
    #[must_use]
    pub fn utf16_of(&self, code_point: u32) -> u32 {
        let at = code_point as usize;
        let Some(&(mark, units)) = self.marks.get(at / STRIDE) else { return self.utf16_units };
        units + self.text[mark..].chars().take(at % STRIDE).map(|c| count(c.len_utf16())).sum::<u32>()
    }

    /// The code point that holds a UTF-16 unit.
    #[must_use]
    pub fn code_point_of_utf16(&self, unit: u32) -> u32 {
        if unit >= self.utf16_units {
            return self.code_points;
        }
        let block = self.marks.partition_point(|&(_, units)| units <= unit).saturating_sub(1);
        let Some(&(mark, mut units)) = self.marks.get(block) else { return 0 };
        let mut at = count(block * STRIDE);
        for c in self.text[mark..].chars() {
            units += count(c.len_utf16());
            if units > unit {
                break;
            }
            at += 1;
        }
        at
    }

    /// The bytes of a range.
    #[must_use]
    pub fn bytes(&self, range: CodePointRange) -> ByteRange {
        ByteRange { start: self.byte_of(range.start), end: self.byte_of(range.end) }
    }

    /// The UTF-16 units of a range.
    #[must_use]
    pub fn utf16(&self, range: CodePointRange) -> Utf16Range {
        Utf16Range { start: self.utf16_of(range.start), end: self.utf16_of(range.end) }
    }

    /// The code points of a byte range.
    #[must_use]
    pub fn code_points_of_bytes(&self, range: ByteRange) -> CodePointRange {
        let start = self.code_point_of_byte(range.start);
        CodePointRange { start, end: self.code_point_of_byte(range.end).max(start) }
    }

    /// The words of a range, cut at the text's end.
    #[must_use]
    pub fn slice(&self, range: CodePointRange) -> &'t str {
        let ByteRange { start, end } = self.bytes(range);
        &self.text[start..end.max(start)]
    }
}

/// A count within a text as 32 bits.
fn count(n: usize) -> u32 {
    u32::try_from(n).expect("extraction limits a text far below 2³² code points")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn counts_astral_characters_once() {
        let ruler = TextRuler::new("a💼é\u{301}z");
        assert_eq!((ruler.code_points(), ruler.utf16_units()), (5, 6));
        assert_eq!(ruler.slice(CodePointRange::new(1, 2)), "💼");
        assert_eq!(ruler.utf16(CodePointRange::new(2, 5)), Utf16Range { start: 3, end: 6 });
        // The second half of a surrogate pair belongs to its character.
        assert_eq!(ruler.code_point_of_utf16(2), 1);
    }

    proptest! {
        #[test]
        fn agrees_with_counting_from_the_start(text in "(\\PC|💼|é|\n){0,400}") {
            let ruler = TextRuler::new(&text);
            let (mut units, mut n) = (0_u32, 0_u32);
            for (byte, c) in text.char_indices() {
                prop_assert_eq!(ruler.byte_of(n), byte);
                prop_assert_eq!(ruler.code_point_of_byte(byte), n);
                prop_assert_eq!(ruler.utf16_of(n), units);
                prop_assert_eq!(ruler.code_point_of_utf16(units), n);
                units += u32::try_from(c.len_utf16()).unwrap();
                n += 1;
            }
            prop_assert_eq!(ruler.code_points(), n);
            prop_assert_eq!(ruler.byte_of(n), text.len());
            prop_assert_eq!(ruler.utf16_of(n), units);
        }
    }
}
