//! Where something hidden begins and ends in a stream of tags.
//!
//! There is no tree: outside of what is hidden only the number of open elements of each name is kept, inside it their
//! names in order, as far as needed to tell by which end tag, given or implied, the hidden element ends.

use std::collections::HashMap;

use html5ever::LocalName;

use super::style::Look;

/// Most elements inside a hidden one whose names are kept.
const MOST_OPEN: usize = 10_000;

/// How far back the beginning of an element is looked for.
const FARTHEST: usize = 256;

/// Which elements are open, as far as something hidden depends on it.
#[derive(Debug, Default)]
pub(super) struct Hiding {
    /// How many elements of each name are open outside of anything hidden. Never walked through.
    outside: HashMap<LocalName, u32>,
    /// The hidden element and those open in it.
    open: Vec<Element>,
}

#[derive(Debug)]
struct Element {
    name: LocalName,
    gone: bool,
    invisible: bool,
}

impl Hiding {
    /// Whether an element that hides something is open, though its children may be seen.
    pub(super) fn is_open(&self) -> bool {
        !self.open.is_empty()
    }

    /// Whether what comes next is not seen.
    pub(super) fn is_hidden(&self) -> bool {
        self.open.last().is_some_and(|element| element.gone || element.invisible)
    }

    /// Notes that an element begins.
    pub(super) fn start(&mut self, name: &LocalName, look: Look) {
        let (gone, invisible) = self.open.last().map_or((false, false), |parent| (parent.gone, parent.invisible));
        let element = Element {
            name: name.clone(),
            gone: gone || look.gone == Some(true),
            invisible: look.invisible.unwrap_or(invisible),
        };
        if self.open.is_empty() && !element.gone && !element.invisible {
            *self.outside.entry(name.clone()).or_insert(0) += 1;
        } else if self.open.len() < MOST_OPEN {
            self.open.push(element);
        }
    }

    /// Ends what cannot hold an element of this name, as the beginning of a row ends the cell before it.
    pub(super) fn end_implied(&mut self, beginning: &str) {
        if self.open.is_empty() {
            return;
        }
        let (ended, inside): (&[&str], &[&str]) = match beginning {
            "li" => (&["li"], &["ul", "ol", "menu", "dir"]),
            "dt" | "dd" => (&["dt", "dd"], &["dl"]),
            "option" | "optgroup" => (&["option"], &["select", "datalist"]),
            "td" | "th" => (&["td", "th"], &["table"]),
            "tr" => (&["tr"], &["table"]),
            "tbody" | "thead" | "tfoot" => (&["tbody", "thead", "tfoot", "caption"], &["table"]),
            name if super::is_paragraph(name)
                || super::is_block(name)
                || matches!(name, "table" | "ul" | "ol" | "pre") =>
            {
                (&["p"], &["td", "th", "table", "button", "caption", "object", "template"])
            }
            _ => return,
        };
        let recent = self.open.iter().enumerate().rev().take(FARTHEST);
        let found = recent.take_while(|(_, element)| !inside.contains(&&*element.name));
        if let Some(at) = found.filter(|(_, element)| ended.contains(&&*element.name)).map(|(at, _)| at).last() {
            self.open.truncate(at);
        }
    }

    /// Notes an end tag that ends what is around the hidden element, and this with it; whether it is one.
    pub(super) fn ends_around(&mut self, name: &LocalName) -> bool {
        // A stray `</b>` ends no paragraph; the end of something that holds paragraphs ends what is in it.
        if self.open.is_empty() || self.last_of(name).is_some() || !ends_what_it_holds(name) {
            return false;
        }
        let Some(count) = self.outside.get_mut(name).filter(|count| **count > 0) else { return false };
        *count -= 1;
        self.open.clear();
        true
    }

    /// Notes any other end tag.
    pub(super) fn end(&mut self, name: &LocalName) {
        if self.open.is_empty() {
            if let Some(count) = self.outside.get_mut(name) {
                *count = count.saturating_sub(1);
            }
        } else if let Some(at) = self.last_of(name) {
            self.open.truncate(at);
        }
    }

    fn last_of(&self, name: &LocalName) -> Option<usize> {
        let recent = self.open.iter().enumerate().rev().take(FARTHEST);
        recent.filter(|(_, element)| element.name == *name).map(|(at, _)| at).next()
    }
}

fn ends_what_it_holds(name: &str) -> bool {
    super::is_paragraph(name)
        || super::is_block(name)
        || matches!(name, "table" | "tr" | "td" | "th" | "ul" | "ol" | "menu" | "dir" | "li" | "pre" | "html")
}

/// Whether an element of this name never has content.
pub(super) fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "br"
            | "col"
            | "embed"
            | "hr"
            | "img"
            | "input"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}
