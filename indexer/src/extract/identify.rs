//! What kind of file some bytes are: by content first; the name only decides among kinds of text.
//!
//! ZIP packages and OLE files are opened far enough to see what wrote them. Nothing here reads a whole file except
//! where it is small.

use std::io::{Cursor, Read as _};

use redwell_model::{ExceptionKind, Format, ProcessingException, Stage};
use zip::ZipArchive;

use super::source::Source;
use super::{cms, compound_file, sniff, tar_archive, tnef};

/// What a file is, and what is odd about that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identified {
    /// The format its content has.
    pub format: Format,
    /// Whether the content is locked with a password.
    pub is_encrypted: bool,
    /// A disagreement between name and content, or emptiness.
    pub exception: Option<ProcessingException>,
}

/// Tells what kind of file some bytes are.
#[must_use]
pub fn identify(name: &str, bytes: &[u8]) -> Identified {
    let promised = Format::from_file_name(name);
    if bytes.is_empty() {
        let reason = "the file has no bytes; ask the custodian whether it was copied completely";
        let exception = ProcessingException::new(Stage::Identify, ExceptionKind::EmptyFile, "", reason);
        return Identified { format: Format::Unknown, is_encrypted: false, exception: Some(exception) };
    }
    let (format, is_encrypted) = match binary(bytes, promised) {
        Some(found) => found,
        None => (sniff::text_format(bytes, promised), false),
    };
    let exception = promised.filter(|promised| !agree(*promised, format, bytes)).map(|promised| {
        let reason = format!(
            "the name says {} ({}) but the content is {} ({}); the content was believed",
            promised.label(),
            promised.as_str(),
            format.label(),
            format.as_str()
        );
        ProcessingException::new(Stage::Identify, ExceptionKind::FormatMismatch, "", reason)
    });
    Identified { format, is_encrypted, exception }
}

/// Formats known by their first bytes; `None` for what may be text.
fn binary(bytes: &[u8], promised: Option<Format>) -> Option<(Format, bool)> {
    let starts = |signature: &[u8]| bytes.starts_with(signature);
    if is_zip(bytes) {
        return Some((zip_based(bytes), false));
    }
    if starts(compound_file::SIGNATURE) {
        return Some(ole(bytes, promised));
    }
    // Mail programs and printers put bytes in front of a PDF header; readers look for it in the first 1024.
    if bytes[..bytes.len().min(1024)].windows(5).any(|window| window == b"%PDF-") && !sniff::is_mail(bytes) {
        return Some((Format::Pdf, false));
    }
    let signatures: &[(&[u8], Format)] = &[
        (b"{\\rtf", Format::Rtf),
        (b"!BDN", Format::Pst),
        (tnef::SIGNATURE, Format::Tnef),
        (b"7z\xbc\xaf\x27\x1c", Format::SevenZip),
        (b"Rar!\x1a\x07", Format::Rar),
        (b"\x1f\x8b", Format::Gzip),
        (b"\xfd7zXZ\0", Format::Xz),
        (b"\x28\xb5\x2f\xfd", Format::Zstd),
        (b"\x7fELF", Format::Program),
        (b"\xfe\xed\xfa\xce", Format::Program),
        (b"\xfe\xed\xfa\xcf", Format::Program),
        (b"\xcf\xfa\xed\xfe", Format::Program),
        (b"\x89PNG\r\n\x1a\n", Format::Image),
        (b"\xff\xd8\xff", Format::Image),
        (b"GIF87a", Format::Image),
        (b"GIF89a", Format::Image),
        (b"II*\0", Format::Image),
        (b"MM\0*", Format::Image),
        (b"\xd7\xcd\xc6\x9a", Format::Image),
        (b"8BPS", Format::Image),
        (b"\0\0\x01\0\x01\0", Format::Image),
    ];
    if let Some((_, format)) = signatures.iter().find(|(signature, _)| starts(signature)) {
        return Some((*format, false));
    }
    let has = |at: usize, mark: &[u8]| bytes.get(at..at + mark.len()) == Some(mark);
    let is_bitmap = starts(b"BM") && has(6, &[0, 0, 0, 0]);
    let is_metafile = starts(&[1, 0, 0, 0]) && has(40, b" EMF") || starts(&[1, 0, 9, 0, 0, 3]);
    if is_bitmap || is_metafile || (starts(b"RIFF") && has(8, b"WEBP")) || has(4, b"ftypheic") || has(4, b"ftypavif") {
        return Some((Format::Image, false));
    }
    if cms::holds_content(bytes) {
        return Some((Format::Cms, false));
    }
    if starts(b"MZ") && !sniff::looks_like_text(bytes) {
        return Some((Format::Program, false));
    }
    if has(257, b"ustar") || tar_archive::is_header(bytes) {
        return Some((Format::Tar, false));
    }
    // After the block size comes the first block's mark, or that of the end.
    if starts(b"BZh") && (has(4, b"\x31\x41\x59\x26\x53\x59") || has(4, b"\x17\x72\x45\x38\x50\x90")) {
        return Some((Format::Bzip2, false));
    }
    // The bare streams of the first BIFF versions, from before OLE.
    if [&b"\x09\x08\x10\0"[..], b"\x09\x08\x08\0", b"\x09\x04\x06\0", b"\x09\x02\x06\0"].iter().any(|bof| starts(bof)) {
        return Some((Format::Xls, false));
    }
    (!sniff::looks_like_text(bytes)).then_some((Format::Unknown, false))
}

