//! Which characters the bytes of an RTF font stand for.

use std::collections::BTreeMap;

use encoding_rs::Encoding;

use crate::extract::symbol;

/// How the bytes of a font are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Charset {
    /// As the document says.
    Document,
    /// In this encoding.
    Encoding(&'static Encoding),
    /// As symbols.
    Symbols,
}

/// The font table, and the document's own encoding.
#[derive(Debug)]
pub(super) struct Fonts {
    document: &'static Encoding,
    charsets: BTreeMap<i32, Charset>,
    /// The font being defined.
    defining: i32,
}

impl Default for Fonts {
    fn default() -> Self {
        Self { document: encoding_rs::WINDOWS_1252, charsets: BTreeMap::new(), defining: 0 }
    }
}

impl Fonts {
    /// `\ansicpg`, `\mac`, `\pc`.
    pub(super) fn set_document_page(&mut self, page: i32) {
        self.document = of_page(page).unwrap_or(encoding_rs::WINDOWS_1252);
    }

    /// A control word inside the font table.
    pub(super) fn define(&mut self, word: &str, number: Option<i32>) {
        match (word, number) {
            ("f", Some(font)) => self.defining = font,
            ("fcharset", Some(charset)) => {
                self.charsets.insert(self.defining, of_charset(charset));
            }
            ("cpg", Some(page)) => {
                if let Some(encoding) = of_page(page) {
                    self.charsets.insert(self.defining, Charset::Encoding(encoding));
                }
            }
            _ => {}
        }
    }

    /// How a font's bytes are read.
    pub(super) fn charset(&self, font: i32) -> Charset {
        self.charsets.get(&font).copied().unwrap_or(Charset::Document)
    }

    /// Bytes as text.
    pub(super) fn decode(&self, bytes: &[u8], charset: Charset) -> String {
        let encoding = match charset {
            Charset::Symbols => {
                return bytes.iter().filter_map(|b| symbol::character("symbol", u32::from(*b))).collect();
            }
            Charset::Encoding(encoding) => encoding,
            Charset::Document => self.document,
        };
        encoding.decode_without_bom_handling(bytes).0.into_owned()
    }
}

fn of_charset(charset: i32) -> Charset {
    let encoding = match charset {
        2 => return Charset::Symbols,
        77 => encoding_rs::MACINTOSH,
        128 => encoding_rs::SHIFT_JIS,
        129 | 130 => encoding_rs::EUC_KR,
        134 => encoding_rs::GBK,
        136 => encoding_rs::BIG5,
        161 => encoding_rs::WINDOWS_1253,
        162 => encoding_rs::WINDOWS_1254,
        163 => encoding_rs::WINDOWS_1258,
        177 | 181 => encoding_rs::WINDOWS_1255,
        178..=180 => encoding_rs::WINDOWS_1256,
        186 => encoding_rs::WINDOWS_1257,
        204 => encoding_rs::WINDOWS_1251,
        222 => encoding_rs::WINDOWS_874,
        238 => encoding_rs::WINDOWS_1250,
        _ => return Charset::Document,
    };
    Charset::Encoding(encoding)
}

fn of_page(page: i32) -> Option<&'static Encoding> {
    let label = match page {
        932 => "shift_jis".to_owned(),
        936 => "gbk".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        10_000 => "macintosh".to_owned(),
        10_007 => "x-mac-cyrillic".to_owned(),
        65_001 => "utf-8".to_owned(),
        866 => "ibm866".to_owned(),
        page => format!("windows-{page}"),
    };
    Encoding::for_label(label.as_bytes())
}
