//! The time one search may take.

use std::time::{Duration, Instant};

use redwell_search::Query;
use redwell_search::engine::EngineError;

/// When a search gives up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Deadline {
    at: Instant,
    allowed: Duration,
}

impl Deadline {
    /// So long from now.
    pub(super) fn after(allowed: Duration) -> Self {
        Self { at: Instant::now() + allowed, allowed }
    }

    /// Refuses to go on with a part when the time is over.
    pub(super) fn check(&self, part: &Query) -> Result<(), EngineError> {
        if Instant::now() < self.at {
            return Ok(());
        }
        Err(EngineError::TooLong { part: part.to_string(), seconds: self.allowed.as_secs() })
    }
}
