//! `/matters/{matter}/timeline`: the documents that match, counted along time, in all and by custodian.

use std::collections::BTreeMap;

use axum::Json;
use jiff::civil::Date;
use redwell_search::DateRange;
use redwell_search::engine::DocumentSet;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked::{Asked, QuestionBody};
use super::filters::{Filters, days};
use super::{Body, ErrorBody, MatterPath};
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::matter::calendar::Unit;
use crate::matter::filters::Part;

/// Most custodians shown by themselves.
const CUSTODIANS: usize = 40;
/// Above so many days, documents are counted by years unless told otherwise.
const YEARS_ABOVE: i32 = 5 * 366;
/// Above so many, by months.
const MONTHS_ABOVE: i32 = 92;

/// How long the stretches are that documents are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnitName {
    /// Years.
    Year,
    /// Months.
    Month,
    /// Days.
    Day,
}

/// Which documents to count along time.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TimelineRequest {
    /// The query as typed; empty counts every document.
    #[serde(default)]
    pub query: String,
    /// How the query is read; `redwell` unless given.
    #[schema(nullable = false)]
    pub dialect: Option<String>,
    /// Values documents must, or must not, have besides. The days chosen do not count here: the chart shows around them.
    #[serde(default)]
    #[schema(required = false)]
    pub filters: Filters,
    /// The first day looked at; the first there is unless given.
    #[schema(nullable = false)]
    pub from: Option<String>,
    /// The last day looked at.
    #[schema(nullable = false)]
    pub to: Option<String>,
    /// By what to count; by what suits the length of time unless given.
    #[schema(nullable = false)]
    pub unit: Option<UnitName>,
}

/// A stretch of time.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineBar {
    /// Its name: `2024`, `2024-03` or `2024-03-17`.
    pub name: String,
    /// Its first day.
    pub from: String,
    /// Its last day.
    pub to: String,
    /// Documents in it: exact.
    pub count: u64,
}

/// One custodian along time.
#[derive(Debug, Serialize, ToSchema)]
pub struct TimelineRow {
    /// Who.
    pub custodian: String,
    /// Documents of all bars together.
    pub total: u64,
    /// Documents in each bar, in the order of the bars.
    pub counts: Vec<u64>,
}

/// Documents along time.
#[derive(Debug, Serialize, ToSchema)]
pub struct Timeline {
    /// What the bars are.
    pub unit: UnitName,
    /// Stretches with at least one document, oldest first.
    pub bars: Vec<TimelineBar>,
    /// Documents without a date.
    pub undated: u64,
    /// Documents in all, with those outside the days looked at.
    pub total: u64,
    /// The first day of a matching document, of those looked at or not.
    pub first: Option<String>,
    /// The last one.
    pub last: Option<String>,
    /// Whose clocks days are told by.
    pub time_zone: String,
    /// The custodians with most documents.
    pub custodians: Vec<TimelineRow>,
    /// How many custodians more there are.
    pub more_custodians: u64,
}

/// Counts the documents that match along time.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/timeline", tag = "search", operation_id = "timeline",
    params(MatterPath), request_body = TimelineRequest,
    responses((status = 200, body = Timeline),
              (status = 422, description = "`bad_query` or `bad_date`", body = ErrorBody)))]
pub(crate) async fn timeline(
    member: Member<right::ReadDocuments>,
    Body(request): Body<TimelineRequest>,
) -> Result<Json<Timeline>, ApiError> {
    let TimelineRequest { query, dialect, filters, from, to, unit } = request;
    let looked_at = days(from.as_deref(), to.as_deref())?;
    let asked = Asked::by(&member, QuestionBody { query, dialect, filters }).await?;
    let zone = asked.question.zone.clone();
    let answer = asked.answer(move |open, known, understood| {
        let calendar = known.facts.calendar(&zone);
        let mut found = open.engine().documents(&understood.query, None)?;
        if let Some(passing) = understood.passing.all_but(Some(Part::Date)) {
            found &= passing;
        }
        let all = calendar.count(&found, Unit::Day);
        let undated = all.get(&None).copied().unwrap_or_default();
        let mut dated = all.keys().flatten();
        let (first, last) = (dated.next().copied(), dated.next_back().or(all.keys().flatten().next()).copied());
        let shown = match looked_at {
            Some(range) => calendar.within(&found, range),
            None => found.iter().filter(|ordinal| calendar.day(*ordinal).is_some()).collect(),
        };
        let unit = unit.map_or_else(|| fitting(looked_at, first, last), Unit::from);
        let bars = calendar.count(&shown, unit);
        let names: Vec<Date> = bars.keys().flatten().copied().collect();
        let row = |(custodian, documents): (&String, &DocumentSet)| {
            let own = documents & &shown;
            let counts = calendar.count(&own, unit);
            TimelineRow { custodian: custodian.clone(), total: own.len(), counts: in_order(&names, &counts) }
        };
        let mut custodians: Vec<TimelineRow> =
            known.facts.custodian.iter().map(row).filter(|row| row.total > 0).collect();
        custodians.sort_by(|a, b| b.total.cmp(&a.total).then_with(|| a.custodian.cmp(&b.custodian)));
        let more_custodians = custodians.len().saturating_sub(CUSTODIANS) as u64;
        custodians.truncate(CUSTODIANS);
        Ok(Timeline {
            unit: unit.into(),
            bars: bars.into_iter().filter_map(|(first, count)| Some(bar(unit, first?, count))).collect(),
            undated,
            total: found.len(),
            first: first.map(|day| day.to_string()),
            last: last.map(|day| day.to_string()),
            time_zone: zone.name().to_owned(),
            custodians,
            more_custodians,
        })
    });
    Ok(Json(answer.await?))
}

fn in_order(names: &[Date], counts: &BTreeMap<Option<Date>, u64>) -> Vec<u64> {
    names.iter().map(|first| counts.get(&Some(*first)).copied().unwrap_or_default()).collect()
}

fn bar(unit: Unit, first: Date, count: u64) -> TimelineBar {
    let last = match unit {
        Unit::Year => first.last_of_year(),
        Unit::Month => first.last_of_month(),
        Unit::Day => first,
    };
    TimelineBar { name: unit.name(first), from: first.to_string(), to: last.to_string(), count }
}

/// The unit that gives neither too few nor too many bars.
fn fitting(looked_at: Option<DateRange>, first: Option<Date>, last: Option<Date>) -> Unit {
    let (from, to) = looked_at.map(DateRange::ends).unwrap_or_default();
    let Some((from, to)) = from.or(first).zip(to.or(last)) else { return Unit::Year };
    match (to - from).get_days() {
        days if days > YEARS_ABOVE => Unit::Year,
        days if days > MONTHS_ABOVE => Unit::Month,
        _ => Unit::Day,
    }
}

impl From<UnitName> for Unit {
    fn from(unit: UnitName) -> Self {
        match unit {
            UnitName::Year => Self::Year,
            UnitName::Month => Self::Month,
            UnitName::Day => Self::Day,
        }
    }
}

impl From<Unit> for UnitName {
    fn from(unit: Unit) -> Self {
        match unit {
            Unit::Year => Self::Year,
            Unit::Month => Self::Month,
            Unit::Day => Self::Day,
        }
    }
}
