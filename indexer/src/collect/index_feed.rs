//! Gives the index what the database has committed, and tells the database what the index has.
//!
//! The database comes first: a document is marked as not indexed in the transaction that adds it, and the mark is
//! taken away only after the index made it durable. Killed anywhere in between, the next run indexes it again, which
//! replaces it.

use std::time::{Duration, Instant};

use redwell_model::Ordinal;

use super::CollectError;
use crate::index::IndexWriter;
use crate::matter_folder::{MatterFolder, MatterWriter};

/// The index of a matter being fed.
#[derive(Debug)]
pub(crate) struct IndexFeed {
    index: IndexWriter,
    given: Vec<Ordinal>,
    last_commit: Instant,
}

/// How often the index is made durable during a run.
const COMMIT_EVERY: Duration = Duration::from_secs(60);

/// Documents caught up with in one go.
const BATCH: u32 = 256;

impl IndexFeed {
    pub(crate) fn open(folder: &MatterFolder, threads: usize) -> Result<Self, CollectError> {
        let index = IndexWriter::open(folder.path(), threads)?;
        Ok(Self { index, given: Vec::new(), last_commit: Instant::now() })
    }

    /// Gives the index these documents as the database has them.
    pub(crate) fn put(&mut self, folder: &MatterFolder, ordinals: &[Ordinal]) -> Result<(), CollectError> {
        for row in folder.documents(ordinals)? {
            let text = folder.text(row.ordinal)?.map(|text| text.text).unwrap_or_default();
            self.index.put(&row, &text)?;
        }
        self.given.extend(ordinals);
        Ok(())
    }

    /// Gives the index everything that is marked as not indexed.
    pub(crate) fn catch_up(&mut self, writer: &MatterWriter) -> Result<(), CollectError> {
        self.catch_up_with(writer, &mut |_| {})
    }

    /// As [`catch_up`](Self::catch_up), telling how many were given at each step.
    pub(crate) fn catch_up_with(
        &mut self,
        writer: &MatterWriter,
        given: &mut dyn FnMut(usize),
    ) -> Result<(), CollectError> {
        let mut after = 0;
        loop {
            let waiting = writer.documents_to_index(after, BATCH)?;
            let Some(last) = waiting.last() else { return Ok(()) };
            after = *last;
            self.put(writer.reader(), &waiting)?;
            given(waiting.len());
        }
    }

    /// Makes the index durable when it was not for a while.
    pub(crate) fn commit_now_and_then(&mut self, writer: &mut MatterWriter) -> Result<(), CollectError> {
        if self.last_commit.elapsed() < COMMIT_EVERY { Ok(()) } else { self.commit(writer) }
    }

    /// Makes the index durable and takes the marks away. Not within a transaction.
    pub(crate) fn commit(&mut self, writer: &mut MatterWriter) -> Result<(), CollectError> {
        self.index.commit()?;
        writer.begin()?;
        writer.mark_indexed(self.given.drain(..))?;
        writer.commit()?;
        self.last_commit = Instant::now();
        Ok(())
    }
}
