//! Lock-out: after some failures in a row each further attempt has to wait longer. Pure; the store keeps the counts.

use jiff::{SignedDuration, Timestamp};

/// Failures in a row a name may have before attempts have to wait.
pub const FREE_FOR_A_NAME: u64 = 5;
/// Failures in a row an address may have: a whole office can share one.
pub const FREE_FOR_AN_ADDRESS: u64 = 30;
/// After this long without an attempt, failures are forgotten.
pub const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(24);

const FIRST_DELAY_SECONDS: i64 = 2;
const LONGEST_DELAY_SECONDS: i64 = 15 * 60;

/// Until when the next attempt must wait after this many failures in a row: it doubles each time, up to a quarter of
/// an hour, so that nobody is locked out for long by somebody else's guessing.
#[must_use]
pub fn blocked_until(failures: u64, free: u64, now: Timestamp) -> Timestamp {
    let Some(beyond) = failures.checked_sub(free) else { return now };
    let doublings = u32::try_from(beyond).unwrap_or(u32::MAX).min(20);
    let seconds = (FIRST_DELAY_SECONDS << doublings).min(LONGEST_DELAY_SECONDS);
    now + SignedDuration::from_secs(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(failures: u64, expected_seconds: i64) {
        let now: Timestamp = "2026-01-05T10:00:00Z".parse().unwrap();
        let until = blocked_until(failures, FREE_FOR_A_NAME, now);
        assert_eq!(until.duration_since(now).as_secs(), expected_seconds, "after {failures}");
    }

    #[test]
    fn delays_grow_and_end() {
        check(0, 0);
        check(4, 0);
        check(5, 2);
        check(6, 4);
        check(10, 64);
        check(14, 900);
        check(u64::MAX, 900);
    }
}
