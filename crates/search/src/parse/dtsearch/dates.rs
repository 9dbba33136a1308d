//! Days as dtSearch's `date(…)` takes them: `date(jan 10 2006)`, `date(after 1/10/2006)`,
//! `date(jan 10 2006 to jan 20 2006)`.

use jiff::civil::Date;

use crate::date::DateRange;

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// The range written so; the error is a sentence.
pub(super) fn range(written: &str) -> Result<DateRange, String> {
    let bad = || {
        format!(
            "`{written}` is not a date; write `date(jan 10 2006)`, `date(jan 10 2006 to jan 20 2006)` or `date(2006-01-10)`"
        )
    };
    let lower = written.to_lowercase();
    let day = |text: &str| day(text).ok_or_else(bad);
    let (first, last) = if let Some((first, last)) = lower.split_once(" to ") {
        (Some(day(first)?.0), Some(day(last)?.1))
    } else if let Some(rest) = lower.strip_prefix("after ") {
        (Some(day(rest)?.1.tomorrow().map_err(|_| bad())?), None)
    } else if let Some(rest) = lower.strip_prefix("before ") {
        (None, Some(day(rest)?.0.yesterday().map_err(|_| bad())?))
    } else if let Ok(range) = DateRange::parse(&lower) {
        return Ok(range);
    } else {
        let (first, last) = day(&lower)?;
        (Some(first), Some(last))
    };
    DateRange::between(first, last).ok_or_else(|| format!("the range `{written}` ends before it begins"))
}

/// The first and the last day of a written date.
fn day(text: &str) -> Option<(Date, Date)> {
    let text = text.trim();
    if let Ok(range) = DateRange::parse(text)
        && let (Some(first), Some(last)) = range.ends()
    {
        return Some((first, last));
    }
    let parts: Vec<&str> = text.split([' ', ',', '/', '.']).filter(|part| !part.is_empty()).collect();
    let month = |text: &str| {
        let is_name = text.len() >= 3 && text.chars().all(char::is_alphabetic);
        let place = MONTHS.iter().position(|name| is_name && text.starts_with(name))?;
        i8::try_from(place + 1).ok()
    };
    let [first, second, year] = parts.as_slice() else { return None };
    let year = year.parse::<i16>().ok().filter(|year| (1000..=9999).contains(year))?;
    let number = |text: &str| text.parse::<i8>().ok();
    let (month, day) = match (month(first), month(second)) {
        (Some(month), None) => (month, number(second)?),
        (None, Some(month)) => (month, number(first)?),
        (None, None) => (number(first)?, number(second)?),
        (Some(_), Some(_)) => return None,
    };
    let day = Date::new(year, month, day).ok()?;
    Some((day, day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, expected: &str) {
        assert_eq!(range(written).map(|range| range.to_string()), Ok(expected.to_owned()), "{written}");
    }

    #[test]
    fn days_are_written_in_many_ways() {
        check("jan 10 2006", "2006-01-10");
        check("January 10, 2006", "2006-01-10");
        check("10 Jan 2006", "2006-01-10");
        check("1/10/2006", "2006-01-10");
        check("2006-01", "2006-01");
        check("jan 10 2006 to 2006-01-20", "2006-01-10..2006-01-20");
        check("after jan 10 2006", "2006-01-11..");
        check("before 2006", "..2005-12-31");
        for bad in ["", "soon", "13/13/2006", "jan 2006 to feb 2005", "jan feb 2006", "feb 1 2006 to jan 1 2006"] {
            assert!(range(bad).is_err(), "{bad}");
        }
    }
}
