//! An index as of one commit, opened for reading.

use std::path::Path;

use redwell_model::Ordinal;
use redwell_search::DocumentSet;
use roaring::RoaringBitmap;
use tantivy::directory::MmapDirectory;
use tantivy::{Index, ReloadPolicy, SegmentReader};

use super::place::{Version, unusable};
use super::schema::{self, Fields};
use super::{IndexError, tokenizer};

/// How often opening is tried again when the index changes meanwhile.
const ATTEMPTS: usize = 20;

/// An index as of one commit. Its files stay readable for as long as it lives, whatever becomes of the folder.
pub(super) struct Snapshot {
    pub(super) version: Version,
    pub(super) fields: Fields,
    pub(super) segments: Vec<Segment>,
}

/// One segment of it.
pub(super) struct Segment {
    pub(super) reader: SegmentReader,
    /// The ordinal of every document of the segment, replaced ones included.
    pub(super) ordinals: Vec<Ordinal>,
    /// Documents that are not replaced.
    pub(super) living: RoaringBitmap,
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
                Ok(snapshot) => return Ok(snapshot),
                Err(why) if Version::of(path)? == version => return Err(unusable(path)(why)),
                Err(why) => last = Some(why),
            }
        }
        Err(unusable(path)(last.expect("every attempt before the last failed")))
    }

    fn open_version(path: &Path, version: Version) -> tantivy::Result<Self> {
        let mut index = Index::open(MmapDirectory::open(path)?)?;
        index.set_tokenizers(tokenizer::manager());
        let fields = Fields::new();
        if index.schema() != fields.schema {
            return Err(tantivy::TantivyError::SchemaError(
                "the index was made by another version of Redwell".to_owned(),
            ));
        }
        let reader = index.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        let segments = reader.searcher().segment_readers().iter().map(Segment::new).collect::<tantivy::Result<_>>()?;
        Ok(Self { version, fields, segments })
    }

    /// How many documents it holds.
    pub(super) fn documents(&self) -> u64 {
        self.segments.iter().map(|segment| segment.living.len()).sum()
    }

    /// The ordinals of its documents.
    pub(super) fn ordinals(&self) -> DocumentSet {
        let mut found = DocumentSet::new();
        for segment in &self.segments {
            found.extend(segment.living.iter().map(|document| segment.ordinal(document)));
        }
        found
    }
}

impl Segment {
    fn new(reader: &SegmentReader) -> tantivy::Result<Self> {
        let column = reader.fast_fields().u64(schema::ORDINAL)?.first_or_default_col(0);
        let ordinal = |document| Ordinal::try_from(column.get_val(document)).expect("ordinals are written as 32 bits");
        let ordinals = (0..reader.max_doc()).map(ordinal).collect();
        Ok(Self { reader: reader.clone(), ordinals, living: reader.doc_ids_alive().collect() })
    }

    /// The ordinal of a document of this segment.
    pub(super) fn ordinal(&self, document: u32) -> Ordinal {
        self.ordinals[document as usize]
    }

    /// Its living documents, of those in `within` when given.
    pub(super) fn inside(&self, within: Option<&DocumentSet>) -> RoaringBitmap {
        match within {
            None => self.living.clone(),
            Some(set) => self.living.iter().filter(|document| set.contains(self.ordinal(*document))).collect(),
        }
    }
}
