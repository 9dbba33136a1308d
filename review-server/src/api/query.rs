//! `/matters/{matter}/query`, `/query/list` and `/why`: what a query means, before it is asked and after.

use axum::Json;
use redwell_search::translate::{self, Verdict, translate_list};
use redwell_search::{Dialect, Parsed, PartKind, Query, SyntaxError, detect, explain, parse, parts, synonyms, why};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::search::{QueryWarning, WarningName, dialect};
use super::synonyms::list_of;
use super::{Body, ErrorBody, MatterPath, blocking};
use crate::auth::{Member, right};
use crate::error::ApiError;
use crate::matter::find::{self, Known};
use crate::matter::kept::Kept;

/// Most parts of a query that are looked at one by one.
const MAX_PARTS: usize = 500;
/// Longest list of terms, in code points.
const MAX_LIST: usize = 500_000;

/// A query to read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QueryText {
    /// The query as typed.
    pub query: String,
    /// How it is read; `redwell` unless given.
    #[schema(nullable = false)]
    pub dialect: Option<String>,
}

/// Why a text is not a query.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueryError {
    /// What to write instead, as a sentence.
    pub message: String,
    /// Where reading stopped, in code points.
    pub position: u32,
}

/// A dialect a text may be written in.
#[derive(Debug, Serialize, ToSchema)]
pub struct LikelyDialect {
    /// Which.
    pub dialect: String,
    /// The piece of the text that tells.
    pub piece: String,
    /// What it is, as a sentence.
    pub reason: String,
}

/// What a stretch of a query is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PartName {
    /// A word.
    Word,
    /// A text in quotation marks.
    Phrase,
    /// An operator, or a comma between the parts of a list.
    Operator,
    /// The name of a field.
    Field,
    /// What a field or a function is asked for.
    Value,
    /// A number, a date or a range of them.
    Number,
    /// One bracket.
    Bracket,
    /// A word with wildcards, or one that may differ, or a regular expression.
    Pattern,
    /// The name of a function.
    Function,
    /// What is passed over.
    Ignored,
    /// Where reading stopped.
    Error,
}

/// One stretch of a query.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueryPart {
    /// What it is.
    pub kind: PartName,
    /// Where it begins in the query, in code points.
    pub start: u32,
    /// Where it ends.
    pub end: u32,
}

/// What a query means.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueryReading {
    /// The query in canonical form; absent when it is none.
    pub canonical: Option<String>,
    /// The query in a sentence; absent when it is none.
    pub explanation: Option<String>,
    /// What the searcher should know.
    pub warnings: Vec<QueryWarning>,
    /// Why it is no query; absent when it is one.
    pub error: Option<QueryError>,
    /// The dialects it may be written in, the likeliest first; empty when nothing tells.
    pub likely: Vec<LikelyDialect>,
    /// What each stretch of it is, in order, for colouring it; nothing behind a mistake that ends reading.
    pub parts: Vec<QueryPart>,
}

/// A list of terms to read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TermList {
    /// Terms one a line with comments, or a CSV.
    pub terms: String,
    /// How they are written; `redwell` unless given.
    #[schema(nullable = false)]
    pub dialect: Option<String>,
}

/// How well a line could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LineState {
    /// No term: a comment, a heading or a blank line.
    Comment,
    /// It means exactly what it means where it comes from.
    Exact,
    /// It can be read in more than one way; the messages say which was taken.
    Ambiguous,
    /// It means nearly what it means where it comes from.
    Approximate,
    /// It could not be read.
    Error,
}

/// One line of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListLine {
    /// Its line, from 1.
    pub line: u32,
    /// What the list calls the term.
    pub name: Option<String>,
    /// The line as pasted.
    pub written: String,
    /// The term in canonical form; empty where there is none.
    pub canonical: String,
    /// The term in a sentence; empty where there is none.
    pub explanation: String,
    /// How well it could be read.
    pub verdict: LineState,
    /// What there is to say about it.
    pub messages: Vec<String>,
}

