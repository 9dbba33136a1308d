//! The audit log's chain: each entry carries the digest of the one before, so that a removed or altered entry shows.

use serde::{Deserialize, Serialize};

use crate::digest::Sha256;

/// What the digest of an audit entry is taken over. Field order is part of the format.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    /// Position in the log, from 1, without gaps.
    pub sequence: u64,
    /// When, as RFC 3339 in UTC.
    pub at: String,
    /// Who, by sign-in name; `-` where nobody was signed in.
    pub actor: String,
    /// In which matter; empty for the installation itself.
    pub matter: String,
    /// What was done, such as `deliverable.download`.
    pub action: String,
    /// To what, such as a control number or a deliverable's number.
    pub subject: String,
    /// Anything else, as JSON text; never document text.
    pub detail: String,
    /// The digest of the entry before; 64 zeros for the first.
    pub previous: String,
}

impl AuditEntry {
    /// `previous` of the first entry.
    pub const GENESIS: &'static str = "0000000000000000000000000000000000000000000000000000000000000000";

    /// The digest of this entry: SHA-256 over its fields in declaration order, each preceded by its length in bytes
    /// as eight bytes big-endian, so that no two entries share an encoding.
    #[must_use]
    pub fn digest(&self) -> Sha256 {
        let sequence = self.sequence.to_string();
        let fields =
            [&sequence, &self.at, &self.actor, &self.matter, &self.action, &self.subject, &self.detail, &self.previous];
        let mut bytes = Vec::new();
        for field in fields {
            bytes.extend_from_slice(&(field.len() as u64).to_be_bytes());
            bytes.extend_from_slice(field.as_bytes());
        }
        Sha256::of(&bytes)
    }
}

/// The first entry of a log that does not fit the one before it; `None` when the chain holds.
#[must_use]
pub fn first_break<'e>(entries: impl IntoIterator<Item = (&'e AuditEntry, Sha256)>) -> Option<u64> {
    let mut previous = AuditEntry::GENESIS.to_owned();
    for (expected, (entry, stored)) in (1..).zip(entries) {
        if entry.sequence != expected || entry.previous != previous || entry.digest() != stored {
            return Some(expected);
        }
        previous = stored.to_string();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(n: u64) -> Vec<(AuditEntry, Sha256)> {
        let mut previous = AuditEntry::GENESIS.to_owned();
        (1..=n)
            .map(|sequence| {
                let entry = AuditEntry {
                    sequence,
                    at: "2026-01-05T10:00:00Z".into(),
                    actor: "lee".into(),
                    matter: "acme".into(),
                    action: "document.view".into(),
                    subject: format!("ACME-{sequence:07}"),
                    detail: "{}".into(),
                    previous: previous.clone(),
                };
                let digest = entry.digest();
                previous = digest.to_string();
                (entry, digest)
            })
            .collect()
    }

    fn check(entries: &[(AuditEntry, Sha256)], expected: Option<u64>) {
        assert_eq!(first_break(entries.iter().map(|(entry, digest)| (entry, *digest))), expected);
    }

    #[test]
    fn an_altered_removed_or_swapped_entry_breaks_the_chain() {
        check(&log(5), None);
        let mut altered = log(5);
        altered[2].0.actor = "mallory".into();
        check(&altered, Some(3));
        let mut removed = log(5);
        removed.remove(1);
        check(&removed, Some(2));
        let mut swapped = log(5);
        swapped.swap(3, 4);
        check(&swapped, Some(4));
    }
}
