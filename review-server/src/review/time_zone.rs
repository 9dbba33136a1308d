//! The time zone a matter's moments are shown in.
//!
//! It changes what people read and nothing else: everything is stored, searched, sorted and hashed in UTC. Names are
//! looked up in the database that is part of this program, so that a deliverable says the same on every machine.

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, Zoned};
use redwell_model::When;
use serde::{Deserialize, Serialize};

/// A time zone of the IANA database, such as `Europe/Berlin`; UTC unless somebody chose another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MatterZone {
    name: String,
    zone: TimeZone,
}

/// Why a text names no time zone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is not a time zone: use a name of the IANA database, such as `Europe/Berlin` or `UTC`")]
pub struct BadTimeZone {
    given: String,
}

impl MatterZone {
    /// The name, spelt as in the IANA database.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A moment as the clocks of this zone showed it.
    #[must_use]
    pub fn at(&self, moment: Timestamp) -> Zoned {
        moment.to_zoned(self.zone.clone())
    }

    /// The day of something by the clocks of this zone. A day that was stated without a time is that day everywhere.
    #[must_use]
    pub fn day(&self, when: When) -> Date {
        match when {
            When::Moment(moment) => self.at(moment).date(),
            When::Day(day) => day,
        }
    }
}

impl Default for MatterZone {
    fn default() -> Self {
        Self { name: "UTC".to_owned(), zone: TimeZone::UTC }
    }
}

impl FromStr for MatterZone {
    type Err = BadTimeZone;

    fn from_str(text: &str) -> Result<Self, BadTimeZone> {
        let bad = || BadTimeZone { given: text.chars().take(64).collect() };
        let zone = TimeZoneDatabase::bundled().get(text).map_err(|_| bad())?;
        let name = zone.iana_name().filter(|name| name.eq_ignore_ascii_case(text)).ok_or_else(bad)?.to_owned();
        Ok(Self { name, zone })
    }
}

impl TryFrom<String> for MatterZone {
    type Error = BadTimeZone;

    fn try_from(text: String) -> Result<Self, BadTimeZone> {
        text.parse()
    }
}

impl From<MatterZone> for String {
    fn from(zone: MatterZone) -> Self {
        zone.name
    }
}

impl fmt::Display for MatterZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(zone: &str, moment: &str, expected: &str) {
        let zone: MatterZone = zone.parse().unwrap();
        assert_eq!(zone.at(moment.parse().unwrap()).strftime("%Y-%m-%d %H:%M %Z").to_string(), expected);
    }

    #[test]
    fn moments_are_shown_by_the_rules_of_their_day() {
        check("UTC", "2026-03-04T17:05:59Z", "2026-03-04 17:05 UTC");
        check("Europe/Berlin", "2026-03-04T17:05:59Z", "2026-03-04 18:05 CET");
        check("Europe/Berlin", "2026-03-29T00:59:00Z", "2026-03-29 01:59 CET");
        check("Europe/Berlin", "2026-03-29T01:00:00Z", "2026-03-29 03:00 CEST");
        check("America/Chicago", "2001-10-28T05:30:00Z", "2001-10-28 00:30 CDT");
        check("America/Chicago", "2006-03-15T12:00:00Z", "2006-03-15 06:00 CST");
        check("America/Chicago", "2007-03-15T12:00:00Z", "2007-03-15 07:00 CDT");
    }

    #[test]
    fn a_day_alone_is_the_same_everywhere() {
        let check = |when: When, expected: &str| {
            assert_eq!("America/New_York".parse::<MatterZone>().unwrap().day(when).to_string(), expected);
        };
        let midnight: Timestamp = "2021-03-04T00:00:00Z".parse().unwrap();
        check(When::Moment(midnight), "2021-03-03");
        check(When::stated(midnight), "2021-03-04");
    }

    #[test]
    fn names_are_those_of_the_database() {
        assert_eq!("europe/berlin".parse::<MatterZone>().unwrap().name(), "Europe/Berlin");
        assert_eq!("utc".parse::<MatterZone>().unwrap(), MatterZone::default());
        for bad in ["", "CEST", "Berlin", "+02:00", "Etc/Unknown", "../etc/localtime", "Europe/Berlin "] {
            let error = bad.parse::<MatterZone>().unwrap_err().to_string();
            assert!(error.starts_with(&format!("`{bad}` is not a time zone")), "{error}");
        }
    }
}
