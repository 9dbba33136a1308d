//! Answers searches over one matter: the [`SearchEngine`] contract on tantivy.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use redwell_model::{CodePointRange, Ordinal};
use redwell_search::engine::{Cursor, EngineError, FacetField, FacetValue, Hit, HitPage, Sort};
use redwell_search::{DocumentSet, Query, SearchEngine, evaluate};
use roaring::RoaringBitmap;

use super::expansion::Expansions;
use super::matching::Matcher;
use super::place::{self, Version};
use super::ranking::Ranking;
use super::snapshot::Snapshot;
use super::{IndexError, columns};
use crate::matter_folder::MatterFolder;

/// Gives the canonical text of a document.
type Texts = dyn Fn(Ordinal) -> Result<Option<String>, Box<dyn Error + Send + Sync>> + Send + Sync;

/// Answers searches over one matter.
pub struct TantivyEngine {
    path: PathBuf,
    texts: Box<Texts>,
    snapshot: RwLock<Arc<Snapshot>>,
}

/// What matched in one segment.
struct Matched<'q> {
    matcher: Matcher<'q>,
    documents: RoaringBitmap,
}

impl TantivyEngine {
    /// Opens the index of a matter for searching. Commits made later, by any process, are seen by later searches.
    ///
    /// # Errors
    /// When there is no index or it cannot be read.
    pub fn open(folder: &MatterFolder) -> Result<Self, IndexError> {
        let path = place::in_use(folder.path());
        let folder = folder.clone();
        Self::on(&path, Box::new(move |ordinal| Ok(folder.text(ordinal)?.map(|text| text.text))))
    }

    /// Opens the index in a folder, whose texts come from elsewhere.
    pub(super) fn on(path: &Path, texts: Box<Texts>) -> Result<Self, IndexError> {
        let snapshot = RwLock::new(Arc::new(Snapshot::open(path)?));
        Ok(Self { path: path.to_owned(), texts, snapshot })
    }

    /// The ordinals in the index, ascending, for `verify`.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn ordinals(&self) -> Result<Vec<Ordinal>, IndexError> {
        Ok(self.current()?.ordinals().iter().collect())
    }

    /// The index as of its last commit.
    fn current(&self) -> Result<Arc<Snapshot>, IndexError> {
        let version = Version::of(&self.path)?;
        let open = Arc::clone(&self.snapshot.read().unwrap_or_else(PoisonError::into_inner));
        if open.version == version {
            return Ok(open);
        }
        let newer = Arc::new(Snapshot::open(&self.path)?);
        *self.snapshot.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&newer);
        Ok(newer)
    }

    /// Calls `with` with what matches in each segment, in order.
    fn matched<T>(
        &self,
        query: &Query,
        within: Option<&DocumentSet>,
        with: impl FnOnce(&Snapshot, Vec<Matched<'_>>) -> Result<T, EngineError>,
    ) -> Result<T, EngineError> {
        if let Some(predicate) = query.predicates().first() {
            let predicate = Query::Coding((*predicate).to_owned()).to_string();
            return Err(EngineError::Unresolved { predicate });
        }
        let snapshot = self.current().map_err(broken)?;
        let expansions = Expansions::of(query, &snapshot)?;
        let mut matched = Vec::with_capacity(snapshot.segments.len());
        for number in 0..snapshot.segments.len() {
            let matcher = Matcher::new(&snapshot, number, &expansions);
            let documents = matcher.matching(query, None, &matcher.segment.inside(within))?;
            matched.push(Matched { matcher, documents });
        }
        with(&snapshot, matched)
    }
}

