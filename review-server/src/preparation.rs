//! Prepares deliverables: takes the snapshot, has the package made, records what came of it.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use jiff::Timestamp;
use redwell_model::{MatterSlug, Ordinal};
use redwell_search::engine::DocumentSet;

use crate::api::events::DeliverableChange;
use crate::app::App;
use crate::deliver::{self, Annotator, Package, Snapshot, SnapshotAnnotation, SnapshotDocument};
use crate::hub::Event;
use crate::matter::OpenMatter;
use crate::matter::find::{self, Known, Question};
use crate::matter::kept::Kept;
use crate::review::annotation::{self, Current};
use crate::review::coding;
use crate::review::time_zone::MatterZone;
use crate::store::{AuditRow, DeliverableRow, Finished, Store, moment};

/// What a deliverable is asked to be.
#[derive(Debug, Clone)]
pub struct Order {
    /// Its title.
    pub title: String,
    /// Which documents go in.
    pub query: String,
    /// Who asked, by their name for people.
    pub prepared_by: String,
    /// When.
    pub at: Timestamp,
}

/// Starts to prepare a deliverable. What comes of it is found in the review database, and told to open browsers.
pub fn start(app: &App, open: Arc<OpenMatter>, slug: &MatterSlug, row: DeliverableRow, prepared_by: String) {
    let (app, slug) = (app.clone(), slug.clone());
    tokio::spawn(async move {
        let number = row.number;
        let made = make(&app, open, &slug, row, prepared_by).await;
        if let Err(error) = record(&app, &slug, number, made).await {
            let error = format!("{error:#}");
            tracing::error!(matter.id = %slug, deliverable = number, error, "a deliverable's end was not recorded");
        }
    });
}

async fn make(
    app: &App,
    open: Arc<OpenMatter>,
    slug: &MatterSlug,
    row: DeliverableRow,
    prepared_by: String,
) -> anyhow::Result<Finished> {
    let at = row.created_at.parse().context("reading when the deliverable was asked for")?;
    let order = Order { title: row.title, query: row.query, prepared_by, at };
    let snapshot = snapshot(app.store(), open, slug, order).await?;
    let file_name = format!("{slug}-findings-{:04}.zip", row.number);
    let out = app.deliverables_folder(slug).join(&file_name);
    let annotator = app.config().annotator.clone();
    let made = tokio::task::spawn_blocking(move || package(&snapshot, &out, &annotator)).await??;
    Ok(Finished {
        file_name,
        size_bytes: made.size_bytes,
        sha256: made.sha256.to_string(),
        documents: made.documents,
        annotations: made.annotations,
        files: made.files,
    })
}

/// Has the package made from a snapshot. Takes its time; call it off the async threads.
///
/// # Errors
/// When a native cannot be read or the package cannot be written.
pub fn package(snapshot: &Snapshot, out: &Path, annotator: &Annotator) -> anyhow::Result<Package> {
    Ok(deliver::prepare(snapshot, out, annotator, &mut |_| {})?)
}

/// Takes the snapshot a deliverable is made from.
///
/// # Errors
/// When the query is none, or matter folder or review database cannot be read.
pub async fn snapshot(
    store: &Store,
    open: Arc<OpenMatter>,
    slug: &MatterSlug,
    order: Order,
) -> anyhow::Result<Snapshot> {
    let named = store.matter(slug).await?;
    let (review, vocabulary) = (open.review(store).await?, open.vocabulary(store).await?);
    let taxonomies = vocabulary.taxonomies().iter().map(|row| row.taxonomy.clone()).collect();
    let question = Question { query: order.query.clone(), ..Question::default() };
    // What goes to a client rests on what everybody on the matter sees.
    let kept = Kept::named_in(store, slug, None, (question.dialect, &question.query)).await?;
    let matching = {
        let open = Arc::clone(&open);
        let found = move || -> anyhow::Result<(String, DocumentSet)> {
            let facts = open.facts()?;
            let known = Known { facts: &facts, review: &review, vocabulary: &vocabulary, kept: &kept };
            let understood = find::understand(&question, known, &open)?;
            let documents = open.engine().documents(&understood.query, understood.within.as_ref())?;
            Ok((understood.canonical, documents))
        };
        tokio::task::spawn_blocking(found)
    };
    let (canonical, matching) = matching.await??;
    let (matter_name, client, time_zone) = named.map_or_else(
        || (slug.to_string(), String::new(), MatterZone::default()),
        |row| (row.name, row.client, row.time_zone),
    );
    let mut documents = Vec::new();
    for ordinal in &matching {
        documents.extend(document(store, &open, (slug, &time_zone), ordinal).await?);
    }
    Ok(Snapshot {
        matter_name,
        matter_slug: slug.clone(),
        client,
        title: order.title,
        query: order.query,
        canonical,
        created_at: order.at,
        time_zone,
        prepared_by: order.prepared_by,
        documents,
        taxonomies,
    })
}

