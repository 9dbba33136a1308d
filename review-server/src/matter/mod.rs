//! A matter opened for reading: its folder, its search engine, and what people's work adds up to.
//!
//! Everything cached here is checked against its source whenever it is asked for, so that an ingest in another process
//! and a decision made a moment ago are both seen.

pub mod calendar;
pub mod complete;
pub mod counts;
pub mod facts;
pub mod filters;
pub mod find;
pub mod kept;
mod order;
pub mod page;
pub mod people;
pub mod written;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use facts::Facts;
use find::Understood;
pub use order::NamedOrder;
use redwell_indexer::analyse::hit_report::Population;
use redwell_indexer::index::{IndexError, TantivyEngine};
use redwell_indexer::matter_folder::{FolderError, MatterFolder};
use redwell_model::{Anchor, ControlNumber, MatterSlug, Ordinal};
use redwell_search::engine::{EngineError, SearchEngine, Sort};

use crate::error::ApiError;
use crate::review::passage::{self, Pointed};
use crate::review::{ReviewState, Vocabulary};
use crate::store::{AnnotationEvent, BatchEvent, BatchSet, Decision, Store, StoreError, UserRow};

/// A matter opened for reading.
pub struct OpenMatter {
    slug: MatterSlug,
    folder: MatterFolder,
    engine: Box<dyn SearchEngine>,
    facts: Mutex<Option<(Stamp, Arc<Facts>)>>,
    population: Mutex<Option<(Stamp, Arc<Population>)>>,
    orders: order::Orders,
    review: tokio::sync::Mutex<Arc<ReviewState>>,
    vocabulary: tokio::sync::Mutex<(Versions, Arc<Vocabulary>)>,
}

/// Number and version of every taxonomy.
type Versions = Vec<(i64, i32)>;

/// Size and time of the files a matter database consists of: it changes whenever something is committed.
type Stamp = [Option<(u64, SystemTime)>; 2];

impl std::fmt::Debug for OpenMatter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OpenMatter(`{}`)", self.slug)
    }
}

/// Why a matter could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Nothing was ingested yet.
    #[error("nothing was ingested into this matter yet")]
    Empty,
    /// The folder failed.
    #[error(transparent)]
    Folder(FolderError),
    /// The index was made by another version of the program.
    #[error(
        "its index was made by another version of Redwell; an administrator makes it anew with `redwell rebuild --matter {slug}`"
    )]
    Outdated {
        /// Which matter.
        slug: MatterSlug,
    },
    /// The index failed.
    #[error("opening the index")]
    Index(#[source] IndexError),
}

impl OpenMatter {
    /// Opens a matter under a data folder.
    ///
    /// # Errors
    /// When nothing was ingested into it, or folder or index cannot be read.
    pub fn open(data: &Path, slug: &MatterSlug) -> Result<Self, OpenError> {
        let folder = MatterFolder::open(data, slug).map_err(|error| match error {
            FolderError::NoSuchMatter { .. } => OpenError::Empty,
            other => OpenError::Folder(other),
        })?;
        let engine = match TantivyEngine::open(&folder) {
            Ok(engine) => Box::new(engine),
            // The first run has only just begun.
            Err(_) if !folder.has_documents().map_err(OpenError::Folder)? => return Err(OpenError::Empty),
            Err(IndexError::Outdated { .. }) => return Err(OpenError::Outdated { slug: slug.clone() }),
            Err(error) => return Err(OpenError::Index(error)),
        };
        Ok(Self {
            slug: slug.clone(),
            folder,
            engine,
            facts: Mutex::default(),
            population: Mutex::default(),
            orders: order::Orders::default(),
            review: tokio::sync::Mutex::default(),
            vocabulary: tokio::sync::Mutex::default(),
        })
    }

    /// The matter folder.
    #[must_use]
    pub fn folder(&self) -> &MatterFolder {
        &self.folder
    }

    /// The search engine over it.
    #[must_use]
    pub fn engine(&self) -> &dyn SearchEngine {
        self.engine.as_ref()
    }

    /// The ordinal a control number of this matter means; `None` for another matter's.
    #[must_use]
    pub fn ordinal(&self, control_number: &str) -> Option<Ordinal> {
        let number: ControlNumber = control_number.parse().ok()?;
        (number.prefix() == self.folder.prefix()).then(|| number.ordinal())
    }

    /// The anchor of the passage a person pointed at. Reads the text; call it off the async threads.
    ///
    /// # Errors
    /// When there is no text there or the folder cannot be read.
    pub fn anchor(&self, ordinal: Ordinal, pointed: &Pointed) -> Result<Anchor, ApiError> {
        let text = self.folder.text(ordinal)?.ok_or(ApiError::NotFound)?;
        let layout = self.folder.layout(ordinal)?;
        let range = passage::find(&text.text, &layout, pointed)?;
        Ok(Anchor::of_passage(&text.text, text.revision, &layout, range))
    }

