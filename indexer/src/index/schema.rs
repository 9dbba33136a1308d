//! What the index holds of a document: words with their positions, and columns to filter, sort and count by.
//!
//! Nothing is stored to be read back; texts and metadata are in the matter folder. Changing anything here makes
//! old indexes unusable: they are rebuilt.

use std::collections::BTreeMap;

use redwell_model::Ordinal;
use redwell_search::Field;
use redwell_search::date::second_of;
use tantivy::TantivyDocument;
use tantivy::schema::{self, FAST, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};

use super::tokenizer;
use crate::matter_folder::DocumentRow;

/// The column of ordinals, also a term so that a document can be replaced.
pub(super) const ORDINAL: &str = "ordinal";
/// The column of dates, in seconds from 1970.
pub(super) const DATE: &str = "date";
/// The columns facets are counted by.
pub(super) const CUSTODIAN: &str = "custodian_value";
pub(super) const TYPE: &str = "type_value";
pub(super) const LANGUAGE: &str = "language_value";
/// The words of the canonical text.
const TEXT: &str = "text";

/// The fields of the index.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    pub(super) schema: Schema,
    pub(super) ordinal: schema::Field,
    pub(super) text: schema::Field,
    of_metadata: BTreeMap<Field, schema::Field>,
    date: schema::Field,
    custodian: schema::Field,
    format: schema::Field,
    language: schema::Field,
}

impl Fields {
    /// The one schema there is.
    pub(super) fn new() -> Self {
        let mut builder = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(tokenizer::NAME)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        let words = TextOptions::default().set_indexing_options(indexing.clone().set_fieldnorms(true));
        let values = TextOptions::default()
            .set_indexing_options(indexing.set_tokenizer(tokenizer::OF_VALUES).set_fieldnorms(true));
        let value = TextOptions::default().set_fast(None);
        let ordinal = builder.add_u64_field(ORDINAL, FAST | INDEXED);
        let text = builder.add_text_field(TEXT, words);
        let of_metadata = Field::ALL
            .into_iter()
            .map(|field| (field, builder.add_text_field(field.as_str(), values.clone())))
            .collect();
        let date = builder.add_i64_field(DATE, FAST);
        let custodian = builder.add_text_field(CUSTODIAN, value.clone());
        let format = builder.add_text_field(TYPE, value.clone());
        let language = builder.add_text_field(LANGUAGE, value);
        Self { schema: builder.build(), ordinal, text, of_metadata, date, custodian, format, language }
    }

    /// The field that holds the words of a metadata field, or of the text.
    pub(super) fn words_of(&self, field: Option<Field>) -> schema::Field {
        field.map_or(self.text, |field| self.of_metadata[&field])
    }

    /// The term a document is replaced by.
    pub(super) fn ordinal_term(&self, ordinal: Ordinal) -> tantivy::Term {
        tantivy::Term::from_field_u64(self.ordinal, u64::from(ordinal))
    }

    /// A document as the index takes it.
    pub(super) fn document(&self, row: &DocumentRow, text: &str) -> TantivyDocument {
        let mut document = TantivyDocument::new();
        document.add_u64(self.ordinal, u64::from(row.ordinal));
        document.add_text(self.text, text);
        for (field, values) in searched_values(row) {
            if !values.is_empty() {
                document.add_text(self.words_of(Some(field)), tokenizer::joined(&values));
            }
        }
        if let Some(moment) = row.date {
            document.add_i64(self.date, second_of(moment));
        }
        for custodian in custodians(row) {
            document.add_text(self.custodian, custodian);
        }
        document.add_text(self.format, row.format.as_str());
        if let Some(language) = &row.language {
            document.add_text(self.language, language);
        }
        document
    }
}

/// What the fields of a query look at.
pub(super) fn searched_values(row: &DocumentRow) -> BTreeMap<Field, Vec<String>> {
    let metadata = &row.metadata;
    let shown = |addresses: &[redwell_model::Address]| addresses.iter().map(ToString::to_string).collect();
    let values = |field| match field {
        Field::From => shown(&metadata.from),
        Field::To => shown(&metadata.to),
        Field::Cc => shown(&metadata.cc),
        Field::Subject => metadata.subject.iter().cloned().collect(),
        Field::Title => vec![row.title.clone()],
        Field::Author => metadata.authors.clone(),
        Field::Custodian => custodians(row).to_vec(),
        Field::Type => vec![row.format.as_str().to_owned()],
        Field::Path => vec![row.path.clone()],
        Field::Language => row.language.iter().cloned().collect(),
    };
    Field::ALL.into_iter().map(|field| (field, values(field))).collect()
}

/// Everyone a document was collected from.
fn custodians(row: &DocumentRow) -> &[String] {
    if row.custodians.is_empty() { std::slice::from_ref(&row.custodian) } else { &row.custodians }
}
