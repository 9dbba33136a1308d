//! Looking for regular expressions in texts themselves, within bounds.

use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering};

use redwell_model::Ordinal;
use redwell_search::analysis::{Analysis, read_values};
use redwell_search::engine::EngineError;
use redwell_search::evaluate::expression_spans;
use redwell_search::spans::Span;
use redwell_search::term::TextRegex;
use redwell_search::{Field, Query};

use super::deadline::Deadline;

/// The most text one search reads, in bytes.
const MAX_BYTES: u64 = 256 << 20;

/// Where canonical texts and the values of metadata fields are.
pub(super) trait Source: Send + Sync {
    /// The canonical text of a document.
    fn text(&self, ordinal: Ordinal) -> Result<Option<String>, Box<dyn Error + Send + Sync>>;

    /// The values of a field of a document.
    fn values(&self, ordinal: Ordinal, field: Field) -> Result<Vec<String>, Box<dyn Error + Send + Sync>>;
}

/// The texts of a matter, and how much of them one search has read.
pub(super) struct Reading<'s> {
    source: &'s dyn Source,
    bytes: AtomicU64,
}

impl<'s> Reading<'s> {
    pub(super) fn new(source: &'s dyn Source) -> Self {
        Self { source, bytes: AtomicU64::new(0) }
    }

    /// The values of a field of a document.
    pub(super) fn values(&self, query: &Query, ordinal: Ordinal, field: Field) -> Result<Vec<String>, EngineError> {
        let values = self.source.values(ordinal, field).map_err(EngineError::Index)?;
        self.spend(query, values.iter().map(String::len).sum())?;
        Ok(values)
    }

    /// The passages an expression finds in the text or a field of each of these documents.
    pub(super) fn spans(
        &self,
        query: &Query,
        expression: &TextRegex,
        field: Option<Field>,
        ordinals: impl Iterator<Item = Ordinal>,
        deadline: &Deadline,
    ) -> Result<Vec<Vec<Span>>, EngineError> {
        let mut analysis = Analysis::default();
        let compiled = expression.compiled();
        let found =
            ordinals.map(|ordinal| {
                deadline.check(query)?;
                let mut spans = Vec::new();
                match field {
                    None => {
                        let text = self.source.text(ordinal).map_err(EngineError::Index)?.unwrap_or_default();
                        self.spend(query, text.len())?;
                        if compiled.is_match(&text) {
                            analysis.read(&text);
                            spans = expression_spans(compiled, &text, &analysis);
                        }
                    }
                    Some(field) => {
                        let values = self.values(query, ordinal, field)?;
                        read_values(field, &values, &mut analysis, |value, analysis| {
                            let found = expression_spans(compiled, &value.text, analysis).into_iter();
                            spans.extend(found.map(|span| Span {
                                first: span.first + value.position,
                                last: span.last + value.position,
                            }));
                        });
                    }
                }
                Ok(spans)
            });
        found.collect()
    }

    fn spend(&self, query: &Query, bytes: usize) -> Result<(), EngineError> {
        let before = self.bytes.fetch_add(bytes as u64, Ordering::Relaxed);
        if before + bytes as u64 > MAX_BYTES {
            return Err(EngineError::TooMuchText { part: query.to_string(), megabytes: MAX_BYTES >> 20 });
        }
        Ok(())
    }
}