    /// What its documents have in common. Reads the folder when it changed since; call it off the async threads.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn facts(&self) -> Result<Arc<Facts>, FolderError> {
        let mut cached = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = stamp(self.folder.path());
        if let Some((known, facts)) = cached.as_ref()
            && *known == stamp
        {
            return Ok(Arc::clone(facts));
        }
        let facts = Arc::new(Facts::read(&self.folder)?);
        *cached = Some((stamp, Arc::clone(&facts)));
        Ok(facts)
    }

    /// What its documents have in common, as hit reports tell them apart. Reads the folder when it changed since; call it
    /// off the async threads.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn population(&self) -> Result<Arc<Population>, FolderError> {
        let mut cached = self.population.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = stamp(self.folder.path());
        if let Some((known, population)) = cached.as_ref()
            && *known == stamp
        {
            return Ok(Arc::clone(population));
        }
        let population = Arc::new(Population::read(&self.folder)?);
        *cached = Some((stamp, Arc::clone(&population)));
        Ok(population)
    }

    /// The documents a search finds, in order: of this order, every page is a slice. Call it off the async threads.
    ///
    /// # Errors
    /// When the query is too broad or the index cannot be read.
    pub fn order(&self, understood: &Understood, sort: &[Sort]) -> Result<NamedOrder, EngineError> {
        self.orders.of(self.engine(), self.asked(understood, sort))
    }

    /// The order of this name, while it is remembered.
    #[must_use]
    pub fn order_named(&self, name: &str) -> Option<NamedOrder> {
        self.orders.named(name)
    }

    /// Remembers an order found by other means.
    #[must_use]
    pub fn remember_order(&self, understood: &Understood, sort: &[Sort], ordinals: &[Ordinal]) -> NamedOrder {
        self.orders.remember(self.asked(understood, sort), ordinals.into())
    }

    fn asked<'a>(&self, understood: &'a Understood, sort: &'a [Sort]) -> order::Asked<'a> {
        let Understood { query, within, .. } = understood;
        order::Asked { query, within: within.as_ref(), sort, stamp: stamp(self.folder.path()) }
    }

    /// What people's decisions and annotations add up to now.
    ///
    /// # Errors
    /// When the review database fails.
    pub async fn review(&self, store: &Store) -> Result<Arc<ReviewState>, StoreError> {
        let mut current = self.review.lock().await;
        if let Some(news) = News::since(&current, store, &self.slug).await? {
            news.apply(Arc::make_mut(&mut current));
        }
        Ok(Arc::clone(&current))
    }

    /// The matter's taxonomies as they are now.
    ///
    /// # Errors
    /// When the review database fails.
    pub async fn vocabulary(&self, store: &Store) -> Result<Arc<Vocabulary>, StoreError> {
        let mut current = self.vocabulary.lock().await;
        let versions = store.taxonomy_versions(&self.slug).await?;
        if versions != current.0 {
            *current = (versions, Arc::new(Vocabulary::new(store.taxonomies(&self.slug).await?)));
        }
        Ok(Arc::clone(&current.1))
    }
}

/// What was decided, annotated and split into batches since a state of a review was made.
#[derive(Debug)]
pub struct News {
    decisions: Vec<Decision>,
    events: Vec<AnnotationEvent>,
    batch_sets: Vec<BatchSet>,
    batch_events: Vec<BatchEvent>,
    /// Who did something for the first time.
    people: Vec<UserRow>,
}

impl News {
    /// What happened in a matter since this state; nothing when nothing did.
    ///
    /// # Errors
    /// When the review database fails.
    pub async fn since(state: &ReviewState, store: &Store, slug: &MatterSlug) -> Result<Option<Self>, StoreError> {
        let decisions = store.decisions_after(slug, state.last_decision()).await?;
        let events = store.annotation_events_after(slug, state.last_event()).await?;
        let batch_sets = store.batch_sets_after(slug, state.batches().last_set()).await?;
        let batch_events = store.batch_events_after(slug, state.batches().last_event()).await?;
        if decisions.is_empty() && events.is_empty() && batch_sets.is_empty() && batch_events.is_empty() {
            return Ok(None);
        }
        let mut people = Vec::new();
        let users = decisions.iter().map(|decision| decision.user_id).chain(events.iter().map(|event| event.user_id));
        for user in users.collect::<BTreeSet<_>>() {
            if !state.knows(user) {
                people.extend(store.user(user).await?);
            }
        }
        Ok(Some(Self { decisions, events, batch_sets, batch_events, people }))
    }

    /// Brings the state up to date.
    pub fn apply(self, state: &mut ReviewState) {
        self.people.into_iter().for_each(|user| state.name(user.id, user.name, user.display_name));
        self.decisions.iter().for_each(|decision| state.decide(decision));
        self.events.iter().for_each(|event| state.annotate(event));
        self.batch_sets.into_iter().for_each(|set| state.batches_mut().add(set));
        self.batch_events.iter().for_each(|event| state.batches_mut().apply(event));
    }
}

fn stamp(folder: &Path) -> Stamp {
    let of = |name: &str| {
        let metadata = std::fs::metadata(PathBuf::from(folder).join(name)).ok()?;
        Some((metadata.len(), metadata.modified().ok()?))
    };
    [of("matter.db"), of("matter.db-wal")]
}
