//! Recognised words to the text of a page: lines, paragraphs, and a box for every character.
//!
//! The program's own order and grouping are kept, and so are hyphens at line ends. The box of a word is shared evenly
//! among its letters. Words the program is unsure of stay: a wrong letter in a name is better than no name.

use kurbo::{Affine, Point, Rect};
use redwell_model::CharBox;
use unicode_segmentation::UnicodeSegmentation;

use super::Word;
use crate::extract::paged::page_text::{Flow, PageText};

/// Adds words to the text of a page, but for those that stand where it has text already; gives how sure the program is
/// of them together, 1 where there are none.
pub(in crate::extract) fn append(words: &[Word], to_page: Affine, already: &[CharBox], text: &mut PageText) -> f32 {
    let taken: Vec<Rect> = already.iter().filter(|own| !own.is_empty()).map(rect).collect();
    let mut before: Option<&Word> = None;
    let (mut sure, mut letters) = (0.0, 0.0);
    for word in words {
        let area = pixels(word);
        let centre = to_page * area.center();
        if taken.iter().any(|rect| rect.contains(centre)) {
            continue;
        }
        match before {
            None => text.end_paragraph(),
            Some(before) if before.place[..2] != word.place[..2] => text.end_paragraph(),
            Some(before) if before.place != word.place => text.end_line(),
            Some(before) if is_unspaced(before.text.chars().next_back()) && is_unspaced(word.text.chars().next()) => {}
            Some(_) => text.space(),
        }
        push(word, area, to_page, text);
        before = Some(word);
        let count = f32::from(u16::try_from(word.text.chars().count()).unwrap_or(u16::MAX));
        sure += word.confidence * count;
        letters += count;
    }
    text.end_line();
    if letters > 0.0 { sure / letters } else { 1.0 }
}

fn push(word: &Word, area: Rect, to_page: Affine, text: &mut PageText) {
    let clusters: Vec<&str> = word.text.graphemes(true).collect();
    let backwards = word.text.chars().any(is_right_to_left);
    let share = area.width() / f64::from(u32::try_from(clusters.len()).unwrap_or(u32::MAX)).max(1.0);
    for (number, cluster) in (0_u32..).zip(&clusters) {
        let from = f64::from(number) * share;
        let left = if backwards { area.x1 - from - share } else { area.x0 + from };
        let own = Rect::new(left, area.y0, left + share, area.y1);
        let characters: Vec<char> = cluster.chars().collect();
        text.push(&characters, char_box(to_page.transform_rect_bbox(own)), Flow::Right);
    }
}

fn pixels(word: &Word) -> Rect {
    let corner = Point::new(f64::from(word.left), f64::from(word.top));
    Rect::from_origin_size(corner, (f64::from(word.width), f64::from(word.height)))
}

fn rect(own: &CharBox) -> Rect {
    Rect::new(f64::from(own.x0), f64::from(own.y0), f64::from(own.x1), f64::from(own.y1))
}

#[expect(clippy::cast_possible_truncation, reason = "boxes are kept in single precision")]
fn char_box(area: Rect) -> CharBox {
    CharBox { x0: area.x0 as f32, y0: area.y0 as f32, x1: area.x1 as f32, y1: area.y1 as f32 }
}

/// Whether a character belongs to a script written without spaces between words.
fn is_unspaced(character: Option<char>) -> bool {
    character.is_some_and(|c| matches!(c, '\u{3000}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff01}'..='\u{ff65}' | '\u{20000}'..='\u{3ffff}'))
}

fn is_right_to_left(character: char) -> bool {
    matches!(character, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str, left: u32, place: [u32; 3]) -> Word {
        Word { text: text.to_owned(), confidence: 0.9, left, top: 10, width: 40, height: 20, place }
    }

    #[track_caller]
    fn check(words: &[(&str, [u32; 3])], expected: &str) {
        let words: Vec<Word> = words.iter().map(|(text, place)| word(text, 0, *place)).collect();
        let mut text = PageText::default();
        append(&words, Affine::IDENTITY, &[], &mut text);
        let text = text.finish();
        assert_eq!(text.text, expected);
        assert_eq!(text.boxes.len(), expected.chars().count());
    }

    #[test]
    fn the_grouping_of_the_program_is_kept() {
        check(&[], "");
        check(&[("Dear", [1, 1, 1]), ("Ms", [1, 1, 1])], "Dear Ms");
        check(&[("agree-", [1, 1, 1]), ("ment", [1, 1, 2])], "agree-\nment");
        check(&[("one", [1, 1, 1]), ("two", [1, 2, 1]), ("three", [2, 1, 1])], "one\n\ntwo\n\nthree");
        check(&[("契約", [1, 1, 1]), ("書", [1, 1, 1]), ("No.", [1, 1, 1])], "契約書 No.");
        check(&[("o\u{fb03}ce", [1, 1, 1]), ("e\u{301}", [1, 1, 1])], "office \u{e9}");
    }

    #[test]
    fn letters_share_the_box_of_their_word() {
        let area = |text: &str, to_page| {
            let mut page = PageText::default();
            append(&[word(text, 100, [1, 1, 1])], to_page, &[], &mut page);
            let page = page.finish();
            page.boxes.iter().map(|own| [own.x0, own.y0, own.x1, own.y1]).collect::<Vec<_>>()
        };
        assert_eq!(area("ab", Affine::IDENTITY), [[100.0, 10.0, 120.0, 30.0], [120.0, 10.0, 140.0, 30.0]]);
        assert_eq!(area("\u{5d0}\u{5d1}", Affine::IDENTITY)[0], [120.0, 10.0, 140.0, 30.0]);
        // Half a point a pixel, upside down, on a page 400 points high.
        let to_page = Affine::new([0.5, 0.0, 0.0, -0.5, 0.0, 400.0]);
        assert_eq!(area("ab", to_page), [[50.0, 385.0, 60.0, 395.0], [60.0, 385.0, 70.0, 395.0]]);
    }

    #[test]
    fn what_the_page_has_as_text_is_not_read_twice() {
        let stamp = CharBox { x0: 90.0, y0: 0.0, x1: 150.0, y1: 40.0 };
        let mut page = PageText::default();
        page.push(&['S'], stamp, Flow::Right);
        let mut page = page.finish();
        let already = page.boxes.clone();
        let words = [word("S", 100, [1, 1, 1]), word("body", 300, [1, 1, 1])];
        assert!((append(&words, Affine::IDENTITY, &already, &mut page) - 0.9).abs() < 1e-6);
        assert_eq!(page.finish().text, "S\n\nbody");
        assert!((append(&[], Affine::IDENTITY, &[], &mut PageText::default()) - 1.0).abs() < 1e-6);
    }
}
