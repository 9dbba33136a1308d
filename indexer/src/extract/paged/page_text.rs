//! The canonical text of a page while it is built: NFC, and a box for every code point.
//!
//! The invariant: `boxes` has exactly one entry per code point of `text`. White space has an empty box. Normalising
//! happens here and nowhere else, line by line, because that is the last place where a character still knows its box.

use redwell_model::CharBox;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{canonical_combining_class, decompose_compatible};
use unicode_normalization::{IsNormalized, is_nfc_quick};

use super::hyphens::SOFT_HYPHEN;

/// Text with one box per code point.
#[derive(Debug, Clone, Default)]
pub(in crate::extract) struct PageText {
    pub(in crate::extract) text: String,
    pub(in crate::extract) boxes: Vec<CharBox>,
    line: Vec<(char, CharBox)>,
    space_due: bool,
    is_plain: bool,
    /// The box of a soft hyphen that nothing on its line has followed yet.
    soft_hyphen: Option<CharBox>,
}

/// Which way the characters of one glyph follow each other inside its box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::extract) enum Flow {
    Right,
    Left,
    Up,
    Down,
}

impl PageText {
    /// Adds the characters of one glyph to the current line. A box for several characters is split between them.
    pub(in crate::extract) fn push(&mut self, characters: &[char], area: CharBox, flow: Flow) {
        if let [character] = characters
            && is_plain(*character)
        {
            self.start_word();
            self.line.push((*character, area));
            return;
        }
        let mut expanded: Vec<char> = Vec::with_capacity(characters.len());
        for character in characters {
            expand(*character, &mut expanded);
        }
        if characters.last() == Some(&SOFT_HYPHEN) {
            self.soft_hyphen = Some(area);
        }
        let parts = expanded.len();
        for (part, character) in expanded.into_iter().enumerate() {
            if character.is_whitespace() {
                self.space();
                continue;
            }
            self.start_word();
            self.is_plain &= is_plain(character);
            self.line.push((character, slice(area, flow, part, parts)));
        }
    }

    /// Asks for a space before the next character, if the line goes on.
    pub(in crate::extract) fn space(&mut self) {
        self.space_due = true;
    }

    /// Ends the line. A line without characters leaves no trace.
    pub(in crate::extract) fn end_line(&mut self) {
        self.space_due = false;
        let soft_hyphen = self.soft_hyphen.take();
        if self.line.is_empty() {
            return;
        }
        if let Some(area) = soft_hyphen {
            // Only here does it part a word; the whole document decides what becomes of it.
            self.is_plain = false;
            self.line.push((SOFT_HYPHEN, area));
        }
        if !self.text.is_empty() {
            self.text.push('\n');
            self.boxes.push(CharBox::default());
        }
        if self.is_plain {
            self.text.extend(self.line.iter().map(|(character, _)| *character));
            self.boxes.extend(self.line.iter().map(|(_, area)| *area));
        } else {
            self.normalise_line();
        }
        self.line.clear();
        self.is_plain = true;
    }

    /// Leaves an empty line before what follows.
    pub(in crate::extract) fn end_paragraph(&mut self) {
        self.end_line();
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push('\n');
            self.boxes.push(CharBox::default());
        }
    }

    /// Ends the text: no line end or empty line is left over.
    pub(in crate::extract) fn finish(mut self) -> Self {
        self.end_line();
        while self.text.ends_with('\n') {
            self.text.pop();
            self.boxes.pop();
        }
        self
    }

    /// Adds a text that is not part of the running one, in a mark that says what it is; nothing where it is empty.
    pub(in crate::extract) fn append_marked(&mut self, what: &str, other: Self) {
        let other = other.finish();
        if other.text.is_empty() {
            return;
        }
        self.end_paragraph();
        if !self.text.is_empty() {
            self.text.push('\n');
            self.boxes.push(CharBox::default());
        }
        let before = format!("[{what}: ");
        self.boxes.extend(before.chars().map(|_| CharBox::default()));
        self.text.push_str(&before);
        self.text.push_str(&other.text);
        self.boxes.extend(other.boxes);
        self.text.push(']');
        self.boxes.push(CharBox::default());
    }

    /// Takes in text that has no boxes, with line ends of its own; several empty lines become one.
    pub(in crate::extract) fn push_lines(&mut self, text: &str) {
        for line in text.split(['\n', '\r', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}']) {
            if line.trim().is_empty() {
                self.end_paragraph();
                continue;
            }
            for character in line.chars() {
                self.push(&[character], CharBox::default(), Flow::Right);
            }
            self.end_line();
        }
    }

    fn start_word(&mut self) {
        self.soft_hyphen = None;
        if self.line.is_empty() {
            self.is_plain = true;
        } else if self.space_due {
            self.line.push((' ', CharBox::default()));
        }
        self.space_due = false;
    }

    /// Composes each character with the marks that follow it. Where the number of code points changes, all of the
    /// result get the common box.
    fn normalise_line(&mut self) {
        let mut rest = &self.line[..];
        while !rest.is_empty() {
            let length = 1 + rest[1..].iter().take_while(|(character, _)| !starts_anew(*character)).count();
            let (cluster, after) = rest.split_at(length);
            rest = after;
            if let [(character, area)] = cluster
                && starts_anew(*character)
            {
                self.text.push(*character);
                self.boxes.push(*area);
                continue;
            }
            let composed: Vec<char> = cluster.iter().map(|(character, _)| *character).nfc().collect();
            let common = cluster.iter().map(|(_, area)| *area).reduce(CharBox::union).unwrap_or_default();
            for (n, character) in composed.iter().enumerate() {
                self.text.push(*character);
                self.boxes.push(if composed.len() == cluster.len() { cluster[n].1 } else { common });
            }
        }
    }
}

