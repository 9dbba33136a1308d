//! The batch sets of a matter and what became of their batches: who has which, which are done, and what may be done.
//!
//! Derived from the log, never stored: a batch is open until somebody checks it out, is theirs until they check it in or
//! it is released, and a set that was withdrawn hides its batches until it is restored.

use std::collections::BTreeMap;
use std::sync::Arc;

use redwell_model::Ordinal;
use redwell_search::engine::DocumentSet;

use super::names::{folded, nearest};
use crate::store::{BatchEvent, BatchEventKind, BatchSet};

/// What a batch is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    /// Nobody has it.
    Open,
    /// Somebody reviews it.
    Out {
        /// Who.
        holder: i64,
        /// Since when.
        at: String,
    },
    /// It is done.
    In {
        /// Who reviewed it.
        holder: i64,
        /// Who checked it in: they, or a lead.
        by: i64,
        /// When.
        at: String,
    },
}

/// One batch.
#[derive(Debug, Clone, Copy)]
pub struct Batch<'b> {
    /// The set it is of.
    pub set: &'b BatchSet,
    /// Which of the set: 1 is the first.
    pub position: usize,
    /// Its documents.
    pub documents: &'b DocumentSet,
    /// What it is now.
    pub status: &'b Status,
}

impl Batch<'_> {
    /// Its number in the matter.
    #[must_use]
    pub fn number(&self) -> i64 {
        self.set.first_batch + i64::try_from(self.position).unwrap_or(i64::MAX) - 1
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{} {}", self.set.name, self.position)
    }
}

/// Why a batch cannot be taken, given back or checked in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// Somebody else has it.
    HeldBy(i64),
    /// It was checked in by somebody.
    CheckedIn(i64),
    /// Who wants it has another of the set, of this number.
    HasAnother(i64),
    /// Nobody has it.
    NotOut,
}

/// The batch sets of a matter.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Batches {
    sets: BTreeMap<i64, Arc<BatchSet>>,
    /// What was done to batches that are not open, with its place in the log.
    status: BTreeMap<i64, (i64, Status)>,
    /// Who withdrew which sets, and when.
    withdrawn: BTreeMap<i64, (i64, String)>,
    last_event: i64,
}

impl Batches {
    /// Takes note of a set made.
    pub fn add(&mut self, set: BatchSet) {
        self.sets.insert(set.number, Arc::new(set));
    }

    /// Applies what was appended to the log.
    pub fn apply(&mut self, event: &BatchEvent) {
        self.last_event = self.last_event.max(event.id);
        let holder = event.holder.unwrap_or(event.user_id);
        let at = event.at.clone();
        let status = match event.kind {
            BatchEventKind::CheckOut => Status::Out { holder, at },
            BatchEventKind::CheckIn => Status::In { holder, by: event.user_id, at },
            BatchEventKind::Release => Status::Open,
            BatchEventKind::Withdraw => {
                self.withdrawn.insert(event.batch_set, (event.user_id, at));
                return;
            }
            BatchEventKind::Restore => {
                self.withdrawn.remove(&event.batch_set);
                return;
            }
        };
        let Some(batch) = event.batch else { return };
        match status {
            Status::Open => self.status.remove(&batch),
            other => self.status.insert(batch, (event.id, other)),
        };
    }

    /// The number of the last set.
    #[must_use]
    pub fn last_set(&self) -> i64 {
        self.sets.keys().next_back().copied().unwrap_or_default()
    }

    /// The position of the last row of the log.
    #[must_use]
    pub fn last_event(&self) -> i64 {
        self.last_event
    }

    /// Every set, those withdrawn too, in the order made.
    pub fn every_set(&self) -> impl Iterator<Item = &BatchSet> {
        self.sets.values().map(Arc::as_ref)
    }

    /// The sets that were not withdrawn, in the order made.
    pub fn sets(&self) -> impl Iterator<Item = &BatchSet> {
        self.every_set().filter(|set| self.withdrawn(set.number).is_none())
    }

    /// A set by its number, withdrawn or not.
    #[must_use]
    pub fn set(&self, number: i64) -> Option<&BatchSet> {
        self.sets.get(&number).map(Arc::as_ref)
    }

    /// Who withdrew a set, and when, if it is withdrawn.
    #[must_use]
    pub fn withdrawn(&self, set: i64) -> Option<(i64, &str)> {
        self.withdrawn.get(&set).map(|(user, at)| (*user, at.as_str()))
    }

    /// The batches of a set, in order.
    pub fn of<'b>(&'b self, set: &'b BatchSet) -> impl DoubleEndedIterator<Item = Batch<'b>> + Clone {
        let numbered = set.batches.iter().enumerate();
        numbered.map(move |(index, documents)| {
            let mut batch = Batch { set, position: index + 1, documents, status: &Status::Open };
            if let Some((_, status)) = self.status.get(&batch.number()) {
                batch.status = status;
            }
            batch
        })
    }

