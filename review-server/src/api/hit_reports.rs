//! `/matters/{matter}/hit-reports`: what each term of a list finds, kept so that every number can be shown again.

#![expect(unused_qualifications, reason = "the description of parameters is written out by a macro")]

mod compare;
mod shown;

use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use redwell_indexer::analyse::hit_report;
use redwell_search::{Dialect, parse};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

pub(crate) use compare::{__path_compare, __path_compare_documents, compare, compare_documents};
pub use compare::{CompareQuery, ComparedDocument, ComparedDocuments, Comparison, ComparisonQuery, TermComparison};
pub use shown::{HitReport, HitReportCounts, HitReportList, HitReportState, HitReportTerm, HitSearches, HitShare};

use super::query::check_length;
use super::saved_searches::name;
use super::search::dialect;
use super::{Address, Body, ErrorBody, MatterPath, Parameters, People, blocking};
use crate::auth::member::Needed;
use crate::auth::{Member, right};
use crate::deliver::hit_workbook;
use crate::error::ApiError;
use crate::file_response;
use crate::hit_reports::{self, MAX_TERMS};
use crate::store::{HitReportRow, NewHitReport as NewRow, moment};

/// How long an answer waits for a report: a small one is done by then.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// The hit report in an address.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub struct HitReportPath {
    /// The matter's short name.
    pub matter: String,
    /// The report's number.
    pub report: i64,
}

/// A hit report to make.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewHitReport {
    /// What it is to be called; `report:"…"` in a query means it.
    pub name: String,
    /// Terms one a line with comments, or a CSV.
    pub terms: String,
    /// How the terms are written; `redwell` unless given.
    #[schema(nullable = false)]
    pub dialect: Option<String>,
    /// A query in the `redwell` dialect that limits what is searched.
    #[serde(default)]
    pub scope: String,
    /// The number of an earlier report; documents it did not have are counted as new.
    #[schema(nullable = false)]
    pub earlier: Option<i64>,
    /// Whether documents are counted by month besides by year.
    #[serde(default)]
    #[schema(required = false)]
    pub by_month: bool,
}

/// A name for a report that is made again.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RerunRequest {
    /// What the new report is to be called; the old name with the number of the run unless given.
    #[schema(nullable = false)]
    pub name: Option<String>,
}

/// In which form a report is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReportForm {
    /// A workbook.
    #[default]
    Xlsx,
    /// A table.
    Csv,
    /// As `redwell hits --json` prints it.
    Json,
}

/// In which form a report is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// `xlsx` unless given.
    #[param(inline)]
    pub format: ReportForm,
}

/// Lists hit reports.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/hit-reports", tag = "hit reports",
    operation_id = "list_hit_reports", params(MatterPath),
    responses((status = 200, body = HitReportList), (status = 404, body = ErrorBody)))]
pub(crate) async fn list(member: Member<right::ReadDocuments>) -> Result<Json<HitReportList>, ApiError> {
    let mut people = People::new(member.app.store());
    let mut items = Vec::new();
    for row in member.app.store().hit_reports(&member.slug).await? {
        items.push(shown::in_list(row, &mut people).await?);
    }
    Ok(Json(HitReportList { items }))
}

/// Makes a hit report: at once when it is small, else in the background.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/hit-reports", tag = "hit reports",
    operation_id = "make_hit_report", params(MatterPath), request_body = NewHitReport,
    responses((status = 201, description = "it is done", body = HitReport),
              (status = 202, description = "it is being counted", body = HitReport),
              (status = 403, body = ErrorBody), (status = 409, description = "`name_taken`", body = ErrorBody),
              (status = 422, description = "`bad_name`, `bad_query`, `no_terms`, `list_too_long` or `no_such_report`",
               body = ErrorBody)))]
pub(crate) async fn make(
    member: Member<right::PrepareDeliverables>,
    Body(new): Body<NewHitReport>,
) -> Result<(StatusCode, Json<HitReport>), ApiError> {
    let asked = NewRow {
        name: name(&new.name)?,
        terms: new.terms,
        dialect: dialect(new.dialect.as_deref())?.as_str().to_owned(),
        scope: parse(Dialect::Redwell, &new.scope)?.canonical,
        earlier: new.earlier,
        by_month: new.by_month,
    };
    started(&member, asked, "hit_report.make").await
}

/// Makes a report again over what is in the matter now, with new documents counted since the one asked about.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/hit-reports/{report}/rerun", tag = "hit reports",
    operation_id = "rerun_hit_report", params(HitReportPath), request_body = RerunRequest,
    responses((status = 201, description = "it is done", body = HitReport),
              (status = 202, description = "it is being counted", body = HitReport),
              (status = 403, body = ErrorBody), (status = 404, body = ErrorBody),
              (status = 409, description = "`name_taken`", body = ErrorBody)))]
pub(crate) async fn rerun(
    member: Member<right::PrepareDeliverables>,
    Address(path): Address<HitReportPath>,
    Body(wanted): Body<RerunRequest>,
) -> Result<(StatusCode, Json<HitReport>), ApiError> {
    let before = found(&member, path.report).await?;
    let earlier = before.counts.is_some().then_some(before.number).or(before.asked.earlier);
    let name = match wanted.name {
        Some(wanted) => name(&wanted)?,
        None => next_name(&member, &before.asked.name).await?,
    };
    started(&member, NewRow { name, earlier, ..before.asked }, "hit_report.rerun").await
}

/// Shows a hit report.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/hit-reports/{report}", tag = "hit reports",
    operation_id = "show_hit_report", params(HitReportPath),
    responses((status = 200, body = HitReport), (status = 404, body = ErrorBody)))]