/// What wrote an OLE file, by the streams at its root; and whether it wraps an encrypted Office document.
fn ole(bytes: &[u8], promised: Option<Format>) -> (Format, bool) {
    let names = compound_file::root_names(bytes);
    let has = |name: &str| names.iter().any(|found| found.eq_ignore_ascii_case(name));
    if has("EncryptedPackage") || has("EncryptionInfo") {
        let office = [Format::Docx, Format::Xlsx, Format::Xlsb, Format::Pptx];
        return (promised.filter(|promised| office.contains(promised)).unwrap_or(Format::Ole), true);
    }
    let format = if has("WordDocument") {
        Format::Doc
    } else if has("Workbook") || has("Book") {
        Format::Xls
    } else if has("PowerPoint Document") {
        Format::Ppt
    } else if has("__properties_version1.0") || has("__nameid_version1.0") {
        Format::Msg
    } else {
        Format::Ole
    };
    (format, false)
}

/// What a ZIP file is: by its content types, its `mimetype` or the names of its parts.
fn zip_based(bytes: &[u8]) -> Format {
    zip_kind(&mut Cursor::new(bytes)).unwrap_or_else(|| {
        by_part_names(&|prefix| {
            bytes.windows(4 + prefix.len()).any(|w| w.starts_with(b"\0") && w.ends_with(prefix.as_bytes()))
                || bytes.windows(prefix.len()).any(|window| window == prefix.as_bytes())
        })
    })
}

/// Whether bytes begin as a ZIP archive does.
pub(super) fn is_zip(bytes: &[u8]) -> bool {
    [&b"PK\x03\x04"[..], b"PK\x05\x06", b"PK\x07\x08", b"PK00PK\x03\x04"].iter().any(|start| bytes.starts_with(start))
}

/// Which of the formats made of ZIP archives one is, by what it holds; `None` where its directory cannot be read.
pub(super) fn zip_kind(source: &mut dyn Source) -> Option<Format> {
    let mut archive = ZipArchive::new(source).ok()?;
    let mut member = |name: &str| {
        let mut text = String::new();
        let file = archive.by_name(name).ok()?;
        file.take(1 << 20).read_to_string(&mut text).ok()?;
        Some(text)
    };
    if let Some(kind) = member("mimetype") {
        if kind.trim() == "application/epub+zip" {
            return Some(Format::Epub);
        }
        let found = match kind.trim().strip_prefix("application/vnd.oasis.opendocument.") {
            Some(kind) if kind.starts_with("text") => Some(Format::Odt),
            Some(kind) if kind.starts_with("spreadsheet") => Some(Format::Ods),
            Some(kind) if kind.starts_with("presentation") => Some(Format::Odp),
            _ => None,
        };
        if let Some(format) = found {
            return Some(format);
        }
    }
    if let Some(types) = member("[Content_Types].xml") {
        let has = |kind: &str| types.contains(kind);
        if has("wordprocessingml.document.main")
            || has("wordprocessingml.template.main")
            || has("ms-word.document.mac")
            || has("ms-word.template.mac")
        {
            return Some(Format::Docx);
        }
        if has("ms-excel.sheet.binary.macroEnabled.main") {
            return Some(Format::Xlsb);
        }
        if has("spreadsheetml.sheet.main")
            || has("spreadsheetml.template.main")
            || has("ms-excel.sheet.mac")
            || has("ms-excel.template.mac")
            || has("ms-excel.addin.mac")
        {
            return Some(Format::Xlsx);
        }
        if has("presentationml.presentation.main")
            || has("presentationml.slideshow.main")
            || has("presentationml.template.main")
            || has("ms-powerpoint.")
        {
            return Some(Format::Pptx);
        }
    }
    let names: Vec<String> = archive.file_names().map(str::to_owned).collect();
    Some(by_part_names(&|part| names.iter().any(|name| name == part)))
}

fn by_part_names(has: &dyn Fn(&str) -> bool) -> Format {
    if has("word/document.xml") {
        Format::Docx
    } else if has("xl/workbook.bin") {
        Format::Xlsb
    } else if has("xl/workbook.xml") {
        Format::Xlsx
    } else if has("ppt/presentation.xml") {
        Format::Pptx
    } else {
        Format::Zip
    }
}

