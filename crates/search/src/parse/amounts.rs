//! Ranges of numbers, amounts of money and sizes as queries write them: `100..200`, `>=5m`, `USD 1000000..`, `>1mb`.
//!
//! How texts write them is none of this file's business.

use crate::number::{MILLIONTHS, MoneyRange, NumberRange};

/// What numbers a range is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    /// Any number.
    Plain,
    /// Money: `k`, `m`, `bn` and the like may follow.
    Money,
    /// Whole numbers.
    Whole,
    /// Bytes: `kb`, `mb`, `gb` may follow.
    Bytes,
}

/// Reads `N`, `N..M`, `N..`, `..M`, `>=N`, `>N`, `<=N` or `<N`; the error is a sentence.
pub(super) fn range(written: &str, unit: Unit) -> Result<NumberRange, String> {
    let number = |text: &str| number(text.trim(), unit).ok_or_else(|| bad(text.trim(), unit));
    let step = if matches!(unit, Unit::Whole | Unit::Bytes) { MILLIONTHS } else { 1 };
    let written = written.trim();
    let range = if let Some(text) = written.strip_prefix(">=") {
        NumberRange { least: Some(number(text)?), most: None }
    } else if let Some(text) = written.strip_prefix("<=") {
        NumberRange { least: None, most: Some(number(text)?) }
    } else if let Some(text) = written.strip_prefix('>') {
        NumberRange { least: Some(number(text)? + step), most: None }
    } else if let Some(text) = written.strip_prefix('<') {
        NumberRange { least: None, most: Some(number(text)? - step) }
    } else if let Some((least, most)) = written.split_once("..") {
        let end = |text: &str| if text.trim().is_empty() { Ok(None) } else { number(text).map(Some) };
        NumberRange { least: end(least)?, most: end(most)? }
    } else {
        let exact = number(written.strip_prefix('=').unwrap_or(written))?;
        NumberRange { least: Some(exact), most: Some(exact) }
    };
    if range.least.zip(range.most).is_some_and(|(least, most)| most < least) {
        return Err(format!("the range `{written}` ends before it begins"));
    }
    Ok(range)
}

/// Reads a range of money: a currency, if one is meant, before or after a range.
pub(super) fn money(written: &str) -> Result<MoneyRange, String> {
    let written = written.trim();
    let is_currency = |text: &str| text.len() == 3 && text.bytes().all(|b| b.is_ascii_alphabetic());
    let code = |text: &str| {
        let bytes = text.to_ascii_uppercase();
        <[u8; 3]>::try_from(bytes.as_bytes()).ok()
    };
    if is_currency(written) {
        return Ok(MoneyRange { currency: code(written), amount: NumberRange::default() });
    }
    let signs = [("US$", "USD"), ("$", "USD"), ("€", "EUR"), ("£", "GBP"), ("¥", "JPY"), ("₹", "INR")];
    let without;
    let (currency, amount) = if let Some((sign, name)) = signs.iter().find(|(sign, _)| written.contains(sign)) {
        without = written.replace(sign, "");
        (code(name), without.as_str())
    } else if let Some((first, rest)) = written.split_once(char::is_whitespace).filter(|(first, _)| is_currency(first))
    {
        (code(first), rest)
    } else if let Some((rest, last)) = written.rsplit_once(char::is_whitespace).filter(|(_, last)| is_currency(last)) {
        (code(last), rest)
    } else {
        (None, written)
    };
    Ok(MoneyRange { currency, amount: range(amount, Unit::Money)? })
}

fn bad(text: &str, unit: Unit) -> String {
    let example = match unit {
        Unit::Plain => "`100..200`, `100..`, `>=1.5` or `42`",
        Unit::Money => "`USD 1000000..`, `>=5m` or `EUR 10k..20k`",
        Unit::Whole => "`10..20`, `>=10` or `3`",
        Unit::Bytes => "`>1mb`, `100kb..5mb` or `2048`",
    };
    format!("`{text}` is not a number that can be searched for here; write a range such as {example}")
}