/// Characters that need no thought: they are kept as they are and no normal form touches them.
fn is_plain(character: char) -> bool {
    matches!(character, '!'..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{2ff}')
}

/// Whether no normal form ever joins this character to the one before it, or changes it alone.
fn starts_anew(character: char) -> bool {
    is_plain(character)
        || canonical_combining_class(character) == 0 && is_nfc_quick(std::iter::once(character)) == IsNormalized::Yes
}

/// Replaces what belongs to typesetting by what it says: ligatures and presentation forms become letters, any white
/// space a space, bullets of symbol fonts bullets; control characters go, and soft hyphens within a line.
fn expand(character: char, into: &mut Vec<char>) {
    match character {
        SOFT_HYPHEN
        | '\u{feff}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{fdd0}'..='\u{fdef}' => {}
        '\u{fb00}'..='\u{fdcf}'
        | '\u{fdf0}'..='\u{fdff}'
        | '\u{fe10}'..='\u{fe19}'
        | '\u{fe30}'..='\u{fe4f}'
        | '\u{fe70}'..='\u{fefc}' => decompose_compatible(character, |part| into.push(part)),
        '\u{f0b7}' => into.push('\u{2022}'),
        '\u{f0a7}' => into.push('\u{25aa}'),
        '\u{f0d8}' => into.push('\u{27a2}'),
        '\u{f0fc}' => into.push('\u{2713}'),
        _ if character.is_whitespace() => into.push(' '),
        _ if character.is_control() || u32::from(character) & 0xfffe == 0xfffe => {}
        _ => into.push(character),
    }
}

/// The part of a box that one of several characters gets.
#[expect(clippy::cast_precision_loss, reason = "a glyph stands for a handful of characters")]
fn slice(area: CharBox, flow: Flow, part: usize, parts: usize) -> CharBox {
    if parts == 1 {
        return area;
    }
    let (from, to) = (part as f32 / parts as f32, (part + 1) as f32 / parts as f32);
    let (width, height) = (area.x1 - area.x0, area.y1 - area.y0);
    match flow {
        Flow::Right => CharBox { x0: area.x0 + width * from, x1: area.x0 + width * to, ..area },
        Flow::Left => CharBox { x0: area.x1 - width * to, x1: area.x1 - width * from, ..area },
        Flow::Up => CharBox { y0: area.y0 + height * from, y1: area.y0 + height * to, ..area },
        Flow::Down => CharBox { y0: area.y1 - height * to, y1: area.y1 - height * from, ..area },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_normalization::is_nfc;

    use super::*;

    const AREA: CharBox = CharBox { x0: 10.0, y0: 0.0, x1: 16.0, y1: 10.0 };

    fn page(glyphs: &[&str]) -> PageText {
        let mut page = PageText::default();
        for glyph in glyphs {
            page.push(&glyph.chars().collect::<Vec<_>>(), AREA, Flow::Right);
        }
        let page = page.finish();
        assert_eq!(page.text.chars().count(), page.boxes.len());
        page
    }

    #[track_caller]
    fn check(glyphs: &[&str], expected: &str) {
        assert_eq!(page(glyphs).text, expected);
    }

    #[test]
    fn characters_become_canonical() {
        check(&["e", "\u{301}"], "\u{e9}");
        check(&["\u{fb01}", "n", "e"], "fine");
        check(&["\u{fb03}", "x"], "ffix");
        check(&["ex\u{ad}am"], "exam");
        check(&["a", "\u{7}", "b"], "ab");
        check(&["a", "\u{a0}", "\u{3000}", "b", " "], "a b");
        check(&["\u{fefb}"], "\u{644}\u{627}");
        check(&["\u{1100}", "\u{1161}", "\u{11a8}"], "\u{ac01}");
        check(&["\u{212b}"], "\u{c5}");
        check(&["\u{958}"], "\u{915}\u{93c}");
        check(&["\u{f0b7}", " ", "x"], "\u{2022} x");
        check(&["a", "\u{ffff}", "\u{feff}", "\u{202e}", "b"], "ab");
    }

    #[test]
    fn a_ligature_shares_its_box_among_its_letters() {
        let ligature = page(&["\u{fb03}"]);
        assert_eq!(
            ligature.boxes.iter().map(|area| (area.x0, area.x1)).collect::<Vec<_>>(),
            [(10.0, 12.0), (12.0, 14.0), (14.0, 16.0)]
        );
        assert_eq!(slice(AREA, Flow::Left, 0, 2), CharBox { x0: 13.0, ..AREA });
        assert_eq!(slice(AREA, Flow::Down, 0, 2), CharBox { y0: 5.0, ..AREA });
    }

    #[test]
    fn lines_without_characters_leave_no_trace() {
        let mut page = PageText::default();
        page.push_lines("\n\n one \r\n\r\n\r\n two\u{c}three\n\n");
        let page = page.finish();
        assert_eq!(page.text, "one\n\ntwo\nthree");
        assert_eq!(page.boxes.len(), page.text.chars().count());
    }

    proptest! {
        #[test]
        fn any_glyphs_give_normal_text_with_a_box_each(glyphs in prop::collection::vec("\\PC{0,3}|[\u{300}-\u{345}]|\\s", 0..20)) {
            let mut page = PageText::default();
            for (n, glyph) in glyphs.iter().enumerate() {
                page.push(&glyph.chars().collect::<Vec<_>>(), AREA, Flow::Right);
                if n % 5 == 4 { page.end_line(); }
            }
            let page = page.finish();
            prop_assert_eq!(page.text.chars().count(), page.boxes.len());
            prop_assert!(is_nfc(&page.text));
            prop_assert!(page.text.chars().all(|c| c == '\n' || !c.is_control()));
        }
    }
}
