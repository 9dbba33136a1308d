//! Counts what every term finds: terms beside each other on all cores, then each against the others.

use std::sync::atomic::{AtomicUsize, Ordering};

use rayon::prelude::*;
use redwell_model::{ControlNumber, control_number::Prefix};
use redwell_search::engine::EngineError;
use redwell_search::parse::MAX_CODE_POINTS;
use redwell_search::query::Relation;
use redwell_search::resolve::ResolveError;
use redwell_search::translate::Verdict;
use redwell_search::{Dialect, DocumentSet, Predicate, Query, SearchEngine};

use super::numbers::stretches;
use super::{HitReport, Population, Queries, Reading, Term, TermHits};

/// What a report is made of.
#[derive(Debug, Clone, Copy)]
pub struct Order<'o> {
    /// The terms, as [`super::read`] gives them.
    pub terms: &'o [Term],
    /// How they were written.
    pub dialect: Dialect,
    /// The query that limits what is searched.
    pub scope: Option<&'o Query>,
    /// The report that documents are new since.
    pub earlier: Option<&'o Earlier>,
    /// The name the report is kept under; its numbers then stay what they are whatever is read in later.
    pub name: Option<&'o str>,
    /// How control numbers of the matter begin.
    pub prefix: &'o Prefix,
    /// Whether documents are counted by month too.
    pub by_month: bool,
}

/// An earlier report.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Earlier {
    /// The name it is kept under, where it has one.
    pub name: Option<String>,
    /// Its terms: the number of each, what it reads as, and its documents.
    pub terms: Vec<(u32, String, DocumentSet)>,
}

/// A report, and the documents of each term.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// The report.
    pub report: HitReport,
    /// The documents of each term, in order.
    pub sets: Vec<DocumentSet>,
}

/// Why no report could be made.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// What limits the report cannot be answered.
    #[error("the query that limits the report cannot be answered: {0}")]
    Scope(#[source] ResolveError),
    /// The index, or what is known about the documents, could not be read.
    #[error(transparent)]
    Unreadable(ResolveError),
}

/// What one term finds, or why that is not known.
type Found = Result<(DocumentSet, u64), String>;

/// Makes the report. `resolve` puts documents in the place of what only the matter knows; `done` is told how many terms
/// are counted.
///
/// # Errors
/// When the scope cannot be answered or something cannot be read. What is wrong with a term is told in its row.
pub fn report(
    order: &Order<'_>,
    population: &Population,
    engine: &dyn SearchEngine,
    resolve: &dyn Fn(Query) -> Result<Query, ResolveError>,
    done: &(dyn Fn(usize) + Sync),
) -> Result<Counted, ReportError> {
    let scope = match order.scope {
        Some(query) => {
            let documents = resolve(query.clone()).and_then(|query| Ok(engine.documents(&query, None)?));
            Some(documents.map_err(of_scope)?)
        }
        None => None,
    };
    let mut resolved = Vec::with_capacity(order.terms.len());
    for term in order.terms {
        resolved.push(match &term.reading {
            Reading::Unreadable(why) => Err(why.clone()),
            Reading::Read { query, .. } => told(resolve(query.clone()))?,
        });
    }
    let counted = AtomicUsize::new(0);
    let of_term = |query: &Result<Query, String>| -> Result<Found, ReportError> {
        let found = match query {
            Err(why) => Err(why.clone()),
            Ok(query) => told(engine.documents_and_hits(query, scope.as_ref()).map_err(ResolveError::from))?,
        };
        done(counted.fetch_add(1, Ordering::Relaxed) + 1);
        Ok(found)
    };
    let found: Vec<Found> = resolved.par_iter().map(of_term).collect::<Result<_, _>>()?;
    Ok(put_together(order, population, scope.as_ref(), found))
}

/// What is wrong with one term is told in its row; what is wrong below it ends the report.
fn told<T>(result: Result<T, ResolveError>) -> Result<Result<T, String>, ReportError> {
    match result {
        Ok(found) => Ok(Ok(found)),
        Err(error @ (ResolveError::Unreadable(_) | ResolveError::Engine(EngineError::Index(_)))) => {
            Err(ReportError::Unreadable(error))
        }
        Err(other) => Ok(Err(other.to_string())),
    }
}

fn of_scope(error: ResolveError) -> ReportError {
    match error {
        error @ (ResolveError::Unreadable(_) | ResolveError::Engine(EngineError::Index(_))) => {
            ReportError::Unreadable(error)
        }
        other => ReportError::Scope(other),
    }
}

