//! What the indexer's commands ask about people's work: what surrounds the documents of a matter in a query, and whether
//! the audit log holds.

use std::path::Path;

use redwell_indexer::command::{Finding, MatterArguments};
use redwell_indexer::index::MatterSurroundings;
use redwell_indexer::matter_folder::MatterFolder;
use redwell_model::{MatterSlug, Ordinal};
use redwell_search::engine::DocumentSet;
use redwell_search::resolve::{ResolveError, Surroundings};
use redwell_search::{Predicate, Query};

use super::{open, wait_for};
use crate::matter::News;
use crate::matter::facts::Facts;
use crate::matter::find::Known;
use crate::matter::kept::{Kept, WithKept};
use crate::matter::people;
use crate::review::{ReviewState, Vocabulary};

/// What surrounds the documents of a matter, as everybody on it sees it.
pub(super) fn surround(matter: &MatterArguments, queries: Vec<Query>) -> anyhow::Result<Option<Box<dyn Surroundings>>> {
    let MatterArguments { data, matter: slug } = matter;
    if !data.join("review.db").is_file() {
        return Ok(None);
    }
    let folder = MatterFolder::open(data, slug)?;
    wait_for(async {
        let store = open(data).await?;
        let mut review = ReviewState::default();
        if let Some(news) = News::since(&review, &store, slug).await? {
            news.apply(&mut review);
        }
        let vocabulary = Vocabulary::new(store.taxonomies(slug).await?);
        let kept = Kept::named_by(&store, slug, None, queries).await?;
        let surroundings = OfMatter { folder, review, vocabulary, kept, facts: Facts::default() };
        Ok(Some(Box::new(surroundings) as Box<dyn Surroundings>))
    })
}

/// A matter with what people did in it.
struct OfMatter {
    folder: MatterFolder,
    review: ReviewState,
    vocabulary: Vocabulary,
    kept: Kept,
    /// Nothing is filtered here, so nothing is known.
    facts: Facts,
}

impl OfMatter {
    fn known(&self) -> Known<'_> {
        let Self { review, vocabulary, kept, facts, .. } = self;
        Known { facts, review, vocabulary, kept }
    }

    fn asked<T>(&self, ask: impl FnOnce(&WithKept<'_>) -> T) -> T {
        let people = |predicate: &Predicate| people::documents(predicate, self.known());
        ask(&WithKept { matter: MatterSurroundings::new(&self.folder, &people), kept: &self.kept })
    }
}

impl Surroundings for OfMatter {
    fn documents(&self, predicate: &Predicate) -> Result<DocumentSet, ResolveError> {
        self.asked(|with| with.documents(predicate))
    }

    fn saved(&self, name: &str) -> Result<Query, ResolveError> {
        self.asked(|with| with.saved(name))
    }

    fn synonyms(&self, word: &str) -> Result<Vec<Query>, ResolveError> {
        self.asked(|with| with.synonyms(word))
    }

    fn control_number(&self, ordinal: Ordinal) -> String {
        self.asked(|with| with.control_number(ordinal))
    }

    fn told(&self, query: &Query) -> Vec<String> {
        people::told(query, self.known())
    }
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
