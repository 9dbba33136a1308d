//! Which list and level a paragraph of a Word document has, by itself or by its style (`numbering.xml`, `styles.xml`;
//! ISO 29500-1, 17.9). Counting and writing is the business of [`crate::extract::numbering`].

use std::collections::BTreeMap;

use quick_xml::events::{BytesStart, Event};

use super::field::ListNumber;
use super::story::is_on;
use crate::extract::markup::{Markup, attribute};
use crate::extract::numbering::{Counted, Form, LEVELS, Level, List, Numbering, Numeral, Suffix, form};

/// Styles based on styles: beyond this the chain goes round.
const LONGEST_CHAIN: usize = 20;

/// What a paragraph says of its number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Numbered {
    pub(super) style: Option<String>,
    /// Its list; 0 for none in spite of its style.
    pub(super) list: Option<u32>,
    pub(super) level: Option<usize>,
}

/// The lists of a document.
#[derive(Debug, Default)]
pub(super) struct Lists {
    numbering: Numbering,
    counted: Counted,
    styles: BTreeMap<String, Style>,
    /// The style of paragraphs that name none.
    ordinary: Option<String>,
    /// The levels of forms that are tied to a style.
    tied: BTreeMap<(u32, String), usize>,
    /// Forms that have a name, by which fields refer to them.
    named: BTreeMap<String, u32>,
    /// The list that was counted last, its level, and whether the paragraph itself is of it.
    last: Option<(u32, usize)>,
    is_in_list: bool,
}

/// The lists that fields number by although no document defines them; numbers of lists and forms alike.
const DEFAULTS: [(&str, u32); 3] =
    [("numberdefault", u32::MAX - 1), ("outlinedefault", u32::MAX - 2), ("legaldefault", u32::MAX - 3)];

#[derive(Debug, Default)]
struct Style {
    based_on: Option<String>,
    list: Option<u32>,
    level: Option<usize>,
}

impl Lists {
    /// Reads the lists and the styles that use them.
    pub(super) fn read(numbering: Option<&str>, styles: Option<&str>) -> Self {
        let mut lists = Self::default();
        let Some(numbering) = numbering else { return lists };
        if let Some(xml) = styles {
            lists.read_styles(xml);
        }
        lists.read_numbering(numbering);
        lists
    }

    /// Counts a paragraph and gives its number.
    pub(super) fn number(&mut self, paragraph: &Numbered) -> String {
        self.is_in_list = false;
        if self.numbering.lists.is_empty() {
            return String::new();
        }
        let chain = self.chain(paragraph.style.as_deref().or(self.ordinary.as_deref()));
        let of_style = chain.iter().find_map(|style| self.styles.get(*style)?.list);
        let Some(list) = paragraph.list.or(of_style).filter(|list| *list > 0) else { return String::new() };
        let form = self.numbering.lists.get(&list).map_or(u32::MAX, |list| list.form);
        let tied = || chain.iter().find_map(|style| self.tied.get(&(form, (*style).to_owned())).copied());
        let said = || chain.iter().find_map(|style| self.styles.get(*style)?.level);
        let level = paragraph.level.or_else(tied).or_else(said).unwrap_or(0);
        (self.last, self.is_in_list) = (Some((list, level)), true);
        self.numbering.next(&mut self.counted, list, level)
    }

