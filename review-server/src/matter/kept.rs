//! What people keep under names that a search can ask for: saved searches, hit reports and lists of documents.
//!
//! Only what a query names is looked up, before it is understood; what is saved as a query is looked through in turn.

use std::collections::BTreeMap;

use redwell_indexer::index::MatterSurroundings;
use redwell_model::{MatterSlug, Ordinal};
use redwell_search::resolve::{ResolveError, Surroundings};
use redwell_search::{Dialect, DocumentSet, Predicate, Query, Synonyms, parse, synonyms};

use crate::error::ApiError;
use crate::review::names::nearest;
use crate::store::{Store, StoreError};

/// What the names of a query stand for.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    saved: BTreeMap<String, Query>,
    reports: BTreeMap<(String, Option<u32>), DocumentSet>,
    lists: BTreeMap<String, DocumentSet>,
    seen: BTreeMap<(i64, i64), DocumentSet>,
    /// What may have been meant by predicates that name nothing, as they are written.
    near: BTreeMap<String, String>,
    /// The list of synonyms, when there is one and it is asked for.
    synonyms: Option<Synonyms>,
}

impl Kept {
    /// Looks up what a query names, as this person sees it; as nobody in particular, only what is shared.
    ///
    /// # Errors
    /// When the database fails. What is not there, or not a query, is told when the query is understood.
    pub async fn named_in(
        store: &Store,
        matter: &MatterSlug,
        user: Option<i64>,
        (dialect, written): (Dialect, &str),
    ) -> Result<Self, StoreError> {
        match parse(dialect, written) {
            Ok(parsed) => Self::named_by(store, matter, user, vec![parsed.query]).await,
            Err(_) => Ok(Self::default()),
        }
    }

    /// The same for queries already read.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn named_by(
        store: &Store,
        matter: &MatterSlug,
        user: Option<i64>,
        mut queries: Vec<Query>,
    ) -> Result<Self, StoreError> {
        let mut kept = Self::default();
        let (mut saved, mut lists) = (None, None);
        while let Some(query) = queries.pop() {
            if kept.synonyms.is_none() && !synonyms::asked_for(&query).is_empty() {
                let list = store.synonyms(matter).await?.map(|list| list.synonyms);
                kept.synonyms = list.filter(|list| !list.is_empty());
            }
            for predicate in query.predicates() {
                match predicate {
                    Predicate::Saved(name) if !kept.saved.contains_key(name) => {
                        if saved.is_none() {
                            saved = Some(store.saved_searches(matter, user.unwrap_or_default()).await?);
                        }
                        // One's own before those of others.
                        let named = || saved.iter().flatten().filter(|search| search.content.name == *name);
                        let found = named().find(|search| Some(search.owner) == user).or_else(|| named().next());
                        let read = found.and_then(|search| parse(Dialect::Redwell, &search.content.canonical).ok());
                        if let Some(read) = read {
                            kept.saved.insert(name.clone(), read.query.clone());
                            queries.push(read.query);
                        } else {
                            let names = saved.iter().flatten().map(|search| search.content.name.as_str());
                            kept.near
                                .extend(nearest(name, names).map(|near| (predicate_key(predicate), near.to_owned())));
                        }
                    }
                    Predicate::Report { name, term } => kept.look_up_report(store, matter, name, *term).await?,
                    Predicate::List(name) => {
                        if lists.is_none() {
                            lists = Some(store.document_lists(matter).await?);
                        }
                        if let Some(list) = lists.iter().flatten().find(|list| list.name == *name) {
                            kept.lists.insert(name.clone(), list.documents.clone());
                        } else {
                            let names = lists.iter().flatten().map(|list| list.name.as_str());
                            kept.near
                                .extend(nearest(name, names).map(|near| (predicate_key(predicate), near.to_owned())));
                        }
                    }
                    _ => {}
                }
            }
        }
        Ok(kept)
    }

    /// What was new of a saved search when its subscriber looked, once it was looked up.
    #[must_use]
    pub fn seen(&self, mark: (i64, i64)) -> Option<&DocumentSet> {
        self.seen.get(&mark)
    }

    /// Looks up what was new of saved searches when somebody looked: saved search and look of each.
    ///
    /// # Errors
    /// When the database fails, or the person is not told of that saved search any more.
    pub async fn look_up_seen(
        &mut self,
        store: &Store,
        matter: &MatterSlug,
        user: i64,
        marks: &[(i64, i64)],
    ) -> Result<(), ApiError> {
        if marks.is_empty() {
            return Ok(());
        }
        for mark in store.search_marks(matter, user).await? {
            self.seen.insert((mark.search, mark.mark), mark.documents);
        }
        if marks.iter().any(|mark| !self.seen.contains_key(mark)) {
            let message = "what was new of that saved search is not remembered any more; take the filter away";
            return Err(ApiError::unprocessable("no_such_mark", message));
        }
        Ok(())
    }

    /// What the searcher should know of the synonyms a query asks for.
    #[must_use]
    pub fn told_of_synonyms(&self, query: &Query) -> Vec<String> {
        self.synonyms.as_ref().map(|list| list.told(query)).unwrap_or_default()
    }

    async fn look_up_report(
        &mut self,
        store: &Store,
        matter: &MatterSlug,
        name: &str,
        term: Option<u32>,
    ) -> Result<(), StoreError> {
        let key = (name.to_owned(), term);
        if self.reports.contains_key(&key) {
            return Ok(());
        }
        let Some(number) = store.hit_report_named(matter, name).await? else { return Ok(()) };
        let terms = store.hit_report_terms(matter, number, term).await?;
        if term.is_none() || !terms.is_empty() {
            let all = terms.into_iter().fold(DocumentSet::new(), |all, term| all | term.documents);
            self.reports.insert(key, all);
        }
        Ok(())
    }

    /// What may have been meant by a predicate that names nothing.
    fn near(&self, predicate: &Predicate) -> Option<&str> {
        self.near.get(&predicate_key(predicate)).map(String::as_str)
    }

    /// The documents a predicate on something kept stands for; `None` when it is about something else.
    fn documents(&self, predicate: &Predicate) -> Option<Result<DocumentSet, ResolveError>> {
        match predicate {
            Predicate::Report { name, term } => {
                let found = self.reports.get(&(name.clone(), *term));
                Some(
                    found
                        .cloned()
                        .ok_or_else(|| missing("no finished hit report, or no such term of one,", predicate, None)),
                )
            }
            Predicate::List(name) => {
                let found = self.lists.get(name);
                Some(found.cloned().ok_or_else(|| missing("no list of documents", predicate, self.near(predicate))))
            }
            _ => None,
        }
    }
}

