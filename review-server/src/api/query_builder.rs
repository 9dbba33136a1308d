//! `/matters/{matter}/query/build` and `/query/rows`: a query as rows of a form, there and back.

use axum::Json;
use redwell_search::builder::{self, How, Row};
use redwell_search::{Field, OrderedField, explain, parse};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::query::QueryText;
use super::search::dialect;
use super::{Body, ErrorBody, MatterPath, blocking};
use crate::auth::{Member, right};
use crate::error::ApiError;

/// Most rows of a form.
const MAX_ROWS: usize = 200;
/// The distance of words near each other where none is given.
const USUAL_DISTANCE: u32 = 5;

/// What a row asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowKind {
    /// All of the words of `text`.
    All,
    /// At least one of them.
    Any,
    /// None of them.
    None,
    /// The words of `text` in a row.
    Phrase,
    /// Any of `text` near any of `other`.
    Near,
    /// A date, of the field `field`, from `from` to `to`.
    Date,
    /// Coded with the concept `text`.
    Coded,
    /// Not coded with it.
    NotCoded,
    /// With an annotation, or, where there is a `text`, one with that concept.
    Annotated,
}

/// One row. What its kind does not speak of is passed over.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BuilderRow {
    /// What it asks for.
    pub kind: RowKind,
    /// Words, with phrases in quotation marks; or a concept.
    #[serde(default)]
    #[schema(required = false)]
    pub text: String,
    /// The words on the other side.
    #[serde(default)]
    #[schema(required = false)]
    pub other: String,
    /// How many words apart; 5 unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub distance: Option<u32>,
    /// Whether `text` stands before `other`.
    #[serde(default)]
    #[schema(required = false)]
    pub ordered: bool,
    /// The field; the text, or the date, unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub field: Option<String>,
    /// The first day, such as `2001-05-17`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub from: Option<String>,
    /// The last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub to: Option<String>,
}

/// A form.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BuilderRows {
    /// Its rows, all of which must hold.
    pub rows: Vec<BuilderRow>,
}

/// What is wrong with a row.
#[derive(Debug, Serialize, ToSchema)]
pub struct RowError {
    /// The how-manieth row it is, from 0.
    pub row: u32,
    /// What to write instead, as a sentence.
    pub message: String,
}

/// The query a form stands for.
#[derive(Debug, Serialize, ToSchema)]
pub struct BuiltQuery {
    /// The query in canonical form; empty for every document, and when a row is wrong.
    pub query: String,
    /// The query in a sentence; absent when a row is wrong.
    pub explanation: Option<String>,
    /// What is wrong; absent when nothing is.
    pub error: Option<RowError>,
}

/// A query as a form.
#[derive(Debug, Serialize, ToSchema)]
pub struct QueryRows {
    /// The rows; absent when the query cannot be shown as rows.
    pub rows: Option<Vec<BuilderRow>>,
}

/// Makes the query rows of a form stand for.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/query/build", tag = "search", operation_id = "build_query",
    params(MatterPath), request_body = BuilderRows,
    responses((status = 200, body = BuiltQuery),
              (status = 422, description = "`too_many_rows`", body = ErrorBody)))]
pub(crate) async fn build(
    _: Member<right::ReadDocuments>,
    Body(asked): Body<BuilderRows>,
) -> Result<Json<BuiltQuery>, ApiError> {
    if asked.rows.len() > MAX_ROWS {
        let message = format!("a form has at most {MAX_ROWS} rows; write the rest as a query");
        return Err(ApiError::unprocessable("too_many_rows", message));
    }
    Ok(Json(blocking(move || built(&asked.rows)).await?))
}

/// Shows a query as rows of a form, when rows can say it.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/query/rows", tag = "search", operation_id = "show_rows",
    params(MatterPath), request_body = QueryText,
    responses((status = 200, body = QueryRows), (status = 404, body = ErrorBody)))]
