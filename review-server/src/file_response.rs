//! Files over HTTP: whole, or the one part asked for (RFC 9110, section 14), read as they are sent.

use std::io::SeekFrom;
use std::path::Path;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::fs::File;
use tokio::io::{AsyncReadExt as _, AsyncSeekExt as _};

use crate::error::ApiError;

/// Bytes read at a time.
const CHUNK: usize = 128 * 1_024;

/// A file to send.
#[derive(Debug, Clone, Copy)]
pub struct Served<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// Its digest: the entity tag.
    pub sha256: &'a str,
    /// The media type it is sent with.
    pub media_type: &'a str,
    /// Its name when saved.
    pub file_name: &'a str,
    /// Whether a browser may show it rather than save it.
    pub is_inline: bool,
}

/// Which bytes are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of them.
    Whole,
    /// From the first up to and including the last.
    Bytes {
        /// First byte.
        first: u64,
        /// Last byte.
        last: u64,
    },
    /// None that are there.
    Outside,
}

/// Which bytes of a file a request wants. What is not one well-formed range is as good as no range.
#[must_use]
pub fn part(headers: &HeaderMap, sha256: &str, size: u64) -> Part {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    // A part of another version is useless; a date is never a match, because we give none.
    if text(header::IF_RANGE).is_some_and(|tag| tag != format!("\"{sha256}\"")) {
        return Part::Whole;
    }
    let Some(spec) = text(header::RANGE).and_then(|range| range.strip_prefix("bytes=")) else { return Part::Whole };
    let Some((first, last)) = spec.trim().split_once('-').filter(|_| !spec.contains(',')) else { return Part::Whole };
    let number = |text: &str| text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse::<u64>().ok()).flatten();
    match (first.is_empty(), last.is_empty()) {
        (true, true) => Part::Whole,
        (true, false) => match number(last) {
            Some(0) => Part::Outside,
            Some(_) if size == 0 => Part::Outside,
            Some(length) => Part::Bytes { first: size.saturating_sub(length), last: size - 1 },
            None => Part::Whole,
        },
        (false, _) => match (number(first), if last.is_empty() { Some(u64::MAX) } else { number(last) }) {
            (Some(first), Some(last)) if last < first => Part::Whole,
            (Some(first), Some(_)) if first >= size => Part::Outside,
            (Some(first), Some(last)) => Part::Bytes { first, last: last.min(size - 1) },
            _ => Part::Whole,
        },
    }
}

/// Sends a file, or the part of it asked for.
///
/// # Errors
/// When it cannot be read or the part lies outside it.
pub async fn respond(headers: &HeaderMap, served: Served<'_>) -> Result<Response<Body>, ApiError> {
    let mut file = File::open(served.path).await?;
    let size = file.metadata().await?.len();
    let tag = format!("\"{}\"", served.sha256);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok());
    if known.is_some_and(|tags| tags.split(',').any(|one| one.trim() == tag || one.trim() == "*")) {
        let response = Response::builder().status(StatusCode::NOT_MODIFIED).header(header::ETAG, tag);
        return response.body(Body::empty()).map_err(|error| ApiError::Internal(error.into()));
    }
    let (status, first, length) = match part(headers, served.sha256, size) {
        Part::Whole => (StatusCode::OK, 0, size),
        Part::Bytes { first, last } => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        Part::Outside => return Err(ApiError::RangeNotSatisfiable { size }),
    };
    let mut response = Response::builder()
        .status(status)
        .header(header::CONTENT_TYPE, served.media_type)
        .header(header::CONTENT_LENGTH, length)
        .header(header::ACCEPT_RANGES, "bytes")
        .header(header::ETAG, tag)
        .header(header::CONTENT_DISPOSITION, disposition(served.file_name, served.is_inline))
        // Whatever the bytes are, a browser gives them no powers.
        .header(header::CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'; style-src 'unsafe-inline'")
        .header(header::CACHE_CONTROL, "private, no-cache");
    if status == StatusCode::PARTIAL_CONTENT {
        response = response.header(header::CONTENT_RANGE, format!("bytes {first}-{}/{size}", first + length - 1));
    }
    file.seek(SeekFrom::Start(first)).await?;
    let body = Body::from_stream(chunks(file, length));
    response.body(body).map_err(|error| ApiError::Internal(error.into()))
}

fn chunks(mut file: File, length: u64) -> impl futures::Stream<Item = std::io::Result<Bytes>> {
    async_stream::try_stream! {
        let mut left = length;
        while left > 0 {
            let wanted = usize::try_from(left).map_or(CHUNK, |left| left.min(CHUNK));
            let mut chunk = vec![0; wanted];
            let read = file.read(&mut chunk).await?;
            if read == 0 {
                // The file became shorter; ending early tells the client, since the length was announced.
                break;
            }
            chunk.truncate(read);
            left -= read as u64;
            yield Bytes::from(chunk);
        }
    }
}

/// The headers of a file made on the spot, which a browser saves.
pub(crate) type MadeHeaders = [(HeaderName, String); 2];

/// Says what a made file is and what it is to be called; the name needs no escaping, since we chose it.
pub(crate) fn made(media_type: &str, file_name: &str) -> MadeHeaders {
    let disposition = format!("attachment; filename=\"{file_name}\"");
    [(header::CONTENT_TYPE, media_type.to_owned()), (header::CONTENT_DISPOSITION, disposition)]
}

/// What may stand in a file name in a header as it is (RFC 8187).
const NAME: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn disposition(file_name: &str, is_inline: bool) -> String {
    let how = if is_inline { "inline" } else { "attachment" };
    format!("{how}; filename*=UTF-8''{}", utf8_percent_encode(file_name, NAME))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(range: &str, size: u64, expected: Part) {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, range.parse().unwrap());
        assert_eq!(part(&headers, "abc", size), expected, "{range} of {size}");
    }

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        let bytes = |first, last| Part::Bytes { first, last };
        check("bytes=0-3", 10, bytes(0, 3));
        check("bytes=5-", 10, bytes(5, 9));
        check("bytes=5-99", 10, bytes(5, 9));
        check("bytes=-3", 10, bytes(7, 9));
        check("bytes=-30", 10, bytes(0, 9));
        check("bytes=10-", 10, Part::Outside);
        check("bytes=-0", 10, Part::Outside);
        check("bytes=0-", 0, Part::Outside);
        check("bytes=-1", 0, Part::Outside);
        check("bytes=3-1", 10, Part::Whole);
        check("bytes=0-1,4-5", 10, Part::Whole);
        check("bytes=-", 10, Part::Whole);
        check("bytes=+1-2", 10, Part::Whole);
        check("pages=1-2", 10, Part::Whole);
        check("bytes=99999999999999999999-", 10, Part::Whole);
    }

    #[test]
    fn a_part_of_another_version_is_not_sent() {
        let mut headers = HeaderMap::new();
        headers.insert(header::RANGE, "bytes=0-3".parse().unwrap());
        headers.insert(header::IF_RANGE, "\"abc\"".parse().unwrap());
        assert_eq!(part(&headers, "abc", 10), Part::Bytes { first: 0, last: 3 });
        assert_eq!(part(&headers, "def", 10), Part::Whole);
    }

    #[test]
    fn names_survive_headers() {
        assert_eq!(disposition("Angebot \"ü\".pdf", false), "attachment; filename*=UTF-8''Angebot%20%22%C3%BC%22.pdf");
    }
}
