//! What a bulk action decides on one document: only what changes something, and taking back only what still stands.

use redwell_model::Ordinal;

use super::ReviewState;
use crate::store::Decision;

/// The decisions that change something on a document: concepts it does not have are recorded, those it has taken back.
#[must_use]
pub fn effective(state: &ReviewState, ordinal: Ordinal, set: &[String], clear: &[String]) -> Vec<(String, bool)> {
    let has = |concept: &String| state.coded_with([concept.as_str()]).contains(ordinal);
    let recorded = set.iter().filter(|concept| !has(concept)).map(|concept| (concept.clone(), true));
    let taken_back = clear.iter().filter(|concept| has(concept)).map(|concept| (concept.clone(), false));
    recorded.chain(taken_back).collect()
}

/// What taking an action back decides on a document, of all decisions on it, oldest first, each with whether the action
/// made it: the opposite of each that no later decision on the same concept overtook.
#[must_use]
pub fn taken_back(decisions: &[(Decision, bool)]) -> Vec<(String, bool)> {
    let stands =
        |at: usize, decision: &Decision| decisions[at + 1..].iter().all(|(later, _)| later.concept != decision.concept);
    let own = decisions.iter().enumerate().filter(|(_, (_, is_own))| *is_own);
    own.filter(|(at, (decision, _))| stands(*at, decision))
        .map(|(_, (decision, _))| (decision.concept.clone(), !decision.is_set))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(id: i64, concept: &str, is_set: bool) -> Decision {
        Decision { id, ordinal: 1, concept: concept.into(), is_set, user_id: 1, at: String::new(), stage: None }
    }

    /// `+a` records concept `a`, `-a` takes it back; a `*` behind it says that the action did so.
    fn check(log: &str, expected: &str) {
        let decisions: Vec<(Decision, bool)> = (1..)
            .zip(log.split_whitespace())
            .map(|(id, word)| {
                (decision(id, word[1..].trim_end_matches('*'), word.starts_with('+')), word.ends_with('*'))
            })
            .collect();
        let decided = taken_back(&decisions);
        let shown: Vec<String> =
            decided.iter().map(|(concept, is_set)| format!("{}{concept}", if *is_set { '+' } else { '-' })).collect();
        assert_eq!(shown.join(" "), expected, "{log}");
    }

    #[test]
    fn only_what_still_stands_is_taken_back() {
        check("", "");
        check("+a*", "-a");
        check("+a* -a", "");
        check("+a* -a +a", "");
        check("+a -a* +b*", "+a -b");
        check("+a* +b -b", "-a");
    }

    #[test]
    fn only_what_changes_something_is_decided() {
        let mut state = ReviewState::default();
        state.decide(&decision(1, "a", true));
        let decide = |set: &[&str], clear: &[&str]| {
            let list = |concepts: &[&str]| concepts.iter().map(|&one| one.to_owned()).collect::<Vec<_>>();
            effective(&state, 1, &list(set), &list(clear))
        };
        assert_eq!(decide(&["a", "b"], &["c"]), [("b".to_owned(), true)]);
        assert_eq!(decide(&[], &["a", "b"]), [("a".to_owned(), false)]);
    }
}
