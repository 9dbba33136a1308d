//! A list of documents as a table people hand on: CSV or a workbook. Every text is a text, never a formula, and the same
//! table gives the same bytes.

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, XlsxError};

use crate::csv;

/// Characters that a cell holds (Excel's limit, in UTF-16 units; a code point has at most two).
const MAX_CELL: usize = 32_767 / 2;

/// A value of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Words.
    Text(String),
    /// A count or a size.
    Number(u64),
}

/// Documents, one a row.
#[derive(Debug, Clone, Default)]
pub struct DocumentTable {
    /// The heads of the columns.
    pub heads: Vec<&'static str>,
    /// A cell for each head.
    pub rows: Vec<Vec<Cell>>,
}

impl DocumentTable {
    /// The table as CSV.
    #[must_use]
    pub fn csv(&self) -> String {
        let mut table = csv::BEGIN.to_owned();
        csv::add_row(&mut table, self.heads.iter().copied());
        for row in &self.rows {
            let cells: Vec<String> = row.iter().map(Cell::to_string).collect();
            csv::add_row(&mut table, cells.iter().map(String::as_str));
        }
        table
    }

    /// The table as a workbook.
    ///
    /// # Errors
    /// When there are more rows than a sheet takes.
    pub fn xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        // A workbook names the moment it was made unless it is told one.
        let never = ExcelDateTime::from_ymd(2000, 1, 1)?;
        workbook.set_properties(&DocProperties::new().set_title("Documents").set_creation_datetime(&never));
        let bold = Format::new().set_bold();
        let sheet = workbook.add_worksheet().set_name("Documents")?;
        sheet.set_freeze_panes(1, 1)?;
        for (column, head) in (0..).zip(&self.heads) {
            sheet.set_column_width(column, 22.0)?.write_string_with_format(0, column, *head, &bold)?;
        }
        for (number, row) in (1..).zip(&self.rows) {
            for (column, cell) in (0..).zip(row) {
                match cell {
                    Cell::Text(text) => sheet.write_string(number, column, clip(text))?,
                    Cell::Number(value) => sheet.write_number(number, column, as_number(*value))?,
                };
            }
        }
        workbook.save_to_buffer()
    }
}

impl std::fmt::Display for Cell {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(value) => write!(f, "{value}"),
        }
    }
}

fn clip(text: &str) -> String {
    text.chars().take(MAX_CELL).collect()
}

#[expect(clippy::cast_precision_loss, reason = "spreadsheets count in doubles, exact to 2⁵³")]
fn as_number(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_table_gives_the_same_bytes() {
        let table = DocumentTable {
            heads: vec!["Control number", "Size"],
            rows: vec![vec![Cell::Text("=ACME-1".into()), Cell::Number(12)]],
        };
        assert_eq!(table.csv(), "\u{feff}Control number,Size\r\n'=ACME-1,12\r\n");
        assert!(table.xlsx().unwrap().starts_with(b"PK"));
        assert_eq!(table.xlsx().unwrap(), table.xlsx().unwrap());
    }
}
