//! Filling an index.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use redwell_model::Ordinal;
use roaring::RoaringBitmap;
use tantivy::directory::error::LockError;
use tantivy::index::SegmentId;
use tantivy::indexer::{NoMergePolicy, UserOperation};
use tantivy::{Index, TantivyDocument, TantivyError};

use super::place::{self, unusable};
use super::queue::{Queue, Queued};
use super::schema::Fields;
use super::snapshot::Snapshot;
use super::streamed::StreamedDirectory;
use super::{IndexError, tokenizer};
use crate::matter_folder::DocumentRow;

/// Memory for words not yet written, of all threads together, in bytes. More writes fewer segments, which is a little
/// faster; with this much, ten thousand documents need as much memory as a hundred thousand.
const MEMORY_BYTES: usize = 64_000_000;

/// The least memory a thread needs, in bytes.
const LEAST_MEMORY_BYTES: usize = 15_000_000;

/// Threads that share the memory.
const MAX_THREADS: usize = 4;

/// Documents from which on a segment is not joined with others when the writer is done. Joining so many takes about a second.
const SMALL_SEGMENT: u32 = 20_000;

/// Adds documents to the index of one matter. One at a time.
pub struct IndexWriter {
    fields: Fields,
    index: Index,
    /// There until it is closed.
    writer: Option<tantivy::IndexWriter<Queued>>,
    queue: Queue,
    path: PathBuf,
    /// The matter folder, when this is a rebuild that will take the place of the index there.
    replacing: Option<PathBuf>,
    /// Ordinals in the index or put since, which a new `put` must first delete.
    present: RoaringBitmap,
    committed: u64,
}

impl IndexWriter {
    /// Opens the index in `MATTER_FOLDER/index`, creating it when absent.
    ///
    /// # Errors
    /// When it cannot be opened or another process is writing it; `redwell rebuild` helps against the first.
    pub fn open(matter_folder: &Path, threads: usize) -> Result<Self, IndexError> {
        Self::in_folder(place::in_use(matter_folder), threads, None)
    }

