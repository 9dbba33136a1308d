//! Answers searches over one matter: the [`SearchEngine`] contract on tantivy.

use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rayon::prelude::*;
use redwell_model::{CodePointRange, Ordinal};
use redwell_search::dictionary::{WordPage, WordsAsked};
use redwell_search::engine::{Cursor, EngineError, FacetField, FacetValue, HitPage, Sort};
use redwell_search::query::Relation;
use redwell_search::{DocumentSet, Field, Query, SearchEngine, Term, evaluate};
use roaring::RoaringBitmap;

use super::best::Shape;
use super::bits::Bits;
use super::deadline::Deadline;
use super::expansion::Expansions;
use super::matching::{Matcher, Search};
use super::place::{self, Version};
use super::ranking::Ranking;
use super::reading::{Reading, Source};
use super::snapshot::Snapshot;
use super::{IndexError, columns, dictionary, order, schema};
use crate::matter_folder::MatterFolder;

/// How long one search may take unless told otherwise.
const ALLOWED: Duration = Duration::from_secs(10);

/// Answers searches over one matter.
pub struct TantivyEngine {
    path: PathBuf,
    source: Box<dyn Source>,
    snapshot: RwLock<Arc<Snapshot>>,
    allowed: Duration,
}

/// A query being answered: what its matchers look at.
struct Answering<'e> {
    snapshot: Arc<Snapshot>,
    expansions: Expansions,
    deadline: Deadline,
    reading: Reading<'e>,
    within: Option<Bits>,
}

/// What matched in one segment.
pub(super) struct Matched<'q> {
    pub(super) matcher: Matcher<'q>,
    pub(super) documents: RoaringBitmap,
}

impl Source for MatterFolder {
    fn text(&self, ordinal: Ordinal) -> Result<Option<String>, Box<dyn Error + Send + Sync>> {
        Ok(Self::text(self, ordinal)?.map(|text| text.text))
    }

    fn values(&self, ordinal: Ordinal, field: Field) -> Result<Vec<String>, Box<dyn Error + Send + Sync>> {
        let rows = self.documents(&[ordinal])?;
        Ok(rows.first().map(|row| schema::values_of(row, field)).unwrap_or_default())
    }
}

impl TantivyEngine {
    /// Opens the index of a matter for searching. Commits made later, by any process, are seen by later searches.
    ///
    /// # Errors
    /// When there is no index or it cannot be read.
    pub fn open(folder: &MatterFolder) -> Result<Self, IndexError> {
        Self::on(&place::in_use(folder.path()), Box::new(folder.clone()))
    }

    /// The same, with another time that one search may take.
    #[must_use]
    pub fn with_time_limit(mut self, allowed: Duration) -> Self {
        self.allowed = allowed;
        self
    }

    /// Opens the index in a folder, whose texts come from elsewhere.
    pub(super) fn on(path: &Path, source: Box<dyn Source>) -> Result<Self, IndexError> {
        let snapshot = RwLock::new(Arc::new(Snapshot::open(path)?));
        Ok(Self { path: path.to_owned(), source, snapshot, allowed: ALLOWED })
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

    /// Looks up the words of a query in the index as it is now.
    fn answering(&self, query: &Query, within: Option<&DocumentSet>) -> Result<Answering<'_>, EngineError> {
        if let Some(part) = query.unresolved() {
            return Err(EngineError::Unresolved { predicate: part.to_string() });
        }
        let deadline = Deadline::after(self.allowed);
        let snapshot = self.current().map_err(broken)?;
        let expansions = Expansions::of(query, &snapshot, &deadline)?;
        let reading = Reading::new(self.source.as_ref());
        Ok(Answering { snapshot, expansions, deadline, reading, within: within.map(Bits::of) })
    }
}

impl Answering<'_> {
    /// One for each segment, in order.
    fn matchers(&self) -> Vec<Matcher<'_>> {
        let Self { snapshot, expansions, deadline, reading, .. } = self;
        let search = Search { snapshot, expansions, deadline, reading };
        (0..snapshot.segments.len()).map(|number| Matcher::new(search, number)).collect()
    }

    /// What matches in each segment, in order.
    fn matched(&self, query: &Query) -> Result<Vec<Matched<'_>>, EngineError> {
        let in_segment = self.matchers().into_par_iter().map(|matcher| {
            let documents = matcher.matching(query, None, &matcher.segment.inside(self.within.as_ref()))?;
            Ok(Matched { matcher, documents })
        });
        in_segment.collect()
    }
}

