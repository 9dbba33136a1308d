//! A matter's short name: the wall that every row, file, index and route stands behind.
//!
//! A slug is also a folder name and a part of addresses, so it holds lower-case ASCII letters, digits and single
//! hyphens only. Parsed once, at the edge.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::control_number::Prefix;

/// The short name of a matter, such as `halden-v-norling`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MatterSlug(String);

/// Why a text is not a matter's short name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{given}` is not a matter name: use 1 to 63 lower-case letters, digits and single hyphens, beginning with a letter"
)]
pub struct BadMatterSlug {
    given: String,
}

impl MatterSlug {
    /// Longest slug, in bytes: what a file system and a host name both bear.
    pub const MAX_BYTES: usize = 63;

    /// The slug as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The control-number prefix a matter gets unless its lead chooses another: the first part of the slug in
    /// upper case, at most eight characters.
    #[must_use]
    pub fn default_prefix(&self) -> Prefix {
        let first = self.0.split('-').next().unwrap_or(&self.0);
        let upper: String = first.chars().take(Prefix::MAX_CHARS).collect::<String>().to_ascii_uppercase();
        upper.parse().expect("a slug begins with a letter and holds ASCII letters and digits")
    }
}

impl FromStr for MatterSlug {
    type Err = BadMatterSlug;

    fn from_str(text: &str) -> Result<Self, BadMatterSlug> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let good = text.len() <= Self::MAX_BYTES
            && text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.chars().all(allowed)
            && !text.ends_with('-')
            && !text.contains("--");
        if good { Ok(Self(text.to_owned())) } else { Err(BadMatterSlug { given: text.to_owned() }) }
    }
}

impl TryFrom<String> for MatterSlug {
    type Error = BadMatterSlug;

    fn try_from(text: String) -> Result<Self, BadMatterSlug> {
        text.parse()
    }
}

impl From<MatterSlug> for String {
    fn from(slug: MatterSlug) -> Self {
        slug.0
    }
}

impl fmt::Display for MatterSlug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_folder_safe_names_only() {
        for good in ["acme", "halden-v-norling", "m2", "a"] {
            assert!(good.parse::<MatterSlug>().is_ok(), "{good}");
        }
        let long = "a".repeat(64);
        for bad in ["", "-a", "a-", "a--b", "Acme", "a b", "../etc", "2m", "é", long.as_str()] {
            assert!(bad.parse::<MatterSlug>().is_err(), "{bad}");
        }
    }

    #[test]
    fn prefix_is_the_first_part_in_capitals() {
        let prefix = |slug: &str| slug.parse::<MatterSlug>().unwrap().default_prefix().to_string();
        assert_eq!(prefix("halden-v-norling"), "HALDEN");
        assert_eq!(prefix("constantinople"), "CONSTANT");
    }
}
