//! Control numbers: a document's permanent number in its matter, `ACME-0000001`.
//!
//! Given once, in the ordered numbering pass, and never reused. The numeric part alone, the [`Ordinal`], is what
//! document sets and indexes store.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The numeric part of a control number, from 1. Dense within a matter, so sets of documents are bitmaps of it.
pub type Ordinal = u32;

/// The letters before the hyphen of a control number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Prefix(String);

/// A document's permanent number in its matter.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ControlNumber {
    prefix: Prefix,
    ordinal: Ordinal,
}

/// Why a text is not a control number or a prefix of one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadControlNumber {
    /// The prefix has other characters, or too many or none.
    #[error("`{given}` is not a control-number prefix: use 1 to 8 capital letters and digits, beginning with a letter")]
    Prefix {
        /// What was given.
        given: String,
    },
    /// There is no hyphen followed by at least seven digits above zero.
    #[error("`{given}` is not a control number: write it as `ACME-0000001`")]
    Number {
        /// What was given.
        given: String,
    },
}

impl Prefix {
    /// Longest prefix, in characters.
    pub const MAX_CHARS: usize = 8;
}

impl FromStr for Prefix {
    type Err = BadControlNumber;

    fn from_str(text: &str) -> Result<Self, BadControlNumber> {
        let good = (1..=Self::MAX_CHARS).contains(&text.len())
            && text.starts_with(|c: char| c.is_ascii_uppercase())
            && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        if good { Ok(Self(text.to_owned())) } else { Err(BadControlNumber::Prefix { given: text.to_owned() }) }
    }
}

impl ControlNumber {
    /// Digits printed at least; a matter with more than ten million documents simply prints more.
    pub const DIGITS: usize = 7;

    /// The number with this prefix and ordinal. Ordinals count from 1.
    #[must_use]
    pub fn new(prefix: Prefix, ordinal: Ordinal) -> Self {
        Self { prefix, ordinal }
    }

    /// The numeric part.
    #[must_use]
    pub fn ordinal(&self) -> Ordinal {
        self.ordinal
    }

    /// The letters before the hyphen.
    #[must_use]
    pub fn prefix(&self) -> &Prefix {
        &self.prefix
    }
}

impl FromStr for ControlNumber {
    type Err = BadControlNumber;

    fn from_str(text: &str) -> Result<Self, BadControlNumber> {
        let bad = || BadControlNumber::Number { given: text.to_owned() };
        let (prefix, digits) = text.rsplit_once('-').ok_or_else(bad)?;
        if digits.len() < Self::DIGITS || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(bad());
        }
        let ordinal: Ordinal = digits.parse().map_err(|_| bad())?;
        let number = Self { prefix: prefix.parse()?, ordinal };
        // One number has one spelling: `ACME-00000001` is not another name of `ACME-0000001`.
        if ordinal == 0 || number.to_string() != text { Err(bad()) } else { Ok(number) }
    }
}

impl fmt::Display for ControlNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:0width$}", self.prefix, self.ordinal, width = Self::DIGITS)
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ControlNumber {
    type Error = BadControlNumber;

    fn try_from(text: String) -> Result<Self, BadControlNumber> {
        text.parse()
    }
}

impl From<ControlNumber> for String {
    fn from(number: ControlNumber) -> Self {
        number.to_string()
    }
}

impl TryFrom<String> for Prefix {
    type Error = BadControlNumber;

    fn try_from(text: String) -> Result<Self, BadControlNumber> {
        text.parse()
    }
}

impl From<Prefix> for String {
    fn from(prefix: Prefix) -> Self {
        prefix.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn reads_what_it_prints_and_nothing_else() {
        let number: ControlNumber = "ACME-0000042".parse().unwrap();
        assert_eq!(number.ordinal(), 42);
        assert_eq!(number.to_string(), "ACME-0000042");
        for bad in
            ["ACME-42", "ACME-0000000", "ACME-00000042", "acme-0000042", "ACME0000042", "-0000042", "ACME-99999999999"]
        {
            assert!(bad.parse::<ControlNumber>().is_err(), "{bad}");
        }
    }

    proptest! {
        #[test]
        fn round_trips(prefix in "[A-Z][A-Z0-9]{0,7}", ordinal in 1u32..) {
            let number = ControlNumber::new(prefix.parse().unwrap(), ordinal);
            prop_assert_eq!(number.to_string().parse::<ControlNumber>().unwrap(), number);
        }
    }
}
