//! What goes with what: conversations and duplicates.
//!
//! A conversation is made of mails that name one another, directly or through mails that were not collected. Duplicates
//! have the same content, or are mails with the same identifier.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use redwell_model::Ordinal;
use redwell_search::engine::EngineError;

use super::engine::broken;
use super::schema;
use super::snapshot::Segment;

/// The first document of the group of every document.
pub(super) type Firsts = BTreeMap<Ordinal, Ordinal>;

/// Documents by conversation.
pub(super) fn threads(segments: &[Segment]) -> Result<Firsts, EngineError> {
    let mut groups = Groups::default();
    for segment in segments {
        for column in [schema::OWN_ID, schema::EARLIER_IDS] {
            groups.join_by_value(segment, column)?;
        }
    }
    Ok(groups.firsts())
}

/// Documents by what they are copies of.
pub(super) fn duplicates(segments: &[Segment]) -> Result<Firsts, EngineError> {
    let mut groups = Groups::default();
    for segment in segments {
        groups.join_by_value(segment, schema::OWN_ID)?;
        // Thirty-two of the sixty-four digits tell contents apart as surely.
        let columns = segment.reader.fast_fields();
        let digits = schema::SHA256.map(|column| columns.column_opt::<u64>(column));
        let [first, next] = digits.map(|column| column.map_err(broken));
        let (Some(first), Some(next)) = (first?, next?) else { continue };
        for document in &segment.living {
            if let (Some(first), Some(next)) = (first.first(document), next.first(document)) {
                let own = groups.of_document(segment.ordinal(document));
                let name = groups.of_name(&format!("{first:016x}{next:016x}"));
                groups.join(own, name);
            }
        }
    }
    Ok(groups.firsts())
}

/// Groups that grow together; each knows another of its group, up to one that stands for all.
#[derive(Default)]
struct Groups {
    toward: Vec<usize>,
    documents: BTreeMap<Ordinal, usize>,
    names: BTreeMap<String, usize>,
}

impl Groups {
    fn new_group(toward: &mut Vec<usize>) -> usize {
        toward.push(toward.len());
        toward.len() - 1
    }

    fn of_document(&mut self, ordinal: Ordinal) -> usize {
        *self.documents.entry(ordinal).or_insert_with(|| Self::new_group(&mut self.toward))
    }

    fn of_name(&mut self, name: &str) -> usize {
        if let Some(known) = self.names.get(name) {
            return *known;
        }
        let group = Self::new_group(&mut self.toward);
        self.names.insert(name.to_owned(), group);
        group
    }

    /// Joins documents that have a value of a column in common.
    fn join_by_value(&mut self, segment: &Segment, column: &str) -> Result<(), EngineError> {
        let Some(column) = segment.reader.fast_fields().str(column).map_err(broken)? else { return Ok(()) };
        let mut names: BTreeMap<u64, usize> = BTreeMap::new();
        let mut name = String::new();
        for document in &segment.living {
            let own = self.of_document(segment.ordinal(document));
            for value in column.term_ords(document) {
                let group = match names.entry(value) {
                    Entry::Occupied(known) => *known.get(),
                    Entry::Vacant(unknown) => {
                        name.clear();
                        column.ord_to_str(value, &mut name).map_err(broken)?;
                        *unknown.insert(self.of_name(&name))
                    }
                };
                self.join(own, group);
            }
        }
        Ok(())
    }

    fn root(&mut self, mut at: usize) -> usize {
        while self.toward[at] != at {
            self.toward[at] = self.toward[self.toward[at]];
            at = self.toward[at];
        }
        at
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.root(one), self.root(other));
        self.toward[other.max(one)] = other.min(one);
    }

    /// The first document of the group of each document.
    fn firsts(mut self) -> BTreeMap<Ordinal, Ordinal> {
        let documents = std::mem::take(&mut self.documents);
        let mut firsts: BTreeMap<usize, Ordinal> = BTreeMap::new();
        let mut found = BTreeMap::new();
        // In the order of ordinals, so the first of a group comes first.
        for (ordinal, group) in documents {
            let first = *firsts.entry(self.root(group)).or_insert(ordinal);
            found.insert(ordinal, first);
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mails_are_joined_through_one_not_collected() {
        let mut groups = Groups::default();
        for (ordinal, names) in [(1, &["a"][..]), (2, &["b", "lost"]), (3, &["c", "lost"]), (4, &["d", "a"])] {
            let own = groups.of_document(ordinal);
            for name in names {
                let group = groups.of_name(name);
                groups.join(own, group);
            }
        }
        assert_eq!(groups.firsts(), BTreeMap::from([(1, 1), (2, 2), (3, 2), (4, 1)]));
    }
}
