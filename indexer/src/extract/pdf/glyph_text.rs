//! Which characters a glyph stands for, when the file does not simply say so.
//!
//! In order: what hayro knows (`ToUnicode`, then the glyph's name); the embedded font's own character map read
//! backwards; the character code, where a font has codes that can be characters; else U+FFFD, which lowers the
//! page's quality and so leads to the second reader or to text recognition. Guessing further would turn unreadable
//! text into wrong text, which is worse because nobody notices.

use std::collections::HashMap;

use hayro_cmap::BfString;
use hayro_interpret::font::{Glyph, OutlineGlyph};
use skrifa::MetadataProvider;

/// Finds the characters of glyphs; remembers the character maps of fonts it has met.
#[derive(Default)]
pub(super) struct GlyphText {
    reverse_maps: HashMap<u128, HashMap<u32, char>>,
}

impl GlyphText {
    /// The characters of a glyph, never empty.
    pub(super) fn characters(&mut self, glyph: &Glyph<'_>) -> BfString {
        match glyph.as_unicode() {
            Some(BfString::String(text)) if text.is_empty() => BfString::Char(char::REPLACEMENT_CHARACTER),
            // A ToUnicode map of a careless producer sends what it does not know to NUL.
            Some(BfString::Char('\0')) | None => BfString::Char(self.fallback(glyph)),
            Some(known) => known,
        }
    }

    fn fallback(&mut self, glyph: &Glyph<'_>) -> char {
        let from_code = |code: u32| match u8::try_from(code) {
            Ok(byte @ (0x20..=0x7e | 0xa0..=0xff)) => char::from(byte),
            _ => char::REPLACEMENT_CHARACTER,
        };
        match glyph {
            Glyph::Type3(type3) => from_code(type3.char_code()),
            Glyph::Outline(outline) => {
                let number = outline.glyph_id().to_u32();
                if let Some(character) = self.reverse_lookup(outline, number) {
                    return character;
                }
                // Where the code is the glyph's number the font is addressed by glyph, and the code says nothing.
                if outline.char_code() == number { char::REPLACEMENT_CHARACTER } else { from_code(outline.char_code()) }
            }
        }
    }

    fn reverse_lookup(&mut self, outline: &OutlineGlyph, number: u32) -> Option<char> {
        if number == 0 {
            return None;
        }
        let font = outline.font_data()?;
        let map = self.reverse_maps.entry(font.cache_key).or_insert_with(|| reverse_map((*font.data).as_ref()));
        map.get(&number).copied()
    }
}

/// From glyph numbers to the first character that the font maps to each.
fn reverse_map(font: &[u8]) -> HashMap<u32, char> {
    let mut map = HashMap::new();
    let Ok(font) = skrifa::FontRef::from_index(font, 0) else { return map };
    for (code, number) in font.charmap().mappings() {
        // Symbol fonts keep their characters at U+F000 and above.
        let code = if (0xf020..=0xf0ff).contains(&code) { code - 0xf000 } else { code };
        if let Some(character) = char::from_u32(code) {
            map.entry(number.to_u32()).or_insert(character);
        }
    }
    map
}
