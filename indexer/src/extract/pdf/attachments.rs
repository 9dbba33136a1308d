//! Files attached to a PDF: those of the document's name tree, of portfolios, and those pinned to a page.
//!
//! An attachment is named in a file specification (ISO 32000-2, 7.11.3) and kept in an embedded file stream (7.11.4). One
//! named in several places is handed out once. Specifications that name a file outside the document are not followed.

use std::collections::HashSet;

use hayro_syntax::Pdf;
use hayro_syntax::object::{self, Array, Dict, Name, ObjectIdentifier, Stream};
use redwell_model::{ExceptionKind, ProcessingException, Stage};

use super::decoded_size::decoded_size;
use super::{document_info, first_reader, pdf_string};
use crate::extract::embedded::Embedded;

/// Deepest name tree followed; writers make them two or three levels deep.
const MOST_DEPTH: usize = 32;
/// Most nodes and names looked at.
const MOST_NODES: usize = 100_000;

/// Hands out what is attached; says what could not be.
pub(super) fn hand_out(pdf: &Pdf, embedded: &mut Embedded<'_>) -> Vec<ProcessingException> {
    let mut walk = Walk { embedded, seen: HashSet::new(), nodes: 0, exceptions: Vec::new() };
    if let Some(catalogue) = pdf.xref().get::<Dict<'_>>(pdf.xref().root_id()) {
        if let Some(tree) =
            catalogue.get::<Dict<'_>>(b"Names").and_then(|names| names.get::<Dict<'_>>(b"EmbeddedFiles"))
        {
            walk.names(&tree, MOST_DEPTH);
        }
        walk.associated(&catalogue);
    }
    for page in pdf.pages().iter() {
        walk.associated(page.raw());
        let Some(annotations) = page.raw().get::<Array<'_>>(b"Annots") else { continue };
        for annotation in annotations.iter::<Dict<'_>>() {
            let is_file = annotation.get::<Name<'_>>(b"Subtype").is_some_and(|kind| kind.as_ref() == b"FileAttachment");
            if let Some(file) = annotation.get::<Dict<'_>>(b"FS").filter(|_| is_file) {
                walk.file(&file, None);
            }
        }
    }
    walk.exceptions
}

struct Walk<'e, 'o> {
    embedded: &'e mut Embedded<'o>,
    seen: HashSet<ObjectIdentifier>,
    nodes: usize,
    exceptions: Vec<ProcessingException>,
}

