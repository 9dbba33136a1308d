//! Office documents that are one XML file (`pkg:package`, Flat OPC): the package they stand for, so that they are read like it.
//!
//! The parts are cut out as they are written; nothing of them is interpreted here.

use std::io::{Cursor, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use redwell_model::Format;
use zip::write::SimpleFileOptions;

use super::decode::decode;
use super::html::declared_encoding;

/// Most parts taken.
const MOST_PARTS: usize = 20_000;

/// What a text is that begins as such a document does.
#[must_use]
pub fn kind(start: &str) -> Option<Format> {
    let (head, _) = start.split_once("<pkg:package")?;
    let program = head.split_once("progid=\"").map_or("", |(_, program)| program);
    Some(match program {
        program if program.starts_with("PowerPoint") => Format::Pptx,
        program if program.starts_with("Excel") => Format::Xlsx,
        _ if program.is_empty() && start.contains("pkg:name=\"/ppt/") => Format::Pptx,
        _ if program.is_empty() && start.contains("pkg:name=\"/xl/") => Format::Xlsx,
        _ => Format::Docx,
    })
}

/// The package; `None` for bytes that are no such document.
#[must_use]
pub fn repacked(bytes: &[u8]) -> Option<Vec<u8>> {
    if bytes.starts_with(b"PK") {
        return None;
    }
    let xml = decode(bytes, declared_encoding(bytes).as_deref()).text;
    let (_, mut rest) = xml.split_once("<pkg:package")?;
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, content: &[u8]| {
        // A name that is there already cannot be written again: the first counts.
        writer.start_file(name, SimpleFileOptions::default()).is_ok() && writer.write_all(content).is_ok()
    };
    let mut types = String::new();
    for _ in 0..MOST_PARTS {
        let Some((_, after)) = rest.split_once("<pkg:part") else { break };
        let Some((tag, content)) = after.split_once('>') else { break };
        let end = content.find("</pkg:part>").unwrap_or(content.len());
        let (content, after) = content.split_at(end);
        rest = after;
        let attribute = |name: &str| tag.split_once(name)?.1.split(['"', '\'']).nth(1);
        let Some(name) = attribute("pkg:name").map(|name| name.trim_start_matches('/')) else { continue };
        if let Some(kind) = attribute("pkg:contentType") {
            types.push_str(&format!("<Override PartName=\"/{name}\" ContentType=\"{kind}\"/>"));
        }
        if let Some(inner) = inner(content, "<pkg:xmlData") {
            add(name, inner.as_bytes());
        } else if let Some(inner) = inner(content, "<pkg:binaryData") {
            let packed: Vec<u8> = inner.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
            add(name, &STANDARD.decode(packed).unwrap_or_default());
        }
    }
    let types =
        format!("<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">{types}</Types>");
    add("[Content_Types].xml", types.as_bytes());
    Some(writer.finish().ok()?.into_inner())
}

/// What stands in the element that begins so, to its last end tag in the part.
fn inner<'x>(part: &'x str, begin: &str) -> Option<&'x str> {
    let (_, after) = part.split_once(begin)?;
    let (_, content) = after.split_once('>')?;
    let end = content.rfind(&format!("</{}", &begin[1..])).unwrap_or(content.len());
    Some(&content[..end])
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::extract::tests::{kinds, read_all};
    use proptest::prelude::*;

    pub(crate) const WORD: &str = r#"<?xml version="1.0" standalone="yes"?><?mso-application progid="Word.Document"?><pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"><pkg:part pkg:name="/_rels/.rels" pkg:contentType="application/vnd.openxmlformats-package.relationships+xml"><pkg:xmlData><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships></pkg:xmlData></pkg:part><pkg:part pkg:name="/word/document.xml" pkg:contentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"><pkg:xmlData><w:document xmlns:w="w"><w:body><w:p><w:r><w:t>Only one file.</w:t></w:r></w:p></w:body></w:document></pkg:xmlData></pkg:part><pkg:part pkg:name="/word/embeddings/a.txt" pkg:contentType="text/plain"><pkg:binaryData>YSBu
b3Rl</pkg:binaryData></pkg:part></pkg:package>"#;

    #[test]
    fn the_package_is_read() {
        let (found, children) = read_all("a.xml", WORD.as_bytes());
        assert_eq!((found.format, found.text.as_str(), kinds(&found)), (Format::Docx, "Only one file.", vec![]));
        assert_eq!(children.iter().map(|child| child.bytes.as_slice()).collect::<Vec<_>>(), [b"a note"]);
        let slides = WORD.replace("Word.Document", "PowerPoint.Show");
        assert_eq!(read_all("a.xml", slides.as_bytes()).0.format, Format::Pptx);
    }

    proptest! {
        #[test]
        fn broken_files_do_no_harm(at in 0_usize..1500, byte in 32_u8..127, cut in 0_usize..1500) {
            let mut bytes = WORD.as_bytes().to_vec();
            let at = at % bytes.len();
            bytes[at] = byte;
            bytes.truncate(cut.max(1));
            read_all("a.xml", &bytes);
        }
    }
}
