//! Makes hit reports: counts off the async threads, records what came of it, and tells open browsers how far it is.

use std::sync::Arc;

use redwell_indexer::analyse::hit_report::{self, Counted, Earlier, Order, ReportError};
use redwell_model::MatterSlug;
use redwell_search::resolve::ResolveError;
use redwell_search::{Dialect, Query, parse};
use tokio::task::JoinHandle;

use crate::api::events::HitReportChange;
use crate::api::hit_reports::HitReportState;
use crate::app::App;
use crate::error::ApiError;
use crate::hub::Event;
use crate::matter::OpenMatter;
use crate::matter::find::{self, Known};
use crate::matter::kept::Kept;
use crate::matter::people;
use crate::store::{AuditRow, HitReportRow, HitReportTerm, moment};

/// Most terms of one report.
pub const MAX_TERMS: usize = 5_000;

/// About how often open browsers are told how far a report is.
const STEPS: usize = 20;

/// What is told to people when a report could not be made for a reason of the server's own.
const BROKEN: &str = "the server could not count it; its log says why";

/// Starts to make a report. What comes of it is found in the review database, and told to open browsers.
pub fn start(app: &App, open: Arc<OpenMatter>, slug: &MatterSlug, row: HitReportRow) -> JoinHandle<()> {
    let (app, slug) = (app.clone(), slug.clone());
    tokio::spawn(async move {
        let number = row.number;
        let made = make(&app, open, &slug, row).await;
        if let Err(error) = record(&app, &slug, number, made).await {
            let error = format!("{error:#}");
            tracing::error!(matter.id = %slug, report = number, error, "a hit report's end was not recorded");
        }
    })
}

/// The dialect a report keeps by its name.
fn dialect_of(name: &str) -> Dialect {
    Dialect::ALL.into_iter().find(|dialect| dialect.as_str() == name).unwrap_or_default()
}

async fn make(app: &App, open: Arc<OpenMatter>, slug: &MatterSlug, row: HitReportRow) -> Result<Counted, ApiError> {
    let store = app.store();
    let dialect = dialect_of(&row.asked.dialect);
    let mut terms = hit_report::read(&row.asked.terms, dialect);
    let scope = match row.asked.scope.as_str() {
        "" => None,
        scope => Some(parse(Dialect::Redwell, scope)?.query),
    };
    let mut queries: Vec<Query> = scope.iter().cloned().collect();
    queries.extend(terms.iter().filter_map(|term| match &term.reading {
        hit_report::Reading::Read { query, .. } => Some(query.clone()),
        hit_report::Reading::Unreadable(_) => None,
    }));
    let kept = Kept::named_by(store, slug, Some(row.user_id), queries).await?;
    let earlier = match row.asked.earlier {
        Some(number) => earlier(app, slug, number).await?,
        None => None,
    };
    let (review, vocabulary) = (open.review(store).await?, open.vocabulary(store).await?);
    let (app, slug, number) = (app.clone(), slug.clone(), row.number);
    let counted = tokio::task::spawn_blocking(move || {
        let facts = open.facts()?;
        let known = Known { facts: &facts, review: &review, vocabulary: &vocabulary, kept: &kept };
        hit_report::tell(&mut terms, &|query| people::told(query, known));
        let order = Order {
            terms: &terms,
            dialect,
            scope: scope.as_ref(),
            earlier: earlier.as_ref(),
            name: Some(&row.asked.name),
            prefix: open.folder().prefix(),
            by_month: row.asked.by_month,
        };
        let resolve = |query: Query| -> Result<Query, ResolveError> { find::resolved(query, known, &open) };
        let step = (terms.len() / STEPS).max(1);
        let done = |counted: usize| {
            if counted.is_multiple_of(step) {
                let counted = u32::try_from(counted).unwrap_or(u32::MAX);
                tell(&app, &slug, number, HitReportState::Counting, (counted, terms.len()));
            }
        };
        let population = open.population()?;
        hit_report::report(&order, &population, open.engine(), &resolve, &done).map_err(|error| match error {
            ReportError::Scope(error) | ReportError::Unreadable(error) => error.into(),
        })
    });
    counted.await?
}

/// The terms of the report that documents are new since.
async fn earlier(app: &App, slug: &MatterSlug, number: i64) -> Result<Option<Earlier>, ApiError> {
    let Some(row) = app.store().hit_report(slug, number).await? else { return Ok(None) };
    let terms = app.store().hit_report_terms(slug, number, None).await?;
    let terms = terms.into_iter().map(|term| (term.number, term.canonical, term.documents)).collect();
    Ok(Some(Earlier { name: Some(row.asked.name), terms }))
}

async fn record(app: &App, slug: &MatterSlug, number: i64, made: Result<Counted, ApiError>) -> anyhow::Result<()> {
    let writing = app.store().write().await?;
    let subject = number.to_string();
    let at = moment(app.now());
    let (action, detail, state, terms) = match made {
        Ok(Counted { report, sets }) => {
            let terms: Vec<HitReportTerm> = report
                .terms
                .iter()
                .zip(sets)
                .map(|(term, documents)| HitReportTerm {
                    number: term.number,
                    canonical: term.canonical.clone(),
                    documents,
                })
                .collect();
            writing.finish_hit_report(slug, number, &report, &terms).await?;
            let detail = serde_json::json!({ "terms": terms.len(), "documents": report.documents });
            ("hit_report.ready", detail, HitReportState::Ready, terms.len())
        }
        Err(error) => {
            let why = if let ApiError::Internal(cause) = &error {
                let cause = format!("{cause:#}");
                tracing::warn!(matter.id = %slug, report = number, cause, "a hit report could not be made");
                BROKEN.to_owned()
            } else {
                error.to_string()
            };
            writing.fail_hit_report(slug, number, why).await?;
            ("hit_report.fail", serde_json::json!({}), HitReportState::Failed, 0)
        }
    };
    writing.audit(AuditRow { at, actor: "-", matter: slug.as_str(), action, subject: &subject, detail }).await?;
    writing.commit().await?;
    tell(app, slug, number, state, (u32::try_from(terms).unwrap_or(u32::MAX), terms));
    Ok(())
}

fn tell(app: &App, slug: &MatterSlug, id: i64, state: HitReportState, (counted, terms): (u32, usize)) {
    let terms = u32::try_from(terms).unwrap_or(u32::MAX);
    app.hub().tell(slug, Event::HitReport(HitReportChange { id, state, counted, terms }));
}
