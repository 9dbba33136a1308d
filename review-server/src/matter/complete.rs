//! What is offered to a person writing a query.
//!
//! Words of the matter, values of its fields, names people gave, and what the language is made of. Everything offered can
//! be read in the dialect it is offered for.

use redwell_search::complete::{self, OfferKind, Place, Wanted, offers, place};
use redwell_search::dictionary::{WordOrder, WordsAsked};
use redwell_search::engine::{DocumentSet, FacetField, FacetValue};
use redwell_search::{Dialect, Field, Pattern, Query, Term, words};

use super::OpenMatter;
use super::facts::{ByValue, Facts};
use crate::review::batches::Batches;
use crate::review::standing::Makers;
use crate::review::{ReviewState, Vocabulary};

/// Most words offered.
const WORDS: usize = 8;
/// Most values of a field offered.
const VALUES: usize = 12;
/// How many parts of the language go before words.
const FEW: usize = 3;
/// Most parts of the language offered beside words.
const OFFERS: usize = 8;

/// Something that can be put into a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What is written.
    pub insert: String,
    /// What it is called.
    pub label: String,
    /// What it is.
    pub kind: ItemKind,
    /// More about it, for people; may be empty.
    pub detail: String,
    /// Documents it finds, where that is known.
    pub count: Option<u64>,
}

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// A word of the matter.
    Word,
    /// The name of a field.
    Field,
    /// An operator.
    Operator,
    /// A function.
    Function,
    /// A value of a field.
    Value,
    /// A concept of a taxonomy.
    Concept,
    /// A person on the matter.
    Reviewer,
    /// A saved search.
    SavedSearch,
    /// A list of documents.
    List,
    /// A hit report.
    HitReport,
    /// A batch set, or one of its batches.
    Batch,
}

/// A name people gave to something, and how many documents that has.
pub type Named = (String, String, Option<u64>);

/// What is known of a matter.
#[derive(Debug, Clone, Copy)]
pub struct Known<'k> {
    /// The matter.
    pub open: &'k OpenMatter,
    /// What its documents have in common.
    pub facts: &'k Facts,
    /// What people did.
    pub review: &'k ReviewState,
    /// What concepts are called.
    pub vocabulary: &'k Vocabulary,
    /// The names of what the query is about to name: people, saved searches, lists or reports.
    pub names: &'k [Named],
}

/// What is offered at a place in a query, and which stretch of it that replaces.
#[must_use]
pub fn items(dialect: Dialect, text: &str, position: u32, known: Known<'_>) -> (Place, Vec<Item>) {
    let place = place(dialect, text, position);
    let found = match &place.wanted {
        Wanted::Anything => {
            let words = words_of(known.open, None, &place.typed, |word| complete::word(dialect, word));
            let language = parts_of_language(dialect, &place.typed);
            // A few that are meant as often as any word go first.
            if language.len() <= FEW { [language, words].concat() } else { [words, language].concat() }
        }
        Wanted::Word(field) => words_of(known.open, *field, &place.typed, |word| complete::word(dialect, word)),
        Wanted::WordOfPhrase(field) => {
            let plain = |word: &str| word.chars().all(|c| c.is_alphanumeric() || c == '\'').then(|| word.to_owned());
            words_of(known.open, *field, &place.typed, plain)
        }
        Wanted::Value(name) => values_of(dialect, name, &place.typed, known),
    };
    (place, found)
}

/// Words that begin so, those in most documents first.
fn words_of(
    open: &OpenMatter,
    field: Option<Field>,
    typed: &str,
    written: impl Fn(&str) -> Option<String>,
) -> Vec<Item> {
    if typed.contains(['*', '?']) || words::words(typed).count() != 1 {
        return Vec::new();
    }
    let Some(pattern) = Pattern::new(&format!("{typed}*")) else { return Vec::new() };
    let of = Some(Term::Wildcard(pattern));
    let asked = WordsAsked { field, of, order: WordOrder::Documents, after: None, limit: WORDS };
    // Where listing them takes too long, none are offered.
    let found = open.engine().words(&asked).map(|page| page.words).unwrap_or_default();
    let item = |insert: String, word: String, documents| Item {
        insert,
        label: word,
        kind: ItemKind::Word,
        detail: String::new(),
        count: Some(documents),
    };
    found.into_iter().filter_map(|found| Some(item(written(&found.word)?, found.word, found.documents))).collect()
}

fn parts_of_language(dialect: Dialect, typed: &str) -> Vec<Item> {
    let wanted = typed.to_lowercase();
    let most = if wanted.is_empty() { usize::MAX } else { OFFERS };
    let begins = offers(dialect).into_iter().filter(|offer| offer.label.to_lowercase().starts_with(&wanted));
    let item = |offer: complete::Offer| Item {
        insert: offer.insert,
        label: offer.label,
        kind: match offer.kind {
            OfferKind::Field => ItemKind::Field,
            OfferKind::Operator => ItemKind::Operator,
            OfferKind::Function => ItemKind::Function,
        },
        detail: offer.detail.to_owned(),
        count: None,
    };
    begins.map(item).take(most).collect()
}

/// A value, before it is known how it is written.
struct Candidate {
    /// What stands in the query, before it is quoted.
    value: String,
    label: String,
    detail: String,
    count: Option<u64>,
    kind: ItemKind,
}

