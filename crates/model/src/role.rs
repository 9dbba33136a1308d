//! Roles in a matter and the rights each carries.
//!
//! A person has one role per matter. An administrator of the installation manages people and matters everywhere but
//! reads a matter's documents only with a role in it.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a person is in a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Manages members and everything a lead does.
    Administrator,
    /// Runs the review: taxonomies, deliverables, and releasing them.
    Lead,
    /// Reads, codes and annotates.
    Reviewer,
    /// Reads, annotates and prepares deliverables.
    Analyst,
    /// Sees progress and released deliverables only.
    Client,
}

/// One thing a role may do in a matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// See progress and released deliverables.
    SeeProgress,
    /// Search and read documents.
    ReadDocuments,
    /// Record coding decisions.
    Code,
    /// Write annotations.
    Annotate,
    /// Import taxonomies.
    ManageTaxonomies,
    /// Prepare deliverables and see unreleased ones.
    PrepareDeliverables,
    /// Release and withdraw deliverables.
    ReleaseDeliverables,
    /// Read the audit log.
    ReadAudit,
    /// Add and remove members and change their roles.
    ManageMembers,
    /// Have documents read in, steer that, and accept exceptions.
    ManageProcessing,
    /// Split documents into batches, release those of others, and withdraw sets.
    ManageBatches,
}

impl Role {
    /// All roles, the most powerful first.
    pub const ALL: [Self; 5] = [Self::Administrator, Self::Lead, Self::Reviewer, Self::Analyst, Self::Client];

    /// The name used in the database and in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Administrator => "administrator",
            Self::Lead => "lead",
            Self::Reviewer => "reviewer",
            Self::Analyst => "analyst",
            Self::Client => "client",
        }
    }

    /// What this role may do.
    #[must_use]
    pub fn rights(self) -> &'static [Right] {
        use Right::{
            Annotate, Code, ManageBatches, ManageMembers, ManageProcessing, ManageTaxonomies, PrepareDeliverables,
            ReadAudit, ReadDocuments, ReleaseDeliverables, SeeProgress,
        };
        match self {
            Self::Administrator => &[
                SeeProgress,
                ReadDocuments,
                Code,
                Annotate,
                ManageTaxonomies,
                PrepareDeliverables,
                ReleaseDeliverables,
                ReadAudit,
                ManageMembers,
                ManageProcessing,
                ManageBatches,
            ],
            Self::Lead => &[
                SeeProgress,
                ReadDocuments,
                Code,
                Annotate,
                ManageTaxonomies,
                PrepareDeliverables,
                ReleaseDeliverables,
                ReadAudit,
                ManageProcessing,
                ManageBatches,
            ],
            Self::Reviewer => &[SeeProgress, ReadDocuments, Code, Annotate],
            Self::Analyst => &[SeeProgress, ReadDocuments, Code, Annotate, PrepareDeliverables],
            Self::Client => &[SeeProgress],
        }
    }

    /// Whether this role carries a right.
    #[must_use]
    pub fn may(self, right: Right) -> bool {
        self.rights().contains(&right)
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Role {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL
            .into_iter()
            .find(|role| role.as_str() == text)
            .ok_or_else(|| format!("`{text}` is not a role: use administrator, lead, reviewer, analyst or client"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_never_reads_documents() {
        assert_eq!(Role::Client.rights(), &[Right::SeeProgress]);
        assert!(Role::Reviewer.may(Right::Code) && !Role::Reviewer.may(Right::ReleaseDeliverables));
        assert!(Role::ALL.iter().all(|role| role.may(Right::SeeProgress)));
    }
}
