//! Hit reports as they are sent.

use redwell_indexer::analyse::hit_report::{HitReport as Counts, Queries, Share, TermHits};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::People;
use super::super::query::LineState;
use crate::error::ApiError;
use crate::store::{HitReportRow, ReportState};

/// How far a hit report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum HitReportState {
    /// Its terms are being counted.
    Counting,
    /// It is done.
    Ready,
    /// It could not be made.
    Failed,
}

/// The part of some documents that has one value.
#[derive(Debug, Serialize, ToSchema)]
pub struct HitShare {
    /// The value; empty for documents that have none. As a filter beside the search it gives the number again.
    pub value: String,
    /// How many of the documents have it.
    pub documents: u64,
}

/// Searches that give the numbers of a row again, in the `redwell` dialect.
#[derive(Debug, Serialize, ToSchema)]
pub struct HitSearches {
    /// Its documents; its hits are the passages marked in them.
    pub documents: String,
    /// Its documents with their families.
    pub documents_with_family: String,
    /// Documents of this term alone; empty in the totals.
    pub unique_documents: String,
    /// Documents that are new; empty without an earlier report.
    pub new_documents: String,
}

/// What one term finds.
#[derive(Debug, Serialize, ToSchema)]
pub struct HitReportTerm {
    /// Its number in the report, from 1.
    pub number: u32,
    /// Its line in the list, from 1.
    pub line: u32,
    /// What the list calls it.
    pub name: Option<String>,
    /// The term as given.
    pub term: String,
    /// The term in canonical form; empty when it could not be read.
    pub canonical: String,
    /// How well it could be read.
    pub verdict: LineState,
    /// What there is to say about how it was read.
    pub messages: Vec<String>,
    /// Why it could not be counted.
    pub error: Option<String>,
    /// Documents it finds.
    pub documents: u64,
    /// Those and the rest of their families.
    pub documents_with_family: u64,
    /// Documents it finds and no other term does.
    pub unique_documents: u64,
    /// How many passages it has in them.
    pub hits: u64,
    /// Documents the earlier report did not have for it.
    pub new_documents: Option<u64>,
    /// Its documents by custodian.
    pub by_custodian: Vec<HitShare>,
    /// Its documents by year.
    pub by_year: Vec<HitShare>,
    /// Its documents by month, where asked for.
    pub by_month: Vec<HitShare>,
    /// Searches that give these numbers again.
    pub searches: HitSearches,
}

/// The numbers of a hit report.
#[derive(Debug, Serialize, ToSchema)]
pub struct HitReportCounts {
    /// Documents that at least one term finds.
    pub documents: u64,
    /// Those and the rest of their families.
    pub documents_with_family: u64,
    /// The passages of all terms, added up.
    pub hits: u64,
    /// Documents no term of the earlier report found.
    pub new_documents: Option<u64>,
    /// Terms that could not be counted.
    pub problems: u64,
    /// The documents of all terms by custodian.
    pub by_custodian: Vec<HitShare>,
    /// The same by year.
    pub by_year: Vec<HitShare>,
    /// The same by month, where asked for.
    pub by_month: Vec<HitShare>,
    /// Searches that give these numbers again.
    pub searches: HitSearches,
    /// The terms in the order given; empty in lists of reports.
    pub terms: Vec<HitReportTerm>,
}

/// A hit report.
#[derive(Debug, Serialize, ToSchema)]
pub struct HitReport {
    /// Its number in the matter.
    pub id: i64,
    /// What it is called.
    pub name: String,
    /// The list of terms as pasted; empty in lists of reports.
    pub terms: String,
    /// How many terms were counted.
    pub term_count: u32,
    /// How they are written.
    pub dialect: String,
    /// The query that limits what is searched, in canonical form; empty for none.
    pub scope: String,
    /// The number of the report that documents are new since.
    pub earlier: Option<i64>,
    /// Whether documents are counted by month too.
    pub by_month: bool,
    /// How far it is.
    pub state: HitReportState,
    /// Why it could not be made.
    pub error: Option<String>,
    /// Documents of the matter that were searched.
    pub searched: u64,
    /// When it was asked for.
    pub created_at: String,
    /// Who asked for it, by sign-in name.
    pub created_by: String,
    /// Its numbers, once it is done.
    pub counts: Option<HitReportCounts>,
}

/// The hit reports of a matter.
#[derive(Debug, Serialize, ToSchema)]
pub struct HitReportList {
    /// Newest first, without their terms.
    pub items: Vec<HitReport>,
}

/// A report in a list of reports.
pub(super) async fn in_list(mut row: HitReportRow, people: &mut People<'_>) -> Result<HitReport, ApiError> {
    row.asked.terms = String::new();
    let mut report = whole(row, people).await?;
    if let Some(counts) = &mut report.counts {
        counts.terms = Vec::new();
    }
    Ok(report)
}

/// A report with its terms.
pub(super) async fn whole(row: HitReportRow, people: &mut People<'_>) -> Result<HitReport, ApiError> {
    let (created_by, _) = people.names(row.user_id).await?;
    let counted = row.counts.as_ref().map_or(0, |counts| counts.terms.len());
    Ok(HitReport {
        id: row.number,
        name: row.asked.name,
        terms: row.asked.terms,
        term_count: u32::try_from(counted).unwrap_or(u32::MAX),
        dialect: row.asked.dialect,
        scope: row.asked.scope,
        earlier: row.asked.earlier,
        by_month: row.asked.by_month,
        state: row.state.into(),
        error: row.error,
        searched: row.searched,
        created_at: row.at,
        created_by,
        counts: row.counts.map(HitReportCounts::from),
    })
}

impl From<ReportState> for HitReportState {
    fn from(state: ReportState) -> Self {
        match state {
            ReportState::Counting => Self::Counting,
            ReportState::Ready => Self::Ready,
            ReportState::Failed => Self::Failed,
        }
    }
}

impl From<Counts> for HitReportCounts {
    fn from(counts: Counts) -> Self {
        Self {
            documents: counts.documents,
            documents_with_family: counts.documents_with_family,
            hits: counts.hits,
            new_documents: counts.new_documents,
            problems: counts.problems,
            by_custodian: shares(counts.by_custodian),
            by_year: shares(counts.by_year),
            by_month: shares(counts.by_month),
            searches: counts.queries.into(),
            terms: counts.terms.into_iter().map(HitReportTerm::from).collect(),
        }
    }
}

impl From<TermHits> for HitReportTerm {
    fn from(term: TermHits) -> Self {
        Self {
            number: term.number,
            line: term.line,
            name: term.name,
            term: term.term,
            canonical: term.canonical,
            verdict: term.verdict.into(),
            messages: term.messages,
            error: term.error,
            documents: term.documents,
            documents_with_family: term.documents_with_family,
            unique_documents: term.unique_documents,
            hits: term.hits,
            new_documents: term.new_documents,
            by_custodian: shares(term.by_custodian),
            by_year: shares(term.by_year),
            by_month: shares(term.by_month),
            searches: term.queries.into(),
        }
    }
}

impl From<Queries> for HitSearches {
    fn from(queries: Queries) -> Self {
        let Queries { documents, documents_with_family, unique_documents, new_documents } = queries;
        Self { documents, documents_with_family, unique_documents, new_documents }
    }
}

fn shares(shares: Vec<Share>) -> Vec<HitShare> {
    shares.into_iter().map(|share| HitShare { value: share.value, documents: share.documents }).collect()
}
