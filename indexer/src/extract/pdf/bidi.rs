//! From the order in which glyphs stand to the order in which they are read, for Hebrew and Arabic.
//!
//! The reverse of what a layout engine does, cut down to what pages need: one level of left-to-right text and numbers
//! inside right-to-left text, or the other way round.

use super::text_device::PageGlyphs;

/// What stands on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Item {
    /// A glyph, by its number on the page.
    Glyph(usize),
    /// A gap that is read as a space.
    Space,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Left,
    Right,
    Number,
    Neutral,
}

/// Whether characters belong to a script written from right to left.
pub(super) fn is_right_to_left(characters: &[char]) -> bool {
    characters.iter().any(|c| {
        matches!(u32::from(*c), 0x590..=0x65f | 0x66a..=0x6ef | 0x6fa..=0x8ff | 0xfb1d..=0xfdff | 0xfe70..=0xfefc | 0x10800..=0x10fff | 0x1e800..=0x1efff)
    })
}

/// Puts the items of a line, given as they stand from left to right, into reading order. Returns whether the line has
/// any right-to-left text.
pub(super) fn to_logical_order(page: &PageGlyphs, items: &mut [Item]) -> bool {
    let has_any = items.iter().any(|item| match item {
        Item::Glyph(number) => is_right_to_left(page.text(&page.glyphs[*number])),
        Item::Space => false,
    });
    if has_any {
        let mut kinds: Vec<Kind> = items.iter().map(|item| kind(page, *item)).collect();
        reorder(&mut kinds, items);
    }
    has_any
}

fn kind(page: &PageGlyphs, item: Item) -> Kind {
    let Item::Glyph(number) = item else { return Kind::Neutral };
    let characters = page.text(&page.glyphs[number]);
    if is_right_to_left(characters) {
        return Kind::Right;
    }
    match characters.first() {
        Some(c) if c.is_numeric() => Kind::Number,
        Some(c) if c.is_alphabetic() => Kind::Left,
        _ => Kind::Neutral,
    }
}

fn reorder<T>(kinds: &mut [Kind], items: &mut [T]) {
    let right = kinds.iter().filter(|kind| **kind == Kind::Right).count();
    let left = kinds.iter().filter(|kind| **kind == Kind::Left).count();
    if right >= left {
        kinds.reverse();
        items.reverse();
        // Now the right-to-left text reads well; words and numbers of the other direction stand backwards.
        reverse_runs(kinds, items, |kind| matches!(kind, Kind::Left | Kind::Number));
    } else {
        reverse_runs(kinds, items, |kind| kind == Kind::Right);
    }
}

/// Reverses each longest run that begins and ends with `inside` and holds nothing else but neutral items.
fn reverse_runs<T>(kinds: &[Kind], items: &mut [T], inside: impl Fn(Kind) -> bool) {
    let mut at = 0;
    while at < kinds.len() {
        if !inside(kinds[at]) {
            at += 1;
            continue;
        }
        let mut last = at;
        let mut next = at + 1;
        while next < kinds.len() && (inside(kinds[next]) || kinds[next] == Kind::Neutral) {
            if inside(kinds[next]) {
                last = next;
            }
            next += 1;
        }
        items[at..=last].reverse();
        at = last + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Capitals stand for right-to-left letters.
    #[track_caller]
    fn check(as_it_stands: &str, as_it_reads: &str) {
        let mut items: Vec<char> = as_it_stands.chars().collect();
        let mut kinds: Vec<Kind> = items
            .iter()
            .map(|c| match c {
                'A'..='Z' => Kind::Right,
                'a'..='z' => Kind::Left,
                '0'..='9' => Kind::Number,
                _ => Kind::Neutral,
            })
            .collect();
        reorder(&mut kinds, &mut items);
        assert_eq!(items.into_iter().collect::<String>(), as_it_reads);
    }

    #[test]
    fn lines_come_into_reading_order() {
        check("CBA", "ABC");
        check("FED CBA", "ABC DEF");
        check("FED 12.5 CBA", "ABC 12.5 DEF");
        check("GFED one two CBA", "ABC one two DEFG");
        check("see CBA here", "see ABC here");
        check("see FED CBA in section 4", "see ABC DEF in section 4");
    }
}