    /// Counts a number inside a paragraph and gives it. Where a field does not say its level it goes on at the one of its list,
    /// below the paragraph's own number, or takes `otherwise`; `has_text` tells whether there is text before it.
    pub(super) fn number_in_text(&mut self, asked: &ListNumber, otherwise: usize, has_text: bool) -> String {
        let named = asked.list.as_deref().map(str::to_lowercase);
        let default = DEFAULTS.iter().find(|(known, _)| named.as_deref() == Some(known)).map(|(_, list)| *list);
        let own = || {
            let form = self.named.get(named.as_deref()?)?;
            self.numbering.lists.iter().find(|(_, list)| list.form == *form).map(|(list, _)| *list)
        };
        let list = default.or_else(own).or(self.last.map(|(list, _)| list)).unwrap_or(DEFAULTS[0].1);
        if DEFAULTS.iter().any(|(_, default)| *default == list) {
            self.numbering.lists.entry(list).or_insert(List { form: list, ..List::default() });
            self.numbering.forms.entry(list).or_insert_with(|| default_form(list));
        }
        let level = asked.level.unwrap_or_else(|| match self.last.filter(|(last, _)| *last == list) {
            Some((_, level)) if self.is_in_list => level + 1,
            Some((_, level)) if has_text => level,
            _ => otherwise,
        });
        let level = level.min(LEVELS - 2);
        (self.last, self.is_in_list) = (Some((list, level)), false);
        let number = self.numbering.next_from(&mut self.counted, list, level, asked.start);
        number.trim_end().to_owned()
    }

    /// Begins all lists anew.
    pub(super) fn restart(&mut self) {
        self.counted = Counted::default();
        (self.last, self.is_in_list) = (None, false);
    }

    /// A style and those it is based on.
    fn chain<'s>(&'s self, style: Option<&'s str>) -> Vec<&'s str> {
        let mut chain = Vec::new();
        let mut next = style;
        while let Some(style) = next.filter(|_| chain.len() < LONGEST_CHAIN) {
            chain.push(style);
            next = self.styles.get(style).and_then(|style| style.based_on.as_deref());
        }
        chain
    }

    fn read_styles(&mut self, xml: &str) {
        let mut markup = Markup::lenient(xml);
        let mut name = String::new();
        loop {
            match markup.event() {
                Event::Start(element) | Event::Empty(element) => match element.local_name().as_ref() {
                    b"style" => {
                        name = attribute(&element, "styleId").unwrap_or_default();
                        let is_default = attribute(&element, "default").is_some_and(|on| on == "1" || on == "true");
                        if is_default && attribute(&element, "type").is_some_and(|kind| kind == "paragraph") {
                            self.ordinary = Some(name.clone());
                        }
                    }
                    b"basedOn" => self.style(&name).based_on = attribute(&element, "val"),
                    b"numId" => self.style(&name).list = number(&element),
                    b"ilvl" => self.style(&name).level = number(&element).and_then(|level| usize::try_from(level).ok()),
                    _ => {}
                },
                Event::Eof => return,
                _ => {}
            }
        }
    }

    fn style(&mut self, name: &str) -> &mut Style {
        self.styles.entry(name.to_owned()).or_default()
    }

    fn read_numbering(&mut self, xml: &str) {
        let mut markup = Markup::lenient(xml);
        let mut reading = Reading::default();
        loop {
            match markup.event() {
                Event::Start(element) => self.element(&element, &mut reading),
                Event::Empty(element) => {
                    self.element(&element, &mut reading);
                    self.end(element.local_name().as_ref(), &mut reading);
                }
                Event::End(element) => self.end(element.local_name().as_ref(), &mut reading),
                Event::Eof => break,
                _ => {}
            }
        }
        // A form that only names a style is that of the list the style has.
        for (own, style) in reading.linked {
            let list = self.styles.get(&style).and_then(|style| style.list);
            let target = list.and_then(|list| self.numbering.lists.get(&list)).map(|list| list.form);
            if let Some(form) = target.and_then(|target| self.numbering.forms.get(&target)).cloned() {
                self.numbering.forms.insert(own, form);
                let tied = self.tied.iter().filter(|((form, _), _)| Some(*form) == target);
                let tied: Vec<_> = tied.map(|((_, style), level)| ((own, style.clone()), *level)).collect();
                self.tied.extend(tied);
            }
        }
    }

