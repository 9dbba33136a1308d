//! Lists of an OpenDocument text: which paragraph is an item of which list, and so what number it has (ODF 1.3, 5.3, 16.30).
//!
//! Headings that stand in no list are numbered by the document's outline. Counting itself is the business of
//! [`crate::extract::numbering`].

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, Event};

use crate::extract::markup::{Markup, attribute};
use crate::extract::numbering::{Counted, LEVELS, Level, List, Numbering, Numeral, Piece, Suffix, form};

/// Most lists that others may go on with.
const MOST_LISTS: usize = 50_000;

/// The lists of a document and where its reading stands in them.
#[derive(Debug, Default)]
pub(super) struct Lists {
    numbering: Numbering,
    /// Numbers of list styles by their names; the outline has the empty one.
    styles: BTreeMap<String, u32>,
    /// The lists so far, and which of them has an identifier or was the last of its style.
    counted: Vec<Counted>,
    by_id: BTreeMap<String, usize>,
    by_style: BTreeMap<String, usize>,
    current: usize,
    outline: Counted,
    /// The styles of the open lists.
    open: Vec<Option<u32>>,
    /// The open item has not begun its first paragraph yet; with the number it says it has.
    waiting: Option<Option<u32>>,
}

impl Lists {
    /// Reads the list styles of a part.
    pub(super) fn read(&mut self, xml: &str) {
        let mut markup = Markup::lenient(xml);
        let mut reading: Option<(u32, usize, Level)> = None;
        let mut style = None;
        loop {
            match markup.event() {
                Event::Start(element) => self.style_element(&element, &mut style, &mut reading),
                Event::Empty(element) => {
                    self.style_element(&element, &mut style, &mut reading);
                    self.end_level(element.local_name().as_ref(), &mut reading);
                }
                Event::End(element) => match element.local_name().as_ref() {
                    b"list-style" | b"outline-style" => style = None,
                    name => self.end_level(name, &mut reading),
                },
                Event::Eof => return,
                _ => {}
            }
        }
    }

    fn style_element(
        &mut self,
        element: &BytesStart<'_>,
        style: &mut Option<u32>,
        reading: &mut Option<(u32, usize, Level)>,
    ) {
        let name = element.local_name();
        match name.as_ref() {
            b"list-style" | b"outline-style" => {
                let name = match name.as_ref() {
                    b"list-style" => attribute(element, "name").unwrap_or_default(),
                    _ => String::new(),
                };
                let number = u32::try_from(self.styles.len()).unwrap_or(u32::MAX);
                let number = *self.styles.entry(name).or_insert(number);
                self.numbering.lists.insert(number, List { form: number, ..List::default() });
                *style = Some(number);
            }
            b"list-level-style-number" | b"list-level-style-bullet" | b"outline-level-style" => {
                let at = attribute(element, "level").and_then(|level| level.parse::<usize>().ok()).unwrap_or(1);
                if let Some(style) = style {
                    *reading = Some((*style, at.saturating_sub(1), level(element, at)));
                }
            }
            b"list-level-label-alignment" => {
                if let Some((_, _, level)) = reading {
                    level.suffix = match attribute(element, "label-followed-by").as_deref() {
                        Some("space") => Suffix::Space,
                        Some("nothing") => Suffix::Nothing,
                        _ => Suffix::Tab,
                    };
                }
            }
            _ => {}
        }
    }

    fn end_level(&mut self, name: &[u8], reading: &mut Option<(u32, usize, Level)>) {
        if matches!(name, b"list-level-style-number" | b"list-level-style-bullet" | b"outline-level-style")
            && let Some((style, at, level)) = reading.take()
        {
            self.numbering.forms.entry(style).or_default().insert(at, level);
        }
    }

