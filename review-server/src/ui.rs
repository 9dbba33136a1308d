//! The web page, embedded at build time. Unknown addresses get its entry page, which knows its own addresses.

use axum::body::Body;
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri, header};
use redwell_model::digest::to_hexadecimal;
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::error::ApiError;

#[derive(RustEmbed)]
#[folder = "$UI_DIST"]
struct Files;

const ENTRY: &str = "index.html";

/// Gives a file of the web page, or its entry page.
///
/// # Errors
/// When the method only makes sense for the interface.
pub async fn page(method: Method, uri: Uri, headers: HeaderMap) -> Result<Response<Body>, ApiError> {
    if method != Method::GET && method != Method::HEAD {
        return Err(ApiError::MethodNotAllowed);
    }
    let path = uri.path().trim_start_matches('/');
    let (name, file) = match Files::get(path) {
        Some(file) => (path, file),
        // A missing script must not become a page: the browser would report a riddle.
        None if path.starts_with("assets/") => return Err(ApiError::NotFound),
        None => (ENTRY, Files::get(ENTRY).ok_or(ApiError::NotFound)?),
    };
    respond(name, file, &headers)
}

fn respond(name: &str, file: EmbeddedFile, headers: &HeaderMap) -> Result<Response<Body>, ApiError> {
    let tag = format!("\"{}\"", to_hexadecimal(&file.metadata.sha256_hash()));
    // Names under `assets/` change with their content; everything else is asked for again.
    let kept = if name.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let response = Response::builder()
        .header(header::CONTENT_TYPE, file.metadata.mimetype())
        .header(header::CACHE_CONTROL, kept)
        .header(header::ETAG, &tag);
    let is_known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.as_bytes());
    let response = if is_known {
        response.status(StatusCode::NOT_MODIFIED).body(Body::empty())
    } else {
        response.body(Body::from(file.data))
    };
    response.map_err(|error| ApiError::Internal(error.into()))
}
