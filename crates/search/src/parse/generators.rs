//! Generated queries, to print and read back in every dialect.

use proptest::prelude::*;

use crate::date::DateRange;
use crate::field::{Field, OrderedField};
use crate::number::{MoneyRange, NumberRange};
use crate::pattern::Pattern;
use crate::predicate::Predicate;
use crate::query::{End, Near, Query, Range, Reach, Relation, SampleSize};
use crate::term::{StemLanguage, Term, TermRegex, TextRegex};
use crate::words;

/// Any word a text can hold.
pub(crate) fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z]{1,5}",
        1 => prop::sample::select(vec!["and", "pre", "1,000", "first", "3.14", "o'neil"]).prop_map(str::to_owned),
        1 => "[a-z][.:'_][\u{300}\u{301}\u{345}\u{5b0}]{1,2}[a-z]{1,2}".prop_map(|text| words::fold(&text).into_owned()),
        1 => Just("צה\"ל".to_owned()),
        2 => "\\PC{1,8}".prop_filter_map("no word", |text| words::words(&text).next().map(|w| w.folded().into_owned())),
    ]
    .prop_filter("folding can change where words end", |word| {
        // A mark that begins a word belongs to whatever stands before it.
        words::words(&format!("a {word}")).map(|w| w.written).eq(["a", word.as_str()])
    })
}

/// Any wildcard word.
pub(crate) fn pattern() -> impl Strategy<Value = Pattern> {
    "[a-z0-9é]{0,2}[*?][a-z0-9é]{1,2}|[a-z]{1,3}[*?]{1,2}".prop_filter_map("not a pattern", |text| Pattern::new(&text))
}

fn numbers() -> impl Strategy<Value = NumberRange> {
    (prop::option::of(-5_000_000_i128..5_000_000), prop::option::of(5_000_000_i128..9_000_000_000))
        .prop_map(|(least, most)| NumberRange { least, most })
}

fn days() -> impl Strategy<Value = DateRange> {
    let dates = ["2001", "2001-05", "..2001-05-17", ">=1999", "2001-05..2001-08", "1999-12-31..2001"];
    prop::sample::select(dates.to_vec()).prop_map(|text| DateRange::parse(text).unwrap())
}

/// Any term.
fn term() -> impl Strategy<Value = Query> {
    let regex = prop::sample::select(vec!["contracts?", "a/b", "[a-c]{2}(x|y)", "\\\\/", "\\d+,\\d"]);
    let exact = word()
        .prop_map(|word| words::exact(&word).into_owned())
        .prop_filter("not one word", |word| words::words(word).map(|w| w.written.to_owned()).eq([word.clone()]));
    let languages: Vec<_> = StemLanguage::ALL.iter().map(|(language, _)| *language).collect();
    prop_oneof![
        6 => word().prop_map(Term::Word),
        2 => pattern().prop_map(Term::Wildcard),
        1 => exact.prop_map(Term::Exact),
        1 => regex.prop_map(|text| Term::Regex(TermRegex::new(text).unwrap())),
        1 => (word(), 1..=2_u8).prop_map(|(word, edits)| Term::Fuzzy { word, edits }),
        1 => (word(), prop::sample::select(languages)).prop_map(|(word, language)| Term::Stem { word, language }),
        1 => prop::collection::vec(word(), 1..3).prop_map(|words| Term::Synonyms(words.join(" ")))
            .prop_filter("words join", |term| matches!(term, Term::Synonyms(text) if {
                words::folded_words(text).collect::<Vec<_>>().join(" ") == *text
            })),
        1 => numbers().prop_map(|range| Term::Number(NumberRange { least: range.least.map(i128::abs), ..range })),
    ]
    .prop_map(Query::Term)
}

fn reach() -> impl Strategy<Value = Reach> {
    prop_oneof![4 => (1_u32..=1000).prop_map(Reach::Words), 1 => Just(Reach::Sentence), 1 => Just(Reach::Paragraph)]
}

fn end() -> impl Strategy<Value = End> {
    prop_oneof![Just(End::First), Just(End::Last)]
}

