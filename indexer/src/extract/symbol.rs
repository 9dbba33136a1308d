//! Characters of symbol fonts, which files name by font and code.
//!
//! Only what appears in business documents: the Greek of Symbol, ticks, boxes and bullets of Wingdings. Any other
//! symbol becomes a bullet, so that something stands where the reader sees something.

/// The character a symbol font shows for a code; `None` for codes that are no character.
#[must_use]
pub fn character(font: &str, code: u32) -> Option<char> {
    let font = font.to_ascii_lowercase();
    let is_symbol_font = ["symbol", "wingdings", "webdings", "zapf", "dingbats"].iter().any(|name| font.contains(name));
    // Word moves codes of symbol fonts into the private use area.
    let code = if (0xf000..=0xf0ff).contains(&code) { code - 0xf000 } else { code };
    if !is_symbol_font || code > 0xff {
        let c = char::from_u32(code)?;
        return (!c.is_control()).then_some(c);
    }
    let table = if font.contains("wingdings") { WINGDINGS } else { SYMBOL };
    let found = table.iter().find(|(from, _)| u32::from(*from) == code).map(|(_, to)| *to);
    match found {
        Some(c) => Some(c),
        None if code < 0x20 => None,
        None if font == "symbol" && code < 0x40 => char::from_u32(code),
        None => Some('•'),
    }
}

const WINGDINGS: &[(u8, char)] = &[
    (0x4a, '☺'),
    (0x6c, '●'),
    (0x6e, '■'),
    (0x6f, '☐'),
    (0x71, '❑'),
    (0x75, '◆'),
    (0x76, '❖'),
    (0x78, '☒'),
    (0xa7, '▪'),
    (0xa8, '☐'),
    (0xd8, '➢'),
    (0xdf, '←'),
    (0xe0, '→'),
    (0xe1, '↑'),
    (0xe2, '↓'),
    (0xe8, '➔'),
    (0xf0, '⇨'),
    (0xfb, '✗'),
    (0xfc, '✓'),
    (0xfd, '☒'),
    (0xfe, '☑'),
];

const SYMBOL: &[(u8, char)] = &[
    (b'A', 'Α'),
    (b'B', 'Β'),
    (b'C', 'Χ'),
    (b'D', 'Δ'),
    (b'E', 'Ε'),
    (b'F', 'Φ'),
    (b'G', 'Γ'),
    (b'H', 'Η'),
    (b'I', 'Ι'),
    (b'K', 'Κ'),
    (b'L', 'Λ'),
    (b'M', 'Μ'),
    (b'N', 'Ν'),
    (b'O', 'Ο'),
    (b'P', 'Π'),
    (b'Q', 'Θ'),
    (b'R', 'Ρ'),
    (b'S', 'Σ'),
    (b'T', 'Τ'),
    (b'U', 'Υ'),
    (b'W', 'Ω'),
    (b'X', 'Ξ'),
    (b'Y', 'Ψ'),
    (b'Z', 'Ζ'),
    (b'a', 'α'),
    (b'b', 'β'),
    (b'c', 'χ'),
    (b'd', 'δ'),
    (b'e', 'ε'),
    (b'f', 'φ'),
    (b'g', 'γ'),
    (b'h', 'η'),
    (b'i', 'ι'),
    (b'k', 'κ'),
    (b'l', 'λ'),
    (b'm', 'μ'),
    (b'n', 'ν'),
    (b'o', 'ο'),
    (b'p', 'π'),
    (b'q', 'θ'),
    (b'r', 'ρ'),
    (b's', 'σ'),
    (b't', 'τ'),
    (b'u', 'υ'),
    (b'w', 'ω'),
    (b'x', 'ξ'),
    (b'y', 'ψ'),
    (b'z', 'ζ'),
    (0xa3, '≤'),
    (0xa5, '∞'),
    (0xb0, '°'),
    (0xb1, '±'),
    (0xb3, '≥'),
    (0xb4, '×'),
    (0xb7, '•'),
    (0xb8, '÷'),
    (0xb9, '≠'),
    (0xbb, '≈'),
    (0xd2, '®'),
    (0xd3, '©'),
    (0xd4, '™'),
    (0xd6, '√'),
    (0xe5, '∑'),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(font: &str, code: u32, expected: Option<char>) {
        assert_eq!(character(font, code), expected, "{font} {code:x}");
    }

    #[test]
    fn ticks_boxes_and_greek() {
        check("Wingdings", 0xf0fe, Some('☑'));
        check("Wingdings", 0xf0a8, Some('☐'));
        check("Symbol", 0xf061, Some('α'));
        check("Symbol", 0xf0b7, Some('•'));
        check("Webdings", 0xf0c9, Some('•'));
        check("MS Gothic", 0x2610, Some('☐'));
        check("Arial", 7, None);
        check("Arial", 0xd800, None);
    }
}
