//! `/matters/{matter}/search`: one page of the documents that match.

use axum::Json;
use redwell_search::engine::Sort;
use redwell_search::{Dialect, Warning, WarningKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Body, ErrorBody, MatterPath, blocking};
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::matter::find::{self, Known, Question};
use crate::matter::kept::Kept;
use crate::matter::page::{self, Found, Wanted};
use crate::store::NewSearch;

/// Values a document must have: any of those listed in a field, in every field that lists some.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Filters {
    /// Collected from any of these.
    pub custodian: Vec<String>,
    /// Of any of these kinds of file.
    pub r#type: Vec<String>,
    /// Dated in any of these years.
    pub year: Vec<String>,
    /// In any of these languages.
    pub language: Vec<String>,
    /// Coded with any of these concepts, or a narrower one.
    pub concept: Vec<String>,
    /// Without any concept (`true`), or with one (`false`).
    #[schema(nullable = false)]
    pub uncoded: Option<bool>,
    /// With an annotation (`true`), or without (`false`).
    #[schema(nullable = false)]
    pub annotated: Option<bool>,
}

/// In which order hits are given.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SortName {
    /// Best match first.
    #[default]
    Relevance,
    /// Control-number order.
    ControlNumber,
    /// Oldest first.
    DateAscending,
    /// Newest first.
    DateDescending,
}

/// A search.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchRequest {
    /// The query as typed; empty finds every document.
    #[serde(default)]
    pub query: String,
    /// How the query is read; `redwell` unless given.
    #[schema(nullable = false)]
    pub dialect: Option<String>,
    /// Values documents must have besides.
    #[serde(default)]
    #[schema(required = false)]
    pub filters: Filters,
    /// In which order.
    #[serde(default)]
    #[schema(required = false)]
    pub sort: SortName,
    /// `next_cursor` of the page before.
    #[schema(nullable = false)]
    pub cursor: Option<String>,
    /// Hits on a page, 1 to 200; 50 unless given.
    #[schema(nullable = false)]
    pub limit: Option<u32>,
}

/// How much a warning matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WarningName {
    /// Worth knowing.
    Note,
    /// The query could have been read in another way.
    Ambiguous,
    /// It means nearly, but not exactly, what it means in the program it comes from.
    Approximate,
}

/// Something about the query the searcher should know.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueryWarning {
    /// How much it matters: `note`, `ambiguous` or `approximate`.
    pub kind: WarningName,
    /// What, as a sentence.
    pub message: String,
    /// Where it begins in the query, in code points.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
}

/// A piece of a document's text around hits.
#[derive(Debug, Serialize, ToSchema)]
pub struct Snippet {
    /// The piece.
    pub text: String,
    /// Where the hits are in it: `[start, end)` in code points of the piece.
    pub highlights: Vec<[u32; 2]>,
}

/// One document found.
#[derive(Debug, Serialize, ToSchema)]
pub struct Hit {
    /// Its control number.
    pub control_number: String,
    /// The numeric part of it.
    pub ordinal: u32,
    /// What people call it.
    pub title: String,
    /// Its path as collected.
    pub path: String,
    /// Whom it was first collected from.
    pub custodian: String,
    /// What kind of file it is.
    pub r#type: String,
    /// The same, for people.
    pub type_label: String,
    /// The moment it is sorted and found by.
    pub date: Option<String>,
    /// The language of its text.
    pub language: Option<String>,
    /// How well it matches; 0 for queries without words.
    pub score: f32,
    /// Pieces of its text around hits.
    pub snippets: Vec<Snippet>,
    /// IRIs of the concepts recorded on it.
    pub concepts: Vec<String>,
    /// How many annotations it has.
    pub annotations: u32,
    /// How many processing exceptions it has.
    pub exceptions: u32,
    /// How many documents its family has, itself among them.
    pub family_size: u32,
    /// Whether another document holds it.
    pub is_attachment: bool,
}

/// One page of the documents that match.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchResult {
    /// Documents that match in all: exact.
    pub total: u64,
    /// The query as understood, in its canonical form.
    pub canonical: String,
    /// What the searcher should know.
    pub warnings: Vec<QueryWarning>,
    /// The documents of this page.
    pub hits: Vec<Hit>,
    /// Give this as `cursor` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_cursor: Option<String>,
}

/// Finds documents.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/search", tag = "search", operation_id = "search",
    params(MatterPath), request_body = SearchRequest,
    responses((status = 200, body = SearchResult),
              (status = 422, description = "`bad_query`, with `position`", body = ErrorBody)))]
