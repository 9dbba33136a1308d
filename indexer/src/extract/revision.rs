//! Tracked changes and hidden text while a document is read run by run, as Word files and RTF have them.
//!
//! Each run says whether it is deleted, hidden or inserted; what stands together in the file becomes one mark.

use super::body::Body;
use super::mark::{By, PLACE, Tally, marked, plainly_marked};

/// What a run of characters beside the running text is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Beside {
    /// Deleted, but not for good yet.
    Deleted(By),
    /// Not to be seen.
    Hidden,
}

/// Where the reading stands.
#[derive(Debug, Default)]
pub(super) struct Revisions {
    beside: Option<Beside>,
    is_inserted: bool,
}

impl Revisions {
    /// Whether neither an insertion nor anything beside the running text is being read.
    pub(super) fn are_none(&self) -> bool {
        self.beside.is_none() && !self.is_inserted
    }

    /// Notes whether the next run is an insertion.
    pub(super) fn note_insertion(&mut self, is_inserted: bool, by: impl FnOnce() -> By, tally: &mut Tally) {
        if is_inserted && !self.is_inserted {
            tally.change("tracked_insertions", &by());
        }
        self.is_inserted = is_inserted;
    }

    /// Turns to what the next run is: something beside the running text, or that itself.
    pub(super) fn turn_to(&mut self, beside: Option<Beside>, body: &mut Body, tally: &mut Tally) {
        if beside == self.beside {
            return;
        }
        self.close(body, tally);
        if beside.is_some() {
            body.open_aside();
        }
        self.beside = beside;
    }

    /// Returns to the running text; what stood beside it is put after its paragraph.
    pub(super) fn close(&mut self, body: &mut Body, tally: &mut Tally) {
        let Some(beside) = self.beside.take() else { return };
        let text = body.take_aside();
        if text.trim().is_empty() {
            return;
        }
        let aside = match beside {
            Beside::Deleted(by) => {
                tally.change("tracked_deletions", &by);
                marked("Deleted", &by, &text)
            }
            Beside::Hidden => {
                tally.count("hidden_text");
                plainly_marked("Hidden", &text)
            }
        };
        body.mark_place(PLACE);
        body.put_aside(aside);
    }
}

/// The day of a moment as Word packs it into 32 bits (`DTTM`, [MS-DOC] 2.9.73): minute, hour, day, month, years since 1900.
pub(super) fn packed_date(packed: u32) -> Option<String> {
    let (day, month, year) = ((packed >> 11) & 31, (packed >> 16) & 15, ((packed >> 20) & 511) + 1900);
    ((1..=31).contains(&day) && (1..=12).contains(&month)).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packed_dates_are_days() {
        assert_eq!(packed_date(123 << 20 | 3 << 16 | 14 << 11 | 9 << 6 | 5).as_deref(), Some("2023-03-14"));
        assert_eq!(packed_date(0), None);
        assert_eq!(packed_date(u32::MAX), None);
    }
}
