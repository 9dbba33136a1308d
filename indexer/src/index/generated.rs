//! Documents and queries made by a dice, the same each time, for the index to be compared with the oracle on.

use std::collections::BTreeMap;

use redwell_search::brute::Document;
use redwell_search::number::{MILLIONTHS, MoneyRange, NumberRange};
use redwell_search::query::{End, Near, Range, Reach};
use redwell_search::term::{StemLanguage, TermRegex, TextRegex};
use redwell_search::{DateRange, Field, OrderedField, Pattern, Query, Term};

/// A small generator of numbers, the same each time.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    /// A number below `limit`.
    pub(super) fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let high = u32::try_from(self.0 >> 33).unwrap();
        high % limit
    }

    fn of<'t>(&mut self, choices: &[&'t str]) -> &'t str {
        choices[self.below(u32::try_from(choices.len()).unwrap()) as usize]
    }
}

const WORDS: &[&str] =
    &["a", "b", "c", "d", "ab", "abc", "abd", "bcd", "e", "oeuvre", "東", "京", "3.14", "o'neil", "σοφια", "ท"];
const EXACT: &[&str] = &["a", "b", "B", "D", "ABC", "É", "é", "Œuvre", "O'Neil", "ΣΟΦΙΑ", "abd"];
const WRITTEN: &[&str] = &[
    "a",
    "B",
    "c",
    "D",
    "ab",
    "ABC",
    "abd",
    "Bcd",
    "É",
    "e",
    "Œuvre",
    "東京",
    "3.14",
    "O’Neil",
    "ΣΟΦΊΑ",
    "a-b",
    "—",
    "c.\n",
    "b.",
    "D!",
    "\n\n",
    "$5",
    "US$1,000",
    "20 million euros",
    "17 May 2001",
    "05/06/2001",
    "Mr.",
    "ab",
    "ทท",
    "a",
    "b",
];
const PATTERNS: &[&str] = &["a*", "*b", "?b*", "ab?", "b*d", "a?c", "3.*", "o*l", "?e*", "zz*"];
const TERM_REGEXES: &[&str] = &["ab?c?", "[a-c]+", ".*d", "o'.*", "zz"];
const TEXT_REGEXES: &[&str] = &["a b", "(?-i)B", "[bd]\\.\\s", "a\\W+b", "abc d", "may \\d+", "東京", "b*"];
const CUSTODIANS: &[&str] = &["Ann A", "Bob b c", "Chan 東"];
const NAMES: &[&str] = &["Ann Lee", "Lee.Bo", "a_b", "Bo"];
const MD5: &[&str] = &[
    "0f343b0931126a20f133d67c2b018a3b",
    "0f343b0931126a20f133d67c2b018a3c",
    "00000000000000000000000000000001",
    "99999999999999999999999999999999",
];
const DATES: &[&str] =
    &["1999-12-31T23:59:59Z", "2000-01-01T00:00:00Z", "2001-05-17T12:00:00Z", "1969-12-31T23:59:59Z"];
const DAYS: &[&str] = &["2000", "..1999", ">=2000", "1969-12-31", "2001-05..2001-06"];

fn text(dice: &mut Dice, most: u32) -> String {
    let length = dice.below(most + 1);
    (0..length).map(|_| dice.of(WRITTEN)).collect::<Vec<_>>().join(" ")
}