pub(crate) async fn search(
    member: Member<right::ReadDocuments>,
    Body(request): Body<SearchRequest>,
) -> Result<Json<SearchResult>, ApiError> {
    let limit = page_size(request.limit)?;
    let after = request.cursor.as_deref().map(page::cursor_from_text).transpose().map_err(super::bad_cursor)?;
    let wanted = Wanted { sort: vec![request.sort.into()], after, limit };
    let question = Question {
        query: request.query,
        dialect: dialect(request.dialect.as_deref())?,
        filters: request.filters.into(),
    };
    let written = (wanted.after.is_none()).then(|| (question.query.clone(), question.dialect));
    let (open, store) = (member.open().await?, member.app.store());
    let (review, vocabulary) = (open.review(store).await?, open.vocabulary(store).await?);
    let asked = (question.dialect, question.query.as_str());
    let kept = Kept::named_in(store, &member.slug, Some(member.user.id), asked).await?;
    let result = blocking(move || {
        let facts = open.facts()?;
        let known = Known { facts: &facts, review: &review, vocabulary: &vocabulary, kept: &kept };
        let understood = find::understand(&question, known, &open)?;
        let page = page::find(&open, &facts, &understood, &wanted)?;
        let hits = page.found.into_iter().map(|found| {
            let (concepts, annotations) =
                (review.concepts_on(found.row.ordinal), review.annotations_on(found.row.ordinal));
            hit(found, concepts, annotations)
        });
        Ok::<_, ApiError>(SearchResult {
            total: page.total,
            canonical: understood.canonical,
            warnings: understood.warnings.into_iter().map(QueryWarning::from).collect(),
            hits: hits.collect(),
            next_cursor: page.next.as_ref().map(page::cursor_to_text),
        })
    });
    let result = result.await??;
    if let Some((query, dialect)) = written {
        let new =
            NewSearch { query: &query, dialect: dialect.as_str(), canonical: &result.canonical, total: result.total };
        super::search_history::remember(&member, new).await?;
    }
    Ok(Json(result))
}

/// How many items a page is to have.
pub(super) fn page_size(limit: Option<u32>) -> Result<usize, ApiError> {
    match limit {
        None => Ok(50),
        Some(limit @ 1..=200) => Ok(limit as usize),
        Some(_) => Err(ApiError::BadRequest { message: "`limit` is between 1 and 200".into() }),
    }
}

/// The dialect with this name; the usual one without a name.
pub(super) fn dialect(name: Option<&str>) -> Result<Dialect, ApiError> {
    let Some(name) = name else { return Ok(Dialect::default()) };
    let known = Dialect::ALL.into_iter().find(|dialect| dialect.as_str() == name);
    known.ok_or_else(|| ApiError::BadRequest { message: "that dialect of queries is not known; leave it out".into() })
}

fn hit(found: Found, concepts: Vec<String>, annotations: u32) -> Hit {
    let Found { row, score, family_size, snippets } = found;
    Hit {
        control_number: row.control_number.to_string(),
        ordinal: row.ordinal,
        title: row.title,
        path: row.path,
        custodian: row.custodian,
        r#type: row.format.as_str().to_owned(),
        type_label: row.format.label().to_owned(),
        date: row.date.map(|date| date.to_string()),
        language: row.language,
        score,
        snippets: snippets.into_iter().map(Snippet::from).collect(),
        concepts,
        annotations,
        exceptions: row.exception_count,
        family_size,
        is_attachment: row.parent.is_some(),
    }
}

impl From<redwell_search::snippets::Snippet> for Snippet {
    fn from(snippet: redwell_search::snippets::Snippet) -> Self {
        let highlights = snippet.highlights.iter().map(|range| [range.start, range.end]).collect();
        Self { text: snippet.text, highlights }
    }
}

impl From<Warning> for QueryWarning {
    fn from(warning: Warning) -> Self {
        let kind = match warning.kind {
            WarningKind::Note => WarningName::Note,
            WarningKind::Ambiguous => WarningName::Ambiguous,
            WarningKind::Approximate => WarningName::Approximate,
        };
        Self { kind, message: warning.message, start: warning.start, end: warning.end }
    }
}

impl SortName {
    const ALL: [Self; 4] = [Self::Relevance, Self::ControlNumber, Self::DateAscending, Self::DateDescending];

    /// Its name, as in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::ControlNumber => "control_number",
            Self::DateAscending => "date_ascending",
            Self::DateDescending => "date_descending",
        }
    }

    /// The order of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|sort| sort.as_str() == name)
    }
}

impl From<SortName> for Sort {
    fn from(sort: SortName) -> Self {
        match sort {
            SortName::Relevance => Self::Relevance,
            SortName::ControlNumber => Self::ControlNumber,
            SortName::DateAscending => Self::DateAscending,
            SortName::DateDescending => Self::DateDescending,
        }
    }
}

impl From<Filters> for find::Filters {
    fn from(filters: Filters) -> Self {
        let Filters { custodian, r#type, year, language, concept, uncoded, annotated } = filters;
        Self { custodian, kind: r#type, year, language, concept, uncoded, annotated }
    }
}