/// A list of terms as read.
#[derive(Debug, Serialize, ToSchema)]
pub struct ListReading {
    /// Every line, comments included.
    pub lines: Vec<ListLine>,
    /// How many of them are terms.
    pub terms: u32,
    /// How many of those could not be read.
    pub errors: u32,
    /// The dialects the list may be written in, the likeliest first; empty when nothing tells.
    pub likely: Vec<LikelyDialect>,
    /// The reading as a CSV table, to keep.
    pub csv: String,
}

/// A query and the document it is asked about.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WhyRequest {
    /// The query as typed.
    pub query: String,
    /// How it is read; `redwell` unless given.
    #[schema(nullable = false)]
    pub dialect: Option<String>,
    /// The document.
    pub control_number: String,
}

/// One part of a query, and whether the document matches it.
#[derive(Debug, Serialize, ToSchema)]
pub struct WhyPart {
    /// The part in canonical form.
    pub canonical: String,
    /// The part in plain words.
    pub explanation: String,
    /// Whether the document matches it.
    pub holds: bool,
    /// The parts it is made of.
    #[schema(no_recursion)]
    pub parts: Vec<WhyPart>,
}

/// Reads a query without asking it.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/query", tag = "search", operation_id = "read_query",
    params(MatterPath), request_body = QueryText,
    responses((status = 200, body = QueryReading), (status = 404, body = ErrorBody)))]
pub(crate) async fn read(
    member: Member<right::ReadDocuments>,
    Body(QueryText { query, dialect: name }): Body<QueryText>,
) -> Result<Json<QueryReading>, ApiError> {
    let dialect = dialect(name.as_deref())?;
    let parsed = parse(dialect, &query);
    let told = match &parsed {
        Ok(parsed) => told_of_synonyms(&member, &parsed.query).await?,
        Err(_) => Vec::new(),
    };
    let end = u32::try_from(query.chars().count()).unwrap_or(u32::MAX);
    let mut reading = blocking(move || reading(dialect, &query, parsed)).await?;
    let note = |message| QueryWarning { kind: WarningName::Note, message, start: 0, end };
    reading.warnings.extend(told.into_iter().map(note));
    Ok(Json(reading))
}

/// What the synonyms are that a query asks for; that it cannot ask for any where the matter has no list.
async fn told_of_synonyms(member: &Member<right::ReadDocuments>, query: &Query) -> Result<Vec<String>, ApiError> {
    let asked = synonyms::asked_for(query);
    if asked.is_empty() {
        return Ok(asked);
    }
    let list = list_of(member).await?;
    if !list.is_empty() {
        return Ok(list.told(query));
    }
    let message = "this matter has no list of synonyms yet, so this cannot be searched for; whoever leads the review \
                   writes one beside the taxonomies";
    Ok(vec![message.to_owned()])
}

/// Reads a list of terms without asking any.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/query/list", tag = "search", operation_id = "read_list",
    params(MatterPath), request_body = TermList,
    responses((status = 200, body = ListReading), (status = 422, description = "`list_too_long`", body = ErrorBody)))]
pub(crate) async fn read_list(
    _: Member<right::ReadDocuments>,
    Body(asked): Body<TermList>,
) -> Result<Json<ListReading>, ApiError> {
    let dialect = dialect(asked.dialect.as_deref())?;
    check_length(&asked.terms)?;
    Ok(Json(blocking(move || list_reading(dialect, &asked.terms)).await?))
}

/// Says why a document matches a query, or why not.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/why", tag = "search", operation_id = "why",
    params(MatterPath), request_body = WhyRequest,
    responses((status = 200, body = WhyPart), (status = 404, body = ErrorBody),
              (status = 422, description = "`bad_query`", body = ErrorBody)))]
