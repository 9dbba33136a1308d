//! Numbers of paragraphs as the reader sees them: `4.2(b)`, counted list by list and level by level.
//!
//! Word processors keep a list's form and say of each paragraph only its list and level; the number itself stands
//! nowhere in the file. This counts as they do. What a list looks like in a format, and what is no paragraph any more,
//! is the business of that format's reader.

use std::collections::{BTreeMap, BTreeSet};

use super::symbol;

/// Levels of a list: Word has nine, OpenDocument ten.
pub const LEVELS: usize = 10;

/// Longest text of a level's form that is kept, in characters.
const LONGEST_TEXT: usize = 200;

/// Letters and Roman figures beyond this are written as figures.
const LARGEST_WORDED: u32 = 780;

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Numeral {
    /// `1`
    #[default]
    Decimal,
    /// `01`
    DecimalZero,
    /// `a`, after `z` `aa`
    LowerLetter,
    /// `A`
    UpperLetter,
    /// `i`
    LowerRoman,
    /// `I`
    UpperRoman,
    /// `1st`
    Ordinal,
    /// `One`
    CardinalText,
    /// `First`
    OrdinalText,
    /// A sign that is the same for every paragraph.
    Bullet,
    /// No number at all.
    None,
}

/// A part of a level's form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// Text as it is.
    Text(String),
    /// The number of a level, from 0.
    Number(usize),
}

/// What parts the number from its paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Suffix {
    /// A tab.
    #[default]
    Tab,
    /// A space.
    Space,
    /// Nothing.
    Nothing,
}

/// One level of a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Level {
    /// Its first number.
    pub start: u32,
    /// How its number is written.
    pub numeral: Numeral,
    /// What is written.
    pub form: Vec<Piece>,
    /// The font of a bullet.
    pub font: String,
    /// It begins anew after a paragraph of one of so many upper levels; of any, if nothing is said; 0 for never.
    pub restart: Option<usize>,
    /// Whether upper levels are written in figures here.
    pub is_legal: bool,
    /// What follows.
    pub suffix: Suffix,
}

/// What a list looks like; lists of one form count on together.
pub type Form = BTreeMap<usize, Level>;

/// A list: which form it has, and what of that it changes.
#[derive(Debug, Clone, Default)]
pub struct List {
    /// The number of its form.
    pub form: u32,
    /// Levels that begin anew, and with what, when this list first uses them.
    pub starts: BTreeMap<usize, u32>,
    /// Levels it defines itself.
    pub levels: Form,
}

/// The lists of a document.
#[derive(Debug, Clone, Default)]
pub struct Numbering {
    /// Forms by number.
    pub forms: BTreeMap<u32, Form>,
    /// Lists by number.
    pub lists: BTreeMap<u32, List>,
}

/// How far the lists have been counted in one story of a document.
#[derive(Debug, Clone, Default)]
pub struct Counted {
    levels: BTreeMap<u32, [Option<u32>; LEVELS]>,
    begun: BTreeSet<(u32, usize)>,
}

impl Numbering {
    /// Counts a paragraph of a list and gives its number with what parts it from the text; empty where there is none.
    #[must_use]
    pub fn next(&self, so_far: &mut Counted, list: u32, level: usize) -> String {
        self.next_from(so_far, list, level, None)
    }

