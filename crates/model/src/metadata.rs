//! What a document says about itself: authors, dates, mail fields.
//!
//! Everything is optional, because files lie by leaving out. Moments are UTC; where the source gave another offset
//! it is kept beside the moment, for display and for courts.

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

/// A mail address with the name it was shown under.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Address {
    /// The display name as written, or empty.
    pub name: String,
    /// The address in lower case, or empty when the message gives a name only.
    pub email: String,
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.name.is_empty(), self.email.is_empty()) {
            (true, _) => f.write_str(&self.email),
            (false, true) => f.write_str(&self.name),
            (false, false) => write!(f, "{} <{}>", self.name, self.email),
        }
    }
}

/// What a document says about itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Metadata {
    /// The title the file carries, or a mail's subject; not the file name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Authors as the file names them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub authors: Vec<String>,
    /// The mail's subject, as sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Who sent the mail.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub from: Vec<Address>,
    /// Whom it was sent to.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub to: Vec<Address>,
    /// Who was copied in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cc: Vec<Address>,
    /// Who was copied in unseen, where the file tells.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub bcc: Vec<Address>,
    /// The mail's own identifier, without angle brackets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message_id: Option<String>,
    /// The identifier of the mail it answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub in_reply_to: Option<String>,
    /// Identifiers of the mails before it, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<String>,
    /// When the mail was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent: Option<Timestamp>,
    /// The offset from UTC that `sent` was written with, in minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sent_offset_minutes: Option<i32>,
    /// When the last server or the mailbox took the mail in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub received: Option<Timestamp>,
    /// How urgent the sender called the mail: `low`, `normal` or `high`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub importance: Option<String>,
    /// When the file says it was created.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub created: Option<Timestamp>,
    /// When the file says it was last changed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modified: Option<Timestamp>,
    /// Pages, slides or sheets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_count: Option<u32>,
    /// The program the file names as its producer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub producer: Option<String>,
    /// Anything else worth keeping, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub other: BTreeMap<String, String>,
}

/// When something was, as exactly as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// A moment, the same all over the world.
    Moment(Timestamp),
    /// A day, whatever clock it is read by.
    Day(Date),
}

impl When {
    /// What a moment that a file states about itself stands for.
    ///
    /// Many files state a day without a time. Such a day is kept as its midnight in UTC, and nothing beside it says so; so
    /// midnight in UTC, to the second, is taken for a day. A file that was really changed in that one second of the day is
    /// shown without its time, and under the day it has in UTC.
    #[must_use]
    pub fn stated(moment: Timestamp) -> Self {
        const DAY: i64 = 24 * 60 * 60;
        if moment.as_second().rem_euclid(DAY) == 0 && moment.subsec_nanosecond() == 0 {
            Self::Day(Offset::UTC.to_datetime(moment).date())
        } else {
            Self::Moment(moment)
        }
    }
}

impl fmt::Display for When {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Moment(moment) => moment.fmt(f),
            Self::Day(day) => day.fmt(f),
        }
    }
}

impl Metadata {
    /// The one moment a document is sorted and found by: sent, else last changed, else created. A file's time on
    /// disk is never taken, because copying changes it.
    #[must_use]
    pub fn date(&self) -> Option<Timestamp> {
        self.sent.or(self.modified).or(self.created)
    }

    /// The same as exactly as it is known: a mail is sent at a moment, a file may state no more than a day.
    #[must_use]
    pub fn when(&self) -> Option<When> {
        let stated = || self.modified.or(self.created).map(When::stated);
        self.sent.map(When::Moment).or_else(stated)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn midnight_of_a_file_is_a_day_and_that_of_a_mail_a_moment() {
        let check = |sent: Option<&str>, modified: &str, expected: &str| {
            let moment = |text: &str| text.parse::<Timestamp>().unwrap();
            let said = Metadata { sent: sent.map(moment), modified: Some(moment(modified)), ..Metadata::default() };
            assert_eq!(said.when().unwrap().to_string(), expected);
        };
        check(None, "2021-03-04T00:00:00Z", "2021-03-04");
        check(None, "1969-12-31T00:00:00Z", "1969-12-31");
        check(None, "2021-03-04T00:00:01Z", "2021-03-04T00:00:01Z");
        check(None, "2021-03-04T00:00:00.5Z", "2021-03-04T00:00:00.5Z");
        check(Some("2021-03-04T00:00:00Z"), "2021-03-05T00:00:00Z", "2021-03-04T00:00:00Z");
    }
}