    /// A batch by its number in the matter; `None` when its set was withdrawn.
    #[must_use]
    pub fn batch(&self, number: i64) -> Option<Batch<'_>> {
        let set = self.sets().filter(|set| set.first_batch <= number).max_by_key(|set| set.first_batch)?;
        let index = usize::try_from(number - set.first_batch).ok()?;
        let found = self.of(set).nth(index)?;
        (found.number() == number).then_some(found)
    }

    /// The batch of a set somebody has.
    #[must_use]
    pub fn held<'b>(&'b self, set: &'b BatchSet, user: i64) -> Option<Batch<'b>> {
        self.of(set).find(|batch| matches!(batch.status, Status::Out { holder, .. } if *holder == user))
    }

    /// The lowest batch of a set that is open.
    #[must_use]
    pub fn next_open<'b>(&'b self, set: &'b BatchSet) -> Option<Batch<'b>> {
        self.of(set).find(|batch| *batch.status == Status::Open)
    }

    /// Whether a batch can go to somebody; what was checked in goes back to who reviewed it, or where a lead says.
    ///
    /// # Errors
    /// When it cannot.
    pub fn check_out(&self, batch: Batch<'_>, user: i64, by_lead: bool) -> Result<(), Refused> {
        match *batch.status {
            Status::Out { holder, .. } if holder != user => return Err(Refused::HeldBy(holder)),
            Status::In { holder, .. } if holder != user && !by_lead => return Err(Refused::CheckedIn(holder)),
            _ => {}
        }
        match self.held(batch.set, user) {
            Some(held) if held.number() != batch.number() => Err(Refused::HasAnother(held.number())),
            _ => Ok(()),
        }
    }

    /// Whether somebody can check a batch in or give it back; gives who has it. A lead can give back what is done.
    ///
    /// # Errors
    /// When they cannot.
    pub fn give_back(batch: Batch<'_>, user: i64, by_lead: bool, is_release: bool) -> Result<i64, Refused> {
        match *batch.status {
            Status::Open => Err(Refused::NotOut),
            Status::Out { holder, .. } if holder == user || by_lead => Ok(holder),
            Status::Out { holder, .. } => Err(Refused::HeldBy(holder)),
            Status::In { holder, .. } if is_release && by_lead => Ok(holder),
            Status::In { holder, .. } => Err(Refused::CheckedIn(holder)),
        }
    }

    /// The documents a name means: those of a set, or of one batch of it.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<&DocumentSet> {
        self.found(name, &|set| self.withdrawn(set).is_none())
    }

    /// Whether only a set that was withdrawn, or a batch of one, goes by this name.
    #[must_use]
    pub fn was_withdrawn(&self, name: &str) -> bool {
        self.found(name, &|set| self.withdrawn(set).is_some()).is_some()
    }

    fn found(&self, name: &str, is_meant: &dyn Fn(i64) -> bool) -> Option<&DocumentSet> {
        let name = folded(name);
        let set = |name: &str| self.every_set().find(|set| is_meant(set.number) && folded(&set.name) == name);
        if let Some(set) = set(&name) {
            return Some(&set.documents);
        }
        let (of, position) = name.rsplit_once(' ')?;
        let position: usize = position.parse().ok().filter(|number: &usize| number.to_string() == position)?;
        set(of)?.batches.get(position.checked_sub(1)?)
    }

    /// The name of a set or batch nearest to one that nothing goes by.
    #[must_use]
    pub fn nearest(&self, name: &str) -> Option<String> {
        let near = nearest(name, self.sets().map(|set| set.name.as_str()));
        let (of, position) = name.trim().rsplit_once(' ').unwrap_or((name, ""));
        let numbered: usize = match position.parse() {
            Ok(number) => number,
            Err(_) => return near.map(str::to_owned),
        };
        // The set may be spelt wrong, or the number too high.
        let set = nearest(of, self.sets().map(|set| set.name.as_str()));
        let set = set.and_then(|name| self.sets().find(|set| set.name == name));
        set.map(|set| format!("{} {}", set.name, numbered.clamp(1, set.batches.len()))).or(near.map(str::to_owned))
    }

    /// The name that keeps a new set of this name, with so many batches, from being told from those that are there.
    #[must_use]
    pub fn clash(&self, name: &str, batches: usize) -> Option<&str> {
        let own = folded(name);
        let is_batch = |set: &str, batches: usize, name: &str| {
            let number = name.strip_prefix(set).and_then(|rest| rest.strip_prefix(' '));
            number.and_then(|number| number.parse::<usize>().ok()).is_some_and(|number| number <= batches)
        };
        let clashing = self.every_set().find(|set| {
            let other = folded(&set.name);
            own == other || is_batch(&other, set.batches.len(), &own) || is_batch(&own, batches, &other)
        });
        clashing.map(|set| set.name.as_str())
    }

    /// The stages of the sets that were not withdrawn, by name.
    #[must_use]
    pub fn stages(&self) -> Vec<&str> {
        let mut found: BTreeMap<String, &str> = BTreeMap::new();
        for set in self.sets() {
            found.entry(folded(&set.stage)).or_insert(&set.stage);
        }
        found.into_values().collect()
    }

    /// What decisions of somebody are made in now.
    #[must_use]
    pub fn stages_of(&self, user: i64) -> Stages<'_> {
        let held = self.sets().filter_map(|set| self.held(set, user));
        let mut held: Vec<_> =
            held.map(|batch| (self.status.get(&batch.number()).map_or(0, |(id, _)| *id), batch)).collect();
        held.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
        Stages(held.into_iter().map(|(_, batch)| (batch.documents, batch.set.stage.as_str())).collect())
    }
}

/// What somebody has checked out: documents and the stage of review they are in, what was taken last first.
#[derive(Debug, Clone, Default)]
pub struct Stages<'b>(Vec<(&'b DocumentSet, &'b str)>);

impl<'b> Stages<'b> {
    /// The stage a decision on a document is made in.
    #[must_use]
    pub fn on(&self, ordinal: Ordinal) -> Option<&'b str> {
        self.0.iter().find(|(documents, _)| documents.contains(ordinal)).map(|(_, stage)| *stage)
    }
}

#[cfg(test)]
mod tests;