fn values_of(dialect: Dialect, name: &str, typed: &str, known: Known<'_>) -> Vec<Item> {
    let wanted = folded(typed);
    let is_wanted = |one: &Candidate| folded(&one.label).contains(&wanted) || folded(&one.value).contains(&wanted);
    let mut found: Vec<Candidate> = candidates(name, known).into_iter().filter(is_wanted).collect();
    found.sort_by_cached_key(|one| {
        let begins = folded(&one.label).starts_with(&wanted);
        (!begins, std::cmp::Reverse(one.count), one.label.clone(), one.value.clone())
    });
    let item = |one: Candidate| {
        let insert = match (one.kind, name) {
            // Words of the language and dates stand as they are.
            (ItemKind::Function, _) => one.value,
            (ItemKind::Value, "date") => one.value,
            _ => complete::value(dialect, name, &one.value)?,
        };
        Some(Item { insert, label: one.label, kind: one.kind, detail: one.detail, count: one.count })
    };
    found.into_iter().filter_map(item).take(VALUES).collect()
}

fn candidates(name: &str, known: Known<'_>) -> Vec<Candidate> {
    let facts = known.facts;
    let word = |value: &str, detail: &str| Candidate {
        value: value.to_owned(),
        label: value.to_owned(),
        detail: detail.to_owned(),
        count: None,
        kind: ItemKind::Function,
    };
    let named = |kind| {
        let one = move |(value, detail, count): &Named| Candidate {
            value: value.clone(),
            label: value.clone(),
            detail: detail.clone(),
            count: *count,
            kind,
        };
        known.names.iter().map(one).collect::<Vec<_>>()
    };
    match name {
        "custodian" => by_value(&facts.custodian),
        "type" => by_value(&facts.kind),
        "language" => by_value(&facts.language),
        "date" => years(known.open),
        "tag" => concepts(known),
        "annotated" => {
            let mut found = concepts(known);
            found.iter_mut().for_each(|concept| concept.count = None);
            found.push(word("yes", "with any annotation"));
            found
        }
        "coded" => vec![
            word("yes", "coded at all"),
            word("(by=", "by a person"),
            word("(at=", "in a time"),
            word("(stage=", "in a stage of review"),
        ],
        "conflict" => {
            let mut found = concepts(known);
            found.iter_mut().for_each(|concept| concept.count = None);
            found.push(word("yes", "about any concept"));
            found
        }
        "coded.by" => named(ItemKind::Reviewer),
        "coded.stage" => {
            let stages = known.review.batches().stages().into_iter();
            let coded = |stage: &str| known.review.standing().coded(Makers::default(), Some(stage)).len();
            let one = |stage: &str| Candidate { count: Some(coded(stage)), kind: ItemKind::Value, ..word(stage, "") };
            stages.map(one).collect()
        }
        "batch" => batches(known.review.batches()),
        "saved" => named(ItemKind::SavedSearch),
        "list" => named(ItemKind::List),
        "report" => named(ItemKind::HitReport),
        _ => Vec::new(),
    }
}

/// The batch sets, and the batches of each in their order.
fn batches(batches: &Batches) -> Vec<Candidate> {
    let candidate = |name: String, detail: String, documents: &DocumentSet| Candidate {
        value: name.clone(),
        label: name,
        detail,
        count: Some(documents.len()),
        kind: ItemKind::Batch,
    };
    let mut found = Vec::new();
    for set in batches.sets() {
        found.push(candidate(set.name.clone(), set.stage.clone(), &set.documents));
        let own = batches.of(set).map(|batch| candidate(batch.name(), set.stage.clone(), batch.documents));
        found.extend(own);
    }
    found
}

fn by_value(values: &ByValue) -> Vec<Candidate> {
    let one = |value: &String, count| Candidate {
        value: value.clone(),
        label: value.clone(),
        detail: String::new(),
        count: Some(count),
        kind: ItemKind::Value,
    };
    let some = values.iter().filter(|(value, _)| !value.is_empty());
    some.map(|(value, documents)| one(value, documents.len())).collect()
}

/// The years documents are dated in, as queries count them.
fn years(open: &OpenMatter) -> Vec<Candidate> {
    let counted = open.engine().facet(&Query::All, None, FacetField::Year).unwrap_or_default();
    let some = counted.into_iter().filter(|year| !year.value.is_empty());
    let one = |year: FacetValue| Candidate {
        label: year.value.clone(),
        value: year.value,
        detail: String::new(),
        count: Some(year.count),
        kind: ItemKind::Value,
    };
    some.map(one).collect()
}

/// The concepts of the matter; one that shares its label with another stands by its IRI.
fn concepts(known: Known<'_>) -> Vec<Candidate> {
    let mut found = Vec::new();
    for row in known.vocabulary.taxonomies() {
        for concept in row.taxonomy.concepts.iter().filter(|concept| !concept.deprecated) {
            let below = known.vocabulary.with_narrower(&concept.iri);
            let count = known.review.coded_with(below.iter().map(String::as_str)).len();
            let is_clear = known.vocabulary.named(&concept.label) == below;
            let mut path = row.taxonomy.levels(concept);
            path.pop();
            found.push(Candidate {
                value: if is_clear { concept.label.clone() } else { concept.iri.clone() },
                label: concept.label.clone(),
                detail: path.join(" › "),
                count: Some(count),
                kind: ItemKind::Concept,
            });
        }
    }
    found
}

/// A text as it is compared.
fn folded(text: &str) -> String {
    words::fold(text).to_lowercase()
}
