//! The whole order of a result, so that any row of it can be asked for by its number.
//!
//! A cursor leads from page to page; row 61,204 of a hundred thousand has none. The engine is asked once for the order of
//! every document that matches, and pages are slices of it: exact, in the same order as pages by cursor. The orders
//! asked for last are remembered until the matter folder changes or the question means other documents.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use redwell_model::Ordinal;
use redwell_search::Query;
use redwell_search::engine::{DocumentSet, EngineError, SearchEngine, Sort};

use super::Stamp;

/// How many orders are remembered; a hundred thousand documents take 400 kB.
const REMEMBERED: usize = 8;

/// More documents than a matter has.
const ALL: usize = 1 << 32;

/// The orders asked for last, newest last.
#[derive(Debug, Default)]
pub(super) struct Orders(Mutex<VecDeque<Order>>);

#[derive(Debug)]
struct Order {
    query: Query,
    within: Option<DocumentSet>,
    sort: Vec<Sort>,
    stamp: Stamp,
    ordinals: Arc<[Ordinal]>,
}

impl Orders {
    /// The documents that match, in order.
    pub(super) fn of(
        &self,
        engine: &dyn SearchEngine,
        stamp: Stamp,
        (query, within): (&Query, Option<&DocumentSet>),
        sort: &[Sort],
    ) -> Result<Arc<[Ordinal]>, EngineError> {
        {
            let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            known.retain(|order| order.stamp == stamp);
            let same = |order: &Order| order.sort == sort && order.within.as_ref() == within && order.query == *query;
            if let Some(at) = known.iter().position(same)
                && let Some(order) = known.remove(at)
            {
                let ordinals = Arc::clone(&order.ordinals);
                known.push_back(order);
                return Ok(ordinals);
            }
        }
        let page = engine.search(query, within, sort, None, ALL)?;
        let ordinals: Arc<[Ordinal]> = page.hits.iter().map(|hit| hit.ordinal).collect();
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.pop_front();
        }
        let (query, within, sort) = (query.clone(), within.cloned(), sort.to_vec());
        known.push_back(Order { query, within, sort, stamp, ordinals: Arc::clone(&ordinals) });
        Ok(ordinals)
    }
}
