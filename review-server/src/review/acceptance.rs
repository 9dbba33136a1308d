//! Accepted exceptions: a lead looked at one and lets it stand, with a note why.
//!
//! An exception has no number of its own that would survive a matter folder made anew, so it is known by what it says:
//! on which item, of which kind, on which page, why. One that comes out differently is another, which nobody accepted.

use std::collections::BTreeMap;

use redwell_indexer::matter_folder::ExceptionRow;
use redwell_model::Sha256;

use crate::store::Acceptance;

/// What an exception is known by: the digest of item, kind, page, stage and reason, each preceded by its length.
#[must_use]
pub fn key(row: &ExceptionRow) -> String {
    let exception = &row.exception;
    let content = row.sha256.as_ref().map(ToString::to_string).unwrap_or_default();
    let page = exception.page.map(|page| page.to_string()).unwrap_or_default();
    let (kind, stage) = (exception.kind.as_str(), exception.stage.as_str());
    let mut bytes = Vec::new();
    for part in [row.custodian.as_str(), &row.path, &content, kind, &page, stage, &exception.reason] {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part.as_bytes());
    }
    Sha256::of(&bytes).to_string()
}

/// Which exceptions are accepted now, by key: the newest row on each decides.
#[must_use]
pub fn current(rows: Vec<Acceptance>) -> BTreeMap<String, Acceptance> {
    let mut newest = BTreeMap::new();
    for row in rows {
        newest.insert(row.key.clone(), row);
    }
    newest.retain(|_, row| row.is_accepted);
    newest
}

#[cfg(test)]
mod tests {
    use redwell_model::{ExceptionKind, ProcessingException, Stage};

    use super::*;

    fn row(change: impl FnOnce(&mut ExceptionRow)) -> ExceptionRow {
        let exception = ProcessingException::new(Stage::Extract, ExceptionKind::TimeLimit, "hayro", "it took long");
        let mut row = ExceptionRow {
            path: "a/b.pdf".into(),
            custodian: "Ada".into(),
            control_number: None,
            sha256: Some(Sha256::of(b"b")),
            exception: exception.on_page(3),
        };
        change(&mut row);
        row
    }

    #[test]
    fn an_exception_that_changed_is_another() {
        let known = key(&row(|_| ()));
        assert_eq!(known, key(&row(|row| row.exception.tool = "other".into())));
        let changes: [fn(&mut ExceptionRow); 5] = [
            |row| row.path = "a/c.pdf".into(),
            |row| row.sha256 = None,
            |row| row.exception.kind = ExceptionKind::Crashed,
            |row| row.exception.page = Some(4),
            |row| row.exception.reason = "it took longer".into(),
        ];
        for change in changes {
            assert_ne!(known, key(&row(change)));
        }
    }

    #[test]
    fn the_newest_row_decides() {
        let row = |key: &str, is_accepted| Acceptance {
            key: key.into(),
            is_accepted,
            note: String::new(),
            user_id: 1,
            at: String::new(),
        };
        let rows = vec![row("a", true), row("b", true), row("a", false), row("c", false), row("c", true)];
        assert_eq!(current(rows).into_keys().collect::<Vec<_>>(), ["b", "c"]);
    }
}
