//! How tests of the dialects say what they expect.

use super::{Dialect, Parsed, Warning, WarningKind, parse};

/// A query as it is read.
#[track_caller]
pub(super) fn read(dialect: Dialect, text: &str) -> Parsed {
    parse(dialect, text).unwrap_or_else(|why| panic!("{text}: {why} at {}", why.position))
}

/// The kinds of warnings: `n`, `?` and `~` for a note, an ambiguity and an approximation.
pub(super) fn letters(warnings: &[Warning]) -> String {
    let letter = |warning: &Warning| match warning.kind {
        WarningKind::Note => 'n',
        WarningKind::Ambiguous => '?',
        WarningKind::Approximate => '~',
    };
    warnings.iter().map(letter).collect()
}

/// Checks how a query is read and what [`letters`] its warnings get, and that the canonical form reads the same.
#[track_caller]
pub(super) fn check(dialect: Dialect, text: &str, canonical: &str, kinds: &str) {
    let parsed = read(dialect, text);
    assert_eq!(parsed.canonical, canonical, "{text}: {:?}", parsed.warnings);
    assert_eq!(read(Dialect::Redwell, canonical).query, parsed.query, "{canonical}");
    assert_eq!(letters(&parsed.warnings), kinds, "{text}: {:?}", parsed.warnings);
    for warning in &parsed.warnings {
        let labelled = warning.message.starts_with("approximate: ");
        assert_eq!(labelled, warning.kind == WarningKind::Approximate, "{text}: {}", warning.message);
        assert!(warning.start < warning.end && warning.end as usize <= text.chars().count(), "{text}: {warning:?}");
    }
}

/// Checks where a query is refused and a word of why.
#[track_caller]
pub(super) fn refused(dialect: Dialect, text: &str, position: u32, why: &str) {
    let error = parse(dialect, text).expect_err(text);
    assert!(error.message.contains(why), "{text}: {}", error.message);
    assert_eq!(error.position, position, "{text}: {}", error.message);
}

/// Checks that a warning of this query says this.
#[track_caller]
pub(super) fn warned(dialect: Dialect, text: &str, why: &str) {
    let warnings = read(dialect, text).warnings;
    assert!(warnings.iter().any(|warning| warning.message.contains(why)), "{text}: {warnings:?}");
}

/// The checks for one dialect: `check`, and `told` for what is warned of, `refused`, `warned`.
macro_rules! checks_of {
    ($dialect:expr) => {
        #[track_caller]
        fn check(text: &str, canonical: &str) {
            crate::parse::checks::check($dialect, text, canonical, "");
        }

        #[track_caller]
        fn told(text: &str, canonical: &str, kinds: &str) {
            crate::parse::checks::check($dialect, text, canonical, kinds);
        }

        #[track_caller]
        fn refused(text: &str, position: u32, why: &str) {
            crate::parse::checks::refused($dialect, text, position, why);
        }

        #[track_caller]
        fn warned(text: &str, why: &str) {
            crate::parse::checks::warned($dialect, text, why);
        }
    };
}
pub(super) use checks_of;
