//! Gives the index what the database has committed, and tells the database what the index has.
//!
//! The database comes first: a document is marked as not indexed in the transaction that adds it, and the mark is
//! taken away only after the index made it durable. Killed anywhere in between, the next run indexes it again, which
//! replaces it.

use std::time::{Duration, Instant};

use redwell_model::Ordinal;

use super::{CollectError, Progress};
use crate::index::IndexWriter;
use crate::matter_folder::{DocumentRow, MatterFolder, MatterWriter};

/// The index of a matter being fed.
#[derive(Debug)]
pub(crate) struct IndexFeed {
    index: IndexWriter,
    given: Vec<Ordinal>,
    last_commit: Instant,
}

/// How often the index is made durable during a run.
const COMMIT_EVERY: Duration = Duration::from_secs(60);

/// Documents given in one go.
const BATCH: usize = 256;

/// New documents handed over together.
const TOGETHER: usize = 16;

impl IndexFeed {
    /// Opens the index of a matter and gives it everything it lacks.
    pub(crate) fn open(writer: &mut MatterWriter, threads: usize) -> Result<Self, CollectError> {
        let folder = writer.reader().clone();
        let index = IndexWriter::open(folder.path(), threads)?;
        if index.len() < folder.status()?.indexed {
            // The index was deleted or is older than the database: it may be, and is filled again.
            writer.mark_nothing_indexed()?;
        }
        let mut feed = Self { index, given: Vec::new(), last_commit: Instant::now() };
        feed.catch_up(writer)?;
        Ok(feed)
    }

    /// Makes the index of a matter anew; how many documents it holds. The one in use stays until the new one is whole.
    pub(crate) fn rebuild(writer: &mut MatterWriter, threads: usize, progress: &Progress) -> Result<u64, CollectError> {
        let folder = writer.reader().clone();
        let index = IndexWriter::rebuild(folder.path(), threads)?;
        let mut feed = Self { index, given: Vec::new(), last_commit: Instant::now() };
        let mut after = 0;
        loop {
            let ordinals = folder.ordinals(after, BATCH)?;
            let Some(last) = ordinals.last() else { break };
            after = *last;
            feed.put(&folder, &ordinals)?;
            ordinals.iter().for_each(|_| progress.done(0));
            progress.recorded(0, feed.given.len() as u64, 0);
        }
        let documents = feed.given.len() as u64;
        feed.finish(writer)?;
        Ok(documents)
    }

    /// Gives the index these new documents.
    pub(crate) fn put_fresh(&mut self, documents: &[(DocumentRow, String)]) -> Result<(), CollectError> {
        documents.chunks(TOGETHER).try_for_each(|some| self.index.put_all(some))?;
        self.given.extend(documents.iter().map(|(row, _)| row.ordinal));
        Ok(())
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
        let mut after = 0;
        loop {
            let waiting = writer.documents_to_index(after, BATCH)?;
            let Some(last) = waiting.last() else { return Ok(()) };
            after = *last;
            self.put(writer.reader(), &waiting)?;
        }
    }

    /// Makes the index durable when it was not for a while. Not within a transaction.
    pub(crate) fn commit_now_and_then(&mut self, writer: &mut MatterWriter) -> Result<(), CollectError> {
        if self.last_commit.elapsed() < COMMIT_EVERY {
            return Ok(());
        }
        self.index.commit()?;
        mark(writer, &mut self.given)?;
        self.last_commit = Instant::now();
        Ok(())
    }

    /// Makes the index durable for the last time. Not within a transaction.
    pub(crate) fn finish(mut self, writer: &mut MatterWriter) -> Result<(), CollectError> {
        self.index.finish()?;
        mark(writer, &mut self.given)
    }
}

fn mark(writer: &mut MatterWriter, given: &mut Vec<Ordinal>) -> Result<(), CollectError> {
    writer.begin()?;
    writer.mark_indexed(given.drain(..))?;
    writer.commit()?;
    Ok(())
}
