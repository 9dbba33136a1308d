//! `/matters/{matter}/exceptions`: what went less than perfectly in processing, and what of it a lead lets stand.

#![expect(unused_qualifications, reason = "the description of parameters is written out by a macro")]

mod table;

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use redwell_indexer::matter_folder::ExceptionRow;
use redwell_model::Sha256;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::{IntoParams, ToSchema};

use super::search::page_size;
use super::{Body, ErrorBody, MatterPath, Parameters, People, bad_cursor, blocking};
use crate::auth::{Member, Needed, right};
use crate::error::ApiError;
use crate::file_response::{MadeHeaders, made};
use crate::matter::page::BadCursor;
use crate::review::acceptance;
use crate::store::{Acceptance, NewAcceptances, moment};

/// Which exceptions are wanted.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct ExceptionQuery {
    /// Of this kind only.
    #[param(nullable = false)]
    pub kind: Option<String>,
    /// Of this stage only.
    #[param(nullable = false)]
    pub stage: Option<String>,
    /// Of this custodian only.
    #[param(nullable = false)]
    pub custodian: Option<String>,
    /// Only accepted ones, or only those that are not.
    #[param(nullable = false)]
    pub accepted: Option<bool>,
    /// `next_cursor` of the page before.
    #[param(nullable = false)]
    pub cursor: Option<String>,
    /// Items on a page, 1 to 200; 50 unless given.
    #[param(nullable = false)]
    pub limit: Option<u32>,
}

/// An exception and the item it is on.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatterException {
    /// What it is known by: another one when anything about it changes.
    pub key: String,
    /// The item's path as collected.
    pub path: String,
    /// Whom it was collected from.
    pub custodian: String,
    /// The document, where the item became one.
    pub control_number: Option<String>,
    /// Where in processing.
    pub stage: String,
    /// Which kind, from the closed list.
    pub kind: String,
    /// Why, as a sentence; names the limit where one was reached.
    pub reason: String,
    /// The reader that reported it.
    pub tool: String,
    /// The page concerned, from 1.
    pub page: Option<u32>,
    /// Who lets it stand; absent when nobody does.
    pub accepted: Option<ExceptionAcceptance>,
}

/// Who lets an exception stand, and why.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ExceptionAcceptance {
    /// Who, by the name shown to others.
    pub by: String,
    /// When.
    pub at: String,
    /// Why.
    pub note: String,
}

/// How many exceptions there are by one of their values, most first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExceptionCount {
    /// The value.
    pub value: String,
    /// How many.
    pub count: u64,
}

/// How many exceptions the matter has, whatever is filtered.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct ExceptionCounts {
    /// All of them.
    pub all: u64,
    /// Those somebody lets stand.
    pub accepted: u64,
    /// By kind.
    pub kinds: Vec<ExceptionCount>,
    /// By stage.
    pub stages: Vec<ExceptionCount>,
    /// By custodian.
    pub custodians: Vec<ExceptionCount>,
}

/// A page of exceptions.
#[derive(Debug, Default, Serialize, ToSchema)]
pub struct ExceptionList {
    /// In the order of collection.
    pub items: Vec<MatterException>,
    /// How many the filter lets through.
    pub total: u64,
    /// How many there are by their values.
    pub counts: ExceptionCounts,
    /// Give this as `cursor` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_cursor: Option<String>,
}

/// A decision about exceptions.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptanceRequest {
    /// What they are known by.
    pub keys: Vec<String>,
    /// Whether they are let stand from now on.
    pub accepted: bool,
    /// Why.
    #[serde(default)]
    #[schema(required = false)]
    pub note: String,
    /// A name for this request; the same one is recorded once.
    pub request_id: String,
}

/// What became of a decision about exceptions.
#[derive(Debug, Serialize, ToSchema)]
pub struct AcceptanceAnswer {
    /// How many exceptions it was about.
    pub exceptions: u64,
}

