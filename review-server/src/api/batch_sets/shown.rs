//! Batch sets and batches as they are shown: what is open, out and done, how much of it is coded, and by whom.

use std::collections::BTreeMap;

use redwell_model::{ControlNumber, Ordinal, Right};
use redwell_search::DocumentSet;
use serde::Serialize;
use utoipa::ToSchema;

use crate::api::People;
use crate::api::selection::Selection;
use crate::auth::Member;
use crate::auth::member::Needed;
use crate::error::ApiError;
use crate::matter::OpenMatter;
use crate::review::ReviewState;
use crate::review::batches::{Batch as Part, Status};
use crate::store::{BatchSet as Row, StoreError};

/// What a batch is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BatchState {
    /// Nobody has it.
    Open,
    /// Somebody reviews it.
    CheckedOut,
    /// It is done.
    CheckedIn,
}

/// A part of a set, reviewed by one person at a time.
#[derive(Debug, Serialize, ToSchema)]
pub struct Batch {
    /// Its number in the matter.
    pub id: i64,
    /// The set it is of.
    pub batch_set: i64,
    /// Its name, which `batch:"…"` in a query means.
    pub name: String,
    /// The stage of review.
    pub stage: String,
    /// Documents in it.
    pub documents: u64,
    /// Of those, documents with at least one concept recorded.
    pub coded: u64,
    /// What it is now.
    pub state: BatchState,
    /// Who has it or had it, by sign-in name.
    pub holder: Option<String>,
    /// The name shown to others.
    pub holder_name: Option<String>,
    /// Since when it is checked out, or when it was checked in.
    pub at: Option<String>,
    /// Who checked it in, by the name shown to others, when that was somebody else.
    pub checked_in_by: Option<String>,
    /// Whether the person asking has it.
    pub is_own: bool,
    /// Where to go on: its first document that is not coded, its first one when all are.
    pub next_document: Option<String>,
}

/// What somebody did of a set.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct BatchPerson {
    /// Who, by sign-in name.
    pub name: String,
    /// The name shown to others.
    pub shown_name: String,
    /// Batches checked out.
    pub checked_out: u64,
    /// Batches checked in.
    pub checked_in: u64,
    /// Documents of both.
    pub documents: u64,
    /// Of those, coded.
    pub coded: u64,
}

/// That a set was withdrawn.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchSetWithdrawal {
    /// Who did, by the name shown to others.
    pub by_name: String,
    /// When.
    pub at: String,
}

/// A population split for review.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchSet {
    /// Its number in the matter.
    pub id: i64,
    /// Its name, which `batch:"…"` in a query means as a whole.
    pub name: String,
    /// The stage of review, which `coded:(stage=…)` in a query means.
    pub stage: String,
    /// What it was made from, the query in canonical form; what that found then is fixed.
    pub made_from: Selection,
    /// How many documents a batch was to have.
    pub size: u64,
    /// Whether families were kept in one batch.
    pub keep_families: bool,
    /// Who made it, by the name shown to others; nobody in particular on the command line.
    pub by_name: Option<String>,
    /// When.
    pub at: String,
    /// That it was withdrawn, when it was.
    pub withdrawn: Option<BatchSetWithdrawal>,
    /// Documents in it.
    pub documents: u64,
    /// Of those, documents with at least one concept recorded.
    pub coded: u64,
    /// Batches it was split into.
    pub batches: u64,
    /// Batches nobody has.
    pub open: u64,
    /// Batches checked out.
    pub checked_out: u64,
    /// Batches checked in.
    pub checked_in: u64,
    /// The batch the person asking has.
    pub mine: Option<Batch>,
    /// Who has or had batches, by sign-in name.
    pub people: Vec<BatchPerson>,
}

/// What is needed to show batches to somebody.
pub(in crate::api) struct Showing<'s> {
    /// People by number.
    pub(in crate::api) people: People<'s>,
    review: &'s ReviewState,
    open: &'s OpenMatter,
    coded: DocumentSet,
    user: i64,
}

impl<'s> Showing<'s> {
    /// To this person, as things are now.
    pub(in crate::api) fn to<R: Needed>(member: &'s Member<R>, open: &'s OpenMatter, review: &'s ReviewState) -> Self {
        let people = People::new(member.app.store());
        Self { people, review, open, coded: review.coded(), user: member.user.id }
    }

