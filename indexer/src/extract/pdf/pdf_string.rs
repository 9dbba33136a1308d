//! Text strings of the PDF format (ISO 32000-2, 7.9.2.2): UTF-16 or UTF-8 with a mark, else `PDFDocEncoding`.

/// The characters of a text string. Bytes that mean nothing become U+FFFD.
pub(super) fn decode(bytes: &[u8]) -> String {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]])).collect();
        without_language_marks(&String::from_utf16_lossy(&units))
    };
    match bytes {
        [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes),
        [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes),
        [0xef, 0xbb, 0xbf, rest @ ..] => without_language_marks(&String::from_utf8_lossy(rest)),
        _ => bytes.iter().map(|byte| document_encoding(*byte)).collect(),
    }
}

/// Takes out what stands between two escape characters: a language code (7.9.2.2).
fn without_language_marks(text: &str) -> String {
    text.split('\u{1b}').step_by(2).collect()
}

/// `PDFDocEncoding`, Annex D.3: Latin-1 with other characters in its two control areas.
fn document_encoding(byte: u8) -> char {
    const FROM_18: [char; 8] = ['\u{2d8}', '\u{2c7}', '\u{2c6}', '\u{2d9}', '\u{2dd}', '\u{2db}', '\u{2da}', '\u{2dc}'];
    const FROM_80: [char; 31] = [
        '\u{2022}', '\u{2020}', '\u{2021}', '\u{2026}', '\u{2014}', '\u{2013}', '\u{192}', '\u{2044}', '\u{2039}',
        '\u{203a}', '\u{2212}', '\u{2030}', '\u{201e}', '\u{201c}', '\u{201d}', '\u{2018}', '\u{2019}', '\u{201a}',
        '\u{2122}', '\u{fb01}', '\u{fb02}', '\u{141}', '\u{152}', '\u{160}', '\u{178}', '\u{17d}', '\u{131}',
        '\u{142}', '\u{153}', '\u{161}', '\u{17e}',
    ];
    match byte {
        0x18..=0x1f => FROM_18[usize::from(byte - 0x18)],
        0x80..=0x9e => FROM_80[usize::from(byte - 0x80)],
        0x9f | 0x7f | 0xad => char::REPLACEMENT_CHARACTER,
        0xa0 => '\u{20ac}',
        _ => char::from(byte),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: &str) {
        assert_eq!(decode(bytes), expected);
    }

    #[test]
    fn text_strings_are_decoded_by_their_mark() {
        check(b"Lease", "Lease");
        check(b"\x93quoted\x94 \x96 \xa0", "\u{fb01}quoted\u{fb02} \u{152} \u{20ac}");
        check(b"caf\xe9", "caf\u{e9}");
        check(b"\xfe\xff\0A\xd8\x3d\xdc\x04", "A\u{1f404}");
        check(b"\xff\xfeA\0", "A");
        check(b"\xfe\xff\0\x1b\0e\0n\0\x1b\0A", "A");
        check(b"\xef\xbb\xbf\xc3\xa9", "\u{e9}");
        check(b"\xfe\xff\0", "");
        check(b"", "");
    }
}
