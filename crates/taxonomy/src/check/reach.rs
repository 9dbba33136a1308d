//! Whether one node leads to another, within a budget.
//!
//! Real hierarchies are shallow and the budget is never felt; a file made to be slow runs out of it instead of time.

use std::collections::BTreeSet;

use crate::entail::Relation;

/// Steps that one set of searches may take together.
const STEPS: usize = 20_000_000;

/// Searches along relations.
#[derive(Debug)]
pub(crate) struct Reach {
    left: usize,
}

impl Reach {
    pub(crate) fn new() -> Self {
        Self { left: STEPS }
    }

    /// Everything reached from a node by one step or more.
    pub(crate) fn from<'g>(&mut self, start: &str, relation: &Relation<'g>) -> BTreeSet<&'g str> {
        let mut found = BTreeSet::new();
        let mut open: Vec<&'g str> = relation.get(start).into_iter().flatten().copied().collect();
        while let Some(node) = open.pop() {
            if self.left == 0 {
                break;
            }
            self.left -= 1;
            if found.insert(node) {
                open.extend(relation.get(node).into_iter().flatten());
            }
        }
        found
    }

    /// Whether some search was cut short.
    pub(crate) fn is_spent(&self) -> bool {
        self.left == 0
    }
}
