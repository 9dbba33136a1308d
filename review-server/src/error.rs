//! Refusals: the only place that chooses an HTTP status and a stable code.
//!
//! What went wrong inside is never sent: it is attached to the response, and one middleware logs it.

use std::sync::Arc;

use axum::Json;
use axum::extract::rejection::{BytesRejection, JsonRejection, PathRejection, QueryRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use redwell_indexer::matter_folder::FolderError;
use redwell_search::SyntaxError;
use redwell_search::engine::EngineError;
use redwell_search::resolve::ResolveError;
use redwell_search::synonyms::BadSynonyms;

use crate::api::ErrorBody;
use crate::api::taxonomies::TaxonomyFinding;
use crate::intake::NotStarted;
use crate::intake::uploads::NotTaken;
use crate::store::StoreError;

/// Why a request was refused.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// Nobody is signed in.
    #[error("sign in first")]
    NotSignedIn,
    /// Name and password do not belong together.
    #[error("the name or the password is wrong")]
    SignInFailed,
    /// Too many failed attempts.
    #[error("too many failed attempts; try again in {seconds} seconds")]
    TooManyAttempts {
        /// Until when to wait.
        seconds: u64,
    },
    /// A write that another site may have caused.
    #[error(
        "this request could come from another site; a script sends the header `Origin` with this server's own address"
    )]
    CrossOrigin,
    /// There is no such thing, or it is behind the wall.
    #[error("there is nothing here")]
    NotFound,
    /// The way is known, the method is not.
    #[error("this address does not take that method")]
    MethodNotAllowed,
    /// A role lacks a right.
    #[error("your role in this matter does not allow that")]
    NotPermitted,
    /// The request is not what the interface describes.
    #[error("{message}")]
    BadRequest {
        /// What is wrong with it.
        message: String,
    },
    /// The body is larger than allowed.
    #[error("the body is larger than allowed here")]
    TooLarge,
    /// The body is not of a kind this address takes.
    #[error("{message}")]
    UnsupportedMediaType {
        /// Which kind it takes.
        message: String,
    },
    /// The query is not one.
    #[error("{message}")]
    BadQuery {
        /// What is wrong and what to write instead.
        message: String,
        /// Where, in code points.
        position: Option<u32>,
    },
    /// The taxonomy is not one.
    #[error("{message}")]
    BadTaxonomy {
        /// What is wrong.
        message: String,
        /// In which line.
        line: Option<u64>,
        /// What was found in it.
        findings: Vec<TaxonomyFinding>,
    },
    /// The list of synonyms is not one.
    #[error("{message}")]
    BadSynonyms {
        /// What is wrong and what to do.
        message: String,
        /// In which line: the how-manieth group, from 1.
        line: u64,
    },
    /// The request is understood and cannot be done as it is.
    #[error("{message}")]
    Unprocessable {
        /// A stable code.
        code: &'static str,
        /// What to do next.
        message: String,
    },
    /// The request does not fit the state of things.
    #[error("{message}")]
    Conflict {
        /// A stable code.
        code: &'static str,
        /// What to do next.
        message: String,
    },
    /// The part asked for is not there.
    #[error("the file has {size} bytes; the part asked for lies outside")]
    RangeNotSatisfiable {
        /// Size of the whole.
        size: u64,
    },
    /// The disk of the server is full.
    #[error("{message}")]
    DiskFull {
        /// What became of it.
        message: String,
    },
    /// A file is larger than this server takes.
    #[error("{message}")]
    FileTooLarge {
        /// What to do instead.
        message: String,
    },
    /// The server failed.
    #[error("the server could not do this; its log says why")]
    Internal(#[source] anyhow::Error),
}

/// What went wrong inside, attached to a response for the log.
#[derive(Debug, Clone)]
pub struct InternalCause(pub Arc<anyhow::Error>);

impl ApiError {
    /// A request that is understood and cannot be done as it is.
    pub fn unprocessable(code: &'static str, message: impl Into<String>) -> Self {
        Self::Unprocessable { code, message: message.into() }
    }

    /// A request that does not fit the state of things.
    pub fn conflict(code: &'static str, message: impl Into<String>) -> Self {
        Self::Conflict { code, message: message.into() }
    }