/// Documents of every kind, numbered from 1.
pub(super) fn corpus(dice: &mut Dice, size: u32) -> Vec<Document> {
    let document = |ordinal: u32| {
        let mut fields = BTreeMap::new();
        let custodians = 1 + dice.below(2);
        let mut names: Vec<String> = (0..custodians).map(|_| dice.of(CUSTODIANS).to_owned()).collect();
        names.dedup();
        fields.insert(Field::Custodian, names);
        fields.insert(Field::Type, vec![dice.of(&["pdf", "eml", "docx"]).to_owned()]);
        fields.insert(Field::Title, vec![text(dice, 4)]);
        fields.insert(Field::Author, (0..dice.below(3)).map(|_| dice.of(NAMES).to_owned()).collect());
        fields.insert(Field::Subject, vec![text(dice, 3)]);
        fields.insert(Field::Sha256, vec![dice.below(30).to_string()]);
        if dice.below(4) > 0 {
            fields.insert(Field::Md5, vec![dice.of(MD5).to_owned()]);
        }
        if dice.below(2) == 0 {
            fields.insert(Field::MessageId, vec![format!("m{}", dice.below(20))]);
            fields.insert(Field::References, (0..dice.below(3)).map(|_| format!("m{}", dice.below(30))).collect());
        }
        let date = (dice.below(4) > 0).then(|| dice.of(DATES).parse().unwrap());
        let mut ordered = BTreeMap::from([(OrderedField::Size, i64::from(dice.below(20)))]);
        if dice.below(2) == 0 {
            ordered.insert(OrderedField::Pages, i64::from(dice.below(5)));
            ordered.insert(OrderedField::Sent, i64::from(dice.below(3)) * 400 * 86_400);
        }
        ordered.insert(OrderedField::Exceptions, i64::from(dice.below(2)));
        let family = Some(1 + (ordinal - 1) / 3 * 3);
        Document { ordinal, text: text(dice, 14), fields, date, ordered, family }
    };
    (1..=size).map(document).collect()
}

fn numbers(dice: &mut Dice) -> NumberRange {
    let mut end = |open: bool| (!open).then(|| i128::from(dice.below(12)) * MILLIONTHS);
    let (least, most) = (end(false), end(true));
    match dice.below(3) {
        0 => NumberRange { least, most },
        1 => NumberRange { least: most, most: least },
        _ => NumberRange { least, most: least.map(|least| least + 3 * MILLIONTHS) },
    }
}

fn term(dice: &mut Dice) -> Query {
    Query::Term(match dice.below(14) {
        0 | 1 => Term::Wildcard(Pattern::new(dice.of(PATTERNS)).unwrap()),
        2 => Term::Exact(dice.of(EXACT).to_owned()),
        3 => Term::Regex(TermRegex::new(dice.of(TERM_REGEXES)).unwrap()),
        4 => Term::Fuzzy { word: dice.of(WORDS).to_owned(), edits: 1 },
        5 => Term::Stem { word: dice.of(WORDS).to_owned(), language: StemLanguage::English },
        6 => Term::Number(numbers(dice)),
        _ => Term::Word(dice.of(WORDS).to_owned()),
    })
}

fn leaf(dice: &mut Dice) -> Query {
    match dice.below(12) {
        0 | 1 => {
            let parts = 1 + dice.below(3);
            let part = |dice: &mut Dice| match dice.below(5) {
                0 => Query::or([term(dice), Query::phrase([term(dice), term(dice)])]),
                _ => term(dice),
            };
            Query::phrase((0..parts).map(|_| part(dice)).collect::<Vec<_>>())
        }
        2 => Query::Money(MoneyRange { currency: (dice.below(2) == 0).then_some(*b"USD"), amount: numbers(dice) }),
        3 => Query::Day(DateRange::parse(dice.of(DAYS)).unwrap()),
        4 => Query::Regex(TextRegex::new(dice.of(TEXT_REGEXES)).unwrap()),
        _ => term(dice),
    }
}

fn operand(dice: &mut Dice, depth: u32) -> Query {
    match if depth == 0 { 9 } else { dice.below(9) } {
        0 => Query::and([spanning(dice, depth - 1), spanning(dice, 0)]),
        1 => Query::and([spanning(dice, depth - 1), Query::not(spanning(dice, 0))]),
        2 => Query::or([spanning(dice, 0), Query::and([leaf(dice), leaf(dice)])]),
        _ => spanning(dice, depth),
    }
}