/// Longest note, in characters.
const NOTE_CHARS: usize = 2_000;

/// Lists processing exceptions.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/exceptions", tag = "processing",
    operation_id = "list_exceptions", params(MatterPath, ExceptionQuery),
    responses((status = 200, body = ExceptionList), (status = 404, body = ErrorBody)))]
pub(crate) async fn list(
    member: Member<right::ReadDocuments>,
    Parameters(asked): Parameters<ExceptionQuery>,
) -> Result<Json<ExceptionList>, ApiError> {
    let limit = page_size(asked.limit)?;
    let skip = match &asked.cursor {
        Some(cursor) => usize::from_str_radix(cursor, 16).map_err(|_| bad_cursor(BadCursor))?,
        None => 0,
    };
    let (rows, accepted) = known(&member).await?;
    let counts = counts(&rows, &accepted);
    let wanted: Vec<_> = rows.into_iter().filter(|(key, row)| asked.wants(row, accepted.contains_key(key))).collect();
    let total = wanted.len();
    let next = skip.saturating_add(limit);
    let next_cursor = (next < total).then(|| format!("{next:x}"));
    let mut people = People::new(member.app.store());
    let mut items = Vec::with_capacity(limit.min(total));
    for (key, row) in wanted.into_iter().skip(skip).take(limit) {
        items.push(shown(key, row, &accepted, &mut people).await?);
    }
    Ok(Json(ExceptionList { items, total: total as u64, counts, next_cursor }))
}

/// Gives the exceptions as a CSV table for a spreadsheet.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/exceptions/export", tag = "processing",
    operation_id = "export_exceptions", params(MatterPath, ExceptionQuery),
    responses((status = 200, description = "a table", content_type = "text/csv"), (status = 404, body = ErrorBody)))]
pub(crate) async fn export(
    member: Member<right::ReadDocuments>,
    Parameters(asked): Parameters<ExceptionQuery>,
) -> Result<(MadeHeaders, String), ApiError> {
    let (rows, accepted) = known(&member).await?;
    let mut people = People::new(member.app.store());
    let mut table = table::Table::new();
    for (key, row) in rows.into_iter().filter(|(key, row)| asked.wants(row, accepted.contains_key(key))) {
        table.add(&shown(key, row, &accepted, &mut people).await?);
    }
    Ok((made("text/csv; charset=utf-8", &format!("{}-exceptions.csv", member.slug)), table.into_text()))
}

/// Lets exceptions stand, or not any more. Append-only, like every decision.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/exceptions/acceptance", tag = "processing",
    operation_id = "accept_exceptions", params(MatterPath), request_body = AcceptanceRequest,
    responses((status = 200, body = AcceptanceAnswer), (status = 403, body = ErrorBody),
              (status = 409, description = "`exceptions_changed`", body = ErrorBody),
              (status = 422, description = "`bad_note` or `nothing_chosen`", body = ErrorBody)))]
pub(crate) async fn accept(
    member: Member<right::ManageProcessing>,
    Body(asked): Body<AcceptanceRequest>,
) -> Result<Json<AcceptanceAnswer>, ApiError> {
    let note = asked.note.trim();
    if note.chars().count() > NOTE_CHARS {
        return Err(ApiError::unprocessable("bad_note", "a note has at most 2000 characters"));
    }
    let keys: BTreeSet<String> = asked.keys.into_iter().collect();
    if keys.is_empty() {
        return Err(ApiError::unprocessable("nothing_chosen", "choose exceptions first"));
    }
    let (rows, _) = known(&member).await?;
    let there: BTreeSet<&String> = rows.iter().map(|(key, _)| key).collect();
    if !keys.iter().all(|key| there.contains(key)) {
        let why = "some of these exceptions changed meanwhile; look at them again";
        return Err(ApiError::conflict("exceptions_changed", why));
    }
    let keys: Vec<String> = keys.into_iter().collect();
    let writing = member.app.store().write().await?;
    let new = NewAcceptances {
        matter: &member.slug,
        keys: &keys,
        is_accepted: asked.accepted,
        note,
        user_id: member.user.id,
        at: moment(member.app.now()),
        request_id: &asked.request_id,
    };
    if writing.add_acceptances(new).await? {
        let action = if asked.accepted { "exception.accept" } else { "exception.unaccept" };
        // The digest of what was decided, so that the rows cannot be altered without a trace.
        let decided = Sha256::of(format!("{}\n{note}", keys.join("\n")).as_bytes()).to_string();
        let subject = if keys.len() == 1 { keys[0].as_str() } else { "" };
        let detail = json!({ "exceptions": keys.len(), "sha256": decided });
        writing.audit(member.audit(action, subject, detail)).await?;
    }
    writing.commit().await?;
    Ok(Json(AcceptanceAnswer { exceptions: keys.len() as u64 }))
}

