//! Who recorded what is recorded on documents, and on which day.
//!
//! Only decisions that stand are here: what was taken back is gone, and whoever recorded first what is recorded stays its
//! author. Which decisions stand is [`super::state`]'s to say.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use redwell_model::Ordinal;
use redwell_search::DateRange;
use redwell_search::engine::DocumentSet;

use crate::store::Decision;

/// By whom, and on which UTC day; `None` where no day was written down.
pub type Made = (i64, Option<Date>);

/// What is asked of who did something and when.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Makers {
    /// This person; anybody when absent.
    pub by: Option<i64>,
    /// On these days; ever when absent.
    pub at: Option<DateRange>,
}

impl Makers {
    /// Whether this is one of them.
    #[must_use]
    pub fn hold(self, (user, day): Made) -> bool {
        self.by.is_none_or(|by| by == user) && self.at.is_none_or(|at| day.is_some_and(|day| at.holds_day(day)))
    }
}

/// The UTC day of a moment as it is stored.
#[must_use]
pub fn day_of(moment: &str) -> Option<Date> {
    moment.parse::<Timestamp>().ok().map(|moment| TimeZone::UTC.to_datetime(moment).date())
}

/// The decisions that stand: documents by concept, author and day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Standing {
    by_concept: BTreeMap<String, BTreeMap<Made, DocumentSet>>,
}

impl Standing {
    /// A decision recorded a concept that was not recorded on its document.
    pub(super) fn record(&mut self, decision: &Decision) {
        let made = (decision.user_id, day_of(&decision.at));
        let of_concept = self.by_concept.entry(decision.concept.clone()).or_default();
        of_concept.entry(made).or_default().insert(decision.ordinal);
    }

    /// A decision took a concept back.
    pub(super) fn take_back(&mut self, concept: &str, ordinal: Ordinal) {
        let Some(of_concept) = self.by_concept.get_mut(concept) else { return };
        of_concept.retain(|_, documents| {
            documents.remove(ordinal);
            !documents.is_empty()
        });
        if of_concept.is_empty() {
            self.by_concept.remove(concept);
        }
    }

    /// Documents with at least one decision that stands and was made so.
    #[must_use]
    pub fn coded(&self, makers: Makers) -> DocumentSet {
        let all = self.by_concept.values().flatten();
        all.filter(|(made, _)| makers.hold(**made)).fold(DocumentSet::new(), |found, (_, documents)| found | documents)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::review::{ReviewState, coding};

    const NAMES: [&str; 3] = ["a", "b", "c"];
    const DAYS: [&str; 4] = ["2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01"];

    fn ranges() -> impl Strategy<Value = Option<DateRange>> {
        let written = prop::sample::select(vec!["2026-03", "2026", "..2026-03-01", "2026-04..", "2025"]);
        prop::option::of(written.prop_map(|text| DateRange::parse(text).unwrap()))
    }

    proptest! {
        #[test]
        fn documents_are_those_with_a_standing_decision_that_has_all(
            log in prop::collection::vec((1u32..5, 0usize..3, any::<bool>(), 1i64..4, 0usize..4), 0..60),
            by in prop::option::of(1i64..5),
            at in ranges(),
        ) {
            let mut state = ReviewState::default();
            let mut decisions = Vec::new();
            for (id, (ordinal, name, is_set, user_id, day)) in (1..).zip(log) {
                let at = format!("{}T23:59:59.5Z", DAYS[day]);
                let decision = Decision { id, ordinal, concept: NAMES[name].into(), is_set, user_id, at };
                state.decide(&decision);
                decisions.push(decision);
            }
            let has_all = |decision: &Decision| {
                let day: Date = decision.at[..10].parse().unwrap();
                by.is_none_or(|by| by == decision.user_id) && at.is_none_or(|at| at.holds_day(day))
            };
            let expected: DocumentSet = (1u32..5)
                .filter(|ordinal| {
                    let own = decisions.iter().filter(|decision| decision.ordinal == *ordinal).cloned().collect();
                    coding::current(own).iter().any(has_all)
                })
                .collect();
            prop_assert_eq!(state.standing().coded(Makers { by, at }), expected);
            prop_assert_eq!(state.standing().coded(Makers::default()), state.coded());
        }
    }
}
