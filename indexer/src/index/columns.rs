//! Columns of values by document: dates to sort by, and values to count by.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::Arc;

use redwell_model::Ordinal;
use redwell_search::OrderedField;
use redwell_search::date::year_of;
use redwell_search::engine::{EngineError, FacetField, FacetValue};
use roaring::RoaringBitmap;
use tantivy::DocId;

use super::engine::broken;
use super::schema;
use super::snapshot::Segment;

/// The values these documents have in a field of numbers or moments, in their order.
pub(super) fn ordered(
    segment: &Segment,
    documents: &RoaringBitmap,
    field: OrderedField,
) -> Result<Vec<Option<i64>>, EngineError> {
    let column = segment.reader.fast_fields().column_opt::<i64>(&schema::column(field)).map_err(broken)?;
    let value = |document: DocId| column.as_ref().and_then(|column| column.first(document));
    Ok(documents.iter().map(value).collect())
}

/// The first documents of the families of these documents, in their order.
pub(super) fn families(segment: &Segment, documents: &RoaringBitmap) -> Result<Vec<Ordinal>, EngineError> {
    let column = segment.reader.fast_fields().column_opt::<u64>(schema::FAMILY).map_err(broken)?;
    let family = |document: DocId| {
        let first = column.as_ref().and_then(|column| column.first(document));
        first.and_then(|first| Ordinal::try_from(first).ok()).unwrap_or_else(|| segment.ordinal(document))
    };
    Ok(documents.iter().map(family).collect())
}

/// The first custodian of each of these documents, in their order.
pub(super) fn custodians(segment: &Segment, documents: &RoaringBitmap) -> Result<Vec<Arc<str>>, EngineError> {
    let nobody: Arc<str> = Arc::from("");
    let Some(column) = segment.reader.fast_fields().str(schema::CUSTODIAN).map_err(broken)? else {
        return Ok(documents.iter().map(|_| Arc::clone(&nobody)).collect());
    };
    let mut names: BTreeMap<u64, Arc<str>> = BTreeMap::new();
    let mut found = Vec::new();
    for document in documents {
        // Values are numbered in their order.
        let Some(first) = column.term_ords(document).min() else {
            found.push(Arc::clone(&nobody));
            continue;
        };
        let name = match names.entry(first) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let mut name = String::new();
                column.ord_to_str(first, &mut name).map_err(broken)?;
                unknown.insert(name.into())
            }
        };
        found.push(Arc::clone(name));
    }
    Ok(found)
}

/// Adds up how many of these documents have each value of a field; those with none under the empty value.
pub(super) fn count(
    segment: &Segment,
    documents: &RoaringBitmap,
    field: FacetField,
    counts: &mut BTreeMap<String, u64>,
) -> Result<(), EngineError> {
    let column = match field {
        FacetField::Custodian => schema::CUSTODIAN,
        FacetField::Type => schema::TYPE,
        FacetField::Language => schema::LANGUAGE,
        FacetField::Year => {
            for second in ordered(segment, documents, OrderedField::Date)? {
                *counts.entry(second.map(year_of).unwrap_or_default()).or_default() += 1;
            }
            return Ok(());
        }
    };
    let Some(column) = segment.reader.fast_fields().str(column).map_err(broken)? else {
        if !documents.is_empty() {
            *counts.entry(String::new()).or_default() += documents.len();
        }
        return Ok(());
    };
    let mut by_value = vec![0_u64; column.num_terms()];
    let mut without = 0_u64;
    let mut values = Vec::new();
    for document in documents {
        values.clear();
        values.extend(column.term_ords(document));
        values.sort_unstable();
        values.dedup();
        without += u64::from(values.is_empty());
        for value in &values {
            let index = usize::try_from(*value).expect("a segment has far fewer values");
            by_value[index] += 1;
        }
    }
    if without > 0 {
        *counts.entry(String::new()).or_default() += without;
    }
    let mut name = String::new();
    for (value, count) in (0_u64..).zip(by_value).filter(|(_, count)| *count > 0) {
        name.clear();
        column.ord_to_str(value, &mut name).map_err(broken)?;
        *counts.entry(name.clone()).or_default() += count;
    }
    Ok(())
}

/// Counted values, most frequent first, ties by value.
pub(super) fn ranked(counts: BTreeMap<String, u64>) -> Vec<FacetValue> {
    let mut values: Vec<FacetValue> = counts.into_iter().map(|(value, count)| FacetValue { value, count }).collect();
    values.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    values
}
