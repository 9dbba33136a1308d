//! What the indexer's commands ask about people's work: coding in a query, and whether the audit log holds.

use std::path::Path;

use redwell_indexer::command::Finding;
use redwell_model::MatterSlug;
use redwell_search::engine::DocumentSet;

use super::{open, wait_for};
use crate::review::{ReviewState, Vocabulary};

/// The documents that a predicate such as `tag:privileged` stands for.
pub(super) fn resolve(data: &Path, slug: &MatterSlug, predicate: &str) -> anyhow::Result<DocumentSet> {
    wait_for(async {
        let store = open(data).await?;
        let vocabulary = Vocabulary::new(store.taxonomies(slug).await?);
        let mut review = ReviewState::default();
        for decision in store.decisions_after(slug, 0).await? {
            review.decide(&decision);
        }
        Ok(review.coded_with(vocabulary.named(predicate).iter().map(String::as_str)))
    })
}

/// Whether the audit log is whole. It is one chain for all matters, so it is walked whichever is asked about.
pub(super) fn audit(data: &Path, _: Option<&MatterSlug>) -> anyhow::Result<Vec<Finding>> {
    if !data.join("review.db").is_file() {
        return Ok(Vec::new());
    }
    wait_for(async {
        let (_, first_break) = open(data).await?.check_audit().await?;
        let finding = |at| Finding {
            matter: None,
            check: "audit",
            finding: format!(
                "entry {at} of the audit log does not fit the one before it: it was altered, or one is missing"
            ),
        };
        Ok(first_break.map(finding).into_iter().collect())
    })
}
