//! Widths of the standard fonts (in thousandths of the size, from Adobe's published metrics) and the `WinAnsi` encoding.

/// The fonts the samples are set in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Font {
    Sans,
    SansBold,
    SansItalic,
    Serif,
    SerifBold,
    SerifItalic,
}

/// All fonts, in the order of their resource names.
pub(crate) const FONTS: [Font; 6] =
    [Font::Sans, Font::SansBold, Font::SansItalic, Font::Serif, Font::SerifBold, Font::SerifItalic];

const SANS: [u16; 95] = [
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556,
    556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334,
    260, 334, 584,
];
const SANS_BOLD: [u16; 95] = [
    278, 333, 474, 556, 556, 889, 722, 238, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556,
    556, 556, 556, 333, 333, 584, 584, 584, 611, 975, 722, 722, 722, 722, 667, 611, 778, 722, 278, 556, 722, 611, 833,
    722, 778, 667, 778, 722, 667, 611, 722, 667, 944, 667, 667, 611, 333, 278, 333, 584, 556, 333, 556, 611, 556, 611,
    556, 333, 611, 611, 278, 278, 556, 278, 889, 611, 611, 611, 611, 389, 556, 333, 611, 556, 778, 556, 556, 500, 389,
    280, 389, 584,
];
const SERIF: [u16; 95] = [
    250, 333, 408, 500, 500, 833, 778, 180, 333, 333, 500, 564, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500, 500,
    500, 500, 500, 278, 278, 564, 564, 564, 444, 921, 722, 667, 667, 722, 611, 556, 722, 722, 333, 389, 722, 611, 889,
    722, 722, 556, 722, 667, 556, 611, 722, 722, 944, 722, 722, 611, 333, 278, 333, 469, 500, 333, 444, 500, 444, 500,
    444, 333, 500, 500, 278, 278, 500, 278, 778, 500, 500, 500, 500, 333, 389, 278, 500, 500, 722, 500, 500, 444, 480,
    200, 480, 541,
];
const SERIF_BOLD: [u16; 95] = [
    250, 333, 555, 500, 500, 1000, 833, 278, 333, 333, 500, 570, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500, 500,
    500, 500, 500, 333, 333, 570, 570, 570, 500, 930, 722, 667, 722, 722, 667, 611, 778, 778, 389, 500, 778, 667, 944,
    722, 778, 611, 778, 722, 556, 667, 722, 722, 1000, 722, 722, 667, 333, 278, 333, 581, 500, 333, 500, 556, 444, 556,
    444, 333, 500, 556, 278, 333, 556, 278, 833, 556, 500, 556, 556, 444, 389, 333, 556, 500, 722, 500, 500, 444, 394,
    220, 394, 520,
];
const SERIF_ITALIC: [u16; 95] = [
    250, 333, 420, 500, 500, 833, 778, 214, 333, 333, 500, 675, 250, 333, 250, 278, 500, 500, 500, 500, 500, 500, 500,
    500, 500, 500, 333, 333, 675, 675, 675, 500, 920, 611, 611, 667, 722, 611, 611, 722, 722, 333, 444, 667, 556, 833,
    667, 722, 611, 722, 611, 500, 556, 722, 611, 833, 611, 556, 556, 389, 278, 389, 422, 500, 333, 500, 500, 444, 500,
    444, 278, 500, 500, 278, 278, 444, 278, 722, 500, 500, 500, 500, 389, 389, 278, 500, 444, 667, 444, 444, 389, 400,
    275, 400, 541,
];

