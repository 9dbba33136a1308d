//! `/matters/{matter}/bulk/export` and `…/control-numbers`: the documents selected as a table, and as their numbers.

use axum::Json;
use rayon::prelude::*;
use redwell_indexer::matter_folder::DocumentRow;
use redwell_model::When;
use redwell_search::evaluate::hit_ranges;
use redwell_search::snippets::snippets;
use redwell_search::{DocumentSet, Query};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::asked::{Asked, QuestionBody};
use super::selection::Selection;
use super::{Body, ErrorBody, MatterPath, control_number};
use crate::auth::{Member, right};
use crate::deliver::document_table::{Cell, DocumentTable};
use crate::error::ApiError;
use crate::file_response::{MadeHeaders, made};
use crate::matter::OpenMatter;
use crate::matter::find::Known;
use crate::review::time_zone::MatterZone;

/// Documents read at a time.
const CHUNK: usize = 1_000;

/// What a column of the table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TableColumn {
    /// The control number.
    ControlNumber,
    /// What people call it.
    Title,
    /// Everyone it was collected from.
    Custodian,
    /// Whom a mail is from.
    From,
    /// Whom it was sent to.
    To,
    /// The authors the file names.
    Author,
    /// Its date by the matter's clock, with the offset; the day alone where no time is stated.
    Date,
    /// The kind of file.
    Type,
    /// Bytes of the original.
    Size,
    /// Pages.
    Pages,
    /// The language of its text.
    Language,
    /// What the concepts recorded on it are called.
    Concepts,
    /// How many annotations it has.
    Annotations,
    /// How many processing exceptions it has.
    Exceptions,
    /// How many passages of its text the search of `hits_of` marks.
    Hits,
    /// Its text around the first of them.
    FirstHit,
    /// The control number of the first document of its family.
    Family,
    /// The name of its file.
    FileName,
    /// Its path as collected.
    Path,
}

/// What kind of file the table is to be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TableFormat {
    /// Comma-separated values.
    #[default]
    Csv,
    /// A workbook.
    Xlsx,
}

/// Documents to write as a table.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TableRequest {
    /// Which documents.
    pub selection: Selection,
    /// The columns, in order.
    pub columns: Vec<TableColumn>,
    /// The search whose hits are counted; without it documents have none.
    #[schema(nullable = false)]
    pub hits_of: Option<QuestionBody>,
    /// What kind of file.
    #[serde(default)]
    #[schema(required = false)]
    pub format: TableFormat,
}

/// Control numbers.
#[derive(Debug, Serialize, ToSchema)]
pub struct ControlNumbers {
    /// In their order.
    pub control_numbers: Vec<String>,
}

/// Writes the documents selected as a table, in control-number order.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/bulk/export", tag = "review", operation_id = "export_selected",
    params(MatterPath), request_body = TableRequest,
    responses((status = 200, description = "a table", content_type = "text/csv"), (status = 403, body = ErrorBody),
              (status = 422, description = "`nothing_selected` or `no_columns`", body = ErrorBody)))]
pub(crate) async fn export(
    member: Member<right::ReadDocuments>,
    Body(TableRequest { selection, columns, hits_of, format }): Body<TableRequest>,
) -> Result<(MadeHeaders, Vec<u8>), ApiError> {
    if columns.is_empty() || columns.len() > 64 {
        return Err(ApiError::unprocessable("no_columns", "a table has between 1 and 64 columns"));
    }
    let zone = member.app.store().matter(&member.slug).await?.map(|row| row.time_zone).unwrap_or_default();
    let hits_of = match hits_of.filter(|_| columns.iter().any(|column| column.is_of_hits())) {
        Some(question) => {
            let asked = Asked::by(&member, question).await?;
            Some(asked.answer(|_, _, understood| Ok(understood.query)).await?)
        }
        None => None,
    };
    let hits_of = hits_of.filter(Query::has_text_words);
    let answer = selection.answer(&member, move |open, known, selected| {
        let rows = Rows { open, known, zone: &zone, hits_of: hits_of.as_ref() };
        let table = rows.table(&selected.all, &columns)?;
        let bytes = match format {
            TableFormat::Csv => table.csv().into_bytes(),
            TableFormat::Xlsx => table.xlsx().map_err(|error| ApiError::Internal(error.into()))?,
        };
        Ok((selected.all.len(), bytes))
    });
    let (documents, bytes) = answer.await?;
    let writing = member.app.store().write().await?;
    writing.audit(member.audit("documents.export", "", serde_json::json!({ "documents": documents }))).await?;
    writing.commit().await?;
    let (kind, ending) = match format {
        TableFormat::Csv => ("text/csv; charset=utf-8", "csv"),
        TableFormat::Xlsx => ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    };
    Ok((made(kind, &format!("{}-documents.{ending}", member.slug)), bytes))
}

/// Gives the control numbers of the documents selected.
#[utoipa::path(post, path = "/api/v1/matters/{matter}/bulk/control-numbers", tag = "review",
    operation_id = "selected_control_numbers", params(MatterPath), request_body = Selection,
    responses((status = 200, body = ControlNumbers),
              (status = 422, description = "`nothing_selected`", body = ErrorBody)))]
