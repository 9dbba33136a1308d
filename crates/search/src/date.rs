//! Ranges of days, as `date:` takes them.
//!
//! A range holds whole UTC days, both ends included. What a shorter date leaves out is filled by its whole extent:
//! `2001-05` is all of May, so `>2001` begins on 1 January 2002.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// Days from a first to a last one, both included; one end may be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DateRange {
    first: Option<Date>,
    last: Option<Date>,
}

/// Why a text is not a range of days.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadDateRange {
    /// One of its dates is not one.
    #[error(
        "`{given}` is not a date; write `2001`, `2001-05` or `2001-05-17`, a range as `2001-05..2001-08`, or an open \
         one as `2001..`, `..2001` or `>=2001-05`"
    )]
    Date {
        /// What was given.
        given: String,
    },
    /// It ends before it begins.
    #[error("the range `{given}` ends before it begins")]
    Backwards {
        /// What was given.
        given: String,
    },
}

impl DateRange {
    /// All days.
    pub const ALWAYS: Self = Self { first: None, last: None };

    /// From a first to a last day, both included; either may be open.
    ///
    /// # Errors
    /// When it ends before it begins.
    pub fn new(first: Option<Date>, last: Option<Date>) -> Result<Self, BadDateRange> {
        let range = Self { first, last };
        if first.zip(last).is_some_and(|(first, last)| last < first) {
            return Err(BadDateRange::Backwards { given: range.to_string() });
        }
        Ok(range)
    }

    /// Whether a day lies in it.
    #[must_use]
    pub fn holds_day(self, day: Date) -> bool {
        self.first.is_none_or(|first| first <= day) && self.last.is_none_or(|last| day <= last)
    }

    /// The range written as `DATE`, `DATE..DATE`, `DATE..`, `..DATE`, `>=DATE`, `>DATE`, `<=DATE` or `<DATE`.
    ///
    /// # Errors
    /// When a date is not `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, or the range ends before it begins.
    pub fn parse(written: &str) -> Result<Self, BadDateRange> {
        let bad = || BadDateRange::Date { given: written.to_owned() };
        let extent = |text: &str| extent(text).ok_or_else(|| BadDateRange::Date { given: text.to_owned() });
        let range = if let Some(date) = written.strip_prefix(">=") {
            Self { first: Some(extent(date)?.0), last: None }
        } else if let Some(date) = written.strip_prefix("<=") {
            Self { first: None, last: Some(extent(date)?.1) }
        } else if let Some(date) = written.strip_prefix('>') {
            Self { first: Some(extent(date)?.1.tomorrow().map_err(|_| bad())?), last: None }
        } else if let Some(date) = written.strip_prefix('<') {
            let last = extent(date)?.0.yesterday().ok().filter(|day| day.year() >= 0).ok_or_else(bad)?;
            Self { first: None, last: Some(last) }
        } else if let Some((first, last)) = written.split_once("..") {
            if first.is_empty() && last.is_empty() {
                return Err(bad());
            }
            let first = if first.is_empty() { None } else { Some(extent(first)?.0) };
            let last = if last.is_empty() { None } else { Some(extent(last)?.1) };
            Self { first, last }
        } else {
            let (first, last) = extent(written)?;
            Self { first: Some(first), last: Some(last) }
        };
        if range.first.zip(range.last).is_some_and(|(first, last)| last < first) {
            return Err(BadDateRange::Backwards { given: written.to_owned() });
        }
        Ok(range)
    }

    /// The days from one to another; `None` when the last is before the first, or there is neither.
    #[must_use]
    pub fn between(first: Option<Date>, last: Option<Date>) -> Option<Self> {
        let backwards = first.zip(last).is_some_and(|(first, last)| last < first);
        let is_range = !backwards && (first.is_some() || last.is_some());
        is_range.then_some(Self { first, last })
    }

    /// The first and the last day, where it has them.
    #[must_use]
    pub fn ends(self) -> (Option<Date>, Option<Date>) {
        (self.first, self.last)
    }

    /// Whether a moment lies in it.
    #[must_use]
    pub fn holds(self, moment: Timestamp) -> bool {
        let (from, to) = self.seconds();
        (from..=to).contains(&second_of(moment))
    }

    /// The first and the last second of it, counted from 1970.
    #[must_use]
    pub fn seconds(self) -> (i64, i64) {
        let midnight = |day: Date| day.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp().as_second());
        let from = self.first.map_or(i64::MIN, |day| midnight(day).unwrap_or(i64::MIN));
        let to = self.last.map_or(i64::MAX, |day| midnight(day).map_or(i64::MAX, |second| second + 86_399));
        (from, to)
    }
}

