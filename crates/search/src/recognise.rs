//! Amounts of money and days written in a text, recognised by rule.
//!
//! Both begin with a word of digits, so nothing is spent on other words. A day is taken only with its month and a year
//! of four digits; where day and month cannot be told apart (`05/06/2001`) both readings are taken. An amount needs a
//! currency beside it: `$5 million`, `EUR 1.000,50`, `20 lakh rupees`.

use jiff::civil::Date;

use crate::folding::fold;
use crate::number;

/// Something recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Recognised {
    /// The position of its first word.
    pub first: u32,
    /// The position of its last word.
    pub last: u32,
    /// What it says.
    pub meaning: Meaning,
}

/// What was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Meaning {
    /// An amount of money.
    Money {
        /// Its ISO 4217 code.
        currency: [u8; 3],
        /// The amount in millionths.
        millionths: i128,
    },
    /// A day.
    Day(Date),
}

/// The words of a text around one of them.
#[derive(Debug)]
pub(crate) struct Around<'t, W> {
    pub(crate) text: &'t str,
    pub(crate) words: &'t [W],
    pub(crate) at: usize,
}

/// Where a word stands, in bytes.
pub(crate) trait Bounds {
    fn bounds(&self) -> (usize, usize);
}

impl<'t, W: Bounds> Around<'t, W> {
    /// The word so many after this one.
    fn word(&self, after: isize) -> Option<&'t str> {
        let (start, end) = self.words.get(self.at.checked_add_signed(after)?)?.bounds();
        self.text.get(start..end)
    }

    /// What stands between the word so many after this one and the next.
    fn gap(&self, after: isize) -> &'t str {
        let at = |n: isize| self.at.checked_add_signed(n).and_then(|at| self.words.get(at)).map(Bounds::bounds);
        let start = at(after).map_or(0, |(_, end)| end);
        let end = at(after + 1).map_or(self.text.len(), |(start, _)| start);
        &self.text[start..end]
    }

    fn recognised(&self, from: isize, to: isize, meaning: Meaning) -> Recognised {
        let position = |n: isize| {
            let at = self.at.checked_add_signed(n).expect("it was read from there");
            u32::try_from(at).expect("extraction limits a text far below 2³² words")
        };
        Recognised { first: position(from), last: position(to), meaning }
    }
}

/// Adds what is recognised around a word that begins with a digit.
pub(crate) fn recognise<W: Bounds>(around: &Around<'_, W>, found: &mut Vec<Recognised>) {
    let Some(word) = around.word(0) else { return };
    money(around, word, found);
    days(around, word, found);
}

fn money<W: Bounds>(around: &Around<'_, W>, word: &str, found: &mut Vec<Recognised>) {
    let digits = word.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let mut last = 0;
    let times = if digits.len() < word.len() {
        let Some(times) = multiple(&word[digits.len()..]) else { return };
        Some(times)
    } else if is_blank(around.gap(0)) || around.gap(0) == "-" {
        let times = around.word(1).and_then(multiple);
        last += isize::from(times.is_some());
        times
    } else {
        None
    };
    let (mut first, mut currency) = (0, None);
    let before = around.gap(-1);
    let close = before.trim_end_matches([' ', '\u{a0}', '\u{202f}']);
    if let Some(sign) = close.chars().next_back() {
        currency = of_sign(sign).map(|usual| {
            // `US$5`: the letters directly before the sign say which.
            let named = (close.chars().count() == 1).then(|| around.word(-1)).flatten();
            match (sign, named.and_then(of_prefix)) {
                ('$', Some(code)) => {
                    first = -1;
                    code
                }
                _ => usual,
            }
        });
    }
    if currency.is_none() && (is_blank(before) || before.trim_matches(' ') == ".") {
        currency = around.word(-1).and_then(of_code);
        first = -isize::from(currency.is_some());
    }
    // What names the currency after the amount belongs to the passage in any case.
    let behind = around.gap(last);
    let sign = behind.trim_start_matches([' ', '\u{a0}', '\u{202f}']).chars().next().and_then(of_sign);
    if currency.is_none() && sign.is_some() && !behind.contains('\n') {
        // `5 $10` is no amount of five dollars.
        let follows_number = around.word(last + 1).is_some_and(|next| next.starts_with(|c: char| c.is_ascii_digit()));
        currency = sign.filter(|_| !follows_number || behind.ends_with(char::is_whitespace));
    }
    if is_blank(behind)
        && let Some(named) = around.word(last + 1).and_then(|word| of_code(word).or_else(|| of_name(word)))
        && currency.is_none_or(|known| known == named)
    {
        currency = Some(named);
        last += 1;
    }
    // Few numbers are amounts: what it reads as is asked last.
    if let Some(currency) = currency
        && let Some(number) = number::read(digits)
    {
        let millionths = number * times.unwrap_or(1);
        found.push(around.recognised(first, last, Meaning::Money { currency: *currency, millionths }));
    }
}

