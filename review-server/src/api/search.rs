//! `/matters/{matter}/search`: one page of the documents that match.

use axum::Json;
use redwell_search::engine::Sort;
use redwell_search::{Dialect, Warning, WarningKind};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked::{Asked, QuestionBody};
use super::filters::Filters;
use super::{Body, ErrorBody, MatterPath};
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::matter::OpenMatter;
use crate::matter::page::{self, Found, Start, Wanted};
use crate::store::NewSearch;

/// Most rows numbered at once.
const MOST_ROWS: u64 = 1_000_000;
/// Most keys of an order.
const MOST_SORTS: usize = 4;

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
    /// By whom they were collected from.
    Custodian,
    /// Families together.
    Family,
    /// Conversations together.
    Thread,
    /// Smallest original first.
    SizeAscending,
    /// Largest original first.
    SizeDescending,
    /// Most passages first.
    Hits,
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
    /// Values documents must, or must not, have besides.
    #[serde(default)]
    #[schema(required = false)]
    pub filters: Filters,
    /// In which order: the first decides, the next where it leaves a tie; at most four. By relevance when empty.
    #[serde(default)]
    #[schema(required = false)]
    pub sort: Vec<SortName>,
    /// `next_cursor` of the page before.
    #[schema(nullable = false)]
    pub cursor: Option<String>,
    /// The row to begin at, from 0, instead of a cursor: any row of the result can be asked for.
    #[schema(nullable = false)]
    pub offset: Option<u64>,
    /// `order` of an answer before: the rows are those of that order, whatever people coded since.
    #[schema(nullable = false)]
    pub order: Option<String>,
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
    /// The name of its file.
    pub file_name: String,
    /// Whom it was first collected from.
    pub custodian: String,
    /// Whom a mail is from.
    pub from: Vec<String>,
    /// Whom it was sent to.
    pub to: Vec<String>,
    /// The authors the file names.
    pub authors: Vec<String>,
    /// Size of the original in bytes.
    pub size_bytes: u64,
    /// Pages, where it has pages.
    pub pages: Option<u32>,
    /// What kind of file it is.
    pub r#type: String,
    /// The same, for people.
    pub type_label: String,
    /// When it is from: a moment, or a day where the file states no time.
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
    /// Passages of it that the query marks.
    pub hits: u32,
    /// The control number of the first document of its family; its own when it has none.
    pub family: String,
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
    /// Give this as `cursor` for the next page; absent on the last, and when rows were asked for by number.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_cursor: Option<String>,
    /// What the order of the result goes by, where the whole of it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub order: Option<String>,
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
    let SearchRequest { query, dialect, filters, sort, cursor, offset, order: name, limit } = request;
    let start = start(cursor.as_deref(), offset, name)?;
    let wanted = Wanted { sort: order(&sort)?, start, limit: page_size(limit)? };
    let is_first = matches!(wanted.start, Start::After(None));
    let asked = Asked::by(&member, QuestionBody { query, dialect, filters }).await?;
    let written = is_first.then(|| (asked.question.query.clone(), asked.question.dialect));
    let result = asked.answer(move |open, known, understood| {
        let page = page::find(open, known.facts, &understood, &wanted)?;
        let hits = page.found.into_iter().map(|found| {
            let ordinal = found.row.ordinal;
            hit(open, found, known.review.concepts_on(ordinal), known.review.annotations_on(ordinal))
        });
        Ok(SearchResult {
            total: page.total,
            canonical: understood.canonical,
            warnings: understood.warnings.into_iter().map(QueryWarning::from).collect(),
            hits: hits.collect(),
            next_cursor: page.next.as_ref().map(page::cursor_to_text),
            order: page.order,
        })
    });
    let result = result.await?;
    if let Some((query, dialect)) = written {
        let new =
            NewSearch { query: &query, dialect: dialect.as_str(), canonical: &result.canonical, total: result.total };
        super::search_history::remember(&member, new).await?;
    }
    Ok(Json(result))
}

/// The documents a search finds, by number.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchOrder {
    /// Documents that match in all: exact.
    pub total: u64,
    /// The numeric parts of the control numbers of the rows asked for, in order.
    pub ordinals: Vec<u32>,
    /// What this order goes by.
    pub order: String,
}

/// Which rows of a search are asked for.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchOrderRequest {
    /// The query as typed; empty finds every document.
    #[serde(default)]
    pub query: String,
    /// How the query is read; `redwell` unless given.
    #[schema(nullable = false)]
    pub dialect: Option<String>,
    /// Values documents must, or must not, have besides.
    #[serde(default)]
    #[schema(required = false)]
    pub filters: Filters,
    /// In which order, as for a search.
    #[serde(default)]
    #[schema(required = false)]
    pub sort: Vec<SortName>,
    /// `order` of an answer before, instead of the order as it is now.
    #[schema(nullable = false)]
    pub order: Option<String>,
    /// The first row, from 0.
    pub offset: u64,
    /// How many rows, at most 1,000,000.
    pub limit: u64,
}

