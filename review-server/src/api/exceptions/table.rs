//! Exceptions as a table for a spreadsheet.

use super::MatterException;
use crate::csv;

/// A table being written.
pub(super) struct Table(String);

const HEAD: [&str; 11] = [
    "Control number",
    "Custodian",
    "Path",
    "Page",
    "Stage",
    "Kind",
    "Reason",
    "Tool",
    "Accepted by",
    "Accepted at",
    "Note",
];

impl Table {
    /// The heads of the columns.
    pub(super) fn new() -> Self {
        let mut table = Self(csv::BEGIN.to_owned());
        table.row(&HEAD);
        table
    }

    /// Adds an exception.
    pub(super) fn add(&mut self, one: &MatterException) {
        let page = one.page.map(|page| page.to_string()).unwrap_or_default();
        let number = one.control_number.as_deref().unwrap_or_default();
        let (by, at, note) = one.accepted.as_ref().map_or(("", "", ""), |one| (&one.by, &one.at, &one.note));
        let start = [number, &one.custodian, &one.path, &page, &one.stage, &one.kind];
        self.row(&[&start[..], &[&one.reason, &one.tool, by, at, note]].concat());
    }

    /// The whole table.
    pub(super) fn into_text(self) -> String {
        self.0
    }

    fn row(&mut self, cells: &[&str]) {
        csv::add_row(&mut self.0, cells.iter().copied());
    }
}
