//! The documents a predicate on people's work stands for, and what to say of names it does not know.

use redwell_search::engine::DocumentSet;
use redwell_search::resolve::ResolveError;
use redwell_search::{Predicate, Query};

use super::find::Known;
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
        Predicate::Coded { stage: Some(_), .. } => {
            refused("this review has no stages; leave `stage=` out, or write `coded:yes`")
        }
        Predicate::Coded { by: None, at: None, stage: None } => Ok(review.coded()),
        Predicate::Coded { by, at, stage: None } => {
            Ok(Maker::of(by.as_deref(), known).documents(|by| review.standing().coded(Makers { by, at: *at })))
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
        Predicate::Batch(_) => refused("this review has no batches; leave it out"),
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
            Predicate::Coded { by: Some(name), .. } => {
                let has = |user| !known.review.standing().coded(Makers { by: Some(user), at: None }).is_empty();
                told.extend(person(name, "coded", &has));
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
