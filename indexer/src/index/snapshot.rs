//! An index as of one commit, opened for reading.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use redwell_model::Ordinal;
use redwell_search::DocumentSet;
use redwell_search::engine::EngineError;
use roaring::RoaringBitmap;
use tantivy::directory::MmapDirectory;
use tantivy::postings::Postings as _;
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet as _, Index, InvertedIndexReader, ReloadPolicy, SegmentReader, TERMINATED};

use super::bits::Bits;
use super::engine::broken;
use super::expansion::Kept;
use super::place::{Version, unusable};
use super::ranking::Ranking;
use super::relations::Firsts;
use super::schema::{self, Fields};
use super::{IndexError, relations, tokenizer, tokens};

/// How often opening is tried again when the index changes meanwhile.
const ATTEMPTS: usize = 20;

/// An index as of one commit. Its files stay readable for as long as it lives, whatever becomes of the folder.
pub(super) struct Snapshot {
    pub(super) version: Version,
    pub(super) fields: Fields,
    pub(super) segments: Vec<Segment>,
    /// What searches before found in the dictionaries.
    pub(super) kept: Kept,
    length_parts: OnceLock<Box<[f64; 256]>>,
    attachments: OnceLock<Vec<u32>>,
    threads: OnceLock<Firsts>,
    duplicates: OnceLock<Firsts>,
}

/// One segment of it.
pub(super) struct Segment {
    pub(super) reader: SegmentReader,
    /// The ordinal of every document of the segment, replaced ones included.
    pub(super) ordinals: Vec<Ordinal>,
    /// Documents that are not replaced.
    pub(super) living: RoaringBitmap,
    lengths: OnceLock<Vec<u32>>,
}

impl Snapshot {
    /// Opens the last commit of the index in a folder.
    pub(super) fn open(path: &Path) -> Result<Self, IndexError> {
        let mut last = None;
        for _ in 0..ATTEMPTS {
            // A commit or a replacement between two steps can leave files behind that are already gone: look again.
            let version = Version::of(path)?;
            let opened = Self::open_version(path, version.clone());
            match opened {
                Ok(Some(snapshot)) => return Ok(snapshot),
                Ok(None) => return Err(IndexError::Outdated { path: path.to_owned() }),
                Err(why) if Version::of(path)? == version => return Err(unusable(path)(why)),
                Err(why) => last = Some(why),
            }
        }
        Err(unusable(path)(last.expect("every attempt before the last failed")))
    }

    /// `None` when the index was made by another version of the program.
    fn open_version(path: &Path, version: Version) -> tantivy::Result<Option<Self>> {
        let mut index = Index::open(MmapDirectory::open(path)?)?;
        index.set_tokenizers(tokenizer::manager());
        let fields = Fields::new();
        if index.schema() != fields.schema {
            return Ok(None);
        }
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let segments = reader.searcher().segment_readers().iter().map(Segment::new).collect::<tantivy::Result<_>>()?;
        Ok(Some(Self {
            version,
            fields,
            segments,
            kept: Kept::default(),
            length_parts: OnceLock::new(),
            attachments: OnceLock::new(),
            threads: OnceLock::new(),
            duplicates: OnceLock::new(),
        }))
    }

    /// How many documents it holds.
    pub(super) fn documents(&self) -> u64 {
        self.segments.iter().map(|segment| segment.living.len()).sum()
    }

    /// What the length of a text takes from its score, by the code the index keeps of it.
    pub(super) fn length_parts(&self) -> Result<&[f64; 256], EngineError> {
        if let Some(known) = self.length_parts.get() {
            return Ok(known);
        }
        let parts = Ranking::length_parts(self.average_length()?);
        Ok(self.length_parts.get_or_init(|| Box::new(parts)))
    }

    /// The average number of words of a text, as the index rounds them.
    fn average_length(&self) -> Result<f64, EngineError> {
        let (mut words, mut documents) = (0_u64, 0_u64);
        for segment in &self.segments {
            let lengths = segment.reader.get_fieldnorms_reader(self.fields.text).map_err(broken)?;
            words += segment.living.iter().map(|document| u64::from(lengths.fieldnorm(document))).sum::<u64>();
            documents += segment.living.len();
        }
        #[expect(clippy::cast_precision_loss, reason = "an average need not be exact, only the same each time")]
        let average = words as f64 / documents.max(1) as f64;
        Ok(average.max(1.0))
    }

