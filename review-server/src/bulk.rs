//! Carries out bulk actions: a chunk of documents in one transaction, then the next, until the end or the end of the
//! server; what was begun goes on when it is started again.
//!
//! The decisions of a chunk and how far the action came are committed together, and each document's decisions go by a
//! name of their own, so that nothing is decided twice and nothing is left out.

use std::collections::BTreeMap;
use std::sync::Arc;

use redwell_model::{MatterSlug, Ordinal};
use tokio::task::JoinHandle;

use crate::api::events::BulkChange;
use crate::app::App;
use crate::error::ApiError;
use crate::hub::Event;
use crate::matter::OpenMatter;
use crate::review::bulk::{effective, taken_back};
use crate::store::{AuditRow, BulkAction, BulkOrder, Decision, NewDecisions, Writing, bulk_request, moment};

/// Documents decided on in one transaction.
pub const CHUNK: usize = 500;

/// Starts to carry out a bulk action, or goes on with it.
pub fn start(app: &App, slug: &MatterSlug, number: i64) -> JoinHandle<()> {
    let (app, slug) = (app.clone(), slug.clone());
    tokio::spawn(async move {
        loop {
            match chunk(&app, &slug, number, CHUNK).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    let error = format!("{:#}", anyhow::Error::from(error));
                    tracing::error!(matter.id = %slug, bulk = number, error, "a bulk action stopped; restart goes on with it");
                    return;
                }
            }
        }
    })
}

/// Goes on with what a server that ended left in the middle.
///
/// # Errors
/// When the review database fails.
pub async fn resume(app: &App) -> anyhow::Result<Vec<JoinHandle<()>>> {
    let running = app.store().running_bulk_actions().await?;
    Ok(running.iter().map(|(slug, number)| start(app, slug, *number)).collect())
}

/// Carries out the next chunk of an action, of so many documents; `false` when there is no more to do.
///
/// # Errors
/// When the review database fails; nothing of the chunk was written then.
pub async fn chunk(app: &App, slug: &MatterSlug, number: i64, size: usize) -> Result<bool, ApiError> {
    let open = app.matter(slug).await?;
    let writing = app.store().write().await?;
    let action = writing.bulk_action(slug, number).await?.filter(|action| action.is_running);
    let Some(action) = action else { return Ok(false) };
    let after = action.progress.position;
    let ordinals: Vec<Ordinal> = action.documents.iter().filter(|ordinal| *ordinal > after).take(size).collect();
    let decided = decided(app, &open, slug, &action, &ordinals).await?;
    let state = open.review(app.store()).await?;
    let stages = state.batches().stages_of(action.user_id);
    let mut progress = action.progress;
    let at = moment(app.now());
    for (ordinal, decided) in decided {
        progress.position = ordinal;
        progress.done += 1;
        if decided.is_empty() {
            progress.kept += 1;
            continue;
        }
        let request_id = bulk_request(number, ordinal);
        let new = NewDecisions {
            matter: slug,
            ordinal,
            decided,
            user_id: action.user_id,
            at: at.clone(),
            request_id: &request_id,
            stage: stages.on(ordinal),
        };
        writing.add_decisions(new).await?;
        progress.changed += 1;
    }
    let is_running = progress.done < action.documents.len();
    writing.advance_bulk_action(slug, number, progress, is_running).await?;
    if !is_running {
        ended(app, &writing, slug, &BulkAction { progress, ..action.clone() }).await?;
    }
    writing.commit().await?;
    let change = BulkChange { id: number, done: progress.done, documents: action.documents.len(), is_running };
    app.hub().tell(slug, Event::Bulk(change));
    Ok(is_running)
}

/// What the action decides on each of these documents, in their order. Nobody else writes meanwhile.
async fn decided(
    app: &App,
    open: &Arc<OpenMatter>,
    slug: &MatterSlug,
    action: &BulkAction,
    ordinals: &[Ordinal],
) -> Result<Vec<(Ordinal, Vec<(String, bool)>)>, ApiError> {
    match &action.order {
        BulkOrder::Code { set, clear } => {
            let state = open.review(app.store()).await?;
            Ok(ordinals.iter().map(|ordinal| (*ordinal, effective(&state, *ordinal, set, clear))).collect())
        }
        BulkOrder::Undo(other) => {
            let mut on: BTreeMap<Ordinal, Vec<(Decision, bool)>> = BTreeMap::new();
            for (decision, request_id) in app.store().decisions_on_many(slug, ordinals).await? {
                let is_own = request_id == bulk_request(*other, decision.ordinal);
                on.entry(decision.ordinal).or_default().push((decision, is_own));
            }
            let taken = |ordinal: &Ordinal| on.get(ordinal).map(|all| taken_back(all)).unwrap_or_default();
            Ok(ordinals.iter().map(|ordinal| (*ordinal, taken(ordinal))).collect())
        }
    }
}

async fn ended(app: &App, writing: &Writing<'_>, slug: &MatterSlug, action: &BulkAction) -> Result<(), ApiError> {
    let (at, subject) = (moment(app.now()), action.number.to_string());
    let detail = serde_json::json!({ "changed": action.progress.changed, "kept": action.progress.kept });
    let matter = slug.as_str();
    writing.audit(AuditRow { at, actor: "-", matter, action: "bulk.end", subject: &subject, detail }).await?;
    Ok(())
}
