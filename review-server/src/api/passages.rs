//! `…/documents/{control_number}/hits` and `/passage`: from queries and pointer movements to passages and quads.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DocumentPath, ErrorBody};

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
pub(crate) async fn hits() {}

/// Tells which passage a range, a rectangle or quads mean. Nothing is stored.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/documents/{control_number}/passage", tag = "documents",
    operation_id = "preview_passage", params(DocumentPath), request_body = PassageRequest,
    responses((status = 200, body = Passage), (status = 422, description = "`bad_passage`", body = ErrorBody)))]
pub(crate) async fn preview() {}
