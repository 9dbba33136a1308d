//! What the index holds of a document: words with their positions, and columns to filter, sort and count by.
//!
//! Nothing is stored to be read back; texts and metadata are in the matter folder. Changing anything here makes
//! old indexes unusable: they are rebuilt.

use std::collections::BTreeMap;
use std::ops::Range;

use jiff::Timestamp;
use redwell_model::Ordinal;
use redwell_search::date::second_of;
use redwell_search::{Field, OrderedField};
use tantivy::TantivyDocument;
use tantivy::schema::{self, FAST, INDEXED, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};

use super::{tokenizer, tokens};
use crate::matter_folder::DocumentRow;

/// The column of ordinals, also a term so that a document can be replaced.
pub(super) const ORDINAL: &str = "ordinal";
/// The column of the first ordinals of families.
pub(super) const FAMILY: &str = "family";
/// The column of the ordinals of the documents that directly hold others.
pub(super) const PARENT: &str = "parent";
/// The column of mails' own identifiers.
pub(super) const OWN_ID: &str = "own_id";
/// The column of the identifiers of the mails before.
pub(super) const EARLIER_IDS: &str = "earlier_ids";
/// The columns facets are counted by.
pub(super) const CUSTODIAN: &str = "custodian_value";
pub(super) const TYPE: &str = "type_value";
pub(super) const LANGUAGE: &str = "language_value";
/// The columns of the first digits of digests, sixteen in each, and of the next sixteen of SHA-256. Digests are no
/// words: each would be another, in the dictionary for one document alone.
pub(super) const SHA256: [&str; 2] = ["sha256_digits", "sha256_more_digits"];
const SHA1: &str = "sha1_digits";
const MD5: &str = "md5_digits";
/// Hexadecimal digits of a number of a column.
pub(super) const DIGITS: usize = 16;
/// The words of the canonical text.
const TEXT: &str = "text";

/// The fields of the index.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    pub(super) schema: Schema,
    pub(super) ordinal: schema::Field,
    pub(super) text: schema::Field,
    of_metadata: BTreeMap<Field, schema::Field>,
    ordered: BTreeMap<OrderedField, schema::Field>,
    family: schema::Field,
    parent: schema::Field,
    own_id: schema::Field,
    earlier_ids: schema::Field,
    custodian: schema::Field,
    format: schema::Field,
    language: schema::Field,
    /// Each with the digits of the digest it holds.
    digests: Vec<(Field, Range<usize>, schema::Field)>,
}

impl Fields {
    /// The one schema there is.
    pub(super) fn new() -> Self {
        let mut builder = Schema::builder();
        let words = |field| {
            let indexing = TextFieldIndexing::default()
                .set_tokenizer(tokenizer::name(field))
                .set_index_option(IndexRecordOption::WithFreqsAndPositions)
                .set_fieldnorms(field.is_none());
            TextOptions::default().set_indexing_options(indexing)
        };
        let value = TextOptions::default().set_fast(None);
        let ordinal = builder.add_u64_field(ORDINAL, FAST | INDEXED);
        let text = builder.add_text_field(TEXT, words(None));
        let of_metadata = Field::ALL
            .into_iter()
            .filter(|field| !field.is_digest())
            .map(|field| (field, builder.add_text_field(field.as_str(), words(Some(field)))))
            .collect();
        let columns = OrderedField::ALL.into_iter().filter(|field| has_column(*field));
        let ordered = columns.map(|field| (field, builder.add_i64_field(&column(field), FAST))).collect();
        let family = builder.add_u64_field(FAMILY, FAST);
        let parent = builder.add_u64_field(PARENT, FAST);
        let own_id = builder.add_text_field(OWN_ID, value.clone());
        let earlier_ids = builder.add_text_field(EARLIER_IDS, value.clone());
        let custodian = builder.add_text_field(CUSTODIAN, value.clone());
        let format = builder.add_text_field(TYPE, value.clone());
        let language = builder.add_text_field(LANGUAGE, value);
        let mut digits = |field, from, column| (field, from..from + DIGITS, builder.add_u64_field(column, FAST));
        let digests = vec![
            digits(Field::Md5, 0, MD5),
            digits(Field::Sha1, 0, SHA1),
            digits(Field::Sha256, 0, SHA256[0]),
            digits(Field::Sha256, DIGITS, SHA256[1]),
        ];
        let schema = builder.build();
        Self {
            schema,
            ordinal,
            text,
            of_metadata,
            ordered,
            family,
            parent,
            own_id,
            earlier_ids,
            custodian,
            format,
            language,
            digests,
        }
    }

