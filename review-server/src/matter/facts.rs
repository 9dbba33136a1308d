//! What a matter's documents have in common: sets of documents by custodian, kind of file, author, size and so on.
//!
//! Filters and facets are both answered from these sets, so a facet's count is the count of the filter it offers. Days
//! are not here: which day a moment falls on depends on the time zone ([`super::calendar`]).

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use redwell_indexer::matter_folder::{DocumentRow, FolderError, MatterFolder};
use redwell_model::{Address, Ordinal, When};
use redwell_search::engine::DocumentSet;

use super::calendar::Calendar;
use crate::review::time_zone::MatterZone;

/// Documents read at a time.
const CHUNK: usize = 1_000;

/// The value of documents that have something.
pub const WITH: &str = "with";
/// The value of documents that have none of it.
pub const WITHOUT: &str = "without";

/// Sizes are told apart by these bands, in bytes, written as `size:` takes them.
pub const SIZE_BANDS: [(u64, &str, &str); 5] = [
    (0, "..9999", "under 10 kB"),
    (10_000, "10000..99999", "10 to 100 kB"),
    (100_000, "100000..999999", "100 kB to 1 MB"),
    (1_000_000, "1000000..9999999", "1 to 10 MB"),
    (10_000_000, "10000000..", "10 MB and more"),
];

/// Documents by the values of one field; documents without a value stand under the empty text.
pub type ByValue = BTreeMap<String, DocumentSet>;

/// Sets of documents by what they have in common.
#[derive(Debug, Default)]
pub struct Facts {
    /// Every document.
    pub all: DocumentSet,
    /// By everyone they were collected from.
    pub custodian: ByValue,
    /// By kind of file.
    pub kind: ByValue,
    /// By what the file's name ends in.
    pub extension: ByValue,
    /// By author, as the file names them.
    pub author: ByValue,
    /// By the domains of the addresses a mail is from.
    pub from_domain: ByValue,
    /// By the domains of the addresses a mail was sent or copied to.
    pub to_domain: ByValue,
    /// By the language of their text.
    pub language: ByValue,
    /// By [`SIZE_BANDS`].
    pub size: ByValue,
    /// With and without documents attached or embedded.
    pub attachments: ByValue,
    /// With and without processing exceptions.
    pub exceptions: ByValue,
    /// When each document is from, by ordinal.
    dates: Vec<Option<When>>,
    families: Vec<Ordinal>,
    family_sizes: BTreeMap<Ordinal, u32>,
    /// In the time zone asked for last.
    calendar: Mutex<Option<(MatterZone, Arc<Calendar>)>>,
}

impl Facts {
    /// Reads them from a matter folder.
    ///
    /// # Errors
    /// When the folder cannot be read.
    pub fn read(folder: &MatterFolder) -> Result<Self, FolderError> {
        let mut facts = Self::default();
        let mut parents = DocumentSet::new();
        let mut after = 0;
        loop {
            let ordinals = folder.ordinals(after, CHUNK)?;
            let Some(last) = ordinals.last() else { break };
            after = *last;
            for row in folder.documents(&ordinals)? {
                facts.add(&row);
                parents.extend(row.parent);
            }
        }
        let without = &facts.all - &parents;
        facts.attachments = [(WITH, parents), (WITHOUT, without)]
            .into_iter()
            .filter(|(_, documents)| !documents.is_empty())
            .map(|(value, documents)| (value.to_owned(), documents))
            .collect();
        Ok(facts)
    }

