//! The cells of one sheet on their way to text.

use std::collections::BTreeSet;

use calamine::{DataRef, ExcelDateTime};

/// Empty cells in a row, or between two cells, shown at most.
const WIDEST_GAP: u32 = 64;

/// Rows and columns that are not shown, counted from 0.
#[derive(Debug, Default)]
pub(super) struct Unseen {
    pub(super) rows: BTreeSet<u32>,
    /// First and last column of each range.
    pub(super) columns: Vec<(u32, u32)>,
}

impl Unseen {
    fn has_column(&self, column: u32) -> bool {
        self.columns.iter().any(|(first, last)| (*first..=*last).contains(&column))
    }
}

/// The filled cells of a sheet, in any order.
#[derive(Debug)]
pub(super) struct Grid {
    cells: Vec<(u32, u32, String)>,
    bytes: usize,
    limit: usize,
}

impl Grid {
    pub(super) fn new(limit: usize) -> Self {
        Self { cells: Vec::new(), bytes: 0, limit: limit.saturating_add(4096) }
    }

    /// Takes a cell; `false` when there is text enough.
    pub(super) fn put(&mut self, (row, column): (u32, u32), value: &DataRef<'_>) -> bool {
        let text = shown(value);
        if !text.is_empty() {
            self.bytes += text.len() + 1;
            self.cells.push((row, column, text));
        }
        self.bytes <= self.limit
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The sheet as text under its heading. A hidden row is marked as a whole; cells of hidden columns one by one.
    pub(super) fn text(mut self, heading: &str, unseen: &Unseen) -> String {
        self.cells.sort_by_key(|&(row, column, _)| (row, column));
        let left = self.cells.iter().map(|cell| cell.1).min().unwrap_or(0);
        let mut text = String::with_capacity(self.bytes + heading.len() + 1);
        text.push_str(heading);
        let (mut last_row, mut next_column) = (None, left);
        for (row, column, value) in &self.cells {
            let is_hidden = unseen.rows.contains(row);
            if last_row != Some(*row) {
                if last_row.is_some_and(|last| unseen.rows.contains(&last)) {
                    text.push(']');
                }
                text.push('\n');
                // A gap between blocks of cells stays a gap.
                if last_row.is_some_and(|last| row - last > 1) {
                    text.push('\n');
                }
                if is_hidden {
                    text.push_str("[Hidden: ");
                }
                next_column = left;
            } else {
                text.push('\t');
                next_column += 1;
            }
            for _ in 0..(column - next_column.min(*column)).min(WIDEST_GAP) {
                text.push('\t');
            }
            next_column = *column;
            last_row = Some(*row);
            if !is_hidden && unseen.has_column(*column) {
                text.push_str("[Hidden: ");
                text.push_str(value);
                text.push(']');
            } else {
                text.push_str(value);
            }
        }
        if last_row.is_some_and(|last| unseen.rows.contains(&last)) {
            text.push(']');
        }
        text
    }
}

/// A value as text on one line.
fn shown(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(value) => value.to_string(),
        DataRef::Float(value) => number(*value),
        DataRef::String(value) => one_line(value),
        DataRef::SharedString(value) => one_line(value),
        DataRef::Bool(true) => "TRUE".to_owned(),
        DataRef::Bool(false) => "FALSE".to_owned(),
        DataRef::DateTime(value) => moment(value),
        DataRef::DateTimeIso(value) | DataRef::DurationIso(value) => value.clone(),
        DataRef::Error(value) => value.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// A number with the 15 digits a spreadsheet keeps, and no exponent where digits will do.
fn number(value: f64) -> String {
    let rounded = format!("{value:.14e}").parse().unwrap_or(value);
    if rounded == 0.0 {
        return "0".to_owned();
    }
    if (1e-9..1e21).contains(&f64::abs(rounded)) { format!("{rounded}") } else { format!("{rounded:e}") }
}

/// A date, a time of day, or both, as ISO; a duration as hours, minutes and seconds.
fn moment(value: &ExcelDateTime) -> String {
    let serial = value.as_f64();
    if value.is_duration() {
        let seconds = (serial * 86_400.0).round();
        let (hours, rest) = ((seconds.abs() / 3600.0).floor(), seconds.abs() % 3600.0);
        let sign = if seconds < 0.0 { "-" } else { "" };
        return format!("{sign}{hours}:{:02}:{:02}", (rest / 60.0).floor(), rest % 60.0);
    }
    if !(0.0..2_958_466.0).contains(&serial) {
        return number(serial);
    }
    let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
    let date = format!("{year:04}-{month:02}-{day:02}");
    let time =
        if second == 0 { format!("{hour:02}:{minute:02}") } else { format!("{hour:02}:{minute:02}:{second:02}") };
    match (serial < 1.0, (hour, minute, second) == (0, 0, 0)) {
        (true, _) => time,
        (false, true) => date,
        (false, false) => format!("{date} {time}"),
    }
}

fn one_line(text: &str) -> String {
    if !text.contains(['\n', '\r', '\t']) {
        return text.trim().to_owned();
    }
    text.split(['\n', '\r', '\t']).map(str::trim).filter(|piece| !piece.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType;

    fn check(value: &DataRef<'_>, expected: &str) {
        assert_eq!(shown(value), expected);
    }

    #[test]
    fn numbers_are_plain() {
        check(&DataRef::Float(0.1 + 0.2), "0.3");
        check(&DataRef::Float(1_234_567.5), "1234567.5");
        check(&DataRef::Float(-3.0), "-3");
        check(&DataRef::Float(-0.0), "0");
        check(&DataRef::Float(1e300), "1e300");
        check(&DataRef::Float(f64::NAN), "NaN");
        check(&DataRef::Bool(true), "TRUE");
    }

    #[test]
    fn moments_are_iso() {
        let at = |value, kind| DataRef::DateTime(ExcelDateTime::new(value, kind, false));
        check(&at(45_943.0, ExcelDateTimeType::DateTime), "2025-10-13");
        check(&at(45_943.541_666_666_7, ExcelDateTimeType::DateTime), "2025-10-13 13:00");
        check(&at(0.5, ExcelDateTimeType::DateTime), "12:00");
        check(&at(1.25, ExcelDateTimeType::TimeDelta), "30:00:00");
        check(&at(1e18, ExcelDateTimeType::DateTime), "1000000000000000000");
    }

    #[test]
    fn cells_keep_their_columns() {
        let mut grid = Grid::new(1000);
        for (position, text) in [((3, 2), "c"), ((1, 1), "a\nb"), ((1, 3), "d"), ((9, 16_000), "far")] {
            grid.put(position, &DataRef::SharedString(text));
        }
        let text = grid.text("Sheet1", &Unseen::default());
        assert_eq!(text, format!("Sheet1\na b\t\td\n\n\tc\n\n{}far", "\t".repeat(64)));
    }

    #[test]
    fn hidden_rows_and_columns_are_marked() {
        let mut grid = Grid::new(1000);
        for (position, text) in
            [((0, 0), "a"), ((0, 1), "b"), ((1, 0), "c"), ((1, 1), "d"), ((2, 1), "e"), ((3, 0), "f")]
        {
            grid.put(position, &DataRef::SharedString(text));
        }
        let unseen = Unseen { rows: BTreeSet::from([1, 3]), columns: vec![(1, 1)] };
        let text = grid.text("S (hidden)", &unseen);
        assert_eq!(text, "S (hidden)\na\t[Hidden: b]\n[Hidden: c\td]\n\t[Hidden: e]\n[Hidden: f]");
    }
}
