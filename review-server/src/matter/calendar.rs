//! On which day of the matter's time zone each document falls: what calendar filters and charts count.
//!
//! A query's `date:` counts days in UTC; what is chosen by pointing follows the clock the page shows.

use std::collections::BTreeMap;

use jiff::civil::Date;
use redwell_model::Ordinal;
use redwell_search::DateRange;
use redwell_search::engine::DocumentSet;

use super::facts::Facts;
use crate::review::time_zone::MatterZone;

/// The days of a matter's documents.
#[derive(Debug)]
pub struct Calendar {
    /// By ordinal.
    days: Vec<Option<Date>>,
}

/// How long the stretches are that documents are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unit {
    /// Years.
    Year,
    /// Months.
    Month,
    /// Days.
    Day,
}

impl Calendar {
    /// The days of documents by the clocks of a zone.
    #[must_use]
    pub fn new(facts: &Facts, zone: &MatterZone) -> Self {
        Self { days: facts.dates().iter().map(|when| when.map(|when| zone.day(when))).collect() }
    }

    /// The day of a document; `None` when it has no date.
    #[must_use]
    pub fn day(&self, ordinal: Ordinal) -> Option<Date> {
        self.days.get(usize::try_from(ordinal).ok()?).copied().flatten()
    }

    /// How many of these documents fall into each stretch, by its first day; undated ones under `None`.
    #[must_use]
    pub fn count(&self, documents: &DocumentSet, unit: Unit) -> BTreeMap<Option<Date>, u64> {
        let mut counts = BTreeMap::new();
        // Neighbours by number are often neighbours in time, so most of them fall where the one before fell.
        let (mut last, mut run) = (None, 0_u64);
        for ordinal in documents {
            let first = self.day(ordinal).map(|day| unit.first_day(day));
            if last == Some(first) {
                run += 1;
                continue;
            }
            if let Some(last) = last {
                *counts.entry(last).or_default() += run;
            }
            (last, run) = (Some(first), 1);
        }
        if let Some(last) = last {
            *counts.entry(last).or_default() += run;
        }
        counts
    }

    /// The documents of these that fall into the stretch of this name; the empty name is that of the undated.
    #[must_use]
    pub fn having(&self, all: &DocumentSet, unit: Unit, name: &str) -> DocumentSet {
        let wanted = match name {
            "" => None,
            name => match DateRange::parse(name).ok().map(DateRange::ends) {
                Some((Some(first), _)) => Some(first),
                _ => return DocumentSet::new(),
            },
        };
        let falls = |ordinal: &Ordinal| self.day(*ordinal).map(|day| unit.first_day(day)) == wanted;
        all.iter().filter(falls).collect()
    }

    /// The documents of these that fall into a range of days.
    #[must_use]
    pub fn within(&self, all: &DocumentSet, range: DateRange) -> DocumentSet {
        all.iter().filter(|ordinal| self.day(*ordinal).is_some_and(|day| range.holds_day(day))).collect()
    }
}

impl Unit {
    /// The first day of the stretch a day falls into.
    #[must_use]
    pub fn first_day(self, day: Date) -> Date {
        match self {
            Self::Year => day.first_of_year(),
            Self::Month => day.first_of_month(),
            Self::Day => day,
        }
    }

    /// What the stretch beginning on a day is called: `2024`, `2024-03`, `2024-03-17`.
    #[must_use]
    pub fn name(self, first: Date) -> String {
        let (year, month, day) = (first.year(), first.month(), first.day());
        match self {
            Self::Year => format!("{year:04}"),
            Self::Month => format!("{year:04}-{month:02}"),
            Self::Day => format!("{year:04}-{month:02}-{day:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn calendar(days: &[Option<Date>]) -> (Calendar, DocumentSet) {
        let all = (1..=u32::try_from(days.len()).unwrap()).collect();
        (Calendar { days: std::iter::once(None).chain(days.iter().copied()).collect() }, all)
    }

    #[test]
    fn stretches_count_every_document_once() {
        let (calendar, all) = calendar(&[
            Some(date(2024, 3, 31)),
            Some(date(2024, 3, 1)),
            None,
            Some(date(2024, 4, 1)),
            Some(date(2024, 3, 2)),
        ]);
        for unit in [Unit::Year, Unit::Month, Unit::Day] {
            let counts = calendar.count(&all, unit);
            assert_eq!(counts.values().sum::<u64>(), all.len());
            for (first, count) in counts {
                let name = first.map(|first| unit.name(first)).unwrap_or_default();
                assert_eq!(calendar.having(&all, unit, &name).len(), count, "{name}");
            }
        }
        let march = DateRange::parse("2024-03").unwrap();
        assert_eq!(calendar.within(&all, march), DocumentSet::from([1, 2, 5]));
    }
}
