//! Who recorded what is recorded on documents, on which day, and in which stage of review.
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

use super::names::folded;
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

/// How a decision was made: by whom and when, and in which stage, as it is compared.
type How = (Made, Option<String>);

/// The decisions that stand: documents by concept, author, day and stage.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Standing {
    by_concept: BTreeMap<String, BTreeMap<How, DocumentSet>>,
}

impl Standing {
    /// A decision recorded a concept that was not recorded on its document.
    pub(super) fn record(&mut self, decision: &Decision) {
        let made = (decision.user_id, day_of(&decision.at));
        let how = (made, decision.stage.as_deref().map(folded));
        let of_concept = self.by_concept.entry(decision.concept.clone()).or_default();
        of_concept.entry(how).or_default().insert(decision.ordinal);
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

    /// Documents with at least one decision that stands and was made so, in this stage when one is asked for.
    #[must_use]
    pub fn coded(&self, makers: Makers, stage: Option<&str>) -> DocumentSet {
        let stage = stage.map(folded);
        let is_asked = |(made, own): &How| makers.hold(*made) && (stage.is_none() || *own == stage);
        let all = self.by_concept.values().flatten();
        all.filter(|(how, _)| is_asked(how)).fold(DocumentSet::new(), |found, (_, documents)| found | documents)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::review::{ReviewState, coding};

    const NAMES: [&str; 3] = ["a", "b", "c"];
    const STAGES: [Option<&str>; 4] = [None, Some("QC"), Some("First Pass"), Some("first pass")];
    const DAYS: [&str; 4] = ["2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01"];

    fn ranges() -> impl Strategy<Value = Option<DateRange>> {
        let written = prop::sample::select(vec!["2026-03", "2026", "..2026-03-01", "2026-04..", "2025"]);
        prop::option::of(written.prop_map(|text| DateRange::parse(text).unwrap()))
    }

    proptest! {
        #[test]
        fn documents_are_those_with_a_standing_decision_that_has_all(
            log in prop::collection::vec((1u32..5, 0usize..3, any::<bool>(), 1i64..4, 0usize..4, 0usize..4), 0..60),
            by in prop::option::of(1i64..5),
            at in ranges(),
            stage in prop::option::of(prop::sample::select(vec!["qc", "first  pass", "second"])),
        ) {
            let mut state = ReviewState::default();
            let mut decisions = Vec::new();
            for (id, (ordinal, name, is_set, user_id, day, own)) in (1..).zip(log) {
                let at = format!("{}T23:59:59.5Z", DAYS[day]);
                let decision = Decision { id, ordinal, concept: NAMES[name].into(), is_set, user_id, at, stage: STAGES[own].map(str::to_owned) };
                state.decide(&decision);
                decisions.push(decision);
            }
            let has_all = |decision: &Decision| {
                let day: Date = decision.at[..10].parse().unwrap();
                by.is_none_or(|by| by == decision.user_id) && at.is_none_or(|at| at.holds_day(day))
                    && stage.is_none_or(|stage| decision.stage.as_deref().map(folded) == Some(folded(stage)))
            };
            let expected: DocumentSet = (1u32..5)
                .filter(|ordinal| {
                    let own = decisions.iter().filter(|decision| decision.ordinal == *ordinal).cloned().collect();
                    coding::current(own).iter().any(has_all)
                })
                .collect();
            prop_assert_eq!(state.standing().coded(Makers { by, at }, stage), expected);
            prop_assert_eq!(state.standing().coded(Makers::default(), None), state.coded());
        }
    }
}
