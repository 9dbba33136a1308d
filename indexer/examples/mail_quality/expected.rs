//! What somebody else read in a mail, in the form in which it is compared: without case and spaces that carry nothing.

use std::collections::HashMap;

/// Expectations by the path of a document in its matter.
pub(crate) type Expectations = HashMap<String, Vec<Expected>>;

/// What is expected of one mail.
pub(crate) struct Expected {
    /// Who says so.
    pub(crate) source: &'static str,
    /// Fields that are there, with their values in order of the alphabet.
    pub(crate) fields: Vec<(Field, Vec<String>)>,
    /// The text of the body, where it is told.
    pub(crate) body: Option<String>,
}

/// A field of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Field {
    From,
    FromNames,
    To,
    ToNames,
    Cc,
    Bcc,
    Sent,
    Subject,
    MessageId,
}

impl Field {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::FromNames => "from, names",
            Self::To => "to",
            Self::ToNames => "to, names",
            Self::Cc => "cc",
            Self::Bcc => "bcc",
            Self::Sent => "sent",
            Self::Subject => "subject",
            Self::MessageId => "message id",
        }
    }
}

/// A value as it is compared.
pub(crate) fn normal(value: &str) -> String {
    value.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Words as they are compared where others left marks out: letters and digits alone.
pub(crate) fn bare(value: &str) -> String {
    value.chars().filter(|character| character.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Addresses as they are compared. What has neither `@` nor `/`, as X.400 and Exchange write them, is a name in the wrong place.
pub(crate) fn addresses<'a>(all: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut all: Vec<String> = all
        .map(|address| normal(address.trim_matches(['\'', '"'])))
        .filter(|address| address.contains(['@', '/']))
        .collect();
    all.sort();
    all.dedup();
    all
}
