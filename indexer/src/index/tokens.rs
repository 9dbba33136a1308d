//! What the index keeps of a text besides its folded words, and how it is written as terms.
//!
//! Such terms begin with a control character, which no word does, and stand at the positions of words. Forms that
//! differ from the folded one, the beginnings of sentences and paragraphs, the end, amounts and days.

use redwell_search::recognise::{Meaning, Recognised};

/// The first character that is no control character: where words begin in a term dictionary.
pub(super) const FIRST_WORD: &str = " ";

/// A sentence begins here that is not also the beginning of a paragraph.
pub(super) const SENTENCE: &str = "\u{2}";

/// A paragraph begins here.
pub(super) const PARAGRAPH: &str = "\u{3}";

/// The position after the last word.
pub(super) const END: &str = "\u{4}";

/// What parts the values of a field handed to the index as one.
pub(super) const VALUE_SEPARATOR: char = '\u{1f}';

const EXACT: char = '\u{1}';
const MONEY: char = '\u{5}';
const DAY: char = '\u{6}';

/// What every form of a folded word begins with that is written otherwise.
pub(super) fn exact_prefix(folded: &str) -> String {
    format!("{EXACT}{folded}{EXACT}")
}

/// Writes the term of a word whose form is not the folded one.
pub(super) fn write_exact(folded: &str, exact: &str, term: &mut String) {
    term.push(EXACT);
    term.push_str(folded);
    term.push(EXACT);
    term.push_str(exact);
}

/// Writes the term of something recognised; it stands at its first word.
pub(super) fn write_recognised(found: &Recognised, term: &mut String) {
    let more = found.last - found.first;
    match found.meaning {
        Meaning::Money { currency, millionths } => {
            term.push(MONEY);
            term.extend(currency.map(char::from));
            term.push_str(&format!("{more:x} {millionths}"));
        }
        Meaning::Day(day) => {
            term.push(DAY);
            term.push_str(&format!("{day} {more:x}"));
        }
    }
}

/// What every amount begins with, in one currency or any.
pub(super) fn money_prefix(currency: Option<[u8; 3]>) -> String {
    let mut prefix = String::from(MONEY);
    prefix.extend(currency.into_iter().flatten().map(char::from));
    prefix
}

/// What every day begins with.
pub(super) fn day_prefix() -> String {
    DAY.into()
}

/// An amount as [`write_recognised`] wrote it: the millionths, and how many words follow the first.
pub(super) fn read_money(term: &str) -> Option<(i128, u32)> {
    let (more, millionths) = term.strip_prefix(MONEY)?.get(3..)?.split_once(' ')?;
    Some((millionths.parse().ok()?, u32::from_str_radix(more, 16).ok()?))
}

/// A day as [`write_recognised`] wrote it, and how many words follow the first.
pub(super) fn read_day(term: &str) -> Option<(jiff::civil::Date, u32)> {
    let (day, more) = term.strip_prefix(DAY)?.split_once(' ')?;
    Some((day.parse().ok()?, u32::from_str_radix(more, 16).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let mut term = String::new();
        let meaning = Meaning::Money { currency: *b"USD", millionths: 5_500_000 };
        write_recognised(&Recognised { first: 3, last: 5, meaning }, &mut term);
        assert!(term.starts_with(&money_prefix(Some(*b"USD"))) && !term.starts_with(&money_prefix(Some(*b"EUR"))));
        assert_eq!(read_money(&term), Some((5_500_000, 2)));
        term.clear();
        let day = "2001-05-17".parse().unwrap();
        write_recognised(&Recognised { first: 0, last: 0, meaning: Meaning::Day(day) }, &mut term);
        assert_eq!((read_day(&term), read_money(&term)), (Some((day, 0)), None));
    }
}