/// A predicate as it is written.
fn predicate_key(predicate: &Predicate) -> String {
    Query::Predicate(predicate.clone()).to_string()
}

/// That nothing of a kind goes by what is asked for, and what may have been meant.
pub(super) fn missing(what: &str, predicate: &Predicate, nearest: Option<&str>) -> ResolveError {
    let written = Query::Predicate(predicate.clone());
    let next = match nearest {
        Some(name) => format!("did you mean `{name}`?"),
        None => "look at what it is called".to_owned(),
    };
    ResolveError::Unknown { message: format!("{what} goes by `{written}` in this matter; {next}") }
}

/// What surrounds the documents of a matter, with what people keep in it.
#[derive(Debug)]
pub struct WithKept<'k> {
    /// What the matter folder and the review know.
    pub matter: MatterSurroundings<'k>,
    /// What is kept.
    pub kept: &'k Kept,
}

impl Surroundings for WithKept<'_> {
    fn documents(&self, predicate: &Predicate) -> Result<DocumentSet, ResolveError> {
        self.kept.documents(predicate).unwrap_or_else(|| self.matter.documents(predicate))
    }

    fn saved(&self, name: &str) -> Result<Query, ResolveError> {
        let found = self.kept.saved.get(name);
        let asked = || Predicate::Saved(name.to_owned());
        found.cloned().ok_or_else(|| missing("no saved search", &asked(), self.kept.near(&asked())))
    }

    fn synonyms(&self, word: &str) -> Result<Vec<Query>, ResolveError> {
        match &self.kept.synonyms {
            Some(list) => Ok(list.meanings(word)),
            None => self.matter.synonyms(word),
        }
    }

    fn control_number(&self, ordinal: Ordinal) -> String {
        self.matter.control_number(ordinal)
    }
}