    fn element(&mut self, element: &BytesStart<'_>, reading: &mut Reading) {
        let name = element.local_name();
        let name = name.as_ref();
        match name {
            b"abstractNum" => {
                reading.form = attribute(element, "abstractNumId").and_then(|id| id.parse().ok());
                reading.list = None;
            }
            b"num" => {
                reading.form = None;
                reading.list = attribute(element, "numId").and_then(|id| id.parse().ok());
            }
            b"lvlOverride" => reading.overridden = attribute(element, "ilvl").and_then(|level| level.parse().ok()),
            b"lvl" => {
                let level = attribute(element, "ilvl").and_then(|level| level.parse().ok());
                reading.level = level.or(reading.overridden).map(|at| (at, Level::default()));
            }
            b"Fallback" => reading.in_fallback = true,
            b"abstractNumId" => {
                if let (Some(list), Some(form)) = (reading.list, number(element)) {
                    self.numbering.lists.entry(list).or_default().form = form;
                }
            }
            b"startOverride" => {
                if let (Some(list), Some(level), Some(start)) = (reading.list, reading.overridden, number(element)) {
                    self.numbering.lists.entry(list).or_default().starts.insert(level, start);
                }
            }
            b"name" => {
                if let (Some(form), Some(name)) = (reading.form, attribute(element, "val")) {
                    self.named.entry(name.to_lowercase()).or_insert(form);
                }
            }
            b"numStyleLink" => {
                if let (Some(form), Some(style)) = (reading.form, attribute(element, "val")) {
                    reading.linked.push((form, style));
                }
            }
            b"pStyle" => {
                if let (Some(form), Some((level, _)), Some(style)) =
                    (reading.form, &reading.level, attribute(element, "val"))
                {
                    self.tied.insert((form, style), *level);
                }
            }
            _ => {
                if let Some((_, level)) = reading.level.as_mut().filter(|_| !reading.in_fallback) {
                    property(name, element, level);
                }
            }
        }
    }

    fn end(&mut self, name: &[u8], reading: &mut Reading) {
        match name {
            b"lvl" => {
                let Some((at, level)) = reading.level.take() else { return };
                let levels: &mut Form = match (reading.form, reading.list) {
                    (Some(form), _) => self.numbering.forms.entry(form).or_default(),
                    (None, Some(list)) => &mut self.numbering.lists.entry(list).or_default().levels,
                    (None, None) => return,
                };
                levels.insert(at, level);
            }
            b"lvlOverride" => reading.overridden = None,
            b"Fallback" => reading.in_fallback = false,
            _ => {}
        }
    }
}

/// What Word shows for one of the lists no document defines.
fn default_form(list: u32) -> Form {
    use Numeral::{Decimal, LowerLetter, LowerRoman, UpperLetter, UpperRoman};
    let levels: Vec<(Numeral, String)> = match list {
        list if list == DEFAULTS[2].1 => {
            let upper = |level: usize| (1..=level).map(|n| format!("%{n}.")).collect();
            (1..=9).map(|level| (Decimal, upper(level))).collect()
        }
        list if list == DEFAULTS[1].1 => {
            let numerals = [
                UpperRoman,
                UpperLetter,
                Decimal,
                LowerLetter,
                Decimal,
                LowerLetter,
                LowerRoman,
                LowerLetter,
                LowerRoman,
            ];
            let forms = ["%1.", "%2.", "%3.", "%4)", "(%5)", "(%6)", "(%7)", "(%8)", "(%9)"];
            numerals.into_iter().zip(forms.map(str::to_owned)).collect()
        }
        _ => {
            let forms = ["%1)", "%2)", "%3)", "(%4)", "(%5)", "(%6)", "%7.", "%8.", "%9."];
            [Decimal, LowerLetter, LowerRoman].into_iter().cycle().zip(forms.map(str::to_owned)).collect()
        }
    };
    let level = |(numeral, text): (Numeral, String)| Level { start: 1, numeral, form: form(&text), ..Level::default() };
    levels.into_iter().map(level).enumerate().collect()
}

