//! Processing exceptions: what went less than perfectly on an item, and why, in words a paralegal understands.
//!
//! An exception is data, not an error: the run goes on, the exit status and the report show it, and `retry` takes
//! it up again.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Where in processing an exception arose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Walking, reading and hashing the source.
    Collect,
    /// Telling what kind of file it is.
    Identify,
    /// Opening a container or a message's attachments.
    Expand,
    /// Taking text and metadata out.
    Extract,
    /// Writing the full-text index.
    Index,
}

/// The closed list of exception kinds. Names are stable: people filter and report by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ExceptionKind {
    /// The source could not be read from disk.
    Unreadable,
    /// The source has no bytes.
    EmptyFile,
    /// The file is locked with a password nobody gave.
    Encrypted,
    /// The bytes do not follow the format's rules.
    Damaged,
    /// The format is recognised, or not, but Redwell has no reader for it.
    UnsupportedFormat,
    /// Content and name disagree on the format; content was believed.
    FormatMismatch,
    /// The pages are pictures; text needs recognition.
    NeedsOcr,
    /// Some text could not be decoded to characters.
    GarbledText,
    /// Reading used more processor or wall-clock time than allowed.
    TimeLimit,
    /// Reading used more memory than allowed.
    MemoryLimit,
    /// The result was larger than allowed, and was cut there.
    OutputLimit,
    /// A container is nested too deeply, expands too far or holds too many entries.
    ContainerLimit,
    /// The reader crashed.
    Crashed,
    /// A part of the file (a page, a sheet, an attachment) was lost; the rest was read.
    PartLost,
}

impl Stage {
    /// All stages in processing order.
    pub const ALL: [Self; 5] = [Self::Collect, Self::Identify, Self::Expand, Self::Extract, Self::Index];

    /// The name used in the database, in JSON and in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Collect => "collect",
            Self::Identify => "identify",
            Self::Expand => "expand",
            Self::Extract => "extract",
            Self::Index => "index",
        }
    }
}

impl ExceptionKind {
    /// Every kind, in the order the manual lists them.
    pub const ALL: [Self; 14] = [
        Self::Unreadable,
        Self::EmptyFile,
        Self::Encrypted,
        Self::Damaged,
        Self::UnsupportedFormat,
        Self::FormatMismatch,
        Self::NeedsOcr,
        Self::GarbledText,
        Self::TimeLimit,
        Self::MemoryLimit,
        Self::OutputLimit,
        Self::ContainerLimit,
        Self::Crashed,
        Self::PartLost,
    ];

    /// The name used in the database, in JSON and in reports.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::EmptyFile => "empty_file",
            Self::Encrypted => "encrypted",
            Self::Damaged => "damaged",
            Self::UnsupportedFormat => "unsupported_format",
            Self::FormatMismatch => "format_mismatch",
            Self::NeedsOcr => "needs_ocr",
            Self::GarbledText => "garbled_text",
            Self::TimeLimit => "time_limit",
            Self::MemoryLimit => "memory_limit",
            Self::OutputLimit => "output_limit",
            Self::ContainerLimit => "container_limit",
            Self::Crashed => "crashed",
            Self::PartLost => "part_lost",
        }
    }

    /// Whether reading the item once more, perhaps with other settings, could help. Notices such as a format
    /// mismatch record a fact and are not retried.
    #[must_use]
    pub fn is_worth_retrying(self) -> bool {
        !matches!(self, Self::FormatMismatch | Self::EmptyFile)
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for ExceptionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Stage {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|s| s.as_str() == text).ok_or_else(|| format!("`{text}` is not a processing stage"))
    }
}

impl FromStr for ExceptionKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|k| k.as_str() == text).ok_or_else(|| format!("`{text}` is not an exception kind"))
    }
}

/// One thing that went less than perfectly on one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessingException {
    /// Where in processing.
    pub stage: Stage,
    /// Which kind, from the closed list.
    pub kind: ExceptionKind,
    /// Why, as a sentence for a paralegal; never contains document text.
    pub reason: String,
    /// The reader that reported it, such as `hayro` or `calamine`; empty when none was reached.
    pub tool: String,
    /// The page concerned, from 1, where one is known.
    pub page: Option<u32>,
}

impl ProcessingException {
    /// An exception of a whole item.
    #[must_use]
    pub fn new(stage: Stage, kind: ExceptionKind, tool: &str, reason: impl Into<String>) -> Self {
        Self { stage, kind, reason: reason.into(), tool: tool.to_owned(), page: None }
    }

    /// The same exception, of one page, counted from 1.
    #[must_use]
    pub fn on_page(mut self, page: u32) -> Self {
        self.page = Some(page);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_json_and_in_the_database_agree() {
        for kind in ExceptionKind::ALL {
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("\"{kind}\""));
            assert_eq!(kind.as_str().parse(), Ok(kind));
        }
        for stage in Stage::ALL {
            assert_eq!(serde_json::to_string(&stage).unwrap(), format!("\"{stage}\""));
            assert_eq!(stage.as_str().parse(), Ok(stage));
        }
    }
}