pub(crate) async fn why_matched(
    member: Member<right::ReadDocuments>,
    Body(asked): Body<WhyRequest>,
) -> Result<Json<WhyPart>, ApiError> {
    let dialect = dialect(asked.dialect.as_deref())?;
    let query = parse(dialect, &asked.query)?.query;
    if why::size(&query) > MAX_PARTS {
        let message = format!("the query has more than {MAX_PARTS} parts; ask about one of them");
        return Err(ApiError::BadQuery { message, position: None });
    }
    let (open, store) = (member.open().await?, member.app.store());
    let ordinal = open.ordinal(&asked.control_number).ok_or(ApiError::NotFound)?;
    let (review, vocabulary) = (open.review(store).await?, open.vocabulary(store).await?);
    let kept = Kept::named_by(store, &member.slug, Some(member.user.id), vec![query.clone()]).await?;
    let branch = blocking(move || {
        let facts = open.facts()?;
        if !facts.all.contains(ordinal) {
            return Err(ApiError::NotFound);
        }
        let known = Known { facts: &facts, review: &review, vocabulary: &vocabulary, kept: &kept };
        let only = [ordinal].into_iter().collect();
        let mut holds = |part: &Query| -> Result<bool, ApiError> {
            let part = find::resolved(part.clone(), known, &open)?;
            Ok(open.engine().count(&part, Some(&only))? > 0)
        };
        why::why(&query, &mut holds)
    });
    Ok(Json(part(branch.await??)))
}

/// Refuses lists no report takes.
pub(super) fn check_length(terms: &str) -> Result<(), ApiError> {
    if terms.chars().count() > MAX_LIST {
        return Err(ApiError::unprocessable("list_too_long", "the list is too long; cut it into several"));
    }
    Ok(())
}

fn part(branch: why::Branch) -> WhyPart {
    WhyPart {
        canonical: branch.canonical,
        explanation: branch.explanation,
        holds: branch.holds,
        parts: branch.parts.into_iter().map(part).collect(),
    }
}

fn reading(dialect: Dialect, query: &str, parsed: Result<Parsed, SyntaxError>) -> QueryReading {
    let likely = likely(query);
    let parts = parts(dialect, query).into_iter().map(QueryPart::from).collect();
    match parsed {
        Ok(parsed) => QueryReading {
            explanation: Some(explain(&parsed.query)),
            canonical: Some(parsed.canonical),
            warnings: parsed.warnings.into_iter().map(QueryWarning::from).collect(),
            error: None,
            likely,
            parts,
        },
        Err(error) => QueryReading {
            canonical: None,
            explanation: None,
            warnings: Vec::new(),
            error: Some(QueryError { message: error.message, position: error.position }),
            likely,
            parts,
        },
    }
}

fn list_reading(dialect: Dialect, terms: &str) -> ListReading {
    let lines = translate_list(terms, dialect);
    let count = |wanted: fn(Verdict) -> bool| {
        u32::try_from(lines.iter().filter(|line| wanted(line.verdict)).count()).unwrap_or(u32::MAX)
    };
    let (all, errors) = (count(|verdict| verdict != Verdict::Comment), count(|verdict| verdict == Verdict::Error));
    let csv = translate::list_to_csv(&lines);
    let lines = lines.into_iter().map(|line| ListLine {
        line: line.line,
        name: line.name,
        written: line.written,
        canonical: line.canonical,
        explanation: line.explanation,
        verdict: line.verdict.into(),
        messages: line.messages,
    });
    ListReading { lines: lines.collect(), terms: all, errors, likely: likely(terms), csv }
}

fn likely(text: &str) -> Vec<LikelyDialect> {
    let found = detect(text).into_iter().map(|(dialect, why)| LikelyDialect {
        dialect: dialect.as_str().to_owned(),
        piece: why.piece,
        reason: why.reason,
    });
    found.collect()
}

impl From<redwell_search::Part> for QueryPart {
    fn from(redwell_search::Part { kind, start, end }: redwell_search::Part) -> Self {
        let kind = match kind {
            PartKind::Word => PartName::Word,
            PartKind::Phrase => PartName::Phrase,
            PartKind::Operator => PartName::Operator,
            PartKind::Field => PartName::Field,
            PartKind::Value => PartName::Value,
            PartKind::Number => PartName::Number,
            PartKind::Bracket => PartName::Bracket,
            PartKind::Pattern => PartName::Pattern,
            PartKind::Function => PartName::Function,
            PartKind::Ignored => PartName::Ignored,
            PartKind::Error => PartName::Error,
        };
        Self { kind, start, end }
    }
}

impl From<Verdict> for LineState {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Comment => Self::Comment,
            Verdict::Exact => Self::Exact,
            Verdict::Ambiguous => Self::Ambiguous,
            Verdict::Approximate => Self::Approximate,
            Verdict::Error => Self::Error,
        }
    }
}
