//! Filters: values documents must have, or must not have, besides what the query says.
//!
//! Within a field any of the values wanted will do, and none of those unwanted may be there; every field must agree.
//! Which documents pass is asked field by field, so that a facet can leave out its own field and show what widening
//! would give.

use std::collections::BTreeMap;

use redwell_search::DateRange;
use redwell_search::engine::DocumentSet;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::calendar::{Calendar, Unit};
use super::facts::{ByValue, Facts};
use super::find::Known;

/// What documents are counted and filtered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FacetName)]
pub enum FilterField {
    /// `coded`, `uncoded`, `annotated` and `unannotated`.
    Review,
    /// Who coded it: people whose decisions on it stand, by sign-in name.
    Reviewer,
    /// Concepts recorded on it, or narrower ones, by IRI.
    Concept,
    /// Everyone a document was collected from.
    Custodian,
    /// The kind of file.
    Type,
    /// What the file's name ends in, in lower case.
    Extension,
    /// The authors the file names.
    Author,
    /// Domains of the addresses a mail is from.
    FromDomain,
    /// Domains of the addresses a mail was sent or copied to.
    ToDomain,
    /// The year of its date, in the matter's time zone.
    Year,
    /// The month of its date, such as `2024-03`.
    Month,
    /// The language of its text.
    Language,
    /// How large the original is, as `size:` takes it.
    Size,
    /// `with` and `without` documents attached or embedded.
    Attachments,
    /// `with` and `without` processing exceptions.
    Exceptions,
}

impl FilterField {
    /// Every one, in the order they are shown.
    pub const ALL: [Self; 15] = [
        Self::Review,
        Self::Reviewer,
        Self::Concept,
        Self::Custodian,
        Self::Type,
        Self::Extension,
        Self::Author,
        Self::FromDomain,
        Self::ToDomain,
        Self::Year,
        Self::Month,
        Self::Language,
        Self::Size,
        Self::Attachments,
        Self::Exceptions,
    ];

    /// Its name in a sentence.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Review => "the state of the review",
            Self::Reviewer => "reviewers",
            Self::Concept => "concepts",
            Self::Custodian => "custodians",
            Self::Type => "types",
            Self::Extension => "extensions",
            Self::Author => "authors",
            Self::FromDomain => "domains of senders",
            Self::ToDomain => "domains of recipients",
            Self::Year => "years",
            Self::Month => "months",
            Self::Language => "languages",
            Self::Size => "sizes",
            Self::Attachments => "attachments",
            Self::Exceptions => "exceptions",
        }
    }
}

/// The values chosen in one field.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// One of these must be there; no matter which when there are none.
    pub any: Vec<String>,
    /// None of these may be there.
    pub not: Vec<String>,
}

/// Everything chosen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// By field.
    pub choices: BTreeMap<FilterField, Choice>,
    /// Days, in the matter's time zone.
    pub date: Option<DateRange>,
    /// What was new of saved searches when one looked: saved search and look.
    pub new: Vec<(i64, i64)>,
}

/// One part of what is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What is chosen in a field.
    Field(FilterField),
    /// The days.
    Date,
    /// What was new of saved searches.
    New,
}

/// The documents that pass each part of what is chosen.
#[derive(Debug, Clone)]
pub struct Passing(Vec<(Part, DocumentSet)>);

impl Passing {
    /// Asks every part.
    #[must_use]
    pub fn of(filters: &Filters, known: Known<'_>, calendar: &Calendar) -> Self {
        let all = &known.facts.all;
        let any_of = |field: FilterField, values: &[String]| {
            let documents = values.iter().map(|value| having(field, value, known, calendar));
            documents.fold(DocumentSet::new(), |all, one| all | one)
        };
        let mut parts = Vec::new();
        for (field, Choice { any, not }) in &filters.choices {
            let wanted = if any.is_empty() { all.clone() } else { any_of(*field, any) };
            if !any.is_empty() || !not.is_empty() {
                parts.push((Part::Field(*field), wanted - any_of(*field, not)));
            }
        }
        if let Some(range) = filters.date {
            parts.push((Part::Date, calendar.within(all, range)));
        }
        if !filters.new.is_empty() {
            let new = filters.new.iter().filter_map(|mark| known.kept.seen(*mark));
            parts.push((Part::New, new.fold(DocumentSet::new(), |all, one| all | one) & all));
        }
        Self(parts)
    }

    /// The documents that pass one part; `None` when nothing is chosen there.
    #[must_use]
    pub fn of_part(&self, part: Part) -> Option<&DocumentSet> {
        self.0.iter().find(|(own, _)| *own == part).map(|(_, documents)| documents)
    }

    /// The documents that pass every part but one; `None` when nothing else is chosen.
    #[must_use]
    pub fn all_but(&self, part: Option<Part>) -> Option<DocumentSet> {
        let mut others = self.0.iter().filter(|(own, _)| Some(*own) != part).map(|(_, documents)| documents);
        let first = others.next()?.clone();
        Some(others.fold(first, |all, one| all & one))
    }
}

/// The documents that have a value in a field.
#[must_use]
pub fn having(field: FilterField, value: &str, known: Known<'_>, calendar: &Calendar) -> DocumentSet {
    let Known { facts, review, vocabulary, .. } = known;
    if let Some(by_value) = by_value(field, facts) {
        return by_value.get(value).cloned().unwrap_or_default();
    }
    match field {
        FilterField::Year => calendar.having(&facts.all, Unit::Year, value),
        FilterField::Month => calendar.having(&facts.all, Unit::Month, value),
        FilterField::Concept => {
            &facts.all & review.coded_with(vocabulary.with_narrower(value).iter().map(String::as_str))
        }
        FilterField::Reviewer => &facts.all & review.coded_by(value),
        FilterField::Review => match value {
            "coded" => &facts.all & review.coded(),
            "uncoded" => &facts.all - review.coded(),
            "annotated" => &facts.all & review.annotated(),
            "unannotated" => &facts.all - review.annotated(),
            _ => DocumentSet::new(),
        },
        _ => DocumentSet::new(),
    }
}

/// The documents by the values of a field, where they are kept so.
#[must_use]
pub fn by_value(field: FilterField, facts: &Facts) -> Option<&ByValue> {
    match field {
        FilterField::Custodian => Some(&facts.custodian),
        FilterField::Type => Some(&facts.kind),
        FilterField::Extension => Some(&facts.extension),
        FilterField::Author => Some(&facts.author),
        FilterField::FromDomain => Some(&facts.from_domain),
        FilterField::ToDomain => Some(&facts.to_domain),
        FilterField::Language => Some(&facts.language),
        FilterField::Size => Some(&facts.size),
        FilterField::Attachments => Some(&facts.attachments),
        FilterField::Exceptions => Some(&facts.exceptions),
        FilterField::Review | FilterField::Reviewer | FilterField::Concept | FilterField::Year | FilterField::Month => {
            None
        }
    }
}
