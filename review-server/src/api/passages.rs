//! `…/documents/{control_number}/hits` and `/passage`: from queries and pointer movements to passages and quads.

use axum::Json;
use redwell_model::{CodePointRange, Layout, PageQuads};
use redwell_search::evaluate::{MarkKind, hit_ranges, marks, ranges_of};
use redwell_search::{Query, Synonyms, highlight};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::search::dialect;
use super::synonyms;
use super::{Address, Body, DocumentPath, ErrorBody, blocking, document_row};
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::review::passage::{BadPassage, Pointed};

/// A query to show in one document.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HitsRequest {
    /// The query as typed.
    pub query: String,
    /// How the query is read; `redwell` unless given.
    #[schema(nullable = false)]
    pub dialect: Option<String>,
}

/// One line of one hit on a page.
#[derive(Debug, Serialize, ToSchema)]
pub struct HitQuad {
    /// Which of `ranges`, from 0.
    pub hit: u32,
    /// Four corners in PDF user space: top-left, top-right, bottom-left, bottom-right, each x then y.
    pub quad: [f32; 8],
}

/// The hits on one page.
#[derive(Debug, Serialize, ToSchema)]
pub struct HitPage {
    /// The page, from 1.
    pub page: u32,
    /// In the order of the text.
    pub quads: Vec<HitQuad>,
}

/// The passages that made a document match.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentHits {
    /// `[start, end)` in code points of the canonical text, in order, not overlapping.
    pub ranges: Vec<[u32; 2]>,
    /// Where they stand on pages; empty for formats without boxes.
    pub pages: Vec<HitPage>,
    /// The whole stretches of proximities, each from its first word to its last.
    pub stretches: Vec<[u32; 2]>,
    /// Where those stand on pages; `hit` is which of `stretches`.
    pub stretch_pages: Vec<HitPage>,
}

/// One term of a query in a document.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermHits {
    /// The term in canonical form.
    pub canonical: String,
    /// `[start, end)` in code points of the canonical text, in order, not overlapping.
    pub ranges: Vec<[u32; 2]>,
    /// Where they stand on pages; empty for formats without boxes.
    pub pages: Vec<HitPage>,
}

/// The terms of a query in a document.
#[derive(Debug, Serialize, ToSchema)]
pub struct DocumentTerms {
    /// Every part of the query that can be marked in the text, in the order written.
    pub terms: Vec<TermHits>,
}

/// The quads of a passage on one page.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PassagePage {
    /// The page, from 1.
    pub page: u32,
    /// One quad a line: top-left, top-right, bottom-left, bottom-right, each x then y.
    pub quads: Vec<[f32; 8]>,
}

/// Where a passage is: `start` and `end`, or `page` with `rectangle`, or `page` with `quads` (and a `quote` to check).
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PassageRequest {
    /// The first code point inside.
    #[schema(nullable = false)]
    pub start: Option<u32>,
    /// The first code point after.
    #[schema(nullable = false)]
    pub end: Option<u32>,
    /// A page, from 1.
    #[schema(nullable = false)]
    pub page: Option<u32>,
    /// A rectangle on the page in PDF user space: left, lower, right, upper.
    #[schema(nullable = false)]
    pub rectangle: Option<[f32; 4]>,
    /// Quads on the page.
    #[schema(nullable = false)]
    pub quads: Option<Vec<[f32; 8]>>,
    /// The words the browser believes are there, to settle which of several readings is meant.
    #[schema(nullable = false)]
    pub quote: Option<String>,
}

/// A passage as an annotation would anchor to it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Passage {
    /// The first code point inside.
    pub start: u32,
    /// The first code point after.
    pub end: u32,
    /// Its words.
    pub quote: String,
    /// Where it stands on pages.
    pub pages: Vec<PassagePage>,
}

/// Finds the passages of one document that a query hits.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/documents/{control_number}/hits", tag = "documents",
    operation_id = "document_hits", params(DocumentPath), request_body = HitsRequest,
    responses((status = 200, body = DocumentHits), (status = 422, description = "`bad_query`", body = ErrorBody)))]
pub(crate) async fn hits(
    member: Member<right::ReadDocuments>,
    Address(path): Address<DocumentPath>,
    Body(request): Body<HitsRequest>,
) -> Result<Json<DocumentHits>, ApiError> {
    let found = in_document(&member, &path, &request, |Asked { query, list, text, layout }| {
        // What asks about coding marks no words, so it is left as it is.
        let query = list.spelled_out(query);
        let marks = if query.has_text_words() { marks(&query, &text) } else { Vec::new() };
        let (hits, stretches) = (ranges_of(&marks, MarkKind::Term), ranges_of(&marks, MarkKind::Interval));
        DocumentHits {
            ranges: ends(&hits),
            pages: on_pages(&hits, &layout),
            stretches: ends(&stretches),
            stretch_pages: on_pages(&stretches, &layout),
        }
    });
    Ok(Json(found.await?))
}