impl SearchEngine for TantivyEngine {
    fn search(
        &self,
        query: &Query,
        within: Option<&DocumentSet>,
        sort: Sort,
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<HitPage, EngineError> {
        self.matched(query, within, |snapshot, matched| {
            let total = matched.iter().map(|of| of.documents.len()).sum();
            let matchers: Vec<Matcher<'_>>;
            let documents: Vec<RoaringBitmap>;
            (matchers, documents) = matched.into_iter().map(|of| (of.matcher, of.documents)).unzip();
            let ranking = Ranking::new(query, snapshot, &matchers)?;

            let mut keyed: Vec<(i64, Ordinal)> = Vec::new();
            for (matcher, documents) in matchers.iter().zip(&documents) {
                let keys: Vec<i64> = match sort {
                    Sort::Relevance => ranking.scores(matcher, documents)?.into_iter().map(relevance_key).collect(),
                    Sort::ControlNumber => vec![0; usize::try_from(documents.len()).unwrap_or(usize::MAX)],
                    Sort::DateAscending => columns::seconds(matcher.segment, documents)?
                        .into_iter()
                        .map(|at| at.unwrap_or(i64::MAX))
                        .collect(),
                    Sort::DateDescending => columns::seconds(matcher.segment, documents)?
                        .into_iter()
                        .map(|at| at.map_or(i64::MAX, |at| -at))
                        .collect(),
                };
                keyed.extend(keys.into_iter().zip(documents.iter().map(|document| matcher.segment.ordinal(document))));
            }
            if let Some(after) = after {
                keyed.retain(|entry| *entry > (after.key, after.ordinal));
            }
            let more = keyed.len() > limit;
            if more && limit > 0 {
                keyed.select_nth_unstable(limit - 1);
            }
            keyed.truncate(limit);
            keyed.sort_unstable();
            let next = keyed.last().filter(|_| more).map(|&(key, ordinal)| Cursor { key, ordinal });

            let shown: DocumentSet = keyed.iter().map(|(_, ordinal)| *ordinal).collect();
            let mut scores = BTreeMap::new();
            for (matcher, documents) in matchers.iter().zip(&documents) {
                let documents = documents & matcher.segment.inside(Some(&shown));
                let ordinals = documents.iter().map(|document| matcher.segment.ordinal(document));
                scores.extend(ordinals.zip(ranking.scores(matcher, &documents)?));
            }
            let score = |ordinal: &Ordinal| scores.get(ordinal).copied().unwrap_or_default();
            let hits = keyed.iter().map(|(_, ordinal)| Hit { ordinal: *ordinal, score: score(ordinal) }).collect();
            Ok(HitPage { total, hits, next })
        })
    }

    fn count(&self, query: &Query, within: Option<&DocumentSet>) -> Result<u64, EngineError> {
        self.matched(query, within, |_, matched| Ok(matched.iter().map(|of| of.documents.len()).sum()))
    }

    fn documents(&self, query: &Query, within: Option<&DocumentSet>) -> Result<DocumentSet, EngineError> {
        self.matched(query, within, |_, matched| {
            let mut found = DocumentSet::new();
            for of in &matched {
                found.extend(of.documents.iter().map(|document| of.matcher.segment.ordinal(document)));
            }
            Ok(found)
        })
    }

    fn facet(
        &self,
        query: &Query,
        within: Option<&DocumentSet>,
        field: FacetField,
    ) -> Result<Vec<FacetValue>, EngineError> {
        self.matched(query, within, |_, matched| {
            let mut counts = BTreeMap::new();
            for of in &matched {
                columns::count(of.matcher.segment, &of.documents, field, &mut counts)?;
            }
            Ok(columns::ranked(counts))
        })
    }

    fn hit_ranges(&self, query: &Query, ordinal: Ordinal) -> Result<Vec<CodePointRange>, EngineError> {
        if !query.has_text_words() || self.count(query, Some(&DocumentSet::from([ordinal])))? == 0 {
            return Ok(Vec::new());
        }
        let text = (self.texts)(ordinal).map_err(EngineError::Index)?;
        Ok(text.map(|text| evaluate::hit_ranges(query, &text)).unwrap_or_default())
    }
}

/// A key that sorts better scores first. The bits of positive floats are in the order of their values.
fn relevance_key(score: f32) -> i64 {
    -i64::from(score.to_bits())
}

/// A failure below the search.
pub(super) fn broken(why: impl Error + Send + Sync + 'static) -> EngineError {
    EngineError::Index(Box::new(why))
}

impl fmt::Debug for TantivyEngine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TantivyEngine").field("path", &self.path).finish_non_exhaustive()
    }
}
