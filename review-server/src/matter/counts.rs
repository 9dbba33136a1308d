//! Facets: how many of the matching documents have each value of a field.
//!
//! A field is counted over the documents that match the query and pass what is chosen in *other* fields, so the number
//! beside a value is what the search would find with that value alone chosen in its field. Counted as they are
//! filtered ([`super::filters`]), so the two can never differ.

use redwell_model::Format;
use redwell_search::engine::DocumentSet;

use super::calendar::{Calendar, Unit};
use super::facts::SIZE_BANDS;
use super::filters::{Choice, FilterField, by_value, having};
use super::find::Known;

/// How many matching documents have one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// The value, as filters take it.
    pub value: String,
    /// The value for people.
    pub label: String,
    /// Documents with it.
    pub count: u64,
}

/// The values of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// The first so many, and all that are chosen.
    pub values: Vec<Counted>,
    /// How many values there are in all.
    pub distinct: u64,
}

/// Counts the values of a field over documents that match; at most `limit` of them, and those chosen.
#[must_use]
pub fn count(
    field: FilterField,
    known: Known<'_>,
    calendar: &Calendar,
    matching: &DocumentSet,
    (chosen, limit): (&Choice, usize),
) -> Counts {
    let mut counts = counted(field, known, calendar, matching);
    counts.retain(|one| one.count > 0);
    match field {
        // Times and sizes have an order of their own, and the state of the review always the same.
        FilterField::Year | FilterField::Month => counts.sort_by(|a, b| b.value.cmp(&a.value)),
        FilterField::Size | FilterField::Review => {}
        _ => counts.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.label.cmp(&b.label))),
    }
    let distinct = counts.len() as u64;
    let is_chosen = |value: &str| chosen.any.iter().chain(&chosen.not).any(|one| one == value);
    let mut place = 0;
    counts.retain(|one| {
        place += 1;
        place <= limit || is_chosen(&one.value)
    });
    // What is chosen is shown even when nothing is left of it, so that it can be taken back.
    for value in chosen.any.iter().chain(&chosen.not) {
        if !counts.iter().any(|one| one.value == *value) {
            let count = having(field, value, known, calendar).intersection_len(matching);
            counts.push(Counted { label: label(field, value, known), value: value.clone(), count });
        }
    }
    Counts { values: counts, distinct }
}

fn counted(field: FilterField, known: Known<'_>, calendar: &Calendar, matching: &DocumentSet) -> Vec<Counted> {
    let one = |value: &str, count: u64| Counted { value: value.to_owned(), label: label(field, value, known), count };
    let by_unit = |unit: Unit| {
        let counts = calendar.count(matching, unit).into_iter();
        counts.map(|(first, count)| one(&first.map(|first| unit.name(first)).unwrap_or_default(), count)).collect()
    };
    if field == FilterField::Size {
        let bands = SIZE_BANDS.iter().filter_map(|(_, band, _)| known.facts.size.get_key_value(*band));
        return bands.map(|(band, documents)| one(band, documents.intersection_len(matching))).collect();
    }
    if let Some(by_value) = by_value(field, known.facts) {
        return by_value.iter().map(|(value, documents)| one(value, documents.intersection_len(matching))).collect();
    }
    let listed: Vec<&str> = match field {
        FilterField::Year => return by_unit(Unit::Year),
        FilterField::Month => return by_unit(Unit::Month),
        FilterField::Concept => {
            let taxonomies = known.vocabulary.taxonomies().iter();
            taxonomies.flat_map(|row| &row.taxonomy.concepts).map(|concept| concept.iri.as_str()).collect()
        }
        FilterField::Reviewer => known.review.reviewers().map(|(name, _)| name).collect(),
        _ => vec!["coded", "uncoded", "annotated", "unannotated"],
    };
    listed
        .into_iter()
        .map(|value| one(value, having(field, value, known, calendar).intersection_len(matching)))
        .collect()
}

/// What a value is called for people.
fn label(field: FilterField, value: &str, known: Known<'_>) -> String {
    match (field, value) {
        (FilterField::Year | FilterField::Month, "") => "undated".to_owned(),
        (_, "") => "none".to_owned(),
        (FilterField::Type, value) => {
            value.parse::<Format>().map_or_else(|_| value.to_owned(), |format| format.label().to_owned())
        }
        (FilterField::Size, value) => {
            let band = SIZE_BANDS.iter().find(|(_, band, _)| *band == value);
            band.map_or(value, |(.., label)| label).to_owned()
        }
        (FilterField::Concept, value) => known.vocabulary.label(value).to_owned(),
        (FilterField::Reviewer, value) => {
            let found = known.review.reviewers().find(|(name, _)| *name == value);
            found.map_or(value, |(_, shown)| shown).to_owned()
        }
        (FilterField::Review, "coded") => "Coded".to_owned(),
        (FilterField::Review, "uncoded") => "Not coded".to_owned(),
        (FilterField::Review, "annotated") => "Annotated".to_owned(),
        (FilterField::Review, "unannotated") => "Not annotated".to_owned(),
        (FilterField::Attachments, "with") => "With attachments".to_owned(),
        (FilterField::Attachments, "without") => "Without attachments".to_owned(),
        (FilterField::Exceptions, "with") => "With exceptions".to_owned(),
        (FilterField::Exceptions, "without") => "Without exceptions".to_owned(),
        (_, value) => value.to_owned(),
    }
}