type Known = (Vec<(String, ExceptionRow)>, BTreeMap<String, Acceptance>);

/// Every exception of the matter by its key, and which of them are accepted.
async fn known<R: Needed>(member: &Member<R>) -> Result<Known, ApiError> {
    let Some(open) = member.open_if_any().await? else { return Ok((Vec::new(), BTreeMap::new())) };
    let accepted = acceptance::current(member.app.store().acceptances(&member.slug).await?);
    let read = move || {
        let rows = open.folder().exceptions(None)?;
        Ok::<_, ApiError>(rows.into_iter().map(|row| (acceptance::key(&row), row)).collect())
    };
    Ok((blocking(read).await??, accepted))
}

fn counts(rows: &[(String, ExceptionRow)], accepted: &BTreeMap<String, Acceptance>) -> ExceptionCounts {
    let by = |value: fn(&ExceptionRow) -> &str| {
        let mut counted = BTreeMap::<&str, u64>::new();
        for (_, row) in rows {
            *counted.entry(value(row)).or_default() += 1;
        }
        let all = counted.into_iter().map(|(value, count)| ExceptionCount { value: value.to_owned(), count });
        let mut all: Vec<_> = all.collect();
        all.sort_by_key(|one| std::cmp::Reverse(one.count));
        all
    };
    ExceptionCounts {
        all: rows.len() as u64,
        accepted: rows.iter().filter(|(key, _)| accepted.contains_key(key)).count() as u64,
        kinds: by(|row| row.exception.kind.as_str()),
        stages: by(|row| row.exception.stage.as_str()),
        custodians: by(|row| &row.custodian),
    }
}

impl ExceptionQuery {
    fn wants(&self, row: &ExceptionRow, is_accepted: bool) -> bool {
        let is = |wanted: &Option<String>, value: &str| wanted.as_deref().is_none_or(|wanted| wanted == value);
        is(&self.kind, row.exception.kind.as_str())
            && is(&self.stage, row.exception.stage.as_str())
            && is(&self.custodian, &row.custodian)
            && self.accepted.is_none_or(|wanted| wanted == is_accepted)
    }
}

async fn shown(
    key: String,
    row: ExceptionRow,
    accepted: &BTreeMap<String, Acceptance>,
    people: &mut People<'_>,
) -> Result<MatterException, ApiError> {
    let accepted = match accepted.get(&key) {
        Some(Acceptance { user_id, at, note, .. }) => {
            let (_, by) = people.names(*user_id).await?;
            Some(ExceptionAcceptance { by, at: at.clone(), note: note.clone() })
        }
        None => None,
    };
    let exception = row.exception;
    Ok(MatterException {
        key,
        path: row.path,
        custodian: row.custodian,
        control_number: row.control_number.map(|number| number.to_string()),
        stage: exception.stage.as_str().to_owned(),
        kind: exception.kind.as_str().to_owned(),
        reason: exception.reason,
        tool: exception.tool,
        page: exception.page,
        accepted,
    })
}