    /// A list begins.
    pub(super) fn start_list(&mut self, element: &BytesStart<'_>) {
        let named = attribute(element, "style-name");
        let style = named.as_ref().and_then(|name| self.styles.get(name)).copied();
        if self.open.is_empty() {
            let goes_on = attribute(element, "continue-numbering").is_some_and(|on| on == "true");
            let key = named.unwrap_or_default();
            let before = match attribute(element, "continue-list") {
                Some(id) => self.by_id.get(&id).copied(),
                None if goes_on => self.by_style.get(&key).copied(),
                None => None,
            };
            self.current = before.unwrap_or(self.counted.len());
            if before.is_none() && self.counted.len() < MOST_LISTS {
                self.counted.push(Counted::default());
            }
            self.by_style.insert(key, self.current);
            self.by_id.extend(attribute(element, "id").map(|id| (id, self.current)));
        }
        // A list inside a list looks like that around it.
        self.open.push(style.or(self.open.last().copied().flatten()));
    }

    pub(super) fn end_list(&mut self) {
        self.open.pop();
        self.waiting = None;
    }

    /// An item begins.
    pub(super) fn start_item(&mut self, element: &BytesStart<'_>) {
        self.waiting = Some(attribute(element, "start-value").and_then(|value| value.parse().ok()));
    }

    /// The number of a paragraph or heading that begins; empty for none.
    pub(super) fn number(&mut self, element: &BytesStart<'_>) -> String {
        let is_header = attribute(element, "is-list-header").is_some_and(|on| on == "true");
        if let (Some(Some(style)), Some(start)) = (self.open.last(), self.waiting.take()) {
            let Some(counted) = self.counted.get_mut(self.current).filter(|_| !is_header) else {
                return String::new();
            };
            return self.numbering.next_from(counted, *style, self.open.len() - 1, start);
        }
        if element.local_name().as_ref() != b"h" || is_header || !self.open.is_empty() {
            return String::new();
        }
        let Some(outline) = self.styles.get("") else { return String::new() };
        let level = attribute(element, "outline-level").and_then(|level| level.parse::<usize>().ok()).unwrap_or(1);
        self.numbering.next(&mut self.outline, *outline, level.saturating_sub(1))
    }
}

/// The level a style element describes; `at` counts from 1.
fn level(element: &BytesStart<'_>, at: usize) -> Level {
    let said = |name| attribute(element, name).unwrap_or_default();
    let start = attribute(element, "start-value").and_then(|start| start.parse().ok()).unwrap_or(1);
    let is_bullet = element.local_name().as_ref() == b"list-level-style-bullet";
    let numeral = match said("num-format").as_str() {
        _ if is_bullet => Numeral::Bullet,
        "" => Numeral::None,
        "a" => Numeral::LowerLetter,
        "A" => Numeral::UpperLetter,
        "i" => Numeral::LowerRoman,
        "I" => Numeral::UpperRoman,
        "1st" => Numeral::Ordinal,
        "01" => Numeral::DecimalZero,
        _ => Numeral::Decimal,
    };
    let written = said("num-list-format");
    let pieces = if is_bullet {
        vec![Piece::Text(said("bullet-char").chars().take(10).collect())]
    } else if numeral == Numeral::None {
        // Without a number of its own a level shows none of the others either.
        form(&format!("{}{}", said("num-prefix"), said("num-suffix")))
    } else if written.is_empty() {
        let shown = attribute(element, "display-levels").and_then(|shown| shown.parse().ok()).unwrap_or(1);
        let mut pieces = vec![Piece::Text(said("num-prefix"))];
        for upper in at.saturating_sub(shown).min(LEVELS)..at.min(LEVELS) {
            if pieces.len() > 1 {
                pieces.push(Piece::Text(".".to_owned()));
            }
            pieces.push(Piece::Number(upper));
        }
        pieces.push(Piece::Text(said("num-suffix")));
        pieces
    } else {
        // `%1%.%2%`: the second sign only ends the first.
        let mut signs = written.split('%');
        let mut plain = signs.next().unwrap_or_default().to_owned();
        for (n, part) in signs.enumerate() {
            if n % 2 == 0 {
                plain.push('%');
            }
            plain.push_str(part);
        }
        form(&plain)
    };
    Level { start, numeral, form: pieces, ..Level::default() }
}