fn is_blank(gap: &str) -> bool {
    !gap.is_empty() && gap.chars().all(|c| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\n'))
}

/// How many one of these is.
fn multiple(word: &str) -> Option<i128> {
    Some(match fold(word).as_ref() {
        "k" | "thousand" | "tausend" | "mille" | "mil" => 1_000,
        "m" | "mm" | "mn" | "mio" | "million" | "millions" | "millionen" | "millones" | "milioni" => 1_000_000,
        "b" | "bn" | "mrd" | "billion" | "billions" | "milliarden" | "milliard" | "milliards" => 1_000_000_000,
        "lakh" | "lakhs" | "lac" => 100_000,
        "crore" | "crores" | "cr" => 10_000_000,
        _ => return None,
    })
}

fn of_sign(sign: char) -> Option<&'static [u8; 3]> {
    Some(match sign {
        '$' => b"USD",
        '€' => b"EUR",
        '£' => b"GBP",
        '¥' => b"JPY",
        '₹' => b"INR",
        _ => return None,
    })
}

/// What stands before `$` to say whose.
fn of_prefix(word: &str) -> Option<&'static [u8; 3]> {
    Some(match word {
        "US" | "USD" => b"USD",
        "A" | "AU" => b"AUD",
        "C" | "CA" => b"CAD",
        "HK" => b"HKD",
        "NZ" => b"NZD",
        "S" => b"SGD",
        "R" => b"BRL",
        _ => return None,
    })
}

/// Codes count in capitals only.
fn of_code(word: &str) -> Option<&'static [u8; 3]> {
    const CODES: [&[u8; 3]; 27] = [
        b"USD", b"EUR", b"GBP", b"CHF", b"INR", b"JPY", b"CNY", b"CAD", b"AUD", b"NZD", b"SEK", b"NOK", b"DKK", b"SGD",
        b"HKD", b"BRL", b"ZAR", b"MXN", b"RUB", b"KRW", b"AED", b"SAR", b"ILS", b"PLN", b"CZK", b"HUF", b"TRY",
    ];
    match word {
        "Rs" | "RS" | "rs" => Some(b"INR"),
        "RMB" => Some(b"CNY"),
        "TRY" => None,
        word if word.len() == 3 => CODES.into_iter().find(|code| code.as_slice() == word.as_bytes()),
        _ => None,
    }
}

fn of_name(word: &str) -> Option<&'static [u8; 3]> {
    Some(match fold(word).as_ref() {
        "dollar" | "dollars" => b"USD",
        "euro" | "euros" => b"EUR",
        "pound" | "pounds" => b"GBP",
        "yen" => b"JPY",
        "rupee" | "rupees" => b"INR",
        "franken" => b"CHF",
        _ => return None,
    })
}

