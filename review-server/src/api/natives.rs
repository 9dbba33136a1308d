//! `…/documents/{control_number}/native`: the original bytes.

use serde::Deserialize;
use utoipa::IntoParams;

use super::{DocumentPath, ErrorBody};

/// How the original is wanted.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub struct NativeQuery {
    /// `1` to save it as a file; otherwise PDFs and pictures are shown.
    #[param(required = false)]
    pub download: u8,
}

/// Gives the original bytes, or a part of them.
#[utoipa::path(get, path = "/api/v1/matters/{matter}/documents/{control_number}/native", tag = "documents",
    operation_id = "document_native", params(DocumentPath, NativeQuery),
    responses((status = 200, description = "the original", content_type = "application/octet-stream"),
              (status = 206, description = "a part of it", content_type = "application/octet-stream"),
              (status = 404, body = ErrorBody), (status = 416, description = "no such part", body = ErrorBody)))]
pub(crate) async fn native() {}