    /// Counts a paragraph that may say its number itself.
    #[must_use]
    pub fn next_from(&self, so_far: &mut Counted, list: u32, level: usize, said: Option<u32>) -> String {
        let Some(known) = self.lists.get(&list) else { return String::new() };
        let (form_id, no_form) = (known.form, Form::new());
        let form = self.forms.get(&form_id).unwrap_or(&no_form);
        let of = |level: usize| known.levels.get(&level).or_else(|| form.get(&level));
        let Some(own) = of(level).filter(|_| level < LEVELS) else { return String::new() };
        let counted = so_far.levels.entry(form_id).or_default();
        let begins = so_far.begun.insert((list, level));
        counted[level] = said.or_else(|| match (known.starts.get(&level), counted[level]) {
            (Some(start), _) if begins => Some(*start),
            (_, Some(number)) => Some(number.saturating_add(1)),
            (start, None) => Some(start.copied().unwrap_or(own.start)),
        });
        for (at, number) in counted.iter_mut().enumerate() {
            if at < level {
                // A level left out counts as begun.
                *number = number.or(of(at).map(|upper| upper.start));
            } else if at > level && of(at).and_then(|deeper| deeper.restart).is_none_or(|levels| level < levels) {
                *number = None;
            }
        }
        let number = |at: usize| {
            let level = of(at)?;
            let numeral = match level.numeral {
                Numeral::DecimalZero | Numeral::None | Numeral::Bullet => level.numeral,
                _ if own.is_legal => Numeral::Decimal,
                numeral => numeral,
            };
            Some(numeral.written(counted[at].unwrap_or(level.start)))
        };
        own.label(level, &number)
    }
}

impl Level {
    fn label(&self, level: usize, number: &dyn Fn(usize) -> Option<String>) -> String {
        let mut label = String::new();
        for piece in &self.form {
            match piece {
                Piece::Text(text) if self.numeral == Numeral::Bullet => {
                    label.extend(text.chars().filter_map(|c| self.bullet(c)));
                }
                Piece::Text(text) => label.push_str(text),
                Piece::Number(at) if *at <= level => label.push_str(&number(*at).unwrap_or_default()),
                Piece::Number(_) => {}
            }
        }
        if label.trim().is_empty() {
            return String::new();
        }
        label.push_str(match self.suffix {
            Suffix::Tab => "\t",
            Suffix::Space => " ",
            Suffix::Nothing => "",
        });
        label
    }

    /// Signs of symbol fonts by what they look like.
    fn bullet(&self, sign: char) -> Option<char> {
        match u32::from(sign) {
            0xf000..=0xf0ff if self.font.is_empty() => Some('•'),
            code => symbol::character(&self.font, code).map(|shown| match shown {
                '\u{e000}'..='\u{f8ff}' => '•',
                // The small round `o` of Courier, which stands for a ring.
                'o' if self.font.is_empty() || self.font.to_ascii_lowercase().starts_with("courier") => '◦',
                shown => shown,
            }),
        }
    }
}

/// Takes a form apart in which `%1` stands for the number of the first level.
#[must_use]
pub fn form(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut rest = text.chars().take(LONGEST_TEXT).peekable();
    while let Some(c) = rest.next() {
        let level = rest.peek().and_then(|next| next.to_digit(10)).filter(|digit| c == '%' && *digit > 0);
        match level.and_then(|digit| usize::try_from(digit).ok()) {
            Some(digit) => {
                rest.next();
                if !plain.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                }
                pieces.push(Piece::Number(digit - 1));
            }
            None => plain.push(c),
        }
    }
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    pieces
}

impl Numeral {
    /// The numeral of a name in `WordprocessingML` (ISO 29500-1, 17.18.59); those of other scripts are figures.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "decimalZero" => Self::DecimalZero,
            "lowerLetter" => Self::LowerLetter,
            "upperLetter" => Self::UpperLetter,
            "lowerRoman" => Self::LowerRoman,
            "upperRoman" => Self::UpperRoman,
            "ordinal" => Self::Ordinal,
            "cardinalText" => Self::CardinalText,
            "ordinalText" => Self::OrdinalText,
            "bullet" => Self::Bullet,
            "none" => Self::None,
            _ => Self::Decimal,
        }
    }

    /// The numeral of a code in files of Word 97 ([MS-OSHARED] 2.2.1.3).
    #[must_use]
    pub fn coded(code: u8) -> Self {
        match code {
            1 => Self::UpperRoman,
            2 => Self::LowerRoman,
            3 => Self::UpperLetter,
            4 => Self::LowerLetter,
            5 => Self::Ordinal,
            6 => Self::CardinalText,
            7 => Self::OrdinalText,
            22 => Self::DecimalZero,
            23 => Self::Bullet,
            255 => Self::None,
            _ => Self::Decimal,
        }
    }

    /// A number written so.
    #[must_use]
    pub fn written(self, number: u32) -> String {
        match self {
            Self::None | Self::Bullet => String::new(),
            Self::DecimalZero => format!("{number:02}"),
            Self::LowerLetter => letters(number).to_lowercase(),
            Self::UpperLetter => letters(number),
            Self::LowerRoman => roman(number).to_lowercase(),
            Self::UpperRoman => roman(number),
            Self::Ordinal => format!("{number}{}", ordinal_ending(number)),
            Self::CardinalText => words(number, false),
            Self::OrdinalText => words(number, true),
            Self::Decimal => number.to_string(),
        }
    }
}