#[cfg(test)]
mod tests {
    use crate::extract::tests::{read_one, zip_of};
    use proptest::prelude::*;

    const STYLES: &str = r#"<office:styles>
        <text:outline-style style:name="Outline"><text:outline-level-style text:level="1" style:num-format="I" style:num-prefix="Article " style:num-suffix="."/><text:outline-level-style text:level="2" style:num-format=""/></text:outline-style>
        <text:list-style style:name="L1">
          <text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/>
          <text:list-level-style-number text:level="2" style:num-format="a" style:num-prefix="(" style:num-suffix=")"><style:list-level-properties><style:list-level-label-alignment text:label-followed-by="space"/></style:list-level-properties></text:list-level-style-number>
          <text:list-level-style-number text:level="3" style:num-format="1" text:display-levels="3"/>
        </text:list-style>
        <text:list-style style:name="L2"><text:list-level-style-bullet text:level="1" text:bullet-char="●"/></text:list-style>
        <text:list-style style:name="L3"><text:list-level-style-number text:level="1" loext:num-list-format="%1%)" style:num-format="1"/></text:list-style>
        </office:styles>"#;

    fn text(styles: &str, body: &str) -> String {
        let content = format!("<office:document-content><office:body>{body}</office:body></office:document-content>");
        let bytes = zip_of(&[
            ("mimetype", b"application/vnd.oasis.opendocument.text"),
            ("content.xml", content.as_bytes()),
            ("styles.xml", styles.as_bytes()),
        ]);
        read_one("a.odt", &bytes).text
    }

    fn check(body: &str, expected: &str) {
        let body = body
            .replace("<l", "<text:list")
            .replace("</l>", "</text:list>")
            .replace("<i", "<text:list-item")
            .replace("</i>", "</text:list-item>");
        assert_eq!(text(STYLES, &body).replace('\t', "~"), expected, "{body}");
    }

    #[test]
    fn items_count_level_by_level() {
        check(
            "<l text:style-name=\"L1\"><i><text:p>a</text:p><text:p>more</text:p></i><i><text:p>b</text:p><l><i><text:p>c</text:p><l><i><text:p>d</text:p></i></l></i><i><text:p>e</text:p></i></l></i><i text:start-value=\"9\"><text:p>f</text:p></i></l>",
            "1.~a\nmore\n2.~b\n(a) c\n2.a.1~d\n(b) e\n9.~f",
        );
        check(
            "<l text:style-name=\"L2\"><i><text:p>a</text:p></i></l><l text:style-name=\"L3\"><i><text:p>b</text:p></i></l>",
            "●~a\n1)~b",
        );
    }

    #[test]
    fn lists_go_on_where_they_say_so() {
        let list = |more: &str| format!("<l text:style-name=\"L1\" {more}><i><text:p>x</text:p></i></l>");
        let body = [
            list("xml:id=\"first\""),
            list(""),
            list("text:continue-numbering=\"true\""),
            list("text:continue-list=\"first\""),
        ];
        check(&body.concat(), "1.~x\n1.~x\n2.~x\n2.~x");
    }

    #[test]
    fn headings_follow_the_outline() {
        check(
            "<text:h text:outline-level=\"1\">A</text:h><text:h text:outline-level=\"2\">B</text:h><text:h text:outline-level=\"1\" text:is-list-header=\"true\">C</text:h><text:h text:outline-level=\"1\"><text:number>Article II.</text:number>D</text:h>",
            "Article I.~A\nB\nC\nArticle II.~D",
        );
    }

    proptest! {
        #[test]
        fn broken_styles_do_no_harm(at in 0_usize..2000, byte in 32_u8..127, cut in 20_usize..2000) {
            let mut bytes = STYLES.as_bytes().to_vec();
            let at = at % bytes.len();
            bytes[at] = byte;
            bytes.truncate(cut);
            let list = "<text:list text:style-name=\"L1\"><text:list-item><text:p>x</text:p>".repeat(12);
            text(&String::from_utf8_lossy(&bytes), &list);
        }
    }
}
