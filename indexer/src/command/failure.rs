//! The one sentence a command ends with when it could not be carried out.

use std::io::{self, Write};

/// Says on standard error why a command could not be carried out, each reason once, and what to do when the disk is full.
pub fn tell(error: &anyhow::Error) {
    // There is nowhere left to complain when standard error is closed.
    drop(writeln!(io::stderr(), "redwell: {}", sentence(error)));
}

fn sentence(error: &anyhow::Error) -> String {
    let mut sentence = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        // Many errors tell their cause themselves.
        if !sentence.contains(&cause) {
            sentence.push_str(": ");
            sentence.push_str(&cause);
        }
    }
    if is_disk_full(error) {
        sentence.push_str(
            "; the disk is full: free some space and run the same command again, what was recorded until now is kept",
        );
    }
    sentence
}

fn is_disk_full(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let of_files = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let is_full = |kind| matches!(kind, io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded);
        // SQLite's own words for it.
        of_files.is_some_and(is_full) || cause.to_string().ends_with("database or disk is full")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::matter_folder::FolderError;
    use std::path::Path;

    #[test]
    fn each_reason_is_told_once() {
        let check = |kind: io::ErrorKind, expected: &str| {
            let error = FolderError::files(Path::new("a"), "written")(io::Error::new(kind, "no"));
            assert_eq!(sentence(&anyhow::Error::new(error).context("keeping `b`")), expected);
        };
        check(io::ErrorKind::PermissionDenied, "keeping `b`: `a` could not be written: no");
        check(
            io::ErrorKind::StorageFull,
            "keeping `b`: `a` could not be written: no; the disk is full: free some space and run the same command \
             again, what was recorded until now is kept",
        );
    }
}