    /// The ordinals of its documents.
    pub(super) fn ordinals(&self) -> DocumentSet {
        let mut found = DocumentSet::new();
        for segment in &self.segments {
            found.extend(segment.living.iter().map(|document| segment.ordinal(document)));
        }
        found
    }

    /// The first document of the conversation of every document.
    pub(super) fn threads(&self) -> Result<&Firsts, EngineError> {
        if let Some(known) = self.threads.get() {
            return Ok(known);
        }
        let found = relations::threads(&self.segments)?;
        Ok(self.threads.get_or_init(|| found))
    }

    /// The first of the duplicates of every document.
    pub(super) fn duplicates(&self) -> Result<&Firsts, EngineError> {
        if let Some(known) = self.duplicates.get() {
            return Ok(known);
        }
        let found = relations::duplicates(&self.segments)?;
        Ok(self.duplicates.get_or_init(|| found))
    }

    /// How many documents are attached to each, by ordinal.
    pub(super) fn attachments(&self) -> Result<&[u32], EngineError> {
        if let Some(known) = self.attachments.get() {
            return Ok(known);
        }
        let mut counts: Vec<u32> = Vec::new();
        for segment in &self.segments {
            let parents = segment.reader.fast_fields().column_opt::<u64>(schema::PARENT).map_err(broken)?;
            let Some(parents) = parents else { continue };
            let held = segment.living.iter().filter_map(|document| parents.first(document));
            for parent in held.filter_map(|parent| usize::try_from(parent).ok()) {
                if counts.len() <= parent {
                    counts.resize(parent + 1, 0);
                }
                counts[parent] += 1;
            }
        }
        Ok(self.attachments.get_or_init(|| counts))
    }
}

impl Segment {
    fn new(reader: &SegmentReader) -> tantivy::Result<Self> {
        let column = reader.fast_fields().u64(schema::ORDINAL)?.first_or_default_col(0);
        let ordinal = |document| Ordinal::try_from(column.get_val(document)).expect("ordinals are written as 32 bits");
        let ordinals = (0..reader.max_doc()).map(ordinal).collect();
        let living = reader.doc_ids_alive().collect();
        Ok(Self { reader: reader.clone(), ordinals, living, lengths: OnceLock::new() })
    }

    /// The ordinal of a document of this segment.
    pub(super) fn ordinal(&self, document: u32) -> Ordinal {
        self.ordinals[document as usize]
    }

    /// Whether a document is not replaced.
    pub(super) fn is_living(&self, document: u32) -> bool {
        self.reader.alive_bitset().is_none_or(|living| living.is_alive(document))
    }

    /// Its living documents, of those in `within` when given.
    pub(super) fn inside(&self, within: Option<&Bits>) -> RoaringBitmap {
        match within {
            None => self.living.clone(),
            Some(set) => {
                let mut found = Bits::below(self.reader.max_doc());
                let documents = (0..).zip(&self.ordinals).filter(|(_, ordinal)| set.contains(**ordinal));
                documents.for_each(|(document, _)| found.insert(document));
                found.into_set() & &self.living
            }
        }
    }

    /// The terms of a field and where they stand.
    pub(super) fn words(&self, field: tantivy::schema::Field) -> Result<Arc<InvertedIndexReader>, EngineError> {
        self.reader.inverted_index(field).map_err(broken)
    }

    /// How many words the text of each document has.
    pub(super) fn lengths(&self, text: tantivy::schema::Field) -> Result<&[u32], EngineError> {
        if let Some(known) = self.lengths.get() {
            return Ok(known);
        }
        let mut lengths = vec![0; self.ordinals.len()];
        let words = self.words(text)?;
        if let Some(end) = words.terms().get(tokens::END).map_err(broken)? {
            let mut postings =
                words.read_postings_from_terminfo(&end, IndexRecordOption::WithFreqsAndPositions).map_err(broken)?;
            let mut positions = Vec::new();
            while postings.doc() != TERMINATED {
                postings.positions(&mut positions);
                lengths[postings.doc() as usize] = positions.first().copied().unwrap_or_default();
                postings.advance();
            }
        }
        Ok(self.lengths.get_or_init(|| lengths))
    }
}