fn days<W: Bounds>(around: &Around<'_, W>, word: &str, found: &mut Vec<Recognised>) {
    let mut add = |from, to, year: i16, month: i8, day: i8| {
        if let Ok(date) = Date::new(year, month, day) {
            found.push(around.recognised(from, to, Meaning::Day(date)));
        }
    };
    let next_year = |at: isize| around.word(at).and_then(year);
    // `17 May 2001`, `17. Mai 2001`, `17 de mayo de 2001`, `17th of May, 2001`
    if let Some(day) = day(word)
        && matches!(around.gap(0).trim_end_matches([' ', '\u{a0}', '\n']), "" | ".")
    {
        let at = 1 + isize::from(around.word(1).is_some_and(is_of));
        if let Some(month) = around.word(at).and_then(month) {
            let at = at + 1 + isize::from(around.word(at + 1).is_some_and(is_of));
            if let Some(year) = next_year(at).filter(|_| is_loose(around.gap(at - 1))) {
                add(0, at, year, month, day);
            }
        }
    }
    // `May 17, 2001`
    if let Some(day) = day(word)
        && let Some(month) = around.word(-1).and_then(month)
        && is_loose(around.gap(-1))
        && is_loose(around.gap(0))
        && let Some(year) = next_year(1)
    {
        add(-1, 1, year, month, day);
    }
    // `2001-05-17`, `2001/05/17`
    let same = around.gap(0);
    if matches!(same, "-" | "/" | "‑") && around.gap(1) == same {
        if let Some(year) = year(word)
            && let Some(month) = around.word(1).and_then(two)
            && let Some(day) = around.word(2).and_then(|word| two(word.split('T').next().unwrap_or_default()))
        {
            add(0, 2, year, month, day);
        } else if let Some(first) = two(word)
            && let Some(second) = around.word(1).and_then(two)
            && let Some(year) = next_year(2)
        {
            add(0, 2, year, second, first);
            if first != second {
                add(0, 2, year, first, second);
            }
        }
    }
    // `17.05.2001`
    let mut parts = word.split('.');
    if let (Some(first), Some(second), Some(third), None) = (parts.next(), parts.next(), parts.next(), parts.next()) {
        if let (Some(day), Some(month), Some(year)) = (two(first), two(second), year(third)) {
            add(0, 0, year, month, day);
        } else if let (Some(year), Some(month), Some(day)) = (year(first), two(second), two(third)) {
            add(0, 0, year, month, day);
        }
    }
}

/// Whether only blanks, a comma or a full stop part two words.
fn is_loose(gap: &str) -> bool {
    !gap.is_empty() && gap.chars().all(|c| matches!(c, ' ' | '\u{a0}' | '\n' | ',' | '.')) && gap.len() <= 4
}

fn is_of(word: &str) -> bool {
    matches!(word, "of" | "de" | "del" | "di" | "do")
}

/// A day of a month: `17`, `17th`, `1er`.
fn day(word: &str) -> Option<i8> {
    let digits = word.trim_end_matches(|c: char| c.is_alphabetic());
    let suffix = &word[digits.len()..];
    if !matches!(suffix, "" | "st" | "nd" | "rd" | "th" | "er" | "º" | "ª") {
        return None;
    }
    two(digits)
}

/// A number of one or two digits.
fn two(word: &str) -> Option<i8> {
    (word.len() <= 2 && word.bytes().all(|b| b.is_ascii_digit())).then(|| word.parse().ok()).flatten()
}

/// A year of four digits, from 1000 to 2999.
fn year(word: &str) -> Option<i16> {
    let good = word.len() == 4 && word.bytes().all(|b| b.is_ascii_digit()) && matches!(word.as_bytes()[0], b'1' | b'2');
    good.then(|| word.parse().ok()).flatten()
}

