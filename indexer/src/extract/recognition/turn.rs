//! Pages that lie on their side or stand on their head: which way up they are read best.
//!
//! A scanner turns nothing, and a program that reads letters upright finds next to nothing on such a page. Only a page that
//! was read badly and looks like writing is tried the other ways. Boxes stay those of the page as it is stored.

use kurbo::Affine;

use super::{Picture, Word};

/// Quarter turns to the right that are tried, the likely ones first.
pub(super) const TURNS: [u8; 3] = [1, 3, 2];

/// A word the program is at least so sure of counts as read.
const SURE: f32 = 0.6;
/// Fewer letters surely read than this are hardly any.
const FEW_LETTERS: f32 = 20.0;
/// Of a page read well, at least this share of all letters found is surely read.
const GOOD_SHARE: f32 = 0.5;
/// A page of writing is dark in at least one of so many pixels, and not in more than one of so many.
const LEAST_INK: usize = 500;
const MOST_INK: usize = 3;
/// What is darker is ink.
const INK: u8 = 128;

/// How many letters of these words are surely read, and how many there are.
fn letters(words: &[Word]) -> (f32, f32) {
    let count = |word: &Word| f32::from(u16::try_from(word.text.chars().count()).unwrap_or(u16::MAX));
    let all = words.iter().map(count).sum();
    let sure = words.iter().filter(|word| word.confidence >= SURE && word.text.chars().any(char::is_alphanumeric));
    (sure.map(|word| count(word) * word.confidence).sum(), all)
}

/// Whether words stand on lines from left to right: the program also reads some lines that run up or down the page, but then
/// its boxes tell nothing of letters.
fn lie_flat(words: &[Word]) -> bool {
    let long = words.iter().filter(|word| word.text.chars().count() >= 3);
    let (flat, upright): (Vec<&Word>, Vec<&Word>) = long.partition(|word| word.width >= word.height);
    flat.len() >= upright.len()
}

/// Whether a page may have been read the wrong way up.
pub(super) fn is_doubtful(picture: &Picture, words: &[Word]) -> bool {
    let (sure, all) = letters(words);
    if sure >= FEW_LETTERS && sure >= GOOD_SHARE * all {
        return !lie_flat(words);
    }
    let dark = picture.grey.iter().filter(|pixel| **pixel < INK).count();
    dark > picture.grey.len() / LEAST_INK && dark < picture.grey.len() / MOST_INK
}

/// Whether these words are so much better that the page stands that way up.
pub(super) fn is_better(words: &[Word], than: &[Word]) -> bool {
    let (sure, before) = (letters(words).0, letters(than).0);
    lie_flat(words) && (sure > 1.5 * before + 10.0 || (!lie_flat(than) && sure > 0.8 * before))
}

/// A picture after quarter turns to the right, and the way from its pixels back to those it was made of.
pub(super) fn turned(picture: &Picture, quarters: u8) -> (Picture, Affine) {
    let (width, height) = (f64::from(picture.width), f64::from(picture.height));
    let row = usize::try_from(picture.width).unwrap_or(usize::MAX).max(1);
    let rows = picture.grey.len() / row;
    let (size, back) = match quarters {
        1 => ((picture.height, picture.width), [0.0, -1.0, 1.0, 0.0, 0.0, height]),
        2 => ((picture.width, picture.height), [-1.0, 0.0, 0.0, -1.0, width, height]),
        _ => ((picture.height, picture.width), [0.0, 1.0, -1.0, 0.0, width, 0.0]),
    };
    let mut grey = Vec::with_capacity(picture.grey.len());
    match quarters {
        1 => (0..row).for_each(|x| grey.extend((0..rows).rev().map(|y| picture.grey[y * row + x]))),
        2 => grey.extend(picture.grey[..rows * row].iter().rev()),
        _ => (0..row).rev().for_each(|x| grey.extend((0..rows).map(|y| picture.grey[y * row + x]))),
    }
    (Picture { width: size.0, height: size.1, dpi: picture.dpi, grey }, Affine::new(back))
}

#[cfg(test)]
mod tests {
    use kurbo::Point;
    use proptest::prelude::*;

    use super::*;

    fn picture(width: u32, height: u32) -> Picture {
        let grey = (0..width * height).map(|n| u8::try_from(n % 251).unwrap()).collect();
        Picture { width, height, dpi: 300, grey }
    }

    proptest! {
        #[test]
        fn every_pixel_is_found_again(width in 1_u32..20, height in 1_u32..20, quarters in 1_u8..4) {
            let before = picture(width, height);
            let (after, back) = turned(&before, quarters);
            for y in 0..after.height {
                for x in 0..after.width {
                    let at = back * Point::new(f64::from(x) + 0.5, f64::from(y) + 0.5);
                    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small and positive")]
                    let place = at.y as usize * width as usize + at.x as usize;
                    prop_assert_eq!(after.grey[(y * after.width + x) as usize], before.grey[place]);
                }
            }
        }
    }

    #[test]
    fn only_writing_that_was_read_badly_is_doubted() {
        let word = |text: &str, confidence| Word {
            text: text.to_owned(),
            confidence,
            left: 0,
            top: 0,
            width: 2,
            height: 1,
            place: [0; 3],
        };
        let check = |dark: usize, words: &[Word], expected: bool| {
            let grey = (0..10_000).map(|n| if n < dark { 0 } else { 255 }).collect();
            assert_eq!(is_doubtful(&Picture { width: 100, height: 100, dpi: 300, grey }, words), expected);
        };
        let well = vec![word("paragraph", 0.9); 10];
        let badly = [vec![word("~|", 0.2); 30], vec![word("of", 0.8)]].concat();
        check(800, &well, false);
        check(800, &badly, true);
        check(800, &[], true);
        check(0, &[], false);
        check(9_000, &badly, false);
        let sideways: Vec<Word> = well.iter().map(|word| Word { height: 9, ..word.clone() }).collect();
        check(800, &sideways, true);
        assert!(is_better(&well, &sideways) && !is_better(&sideways, &badly));
        assert!(is_better(&well, &badly) && !is_better(&badly, &well) && !is_better(&well, &well));
    }
}