/// Anything that has passages; of a metadata field, where `in_field`.
pub(crate) fn spanning(in_field: bool) -> BoxedStrategy<Query> {
    let amount = numbers().prop_map(|range| NumberRange { least: range.least.map(i128::abs), ..range });
    let of_text = prop_oneof![
        (prop::option::of(Just(*b"USD")), amount)
            .prop_map(|(currency, amount)| Query::Money(MoneyRange { currency, amount })),
        days().prop_map(Query::Day),
        prop::sample::select(vec!["fo+ bar", "a\"b(c)", "x,y “z”"])
            .prop_map(|text| Query::Regex(TextRegex::new(text).unwrap())),
    ];
    let leaf = if in_field { term().boxed() } else { prop_oneof![6 => term(), 1 => of_text].boxed() };
    leaf.prop_recursive(3, 10, 3, |inner| {
        let group = prop::collection::vec(inner.clone(), 1..3).prop_map(Query::and);
        let without = (inner.clone(), inner.clone()).prop_map(|(one, other)| Query::and([one, Query::not(other)]));
        let operand = prop_oneof![5 => inner.clone(), 1 => group, 1 => without];
        prop_oneof![
            2 => (operand.clone(), operand, reach(), any::<bool>(), any::<bool>()).prop_map(
                |(left, right, reach, is_ordered, is_negated)| {
                    Query::proximity(Near { left, right, reach, is_ordered, is_negated })
                }
            ),
            1 => prop::collection::vec(inner.clone(), 1..3).prop_map(Query::or),
            2 => prop::collection::vec(inner.clone(), 1..4).prop_map(Query::phrase),
            1 => (inner, end(), 1_u32..=1000).prop_map(|(of, end, words)| Query::edge(of, end, words)),
        ]
    })
    .boxed()
}

/// Boolean groups.
fn boolean(leaf: BoxedStrategy<Query>) -> BoxedStrategy<Query> {
    leaf.prop_recursive(4, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Query::and),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Query::or),
            inner.prop_map(Query::not),
        ]
    })
    .boxed()
}

/// Any name people give.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "\\PC{1,8}".prop_filter_map("blank", |text| {
            let name = text.trim();
            (!name.is_empty()).then(|| name.to_owned())
        }),
        1 => prop::sample::select(vec!["yes", "Hot", "Two words", "say \"no\"", "a#3", "x+family", "a,b"]).prop_map(str::to_owned),
    ]
}

fn predicate() -> impl Strategy<Value = Predicate> {
    let number = "[A-Z]{2,4}-[0-9]{1,7}";
    prop_oneof![
        name().prop_map(Predicate::Tag),
        (prop::option::of(name()), prop::option::of(days()), prop::option::of(name()))
            .prop_map(|(by, at, stage)| Predicate::Coded { by, at, stage }),
        (prop::option::of(name()), prop::option::of(days()), prop::option::of(name()))
            .prop_map(|(by, at, concept)| Predicate::Annotated { by, at, concept }),
        prop::option::of(name()).prop_map(|concept| Predicate::Conflict { concept }),
        boolean(spanning(true)).prop_map(|query| Predicate::Note(Box::new(query))),
        name().prop_map(Predicate::Batch),
        name().prop_map(Predicate::Saved),
        name().prop_map(Predicate::List),
        (name(), prop::option::of(1_u32..900)).prop_map(|(name, term)| Predicate::Report { name, term }),
        prop::collection::vec((number, number), 1..3).prop_map(Predicate::Numbers),
    ]
}

fn within() -> impl Strategy<Value = Query> {
    (
        prop::sample::select(OrderedField::ALL.to_vec()),
        days(),
        prop::option::of(0..9_i128),
        prop::option::of(9..99_i128),
    )
        .prop_map(|(field, days, least, most)| {
            let whole = |number: Option<i128>| number.map(|number| number * 1_000_000);
            let numbers = NumberRange { least: whole(least), most: whole(most) };
            let range = if field.is_moment() { Range::Days(days) } else { Range::Numbers(numbers) };
            Query::Within { field, range }
        })
}

/// Any query that can be written.
pub(crate) fn query() -> BoxedStrategy<Query> {
    let field = (prop::sample::select(Field::ALL.to_vec()), boolean(spanning(true)))
        .prop_map(|(field, value)| Query::field(field, value));
    let leaf = prop_oneof![
        6 => spanning(false),
        1 => field,
        1 => within(),
        1 => prop::sample::select(Field::ALL.to_vec()).prop_map(Query::Exists),
        1 => predicate().prop_map(Query::Predicate),
    ];
    let size = || {
        prop_oneof![
            (0_u32..10_000).prop_map(SampleSize::Documents),
            (1_u32..=10_000).prop_map(SampleSize::HundredthsOfPercent),
        ]
    };
    let relation = || prop::sample::select(vec![Relation::Family, Relation::Thread, Relation::Duplicates]);
    boolean(leaf.boxed())
        .prop_recursive(3, 16, 3, move |inner| {
            prop_oneof![
                2 => boolean(inner.clone()),
                1 => (inner.clone(), inner.clone()).prop_map(|(required, optional)| Query::and_any(required, optional)),
                1 => (inner.clone(), relation()).prop_map(|(of, by)| Query::expanded(of, by)),
                1 => (prop_oneof![9 => inner.clone(), 1 => Just(Query::All)], size(), prop_oneof![Just(0), any::<u64>()])
                    .prop_map(|(of, size, seed)| Query::sample(of, size, seed)),
                1 => (inner, 0_u32..9, prop::option::of(9_u32..20)).prop_map(|(of, least, most)| Query::hits(of, least, most)),
            ]
        })
        .boxed()
}
