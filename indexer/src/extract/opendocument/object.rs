//! Documents embedded in an OpenDocument file: folders of the package, each of which becomes a package of its own.
//!
//! Charts and formulas are part of the document around them and not handed out.

use std::io::{Cursor, Write as _};

use quick_xml::events::Event;
use zip::write::SimpleFileOptions;

use crate::extract::embedded::Embedded;
use crate::extract::markup::{Markup, attribute};
use crate::extract::package::Package;

/// Hands out the documents and OLE objects a manifest lists.
pub(super) fn hand_out(package: &mut Package<'_>, manifest: &str, embedded: &mut Embedded<'_>) {
    let mut markup = Markup::lenient(manifest);
    loop {
        let (path, kind) = match markup.event() {
            Event::Start(element) | Event::Empty(element) => {
                let Some(path) = attribute(&element, "full-path") else { continue };
                (path, attribute(&element, "media-type").unwrap_or_default())
            }
            Event::Eof => return,
            _ => continue,
        };
        let is_document = ["text", "spreadsheet", "presentation"].iter().any(|known| {
            kind.strip_prefix("application/vnd.oasis.opendocument.").is_some_and(|kind| kind.starts_with(known))
        });
        if kind == "application/vnd.sun.star.oleobject" {
            if let Some(bytes) = package.bytes(&path) {
                embedded.object(&path, bytes);
            }
        } else if is_document && path.ends_with('/') && path.len() > 1 {
            embedded.object(path.trim_end_matches('/'), packed(package, &path, &kind));
        }
    }
}

/// A folder of a package as a package; empty where it has no parts.
fn packed(package: &mut Package<'_>, folder: &str, kind: &str) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    // No clock: the same folder gives the same bytes.
    let options = SimpleFileOptions::default().last_modified_time(zip::DateTime::default());
    let stored = options.compression_method(zip::CompressionMethod::Stored);
    let mut parts = vec![("mimetype".to_owned(), kind.as_bytes().to_vec())];
    for name in package.names() {
        let inner = name.strip_prefix(folder).filter(|inner| !inner.is_empty() && !inner.ends_with('/'));
        if let Some(inner) = inner.map(str::to_owned)
            && let Some(bytes) = package.bytes(&name)
        {
            parts.push((inner, bytes));
        }
    }
    if parts.len() < 2 {
        return Vec::new();
    }
    for (name, bytes) in &parts {
        let options = if name == "mimetype" { stored } else { options };
        if writer.start_file(name.as_str(), options).and_then(|()| Ok(writer.write_all(bytes)?)).is_err() {
            return Vec::new();
        }
    }
    writer.finish().map(Cursor::into_inner).unwrap_or_default()
}
