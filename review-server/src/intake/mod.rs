//! Documents into a matter from the web page: uploads, folders on this machine, and the runs that read them.
//!
//! The server never writes a matter folder. It starts its own program as a child, `redwell ingest … --progress json
//! --control stdin`, tells it to pause, go on or cancel, and shows what it says of itself. Whether another process
//! writes to the matter is known to the lock of its folder alone. A child whose server dies reads the end of its input
//! and cancels by itself.

pub mod child;
pub mod order;
pub mod places;
pub mod uploads;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use redwell_indexer::matter_folder::{FolderError, is_being_written};
use redwell_model::MatterSlug;

use crate::app::App;
use child::Child;
use order::Order;

/// The newest run of each matter that this server started.
#[derive(Debug, Default)]
pub struct Intake {
    newest: Mutex<BTreeMap<MatterSlug, Arc<Child>>>,
    /// Taken while a run is being started, so that two are never started at once.
    starting: tokio::sync::Mutex<()>,
    /// Taken while an uploaded file is put in its place.
    pub(crate) placing: tokio::sync::Mutex<()>,
}

/// Why a run could not be started.
#[derive(Debug, thiserror::Error)]
pub enum NotStarted {
    /// A process writes to the matter already.
    #[error("documents are being read into this matter already; wait for that run, or cancel it where it was started")]
    Busy,
    /// The matter folder could not be looked at.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// The program could not be started.
    #[error("starting the indexer")]
    Program(#[from] std::io::Error),
}

impl Intake {
    /// Starts a run.
    ///
    /// # Errors
    /// When the matter is being written to, or the program cannot be started.
    pub async fn start(
        &self,
        app: &App,
        slug: &MatterSlug,
        order: &Order,
        started_by: &str,
    ) -> Result<Arc<Child>, NotStarted> {
        let _turn = self.starting.lock().await;
        self.check_idle(app, slug)?;
        let child = Child::start(app, slug, order, started_by)?;
        self.newest.lock().unwrap_or_else(PoisonError::into_inner).insert(slug.clone(), Arc::clone(&child));
        Ok(child)
    }

    /// Does something while no run is at work in a matter and none can be started.
    ///
    /// # Errors
    /// When the matter is being written to.
    pub async fn while_idle<T>(
        &self,
        app: &App,
        slug: &MatterSlug,
        work: impl Future<Output = T>,
    ) -> Result<T, NotStarted> {
        let _turn = self.starting.lock().await;
        self.check_idle(app, slug)?;
        Ok(work.await)
    }

    fn check_idle(&self, app: &App, slug: &MatterSlug) -> Result<(), NotStarted> {
        let is_busy = self.newest(slug).is_some_and(|child| !child.has_ended()) || is_being_written(app.data(), slug)?;
        if is_busy { Err(NotStarted::Busy) } else { Ok(()) }
    }

    /// The newest run this server started in a matter, at work or ended.
    #[must_use]
    pub fn newest(&self, slug: &MatterSlug) -> Option<Arc<Child>> {
        self.newest.lock().unwrap_or_else(PoisonError::into_inner).get(slug).map(Arc::clone)
    }

    /// Asks every run to cancel and waits for them; those that take longer than this are ended.
    pub async fn end_all(&self, patience: Duration) {
        let running: Vec<_> = {
            let all = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
            all.values().filter(|child| !child.has_ended()).map(Arc::clone).collect()
        };
        for child in &running {
            child.tell(child::Word::Cancel);
        }
        let all_ended = async {
            for child in &running {
                child.ended().await;
            }
        };
        if tokio::time::timeout(patience, all_ended).await.is_err() {
            for child in &running {
                child.tell(child::Word::Kill);
                child.ended().await;
            }
        }
    }
}
