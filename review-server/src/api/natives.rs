//! `…/documents/{control_number}/native`: the original bytes.

#![expect(unused_qualifications, reason = "the description of parameters is written out by a macro")]

use axum::body::Body;
use axum::http::{HeaderMap, Response};
use redwell_model::Format;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{Address, DocumentPath, ErrorBody, Parameters, blocking, document_row};
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::file_response::{self, Served};

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
pub(crate) async fn native(
    member: Member<right::ReadDocuments>,
    Address(path): Address<DocumentPath>,
    Parameters(asked): Parameters<NativeQuery>,
    headers: HeaderMap,
) -> Result<Response<Body>, ApiError> {
    let open = member.open().await?;
    let row = document_row(&open, &path.control_number).await?;
    let file = open.folder().native_path(&row.digests.sha256);
    let (found, format) = (file.clone(), row.format);
    let shown = blocking(move || shown_as(&found, format)).await?;
    let is_inline = asked.download == 0 && shown.is_some();
    let served = Served {
        path: &file,
        sha256: &row.digests.sha256.to_string(),
        // Anything a browser could take for a page or a script goes out as plain bytes.
        media_type: shown.unwrap_or("application/octet-stream"),
        file_name: &row.file_name,
        is_inline,
    };
    file_response::respond(&headers, served).await
}

/// The media type of a file that a browser may show, judged by its content; `None` for every other.
pub(super) fn shown_as(path: &std::path::Path, format: Format) -> Option<&'static str> {
    use std::io::Read as _;
    match format {
        Format::Pdf => return Some("application/pdf"),
        Format::Image => {}
        _ => return None,
    }
    let mut start = [0; 12];
    std::fs::File::open(path).and_then(|mut file| file.read_exact(&mut start)).ok()?;
    match start {
        [0x89, b'P', b'N', b'G', ..] => Some("image/png"),
        [0xff, 0xd8, 0xff, ..] => Some("image/jpeg"),
        [b'G', b'I', b'F', b'8', ..] => Some("image/gif"),
        [b'R', b'I', b'F', b'F', .., b'W', b'E', b'B', b'P'] => Some("image/webp"),
        _ => None,
    }
}