/// Where the reading of `numbering.xml` stands.
#[derive(Debug, Default)]
struct Reading {
    form: Option<u32>,
    list: Option<u32>,
    overridden: Option<usize>,
    level: Option<(usize, Level)>,
    /// Inside what is kept for programs that do not know a numeral.
    in_fallback: bool,
    /// Forms that name a style, and which.
    linked: Vec<(u32, String)>,
}

fn property(name: &[u8], element: &BytesStart<'_>, level: &mut Level) {
    match name {
        b"start" => level.start = number(element).unwrap_or(0),
        b"numFmt" => {
            let name = attribute(element, "val").unwrap_or_default();
            let first_is_zero = || attribute(element, "format").is_some_and(|format| format.starts_with("01"));
            level.numeral =
                if name == "custom" && first_is_zero() { Numeral::DecimalZero } else { Numeral::named(&name) };
        }
        b"lvlText" => level.form = form(&attribute(element, "val").unwrap_or_default()),
        b"lvlRestart" => level.restart = number(element).and_then(|levels| usize::try_from(levels).ok()),
        b"isLgl" => level.is_legal = is_on(element),
        b"suff" => {
            level.suffix = match attribute(element, "val").as_deref() {
                Some("space") => Suffix::Space,
                Some("nothing") => Suffix::Nothing,
                _ => Suffix::Tab,
            };
        }
        b"rFonts" => {
            level.font = attribute(element, "ascii").or_else(|| attribute(element, "hAnsi")).unwrap_or_default()
        }
        _ => {}
    }
}