pub(crate) async fn control_numbers(
    member: Member<right::ReadDocuments>,
    Body(selection): Body<Selection>,
) -> Result<Json<ControlNumbers>, ApiError> {
    let answer = selection.answer(&member, |open, _, selected| {
        Ok(ControlNumbers { control_numbers: selected.all.iter().map(|one| control_number(open, one)).collect() })
    });
    Ok(Json(answer.await?))
}

impl TableColumn {
    fn is_of_hits(self) -> bool {
        matches!(self, Self::Hits | Self::FirstHit)
    }
}

/// What a search marks in a document.
#[derive(Debug, Default)]
struct Hits {
    count: u64,
    /// The text around the first.
    first: String,
}

/// What rows are written from.
#[derive(Clone, Copy)]
struct Rows<'r> {
    open: &'r OpenMatter,
    known: Known<'r>,
    zone: &'r MatterZone,
    hits_of: Option<&'r Query>,
}

impl Rows<'_> {
    fn table(&self, documents: &DocumentSet, columns: &[TableColumn]) -> Result<DocumentTable, ApiError> {
        let heads = columns.iter().map(|column| head(*column)).collect();
        let ordinals: Vec<u32> = documents.iter().collect();
        let mut rows = Vec::with_capacity(ordinals.len());
        for chunk in ordinals.chunks(CHUNK) {
            let found = self.open.folder().documents(chunk)?;
            let written = found.par_iter().map(|row| {
                let hits = self.hits(row)?;
                Ok(columns.iter().map(|column| self.cell(*column, row, &hits)).collect())
            });
            rows.extend(written.collect::<Result<Vec<Vec<Cell>>, ApiError>>()?);
        }
        Ok(DocumentTable { heads, rows })
    }

    fn hits(&self, row: &DocumentRow) -> Result<Hits, ApiError> {
        let Some(query) = self.hits_of else { return Ok(Hits::default()) };
        let text = self.open.folder().text(row.ordinal)?.map(|text| text.text).unwrap_or_default();
        let ranges = hit_ranges(query, &text);
        if ranges.is_empty() {
            return Ok(Hits::default());
        }
        let first = snippets(&text, &ranges, 1).into_iter().next().map(|snippet| snippet.text);
        Ok(Hits { count: ranges.len() as u64, first: first.unwrap_or_default() })
    }

    fn cell(&self, column: TableColumn, row: &DocumentRow, hits: &Hits) -> Cell {
        let Self { open, known, zone, .. } = *self;
        let all = |values: &[String]| Cell::Text(values.join("; "));
        let addresses = |values: &[redwell_model::Address]| {
            Cell::Text(values.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
        };
        match column {
            TableColumn::ControlNumber => Cell::Text(row.control_number.to_string()),
            TableColumn::Title => Cell::Text(row.title.clone()),
            TableColumn::Custodian => all(&row.custodians),
            TableColumn::From => addresses(&row.metadata.from),
            TableColumn::To => addresses(&row.metadata.to),
            TableColumn::Author => all(&row.metadata.authors),
            TableColumn::Date => {
                let shown = row.metadata.when().map(|when| match when {
                    When::Moment(moment) => zone.at(moment).strftime("%Y-%m-%d %H:%M:%S %:z").to_string(),
                    When::Day(day) => day.to_string(),
                });
                Cell::Text(shown.unwrap_or_default())
            }
            TableColumn::Type => Cell::Text(row.format.label().to_owned()),
            TableColumn::Size => Cell::Number(row.size_bytes),
            TableColumn::Pages => {
                row.metadata.page_count.map_or_else(|| Cell::Text(String::new()), |pages| Cell::Number(pages.into()))
            }
            TableColumn::Language => Cell::Text(row.language.clone().unwrap_or_default()),
            TableColumn::Concepts => {
                let concepts = known.review.concepts_on(row.ordinal);
                Cell::Text(concepts.iter().map(|iri| known.vocabulary.label(iri)).collect::<Vec<_>>().join("; "))
            }
            TableColumn::Annotations => Cell::Number(known.review.annotations_on(row.ordinal).into()),
            TableColumn::Exceptions => Cell::Number(row.exception_count.into()),
            TableColumn::Hits => Cell::Number(hits.count),
            TableColumn::FirstHit => Cell::Text(hits.first.clone()),
            TableColumn::Family => Cell::Text(control_number(open, row.family)),
            TableColumn::FileName => Cell::Text(row.file_name.clone()),
            TableColumn::Path => Cell::Text(row.path.clone()),
        }
    }
}

fn head(column: TableColumn) -> &'static str {
    match column {
        TableColumn::ControlNumber => "Control number",
        TableColumn::Title => "Title",
        TableColumn::Custodian => "Custodian",
        TableColumn::From => "From",
        TableColumn::To => "To",
        TableColumn::Author => "Author",
        TableColumn::Date => "Date",
        TableColumn::Type => "Type",
        TableColumn::Size => "Size in bytes",
        TableColumn::Pages => "Pages",
        TableColumn::Language => "Language",
        TableColumn::Concepts => "Concepts",
        TableColumn::Annotations => "Annotations",
        TableColumn::Exceptions => "Exceptions",
        TableColumn::Hits => "Hits",
        TableColumn::FirstHit => "First hit",
        TableColumn::Family => "Family",
        TableColumn::FileName => "File name",
        TableColumn::Path => "Path",
    }
}
