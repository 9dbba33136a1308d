//! Comments on slides, of both kinds: those of old, and modern ones with replies.

use std::collections::BTreeMap;

use quick_xml::events::Event;

use crate::extract::body::Body;
use crate::extract::mark::{By, Tally, marked};
use crate::extract::markup::{Markup, attribute, push_reference};
use crate::extract::package::Package;
use crate::extract::properties;

/// Who comments, by identifier.
#[derive(Debug, Default)]
pub(super) struct Authors(BTreeMap<String, String>);

impl Authors {
    /// Reads the lists of authors a presentation names.
    pub(super) fn of(package: &mut Package<'_>, main: &str) -> Self {
        let mut names: Vec<String> = properties::relationships(package, main)
            .into_iter()
            .filter(|(_, kind, _)| kind.ends_with("/commentAuthors") || kind.ends_with("/authors"))
            .map(|(_, _, target)| target)
            .collect();
        names.extend(["ppt/commentAuthors.xml".to_owned(), "ppt/authors.xml".to_owned()]);
        let mut authors = BTreeMap::new();
        for name in names {
            let Some(xml) = package.text(&name) else { continue };
            let mut markup = Markup::lenient(&xml);
            loop {
                match markup.event() {
                    Event::Start(element) | Event::Empty(element)
                        if matches!(element.local_name().as_ref(), b"cmAuthor" | b"author") =>
                    {
                        let id = attribute(&element, "id").unwrap_or_default();
                        authors.insert(id, attribute(&element, "name").unwrap_or_default());
                    }
                    Event::Eof => break,
                    _ => {}
                }
            }
        }
        Self(authors)
    }

    /// The comments of a part, each marked, a line each.
    pub(super) fn comments(&self, xml: &str, limit: usize, tally: &mut Tally) -> String {
        let mut markup = Markup::lenient(xml);
        let (mut lines, mut bytes) = (Vec::new(), 0);
        // Replies stand inside the comment they answer, in front of its text: each line knows its place.
        let mut open: Vec<(&str, By, Body, usize)> = Vec::new();
        let mut in_text = 0_u32;
        let mut finish = |lines: &mut Vec<String>, (what, by, body, place): (&str, By, Body, usize)| {
            let comment = marked(what, &by, &body.finish());
            if !comment.is_empty() && bytes < limit {
                tally.count("comments");
                bytes += comment.len() + 1;
                lines.insert(place, comment);
            }
        };
        loop {
            match markup.event() {
                Event::Start(element) => match element.local_name().as_ref() {
                    name @ (b"cm" | b"reply") => {
                        let author = attribute(&element, "authorId").and_then(|id| self.0.get(&id));
                        let date = attribute(&element, "dt").or_else(|| attribute(&element, "created"));
                        let by = By::new(author.map(String::as_str), date.as_deref());
                        open.push((if name == b"cm" { "Comment" } else { "Reply" }, by, Body::new(limit), lines.len()));
                    }
                    b"t" | b"text" => in_text += 1,
                    _ => {}
                },
                Event::End(element) => match element.local_name().as_ref() {
                    b"cm" | b"reply" => {
                        if let Some(comment) = open.pop() {
                            finish(&mut lines, comment);
                        }
                    }
                    b"t" | b"text" => in_text = in_text.saturating_sub(1),
                    b"p" => {
                        if let Some((_, _, body, _)) = open.last_mut() {
                            body.end_line();
                        }
                    }
                    _ => {}
                },
                Event::Text(text) if in_text > 0 => {
                    if let Some((_, _, body, _)) = open.last_mut() {
                        body.push(&String::from_utf8_lossy(&text));
                    }
                }
                Event::GeneralRef(reference) if in_text > 0 => {
                    if let Some((_, _, body, _)) = open.last_mut() {
                        push_reference(&reference, &mut |text| body.push(text));
                    }
                }
                Event::Eof => break,
                _ => {}
            }
        }
        while let Some(comment) = open.pop() {
            finish(&mut lines, comment);
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(xml: &str, expected: &str) {
        let authors = Authors(BTreeMap::from([("{A}".to_owned(), "Ann".to_owned())]));
        assert_eq!(authors.comments(xml, 1000, &mut Tally::default()), expected, "{xml}");
    }

    #[test]
    fn replies_follow_what_they_answer() {
        check(
            "<c><p188:cm authorId=\"{A}\" created=\"2020-01-02T03:04:05\"><p188:replyLst><p188:reply authorId=\"{B}\" created=\"2020-01-03T03:04:05\"><p188:txBody><a:p><a:r><a:t>no</a:t></a:r></a:p></p188:txBody></p188:reply></p188:replyLst><p188:txBody><a:p><a:r><a:t>R&amp;D?</a:t></a:r></a:p></p188:txBody></p188:cm></c>",
            "[Comment by Ann, 2020-01-02: R&D?]\n[Reply, 2020-01-03: no]",
        );
        check("<c><p:cm><p:text>a", "[Comment: a]");
    }
}
