//! Writes the small PDFs the tests read: as few objects as show the case, and nothing compressed, so that a failing one
//! can be printed and looked at.

use std::fmt::Write;

/// A PDF in the making. Object 1 is the catalogue, 2 the page tree, 3 the font `F1` (Helvetica).
pub(super) struct Fixture {
    objects: Vec<String>,
    pages: Vec<usize>,
    catalogue: String,
    trailer: String,
}

impl Fixture {
    pub(super) fn new() -> Self {
        let font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>";
        Self {
            objects: vec![String::new(), String::new(), font.to_owned()],
            pages: Vec::new(),
            catalogue: String::new(),
            trailer: String::new(),
        }
    }

    /// How many objects there are; the next one added has the number after it.
    pub(super) fn objects_so_far(&self) -> usize {
        self.objects.len()
    }

    /// Adds an object and returns its number.
    pub(super) fn object(&mut self, body: &str) -> usize {
        self.objects.push(body.to_owned());
        self.objects.len()
    }

    /// Adds a stream and returns its number.
    pub(super) fn stream(&mut self, entries: &str, content: &str) -> usize {
        self.object(&format!("<<{entries}/Length {}>>stream\n{content}\nendstream", content.len()))
    }

    /// Adds a page that shows this content in `F1`.
    pub(super) fn page(self, content: &str) -> Self {
        self.page_with(content, "", "")
    }

    /// Adds a page with more entries, and more resources, than the usual.
    pub(super) fn page_with(mut self, content: &str, entries: &str, resources: &str) -> Self {
        let content = self.stream("", content);
        let media = if entries.contains("/MediaBox") { "" } else { "/MediaBox[0 0 612 792]" };
        let fonts = if resources.contains("/Font") { "" } else { "/Font<</F1 3 0 R>>" };
        let page = self.object(&format!(
            "<</Type/Page/Parent 2 0 R{media}{entries}/Resources<<{fonts}{resources}>>/Contents {content} 0 R>>"
        ));
        self.pages.push(page);
        self
    }

    /// Adds entries to the catalogue.
    pub(super) fn catalogue(mut self, entries: &str) -> Self {
        self.catalogue.push_str(entries);
        self
    }

    /// Adds entries to the trailer.
    pub(super) fn trailer(mut self, entries: &str) -> Self {
        self.trailer.push_str(entries);
        self
    }

    /// The file. More kids than pages can be given to the page tree.
    pub(super) fn build_with_kids(mut self, more_kids: &str) -> Vec<u8> {
        let kids: String = self.pages.iter().map(|page| format!("{page} 0 R ")).collect();
        self.objects[0] = format!("<</Type/Catalog/Pages 2 0 R{}>>", self.catalogue);
        self.objects[1] = format!("<</Type/Pages/Kids[{kids}{more_kids}]/Count {}>>", self.pages.len());
        let mut file = "%PDF-1.7\n".to_owned();
        let mut table = String::new();
        for (number, body) in (1..).zip(&self.objects) {
            let _ = writeln!(table, "{:010} 00000 n ", file.len());
            let _ = write!(file, "{number} 0 obj\n{body}\nendobj\n");
        }
        let size = self.objects.len() + 1;
        let at = file.len();
        let _ = write!(
            file,
            "xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<</Root 1 0 R/Size {size}{}>>\nstartxref\n{at}\n%%EOF\n",
            self.trailer
        );
        file.into_bytes()
    }

    pub(super) fn build(self) -> Vec<u8> {
        self.build_with_kids("")
    }
}
