//! Filters as requests carry them, and filters written as a query.

use std::collections::BTreeMap;

use axum::Json;
use jiff::civil::Date;
use redwell_search::{DateRange, Dialect, parse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked::{Asked, QuestionBody};
use super::{Body, ErrorBody, MatterPath};
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::matter::filters::{Choice, FilterField};
use crate::matter::written;

/// Most values of all fields together.
const MAX_VALUES: usize = 1_000;

/// Values documents must, or must not, have: of each field any of those in `any`, and none of those in `not`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Filters {
    /// Values wanted, by field.
    pub any: BTreeMap<FilterField, Vec<String>>,
    /// Values unwanted, by field.
    pub not: BTreeMap<FilterField, Vec<String>>,
    /// The first day, `2024-03-01`, in the matter's time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub from: Option<String>,
    /// The last day, that day included.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub to: Option<String>,
    /// What was new of saved searches when one looked, as `…/seen` names it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub new: Vec<String>,
}

impl Filters {
    /// What is chosen.
    pub(super) fn read(self) -> Result<crate::matter::filters::Filters, ApiError> {
        let mut choices: BTreeMap<FilterField, Choice> = BTreeMap::new();
        if self.any.values().chain(self.not.values()).map(Vec::len).sum::<usize>() > MAX_VALUES {
            return Err(ApiError::unprocessable("too_many_values", "filters have at most 1,000 values together"));
        }
        for (field, values) in self.any {
            choices.entry(field).or_default().any = values;
        }
        for (field, values) in self.not {
            choices.entry(field).or_default().not = values;
        }
        choices.retain(|_, choice| *choice != Choice::default());
        let new: Option<Vec<(i64, i64)>> = self.new.iter().map(|name| mark_named(name)).collect();
        let bad = || ApiError::unprocessable("no_such_mark", "`new` names what `…/seen` gave; take the filter away");
        let date = days(self.from.as_deref(), self.to.as_deref())?;
        Ok(crate::matter::filters::Filters { choices, date, new: new.ok_or_else(bad)? })
    }

    /// The body that says this.
    fn of(filters: crate::matter::filters::Filters) -> Self {
        let mut body = Self::default();
        for (field, Choice { any, not }) in filters.choices {
            if !any.is_empty() {
                body.any.insert(field, any);
            }
            if !not.is_empty() {
                body.not.insert(field, not);
            }
        }
        let (from, to) = filters.date.map(DateRange::ends).unwrap_or_default();
        body.new = filters.new.into_iter().map(mark_name).collect();
        (body.from, body.to) = (from.map(|day| day.to_string()), to.map(|day| day.to_string()));
        body
    }

    /// As kept with a saved search. Those kept before fields could exclude are read too.
    pub(super) fn kept(json: &str) -> Self {
        serde_json::from_str(json)
            .or_else(|_| serde_json::from_str::<Earlier>(json).map(Self::from))
            .unwrap_or_default()
    }
}

/// Filters as they were kept when they could only include.
#[derive(Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[derive(Default)]
struct Earlier {
    custodian: Vec<String>,
    r#type: Vec<String>,
    year: Vec<String>,
    language: Vec<String>,
    concept: Vec<String>,
    uncoded: Option<bool>,
    annotated: Option<bool>,
}

impl From<Earlier> for Filters {
    fn from(earlier: Earlier) -> Self {
        let mut any = BTreeMap::from([
            (FilterField::Custodian, earlier.custodian),
            (FilterField::Type, earlier.r#type),
            (FilterField::Year, earlier.year),
            (FilterField::Language, earlier.language),
            (FilterField::Concept, earlier.concept),
        ]);
        let mut not = BTreeMap::new();
        match earlier.uncoded {
            Some(true) => drop(any.insert(FilterField::Review, vec!["uncoded".into()])),
            Some(false) => drop(any.insert(FilterField::Review, vec!["coded".into()])),
            None => {}
        }
        // Both could be asked for: one is said by what must not be there.
        match earlier.annotated {
            Some(true) => drop(not.insert(FilterField::Review, vec!["unannotated".into()])),
            Some(false) => drop(not.insert(FilterField::Review, vec!["annotated".into()])),
            None => {}
        }
        any.retain(|_, values| !values.is_empty());
        Self { any, not, ..Self::default() }
    }
}

/// The name of what was new of a saved search at a look.
pub(super) fn mark_name((search, mark): (i64, i64)) -> String {
    format!("{search}.{mark}")
}

fn mark_named(name: &str) -> Option<(i64, i64)> {
    let (search, mark) = name.split_once('.')?;
    Some((search.parse().ok()?, mark.parse().ok()?))
}

/// A range of days as requests give it; nothing when neither end is given.
pub(super) fn days(from: Option<&str>, to: Option<&str>) -> Result<Option<DateRange>, ApiError> {
    let day = |text: &str| {
        let bad = |_| ApiError::unprocessable("bad_date", format!("`{text}` is not a day such as `2024-03-31`"));
        text.parse::<Date>().map_err(bad)
    };
    let (from, to) = (from.map(day).transpose()?, to.map(day).transpose()?);
    if from.is_none() && to.is_none() {
        return Ok(None);
    }
    let range = DateRange::new(from, to).map_err(|error| ApiError::unprocessable("bad_date", error.to_string()))?;
    Ok(Some(range))
}

/// A search whose filters were written into its query.
#[derive(Debug, Serialize, ToSchema)]
pub struct WrittenFilters {
    /// The query and what of the filters can be said in it, as our own dialect writes it.
    pub query: String,
    /// The filters that cannot be said in a query exactly.
    pub filters: Filters,
    /// Why not, a sentence each.
    pub left: Vec<String>,
}

/// Writes filters into the query. Documents found stay exactly the same: what a query would say less exactly stays a
/// filter.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/search/as-query", tag = "search", operation_id = "filters_as_query",
    params(MatterPath), request_body = QuestionBody,
    responses((status = 200, body = WrittenFilters), (status = 422, description = "`bad_query`", body = ErrorBody)))]
pub(crate) async fn as_query(
    member: Member<right::ReadDocuments>,
    Body(body): Body<QuestionBody>,
) -> Result<Json<WrittenFilters>, ApiError> {
    let asked = Asked::by(&member, body).await?;
    let question = asked.question.clone();
    let answer = asked.answer(move |open, known, understood| {
        let written = written::filters(&question, known, &understood, open)?;
        let own = (!understood.canonical.is_empty()).then(|| format!("({})", understood.canonical));
        let all: Vec<String> = own.into_iter().chain(written.parts).collect();
        let query = parse(Dialect::Redwell, &all.join(" AND "))?.canonical;
        Ok(WrittenFilters { query, filters: Filters::of(written.left), left: written.why })
    });
    Ok(Json(answer.await?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_kept_earlier_are_read_as_they_were_meant() {
        let earlier =
            r#"{"custodian":["Ada"],"type":[],"year":[],"language":[],"concept":[],"uncoded":true,"annotated":false}"#;
        let read = Filters::kept(earlier);
        assert_eq!(read.any[&FilterField::Custodian], ["Ada"]);
        assert_eq!(
            (&read.any[&FilterField::Review], &read.not[&FilterField::Review]),
            (&vec!["uncoded".to_owned()], &vec!["annotated".to_owned()])
        );
        let json = serde_json::to_string(&read).unwrap();
        assert_eq!(Filters::kept(&json), read);
    }
}
