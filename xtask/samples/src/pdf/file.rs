//! The outer form of a PDF file: numbered objects, pages, outline, information, cross-reference table.

use std::fmt::Write;

use md5::{Digest, Md5};

use super::encrypt::Encryption;
use crate::deflate;
use crate::source::Source;

/// An entry of the outline: its title and the index of its page.
pub(crate) type OutlineEntry = (String, usize);

/// A file while objects are being added. Object 1 is the catalogue, object 2 the page tree.
#[derive(Debug)]
pub(crate) struct File {
    objects: Vec<Vec<u8>>,
    pages: Vec<usize>,
    information: [(&'static str, String); 7],
    id: Vec<u8>,
    encryption: Option<Encryption>,
}

impl File {
    /// Starts a file with the title, author and date of a text.
    pub(crate) fn new(source: &Source) -> anyhow::Result<Self> {
        let id = Md5::digest(source.path.as_bytes()).to_vec();
        let encryption = source.get("password").map(|password| Encryption::new(password, &id));
        let date = source.date()?.pdf();
        let information = [
            ("Title", source.text("title").to_owned()),
            ("Author", source.text("author").to_owned()),
            ("Subject", source.text("subject").to_owned()),
            ("Creator", source.get("creator").unwrap_or("Scriva Office 7.2").to_owned()),
            ("Producer", source.get("producer").unwrap_or("Scriva PDF Export 7.2").to_owned()),
            ("CreationDate", date.clone()),
            ("ModDate", date),
        ];
        Ok(Self { objects: vec![Vec::new(), Vec::new()], pages: Vec::new(), information, id, encryption })
    }

    /// Adds an object without strings or streams in it.
    pub(crate) fn add(&mut self, object: String) -> usize {
        self.objects.push(object.into_bytes());
        self.objects.len()
    }

    /// Adds a stream; `entries` go into its dictionary.
    pub(crate) fn add_stream(&mut self, entries: &str, data: &[u8]) -> usize {
        let mut packed = deflate::zlib(data);
        if let Some(encryption) = &self.encryption {
            packed = encryption.apply(self.objects.len() + 1, &packed);
        }
        let mut object = format!("<< {entries}/Filter /FlateDecode /Length {} >>\nstream\n", packed.len()).into_bytes();
        object.extend(packed);
        object.extend(b"\nendstream");
        self.objects.push(object);
        self.objects.len()
    }

    /// Adds a page with its content.
    pub(crate) fn add_page(&mut self, content: &[u8], resources: &str, size: [u32; 2]) {
        let content = self.add_stream("", content);
        let [width, height] = size;
        let page = format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {width} {height}] /Resources {resources} /Contents {content} 0 R >>"
        );
        let page = self.add(page);
        self.pages.push(page);
    }

    /// Text outside a page, in UTF-16 and, in a locked file, encrypted for the object it is going to be in.
    fn text(&self, text: &str) -> String {
        let ascii = text.is_ascii();
        let bytes: Vec<u8> = if ascii {
            text.bytes().collect()
        } else {
            [0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes)).collect()
        };
        let object = self.objects.len() + 1;
        hexadecimal(&self.encryption.as_ref().map_or(bytes.clone(), |encryption| encryption.apply(object, &bytes)))
    }

    fn add_outline(&mut self, entries: &[OutlineEntry]) -> usize {
        let first = self.objects.len() + 1;
        let root = first + entries.len();
        for (index, (title, page)) in entries.iter().enumerate() {
            let own = first + index;
            let mut entry =
                format!("<< /Title {} /Parent {root} 0 R /Dest [{} 0 R /Fit]", self.text(title), self.pages[*page]);
            if index > 0 {
                let _ = write!(entry, " /Prev {} 0 R", own - 1);
            }
            if index + 1 < entries.len() {
                let _ = write!(entry, " /Next {} 0 R", own + 1);
            }
            self.add(entry + " >>");
        }
        self.add(format!("<< /Type /Outlines /First {first} 0 R /Last {} 0 R /Count {} >>", root - 1, entries.len()))
    }

    /// Writes everything out.
    pub(crate) fn finish(mut self, outline: &[OutlineEntry]) -> Vec<u8> {
        let kids: Vec<String> = self.pages.iter().map(|page| format!("{page} 0 R")).collect();
        self.objects[1] = format!("<< /Type /Pages /Kids [{}] /Count {} >>", kids.join(" "), kids.len()).into_bytes();
        let mut catalogue = "<< /Type /Catalog /Pages 2 0 R".to_owned();
        if !outline.is_empty() {
            let outline = self.add_outline(outline);
            let _ = write!(catalogue, " /Outlines {outline} 0 R");
        }
        self.objects[0] = (catalogue + " >>").into_bytes();
        let entries = self.information.iter().filter(|(_, value)| !value.is_empty());
        let information: Vec<String> = entries.map(|(key, value)| format!("/{key} {}", self.text(value))).collect();
        let information = self.add(format!("<< {} >>", information.join(" ")));
        let id = hexadecimal(&self.id);
        let mut trailer = format!("/Root 1 0 R /Info {information} 0 R /ID [{id} {id}]");
        if let Some(encryption) = &self.encryption {
            let dictionary = encryption.dictionary();
            let encryption = self.add(dictionary);
            let _ = write!(trailer, " /Encrypt {encryption} 0 R");
        }

        let mut file = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n".to_vec();
        let mut table = String::new();
        for (index, object) in self.objects.iter().enumerate() {
            let _ = writeln!(table, "{:010} 00000 n ", file.len());
            file.extend(format!("{} 0 obj\n", index + 1).bytes());
            file.extend(object);
            file.extend(b"\nendobj\n");
        }
        let (start, size) = (file.len(), self.objects.len() + 1);
        let end = format!(
            "xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} {trailer} >>\nstartxref\n{start}\n%%EOF\n"
        );
        file.extend(end.bytes());
        file
    }
}

/// A PDF string in hexadecimal form.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("<{digits}>")
}

/// The inside of a literal string in a content stream: `WinAnsi`, everything but plain ASCII as an octal escape.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '(' | ')' | '\\' => escaped.extend(['\\', character]),
            ' '..='~' => escaped.push(character),
            _ => {
                let _ = write!(escaped, "\\{:03o}", super::metrics::code(character));
            }
        }
    }
    escaped
}
