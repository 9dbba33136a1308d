//! What people recorded, saved or listed, as a query can ask for it. The review store or the matter folder turns each
//! into the documents it stands for.

use crate::date::DateRange;
use crate::query::Query;

/// Something only the matter knows.
#[derive(Debug, Clone, PartialEq)]
pub enum Predicate {
    /// Coded with a concept or choice: `tag:Privileged`.
    Tag(String),
    /// Coded at all, by one decision that stands and has all of these: `coded:(by=ann at=2026-03 stage=qc)`.
    Coded {
        /// The reviewer's sign-in name.
        by: Option<String>,
        /// The days on which.
        at: Option<DateRange>,
        /// The stage of review.
        stage: Option<String>,
    },
    /// Annotated: `annotated:yes`, with a concept: `annotated:Indemnity`, or by one annotation that has all of these:
    /// `annotated:(by=ann at=2026-03 concept=Indemnity)`.
    Annotated {
        /// The sign-in name of who wrote it.
        by: Option<String>,
        /// The days on which.
        at: Option<DateRange>,
        /// The concept, when only one is asked for.
        concept: Option<String>,
    },
    /// With a note whose words match: `note:"call the client"`.
    Note(Box<Query>),
    /// Where reviewers decided differently about a concept: `conflict:yes`, or about one: `conflict:Relevance`.
    Conflict {
        /// The concept, when only one is asked for.
        concept: Option<String>,
    },
    /// In a batch: `batch:"First pass 12"`.
    Batch(String),
    /// What a saved search finds: `saved:"Key terms"`.
    Saved(String),
    /// What a hit report, or one term of it, finds: `report:"Terms of May"`, `report:"Terms of May"#12`.
    Report {
        /// Its name.
        name: String,
        /// The how-manieth term, from 1; all of them when absent.
        term: Option<u32>,
    },
    /// A list of documents kept under a name: `list:"Exhibits"`.
    List(String),
    /// Control numbers, one by one or from one to another: `number:(ACME-0000001..ACME-0000010, ACME-0000077)`.
    Numbers(Vec<(String, String)>),
}
