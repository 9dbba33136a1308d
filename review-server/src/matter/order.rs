//! The whole order of a result, so that any row of it can be asked for by its number, and stays where it is.
//!
//! A cursor leads from page to page; row 61,204 of a hundred thousand has none. The engine is asked once for the order of
//! every document that matches, and pages are slices of it: exact, in the same order as pages by cursor. An order goes
//! by a name: who codes what a search for uncoded documents found, and goes on with that order, misses no row because
//! others left. The orders used last are remembered; one that was forgotten is asked for anew.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use redwell_model::Ordinal;
use redwell_search::Query;
use redwell_search::engine::{DocumentSet, EngineError, SearchEngine, Sort};

use super::Stamp;

/// How many orders are remembered; one of a hundred thousand documents takes 400 kB.
const REMEMBERED: usize = 64;

/// More documents than a matter has.
const ALL: usize = 1 << 32;

/// An order of documents by its name.
#[derive(Debug, Clone)]
pub struct NamedOrder {
    /// What it goes by.
    pub name: String,
    /// The documents in order.
    pub ordinals: Arc<[Ordinal]>,
}

/// The orders used last, newest last.
#[derive(Debug, Default)]
pub(super) struct Orders(Mutex<VecDeque<Known>>);

#[derive(Debug)]
struct Known {
    query: Query,
    within: Option<DocumentSet>,
    sort: Vec<Sort>,
    stamp: Stamp,
    order: NamedOrder,
}

/// What an order is of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The query, resolved.
    pub(super) query: &'a Query,
    /// The documents that pass the filters.
    pub(super) within: Option<&'a DocumentSet>,
    /// In which order.
    pub(super) sort: &'a [Sort],
    /// What the matter folder looked like.
    pub(super) stamp: Stamp,
}

impl Orders {
    /// The documents that match, in order.
    pub(super) fn of(&self, engine: &dyn SearchEngine, asked: Asked<'_>) -> Result<NamedOrder, EngineError> {
        let Asked { query, within, sort, stamp } = asked;
        let same = |known: &Known| {
            known.stamp == stamp && known.sort == sort && known.within.as_ref() == within && known.query == *query
        };
        if let Some(order) = self.found(same) {
            return Ok(order);
        }
        let page = engine.search(query, within, sort, None, ALL)?;
        Ok(self.remember(asked, page.hits.iter().map(|hit| hit.ordinal).collect()))
    }

    /// The order of this name, while it is remembered.
    pub(super) fn named(&self, name: &str) -> Option<NamedOrder> {
        self.found(|known| known.order.name == name)
    }

    /// Remembers an order that was found in another way.
    pub(super) fn remember(&self, asked: Asked<'_>, ordinals: Arc<[Ordinal]>) -> NamedOrder {
        let order = NamedOrder { name: format!("{:016x}", rand::random::<u64>()), ordinals };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= REMEMBERED {
            known.pop_front();
        }
        let (query, within, sort) = (asked.query.clone(), asked.within.cloned(), asked.sort.to_vec());
        known.push_back(Known { query, within, sort, stamp: asked.stamp, order: order.clone() });
        order
    }

    /// The order that is wanted, which was then used last.
    fn found(&self, is_wanted: impl Fn(&Known) -> bool) -> Option<NamedOrder> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let at = known.iter().position(is_wanted)?;
        let used = known.remove(at)?;
        let order = used.order.clone();
        known.push_back(used);
        Some(order)
    }
}