fn put_together(order: &Order<'_>, population: &Population, scope: Option<&DocumentSet>, found: Vec<Found>) -> Counted {
    let nothing = DocumentSet::new();
    let sets: Vec<&DocumentSet> = found.iter().map(|found| found.as_ref().map_or(&nothing, |(set, _)| set)).collect();
    let (mut once, mut more) = (DocumentSet::new(), DocumentSet::new());
    for set in &sets {
        more |= &once & *set;
        once |= *set;
    }
    let unique = &once - &more;
    let searches = Searches { order, sets: &sets };
    let row = |(at, term): (usize, &Term)| {
        let set = sets[at];
        let (canonical, verdict) = match &term.reading {
            Reading::Read { canonical, verdict, .. } => (canonical.clone(), *verdict),
            Reading::Unreadable(_) => (String::new(), Verdict::Error),
        };
        let new = order.earlier.map(|earlier| {
            let before = earlier.terms.iter().find(|(_, known, _)| *known == canonical);
            before.map_or_else(|| set.clone(), |(_, _, before)| set - before)
        });
        TermHits {
            number: term.number,
            line: term.line,
            name: term.name.clone(),
            term: term.written.clone(),
            verdict,
            messages: term.messages.clone(),
            error: found[at].as_ref().err().cloned(),
            documents: set.len(),
            documents_with_family: population.with_family(set),
            unique_documents: set.intersection_len(&unique),
            hits: found[at].as_ref().map_or(0, |(_, hits)| *hits),
            new_documents: new.as_ref().map(DocumentSet::len),
            by_custodian: population.by_custodian(set),
            by_year: population.by_year(set),
            by_month: if order.by_month { population.by_month(set) } else { Vec::new() },
            queries: searches.of_term(at, &canonical, new.as_ref()),
            canonical,
            numbers: None,
        }
    };
    let terms: Vec<TermHits> = order.terms.par_iter().enumerate().map(row).collect();
    let new = order.earlier.map(|earlier| earlier.terms.iter().fold(once.clone(), |new, (_, _, before)| new - before));
    let report = HitReport {
        dialect: order.dialect,
        scope: order.scope.map(Query::to_string),
        searched: scope.map_or_else(|| population.all().len(), DocumentSet::len),
        documents: once.len(),
        documents_with_family: population.with_family(&once),
        hits: terms.iter().map(|term| term.hits).sum(),
        new_documents: new.as_ref().map(DocumentSet::len),
        problems: terms.iter().filter(|term| term.error.is_some()).count() as u64,
        by_custodian: population.by_custodian(&once),
        by_year: population.by_year(&once),
        by_month: if order.by_month { population.by_month(&once) } else { Vec::new() },
        queries: searches.of_all(new.as_ref()),
        terms,
    };
    let sets = found.into_iter().map(|found| found.map(|(set, _)| set).unwrap_or_default()).collect();
    Counted { report, sets }
}

/// Writes the searches that give the numbers of a report again.
struct Searches<'s> {
    order: &'s Order<'s>,
    sets: &'s [&'s DocumentSet],
}

