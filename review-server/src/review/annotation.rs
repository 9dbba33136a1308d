//! From events to annotations, and which changes may be made to one.

use crate::store::{AnnotationEvent, EventKind};

/// An annotation as its events leave it.
#[derive(Debug, Clone, PartialEq)]
pub struct Current {
    /// Its newest event: what it is now.
    pub newest: AnnotationEvent,
    /// Who wrote it.
    pub author: i64,
    /// When it was written.
    pub created_at: String,
}

impl Current {
    /// Whether it was deleted.
    #[must_use]
    pub fn is_deleted(&self) -> bool {
        self.newest.kind == EventKind::Deleted
    }
}

/// The annotations these events make, each as it is now; events oldest first. In the order of the text.
#[must_use]
pub fn current(events: Vec<AnnotationEvent>) -> Vec<Current> {
    let mut found: Vec<Current> = Vec::new();
    for event in events {
        match found.iter_mut().find(|known| known.newest.annotation == event.annotation) {
            Some(known) => known.newest = event,
            None => found.push(Current { author: event.user_id, created_at: event.at.clone(), newest: event }),
        }
    }
    found.sort_by_key(|annotation| (annotation.newest.anchor.range, annotation.newest.annotation));
    found
}