impl Font {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sans => "Helvetica",
            Self::SansBold => "Helvetica-Bold",
            Self::SansItalic => "Helvetica-Oblique",
            Self::Serif => "Times-Roman",
            Self::SerifBold => "Times-Bold",
            Self::SerifItalic => "Times-Italic",
        }
    }

    /// The number in the font's resource name.
    pub(crate) fn index(self) -> usize {
        FONTS.iter().position(|font| *font == self).expect("every font is in the list")
    }

    fn sans(self) -> bool {
        matches!(self, Self::Sans | Self::SansBold | Self::SansItalic)
    }

    fn character_width(self, character: char) -> u16 {
        let table = match self {
            Self::Sans | Self::SansItalic => &SANS,
            Self::SansBold => &SANS_BOLD,
            Self::Serif => &SERIF,
            Self::SerifBold => &SERIF_BOLD,
            Self::SerifItalic => &SERIF_ITALIC,
        };
        let plain = |character: char| {
            usize::try_from(u32::from(character)).ok().and_then(|code| table.get(code.wrapping_sub(32))).copied()
        };
        if let Some(width) = plain(character) {
            return width;
        }
        match character {
            '–' | '€' | '§' | '«' | '»' | 'µ' => {
                if self.sans() {
                    556
                } else {
                    500
                }
            }
            '—' | '…' => 1000,
            '‘' | '’' => {
                if self == Self::Sans || self == Self::SansItalic {
                    222
                } else if self.sans() {
                    278
                } else {
                    333
                }
            }
            '“' | '”' | '„' => match self {
                Self::Sans | Self::SansItalic => 333,
                Self::SansBold | Self::SerifBold => 500,
                Self::Serif => 444,
                Self::SerifItalic => 556,
            },
            '•' => 350,
            '·' => {
                if self.sans() {
                    278
                } else {
                    250
                }
            }
            '°' => 400,
            '²' | '³' => {
                if self.sans() {
                    333
                } else {
                    300
                }
            }
            '±' | '×' => 584,
            '½' => 750,
            'ß' => {
                if self.sans() {
                    611
                } else {
                    500
                }
            }
            'æ' => {
                if self.sans() {
                    889
                } else {
                    667
                }
            }
            'Ø' => {
                if self.sans() {
                    778
                } else {
                    722
                }
            }
            'ø' => {
                if self.sans() {
                    611
                } else {
                    500
                }
            }
            '¿' | '¡' => 444,
            _ => plain(base_letter(character)).unwrap_or(556),
        }
    }

    /// The width of a text in points at a size.
    pub(crate) fn width(self, text: &str, size: f64) -> f64 {
        text.chars().map(|character| f64::from(self.character_width(character))).sum::<f64>() * size / 1000.0
    }
}

/// An accented letter is as wide as the letter below the accent.
fn base_letter(character: char) -> char {
    match character {
        'À'..='Å' => 'A',
        'Ç' => 'C',
        'È'..='Ë' => 'E',
        'Ì'..='Ï' => 'I',
        'Ñ' => 'N',
        'Ò'..='Ö' => 'O',
        'Ù'..='Ü' => 'U',
        'à'..='å' => 'a',
        'ç' => 'c',
        'è'..='ë' => 'e',
        'ì'..='ï' => 'i',
        'ñ' => 'n',
        'ò'..='ö' => 'o',
        'ù'..='ü' => 'u',
        _ => 'n',
    }
}

/// The `WinAnsi` code of a character; a question mark for what it lacks.
pub(crate) fn code(character: char) -> u8 {
    match character {
        '€' => 0x80,
        '„' => 0x84,
        '…' => 0x85,
        '‘' => 0x91,
        '’' => 0x92,
        '“' => 0x93,
        '”' => 0x94,
        '•' => 0x95,
        '–' => 0x96,
        '—' => 0x97,
        _ => u8::try_from(u32::from(character)).unwrap_or(b'?'),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn widths_are_those_of_the_published_metrics() {
        let check = |font: Font, text: &str, expected: f64| {
            assert!((font.width(text, 1000.0) - expected).abs() < 0.01, "{text}")
        };
        check(Font::Sans, "Hé", 722.0 + 556.0);
        check(Font::SansBold, "mW", 889.0 + 944.0);
        check(Font::Serif, "§ 5", 500.0 + 250.0 + 500.0);
        check(Font::SerifItalic, "~", 541.0);
    }
}
