//! Windows code pages and locales, by the labels encodings have on the web.

/// The label of a code page.
#[must_use]
pub fn label(code_page: i32) -> Option<&'static str> {
    Some(match code_page {
        65001 => "utf-8",
        1200 => "utf-16le",
        874 => "windows-874",
        932 => "shift_jis",
        936 => "gbk",
        949 | 51949 => "euc-kr",
        950 => "big5",
        1250 => "windows-1250",
        1251 => "windows-1251",
        1252 | 20127 | 28591 => "windows-1252",
        1253 => "windows-1253",
        1254 | 28599 => "windows-1254",
        1255 => "windows-1255",
        1256 => "windows-1256",
        1257 => "windows-1257",
        1258 => "windows-1258",
        866 => "ibm866",
        10000 => "macintosh",
        20866 => "koi8-r",
        21866 => "koi8-u",
        28592 => "iso-8859-2",
        28593 => "iso-8859-3",
        28594 => "iso-8859-4",
        28595 => "iso-8859-5",
        28596 => "iso-8859-6",
        28597 => "iso-8859-7",
        28598 => "iso-8859-8",
        28603 => "iso-8859-13",
        28605 => "iso-8859-15",
        50220..=50222 => "iso-2022-jp",
        20932 | 51932 => "euc-jp",
        51936 | 54936 => "gb18030",
        _ => return None,
    })
}

/// The label of the code page a locale is used with.
#[must_use]
pub fn label_of_locale(locale: i32) -> Option<&'static str> {
    label(match (locale & 0xffff, locale & 0x3ff) {
        (0x0804 | 0x1004, _) => 936,
        (_, 0x04) => 950,
        (_, 0x11) => 932,
        (_, 0x12) => 949,
        (_, 0x1e) => 874,
        (0x0c1a | 0x1c1a, _) => 1251,
        (_, 0x19 | 0x22 | 0x23 | 0x02 | 0x2f) => 1251,
        (_, 0x05 | 0x0e | 0x15 | 0x18 | 0x1a | 0x1b | 0x1c | 0x24) => 1250,
        (_, 0x08) => 1253,
        (_, 0x1f | 0x2c) => 1254,
        (_, 0x0d) => 1255,
        (_, 0x01 | 0x20 | 0x29) => 1256,
        (_, 0x25..=0x27) => 1257,
        (_, 0x2a) => 1258,
        (_, 0) => return None,
        _ => 1252,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_label_is_an_encoding() {
        for label in (0..66_000).filter_map(label) {
            assert!(encoding_rs::Encoding::for_label(label.as_bytes()).is_some(), "{label}");
        }
    }

    #[test]
    fn locales_have_code_pages() {
        let check = |locale, expected| assert_eq!(label_of_locale(locale), expected, "{locale:#x}");
        check(0x0407, Some("windows-1252"));
        check(0x0419, Some("windows-1251"));
        check(0x0804, Some("gbk"));
        check(0x0404, Some("big5"));
        check(0x0411, Some("shift_jis"));
        check(0, None);
    }
}
