//! Word documents of 2003 in one XML file (`w:wordDocument`): the same words as in later Word, with notes, comments,
//! changes and headers where they belong instead of in parts of their own.

use redwell_model::{ExceptionKind, Format, Metadata, ProcessingException, Stage};

use super::story::{self, Around};
use super::{append, notes};
use crate::extract::decode::decode;
use crate::extract::html::declared_encoding;
use crate::extract::{Extracted, Input, properties};

/// Reads a Word 2003 XML document.
#[must_use]
pub fn extract(input: &Input<'_>) -> Extracted {
    let mut found = Extracted::new(Format::WordXml);
    let xml = decode(input.bytes, declared_encoding(input.bytes).as_deref()).text;
    let mut around = Around { is_flat: true, hidden_styles: notes::hidden_styles(&xml), ..Around::default() };
    let (body, is_whole) = story::read(&xml, input.options.max_text_bytes, &mut around);
    if !is_whole {
        let reason = "the document is broken; the text up to there was read";
        found.exceptions.push(ProcessingException::new(Stage::Extract, ExceptionKind::Damaged, "quick-xml", reason));
    }
    let [headers, footers] = std::mem::take(&mut around.margins);
    let mut text = headers.join("\n");
    append(&mut text, &body);
    append(&mut text, &footers.join("\n"));
    found.set_text(&text, input.options);
    let said = xml.split_once("<o:DocumentProperties").and_then(|(_, rest)| rest.split_once("</o:DocumentProperties>"));
    found.metadata = said.map(|(said, _)| metadata(&format!("<o:DocumentProperties{said}"))).unwrap_or_default();
    let mut tally = std::mem::take(&mut around.tally);
    tally.note_macros(xml.contains("w:macrosPresent=\"yes\""));
    tally.write(&mut found.metadata);
    found
}

fn metadata(xml: &str) -> Metadata {
    let mut metadata = Metadata::default();
    for (name, value) in properties::leaves(xml) {
        let other = match name.as_str() {
            "Title" => {
                metadata.title = Some(value);
                continue;
            }
            "Author" => {
                metadata.authors.push(value);
                continue;
            }
            "Created" => {
                metadata.created = properties::timestamp(&value);
                continue;
            }
            "LastSaved" => {
                metadata.modified = properties::timestamp(&value);
                continue;
            }
            "LastAuthor" => "last_modified_by",
            "Subject" => "subject",
            "Keywords" => "keywords",
            "Company" => "company",
            "Manager" => "manager",
            _ => continue,
        };
        metadata.other.insert(other.to_owned(), value);
    }
    metadata
}

#[cfg(test)]
pub(crate) mod tests {
    use crate::extract::tests::{kinds, read_one};
    use proptest::prelude::*;
    use redwell_model::Format;

    pub(crate) const SAMPLE: &str = r#"<?xml version="1.0"?><w:wordDocument xmlns:w="w"><o:DocumentProperties><o:Title>T</o:Title><o:Author>A</o:Author><o:Created>2001-02-03T04:05:06Z</o:Created></o:DocumentProperties><w:docPr><w:footnotePr><w:footnote w:type="separator"><w:p><w:r><w:t>no</w:t></w:r></w:p></w:footnote></w:footnotePr></w:docPr><w:body><wx:sect><w:p><w:r><w:t>shall </w:t></w:r><aml:annotation aml:author="Jane" aml:createdate="2003-04-05T00:00:00Z" w:type="Word.Deletion"><aml:content><w:r><w:delText>not </w:delText></w:r></aml:content></aml:annotation><aml:annotation w:type="Word.Insertion" aml:author="Jane"><aml:content><w:r><w:t>soon </w:t></w:r></aml:content></aml:annotation><w:r><w:t>pay</w:t></w:r><w:r><w:footnote><w:p><w:r><w:t>source</w:t></w:r></w:p></w:footnote></w:r><w:r><aml:annotation aml:author="Bob" w:type="Word.Comment"><aml:content><w:p><w:r><w:t>why?</w:t></w:r></w:p></aml:content></aml:annotation></w:r></w:p><w:pict><w:binData>AAAA</w:binData></w:pict><w:sectPr><w:hdr w:type="odd"><w:p><w:r><w:t>Secret</w:t></w:r></w:p></w:hdr></w:sectPr></wx:sect></w:body></w:wordDocument>"#;

    #[test]
    fn everything_is_where_it_belongs() {
        let found = read_one("a.xml", SAMPLE.as_bytes());
        let expected = "[Header: Secret]\n\nshall ‸soon pay†\n[Deleted by Jane, 2003-04-05: not]\n[Footnote 1: source]\n[Comment by Bob: why?]";
        assert_eq!((found.format, found.text.as_str(), kinds(&found)), (Format::WordXml, expected, vec![]));
        assert_eq!((found.metadata.title.as_deref(), found.metadata.authors.join(";")), (Some("T"), "A".to_owned()));
    }

    proptest! {
        #[test]
        fn broken_files_do_no_harm(at in 60_usize..1500, byte in 32_u8..127, cut in 60_usize..1500) {
            let mut bytes = SAMPLE.as_bytes().to_vec();
            let at = at % bytes.len();
            bytes[at] = byte;
            bytes.truncate(cut);
            read_one("a.xml", &bytes);
        }
    }
}
