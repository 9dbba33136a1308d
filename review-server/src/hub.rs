//! Tells open browsers what changes: one channel a matter, so that nothing crosses the wall.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use redwell_model::MatterSlug;
use tokio::sync::{broadcast, watch};

use crate::api::events::{BatchChange, BulkChange, Change, DeliverableChange, HitReportChange};
use crate::intake::child::Child;

/// Events a slow browser may lag behind before it is told to reload.
const CAPACITY: usize = 256;

/// Something that changed in a matter.
#[derive(Debug, Clone)]
pub enum Event {
    /// A document was coded or annotated.
    Change(Change),
    /// Something became of a batch.
    Batch(BatchChange),
    /// A bulk action came further.
    Bulk(BulkChange),
    /// A deliverable's state changed.
    Deliverable(DeliverableChange),
    /// A hit report came further.
    HitReport(HitReportChange),
    /// A run that reads documents in came further.
    Intake(Arc<Child>),
}

/// Who is listening.
#[derive(Debug)]
pub struct Hub {
    channels: Mutex<BTreeMap<MatterSlug, broadcast::Sender<Event>>>,
    closing: watch::Sender<bool>,
}

impl Default for Hub {
    fn default() -> Self {
        Self { channels: Mutex::default(), closing: watch::Sender::new(false) }
    }
}

impl Hub {
    /// Listens to a matter.
    #[must_use]
    pub fn listen(&self, slug: &MatterSlug) -> broadcast::Receiver<Event> {
        let mut channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        channels.entry(slug.clone()).or_insert_with(|| broadcast::Sender::new(CAPACITY)).subscribe()
    }

    /// Tells everybody who listens to a matter.
    pub fn tell(&self, slug: &MatterSlug, event: Event) {
        let channels = self.channels.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(channel) = channels.get(slug) {
            // Nobody listening is no failure.
            let _ = channel.send(event);
        }
    }

    /// Becomes `true` when the server is about to stop.
    #[must_use]
    pub fn closing(&self) -> watch::Receiver<bool> {
        self.closing.subscribe()
    }

    /// Ends every stream, so that the server can stop.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }
}