/// The second a moment lies in, counted from 1970; what an index stores and [`DateRange::seconds`] is compared with.
#[must_use]
pub fn second_of(moment: Timestamp) -> i64 {
    let whole = moment.as_second();
    if moment.subsec_nanosecond() < 0 { whole - 1 } else { whole }
}

/// The year of a second counted from 1970, in four digits.
#[must_use]
pub fn year_of(second: i64) -> String {
    let moment = Timestamp::from_second(second).unwrap_or_default();
    format!("{:04}", moment.to_zoned(TimeZone::UTC).year())
}

/// The first and the last day of a written date; `None` when it is none.
fn extent(written: &str) -> Option<(Date, Date)> {
    let parts: Vec<&str> = written.split('-').collect();
    let number = |digits: usize, text: &str| {
        let good = text.len() == digits && text.bytes().all(|b| b.is_ascii_digit());
        good.then(|| text.parse::<i16>().ok()).flatten()
    };
    let part = |text: &str| number(2, text).and_then(|n| i8::try_from(n).ok());
    match parts.as_slice() {
        [year] => {
            let year = number(4, year)?;
            Some((Date::new(year, 1, 1).ok()?, Date::new(year, 12, 31).ok()?))
        }
        [year, month] => {
            let first = Date::new(number(4, year)?, part(month)?, 1).ok()?;
            Some((first, first.last_of_month()))
        }
        [year, month, day] => {
            let day = Date::new(number(4, year)?, part(month)?, part(day)?).ok()?;
            Some((day, day))
        }
        _ => None,
    }
}

/// The shortest way to write it that reads back as the same range.
impl fmt::Display for DateRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.first, self.last) {
            (Some(first), Some(last)) => {
                if first == last {
                    write!(f, "{first}")
                } else if (first.month(), first.day(), last.month(), last.day()) == (1, 1, 12, 31) {
                    if first.year() == last.year() {
                        write!(f, "{:04}", first.year())
                    } else {
                        write!(f, "{:04}..{:04}", first.year(), last.year())
                    }
                } else if first.day() == 1 && last.day() == last.days_in_month() {
                    let month = |day: Date| format!("{:04}-{:02}", day.year(), day.month());
                    if month(first) == month(last) {
                        f.write_str(&month(first))
                    } else {
                        write!(f, "{}..{}", month(first), month(last))
                    }
                } else {
                    write!(f, "{first}..{last}")
                }
            }
            (Some(first), None) => write!(f, "{first}.."),
            (None, Some(last)) => write!(f, "..{last}"),
            (None, None) => f.write_str(".."),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: &str) {
        let range = DateRange::parse(written).unwrap();
        let day = |day: Option<Date>| day.map(|d| d.to_string()).unwrap_or_default();
        assert_eq!(format!("{}|{}", day(range.first), day(range.last)), expected, "{written}");
        assert_eq!(DateRange::parse(&range.to_string()).unwrap(), range, "{written} prints as {range}");
    }

    #[test]
    fn a_shorter_date_means_its_whole_extent() {
        check("2001", "2001-01-01|2001-12-31");
        check("2001-02", "2001-02-01|2001-02-28");
        check("2000-02", "2000-02-01|2000-02-29");
        check("2001-05-17", "2001-05-17|2001-05-17");
        check("2001-05..2001-08", "2001-05-01|2001-08-31");
        check("2001-12..2002", "2001-12-01|2002-12-31");
        check("2000..2001", "2000-01-01|2001-12-31");
        check("2000-01-02..2001", "2000-01-02|2001-12-31");
        check("..2001", "|2001-12-31");
        check("2001-05..", "2001-05-01|");
        check(">=2001-05", "2001-05-01|");
        check(">2001", "2002-01-01|");
        check("<=2001", "|2001-12-31");
        check("<2001-05-01", "|2001-04-30");
    }

    #[test]
    fn anything_else_is_refused() {
        for bad in [
            "",
            "..",
            "01",
            "2001-5",
            "2001-13",
            "2001-02-29",
            "2001-05-17T10",
            "yesterday",
            ">",
            ">9999",
            "2002..2001",
        ] {
            assert!(DateRange::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn days_are_utc_and_whole() {
        let holds = |range: &str, moment: &str| DateRange::parse(range).unwrap().holds(moment.parse().unwrap());
        assert!(holds("2001-05-17", "2001-05-17T00:00:00Z"));
        assert!(holds("2001-05-17", "2001-05-17T23:59:59.9Z"));
        assert!(!holds("2001-05-17", "2001-05-18T00:00:00Z"));
        assert!(!holds("2001-05-17", "2001-05-17T23:30:00-05:00"));
        assert!(holds("1969-12-31", "1969-12-31T23:59:59.5Z"));
        assert!(holds(">=1999", "2030-01-01T00:00:00Z"));
    }
}
