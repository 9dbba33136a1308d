//! `/matters/{matter}/query/completions`: what can stand where a query is being written.

use axum::Json;
use redwell_search::Dialect;
use redwell_search::complete::{Wanted, place};
use redwell_search::parse::MAX_CODE_POINTS;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::search::dialect;
use super::{Body, ErrorBody, MatterPath, blocking};
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::matter::complete::{self, Item, ItemKind, Known, Named};
use crate::store::{ReportState, StoreError};

/// A query being written.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CompletionRequest {
    /// The query as far as it is written.
    pub text: String,
    /// Where the caret stands, in code points.
    pub position: u32,
    /// How it is read; `redwell` unless given.
    #[schema(nullable = false)]
    pub dialect: Option<String>,
}

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CompletionKind {
    /// A word of the matter.
    Word,
    /// The name of a field.
    Field,
    /// An operator.
    Operator,
    /// A function, or a fixed word.
    Function,
    /// A value of a field.
    Value,
    /// A concept of a taxonomy.
    Concept,
    /// A person on the matter.
    Reviewer,
    /// A saved search.
    SavedSearch,
    /// A list of documents.
    List,
    /// A hit report.
    HitReport,
    /// A batch set, or one of its batches.
    Batch,
}

/// Something that can be put into the query.
#[derive(Debug, Serialize, ToSchema)]
pub struct Completion {
    /// What is put in.
    pub insert: String,
    /// What it is called.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// More about it; may be empty.
    pub detail: String,
    /// Documents it finds, where that is known: exact.
    pub count: Option<u64>,
}

/// What can stand at the caret.
#[derive(Debug, Serialize, ToSchema)]
pub struct Completions {
    /// Where the stretch it replaces begins, in code points.
    pub start: u32,
    /// Where that ends.
    pub end: u32,
    /// What can stand there, the likeliest first.
    pub items: Vec<Completion>,
}

/// Offers what can stand where a query is being written.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/query/completions", tag = "search",
    operation_id = "complete_query", params(MatterPath), request_body = CompletionRequest,
    responses((status = 200, body = Completions), (status = 404, body = ErrorBody)))]
pub(crate) async fn complete(
    member: Member<right::ReadDocuments>,
    Body(asked): Body<CompletionRequest>,
) -> Result<Json<Completions>, ApiError> {
    let dialect = dialect(asked.dialect.as_deref())?;
    if asked.text.chars().nth(MAX_CODE_POINTS).is_some() {
        return Ok(Json(Completions { start: asked.position, end: asked.position, items: Vec::new() }));
    }
    let names = names(&member, dialect, &asked).await?;
    let (open, store) = (member.open().await?, member.app.store());
    let (review, vocabulary) = (open.review(store).await?, open.vocabulary(store).await?);
    let found = blocking(move || {
        let facts = open.facts()?;
        let known =
            Known { open: &open, facts: &facts, review: &review, vocabulary: &vocabulary, names: names.as_slice() };
        Ok::<_, ApiError>(complete::items(dialect, &asked.text, asked.position, known))
    });
    let (place, items) = found.await??;
    Ok(Json(Completions {
        start: place.start,
        end: place.end,
        items: items.into_iter().map(Completion::from).collect(),
    }))
}

/// The names people gave, of the kind the query is about to name one of.
async fn names(
    member: &Member<right::ReadDocuments>,
    dialect: Dialect,
    asked: &CompletionRequest,
) -> Result<Vec<Named>, StoreError> {
    let (store, matter) = (member.app.store(), &member.slug);
    let Wanted::Value(name) = place(dialect, &asked.text, asked.position).wanted else { return Ok(Vec::new()) };
    Ok(match name.as_str() {
        "coded.by" => {
            let members = store.members(matter).await?;
            members.into_iter().map(|one| (one.name, one.display_name, None)).collect()
        }
        "saved" => {
            let mut searches = store.saved_searches(matter, member.user.id).await?;
            // One's own goes before a shared one of the same name.
            searches.sort_by_key(|search| search.owner != member.user.id);
            let mut found: Vec<Named> = Vec::new();
            for search in searches {
                let content = search.content;
                if !found.iter().any(|(name, ..)| *name == content.name) {
                    found.push((content.name, content.canonical, None));
                }
            }
            found
        }
        "list" => {
            let lists = store.document_lists(matter).await?;
            lists.into_iter().map(|list| (list.name, String::new(), Some(list.documents.len()))).collect()
        }
        "report" => {
            let reports = store.hit_reports(matter).await?.into_iter();
            let ready = reports.filter(|report| report.state == ReportState::Ready);
            ready.map(|report| (report.asked.name, String::new(), None)).collect()
        }
        _ => Vec::new(),
    })
}

impl From<Item> for Completion {
    fn from(item: Item) -> Self {
        let kind = match item.kind {
            ItemKind::Word => CompletionKind::Word,
            ItemKind::Field => CompletionKind::Field,
            ItemKind::Operator => CompletionKind::Operator,
            ItemKind::Function => CompletionKind::Function,
            ItemKind::Value => CompletionKind::Value,
            ItemKind::Concept => CompletionKind::Concept,
            ItemKind::Reviewer => CompletionKind::Reviewer,
            ItemKind::SavedSearch => CompletionKind::SavedSearch,
            ItemKind::List => CompletionKind::List,
            ItemKind::HitReport => CompletionKind::HitReport,
            ItemKind::Batch => CompletionKind::Batch,
        };
        Self { insert: item.insert, label: item.label, kind, detail: item.detail, count: item.count }
    }
}