async fn document(
    store: &Store,
    open: &Arc<OpenMatter>,
    (slug, zone): (&MatterSlug, &MatterZone),
    ordinal: Ordinal,
) -> anyhow::Result<Option<SnapshotDocument>> {
    let folder = Arc::clone(open);
    let read = tokio::task::spawn_blocking(move || folder.folder().documents(&[ordinal]));
    let Some(row) = read.await??.into_iter().next() else { return Ok(None) };
    let mut annotations = Vec::new();
    for current in annotation::current(store.annotation_events_on(slug, ordinal).await?) {
        if !current.is_deleted() {
            annotations.push(snapshot_annotation(store, current).await?);
        }
    }
    let coding = coding::current(store.decisions_on(slug, ordinal).await?);
    Ok(Some(SnapshotDocument {
        native: open.folder().native_path(&row.digests.sha256),
        control_number: row.control_number,
        title: row.title,
        file_name: row.file_name,
        path: row.path,
        custodian: row.custodian,
        format: row.format,
        date: row.metadata.when().map(|when| zone.day(when).to_string()),
        sha256: row.digests.sha256,
        page_count: row.metadata.page_count,
        annotations,
        coding: coding.into_iter().map(|decision| decision.concept).collect(),
    }))
}

async fn snapshot_annotation(store: &Store, current: Current) -> anyhow::Result<SnapshotAnnotation> {
    let Current { newest, author, created_at } = current;
    let author = store.user(author).await?.map(|user| user.display_name).unwrap_or_default();
    Ok(SnapshotAnnotation {
        id: newest.annotation.to_string(),
        page: newest.anchor.quads.first().map(|quads| quads.page),
        quote: newest.anchor.quote,
        pages: newest.anchor.quads,
        concepts: newest.concepts,
        note: newest.note,
        author,
        created_at: created_at.parse().context("reading when an annotation was made")?,
        changed_at: newest.at.parse().context("reading when an annotation was changed")?,
        range: newest.anchor.range,
    })
}

async fn record(app: &App, slug: &MatterSlug, number: i64, made: anyhow::Result<Finished>) -> anyhow::Result<()> {
    let writing = app.store().write().await?;
    let subject = number.to_string();
    let at = moment(app.now());
    let (row, action, detail) = match made {
        Ok(finished) => {
            let detail = serde_json::json!({ "sha256": finished.sha256 });
            (writing.finish_deliverable(slug, number, finished).await?, "deliverable.ready", detail)
        }
        Err(error) => {
            let why = error.to_string();
            let error = format!("{error:#}");
            tracing::warn!(matter.id = %slug, deliverable = number, error, "a deliverable could not be prepared");
            (writing.fail_deliverable(slug, number, why).await?, "deliverable.fail", serde_json::json!({}))
        }
    };
    writing.audit(AuditRow { at, actor: "-", matter: slug.as_str(), action, subject: &subject, detail }).await?;
    writing.commit().await?;
    let change = DeliverableChange { id: number, state: row.state.into() };
    app.hub().tell(slug, Event::Deliverable(change));
    Ok(())
}
