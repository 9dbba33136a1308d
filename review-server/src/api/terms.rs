//! `/matters/{matter}/terms`: the words of a matter, to look through.

use axum::Json;
use redwell_search::Field;
use redwell_search::complete;
use redwell_search::dictionary::{Looked, WordCount, WordOrder, WordPlace, WordsAsked};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::search::dialect;
use super::{Body, ErrorBody, MatterPath, blocking};
use crate::auth::{Member, right};
use crate::error::ApiError;

/// Terms on a page unless asked otherwise.
const USUAL_LIMIT: u32 = 100;
/// Most terms on a page.
const MAX_LIMIT: u32 = 1_000;

/// In which order terms are listed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TermOrder {
    /// By their letters.
    #[default]
    Term,
    /// Those in most documents first.
    Frequency,
}

/// Where a page of terms ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TermPlace {
    /// Its last term.
    pub term: String,
    /// The documents of that.
    pub documents: u64,
}

/// Which terms are wanted: at most one of `prefix`, `pattern` and `similar_to`; all when none is given.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TermsRequest {
    /// Those that begin so.
    #[schema(nullable = false)]
    pub prefix: Option<String>,
    /// Those of this form, with `*` and `?` as in queries.
    #[schema(nullable = false)]
    pub pattern: Option<String>,
    /// Those a few letters away from this word, itself among them.
    #[schema(nullable = false)]
    pub similar_to: Option<String>,
    /// How many letters, 1 or 2; 1 unless given.
    #[schema(nullable = false)]
    pub edits: Option<u8>,
    /// Of a field of words; of the texts unless given.
    #[schema(nullable = false)]
    pub field: Option<String>,
    /// In which order.
    #[serde(default)]
    #[schema(required = false)]
    pub order: TermOrder,
    /// The last term of the page before.
    #[schema(nullable = false)]
    pub after: Option<TermPlace>,
    /// Terms on a page, 1 to 1,000; 100 unless given.
    #[schema(nullable = false)]
    pub limit: Option<u32>,
    /// How `query` of each term is to be written; `redwell` unless given.
    #[schema(nullable = false)]
    pub dialect: Option<String>,
}

/// One term.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermCount {
    /// The term as words are compared.
    pub term: String,
    /// Documents that hold it: exact.
    pub documents: u64,
    /// How often it stands in them: exact.
    pub occurrences: u64,
    /// How a query says it.
    pub query: String,
}

/// One page of terms.
#[derive(Debug, Serialize, ToSchema)]
pub struct TermPage {
    /// How many terms are wanted in all: exact.
    pub total: u64,
    /// Those of this page.
    pub terms: Vec<TermCount>,
    /// Whether more follow.
    pub more: bool,
}

/// Lists the terms of a matter.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/terms", tag = "search", operation_id = "list_terms",
    params(MatterPath), request_body = TermsRequest,
    responses((status = 200, body = TermPage), (status = 404, body = ErrorBody),
              (status = 422, description = "`bad_term`, `bad_query`", body = ErrorBody)))]
pub(crate) async fn list(
    member: Member<right::ReadDocuments>,
    Body(asked): Body<TermsRequest>,
) -> Result<Json<TermPage>, ApiError> {
    let dialect = dialect(asked.dialect.as_deref())?;
    let asked = understood(asked)?;
    let open = member.open().await?;
    let page = blocking(move || open.engine().words(&asked)).await??;
    let term = |found: WordCount| TermCount {
        query: complete::word(dialect, &found.word).unwrap_or_else(|| format!("\"{}\"", found.word)),
        term: found.word,
        documents: found.documents,
        occurrences: found.occurrences,
    };
    Ok(Json(TermPage { total: page.total, terms: page.words.into_iter().map(term).collect(), more: page.more }))
}

fn understood(asked: TermsRequest) -> Result<WordsAsked, ApiError> {
    let bad = |message: String| ApiError::unprocessable("bad_term", message);
    let looked = match (&asked.prefix, &asked.pattern, &asked.similar_to) {
        (None, None, None) => Looked::Prefix(""),
        (Some(prefix), None, None) => Looked::Prefix(prefix),
        (None, Some(pattern), None) => Looked::Pattern(pattern),
        (None, None, Some(word)) => Looked::Similar(word, asked.edits.unwrap_or(1)),
        _ => return Err(bad("give one of `prefix`, `pattern` and `similar_to`".to_owned())),
    };
    let of = looked.term().map_err(|why| bad(why.to_string()))?;
    let field = asked.field.map(|name| name.parse::<Field>().map_err(bad)).transpose()?;
    let order = match asked.order {
        TermOrder::Term => WordOrder::Letters,
        TermOrder::Frequency => WordOrder::Documents,
    };
    let limit = asked.limit.unwrap_or(USUAL_LIMIT).clamp(1, MAX_LIMIT) as usize;
    let after = asked.after.map(|after| WordPlace { documents: after.documents, word: after.term });
    Ok(WordsAsked { field, of, order, after, limit })
}