/// The month of a name in English, German, French, Spanish, Italian, Dutch or Portuguese.
fn month(word: &str) -> Option<i8> {
    if word.len() > 12 || !word.starts_with(char::is_alphabetic) {
        return None;
    }
    Some(match fold(word).as_ref() {
        "january" | "jan" | "januar" | "janner" | "janvier" | "enero" | "gennaio" | "januari" | "janeiro" => 1,
        "february" | "feb" | "februar" | "fevrier" | "febrero" | "febbraio" | "februari" | "fevereiro" => 2,
        "march" | "mar" | "marz" | "mars" | "marzo" | "maart" | "marco" => 3,
        "april" | "apr" | "avril" | "abril" | "aprile" => 4,
        "may" | "mai" | "mayo" | "maggio" | "mei" | "maio" => 5,
        "june" | "jun" | "juni" | "juin" | "junio" | "giugno" | "junho" => 6,
        "july" | "jul" | "juli" | "juillet" | "julio" | "luglio" | "julho" => 7,
        "august" | "aug" | "aout" | "agosto" | "augustus" => 8,
        "september" | "sep" | "sept" | "septembre" | "septiembre" | "settembre" | "setembro" => 9,
        "october" | "oct" | "oktober" | "okt" | "octobre" | "octubre" | "ottobre" | "outubro" => 10,
        "november" | "nov" | "novembre" | "noviembre" | "novembro" => 11,
        "december" | "dec" | "dezember" | "dez" | "decembre" | "diciembre" | "dicembre" | "dezembro" => 12,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Analysis;

    /// What is recognised, each with its words.
    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let mut analysis = Analysis::default();
        analysis.read(text);
        let shown = |found: &Recognised| {
            let (start, end) =
                (analysis.words[found.first as usize].bounds().0, analysis.words[found.last as usize].bounds().1);
            let meaning = match found.meaning {
                Meaning::Money { currency, millionths } => {
                    format!("{} {}", String::from_utf8_lossy(&currency), number::shown(millionths))
                }
                Meaning::Day(date) => date.to_string(),
            };
            format!("{}={meaning}", &text[start..end])
        };
        let found: Vec<String> = analysis.recognised.iter().map(shown).collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn amounts_need_a_currency() {
        check("pay $5 now", &["5=USD 5"]);
        check("pay $5.5 million now", &["5.5 million=USD 5500000"]);
        check("US$1,000.50", &["US$1,000.50=USD 1000.5"]);
        check("A$20 and HK$30", &["A$20=AUD 20", "HK$30=HKD 30"]);
        check("USD 5m", &["USD 5m=USD 5000000"]);
        check("€ 1.000,50", &["1.000,50=EUR 1000.5"]);
        check("5 € or 7 EUR", &["5=EUR 5", "7 EUR=EUR 7"]);
        check("Rs. 20 lakh", &["Rs. 20 lakh=INR 2000000"]);
        check("₹3 crore", &["3 crore=INR 30000000"]);
        check("ten million", &[]);
        check("5 million people", &[]);
        check("£3bn", &["3bn=GBP 3000000000"]);
        check("20 dollars", &["20 dollars=USD 20"]);
        check("$20 dollars", &["20 dollars=USD 20"]);
        check("section 5 $10", &["10=USD 10"]);
        check("usd 5", &[]);
    }

    #[test]
    fn days_need_a_month_and_a_year() {
        check("on 17 May 2001.", &["17 May 2001=2001-05-17"]);
        check("May 17, 2001", &["May 17, 2001=2001-05-17"]);
        check("May 17th, 2001", &["May 17th, 2001=2001-05-17"]);
        check("the 17th of May, 2001", &["17th of May, 2001=2001-05-17"]);
        check("2001-05-17", &["2001-05-17=2001-05-17"]);
        check("17.05.2001", &["17.05.2001=2001-05-17"]);
        check("05/17/2001", &["05/17/2001=2001-05-17"]);
        check("05/06/2001", &["05/06/2001=2001-06-05", "05/06/2001=2001-05-06"]);
        check("17. März 2001", &["17. März 2001=2001-03-17"]);
        check("1er août 2001", &["1er août 2001=2001-08-01"]);
        check("17 de mayo de 2001", &["17 de mayo de 2001=2001-05-17"]);
        check("30 February 2001", &[]);
        check("May 2001", &[]);
        check("17 May", &[]);
    }
}