/// Numbers the documents that match, in order: what a selection over many rows needs of them.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/search/order", tag = "search", operation_id = "search_order",
    params(MatterPath), request_body = SearchOrderRequest,
    responses((status = 200, body = SearchOrder), (status = 422, description = "`bad_query`", body = ErrorBody)))]
pub(crate) async fn rows(
    member: Member<right::ReadDocuments>,
    Body(request): Body<SearchOrderRequest>,
) -> Result<Json<SearchOrder>, ApiError> {
    let SearchOrderRequest { query, dialect, filters, sort, order: name, offset, limit } = request;
    let sort = order(&sort)?;
    let bad = |_| ApiError::BadRequest { message: "`offset` and `limit` are too large".into() };
    let (offset, limit) = (usize::try_from(offset).map_err(bad)?, usize::try_from(limit.min(MOST_ROWS)).map_err(bad)?);
    let asked = Asked::by(&member, QuestionBody { query, dialect, filters }).await?;
    let answer = asked.answer(move |open, _, understood| {
        let known = match name {
            Some(name) => open.order_named(&name).ok_or_else(page::forgotten)?,
            None => open.order(&understood, &sort)?,
        };
        let ordinals = known.ordinals.iter().skip(offset).take(limit).copied().collect();
        Ok(SearchOrder { total: known.ordinals.len() as u64, ordinals, order: known.name })
    });
    Ok(Json(answer.await?))
}

/// The order asked for.
pub(super) fn order(sort: &[SortName]) -> Result<Vec<Sort>, ApiError> {
    match sort {
        [] => Ok(vec![Sort::Relevance]),
        sort if sort.len() > MOST_SORTS => {
            Err(ApiError::BadRequest { message: "`sort` has at most four keys; leave out the last".into() })
        }
        sort => Ok(sort.iter().map(|sort| Sort::from(*sort)).collect()),
    }
}

fn start(cursor: Option<&str>, offset: Option<u64>, order: Option<String>) -> Result<Start, ApiError> {
    match (cursor, offset) {
        (Some(_), Some(_)) => Err(ApiError::BadRequest { message: "give `cursor` or `offset`, not both".into() }),
        (Some(cursor), None) => Ok(Start::After(Some(page::cursor_from_text(cursor).map_err(super::bad_cursor)?))),
        (None, None | Some(0)) if order.is_none() => Ok(Start::After(None)),
        (None, row) => Ok(Start::Row(row.unwrap_or_default(), order)),
    }
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

fn hit(open: &OpenMatter, found: Found, concepts: Vec<String>, annotations: u32) -> Hit {
    let Found { row, score, family_size, hits, snippets } = found;
    let shown = |addresses: &[redwell_model::Address]| addresses.iter().map(ToString::to_string).collect();
    Hit {
        control_number: row.control_number.to_string(),
        ordinal: row.ordinal,
        title: row.title,
        path: row.path,
        file_name: row.file_name,
        custodian: row.custodian,
        from: shown(&row.metadata.from),
        to: shown(&row.metadata.to),
        size_bytes: row.size_bytes,
        pages: row.metadata.page_count,
        r#type: row.format.as_str().to_owned(),
        type_label: row.format.label().to_owned(),
        date: row.metadata.when().map(|when| when.to_string()),
        authors: row.metadata.authors,
        language: row.language,
        score,
        snippets: snippets.into_iter().map(Snippet::from).collect(),
        concepts,
        annotations,
        exceptions: row.exception_count,
        hits: u32::try_from(hits).unwrap_or(u32::MAX),
        family: super::control_number(open, row.family),
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
    const ALL: [Self; 10] = [
        Self::Relevance,
        Self::ControlNumber,
        Self::DateAscending,
        Self::DateDescending,
        Self::Custodian,
        Self::Family,
        Self::Thread,
        Self::SizeAscending,
        Self::SizeDescending,
        Self::Hits,
    ];

    /// Its name, as in JSON.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Relevance => "relevance",
            Self::ControlNumber => "control_number",
            Self::DateAscending => "date_ascending",
            Self::DateDescending => "date_descending",
            Self::Custodian => "custodian",
            Self::Family => "family",
            Self::Thread => "thread",
            Self::SizeAscending => "size_ascending",
            Self::SizeDescending => "size_descending",
            Self::Hits => "hits",
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
            SortName::Custodian => Self::Custodian,
            SortName::Family => Self::Family,
            SortName::Thread => Self::Thread,
            SortName::SizeAscending => Self::SizeAscending,
            SortName::SizeDescending => Self::SizeDescending,
            SortName::Hits => Self::Hits,
        }
    }
}
