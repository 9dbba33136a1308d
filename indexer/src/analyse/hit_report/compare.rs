//! What differs between two reports, term by term.

use redwell_search::DocumentSet;

/// What became of one term.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The term as read.
    pub canonical: String,
    /// Its documents in the earlier report; `None` when that did not have the term.
    pub before: Option<DocumentSet>,
    /// Its documents in the later report; `None` when that does not have the term.
    pub after: Option<DocumentSet>,
}

impl Difference {
    /// Documents only the later report has.
    #[must_use]
    pub fn added(&self) -> DocumentSet {
        minus(self.after.as_ref(), self.before.as_ref())
    }

    /// Documents only the earlier report has.
    #[must_use]
    pub fn removed(&self) -> DocumentSet {
        minus(self.before.as_ref(), self.after.as_ref())
    }
}

fn minus(of: Option<&DocumentSet>, without: Option<&DocumentSet>) -> DocumentSet {
    match (of, without) {
        (Some(of), Some(without)) => of - without,
        (Some(of), None) => of.clone(),
        (None, _) => DocumentSet::new(),
    }
}

/// Compares two reports by what their terms read as: the terms of the later in its order, then those only the earlier
/// has. A term that stands twice is compared with the first of its kind.
#[must_use]
pub fn compare(before: &[(String, DocumentSet)], after: &[(String, DocumentSet)]) -> Vec<Difference> {
    let find = |list: &[(String, DocumentSet)], term: &str| {
        list.iter().find(|(canonical, _)| canonical == term).map(|(_, set)| set.clone())
    };
    let later = after.iter().map(|(canonical, set)| Difference {
        canonical: canonical.clone(),
        before: find(before, canonical),
        after: Some(set.clone()),
    });
    let gone = before
        .iter()
        .filter(|(canonical, _)| find(after, canonical).is_none())
        .map(|(canonical, set)| Difference { canonical: canonical.clone(), before: Some(set.clone()), after: None });
    later.chain(gone).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_are_paired_by_what_they_read_as() {
        let row = |term: &str, set: &[u32]| (term.to_owned(), set.iter().copied().collect::<DocumentSet>());
        let found = compare(&[row("gone", &[1]), row("same", &[1, 2])], &[row("same", &[2, 3]), row("new", &[4])]);
        let shown: Vec<_> = found
            .iter()
            .map(|one| {
                let list = |set: DocumentSet| set.iter().collect::<Vec<_>>();
                (one.canonical.as_str(), list(one.added()), list(one.removed()))
            })
            .collect();
        assert_eq!(shown, [("same", vec![3], vec![1]), ("new", vec![4], vec![]), ("gone", vec![], vec![1])]);
    }
}