/// A number in millionths. Commas between groups of three digits are passed over.
fn number(text: &str, unit: Unit) -> Option<i128> {
    let lower = text.to_lowercase();
    let letters = lower.find(|c: char| c.is_alphabetic()).unwrap_or(lower.len());
    let (digits, suffix) = (lower[..letters].trim_end(), &lower[letters..]);
    let factor: i128 = match (unit, suffix) {
        (_, "") | (Unit::Bytes, "b") => 1,
        (Unit::Money, "k" | "thousand") | (Unit::Bytes, "k" | "kb") => 1_000,
        (Unit::Money, "m" | "mm" | "mn" | "million") | (Unit::Bytes, "m" | "mb") => 1_000_000,
        (Unit::Money, "b" | "bn" | "billion") | (Unit::Bytes, "g" | "gb") => 1_000_000_000,
        (Unit::Money, "tn" | "trillion") | (Unit::Bytes, "tb") => 1_000_000_000_000,
        (Unit::Money, "lakh") => 100_000,
        (Unit::Money, "crore" | "cr") => 10_000_000,
        (Unit::Bytes, "kib") => 1 << 10,
        (Unit::Bytes, "mib") => 1 << 20,
        (Unit::Bytes, "gib") => 1 << 30,
        _ => return None,
    };
    let (negative, digits) = match digits.strip_prefix('-') {
        Some(rest) if unit == Unit::Plain => (true, rest),
        _ => (false, digits),
    };
    let (whole, decimals) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    let groups: Vec<&str> = whole.split(',').collect();
    let grouped = groups.len() == 1 || (!groups[0].is_empty() && groups[1..].iter().all(|group| group.len() == 3));
    let whole = groups.concat();
    if whole.is_empty() || !grouped || !all_digits(&whole) || !all_digits(decimals) {
        return None;
    }
    if whole.len() > 18 || decimals.len() > 6 || (digits.ends_with('.') && decimals.is_empty()) {
        return None;
    }
    let scaled: i128 = format!("{whole}{decimals:0<6}").parse().ok()?;
    let value = scaled.checked_mul(factor)?;
    if matches!(unit, Unit::Whole | Unit::Bytes) && value % MILLIONTHS != 0 {
        return None;
    }
    Some(if negative { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, unit: Unit, least: Option<i128>, most: Option<i128>) {
        assert_eq!(range(written, unit), Ok(NumberRange { least, most }), "{written}");
    }

    #[test]
    fn ranges_include_their_ends() {
        check("100..200", Unit::Plain, Some(100_000_000), Some(200_000_000));
        check("1,000 .. 2,000", Unit::Plain, Some(1_000_000_000), Some(2_000_000_000));
        check(">1", Unit::Plain, Some(1_000_001), None);
        check("<1", Unit::Whole, None, Some(0));
        check("<=-1.5", Unit::Plain, None, Some(-1_500_000));
        check("..", Unit::Plain, None, None);
        check(">1.5mb", Unit::Bytes, Some(1_500_001_000_000), None);
        check("2kib", Unit::Bytes, Some(2_048_000_000), Some(2_048_000_000));
        check(">=5m", Unit::Money, Some(5_000_000_000_000), None);
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in ["", "x", "1..x", "5..1", "1.2.3", "1,00", "1e9", "5m", "--1", "1.", "12345678901234567890"] {
            assert!(range(bad, Unit::Plain).is_err(), "{bad}");
        }
        assert!(range("1.5", Unit::Whole).is_err());
    }

    #[test]
    fn currencies_stand_on_either_side() {
        let usd =
            |least| MoneyRange { currency: Some(*b"USD"), amount: NumberRange { least: Some(least), most: None } };
        for written in ["USD 5..", "usd 5..", "$5..", "5.. USD", "US$ 5.."] {
            assert_eq!(money(written), Ok(usd(5_000_000)), "{written}");
        }
        assert_eq!(money("EUR"), Ok(MoneyRange { currency: Some(*b"EUR"), amount: NumberRange::default() }));
        assert_eq!(money("5..").map(|range| range.currency), Ok(None));
    }
}
