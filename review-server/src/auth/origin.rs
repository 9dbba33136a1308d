//! Whether a write comes from our own page: the session cookie alone must never be enough to change something.
//!
//! A browser says where a request comes from in `Origin` or `Sec-Fetch-Site`. A write that says neither is refused; a
//! script that signs in sends `Origin: http://HOST` with the address it talks to.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, Uri, header};
use axum::middleware::Next;
use axum::response::Response;

use crate::error::ApiError;

/// Middleware that refuses writes from elsewhere.
///
/// # Errors
/// When a request that may change something does not come from our own page.
pub async fn refuse_writes_from_elsewhere(request: Request, next: Next) -> Result<Response, ApiError> {
    let reads = [Method::GET, Method::HEAD, Method::OPTIONS];
    if !reads.contains(request.method()) && !comes_from_here(request.headers(), request.uri()) {
        return Err(ApiError::CrossOrigin);
    }
    Ok(next.run(request).await)
}

fn comes_from_here(headers: &HeaderMap, uri: &Uri) -> bool {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    // `Sec-Fetch-Site` comes from browsers alone and cannot be forged by a page.
    if let Some(site) = headers.get("sec-fetch-site") {
        return site == "same-origin";
    }
    let Some(origin) = text(header::ORIGIN) else { return false };
    let host = text(header::HOST).or_else(|| uri.authority().map(axum::http::uri::Authority::as_str));
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    match (authority, host) {
        (Some(authority), Some(host)) => {
            without_default_port(authority).eq_ignore_ascii_case(without_default_port(host))
        }
        _ => false,
    }
}

fn without_default_port(authority: &str) -> &str {
    authority.strip_suffix(":80").or_else(|| authority.strip_suffix(":443")).unwrap_or(authority)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pairs: &[(&'static str, &'static str)], expected: bool) {
        let headers = pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
        assert_eq!(comes_from_here(&headers, &Uri::from_static("/")), expected, "{pairs:?}");
    }

    #[test]
    fn only_our_own_page_may_write() {
        check(&[("host", "127.0.0.1:8080"), ("origin", "http://127.0.0.1:8080")], true);
        check(&[("host", "redwell.firm"), ("origin", "https://redwell.firm")], true);
        check(&[("host", "redwell.firm"), ("origin", "https://redwell.firm:443")], true);
        check(&[("host", "redwell.firm"), ("sec-fetch-site", "same-origin")], true);
        check(&[("host", "redwell.firm"), ("origin", "https://evil.example")], false);
        check(&[("host", "redwell.firm"), ("origin", "null")], false);
        check(&[("host", "redwell.firm"), ("origin", "https://redwell.firm"), ("sec-fetch-site", "cross-site")], false);
        check(&[("host", "redwell.firm"), ("sec-fetch-site", "same-site")], false);
        check(&[("host", "redwell.firm")], false);
        check(&[("origin", "https://redwell.firm")], false);
    }
}