/// A query with passages.
fn spanning(dice: &mut Dice, depth: u32) -> Query {
    match if depth == 0 { 9 } else { dice.below(8) } {
        0..=3 => {
            let (left, right) = (operand(dice, depth - 1), operand(dice, depth - 1));
            let reach = match dice.below(5) {
                0 => Reach::Sentence,
                1 => Reach::Paragraph,
                _ => Reach::Words(1 + dice.below(6)),
            };
            let (is_ordered, is_negated) = (dice.below(2) == 0, dice.below(4) == 0);
            Query::proximity(Near { left, right, reach, is_ordered, is_negated })
        }
        4 => Query::or([spanning(dice, depth - 1), spanning(dice, depth - 1)]),
        5 => {
            let end = if dice.below(2) == 0 { End::First } else { End::Last };
            Query::edge(spanning(dice, depth - 1), end, 1 + dice.below(6))
        }
        _ => leaf(dice),
    }
}

fn boolean(dice: &mut Dice, depth: u32, leaf: &mut dyn FnMut(&mut Dice) -> Query) -> Query {
    match if depth == 0 { 9 } else { dice.below(10) } {
        0 | 1 => Query::and([boolean(dice, depth - 1, leaf), boolean(dice, depth - 1, leaf)]),
        2 | 3 => Query::or([boolean(dice, depth - 1, leaf), boolean(dice, depth - 1, leaf), leaf(dice)]),
        4 => Query::not(boolean(dice, depth - 1, leaf)),
        5 => Query::and_any(boolean(dice, depth - 1, leaf), leaf(dice)),
        6 => {
            let least = dice.below(4);
            let most = (dice.below(2) == 0).then(|| least + dice.below(3));
            Query::hits(boolean(dice, depth - 1, leaf), least, most)
        }
        _ => leaf(dice),
    }
}

/// A query made of words alone, or one term of any kind.
pub(super) fn of_words(dice: &mut Dice) -> Query {
    if dice.below(5) == 0 {
        return term(dice);
    }
    let mut word = || Query::Term(Term::Word(dice.of(WORDS).to_owned()));
    let (a, b, c) = (word(), word(), word());
    match dice.below(6) {
        0 => a,
        1 => Query::and([a, b]),
        2 => Query::and([a, b, Query::not(c)]),
        3 => Query::or([a, b, c]),
        4 => Query::phrase([a, b]),
        _ => Query::phrase([a, b, c]),
    }
}

/// What can be asked of a digest.
fn digest(dice: &mut Dice) -> Query {
    match dice.below(6) {
        0..=2 => Query::Term(Term::Word(dice.of(MD5).to_owned())),
        3 => Query::Term(Term::Wildcard(Pattern::new(dice.of(&["0*", "0f?*", "*1", "9*", "z*"])).unwrap())),
        4 => Query::hits(Query::Term(Term::Wildcard(Pattern::new(dice.of(&["0*", "?9*"])).unwrap())), 1, None),
        _ => spanning(dice, 1),
    }
}

/// Any query an engine answers by itself.
pub(super) fn query(dice: &mut Dice) -> Query {
    boolean(dice, 4, &mut |dice| match dice.below(16) {
        0 | 1 => {
            let field =
                [Field::Custodian, Field::Type, Field::Title, Field::Author, Field::Subject][dice.below(5) as usize];
            Query::field(field, boolean(dice, 2, &mut |dice| spanning(dice, 2)))
        }
        2 => Query::dated(DateRange::parse(dice.of(DAYS)).unwrap()),
        3 => Query::Documents((0..dice.below(40)).map(|_| dice.below(100)).collect()),
        4 => {
            let field = OrderedField::ALL[dice.below(10) as usize];
            let range = if field.is_moment() {
                Range::Days(DateRange::parse(dice.of(DAYS)).unwrap())
            } else {
                Range::Numbers(numbers(dice))
            };
            Query::Within { field, range }
        }
        5 => Query::Exists(Field::ALL[dice.below(22) as usize]),
        6 => Query::field(Field::Md5, boolean(dice, 2, &mut digest)),
        _ => spanning(dice, 3),
    })
}