impl SearchEngine for TantivyEngine {
    fn search(
        &self,
        query: &Query,
        within: Option<&DocumentSet>,
        sort: &[Sort],
        after: Option<&Cursor>,
        limit: usize,
    ) -> Result<HitPage, EngineError> {
        let is_best = sort == [Sort::Relevance] && after.is_none();
        let answering = self.answering(query, within)?;
        if let Some(shape) = Shape::of(query).filter(|_| is_best) {
            let matchers = answering.matchers();
            let ranking = Ranking::new(query, &answering.snapshot, matchers.iter())?;
            let best = shape.best(query, &matchers, &ranking, answering.within.as_ref(), limit)?;
            return Ok(order::best_page(best.total, &best.kept));
        }
        let matched = answering.matched(query)?;
        let ranking = Ranking::new(query, &answering.snapshot, matched.iter().map(|of| &of.matcher))?;
        if is_best {
            return order::best(&matched, &ranking, limit);
        }
        order::page(query, &matched, &ranking, sort, after, limit)
    }

    fn count(&self, query: &Query, within: Option<&DocumentSet>) -> Result<u64, EngineError> {
        if let (Query::Term(Term::Word(_)), None) = (query, within)
            && let Some(count) = self.count_word(query)?
        {
            return Ok(count);
        }
        Ok(self.answering(query, within)?.matched(query)?.iter().map(|of| of.documents.len()).sum())
    }

    fn documents(&self, query: &Query, within: Option<&DocumentSet>) -> Result<DocumentSet, EngineError> {
        let answering = self.answering(query, within)?;
        let mut found = DocumentSet::new();
        for of in &answering.matched(query)? {
            found.extend(of.documents.iter().map(|document| of.matcher.segment.ordinal(document)));
        }
        Ok(found)
    }

    fn documents_and_hits(
        &self,
        query: &Query,
        within: Option<&DocumentSet>,
    ) -> Result<(DocumentSet, u64), EngineError> {
        let answering = self.answering(query, within)?;
        let (mut found, mut hits) = (DocumentSet::new(), 0);
        for of in &answering.matched(query)? {
            let mut counts = BTreeMap::new();
            of.matcher.add_hits(query, None, &of.documents, &mut counts)?;
            hits += counts.values().map(|count| u64::from(*count)).sum::<u64>();
            found.extend(of.documents.iter().map(|document| of.matcher.segment.ordinal(document)));
        }
        Ok((found, hits))
    }

    fn facet(
        &self,
        query: &Query,
        within: Option<&DocumentSet>,
        field: FacetField,
    ) -> Result<Vec<FacetValue>, EngineError> {
        let answering = self.answering(query, within)?;
        let mut counts = BTreeMap::new();
        for of in &answering.matched(query)? {
            columns::count(of.matcher.segment, &of.documents, field, &mut counts)?;
        }
        Ok(columns::ranked(counts))
    }

    fn related(&self, documents: &DocumentSet, by: Relation) -> Result<DocumentSet, EngineError> {
        let snapshot = self.current().map_err(broken)?;
        let families;
        let firsts = match by {
            Relation::Family => {
                let mut found = BTreeMap::new();
                for segment in &snapshot.segments {
                    let ordinals = segment.living.iter().map(|document| segment.ordinal(document));
                    found.extend(ordinals.zip(columns::families(segment, &segment.living)?));
                }
                families = found;
                &families
            }
            Relation::Thread => snapshot.threads()?,
            Relation::Duplicates => snapshot.duplicates()?,
        };
        let first = |ordinal: Ordinal| firsts.get(&ordinal).copied();
        let wanted: DocumentSet = documents.iter().filter_map(first).collect();
        let going = firsts.iter().filter(|(_, first)| wanted.contains(**first)).map(|(ordinal, _)| *ordinal);
        Ok(documents | &going.collect::<DocumentSet>())
    }

    fn words(&self, asked: &WordsAsked) -> Result<WordPage, EngineError> {
        let snapshot = self.current().map_err(broken)?;
        dictionary::page(asked, &snapshot, &Deadline::after(self.allowed))
    }

    fn hit_ranges(&self, query: &Query, ordinal: Ordinal) -> Result<Vec<CodePointRange>, EngineError> {
        if !query.has_text_words() || self.count(query, Some(&DocumentSet::from([ordinal])))? == 0 {
            return Ok(Vec::new());
        }
        let text = self.source.text(ordinal).map_err(EngineError::Index)?;
        Ok(text.map(|text| evaluate::hit_ranges(query, &text)).unwrap_or_default())
    }
}

impl TantivyEngine {
    /// How many documents hold a word, where the dictionary knows it because no document was replaced.
    fn count_word(&self, word: &Query) -> Result<Option<u64>, EngineError> {
        let snapshot = self.current().map_err(broken)?;
        if snapshot.segments.iter().any(|segment| segment.reader.has_deletes()) {
            return Ok(None);
        }
        let expansions = Expansions::of(word, &snapshot, &Deadline::after(self.allowed))?;
        Ok(Some((0..snapshot.segments.len()).map(|at| expansions.terms(word, None, at).documents()).sum()))
    }
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