impl Searches<'_> {
    fn of_term(&self, at: usize, canonical: &str, new: Option<&DocumentSet>) -> Queries {
        let Some(base) = self.base(at) else { return Queries::default() };
        let marked = match (&self.order.terms[at].reading, self.order.name) {
            // The kept documents are what is found; the term itself is what is marked in them.
            (Reading::Read { query, .. }, Some(_)) if query.has_text_words() => {
                Query::and_any(base.clone(), query.clone())
            }
            _ => base.clone(),
        };
        Queries {
            documents: marked.to_string(),
            documents_with_family: Query::expanded(base.clone(), Relation::Family).to_string(),
            unique_documents: self.unique(at, &base),
            new_documents: new.map(|new| self.new_since(&base, canonical, new)).unwrap_or_default(),
        }
    }

    fn of_all(&self, new: Option<&DocumentSet>) -> Queries {
        let base = match self.order.name {
            Some(name) => report_of(name, None),
            None => Query::or((0..self.sets.len()).filter_map(|at| self.read(at))),
        };
        if self.order.name.is_none() && (0..self.sets.len()).all(|at| self.read(at).is_none()) {
            return Queries::default();
        }
        let base = self.scoped(base);
        let new = match (new, self.order.earlier) {
            (Some(new), Some(earlier)) => match (self.order.name, &earlier.name) {
                (Some(name), Some(before)) => {
                    Query::and([report_of(name, None), Query::not(report_of(before, None))]).to_string()
                }
                _ => self.listed(new),
            },
            _ => String::new(),
        };
        Queries {
            documents: base.to_string(),
            documents_with_family: Query::expanded(base, Relation::Family).to_string(),
            unique_documents: String::new(),
            new_documents: new,
        }
    }

    /// What a term found: the documents kept of it, or the term within the scope.
    fn base(&self, at: usize) -> Option<Query> {
        let read = self.read(at)?;
        Some(match self.order.name {
            Some(name) => report_of(name, Some(self.order.terms[at].number)),
            None => self.scoped(read),
        })
    }

    fn read(&self, at: usize) -> Option<Query> {
        match &self.order.terms[at].reading {
            Reading::Read { query, .. } => Some(query.clone()),
            Reading::Unreadable(_) => None,
        }
    }

    fn scoped(&self, query: Query) -> Query {
        match (self.order.scope, self.order.name) {
            (Some(scope), None) => Query::and([query, scope.clone()]),
            _ => query,
        }
    }

    /// A term without all others; of those only the ones that share documents with it when that would be too long, or
    /// when the documents are kept, since others change nothing.
    fn unique(&self, at: usize, base: &Query) -> String {
        let others = |shared: bool| {
            let others = (0..self.sets.len()).filter(|other| *other != at);
            let wanted = others.filter(|other| !shared || !self.sets[*other].is_disjoint(self.sets[at]));
            let queries: Vec<Query> = wanted
                .filter_map(|other| match self.order.name {
                    Some(name) => Some(report_of(name, Some(self.order.terms[other].number))),
                    None => self.read(other),
                })
                .collect();
            if queries.is_empty() {
                return base.to_string();
            }
            Query::and([base.clone(), Query::not(Query::or(queries))]).to_string()
        };
        if self.order.name.is_some() {
            return others(true);
        }
        let whole = others(false);
        if whole.chars().count() <= MAX_CODE_POINTS { whole } else { others(true) }
    }

    fn new_since(&self, base: &Query, canonical: &str, new: &DocumentSet) -> String {
        let Some(earlier) = self.order.earlier else { return String::new() };
        let known = earlier.terms.iter().find(|(_, known, _)| known == canonical);
        match (known, &earlier.name, self.order.name) {
            (None, ..) => base.to_string(),
            (Some((number, ..)), Some(before), Some(_)) => {
                Query::and([base.clone(), Query::not(report_of(before, Some(*number)))]).to_string()
            }
            _ => self.listed(new),
        }
    }

    /// Documents by their control numbers; nothing when there are none.
    fn listed(&self, set: &DocumentSet) -> String {
        if set.is_empty() {
            return String::new();
        }
        let number = |ordinal| ControlNumber::new(self.order.prefix.clone(), ordinal).to_string();
        let ranges = stretches(set).into_iter().map(|(first, last)| (number(first), number(last)));
        Query::Predicate(Predicate::Numbers(ranges.collect())).to_string()
    }
}

fn report_of(name: &str, term: Option<u32>) -> Query {
    Query::Predicate(Predicate::Report { name: name.to_owned(), term })
}

#[cfg(test)]
mod tests {
    use redwell_search::brute::{BruteEngine, Document};

    use super::super::read;
    use super::*;

    const TEXTS: [&str; 4] = ["price and price again", "thirty days", "the price", "no more days"];

    fn engine() -> BruteEngine {
        let document = |(ordinal, text): (u32, &&str)| Document {
            ordinal,
            text: (*text).to_owned(),
            family: Some(if ordinal <= 2 { 1 } else { ordinal }),
            ..Document::default()
        };
        BruteEngine::new((1..).zip(TEXTS.iter()).map(document))
    }

    /// Documents 1 and 2 are one family.
    fn population() -> Population {
        let mut population = Population::default();
        for ordinal in 1..=4 {
            let year = if ordinal < 4 { Some("2001-05-17T00:00:00Z") } else { None };
            population.add(ordinal, if ordinal <= 2 { 1 } else { ordinal }, &["Ada".to_owned()], year);
        }
        population
    }