    fn status_and_code(&self) -> (StatusCode, &'static str) {
        match self {
            Self::NotSignedIn => (StatusCode::UNAUTHORIZED, "not_signed_in"),
            Self::SignInFailed => (StatusCode::UNAUTHORIZED, "sign_in_failed"),
            Self::TooManyAttempts { .. } => (StatusCode::TOO_MANY_REQUESTS, "too_many_attempts"),
            Self::CrossOrigin => (StatusCode::FORBIDDEN, "cross_origin"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed"),
            Self::NotPermitted => (StatusCode::FORBIDDEN, "not_permitted"),
            Self::BadRequest { .. } => (StatusCode::BAD_REQUEST, "bad_request"),
            Self::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too_large"),
            Self::UnsupportedMediaType { .. } => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported_media_type"),
            Self::BadQuery { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "bad_query"),
            Self::BadTaxonomy { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "bad_taxonomy"),
            Self::BadSynonyms { .. } => (StatusCode::UNPROCESSABLE_ENTITY, "bad_synonyms"),
            Self::Unprocessable { code, .. } => (StatusCode::UNPROCESSABLE_ENTITY, code),
            Self::Conflict { code, .. } => (StatusCode::CONFLICT, code),
            Self::RangeNotSatisfiable { .. } => (StatusCode::RANGE_NOT_SATISFIABLE, "range_not_satisfiable"),
            Self::DiskFull { .. } => (StatusCode::INSUFFICIENT_STORAGE, "disk_full"),
            Self::FileTooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "file_too_large"),
            Self::Internal(_) => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let (status, code) = self.status_and_code();
        let mut body = ErrorBody {
            code: code.to_owned(),
            message: self.to_string(),
            position: None,
            line: None,
            findings: Vec::new(),
        };
        let mut header = None;
        let mut cause = None;
        match self {
            Self::TooManyAttempts { seconds } => header = Some((header::RETRY_AFTER, seconds.to_string())),
            Self::RangeNotSatisfiable { size } => header = Some((header::CONTENT_RANGE, format!("bytes */{size}"))),
            Self::BadQuery { position, .. } => body.position = position,
            Self::BadTaxonomy { line, findings, .. } => (body.line, body.findings) = (line, findings),
            Self::BadSynonyms { line, .. } => body.line = Some(line),
            Self::Internal(error) => cause = Some(InternalCause(Arc::new(error))),
            _ => {}
        }
        let mut response = (status, Json(body)).into_response();
        if let Some((name, value)) = header
            && let Ok(value) = HeaderValue::try_from(value)
        {
            response.headers_mut().insert(name, value);
        }
        if let Some(cause) = cause {
            response.extensions_mut().insert(cause);
        }
        response
    }
}

impl From<NotTaken> for ApiError {
    fn from(error: NotTaken) -> Self {
        let message = error.to_string();
        match error {
            NotTaken::BadPath { .. } => Self::unprocessable("bad_path", message),
            NotTaken::NameTaken { .. } => Self::conflict("name_taken", message),
            NotTaken::TooLarge { .. } => Self::FileTooLarge { message },
            NotTaken::DiskFull => Self::DiskFull { message },
            NotTaken::BrokenOff => Self::BadRequest { message },
            NotTaken::Files(error) => Self::Internal(anyhow::Error::new(error).context("keeping an uploaded file")),
        }
    }
}

impl From<NotStarted> for ApiError {
    fn from(error: NotStarted) -> Self {
        match error {
            NotStarted::Busy => Self::conflict("intake_busy", error.to_string()),
            other => Self::Internal(other.into()),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        Self::Internal(error.into())
    }
}

impl From<anyhow::Error> for ApiError {
    fn from(error: anyhow::Error) -> Self {
        Self::Internal(error)
    }
}

impl From<FolderError> for ApiError {
    fn from(error: FolderError) -> Self {
        Self::Internal(anyhow::Error::new(error).context("reading a matter folder"))
    }
}

impl From<EngineError> for ApiError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::Index(_) => Self::Internal(error.into()),
            // Everything else is about the query, and says what to change in it.
            _ => Self::BadQuery { message: error.to_string(), position: None },
        }
    }
}

impl From<ResolveError> for ApiError {
    fn from(error: ResolveError) -> Self {
        match error {
            ResolveError::Engine(error) => error.into(),
            ResolveError::Unreadable(_) => Self::Internal(error.into()),
            // What is named and not there, or made of itself.
            other => Self::BadQuery { message: other.to_string(), position: None },
        }
    }
}

impl From<BadSynonyms> for ApiError {
    fn from(BadSynonyms { group, message }: BadSynonyms) -> Self {
        Self::BadSynonyms { message, line: group as u64 }
    }
}

impl From<SyntaxError> for ApiError {
    fn from(error: SyntaxError) -> Self {
        Self::BadQuery { message: error.message, position: Some(error.position) }
    }
}

impl From<tokio::task::JoinError> for ApiError {
    fn from(error: tokio::task::JoinError) -> Self {
        Self::Internal(anyhow::Error::new(error).context("a task of the server ended early"))
    }
}

impl From<std::io::Error> for ApiError {
    fn from(error: std::io::Error) -> Self {
        Self::Internal(anyhow::Error::new(error).context("reading a file of the matter"))
    }
}

impl From<JsonRejection> for ApiError {
    fn from(rejection: JsonRejection) -> Self {
        match rejection.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => {
                Self::UnsupportedMediaType { message: "send the body as `application/json`".into() }
            }
            _ => Self::BadRequest { message: format!("the body is not what is expected: {}", rejection.body_text()) },
        }
    }
}

impl From<BytesRejection> for ApiError {
    fn from(rejection: BytesRejection) -> Self {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            return Self::TooLarge;
        }
        Self::BadRequest { message: "the body did not arrive whole".into() }
    }
}

impl From<PathRejection> for ApiError {
    fn from(_: PathRejection) -> Self {
        // An address that cannot be read names nothing.
        Self::NotFound
    }
}

impl From<QueryRejection> for ApiError {
    fn from(rejection: QueryRejection) -> Self {
        Self::BadRequest { message: format!("the address is not what is expected: {}", rejection.body_text()) }
    }
}
