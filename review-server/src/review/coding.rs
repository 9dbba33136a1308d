//! From decisions on one document to what is recorded on it.

use crate::store::Decision;

/// The decisions that hold, of those on one document given oldest first: for each concept the last one, unless it took
/// the concept back. In the order made.
#[must_use]
pub fn current(decisions: Vec<Decision>) -> Vec<Decision> {
    let mut holding: Vec<Decision> = Vec::new();
    for decision in decisions {
        let known = holding.iter().position(|held| held.concept == decision.concept);
        match (known, decision.is_set) {
            // Recording what is recorded already changes nothing; whoever recorded it first stays.
            (Some(_), true) | (None, false) => {}
            (None, true) => holding.push(decision),
            (Some(at), false) => {
                holding.remove(at);
            }
        }
    }
    holding
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `+a` records concept `a`, `-a` takes it back; the number of the decision that holds is shown behind it.
    fn check(log: &str, expected: &str) {
        let decisions = (1..).zip(log.split_whitespace()).map(|(id, word)| Decision {
            id,
            ordinal: 1,
            concept: word[1..].into(),
            is_set: word.starts_with('+'),
            user_id: 1,
            at: String::new(),
            stage: None,
        });
        let held = current(decisions.collect());
        let shown: Vec<String> = held.iter().map(|held| format!("{}{}", held.concept, held.id)).collect();
        assert_eq!(shown.join(" "), expected, "{log}");
    }

    #[test]
    fn the_last_word_on_each_concept_counts() {
        check("", "");
        check("+a +b", "a1 b2");
        check("+a +b -a", "b2");
        check("+a -a +a", "a3");
        check("+a +a", "a1");
        check("-a", "");
    }
}