fn number(element: &BytesStart<'_>) -> Option<u32> {
    attribute(element, "val")?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use crate::extract::tests::{read_one, zip_of};
    use proptest::prelude::*;

    const NUMBERING: &str = r#"<w:numbering xmlns:w="w">
        <w:abstractNum w:abstractNumId="3">
          <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="Heading1"/><w:suff w:val="space"/><w:lvlText w:val="Section %1."/></w:lvl>
          <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="Heading2"/><w:lvlText w:val="%1.%2"/></w:lvl>
          <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:suff w:val="nothing"/><w:lvlText w:val="(%3)"/></w:lvl>
        </w:abstractNum>
        <w:abstractNum w:abstractNumId="4"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0B7;"/><w:rPr><w:rFonts w:ascii="Symbol"/></w:rPr></w:lvl></w:abstractNum>
        <w:abstractNum w:abstractNumId="5"><w:numStyleLink w:val="Outline"/></w:abstractNum>
        <w:num w:numId="1"><w:abstractNumId w:val="3"/></w:num>
        <w:num w:numId="2"><w:abstractNumId w:val="4"/></w:num>
        <w:num w:numId="6"><w:abstractNumId w:val="5"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>
        <w:num w:numId="8"><w:abstractNumId w:val="3"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/><w:lvl w:ilvl="0"><w:start w:val="1"/><mc:AlternateContent><mc:Choice><w:numFmt w:val="custom" w:format="01, 02, 03, ..."/></mc:Choice><mc:Fallback><w:numFmt w:val="decimal"/></mc:Fallback></mc:AlternateContent><w:lvlText w:val="%1"/></w:lvl></w:lvlOverride></w:num>
        </w:numbering>"#;

    const STYLES: &str = r#"<w:styles xmlns:w="w">
        <w:style w:type="paragraph" w:styleId="Heading1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
        <w:style w:type="paragraph" w:styleId="Heading2"><w:basedOn w:val="Heading1"/><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>
        <w:style w:type="paragraph" w:styleId="Sub"><w:basedOn w:val="Heading2"/></w:style>
        <w:style w:type="paragraph" w:styleId="Plain"><w:basedOn w:val="Sub"/><w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:style>
        <w:style w:type="numbering" w:styleId="Outline"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
        </w:styles>"#;

    fn text(numbering: &str, body: &str) -> String {
        let document = format!("<w:document xmlns:w=\"w\"><w:body>{body}</w:body></w:document>");
        let bytes = zip_of(&[
            ("word/document.xml", document.as_bytes()),
            ("word/numbering.xml", numbering.as_bytes()),
            ("word/styles.xml", STYLES.as_bytes()),
        ]);
        read_one("a.docx", &bytes).text
    }

    fn check(paragraphs: &[(&str, &str)], expected: &str) {
        let paragraph = |(properties, text): &(&str, &str)| {
            format!("<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
        };
        let body: String = paragraphs.iter().map(paragraph).collect();
        assert_eq!(text(NUMBERING, &body), expected);
    }

    /// Properties of a paragraph of a list.
    fn item(list: u32, level: u32) -> String {
        format!("<w:numPr><w:ilvl w:val=\"{level}\"/><w:numId w:val=\"{list}\"/></w:numPr>")
    }

    fn style(name: &str) -> String {
        format!("<w:pStyle w:val=\"{name}\"/>")
    }

    #[test]
    fn numbers_come_from_paragraphs_and_styles() {
        check(
            &[
                (&style("Heading1"), "Term"),
                (&style("Heading2"), "Notice"),
                (&style("Sub"), "Renewal"),
                (&style("Plain"), "Not numbered."),
                (&item(1, 2), "first"),
                (&item(1, 2), "second"),
                (&item(2, 0), "bullet"),
                (&format!("{}<w:numPr><w:numId w:val=\"0\"/></w:numPr>", style("Heading1")), "Off"),
                (&style("Heading1"), "Law"),
            ],
            "Section 1. Term\n1.1\tNotice\n1.2\tRenewal\nNot numbered.\n(a)first\n(b)second\n•\tbullet\nOff\nSection 2. Law",
        );
    }

    #[test]
    fn overrides_and_links_are_followed() {
        check(
            &[(&item(1, 0), "a"), (&item(8, 0), "b"), (&item(8, 0), "c"), (&item(6, 0), "d"), (&item(9, 0), "e")],
            "Section 1. a\n01\tb\n02\tc\nSection 7. d\ne",
        );
    }

    #[test]
    fn what_is_deleted_or_unseen_does_not_count() {
        let gone = "<w:rPr><w:del w:author=\"A\"/></w:rPr>";
        let body = format!(
            "<w:p><w:pPr>{0}{gone}</w:pPr><w:del><w:r><w:delText>x</w:delText></w:r></w:del></w:p>\
             <w:p><w:pPr>{0}<w:pPrChange><w:pPr>{1}</w:pPr></w:pPrChange></w:pPr><w:del><w:r><w:delText>y</w:delText></w:r></w:del><w:r><w:t>z</w:t></w:r></w:p>\
             <w:p><w:pPr>{0}<w:rPr><w:vanish/><w:specVanish/></w:rPr></w:pPr><w:r><w:t>Head.</w:t></w:r></w:p>\
             <w:p><w:pPr>{0}<w:rPr><w:vanish/></w:rPr></w:pPr><w:r><w:rPr><w:vanish/></w:rPr><w:t>unseen</w:t></w:r></w:p>\
             <w:p><w:pPr>{0}</w:pPr></w:p>",
            item(1, 2),
            item(2, 0),
        );
        assert_eq!(text(NUMBERING, &body), "[Deleted: x]\n(a)‸z\n[Deleted: y]\n(b)Head.\n[Hidden: unseen]\n(c)");
    }

    proptest! {
        #[test]
        fn broken_lists_do_no_harm(at in 0_usize..3000, byte in 32_u8..127, cut in 0_usize..3000) {
            let mut bytes = NUMBERING.as_bytes().to_vec();
            let at = at % bytes.len();
            bytes[at] = byte;
            bytes.truncate(cut.max(20));
            let paragraph = format!("<w:p><w:pPr>{}</w:pPr><w:r><w:t>a</w:t></w:r></w:p>", item(8, 0));
            text(&String::from_utf8_lossy(&bytes), &paragraph.repeat(3));
        }
    }
}
