//! Styles of things an OpenDocument file does not show: hidden text, sheets and slides.

use std::collections::BTreeSet;

use quick_xml::events::{BytesStart, Event};

use crate::extract::markup::{Markup, attribute};

/// Names of styles that hide what they are given to.
#[derive(Debug, Default)]
pub(super) struct Hidden(BTreeSet<String>);

impl Hidden {
    /// Reads the styles of a part; styles based on a hidden one that is known are hidden too.
    pub(super) fn read(&mut self, xml: &str) {
        if !["display=\"none\"", "display=\"false\"", "visibility=\"hidden\""].iter().any(|mark| xml.contains(mark)) {
            return;
        }
        let mut markup = Markup::lenient(xml);
        let mut name = String::new();
        loop {
            match markup.event() {
                Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                    b"style" => {
                        name = attribute(&element, "name").unwrap_or_default();
                        if attribute(&element, "parent-style-name").is_some_and(|parent| self.0.contains(&parent)) {
                            self.0.insert(name.clone());
                        }
                    }
                    b"text-properties" | b"table-properties" | b"drawing-page-properties" if hides(&element) => {
                        self.0.insert(name.clone());
                    }
                    // The body of a document holds no styles.
                    b"body" => return,
                    _ => {}
                },
                Event::Eof => return,
                _ => {}
            }
        }
    }

    /// Whether an element has a style that hides it.
    pub(super) fn has(&self, element: &BytesStart<'_>) -> bool {
        !self.0.is_empty() && attribute(element, "style-name").is_some_and(|style| self.0.contains(&style))
    }
}

fn hides(properties: &BytesStart<'_>) -> bool {
    attribute(properties, "display").is_some_and(|display| display == "none" || display == "false")
        || attribute(properties, "visibility").is_some_and(|visibility| visibility == "hidden")
}