    /// The field that holds the words of a metadata field that is no digest, or of the text.
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
        for (field, words) in &self.of_metadata {
            if let Some(values) = joined(&values_of(row, *field)) {
                document.add_text(*words, values);
            }
        }
        for (field, digits, column) in &self.digests {
            let number = values_of(row, *field).first().and_then(|digest| leading_digits(digest.get(digits.clone())?));
            if let Some(number) = number {
                document.add_u64(*column, number);
            }
        }
        for (field, column) in &self.ordered {
            if let Some(value) = ordered_value(row, *field) {
                document.add_i64(*column, value);
            }
        }
        document.add_u64(self.family, u64::from(row.family));
        if let Some(parent) = row.parent {
            document.add_u64(self.parent, u64::from(parent));
        }
        let metadata = &row.metadata;
        if let Some(own) = &metadata.message_id {
            document.add_text(self.own_id, own);
        }
        for earlier in metadata.in_reply_to.iter().chain(&metadata.references) {
            document.add_text(self.earlier_ids, earlier);
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

/// The column of the first digits of a digest.
pub(super) fn digits_column(field: Field) -> &'static str {
    match field {
        Field::Md5 => MD5,
        Field::Sha1 => SHA1,
        Field::Sha256 => SHA256[0],
        other => unreachable!("`{other}` is no digest"),
    }
}

/// Sixteen digits as a number.
pub(super) fn leading_digits(digits: &str) -> Option<u64> {
    let are_digits = digits.len() == DIGITS && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    are_digits.then(|| u64::from_str_radix(digits, 16).ok()).flatten()
}

/// Values with a separator between; `None` when there are none.
fn joined(values: &[String]) -> Option<String> {
    let separator = tokens::VALUE_SEPARATOR;
    let clean = |value: &String| value.replace(separator, " ");
    let mut values = values.iter().filter(|value| !value.is_empty()).map(clean);
    let mut all = values.next()?;
    for value in values {
        all.push(separator);
        all.push_str(&value);
    }
    Some(all)
}

/// The name of the column of a field.
pub(super) fn column(field: OrderedField) -> String {
    format!("{field}_value")
}

/// Whether the values of a field are kept as a column: how many words and attachments there are is told by the words
/// and the other documents.
pub(super) fn has_column(field: OrderedField) -> bool {
    !matches!(field, OrderedField::Words | OrderedField::Attachments)
}

/// A number or moment of a document, where it has a column: moments in seconds from 1970.
pub(super) fn ordered_value(row: &DocumentRow, field: OrderedField) -> Option<i64> {
    let metadata = &row.metadata;
    let moment = |moment: Option<Timestamp>| moment.map(second_of);
    match field {
        OrderedField::Date => moment(row.date),
        OrderedField::Sent => moment(metadata.sent),
        OrderedField::Received => moment(metadata.received),
        OrderedField::Created => moment(metadata.created),
        OrderedField::Modified => moment(metadata.modified),
        OrderedField::Size => i64::try_from(row.size_bytes).ok(),
        OrderedField::Pages => metadata.page_count.map(i64::from),
        OrderedField::Exceptions => Some(i64::from(row.exception_count)),
        OrderedField::Words | OrderedField::Attachments => None,
    }
}

/// What a field of a query looks at.
pub(super) fn values_of(row: &DocumentRow, field: Field) -> Vec<String> {
    let metadata = &row.metadata;
    let shown = |addresses: &[redwell_model::Address]| addresses.iter().map(ToString::to_string).collect();
    let one = |value: &Option<String>| value.iter().cloned().collect();
    match field {
        Field::From => shown(&metadata.from),
        Field::To => shown(&metadata.to),
        Field::Cc => shown(&metadata.cc),
        Field::Bcc => shown(&metadata.bcc),
        Field::Subject => one(&metadata.subject),
        Field::Title => vec![row.title.clone()],
        Field::Author => metadata.authors.clone(),
        Field::Custodian => custodians(row).to_vec(),
        Field::Type => vec![row.format.as_str().to_owned()],
        Field::Path => vec![row.path.clone()],
        Field::Language => one(&row.language),
        Field::Filename => vec![row.file_name.clone()],
        Field::Extension => row.file_name.rsplit_once('.').map(|(_, end)| end.to_owned()).into_iter().collect(),
        Field::MessageId => one(&metadata.message_id),
        Field::InReplyTo => one(&metadata.in_reply_to),
        Field::References => metadata.references.clone(),
        Field::Importance => one(&metadata.importance),
        Field::Producer => one(&metadata.producer),
        Field::Md5 => vec![row.digests.md5.clone()],
        Field::Sha1 => vec![row.digests.sha1.clone()],
        Field::Sha256 => vec![row.digests.sha256.to_string()],
        Field::Property => metadata.other.iter().map(|(name, value)| format!("{name}: {value}")).collect(),
    }
}

/// Everyone a document was collected from.
fn custodians(row: &DocumentRow) -> &[String] {
    if row.custodians.is_empty() { std::slice::from_ref(&row.custodian) } else { &row.custodians }
}
