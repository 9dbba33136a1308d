//! Moments as the texts state them (`2024-02-12T08:14+01:00`) and the ways formats print them. No clock, no time zone table.

use anyhow::Context;

/// A local date and time with its offset from UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Moment {
    year: u32,
    month: u32,
    day: u32,
    hour: u32,
    minute: u32,
    /// Minutes east of Greenwich.
    offset: i32,
}

const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

impl Moment {
    /// Reads `2024-02-12`, `2024-02-12T08:14` or `2024-02-12T08:14+01:00`; noon and UTC where left out.
    pub(crate) fn parse(text: &str) -> anyhow::Result<Self> {
        let text = text.trim();
        let number = |range: std::ops::Range<usize>| -> anyhow::Result<u32> {
            let digits = text.get(range).with_context(|| format!("the date `{text}` is too short"))?;
            digits.parse().with_context(|| format!("the date `{text}` is not like `2024-02-12T08:14+01:00`"))
        };
        let (hour, minute) = if text.len() > 10 { (number(11..13)?, number(14..16)?) } else { (12, 0) };
        let offset = match text.get(16..17) {
            Some(sign @ ("+" | "-")) => {
                let minutes = i32::try_from(number(17..19)? * 60 + number(20..22)?)?;
                if sign == "-" { -minutes } else { minutes }
            }
            _ => 0,
        };
        Ok(Self { year: number(0..4)?, month: number(5..7)?, day: number(8..10)?, hour, minute, offset })
    }

    fn weekday(self) -> usize {
        let shifts = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4];
        let month = self.month as usize - 1;
        let year = if month < 2 { self.year - 1 } else { self.year } as usize;
        (year + year / 4 - year / 100 + year / 400 + shifts[month] + self.day as usize) % 7
    }

    fn signed_offset(self, separator: &str) -> String {
        let sign = if self.offset < 0 { '-' } else { '+' };
        let minutes = self.offset.unsigned_abs();
        format!("{sign}{:02}{separator}{:02}", minutes / 60, minutes % 60)
    }

    /// As in the header of a mail: `Mon, 12 Feb 2024 08:14:00 +0100`.
    pub(crate) fn mail(self) -> String {
        let (day, month) = (DAYS[self.weekday()], MONTHS[self.month as usize - 1]);
        let Self { year, hour, minute, .. } = self;
        format!("{day}, {} {month} {year} {hour:02}:{minute:02}:00 {}", self.day, self.signed_offset(""))
    }

    /// As in the separator line of an mbox: `Mon Feb 12 08:14:00 2024`.
    pub(crate) fn mbox(self) -> String {
        let (day, month) = (DAYS[self.weekday()], MONTHS[self.month as usize - 1]);
        format!("{day} {month} {:2} {:02}:{:02}:00 {}", self.day, self.hour, self.minute, self.year)
    }

    /// As in a PDF: `D:20240212081400+01'00'`.
    pub(crate) fn pdf(self) -> String {
        let Self { year, month, day, hour, minute, .. } = self;
        format!("D:{year}{month:02}{day:02}{hour:02}{minute:02}00{}'", self.signed_offset("'"))
    }

    /// As in office files: `2024-02-12T08:14:00Z`. These write the author's local time and call it UTC, like many programs do.
    pub(crate) fn office(self) -> String {
        let Self { year, month, day, hour, minute, .. } = self;
        format!("{year}-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z")
    }

    /// Days since 1899-12-30, the way spreadsheets count.
    pub(crate) fn serial_day(self) -> u32 {
        let (year, month) = if self.month < 3 { (self.year - 1, self.month + 12) } else { (self.year, self.month) };
        let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * (month - 3) + 2) / 5 + self.day;
        days - 693_900
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weekdays_follow_the_calendar() {
        let mail = |text: &str| Moment::parse(text).unwrap().mail();
        assert_eq!(mail("2024-02-12T08:14+01:00"), "Mon, 12 Feb 2024 08:14:00 +0100");
        assert_eq!(mail("2024-02-29T23:05-05:00"), "Thu, 29 Feb 2024 23:05:00 -0500");
        assert_eq!(mail("2023-01-01"), "Sun, 1 Jan 2023 12:00:00 +0000");
    }

    #[test]
    fn spreadsheet_days_are_counted_from_1899() {
        let serial = |text: &str| Moment::parse(text).unwrap().serial_day();
        assert_eq!(serial("2024-01-01"), 45292);
        assert_eq!(serial("2022-03-14"), 44634);
    }

    #[test]
    fn a_date_that_is_none_is_refused() {
        assert!(Moment::parse("14 March").is_err());
    }
}