impl Walk<'_, '_> {
    /// A node of a name tree (7.9.6): names with their values, or nodes below.
    fn names(&mut self, node: &Dict<'_>, depth: usize) {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            return;
        }
        if let Some(pairs) = node.get::<Array<'_>>(b"Names") {
            let mut pairs = pairs.flex_iter();
            while let Some(key) = pairs.next::<object::String<'_>>() {
                self.nodes += 1;
                let Some(file) = pairs.next::<Dict<'_>>().filter(|_| self.nodes <= MOST_NODES) else { return };
                self.file(&file, Some(pdf_string::decode(key.as_bytes())));
            }
        }
        if let Some(kids) = node.get::<Array<'_>>(b"Kids").filter(|_| depth > 0) {
            kids.iter::<Dict<'_>>().for_each(|kid| self.names(&kid, depth - 1));
        }
    }

    /// Files associated with an object (14.13), such as the XML of an electronic invoice.
    fn associated(&mut self, owner: &Dict<'_>) {
        if let Some(files) = owner.get::<Array<'_>>(b"AF") {
            files.iter::<Dict<'_>>().take(MOST_NODES).for_each(|file| self.file(&file, None));
        }
    }

    /// What a file specification embeds.
    fn file(&mut self, specification: &Dict<'_>, key: Option<String>) {
        const KEYS: [&[u8]; 5] = [b"UF", b"F", b"Unix", b"DOS", b"Mac"];
        let Some(streams) = specification.get::<Dict<'_>>(b"EF") else { return };
        let Some(stream) = KEYS.into_iter().find_map(|key| streams.get::<Stream<'_>>(key)) else { return };
        if !self.seen.insert(stream.obj_id()) {
            return;
        }
        let name = KEYS
            .into_iter()
            .find_map(|key| specification.get::<object::String<'_>>(key))
            .map(|name| pdf_string::decode(name.as_bytes()))
            .or(key)
            .unwrap_or_default();
        if decoded_size(&stream) > self.embedded.bytes_left() {
            self.embedded.stop();
            return;
        }
        match stream.decoded() {
            Ok(content) => {
                let modified = stream
                    .dict()
                    .get::<Dict<'_>>(b"Params")
                    .and_then(|parameters| parameters.get::<object::String<'_>>(b"ModDate"))
                    .and_then(|date| document_info::moment_of(date.as_bytes()));
                self.embedded.attached(&name, content.into_owned(), modified);
            }
            Err(_) => self.exceptions.push(ProcessingException::new(
                Stage::Expand,
                ExceptionKind::PartLost,
                first_reader::NAME,
                format!("the attached file `{name}` is damaged and could not be taken out"),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::extract::pdf::extract;
    use crate::extract::pdf::fixture::Fixture;
    use crate::extract::recognition::unavailable;
    use crate::extract::{Extracted, Input, Options};

    /// The names, contents and times of what is attached.
    fn attached(fixture: Fixture) -> (Vec<(String, String, String)>, Extracted) {
        let bytes = fixture.build();
        let mut children = Vec::new();
        let options = Options::default();
        let extracted =
            extract(&Input { name: "a.pdf", bytes: &bytes, options: &options }, &mut unavailable, &mut |child| {
                let modified = child.modified.map(|at| at.to_string()).unwrap_or_default();
                children.push((child.name, String::from_utf8(child.bytes).unwrap(), modified));
            });
        (children, extracted)
    }

    #[test]
    fn attached_files_are_handed_out_once() {
        let mut fixture = Fixture::new();
        let file = fixture.stream("/Type/EmbeddedFile/Params<</ModDate(D:20210304050607Z)>>", "buy 5");
        let pinned = fixture.stream("/Type/EmbeddedFile", "sell 3");
        let order = fixture.object(&format!("<</Type/Filespec/F(x.txt)/UF(../order.txt)/EF<</F {file} 0 R>>>>"));
        let note = fixture.object(&format!(
            "<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]/FS<</Type/Filespec/F(note.txt)/EF<</F {pinned} 0 R>>>>>>"
        ));
        let outside = fixture.object("<</Type/Filespec/F(/etc/passwd)>>");
        let kid = fixture.object(&format!("<</Names[(order){order} 0 R(outside){outside} 0 R(again){order} 0 R]>>"));
        let fixture = fixture
            .catalogue(&format!("/Names<</EmbeddedFiles<</Kids[{kid} 0 R]>>>>/AF[{order} 0 R]"))
            .page_with("BT /F1 10 Tf 72 720 Td (see the order) Tj ET", &format!("/Annots[{note} 0 R]"), "");
        let (children, extracted) = attached(fixture);
        let told: Vec<[&str; 3]> = children.iter().map(|(name, content, at)| [&**name, &**content, &**at]).collect();
        assert_eq!(told, [["order.txt", "buy 5", "2021-03-04T05:06:07Z"], ["note.txt", "sell 3", ""]]);
        assert_eq!(extracted.text, "see the order");
        assert_eq!(extracted.metadata.other["embedded_files"], "2");
    }

    #[test]
    fn name_trees_that_loop_end() {
        let mut fixture = Fixture::new();
        let tree = fixture.objects_so_far() + 1;
        fixture.object(&format!("<</Kids[{tree} 0 R {tree} 0 R]>>"));
        let (children, extracted) =
            attached(fixture.catalogue(&format!("/Names<</EmbeddedFiles {tree} 0 R>>")).page(""));
        assert!(children.is_empty() && extracted.exceptions.is_empty());
    }
}
