//! Text in the `DrawingML` of Office Open XML packages: slides, notes, comments, text boxes, diagrams and charts.

use quick_xml::events::{BytesStart, Event};

use super::body::Body;
use super::markup::{Markup, attribute, push_reference};

/// The text of one part: paragraphs, tables, and the words charts and comments keep.
#[must_use]
pub fn text_of(xml: &str, limit: usize) -> String {
    read(xml, limit, Shown::All)
}

/// The text of the notes to a slide, without the number of the slide: notes that hold nothing else are none.
#[must_use]
pub fn notes_of(xml: &str, limit: usize) -> String {
    read(xml, limit, Shown::AllButNumbers)
}

/// The text of a master or layout that every slide made with it shows: that of shapes which are no placeholders, whose words
/// only ask for some.
#[must_use]
pub fn static_text_of(xml: &str, limit: usize) -> String {
    read(xml, limit, Shown::Static)
}

/// What of a part is its text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shown {
    /// All of it.
    All,
    /// All but fields that show the number of the slide.
    AllButNumbers,
    /// The same, without what stands in placeholders.
    Static,
}

fn read(xml: &str, limit: usize, shown: Shown) -> String {
    let only_static = shown == Shown::Static;
    let mut markup = Markup::lenient(xml);
    let mut reader = Reader { body: Body::new(limit), in_text: 0, in_words: false, skipped: 0 };
    // Of each open shape, whether it is a placeholder: told before its text begins.
    let mut shapes: Vec<bool> = Vec::new();
    while !reader.body.is_full() {
        match markup.event() {
            Event::Start(_) if reader.skipped > 0 => reader.skipped += 1,
            Event::End(_) if reader.skipped > 0 => reader.skipped -= 1,
            Event::Eof => break,
            _ if reader.skipped > 0 => {}
            Event::Start(element) if only_static && element.local_name().as_ref() == b"sp" => shapes.push(false),
            Event::End(element) if only_static && element.local_name().as_ref() == b"sp" => drop(shapes.pop()),
            Event::Start(element) | Event::Empty(element) if only_static && element.local_name().as_ref() == b"ph" => {
                shapes.last_mut().into_iter().for_each(|is_placeholder| *is_placeholder = true);
            }
            Event::Start(element)
                if shapes.last() == Some(&true) && matches!(element.local_name().as_ref(), b"txBody" | b"tbl") =>
            {
                reader.skipped = 1;
            }
            Event::Start(element) if shown != Shown::All && is_slide_number(&element) => reader.skipped = 1,
            Event::Start(element) => reader.start(&element),
            Event::Empty(element) if element.local_name().as_ref() == b"br" => reader.body.line_break(),
            Event::End(element) => reader.end(element.local_name().as_ref()),
            Event::Text(text) if reader.in_text > 0 => reader.body.push(&String::from_utf8_lossy(&text)),
            Event::CData(text) if reader.in_text > 0 => reader.body.push(&String::from_utf8_lossy(&text)),
            Event::GeneralRef(reference) if reader.in_text > 0 => {
                push_reference(&reference, &mut |text| reader.body.push(text));
            }
            _ => {}
        }
    }
    reader.body.end_line();
    reader.body.finish()
}

struct Reader {
    body: Body,
    /// Open elements whose characters are text.
    in_text: u32,
    /// Inside a chart's cached words, as against its numbers.
    in_words: bool,
    /// Open elements inside one that is left out, itself included.
    skipped: u32,
}

impl Reader {
    fn start(&mut self, element: &BytesStart<'_>) {
        match element.local_name().as_ref() {
            b"t" | b"text" => self.in_text += 1,
            b"v" if self.in_words => self.in_text += 1,
            b"strCache" => self.in_words = true,
            b"tbl" => self.body.open_table(),
            b"br" => self.body.line_break(),
            // The second copy of a shape, kept for old programs.
            b"Fallback" => self.skipped = 1,
            _ => {}
        }
    }

    fn end(&mut self, name: &[u8]) {
        match name {
            b"t" => self.in_text = self.in_text.saturating_sub(1),
            b"v" | b"text" if self.in_text > 0 => {
                self.in_text -= 1;
                self.body.end_line();
            }
            b"strCache" => self.in_words = false,
            b"p" => self.body.line_break(),
            b"sp" => self.body.end_line(),
            b"tc" => self.body.end_cell(),
            b"tr" => self.body.end_row(),
            b"tbl" => self.body.close_table(),
            _ => {}
        }
    }
}

/// Whether an element is a field that shows the number of its slide.
fn is_slide_number(element: &BytesStart<'_>) -> bool {
    element.local_name().as_ref() == b"fld" && attribute(element, "type").is_some_and(|kind| kind == "slidenum")
}