    fn add(&mut self, row: &DocumentRow) {
        let ordinal = row.ordinal;
        self.all.insert(ordinal);
        for custodian in &row.custodians {
            put(&mut self.custodian, custodian, ordinal);
        }
        put(&mut self.kind, row.format.as_str(), ordinal);
        let extension = row.file_name.rsplit_once('.').map(|(_, end)| end.to_lowercase());
        put(&mut self.extension, extension.as_deref().unwrap_or_default(), ordinal);
        put_all(&mut self.author, row.metadata.authors.iter().map(|author| author.trim().to_owned()), ordinal);
        put_all(&mut self.from_domain, domains(&row.metadata.from), ordinal);
        let metadata = &row.metadata;
        let copied = metadata.to.iter().chain(&metadata.cc).chain(&metadata.bcc);
        put_all(&mut self.to_domain, domains(copied), ordinal);
        put(&mut self.language, row.language.as_deref().unwrap_or_default(), ordinal);
        put(&mut self.size, size_band(row.size_bytes), ordinal);
        put(&mut self.exceptions, if row.exception_count > 0 { WITH } else { WITHOUT }, ordinal);
        let at = usize::try_from(ordinal).unwrap_or(usize::MAX);
        self.dates.resize(at + 1, None);
        self.dates[at] = row.metadata.when();
        self.families.resize(at + 1, 0);
        self.families[at] = row.family;
        *self.family_sizes.entry(row.family).or_default() += 1;
    }

    /// The days documents fall on by the clocks of a zone.
    #[must_use]
    pub fn calendar(&self, zone: &MatterZone) -> Arc<Calendar> {
        let mut cached = self.calendar.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, calendar)) = cached.as_ref()
            && known == zone
        {
            return Arc::clone(calendar);
        }
        let calendar = Arc::new(Calendar::new(self, zone));
        *cached = Some((zone.clone(), Arc::clone(&calendar)));
        calendar
    }

    /// When each document is from, at the place of its ordinal.
    #[must_use]
    pub fn dates(&self) -> &[Option<When>] {
        &self.dates
    }

    /// The first document of the family a document is of.
    #[must_use]
    pub fn family(&self, ordinal: Ordinal) -> Ordinal {
        let family = usize::try_from(ordinal).ok().and_then(|at| self.families.get(at));
        family.copied().unwrap_or(ordinal)
    }

    /// How many documents a family has, by its first one.
    #[must_use]
    pub fn family_size(&self, family: Ordinal) -> u32 {
        self.family_sizes.get(&family).copied().unwrap_or(1)
    }

    /// How many families have some of these documents, but not all their members.
    #[must_use]
    pub fn families_in_part(&self, documents: &DocumentSet) -> u64 {
        let mut members: BTreeMap<Ordinal, u32> = BTreeMap::new();
        for ordinal in documents {
            *members.entry(self.family(ordinal)).or_default() += 1;
        }
        members.iter().filter(|(family, members)| **members < self.family_size(**family)).count() as u64
    }
}

fn put_all(by_value: &mut ByValue, values: impl Iterator<Item = String>, ordinal: Ordinal) {
    let mut has_none = true;
    for value in values.filter(|value| !value.is_empty()) {
        has_none = false;
        put(by_value, &value, ordinal);
    }
    if has_none {
        put(by_value, "", ordinal);
    }
}

fn put(by_value: &mut ByValue, value: &str, ordinal: Ordinal) {
    match by_value.get_mut(value) {
        Some(documents) => {
            documents.insert(ordinal);
        }
        None => {
            by_value.insert(value.to_owned(), DocumentSet::from([ordinal]));
        }
    }
}

fn domains<'a>(addresses: impl IntoIterator<Item = &'a Address>) -> impl Iterator<Item = String> {
    addresses.into_iter().filter_map(|address| Some(address.email.rsplit_once('@')?.1.to_lowercase()))
}

fn size_band(bytes: u64) -> &'static str {
    SIZE_BANDS.iter().rev().find(|(from, ..)| *from <= bytes).map_or("", |(_, band, _)| band)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_fall_into_bands_without_gaps() {
        for (bytes, expected) in [
            (0, "..9999"),
            (9_999, "..9999"),
            (10_000, "10000..99999"),
            (999_999, "100000..999999"),
            (1_000_000, "1000000..9999999"),
            (u64::MAX, "10000000.."),
        ] {
            assert_eq!(size_band(bytes), expected, "{bytes}");
        }
    }
}
