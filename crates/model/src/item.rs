//! Items and their outcomes: the accounting that shows nothing was lost.
//!
//! An item is a source file or anything found inside one. Every item has exactly one outcome, and for every ingest
//! `items = documents + duplicates + containers + excluded + failed`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ItemOutcome {
    /// It has a control number and can be reviewed.
    Document,
    /// An earlier item has the same content; custodian and path are kept with that one.
    Duplicate,
    /// It only holds other items, which are items of their own.
    Container,
    /// A hash list given by the user leaves it out.
    Excluded,
    /// Nothing could be made of it.
    Failed,
}

impl ItemOutcome {
    /// All outcomes, in the order reports list them.
    pub const ALL: [Self; 5] = [Self::Document, Self::Duplicate, Self::Container, Self::Excluded, Self::Failed];

    /// The name used in the database, in JSON and in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Duplicate => "duplicate",
            Self::Container => "container",
            Self::Excluded => "excluded",
            Self::Failed => "failed",
        }
    }
}

impl fmt::Display for ItemOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for ItemOutcome {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|o| o.as_str() == text).ok_or_else(|| format!("`{text}` is not an item outcome"))
    }
}

/// Among which items a duplicate is suppressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DuplicateScope {
    /// Among all of the matter.
    #[default]
    Global,
    /// Among those of the same custodian.
    Custodian,
    /// Nowhere: every copy is a document.
    None,
}

impl DuplicateScope {
    /// All scopes, the widest first.
    pub const ALL: [Self; 3] = [Self::Global, Self::Custodian, Self::None];

    /// The name used in the database, in JSON and on the command line.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Custodian => "custodian",
            Self::None => "none",
        }
    }
}

impl fmt::Display for DuplicateScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for DuplicateScope {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|scope| scope.as_str() == text)
            .ok_or_else(|| format!("`{text}` is no scope for duplicates; use global, custodian or none"))
    }
}

/// The count of items by outcome.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accounting {
    /// Files found on disk.
    pub sources: u64,
    /// Source files and everything found inside them.
    pub items: u64,
    /// Items with a control number.
    pub documents: u64,
    /// Items suppressed in favour of an earlier one.
    pub duplicates: u64,
    /// Items that only hold other items.
    pub containers: u64,
    /// Items left out by a hash list.
    pub excluded: u64,
    /// Items nothing could be made of.
    pub failed: u64,
}

impl Accounting {
    /// Whether every item has an outcome.
    #[must_use]
    pub fn balances(&self) -> bool {
        self.items == self.documents + self.duplicates + self.containers + self.excluded + self.failed
    }
}
