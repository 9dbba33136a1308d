//! Word-processor and slide formats: DOCX, ODT, RTF, PPTX, each as plain as the samples allow.

pub(crate) mod docx;
pub(crate) mod odt;
pub(crate) mod pptx;
pub(crate) mod rtf;

/// Escapes text for XML, inside elements and attributes alike.
pub(crate) fn xml(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// An XML file: declaration and content.
pub(crate) fn part(content: &str) -> String {
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n{content}")
}

/// The document properties that DOCX, PPTX and XLSX share (`docProps/core.xml`).
pub(crate) fn core_properties(source: &crate::source::Source) -> anyhow::Result<String> {
    let date = source.date()?.office();
    let (title, author, subject) = (xml(source.text("title")), xml(source.text("author")), xml(source.text("subject")));
    Ok(part(&format!(
        "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" \
         xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\"><dc:title>{title}</dc:title><dc:subject>{subject}</dc:subject>\
         <dc:creator>{author}</dc:creator><cp:lastModifiedBy>{author}</cp:lastModifiedBy>\
         <dcterms:created xsi:type=\"dcterms:W3CDTF\">{date}</dcterms:created>\
         <dcterms:modified xsi:type=\"dcterms:W3CDTF\">{date}</dcterms:modified></cp:coreProperties>"
    )))
}

/// A relationships part from triples of id, kind (the last part of the type's address) and target.
pub(crate) fn relationships(entries: &[(String, &str, String)]) -> String {
    let base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let entry = |(id, kind, target): &(String, &str, String)| {
        let address = match *kind {
            "core-properties" => {
                "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties".to_owned()
            }
            kind => format!("{base}/{kind}"),
        };
        format!("<Relationship Id=\"{id}\" Type=\"{address}\" Target=\"{target}\"/>")
    };
    let entries: String = entries.iter().map(entry).collect();
    part(&format!(
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{entries}</Relationships>"
    ))
}

/// The relationships of a whole package: its main part and its properties.
pub(crate) fn package_relationships(main: &str) -> String {
    relationships(&[
        ("rId1".to_owned(), "officeDocument", main.to_owned()),
        ("rId2".to_owned(), "core-properties", "docProps/core.xml".to_owned()),
    ])
}

/// The content types part; every override is a part name and the end of its media type.
pub(crate) fn content_types(overrides: &[(String, &str)]) -> String {
    let office = "application/vnd.openxmlformats-officedocument";
    let entry =
        |(name, kind): &(String, &str)| format!("<Override PartName=\"/{name}\" ContentType=\"{office}.{kind}+xml\"/>");
    let entries: String = overrides.iter().map(entry).collect();
    part(&format!(
        "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>{entries}\
         <Override PartName=\"/docProps/core.xml\" ContentType=\"application/vnd.openxmlformats-package.core-properties+xml\"/></Types>"
    ))
}