    /// Begins an empty index beside the one in use; [`IndexWriter::finish`] puts it in its place.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub fn rebuild(matter_folder: &Path, threads: usize) -> Result<Self, IndexError> {
        let path = place::being_built(matter_folder);
        place::clear(&path)?;
        Self::in_folder(path, threads, Some(matter_folder.to_owned()))
    }

    fn in_folder(path: PathBuf, threads: usize, replacing: Option<PathBuf>) -> Result<Self, IndexError> {
        fs::create_dir_all(&path).map_err(unusable(&path))?;
        let fields = Fields::new();
        let directory = StreamedDirectory::open(&path).map_err(unusable(&path))?;
        let mut index = Index::open_or_create(directory, fields.schema.clone()).map_err(|why| match why {
            TantivyError::SchemaError(_) => IndexError::Outdated { path: path.clone() },
            other => unusable(&path)(other),
        })?;
        index.set_tokenizers(tokenizer::manager());
        let threads = threads.clamp(1, MAX_THREADS);
        let writer = index.writer_with_num_threads(threads, MEMORY_BYTES).map_err(|why| match why {
            TantivyError::LockFailure(LockError::LockBusy, _) => IndexError::Locked { path: path.clone() },
            other => unusable(&path)(other),
        })?;
        let present: RoaringBitmap = Snapshot::open(&path)?.ordinals();
        let committed = present.len();
        let queue = Queue::default();
        Ok(Self { fields, index, writer: Some(writer), queue, path, replacing, present, committed })
    }

    /// Adds a document, replacing what the index holds under its ordinal.
    ///
    /// # Errors
    /// When the index cannot take it.
    pub fn put(&mut self, row: &DocumentRow, text: &str) -> Result<(), IndexError> {
        self.make_way(row.ordinal);
        self.open_writer().add_document(self.queued(row, text)).map_err(unusable(&self.path))?;
        Ok(())
    }

    /// Adds documents as [`put`](Self::put) does each, which wakes a thread once for all of them.
    ///
    /// # Errors
    /// When the index cannot take them.
    pub fn put_all(&mut self, documents: &[(DocumentRow, String)]) -> Result<(), IndexError> {
        documents.iter().for_each(|(row, _)| self.make_way(row.ordinal));
        let add = |(row, text): &(DocumentRow, String)| UserOperation::Add(self.queued(row, text));
        self.open_writer().run(documents.iter().map(add)).map_err(unusable(&self.path))?;
        Ok(())
    }

    /// A document as it is handed over, once there is room for it.
    fn queued(&self, row: &DocumentRow, text: &str) -> Queued {
        self.queue.enter(self.fields.document(row, text), text.len())
    }

    /// Takes out what the index holds under an ordinal that is about to be put.
    fn make_way(&mut self, ordinal: Ordinal) {
        self.remove(ordinal);
        self.present.insert(ordinal);
    }

    /// Takes a document out, if it is there.
    pub fn remove(&mut self, ordinal: Ordinal) {
        if self.present.remove(ordinal) {
            self.open_writer().delete_term(self.fields.ordinal_term(ordinal));
        }
    }

    /// Makes everything put so far durable and searchable.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn commit(&mut self) -> Result<(), IndexError> {
        let writer = self.writer.as_mut().expect("only closing takes it");
        writer.commit().map_err(unusable(&self.path))?;
        let segments = self.index.searchable_segment_metas().map_err(unusable(&self.path))?;
        self.committed = segments.iter().map(|segment| u64::from(segment.num_docs())).sum();
        Ok(())
    }

    /// Commits, waits until segments are merged, joins the small ones left over, and puts a rebuilt index in its place.
    ///
    /// # Errors
    /// When it cannot be written. A rebuild then leaves the index in use as it was.
    pub fn finish(mut self) -> Result<(), IndexError> {
        self.commit()?;
        self.close().and_then(|()| self.join_small()).map_err(unusable(&self.path))?;
        self.replacing.as_deref().map_or(Ok(()), place::replace)
    }

    fn open_writer(&self) -> &tantivy::IndexWriter<Queued> {
        self.writer.as_ref().expect("only closing takes it")
    }

    /// Makes one of the small segments: to every search each costs the same, however few documents it has.
    ///
    /// Opened for that alone, because a merge begun by the policy of tantivy must not be begun a second time.
    fn join_small(&mut self) -> tantivy::Result<()> {
        // Taken apart at once: a segment that somebody still knows of keeps its files.
        let segments = self.index.searchable_segment_metas()?.into_iter();
        let small = segments.filter(|segment| segment.num_docs() < SMALL_SEGMENT);
        let small: Vec<SegmentId> = small.map(|segment| segment.id()).collect();
        if small.len() < 2 {
            return Ok(());
        }
        let mut writer = self.index.writer_with_num_threads::<TantivyDocument>(1, LEAST_MEMORY_BYTES)?;
        writer.set_merge_policy(Box::new(NoMergePolicy));
        writer.merge(&small).wait()?;
        writer.wait_merging_threads()
    }

    /// Waits until segments are merged, and lets another process write.
    fn close(&mut self) -> tantivy::Result<()> {
        self.writer.take().map_or(Ok(()), tantivy::IndexWriter::wait_merging_threads)
    }

    /// How many documents the index holds as of the last commit.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.committed
    }

    /// Whether it holds none as of the last commit.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.committed == 0
    }
}

impl Drop for IndexWriter {
    fn drop(&mut self) {
        // A merge that went on after the lock is gone would remove files of the next writer. Should it fail, the index is
        // as of the last commit.
        drop(self.close());
    }
}

impl fmt::Debug for IndexWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IndexWriter")
            .field("path", &self.path)
            .field("committed", &self.committed)
            .finish_non_exhaustive()
    }
}
