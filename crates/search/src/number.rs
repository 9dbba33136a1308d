//! Numbers and amounts of money, in queries and in texts.
//!
//! Both are counted in millionths, so that comparing them is exact.

use std::fmt;

/// How many there are in one.
pub const MILLIONTHS: i128 = 1_000_000;

/// Digits before the decimals of a number that is read.
const MAX_DIGITS: usize = 24;

/// Numbers from one to another, both ends included; either may be open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NumberRange {
    /// The smallest, in millionths.
    pub least: Option<i128>,
    /// The largest, in millionths.
    pub most: Option<i128>,
}

/// Amounts of money from one to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MoneyRange {
    /// The currency by its ISO 4217 code, or any.
    pub currency: Option<[u8; 3]>,
    /// From where to where.
    pub amount: NumberRange,
}

impl NumberRange {
    /// Whether a number, in millionths, lies in it.
    #[must_use]
    pub fn holds(self, millionths: i128) -> bool {
        self.least.is_none_or(|least| least <= millionths) && self.most.is_none_or(|most| millionths <= most)
    }
}

/// The number a word reads as, in millionths; `None` when it reads as none.
///
/// Digits may stand in groups parted by commas, full stops, apostrophes or narrow spaces, and have decimals. A single
/// comma before three digits parts a group (`1,234`), a single full stop always begins decimals (`1.234`). Decimals
/// beyond the sixth are not looked at.
#[must_use]
pub fn read(word: &str) -> Option<i128> {
    let first = word.as_bytes().first()?;
    if !first.is_ascii_digit() {
        return None;
    }
    if word.len() <= MAX_DIGITS && word.bytes().all(|b| b.is_ascii_digit()) {
        return word.parse::<i128>().ok().map(|whole| whole * MILLIONTHS);
    }
    let mut groups = word.split(|c: char| !c.is_ascii_digit());
    let marks: Vec<char> = word.chars().filter(|c| !c.is_ascii_digit()).collect();
    let groups: Vec<&str> = groups.by_ref().collect();
    if marks.iter().any(|mark| !matches!(mark, ',' | '.' | '\'' | '’' | '\u{202f}'))
        || groups.iter().any(|g| g.is_empty())
    {
        return None;
    }
    let (last, inner) = marks.split_last()?;
    let parts_groups = |count: usize| {
        let sized = groups[1..count].iter().enumerate();
        // Lakhs and crores are parted every two digits.
        let indian = count > 2 && marks[0] == ',';
        let mut sizes = sized.map(|(i, group)| group.len() == 3 || (indian && group.len() == 2 && i + 2 < count));
        groups[0].len() <= 3 && sizes.all(|good| good)
    };
    let all_same = inner.iter().all(|mark| mark == last);
    let decimals = match last {
        '.' | ',' if inner.is_empty() => {
            let grouped = *last == ',' && parts_groups(2) && groups[0] != "0";
            !grouped
        }
        '.' | ',' if all_same => {
            if !parts_groups(groups.len()) {
                return None;
            }
            false
        }
        // Groups by one mark, decimals by another.
        '.' | ',' if inner.iter().all(|mark| mark == &inner[0]) && parts_groups(groups.len() - 1) => true,
        _ if all_same && parts_groups(groups.len()) => false,
        _ => return None,
    };
    let (whole, fraction) = if decimals { groups.split_at(groups.len() - 1) } else { (&groups[..], &[][..]) };
    let whole = whole.concat();
    if whole.len() > MAX_DIGITS {
        return None;
    }
    let fraction: String = fraction.first().map_or(String::new(), |digits| digits.chars().take(6).collect());
    let fraction: i128 = format!("{fraction:0<6}").parse().ok()?;
    Some(whole.parse::<i128>().ok()? * MILLIONTHS + fraction)
}

/// A number of millionths as people write it: `12.5`.
#[must_use]
pub fn shown(millionths: i128) -> String {
    let (whole, rest) = (millionths.unsigned_abs() / 1_000_000, millionths.unsigned_abs() % 1_000_000);
    let sign = if millionths < 0 { "-" } else { "" };
    let decimals = format!("{rest:06}");
    let decimals = decimals.trim_end_matches('0');
    if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") }
}

/// `100..200`, `100..`, `..200`, or `100` alone.
impl fmt::Display for NumberRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.least, self.most) {
            (Some(least), Some(most)) if least == most => f.write_str(&shown(least)),
            (least, most) => {
                write!(f, "{}..{}", least.map(shown).unwrap_or_default(), most.map(shown).unwrap_or_default())
            }
        }
    }
}

/// `USD 100..200`, or `100..200` in any currency.
impl fmt::Display for MoneyRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(currency) = self.currency {
            write!(f, "{} ", currency.map(char::from).iter().collect::<String>())?;
        }
        write!(f, "{}", self.amount)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, expected: &str) {
        assert_eq!(read(word).map(shown).unwrap_or_default(), expected, "{word}");
    }

    #[test]
    fn words_read_as_numbers() {
        check("12", "12");
        check("007", "7");
        check("1,234", "1234");
        check("1.234", "1.234");
        check("1.234,5", "1234.5");
        check("1,234.5", "1234.5");
        check("1.234.567", "1234567");
        check("1,234,567.89", "1234567.89");
        check("1,5", "1.5");
        check("0,125", "0.125");
        check("1'000'000", "1000000");
        check("10\u{202f}000", "10000");
        check("1,00,000", "100000");
        check("12,34,567", "1234567");
        check("3.1415926535", "3.141592");
    }

    #[test]
    fn other_words_do_not() {
        for word in ["", "a1", "1a", "12.3.4", "17.05.2001", "1_000", "1,23,4", "3rd", "1..2"] {
            check(word, "");
        }
        check(&"9".repeat(40), "");
    }
}