pub(crate) async fn rows(
    _: Member<right::ReadDocuments>,
    Body(asked): Body<QueryText>,
) -> Result<Json<QueryRows>, ApiError> {
    let dialect = dialect(asked.dialect.as_deref())?;
    let rows = blocking(move || {
        let query = parse(dialect, &asked.query).ok()?.query;
        builder::rows(&query).filter(|rows| rows.len() <= MAX_ROWS)
    });
    let rows = rows.await?;
    Ok(Json(QueryRows { rows: rows.map(|rows| rows.into_iter().map(BuilderRow::from).collect()) }))
}

fn built(rows: &[BuilderRow]) -> BuiltQuery {
    let bad = |row: usize, message: String| BuiltQuery {
        query: String::new(),
        explanation: None,
        error: Some(RowError { row: u32::try_from(row).unwrap_or(u32::MAX), message }),
    };
    let mut understood = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        match Row::try_from(row) {
            Ok(row) => understood.push(row),
            Err(message) => return bad(at, message),
        }
    }
    match builder::build(&understood) {
        Ok(query) => BuiltQuery { explanation: Some(explain(&query)), query: query.to_string(), error: None },
        Err(why) => bad(why.row, why.message),
    }
}

impl TryFrom<&BuilderRow> for Row {
    type Error = String;

    fn try_from(row: &BuilderRow) -> Result<Self, String> {
        let text = || row.text.clone();
        let field = || row.field.as_ref().map(|name| name.parse::<Field>()).transpose();
        let day = |text: &Option<String>| {
            let text = text.as_deref().map(str::trim).filter(|text| !text.is_empty());
            let wrong = |text: &str| format!("`{text}` is no day; write one such as 2001-05-17");
            text.map(|text| text.parse().map_err(|_| wrong(text))).transpose()
        };
        let words = |how| Ok::<_, String>(Self::Words { how, text: text(), field: field()? });
        Ok(match row.kind {
            RowKind::All => words(How::All)?,
            RowKind::Any => words(How::Any)?,
            RowKind::None => words(How::None)?,
            RowKind::Phrase => Self::Phrase { text: text(), field: field()? },
            RowKind::Near => Self::Near {
                left: text(),
                right: row.other.clone(),
                distance: row.distance.unwrap_or(USUAL_DISTANCE),
                is_ordered: row.ordered,
                field: field()?,
            },
            RowKind::Date => {
                let field = row.field.as_deref().unwrap_or("date").parse::<OrderedField>()?;
                Self::Dates { field, first: day(&row.from)?, last: day(&row.to)? }
            }
            RowKind::Coded => Self::Coded { concept: text(), is_excluded: false },
            RowKind::NotCoded => Self::Coded { concept: text(), is_excluded: true },
            RowKind::Annotated => {
                let concept = Some(text()).filter(|concept| !concept.trim().is_empty());
                Self::Annotated { concept }
            }
        })
    }
}

impl From<Row> for BuilderRow {
    fn from(row: Row) -> Self {
        let of = |kind, text: String| Self {
            kind,
            text,
            other: String::new(),
            distance: None,
            ordered: false,
            field: None,
            from: None,
            to: None,
        };
        let named = |field: Option<Field>| field.map(|field| field.to_string());
        match row {
            Row::Words { how, text, field } => {
                let kind = match how {
                    How::All => RowKind::All,
                    How::Any => RowKind::Any,
                    How::None => RowKind::None,
                };
                Self { field: named(field), ..of(kind, text) }
            }
            Row::Phrase { text, field } => Self { field: named(field), ..of(RowKind::Phrase, text) },
            Row::Near { left, right, distance, is_ordered, field } => Self {
                other: right,
                distance: Some(distance),
                ordered: is_ordered,
                field: named(field),
                ..of(RowKind::Near, left)
            },
            Row::Dates { field, first, last } => Self {
                field: Some(field.to_string()),
                from: first.map(|day| day.to_string()),
                to: last.map(|day| day.to_string()),
                ..of(RowKind::Date, String::new())
            },
            Row::Coded { concept, is_excluded } => {
                of(if is_excluded { RowKind::NotCoded } else { RowKind::Coded }, concept)
            }
            Row::Annotated { concept } => of(RowKind::Annotated, concept.unwrap_or_default()),
        }
    }
}
