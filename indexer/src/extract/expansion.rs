//! How far a container may unfold: bytes, members and complaints, each with an end.
//!
//! A few kilobytes can claim terabytes or a million broken members. Every archive reader counts with this, so that
//! all stop at the same place and say so. What a member is, is the archive reader's business.

use std::cell::Cell;
use std::io::{self, ErrorKind, Read};

use redwell_model::{ExceptionKind, ProcessingException, Stage};

use super::source::Container;

/// What a small archive may always expand to.
const SMALLEST_BUDGET: u64 = 64 << 20;

/// Largest single member taken out, whatever the budget: it has to lie in memory beside the archive.
const LARGEST_MEMBER: u64 = 512 << 20;

/// Complaints about single members listed one by one; those beyond are only counted.
const MOST_COMPLAINTS: usize = 100;

/// How many bytes an archive may expand to.
#[must_use]
pub fn budget(container: &Container<'_>) -> u64 {
    container.size_bytes.saturating_mul(container.options.max_expansion).max(SMALLEST_BUDGET)
}

/// A reader that takes what it gives from a budget shared with others, and fails when that is spent.
#[derive(Debug)]
pub struct Metered<'b, R> {
    inner: R,
    left: &'b Cell<u64>,
}

impl<'b, R: Read> Metered<'b, R> {
    /// A reader that takes from what is left.
    #[must_use]
    pub fn new(inner: R, left: &'b Cell<u64>) -> Self {
        Self { inner, left }
    }
}

impl<R: Read> Read for Metered<'_, R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let given = self.inner.read(into)?;
        match self.left.get().checked_sub(given as u64) {
            Some(left) => {
                self.left.set(left);
                Ok(given)
            }
            None => {
                self.left.set(0);
                Err(io::Error::new(ErrorKind::QuotaExceeded, "it expands too far for its size"))
            }
        }
    }
}

/// Whether an error came from a spent budget.
#[must_use]
pub fn is_spent(error: &io::Error) -> bool {
    error.kind() == ErrorKind::QuotaExceeded
}

/// What could be read of one member.
#[derive(Debug)]
pub struct Member {
    /// The bytes up to the end or the error.
    pub bytes: Vec<u8>,
    /// What ended it early.
    pub error: Option<io::Error>,
    /// Whether it is larger than any member may be; the bytes are then those of its beginning.
    pub is_too_large: bool,
}

/// Reads a member to its end, or as far as it goes. `claimed` is the length it says it has.
#[must_use]
pub fn read_member(reader: &mut dyn Read, claimed: u64) -> Member {
    let mut bytes = Vec::with_capacity(usize::try_from(claimed.min(1 << 20)).unwrap_or(0));
    let error = reader.take(LARGEST_MEMBER + 1).read_to_end(&mut bytes).err();
    Member { is_too_large: bytes.len() as u64 > LARGEST_MEMBER, bytes, error }
}

/// What went wrong with members of one archive, in order.
#[derive(Debug)]
pub struct Complaints {
    tool: &'static str,
    listed: Vec<ProcessingException>,
    unlisted: usize,
}

impl Complaints {
    /// None yet, of the reader of this name.
    #[must_use]
    pub fn of(tool: &'static str) -> Self {
        Self { tool, listed: Vec::new(), unlisted: 0 }
    }

    /// Notes one.
    pub fn push(&mut self, kind: ExceptionKind, reason: String) {
        if self.listed.len() < MOST_COMPLAINTS {
            self.listed.push(ProcessingException::new(Stage::Expand, kind, self.tool, reason));
        } else {
            self.unlisted += 1;
        }
    }

    /// Notes that the archive was left before its end.
    pub fn stopped(&mut self, why: &str) {
        let reason = format!("the archive was not read to its end: {why}; the rest is only in the original");
        // Whatever was said before, this is never left out.
        self.listed.push(ProcessingException::new(Stage::Expand, ExceptionKind::ContainerLimit, self.tool, reason));
    }

    /// The exceptions of the archive.
    #[must_use]
    pub fn into_exceptions(mut self) -> Vec<ProcessingException> {
        if self.unlisted > 0 {
            let reason = format!("{} more members could not be read; only the first are listed", self.unlisted);
            self.listed.push(ProcessingException::new(Stage::Expand, ExceptionKind::PartLost, self.tool, reason));
        }
        self.listed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spent_budget_ends_reading() {
        let left = Cell::new(10);
        let read = |bytes: &[u8]| read_member(&mut Metered::new(bytes, &left), 1 << 40);
        assert_eq!(read(b"1234567").bytes, b"1234567");
        assert!(read(b"123").error.is_none());
        assert!(is_spent(&read(b"1").error.unwrap()));
    }

    #[test]
    fn complaints_are_counted_beyond_the_first() {
        let mut complaints = Complaints::of("tar");
        (0..150).for_each(|n| complaints.push(ExceptionKind::PartLost, format!("{n}")));
        complaints.stopped("enough");
        let listed = complaints.into_exceptions();
        assert_eq!((listed.len(), listed[101].reason.split(' ').next()), (102, Some("50")));
    }
}