/// Whether a name's promise and the content's format are no contradiction.
fn agree(promised: Format, format: Format, bytes: &[u8]) -> bool {
    let is_text = |format| matches!(format, Format::Text | Format::Csv | Format::Markdown | Format::Json | Format::Xml);
    promised == format
        || (is_text(promised) && is_text(format))
        || (promised == Format::Xml && matches!(format, Format::Html | Format::Image | Format::WordXml))
        || (promised == Format::Xml && matches!(format, Format::Odt | Format::Ods | Format::Odp))
        || (promised == Format::Xml && matches!(format, Format::Docx | Format::Xlsx | Format::Pptx))
        || (promised == Format::Html && format == Format::Xml)
        // A message or page is text, and people name it so.
        || (promised == Format::Text && matches!(format, Format::Eml | Format::Mbox | Format::Ics | Format::Vcf))
        || (promised == Format::Eml && format == Format::Mbox && bytes.starts_with(b"From "))
        || (promised == Format::Mbox && format == Format::Eml)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::extract::compound_file::tests::sample as ole_file;
    use crate::extract::tests::zip_of;
    use proptest::prelude::*;

    fn check(name: &str, bytes: &[u8], expected: Format) {
        let found = identify(name, bytes);
        assert_eq!((found.format, found.exception), (expected, None), "{name}");
    }

    fn check_mismatch(name: &str, bytes: &[u8], expected: Format) {
        let found = identify(name, bytes);
        assert_eq!(found.format, expected, "{name}");
        assert_eq!(found.exception.map(|e| e.kind), Some(ExceptionKind::FormatMismatch), "{name}");
    }

    #[test]
    fn signatures_are_known() {
        check("a.pdf", b"\r\n%PDF-1.7", Format::Pdf);
        check("a.rtf", b"{\\rtf1 x}", Format::Rtf);
        check("a.pst", b"!BDN\0\0\0", Format::Pst);
        check("a.png", b"\x89PNG\r\n\x1a\n\0", Format::Image);
        check("a", b"\x7fELF\x02\x01\0\0", Format::Program);
        check("a.exe", b"MZ\x90\0\x03\0\0\0", Format::Program);
        check("a.tgz", b"\x1f\x8b\x08\0", Format::Gzip);
        check("a.7z", b"7z\xbc\xaf\x27\x1c\0", Format::SevenZip);
        check("a.bin", b"\0\x01\x02\x03\x04\xff\xfe", Format::Unknown);
    }

    #[test]
    fn office_files_are_known_by_what_is_inside() {
        let types = |kind: &str| zip_of(&[("[Content_Types].xml", kind.as_bytes())]);
        check(
            "a.docx",
            &types("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"),
            Format::Docx,
        );
        check("a.xlsb", &types("application/vnd.ms-excel.sheet.binary.macroEnabled.main"), Format::Xlsb);
        check("a.pptx", &types("vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"), Format::Pptx);
        check("a.xlsm", &zip_of(&[("xl/workbook.xml", b"")]), Format::Xlsx);
        check("a.odt", &zip_of(&[("mimetype", b"application/vnd.oasis.opendocument.text")]), Format::Odt);
        check("a.zip", &zip_of(&[("a.txt", b"x")]), Format::Zip);
        check_mismatch("a.docx", &zip_of(&[("a.txt", b"x")]), Format::Zip);
        check("a.doc", &ole_file(&["WordDocument", "1Table"]), Format::Doc);
        check("a.msg", &ole_file(&["__properties_version1.0"]), Format::Msg);
        check("a.xls", &ole_file(&["Workbook"]), Format::Xls);
    }

    #[test]
    fn a_locked_office_file_keeps_its_format() {
        let found = identify("a.docx", &ole_file(&["EncryptionInfo", "EncryptedPackage"]));
        assert_eq!((found.format, found.is_encrypted, found.exception), (Format::Docx, true, None));
    }

    #[test]
    fn content_is_believed_over_the_name() {
        check_mismatch("a.pdf", b"just text, no header", Format::Text);
        check_mismatch("a.doc", b"{\\rtf1 x}", Format::Rtf);
        check_mismatch("a.xls", b"<html><table><tr><td>1</table>", Format::Html);
    }

    #[test]
    fn no_bytes_are_told() {
        assert_eq!(identify("a.pdf", b"").exception.map(|e| e.kind), Some(ExceptionKind::EmptyFile));
    }

    proptest! {
        #[test]
        fn any_bytes_are_something(bytes in prop::collection::vec(any::<u8>(), 0..300), head in 0_usize..8) {
            let heads: [&[u8]; 8] = [b"", b"PK\x03\x04", compound_file::SIGNATURE, b"<?xml", b"From ", b"{", b"\xff\xfe", b"MZ"];
            let _ = identify("a.docx", &[heads[head], &bytes].concat());
        }
    }
}