/// A query and the document it is to be shown in.
struct Asked {
    query: Query,
    /// The synonyms it asks for.
    list: Synonyms,
    text: String,
    layout: Layout,
}

/// Reads a query and the document of a path, and looks for the one in the other where that may take its time.
async fn in_document<F: Send + 'static>(
    member: &Member<right::ReadDocuments>,
    path: &DocumentPath,
    request: &HitsRequest,
    find: impl FnOnce(Asked) -> F + Send + 'static,
) -> Result<F, ApiError> {
    let query = redwell_search::parse(dialect(request.dialect.as_deref())?, &request.query)?.query;
    let list = synonyms::asked_for(member, &query).await?;
    let open = member.open().await?;
    let row = document_row(&open, &path.control_number).await?;
    let found = blocking(move || {
        let text = open.folder().text(row.ordinal)?.map(|text| text.text).unwrap_or_default();
        let layout = open.folder().layout(row.ordinal)?;
        Ok::<_, ApiError>(find(Asked { query, list, text, layout }))
    });
    found.await?
}

fn ends(ranges: &[CodePointRange]) -> Vec<[u32; 2]> {
    ranges.iter().map(|range| [range.start, range.end]).collect()
}

/// Where passages stand on pages. They come in the order of the text, and so do pages.
fn on_pages(ranges: &[CodePointRange], layout: &Layout) -> Vec<HitPage> {
    let mut pages: Vec<HitPage> = Vec::new();
    for (hit, range) in (0..).zip(ranges) {
        for PageQuads { page, quads } in layout.quads(*range) {
            let quads = quads.into_iter().map(|quad| HitQuad { hit, quad });
            match pages.last_mut() {
                Some(last) if last.page == page => last.quads.extend(quads),
                _ => pages.push(HitPage { page, quads: quads.collect() }),
            }
        }
    }
    pages
}

/// Finds the passages of each term of a query in one document, whether that matches the query or not.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/documents/{control_number}/terms", tag = "documents",
    operation_id = "document_terms", params(DocumentPath), request_body = HitsRequest,
    responses((status = 200, body = DocumentTerms), (status = 422, description = "`bad_query`", body = ErrorBody)))]
pub(crate) async fn terms(
    member: Member<right::ReadDocuments>,
    Address(path): Address<DocumentPath>,
    Body(request): Body<HitsRequest>,
) -> Result<Json<DocumentTerms>, ApiError> {
    let found = in_document(&member, &path, &request, |Asked { query, list, text, layout }| {
        let of = |term: &Query| {
            let ranges = hit_ranges(&list.spelled_out(term.clone()), &text);
            TermHits { canonical: term.to_string(), ranges: ends(&ranges), pages: on_pages(&ranges, &layout) }
        };
        DocumentTerms { terms: highlight::terms(&query).into_iter().map(of).collect() }
    });
    Ok(Json(found.await?))
}

/// Tells which passage a range, a rectangle or quads mean. Nothing is stored.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/documents/{control_number}/passage", tag = "documents",
    operation_id = "preview_passage", params(DocumentPath), request_body = PassageRequest,
    responses((status = 200, body = Passage), (status = 422, description = "`bad_passage`", body = ErrorBody)))]
pub(crate) async fn preview(
    member: Member<right::ReadDocuments>,
    Address(path): Address<DocumentPath>,
    Body(request): Body<PassageRequest>,
) -> Result<Json<Passage>, ApiError> {
    let pointed = request.pointed()?;
    let open = member.open().await?;
    let row = document_row(&open, &path.control_number).await?;
    let anchor = blocking(move || open.anchor(row.ordinal, &pointed)).await??;
    let CodePointRange { start, end } = anchor.range;
    let pages = anchor.quads.into_iter().map(PassagePage::from).collect();
    Ok(Json(Passage { start, end, quote: anchor.quote, pages }))
}

impl PassageRequest {
    /// What is pointed at.
    pub(super) fn pointed(self) -> Result<Pointed, ApiError> {
        let Self { start, end, page, rectangle, quads, quote } = self;
        match (start, end, page, rectangle, quads) {
            (Some(start), Some(end), None, None, None) => Ok(Pointed::Range { start, end }),
            (None, None, Some(page), Some(rectangle), None) => Ok(Pointed::Rectangle { page, rectangle }),
            (None, None, Some(page), None, Some(quads)) if quads.len() <= 1_000 => {
                Ok(Pointed::Quads { page, quads, quote })
            }
            _ => Err(ApiError::unprocessable(
                "bad_passage",
                "give `start` and `end`, or `page` with `rectangle`, or `page` with at most 1,000 `quads`",
            )),
        }
    }
}

impl From<PageQuads> for PassagePage {
    fn from(quads: PageQuads) -> Self {
        Self { page: quads.page, quads: quads.quads }
    }
}

impl From<BadPassage> for ApiError {
    fn from(error: BadPassage) -> Self {
        Self::unprocessable("bad_passage", error.to_string())
    }
}
