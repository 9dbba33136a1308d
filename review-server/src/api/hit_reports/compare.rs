//! What differs between two hit reports, term by term and document by document.

#![expect(unused_qualifications, reason = "the description of parameters is written out by a macro")]

use axum::Json;
use redwell_indexer::analyse::hit_report::{self, Difference};
use redwell_search::{DocumentSet, Predicate, Query};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::super::{Address, ErrorBody, Parameters, blocking};
use super::{HitReportPath, found};
use crate::auth::member::Needed;
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::store::HitReportRow;

/// Documents listed of one term, of those added and of those removed.
const LISTED: usize = 1_000;

/// The report to compare with.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CompareQuery {
    /// The number of the other report, taken as the earlier one.
    pub with: i64,
}

/// The report to compare with, and a term.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ComparisonQuery {
    /// The number of the other report, taken as the earlier one.
    pub with: i64,
    /// The term in canonical form.
    pub term: String,
}

/// What became of one term.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermComparison {
    /// The term in canonical form.
    pub canonical: String,
    /// Documents in the earlier report; absent when that did not have the term.
    pub before: Option<u64>,
    /// Documents in this report; absent when it does not have the term.
    pub after: Option<u64>,
    /// Documents only this report has.
    pub added: u64,
    /// Documents only the earlier one has.
    pub removed: u64,
    /// The search for those added; empty when there are none.
    pub added_search: String,
    /// The search for those removed; empty when there are none.
    pub removed_search: String,
}

/// What differs between two reports.
#[derive(Debug, Serialize, ToSchema)]
pub struct Comparison {
    /// What the earlier report is called.
    pub before: String,
    /// What this report is called.
    pub after: String,
    /// The terms of this report in its order, then those only the earlier has.
    pub items: Vec<TermComparison>,
}

/// A document only one of two reports has for a term.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparedDocument {
    /// Its control number.
    pub control_number: String,
    /// What people call it.
    pub title: String,
    /// Whom it was first collected from.
    pub custodian: String,
}

/// The documents only one of two reports has for a term.
#[derive(Debug, Serialize, ToSchema)]
pub struct ComparedDocuments {
    /// How many only this report has.
    pub added_total: u64,
    /// How many only the earlier one has.
    pub removed_total: u64,
    /// The first of those added, in order.
    pub added: Vec<ComparedDocument>,
    /// The first of those removed, in order.
    pub removed: Vec<ComparedDocument>,
}

/// Compares two hit reports, term by term.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/hit-reports/{report}/compare", tag = "hit reports",
    operation_id = "compare_hit_reports", params(HitReportPath, CompareQuery),
    responses((status = 200, body = Comparison), (status = 404, body = ErrorBody)))]
pub(crate) async fn compare(
    member: Member<right::ReadDocuments>,
    Address(path): Address<HitReportPath>,
    Parameters(asked): Parameters<CompareQuery>,
) -> Result<Json<Comparison>, ApiError> {
    let both = Both::read(&member, path.report, asked.with).await?;
    let items = both.differences.iter().map(|one| {
        let (added, removed) = (one.added(), one.removed());
        let (now, then) = (both.of_after(&one.canonical), both.of_before(&one.canonical));
        TermComparison {
            canonical: one.canonical.clone(),
            before: one.before.as_ref().map(DocumentSet::len),
            after: one.after.as_ref().map(DocumentSet::len),
            added: added.len(),
            removed: removed.len(),
            added_search: if added.is_empty() { String::new() } else { without(now.as_ref(), then.as_ref()) },
            removed_search: if removed.is_empty() { String::new() } else { without(then.as_ref(), now.as_ref()) },
        }
    });
    let items = items.collect();
    Ok(Json(Comparison { before: both.before.asked.name, after: both.after.asked.name, items }))
}

/// Lists the documents only one of two hit reports has for a term.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/hit-reports/{report}/compare/documents", tag = "hit reports",
    operation_id = "compare_hit_report_documents", params(HitReportPath, ComparisonQuery),
    responses((status = 200, body = ComparedDocuments), (status = 404, body = ErrorBody)))]
pub(crate) async fn compare_documents(
    member: Member<right::ReadDocuments>,
    Address(path): Address<HitReportPath>,
    Parameters(asked): Parameters<ComparisonQuery>,
) -> Result<Json<ComparedDocuments>, ApiError> {
    let both = Both::read(&member, path.report, asked.with).await?;
    let one = both.differences.into_iter().find(|one| one.canonical == asked.term).ok_or(ApiError::NotFound)?;
    let open = member.open().await?;
    let listed = blocking(move || -> Result<ComparedDocuments, ApiError> {
        let (added, removed) = (one.added(), one.removed());
        let documents = |set: &DocumentSet| -> Result<Vec<ComparedDocument>, ApiError> {
            let ordinals: Vec<_> = set.iter().take(LISTED).collect();
            let rows = open.folder().documents(&ordinals)?.into_iter();
            let shown = rows.map(|row| ComparedDocument {
                control_number: row.control_number.to_string(),
                title: row.title,
                custodian: row.custodian,
            });
            Ok(shown.collect())
        };
        Ok(ComparedDocuments {
            added_total: added.len(),
            removed_total: removed.len(),
            added: documents(&added)?,
            removed: documents(&removed)?,
        })
    });
    Ok(Json(listed.await??))
}

/// Two reports and what differs between them.
struct Both {
    before: HitReportRow,
    after: HitReportRow,
    differences: Vec<Difference>,
}

impl Both {
    async fn read<R: Needed>(member: &Member<R>, after: i64, before: i64) -> Result<Self, ApiError> {
        let (after, before) = (found(member, after).await?, found(member, before).await?);
        let store = member.app.store();
        let mut terms = Vec::with_capacity(2);
        for row in [&before, &after] {
            let of_report = store.hit_report_terms(&member.slug, row.number, None).await?;
            let read = of_report.into_iter().filter(|term| !term.canonical.is_empty());
            terms.push(read.map(|term| (term.canonical, term.documents)).collect::<Vec<_>>());
        }
        let differences = hit_report::compare(&terms[0], &terms[1]);
        Ok(Self { before, after, differences })
    }

    /// What this report keeps of a term, as a query.
    fn of_after(&self, canonical: &str) -> Option<Query> {
        kept(&self.after, canonical)
    }

    fn of_before(&self, canonical: &str) -> Option<Query> {
        kept(&self.before, canonical)
    }
}

fn kept(row: &HitReportRow, canonical: &str) -> Option<Query> {
    let term = row.counts.iter().flat_map(|counts| &counts.terms).find(|term| term.canonical == canonical)?;
    Some(Query::Predicate(Predicate::Report { name: row.asked.name.clone(), term: Some(term.number) }))
}

fn without(of: Option<&Query>, other: Option<&Query>) -> String {
    match (of, other) {
        (Some(of), Some(other)) => Query::and([of.clone(), Query::not(other.clone())]).to_string(),
        (Some(of), None) => of.to_string(),
        (None, _) => String::new(),
    }
}
