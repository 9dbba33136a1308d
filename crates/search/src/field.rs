//! The metadata fields a query can name.

use std::fmt;
use std::str::FromStr;

/// A metadata field whose words can be searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Whom a mail is from: names and addresses.
    From,
    /// Whom a mail was sent to.
    To,
    /// Whom a mail was copied to.
    Cc,
    /// A mail's subject.
    Subject,
    /// What people call the document: its subject, title or file name.
    Title,
    /// Its authors.
    Author,
    /// Everyone it was collected from.
    Custodian,
    /// The short name of its format, such as `pdf`.
    Type,
    /// Its path as collected.
    Path,
    /// The language of its text as an ISO 639-1 code.
    Language,
}

impl Field {
    /// Every field, in the order help lists them.
    pub const ALL: [Self; 10] = [
        Self::From,
        Self::To,
        Self::Cc,
        Self::Subject,
        Self::Title,
        Self::Author,
        Self::Custodian,
        Self::Type,
        Self::Path,
        Self::Language,
    ];

    /// Its name in a query.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::To => "to",
            Self::Cc => "cc",
            Self::Subject => "subject",
            Self::Title => "title",
            Self::Author => "author",
            Self::Custodian => "custodian",
            Self::Type => "type",
            Self::Path => "path",
            Self::Language => "language",
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Field {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|field| field.as_str() == text).ok_or_else(|| format!("there is no field `{text}`"))
    }
}

/// A metadata field whose values are numbers or moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrderedField {
    /// The moment a document is found and sorted by.
    Date,
    /// When a mail was sent.
    Sent,
    /// When it was received.
    Received,
    /// When the file says it was created.
    Created,
    /// When the file says it was last changed.
    Modified,
    /// Size of the original in bytes.
    Size,
    /// Pages.
    Pages,
    /// Words of the text.
    Words,
    /// Documents attached to or embedded in it, directly.
    Attachments,
    /// Processing exceptions on it.
    Exceptions,
}
