//! What tesseract says about a picture: its table of blocks, paragraphs, lines and words, parted by tabs.
//!
//! The table comes from a program that has read outside bytes, so any bytes are accepted: rows that make no sense are
//! passed over, boxes are kept inside the picture, and there is an end to the number of words.

use super::Word;

/// Most words taken from one picture. A broadsheet page has ten thousand.
const MAX_WORDS: usize = 200_000;
/// Longest word kept, in characters.
const MAX_LETTERS: usize = 1_000;
/// The level of the rows that are words.
const WORD: u32 = 5;

/// The words of a table, in its order, for a picture of this width and height.
#[must_use]
pub fn words(table: &[u8], width: u32, height: u32) -> Vec<Word> {
    let table = String::from_utf8_lossy(table);
    table.lines().filter_map(|row| word(row, width, height)).take(MAX_WORDS).collect()
}

/// The columns: level, page, block, paragraph, line, word, left, top, width, height, confidence, text.
fn word(row: &str, width: u32, height: u32) -> Option<Word> {
    let mut columns = row.splitn(12, '\t');
    let mut number = || columns.next()?.parse::<u32>().ok();
    if number()? != WORD {
        return None;
    }
    let (_, block, paragraph, line, _) = (number()?, number()?, number()?, number()?, number()?);
    let (left, top, across, down) = (number()?, number()?, number()?, number()?);
    let confidence: f32 = columns.next()?.parse().ok()?;
    let is_kept = |c: &char| !c.is_control() && !c.is_whitespace();
    let text: String = columns.next()?.chars().filter(is_kept).take(MAX_LETTERS).collect();
    if text.is_empty() || !confidence.is_finite() || confidence < 0.0 {
        return None;
    }
    let (left, top) = (left.min(width), top.min(height));
    Some(Word {
        text,
        confidence: confidence.min(100.0) / 100.0,
        left,
        top,
        width: across.min(width - left),
        height: down.min(height - top),
        place: [block, paragraph, line],
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[track_caller]
    fn check(row: &str, expected: Option<(&str, f32, [u32; 4], [u32; 3])>) {
        let found = words(row.as_bytes(), 1000, 500);
        let found: Vec<_> = found
            .iter()
            .map(|word| {
                let Word { text, confidence, left, top, width, height, place } = word;
                (text.as_str(), *confidence, [*left, *top, *width, *height], *place)
            })
            .collect();
        assert_eq!(found, expected.into_iter().collect::<Vec<_>>(), "{row}");
    }

    #[test]
    fn rows_of_words_are_words() {
        check("5\t1\t2\t3\t4\t1\t10\t20\t30\t40\t96.5\tlease", Some(("lease", 0.965, [10, 20, 30, 40], [2, 3, 4])));
        check("5\t1\t1\t1\t1\t1\t10\t20\t30\t40\t0\t~§12\r", Some(("~§12", 0.0, [10, 20, 30, 40], [1, 1, 1])));
        check("5\t1\t1\t1\t1\t1\t10\t20\t30\t40\t250\ta b\u{7}", Some(("ab", 1.0, [10, 20, 30, 40], [1, 1, 1])));
    }

    #[test]
    fn boxes_stay_inside_the_picture() {
        check("5\t1\t1\t1\t1\t1\t990\t490\t30\t40\t50\ta", Some(("a", 0.5, [990, 490, 10, 10], [1, 1, 1])));
        check("5\t1\t1\t1\t1\t1\t9999\t9999\t3\t4\t50\ta", Some(("a", 0.5, [1000, 500, 0, 0], [1, 1, 1])));
    }

    #[test]
    fn other_rows_are_passed_over() {
        check("level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext", None);
        check("4\t1\t1\t1\t1\t0\t10\t20\t30\t40\t-1\t", None);
        check("5\t1\t1\t1\t1\t1\t10\t20\t30\t40\t95\t \u{3000}", None);
        check("5\t1\t1\t1\t1\t1\t10\t20\t30\t40\t-1\tx", None);
        check("5\t1\t1\t1\t1\t1\t10\t20\t30\t40\tNaN\tx", None);
        check("5\t1\t1\t1\t1\t1\t-10\t20\t30\t40\t95\tx", None);
        check("5\t1\t1", None);
        check("", None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            prop_assert!(words(&bytes, 10, 10).len() <= bytes.len());
        }

        #[test]
        fn any_table_gives_words_inside_the_picture(rows in prop::collection::vec("[0-9\\-]{1,3}(\t[0-9.\\-]{0,11}){10}\t\\PC{0,9}", 0..20), width in 0_u32..5000, height in 0_u32..5000) {
            for word in words(rows.join("\n").as_bytes(), width, height) {
                prop_assert!(word.left + word.width <= width && word.top + word.height <= height);
                prop_assert!((0.0..=1.0).contains(&word.confidence));
                prop_assert!(!word.text.is_empty() && !word.text.contains(char::is_whitespace));
            }
        }
    }
}