    /// What a report is made with besides its terms.
    #[derive(Default)]
    struct Given<'g> {
        scope: Option<&'g Query>,
        earlier: Option<&'g Earlier>,
        name: Option<&'g str>,
    }

    fn made(list: &str, given: &Given<'_>) -> Counted {
        let terms = read(list, Dialect::Redwell);
        let prefix: Prefix = "ACME".parse().unwrap();
        let order = Order {
            terms: &terms,
            dialect: Dialect::Redwell,
            scope: given.scope,
            earlier: given.earlier,
            name: given.name,
            prefix: &prefix,
            by_month: false,
        };
        report(&order, &population(), &engine(), &Ok, &|_| {}).unwrap()
    }

    fn rows(counted: &Counted) -> Vec<(u64, u64, u64, u64)> {
        let row = |hits: &TermHits| (hits.documents, hits.documents_with_family, hits.unique_documents, hits.hits);
        counted.report.terms.iter().map(row).collect()
    }

    #[test]
    fn each_term_is_counted_alone_with_family_and_against_the_others() {
        let counted = made("price\ndays\nprice OR days\nnothing", &Given::default());
        assert_eq!(rows(&counted), [(2, 3, 0, 3), (2, 3, 0, 2), (4, 4, 0, 5), (0, 0, 0, 0)]);
        let report = &counted.report;
        assert_eq!((report.documents, report.documents_with_family, report.hits), (4, 4, 10));
        let alone = made("price\ndays", &Given::default());
        assert_eq!(rows(&alone), [(2, 3, 2, 3), (2, 3, 2, 2)]);
        assert_eq!(alone.report.terms[0].queries.unique_documents, "price AND NOT days");
        assert_eq!(alone.report.queries.documents, "price OR days");
        assert_eq!(alone.report.terms[1].by_year.len(), 2);
    }

    #[test]
    fn a_term_that_cannot_be_read_is_a_row() {
        let counted = made("price\n(\ntag:hot", &Given::default());
        let report = &counted.report;
        assert_eq!((report.problems, report.documents), (2, 2));
        assert!(report.terms[1].error.is_some() && report.terms[2].error.is_some(), "{report:?}");
        assert_eq!(report.terms[1].queries, Queries::default());
    }

    #[test]
    fn a_scope_limits_what_is_searched_and_not_the_families() {
        let scope = Query::word("price");
        let counted = made("again\ndays", &Given { scope: Some(&scope), ..Given::default() });
        assert_eq!(rows(&counted), [(1, 2, 1, 1), (0, 0, 0, 0)]);
        assert_eq!(counted.report.searched, 2);
        assert_eq!(counted.report.terms[0].queries.documents, "again AND price");
    }

    #[test]
    fn what_is_new_is_counted_by_term_and_in_all() {
        let earlier = Earlier { name: None, terms: vec![(7, "price".to_owned(), DocumentSet::from([1]))] };
        let counted = made("price\ndays", &Given { earlier: Some(&earlier), ..Given::default() });
        let report = &counted.report;
        assert_eq!(report.terms.iter().map(|term| term.new_documents).collect::<Vec<_>>(), [Some(1), Some(2)]);
        assert_eq!(report.new_documents, Some(3));
        assert_eq!(report.terms[0].queries.new_documents, "number:ACME-0000003");
        assert_eq!(report.queries.new_documents, "number:ACME-0000002..ACME-0000004");
    }

    #[test]
    fn a_kept_report_is_asked_for_by_its_name() {
        let earlier =
            Earlier { name: Some("May".to_owned()), terms: vec![(7, "price".to_owned(), DocumentSet::from([1]))] };
        let counted = made("price\nthe", &Given { scope: None, earlier: Some(&earlier), name: Some("June") });
        let queries = &counted.report.terms[0].queries;
        assert_eq!(queries.documents, "report:\"June\"#1 ANDANY price");
        assert_eq!(queries.documents_with_family, "report:\"June\"#1 +family");
        assert_eq!(queries.unique_documents, "report:\"June\"#1 AND NOT report:\"June\"#2");
        assert_eq!(queries.new_documents, "report:\"June\"#1 AND NOT report:\"May\"#7");
        assert_eq!(counted.report.queries.documents, "report:\"June\"");
    }

    #[test]
    fn every_search_is_one_that_reads_back() {
        let scope = Query::word("price");
        let counted = made("again OR days\nprice w/5 again", &Given { scope: Some(&scope), ..Given::default() });
        for term in &counted.report.terms {
            for (query, expected) in
                [(&term.queries.documents, term.documents), (&term.queries.unique_documents, term.unique_documents)]
            {
                let parsed = redwell_search::parse(Dialect::Redwell, query).unwrap();
                assert_eq!(engine().count(&parsed.query, None).unwrap(), expected, "{query}");
            }
        }
    }
}