fn letters(number: u32) -> String {
    if number == 0 || number > LARGEST_WORDED {
        return number.to_string();
    }
    let letter = char::from_u32(u32::from('A') + (number - 1) % 26).unwrap_or('A');
    (0..=(number - 1) / 26).map(|_| letter).collect()
}

fn roman(mut number: u32) -> String {
    const FIGURES: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if number == 0 || number >= 4000 {
        return number.to_string();
    }
    let mut written = String::new();
    for (value, figure) in FIGURES {
        while number >= value {
            written.push_str(figure);
            number -= value;
        }
    }
    written
}

fn ordinal_ending(number: u32) -> &'static str {
    match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    }
}

/// English number words up to 99, as in `Article One`.
fn words(number: u32, is_ordinal: bool) -> String {
    const CARDINAL: [&str; 20] = [
        "Zero",
        "One",
        "Two",
        "Three",
        "Four",
        "Five",
        "Six",
        "Seven",
        "Eight",
        "Nine",
        "Ten",
        "Eleven",
        "Twelve",
        "Thirteen",
        "Fourteen",
        "Fifteen",
        "Sixteen",
        "Seventeen",
        "Eighteen",
        "Nineteen",
    ];
    const TENS: [&str; 10] = ["", "", "Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety"];
    let Some(n) = usize::try_from(number).ok().filter(|n| (1..100).contains(n)) else {
        return if is_ordinal { format!("{number}{}", ordinal_ending(number)) } else { number.to_string() };
    };
    let mut written = match (n, n % 10) {
        (..20, _) => CARDINAL[n].to_owned(),
        (_, 0) => TENS[n / 10].to_owned(),
        (_, ones) => format!("{}-{}", TENS[n / 10], CARDINAL[ones].to_lowercase()),
    };
    if is_ordinal {
        if let Some(stem) = written.strip_suffix('y') {
            written = format!("{stem}ieth");
        } else {
            let last = written.rfind('-').map_or(0, |at| at + 1);
            let (before, word) = written.split_at(last);
            let odd = match word.to_ascii_lowercase().as_str() {
                "one" => Some("first"),
                "two" => Some("second"),
                "three" => Some("third"),
                "five" => Some("fifth"),
                "eight" => Some("eighth"),
                "nine" => Some("ninth"),
                "twelve" => Some("twelfth"),
                _ => None,
            };
            written = match odd {
                Some(odd) if before.is_empty() => format!("{}{}", odd[..1].to_uppercase(), &odd[1..]),
                Some(odd) => format!("{before}{odd}"),
                None => format!("{written}th"),
            };
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_written() {
        let check = |name: &str, numbers: &[u32], expected: &str| {
            let written: Vec<String> = numbers.iter().map(|n| Numeral::named(name).written(*n)).collect();
            assert_eq!(written.join(" "), expected, "{name}");
        };
        check("decimal", &[0, 1, 10], "0 1 10");
        check("decimalZero", &[1, 10, 100], "01 10 100");
        check("lowerLetter", &[1, 26, 27, 53, 9999], "a z aa aaa 9999");
        check("upperRoman", &[1, 4, 9, 14, 1999, 4000], "I IV IX XIV MCMXCIX 4000");
        check("lowerRoman", &[2, 40], "ii xl");
        check("ordinal", &[1, 2, 3, 4, 11, 12, 13, 21], "1st 2nd 3rd 4th 11th 12th 13th 21st");
        check("cardinalText", &[1, 12, 20, 42, 100], "One Twelve Twenty Forty-two 100");
        check(
            "ordinalText",
            &[1, 3, 12, 20, 21, 36, 102],
            "First Third Twelfth Twentieth Twenty-first Thirty-sixth 102nd",
        );
    }

    /// A list of three levels: `Article I`, `1.1`, `(a)`.
    fn contract() -> Numbering {
        let level = |numeral, text: &str| Level { start: 1, numeral, form: form(text), ..Level::default() };
        let levels = [
            level(Numeral::UpperRoman, "Article %1"),
            Level { is_legal: true, ..level(Numeral::Decimal, "%1.%2") },
            level(Numeral::LowerLetter, "(%3)"),
        ];
        let mut numbering = Numbering::default();
        numbering.forms.insert(7, levels.into_iter().enumerate().collect());
        numbering.lists.insert(1, List { form: 7, ..List::default() });
        let starts = BTreeMap::from([(0, 1), (1, 5)]);
        numbering.lists.insert(2, List { form: 7, starts, ..List::default() });
        numbering
    }

    fn check(numbering: &Numbering, paragraphs: &[(u32, usize)], expected: &str) {
        let mut counted = Counted::default();
        let labels: Vec<String> =
            paragraphs.iter().map(|(list, level)| numbering.next(&mut counted, *list, *level)).collect();
        assert_eq!(labels.join("|").replace('\t', ""), expected);
    }

    #[test]
    fn levels_count_below_each_other() {
        check(
            &contract(),
            &[(1, 0), (1, 1), (1, 2), (1, 2), (1, 1), (1, 2), (1, 0), (1, 1)],
            "Article I|1.1|(a)|(b)|1.2|(a)|Article II|2.1",
        );
        check(&contract(), &[(1, 1), (1, 0), (3, 0), (1, 8), (1, 10)], "1.1|Article II|||");
    }

    #[test]
    fn lists_of_one_form_count_on_or_start_anew() {
        check(
            &contract(),
            &[(1, 0), (2, 0), (1, 0), (2, 0), (2, 1), (2, 1)],
            "Article I|Article I|Article II|Article III|3.5|3.6",
        );
        let mut never = contract();
        never.forms.get_mut(&7).and_then(|form| form.get_mut(&1)).into_iter().for_each(|level| level.restart = Some(0));
        check(&never, &[(1, 0), (1, 1), (1, 0), (1, 1)], "Article I|1.1|Article II|2.2");
    }

    #[test]
    fn bullets_are_what_they_look_like() {
        let bullet = |font: &str, text: &str| {
            let level = Level { numeral: Numeral::Bullet, form: form(text), font: font.to_owned(), ..Level::default() };
            level.label(0, &|_| None)
        };
        let seen =
            [("Symbol", "\u{f0b7}"), ("Wingdings", "\u{f0a7}"), ("Courier New", "o"), ("", "–"), ("Odd", "\u{f123}")];
        assert_eq!(seen.map(|(font, text)| bullet(font, text)), ["•\t", "▪\t", "◦\t", "–\t", "•\t"]);
    }

    proptest! {
        #[test]
        fn any_use_of_any_list_does_no_harm(text in "(%[0-9]|[a-z.%]){0,12}", uses in prop::collection::vec((0_u32..4, 0_usize..13), 0..40)) {
            let mut numbering = contract();
            numbering.forms.insert(8, BTreeMap::from([(3, Level { start: u32::MAX, form: form(&text), ..Level::default() })]));
            numbering.lists.insert(3, List { form: 8, ..List::default() });
            let mut counted = Counted::default();
            for (list, level) in uses {
                prop_assert!(numbering.next(&mut counted, list, level).len() < 1000);
            }
        }
    }
}
