//! The documents a predicate on people's work stands for, and what to say of names it does not know.

use redwell_search::engine::DocumentSet;
use redwell_search::resolve::ResolveError;
use redwell_search::{Predicate, Query};

use super::find::Known;
use super::kept::missing;
use crate::review::names::folded;
use crate::review::standing::Makers;

/// The documents a predicate on people's work stands for.
pub fn documents(predicate: &Predicate, known: Known<'_>) -> Result<DocumentSet, ResolveError> {
    let Known { review, vocabulary, .. } = known;
    let refused = |why: &str| {
        let written = Query::Predicate(predicate.clone());
        Err(ResolveError::Unknown { message: format!("`{written}` cannot be searched for: {why}") })
    };
    match predicate {
        Predicate::Tag(name) => Ok(review.coded_with(vocabulary.named(name).iter().map(String::as_str))),
        Predicate::Coded { by: None, at: None, stage: None } => Ok(review.coded()),
        Predicate::Coded { by, at, stage } => {
            let found = |by| review.standing().coded(Makers { by, at: *at }, stage.as_deref());
            Ok(Maker::of(by.as_deref(), known).documents(found))
        }
        Predicate::Annotated { by, at, concept } => {
            let concepts: Option<Vec<String>> =
                concept.as_ref().map(|name| vocabulary.named(name).into_iter().collect());
            let found = |by| review.written().written(Makers { by, at: *at }, concepts.as_deref());
            Ok(Maker::of(by.as_deref(), known).documents(found))
        }
        Predicate::Note(query) => match review.written().noted(query) {
            Some(found) => Ok(found),
            None => refused("it has too many passages in a note; write fewer words that stand near each other"),
        },
        Predicate::Conflict { concept } => {
            let concepts: Option<Vec<String>> =
                concept.as_ref().map(|name| vocabulary.named(name).into_iter().collect());
            Ok(review.opinions().differing(concepts.as_deref()))
        }
        Predicate::Batch(name) => match review.batches().named(name) {
            Some(documents) => Ok(documents.clone()),
            None if review.batches().was_withdrawn(name) => {
                refused("its batch set was withdrawn; restore that on the page of batches, or leave this out")
            }
            None => Err(missing("no batch and no batch set", predicate, review.batches().nearest(name).as_deref())),
        },
        Predicate::Saved(_) | Predicate::Report { .. } | Predicate::List(_) | Predicate::Numbers(_) => {
            refused("it is not something people recorded on documents")
        }
    }
}

/// What a searcher should know of a query: the names in it that nothing here goes by, and the synonyms searched for.
pub fn told(query: &Query, known: Known<'_>) -> Vec<String> {
    let mut told = known.kept.told_of_synonyms(query);
    let concept = |name: &str, with: &str| {
        let is_unknown = known.vocabulary.named(name).is_empty();
        is_unknown.then(|| format!("no concept of this matter goes by `{name}`, so nothing is {with} with it"))
    };
    let person = |name: &str, did: &str, has: &dyn Fn(i64) -> bool| {
        let is_known = known.review.person(name).is_some_and(has);
        (!is_known).then(|| format!("nobody who signs in as `{name}` {did} anything in this matter"))
    };
    for predicate in query.predicates() {
        match predicate {
            Predicate::Tag(name) => told.extend(concept(name, "coded")),
            Predicate::Conflict { concept: Some(name) } => told.extend(concept(name, "decided")),
            Predicate::Coded { by, stage, .. } => {
                let has = |user| !known.review.standing().coded(Makers { by: Some(user), at: None }, None).is_empty();
                told.extend(by.as_ref().and_then(|name| person(name, "coded", &has)));
                told.extend(stage.as_ref().and_then(|name| no_such_stage(name, known)));
            }
            Predicate::Annotated { by, concept: named, .. } => {
                told.extend(named.as_ref().and_then(|name| concept(name, "annotated")));
                let has = |user| known.review.written().has_author(user);
                told.extend(by.as_ref().and_then(|name| person(name, "annotated", &has)));
            }
            _ => {}
        }
    }
    told
}

/// That nothing was coded in a stage, because no batches are for it.
fn no_such_stage(name: &str, known: Known<'_>) -> Option<String> {
    let in_it = known.review.standing().coded(Makers::default(), Some(name));
    let stages = known.review.batches().stages();
    if !in_it.is_empty() || stages.iter().any(|stage| folded(stage) == folded(name)) {
        return None;
    }
    let listed: Vec<String> = stages.iter().map(|stage| format!("`{stage}`")).collect();
    let which = match listed.is_empty() {
        true => "there are no batches yet".to_owned(),
        false => format!("those of its batches are {}", listed.join(", ")),
    };
    Some(format!("nothing was coded in a stage `{name}` of this matter: {which}"))
}

/// Who is asked for by a name.
enum Maker {
    Anybody,
    Person(i64),
    /// Nobody signs in so.
    Nobody,
}

impl Maker {
    fn of(name: Option<&str>, known: Known<'_>) -> Self {
        match name.map(|name| known.review.person(name)) {
            None => Self::Anybody,
            Some(Some(user)) => Self::Person(user),
            Some(None) => Self::Nobody,
        }
    }

    fn documents(self, found: impl FnOnce(Option<i64>) -> DocumentSet) -> DocumentSet {
        match self {
            Self::Anybody => found(None),
            Self::Person(user) => found(Some(user)),
            Self::Nobody => DocumentSet::new(),
        }
    }
}
