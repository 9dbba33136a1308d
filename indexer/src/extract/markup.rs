//! One way to walk XML that nobody vouched for: events until the end or the first fault, never a panic, never an
//! expanded entity, never recursion.

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// Walks a document. After a fault it reports the end, and [`Markup::error_position`] tells.
#[derive(Debug)]
pub struct Markup<'x> {
    reader: Reader<&'x [u8]>,
    error_position: Option<u64>,
    /// Elements open now.
    depth: u64,
}

impl<'x> Markup<'x> {
    /// Walks what an office program wrote: end tags that do not match are let pass.
    #[must_use]
    pub fn lenient(xml: &'x str) -> Self {
        let mut markup = Self::strict(xml);
        let config = markup.reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        markup
    }

    /// Walks a document that must be XML.
    #[must_use]
    pub fn strict(xml: &'x str) -> Self {
        let mut reader = Reader::from_str(xml);
        reader.config_mut().allow_dangling_amp = true;
        Self { reader, error_position: None, depth: 0 }
    }

    /// The next event; the end after a fault.
    pub fn event(&mut self) -> Event<'x> {
        if self.error_position.is_some() {
            return Event::Eof;
        }
        match self.reader.read_event() {
            Ok(event) => {
                match event {
                    Event::Start(_) => self.depth += 1,
                    Event::End(_) => self.depth = self.depth.saturating_sub(1),
                    Event::Eof if self.depth > 0 => self.error_position = Some(self.reader.buffer_position()),
                    _ => {}
                }
                event
            }
            Err(_) => {
                self.error_position = Some(self.reader.error_position());
                Event::Eof
            }
        }
    }

    /// Where the document stopped being XML, in bytes, if it did.
    #[must_use]
    pub fn error_position(&self) -> Option<u64> {
        self.error_position
    }
}

/// The value of an attribute by its local name, with references resolved.
#[must_use]
pub fn attribute(element: &BytesStart<'_>, local_name: &str) -> Option<String> {
    let found = element
        .attributes()
        .with_checks(false)
        .filter_map(Result::ok)
        .find(|attribute| attribute.key.local_name().as_ref() == local_name.as_bytes())?;
    let value = String::from_utf8_lossy(&found.value).into_owned();
    Some(found.unescape_value().map_or(value, std::borrow::Cow::into_owned))
}

/// Gives the text of `&name;`: the five names XML defines and character references; others stay as written.
pub fn push_reference(reference: &BytesRef<'_>, push: &mut dyn FnMut(&str)) {
    if let Ok(Some(c)) = reference.resolve_char_ref() {
        push(c.encode_utf8(&mut [0; 4]));
        return;
    }
    match &**reference {
        b"amp" => push("&"),
        b"lt" => push("<"),
        b"gt" => push(">"),
        b"quot" => push("\""),
        b"apos" => push("'"),
        b"nbsp" => push("\u{a0}"),
        name => push(&format!("&{};", String::from_utf8_lossy(name))),
    }
}
