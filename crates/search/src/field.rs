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
    /// Whom a mail was copied to unseen.
    Bcc,
    /// The name of the file.
    Filename,
    /// What the file's name ends in, after the last full stop.
    Extension,
    /// A mail's own identifier.
    MessageId,
    /// The identifier of the mail it answers.
    InReplyTo,
    /// The identifiers of the mails before it.
    References,
    /// How urgent its sender called a mail: `low`, `normal` or `high`.
    Importance,
    /// The program that made the file.
    Producer,
    /// The MD5 digest of the original, in hexadecimal digits.
    Md5,
    /// Its SHA-1 digest.
    Sha1,
    /// Its SHA-256 digest.
    Sha256,
    /// Everything else the file says about itself: names and values, `Company: Enron`.
    Property,
}

impl Field {
    /// Every field, in the order help lists them.
    pub const ALL: [Self; 22] = [
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
        Self::Bcc,
        Self::Filename,
        Self::Extension,
        Self::MessageId,
        Self::InReplyTo,
        Self::References,
        Self::Importance,
        Self::Producer,
        Self::Md5,
        Self::Sha1,
        Self::Sha256,
        Self::Property,
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
            Self::Bcc => "bcc",
            Self::Filename => "filename",
            Self::Extension => "extension",
            Self::MessageId => "messageid",
            Self::InReplyTo => "inreplyto",
            Self::References => "references",
            Self::Importance => "importance",
            Self::Producer => "producer",
            Self::Md5 => "md5",
            Self::Sha1 => "sha1",
            Self::Sha256 => "sha256",
            Self::Property => "property",
        }
    }

    /// Whether its values are cut at every punctuation mark, so that `lay` finds `kenneth.lay@enron.com` and `annex`
    /// finds `annex_a.docx`: names, addresses, paths.
    #[must_use]
    pub fn is_cut_at_punctuation(self) -> bool {
        matches!(
            self,
            Self::From | Self::To | Self::Cc | Self::Bcc | Self::Author | Self::Custodian | Self::Path | Self::Filename
        )
    }

    /// Whether its one value is a digest in small hexadecimal digits, another for nearly every document.
    #[must_use]
    pub fn is_digest(self) -> bool {
        matches!(self, Self::Md5 | Self::Sha1 | Self::Sha256)
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

impl OrderedField {
    /// Every one, in the order help lists them.
    pub const ALL: [Self; 10] = [
        Self::Date,
        Self::Sent,
        Self::Received,
        Self::Created,
        Self::Modified,
        Self::Size,
        Self::Pages,
        Self::Words,
        Self::Attachments,
        Self::Exceptions,
    ];

    /// Its name in a query.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Sent => "sent",
            Self::Received => "received",
            Self::Created => "created",
            Self::Modified => "modified",
            Self::Size => "size",
            Self::Pages => "pages",
            Self::Words => "words",
            Self::Attachments => "attachments",
            Self::Exceptions => "exceptions",
        }
    }

    /// Whether its values are moments; the others are numbers.
    #[must_use]
    pub fn is_moment(self) -> bool {
        matches!(self, Self::Date | Self::Sent | Self::Received | Self::Created | Self::Modified)
    }
}

impl fmt::Display for OrderedField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for OrderedField {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|field| field.as_str() == text).ok_or_else(|| format!("there is no field `{text}`"))
    }
}