    fn number(&self, ordinal: Ordinal) -> String {
        ControlNumber::new(self.open.folder().prefix().clone(), ordinal).to_string()
    }

    /// How many of these documents are not coded.
    pub(in crate::api) fn uncoded(&self, documents: &DocumentSet) -> u64 {
        documents.difference_len(&self.coded)
    }

    /// A batch.
    pub(in crate::api) async fn batch(&mut self, batch: Part<'_>) -> Result<Batch, StoreError> {
        let (state, holder, by, at) = match batch.status {
            Status::Open => (BatchState::Open, None, None, None),
            Status::Out { holder, at } => (BatchState::CheckedOut, Some(*holder), None, Some(at.clone())),
            Status::In { holder, by, at } => (BatchState::CheckedIn, Some(*holder), Some(*by), Some(at.clone())),
        };
        let names = match holder {
            Some(holder) => Some(self.people.names(holder).await?),
            None => None,
        };
        let checked_in_by = match by.filter(|by| Some(*by) != holder) {
            Some(by) => Some(self.people.names(by).await?.1),
            None => None,
        };
        let next = (batch.documents - &self.coded).min().or(batch.documents.min());
        let (holder_name, own_name) = names.map(|(name, shown)| (shown, name)).unzip();
        Ok(Batch {
            id: batch.number(),
            batch_set: batch.set.number,
            name: batch.name(),
            stage: batch.set.stage.clone(),
            documents: batch.documents.len(),
            coded: batch.documents.intersection_len(&self.coded),
            state,
            holder: own_name,
            holder_name,
            at,
            checked_in_by,
            is_own: state == BatchState::CheckedOut && holder == Some(self.user),
            next_document: next.map(|ordinal| self.number(ordinal)),
        })
    }

    /// A set.
    pub(in crate::api) async fn set(&mut self, row: &Row) -> Result<BatchSet, ApiError> {
        let batches = self.review.batches();
        let (mut open, mut checked_out, mut checked_in) = (0, 0, 0);
        let mut by_person: BTreeMap<i64, BatchPerson> = BTreeMap::new();
        for batch in batches.of(row) {
            let (holder, out) = match batch.status {
                Status::Open => {
                    open += 1;
                    continue;
                }
                Status::Out { holder, .. } => (*holder, 1),
                Status::In { holder, .. } => (*holder, 0),
            };
            checked_out += out;
            checked_in += 1 - out;
            let person = by_person.entry(holder).or_default();
            person.checked_out += out;
            person.checked_in += 1 - out;
            person.documents += batch.documents.len();
            person.coded += batch.documents.intersection_len(&self.coded);
        }
        let mut people = Vec::new();
        for (user, person) in by_person {
            let (name, shown_name) = self.people.names(user).await?;
            people.push(BatchPerson { name, shown_name, ..person });
        }
        people.sort_by(|a, b| a.name.cmp(&b.name));
        let by_name = match row.user_id {
            Some(user) => Some(self.people.names(user).await?.1),
            None => None,
        };
        let withdrawn = match batches.withdrawn(row.number) {
            Some((user, at)) => {
                Some(BatchSetWithdrawal { by_name: self.people.names(user).await?.1, at: at.to_owned() })
            }
            None => None,
        };
        let mine = match batches.held(row, self.user).filter(|_| withdrawn.is_none()) {
            Some(batch) => Some(self.batch(batch).await?),
            None => None,
        };
        let made_from = serde_json::from_str(&row.source)
            .map_err(|_| StoreError::Corrupt { what: format!("what batch set {} was made from", row.number) })?;
        Ok(BatchSet {
            id: row.number,
            name: row.name.clone(),
            stage: row.stage.clone(),
            made_from,
            size: row.size,
            keep_families: row.keeps_families,
            by_name,
            at: row.at.clone(),
            withdrawn,
            documents: row.documents.len(),
            coded: row.documents.intersection_len(&self.coded),
            batches: row.batches.len() as u64,
            open,
            checked_out,
            checked_in,
            mine,
            people,
        })
    }
}

/// Whether somebody may see that a set was withdrawn, and bring it back.
pub(in crate::api) fn manages<R: Needed>(member: &Member<R>) -> bool {
    member.role.may(Right::ManageBatches)
}