pub(crate) async fn show(
    member: Member<right::ReadDocuments>,
    Address(path): Address<HitReportPath>,
) -> Result<Json<HitReport>, ApiError> {
    let row = found(&member, path.report).await?;
    Ok(Json(shown::whole(row, &mut People::new(member.app.store())).await?))
}

/// Gives a hit report as a file.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/hit-reports/{report}/export", tag = "hit reports",
    operation_id = "export_hit_report", params(HitReportPath, ExportQuery),
    responses((status = 200, description = "a workbook, a table or JSON", content_type = "application/octet-stream"),
              (status = 404, body = ErrorBody), (status = 409, description = "`wrong_state`", body = ErrorBody)))]
pub(crate) async fn export(
    member: Member<right::ReadDocuments>,
    Address(path): Address<HitReportPath>,
    Parameters(asked): Parameters<ExportQuery>,
) -> Result<Response, ApiError> {
    let row = found(&member, path.report).await?;
    let Some(mut counts) = row.counts else {
        return Err(ApiError::conflict("wrong_state", "there is nothing to download yet"));
    };
    let terms = member.app.store().hit_report_terms(&member.slug, path.report, None).await?;
    let made = blocking(move || -> anyhow::Result<(&'static str, &'static str, Vec<u8>)> {
        Ok(match asked.format {
            ReportForm::Xlsx => {
                let media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
                (media_type, "xlsx", hit_workbook::xlsx(&counts)?)
            }
            // The byte order mark tells Excel that it is UTF-8.
            ReportForm::Csv => {
                ("text/csv; charset=utf-8", "csv", format!("\u{feff}{}", hit_report::to_csv(&counts)).into_bytes())
            }
            ReportForm::Json => {
                for (row, term) in counts.terms.iter_mut().zip(&terms) {
                    row.numbers = Some(hit_report::to_numbers(&term.documents));
                }
                ("application/json", "json", serde_json::to_vec(&counts)?)
            }
        })
    });
    let (media_type, ending, bytes) = made.await??;
    let writing = member.app.store().write().await?;
    let detail = serde_json::json!({ "format": ending });
    writing.audit(member.audit("hit_report.export", &path.report.to_string(), detail)).await?;
    writing.commit().await?;
    let headers = file_response::made(media_type, &format!("{}-hits-{:04}.{ending}", member.slug, path.report));
    Ok((headers, bytes).into_response())
}

/// The report of this number.
async fn found<R: Needed>(member: &Member<R>, number: i64) -> Result<HitReportRow, ApiError> {
    member.app.store().hit_report(&member.slug, number).await?.ok_or(ApiError::NotFound)
}

/// Checks a report, adds it, has it counted, and waits a moment for that.
async fn started<R: Needed>(
    member: &Member<R>,
    asked: NewRow,
    action: &str,
) -> Result<(StatusCode, Json<HitReport>), ApiError> {
    check_length(&asked.terms)?;
    let chosen = dialect(Some(&asked.dialect))?;
    let list = asked.terms.clone();
    let terms = blocking(move || hit_report::read(&list, chosen).len()).await?;
    if terms == 0 {
        return Err(ApiError::unprocessable("no_terms", "the list holds no terms; write one a line"));
    }
    if terms > MAX_TERMS {
        let message = format!("a report takes at most {MAX_TERMS} terms; cut the list into several");
        return Err(ApiError::unprocessable("list_too_long", message));
    }
    if let Some(earlier) = asked.earlier {
        let earlier = member.app.store().hit_report(&member.slug, earlier).await?;
        if earlier.is_none_or(|earlier| earlier.counts.is_none()) {
            let message = "the earlier report is not there or not done; choose another";
            return Err(ApiError::unprocessable("no_such_report", message));
        }
    }
    let open = member.open().await?;
    let store = member.app.store();
    let writing = store.write().await?;
    if writing.has_hit_report_named(&member.slug, &asked.name).await? {
        return Err(ApiError::conflict("name_taken", "a hit report of that name is there already; choose another"));
    }
    let detail = serde_json::json!({
        "name": asked.name, "terms": terms, "dialect": asked.dialect, "scope": asked.scope, "earlier": asked.earlier,
    });
    let row = writing.add_hit_report(&member.slug, asked, member.user.id, moment(member.app.now())).await?;
    let number = row.number;
    writing.audit(member.audit(action, &number.to_string(), detail)).await?;
    writing.commit().await?;
    let counting = hit_reports::start(&member.app, open, &member.slug, row);
    // Not finished by then, it goes on by itself.
    let finished = tokio::time::timeout(PATIENCE, counting).await.is_ok();
    let status = if finished { StatusCode::CREATED } else { StatusCode::ACCEPTED };
    let row = found(member, number).await?;
    Ok((status, Json(shown::whole(row, &mut People::new(store)).await?)))
}

/// The name of the next run of a report: `Terms, run 2`, `Terms, run 3`.
async fn next_name<R: Needed>(member: &Member<R>, before: &str) -> Result<String, ApiError> {
    let is_number = |number: &str| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let base = before.rsplit_once(", run ").filter(|(_, number)| is_number(number)).map_or(before, |(base, _)| base);
    let taken: std::collections::BTreeSet<String> =
        member.app.store().hit_reports(&member.slug).await?.into_iter().map(|row| row.asked.name).collect();
    let mut run = 2_u64;
    loop {
        let wanted = format!("{base}, run {run}");
        if !taken.contains(&wanted) {
            return Ok(wanted);
        }
        run += 1;
    }
}
